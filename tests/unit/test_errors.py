"""The error family: four slots, readable text, survives the way back from a worker process."""

from __future__ import annotations

import pickle

import pytest

from digisim import errors
from digisim.errors import DefectError, DigisimError, InputError

FAMILY = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, DigisimError)]


def test_text_has_the_filled_slots_in_order() -> None:
    error = InputError("no unit", where="x.yaml, line 3", allowed="CNY/month", next="write it")
    assert str(error).splitlines() == [
        "no unit",
        "  where: x.yaml, line 3",
        "  allowed: CNY/month",
        "  next: write it",
    ]


def test_empty_slots_are_left_out() -> None:
    error = DefectError("people lost", next="report it")
    assert str(error) == "people lost\n  next: report it"
    assert error.slots() == {"what": "people lost", "next": "report it"}


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_pickle_keeps_kind_and_slots(kind: type[DigisimError]) -> None:
    error = kind("what", where="where", allowed="allowed", next="next")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert again.slots() == error.slots()


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_every_error_is_the_users_or_ours(kind: type[DigisimError]) -> None:
    assert kind is DigisimError or issubclass(kind, InputError) != issubclass(kind, DefectError)

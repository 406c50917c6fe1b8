"""Bachelors and masters: both together are what is known of all graduates, and each answers income in its own way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digisim.parameters import medians
from digisim.processes.labour.newcomers import GRADUATION_QUARTER, NewPeople, _by_degree, graduates_who_stay
from digisim.rng import Chance
from digisim.state.elsewhere import Elsewhere

N = 40_000
RETENTION = 0.3


def classes(relative: float = 1.0, allowance: float = 0.0, **parameters: float) -> NewPeople:
    p = dict(medians()) | parameters
    context: Any = SimpleNamespace(
        parameters=p, quarter=8080 + GRADUATION_QUARTER, chance=Chance(1, 0),
        firms=SimpleNamespace(headcount=np.array([1000])), environment=SimpleNamespace(wage_outside=1e5),
        scales=SimpleNamespace(graduates=N, retention=RETENTION, people=1000.0),
        entitlements=SimpleNamespace(graduate_allowance=allowance), elsewhere=Elsewhere(),
        memo={
            "first_quarter": 8000, "market_wage": relative * 1e5, "relative_income_start": 1.0,
            "segment_weights": np.array([0.5, 0.5]),
        },
    )  # fmt: skip
    return graduates_who_stay(context)


def masters(people: NewPeople, share: float) -> np.ndarray:
    """Whether each of those who stay is a master: the first of the year's identities are."""
    whole = np.sort(people.id)
    first = (int(whole[0]) >> 20) << 20
    result: np.ndarray = people.id - first < round(share * N)
    return result


def test_both_degrees_together_are_what_is_known_of_all() -> None:
    p = medians()
    s = p["grad.master.share"]
    usual, level = _by_degree(p, RETENTION)
    assert (1.0 - s) * usual[0] + s * usual[1] == pytest.approx(RETENTION)
    assert usual[1] / usual[0] == pytest.approx(p["grad.retention.master"] / p["grad.retention.bachelor"])
    staying = np.array([1.0 - s, s]) * usual
    assert (staying * level).sum() / staying.sum() == pytest.approx(1.0)
    assert level[1] / level[0] == pytest.approx(p["grad.master.capital"]) and level[1] > 1.0 > level[0]


def test_fewer_masters_stay_and_they_bring_more() -> None:
    p = medians()
    people = classes()
    staying = masters(people, p["grad.master.share"])
    usual, _ = _by_degree(p, RETENTION)
    for degree, count in ((staying, p["grad.master.share"] * N), (~staying, (1.0 - p["grad.master.share"]) * N)):
        share = usual[1] if degree is staying else usual[0]
        assert degree.sum() == pytest.approx(share * count, abs=4.0 * np.sqrt(share * count))
    assert people.id.size == pytest.approx(RETENTION * N, rel=0.03)
    ratio = np.median(people.human_capital[staying]) / np.median(people.human_capital[~staying])
    assert ratio == pytest.approx(p["grad.master.capital"], rel=0.05)


def test_where_all_are_bachelors_nothing_differs_but_their_number() -> None:
    one = classes(**{"grad.master.share": 0.0})
    same = classes(**{"grad.master.capital": 1.0, "grad.retention.master": medians()["grad.retention.bachelor"]})
    assert np.array_equal(one.id, same.id)
    assert one.human_capital == pytest.approx(same.human_capital, rel=1e-12)


def test_income_keeps_masters_who_would_leave_more_than_bachelors() -> None:
    """In a logit the smaller share answers the same income by more."""
    share = medians()["grad.master.share"]
    usual, better = classes(1.0), classes(1.3)
    gain = [
        masters(better, share).sum() / masters(usual, share).sum(),
        (~masters(better, share)).sum() / (~masters(usual, share)).sum(),
    ]
    assert gain[0] > gain[1] > 1.0
    assert set(usual.id.tolist()) <= set(better.id.tolist())

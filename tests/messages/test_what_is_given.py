"""Python calls that are given something else answer with one message: what, where, what is allowed, what next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import digisim as ds
from digisim.errors import InputError
from digisim.export import export
from digisim.testing import synthetic_dataset

CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "nothing to run": (lambda: ds.ensemble(None), "this is no scenario: None"),
    "a number in a list": (lambda: ds.ensemble([5]), "this is no scenario: 5"),
    "a number": (lambda: ds.simulate(5), "this is no scenario: 5"),
    "a number to step": (lambda: ds.IndustryModel(5), "this is no scenario: 5"),
    "a number to bind": (lambda: ds.binding(5), "this is no scenario: 5"),
    "no name": (lambda: ds.load_scenario(""), "unknown scenario ''"),
    "no scenarios": (lambda: ds.ensemble([]), "no scenario to run"),
    "no members": (lambda: ds.ensemble("dalian-baseline", members=-1), "members is -1"),
    "no workers": (lambda: ds.ensemble("dalian-baseline", workers=0), "workers is 0"),
    "a seed below zero": (lambda: ds.simulate("dalian-baseline", seed=-1), "seed is -1"),
    "an unknown region": (lambda: ds.load_region("dalan"), "unknown region 'dalan'"),
    "nothing to draw": (lambda: ds.plot.fan(5, "employees"), "not a results dataset"),
    "no verdicts": (lambda: ds.headline(5), "the verdict table lacks"),
}


@pytest.mark.parametrize("case", CALLS)
def test_what_cannot_be_used_is_refused(case: str) -> None:
    call, what = CALLS[case]
    with pytest.raises(InputError, match=what) as caught:
        call()
    told = caught.value
    assert told.where and told.allowed and told.next


def test_a_scenario_is_given_back_as_it_is() -> None:
    scenario = ds.load_scenario("dalian-plan")
    assert ds.load_scenario(scenario) is scenario


def test_a_file_that_is_extended_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("region: dalian\nextends: lost.yaml\n", encoding="utf-8")
    with pytest.raises(InputError, match="extended does not exist: .*lost.yaml") as caught:
        ds.load_scenario(path)
    assert str(caught.value.where).endswith("mine.yaml, line 2")


@pytest.mark.parametrize(("name", "format"), [("z.nc", "csv"), ("z.png", "netcdf")])
def test_a_file_ends_as_its_format_does(tmp_path: Path, name: str, format: str) -> None:
    with pytest.raises(InputError, match=f"a {format} file cannot end in") as caught:
        export(synthetic_dataset(members=2), tmp_path / name, format)
    assert "choose another format" in str(caught.value)
    assert list(tmp_path.iterdir()) == []

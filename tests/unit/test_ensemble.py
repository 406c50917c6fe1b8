"""Ensembles: what is refused before anything runs, what a failing member leaves, progress and executors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import xarray as xr

from digisim.actors import Government
from digisim.ensemble import ensemble, relaxed, with_limits_raised
from digisim.errors import InputError
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel


@pytest.fixture(scope="module")
def short(baseline: Scenario) -> Scenario:
    return baseline.with_(horizon=2021)


def refused(**given: Any) -> InputError:
    scenarios = given.pop("scenarios", "dalian-baseline")
    with pytest.raises(InputError) as caught:
        ensemble(scenarios, **given)
    return caught.value


def test_no_scenario() -> None:
    error = refused(scenarios=[])
    assert error.what == "no scenario to run" and "dalian-baseline" in error.next


def test_two_scenarios_of_one_name(baseline: Scenario) -> None:
    error = refused(scenarios=["dalian-baseline", baseline.with_(horizon=2022)])
    assert error.what == "two scenarios have the name 'dalian-baseline'" and "with_(name=" in error.next


def test_scenarios_of_two_regions(baseline: Scenario) -> None:
    error = refused(scenarios=[baseline, "qingdao-baseline"])
    assert error.what == "the scenarios are not of the same cities"
    assert error.allowed == "one city, or the same cities joined"


@pytest.mark.parametrize(
    ("name", "value"),
    [("members", 0), ("members", -3), ("members", 2.0), ("members", True), ("members", "20"), ("members", 1_000_001),
     ("seed", -1), ("seed", 2**32), ("seed", 1.5), ("workers", 0), ("workers", -1), ("workers", 1025),
     ("workers", 1.5)],
)  # fmt: skip
def test_a_number_that_is_none(name: str, value: object) -> None:
    error = refused(**{name: value})
    assert error.what == f"{name} is {value!r}"
    assert error.allowed.startswith("a whole number from ") and error.next.startswith("give another ")


def test_a_result_that_does_not_fit_in_memory() -> None:
    error = refused(members=1_000_000)
    assert "GB in memory" in error.what and error.allowed == "at most 2 GB" and "sweep" in error.next


def test_what_the_user_got_wrong_is_a_message_and_not_a_list_of_failures(short: Scenario) -> None:
    assert "cannot relax 'money'" in refused(scenarios=short, members=1, relax={"money": 2.0}).what
    lost = short.with_(actor_classes={"government": "nowhere:Nobody"})
    assert "cannot be found" in refused(scenarios=lost, members=1, workers=1).what


class Failing(Government):
    """Breaks in the third quarter of the second member."""

    def levers(
        self, quarter: int, scheduled: Mapping[str, float], published: Mapping[int, Mapping[str, float]]
    ) -> Mapping[str, float]:
        if quarter % 4 == 2 and self.model.member.number == 1:
            raise ArithmeticError("the budget is not a number")
        return scheduled


def test_a_member_that_fails_is_missing_and_listed(short: Scenario) -> None:
    broken = short.with_(name="broken", actor_classes={"government": f"{__name__}:Failing"})
    table = ensemble([short, broken], members=3, workers=1)
    (failure,) = json.loads(table.attrs["failures"])
    assert (failure["scenario"], failure["member"], failure["stage"]) == ("broken", 1, "run")
    assert "the budget is not a number (levers, line " in failure["error"]
    people = table["employees_local"].sel(city="dalian", year=2021)
    assert np.isnan(people.sel(scenario="broken", member=1))
    assert not np.isnan(people.sel(scenario="broken", member=[0, 2])).any()
    assert not np.isnan(people.sel(scenario="dalian-baseline")).any()
    assert np.isnan(table["employees_local"].sel(scenario="broken", member=1)).all()  # never half a run


def test_progress_is_told_member_by_member(short: Scenario) -> None:
    told: list[tuple[int, int]] = []
    table = ensemble(short, members=3, workers=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert table.attrs["failures"] == "[]" and "relaxed" not in table.attrs


def test_an_executor_of_ones_own_gives_the_same_bits(short: Scenario) -> None:
    with ThreadPoolExecutor(1) as pool:
        there = ensemble(short, members=2, workers=pool)
    here = ensemble(short, members=2, workers=1)
    for name in here.data_vars:
        assert np.array_equal(here[name].values, there[name].values)


def test_relaxed_limits_are_noted(short: Scenario) -> None:
    table = ensemble(short, members=1, relax={"orders": 1.1})
    assert json.loads(table.attrs["relaxed"]) == {"orders": 1.1}
    usual = ensemble(short, members=1)
    assert (table["software_revenue_latent"].sel(year=2021) > usual["software_revenue_latent"].sel(year=2021)).all()
    assert (table["software_revenue_latent"].sel(year=2020) == usual["software_revenue_latent"].sel(year=2020)).all()


def test_members_and_raised_limits_in_one_pass_are_to_the_bit_those_of_separate_calls(
    short: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    relax = ({"orders": 1.1}, {"people": 1.1})

    def breaks(scenario: Scenario, seed: int, *, member: int, relax: Any, start: Any) -> IndustryModel:
        if member == 0 and scenario.name == "other" and relax != {"orders": 1.1}:  # a plain run and a raised one
            raise RuntimeError("planted")
        return IndustryModel(scenario, seed, member=member, relax=relax, start=start)

    monkeypatch.setattr("digisim.ensemble.IndustryModel", breaks)
    scenarios = [short, short.with_levers(rd_grant="3 亿 CNY/year").with_(name="other")]
    many, raised = with_limits_raised(scenarios, relax, 1, 2, 5, workers=1)
    apart = [ensemble(scenarios, 2, 5, workers=1), *relaxed(scenarios[1], relax, 1, 5, workers=1)]
    for one, other in zip([many, *raised], apart, strict=True):
        assert one.attrs["failures"] == other.attrs["failures"]
        xr.testing.assert_identical(one.drop_attrs(), other.drop_attrs())
    assert [json.loads(each.attrs["failures"]) != [] for each in (many, *raised)] == [True, False, True]


@pytest.mark.parametrize("few", [0, -1, 3, 1.5])
def test_raised_members_are_some_of_the_members(short: Scenario, few: Any) -> None:
    with pytest.raises(InputError) as caught:
        with_limits_raised([short], [{"orders": 1.1}], few, members=2)
    assert caught.value.what == f"few is {few}" and caught.value.allowed == "a whole number from 1 to 2"

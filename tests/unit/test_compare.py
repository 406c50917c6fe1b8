"""Paired differences: by hand, against an unpaired twin, and refused where there is nothing to compare."""

from __future__ import annotations

import numpy as np
import pytest

from digisim.errors import InputError
from digisim.scenario import JointScenario, load_scenario
from digisim.testing import synthetic_dataset
from digisim.verdicts import compare
from digisim.verdicts.pairs import TOGETHER, spill_over


def test_a_row_agrees_with_the_calculation_by_hand() -> None:
    dataset = synthetic_dataset(members=6)
    table = compare(dataset, "dalian-baseline")
    row = table[(table["indicator"] == "employees_local") & (table["year"] == 2028)].iloc[0]
    before, after = (
        dataset["employees_local"].sel(scenario=s, city="dalian", year=2028).values for s in dataset["scenario"]
    )
    change = after - before
    assert row["scenario"] == "dalian-plan" and row["control"] == "dalian-baseline" and row["unit"] == "person"
    assert row["difference"] == np.median(change) and row["p10"] == np.percentile(change, 10)
    assert row["percent"] == pytest.approx(100 * np.median(change / before))
    assert row["agree"] == 1.0 and row["members"] == 6
    assert row["variance_ratio"] == pytest.approx(change.var() / (before.var() + after.var()))


def test_pairing_pays_and_shuffling_the_members_shows_what_it_is_worth() -> None:
    dataset = synthetic_dataset(members=200, seed=3)
    row = compare(dataset).query("indicator == 'software_revenue' and year == 2028").iloc[0]
    before, after = (
        dataset["software_revenue"].sel(scenario=s, city="dalian", year=2028).values for s in dataset["scenario"]
    )
    shuffle = np.random.default_rng(5)
    unpaired = np.mean([(after - shuffle.permutation(before)).var() for _ in range(500)])
    assert row["variance_ratio"] == pytest.approx((after - before).var() / unpaired, rel=0.02)
    assert row["variance_ratio"] < 0.05


def test_the_base_year_does_not_differ() -> None:
    first = compare(synthetic_dataset(members=4)).query("year == 2020 and indicator == 'firms'").iloc[0]
    assert first["difference"] == 0 and first["agree"] == 1 and np.isnan(first["variance_ratio"])


def test_members_that_broke_off_in_one_scenario_are_left_out() -> None:
    dataset = synthetic_dataset(members=4, failed=[("dalian-plan", 2)])
    assert set(compare(dataset)["members"]) == {3}


def test_scenarios_that_nobody_finished_have_no_rows() -> None:
    dataset = synthetic_dataset(members=1, failed=[("dalian-plan", 0)])
    assert compare(dataset).empty


def test_an_unknown_control_and_a_lone_scenario_are_refused() -> None:
    with pytest.raises(InputError, match="the control 'dalian-basline' is not in the results") as caught:
        compare(synthetic_dataset(members=2), "dalian-basline")
    assert caught.value.allowed == "dalian-baseline, dalian-plan" and "did you mean" in caught.value.next
    with pytest.raises(InputError, match="one scenario alone cannot be compared") as caught:
        compare(synthetic_dataset(["dalian-plan"], members=2))
    assert caught.value.allowed == "two or more" and caught.value.next


def test_cities_are_added_up_member_by_member() -> None:
    parts = tuple(load_scenario(f"{city}-baseline").with_(horizon=2025) for city in ("dongguan", "qingdao"))
    quiet = JointScenario("two", "dongguan", 2023, 2025, cities=parts, nation=7e6)
    dataset = synthetic_dataset([quiet, quiet.with_levers(qingdao={"rd_grant": "1 亿 CNY/year"})], members=5)
    table = spill_over(dataset, compare(dataset))
    row = table[(table["indicator"] == "employees_local") & (table["year"] == 2025)].set_index("city").loc["all"]
    before, after = dataset["employees_local"].sel(year=2025).sum("city").values
    assert row["difference"] == np.median(after - before) and row["control"] == "two" and row["members"] == 5
    assert row["agree"] == 1.0 and row["percent"] == pytest.approx(np.median(100 * (after - before) / before))
    assert set(table["city"]) == {"dongguan", "qingdao", "all"} and set(table["indicator"]) == set(TOGETHER)
    early = table[(table["year"] < 2023) & (table["city"] == "all")]
    assert early.empty  # Dongguan's figures are of 2023: before it there is nothing to add

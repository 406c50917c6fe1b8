"""Verdicts on SYNTHETIC results: every number by hand, errors that cover, and constraints that are put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import beta

from digisim import verdicts as room
from digisim.errors import InputError
from digisim.messages import LANGUAGES
from digisim.messages.amounts import amount
from digisim.scenario import load_scenario
from digisim.targets import Target, load_targets
from digisim.testing import synthetic_dataset
from digisim.verdicts import binding, headline, verdict
from digisim.verdicts.chance import chance
from digisim.verdicts.limits import COLUMNS, JOINT, RAISE, conclusion

REVENUE = next(target for target in load_targets("dalian") if target.id == "d28-revenue-2028")


def row_of(table: pd.DataFrame, **wanted: object) -> Any:
    found = table
    for name, value in (
        {"scenario": "dalian-plan", "target": REVENUE.id, "operator": "ministry", "regime": "all"} | wanted
    ).items():
        found = found[found[name] == value]
    assert len(found) == 1, found
    return found.iloc[0]


def scored(dataset: xr.Dataset, **changes: object) -> Any:
    """Return the row of the revenue target with some of its fields changed."""
    return row_of(verdict(dataset, targets=[REVENUE.model_copy(update=changes)]))


def test_a_row_agrees_with_the_calculation_by_hand() -> None:
    dataset = synthetic_dataset(members=12)
    row = scored(dataset, value=1200e8)
    end, base = (
        dataset["software_revenue"].sel(scenario="dalian-plan", city="dalian", year=y).values for y in (2028, 2020)
    )
    assert row["probability"] == (end >= 1200e8).mean() and 0 < row["probability"] < 1
    assert (row["median"], row["p10"], row["p90"]) == tuple(np.percentile(end, (50, 10, 90)))
    assert row["base_value"] == np.median(base) and row["members"] == 12
    assert row["growth_needed"] == pytest.approx(np.median((1200e8 / base) ** (1 / 8) - 1))
    assert row["growth_median"] == pytest.approx(np.median((end / base) ** (1 / 8) - 1))
    assert row["fiscal_cost"] == 8 * 3e8
    assert (row["indicator"], row["unit"], row["status"], row["basis"]) == (
        "software_revenue", "CNY", "scored", "priors, not calibrated",
    )  # fmt: skip


def test_operators_and_regimes_are_rows_and_never_an_average() -> None:
    dataset = synthetic_dataset(members=8)
    dataset["software_revenue_local"] = dataset["software_revenue_local"] * 100
    table = verdict(dataset, targets=[REVENUE])
    assert len(table) == 2 * 2 * 3
    assert row_of(table)["probability"] == 0 and row_of(table, operator="local")["probability"] == 1
    assert row_of(table, operator="local")["indicator"] == "software_revenue_local"
    for regime in ("people_scarce", "demand_scarce"):
        chosen = dataset["regime"].values == regime
        end = dataset["software_revenue"].sel(scenario="dalian-plan", city="dalian", year=2028).values[chosen]
        row = row_of(table, regime=regime)
        assert (row["members"], row["median"]) == (chosen.sum(), np.median(end))


def test_the_register_is_scored_or_says_why_not() -> None:
    table = verdict(synthetic_dataset(members=4))
    told = {target.id for target in load_targets("dalian") if target.duplicate_of is None}
    assert set(table["target"]) == told
    unscored = table[table["status"] == "unscored"]
    assert (unscored["reason"] != "").all() and unscored["probability"].isna().all()
    assert (table.loc[table["status"] == "scored", "reason"] == "").all()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"year": 2035}, "the year 2035 lies outside the run, 2021 to 2028"),
        ({"year": 2020}, "the year 2020 lies outside the run, 2021 to 2028"),
        ({"indicator": "happiness"}, "the results hold no indicator 'happiness'"),
    ],
)
def test_what_the_results_do_not_hold_is_unscored(changes: Mapping[str, object], reason: str) -> None:
    row = scored(synthetic_dataset(members=2), **changes)
    assert (row["status"], row["reason"]) == ("unscored", reason)


def test_members_that_broke_off_do_not_count() -> None:
    some = synthetic_dataset(members=4, failed=[("dalian-plan", 0)])
    assert row_of(verdict(some))["members"] == 3
    none = verdict(synthetic_dataset(members=1, failed=[("dalian-plan", 0)]))
    assert row_of(none)["reason"] == "no member finished"
    two = synthetic_dataset(members=4, failed=[("dalian-plan", 0), ("dalian-plan", 1)])
    first = str(two["regime"].values[0])
    assert (two["regime"].values == first).sum() == 2
    assert row_of(verdict(two), regime=first)["reason"] == "no member finished"


def test_increments_and_growth_are_held_against_their_own_kind() -> None:
    dataset = synthetic_dataset(members=4)
    end, base = (
        dataset["software_revenue"].sel(scenario="dalian-plan", city="dalian", year=y).values for y in (2028, 2020)
    )
    assert scored(dataset, kind="increment")["median"] == np.median(end - base)
    growth = scored(dataset, kind="growth", value=0.0)
    assert growth["median"] == pytest.approx(np.median((end / base) ** (1 / 8) - 1))
    assert growth["probability"] == 1 and np.isnan(growth["growth_needed"])


def test_a_city_that_a_scenario_does_not_cover_has_no_rows() -> None:
    dataset = synthetic_dataset(members=2)
    both = xr.concat([dataset, (dataset * np.nan).assign_coords(city=["elsewhere"])], "city", data_vars="all")
    elsewhere = [REVENUE.model_copy(update={"region": "elsewhere"})]
    assert verdict(both, targets=elsewhere).empty
    assert len(verdict(both, targets=[REVENUE])) == len(verdict(dataset, targets=[REVENUE]))


def test_without_published_costs_the_cost_is_unknown() -> None:
    dataset = synthetic_dataset(members=2).drop_vars("fiscal_cost")
    assert np.isnan(row_of(verdict(dataset))["fiscal_cost"])


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(InputError, match="not a results dataset"):
        verdict(pd.DataFrame())  # type: ignore[arg-type]


# Monte Carlo error


def test_independent_draws_have_the_binomial_error() -> None:
    met = np.arange(100) < 30
    found = chance(met, np.arange(100))
    assert found.value == 0.3
    assert found.error == pytest.approx(np.sqrt(0.3 * 0.7 / 99))
    assert (found.low, found.high) == pytest.approx(tuple(beta.ppf([0.025, 0.975], 30.5, 70.5)))


def test_twins_count_once() -> None:
    single = chance(np.arange(50) < 15, np.arange(50))
    doubled = chance(np.repeat(np.arange(50) < 15, 2), np.repeat(np.arange(50), 2))
    assert doubled.error == pytest.approx(single.error)
    assert doubled.high - doubled.low == pytest.approx(single.high - single.low, rel=0.02)


def test_draws_that_cancel_do_not_make_the_error_vanish() -> None:
    found = chance(np.tile([True, False], 20), np.repeat(np.arange(20), 2))
    assert found.error == pytest.approx(np.sqrt(0.25 / 40))


def test_agreement_of_all_members_is_not_certainty() -> None:
    none, every = (chance(np.full(20, met), np.arange(20) // 2) for met in (False, True))
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(beta.ppf(0.975, 0.5, 10.5)) == pytest.approx(1 - every.low)
    assert none.error == every.error > 0
    assert chance(np.array([True, False]), np.array([3, 3])).error > 0


def test_the_interval_covers() -> None:
    """Two replicates of a draw agree three times in four; false-alarm rate of this test: below 1e-6."""
    law, hits, trials = np.random.default_rng(11), 0, 2000
    for _ in range(trials):
        shared = law.random(50) < 0.2
        met = np.stack([shared, np.where(law.random(50) < 0.75, shared, law.random(50) < 0.2)], axis=1).ravel()
        found = chance(met, np.repeat(np.arange(50), 2))
        hits += found.low <= 0.2 <= found.high
    assert 0.92 < hits / trials < 0.985


# Binding constraints: an ensemble whose answers to raised limits are known


def raised(effect: Callable[[str, np.ndarray], Any]) -> Callable[..., xr.Dataset]:
    """Return a stand-in for ``ensemble``: a raised limit multiplies all outcomes by RAISE ** effect(limit, regime)."""

    def stand_in(scenarios: list[Any], members: int, seed: int, **options: Any) -> xr.Dataset:
        dataset = synthetic_dataset(scenarios, members, seed)
        power = np.zeros(members)
        limits = options.get("relax") or {}
        for limit, factor in limits.items():
            assert factor == RAISE
            power = power + effect(limit, dataset["regime"].values)
        if set(limits) == {"orders", "people"}:
            power = power + effect("both", dataset["regime"].values)
        if options.get("progress"):
            for done in range(members):
                options["progress"](done + 1, members)
        after = dataset * xr.where(dataset["year"] > 2020, xr.DataArray(RAISE**power, dims="member"), 1.0)
        return after.assign_attrs(dataset.attrs)

    return stand_in


def use(monkeypatch: pytest.MonkeyPatch, effect: Callable[[str, np.ndarray], Any]) -> None:
    one = raised(effect)

    def all_sets(scenario: Any, relaxations: list[dict[str, float]], members: int, seed: int, **options: Any) -> Any:
        for done in range(members):
            if options.get("progress"):
                options["progress"](done + 1, members)
        return [one([scenario], members, seed, relax=each) for each in relaxations]

    def in_one_pass(scenarios: list[Any], relaxations: list[Any], few: int, members: int, seed: int, **given: Any):
        return one(scenarios, members, seed), all_sets(scenarios[-1], relaxations, few, seed, **given)

    monkeypatch.setattr("digisim.verdicts.limits.with_limits_raised", in_one_pass)
    monkeypatch.setattr("digisim.verdicts.limits.relaxed", all_sets)


EFFECTS = {"orders": 0.6, "people": 0.2, "space": 0.0, "capital": 0.05, "both": 0.0}


def test_elasticities_are_those_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda limit, regime: EFFECTS[limit])
    told: list[tuple[int, int]] = []
    table = binding("dalian-plan", members=4, seed=7, progress=lambda done, total: told.append((done, total)))
    assert tuple(table.columns) == COLUMNS
    rows = table.query("target == @REVENUE.id and operator == 'local' and regime == 'all'").set_index("limit")
    for limit in ("orders", "people", "space", "capital"):
        assert rows.loc[limit, "elasticity"] == pytest.approx(EFFECTS[limit], abs=1e-9)
    assert rows["agree"].tolist() == [1.0, 0.0, 0.0, 0.0] and set(rows["members"]) == {4}
    assert told == [(done, 4) for done in range(1, 5)]
    assert conclusion(table, "dalian-plan", REVENUE.id, "local", "all") == (
        "orders", "orders 0.60, people 0.20, space 0.00, capital 0.05; 4 of 4 members agree", 4,
    )  # fmt: skip


def test_the_verdict_carries_what_binds(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda limit, regime: EFFECTS[limit])
    dataset = synthetic_dataset(members=8)
    table = verdict(dataset, binding=binding("dalian-plan", 4, 7, base=dataset))
    assert row_of(table)["binding"] == "orders" and "4 of 4" in row_of(table)["binding_detail"]
    assert row_of(table)["binding_members"] == 4 and "in 4 of the futures" in headline(table, "en")
    assert "在4次模拟中" in headline(table, "zh")
    assert row_of(table, scenario="dalian-baseline")["binding"] == ""


def test_shares_at_the_minimum_are_the_mean_up_to_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda limit, regime: EFFECTS[limit])
    dataset = synthetic_dataset(members=4)
    table = binding("dalian-plan", 4, 7, base=dataset)
    row = table.query("target == @REVENUE.id and operator == 'local' and regime == 'all' and limit == 'people'").iloc[0]
    held = dataset["limited_by_people"].sel(scenario="dalian-plan", year=slice(2021, 2028))
    assert row["at_minimum"] == pytest.approx(float(held.mean()))


def test_regimes_that_rank_differently_are_not_identified(monkeypatch: pytest.MonkeyPatch) -> None:
    split = {"orders": "demand_scarce", "people": "people_scarce"}
    use(monkeypatch, lambda limit, regime: np.where(regime == split.get(limit), 0.7, 0.1))
    table = verdict(synthetic_dataset(members=8), binding=binding("dalian-plan", 4, 7))
    assert row_of(table)["binding"] == "not identified"
    assert row_of(table, regime="demand_scarce")["binding"] == "orders"
    assert row_of(table, regime="people_scarce")["binding"] == "people"
    said = headline(table, "en")
    assert "not identified" in said and "orders (demand scarce)" in said and "people (people scarce)" in said


def test_nothing_binds_where_no_limit_moves_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda limit, regime: 0.001)
    table = verdict(synthetic_dataset(members=8), binding=binding("dalian-plan", 4, 7))
    assert row_of(table)["binding"] == "none"
    assert "No single limit holds it back" in headline(table)


@pytest.mark.parametrize(("extra", "joint"), [(0.6 * JOINT + 0.01, True), (0.6 * JOINT - 0.01, False)])
def test_two_limits_hold_jointly_beyond_a_quarter(monkeypatch: pytest.MonkeyPatch, extra: float, joint: bool) -> None:
    use(monkeypatch, lambda limit, regime: (EFFECTS | {"both": extra})[limit])
    table = binding("dalian-plan", 4, 7, pairs=True)
    rows = table.query("target == @REVENUE.id and operator == 'local' and regime == 'all'").set_index("limit")
    assert len(rows) == 4 + 6
    assert rows.loc["orders+people", "interaction"] == pytest.approx(extra)
    assert rows["joint"].to_dict() == {limit: joint and limit == "orders+people" for limit in rows.index}
    first = conclusion(table, "dalian-plan", REVENUE.id, "local", "all")[0]
    assert first == ("orders+people" if joint else "orders")


def test_counts_that_are_zero_have_no_elasticity(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, lambda limit, regime: np.inf if limit == "people" else -np.inf)
    with np.errstate(all="ignore"):
        table = binding("dalian-plan", 2, 7)
    assert table.empty
    assert conclusion(table, "dalian-plan", REVENUE.id, "local", "all") == ("", "", 0)


@pytest.mark.parametrize("change", ["seed", "members", "hash"])
def test_other_members_are_not_paired(change: str) -> None:
    dataset = synthetic_dataset(members=4)
    scenario = load_scenario("dalian-plan")
    if change == "hash":
        scenario = scenario.with_levers(rd_grant="1 亿 CNY/year").with_(name="dalian-plan")
    with pytest.raises(InputError, match="do not hold the members to be paired with") as caught:
        binding(scenario, 9 if change == "members" else 4, 8 if change == "seed" else 7, base=dataset)
    assert "leave base out" in caught.value.next and "dalian-plan" in caught.value.allowed


# The headline


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("value", [1.0, 1200e8, 1e15])
def test_the_headline_says_the_same_in_both_languages(lang: str, value: float) -> None:
    table = verdict(synthetic_dataset(members=20), targets=[REVENUE.model_copy(update={"value": value})])
    said = headline(table, lang)
    assert said.count("\n\n") == 2
    row = row_of(table)
    if 0 < row["probability"] < 1:
        assert f"{round(20 * row['probability'])}" in said
    words = {"en": ("priors, not calibrated", "2.4 bn CNY"), "zh": ("先验", "24亿元")}[lang]
    assert all(word in said for word in words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headline_names_every_target_of_size_and_the_range(lang: str) -> None:
    table = verdict(synthetic_dataset(members=20))
    said = headline(table, lang)
    sizes = table[(table["status"] == "scored") & (table["regime"] == "all") & table["unit"].isin(["CNY", "person"])]
    assert {"d28-revenue-2028", "d28-employment-2028"} < set(sizes["target"]) and 2025 in set(sizes["year"])
    for row in sizes.to_dict("records"):
        assert row[f"name_{lang}"] in said and amount(row["target_value"], row["unit"], lang) in said
    first = row_of(table)
    assert all(amount(float(first[key]), "CNY", lang) in said for key in ("p10", "median", "p90"))
    assert lang == "en" or not set(said) & set("();,")


def test_readings_that_disagree_are_told() -> None:
    dataset = synthetic_dataset(members=40)
    scarce = dataset["regime"] == "demand_scarce"
    dataset["software_revenue"] = dataset["software_revenue"] * xr.where(scarce, 0.01, 100.0)
    said = headline(verdict(dataset, targets=[REVENUE]))
    assert "the answer depends on it: ministry's count: " in said
    assert "people scarce 100%" in said and "demand scarce 0%" in said


def test_one_reading_is_told() -> None:
    dataset = synthetic_dataset(members=2)
    assert "Only one of two readings of the past was drawn" in headline(verdict(dataset))


def test_nothing_to_say_and_nothing_to_read() -> None:
    late: Target = REVENUE.model_copy(update={"year": 2040})
    assert headline(verdict(synthetic_dataset(members=2), targets=[late])) == "No target could be scored."
    with pytest.raises(InputError, match="the verdict table lacks: binding") as caught:
        headline(verdict(synthetic_dataset(members=2)).drop(columns="binding"))
    assert "digisim.verdict" in caught.value.next
    with pytest.raises(InputError, match="unknown language"):
        headline(pd.DataFrame(), "fr")


def test_a_share_has_no_growth_sentence() -> None:
    share = next(target for target in load_targets("dalian") if target.id == "d28-va-share-2028")
    assert "needs growth" not in headline(verdict(synthetic_dataset(members=4), targets=[share]))


@pytest.mark.parametrize(("value", "met"), [(1e6, True), (1e14, False)])
def test_a_target_that_the_start_has_met_needs_no_growth(value: float, met: bool) -> None:
    found = verdict(synthetic_dataset(members=4), targets=[REVENUE.model_copy(update={"value": value})])
    english, chinese = headline(found), headline(found, "zh")
    assert ("start of the simulation is at the target already" in english) is met is ("模拟起点已达到目标" in chinese)
    assert ("The target needs growth of" in english) is not met


def test_the_room_shows_its_names() -> None:
    names = ["binding", "compare", "headline", "ranking", "scorecard", "simulate_and_bind", "spending", "verdict"]
    assert sorted(room.__all__) == names
    assert json.loads(verdict(synthetic_dataset(members=2)).to_json())


def test_a_target_that_says_more_than_is_not_met_by_its_number() -> None:
    from digisim.testing.datasets import synthetic_dataset
    from digisim.verdicts.outcomes import outcome

    target = next(target for target in load_targets("dongguan") if target.id == "dg-firms-1bn")
    assert (target.comparison, target.value) == ("more_than", 4.0)
    many = synthetic_dataset(["dongguan-baseline"], members=4)
    many[target.variable("local")][:] = 4.0
    found = outcome(many, "dongguan-baseline", "dongguan", target, target.variable("local"))
    assert not isinstance(found, str) and (found.value == 4.0).all()
    held = verdict(many)
    row = held[(held["target"] == "dg-firms-1bn") & (held["regime"] == "all")].iloc[0]
    assert row["probability"] == 0.0
    many[target.variable("local")][:] = 5.0
    held = verdict(many)
    assert held[(held["target"] == "dg-firms-1bn") & (held["regime"] == "all")].iloc[0]["probability"] == 1.0

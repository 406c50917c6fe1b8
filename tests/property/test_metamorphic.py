"""What must not change a result: the unit of account, levers at zero, names, order, company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import product

import numpy as np
import pytest
import xarray as xr

import digisim as ds
from digisim.joint import JointModel
from digisim.policy import levers_of, load_levers
from digisim.scenario import JointScenario, Scenario, load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.state.economy import City, Environment
from digisim.state.table import load_columns
from digisim.statistics import load_indicators
from digisim.units import is_nominal

NOMINAL_ENVIRONMENT = {"market", "output_per_worker", "wage_outside", "rent_level", "gdp"}
NOMINAL_CITY = {"yen", "dollar", "dollar_mean", "electronics", "core_start", "core_rest"}


def in_units(unit: str, numeraire: float) -> float:
    return numeraire if is_nominal(unit) else 1.0


def column_differences(one: IndustryModel, other: IndustryModel, numeraire: float) -> Iterator[str]:
    for column in load_columns():
        tables = [(m.economy.firms if column.entity == "firm" else m.economy.talent)[column.name] for m in (one, other)]
        factor = np.asarray(in_units(column.unit, numeraire)).astype(tables[0].dtype)
        if tables[0].shape != tables[1].shape:
            yield f"{column.entity}.{column.name}: {tables[0].shape} rows against {tables[1].shape}"
        elif not np.array_equal(tables[0] * factor if factor != 1 else tables[0], tables[1]):
            yield f"{column.entity}.{column.name}: {np.mean(tables[0] * factor != tables[1]):.2%} of the values"
    for each in fields(Environment):
        factor = numeraire if each.name in NOMINAL_ENVIRONMENT else 1.0
        mine, theirs = (getattr(m.economy.environment, each.name) for m in (one, other))
        if not np.array_equal(mine * factor, theirs, equal_nan=True):  # a city may lack a figure
            yield f"environment.{each.name}"
    for each in fields(City):
        factor = numeraire if each.name in NOMINAL_CITY else 1.0
        mine, theirs = (getattr(m.economy.city, each.name) for m in (one, other))
        if not np.array_equal(mine * factor, theirs, equal_nan=True):
            yield f"city.{each.name}"
    yield from park_differences(one, other, numeraire)


def park_differences(one: IndustryModel, other: IndustryModel, numeraire: float) -> Iterator[str]:
    for park, twin in zip(one.economy.parks, other.economy.parks, strict=True):
        aided = {rule: paid * numeraire for rule, paid in park.aided.items()}
        money = (park.rent * numeraire, park.services * numeraire, park.new_services * numeraire, aided)
        real = (park.built, park.vacant, park.support, park.new_floor, park.refused, park.sites, park.expected)
        if money != (twin.rent, twin.services, twin.new_services, twin.aided):
            yield f"park {park.name}: money"
        if real != (twin.built, twin.vacant, twin.support, twin.new_floor, twin.refused, twin.sites, twin.expected):
            yield f"park {park.name}"


@cache
def prepared(member: int, numeraire: float) -> Start:
    return prepare(load_scenario("dalian-baseline"), 1, member, numeraire=numeraire)


def begun(name: str, member: int, numeraire: float) -> IndustryModel:
    """A model of a packaged scenario; "printed-rules" is the baseline with every printed rule in full, "one-park" with
    support of one park alone."""
    printed = {lever.name: largest(lever.name) for lever in load_levers().values() if lever.rule is not None}
    if name == "one-park":
        given = {"park_rent_subsidy": 0.5, "service_platforms": "3 亿 CNY/year", "park_construction": "3 亿 CNY/year"}
        helped = load_scenario("dalian-baseline").with_levers(**given).with_(parks=dict.fromkeys(given, "tengfei"))
        return IndustryModel(helped, 1, member=member, numeraire=numeraire, start=prepared(member, numeraire))
    rules = name == "printed-rules"
    scenario = load_scenario("dalian-baseline").with_levers(**printed) if rules else load_scenario(name)
    return IndustryModel(scenario, 1, member=member, numeraire=numeraire, start=prepared(member, numeraire))


CASES = [
    *product(["dalian-baseline", "dalian-plan", "dalian-push"], [0, 2], [2.0]),
    *product(["dalian-push"], [0], [0.5, 4.0]),
    *product(["dalian-yen-fall"], [0], [2.0]),
    *product(["printed-rules", "one-park"], [0, 2], [2.0]),
]


@pytest.mark.parametrize(("scenario", "member", "numeraire"), CASES)
def test_the_unit_of_account_changes_nothing_real(scenario: str, member: int, numeraire: float) -> None:
    """Multiplying by a power of two is exact in binary, so every real bit must stay and every nominal one scale.

    Thresholds, caps, lever values and the start are nominal too. Columns are compared each quarter, so that a failure
    names the first column and quarter that differ.
    """
    one, other = begun(scenario, member, 1.0), begun(scenario, member, numeraire)
    while True:
        assert list(column_differences(one, other, numeraire)) == [], one.economy
        if not one.running:
            break
        one.step()
        other.step()
    rows = load_indicators("dalian")
    for year, table in one.published.items():
        scaled = {name: value * in_units(rows[name].unit, numeraire) for name, value in table.items()}
        assert scaled == other.published[year], year
    assert one.residual == other.residual


def test_the_unit_of_account_changes_nothing_real_where_firms_move_between_cities() -> None:
    models = []
    for numeraire in (1.0, 2.0):
        parts = [load_scenario(f"{city}-baseline").with_(horizon=2025) for city in ("dongguan", "shenzhen")]
        scenario = JointScenario("two", "dongguan", 2023, 2025, cities=tuple(parts), nation=7e6)
        cities = {
            part.region: IndustryModel(part, 1, numeraire=numeraire, start=prepare(part, 1, 0, numeraire=numeraire))
            for part in parts
        }
        models.append(JointModel(scenario, cities))
    one, other = models
    for _ in range(4):
        for model in models:
            for city in model.cities.values():
                city.economy.elsewhere.firms_to = np.array([10.0])
            model.step()
        for name, city in one.cities.items():
            twin = other.cities[name]
            assert isinstance(city, IndustryModel) and isinstance(twin, IndustryModel)
            assert list(column_differences(city, twin, 2.0)) == [], name
            assert all(movers["id"].size for movers in city.economy.elsewhere.firms_in.values())


def test_the_nominal_quantities_are_told_by_their_units() -> None:
    """The test above would say little if nothing nominal were there to scale."""
    nominal = [row.name for row in load_columns() if is_nominal(row.unit)]
    assert {"cash", "debt", "orders", "wage", "profit"} <= set(nominal)
    published = {name for name, row in load_indicators().items() if is_nominal(row.unit)}
    assert {"software_revenue", "wage_mean", "rent_mean"} <= published


def test_a_numeraire_of_three_would_be_seen() -> None:
    """The comparison bites: 3 is no power of two, so roundings differ somewhere."""
    one, other = begun("dalian-baseline", 0, 1.0), begun("dalian-baseline", 0, 3.0)
    for _ in range(4):
        one.step()
        other.step()
    assert list(column_differences(one, other, 3.0))


def zero(name: str) -> str | float:
    unit = load_levers()[name].unit
    return 0.0 if unit == "1" else f"0 {unit}"


def largest(name: str) -> str | float:
    row = levers_of("dalian")[name]
    return row.range[1] if row.unit == "1" else f"{row.range[1]} {row.unit}"


def published(scenario: Scenario, member: int) -> dict[int, dict[str, float]]:
    model = IndustryModel(scenario, 1, member=member, start=prepared(member, 1.0))
    model.run()
    return model.published


@pytest.fixture(scope="module")
def plain(baseline: Scenario) -> dict[int, dict[int, dict[str, float]]]:
    return {member: published(baseline, member) for member in (0, 2)}


@pytest.mark.parametrize("member", [0, 2])
def test_all_levers_at_zero_are_the_baseline(baseline: Scenario, plain, member: int) -> None:
    nothing = baseline.with_levers(**{name: zero(name) for name in load_levers()})
    assert nothing.hash == baseline.hash
    assert published(nothing, member) == plain[member]


def test_a_park_that_is_named_and_gets_nothing_is_the_baseline(baseline: Scenario, plain) -> None:
    names = [name for name, row in load_levers().items() if row.of_park]
    nothing = baseline.with_levers(**{name: zero(name) for name in names}).with_(parks=dict.fromkeys(names, "tengfei"))
    assert nothing.hash == baseline.hash
    assert published(nothing, 0) == plain[0]


@pytest.mark.parametrize("name", list(load_levers()))
def test_a_lever_at_zero_on_one_date_is_the_baseline(baseline: Scenario, plain, name: str) -> None:
    assert published(baseline.with_levers(**{name: {"2022Q3": zero(name)}}), 0) == plain[0]


@pytest.mark.parametrize("name", list(load_levers()))
def test_a_lever_changes_nothing_before_its_date(baseline: Scenario, plain, name: str) -> None:
    member = 2 if load_levers()[name].free else 0  # in which parks build and fail the condition
    found = published(baseline.with_levers(**{name: {"2025Q1": largest(name)}}), member)
    same = {year: found[year] == plain[member][year] for year in found}
    assert all(same[year] for year in found if year < 2025)
    assert not same[2028]  # a rule may find nobody to pay in its first years


def values(dataset: xr.Dataset, scenario: str) -> xr.Dataset:
    """Return what was published, without the levers that led to it and without attributes."""
    apart = [name for name in dataset.coords if str(name).startswith("lever_")]
    return dataset.sel(scenario=scenario).drop_vars([*apart, "scenario"]).drop_attrs()


@pytest.fixture(scope="module")
def three() -> dict[str, xr.Dataset]:
    names = ["dalian-baseline", "dalian-plan", "dalian-push"]
    orders = {"forth": names, "back": names[::-1], "alone": names[1:2]}
    return {key: ds.ensemble(order, members=2, seed=1, workers=1) for key, order in orders.items()}


@pytest.mark.parametrize(
    ("other", "name"),
    [("back", "dalian-baseline"), ("back", "dalian-plan"), ("back", "dalian-push"), ("alone", "dalian-plan")],
)
def test_the_order_and_company_of_scenarios_do_not_matter(three: dict[str, xr.Dataset], other: str, name: str) -> None:
    xr.testing.assert_identical(
        three["forth"].sel(scenario=name).drop_attrs(), three[other].sel(scenario=name).drop_attrs()
    )


def test_a_name_changes_nothing(three: dict[str, xr.Dataset]) -> None:
    renamed = load_scenario("dalian-plan").with_(name="another name")
    found = ds.ensemble([renamed], members=2, seed=1, workers=1)
    xr.testing.assert_identical(values(found, "another name"), values(three["alone"], "dalian-plan"))
    assert found.attrs["scenario_hashes"] == three["alone"].attrs["scenario_hashes"]


def test_a_member_does_not_depend_on_how_many_there_are(baseline: Scenario) -> None:
    one, three = (ds.ensemble([baseline], members=n, seed=1, workers=1) for n in (1, 3))
    xr.testing.assert_identical(one.drop_attrs(), three.isel(member=[0]).drop_attrs())
    last = ds.simulate(baseline, seed=1, member=2)
    xr.testing.assert_identical(last.drop_attrs(), three.isel(member=[2]).drop_attrs())

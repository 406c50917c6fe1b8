"""Actors with policy logic: parks that build and let, a government that looks at what is published."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.actors import Government, Park
from digisim.actors.park import STAGES
from digisim.errors import InputError
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start, prepare, simulate
from digisim.testing.states import differing_columns


@pytest.fixture
def park() -> Park:
    return Park(mesa.Model(), "north", built=100_000.0, rent=60.0)


def test_a_park_begins_to_build_what_is_missing_for_its_tenants(park: Park) -> None:
    """A tenth of what is missing: with 90,000 m2 let nothing at a natural vacancy of 10%, with 100,000 let 1,111 m2."""
    for vacant, begun in ((10_000.0, 0.0), (0.0, 1_111.111), (5_500.0, 500.0), (50_000.0, 0.0)):
        park.vacant, park.sites = vacant, [0.0, 0.0, 0.0]
        park.begin(rate=0.4, natural=0.10, years=3.0)
        assert park.sites == [pytest.approx(begun), 0.0, 0.0]
        assert (park.built, park.vacant) == (100_000.0, vacant)


def test_what_is_under_way_is_not_begun_again(park: Park) -> None:
    park.vacant, park.sites = 0.0, [4_000.0, 3_000.0, 2_000.0]
    park.begin(rate=0.4, natural=0.10, years=3.0)
    assert park.sites[0] == pytest.approx(4_000.0 + 0.1 * (11_111.111 - 9_000.0))


def test_owners_build_ahead_by_the_growth_that_they_expect(park: Park) -> None:
    """At 10% a year, two years to decide and three to build: (1 + 0.2)(1 + 0.1)^3 of what is let today."""
    park.vacant, park.expected = 10_000.0, 0.1
    park.begin(rate=0.5, natural=0.10, years=3.0)
    assert park.sites[0] == pytest.approx(0.125 * 100_000.0 * (1.2 * 1.1**3 - 1.0))
    park.expected = -0.1
    before = list(park.sites)
    park.begin(rate=0.5, natural=0.10, years=3.0)
    assert park.sites == before


def test_expectations_follow_what_was_let(park: Park) -> None:
    park.vacant = 10_000.0
    park.expect(0.08, 0.25)
    assert (park.expected, park.let) == (pytest.approx(0.02), 90_000.0)
    for _ in range(100):
        park.expect(0.08, 0.25)
    assert park.expected == pytest.approx(0.08)


@given(st.floats(0.1, 8.0), st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12))
def test_all_that_is_begun_opens_and_nothing_else(years: float, begun: list[float]) -> None:
    park = Park(mesa.Model(), "north", built=100_000.0, rent=60.0)
    park.refused = 1.0
    for k, area in enumerate(begun, 1):
        park.deliver(years)
        park.new_floor = area
        park.begin(1.0, 0.1, years)
        assert park.built + park.underway - 100_000.0 == pytest.approx(sum(begun[:k]), abs=1e-3)
        assert park.vacant == park.built and min(park.sites) >= 0.0
    for _ in range(2000):
        park.deliver(years)
    assert park.built - 100_000.0 == pytest.approx(sum(begun), abs=1e-3)


@pytest.mark.parametrize("years", [0.5, 2.0, 4.0])
def test_a_building_takes_the_years_that_it_takes(park: Park, years: float) -> None:
    """The mean time from the first spade to opening, in steps of a quarter; at three stages no less than three."""
    park.sites[0], opened, was = 1_000.0, [], park.built
    for _ in range(400):
        park.deliver(years)
        opened.append(park.built - was)
        was = park.built
    assert sum(opened) == pytest.approx(1_000.0)
    mean = np.average(np.arange(1, 401) / 4.0, weights=opened)
    assert mean == pytest.approx(max(years, STAGES / 4.0))


@pytest.mark.parametrize("growth", [0.0, 0.03, 0.1, 0.2])
@pytest.mark.parametrize("years", [1.0, 5.0])
def test_vacancy_is_natural_where_what_is_let_grows_steadily(park: Park, growth: float, years: float) -> None:
    """Whatever the pace: owners who expect it build ahead by as much. A quarter's growth is the grain of it."""
    park.expected, park.let = growth, 90_000.0
    for quarter in range(200):
        park.vacant = park.built - 90_000.0 * np.exp(growth * quarter / 4.0)
        park.expect(growth, 0.1)
        park.deliver(years)
        park.begin(1.0, 0.1, years)
    assert park.vacant / park.built == pytest.approx(0.1, abs=0.2 * growth + 1e-3)


def test_where_growth_ends_what_was_begun_stands_empty(park: Park) -> None:
    """Owners look back (Wheaton 1999): after years of growth the sites of the last ones open to nobody."""
    park.vacant, park.expected = 10_000.0, 0.08
    for quarter in range(200):
        let = 90_000.0 * np.exp(0.08 * min(quarter, 100) / 4.0)
        growth = 0.08 if quarter <= 100 else 0.0
        park.vacant = park.built - let
        park.expect(growth, 0.1)
        park.deliver(3.0)
        park.begin(1.0, 0.1, 3.0)
        if quarter == 100:
            before = park.vacant / park.built
    assert before < 0.13
    assert park.vacant / park.built > 0.2


def test_rent_follows_prices_and_moves_against_vacancy(park: Park) -> None:
    park.vacant = 10_000.0
    park.reset_rent(level=66.0, response=2.0, natural=0.10, pace=0.5)
    assert park.rent == pytest.approx(66.0)  # prices rose by a tenth, vacancy is natural
    park.vacant = 30_000.0
    park.reset_rent(level=66.0, response=2.0, natural=0.10, pace=0.5)
    assert park.rent == pytest.approx(66.0 * np.exp(0.5 * 2.0 * -0.2))
    for _ in range(100):
        park.reset_rent(level=66.0, response=2.0, natural=0.10, pace=0.5)
    assert park.rent == pytest.approx(66.0 * np.exp(2.0 * -0.2))  # and no further


def test_a_new_unit_of_account_changes_the_rent_and_nothing_else(park: Park) -> None:
    park.vacant = 10_000.0
    park.reprice(2.0)
    assert park.rent == 120.0
    park.reset_rent(level=120.0, response=0.3, natural=0.10, pace=0.5)
    assert park.rent == pytest.approx(120.0)


class Careful(Park):
    """A park that counts its decisions and builds at half the pace."""

    def __init__(self, model: object, name: str, built: float, rent: float) -> None:
        super().__init__(model, name, built, rent)
        self.decisions: list[float] = []

    def begin(self, rate: float, natural: float, years: float) -> None:
        self.decisions.append(rate)
        super().begin(rate / 2.0, natural, years)


def test_a_copy_is_another_park_that_remembers_the_same() -> None:
    first, second = mesa.Model(), mesa.Model()
    park = Careful(first, "north", 100_000.0, 60.0)
    park.begin(0.01, 0.1, 3.0)
    twin = park.copy(second)
    assert isinstance(twin, Careful) and twin.model is second and twin in second.agents
    assert (twin.built, twin.vacant, twin.rent, twin.decisions) == (park.built, park.vacant, park.rent, [0.01])
    twin.begin(0.01, 0.1, 3.0)
    assert len(park.decisions) == 1
    assert repr(park) == f"<Park north: {park.built:,.0f} m2, 100% vacant, 60 CNY/m2/month>"


def test_a_scenario_can_name_the_class_of_its_parks(baseline: Scenario, start: Start) -> None:
    named = baseline.with_(horizon=2021, actor_classes={"park": f"{__name__}:Careful"})
    assert named.hash != baseline.with_(horizon=2021).hash
    model = IndustryModel(named, seed=1)
    assert all(isinstance(park, Careful) for park in model.economy.parks)
    assert set(model.economy.parks) <= set(model.agents)
    warm_up = [len(park.decisions) for park in model.economy.parks]
    model.run()
    assert [len(park.decisions) for park in model.economy.parks] == [n + 4 for n in warm_up]
    usual = sum(park.built for park in start.economy.parks)
    assert sum(park.built for park in model.economy.parks) < 1.2 * usual


class Worried(Government):
    """Pays research grants once published employment has fallen below that of the base year."""

    def levers(
        self, quarter: int, scheduled: Mapping[str, float], published: Mapping[int, Mapping[str, float]]
    ) -> Mapping[str, float]:
        years = sorted(published)
        fell = published[years[-1]]["employees_local"] < published[years[0]]["employees_local"]
        return {**scheduled, "rd_grant": 3e8 if fell else scheduled["rd_grant"]}


class Bold(Government):
    """Pays whatever is published."""

    def levers(
        self, quarter: int, scheduled: Mapping[str, float], published: Mapping[int, Mapping[str, float]]
    ) -> Mapping[str, float]:
        return {**scheduled, "rd_grant": 3e8}


def test_a_scenario_can_name_the_class_of_its_government(baseline: Scenario) -> None:
    scenario = baseline.with_(name="bold", horizon=2021, actor_classes={"government": f"{__name__}:Bold"})
    cost = simulate(scenario, seed=1)["fiscal_cost_rd_grant"].sel(scenario="bold", member=0, city="dalian")
    assert cost.sel(year=2020) == 0.0
    assert 0.0 < float(cost.sel(year=2021)) <= 3e8
    assert float(simulate(baseline.with_(horizon=2021), seed=1)["fiscal_cost"].sum()) == 0.0


def test_a_government_acts_on_what_was_published_before(baseline: Scenario, start: Start) -> None:
    model = IndustryModel(baseline.with_(horizon=2022), start=start)
    model.government = Worried(model, "dalian")
    model.run()
    people = {year: table["employees_local"] for year, table in model.published.items()}
    cost = {year: table["fiscal_cost_rd_grant"] for year, table in model.published.items()}
    assert cost[2021] == 0.0  # nothing but the base year was published when 2021 was decided
    assert (cost[2022] > 0.0) == (people[2021] < people[2020])


def test_actors_are_agents_of_their_model(model: IndustryModel, start: Start) -> None:
    assert model.government in model.agents
    assert set(model.economy.parks) <= set(model.agents)
    assert not set(model.economy.parks) & set(start.economy.parks)


def test_a_prepared_start_is_not_changed_by_the_models_begun_from_it(baseline: Scenario) -> None:
    start = prepare(baseline, 3, 0)
    untouched = start.economy.copy(mesa.Model())
    IndustryModel(baseline.with_(horizon=2021), start=start).run()
    assert differing_columns(untouched, start.economy) == []
    assert [p.built for p in untouched.parks] == [p.built for p in start.economy.parks]


@pytest.mark.parametrize("place", ["nowhere:Class", f"{__name__}:Missing", "nocolon", ":Class", ""])
def test_an_actor_class_that_cannot_be_found(baseline: Scenario, start: Start, place: str) -> None:
    named = baseline.with_(actor_classes={"government": place})
    with pytest.raises(InputError, match="for 'government' cannot be found") as caught:
        IndustryModel(named, start=start)
    assert caught.value.where == "scenario 'dalian-baseline'"
    assert "module:Class" in caught.value.allowed and "model.government" in caught.value.next


@pytest.mark.parametrize("relax", [{"money": 2.0}, {"people": 0.0}, {"space": -1.0}, {"orders": float("nan")}])
def test_a_limit_that_cannot_be_relaxed(baseline: Scenario, start: Start, relax: dict[str, float]) -> None:
    with pytest.raises(InputError, match="cannot relax") as caught:
        IndustryModel(baseline, start=start, relax=relax)
    assert caught.value.allowed == "orders, people, space, capital, each by a factor above 0"


def test_a_relaxed_limit_binds_less(baseline: Scenario, start: Start, start_of: Callable[[int], Start]) -> None:
    """Capital in the first quarter, when all else is equal: later other firms are in business."""
    limited = []
    for relax in (None, {"capital": 100.0}):
        model = IndustryModel(baseline, start=start_of(2), relax=relax)
        model.step()
        limited.append(model.economy.counts["limited_by_capital"])
    assert limited[1] < limited[0]
    short = baseline.with_(horizon=2021)
    usual = IndustryModel(short, start=start).run().published[2021]
    more = IndustryModel(short, start=start, relax={"orders": 1.1}).run().published[2021]
    assert more["software_revenue_latent"] > usual["software_revenue_latent"]


def test_a_role_that_nobody_plays_is_refused(baseline) -> None:
    scenario = baseline.with_(actor_classes={"mayor": "digisim.actors:Government"})
    with pytest.raises(InputError, match="no actor plays the role 'mayor'") as caught:
        IndustryModel(scenario, 1)
    assert "government, park" in str(caught.value)

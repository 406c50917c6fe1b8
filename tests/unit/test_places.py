"""Services of parks, the choice of a place, and support that goes to one park alone."""

from __future__ import annotations

import math

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.actors import Park, pull, support_worth
from digisim.errors import ScenarioError
from digisim.kernels.places import choose_places
from digisim.policy import load_levers
from digisim.processes.innovation import _platforms
from digisim.quarter import run_quarter
from digisim.scenario import Scenario, load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.state import invariants

P = {"platform.wear": 0.2, "platform.worth": 0.5, "park.rent.elasticity": -0.5}
OF_PARK = [name for name, row in load_levers().items() if row.of_park]


def parks(*rents: float, area: float = 1000.0) -> list[Park]:
    model = mesa.Model()
    return [Park(model, f"park {k}", area, rent) for k, rent in enumerate(rents)]


def test_services_are_what_was_spent_less_what_wore_off() -> None:
    (park,) = parks(50.0)
    park.new_services = 1e6
    park.receive(0.2)
    assert (park.services, park.built) == (1e6, 1000.0)
    park.new_services = 0.0
    park.receive(0.2)
    assert (park.services, park.built) == (0.95e6, 1000.0)


def test_what_is_spent_for_long_is_what_upkeep_costs() -> None:
    (park,) = parks(50.0)
    park.new_services = 1e5 / 4.0  # 100 CNY a m2 and year
    for _ in range(400):
        park.receive(0.2)
    assert park.upkeep(0.2) == pytest.approx(100.0)


def test_the_charge_of_a_place_is_rent_less_support_and_what_services_are_worth() -> None:
    (park,) = parks(50.0)
    assert park.charge(0.2, 0.5) == 50.0
    park.support, park.services = 0.5, 120.0 * 1000.0 / 0.2  # upkeep of 120 a year, 10 a month
    assert park.charge(0.2, 0.5) == pytest.approx(25.0 - 5.0)


def test_cheap_places_and_places_with_services_draw_more() -> None:
    usual, cheap, served = parks(50.0, 49.5, 50.0)
    served.services = 1e5
    odds = pull([usual, cheap, served], P, 50.0)
    assert odds[1] / odds[0] == pytest.approx(math.exp(0.5 * 0.01))  # 1% of rent, by the elasticity
    assert odds[2] > odds[0]


def test_support_is_worth_nothing_without_support_and_its_money_for_who_gets_it() -> None:
    places = parks(50.0, 50.0)
    assert support_worth(parks(50.0, 40.0, 60.0), P, 50.0) == 0.0
    for park in places:
        park.support = 0.2
    assert support_worth(places, P, 50.0) == pytest.approx(0.2 * 50.0)
    places[0].support, places[1].support = 0.4, 0.0
    careless = {**P, "park.rent.elasticity": -1e-6}  # who does not choose by rent gets the mean refund
    assert support_worth(places, careless, 50.0) == pytest.approx(0.2 * 50.0, rel=1e-4)
    assert support_worth(places, P, 50.0) > 0.2 * 50.0  # to be able to choose adds to it
    for park in places:
        park.vacant = 0.0
    assert support_worth(places, P, 50.0) == 0.0  # no room, nobody comes for it


AREAS = st.lists(st.floats(0.0, 1e4), min_size=2, max_size=7)


@given(AREAS, st.integers(0, 2**32 - 1))
def test_nobody_takes_room_that_is_not_there(areas: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    room, n = np.array(areas), 30
    need, own = rng.exponential(400.0, n), rng.integers(0, room.size, n)
    before, chosen = room.copy(), np.empty(n, np.int64)
    choose_places(rng.random((n, room.size)), need, own, room, np.ones(room.size), chosen)
    moved = chosen != own
    taken = np.bincount(chosen[moved], weights=need[moved], minlength=room.size)
    np.testing.assert_allclose(before - taken, room, atol=1e-6)
    assert (room >= 0.0).all()


FIRMS = 20_000


def drawn(room: list[float], odds: list[float]) -> np.ndarray:
    """The place of each of 20,000 firms that need next to nothing; the luck of a firm with a place is its own."""
    chosen = np.empty(FIRMS, np.int64)
    u = np.random.default_rng(7).random((FIRMS, len(room)))
    choose_places(u, np.full(FIRMS, 1e-9), np.full(FIRMS, -1), np.array(room), np.array(odds), chosen)
    return chosen


def counts(room: list[float], odds: list[float]) -> np.ndarray:
    return np.bincount(drawn(room, odds), minlength=len(room))


SPREAD = 4.0 * np.sqrt(FIRMS) / 2.0  # four standard deviations of a count, at most


def test_every_square_metre_counts_alike_whatever_park_it_is_called() -> None:
    whole, parts = counts([300.0, 100.0], [1.0, 1.0]), counts([300.0, 60.0, 40.0], [1.0, 1.0, 1.0])
    assert whole.tolist() == pytest.approx([15_000, 5_000], abs=SPREAD)
    assert parts.tolist() == pytest.approx([15_000, 3_000, 2_000], abs=SPREAD)
    assert counts([100.0, 100.0], [3.0, 1.0]).tolist() == pytest.approx([15_000, 5_000], abs=SPREAD)


@given(st.lists(st.floats(0.2, 5.0), min_size=2, max_size=6), st.floats(1.01, 4.0), st.data())
def test_a_place_that_gains_draws_firms_and_moves_nobody_between_others(
    odds: list[float], more: float, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(odds) - 1))
    room = [100.0] * len(odds)
    before, after = drawn(room, odds), drawn(room, [o * more if k == place else o for k, o in enumerate(odds)])
    assert (after[before != after] == place).all() and (before != after).any()


@pytest.mark.parametrize("moving", [0.0, 0.99])
def test_tenants_whose_lease_ends_choose_anew_and_named_firms_stay(start: Start, moving: float) -> None:
    counts = []
    for rent in (1.0, 0.01):
        model = IndustryModel("dalian-baseline", start=start, guarded=True)
        economy = model.economy
        economy.parameters = {**economy.parameters, "space.moving": moving, "park.rent.elasticity": -2.0}
        firms = economy.firms
        firms["incubated_until"][:] = -1  # who leaves an incubator looks anew at any rate of moving
        there, ids = firms["park"].copy(), firms["id"].copy()
        economy.memo["anchors"] = {"named": int(ids[np.argsort(firms["headcount"])[-40]])}
        cheap = max(range(len(economy.parks)), key=lambda k: economy.parks[k].vacant)
        economy.parks[cheap].rent *= rent
        model.step()
        model.step()
        assert max(each.value for each in invariants.residuals(economy)) <= 1e-9
        old = np.isin(economy.firms["id"], ids)
        places = dict(zip(economy.firms["id"][old].tolist(), economy.firms["park"][old].tolist(), strict=True))
        before = dict(zip(ids.tolist(), there.tolist(), strict=True))
        moved = [firm for firm, place in places.items() if before[firm] != place]
        assert (len(moved) > 500) == (moving > 0.0) and economy.memo["anchors"]["named"] not in moved
        counts.append(sum(place == cheap for place in places.values()))
    assert (counts[1] > counts[0]) == (moving > 0.0)


def helped(park: str = "tengfei", **levers: str | float) -> Scenario:
    return load_scenario("dalian-baseline").with_levers(**levers).with_(parks=dict.fromkeys(levers, park))


def test_support_of_one_park_goes_to_its_tenants_alone(start: Start) -> None:
    model = IndustryModel(helped(park_rent_subsidy=0.5), start=start, guarded=True)
    economy, seen = model.economy, []
    economy.firms["incubated_until"][:] = -1
    place = [park.name for park in economy.parks].index("tengfei")
    for park in economy.parks:
        park.places = 0  # an incubator spares its tenants a part of the rent

    def watch() -> None:
        firms = economy.firms
        rent = 3.0 * firms["floor_area"][firms["park"] == place].sum() * economy.parks[place].rent
        seen.append(float(rent * 0.5 * economy.parameters["place.implementation"]))

    for _ in range(4):
        levers = model.scenario.values(economy.quarter + 1)
        run_quarter(economy, model.member.chance, levers, guarded=True, after={"production": watch})
        assert [park.support > 0.0 for park in economy.parks] == [k == place for k in range(len(economy.parks))]
        paid = economy.flows.paid["government", "firms", "lever:park_rent_subsidy"]
        assert paid == pytest.approx(seen[-1]) and paid > 0.0


@pytest.mark.parametrize("name", ["service_platforms", "park_construction"])
def test_money_for_one_park_is_spent_there_and_booked(start: Start, name: str) -> None:
    plain = IndustryModel("dalian-baseline", start=start)
    model = IndustryModel(helped(**{name: "4 亿 CNY/year"}), start=start)
    plain.step()
    model.step()
    economy = model.economy
    spent = economy.flows.paid["government", "suppliers", f"lever:{name}"]
    assert spent == pytest.approx(1e8 * economy.parameters["place.implementation"])
    more = {
        park.name: (park.services, park.underway - other.underway)
        for park, other in zip(economy.parks, plain.economy.parks, strict=True)
    }
    services, area = more.pop("tengfei")
    assert (services == pytest.approx(spent)) == (name == "service_platforms")
    assert (area > 0.0) == (name == "park_construction")
    assert all(each == (0.0, 0.0) for each in more.values())


def test_platforms_that_are_nowhere_in_particular_serve_all_places_alike(start: Start) -> None:
    """Lasting spending of a share of revenue comes to e times that share everywhere, as much as it did at once."""
    economy = start.economy.copy(mesa.Model())
    p, revenue = economy.parameters, economy.memo["sector_revenue"]
    total = sum(park.built for park in economy.parks)
    for park in economy.parks:
        park.services = 0.01 * revenue / p["platform.wear"] * park.built / total
    np.testing.assert_allclose(_platforms(economy), max(1.0 + p["platform.spill"] * 0.01, 0.0))  # type: ignore[arg-type]
    economy.parks[0].services *= 2.0
    factor = _platforms(economy)  # type: ignore[arg-type]
    assert (factor[0] > factor[1]) == (p["platform.spill"] > 0.0) and np.ptp(factor[1:]) == pytest.approx(0.0)


def founded_there(scenario: Scenario | str, start: Start, quarters: int = 12) -> int:
    """Firms founded in Tengfei Park; floor area is whole at the end of each quarter."""
    model, count = IndustryModel(scenario, start=start, guarded=True), 0
    place = [park.name for park in model.economy.parks].index("tengfei")
    for _ in range(quarters):
        model.step()
        firms = model.economy.firms
        count += int(((firms["founded"] == model.economy.quarter) & (firms["park"] == place)).sum())
        assert invariants.check(model.economy) < 1e-9
    return count


@pytest.mark.parametrize(
    "levers",
    [
        {"park_rent_subsidy": 1.0}, {"incubator_places": "3200 万 CNY/year"}, {"park_construction": "20 亿 CNY/year"},
        {"service_platforms": "20 亿 CNY/year"},
    ],
    ids=OF_PARK,
)
def test_firms_settle_more_often_where_support_is(start_of, levers: dict[str, str | float]) -> None:
    starts = [start_of(member) for member in (0, 2, 4)]
    usual = [founded_there("dalian-baseline", each) for each in starts]
    more = [founded_there(helped(**levers), each) for each in starts]
    print(levers, usual, more)
    assert sum(more) > sum(usual)


class Free(Park):
    """A park that asks newcomers for nothing."""

    def charge(self, wear: float, worth: float) -> float:
        return 0.0 if self.name == "tengfei" else super().charge(wear, worth)


def test_a_park_of_ones_own_says_what_a_place_costs(baseline: Scenario, start: Start) -> None:
    free = start.economy.copy(mesa.Model())
    for park in free.parks:
        park.__class__ = Free
    level, place = free.environment.rent_level, [park.name for park in free.parks].index("tengfei")
    one, other = (pull(each, free.parameters, level) for each in (start.economy.parks, free.parks))
    assert other[place] == 1.0 > one[place] and np.array_equal(np.delete(one, place), np.delete(other, place))
    named = baseline.with_(horizon=2021, actor_classes={"park": f"{__name__}:Free"})
    assert all(isinstance(park, Free) for park in IndustryModel(named, seed=1).economy.parks)


def test_a_copy_of_a_park_keeps_its_services_and_a_new_unit_of_account_scales_them() -> None:
    (park,) = parks(50.0)
    park.services, park.new_services, park.support = 3.0, 1.0, 0.5
    twin = park.copy(mesa.Model())
    twin.reprice(2.0)
    assert (twin.services, twin.new_services, twin.support, park.services) == (6.0, 2.0, 0.5, 3.0)


def test_parks_of_a_scenario_enter_its_hash_and_its_text(tmp_path) -> None:
    plain = load_scenario("dalian-baseline").with_levers(park_rent_subsidy=0.3)
    one = plain.with_(parks={"park_rent_subsidy": "tengfei"})
    assert one.hash != plain.hash
    assert plain.with_(parks={"service_platforms": "tengfei"}).hash == plain.hash  # a lever that is not pulled
    assert "park_rent_subsidy: only in the park tengfei" in str(one)
    path = tmp_path / "mine.yaml"
    path.write_text("region: dalian\nlevers: {park_rent_subsidy: 0.3}\nparks: {park_rent_subsidy: tengfei}\n")
    below = tmp_path / "below.yaml"
    below.write_text("extends: mine\nlevers: {park_rent_subsidy: 0.4}\n")
    city = tmp_path / "city.yaml"
    city.write_text("extends: mine\nparks: {}\n")
    assert load_scenario(path).hash == one.hash
    assert load_scenario(below).parks == one.parks and load_scenario(city).hash == plain.hash


def test_a_park_that_the_city_lacks_is_refused_in_python_too(baseline: Scenario) -> None:
    with pytest.raises(ScenarioError, match="dalian has no park 'nanshan'") as caught:
        baseline.with_(parks={"park_rent_subsidy": "nanshan"})
    assert caught.value.where == "parks, park_rent_subsidy" and "tengfei" in caught.value.allowed

"""The printed condition on land: who is asked, at and around both numbers, and what becomes of who fails."""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from digisim.actors import Park
from digisim.policy.rules import admitted, load_rules
from digisim.processes.policy import POLICY
from digisim.processes.policy.land import revenue_a_metre
from digisim.rng import Chance
from digisim.simulate import Start
from digisim.state.economy import Economy
from digisim.testing.states import advance, small_world

WAN, YI, HECTARE = 1e4, 1e8, 1e4
LEAP = 1e-9  # relative
LEVEL = 32.0  # CNY/m2/month, a power of two: what is divided by it stays what it is


@pytest.fixture(scope="module")
def world() -> Start:
    """A small city after its first year, so that its firms have books."""
    start = small_world()
    advance(start.economy, start.member.chance, 5)
    return start


def asked(start: Start, invested: float, revenue: float, *, share: float = 1.0, numeraire: float = 1.0) -> Economy:
    """A copy after the policy step: every square metre of land gets `invested` 万/ha, and earned `revenue` 亿/ha.

    Every tenant holds a square metre, of which two stand on one of land; all that is announced is carried out.
    """
    economy = start.economy.copy(mesa.Model())
    firms, ratio = economy.firms, 2.0
    economy.parameters = {
        **economy.parameters, "park.plot.ratio": ratio, "place.implementation": 1.0, "park.rent.base": LEVEL,
        "park.construction.cost": invested * WAN / HECTARE / ratio * numeraire,
    }  # fmt: skip
    economy.environment.rent_level = LEVEL
    economy.memo["numeraire"] = numeraire
    firms["floor_area"][:] = 1.0
    firms["last_year_revenue"][:] = revenue * YI / HECTARE / ratio * numeraire
    economy.flows.begin()
    POLICY(economy, Chance(1, 0), {"land_entry": share}, guarded=True)
    return economy


def tenanted(economy: Economy) -> list[Park]:
    """Parks that a firm with books sits in, without what is outside parks."""
    held = np.bincount(economy.firms["park"][economy.firms["alive"]], minlength=len(economy.parks))
    found = [park for park, many in zip(economy.parks, held, strict=True) if many and not park.scattered]
    assert len(found) >= 3
    return found


@pytest.mark.parametrize("numeraire", [1.0, 2.0])
@pytest.mark.parametrize("share", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    ("invested", "revenue", "yes"),
    [
        (4000, 2.0, True), (4000 * (1 + LEAP), 2.0 * (1 + LEAP), True), (9000, 3.0, True),
        (4000 * (1 - LEAP), 2.0, False), (4000, 2.0 * (1 - LEAP), False), (1000, 0.5, False),
    ],
)  # fmt: skip
def test_a_park_gets_land_at_both_numbers_and_above_not_below(
    world: Start, invested: float, revenue: float, yes: bool, share: float, numeraire: float
) -> None:
    """The lever asks for a share of what is printed; in another unit of account it asks for the same."""
    economy = asked(world, share * invested, share * revenue, share=share, numeraire=numeraire)
    assert [park.refused for park in tenanted(economy)] == [0.0 if yes else 1.0] * len(tenanted(economy))


def test_who_builds_outside_parks_asks_for_no_land_of_the_base(world: Start) -> None:
    economy = asked(world, 1.0, 0.001)
    outside = [park.refused for park in economy.parks if park.scattered]
    assert outside == [0.0] * len(outside) and outside
    assert {park.refused for park in economy.parks if not park.scattered} == {1.0}


def test_a_rule_that_is_withdrawn_refuses_nobody(world: Start) -> None:
    economy = asked(world, 1.0, 0.001)
    POLICY(economy, Chance(1, 0), {"land_entry": 0.0}, guarded=True)
    assert {park.refused for park in economy.parks} == {0.0}


def test_of_new_building_what_is_carried_out_is_asked(world: Start) -> None:
    economy = asked(world, 1.0, 0.001)
    economy.parameters = {**economy.parameters, "place.implementation": 0.4}
    POLICY(economy, Chance(1, 0), {"land_entry": 1.0}, guarded=True)
    assert {park.refused for park in tenanted(economy)} == {0.4}


def test_it_costs_nothing_and_does_not_hold_up_what_the_city_builds(world: Start) -> None:
    economy = asked(world, 1.0, 0.001)
    assert sum(amount for (_, _, purpose), amount in economy.flows.paid.items() if purpose.startswith("lever:")) == 0.0
    POLICY(economy, Chance(1, 0), {"land_entry": 1.0, "park_construction": 1e9}, guarded=True)
    park = tenanted(economy)[0]
    before = park.underway
    assert park.refused == 1.0 and park.new_floor > 0.0
    park.begin(1.0, 0.1, 3.0)
    assert park.underway == pytest.approx(before + park.new_floor)


def test_the_revenue_of_a_park_is_that_of_tenants_with_books_over_their_area() -> None:
    firms = SimpleNamespace(
        alive=np.array([True, True, True, False, True]),
        park=np.array([0, 0, 0, 0, 2]),
        floor_area=np.array([10.0, 30.0, 60.0, 5.0, 4.0]),
        last_year_revenue=np.array([100.0, 340.0, 0.0, 700.0, 2.0]),
    )
    assert revenue_a_metre(firms, 4).tolist() == [11.0, 0.0, 0.5, 0.0]


def test_a_park_builds_what_it_is_not_refused() -> None:
    begun = []
    for refused in (0.0, 0.25, 1.0):
        park = Park(mesa.Model(), "park", 1000.0, 50.0)
        park.vacant, park.refused = 0.0, refused
        park.begin(2.0, 0.2, 3.0)
        begun.append(park.underway)
    assert begun == pytest.approx([125.0, 0.75 * 125.0, 0.0])


def test_where_the_rule_fails_vacancy_falls_and_rents_rise(world: Start) -> None:
    """Years in which parks that must build get no land, against the same years in which nobody asks."""
    ends = []
    for share in (0.0, 2.0):
        economy = world.economy.copy(mesa.Model())
        economy.parameters = {
            **economy.parameters, "park.plot.ratio": 1e-3, "place.implementation": 1.0, "space.moving": 0.0,
            "space.relocation": 0.0,
        }  # fmt: skip
        for park in economy.parks:
            park.built -= 0.8 * park.vacant
            park.vacant *= 0.2
            park.sites = [0.0] * len(park.sites)  # what has land already opens
        begun = [park.built for park in economy.parks]
        advance(economy, world.member.chance, 16, levers={"land_entry": share})
        ends.append((economy, begun))
    (free, begun), (bound, _) = ends
    some = False
    for park, twin, before in zip(free.parks, bound.parks, begun, strict=True):
        if park.scattered:
            assert twin.built > before
        elif park.built > before * 1.02 and park.vacant > 0.0:
            some = True
            assert twin.built == before
            assert twin.vacant / twin.built < park.vacant / park.built
            assert twin.rent > park.rent
    assert some


def test_admission_is_by_the_rule_as_printed() -> None:
    rule = load_rules()["land_entry"]
    assert (rule.value("invested"), rule.value("revenue")) == (4000 * WAN / HECTARE, 2 * YI / HECTARE)
    assert admitted(np.array([4000.0]), np.array([20000.0]), rule).all()

"""Places in incubators: who gets one, what it spares, when it ends, and what the city's money adds."""

from __future__ import annotations

import math

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.actors import admit, apportion, place_area
from digisim.processes import entry
from digisim.processes.entry import ENTRY
from digisim.processes.policy import POLICY
from digisim.processes.production import PRODUCTION
from digisim.processes.space import SPACE
from digisim.quarter import run_quarter
from digisim.rng import Chance
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start
from digisim.state.economy import Economy
from digisim.synthesis.incubators import let_again, seated

CHANCE = Chance(1, 0)
AREAS = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=9)


@given(st.integers(0, 5000), AREAS)
def test_places_of_parks_are_whole_and_add_up(total: int, areas: list[float]) -> None:
    area = np.array(areas)
    places = apportion(total, area)
    assert places.min() >= 0
    assert places.sum() == (total if area.any() else 0)
    if area.any():
        assert np.abs(places - total * area / area.sum()).max() <= 1.0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 30), st.integers(0, 2**31))
def test_no_place_is_given_twice_and_none_is_left_while_founders_wait(free: list[int], many: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    words, lot = luck.uniform(size=(many, 8)) * 0.999 + 1e-4, luck.uniform(size=many)
    taken = admit(np.array(free), lot, lambda rows, block: words[rows, 4 * block : 4 * block + 4])
    held = np.bincount(taken[taken >= 0], minlength=len(free))
    assert (held <= free).all()
    assert (taken >= 0).sum() == min(many, sum(free))
    if 0 < sum(free) < many:
        assert lot[taken >= 0].max() <= lot[taken < 0].min()


def test_one_founder_more_turns_away_one_at_most() -> None:
    luck = np.random.default_rng(7)
    free, lot, words = np.array([4, 3, 2]), luck.uniform(size=31), luck.uniform(size=(31, 4))
    without = admit(free, lot[:30], lambda rows, _: words[rows])
    with_one = admit(free, lot, lambda rows, _: words[rows])[:30]
    assert ((without >= 0) & (with_one < 0)).sum() <= 1
    assert not ((without < 0) & (with_one >= 0)).any()


def fresh(start: Start) -> Economy:
    """A copy of the start at the beginning of its next quarter."""
    economy = start.economy.copy(mesa.Model())
    economy.flows.begin()
    return economy


def test_incubators_are_in_parks_and_full_at_the_start(start: Start) -> None:
    economy, p = start.economy, start.member.parameters
    firms, inside = economy.firms, np.array([not park.scattered for park in economy.parks])
    held = firms["alive"] & (firms["incubated_until"] > economy.quarter)
    places = np.array([park.places for park in economy.parks])
    assert places.sum() == pytest.approx(p["incubator.places"] * start.member.figures["firms"], rel=0.1)
    assert not places[~inside].any() and inside[firms["park"][held]].all()
    assert 0.8 * places.sum() < held.sum()
    assert (np.bincount(firms["park"][held], minlength=places.size) <= places).all()
    assert set(firms["origin"][held]) == {entry.INCUBATED}
    table = economy.published[economy.quarter // 4]
    assert (table["incubator_places"], table["firms_incubated"]) == (places.sum(), held.sum())


def test_a_place_spares_a_part_of_its_rent_and_no_more_than_its_area(start: Start) -> None:
    economy, p = fresh(start), start.member.parameters
    firms, rent = economy.firms, np.array([park.rent for park in economy.parks])
    place = place_area(p)
    rows = np.flatnonzero(firms["alive"])[:2]
    firms["floor_area"][rows] = [place / 2.0, 3.0 * place]
    paid = []
    for until in (-1, economy.quarter + 1):
        twin = economy.copy(mesa.Model())
        twin.flows.begin()
        twin.firms["incubated_until"][:] = -1
        twin.firms["incubated_until"][rows] = until
        PRODUCTION(twin, CHANCE, {}, guarded=True)
        paid.append(twin.flows.paid[("firms", "landlords", "rent")])
    spared = (1.0 - p["incubator.rent"]) * 3.0 * float(rent[firms["park"][rows]] @ [place / 2.0, place])
    assert paid[0] - paid[1] == pytest.approx(spared, rel=1e-6)


def test_nobody_leaves_before_the_time_and_all_look_for_a_place_then(start: Start) -> None:
    economy, p = fresh(start), dict(start.member.parameters)
    economy.parameters = {**p, "space.moving": 0.99}
    firms = economy.firms
    rows = np.flatnonzero(firms["alive"])
    before = firms["park"][rows].copy()
    moved = {}
    for left in (1, 0, -1):
        twin = economy.copy(mesa.Model())
        twin.firms["incubated_until"][:] = economy.quarter + left
        twin.parameters = economy.parameters if left else {**p, "space.moving": 1e-9}
        SPACE(twin, CHANCE, {}, guarded=True)
        moved[left] = float((twin.firms["park"][rows] != before).mean())
    assert moved[1] == 0.0 and moved[0] > 0.3 and moved[-1] > 0.3


@pytest.mark.parametrize("change", [-7, 0, 5])
def test_as_many_sit_in_incubators_after_the_raking_as_before(start: Start, change: int) -> None:
    economy = fresh(start)
    firms = economy.firms
    before = seated(economy)
    park = int(np.argmax(before))
    rows = np.flatnonzero(firms["alive"] & (firms["incubated_until"] > economy.quarter) & (firms["park"] == park))
    stay = round(4 * start.member.parameters["incubator.stay"])
    if change < 0:  # closed
        firms["alive"][rows[:-change]] = False
    others = np.flatnonzero(firms["alive"] & (firms["incubated_until"] < 0) & (firms["park"] == park))
    firms["origin"][others], firms["founded"][others] = entry.SPIN_OFF, economy.quarter - np.arange(others.size)
    twins = others[others.size - max(change, 0) :]
    firms["incubated_until"][twins], firms["id"][twins] = economy.quarter + 1, np.arange(twins.size) + 0x2000_0000
    let_again(economy, before)
    assert np.array_equal(seated(economy), before)
    assert (firms["incubated_until"][twins] == -1).all()
    if change < 0:
        young = others[: -change]  # the youngest, and for what is left of their time
        assert (firms["incubated_until"][young] == firms["founded"][young] + stay).all()
        assert (firms["origin"][young] == entry.INCUBATED).all()


def delivered(start: Start, budget: float) -> Economy:
    """The economy after the policy step with a yearly budget for places, all of it carried out."""
    economy = fresh(start)
    economy.parameters = {**economy.parameters, "place.implementation": 1.0, "incubator.entry": 0.05}
    POLICY(economy, CHANCE, {"incubator_places": budget}, guarded=True)
    return economy


def test_a_place_costs_the_rent_that_is_spared_and_its_running(start: Start) -> None:
    budget, p = 2e6, start.member.parameters
    economy = delivered(start, budget)
    inside = [park for park in economy.parks if not park.scattered]
    rent = np.average([park.rent for park in inside], weights=[park.built for park in inside])
    price = 12.0 * rent * place_area(p) * (1.0 - p["incubator.rent"] + p["incubator.running"])
    more, usual = (sum(getattr(park, name) for park in economy.parks) for name in ("more_places", "places"))
    assert more == math.floor(budget / price) > 10
    assert economy.flows.paid[("government", "landlords", "lever:incubator_places")] == pytest.approx(more * price / 4)
    assert economy.entitlements.founding == pytest.approx(1.05 ** math.log2(1.0 + more / usual))


def test_no_more_places_are_paid_for_than_founders_can_fill(start: Start) -> None:
    economy, p = delivered(start, 1e12), start.member.parameters
    founders = 4.0 * economy.scales.entry_hazard * economy.scales.effective
    held = sum(park.places + park.more_places for park in economy.parks)
    assert held == math.floor(founders * p["incubator.stay"])


def test_who_was_let_in_is_paid_for_when_the_money_ends(baseline: Scenario, start: Start) -> None:
    model = IndustryModel(baseline.with_levers(incubator_places={2021: "3000 万 CNY/year", 2022: "0 CNY/year"}), 1,
                          start=start)  # fmt: skip
    paid = []
    while model.economy.quarter < start.economy.quarter + 20:
        model.step()
        economy = model.economy
        firms = economy.firms
        inside = firms["alive"] & (firms["incubated_until"] > economy.quarter)
        held = np.bincount(firms["park"][inside], minlength=len(economy.parks))
        assert (held <= [park.places + park.more_places for park in economy.parks]).all()
        paid.append(economy.flows.paid[("government", "landlords", "lever:incubator_places")])
    assert paid[3] > paid[4] > 0.0 == paid[-1]


def test_new_tenants_stay_for_their_time(baseline: Scenario, start: Start) -> None:
    model = IndustryModel(baseline, 1, start=start)
    model.step()
    firms, stay = model.economy.firms, round(4 * start.member.parameters["incubator.stay"])
    new = (firms["founded"] == model.economy.quarter) & (firms["origin"] == entry.INCUBATED)
    assert new.any() and (firms["incubated_until"][new] == model.economy.quarter + stay).all()


def test_without_money_nothing_is_added(start: Start) -> None:
    economy = delivered(start, 0.0)
    assert not any(park.more_places for park in economy.parks)
    assert economy.entitlements.founding == 1.0


def test_more_places_take_in_more_founders_and_never_more_than_there_are(baseline: Scenario, start: Start) -> None:
    taken = []
    for scenario in (baseline, baseline.with_levers(incubator_places="2000 万 CNY/year")):
        model = IndustryModel(scenario, 1, start=start)
        for _ in range(8):
            run_quarter(model.economy, model.member.chance, model.scenario.values(model.economy.quarter + 1))
        economy = model.economy
        firms = economy.firms
        inside = firms["alive"] & (firms["incubated_until"] > economy.quarter)
        held = np.bincount(firms["park"][inside], minlength=len(economy.parks))
        taken.append(held.sum())
        assert (held <= [park.places + park.more_places for park in economy.parks]).all()
    assert taken[1] > 1.3 * taken[0]


def test_a_firm_in_an_incubator_leases_in_its_park(start: Start) -> None:
    economy = fresh(start)
    for park in economy.parks:
        park.more_places = 0 if park.scattered else 1000
    known = economy.firms.n
    ENTRY(economy, CHANCE, {}, guarded=True)
    firms = economy.firms
    new = np.arange(known, firms.n)
    spin_offs = new[np.isin(firms["origin"][new], [entry.SPIN_OFF, entry.INCUBATED])]
    assert spin_offs.size > 10
    assert (firms["origin"][spin_offs] == entry.INCUBATED).all()
    assert (firms["park"][spin_offs] < len(economy.parks) - 1).all() and economy.parks[-1].scattered
    assert (firms["floor_area"][spin_offs] > 0.0).all()


@pytest.mark.parametrize(("vacant", "let_in"), [(0.0, 0), (0.99, 0), (2.5, 2)])
def test_a_place_without_room_takes_nobody_in(start: Start, vacant: float, let_in: int) -> None:
    economy, p = fresh(start), start.member.parameters
    inside = [park for park in economy.parks if not park.scattered]
    for park in inside:
        park.more_places, park.vacant = 1000, 0.0
    inside[0].vacant = vacant * place_area(p)
    known = economy.firms.n
    ENTRY(economy, CHANCE, {}, guarded=False)  # floor area is not what was counted
    assert (economy.firms["origin"][known:] == entry.INCUBATED).sum() == let_in

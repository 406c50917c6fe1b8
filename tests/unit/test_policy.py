"""Who gets what: eligibility, caps and steps of the levers that pay single firms, at their thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import mesa
import numpy as np
import pytest

from digisim.policy import load_levers
from digisim.processes.demand import DEMAND
from digisim.processes.finance import FINANCE, _refusal
from digisim.processes.finance.awards import steps_passed
from digisim.processes.innovation import INNOVATION
from digisim.processes.policy import POLICY
from digisim.processes.policy.grants import OUTSOURCING
from digisim.processes.space import SPACE
from digisim.regions import load_segments
from digisim.rng import Chance
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.state.economy import MARKETS, Economy

YI = 1e8


def resolved(start: Start, levers: Mapping[str, float]) -> Economy:
    """A copy of the start in which only the policy step has been taken."""
    economy = start.economy.copy(mesa.Model())
    economy.environment.quarter += 1
    economy.flows.begin()
    POLICY(economy, Chance(1, 0), levers, guarded=True)
    return economy


def gain(start: Start, economy: Economy) -> np.ndarray:
    """Cash received since the start, shape (firms,), CNY."""
    return np.asarray(economy.firms["cash"] - start.economy.firms["cash"])


def test_nothing_is_set_where_no_lever_is_pulled(start: Start) -> None:
    economy = resolved(start, dict.fromkeys(load_levers(), 0.0))
    rights = economy.entitlements
    assert (rights.founding, rights.adoption_push, rights.network_push) == (1.0, 0.0, 0.0)
    assert rights.research_relief == rights.profit_relief == rights.tier_award == 0.0
    assert all(park.support == park.new_floor == park.new_services == 0.0 for park in economy.parks)
    assert rights.selling_abroad == rights.selling_home == rights.startup_aid == rights.vouchers == 0.0
    assert not gain(start, economy).any()
    assert sum(economy.flows.fiscal.values()) == 0.0


@pytest.mark.parametrize(("gain", "carried"), [(100.0, 1.1), (-100.0, 0.9), (1e9, None), (-1e9, 0.0)])
def test_administration_changes_how_much_of_the_others_arrives(
    start: Start, gain: float, carried: float | None
) -> None:
    """By pi (1 + e b) for an effort b of a thousandth: more, less, all of it at most, nothing at least."""
    held = start.economy
    pi, revenue = held.parameters["place.implementation"], float(held.memo["sector_revenue"])
    eager = Start(held.copy(mesa.Model()), start.member, 0.0)
    eager.economy.parameters = {**held.parameters, "delivery.gain": gain}
    spent = resolved(eager, {"rd_grant": 1e8, "administration": 1e-3 * revenue / pi}).flows.fiscal
    share = 1.0 if carried is None else pi * carried
    assert spent["rd_grant"] == pytest.approx(1e8 / 4.0 * share)
    assert spent["administration"] == pytest.approx(1e-3 * revenue / 4.0)


def test_equity_goes_to_young_firms_by_capability_and_brings_private_money(start: Start) -> None:
    economy = resolved(start, {"venture_fund": 1e8})
    firms, p = economy.firms, economy.parameters
    got = gain(start, economy) / (1.0 + p["gvc.crowdin"])
    age = (economy.quarter - firms["founded"]) / 4.0
    young = firms["alive"] & (firms["headcount"] > 0) & (age < p["venture.age"])
    assert young.any() and np.array_equal(got > 0.0, young)
    assert got.sum() == pytest.approx(1e8 / 4.0 * p["place.implementation"])
    cap = load_levers()["venture_fund"].cap
    assert cap is not None and got.max() <= cap.amount / 4.0 * (1 + 1e-9)
    free = young & (got < 0.99 * cap.amount / 4.0)
    assert np.ptp(got[free] / firms["capability"][free]) < 1e-6 * (got[free] / firms["capability"][free]).max()
    private = economy.flows.paid["households", "firms", "equity"]
    assert private == pytest.approx(p["gvc.crowdin"] * economy.flows.fiscal["venture_fund"])


def test_support_for_upgrading_goes_to_outsourcers_up_to_the_cap(start: Start) -> None:
    economy = resolved(start, {"outsourcing_upgrade": 2e9})
    firms, got = economy.firms, economy.firms["upgrade_support"]
    eligible = firms["alive"] & (firms["segment"] == OUTSOURCING) & (firms["headcount"] > 0)
    assert not got[~eligible].any() and got[eligible & (firms["product_share"] < 1.0)].all()
    cap = load_levers()["outsourcing_upgrade"].cap
    assert cap is not None and got.max() == pytest.approx(cap.amount / 4.0)
    np.testing.assert_allclose(gain(start, economy), got, atol=1e-3)


def test_a_pledge_is_a_share_of_knowledge_up_to_the_cap(start: Start) -> None:
    economy = resolved(start, {"ip_pledge": 0.5})
    firms, p = economy.firms, economy.parameters
    worth = firms["knowledge_stock"] * firms["wage"] * (1.0 + p["social.charges"])
    cap = load_levers()["ip_pledge"].cap
    assert cap is not None
    expected = np.minimum(0.5 * p["place.implementation"] * worth, cap.amount)
    expected[~firms["alive"] | (firms["headcount"] == 0)] = 0.0
    np.testing.assert_allclose(firms["pledge"], expected)
    np.testing.assert_array_equal(firms["guarantee"], firms["pledge"])
    assert firms["pledge"].max() == cap.amount and not gain(start, economy).any()


def test_both_kinds_of_credit_add_up(start: Start) -> None:
    alone = resolved(start, {"credit_guarantee": 1e9}).firms["guarantee"].copy()
    firms = resolved(start, {"credit_guarantee": 1e9, "ip_pledge": 0.5}).firms
    np.testing.assert_allclose(firms["guarantee"] - firms["pledge"], alone, atol=1e-6)


def test_what_a_park_budget_builds_is_its_money_over_the_cost(start: Start) -> None:
    economy = resolved(start, {"park_construction": 1e9})
    p, env = economy.parameters, economy.environment
    cost = p["park.construction.cost"] * env.rent_level / p["park.rent.base"]
    assert sum(park.new_floor for park in economy.parks) * cost == pytest.approx(1e9 / 4.0 * p["place.implementation"])


def test_public_floor_area_goes_to_parks_by_size_and_stands_empty(start: Start) -> None:
    plain, more = (resolved(start, {"park_construction": budget}) for budget in (0.0, 1e9))
    for economy in (plain, more):
        for park in economy.parks:
            park.refused = 1.0  # what they would build themselves is displaced
        SPACE(economy, Chance(1, 0), {}, guarded=True)
    added = [b.underway - a.underway for a, b in zip(plain.parks, more.parks, strict=True)]
    assert sum(added) == pytest.approx(sum(park.new_floor for park in more.parks))
    for park, area in zip(more.parks, added, strict=True):
        assert (area == 0.0) == park.scattered
    proper = [k for k, park in enumerate(more.parks) if not park.scattered]
    shares = [added[k] / start.economy.parks[k].built for k in proper]
    assert max(shares) == pytest.approx(min(shares))


def test_a_loss_without_sales_on_credit_is_the_worst_case(start: Start) -> None:
    economy = copied(start)
    firms = economy.firms
    for name in ("revenue", "orders_expected", "guarantee"):
        firms[name][:] = 0.0
    firms["profit"][:], firms["debt"][:] = -1.0, 1.0
    refusal: list[np.ndarray] = []
    replace(FINANCE, run=lambda context: refusal.append(_refusal(context)))(economy, Chance(1, 0), {}, guarded=True)
    np.testing.assert_array_equal(refusal[0], economy.parameters["credit.refusal"])


def test_steps_are_passed_at_their_threshold() -> None:
    revenue = np.array([0.0, 0.999, 1.0, 9.999, 10.0, 100.0, 1e6]) * YI
    assert steps_passed(revenue, YI).tolist() == [0, 0, 1, 1, 2, 3, 3]


def paid_at_year_end(
    start: Start, revenue: float, before: int, share: float, budget: float = 1e12
) -> tuple[float, int]:
    """What the award adds to the cash of one firm, and the steps that it counts as passed afterwards."""
    cash, steps = [], []
    for award in (0.0, share):
        economy = start.economy.copy(mesa.Model())
        row = int(np.argmax(economy.firms["headcount"]))
        economy.environment.quarter += 4
        economy.firms["year_revenue"][:] = 0.0
        economy.firms["year_revenue"][row] = revenue
        economy.firms["tier_awarded"][row] = before
        economy.firms["cash"][row] = -1e9  # no debt to repay nor dividend to pay out of it
        economy.firms["debt"][row] = 0.0
        economy.entitlements.tier_award, economy.entitlements.tier_budget = award, budget
        economy.entitlements.tier_cap = 1e8
        economy.flows.begin()
        FINANCE(economy, Chance(1, 0), {}, guarded=False)
        cash.append(economy.flows.fiscal["tier_award"])
        steps.append(int(economy.firms["tier_awarded"][row]))
    assert cash[0] == 0.0 and steps[0] == steps[1]
    return cash[1], steps[1]


@pytest.mark.parametrize(
    ("revenue", "before", "paid", "after"),
    [
        (0.99 * YI, 0, 0.0, 0),
        (YI, 0, 0.01 * YI, 1),
        (YI, 1, 0.0, 1),  # once only
        (12 * YI, 0, 0.11 * YI, 2),  # two steps in one year
        (12 * YI, 1, 0.10 * YI, 2),
        (0.5 * YI, 2, 0.0, 2),  # who falls back is not awarded again
        (200 * YI, 0, YI, 3),  # the cap
    ],
)
def test_each_step_is_awarded_once(start: Start, revenue: float, before: int, paid: float, after: int) -> None:
    assert paid_at_year_end(start, revenue, before, 0.01) == (pytest.approx(paid), after)


def test_awards_end_with_the_money_of_the_year(start: Start) -> None:
    assert paid_at_year_end(start, YI, 0, 0.01, budget=3e5) == (pytest.approx(3e5), 1)


def test_steps_of_the_base_year_are_not_awarded_again(start: Start) -> None:
    firms = start.economy.firms
    lowest = start.economy.parameters["tier.lowest"]
    assert start.economy.published[2020]["firms_over_1yi"] == float(
        (firms["alive"] & (firms["tier_awarded"] >= 1)).sum()
    )
    assert lowest == YI


def a_year(start: Start, levers: Mapping[str, str | float]) -> IndustryModel:
    """A guarded model after four quarters."""
    model = IndustryModel(load_scenario("dalian-baseline").with_levers(**levers), 1, start=start, guarded=True)
    for _ in range(4):
        model.step()
    return model


def test_only_firms_with_profit_do_more_research_when_it_gets_cheaper(start: Start) -> None:
    usual, cheaper = (copied(start) for _ in range(2))
    cheaper.entitlements.research_relief = 0.5
    for economy in (usual, cheaper):
        INNOVATION(economy, Chance(1, 0), {}, guarded=True)
    p, firms = usual.parameters, usual.firms
    law = 1.0 + p["research.deduction"]
    user_cost = (1.0 - p["profit.tax"] * (law + 0.5)) / (1.0 - p["profit.tax"] * law)
    factor = user_cost ** -(p["rd.usercost.elasticity"] * p["place.northeast"])
    free = firms["alive"] & (firms["debt"] == 0.0) & (firms["rd_base"] * factor < p["rd.share.cap"])
    more = (cheaper.firms["rd_share"] - firms["rd_share"])[free]
    wanted = np.where(firms["profit"][free] > 0.0, factor - 1.0, 0.0) * firms["rd_base"][free]
    np.testing.assert_allclose(more, p["rd.adjustment"] * wanted, atol=1e-15)


def test_productivity_answers_research_as_the_literature_says(start: Start) -> None:
    usual, more = (copied(start) for _ in range(2))
    for name in ("rd_base", "rd_share"):
        more.firms[name][:] *= 1.5
    for economy in (usual, more):
        economy.environment.frontier = 1e-9  # nobody has anything to imitate
        economy.firms["knowledge_near"][:] = 0.0  # nor learns from neighbours
        INNOVATION(economy, Chance(1, 0), {}, guarded=True)
    alive = usual.firms["alive"] & (usual.firms["knowledge_stock"] > 0.0)
    stock, capability = (
        np.log(more.firms[name][alive] / usual.firms[name][alive]) for name in ("knowledge_stock", "capability")
    )
    assert stock.max() > 0.01
    p = usual.parameters
    np.testing.assert_allclose(
        p["capability.productivity"] * capability, p["rd.productivity.elasticity"] * stock, atol=1e-12
    )


def copied(start: Start) -> Economy:
    economy = start.economy.copy(mesa.Model())
    economy.environment.quarter += 1
    economy.flows.begin()
    return economy


def test_reliefs_stay_below_the_tax_and_the_ceiling(start: Start) -> None:
    model = a_year(start, {"super_deduction": 1.0, "profit_tax_relief": 1.0})
    table = model.published[2021]
    ceiling = 0.01 * model.economy.memo["sector_revenue"]
    for name in ("super_deduction", "profit_tax_relief"):
        assert 0.0 < table[f"fiscal_cost_{name}"] <= ceiling * (1 + 1e-9)
    assert table["fiscal_cost"] < table["tax_revenue"]
    assert a_year(start, {}).published[2021]["fiscal_cost"] == 0.0


def test_the_budget_for_courses_is_spent_on_staff_who_are_on_none(start: Start) -> None:
    """Also in later years, when many are on a course; more than all who are free cannot be spent."""
    years, spent = (2021, 2022, 2023), {}
    for budget in (5e8, 20e8):
        levers = load_scenario("dalian-baseline").with_levers(training_subsidy=f"{budget} CNY/year")
        model = IndustryModel(levers.with_(horizon=years[-1]), 1, start=start, guarded=True)
        model.run()
        carried = model.economy.parameters["place.implementation"]
        spent[budget] = [model.published[y]["fiscal_cost_training_subsidy"] / (carried * budget) for y in years]
    assert spent[5e8] == pytest.approx([1.0] * len(years), abs=0.05)
    assert max(spent[20e8][1:]) < 0.95


def test_who_goes_to_fairs_gains_where_it_has_few_customers(start: Start) -> None:
    usual, fairs = (copied(start) for _ in range(2))
    fairs.entitlements.selling_abroad = 1.0
    for economy in (usual, fairs):
        DEMAND(economy, Chance(1, 0), {}, guarded=True)
    before, alive = start.economy.firms["presence"], start.economy.firms["alive"]
    ratio = fairs.firms["presence"][alive] / usual.firms["presence"][alive]
    few = before[alive] < before[alive].mean(axis=1, keepdims=True)
    gain = 1.0 + usual.parameters["fair.gain"]
    for column, name in enumerate(MARKETS):
        expected = np.where(few[:, column] & (name in ("china", "overseas")), gain, 1.0)
        np.testing.assert_allclose(ratio[:, column], expected)


def test_vouchers_add_their_share_of_spending_to_the_segments_of_users(start: Start) -> None:
    usual, more = (copied(start) for _ in range(2))
    more.entitlements.vouchers = 1e8
    for economy in (usual, more):
        DEMAND(economy, Chance(1, 0), {}, guarded=True)
    added = more.firms["orders"] - usual.firms["orders"]
    segments = np.flatnonzero([name in ("industrial", "cloud", "iot") for name in load_segments()])
    assert not added[~np.isin(usual.firms["segment"], segments)].any()
    assert 0.0 < added.sum() < 1e8 * usual.parameters["subsidy30.takeup"]

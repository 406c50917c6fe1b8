"""The start of a run: what a member is, and that the industry it begins with adds up to the figures it drew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import mesa
import numpy as np
import pytest

from digisim.errors import DefectError
from digisim.evidence import figure
from digisim.parameters import load_parameters
from digisim.processes.demand import city_share
from digisim.regions import drift_rule, load_region, load_segments, outlook
from digisim.rng import Stream
from digisim.simulate import Start
from digisim.state import invariants
from digisim.state.economy import Economy, output_per_worker
from digisim.synthesis import Member, build_industry, choose_reporting, draw_member, rake
from digisim.synthesis.backcast import at_the_start
from digisim.synthesis.markets import market_mix, people_by_segment
from digisim.synthesis.people import _careers
from digisim.synthesis.sizes import Tail, firm_sizes
from digisim.testing.states import small_world
from digisim.units import is_nominal

DALIAN = load_region("dalian")


# --- members --------------------------------------------------------------------------------------------------------
def test_replicates_share_parameters_and_figures_but_not_chance() -> None:
    first, second, third = (draw_member(DALIAN, 1, k) for k in (0, 1, 2))
    assert (first.draw, first.replicate, second.draw, second.replicate) == (0, 0, 0, 1)
    assert first.parameters == second.parameters and first.figures == second.figures
    assert first.regime == second.regime
    assert third.parameters != first.parameters and third.figures != first.figures
    u = [m.chance.uniforms(Stream.RAKE, np.arange(4), quarter=0) for m in (first, second)]
    assert not (u[0] == u[1]).any()


def test_a_member_depends_on_seed_and_number_alone() -> None:
    assert draw_member(DALIAN, 3, 7) == draw_member(DALIAN, 3, 7)
    assert draw_member(DALIAN, 3, 7).parameters != draw_member(DALIAN, 7, 3).parameters


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_weights_give_equal_numbers_of_both_readings(seed: int) -> None:
    names = [draw_member(DALIAN, seed, k).regime.name for k in range(0, 80, 2)]
    assert names.count("people_scarce") == names.count("demand_scarce") == 20
    assert len(set(names[:2])) == 2  # neighbouring draws are mirrored


def test_a_regime_is_what_the_region_says() -> None:
    rule = drift_rule(DALIAN)
    for k in range(0, 40, 2):
        member = draw_member(DALIAN, 5, k)
        regime, p = member.regime, member.parameters
        if regime.name == "people_scarce":
            held = (0.0, p["orders.excess.scarce"], p["unemployment.scarce"])
            assert (regime.drift, regime.orders_excess, regime.slack) == held
        else:
            assert abs(regime.drift - rule.mean) <= rule.spread
            assert (regime.orders_excess, regime.slack) == (0.0, 1.0)


def test_figures_stay_within_the_error_of_what_is_printed() -> None:
    for role, identifier in DALIAN.base_figures.given().items():
        held = figure(identifier)
        drawn = np.array([draw_member(DALIAN, 2, k).figures[role] for k in range(0, 60, 2)])
        if held.error is None or held.error.kind == "exact":
            assert (drawn == held.value).all()
        else:
            assert np.unique(drawn).size == drawn.size
            low, high = held.error.low, held.error.high
            if low is None or high is None:
                assert held.error.sd is not None
                low, high = held.value - 5.0 * held.error.sd, held.value + 5.0 * held.error.sd
            assert low <= drawn.min() and drawn.max() <= high
            assert drawn.max() - drawn.min() > 0.1 * (high - low)


def test_a_unit_of_account_multiplies_what_is_nominal_and_nothing_else() -> None:
    usual, doubled = draw_member(DALIAN, 1, 2), draw_member(DALIAN, 1, 2, numeraire=2.0)
    for name, row in load_parameters().items():
        assert doubled.parameters[name] == usual.parameters[name] * (2.0 if is_nominal(row.unit) else 1.0)
    assert doubled.figures["revenue"] == 2.0 * usual.figures["revenue"]
    assert doubled.figures["employees"] == usual.figures["employees"]


# --- the industry before the warm-up ---------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=[0, 2])
def member(request: pytest.FixtureRequest) -> Member:
    return draw_member(DALIAN, 1, request.param)


@pytest.fixture(scope="module")
def industry(member: Member) -> Economy:
    return build_industry(DALIAN, member, mesa.Model())


def test_people_and_firms_are_the_drawn_ones(industry: Economy, member: Member) -> None:
    assert industry.firms.n == round(member.figures["firms"]) == int(industry.firms["alive"].sum())
    assert int(industry.firms["headcount"].sum()) == round(member.figures["employees"])
    p, people = member.parameters, member.figures["employees"]
    idle = int((industry.talent["employer"] == -1).sum())
    expected = p["unemployment.start"] * member.regime.slack
    assert idle / (idle + people) == pytest.approx(expected, abs=1e-4)


def test_revenue_follows_from_people_and_adds_up(industry: Economy, member: Member) -> None:
    firms, p = industry.firms, member.parameters
    revenue = member.figures["revenue"] / p["coverage.revenue"]
    assert 4.0 * firms["revenue"].sum() == pytest.approx(revenue, rel=1e-9)
    per_worker = output_per_worker(
        industry.environment, p, firms["segment"], firms["capability"], firms["product_share"]
    )
    able = per_worker * firms["effective_workers"] * (1.0 - firms["rd_share"])
    np.testing.assert_allclose(able, firms["revenue"], rtol=1e-9)  # those who do no research can make what is sold


def test_above_scale_firms_are_near_the_drawn_number(industry: Economy, member: Member) -> None:
    """Sizes are set in people at the mean revenue a head: 3% is the rounding to whole people."""
    p, figures = member.parameters, member.figures
    per_head = figures["revenue"] / p["coverage.revenue"] / round(figures["employees"])
    large = (industry.firms["headcount"] >= p["reporting.threshold"] / per_head).sum()
    assert large == pytest.approx(figures["above_scale"], rel=0.03)


def test_the_largest_firm_stays_below_what_is_known_of_it(industry: Economy, member: Member) -> None:
    per_head = member.figures["revenue"] / member.parameters["coverage.revenue"] / member.figures["employees"]
    assert industry.firms["headcount"].max() * per_head <= DALIAN.largest_firm_revenue[1] * 1.001


def test_segments_hold_about_their_shares_of_people(industry: Economy, member: Member) -> None:
    staff = np.bincount(industry.firms["segment"], weights=industry.firms["headcount"], minlength=len(load_segments()))
    wanted = people_by_segment(market_mix(DALIAN, member.parameters))
    np.testing.assert_allclose(staff / staff.sum(), wanted, atol=0.01)


def test_demand_reproduces_the_orders_of_the_start(industry: Economy, member: Member) -> None:
    """Market size times the nested logit's share is what firms sell, times the excess where people are scarce."""
    env, firms = industry.environment, industry.firms
    share = city_share(env.inclusive_start, env.inclusive_start, env.outside, env.nest_openness)
    orders = env.market * share / 4.0
    bought = env.bought_here * float((firms["revenue"] * env.purchase_share[firms["segment"]]).sum())
    own = 4.0 * bought / env.market[:, 0].sum()  # the industry's own purchases over those of others
    assert own / (1.0 + own) == pytest.approx(member.parameters["local.own"], rel=1e-9)
    orders[:, 0] *= 1.0 + own
    expected = firms["revenue"].sum() * (1.0 + member.regime.orders_excess)
    assert orders.sum() == pytest.approx(expected, rel=1e-9)
    assert firms["orders"].sum() == pytest.approx(expected, rel=1e-9)
    for market, name in enumerate(("share.local", None, "share.abroad", "share.abroad")):
        if name:
            np.testing.assert_allclose(share[:, market], member.parameters[name])
    # Segments are dealt out by people, so a segment's sales are its share times its revenue a head: the export share
    # from which the warm-up begins is met within three points.
    exported = orders[:, 2:].sum() / orders.sum()
    earlier = at_the_start(DALIAN, member.parameters, outlook(DALIAN), member.regime)
    assert exported == pytest.approx(earlier["export.share.2020"], abs=0.03)
    assert earlier["export.share.2020"] > member.parameters["export.share.2020"]  # exports grow more slowly
    pay, rent = (earlier[name] / member.parameters[name] for name in ("wage.base.2020", "park.rent.base"))
    assert rent == pay  # both arrive at what was drawn for the base year


def test_the_books_of_floor_area_and_staff_hold(industry: Economy) -> None:
    assert invariants.bounds(industry) == []
    worst = {residual.name: residual.value for residual in invariants.residuals(industry)}
    assert worst["floor area"] < 1e-12


def test_people_are_of_working_age_and_skilled_within_bounds(industry: Economy) -> None:
    talent = industry.talent
    p, age = industry.parameters, (industry.quarter - 7600 - talent["born"].astype(int)) / 4.0
    assert age.min() >= p["graduate.age"] - 0.25 and age.max() <= p["retirement.age"] + 0.25
    assert talent["human_capital"].min() >= 0.25 and talent["human_capital"].max() <= 8.0
    own = industry.firms["segment"][np.maximum(talent["employer"], 0)] == talent["domain"]
    assert own[talent["employer"] >= 0].mean() >= p["domain.own.share"]  # some of the others by chance


def test_people_begin_as_those_who_come_and_stay_as_long_as_people_stay(member: Member) -> None:
    """Ages, stays and skills of the start are those that the labour process lets graduates and movers have."""
    p, seeking, moved = member.parameters, 0.1, np.array([False, True])
    middle = np.array([0.0, 0.5])
    age, years, capital = _careers(p, moved, seeking, np.ones((2, 3)), middle)  # just come, of median skill
    assert age.tolist() == [p["graduate.age"], (p["migrant.age.low"] + p["migrant.age.high"]) / 2.0]
    assert years == pytest.approx(0.0, abs=1e-12)
    assert capital == pytest.approx([p["human.capital.graduate"], p["human.capital.migrant"]])
    rate = (1.0 - seeking) * p["leave.rate"] * np.array([1.0, p["rootedness.migrant"]]) + seeking * p["leave.idle"]
    stay = 7.0
    shorter = (1.0 - np.exp(-rate * stay)) / (1.0 - np.exp(-rate * (p["retirement.age"] - age)))
    u = np.column_stack([1.0 - shorter, np.ones((2, 2))])
    _, years, learnt = _careers(p, moved, seeking, u, middle)
    assert years == pytest.approx(stay)
    for _ in range(int(stay * 4)):  # quarters at work
        capital += p["human.capital.learning"] / 4.0 * (p["human.capital.ceiling"] - capital)
    assert learnt == pytest.approx(capital, rel=0.01)


# --- the base year ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_base_year_meets_the_drawn_figures(start_of: Callable[[int], Start], number: int) -> None:
    """People to the person, all revenue to 1e-9, the ministry's revenue from below within the last firm left out."""
    start = start_of(number)
    published, figures, p = start.economy.published[2020], start.member.figures, start.member.parameters
    assert published["employees_local"] == round(figures["employees"])
    assert published["software_revenue_latent"] == pytest.approx(figures["revenue"] / p["coverage.revenue"], rel=1e-9)
    assert 0.995 * figures["revenue"] < published["software_revenue"] <= figures["revenue"]
    assert published["software_revenue"] <= published["software_revenue_local"]
    assert published["firms_latent"] == pytest.approx(figures["firms"], rel=0.02)
    assert published["fiscal_cost"] == 0.0
    assert start.residual <= invariants.TOLERANCE
    assert invariants.bounds(start.economy) == []


@pytest.mark.parametrize("change", [-0.2, -0.003, 0.0, 0.004, 0.3])
def test_raking_meets_people_and_money_and_keeps_the_rest_in_proportion(change: float) -> None:
    world = small_world(people=1000, firms=30)
    economy = world.economy
    economy.firms["year_revenue"][:] = 4.0 * economy.firms["revenue"]
    economy.firms["year_wage_bill"][:] = economy.firms["wage"] * economy.firms["effective_workers"]
    before = {name: economy.firms[name].copy() for name in ("floor_area", "orders", "wage", "cash")}
    target = {**world.member.figures, "employees": round(1000 * (1 + change)), "revenue": 5e8}
    share = economy.firms["revenue"] / economy.firms["revenue"].sum() / world.member.parameters["coverage.revenue"]
    target["above_scale"] = int((5e8 * share >= world.member.parameters["reporting.threshold"]).sum())
    factors = rake(economy, replace(world.member, figures=target))
    firms = economy.firms
    assert int(firms["headcount"].sum()) == target["employees"]
    assert firms["year_revenue"].sum() == pytest.approx(5e8 / world.member.parameters["coverage.revenue"], rel=1e-9)
    assert factors["people"] == target["employees"] / 1000
    np.testing.assert_allclose(firms["floor_area"], before["floor_area"] * factors["people"])
    np.testing.assert_allclose(firms["orders"], before["orders"] * factors["people"] * factors["money"])
    np.testing.assert_allclose(firms["cash"], before["cash"] * factors["people"] * factors["money"])
    np.testing.assert_allclose(firms["wage"], before["wage"] * factors["money"] * factors["pay"])
    paid = firms["year_wage_bill"].sum() / target["employees"]
    assert paid == pytest.approx(world.member.parameters["wage.base.2020"])
    assert invariants.bounds(economy) == []
    assert np.unique(economy.talent["id"]).size == economy.talent.n


def test_reporting_firms_are_above_the_threshold_and_stop_below_the_figure() -> None:
    world = small_world(people=1000, firms=30)
    economy, threshold = world.economy, world.member.parameters["reporting.threshold"]
    economy.firms["year_revenue"][:] = 4.0 * economy.firms["revenue"]
    revenue = economy.firms["year_revenue"]
    share = choose_reporting(economy, world.member)
    reports, eligible = economy.firms["reporting"], revenue >= threshold
    assert (reports <= eligible).all() and 0.0 < share <= 1.0
    assert share == reports.sum() / eligible.sum()
    left = world.member.figures["revenue"] - revenue[reports].sum()
    assert left >= 0.0
    assert (revenue[eligible & ~reports] > left).all()  # nobody left out would still fit


def test_more_firms_than_people_are_refused() -> None:
    with pytest.raises(DefectError, match="5 people cannot staff 10 firms"):
        firm_sizes(np.linspace(0.05, 0.95, 10), 5, 2, 1.0, Tail(1.2, 0.03, 4.0))

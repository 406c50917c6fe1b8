"""The city around the industry: exchange rates, adoption, networks, and the shocks that a scenario adds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.evidence import effect, figure
from digisim.policy.coverage import measures_by_lever
from digisim.processes.environment import national_growth, pay_elsewhere
from digisim.processes.environment.adoption import diffuse, local_demand
from digisim.processes.environment.currency import answers, foreign_money
from digisim.processes.environment.networks import build_networks, rolled_out
from digisim.processes.environment.shocks import passing_shocks, rate_shocks
from digisim.quarter import run_quarter
from digisim.regions import Derived, load_region, load_segments, outlook, packaged_regions
from digisim.rng import Chance
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.state.economy import UNKNOWN, City, Economy
from digisim.statistics.office import publish
from digisim.synthesis import draw_member
from digisim.synthesis.city import build_city
from digisim.testing.states import small_world

DALIAN = load_region("dalian")
FIRST = DALIAN.base_year * 4 + 4


@cache
def start() -> Start:
    return prepare(load_scenario("dalian-baseline"), 1, 0)


def context(economy: Economy, quarter: int = FIRST, shocks: tuple[object, ...] = ()) -> SimpleNamespace:
    economy.memo["shocks"] = shocks
    return SimpleNamespace(
        city=economy.city, parameters=economy.parameters, entitlements=economy.entitlements, memo=economy.memo,
        chance=Chance(1, 0), quarter=quarter,
    )  # fmt: skip


@pytest.fixture
def economy() -> Economy:
    return small_world(people=500, firms=20).economy


def test_the_city_begins_at_the_printed_figures() -> None:
    for number in range(0, 12, 2):
        city = build_city(DALIAN, draw_member(DALIAN, 1, number))
        held = {role: figure(identifier) for role, identifier in DALIAN.city.items()}
        drawn = dict(zip(("numerical_control", "digital_links"), city.adoption, strict=True))
        drawn |= {"sites_5g": city.sites_5g, "electronics": city.electronics, "digital_core": city.core_start}
        for role, value in drawn.items():
            assert held[role].error.low <= value <= held[role].error.high, role
        assert (city.racks, city.racks_used) == (3068.0, 1582.0)
    assert {figure(i).role for i in DALIAN.city.values()} == {"baseline"}, "no goal of a plan enters"


def test_a_city_without_figures_stays_unknown_and_harmless(economy: Economy) -> None:
    bare = build_city(DALIAN.model_copy(update={"city": {}}), draw_member(DALIAN, 1, 0))
    assert np.isnan([bare.sites_5g, bare.racks, bare.electronics, *bare.adoption]).all()
    economy.city = bare
    assert (local_demand(context(economy)) == 1.0).all()


def test_a_city_that_prints_nothing_of_a_role_may_derive_it() -> None:
    dongguan = load_region("dongguan")
    for number in range(0, 12, 2):
        member = draw_member(dongguan, 1, number)
        city = build_city(dongguan, member)
        need = city.sites_need / member.parameters["network.density"]  # the drawn 4G stations
        assert 20_000 < need < 110_000 and 0.6 < city.sites_5g / need / (337.7 / 629.5) < 1.6
        assert ((city.adoption > 0.2) & (city.adoption < 0.95)).all()
    double = build_city(dongguan, draw_member(dongguan, 1, number, numeraire=2.0))
    assert (double.sites_5g, double.sites_need, *double.adoption) == (city.sites_5g, city.sites_need, *city.adoption)
    tenth = {"dist": "Uniform", "low": 0.09, "high": 0.11}
    held = Derived.model_validate({"times": ["dp-t1-software-revenue-2020"], "factor": tenth, "assumption": "a tenth"})
    made = DALIAN.model_copy(update={"city": {"electronics": held}})
    one, two = (build_city(made, draw_member(DALIAN, 1, 0, numeraire=n)) for n in (1.0, 2.0))
    assert two.electronics == 2.0 * one.electronics and one.electronics == pytest.approx(6.4e9, rel=0.1)


@given(st.floats(0.5, 1.5), st.floats(1.0, 20.0))
def test_pay_elsewhere_comes_back_to_revenue_a_head(ratio: float, half_life: float) -> None:
    """What the base year's pay grows beyond revenue a head fades, so that the share of labour has a level to go to."""
    p = {"wage.perhead": ratio, "nation.growth.halflife": half_life}
    assert pay_elsewhere(p, -3.0) == pay_elsewhere(p, 0.0) == pytest.approx(ratio)
    assert pay_elsewhere(p, half_life) == pytest.approx((1.0 + ratio) / 2.0)
    assert pay_elsewhere(p, 40.0 * half_life) == pytest.approx(1.0, abs=1e-9)
    assert pay_elsewhere({**p, "wage.perhead": 1.0}, 7.0) == 1.0


def test_pay_rents_and_prices_share_one_trend() -> None:
    """In the first quarter all three grow by the nation's growth of revenue a head, each by its own factor."""
    economy = start().economy.copy(mesa.Model())
    env, p, look = economy.environment, economy.parameters, economy.memo["outlook"]
    before = env.wage_outside, env.rent_level, env.output_per_worker.copy()
    run_quarter(economy, Chance(1, 0), {})
    per_head = look.per_head_share * env.growth
    pay = (1.0 + pay_elsewhere(p, 0.25) * per_head) ** 0.25
    assert env.wage_outside / before[0] == pytest.approx(pay) == pytest.approx(env.rent_level / before[1])
    prices = (1.0 + p["revenue.perhead.passthrough"] * per_head) ** 0.25
    np.testing.assert_allclose(env.output_per_worker / before[2], prices)


def test_pay_grows_over_ten_years_as_the_review_expects(economy: Economy) -> None:
    """The review of effect sizes gives 7% a year, 4 to 11: it follows from revenue a head, and is no input."""
    review, look = effect("wage.growth"), outlook(DALIAN)
    means = []
    for number in range(200):
        economy.parameters = p = draw_member(DALIAN, 1, number).parameters
        ahead = np.arange(1, 41) / 4.0
        growth = [national_growth(context(economy, FIRST + k), t) for k, t in enumerate(ahead)]
        pay = [pay_elsewhere(p, t) * look.per_head_share * g for t, g in zip(ahead, growth, strict=True)]
        means.append(100.0 * np.mean(pay))
    assert review.central - 1.0 < np.median(means) < review.central + 1.0
    assert np.mean((review.low < np.array(means)) & (np.array(means) < review.high)) > 0.9


@pytest.mark.parametrize("name", packaged_regions())
def test_national_growth_goes_on_where_the_published_years_end(name: str, economy: Economy) -> None:
    """Neither a step at the base year nor one that stays; a cycle of a year, a trend of six, by hand."""
    region = load_region(name)
    look = economy.memo["outlook"] = outlook(region)
    economy.parameters = {**economy.parameters, "nation.growth.cycle": 1.0, "nation.growth.halflife": 6.0}
    economy.parameters |= {"nation.growth.error": 0.0, "nation.growth.long": 0.07}
    last = look.published_growth[region.base_year]
    assert national_growth(context(economy, look.base_quarter - 1), 0.0) == last
    first, year, late = (national_growth(context(economy), ahead) for ahead in (1e-9, 1.0, 300.0))
    assert first == pytest.approx(last) and late == pytest.approx(0.07)
    trend = 0.07 + (look.start_growth - 0.07) * 2.0 ** (-1.0 / 6.0)
    assert year == pytest.approx(trend + (last - look.start_growth) / 2.0)
    economy.memo["outlook"] = replace(look, shift=0.01)  # a draw's error and an outlook's shift set in as fast
    economy.parameters |= {"nation.growth.error": 0.03}
    odd_first, odd_year, odd_late = (national_growth(context(economy), ahead) for ahead in (1e-9, 1.0, 300.0))
    assert (odd_first, odd_year - year, odd_late - late) == pytest.approx((last, 0.02, 0.04))


@pytest.mark.parametrize("name", packaged_regions())
def test_what_the_levers_of_a_city_push_is_there_to_be_pushed(name: str, economy: Economy) -> None:
    region = load_region(name)
    mapped = measures_by_lever(name)
    economy.city = build_city(region, draw_member(region, 1, 0))
    economy.parameters = {**economy.parameters, "adoption.relative": 1.0}
    assert (local_demand(context(economy)) == 1.0).all()
    economy.entitlements.adoption_push = economy.entitlements.network_push = 0.5
    assert mapped["local_digitalisation"] and (local_demand(context(economy)) > 1.0).any()
    before = economy.city.sites_5g
    build_networks(context(economy))
    assert not mapped["network_buildout"] or economy.city.sites_5g > before


@pytest.mark.parametrize("name", [each for each in packaged_regions() if each != "dalian"])
def test_a_share_that_is_not_printed_moves_with_the_nation_and_is_not_published(name: str, economy: Economy) -> None:
    member = draw_member(load_region(name), 1, 0)
    assert member.parameters["adoption.relative"] == 1.0
    economy.city = build_city(load_region(name), member)
    shares = ("numerical_control_rate", "digital_links_share")
    assert np.isfinite(economy.city.adoption).all() and np.isnan([publish(economy)[each] for each in shares]).all()
    economy.city = build_city(DALIAN, draw_member(DALIAN, 1, 0))
    assert [publish(economy)[each] for each in shares] == economy.city.adoption.tolist()


def test_nothing_moves_before_the_forecast(economy: Economy) -> None:
    before = economy.city.copy()
    earlier = context(economy, FIRST - 1)
    assert (foreign_money(earlier) == 1.0).all() and (local_demand(earlier) == 1.0).all()
    build_networks(earlier)
    for name, value in vars(before).items():
        assert np.array_equal(getattr(economy.city, name), value, equal_nan=True), name


def test_the_base_year_publishes_the_figures_that_were_drawn() -> None:
    published, city = start().economy.published[DALIAN.base_year], start().economy.city
    assert published["digital_core_value_added"] == pytest.approx(city.core_start)
    assert (published["sites_5g"], published["electronics_revenue"]) == (city.sites_5g, city.electronics)
    assert published["exports_usd"] * city.dollar_mean == pytest.approx(published["exports"])


def test_a_copy_is_its_own() -> None:
    city = City(adoption=np.array([0.5, 0.4]))
    twin = city.copy()
    twin.adoption[0], twin.yen = 0.9, 1.0
    assert city.adoption[0] == 0.5 and np.isnan(city.yen) and np.isnan(UNKNOWN)


def test_rates_are_walks_without_drift() -> None:
    steps = []
    economy = small_world(people=500, firms=20).economy
    for member in range(400):
        economy.city = City(yen=1.0, dollar=1.0, dollar_mean=1.0)
        here = context(economy)
        here.chance = Chance(1, member)
        factor = foreign_money(here)
        steps.append([np.log(economy.city.yen), np.log(economy.city.dollar)])
        p = economy.parameters
        price, volume = answers(p["exchange.passthrough"], p["japan.volume.elasticity"])
        assert economy.city.price_abroad == pytest.approx(np.exp(price * np.array(steps[-1])))
        assert factor == pytest.approx(np.exp(p["demand.adjustment"] * volume * np.array(steps[-1])))
        assert economy.city.dollar_mean == economy.city.dollar  # the first quarter of a year
    spread = np.array([economy.parameters[f"exchange.volatility.{each}"] for each in ("jpy", "usd")]) / 2.0
    assert np.std(steps, axis=0) == pytest.approx(spread, rel=0.15)
    assert (np.abs(np.mean(steps, axis=0)) < 4.0 * spread / np.sqrt(400)).all()
    assert abs(np.corrcoef(np.transpose(steps))[0, 1]) < 0.2


def test_orders_answer_a_movement_slowly_and_in_full(economy: Economy) -> None:
    p = {**economy.parameters, "exchange.volatility.jpy": 0.0, "exchange.volatility.usd": 0.0}
    economy.parameters = p
    shock = (("yen", FIRST, 0, -0.2),)
    factors = [foreign_money(context(economy, FIRST + k, shock)) for k in range(400)]
    price, volume = answers(p["exchange.passthrough"], p["japan.volume.elasticity"])
    assert economy.city.price_abroad == pytest.approx([0.8**price, 1.0])  # at once, and it stays
    came = np.log(factors).cumsum(axis=0)[:, 0] / np.log(0.8**volume)
    assert (np.diff(came) > 0.0).all() and came[0] == pytest.approx(p["demand.adjustment"])
    assert 0.3 < came[11] < 0.8 and came[-1] == pytest.approx(1.0)  # half or so within three years
    assert (np.transpose(factors)[1] == 1.0).all()


def test_a_cheaper_yen_lowers_the_price_of_work_and_not_the_work() -> None:
    plain, fall = (IndustryModel(f"dalian-{name}", 1, start=start()) for name in ("baseline", "yen-fall"))
    while plain.economy.quarter < 2022 * 4:  # the shock comes in the quarter that follows
        plain.step()
        fall.step()
    for table in (plain.economy.firms, fall.economy.firms):
        assert table["revenue"] == pytest.approx(table["output"] * table["price"])
    one, other = plain.economy.firms, fall.economy.firms
    assert (other["price"] <= one["price"]).all() and (other["price"] < 0.96 * one["price"]).any()
    assert 0.99 * one["output"].sum() < other["output"].sum() < one["output"].sum()
    assert 0.995 * one["headcount"].sum() < other["headcount"].sum()
    lost = one["revenue"].sum() - other["revenue"].sum()
    saved = (one["output"] - other["output"]).sum()
    assert lost > 10.0 * saved > 0.0
    assert 0.8 * lost < one["profit"].sum() - other["profit"].sum() < lost  # taxes, pay of owners and little work fall


def test_the_mean_rate_of_the_year(economy: Economy) -> None:
    seen = []
    for quarter in range(FIRST, FIRST + 4):
        foreign_money(context(economy, quarter))
        seen.append(economy.city.dollar)
    assert economy.city.dollar_mean == pytest.approx(np.mean(seen))
    base = start().economy.published[DALIAN.base_year]
    assert base["exports"] / base["exports_usd"] == pytest.approx(6.8974)  # of the year, not of its last day
    assert base["exchange_rate_usd"] == pytest.approx(6.5249)


def test_adoption_follows_the_logistic_curve(economy: Economy) -> None:
    share = diffuse(np.array([0.3]), 0.2, 0.9, 1e-6)
    assert (share[0] - 0.3) / 1e-6 == pytest.approx(0.2 * 0.3 * (1 - 0.3 / 0.9), rel=1e-3)
    twice = diffuse(diffuse(np.array([0.3]), 0.2, 0.9, 2.0), 0.2, 0.9, 3.0)
    assert twice == pytest.approx(diffuse(np.array([0.3]), 0.2, 0.9, 5.0))
    economy.parameters = {**economy.parameters, "adoption.relative": 1.0}
    assert local_demand(context(economy)) == pytest.approx(np.ones(len(load_segments())))  # the nation's speed: no lead


def test_a_push_of_adoption_raises_local_demand_of_its_segments_only(economy: Economy) -> None:
    plain, pushed = economy, small_world(people=500, firms=20).economy
    pushed.entitlements.adoption_push = pushed.entitlements.network_push = 0.5
    one, other = local_demand(context(plain)), local_demand(context(pushed))
    serving = np.array([row.serves_adopters for row in load_segments().values()])
    assert (other[serving] > one[serving]).all() and (other[~serving] == 1.0).all() and serving.sum() == 3
    build_networks(context(plain))
    build_networks(context(pushed))
    assert pushed.city.sites_5g > plain.city.sites_5g and pushed.city.electronics == plain.city.electronics


def test_what_stands_is_not_taken_down() -> None:
    assert rolled_out(7.0, 5.0, 0.5, 1.0) == 7.0
    assert 4.0 < rolled_out(4.0, 5.0, 0.5, 1.0) < 5.0


def test_racks_are_built_once_use_calls_for_them(economy: Economy) -> None:
    before = economy.city.racks
    build_networks(context(economy))
    assert economy.city.racks == before  # half empty
    economy.city.racks_used = before
    build_networks(context(economy))
    assert economy.city.racks == economy.city.racks_used / economy.parameters["racks.utilisation"] > before


def test_shocks_come_and_markets_go_back(economy: Economy) -> None:
    shocks = (("yen", FIRST + 1, 0, -0.2), ("markets", FIRST + 1, 2, -0.1))
    factors = [passing_shocks(context(economy, FIRST + k, shocks)) for k in range(4)]
    assert factors == [1.0, 0.9, 1.0, 1.0 / 0.9]
    assert rate_shocks(context(economy, FIRST + 1, shocks)) == pytest.approx([np.log(0.8), 0.0])
    assert not rate_shocks(context(economy, FIRST, shocks)).any()


def run(scenario: str, until: int = 2023) -> IndustryModel:
    model = IndustryModel(load_scenario(scenario).with_(horizon=until), 1, start=start())
    model.run()
    return model


def test_a_fall_of_the_yen_lowers_exports_and_a_pandemic_passes() -> None:
    plain, fall, pandemic = (run(f"dalian-{name}") for name in ("baseline", "yen-fall", "pandemic"))
    assert plain.published[2021] == fall.published[2021] == pandemic.published[2021]  # to the bit, before the shock
    for year in (2022, 2023):
        assert fall.published[year]["exports"] < 0.95 * plain.published[year]["exports"]
        assert fall.published[year]["exchange_rate_jpy"] == pytest.approx(
            0.8 * plain.published[year]["exchange_rate_jpy"]
        )
        assert fall.published[year]["exchange_rate_usd"] == plain.published[year]["exchange_rate_usd"]
    lost = [
        1.0 - pandemic.published[y]["software_revenue"] / plain.published[y]["software_revenue"] for y in (2022, 2023)
    ]
    assert lost[0] > 0.04 and abs(lost[1]) < 0.02
    assert pandemic.economy.environment.market == pytest.approx(plain.economy.environment.market)


def test_a_shock_of_nothing_changes_nothing() -> None:
    scenario = load_scenario("dalian-yen-fall").with_(horizon=2022)
    still = replace(scenario, shocks=tuple(replace(each, change=0.0) for each in scenario.shocks))
    assert still.hash == load_scenario("dalian-baseline").with_(horizon=2022).hash != scenario.hash
    model = IndustryModel(still, 1, start=start())
    model.run()
    assert model.published == run("dalian-baseline", 2022).published

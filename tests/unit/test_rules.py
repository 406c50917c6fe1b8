"""Printed rules: what each pays just below, at and above its thresholds, once only, up to its cap; and who pays."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest
from pydantic import ValidationError

from digisim.errors import DefectError, EvidenceError
from digisim.policy import load_levers
from digisim.policy.coverage import lever_of
from digisim.policy.rules import (
    ROLES,
    Rule,
    admitted,
    load_rules,
    once,
    per_head,
    step_awards,
    steps_reached,
    up_to,
)
from digisim.policy.titles import load_titles
from digisim.processes.finance import FINANCE
from digisim.processes.finance.awards import HUNDRED, KEY
from digisim.processes.policy import POLICY
from digisim.processes.policy.printed import POINTS, _spread
from digisim.resources import package_file
from digisim.rng import Chance, Stream
from digisim.simulate import Start
from digisim.state.economy import Economy
from digisim.testing.states import advance, small_world

RULES = load_rules()
WAN, YI = 1e4, 1e8
AWARD = RULES["milestone_award"]
LEAP = 1e-9  # relative: the next number above or below, far coarser than a rounding error


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_paid_by_its_lever_or_says_why_not(name: str) -> None:
    rule = RULES[name]
    paying = [lever.name for lever in load_levers().values() if lever.rule == name]
    assert bool(paying) == (rule.absent is None)
    if paying:
        assert lever_of()[rule.measure] == paying[0]
        assert load_levers()[paying[0]].measures == (rule.measure,)
    for words in (rule.eligibility_zh, rule.absent_zh or "无"):
        assert re.search("[\u4e00-\u9fff]", words)


def test_the_rules_are_those_of_the_inventory() -> None:
    """Section 6 of the inventory; the three groups of chosen firms are one rule, the special award is another."""
    printed = {
        "qd-m-interest-subsidy", "qd-m-private-park-injection", "qd-m-startup-grant", "qd-m-rent-support",
        "qd-m-milestone-award", "qd-m-special-award", "qd-m-list-award", "qd-m-priority-support", "qd-m-rd-projects",
        "qd-m-training-subsidy", "qd-m-district-quota", "qd-m-procurement-subsidy", "qd-m-informatisation-subsidy",
        "qd-m-land-entry", "qd-m-industrial-land", "dp-m-data-centres",
    }  # fmt: skip
    assert {rule.measure for rule in RULES.values()} == printed


STEPS = [(5000 * WAN, 50 * WAN), (1 * YI, 100 * WAN), (5 * YI, 150 * WAN), (10 * YI, 200 * WAN)]


@pytest.mark.parametrize("number", range(4))
def test_a_milestone_pays_at_its_step_and_above_not_below(number: int) -> None:
    step, amount = STEPS[number]
    revenue = step * np.array([1.0 - LEAP, 1.0, 1.0 + LEAP])
    reached = steps_reached(revenue, AWARD.values("steps"))
    assert reached.tolist() == [number, number + 1, number + 1]
    before = np.full(3, number)
    assert step_awards(reached, before, AWARD.values("amounts")).tolist() == [0.0, amount, amount]


@pytest.mark.parametrize(
    ("years", "paid"),
    [
        ([0.4, 0.6, 0.7], [0, 50, 0]),
        ([0.6, 0.4, 0.6], [50, 0, 0]),  # who falls back and crosses again gets nothing
        ([0.4, 1.2, 1.2], [0, 150, 0]),  # two steps in one year: each pays its own amount
        ([0.6, 1.0, 5.0, 10.0, 100.0], [50, 100, 150, 200, 0]),
        ([20.0], [500]),
    ],
)
def test_milestones_over_the_years_of_a_firm(years: list[float], paid: list[float]) -> None:
    before, got = np.array([0]), []
    for revenue in years:
        reached = steps_reached(np.array([revenue * YI]), AWARD.values("steps"))
        got.append(step_awards(reached, before, AWARD.values("amounts")).item() / WAN)
        before = np.maximum(before, reached)
    assert got == paid


@pytest.mark.parametrize(
    ("heads", "passed", "paid"),
    [
        (499, 1.0, 0), (500, 0.9, 50), (501, 0.9, 50.1), (500, 0.9 - LEAP, 0), (999, 0.95, 99.9), (1000, 0.9, 100),
        (1001, 0.9, 100), (50_000, 1.0, 100), (0, 1.0, 0),
    ],
)  # fmt: skip
def test_training_bodies_are_paid_by_head_from_500_up_to_a_million(heads: int, passed: float, paid: float) -> None:
    rule = RULES["training_base_subsidy"]
    assert per_head(np.array([float(heads)]), np.array([passed]), rule).item() == pytest.approx(paid * WAN)


@pytest.mark.parametrize(
    ("interest", "already", "paid"),
    [(100, 0, 50), (999.9, 0, 499.95), (1000, 0, 500), (1000.1, 0, 500), (100, 449, 50), (100, 460, 40), (100, 500, 0)],
)
def test_half_of_the_interest_up_to_five_million_a_park_over_all_years(
    interest: float, already: float, paid: float
) -> None:
    rule = RULES["platform_interest_subsidy"]
    asked = rule.value("share") * np.array([interest * WAN])
    assert up_to(asked, rule.value("cap"), already * WAN).item() == pytest.approx(paid * WAN)


@pytest.mark.parametrize(("asked", "paid"), [(1999, 1999), (2000, 2000), (2001, 2000)])
def test_private_parks_get_at_most_twenty_million(asked: float, paid: float) -> None:
    assert up_to(np.array([asked * WAN]), RULES["park_platform_equity"].value("cap")).item() == paid * WAN
    assert up_to(np.array([asked * WAN]), RULES["park_platform_equity"].value("cap"), 2000 * WAN).item() == 0.0


@pytest.mark.parametrize(("asked", "paid"), [(199, 199), (200, 200), (201, 200)])
def test_a_research_project_gets_at_most_two_million(asked: float, paid: float) -> None:
    assert up_to(np.array([asked * WAN]), RULES["rd_project_equity"].value("cap")).item() == paid * WAN


@pytest.mark.parametrize(("invested", "paid"), [(100, 30), (166, 49.8), (500 / 3, 50), (167, 50), (1e6, 50)])
def test_a_project_with_local_software_gets_a_third_less_a_tenth_up_to_half_a_million(
    invested: float, paid: float
) -> None:
    rule = RULES["informatisation_subsidy"]
    got = up_to(rule.value("share") * np.array([invested * WAN]), rule.value("cap")).item()
    assert got == pytest.approx(paid * WAN)


def test_public_buyers_get_a_tenth() -> None:
    assert RULES["procurement_subsidy"].value("share") == 0.1


def test_a_list_pays_once_a_million() -> None:
    rule = RULES["list_award"]
    entered, before = np.array([True, True, False]), np.array([False, True, False])
    assert once(entered, before, rule.value("amount")).tolist() == [100 * WAN, 0.0, 0.0]


@pytest.mark.parametrize(
    ("invested", "revenue", "yes"),
    [(4000, 2.0, True), (4000 * (1 - LEAP), 2.0, False), (4000, 2.0 * (1 - LEAP), False), (9000, 3.0, True)],
)
def test_land_asks_for_investment_and_revenue_a_hectare(invested: float, revenue: float, yes: bool) -> None:
    hectare = 1e4
    got = admitted(np.array([invested * WAN / hectare]), np.array([revenue * YI / hectare]), RULES["land_entry"])
    assert got.item() is yes


# --- in a small world -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Start:
    """A small city in its second year; the next quarter is a first one."""
    start = small_world()
    advance(start.economy, start.member.chance, 1)
    while start.economy.quarter % 4 != 3:
        advance(start.economy, start.member.chance, 1)
    start.economy.firms["last_year_revenue"][:] = 0.0
    start.economy.firms["milestones"][:] = 0
    start.economy.firms["reporting"][:] = start.economy.firms["alive"]
    return start


def resolved(start: Start, *, revenue: float = 0.0, reached: int = 0, quarters: int = 1, **levers: float) -> Economy:
    """A copy in which only the policy step has been taken; the first firm had `revenue` last year (CNY)."""
    economy = start.economy.copy(mesa.Model())
    economy.firms["last_year_revenue"][0], economy.firms["milestones"][0] = revenue, reached
    economy.flows.fiscal.clear()
    for _ in range(quarters):
        economy.environment.quarter += 1
        economy.flows.begin()
        POLICY(economy, Chance(1, 0), levers, guarded=True)
    return economy


@pytest.mark.parametrize(
    ("revenue", "reached", "paid", "after"),
    [
        (5000 * WAN * (1 - LEAP), 0, 0, 0), (5000 * WAN, 0, 50, 1), (5000 * WAN, 1, 0, 1), (1.2 * YI, 0, 150, 2),
        (0.3 * YI, 2, 0, 2), (10 * YI, 3, 200, 4), (10 * YI, 4, 0, 4),
    ],
)  # fmt: skip
def test_managers_are_paid_when_the_books_are_closed(
    world: Start, revenue: float, reached: int, paid: float, after: int
) -> None:
    economy = resolved(world, revenue=revenue, reached=reached, milestone_award=1.0)
    due = paid * WAN * economy.parameters["place.implementation"]
    assert economy.flows.fiscal["milestone_award"] == pytest.approx(due)
    assert economy.flows.paid["government", "households", "lever:milestone_award"] == pytest.approx(due)
    assert economy.firms["milestones"][0] == after
    np.testing.assert_array_equal(economy.firms["cash"], world.economy.firms["cash"])


def test_a_step_that_was_reached_before_the_rule_is_not_paid_later(world: Start) -> None:
    before = resolved(world, revenue=YI)
    assert before.flows.fiscal["milestone_award"] == 0.0
    assert before.firms["milestones"][0] == 2


def test_awards_are_paid_in_the_first_quarter_only(world: Start) -> None:
    economy = resolved(world, revenue=YI, quarters=2, milestone_award=1.0)
    assert economy.flows.paid["government", "households", "lever:milestone_award"] == 0.0


def test_awards_end_with_the_money_of_the_year(world: Start) -> None:
    economy = world.economy
    ceiling = load_levers()["milestone_award"].budget.ceiling_share
    assert ceiling is not None
    most = ceiling * economy.memo["sector_revenue"]
    paid = resolved(world, revenue=100 * YI, milestone_award=2.0).flows.fiscal["milestone_award"]
    assert paid == pytest.approx(min(most, 1000 * WAN * economy.parameters["place.implementation"]))


def test_the_closed_are_not_awarded(world: Start) -> None:
    start = Start(world.economy.copy(mesa.Model()), world.member, 0.0)
    start.economy.firms["alive"][0] = False
    assert resolved(start, revenue=YI, milestone_award=1.0).flows.fiscal["milestone_award"] == 0.0


def test_the_training_subsidy_makes_courses_cheaper_and_pays_for_all_of_them(world: Start) -> None:
    none, some = resolved(world), resolved(world, training_base_subsidy=1.0)
    p, staff = some.parameters, float(some.firms["headcount"].sum())
    bodies = _spread(p["course.body.size"], p["course.body.spread"])
    paid = per_head(bodies, np.ones(POINTS), RULES["training_base_subsidy"])
    a_head = p["place.implementation"] * p["course.certified"] * paid.sum() / bodies.sum()
    assert 0.0 < a_head < 1000.0
    usual = p["course.usual"] / 4.0
    added = p["course.price.elasticity"] * a_head / p["training.price"] * usual
    assert none.entitlements.course_share == 0.0
    assert some.entitlements.course_share == pytest.approx(added)
    assert some.flows.fiscal["training_base_subsidy"] == pytest.approx(a_head * (usual + added) * staff)


def test_bought_courses_cost_the_city_what_they_cost_before(world: Start) -> None:
    budget = 1e6
    alone, both = (resolved(world, training_subsidy=budget, training_base_subsidy=share) for share in (0.0, 1.0))
    shares = [economy.entitlements.course_share for economy in (alone, both)]
    costs = [economy.entitlements.course_cost for economy in (alone, both)]
    assert shares[1] > shares[0] > 0.0
    assert shares[0] * costs[0] == pytest.approx(shares[1] * costs[1])
    assert costs[0] == alone.parameters["training.price"]


def owned(start: Start, public: bool, loan: float) -> Start:
    """The world with parks of one owner, each of which has put `loan` CNY into platforms (with one square metre)."""
    economy = start.economy.copy(mesa.Model())
    economy.memo["sector_revenue"] *= 1e6  # no ceiling
    economy.parameters = {**economy.parameters, "platform.loan": loan, "place.implementation": 1.0}
    for park in economy.parks:
        park.public, park.built = public, 1.0
    return Start(economy, start.member, 0.0)


def proper(economy: Economy) -> list[Any]:
    return [park for park in economy.parks if not park.scattered]


@pytest.mark.parametrize(("loan", "paid"), [(100, 50), (999, 499.5), (1000, 500), (1001, 500), (4000, 500)])
def test_a_public_park_gets_half_of_its_interest_up_to_the_printed_cap(world: Start, loan: float, paid: float) -> None:
    """At an interest of 100% a quarter; the capital of private parks does not reach it."""
    start = owned(world, True, loan * WAN)
    start.economy.parameters = {**start.economy.parameters, "loan.rate": 4.0}
    economy = resolved(start, platform_interest_subsidy=1.0, park_platform_equity=1.0)
    aided = {"platform_interest_subsidy": pytest.approx(paid * WAN)}
    assert [park.aided for park in proper(economy)] == [aided] * len(proper(economy))
    assert economy.flows.paid["government", "landlords", "lever:park_platform_equity"] == 0.0
    again = resolved(start, quarters=40, platform_interest_subsidy=1.0, park_platform_equity=1.0)
    most = {"platform_interest_subsidy": pytest.approx(500 * WAN)}
    assert [park.aided for park in proper(again)] == [most] * len(proper(again))


@pytest.mark.parametrize(("loan", "paid"), [(300, 300), (1999, 1999), (2000, 2000), (2001, 2000), (9000, 2000)])
def test_a_private_park_gets_capital_once_up_to_the_printed_cap(world: Start, loan: float, paid: float) -> None:
    start, levers = owned(world, False, loan * WAN), {"platform_interest_subsidy": 1.0, "park_platform_equity": 1.0}
    for quarters in (1, 9):
        economy = resolved(start, quarters=quarters, **levers)
        assert [park.aided for park in proper(economy)] == [
            {"park_platform_equity": pytest.approx(paid * WAN)} for _ in proper(economy)
        ]
        assert all(park.aided == {} for park in economy.parks if park.scattered)
        assert economy.flows.fiscal["platform_interest_subsidy"] == 0.0


def test_of_the_caps_as_printed_what_is_carried_out_is_paid_and_spent_on_services(world: Start) -> None:
    for public, lever, cap in ((True, "platform_interest_subsidy", 500), (False, "park_platform_equity", 2000)):
        start = owned(world, public, 1e12)
        start.economy.parameters = {**start.economy.parameters, "place.implementation": 0.4}
        economy = resolved(start, quarters=3, **{lever: 1.0})
        parks = proper(economy)
        assert [park.aided[lever] for park in parks] == pytest.approx([0.4 * cap * WAN] * len(parks))
        assert economy.flows.paid["government", "landlords", f"lever:{lever}"] == 0.0  # nothing is left in the third
        assert economy.flows.fiscal[lever] == pytest.approx(0.4 * cap * WAN * len(parks))
        spent = resolved(start, **{lever: 1.0})
        assert [park.new_services for park in proper(spent)] == [park.aided[lever] for park in parks]


def test_who_owns_a_park_is_said_by_its_region_or_drawn_for_each() -> None:
    """The draw is that of the member's draw and of the park's name: its two replicates have the same owners."""
    told, drawn = {"haier_park": False, "hisense_park": True}, []
    for member in range(12):
        start = small_world(people=200, firms=20, member=member, city="qingdao")
        owners = {park.name: park.public for park in proper(start.economy)}
        assert {name: owners[name] for name in told} == told
        drawn.append(tuple(public for name, public in owners.items() if name not in told))
    assert drawn[::2] == drawn[1::2]
    assert len(set(drawn)) > 2 and any(len(set(owners)) == 2 for owners in drawn)
    assert {public for owners in drawn for public in owners} == {False, True}


def test_capital_for_research_follows_research_up_to_the_cap_of_a_project(world: Start) -> None:
    economy = resolved(world, rd_project_equity=2e9)
    firms, got = economy.firms, economy.firms["research_grant"]
    eligible = firms["alive"] & firms["reporting"] & (firms["rd_base"] * firms["effective_workers"] > 0.0)
    assert eligible.any() and np.array_equal(got > 0.0, eligible)
    assert got.max() == pytest.approx(200 * WAN / 4.0)
    np.testing.assert_allclose(firms["cash"] - world.economy.firms["cash"], got, atol=1e-3)
    both = resolved(world, rd_project_equity=2e9, rd_grant=1e6).firms["research_grant"]
    alone = resolved(world, rd_grant=1e6).firms["research_grant"]
    np.testing.assert_allclose(both, got + alone)


def test_public_buyers_buy_more_of_what_gets_cheaper(world: Start) -> None:
    economy = resolved(world, procurement_subsidy=1.0)
    p, firms = economy.parameters, economy.firms
    contracts = p["procure.listed"] * float(firms["revenue"][firms["alive"]].sum())
    rate = 0.1 * p["place.implementation"]
    added = -p["demand.price.elasticity"] * rate * contracts
    assert economy.entitlements.procurement == pytest.approx(added) and added > 0.0
    assert economy.flows.fiscal["procurement_subsidy"] == pytest.approx(rate * (contracts + added))


def test_projects_with_local_software_are_paid_by_their_sizes(world: Start) -> None:
    economy = resolved(world, informatisation_subsidy=1.0)
    p = economy.parameters
    sizes = _spread(p["informatisation.size"], p["informatisation.spread"])
    each = np.minimum(0.3 * sizes, 50 * WAN)
    assert (each == 50 * WAN).any() and (each < 50 * WAN).any()
    paid = p["place.implementation"] * p["informatisation.rate"] * economy.scales.firms / 4.0 * each.mean()
    assert economy.flows.fiscal["informatisation_subsidy"] == pytest.approx(paid)
    assert economy.entitlements.vouchers == pytest.approx(paid)


LISTED = {"year_revenue": 5 * YI, "year_rd": 0.35 * YI, "age": 4.0}  # what the list asks for, at the bounds


class Watched(Chance):
    """Chance that remembers which streams were drawn from."""

    def uniforms(self, stream: Stream, agents: np.ndarray, **key: int) -> np.ndarray:
        drawn.add(stream)
        return super().uniforms(stream, agents, **key)


drawn: set[Stream] = set()


def paid_for_the_list(
    start: Start, *, share: float = 1.0, part: float = 1.0, met: int = 0, quarters: int = 1, ceiling: float = 1.0,
    money: float = 1.0, hundred: float = 1e3 * YI, nation: float = 1.0, elasticity: float = 0.5, **books: float,
) -> tuple[list[float], int]:  # fmt: skip
    """What the first firm is paid (CNY) at each of some year-ends, and the lists whose criteria it then has met.

    `hundred` is the revenue of the nation's hundredth in the base year, since when the nation's grew to `nation`."""
    economy, has = start.economy.copy(mesa.Model()), LISTED | books
    firms = economy.firms
    economy.parameters = {**economy.parameters, "title.key.share": part, "place.implementation": 1.0}
    economy.parameters |= {"hundred.threshold": hundred * money, "hundred.elasticity": elasticity}
    economy.environment.nation = nation
    economy.memo["numeraire"], economy.memo["sector_revenue"] = money, ceiling * economy.memo["sector_revenue"]
    firms["lists_met"][:] = 0
    firms["lists_met"][0], paid = met, []
    drawn.clear()
    for _ in range(quarters):
        economy.environment.quarter += 4
        firms["year_revenue"][:] = 0.0
        firms["year_revenue"][0], firms["year_rd"][0] = has["year_revenue"] * money, has["year_rd"] * money
        firms["founded"][0] = economy.quarter - int(has["age"])
        economy.flows.begin()
        economy.flows.fiscal.clear()
        for process in (POLICY, FINANCE):
            process(economy, Watched(1, 0), {"list_award": share}, guarded=True)
        paid.append(economy.flows.paid["government", "firms", "lever:list_award"])
        assert economy.flows.fiscal["list_award"] == paid[-1]
    return paid, int(firms["lists_met"][0])


@pytest.fixture(scope="module")
def year_end(world: Start) -> Start:
    """The small city in the last quarter of a year, in which its first firm is in business."""
    assert world.economy.quarter % 4 == 3 and world.economy.firms["alive"][0]
    return world


@pytest.mark.parametrize(
    ("books", "met"),
    [
        ({}, True), ({"year_revenue": 5 * YI * (1 - LEAP)}, False), ({"year_revenue": 5 * YI * (1 + LEAP)}, False),
        ({"year_rd": 0.35 * YI * (1 - LEAP)}, False), ({"year_rd": 0.36 * YI}, True), ({"age": 3}, False),
        ({"year_revenue": 6 * YI, "year_rd": 0.42 * YI * (1 + LEAP), "age": 5}, True),
    ],
)  # fmt: skip
def test_the_list_is_entered_at_its_criteria_and_not_below(year_end: Start, books: dict[str, float], met: bool) -> None:
    """5亿, of which 7% for research, and a year of age: more revenue with the same research is too little of it."""
    assert paid_for_the_list(year_end, **books) == ([100 * WAN if met else 0.0], KEY * met)


def test_a_firm_is_on_the_list_by_its_own_draw(year_end: Start) -> None:
    own = Chance(1, 0).uniforms(Stream.KEY_LIST, year_end.economy.firms["id"][:1], quarter=0)[0, 0]
    assert paid_for_the_list(year_end, part=own) == ([0.0], KEY)
    assert paid_for_the_list(year_end, part=np.nextafter(own, 1.0)) == ([100 * WAN], KEY)
    assert paid_for_the_list(year_end, part=own, quarters=3) == ([0.0] * 3, KEY)  # and never later


def test_the_list_pays_once_and_nothing_to_who_met_the_criteria_before(year_end: Start) -> None:
    assert paid_for_the_list(year_end, quarters=3) == ([100 * WAN, 0.0, 0.0], KEY)
    assert paid_for_the_list(year_end, met=KEY) == ([0.0], KEY)
    assert paid_for_the_list(year_end, met=KEY, year_revenue=YI) == ([0.0], KEY)  # who drops out stays known


def test_the_list_pays_a_share_in_the_unit_of_account_and_up_to_the_ceiling(year_end: Start) -> None:
    assert paid_for_the_list(year_end, share=0.5)[0] == [50 * WAN]
    assert paid_for_the_list(year_end, money=2.0, ceiling=2.0)[0] == [200 * WAN]
    most = 0.01 * 1e-3 * year_end.economy.memo["sector_revenue"]
    assert most < 100 * WAN and paid_for_the_list(year_end, ceiling=1e-3)[0] == pytest.approx([most])


def test_nobody_is_drawn_for_the_list_while_it_pays_nothing(year_end: Start) -> None:
    assert paid_for_the_list(year_end, share=0.0) == ([0.0], KEY) and Stream.KEY_LIST not in drawn
    assert paid_for_the_list(year_end)[0] == [100 * WAN] and Stream.KEY_LIST in drawn
    assert load_titles()["key_software"].share == "title.key.share"


HUNDREDTH = {"year_rd": 0.0, "hundred": 8 * YI}  # no research: not a key firm


@pytest.mark.parametrize(
    ("revenue", "nation", "among"),
    [
        (8.0, 1.0, True), (8.0 * (1 - LEAP), 1.0, False), (80.0, 1.0, True), (8.0, 4.0, False), (16.0, 4.0, True),
        (16.0 * (1 - LEAP), 4.0, False), (4.0, 0.25, True),
    ],
)  # fmt: skip
def test_the_national_hundred_are_entered_at_the_revenue_of_the_hundredth_that_moves_with_the_nation(
    year_end: Start, revenue: float, nation: float, among: bool
) -> None:
    got = paid_for_the_list(year_end, year_revenue=revenue * YI, nation=nation, **HUNDREDTH)
    assert got == ([100 * WAN if among else 0.0], HUNDRED * among)


def test_the_national_hundred_pay_once_without_a_draw_and_not_to_who_was_among_them(year_end: Start) -> None:
    large = {"year_revenue": 9 * YI, **HUNDREDTH}
    assert paid_for_the_list(year_end, part=0.0, quarters=3, **large) == ([100 * WAN, 0.0, 0.0], HUNDRED)
    assert paid_for_the_list(year_end, met=HUNDRED, **large) == ([0.0], HUNDRED)
    assert paid_for_the_list(year_end, met=HUNDRED, nation=4.0, **large) == ([0.0], HUNDRED)  # dropped out: known


def test_each_list_that_is_newly_entered_is_paid(year_end: Start) -> None:
    both = {"year_revenue": 9 * YI, "year_rd": YI, "hundred": 8 * YI}
    assert paid_for_the_list(year_end, quarters=2, **both) == ([200 * WAN, 0.0], KEY + HUNDRED)
    assert paid_for_the_list(year_end, met=KEY, **both) == ([100 * WAN], KEY + HUNDRED)
    assert paid_for_the_list(year_end, met=HUNDRED, **both) == ([100 * WAN], KEY + HUNDRED)
    assert paid_for_the_list(year_end, part=0.0, **both) == ([100 * WAN], KEY + HUNDRED)  # not drawn as a key firm
    assert paid_for_the_list(year_end, share=0.5, **both)[0] == [100 * WAN]
    assert paid_for_the_list(year_end, money=2.0, ceiling=2.0, **both)[0] == [400 * WAN]
    left = 0.01 * year_end.economy.memo["sector_revenue"]
    scarce = 150 * WAN / left
    assert paid_for_the_list(year_end, ceiling=scarce, **both)[0] == pytest.approx([150 * WAN])


def test_the_index_of_the_nation_grows_by_the_rates_of_the_world_outside(world: Start) -> None:
    economy = world.economy.copy(mesa.Model())
    start = grown = economy.environment.nation
    for _ in range(4):
        advance(economy, world.member.chance, 1)
        grown *= (1.0 + economy.environment.growth) ** 0.25
    assert economy.environment.nation == pytest.approx(grown, rel=1e-12) and grown > start


# --- the register ---------------------------------------------------------------------------------------------------


def test_faulty_rows_are_refused() -> None:
    row = RULES["list_award"].model_dump()
    assert Rule.model_validate(row) == RULES["list_award"]
    for change, reason in (
        ({"figures": {}}, "names the figures amount"),
        ({"absent": "said in one language"}, "in both languages"),
        ({"measure": "qd-m-nothing"}, "holds no measure"),
    ):
        with pytest.raises(ValidationError, match=reason):
            Rule.model_validate({**row, **change})
    with pytest.raises(EvidenceError, match="holds no figure 'qd-list-awrad'"):
        Rule.model_validate({**row, "figures": {"amount": ["qd-list-awrad"]}})
    assert set(ROLES) == {"steps", "once", "per_head", "share", "ceiling", "entry", "none"}


def test_a_rule_without_lever_and_reason_is_a_defect(tmp_path: Path) -> None:
    text = package_file("policy/rules.yaml").read_text(encoding="utf-8")
    path = tmp_path / "rules.yaml"
    path.write_text(re.sub("  absent(_zh)?: .*\n", "", text), encoding="utf-8")
    with pytest.raises(DefectError, match="reason why it has none: chosen_firms, data_centre_efficiency"):
        load_rules(path)

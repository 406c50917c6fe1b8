"""Rules that a document prints with their amounts: what they pay in the quarter, and to whom (part of step 2)."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from digisim.kernels.sums import ordered_sum, share_out
from digisim.policy import disburse_in_order
from digisim.policy.rules import load_rules, per_head, step_awards, steps_reached, up_to
from digisim.processes import Context
from digisim.processes.policy.sharing import QUARTERS, left

POINTS = 64
"""Points at which a spread of sizes is looked at: thresholds and caps are then exact to about a hundredth."""
GRID = np.array([NormalDist().inv_cdf((k + 0.5) / POINTS) for k in range(POINTS)])


def pay_printed(context: Context, got: Mapping[str, float]) -> None:
    """Pay what the printed rules in force give; `got` holds the delivered share of their amounts (or the budget)."""
    _milestones(context, got.get("milestone_award", 0.0))
    _projects(context, got.get("rd_project_equity", 0.0) / QUARTERS)
    _courses(context, got.get("training_base_subsidy", 0.0))
    _platforms(context, got.get("platform_interest_subsidy", 0.0), got.get("park_platform_equity", 0.0))
    _listed_software(context, got.get("procurement_subsidy", 0.0))
    _informatisation(context, got.get("informatisation_subsidy", 0.0))


def _unit(context: Context) -> float:
    """What one CNY of a document is in the unit of account."""
    return float(context.memo["numeraire"])


def _milestones(context: Context, share: float) -> None:
    """Managers are paid when last year's revenue of their firm reached a step for the first time, once the books are
    closed.

    Steps count as reached whether or not the rule is in force. A firm that bought another has no revenue to compare
    with in that year: its steps are paid a year later. Firms are served in the order of their rows.
    """
    if context.quarter % QUARTERS != 0:
        return
    firms, rule = context.firms, load_rules()["milestone_award"]
    reached = np.where(firms.alive, steps_reached(firms.last_year_revenue, rule.values("steps") * _unit(context)), 0)
    if share > 0.0:
        due = share * step_awards(reached, firms.milestones, rule.values("amounts")) * _unit(context)
        paid = disburse_in_order(due, left(context, "milestone_award"), 0.0)
        context.flows.post("government", "households", "lever:milestone_award", ordered_sum(paid))
    firms.milestones[:] = np.maximum(firms.milestones, reached)


def _projects(context: Context, budget: float) -> None:
    """Capital for research, as grants are divided, but up to the printed cap of a project; a firm has one a year."""
    if budget <= 0.0:
        return
    firms, p = context.firms, context.parameters
    pay = firms.wage * firms.effective_workers / QUARTERS * (1.0 + p["social.charges"])
    effort = np.where(firms.alive & firms.reporting, firms.rd_base * pay, 0.0)
    cap = load_rules()["rd_project_equity"].value("cap") * _unit(context) / QUARTERS
    capital = share_out(budget, effort, cap)
    context.flows.to_firms("government", "lever:rd_project_equity", capital)
    firms.research_grant[:] += capital


def _spread(median: float, spread: float) -> np.ndarray:
    """Sizes at `POINTS` equal parts of a lognormal distribution."""
    sizes: np.ndarray = median * np.exp(spread * GRID)
    return sizes


def _courses(context: Context, share: float) -> None:
    """Training bodies are paid by trainee and charge as much less; more courses are taken, by their price elasticity.

    s = q sum g(n) / sum n CNY a trainee over bodies of n trainees, g the printed rule and q the share whose trainees
    pass; n' = n (1 + eta s / price). Courses that are taken anyway are paid too. Those that are added go the way of
    bought courses, at no further cost to the city: `course_cost` is what it pays for one on average.
    """
    if share <= 0.0:
        return
    p, rights, rule = context.parameters, context.entitlements, load_rules()["training_base_subsidy"]
    staff = float(context.firms.headcount.sum())
    bodies = _spread(p["course.body.size"], p["course.body.spread"])
    paid = per_head(bodies, np.ones(POINTS), rule, _unit(context))
    a_head = share * p["course.certified"] * ordered_sum(paid) / ordered_sum(bodies)
    cheaper = min(a_head / p["training.price"], 1.0)
    bought = rights.course_share
    anyway = (p["course.usual"] / QUARTERS + bought) * staff
    added = p["course.price.elasticity"] * cheaper * anyway
    wanted = a_head * (anyway + added)
    part = min(left(context, "training_base_subsidy") / wanted, 1.0) if wanted > 0.0 else 0.0
    if part <= 0.0:
        return
    context.flows.post("government", "suppliers", "lever:training_base_subsidy", part * wanted)
    rights.course_share = min(bought + part * added / staff, 1.0)
    rights.course_cost *= bought / rights.course_share if rights.course_share > 0.0 else 1.0


def _platforms(context: Context, interest: float, equity: float) -> None:
    """Public parks get a part of the interest on their platform loans, private ones capital for platforms, once.

    A park has put `platform.loan` CNY a square metre into platforms. The rule of its owner alone pays it, up to the
    printed cap of a park; of both as much as is carried out.
    """
    if interest <= 0.0 and equity <= 0.0:
        return
    p, unit, rules = context.parameters, _unit(context), load_rules()
    rule, name = rules["platform_interest_subsidy"], "platform_interest_subsidy"
    parks = [park for park in context.parks if park.public and not park.scattered]
    asked = interest * rule.value("share") * p["loan.rate"] / QUARTERS * _loans(parks, p["platform.loan"])
    _aid(context, name, asked, np.full(len(parks), interest * rule.value("cap") * unit), parks)
    rule, name = rules["park_platform_equity"], "park_platform_equity"
    parks = [park for park in context.parks if not (park.public or park.scattered)]
    asked = equity * _loans(parks, p["platform.loan"])
    _aid(context, name, asked, np.minimum(asked, equity * rule.value("cap") * unit), parks)


def _loans(parks: list[Any], a_metre: float) -> np.ndarray:
    """What parks have put into platforms, CNY, shape (parks,)."""
    loans: np.ndarray = a_metre * np.array([park.built for park in parks])
    return loans


def _aid(context: Context, name: str, asked: np.ndarray, most: np.ndarray, parks: list[Any]) -> None:
    """Pay parks what they ask for (CNY), up to the most that each gets over all years; they spend it on services."""
    if not asked.any():
        return
    before = np.array([park.aided.get(name, 0.0) for park in parks])
    paid = disburse_in_order(up_to(asked, most, before), left(context, name), 0.0)
    for park, amount in zip(parks, paid.tolist(), strict=True):
        if amount > 0.0:
            park.aided[name] = park.aided.get(name, 0.0) + amount
            park.new_services += amount
    context.flows.post("government", "landlords", f"lever:{name}", float(ordered_sum(paid)))


def _listed_software(context: Context, share: float) -> None:
    """Public buyers of listed local software get a part of the contract back, and buy more of it.

    Contracts C = `procure.listed` x revenue; with the rate s they grow by |epsilon| s C. The subsidy goes to all.
    """
    if share <= 0.0:
        return
    firms, p = context.firms, context.parameters
    rate = min(share * load_rules()["procurement_subsidy"].value("share"), 1.0)
    contracts = p["procure.listed"] * ordered_sum(np.where(firms.alive, firms.revenue, 0.0))
    added = -p["demand.price.elasticity"] * rate * contracts
    wanted = rate * (contracts + added)
    part = min(left(context, "procurement_subsidy") / wanted, 1.0) if wanted > 0.0 else 0.0
    context.flows.post("government", "customers", "lever:procurement_subsidy", part * wanted)
    context.entitlements.procurement += part * added


def _informatisation(context: Context, share: float) -> None:
    """Enterprises get a part of what they invest in projects with local software, up to the cap of a project."""
    if share <= 0.0:
        return
    p, rule = context.parameters, load_rules()["informatisation_subsidy"]
    sizes = _spread(p["informatisation.size"], p["informatisation.spread"])
    each = up_to(rule.value("share") * sizes, rule.value("cap") * _unit(context))
    projects = p["informatisation.rate"] * context.scales.firms / QUARTERS
    wanted = share * projects * float(each.mean())
    paid = min(wanted, left(context, "informatisation_subsidy"))
    context.flows.post("government", "customers", "lever:informatisation_subsidy", paid)
    context.entitlements.vouchers += paid

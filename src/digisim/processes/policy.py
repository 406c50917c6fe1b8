"""Step 2: levers resolve to entitlements and grants, within caps and budgets. Only this process knows levers."""

from __future__ import annotations

import numpy as np

from digisim.kernels.sums import ordered_sum
from digisim.policy import load_levers
from digisim.processes import Context, Process, names

QUARTERS = 4.0
ROUNDS_OF_SHARING = 8  # enough for the caps of any register; what is then left over is not spent


def run(context: Context) -> None:
    """Deliver what the levers in force promise; `place.implementation` scales what is disbursed, and so its cost."""
    p = context.parameters
    delivered = {
        name: _within_ceiling(context, name, value) * p["place.implementation"]
        for name, value in context.levers.items()
    }
    _grant_research(context, delivered.get("rd_grant", 0.0) / QUARTERS)
    _guarantee(context, delivered.get("credit_guarantee", 0.0))

    rights = context.entitlements
    rights.rent_support = delivered.get("park_rent_subsidy", 0.0)
    rights.arrival_income = delivered.get("talent_housing_subsidy", 0.0) * 12.0
    rights.graduate_budget = _left(context, "graduate_retention")
    rights.housing_budget = _left(context, "talent_housing_subsidy")
    rights.graduate_allowance = delivered.get("graduate_retention", 0.0)
    rights.procurement = delivered.get("local_procurement", 0.0) / QUARTERS
    if rights.procurement > 0.0:
        context.flows.post("government", "customers", "lever:local_procurement", rights.procurement)
    rights.settlement_budget = delivered.get("attraction", 0.0) / QUARTERS
    usual = p["arrival.rate"] * context.scales.firms * p["arrival.size"] / QUARTERS
    rights.settlement_grant = rights.settlement_budget / usual
    rights.settlement_cap = _cap(context, "attraction")
    _courses(context, delivered.get("training_subsidy", 0.0) / QUARTERS)


def _left(context: Context, name: str) -> float:
    """What an entitlement may still cost in the year, CNY: its ceiling is a share of base-year sector revenue."""
    share = load_levers()[name].budget.ceiling_share
    assert share is not None
    return max(share * float(context.memo["sector_revenue"]) - context.flows.fiscal[name], 0.0)


def _within_ceiling(context: Context, name: str, value: float) -> float:
    """The value, or nothing once an entitlement has cost its ceiling in the year."""
    if value == 0.0 or load_levers()[name].budget.ceiling_share is None:
        return value
    return value if _left(context, name) > 0.0 else 0.0


def _cap(context: Context, name: str) -> float:
    """The most that one recipient gets, CNY."""
    cap = load_levers()[name].cap
    assert cap is not None
    return cap.amount * float(context.memo["numeraire"])


def _share_out(budget: float, weight: np.ndarray, cap: float) -> np.ndarray:
    """Divide a budget by weight with a cap for each; what capped recipients cannot take goes to the others.

    >>> _share_out(10.0, np.array([1.0, 1.0, 8.0]), 5.0).tolist()
    [2.5, 2.5, 5.0]
    """
    given = np.zeros_like(weight)
    for _ in range(ROUNDS_OF_SHARING):
        open_weight = np.where(given < cap, weight, 0.0)
        total, rest = ordered_sum(open_weight), budget - ordered_sum(given)
        if total <= 0.0 or rest <= 0.0:
            break
        given = np.minimum(given + rest * open_weight / total, cap)
    return given


def _grant_research(context: Context, budget: float) -> None:
    """Grants go to reporting firms in proportion to their own research cost, up to the cap of a firm."""
    firms, p = context.firms, context.parameters
    firms.research_grant[:] = 0.0
    if budget <= 0.0:
        return
    pay = firms.wage * firms.effective_workers / QUARTERS * (1.0 + p["social.charges"])
    effort = np.where(firms.alive & firms.reporting, firms.rd_base * pay, 0.0)
    grants = _share_out(budget, effort, _cap(context, "rd_grant") / QUARTERS)
    context.flows.to_firms("government", "lever:rd_grant", grants)
    firms.research_grant[:] = grants


def _guarantee(context: Context, volume: float) -> None:
    """Guaranteed credit is open to small firms in proportion to expected orders (Lelarge, Sraer & Thesmar 2010)."""
    firms, p = context.firms, context.parameters
    firms.guarantee[:] = 0.0
    if volume <= 0.0:
        return
    size = np.where(firms.alive & (firms.headcount <= p["guarantee.staff.cap"]), firms.orders_expected, 0.0)
    firms.guarantee[:] = _share_out(volume, size, _cap(context, "credit_guarantee"))


def _courses(context: Context, budget: float) -> None:
    """Courses begin for a share of staff; the budget pays for them at the stated price."""
    firms, rights = context.firms, context.entitlements
    staff = float(firms.headcount.sum())
    price = context.parameters["training.price"]
    rights.course_cost = price
    rights.course_share = min(budget / price / staff, 1.0) if staff > 0.0 else 0.0


POLICY = Process(
    name="policy",
    run=run,
    firm_reads=names("alive reporting rd_base wage effective_workers headcount orders_expected"),
    firm_writes=names("research_grant guarantee"),
    page="policy",
)

"""Step 2: levers resolve to entitlements and grants, within caps and budgets. Only this process knows levers."""

from __future__ import annotations

import numpy as np

from digisim.processes import Context, Process, names

QUARTERS = 4.0


def run(context: Context) -> None:
    """Deliver what the levers in force promise; `place.implementation` scales what is disbursed, and so its cost."""
    firms, p = context.firms, context.parameters
    delivered = {name: value * p["place.implementation"] for name, value in context.levers.items()}
    _grant_research(context, delivered.get("rd_grant", 0.0) / QUARTERS)
    firms.rent_support[:] = np.where(firms.alive, delivered.get("park_rent_subsidy", 0.0), 0.0)
    _guarantee(context, delivered.get("credit_guarantee", 0.0))

    rights = context.entitlements
    rights.arrival_income = delivered.get("talent_housing_subsidy", 0.0) * 12.0
    rights.graduate_allowance = delivered.get("graduate_retention", 0.0)
    rights.procurement = delivered.get("local_procurement", 0.0) / QUARTERS
    if rights.procurement > 0.0:
        context.flows.post("government", "customers", "lever:local_procurement", rights.procurement)
    rights.settlement_budget = delivered.get("attraction", 0.0) / QUARTERS
    usual = p["arrival.rate"] * context.scales.firms * p["arrival.size"] / QUARTERS
    rights.settlement_grant = rights.settlement_budget / usual
    _courses(context, delivered.get("training_subsidy", 0.0) / QUARTERS)


def _grant_research(context: Context, budget: float) -> None:
    """Grants go to firms in proportion to their own research effort.

    A yuan spent as intended causes `rd.subsidy.multiplier` yuan of research (Dimos & Pugh 2016); a share is misused
    (Boeing & Peters 2021) and only adds to cash.
    """
    firms, p = context.firms, context.parameters
    firms.rd_share[:] = firms.rd_base
    if budget <= 0.0:
        return
    pay = firms.wage * firms.effective_workers / QUARTERS * (1.0 + p["social.charges"])
    effort = np.where(firms.alive, firms.rd_base * pay, 0.0)
    if effort.sum() <= 0.0:
        return
    grants = budget * effort / effort.sum()
    context.flows.to_firms("government", "lever:rd_grant", grants)
    extra = grants * p["rd.subsidy.multiplier"] * (1.0 - p["rd.subsidy.misuse"])
    share = np.divide(extra, pay, out=np.zeros_like(extra), where=pay > 0.0)
    firms.rd_share[:] = np.minimum(firms.rd_base + share, p["rd.share.cap"])
    context.memo["grants"] = grants


def _guarantee(context: Context, volume: float) -> None:
    """Guaranteed credit is open to small firms in proportion to expected orders (Lelarge, Sraer & Thesmar 2010)."""
    firms, p = context.firms, context.parameters
    firms.guarantee[:] = 0.0
    if volume <= 0.0:
        return
    size = np.where(firms.alive & (firms.headcount <= p["guarantee.staff.cap"]), firms.orders_expected, 0.0)
    if size.sum() > 0.0:
        firms.guarantee[:] = volume * size / size.sum()


def _courses(context: Context, budget: float) -> None:
    """Courses begin for a share of staff; the budget pays for them at the stated price."""
    firms, rights = context.firms, context.entitlements
    staff = float(firms.headcount.sum())
    price = context.parameters["training.price"] * context.memo["numeraire"]
    rights.course_cost = price
    rights.course_share = min(budget / price / staff, 1.0) if staff > 0.0 else 0.0


POLICY = Process(
    name="policy",
    run=run,
    firm_reads=names("alive rd_base wage effective_workers headcount orders_expected"),
    firm_writes=names("rd_share rent_support guarantee"),
    page="policy",
)

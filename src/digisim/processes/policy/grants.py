"""Money and credit that single firms get at once: grants, equity, guarantees, pledges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.kernels.sums import share_out
from digisim.processes import Context
from digisim.processes.policy.sharing import QUARTERS, cap_of
from digisim.regions import load_segments

OUTSOURCING = tuple(load_segments()).index("outsourcing")


def give(context: Context, got: Mapping[str, float]) -> None:
    """Pay what goes to single firms this quarter; `got` holds the delivered value of each lever."""
    _research(context, got.get("rd_grant", 0.0) / QUARTERS)
    _upgrading(context, got.get("outsourcing_upgrade", 0.0) / QUARTERS)
    _equity(context, got.get("venture_fund", 0.0) / QUARTERS)
    _credit(context, got.get("credit_guarantee", 0.0), got.get("ip_pledge", 0.0))


def _staff_cost(context: Context) -> np.ndarray:
    """Pay with social charges of a quarter, shape (firms,), CNY."""
    firms = context.firms
    cost: np.ndarray = firms.wage * firms.effective_workers / QUARTERS * (1.0 + context.parameters["social.charges"])
    return cost


def _research(context: Context, budget: float) -> None:
    """Grants go to reporting firms in proportion to their own research cost, up to the cap of a firm."""
    firms = context.firms
    firms.research_grant[:] = 0.0
    if budget <= 0.0:
        return
    effort = np.where(firms.alive & firms.reporting, firms.rd_base * _staff_cost(context), 0.0)
    grants = share_out(budget, effort, cap_of(context, "rd_grant") / QUARTERS)
    context.flows.to_firms("government", "lever:rd_grant", grants)
    firms.research_grant[:] = grants


def _upgrading(context: Context, budget: float) -> None:
    """Outsourcers are paid towards own products by their hourly work: staff x (1 - product share), up to a cap."""
    firms = context.firms
    firms.upgrade_support[:] = 0.0
    if budget <= 0.0:
        return
    hourly = firms.headcount * np.maximum(1.0 - firms.product_share, 0.0)
    weight = np.where(firms.alive & (firms.segment == OUTSOURCING), hourly, 0.0)
    support = share_out(budget, weight, cap_of(context, "outsourcing_upgrade") / QUARTERS)
    context.flows.to_firms("government", "lever:outsourcing_upgrade", support)
    firms.upgrade_support[:] = support


def _equity(context: Context, budget: float) -> None:
    """A fund buys equity of young firms in proportion to capability; each yuan brings some private money along.

    Funds choose by quality and by age (Gompers & Lerner 2001, Journal of Economic Perspectives 15(2)); the private
    part follows `gvc.crowdin`. What the fund gets back when it sells is not modelled.
    """
    if budget <= 0.0:
        return
    firms, p = context.firms, context.parameters
    age = context.quarter - firms.founded
    young = firms.alive & (firms.headcount > 0) & (age < p["venture.age"] * QUARTERS)
    shares = share_out(budget, np.where(young, firms.capability, 0.0), cap_of(context, "venture_fund") / QUARTERS)
    context.flows.to_firms("government", "lever:venture_fund", shares)
    context.flows.to_firms("households", "equity", shares * p["gvc.crowdin"])


def _credit(context: Context, volume: float, lent_on: float) -> None:
    """Guarantees for small firms by expected orders (Lelarge, Sraer & Thesmar 2010), pledges by knowledge.

    Knowledge is worth what its research staff would cost today, K w (1 + s); banks lend a share of it.
    """
    firms, p = context.firms, context.parameters
    firms.guarantee[:] = firms.pledge[:] = 0.0
    if volume > 0.0:
        size = np.where(firms.alive & (firms.headcount <= p["guarantee.staff.cap"]), firms.orders_expected, 0.0)
        firms.guarantee[:] = share_out(volume, size, cap_of(context, "credit_guarantee"))
    if lent_on > 0.0:
        worth = firms.knowledge_stock * firms.wage * (1.0 + p["social.charges"])
        own = np.where(firms.alive & (firms.headcount > 0), lent_on * worth, 0.0)
        firms.pledge[:] = np.minimum(own, cap_of(context, "ip_pledge"))
        firms.guarantee[:] += firms.pledge

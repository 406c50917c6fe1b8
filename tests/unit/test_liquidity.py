"""A firm keeps back what falls due: who can pay the bills of a quarter is not closed by what it earns in it."""

from __future__ import annotations

from collections.abc import Callable

import mesa
import numpy as np
import pytest

from digisim.kernels.firms import CAPITAL
from digisim.processes import Context, production
from digisim.processes.finance import ROUNDING, _quarter_cost
from digisim.quarter import run_quarter
from digisim.simulate import Start
from digisim.state.economy import Economy

QUARTERS = 4


def poor(start: Start, payment: float) -> Economy:
    """The start without open credit and with hardly any cash, where customers pay `payment` of sales late."""
    economy = start.economy.copy(mesa.Model())
    economy.parameters["receivable.share"] = payment
    firms = economy.firms
    firms["debt"][:] = economy.memo["credit_limit"](firms["orders_expected"] * firms["price"])
    firms["cash"][:] *= 0.02
    return economy


def open_credit(context: Context) -> np.ndarray:
    """What banks still lend to each firm, CNY."""
    firms = context.firms
    limit = context.memo["credit_limit"](firms.orders_expected * firms.price) + firms.guarantee
    room: np.ndarray = np.maximum(limit - firms.debt, 0.0)
    return room


def watched(start: Start, monkeypatch: pytest.MonkeyPatch, payment: float) -> dict[str, np.ndarray]:
    """Run quarters of a poor start. By firm and quarter: who could pay fixed costs (`able`), what is `left` of money
    and open credit over a quarter's cost, and who lacked working capital (`limited`)."""
    economy = poor(start, payment)
    found = {name: [] for name in ("able", "left", "limited")}
    work, settle = production._working_capital, production._settle

    def plan(context, costs):  # type: ignore[no-untyped-def]
        fixed = costs["pay"] + costs["social"] + costs["rent"] + costs["interest"]
        liquid = context.firms.cash + context.firms.receivable + open_credit(context) + costs["refund"]
        found["able"].append((liquid >= fixed * (1.0 - ROUNDING)) & context.firms.alive)
        return work(context, costs)

    def settled(context, costs):  # type: ignore[no-untyped-def]
        settle(context, costs)
        left, cost = economy.firms["cash"] + open_credit(context), _quarter_cost(context)
        found["left"].append(np.divide(left, cost, out=np.zeros_like(cost), where=cost > 0.0))
        found["limited"].append(context.firms.limiting == CAPITAL)

    monkeypatch.setattr(production, "_working_capital", plan)
    monkeypatch.setattr(production, "_settle", settled)
    for _ in range(QUARTERS):
        run_quarter(economy, start.member.chance, {})
    return {name: np.concatenate(each) for name, each in found.items()}


@pytest.mark.parametrize(("number", "payment", "held_back"), [(0, 0.6, 20), (0, 0.95, 20), (0, 0.45, 1), (1, 0.5, 1)])
def test_who_can_pay_fixed_costs_can_pay_what_the_quarter_earns(
    start_of: Callable[[int], Start], monkeypatch: pytest.MonkeyPatch, number: int, payment: float, held_back: int
) -> None:
    """Profit tax is due before customers have paid; a firm at its credit limit keeps it back, also where its customers
    pay enough at once for all but the tax (the last two)."""
    seen = watched(start_of(number), monkeypatch, payment)
    assert seen["able"].sum() > 5000 and (seen["able"] & seen["limited"]).sum() >= held_back
    assert seen["left"][seen["able"]].min() >= -ROUNDING


def test_more_working_capital_closes_nobody(start: Start) -> None:
    """Where the limit is raised, for the binding constraint, more is made and who uses the raise is not insolvent."""
    made, alive = [], []
    for raised in (1.0, 1.1):
        economy = poor(start, 0.95)
        economy.relax = np.array([1.0, 1.0, 1.0, raised])
        run_quarter(economy, start.member.chance, {})
        made.append(economy.firms["output"].sum())
        alive.append(economy.firms["alive"].copy())
    assert made[1] > made[0]
    assert (alive[0] <= alive[1]).all()

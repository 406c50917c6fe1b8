"""Work between firms of the city: whose purchases become whose orders, and who learns from whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pytest

from digisim.processes.demand import DEMAND, _own_purchases
from digisim.processes.innovation import _taught_by_customers
from digisim.rng import Chance
from digisim.simulate import IndustryModel, Start

V = 0.4


def taught(context: Any) -> np.ndarray:
    return _taught_by_customers(context, np.log(context.firms.capability))


def world(capability: list[float], bought: list[float], sold: list[float], alive: list[bool] | None = None) -> Any:
    n = len(capability)
    firms = SimpleNamespace(
        alive=np.array(alive or [True] * n), output=np.array(bought) * 2.0, capability=np.array(capability),
        inside_share=np.array(sold), segment=np.zeros(n, np.int64),
    )  # fmt: skip
    env = SimpleNamespace(purchase_share=np.array([0.5]), bought_here=0.1, market=np.array([[8.0, 0, 0, 0]]))
    return SimpleNamespace(firms=firms, environment=env, parameters={"supplier.learning": V})


def pairwise(firms: Any) -> np.ndarray:
    """The slow twin: each supplier meets each customer."""
    learnt = np.zeros(firms.capability.size)
    weight = [r if a else 0.0 for r, a in zip(firms.output, firms.alive, strict=True)]
    for i in range(learnt.size):
        for j in range(learnt.size):
            gap = max(np.log(firms.capability[j]) - np.log(firms.capability[i]), 0.0)
            learnt[i] += V / 4.0 * firms.inside_share[i] * weight[j] / sum(weight) * gap
    return learnt


def test_a_supplier_learns_from_better_customers_only() -> None:
    context = world([1.0, np.e, np.e**2], [0.0, 3.0, 1.0], [0.5, 0.5, 0.5])
    # from the middle firm 3/4 of a gap of 1, from the best one 1/4 of a gap of 2; the best has nobody to learn from
    assert taught(context) == pytest.approx([V / 4 * 0.5 * (0.75 + 0.5), V / 4 * 0.5 * 0.25, 0.0])


def test_one_sort_gives_what_all_pairs_give() -> None:
    u = np.random.default_rng(1).random((4, 60))
    capability = np.exp(np.round(u[0], 1)).tolist()  # with ties
    context = world(capability, u[1].tolist(), u[2].tolist(), (u[3] < 0.8).tolist())
    assert taught(context) == pytest.approx(pairwise(context.firms), rel=1e-12, abs=1e-15)


def test_who_buys_nothing_teaches_nobody_and_moves_no_bit() -> None:
    u = np.random.default_rng(2).random((3, 40)).tolist()
    usual = taught(world(*u))
    more = taught(world([9.0, *u[0], 0.1], [0.0, *u[1], 0.0], [0.5, *u[2], 0.0]))
    assert np.array_equal(more[1:-1], usual)


def test_where_nobody_buys_nobody_learns() -> None:
    assert not taught(world([1.0, 2.0], [0.0, 0.0], [1.0, 1.0])).any()


def test_the_industry_buys_a_part_of_its_purchases_here() -> None:
    context = world([1.0, 1.0, 1.0], [30.0, 10.0, 5.0], [0.0] * 3, [True, True, False])
    assert _own_purchases(context) == pytest.approx(4.0 * 0.1 * 40.0 / 8.0)  # a quarter's, at a year's rate, over 8


def ordered(start: Start, change: float) -> Any:
    """A copy of the start after the demand step, what firms buy from each other multiplied by `change`."""
    economy = start.economy.copy(mesa.Model())
    economy.environment.quarter += 1
    economy.environment.bought_here *= change
    DEMAND(economy, Chance(1, 0), {}, guarded=True)
    return economy


def test_orders_follow_what_firms_buy_from_each_other(start: Start) -> None:
    none, usual, twice = (ordered(start, change).firms for change in (0.0, 1.0, 2.0))
    assert not none["inside_share"].any()
    first, second = usual["orders"] - none["orders"], twice["orders"] - none["orders"]
    assert second == pytest.approx(2.0 * first, rel=1e-6, abs=1e-6 * usual["orders"].max())
    assert first == pytest.approx(usual["inside_share"] * usual["orders"], rel=1e-6, abs=1e-6)
    local = (usual["attractiveness"][:, 0] > 0.0) & usual["alive"]
    assert (first[local] > 0.0).all()


def test_a_firm_that_works_for_better_ones_gets_better(start: Start) -> None:
    """Over a year the capability of a firm that sells more to firms of the city rises, and nobody else's falls."""
    usual, linked = (IndustryModel("dalian-baseline", 1, start=start) for _ in range(2))
    firms = linked.economy.firms
    row = int(np.flatnonzero(firms["alive"])[np.argmin(firms["capability"][firms["alive"]])])
    for model in (usual, linked):
        model.step()
    firms["inside_share"][row] = 1.0
    for model in (usual, linked):
        model.step()
    gain = linked.economy.firms["capability"] / usual.economy.firms["capability"]
    assert gain[row] > 1.001
    others = np.delete(gain, row)
    assert others == pytest.approx(1.0, abs=1e-12)

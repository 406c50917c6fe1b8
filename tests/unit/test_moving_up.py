"""The road from outsourcing to products: who moves to another segment, what comes along, and what stays neutral."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pytest

from digisim.clock import quarterly_hazard
from digisim.processes.demand import DEMAND
from digisim.processes.environment import _upgrade_elsewhere
from digisim.processes.innovation import OUTSOURCING, _move_up
from digisim.regions import load_segments
from digisim.rng import Chance
from digisim.simulate import IndustryModel, Start
from digisim.state.economy import Economy

SEGMENTS = len(load_segments())
YEARLY, MAIN = 0.4, 0.5


def world(segment: np.ndarray, product: np.ndarray, alive: np.ndarray) -> Any:
    firms = SimpleNamespace(
        alive=alive, segment=segment.copy(), product_share=product, moved_up=np.full(segment.size, -1),
        knowledge_near=np.ones(segment.size),
    )  # fmt: skip
    weights = np.arange(1.0, SEGMENTS + 1.0)
    return SimpleNamespace(
        firms=firms, parameters={"segment.switch": YEARLY, "segment.main": MAIN}, quarter=8100,
        memo={"segment_weights": weights / weights.sum()}, count=lambda *_: None,
    )  # fmt: skip


def test_only_outsourcers_who_mainly_sell_products_move_and_each_with_its_chance() -> None:
    n = 60_000
    u = np.random.default_rng(1).random((4, n))
    segment = np.where(u[0] < 0.6, OUTSOURCING, 3)
    alive = u[1] < 0.9
    context = world(segment, u[2], alive)
    _move_up(context, u[3])
    firms = context.firms
    moved = firms.moved_up == context.quarter
    due = alive & (segment == OUTSOURCING) & (u[2] > MAIN)
    assert not moved[~due].any() and np.array_equal(firms.segment[~moved], segment[~moved])
    assert moved[due].mean() == pytest.approx(quarterly_hazard(YEARLY), abs=0.01)
    assert not firms.knowledge_near[moved].any() and firms.knowledge_near[~moved].all()
    share = np.bincount(firms.segment[moved], minlength=SEGMENTS) / moved.sum()
    wanted = np.where(np.arange(SEGMENTS) == OUTSOURCING, 0.0, context.memo["segment_weights"])
    assert share[OUTSOURCING] == 0.0
    assert share == pytest.approx(wanted / wanted.sum(), abs=0.02)


def test_nobody_moves_at_the_threshold_itself() -> None:
    context = world(np.full(50, OUTSOURCING), np.full(50, MAIN), np.ones(50, bool))
    _move_up(context, np.zeros(50))
    assert (context.firms.segment == OUTSOURCING).all()


def demanded(start: Start, row: int, segment: int | None, quarters: int = 1) -> Economy:
    """A copy of the start after the demand step; firm `row` has just moved to `segment`."""
    economy = start.economy.copy(mesa.Model())
    economy.parameters = {**economy.parameters, "customer.turnover": 0.0, "customer.lost": 0.0}  # they blur it
    economy.environment.quarter += 1
    if segment is not None:
        economy.firms["segment"][row] = segment
        economy.firms["moved_up"][row] = economy.quarter
    for _ in range(quarters):
        DEMAND(economy, Chance(1, 0), {}, guarded=True)
        economy.environment.quarter += 1
    return economy


def an_outsourcer(start: Start) -> int:
    """A middling firm, so that it is small in every nest."""
    firms = start.economy.firms
    rows = np.flatnonzero(firms["alive"] & (firms["segment"] == OUTSOURCING) & (firms["moved_up"] < 0))
    return int(rows[np.argsort(firms["headcount"][rows])[rows.size * 3 // 4]])


@pytest.mark.parametrize("name", ["application", "cloud", "platforms"])
def test_the_same_people_keep_their_work_at_what_it_is_worth_there(start: Start, name: str) -> None:
    row, segment = an_outsourcer(start), tuple(load_segments()).index(name)
    stayed, moved = demanded(start, row, None), demanded(start, row, segment)
    rho = stayed.environment.output_per_worker
    gain = moved.firms["orders"][row] / stayed.firms["orders"][row]
    assert gain == pytest.approx(rho[segment] / rho[OUTSOURCING], rel=0.05)
    others = np.delete(np.arange(moved.firms.n), row)
    before, after = (e.firms["orders"][others].sum() for e in (stayed, moved))
    assert after == pytest.approx(before, rel=1e-3)  # outsourcers take over some of its orders, new rivals lose some


def test_its_markets_become_those_of_the_segment(start: Start) -> None:
    row, segment = an_outsourcer(start), tuple(load_segments()).index("application")
    profile = start.economy.memo["market_profile"][segment]
    distance = []
    for quarters in (1, 2, 8, 40):
        presence = demanded(start, row, segment, quarters).firms["presence"][row]
        distance.append(float(np.abs(presence / presence.sum() - profile).sum()))
    first, second, third, last = distance
    kappa = start.economy.parameters["demand.adjustment"]
    assert second == pytest.approx((1.0 - kappa) * first, rel=1e-6)
    assert first > third > last and last < 0.2 * first


def test_what_is_usual_elsewhere_moves_no_share_of_a_market(start: Start) -> None:
    """The reference of outsourcing falls by the usual share, those of other segments rise by the work that arrives."""
    economy = start.economy.copy(mesa.Model())
    env = economy.environment
    before = env.inclusive_start.copy()
    context: Any = SimpleNamespace(environment=env, memo=economy.memo)
    env.upgrading = 0.0
    _upgrade_elsewhere(context)
    assert np.array_equal(env.inclusive_start, before)
    env.upgrading = 0.08
    worth = env.market / (1.0 + env.outside) / before
    _upgrade_elsewhere(context)
    assert env.inclusive_start[OUTSOURCING] == pytest.approx(0.98 * before[OUTSOURCING])
    others = np.arange(SEGMENTS) != OUTSOURCING
    assert (env.inclusive_start[others] > before[others]).all()
    weights = np.where(others, economy.memo["segment_weights"], 0.0)
    weights /= weights.sum()
    rho = env.output_per_worker / env.output_per_worker[OUTSOURCING]
    for s in np.flatnonzero(others):  # the work that arrives, in the markets of the new segment
        left = (0.02 * before[OUTSOURCING] * weights[s] * rho[s] * worth[OUTSOURCING] / worth[s]).sum()
        assert (env.inclusive_start - before)[s] == pytest.approx(left * economy.memo["market_profile"][s], rel=1e-9)


def test_firms_of_the_start_are_what_their_segment_says_and_some_move_later(start: Start) -> None:
    p = start.economy.parameters
    model = IndustryModel("dalian-baseline", 1, start=start, guarded=True)
    while model.running:
        model.step()
    firms, base = model.economy.firms, start.economy.quarter
    moved = firms["moved_up"] > base
    assert 0 < moved.sum() < 0.3 * (firms["segment"] == OUTSOURCING).sum()
    assert (firms["segment"][firms["moved_up"] >= 0] != OUTSOURCING).all()
    out = firms["alive"] & (firms["segment"] == OUTSOURCING)
    assert (firms["product_share"][out] > p["segment.main"]).mean() < 0.1
    assert 0.0 <= start.economy.environment.upgrading < 0.03

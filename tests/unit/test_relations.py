"""Customers that public contracts leave behind, and posts that wait for money."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from digisim.processes.demand import DEMAND
from digisim.processes.labour import LABOUR, _means
from digisim.rng import Chance
from digisim.scenario import load_scenario
from digisim.simulate import Start, prepare
from digisim.state.economy import Economy

CHANCE = Chance(1, 0)


@pytest.fixture(scope="module")
def start() -> Start:
    return prepare(load_scenario("dalian-baseline"), 1, 0)


def copied(start: Start) -> Economy:
    economy = start.economy.copy(mesa.Model())
    economy.environment.quarter += 1
    economy.environment.bought_here = 0.0  # what winners buy in the city comes on top
    economy.parameters = {**economy.parameters, "customer.lost": 0.0}  # everybody is served here
    economy.flows.begin()
    return economy


def quarters(economy: Economy, count: int) -> Iterator[np.ndarray]:
    """Orders of quarters in which everybody delivers what is ordered."""
    for _ in range(count):
        DEMAND(economy, CHANCE, {}, guarded=True)
        firms = economy.firms
        yield firms["orders"].copy()
        firms["output"][:], firms["backlog"][:] = firms["orders"], 0.0
        economy.environment.quarter += 1


@pytest.fixture(scope="module")
def pair(start: Start) -> tuple[int, float, np.ndarray, np.ndarray, Economy]:
    """A small firm with a contract of a fifth of its orders: its row, the contract, orders without and with it."""
    usual, winner = copied(start), copied(start)
    firms = start.economy.firms
    row = int(np.flatnonzero(firms["alive"] & (firms["headcount"] > 20) & (firms["headcount"] < 60))[0])
    contract = 0.2 * float(firms["orders"][row])
    plain = np.array(list(quarters(usual, 12)))
    orders = []
    for k, each in enumerate(quarters(winner, 12)):
        orders.append(each)
        if k == 0:  # on top of what it got
            winner.firms["contracts"][row] += contract
            winner.firms["orders"][row] += contract
            each[row] += contract
    return row, contract, plain, np.array(orders), winner


def test_the_customer_of_a_contract_orders_again_and_leaves_slowly(pair, start: Start) -> None:
    row, contract, plain, orders, _ = pair
    p = start.economy.parameters
    gain = (orders - plain)[:, row] / contract
    assert gain[0] == pytest.approx(1.0)
    assert gain[1] == pytest.approx(p["contract.repeat"], rel=0.05)  # less what its own nest is diluted by
    fading = gain[2:] / gain[1:-1]
    assert np.median(fading) == pytest.approx(1.0 - p["demand.adjustment"], abs=0.05)  # with luck of its own


def test_what_a_contract_wins_rivals_of_the_nest_lose(pair, start: Start) -> None:
    row, contract, plain, orders, _ = pair
    changed = orders - plain
    assert np.abs(changed[1:].sum(axis=1)) == pytest.approx(0.0, abs=1e-6 * contract)
    rivals = start.economy.firms["segment"] == start.economy.firms["segment"][row]
    assert not changed[1:, ~rivals].any()
    rivals[row] = False
    assert (changed[1:, rivals] <= 0.0).all() and changed[1, rivals].sum() < 0.0


def test_without_contracts_nothing_is_won(start: Start) -> None:
    economy = copied(start)
    list(quarters(economy, 2))
    assert not economy.firms["won"].any() and not economy.firms["contracts"].any()


def test_contracts_never_feed_on_what_they_won(start: Start) -> None:
    """A lever of a tenth of all local orders for thirty years: what is won settles."""
    economy = copied(start)
    economy.entitlements.procurement = 0.1 * float(economy.firms["orders"].sum()) / 4.0
    kept = []
    for _ in quarters(economy, 120):
        firms = economy.firms
        kept.append(float(firms["won"].sum() / firms["attractiveness"][:, 0].sum()))
    assert kept[20] > 0.0 and kept[-1] < 1.2 * kept[60]


def test_work_that_waits_wins_nobody_yet(start: Start) -> None:
    economy = copied(start)
    firms = economy.firms
    row = int(np.flatnonzero(firms["alive"])[0])
    firms["contracts"][row], firms["output"][row], firms["backlog"][row] = 1e6, 0.0, 1e6
    DEMAND(economy, CHANCE, {}, guarded=True)
    assert firms["won"][row] == 0.0
    assert firms["contracts"][row] == pytest.approx(1e6 * (1.0 - economy.parameters["orders.cancellation"]))


def plans(economy: Economy) -> tuple[np.ndarray, np.ndarray]:
    """Posts for growth that money reaches for, and vacancies."""
    context = SimpleNamespace(
        firms=economy.firms.view(LABOUR.firm_reads, LABOUR.firm_writes, guarded=True),
        parameters=economy.parameters, memo=economy.memo, environment=economy.environment,
    )  # fmt: skip
    made = np.divide(
        context.firms.output, context.firms.effective_workers, out=np.zeros(context.firms.id.size),
        where=context.firms.effective_workers > 0.0,
    )  # fmt: skip
    funded = _means(context, made)[2]  # type: ignore[arg-type]
    LABOUR(economy, CHANCE, {}, guarded=True)
    return funded, economy.firms["vacancies"].copy()


def test_posts_for_growth_wait_for_money_and_a_guarantee_opens_them(start: Start) -> None:
    rich, poor, helped = (copied(start) for _ in range(3))
    for economy in (rich, poor, helped):
        firms = economy.firms
        firms["orders_expected"][:] *= 1.5  # everybody wants to grow
    rich.firms["cash"][:] = 1e12
    for economy in (poor, helped):
        firms = economy.firms
        firms["cash"][:] = 0.0
        firms["debt"][:] = economy.memo["credit_limit"](firms["orders_expected"])
    helped.firms["guarantee"][:] = 0.2 * 4.0 * helped.firms["orders_expected"]
    (_, many), (none, few), (some, more) = plans(rich), plans(poor), plans(helped)
    alive = start.economy.firms["alive"]
    assert (none == 0.0).all() and (some[alive] > 0.0).all()
    assert few.sum() < 0.8 * many.sum()  # quits are still replaced
    assert few.sum() < more.sum() <= many.sum()


def test_money_reaches_in_degrees(start: Start) -> None:
    found = []
    for share in np.linspace(0.0, 1.0, 5):
        economy = copied(start)
        firms = economy.firms
        firms["cash"][:] = 0.0
        firms["debt"][:] = (1.0 - share) * economy.memo["credit_limit"](firms["orders_expected"])
        found.append(plans(economy)[0][firms["alive"]])
    steps = np.diff(np.array(found), axis=0)
    assert (steps > 0.0).all() and steps == pytest.approx(np.broadcast_to(steps[0], steps.shape))

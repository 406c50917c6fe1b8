"""A lever that touches one firm in a hundred disturbs few of the people it does not touch."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from digisim.processes import Context, Process, names
from digisim.processes.policy import POLICY
from digisim.quarter import QUARTER, Step
from digisim.rng import Chance, Stream
from digisim.simulate import Start
from digisim.testing.states import advance, employer_identity

TOUCHED = 0.01  # share of firms
DISTURBED = 0.02  # share of untouched people who may have another employer after a quarter (model.md section 7)


def research(firms: SimpleNamespace, few: np.ndarray) -> None:
    firms.research_grant[few] = 1e9  # as much research as a firm can do


def credit(firms: SimpleNamespace, few: np.ndarray) -> None:
    firms.guarantee[few] = 5e6


def customers(firms: SimpleNamespace, few: np.ndarray) -> None:
    firms.orders_expected[few] *= 2.0
    firms.backlog[few] += firms.orders_expected[few]


EFFECTS: dict[str, tuple[Callable[[SimpleNamespace, np.ndarray], None], str]] = {
    "research": (research, "research_grant"),
    "credit": (credit, "guarantee"),
    "customers": (customers, "orders_expected backlog"),
}


def anybody(start: Start) -> np.ndarray:
    """Identities of one firm in a hundred."""
    firms = start.economy.firms
    u = Chance(99, 0).uniforms(Stream.FIRM_EXIT, firms["id"], quarter=0)[:, 0]
    found: np.ndarray = firms["id"][firms["alive"] & (u < TOUCHED)]
    return found


def largest(start: Start) -> np.ndarray:
    """Identities of the largest firm in a hundred: they employ about a third of all people."""
    firms = start.economy.firms
    order = np.argsort(-firms["headcount"], kind="stable")
    found: np.ndarray = firms["id"][order[: int(TOUCHED * firms["alive"].sum())]]
    return found


def disturbance(start: Start, effect: str, few: np.ndarray) -> tuple[float, int]:
    """Share of untouched people whose employer differs after the quarter, and how many touched people's does.

    Untouched is who works for a touched firm in neither run, before or after.
    """
    change, writes = EFFECTS[effect]

    def reach(context: Context) -> None:
        change(context.firms, np.isin(context.firms.id, few))

    process = Process(effect, reach, firm_reads=names("id"), firm_writes=names(writes))
    after = [step.process for step in QUARTER].index(POLICY) + 1
    steps = [*QUARTER[:after], Step(process, "It reaches few.", "只涉及少数企业。"), *QUARTER[after:]]
    people, before, ends = start.economy.talent["id"], employer_identity(start.economy), []
    for chosen in (QUARTER, steps):
        economy = advance(start.economy.copy(mesa.Model()), start.member.chance, steps=chosen)
        assert np.array_equal(economy.talent["id"][: people.size], people)
        ends.append(employer_identity(economy)[: people.size])
    untouched = ~np.isin([before, *ends], few).any(axis=0)
    changed = ends[0] != ends[1]
    return float(changed[untouched].mean()), int(changed[~untouched].sum())


@pytest.mark.parametrize("member", [0, 2])
@pytest.mark.parametrize("choose", [anybody, largest])
@pytest.mark.parametrize("effect", EFFECTS)
def test_one_firm_in_a_hundred(
    start_of: Callable[[int], Start], member: int, choose: Callable[[Start], np.ndarray], effect: str
) -> None:
    start = start_of(member)
    share, reached = disturbance(start, effect, choose(start))
    print(f"{effect}, {choose.__name__}, member {member}: {share:.3%} of the untouched, {reached} touched")  # noqa: T201
    assert share <= DISTURBED
    assert reached > 0 or effect == "credit"  # credit helps those who owe, first to keep up research, later to work

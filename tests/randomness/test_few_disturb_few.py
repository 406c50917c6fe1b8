"""A lever that touches one firm in a hundred disturbs few of the people it does not touch."""

from __future__ import annotations

from collections.abc import Callable

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


def touched(identity: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """One firm in a hundred, chosen by identity, shape (firms,)."""
    u = Chance(99, 0).uniforms(Stream.FIRM_EXIT, identity, quarter=0)[:, 0]
    return alive & (u < TOUCHED)


def research(context: Context) -> None:
    firms = context.firms
    firms.rd_share[touched(firms.id, firms.alive)] = 0.6


def credit(context: Context) -> None:
    firms = context.firms
    firms.guarantee[touched(firms.id, firms.alive)] = 5e6


def customers(context: Context) -> None:
    firms = context.firms
    chosen = touched(firms.id, firms.alive)
    firms.orders_expected[chosen] *= 2.0
    firms.backlog[chosen] += firms.orders_expected[chosen]


EFFECTS: dict[str, tuple[Callable[[Context], None], str]] = {
    "research": (research, "rd_share"),
    "credit": (credit, "guarantee"),
    "customers": (customers, "orders_expected backlog"),
}


def disturbance(start: Start, effect: str) -> tuple[float, int]:
    """Share of untouched people whose employer differs after the quarter, and how many touched people's does.

    Untouched is who works for a touched firm in neither run, before or after.
    """
    run, writes = EFFECTS[effect]
    process = Process(effect, run, firm_reads=names("id alive"), firm_writes=names(writes))
    after = [step.process for step in QUARTER].index(POLICY) + 1
    steps = [*QUARTER[:after], Step(process, "It reaches few.", "只涉及少数企业。"), *QUARTER[after:]]
    usual = advance(start.economy.copy(mesa.Model()), start.member.chance)
    reached = advance(start.economy.copy(mesa.Model()), start.member.chance, steps=steps)

    people = start.economy.talent["id"]
    before = employer_identity(start.economy)
    firms = usual.firms["id"]
    few = firms[touched(firms, np.ones(firms.size, bool))]
    ends = []
    for economy in (usual, reached):
        assert np.array_equal(economy.talent["id"][: people.size], people)
        ends.append(employer_identity(economy)[: people.size])
    untouched = ~(np.isin(before, few) | np.isin(ends[0], few) | np.isin(ends[1], few))
    changed = ends[0] != ends[1]
    return float(changed[untouched].mean()), int(changed[~untouched].sum())


@pytest.mark.parametrize("member", [0, 1])
@pytest.mark.parametrize("effect", EFFECTS)
def test_one_firm_in_a_hundred(
    start_of: Callable[[int], Start], member: int, effect: str, record_property: Callable[[str, object], None]
) -> None:
    share, reached = disturbance(start_of(member), effect)
    record_property("share_of_untouched_people_who_changed_employer", share)
    print(f"{effect}, member {member}: {share:.4%} of untouched people disturbed, {reached} touched people moved")  # noqa: T201
    assert share <= DISTURBED
    if effect != "credit":  # credit changes output first, jobs a quarter later
        assert reached > 0

"""Small worlds that run in a fraction of a second, and comparisons of two states agent by agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import mesa
import numpy as np

from digisim.quarter import QUARTER, Step, run_quarter
from digisim.regions import load_region
from digisim.rng import Chance
from digisim.simulate import Start
from digisim.state import invariants
from digisim.state.economy import Economy
from digisim.state.table import Table
from digisim.synthesis import build_industry, draw_member


def small_world(people: int = 2000, firms: int = 60, *, seed: int = 1, member: int = 0, city: str = "dalian") -> Start:
    """A city with far fewer people (persons) and firms at the same revenue a head, at the start of the warm-up.

    >>> world = small_world(people=500, firms=20)
    >>> int(world.economy.firms["headcount"].sum()), world.economy.firms.n
    (500, 20)
    """
    region = load_region(city)
    drawn = draw_member(region, seed, member)
    shrink = people / drawn.figures["employees"]
    figures = {
        **{role: value * shrink for role, value in drawn.figures.items()},
        "employees": float(people),
        "firms": float(firms),
        "above_scale": drawn.figures["above_scale"] * firms / drawn.figures["firms"],
    }
    anchors = {name: revenue * shrink for name, revenue in drawn.anchors.items()}
    small = replace(drawn, figures=figures, anchors=anchors)
    return Start(build_industry(region, small, mesa.Model()), small, 0.0)


def advance(
    economy: Economy,
    chance: Chance,
    quarters: int = 1,
    *,
    levers: Mapping[str, float] | None = None,
    steps: Sequence[Step] = QUARTER,
) -> Economy:
    """Run some quarters with other steps than the usual ones, guarded; returns the same economy.

    Raises `DefectError` where an identity is broken or a process uses a column that it does not declare.
    """
    for _ in range(quarters):
        if steps is QUARTER:
            run_quarter(economy, chance, levers or {}, guarded=True)
            continue
        economy.environment.quarter += 1
        economy.flows.begin()
        for step in steps:
            step.process(economy, chance, levers or {}, guarded=True)
        invariants.check(economy)
    return economy


def employer_identity(economy: Economy) -> np.ndarray:
    """Identity of the firm that employs each person, shape (people,); -1 seeking work, -2 gone.

    Rows of firms shift where one more was there before; identities do not.
    """
    employer = economy.talent["employer"]
    identity: np.ndarray = np.where(employer >= 0, economy.firms["id"][np.maximum(employer, 0)], employer)
    return identity


def differing_columns(one: Economy, other: Economy, *, without: Mapping[str, int] | None = None) -> list[str]:
    """Names of the columns, "entity.column", in which two states differ in any bit; agents match by identity.

    `without` names agents of `other` that `one` does not have: entity ("firm", "talent") -> identity.

    >>> a = small_world(people=500, firms=20).economy
    >>> b = a.copy(mesa.Model())
    >>> differing_columns(a, b)
    []
    >>> b.firms["cash"][3] += 1.0
    >>> differing_columns(a, b)
    ['firm.cash']
    """
    left_out = dict(without or {})
    found = []
    for entity, first, second in (("firm", one.firms, other.firms), ("talent", one.talent, other.talent)):
        keep = second["id"] != left_out.get(entity, -1)
        if not np.array_equal(first["id"], second["id"][keep]):
            return [f"{entity}.id"]
        for name in first.columns:
            a, b = _values(one, first, name), _values(other, second, name)[keep]
            if a.tobytes() != b.tobytes():
                found.append(f"{entity}.{name}")
    return found


def _values(economy: Economy, table: Table, name: str) -> np.ndarray:
    return employer_identity(economy) if (table.entity, name) == ("talent", "employer") else table[name]

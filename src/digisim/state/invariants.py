"""Stock-flow identities and bounds, as named checks; the largest residual goes into the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digisim.errors import DefectError

if TYPE_CHECKING:
    from digisim.state.economy import Economy

TOLERANCE = 1e-9  # of gross flows, model.md section 9


@dataclass(frozen=True)
class Residual:
    """What an identity leaves over, as a share of the gross flows of the quarter."""

    name: str
    value: float


def residuals(economy: Economy) -> list[Residual]:
    """Money, people and floor area after a quarter.

    Money: the change of firms' cash equals payments to firms less payments by firms. People: residents at the end equal
    residents at the start plus arrivals less departures. Floor: each park's area is what firms use plus what stands
    empty.
    """
    flows = economy.flows
    paid_in = sum(v for (_, payee, _), v in flows.paid.items() if payee == "firms")
    paid_out = sum(v for (payer, _, _), v in flows.paid.items() if payer == "firms")
    gross = sum(abs(v) for v in flows.paid.values()) or 1.0
    cash = float(economy.firms["cash"].sum())
    money = abs(cash - flows.cash_before - paid_in + paid_out) / gross

    came = sum(n for (_, destination), n in flows.moved.items() if destination == "city")
    went = sum(n for (origin, _), n in flows.moved.items() if origin == "city")
    people = abs(flows.residents() - flows.residents_before - came + went) / max(came + went, 1)

    used = np.bincount(economy.firms["park"], weights=economy.firms["floor_area"], minlength=len(economy.parks))
    floor = max((abs(p.built - p.vacant - u) / p.built for p, u in zip(economy.parks, used, strict=True)), default=0.0)
    return [Residual("money", money), Residual("people", people), Residual("floor area", floor)]


def bounds(economy: Economy) -> list[str]:
    """Statements that must hold and do not, in words; empty when all is well."""
    firms, talent = economy.firms, economy.talent
    employer = talent["employer"]
    staff = np.bincount(employer[employer >= 0], minlength=firms.n)
    capital = np.bincount(employer[employer >= 0], weights=talent["human_capital"][employer >= 0], minlength=firms.n)
    broken = []
    if not np.array_equal(staff, firms["headcount"]):
        broken.append("headcount differs from the number of people whose employer is the firm")
    if not np.array_equal(capital, firms["effective_workers"]):
        broken.append("effective workers differ from the sum of human capital")
    if (staff[~firms["alive"]] > 0).any():
        broken.append("a closed firm employs people")
    for name in ("backlog", "floor_area", "debt", "presence", "attractiveness", "revenue"):
        values = firms[name]
        if not np.isfinite(values).all() or (values < 0).any():
            broken.append(f"firm.{name} is negative or not finite")
    if any(p.vacant < -1e-6 * p.built for p in economy.parks):
        broken.append("a park lets more floor area than it has")
    return broken


def check(economy: Economy) -> float:
    """Raise a DefectError if an identity or a bound is broken; return the largest residual."""
    found = residuals(economy)
    worst = max(found, key=lambda r: r.value)
    if worst.value > TOLERANCE:
        raise DefectError(
            f"the identity of {worst.name} is broken by {worst.value:.3g} of gross flows",
            allowed=f"at most {TOLERANCE:g}",
        )
    if broken := bounds(economy):
        raise DefectError("; ".join(broken), where=repr(economy))
    return worst.value

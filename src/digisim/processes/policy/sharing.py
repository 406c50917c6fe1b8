"""What may still be spent, and who gets how much of it."""

from __future__ import annotations

import numpy as np

from digisim.policy import load_levers
from digisim.processes import Context

QUARTERS = 4.0
HELPER = "administration"  # arrives as usual and helps the others to arrive


def left(context: Context, name: str) -> float:
    """What an entitlement may still cost in the year, CNY: its ceiling is a share of base-year sector revenue."""
    share = load_levers()[name].budget.ceiling_share
    assert share is not None
    return max(share * float(context.memo["sector_revenue"]) - context.flows.fiscal[name], 0.0)


def places_of(context: Context, name: str, *, scattered: bool = False) -> np.ndarray:
    """Places in which a lever acts, bool (parks,): the park that the scenario names, else all parks; with `scattered`
    also where firms sit outside parks."""
    named = context.memo.get("lever_parks", {}).get(name)
    return np.array([park.name == named if named else scattered or not park.scattered for park in context.parks])


def delivered(context: Context) -> dict[str, float]:
    """Each lever's value as it arrives: nothing of an entitlement whose ceiling is reached, else a share of it."""
    usual, carried = context.parameters["place.implementation"], carried_out(context)
    return {
        name: _within_ceiling(context, name, value) * (usual if name == HELPER else carried)
        for name, value in context.levers.items()
    }


def carried_out(context: Context) -> float:
    """Share of what is announced that arrives: pi (1 + e b), b the effort on administration; between none and all."""
    p = context.parameters
    usual = p["place.implementation"]
    effort = usual * context.levers.get(HELPER, 0.0) / float(context.memo["sector_revenue"])
    return min(max(usual * (1.0 + p["delivery.gain"] * effort), 0.0), 1.0)


def _within_ceiling(context: Context, name: str, value: float) -> float:
    """The value, or nothing once an entitlement has cost its ceiling in the year."""
    if value == 0.0 or load_levers()[name].budget.ceiling_share is None:
        return value
    return value if left(context, name) > 0.0 else 0.0


def cap_of(context: Context, name: str) -> float:
    """The most that one recipient gets, CNY."""
    cap = load_levers()[name].cap
    assert cap is not None
    return cap.amount * float(context.memo["numeraire"])

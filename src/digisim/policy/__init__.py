"""Levers: what a government can do, as data, and pure functions that resolve a scenario's values quarter by quarter.

Levers are deviations from base-year practice: with every lever at its value in force, a scenario is the baseline.
"""

from __future__ import annotations

from digisim.policy.levers import (
    Lever,
    Tombstone,
    find_lever,
    lever_families,
    levers_of,
    load_levers,
    load_tombstones,
    most_spent,
)
from digisim.policy.resolution import disburse_in_order, effective_values, value_at

__all__ = [
    "LEVERS", "Lever", "Tombstone", "disburse_in_order", "effective_values", "find_lever",
    "lever_families", "levers_of", "load_levers", "load_tombstones", "most_spent", "value_at",
]  # fmt: skip

LEVERS: tuple[str, ...]
"""The names of the levers in register order, read at the first use."""


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "LEVERS":
        return tuple(load_levers())
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Firms and people that are doubled, so that the drawn figures of the base year are met: identities of their own."""

from __future__ import annotations

import numpy as np

from digisim.kernels.talent import staff_of
from digisim.state.economy import Economy

CLONE_IDS, FIRM_CLONE_IDS = 0x2000_0000, 0x2000_0000
OF_SEEKERS, OF_FIRMS = 0x0800_0000, 0x1000_0000  # room among the identities of people that are doubled
END_OF_TWINS = 0x4000_0000  # where the identities of later entrants begin


def staff_at(economy: Economy, chosen: np.ndarray) -> np.ndarray:
    """Rows of the people who work in one of these firms."""
    here = np.zeros(economy.firms.n, bool)
    here[chosen] = True
    rows: np.ndarray = staff_of(economy.talent["employer"], here, int(economy.firms["headcount"][chosen].sum()))
    return rows


def free(ids: np.ndarray, first: int) -> int:
    """The first identity from `first` on that no twin has yet."""
    taken = ids[(ids >= first) & (ids < END_OF_TWINS)]
    return int(taken.max()) + 1 if taken.size else first


def double(economy: Economy, rows: np.ndarray, first: int, **changed: np.ndarray) -> None:
    """Append a copy of each person with an identity of its own."""
    talent = economy.talent
    copies = {name: talent[name][rows].copy() for name in talent.columns if name != "id"} | changed
    talent.append(rows.size, id=(first + np.arange(rows.size)).astype(np.uint32), **copies)

"""Rows of firms and people who are gone are dropped once they are many."""

from __future__ import annotations

import numpy as np

from digisim.kernels.talent import GONE, SEEKING
from digisim.state.economy import Economy

SPARE_ROWS = 0.15  # share of empty rows that is cheaper to carry than to drop
LOOKED_BACK = 24  # quarters: who was founded within them counts for five-year survival, closed or not


def _many_gone(keep: np.ndarray) -> bool:
    return bool(np.count_nonzero(keep) <= (1.0 - SPARE_ROWS) * keep.size)


def drop_closed(economy: Economy) -> None:
    """Drop the rows of firms that closed once they are many; the others keep their order, and so every sum its bits.

    Called when a year is counted: after it only the survival of young firms looks back at closed ones, and the register
    at those that it has not struck off. Those that closed in the quarter itself stay, so that its accounts can still be
    read firm by firm.
    """
    firms, employer = economy.firms, economy.talent["employer"]
    recent = economy.quarter - firms["founded"] <= LOOKED_BACK
    listed = firms["exited"] > economy.quarter - max(economy.register_lag, 1)
    keep = firms["alive"] | recent | listed
    if not _many_gone(keep):
        return
    row = np.concatenate([[GONE, SEEKING], np.cumsum(keep) - 1])  # who has no firm keeps his mark
    employer[:] = row.take(employer - GONE)
    firms.compact(keep)


def tidy(economy: Economy) -> None:
    """At the end of a year the rows of people who left are dropped once they are many; those who stay keep their
    order."""
    drop_closed(economy)
    talent = economy.talent
    keep = talent["employer"] != GONE
    if not _many_gone(keep):
        return
    founders = economy.memo.get("founders")
    if founders is not None:
        kept = founders[keep[founders]]
        economy.memo["founders"] = (np.cumsum(keep) - 1)[kept]
    talent.compact(keep)

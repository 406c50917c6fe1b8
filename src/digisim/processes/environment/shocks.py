"""One-off shocks that a scenario adds; only the environment reads them.

`memo["shocks"]` holds (kind, first quarter, quarters, change) of each: `yen` and `dollar` change a rate for good,
`markets` changes the size of every market for some quarters.
"""

from __future__ import annotations

import numpy as np

from digisim.processes import Context

RATES = ("yen", "dollar")


def rate_shocks(context: Context) -> np.ndarray:
    """Change of the log rates of yen and dollar by shocks of the quarter, shape (2,); zero without one."""
    moved = np.zeros(len(RATES))
    for kind, first, _, change in context.memo.get("shocks", ()):
        if kind in RATES and first == context.quarter:
            moved[RATES.index(kind)] += np.log1p(change)
    return moved


def passing_shocks(context: Context) -> float:
    """Factor on all market sizes: 1 + change where a shock begins, its inverse where it has passed, else 1."""
    factor = 1.0
    for kind, first, quarters, change in context.memo.get("shocks", ()):
        if kind == "markets" and first == context.quarter:
            factor *= 1.0 + change
        if kind == "markets" and first + quarters == context.quarter:
            factor /= 1.0 + change
    return factor

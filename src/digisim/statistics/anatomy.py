"""What the industry is made of: firms by size and age, sales by segment, and what cash, debt and work they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digisim.regions import load_segments
from digisim.statistics.formulas import ratio, total

if TYPE_CHECKING:
    from digisim.state.economy import Economy

SIZES = (("micro", 0, 10), ("small", 10, 50), ("medium", 50, 250), ("large", 250, None))
"""Size classes by staff: from, up to but not including (OECD's classes)."""
YOUNG = 20  # quarters: younger than five years
QUARTERS = 4.0


def anatomy(economy: Economy) -> dict[str, float]:
    """Firms by size and age, sales by segment, and ratios of cash, debt, backlog and wanted staff.

    Reads the year's sums of the firms, so it comes before the books of the year are closed.
    """
    firms = economy.firms
    alive, staff, sales = firms["alive"], firms["headcount"], firms["year_revenue"]
    table = {
        f"firms_{name}": float((alive & (staff >= low) & (staff < (np.inf if high is None else high))).sum())
        for name, low, high in SIZES
    }
    table["firms_young"] = float((alive & (economy.quarter - firms["founded"] < YOUNG)).sum())
    table.update(by_segment(economy, sales))
    everyone = np.ones(firms.n, bool)
    year, orders = total(sales, everyone), QUARTERS * total(firms["orders"], everyone)
    table["cash_ratio"] = ratio(total(firms["cash"], everyone), year)
    table["debt_ratio"] = ratio(total(firms["debt"], everyone), year)
    table["backlog_ratio"] = ratio(QUARTERS * total(firms["backlog"], everyone), orders)
    table["staff_wanted"] = ratio(total(firms["desired_workers"], alive), total(staff, everyone))
    return table


def by_segment(economy: Economy, sales: np.ndarray) -> dict[str, float]:
    """Sales, shape (firms,), by the main segment of the firm."""
    sums = np.bincount(economy.firms["segment"], weights=sales, minlength=len(load_segments())).tolist()
    return {f"revenue_{name}": sold for name, sold in zip(load_segments(), sums, strict=True)}

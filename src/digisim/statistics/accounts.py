"""The accounts that the office forms its sums of: of the year so far, or of the quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digisim.statistics.formulas import ratio, total

if TYPE_CHECKING:
    from digisim.state.economy import Economy

YEAR = {
    "revenue": "year_revenue", "value_added": "year_value_added", "wage_bill": "year_wage_bill",
    "profit": "year_profit", "research": "year_rd", "exports": "year_exports", "japan": "year_japan",
    "local": "year_local",
}  # fmt: skip
QUARTER = {
    "revenue": "revenue", "value_added": "value_added", "wage_bill": "wage_bill", "profit": "profit",
    "research": "rd_spending", "exports": "export_revenue", "japan": "japan_revenue", "local": "local_revenue",
}  # fmt: skip
"""What is summed -> the column of firms that holds it, of the year so far and of the quarter."""


@dataclass(frozen=True)
class Accounts:
    """What firms did in a period, `sums` of shape (firms,) in CNY, with their `staff` at its end.

    `pay` is that of a unit of human capital at the end over pay outside, `price` what an effective worker earns at
    given capability (CNY a year); `counts` and `fiscal` are the office's counters and the levers' payments; the period
    lasts `quarters`.
    """

    sums: Mapping[str, np.ndarray]
    staff: np.ndarray
    pay: float
    price: float
    counts: Mapping[str, float]
    fiscal: Mapping[str, float]
    quarters: int

    @property
    def a_year(self) -> float:
        """Factor from a flow of the period to one of a year."""
        return 4.0 / self.quarters


def of_the_year(economy: Economy) -> Accounts:
    """The accounts of the year so far; they are the firms' columns, not copies."""
    sums = {name: economy.firms[column] for name, column in YEAR.items()}
    return _accounts(economy, sums, economy.firms["headcount"], economy.counts, economy.flows.fiscal, 4)


def of_the_quarter(economy: Economy, counted: Mapping[str, float], paid: Mapping[str, float]) -> Accounts:
    """The accounts of the quarter, to be kept; `counted` and `paid` are the year's counters as the quarter began."""
    sums = {name: economy.firms[column].copy() for name, column in QUARTER.items()}
    counts, fiscal = _since(economy.counts, counted), _since(economy.flows.fiscal, paid)
    return _accounts(economy, sums, economy.firms["headcount"].copy(), counts, fiscal, 1)


def _since(now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    return {name: value - before.get(name, 0.0) for name, value in now.items()}


def _accounts(
    economy: Economy, sums: Mapping[str, np.ndarray], staff: np.ndarray, counts: Mapping[str, float],
    fiscal: Mapping[str, float], quarters: int,
) -> Accounts:  # fmt: skip
    firms, env = economy.firms, economy.environment
    everyone = np.ones(firms.n, bool)
    effective = total(firms["effective_workers"], everyone)
    pay = ratio(total(firms["wage"] * firms["effective_workers"], everyone), effective)
    relative, price = ratio(pay, env.wage_outside), float(env.output_per_worker[0])
    return Accounts(sums, staff, relative, price, counts, fiscal, quarters)

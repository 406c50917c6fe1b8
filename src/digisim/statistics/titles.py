"""Titles and listings: how many enterprises meet the measurable criteria, and the part of them that holds the title."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

from digisim.registers import load_register
from digisim.resources import package_file
from digisim.statistics.formulas import at_least
from digisim.units import parse_quantity

if TYPE_CHECKING:
    from digisim.state.economy import Economy


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("revenue", "profit", "below_revenue", mode="before", check_fields=False)
    @classmethod
    def _read(cls, value: str | float | None) -> float | None:
        return parse_quantity(value, "CNY") if isinstance(value, str) else value


class Way(_Record):
    """One way to qualify: every bound is a least value; money in CNY a year, age in years."""

    revenue: float
    age: float
    rd_share: float = 0.0
    profit: float | None = None


class Title(_Record):
    """A title: its ways, what small and medium means for it, and the parameter that says which part holds it."""

    name: str
    share: str
    ways: tuple[Way, ...]
    below_staff: int | None = None
    below_revenue: float | None = None
    source: str


@cache
def load_titles() -> dict[str, Title]:
    """The register of titles.

    >>> list(load_titles())
    ['specialised', 'little_giants', 'key_software', 'main_board']
    """
    return load_register(package_file("statistics/titles.yaml"), Title, "titles")


def qualified(economy: Economy, title: Title) -> np.ndarray:
    """Which firms meet the criteria, (firms,): the conditions of one way, and small or medium where the title asks it.

    Revenue and research are those of the year, profit four times that of its last quarter.
    """
    firms, money = economy.firms, economy.memo["numeraire"]
    revenue, spent = firms["year_revenue"], firms["year_rd"]
    age = 0.25 * (economy.quarter - firms["founded"])
    found = np.zeros(firms.n, bool)
    for way in title.ways:
        meets = at_least(revenue, way.revenue * money) & (spent >= way.rd_share * revenue) & (age >= way.age)
        if way.profit is not None:
            meets &= at_least(4.0 * firms["profit"], way.profit * money)
        found |= meets
    if title.below_staff is not None and title.below_revenue is not None:
        found &= (firms["headcount"] < title.below_staff) | (revenue < title.below_revenue * money)
    result: np.ndarray = found & firms["alive"]
    return result


def titles(economy: Economy) -> dict[str, float]:
    """Expected number of holders of each title: those who qualify times the part that holds it."""
    return {
        f"firms_{title.name}": economy.parameters[title.share] * float(qualified(economy, title).sum())
        for title in load_titles().values()
    }

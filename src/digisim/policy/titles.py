"""Titles and listings of enterprises: who meets the measurable criteria."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

from digisim.registers import load_register
from digisim.resources import package_file
from digisim.units import parse_quantity

KEY_SOFTWARE = "key_software"
"""The list of key software enterprises within the national plan."""


class Columns(Protocol):
    """Columns of firms by name, each (firms,)."""

    def __getitem__(self, name: str, /) -> np.ndarray:
        """Return one column."""


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
    return load_register(package_file("policy/titles.yaml"), Title, "titles")


def qualified(firms: Columns, title: Title, quarter: int, money: float) -> np.ndarray:
    """Which firms meet the criteria, (firms,): the conditions of one way, and small or medium where the title asks it.

    Revenue and research are those of the year, profit four times that of its last quarter; `money` is what one CNY of
    the register is in the unit of account.

    >>> books = dict(alive=[True] * 3, year_revenue=[5e8, 4.9e8, 5e8], year_rd=[4e7, 4e7, 3e7], founded=[0, 0, 0])
    >>> key = load_titles()[KEY_SOFTWARE]
    >>> qualified({name: np.array(column) for name, column in books.items()}, key, 4, 1.0).tolist()
    [True, False, False]
    """
    revenue, spent = firms["year_revenue"], firms["year_rd"]
    age = 0.25 * (quarter - firms["founded"])
    found = np.zeros(revenue.size, bool)
    for way in title.ways:
        meets = (revenue >= way.revenue * money) & (spent >= way.rd_share * revenue) & (age >= way.age)
        if way.profit is not None:
            meets &= 4.0 * firms["profit"] >= way.profit * money
        found |= meets
    if title.below_staff is not None and title.below_revenue is not None:
        found &= (firms["headcount"] < title.below_staff) | (revenue < title.below_revenue * money)
    result: np.ndarray = found & firms["alive"]
    return result

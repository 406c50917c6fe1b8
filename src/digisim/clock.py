"""The calendar of the model: quarters, and the one place where yearly rates become quarterly ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digisim.errors import InputError, phrase

QUARTERS_PER_YEAR = 4
MONTHS_PER_QUARTER = 3
FIRST_YEAR, LAST_YEAR = 1900, 2199  # a date outside is a typing error, not a plan

_SHOWN, _LARGE = 40, 10**9  # how much of a wrong date a message repeats
_DATE = re.compile(r"\s*(\d{4})\s*(?:[-\s]?[qQ]\s*([1-4]))?\s*\Z")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a year, ordered, usable as a key.

    >>> Quarter(2021, 4) + 1
    Quarter(2022, 1)
    >>> Quarter.parse("2022Q3") - Quarter.parse(2022), str(Quarter(2022, 3))
    (2, '2022Q3')
    """

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.quarter <= QUARTERS_PER_YEAR):
            raise InputError(
                phrase("no such quarter: year {year}, quarter {quarter}", year=self.year, quarter=self.quarter),
                allowed=phrase(
                    "years {first} to {last}, quarters 1 to {quarters}",
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                    quarters=QUARTERS_PER_YEAR,
                ),
                next='write a date as 2022 or "2022Q3"',
            )

    @classmethod
    def parse(cls, text: str | int | Quarter, *, where: str = "") -> Quarter:
        """Read a date: a year means its first quarter; ``where`` names the place for the message.

        >>> Quarter.parse("2022"), Quarter.parse("2025q1")
        (Quarter(2022, 1), Quarter(2025, 1))
        """
        if isinstance(text, Quarter):
            return text
        plain = isinstance(text, str) or (type(text) is int and 0 < text <= LAST_YEAR)
        match = _DATE.match(str(text)) if plain else None
        year = int(match[1]) if match else 0
        if match is None or not FIRST_YEAR <= year <= LAST_YEAR:
            large = phrase("a very large number")
            shown = (
                large if isinstance(text, int) and abs(text) > _LARGE else phrase("{text!r}", text=str(text)[:_SHOWN])
            )
            raise InputError(
                phrase("not a date: {shown}", shown=shown),
                where=where,
                allowed=phrase("a year from {first} to {last}, or a quarter of it", first=FIRST_YEAR, last=LAST_YEAR),
                next='write 2022 (its first quarter) or "2022Q3"',
            )
        return cls(year, int(match[2] or 1))

    @classmethod
    def from_index(cls, index: int) -> Quarter:
        """Return the quarter with the given ``index``.

        >>> Quarter.from_index(Quarter(2022, 3).index)
        Quarter(2022, 3)
        """
        return cls(index // QUARTERS_PER_YEAR, index % QUARTERS_PER_YEAR + 1)

    @property
    def index(self) -> int:
        """Quarters since year 0: ``year * 4 + quarter - 1``."""
        return self.year * QUARTERS_PER_YEAR + self.quarter - 1

    def __add__(self, quarters: int) -> Quarter:
        return Quarter.from_index(self.index + quarters)

    def __sub__(self, other: Quarter) -> int:
        return self.index - other.index

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    def __repr__(self) -> str:
        return f"Quarter({self.year}, {self.quarter})"


def quarters(first_year: int, last_year: int) -> Iterator[Quarter]:
    """Yield every quarter from the first of ``first_year`` to the last of ``last_year``.

    >>> [str(q) for q in quarters(2021, 2021)]
    ['2021Q1', '2021Q2', '2021Q3', '2021Q4']
    """
    for index in range(first_year * QUARTERS_PER_YEAR, (last_year + 1) * QUARTERS_PER_YEAR):
        yield Quarter.from_index(index)


def quarterly_hazard(annual: float) -> float:
    """Return the chance in a quarter that compounds to the ``annual`` chance: ``1 - (1 - p)^(1/4)``.

    >>> round(1 - (1 - quarterly_hazard(0.17)) ** 4, 12)
    0.17
    """
    return 1.0 - float((1.0 - annual) ** (1 / QUARTERS_PER_YEAR))


def quarterly_growth(annual: float) -> float:
    """Return the growth in a quarter that compounds to the ``annual`` growth: ``(1 + g)^(1/4) - 1``.

    >>> round((1 + quarterly_growth(0.07)) ** 4 - 1, 12)
    0.07
    """
    return float((1.0 + annual) ** (1 / QUARTERS_PER_YEAR)) - 1.0

"""One-off shocks of a scenario: what the world outside may do beside the outlook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from digisim.clock import Quarter
from digisim.errors import ScenarioError, phrase
from digisim.schemas import suggest
from digisim.units import parse_quantity

RATES = ("yen", "dollar")
KINDS = (*RATES, "markets")
"""What a shock changes: the price of the yen or of the dollar in CNY, for good; or all market sizes, for a time."""

LARGEST_FALL, LARGEST_RISE = -0.9, 1.0
LONGEST = 40  # quarters; what lasts longer is no shock but another outlook


@dataclass(frozen=True, order=True)
class Shock:
    """A change by the share `change` from `start` on; `quarters` is how long it lasts, 0 for good.

    >>> print(Shock("yen", Quarter(2022, 1), -0.2))
    yen -20% from 2022Q1
    >>> print(Shock("markets", Quarter(2022, 1), -0.1, 2))
    markets -10% from 2022Q1 for 2 quarters
    """

    kind: str
    start: Quarter
    change: float
    quarters: int = 0

    def __str__(self) -> str:
        time = f" for {self.quarters} quarters" if self.quarters else ""
        return f"{self.kind} {self.change:+.4%} from {self.start}{time}".replace(".0000%", "%")


class ShockRow(BaseModel):
    """A shock as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: StrictStr = Field(
        description="What changes: yen, dollar (the price in CNY, for good) or markets (all sizes)."
    )
    date: StrictInt | StrictStr = Field(description="The first quarter, as 2022 or 2022Q3.")
    change: StrictFloat | StrictInt | StrictStr = Field(description='By what share, as -0.2 or "-20%".')
    quarters: StrictInt | None = Field(default=None, description="How long markets are changed; markets only.")


def read_shocks(rows: Sequence[ShockRow], span: tuple[int, int], where: Sequence[str]) -> tuple[Shock, ...]:
    """Return the shocks of a file in order of time; `span`: base year and last year, `where`: place of each row."""
    read: list[Shock] = []
    for row, place in zip(rows, where, strict=True):
        change = parse_quantity(
            row.change, "1", what=phrase("the change of the shock {kind!r}", kind=row.kind[:20]), where=place
        )
        start = Quarter.parse(row.date, where=place)
        if row.quarters is not None and row.kind in RATES:
            raise ScenarioError(
                phrase("the shock {kind!r} has quarters: a change of a rate is for good", kind=row.kind),
                where=place,
                allowed="quarters for markets only",
                next="leave quarters out; for a rate that comes back add a second shock",
            )
        usual = 0 if row.kind in RATES else 1
        shock = Shock(row.kind, start, change, usual if row.quarters is None else row.quarters)
        check_shock(shock, span, place)
        if any((each.kind, each.start) == (shock.kind, shock.start) for each in read):
            raise ScenarioError(
                phrase("two shocks of {kind!r} begin in {start}", kind=shock.kind, start=start),
                where=place,
                next="keep one",
            )
        read.append(shock)
    return tuple(sorted(read, key=lambda each: (each.start, each.kind)))


def check_shock(shock: Shock, span: tuple[int, int], where: str) -> None:
    """Refuse a shock that is unknown, outside the run, absurdly large, or without an end where it needs one."""
    if shock.kind not in KINDS:
        raise ScenarioError(
            phrase("unknown shock {kind!r}", kind=shock.kind[:60]),
            where=where,
            allowed=", ".join(KINDS),
            next=suggest(shock.kind, KINDS) or "choose one of these",
        )
    if not span[0] < shock.start.year <= span[1]:
        raise ScenarioError(
            phrase("the shock {kind!r} begins outside the run: {start}", kind=shock.kind, start=shock.start),
            where=where,
            allowed=phrase("{low} to {high}", low=Quarter(span[0] + 1, 1), high=Quarter(span[1], 4)),
            next="change its date",
        )
    if not LARGEST_FALL <= shock.change <= LARGEST_RISE:
        raise ScenarioError(
            phrase("the shock {kind!r} changes by {change:g}", kind=shock.kind, change=shock.change),
            where=where,
            allowed=phrase("a share from {low:g} to {high:g}", low=LARGEST_FALL, high=LARGEST_RISE),
            next='a fall of a fifth is -0.2 or "-20%"',
        )
    if shock.kind == "markets" and not 1 <= shock.quarters <= LONGEST:
        raise ScenarioError(
            phrase("the shock 'markets' lasts {quarters} quarters", quarters=shock.quarters),
            where=where,
            allowed=phrase("{low} to {high}", low=1, high=LONGEST),
            next="give quarters: 4 for a year",
        )


def resolved_shocks(shocks: Sequence[Shock], end: int) -> list[list[Any]]:
    """Return the shocks that change something, as plain data: not after `end`, and not by nothing.

    >>> resolved_shocks([Shock("yen", Quarter(2022, 1), -0.2), Shock("yen", Quarter(2023, 1), 0.0)], 2028)
    [['yen', '2022Q1', -0.2, 0]]
    """
    return [
        [each.kind, str(each.start), each.change, each.quarters]
        for each in sorted(shocks, key=lambda each: (each.start, each.kind))
        if each.start.year <= end and each.change
    ]

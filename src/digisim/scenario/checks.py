"""Checks of what a user writes in a scenario: region, base year, horizon, outlook, levers and their dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from digisim.clock import Quarter
from digisim.errors import ScenarioError
from digisim.policy import Lever, find_lever
from digisim.regions import load_region, region_names
from digisim.schemas import suggest

OUTLOOKS = ("central", "low", "high")
"""Outlooks for the world outside, all made from what was known in the base year."""

OPERATORS = ("ministry", "local", "latent")
"""The counts under which the statistics office publishes."""

LONGEST_RUN = 60  # years; the priors say nothing about a longer future

LeverInput = str | int | float | Mapping[Any, str | int | float]
"""What a user writes for one lever: a quantity, or quantities by date."""

DatedValues = tuple[tuple[Quarter, float], ...]
Locate = Callable[[tuple[Any, ...]], str]
"""Turns (lever,) or (lever, date) into the place that a message names."""


def read_levers(written: Mapping[Any, LeverInput], span: tuple[int, int], locate: Locate) -> dict[str, DatedValues]:
    """Check levers as a user wrote them and return their dated values in canonical units.

    ``span`` is base year and last year. A value without a date holds from the first quarter.
    """
    read: dict[str, DatedValues] = {}
    for name, value in written.items():
        lever = find_lever(name, where=locate((name,)))
        if isinstance(value, Mapping):
            read[lever.name] = _read_dates(lever, value, span, locate)
        else:
            read[lever.name] = ((Quarter(span[0] + 1, 1), lever.read(value, where=locate((name,)))),)
    return read


def _read_dates(
    lever: Lever, written: Mapping[Any, str | int | float], span: tuple[int, int], locate: Locate
) -> DatedValues:
    if not written:
        where = locate((lever.name,))
        raise ScenarioError(f"lever {lever.name!r} has no dated value", where=where, next='for example {2022: "..."}')
    dated: dict[Quarter, float] = {}
    for date, quantity in written.items():
        where = locate((lever.name, date))
        quarter = Quarter.parse(date, where=where)
        if not span[0] < quarter.year <= span[1]:
            first, last = Quarter(span[0] + 1, 1), Quarter(span[1], 4)
            side = f"before the first quarter of the run, {first}" if quarter < first else f"after the last, {last}"
            raise ScenarioError(
                f"lever {lever.name!r} has a date {side}: {quarter}",
                where=where,
                allowed=f"{first} to {last} (the run starts from the state at the end of {span[0]})",
                next="change the date, or give the value without a date: then it holds from the start",
            )
        if quarter in dated:
            raise ScenarioError(f"lever {lever.name!r} has two values for {quarter}", where=where, next="keep one")
        dated[quarter] = lever.read(quantity, where=where)
    return tuple(sorted(dated.items()))


def check_region(region: str, where: str) -> None:
    """Refuse a region that has no evidence; the message lists those that have."""
    known = region_names()
    if region not in known:
        raise ScenarioError(
            f"unknown region {str(region)[:60]!r}",
            where=where,
            allowed=", ".join(known),
            next=suggest(region, known) or "see: digisim regions",
        )


def check_start(region: str, start: int, where: str) -> None:
    """Refuse a base year other than the one the region's figures describe."""
    base = load_region(region).base_year
    if start != base:
        raise ScenarioError(
            f"base year {start}: no state of {region} is known for its end",
            where=where,
            allowed=str(base),
            next=f"write base_year: {base}, or leave it out",
        )


def check_horizon(start: int, end: object, where: str) -> None:
    """Refuse a last year that is not a year after the base year, or too far away."""
    if isinstance(end, bool) or not isinstance(end, int):
        raise ScenarioError(
            f"the horizon is not a year: {str(end)[:20]!r}", where=where, allowed="a whole number", next="horizon: 2028"
        )
    if not start < end <= start + LONGEST_RUN:
        side = f"not after the base year {start}" if end <= start else f"more than {LONGEST_RUN} years after {start}"
        raise ScenarioError(
            f"the horizon {str(end)[:20]} is {side}",
            where=where,
            allowed=f"{start + 1} to {start + LONGEST_RUN}",
            next="set the last year to be simulated, for example horizon: 2028",
        )


def check_outlook(outlook: str, where: str) -> None:
    """Refuse an outlook that is not made."""
    if outlook not in OUTLOOKS:
        raise ScenarioError(
            f"unknown outlook {str(outlook)[:60]!r}",
            where=where,
            allowed=f"{', '.join(OUTLOOKS)} (all from what was known in the base year)",
            next=suggest(outlook, OUTLOOKS) or "outlook: central",
        )

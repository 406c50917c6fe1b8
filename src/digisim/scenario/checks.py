"""Checks of what a user writes in a scenario: region, base year, horizon, outlook, levers and their dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from digisim.clock import Quarter
from digisim.errors import ScenarioError, phrase
from digisim.policy import Lever, find_lever, levers_of, load_levers
from digisim.regions import load_region, records, region_names
from digisim.regions import outlook as look_outside
from digisim.regions.outlook import observed_series
from digisim.schemas import suggest

OUTLOOKS, SHIFTS = records.OUTLOOKS, records.SHIFTS
"""Outlooks for the world outside, made from what was known in the base year, but for the last one."""

OPERATORS = ("ministry", "local", "latent")
"""The counts under which the statistics office publishes."""

LONGEST_RUN = 60  # years; the priors say nothing about a longer future

LeverInput = str | int | float | Mapping[Any, str | int | float]
"""What a user writes for one lever: a quantity, or quantities by date."""

DatedValues = tuple[tuple[Quarter, float], ...]
Locate = Callable[[tuple[Any, ...]], str]
"""Turns (lever,) or (lever, date) into the place that a message names."""


def read_levers(
    written: Mapping[Any, LeverInput], region: str, span: tuple[int, int], locate: Locate
) -> dict[str, DatedValues]:
    """Check levers as a user wrote them and return their dated values in canonical units.

    ``span`` is base year and last year. A value without a date holds from the first quarter. What is allowed depends
    on the region: a range may be a share of its sector's revenue.
    """
    read: dict[str, DatedValues] = {}
    rows = levers_of(region) if written else {}
    for name, value in written.items():
        lever = rows[find_lever(name, where=locate((name,))).name]
        if isinstance(value, Mapping):
            read[lever.name] = _read_dates(lever, value, span, locate)
        else:
            read[lever.name] = ((Quarter(span[0] + 1, 1), lever.read(value, where=locate((name,)))),)
        if any(number != lever.in_force for _, number in read[lever.name]):
            _refuse_idle(lever, region, locate((name,)))
    return read


def _refuse_idle(lever: Lever, region: str, where: str) -> None:
    """Refuse a lever that would be paid for and move nothing, since the region states nothing that it acts on."""
    lacks = lever.lacks(load_region(region))
    if lacks:
        raise ScenarioError(
            phrase(
                "lever {name!r} has nothing to act on in {region}: its file states no {figures}",
                name=lever.name,
                region=region,
                figures=", ".join(lacks),
            ),
            where=where,
            allowed=phrase("a region with {figures} under city", figures=", ".join(lever.needs)),
            next="leave the lever out, or state these figures under city in the region's file",
        )


def _read_dates(
    lever: Lever, written: Mapping[Any, str | int | float], span: tuple[int, int], locate: Locate
) -> DatedValues:
    if not written:
        where = locate((lever.name,))
        raise ScenarioError(
            phrase("lever {name!r} has no dated value", name=lever.name),
            where=where,
            allowed="a value, or values by date",
            next='for example {2022: "..."}',
        )
    dated: dict[Quarter, float] = {}
    for date, quantity in written.items():
        where = locate((lever.name, date))
        quarter = Quarter.parse(date, where=where)
        if not span[0] < quarter.year <= span[1]:
            first, last = Quarter(span[0] + 1, 1), Quarter(span[1], 4)
            said: dict[str, object] = {"name": lever.name, "quarter": quarter, "first": first, "last": last}
            early = phrase("lever {name!r} has a date before the first quarter of the run, {first}: {quarter}", **said)
            late = phrase("lever {name!r} has a date after the last, {last}: {quarter}", **said)
            raise ScenarioError(
                early if quarter < first else late,
                where=where,
                allowed=phrase(
                    "{first} to {last} (the run starts from the state at the end of {base})",
                    first=first,
                    last=last,
                    base=span[0],
                ),
                next="change the date, or give the value without a date: then it holds from the start",
            )
        if quarter in dated:
            raise ScenarioError(
                phrase("lever {name!r} has two values for {quarter}", name=lever.name, quarter=quarter),
                where=where,
                allowed="one value for each quarter",
                next="keep one",
            )
        dated[quarter] = lever.read(quantity, where=where)
    return tuple(sorted(dated.items()))


def read_parks(written: Mapping[str, str], region: str, locate: Locate) -> dict[str, str]:
    """Check which lever acts in which park alone, lever -> park; only some levers can, and only in parks."""
    allowed = [name for name, row in load_levers().items() if row.of_park]
    parks = {park.name: park for park in load_region(region).parks if not park.scattered}
    for name, park in written.items():
        lever = find_lever(name, where=locate((name,)))
        if not lever.of_park:
            raise ScenarioError(
                phrase("the lever {name!r} cannot act in one park alone", name=name),
                where=locate((name,)),
                allowed=", ".join(allowed),
                next="delete the row: the lever then acts in the whole city",
            )
        if park not in parks:
            raise ScenarioError(
                phrase("{region} has no park {park!r}", region=region, park=str(park)[:60]),
                where=locate((name,)),
                allowed=", ".join(parks),
                next=suggest(park, list(parks), {row.name_zh: row.name for row in parks.values()})
                or "name one of these",
            )
    return dict(written)


def check_region(region: str, where: str) -> None:
    """Refuse a region that has no evidence; the message lists those that have."""
    known = region_names()
    if region not in known:
        raise ScenarioError(
            phrase("unknown region {region!r}", region=str(region)[:60]),
            where=where,
            allowed=", ".join(known),
            next=suggest(region, known, {load_region(name).name_zh: name for name in known})
            or phrase("see: {command}", command="digisim regions"),
        )


def check_start(region: str, start: int, where: str) -> None:
    """Refuse a base year other than the one the region's figures describe."""
    base = load_region(region).base_year
    if start != base:
        raise ScenarioError(
            phrase("base year {start}: no state of {region} is known for its end", start=start, region=region),
            where=where,
            allowed=str(base),
            next=phrase("write base_year: {base}, or leave it out", base=base),
        )


def check_horizon(start: int, end: object, where: str) -> None:
    """Refuse a last year that is not a year after the base year, or too far away."""
    if isinstance(end, bool) or not isinstance(end, int):
        raise ScenarioError(
            phrase("the horizon is not a year: {end!r}", end=str(end)[:20]),
            where=where,
            allowed="a whole number",
            next="horizon: 2028",
        )
    if not start < end <= start + LONGEST_RUN:
        early = phrase("the horizon {end} is not after the base year {start}", end=str(end)[:20], start=start)
        late = phrase(
            "the horizon {end} is more than {most} years after {start}",
            end=str(end)[:20],
            most=LONGEST_RUN,
            start=start,
        )
        raise ScenarioError(
            early if end <= start else late,
            where=where,
            allowed=phrase("{low} to {high}", low=start + 1, high=start + LONGEST_RUN),
            next="set the last year to be simulated, for example horizon: 2028",
        )


def check_outlook(outlook: str, where: str) -> None:
    """Refuse an outlook that is not made."""
    if outlook not in OUTLOOKS:
        raise ScenarioError(
            phrase("unknown outlook {outlook!r}", outlook=str(outlook)[:60]),
            where=where,
            allowed=phrase(
                "{outlooks} from what was known in the base year, observed from what was published since",
                outlooks=", ".join(SHIFTS),
            ),
            next=suggest(outlook, OUTLOOKS) or "outlook: central",
        )


def check_seen(region: str, outlook: str, where: str) -> None:
    """Refuse the outlook `observed` for a region after whose base year no growth of the nation is in the archive."""
    held = load_region(region)
    if outlook == records.OBSERVED and look_outside(held, outlook).last_seen is None:
        years = sorted(observed_series()["national_growth"])
        raise ScenarioError(
            phrase("nothing was published of {year}, the year after the base year", year=held.base_year + 1),
            where=where,
            allowed=phrase("regions with a base year of {first} to {last}", first=years[0] - 1, last=years[-1] - 1),
            next="outlook: central",
        )

"""What was known about the outside world at the base year, by rule from published figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np

from digisim.errors import EvidenceError, phrase
from digisim.regions.quantities import known, level, published
from digisim.regions.records import OBSERVED, Record, Region, load_segments
from digisim.registers import load_register
from digisim.resources import package_file

__all__ = ["DriftRule", "Outlook", "digest_of_seen", "drift_rule", "outlook", "published"]

RECENT = 5  # published years whose mean growth the forecast begins with


@dataclass(frozen=True)
class Outlook:
    """Published growth (share a year) and what follows from it; nothing after the base year enters but `seen`.

    `seen` is empty in all outlooks but `observed`: by name the growth that the nation published for later years.
    """

    base_quarter: int
    published_growth: dict[int, float]
    start_growth: float
    per_head_share: float
    export_growth: float
    segment_growth: np.ndarray
    serves_adopters: np.ndarray
    shift: float
    seen: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def growth_seen(self, name: str, year: int) -> float | None:
        """What was published of a year after the base year (share a year); None without it, and in other outlooks."""
        return self.seen.get(name, {}).get(year)

    @property
    def last_seen(self) -> int | None:
        """Last of the years from the base year on without a gap whose national growth is taken as published."""
        years = self.seen.get("national_growth", {})
        year = self.base_quarter // 4
        while year in years:
            year += 1
        return year - 1 if self.base_quarter // 4 in years else None

    @property
    def cycle(self) -> float:
        """Growth of the last published year beyond the mean that the forecast begins with.

        >>> from digisim.regions import load_region
        >>> round(outlook(load_region("dalian")).cycle, 4)      # 13.3 per cent in 2020
        -0.0124
        """
        return self.growth_of(max(self.published_growth)) - self.start_growth

    def growth_of(self, year: int) -> float:
        """Published growth of a year; beyond the years that are published, that of the nearest."""
        return self.published_growth[min(max(year, min(self.published_growth)), max(self.published_growth))]


@dataclass(frozen=True)
class DriftRule:
    """Mean and spread of the drift of relative demand a year, where demand is scarce."""

    mean: float
    spread: float


def outlook(region: Region, name: str = "central") -> Outlook:
    """The outlook of the base year: `low`, `central` or `high`; `observed` adds what was published since.

    >>> from digisim.regions import load_region
    >>> round(outlook(load_region("dalian")).start_growth, 4)      # mean of 14.9, 13.9, 14.2, 16.4, 13.3 per cent
    0.1454
    """
    source = region.outlook
    growth = _growth(region)
    per_head = [_dated(region, i) for i in source.per_head_growth]
    exports = [_dated(region, i)[1] for i in source.export_growth]
    category = {name: _beyond(region, i, growth) for name, i in source.category_growth.items()}
    segments = load_segments().values()
    return Outlook(
        base_quarter=region.base_year * 4 + 4,
        published_growth=growth,
        start_growth=float(np.mean([growth[year] for year in sorted(growth)[-RECENT:]])),
        per_head_share=_first(source.per_head_share, [rate / growth[year] for year, rate in per_head]),
        export_growth=_first(source.export_growth_assumed, exports),
        segment_growth=np.array([category.get(s.category, 0.0) + s.tilt for s in segments]),
        serves_adopters=np.array([s.serves_adopters for s in segments]),
        shift=0.0 if name == OBSERVED else source.shifts[name],
        seen=_since(region.base_year) if name == OBSERVED else {},
    )


class ObservedSeries(Record):
    """A national series of published rows: growth of their years, or levels that give it."""

    name: str
    kind: Literal["growth", "level"]
    rows: tuple[str, ...]


@cache
def observed_series() -> Mapping[str, Mapping[int, float]]:
    """Growth a year that the nation published, by series and year: what the outlook `observed` draws on.

    >>> round(observed_series()["national_growth"][2025], 4)     # 154,800 over 137,276 hundred million yuan
    0.1277
    """
    register = load_register(package_file("evidence/observed.yaml"), ObservedSeries, "observed")
    found = {}
    for name, row in register.items():
        values = dict(published(each) for each in row.rows)
        if row.kind == "level":
            values = {year: values[year] / values[year - 1] - 1.0 for year in values if year - 1 in values}
        found[name] = values
    found["national_growth"] = found.pop("national_levels") | found["national_growth"]
    return found


def digest_of_seen(region: Region) -> str:
    """Return the SHA-256 of what the outlook `observed` takes from after the base year: it is no part of a region."""
    rows = {name: sorted(years.items()) for name, years in _since(region.base_year).items()}
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode("utf-8")).hexdigest()


def _since(base_year: int) -> dict[str, dict[int, float]]:
    """What was published of the years after a base year."""
    return {name: {y: v for y, v in rows.items() if y > base_year} for name, rows in observed_series().items()}


def drift_rule(region: Region) -> DriftRule:
    """Growth of the city's head count relative to the nation's over the years before the base year.

    d = [ln(city_1 / city_0) - ln(nation_1 / nation_0)] / years, once as printed and once with the first count of the
    city deflated by the admitted overstatement; the mean lies half way, the spread is half the distance. Where the
    nation's counts lie a different number of years apart, their growth is taken a year. A region without an admitted
    overstatement states its spread.

    >>> from digisim.regions import load_region
    >>> rule = drift_rule(load_region("dalian"))
    >>> -0.08 < rule.mean < -0.04
    True
    """
    source = region.drift
    (year0, city0), (year1, city1) = (level(region, each) for each in source.city)
    (first, nation0), (last, nation1) = (level(region, each) for each in source.nation)
    years = year1 - year0
    relative = np.log(city1 / city0) - np.log(nation1 / nation0) * (years / (last - first))
    if source.spread is not None:
        return DriftRule(mean=float(relative / years), spread=source.spread)
    assert source.overstatement is not None
    inflated = 1.0 + known(source.overstatement, region).value
    readings = np.array([relative, relative + np.log(inflated)]) / years
    return DriftRule(mean=float(readings.mean()), spread=float(abs(readings[1] - readings[0]) / 2.0))


def _dated(region: Region, identifier: str) -> tuple[int, float]:
    row = known(identifier, region)
    return row.year, row.value


def _growth(region: Region) -> dict[int, float]:
    """Published growth by year, and that of published levels in the years that have none."""
    levels = dict(_dated(region, i) for i in region.outlook.national_levels)
    derived = {year: levels[year] / levels[year - 1] - 1.0 for year in levels if year - 1 in levels}
    found = derived | dict(_dated(region, i) for i in region.outlook.national_growth)
    return {year: found[year] for year in sorted(found)}


def _beyond(region: Region, identifier: str, growth: dict[int, float]) -> float:
    """Growth of a category beyond the nation's of the same year."""
    year, rate = _dated(region, identifier)
    if year not in growth:
        raise EvidenceError(
            phrase("{id!r} is of {year}, a year without national growth", id=identifier, year=year),
            allowed=", ".join(map(str, growth)),
            next="name the row of such a year under category_growth",
        )
    return rate - growth[year]


def _first(assumed: float | None, rows: list[float]) -> float:
    """What is assumed, or the mean of what is published."""
    return float(np.mean(rows)) if assumed is None else assumed

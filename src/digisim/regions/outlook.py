"""What was known about the outside world at the base year, by rule from published figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digisim.errors import EvidenceError, phrase
from digisim.regions.quantities import known, level, published
from digisim.regions.records import Region, load_segments

__all__ = ["DriftRule", "Outlook", "drift_rule", "outlook", "published"]

RECENT = 5  # published years whose mean growth the forecast begins with


@dataclass(frozen=True)
class Outlook:
    """Published growth (share a year) and what follows from it; nothing after the base year enters."""

    base_quarter: int
    published_growth: dict[int, float]
    start_growth: float
    per_head_share: float
    export_growth: float
    segment_growth: np.ndarray
    serves_adopters: np.ndarray
    shift: float

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
    """The outlook of the base year: `low`, `central` or `high`.

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
        shift=source.shifts[name],
    )


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

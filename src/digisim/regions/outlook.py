"""What was known about the outside world at the base year, by rule from published figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digisim.errors import EvidenceError, phrase
from digisim.evidence import figures, history
from digisim.regions.region import Region, load_segments

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


@dataclass(frozen=True)
class DriftRule:
    """Mean and spread of the drift of relative demand a year, where demand is scarce."""

    mean: float
    spread: float


def published(identifier: str) -> tuple[int, float]:
    """Year and value (canonical unit) of a published row or a figure."""
    for row in history():
        if row.id == identifier:
            return row.year, row.value
    if identifier in figures():
        return figures()[identifier].year, figures()[identifier].value
    raise EvidenceError(
        phrase("no figure or published value {identifier!r}", identifier=identifier),
        allowed="an id of the evidence registers",
        next="digisim evidence lists them",
    )


def outlook(region: Region, name: str = "central") -> Outlook:
    """The outlook of the base year: `low`, `central` or `high`.

    >>> from digisim.regions import load_region
    >>> round(outlook(load_region("dalian")).start_growth, 4)      # mean of 14.9, 13.9, 14.2, 16.4, 13.3 per cent
    0.1454
    """
    source = region.outlook
    growth = dict(published(i) for i in source.national_growth)
    per_head = dict(published(i) for i in source.per_head_growth)
    exports = [published(i)[1] for i in source.export_growth]
    last = max(growth)
    category = {name: published(i)[1] - growth[last] for name, i in source.category_growth.items()}
    segments = load_segments().values()
    return Outlook(
        base_quarter=region.base_year * 4 + 4,
        published_growth=growth,
        start_growth=float(np.mean([growth[year] for year in sorted(growth)[-RECENT:]])),
        per_head_share=float(np.mean([rate / growth[year] for year, rate in per_head.items()])),
        export_growth=float(np.mean(exports)),
        segment_growth=np.array([category[s.category] + s.tilt for s in segments]),
        serves_adopters=np.array([s.serves_adopters for s in segments]),
        shift=source.shifts[name],
    )


def drift_rule(region: Region) -> DriftRule:
    """Growth of the city's head count relative to the nation's over the years before the base year.

    d = [ln(city_1 / city_0) - ln(nation_1 / nation_0)] / years, once as printed and once with the first count of the
    city deflated by the admitted overstatement; the mean lies half way, the spread is half the distance.

    >>> from digisim.regions import load_region
    >>> rule = drift_rule(load_region("dalian"))
    >>> -0.08 < rule.mean < -0.04
    True
    """
    source = region.drift
    city = [published(i)[1] for i in source.city]
    nation = [published(i)[1] for i in source.nation]
    inflated = 1.0 + published(source.overstatement)[1]
    relative = np.log(city[1] / city[0]) - np.log(nation[1] / nation[0])
    readings = np.array([relative, relative + np.log(inflated)]) / source.years
    return DriftRule(mean=float(readings.mean()), spread=float(abs(readings[1] - readings[0]) / 2.0))

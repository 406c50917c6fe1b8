"""Published tables become one labelled dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import xarray as xr

from digisim import evidence, parameters
from digisim.policy import load_levers
from digisim.scenario import Scenario
from digisim.statistics import load_indicators
from digisim.synthesis import Member

FORMAT_VERSION = 1
"""Raised when names, dims or attributes change, so that an old file gets a message instead of a wrong reading."""


FREQUENCIES = {"year": 1, "quarter": 4}
"""Frequency of results, the name of their last dim -> how many there are in a year."""
BY_QUARTER = (
    "By quarter: flows and rates of turnover are of the quarter, stocks at its end, pay and revenue per head a year's; "
    "parks and segments are where firms are at its end. Who reports and who is above scale is what the count of the "
    "year finds, so that four quarters of revenue, value added and exports make the year."
)


@dataclass(frozen=True)
class Run:
    """What one member of one scenario published: year, or quarter counted from year 0 -> indicator -> value."""

    scenario: str
    member: int
    city: str
    published: Mapping[int, Mapping[str, float]]
    residual: float


def assemble(
    scenarios: Sequence[Scenario],
    drawn: Mapping[str, Sequence[Member]],
    runs: Sequence[Run],
    seed: int,
    frequency: str = "year",
) -> xr.Dataset:
    """One dataset with dims scenario, member, city, year (or quarter); values that no run published are NaN.

    Money is in CNY of the year, people in persons, shares 0..1; years are the union over scenarios, base year included.
    `drawn` are the members by city: where several run together, a member draws what is of a city for each of them, and
    has its parameters and its reading of the past by city.
    """
    names = [s.name for s in scenarios]
    numbers = [m.number for m in next(iter(drawn.values()))]
    parts = [part for s in scenarios for part in s.parts]
    cities = sorted({part.region for part in parts})
    periods = sorted({each for part in parts for each in _periods(part, frequency)})
    indicators = load_indicators(*cities)
    if frequency == "quarter":  # not all that is counted once a year is counted then
        told = {name for run in runs for table in run.published.values() for name in table}
        indicators = {name: row for name, row in indicators.items() if name in told}
    shape = (len(names), len(numbers), len(cities), len(periods))
    values = {name: np.full(shape, np.nan) for name in indicators}
    for run in runs:
        place = (names.index(run.scenario), numbers.index(run.member), cities.index(run.city))
        for period, table in run.published.items():
            if period in periods:
                for name, value in table.items():
                    values[name][(*place, periods.index(period))] = value
    dims = ("scenario", "member", "city", frequency)
    data = {
        name: (dims, array, {
            "units": row.unit, "long_name": row.long_name, "long_name_zh": row.long_name_zh, "definition":
            row.definition,
            "operator": row.operator,
        })
        for (name, array), row in zip(values.items(), indicators.values(), strict=True)
    }  # fmt: skip
    members = [drawn[city] for city in cities if city in drawn]
    dataset = xr.Dataset(data, coords=_coordinates(scenarios, members, cities, periods, frequency))
    dataset.attrs.update(_attributes(scenarios, seed, max((r.residual for r in runs), default=np.nan)))
    if frequency == "quarter":
        dataset.attrs["comment"] = BY_QUARTER
    return dataset


def _periods(part: Scenario, frequency: str) -> range:
    """Years, base year included; or quarters counted from year 0, which begin after it: it is given as a year."""
    return range(part.start, part.end + 1) if frequency == "year" else range(4 * (part.start + 1), 4 * (part.end + 1))


def _labels(periods: list[int], frequency: str) -> np.ndarray:
    """Years as numbers; quarters as their first day.

    >>> _labels([8084], "quarter").astype(str).tolist()
    ['2021-01-01T00:00:00.000000000']
    """
    if frequency == "year":
        return np.array(periods)
    return np.array([f"{k // 4}-{3 * (k % 4) + 1:02d}-01" for k in periods], dtype="datetime64[ns]")


def _coordinates(
    scenarios: Sequence[Scenario], drawn: Sequence[Sequence[Member]], cities: list[str], periods: list[int],
    frequency: str,
) -> dict[str, object]:  # fmt: skip
    """Labels; what a member draws stands by member, where several cities run together by member and city."""
    first = drawn[0]
    coords: dict[str, object] = {
        "scenario": np.array([s.name for s in scenarios], dtype=object),
        "member": np.array([m.number for m in first]),
        "city": np.array(cities, dtype=object),
        frequency: _labels(periods, frequency),
        "outlook": ("scenario", np.array([s.outlook for s in scenarios], dtype=object)),
        "draw": ("member", np.array([m.draw for m in first])),
        "replicate": ("member", np.array([m.replicate for m in first])),
        "regime": _by_member([[m.regime.name for m in members] for members in drawn], object),
    }
    if any(len(s.parts) > 1 for s in scenarios):
        coords["joined"] = ("scenario", np.array([s.start for s in scenarios]))
    for name, lever in load_levers().items():
        attrs = {"units": lever.unit, "long_name": lever.name_en, "long_name_zh": lever.name_zh}
        coords[f"lever_{name}"] = (*_lever_values(scenarios, name, lever.in_force, cities, periods, frequency), attrs)
    for name, row in parameters.load_parameters().items():
        values = _by_member([[m.parameters[name] for m in members] for members in drawn])
        coords[f"param_{row.identifier}"] = (*values, {"units": row.unit, "long_name": row.meaning})
    return coords


def _by_member(values: list[list[Any]], kind: type | None = None) -> tuple[tuple[str, ...], np.ndarray]:
    """What stands in lists by city, each by member."""
    table = np.array(values, dtype=kind)
    return (("member", "city"), table.T) if len(values) > 1 else (("member",), table[0])


def _lever_values(
    scenarios: Sequence[Scenario], lever: str, in_force: float, cities: list[str], periods: list[int], frequency: str
) -> tuple[tuple[str, ...], np.ndarray]:
    """Values by scenario and period; where scenarios hold several cities, by city too."""
    value = _value_of_year if frequency == "year" else _value_of_quarter
    parts = [{part.region: part for part in s.parts} for s in scenarios]
    table = np.full((len(parts), len(cities), len(periods)), np.nan)
    for k, of in enumerate(parts):
        for city, part in of.items():
            table[k, cities.index(city)] = [value(part, lever, each, in_force) for each in periods]
    if max(len(of) for of in parts) > 1:
        return ("scenario", "city", frequency), table
    own = [cities.index(s.region) for s in scenarios]
    return ("scenario", frequency), table[np.arange(len(own)), own]


def _value_of_year(scenario: Scenario, lever: str, year: int, in_force: float) -> float:
    """Mean of the four quarters, since a value may begin within a year; the base year holds what was in force."""
    if year <= scenario.start:
        return in_force
    return float(np.mean([scenario.values(year * 4 + q)[lever] for q in range(4)]))


def _value_of_quarter(scenario: Scenario, lever: str, quarter: int, in_force: float) -> float:
    return in_force if quarter // 4 <= scenario.start else scenario.values(quarter)[lever]


def _attributes(scenarios: Sequence[Scenario], seed: int, residual: float) -> dict[str, object]:
    from digisim import __version__  # noqa: PLC0415  (the lazy package module must not be imported while it loads)

    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "title": "digisim: a city's software and information services industry",
        "version": __version__,
        "format_version": FORMAT_VERSION,
        "seed": seed,
        "scenario_hashes": [s.hash for s in scenarios],
        "evidence_digest": evidence.digest(),
        "posterior_digest": "none: parameters are priors until calibrated",
        "parameters_digest": parameters.digest(),
        "outlook": ", ".join(sorted({s.outlook for s in scenarios})),
        "largest_residual": residual,
        "history": f"{stamp} simulated by digisim {__version__}",
    }

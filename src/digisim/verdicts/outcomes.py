"""What a target is held against: the outcome of each member in its year, from the published indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from digisim.errors import phrase
from digisim.regions import region_names
from digisim.results import DIMS, check_results
from digisim.statistics import load_indicators
from digisim.targets import Target, load_targets

Floats = npt.NDArray[np.float64]

ALL = "all"
"""The row of all members together, beside one row per regime."""


@dataclass(frozen=True)
class Outcome:
    """Base and outcome of the members of a scenario, each (members,), in the target's unit; NaN where a run broke."""

    base_year: int
    base: Floats
    value: Floats

    def growth(self, year: int) -> Floats:
        """Return the growth a year from each member's own base to its outcome, (members,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((self.value / self.base) ** (1.0 / (year - self.base_year)) - 1.0)


def targets_of(city: str) -> list[Target]:
    """Return the targets of a city by year, then in the order of the documents; repetitions of another are left out."""
    known = load_indicators(city) if city in region_names() else ()
    return sorted((each for each in load_targets(city, known) if each.duplicate_of is None), key=lambda each: each.year)


def values(dataset: xr.Dataset, name: str, scenario: str, city: str) -> Floats:
    """Return the values (member, year) of a variable for a scenario in a city."""
    s, c = (_position(dataset, dim, each) for dim, each in (("scenario", scenario), ("city", city)))
    # The bare variable: results carry a hundred coordinates, and selecting labels would select in each of them.
    return np.asarray(dataset.variables[name].transpose(*DIMS).values[s, :, c, :], dtype=np.float64)


def _position(dataset: xr.Dataset, dim: str, name: str) -> int:
    return [str(each) for each in dataset.variables[dim].values].index(name)


def span(dataset: xr.Dataset, scenario: str, city: str) -> tuple[int, int] | None:
    """Return the first and the last year in which a scenario has values in a city, or None."""
    for name, variable in dataset.variables.items():  # all are published in the same years: the first with values tells
        if set(variable.dims) == set(DIMS):
            held = np.isfinite(values(dataset, str(name), scenario, city)).any(axis=0)
            if held.any():
                years = dataset.variables["year"].values[held]
                return int(years.min()), int(years.max())
    return None


def outcome(dataset: xr.Dataset, scenario: str, city: str, target: Target, variable: str) -> Outcome | str:
    """Return what the members of a scenario reach in the year of a target, or why that cannot be said, as a phrase.

    An ``increment`` is held against the change since the base year, a ``growth`` target against growth a year. Cities
    run alone until the end of the year in which they are joined: that is no outcome of theirs together.
    """
    years = span(check_results(dataset, "verdict"), scenario, city)
    if variable not in dataset.data_vars:
        return phrase("the results hold no indicator {variable!r}", variable=variable)
    if years is None:
        return phrase("no member finished")
    if not years[0] < target.year <= years[1]:
        return phrase(
            "the year {year} lies outside the run, {first} to {last}",
            year=target.year,
            first=years[0] + 1,
            last=years[1],
        )
    if target.year <= (joined := _joined(dataset, scenario)):
        return phrase(
            "due by the end of {joined}, up to which each city runs alone: run a scenario of this city alone",
            joined=joined,
        )
    held, all_years = values(dataset, variable, scenario, city), dataset.variables["year"].values
    base, value = (held[:, all_years == year][:, 0] for year in (years[0], target.year))
    found = Outcome(years[0], base, value)
    if target.kind == "increment":
        found = Outcome(years[0], np.zeros_like(base), value - base)
    elif target.kind == "growth":
        found = Outcome(years[0], np.zeros_like(base), found.growth(target.year))
    return found if np.isfinite(found.value).any() else phrase("no member finished")


def _joined(dataset: xr.Dataset, scenario: str) -> int:
    """Return the year at whose end the cities of a scenario are joined, 0 for a scenario of one city."""
    held = dataset.variables.get("joined")
    return 0 if held is None else int(np.ravel(held.values)[_position(dataset, "scenario", scenario)])


def regimes(dataset: xr.Dataset, city: str) -> dict[str, npt.NDArray[np.bool_]]:
    """Return which members count for ``all`` and for each regime that a city has in them, (members,) each."""
    held = dataset.variables["regime"]
    if "city" in held.dims:  # cities that run together have each its own reading of the past
        held = held.isel(city=_position(dataset, "city", city))
    names = np.array([str(each) for each in held.values])
    return {ALL: np.ones(names.size, dtype=bool), **{name: names == name for name in dict.fromkeys(names.tolist())}}

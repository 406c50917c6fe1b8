"""Takes from a results dataset what a figure shows: one city, the asked scenarios, quantiles over the members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from digisim.errors import InputError, phrase
from digisim.plot.fonts import Writing
from digisim.regions import load_region, region_names
from digisim.results import check_results
from digisim.schemas import nearest, suggest
from digisim.verdicts.summary import FEW

Floats = npt.NDArray[np.float64]

PERCENT = (10, 25, 50, 75, 90)
"""Percentiles over the members: the ends of the middle 80% and 50%, and the median."""


@dataclass(frozen=True)
class Series:
    """One scenario of one indicator: ``values`` (member, year) and the ``regime`` of each member, or none.

    ``position`` is the scenario's place in the dataset, so that it keeps its colour in every figure.
    """

    scenario: str
    position: int
    years: npt.NDArray[np.int64]
    values: Floats
    regimes: tuple[str, ...] = ()

    def percentiles(self) -> Floats:
        """Return the percentiles ``PERCENT`` over the members that have a value, shape (5, year)."""
        result: Floats = np.nanpercentile(self.values, PERCENT, axis=0)
        return result

    def of_regime(self, regime: str) -> Series:
        """Return the members of one regime."""
        chosen = np.array([each == regime for each in self.regimes])
        return replace(self, values=self.values[chosen], regimes=(regime,) * int(chosen.sum()))


def indicator(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Return the variable ``name`` of a dataset with one city, as (scenario, member, year).

    Raises an ``InputError`` that lists the indicators there are, or the cities to choose from.
    """
    if not hasattr(dataset, "data_vars"):
        check_results(dataset, "plot")
    if name not in dataset.data_vars:
        known = sorted(map(str, dataset.data_vars))
        raise InputError(
            phrase("no indicator {name!r} in the results", name=name),
            allowed=nearest(name, known, "digisim indicators"),
            next=suggest(name, known) or "choose one of these",
        )
    data = dataset[name]
    if "city" in data.dims:
        cities = [str(city) for city in data["city"].values]
        if len(cities) != 1:
            raise InputError(
                phrase("a figure shows one city, the results hold {count}", count=len(cities)),
                allowed=", ".join(cities),
                next=phrase("choose one, for example {call}", call=f"dataset.sel(city=[{cities[0]!r}])"),
            )
        data = data.isel(city=0, drop=True)
    return data.transpose("scenario", "member", "year")


def select(dataset: xr.Dataset, name: str, scenario: str | Sequence[str] | None = None) -> list[Series]:
    """Return one ``Series`` per scenario asked for (None: all), each over the years in which it has values."""
    data = indicator(dataset, name)
    known = [str(each) for each in data["scenario"].values]
    wanted = known if scenario is None else [scenario] if isinstance(scenario, str) else list(scenario)
    for each in wanted:
        if each not in known:
            raise InputError(
                phrase("no scenario {each!r} in the results", each=each),
                allowed=", ".join(known),
                next=suggest(each, known) or "choose one of these",
            )
    regimes = tuple(str(each) for each in data["regime"].values) if "regime" in data.coords else ()
    found = []
    for each in wanted:
        position = known.index(each)
        values = np.asarray(data.values[position], dtype=np.float64)
        shown = np.isfinite(values).any(axis=0)
        if shown.any():
            years = np.asarray(data["year"].values, dtype=np.int64)[shown]
            found.append(Series(each, position, years, values[:, shown], regimes))
    if not found:
        raise InputError(
            phrase("the results hold no value of {name!r}", name=name), next="choose another indicator or scenario"
        )
    return found


def name_of(data: Any, how: Writing, fallback: str = "") -> str:
    """Return the long name of a variable in the language of the figure."""
    key = "long_name_zh" if how.lang == "zh" else "long_name"
    return str(data.attrs.get(key) or fallback or data.name)


def city_of(dataset: xr.Dataset) -> str:
    """Return the label of the dataset's one city."""
    return str(np.ravel(dataset["city"].values)[0])


def city_name(dataset: xr.Dataset, how: Writing) -> str:
    """Return the name of the dataset's one city: the registered one in the language of the figure, else its label."""
    label = city_of(dataset)
    if label not in region_names():
        return label
    region = load_region(label)
    return region.name_zh if how.lang == "zh" else region.name_en


def bands_note(members: int, how: Writing) -> str:
    """Return the line that tells what line and bands of a fan are."""
    if members < FEW:
        return how.text("plot.few_members", members=members) if members > 1 else how.text("plot.one_member")
    return how.text("plot.bands", members=members)


def paired_note(members: int, control: str, how: Writing) -> str:
    """Return the line that tells what line and bands of a fan of differences are."""
    if members < FEW:
        return how.text("plot.paired_few" if members > 1 else "plot.paired_one", control=control)
    return how.text("plot.paired", control=control)


def provenance(dataset: xr.Dataset | pd.DataFrame, members: int, how: Writing, seen: Sequence[str] = ()) -> str:
    """Return the line that tells where a figure comes from: version, seed, number of members, and which of the
    scenarios that it shows rest on the world outside as it was published since (``seen``)."""
    parts = [f"digisim {dataset.attrs['version']}"] if "version" in dataset.attrs else []
    if "seed" in dataset.attrs:
        parts.append(how.text("plot.seed", seed=dataset.attrs["seed"]))
    parts.append(how.text("plot.members" if members > 1 else "plot.member", members=members))
    if seen:
        parts.append(how.text("plot.conditional", scenarios=", ".join(seen)))
    return " · ".join(parts)

"""Results by park, segment or market: what stands in a result under a name for each part, along one more dimension."""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from digisim.errors import InputError, phrase
from digisim.regions import load_segments
from digisim.regions.records import MARKETS
from digisim.results import PERIODS, check_results
from digisim.statistics.register import PARK_COLUMNS

ATTRIBUTES = ("units", "operator")  # the same for all parts
MARKS = {"en": ": ", "zh": "："}  # between an indicator and its part in a long name


def breakdown(dataset: xr.Dataset, by: str) -> xr.Dataset:
    """Return what is published by park, segment or market, with that dimension after the four of a result.

    `by` is ``"park"`` (revenue, employees, services, floor_area, floor_area_underway), ``"segment"`` (revenue of the
    enterprises whose main segment it is) or ``"market"`` (revenue from the city, the rest of the country, Japan and
    other countries); names of the parts are coordinates in both languages. Values and units are those of the result:
    the sum of revenue over segments, and over markets, is that of the whole industry. A park of another city of a
    joint run is NaN. What is no result, or another division, is an ``InputError``.

    >>> from digisim.simulate import simulate
    >>> table = breakdown(simulate("dalian-baseline", seed=1), "segment")
    >>> table.revenue.dims
    ('scenario', 'member', 'city', 'year', 'segment')
    """
    found = check_results(dataset, "breakdown", PERIODS)
    if by not in DIVISIONS:
        raise InputError(
            phrase("results are not divided by {by!r}", by=str(by)),
            where="breakdown",
            allowed=", ".join(DIVISIONS),
            next="breakdown(many, 'park'), for example",
        )
    held = DIVISIONS[by](found)
    table = xr.Dataset({what: _side_by_side(found, by, variables) for what, variables in held.items()})
    one = next(iter(held.values()))
    names = {f"name_{lang}": (by, [_name(found[each], lang)[1] for each in one.values()]) for lang in MARKS}
    return table.assign_coords({by: list(one), **names}).assign_attrs(found.attrs)


def _name(variable: xr.DataArray, lang: str) -> tuple[str, str]:
    """What an indicator of a part is called, and the part: its long name is "indicator: part" in each language."""
    what, _, part = str(variable.attrs["long_name_zh" if lang == "zh" else "long_name"]).partition(MARKS[lang])
    return what, part


def _side_by_side(dataset: xr.Dataset, by: str, variables: dict[str, str]) -> xr.DataArray:
    """The variables of a result that are one indicator of several parts, the part last."""
    parts = [dataset[name] for name in variables.values()]
    joined = xr.concat(parts, dim=by, combine_attrs="drop").transpose(..., by)
    attrs = {key: parts[0].attrs[key] for key in ATTRIBUTES}
    names = {"long_name": _name(parts[0], "en")[0], "long_name_zh": _name(parts[0], "zh")[0]}
    return joined.assign_attrs(attrs | names)


def _by_park(dataset: xr.Dataset) -> dict[str, dict[str, str]]:
    """Parks as the result itself names them: it may come from a city whose file is not at hand."""
    first = "revenue_park_"
    parks = [str(name).removeprefix(first) for name in dataset if str(name).startswith(first)]
    held = {what: {park: f"{what}_park_{park}" for park in parks} for what, *_ in PARK_COLUMNS}
    return {what: names for what, names in held.items() if set(names.values()) <= set(dataset)}


def _by_segment(_: xr.Dataset) -> dict[str, dict[str, str]]:
    return {"revenue": {segment: f"revenue_{segment}" for segment in load_segments()}}


def _by_market(_: xr.Dataset) -> dict[str, dict[str, str]]:
    return {"revenue": {market: f"revenue_market_{market}" for market in MARKETS}}


DIVISIONS: dict[str, Callable[[xr.Dataset], dict[str, dict[str, str]]]] = {
    "park": _by_park,
    "segment": _by_segment,
    "market": _by_market,
}
"""Division -> indicator -> part -> the variable of a result that holds it."""

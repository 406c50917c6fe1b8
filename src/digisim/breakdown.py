"""Results by park or by segment: what stands in a result under a name for each part, along one more dimension."""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from digisim.errors import InputError, phrase
from digisim.regions import load_segments
from digisim.results import check_results
from digisim.statistics.office import PARK_COLUMNS

ATTRIBUTES = ("units", "operator")  # the same for all parts


def breakdown(dataset: xr.Dataset, by: str) -> xr.Dataset:
    """Return the indicators that are published by park or by segment, with that dimension after the four of a result.

    `by` is ``"park"`` (revenue, employees, services, floor_area, floor_area_underway) or ``"segment"`` (revenue of the
    enterprises whose main segment it is); names of the parts are coordinates in both languages. Values and units are
    those of the result: the sum of revenue over segments is that of the whole industry. A park of another city of a
    joint run is NaN. What is no result, or another division, is an ``InputError``.

    >>> from digisim.simulate import simulate
    >>> table = breakdown(simulate("dalian-baseline", seed=1), "segment")
    >>> table.revenue.dims
    ('scenario', 'member', 'city', 'year', 'segment')
    """
    found = check_results(dataset, "breakdown")
    if by not in _DIVISIONS:
        raise InputError(
            phrase("results are not divided by {by!r}", by=str(by)),
            where="breakdown",
            allowed=", ".join(_DIVISIONS),
            next="breakdown(many, 'park'), for example",
        )
    names, columns = _DIVISIONS[by](found)
    whole = xr.Dataset({what: _side_by_side(found, by, held) for what, held in columns.items()})
    english, chinese = zip(*names.values(), strict=True)
    kept = {"name_en": (by, list(english)), "name_zh": (by, list(chinese))}
    return whole.assign_coords({by: list(names), **kept}).assign_attrs(found.attrs)


def _side_by_side(dataset: xr.Dataset, by: str, held: list[str]) -> xr.DataArray:
    """The variables of a result that are one indicator of several parts, the part last."""
    parts = [dataset[name] for name in held]
    joined = xr.concat(parts, dim=by, combine_attrs="drop").transpose(..., by)
    attrs = {key: parts[0].attrs[key] for key in ATTRIBUTES}
    attrs["long_name"] = parts[0].attrs["long_name"].rpartition(": ")[0] or parts[0].attrs["long_name"]
    attrs["long_name_zh"] = parts[0].attrs["long_name_zh"].rpartition("：")[0] or parts[0].attrs["long_name_zh"]
    return joined.assign_attrs(attrs)


Division = tuple[dict[str, tuple[str, str]], dict[str, list[str]]]
"""Parts with their names in English and Chinese; indicators with the variables that hold it part by part."""


def _parks(dataset: xr.Dataset) -> Division:
    """Parks as the result itself names them: it may come from a city whose file is not at hand."""
    first = "revenue_park_"
    labels = {str(name).removeprefix(first): dataset[name].attrs for name in dataset if str(name).startswith(first)}
    names = {
        park: (attrs["long_name"].partition(": ")[2], attrs["long_name_zh"].partition("：")[2])
        for park, attrs in labels.items()
    }
    return names, {what: [f"{what}_park_{park}" for park in names] for what, *_ in PARK_COLUMNS}


def _segments(_: xr.Dataset) -> Division:
    names = {segment.name: (segment.name_en, segment.name_zh) for segment in load_segments().values()}
    return names, {"revenue": [f"revenue_{name}" for name in names]}


_DIVISIONS: dict[str, Callable[[xr.Dataset], Division]] = {"park": _parks, "segment": _segments}

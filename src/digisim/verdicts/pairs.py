"""Two scenarios with the same members: what differs is the policy, because parameters and chance are shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from digisim.errors import InputError, phrase
from digisim.results import basis_of, check_results
from digisim.schemas import suggest
from digisim.verdicts.outcomes import values

COLUMNS = (
    "scenario", "control", "city", "indicator", "unit", "year", "difference", "p10", "p90", "percent", "agree",
    "variance_ratio", "members", "basis",
)  # fmt: skip


TOGETHER = ("employees_local", "software_revenue_local", "fiscal_cost")
"""Indicators of which the cities of a joint run have a sum."""

ALL_CITIES = "all"


def spill_over(dataset: xr.Dataset, differences: pd.DataFrame) -> pd.DataFrame:
    """Return of the rows of ``compare`` what the cities of a joint run gain or lose, and rows of all of them together.

    The city of these is ``all``: cities are added up member by member, which tells what the gain of one costs others.
    """
    found = differences[differences["indicator"].isin(TOGETHER)]
    cities = [str(each) for each in dataset["city"].values]
    rows = []
    for head in found.drop_duplicates(["scenario", "indicator"]).to_dict("records"):
        mine, other = (
            np.sum([values(dataset, head["indicator"], str(head[of]), city) for city in cities], axis=0)
            for of in ("scenario", "control")
        )
        same = {key: head[key] for key in ("scenario", "control", "indicator", "unit", "basis")} | {"city": ALL_CITIES}
        rows += [same | row for row in _years(mine, other, dataset["year"].values)]
    return pd.concat([found, pd.DataFrame(rows, columns=list(COLUMNS))], ignore_index=True)


def compare(dataset: xr.Dataset, control: str | None = None) -> pd.DataFrame:
    """Return the paired differences of every scenario from ``control`` (default: the first), by indicator and year.

    ``difference``, ``p10`` and ``p90`` are the median and the middle 80% over members, in ``unit``; ``percent`` is the
    median difference in per cent of the control; ``agree`` is the share of members whose difference has the sign of the
    median; ``variance_ratio`` is the variance of the paired difference over that of the difference between unrelated
    members, var(a) + var(b): small where sharing parameters and chance pays; ``basis`` is what both rest on. An unknown
    control, or results with a single scenario, is an ``InputError``.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> table = compare(synthetic_dataset(["dalian-baseline", "dalian-plan"], members=2))
    >>> last = table[(table.indicator == "software_revenue") & (table.year == 2028)]
    >>> last[["scenario", "control", "unit", "members"]].values.tolist()
    [['dalian-plan', 'dalian-baseline', 'CNY', 2]]
    """
    control, names = checked_control(dataset, control, "compare")
    basis = {each: basis_of(dataset, each, control) for each in names}
    rows = []
    for city in (str(each) for each in dataset["city"].values):
        for name, data in dataset.data_vars.items():
            unit = str(data.attrs.get("units", "1"))
            other = values(dataset, str(name), control, city)
            for scenario in names:
                if scenario != control:
                    mine = values(dataset, str(name), scenario, city)
                    head = {
                        "scenario": scenario,
                        "control": control,
                        "city": city,
                        "indicator": str(name),
                        "unit": unit,
                        "basis": basis[scenario],
                    }
                    rows += [head | row for row in _years(mine, other, dataset["year"].values)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def checked_control(dataset: xr.Dataset, control: str | None, where: str) -> tuple[str, list[str]]:
    """Return the control (default: the first scenario) and all scenarios; an ``InputError`` where nothing compares."""
    check_results(dataset, where)
    names = [str(each) for each in dataset["scenario"].values]
    control = names[0] if control is None else control
    if control not in names:
        raise InputError(
            phrase("the control {control!r} is not in the results", control=control),
            where=where,
            allowed=", ".join(names),
            next=suggest(control, names) or "simulate it together with the others",
        )
    if len(names) < 2:
        raise InputError(
            "one scenario alone cannot be compared", where=where, allowed="two or more", next="simulate another too"
        )
    return control, names


def _years(mine: npt.NDArray[Any], other: npt.NDArray[Any], years: npt.NDArray[Any]) -> list[dict[str, Any]]:
    """Return a row per year from two arrays (members, years); members that lack a value in one are left out."""
    rows = []
    for position, year in enumerate(years):
        both = np.isfinite(mine[:, position]) & np.isfinite(other[:, position])
        if both.any():
            rows.append({"year": int(year), **_pair(mine[both, position], other[both, position])})
    return rows


def _pair(mine: npt.NDArray[Any], other: npt.NDArray[Any]) -> dict[str, Any]:
    change = mine - other
    low, middle, high = np.percentile(change, (10, 50, 90))
    unpaired = float(mine.var() + other.var())
    same_sign = np.sign(change) == np.sign(middle)
    whole = bool((other != 0).all())
    return {
        "difference": float(middle),
        "p10": float(low),
        "p90": float(high),
        "percent": float(np.median(100.0 * change / np.abs(other))) if whole else np.nan,
        "agree": float(same_sign.mean()),
        "variance_ratio": float(change.var()) / unpaired if unpaired > 0 else np.nan,
        "members": int(change.size),
    }

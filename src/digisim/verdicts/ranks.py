"""Which scenario does most, by the office's counts and the readings of the past; levers that nobody can rank are said
to be so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from digisim.errors import InputError, phrase
from digisim.results import basis_of
from digisim.schemas import nearest, suggest
from digisim.verdicts.limits import NOT_IDENTIFIED
from digisim.verdicts.outcomes import ALL, regimes, span, values
from digisim.verdicts.pairs import checked_control

COLUMNS = (
    "city", "indicator", "operator", "regime", "rank", "scenario", "percent", "p10", "p90", "cost", "first", "members",
    "basis",
)  # fmt: skip
COUNTS = ("", "_local", "_latent")


def ranking(
    dataset: xr.Dataset, control: str | None = None, *, indicator: str = "software_revenue", year: int | None = None
) -> pd.DataFrame:
    """Return the scenarios ranked by what they add to an indicator in a year, for each count and reading of the past.

    ``percent``, ``p10`` and ``p90`` are the median and the middle 80% over members of the paired difference from
    ``control`` (default: the first scenario), in per cent; ``cost`` is what the scenario spends more on levers than the
    control, CNY a year, median over members. ``first`` names the scenario that does most in the reading; in the rows of
    all members together it is ``not identified`` where the readings put different ones first; ``basis`` is what the
    difference rests on. ``indicator`` is the bare name of one that the office counts in up to three ways, ``year`` the
    last one unless given. An unknown control or indicator, a year outside the run, or results with a single scenario is
    an ``InputError``.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> table = ranking(synthetic_dataset(["dalian-baseline", "dalian-plan"], members=2), year=2028)
    >>> table.operator.unique().tolist(), table["rank"].unique().tolist()
    (['ministry', 'local', 'latent'], [1])
    """
    control, names = checked_control(dataset, control, "ranking")
    counted = [indicator + tail for tail in COUNTS if indicator + tail in dataset.data_vars]
    if not counted:
        known = sorted(map(str, dataset.data_vars))
        raise InputError(
            phrase("no indicator {name!r} in the results", name=indicator),
            where="ranking",
            allowed=nearest(indicator, known, "digisim indicators"),
            next=suggest(indicator, known) or "choose one of these",
        )
    rows: list[dict[str, Any]] = []
    for city in (str(each) for each in dataset["city"].values):
        at = _place(dataset, control, city, year)
        others = [each for each in names if each != control]
        for variable in counted:
            head = {"city": city, "indicator": variable, "operator": operator_of(dataset, variable)}
            found = {
                regime: list(_ranked(dataset, (control, *others), city, variable, at, chosen))
                for regime, chosen in regimes(dataset, city).items()
            }
            firsts = {ranks[0]["scenario"] for regime, ranks in found.items() if regime != ALL and ranks}
            for regime, ranks in found.items():
                agreed = regime != ALL or len(firsts) <= 1
                rows += [
                    head | {"regime": regime, "first": ranks[0]["scenario"] if agreed else NOT_IDENTIFIED} | row
                    for row in ranks
                ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def operator_of(dataset: xr.Dataset, variable: str) -> str:
    """Return by whose count an indicator of the results is."""
    return str(dataset[variable].attrs.get("operator", ""))


def _place(dataset: xr.Dataset, control: str, city: str, year: int | None) -> int:
    """Position of the year in the results."""
    years = span(dataset, control, city) or (0, 0)
    wanted = years[1] if year is None else year
    if not years[0] < wanted <= years[1]:
        raise InputError(
            phrase(
                "the year {year} lies outside the run, {first} to {last}",
                year=wanted,
                first=years[0] + 1,
                last=years[1],
            ),
            where="ranking",
            allowed=phrase("a whole number from {low} to {high:,}", low=years[0] + 1, high=years[1]),
            next=phrase("give another value of {what}", what="year"),
        )
    return int(np.flatnonzero(dataset["year"].values == wanted)[0])


def _ranked(
    dataset: xr.Dataset, names: Sequence[str], city: str, variable: str, at: int, chosen: np.ndarray
) -> Iterator[dict[str, Any]]:
    """Yield a row per scenario but the first of ``names``, the largest effect first."""
    before, spent = (values(dataset, each, names[0], city)[chosen] for each in (variable, "fiscal_cost"))
    found: list[tuple[float, dict[str, Any]]] = []
    for name in names[1:]:
        after, more = (values(dataset, each, name, city)[chosen] for each in (variable, "fiscal_cost"))
        held = np.isfinite(before[:, at]) & np.isfinite(after[:, at]) & (before[:, at] > 0.0)
        if not held.any():
            continue
        percent = 100.0 * (after[held, at] / before[held, at] - 1.0)
        low, middle, high = (float(each) for each in np.percentile(percent, (10, 50, 90)))
        cost = float(np.median((more - spent)[held, 1 : at + 1].mean(axis=1)))
        row = {"scenario": name, "percent": middle, "p10": low, "p90": high, "cost": cost, "members": int(held.sum())}
        row["basis"] = basis_of(dataset, name, names[0])
        found.append((-middle, row))
    found.sort(key=lambda each: each[0])
    yield from ({"rank": k, **row} for k, (_, row) in enumerate(found, 1))

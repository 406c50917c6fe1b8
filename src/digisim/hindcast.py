"""The past again: the model run from 2013 with the parameters and the drift that the forecast uses.

Two readings of the past fit equally well (people are scarce, or demand is). This module shows what each of them says
about the years before the base year, where published counts exist, and the pay and order paths that tell them apart.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from digisim.errors import InputError, phrase
from digisim.regions import Region, known, load_region
from digisim.synthesis import draw_member
from digisim.warmup import begin

HELD_AGAINST = ("regime", "year", "low", "high", "median", "ten", "ninety", "inside")
RELATIVE = ("wage_relative", "vacancy_rate", "orders_served", "turnover")


def hindcast(region: Region | str = "dalian", members: int = 8, seed: int = 1) -> pd.DataFrame:
    """Return the years from 2013 to the base year: a row per member and year.

    Columns: member, regime, year, employees (persons; scaled so that the base year is the drawn count, as raking does),
    firms, and pay over outside pay, vacancies over staff, orders not withdrawn, turnover (shares). It is the warm-up of
    the forecast, read year by year; nothing is fitted to the years that are shown.

    >>> rows = hindcast(members=1)
    >>> rows.year.tolist()
    [2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020]
    """
    place = load_region(region) if isinstance(region, str) else region
    if not place.past_employees:
        raise InputError(
            phrase("nothing is published that the past of {region!r} can be held against", region=place.name),
            allowed="a region whose file has past_employees",
            next=phrase("see: {command}", command="digisim regions"),
        )
    return pd.DataFrame([row for k in range(members) for row in _member(place, seed, k)])


def held_against(rows: pd.DataFrame, region: Region | str = "dalian") -> pd.DataFrame:
    """Hold a hindcast against the published head counts, each within its error: a row per reading and count.

    Columns: regime, year, low and high (persons: what the printed count may stand for), median and the middle eight in
    ten of the members (persons), and `inside`, the share of members that lie within low and high; the last row of a
    reading has no year and tells how many lie within all of them. A posterior predictive check (Gelman, Meng & Stern
    1996, Statistica Sinica 6(4)), of priors here: a count speaks against a reading that hardly ever gives it.

    >>> check = held_against(hindcast(members=1))
    >>> check.year.dropna().astype(int).tolist()
    [2013, 2017, 2020]
    """
    place = load_region(region) if isinstance(region, str) else region
    printed = {known(held, place).year: printed_range(place, held) for held in place.past_employees}
    paths = rows.pivot(index=["regime", "member"], columns="year", values="employees")
    checks: list[tuple[object, ...]] = []
    for regime, path in paths.groupby("regime"):
        within = {year: path[year].between(low, high) for year, (low, high) in printed.items()}
        for year, (low, high) in printed.items():
            ten, median, ninety = path[year].quantile([0.1, 0.5, 0.9])
            checks.append((regime, year, low, high, median, ten, ninety, within[year].mean()))
        nothing = (float("nan"),) * 5
        checks.append((regime, None, *nothing, pd.DataFrame(within).all(axis=1).mean()))
    return pd.DataFrame(checks, columns=list(HELD_AGAINST))


def printed_range(region: Region, held: str) -> tuple[float, float]:
    """Return what a printed head count may stand for: its error, or from it deflated by the admitted overstatement of
    its years, where it is the first of the rule of the drift, to itself.

    >>> printed_range(load_region("dalian"), "d28-employment-2017")
    (200000.0, 230000.0)
    """
    row, drift = known(held, region), region.drift
    if row.error is not None and row.error.low is not None and row.error.high is not None:
        return row.error.low, row.error.high
    if drift.overstatement is not None and held == drift.city[0]:
        return row.value / (1.0 + known(drift.overstatement, region).value), row.value
    return row.value, row.value


def _member(region: Region, seed: int, number: int) -> list[dict[str, Any]]:
    member = draw_member(region, seed, number)
    past: dict[int, dict[str, float]] = {}
    begin(region, member, past=past)
    base = past[region.base_year]["employees_local"]
    return [
        {
            "member": number,
            "regime": member.regime.name,
            "year": year,
            "employees": table["employees_local"] / base * round(member.figures["employees"]),
            "firms": table["firms_latent"],
            **{name: table[name] for name in RELATIVE},
        }
        for year, table in sorted(past.items())
    ]

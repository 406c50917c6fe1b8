"""The past again: the model run from 2013 with the parameters and the drift that the forecast uses.

Two readings of the past fit equally well (people are scarce, or demand is). This module shows what each of them says
about the years before the base year, where published counts exist, and the pay and order paths that tell them apart.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from digisim.errors import InputError, phrase
from digisim.regions import Region, load_region
from digisim.synthesis import draw_member
from digisim.warmup import begin

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

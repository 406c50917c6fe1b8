"""What the levers of a scenario were to cost, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from digisim.policy import levers_of
from digisim.results import check_results
from digisim.scenario import Scenario
from digisim.verdicts.outcomes import ALL, values

COLUMNS = (
    "scenario", "city", "lever", "name_en", "name_zh", "stated", "spent", "p10", "p90", "ratio", "members",
)  # fmt: skip


def spending(dataset: xr.Dataset, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return what the levers of each scenario were to cost a year and what they cost (CNY), a row each and one of all.

    ``stated`` is the effort behind the announced values (``Lever.effort``), mean over the quarters of the scenario;
    what is set aside for guarantees is to be kept, not spent, so that the row of all has what they are to cost instead;
    ``spent`` the mean over its years and over the members that finished, ``p10`` and ``p90`` the middle 80% of these;
    ``ratio`` is spent over stated. Scenarios without levers that cost money have no rows, nor have conditions; the row
    of all has the lever ``all``.
    """
    check_results(dataset, "spending")
    rows = [row for scenario in scenarios for part in scenario.parts for row in _rows(dataset, scenario.name, part)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(dataset: xr.Dataset, scenario: str, part: Scenario) -> list[dict[str, Any]]:
    levers = levers_of(part.region)
    paths = [part.values(quarter) for quarter in part.quarters]
    means = {name: float(np.mean([path[name] for path in paths])) for name in levers}
    stated = {name: levers[name].effort(mean) for name, mean in means.items() if mean > 0.0 and not levers[name].free}
    if not stated:
        return []
    stated[ALL] = sum(levers[name].cost(means[name]) for name in stated)
    head = {"scenario": scenario, "city": part.region}
    years = dataset["year"].values
    chosen = (years > part.start) & (years <= part.end)
    found = []
    for name, effort in stated.items():
        variable = "fiscal_cost" if name == ALL else f"fiscal_cost_{name}"
        spent = values(dataset, variable, scenario, part.region)[:, chosen].mean(axis=1)
        row = levers.get(name)
        words = {"lever": name, "name_en": row.name_en if row else "", "name_zh": row.name_zh if row else ""}
        found.append(head | words | _summary(spent[np.isfinite(spent)], effort))
    return found


def _summary(spent: np.ndarray, stated: float) -> dict[str, Any]:
    if spent.size == 0:
        return {"stated": stated, "spent": np.nan, "p10": np.nan, "p90": np.nan, "ratio": np.nan, "members": 0}
    mean, (low, high) = float(spent.mean()), np.percentile(spent, (10, 90))
    return {
        "stated": stated, "spent": mean, "p10": float(low), "p90": float(high), "ratio": mean / stated,
        "members": int(spent.size),
    }  # fmt: skip

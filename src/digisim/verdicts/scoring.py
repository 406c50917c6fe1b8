"""The verdict: per scenario, target, statistical count and reading of the past, how probable it is that it is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from digisim.errors import phrase
from digisim.messages.phrases import say
from digisim.results import basis_of, check_results
from digisim.targets import Target
from digisim.verdicts.chance import chance
from digisim.verdicts.limits import conclusion
from digisim.verdicts.outcomes import ALL, Outcome, outcome, regimes, span, targets_of, values

COLUMNS = (
    "scenario", "region", "target", "name_en", "name_zh", "indicator", "operator", "regime", "year", "target_value",
    "unit", "comparison", "members", "probability", "mc_error", "probability_low", "probability_high", "median", "p10",
    "p90", "base_value", "growth_needed", "growth_median", "binding", "binding_detail", "binding_members",
    "fiscal_cost", "basis", "status", "reason", "reason_zh",
)  # fmt: skip


def verdict(
    dataset: xr.Dataset, *, binding: pd.DataFrame | None = None, targets: Sequence[Target] | None = None
) -> pd.DataFrame:
    """Return a row per scenario, target, operator and regime (``all`` and each that occurs), in canonical units.

    A target is met from its value upwards, one that says more than only above it. Operators are never averaged.
    ``mc_error`` is the Monte Carlo standard error of the probability,
    ``growth_needed`` the median over members of the growth a year from their own base,
    ``fiscal_cost`` the median spending on all levers from the base year to the target's. ``binding`` is a table of
    ``digisim.binding``; ``targets`` replaces those of the register. What cannot be scored has status ``unscored`` and a
    reason in two languages, also what is due before cities are joined. Raises an ``InputError`` if ``dataset`` is no
    results dataset.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> table = verdict(synthetic_dataset(["dalian-plan"], members=2))
    >>> rows = table[(table.target == "d28-employment-2028") & (table.regime == "all")]
    >>> rows[["indicator", "year", "target_value", "unit", "members"]].values.tolist()
    [['employees_local', 2028, 500000.0, 'person', 2]]
    """
    check_results(dataset, "verdict")
    rows: list[dict[str, Any]] = []
    for city in (str(each) for each in dataset["city"].values):
        wanted = targets_of(city) if targets is None else [each for each in targets if each.region == city]
        for scenario in (str(each) for each in dataset["scenario"].values):
            # A scenario of another city is empty here; one that failed altogether is told.
            if len(dataset["city"]) > 1 and span(dataset, scenario, city) is None:
                continue
            for target in wanted:
                rows += _rows(dataset, scenario, city, target, binding)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["basis"] = table["scenario"].map(lambda each: basis_of(dataset, each))
    table.attrs = {key: dataset.attrs[key] for key in ("seed", "version") if key in dataset.attrs}  # for pictures
    return table


def _rows(
    dataset: xr.Dataset, scenario: str, city: str, target: Target, binding: pd.DataFrame | None
) -> list[dict[str, Any]]:
    if target.indicator is None:
        why = {"reason": target.reason_unscored, "reason_zh": target.reason_unscored_zh}
        return [_head(scenario, target, "", ALL) | {"status": "unscored"} | why]
    rows = []
    for operator in target.operators:
        variable = target.variable(operator)
        found = outcome(dataset, scenario, city, target, variable)
        for regime, of_regime in regimes(dataset, city).items():
            row = _head(scenario, target, operator, regime) | {"indicator": variable}
            chosen = of_regime if isinstance(found, str) else of_regime & np.isfinite(found.value)
            if isinstance(found, str) or not chosen.any():
                told = found if isinstance(found, str) else phrase("no member finished")
                row |= {"status": "unscored", "reason": str(told), "reason_zh": say(told, "zh")}
            else:
                row |= _score(found, target, chosen, dataset["draw"].values)
                row["fiscal_cost"] = _cost(dataset, scenario, city, target.year, found.base_year, chosen)
                if binding is not None:
                    held = conclusion(binding, scenario, target.id, operator, regime)
                    row |= {f"binding{k}": v for k, v in zip(("", "_detail", "_members"), held, strict=True)}
            rows.append(row)
    return rows


def _head(scenario: str, target: Target, operator: str, regime: str) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS, np.nan) | {
        "scenario": scenario,
        "region": target.region,
        "target": target.id,
        "name_en": target.name_en,
        "name_zh": target.name_zh,
        "indicator": target.indicator or "",
        "operator": operator,
        "regime": regime,
        "year": target.year,
        "target_value": target.value,
        "unit": target.unit,
        "comparison": target.comparison,
        "members": 0,
        "binding": "",
        "binding_detail": "",
        "binding_members": 0,
        "status": "scored",
        "reason": "",
        "reason_zh": "",
    }


def _score(found: Outcome, target: Target, chosen: npt.NDArray[np.bool_], draws: Any) -> dict[str, Any]:
    value, base = found.value[chosen], found.base[chosen]
    reached = value > target.value if target.comparison == "more_than" else value >= target.value
    met = chance(reached, np.asarray(draws)[chosen])
    low, middle, high = np.percentile(value, (10, 50, 90))
    grows = target.kind == "level" and bool((base > 0).all())
    years = target.year - found.base_year
    return {
        "members": int(chosen.sum()),
        "probability": met.value,
        "mc_error": met.error,
        "probability_low": met.low,
        "probability_high": met.high,
        "median": float(middle),
        "p10": float(low),
        "p90": float(high),
        "base_value": float(np.median(base)),
        "growth_needed": float(np.median((target.value / base) ** (1.0 / years) - 1.0)) if grows else np.nan,
        "growth_median": float(np.median(found.growth(target.year)[chosen])) if grows else np.nan,
    }


def _cost(
    dataset: xr.Dataset, scenario: str, city: str, year: int, base_year: int, chosen: npt.NDArray[np.bool_]
) -> float:
    if "fiscal_cost" not in dataset.data_vars:
        return float("nan")
    years = dataset["year"].values
    spent = values(dataset, "fiscal_cost", scenario, city)[np.ix_(chosen, (years > base_year) & (years <= year))]
    return float(np.median(spent.sum(axis=1)))

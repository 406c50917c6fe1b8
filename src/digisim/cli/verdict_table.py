"""Verdicts and differences as tables of at most 100 columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from digisim.cli.display import table, tell
from digisim.messages import text
from digisim.messages.amounts import amount, goal, percent
from digisim.messages.scales import readable
from digisim.verdicts import headline
from digisim.verdicts.outcomes import ALL
from digisim.verdicts.summary import limit_name, named_runs

SHOWN = ("software_revenue", "software_revenue_local", "employees_local", "firms_latent", "value_added", "wage_mean",
         "fiscal_cost")  # fmt: skip
"""Indicators of the table of differences; JSON has all."""

JOINED = ("in_migration_cities", "out_migration_cities", "firms_from_cities", "firms_to_cities")
"""What passes between the cities of a joint run; left out where nothing does."""


TENTH = 0.1


def show_verdicts(verdicts: pd.DataFrame, many: xr.Dataset, lang: str) -> None:
    """Print a table per scenario, then the headline."""
    scored = verdicts[verdicts["status"] == "scored"]
    found = [each for each in dict.fromkeys(scored["regime"]) if each != ALL]
    columns = {text("table.target", lang): "left", text("table.chance", lang): "right"}
    columns |= {text(f"regime.{regime}", lang): "right" for regime in found}
    columns |= {text(f"table.{key}", lang): "right" for key in ("median", "needed", "grows")}
    columns |= {text("table.held_back", lang).replace(" ", "\n"): "left"}
    for scenario, rows in verdicts.assign(of=named_runs(verdicts, lang)).groupby("of", sort=False):
        good = rows[rows["status"] == "scored"]
        body = [_row(same, found, lang) for _, same in good.groupby(["target", "operator"], sort=False)]
        shown = columns if any(row[-1] for row in body) else dict(list(columns.items())[:-1])
        table(shown, [row[: len(shown)] for row in body], title=str(scenario))
        unscored = rows.loc[rows["status"] != "scored", "target"].nunique()
        note = text(
            "table.note",
            lang,
            members=many.sizes["member"],
            seed=many.attrs["seed"],
            unscored=unscored,
            scenario=scenario,
        )
        tell(f"{note}\n", style="dim")
    tell(headline(verdicts, lang))


def _row(rows: pd.DataFrame, regimes: list[str], lang: str) -> list[str]:
    by_regime = {str(row["regime"]): row for row in rows.to_dict("records")}
    whole: dict[Any, Any] = by_regime[ALL]
    unit, name = str(whole["unit"]), whole[f"name_{lang}"]
    wanted = goal(float(whole["target_value"]), unit, str(whole["comparison"]), lang)
    count = text(f"operator.{whole['operator']}", lang)
    return [
        text("table.goal", lang, name=name, year=whole["year"], value=wanted, operator=count),
        _chance(whole),
        *(_chance(by_regime[each]) if each in by_regime else "" for each in regimes),
        amount(float(whole["median"]), unit, lang),
        *(percent(whole[key]) if np.isfinite(whole[key]) else "" for key in ("growth_needed", "growth_median")),
        limit_name(str(whole["binding"]), lang).replace(" ", "\n"),
    ]


def _chance(row: dict[Any, Any]) -> str:
    """A probability with its Monte Carlo error: a reading holds half of the members, so that its own is larger."""
    return f"{row['probability']:.0%} ±{row['mc_error']:.0%}"


def show_differences(differences: pd.DataFrame, many: xr.Dataset, lang: str) -> None:
    """Print a table per scenario: its differences from the control in the last year."""
    last = differences["year"].max()
    final = differences[(differences["year"] == last) & differences["indicator"].isin((*SHOWN, *JOINED))]
    if many.sizes["city"] < 2:
        final = final[~final["indicator"].isin(JOINED)]
    keys = ("indicator", "difference", "band", "percent", "agree")
    columns = {text(f"table.{key}", lang): "left" if key == "indicator" else "right" for key in keys}
    for scenario, rows in final.assign(of=named_runs(final, lang)).groupby("of", sort=False):
        title = text("table.compared", lang, scenario=scenario, control=rows["control"].iloc[0], year=last)
        body = [_difference(dict(row), many, lang) for row in rows.to_dict("records")]
        table(columns, body, title=title)


def _difference(row: dict[Any, Any], many: xr.Dataset, lang: str) -> list[str]:
    name = many[row["indicator"]].attrs["long_name_zh" if lang == "zh" else "long_name"]
    values = [float(row[key]) for key in ("p10", "difference", "p90")]
    scale = readable(str(row["unit"]), max(map(abs, values)), lang, difference=True)
    low, middle, high = map(scale.show, values)
    whole = np.isfinite(row["percent"])
    named = text("table.in_unit", lang, name=name, unit=scale.label)
    return [named, middle, f"{low} – {high}", _signed(float(row["percent"])) if whole else "", f"{row['agree']:.0%}"]


def _signed(percent: float) -> str:
    """A change in per cent; what rounds to nothing has no sign."""
    return f"{percent:+.1f}" if abs(percent) >= TENTH / 2 else "0.0"

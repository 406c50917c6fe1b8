"""What levers were to cost and what they cost, as a table or in a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from digisim.cli.display import table, tell
from digisim.messages import text
from digisim.messages.amounts import amount
from digisim.verdicts.outcomes import ALL
from digisim.verdicts.summary import FEW, named_runs


def show_spending(found: pd.DataFrame, lang: str) -> None:
    """Print a table per scenario with levers, the largest first and the sum last, and how to read it."""
    if found.empty:
        return
    keys = ("stated", "spent", "band", "spent_share")
    columns = {text("table.lever", lang): "left"} | {text(f"table.{key}", lang): "right" for key in keys}
    for scenario, rows in found.assign(of=named_runs(found, lang)).groupby("of", sort=False):
        ordered = rows.sort_values("stated", ascending=False, kind="stable")
        ordered = pd.concat([ordered[ordered["lever"] != ALL], ordered[ordered["lever"] == ALL]])
        body = [_cells(dict(row), lang) for row in ordered.to_dict("records")]
        table(columns, body, title=text("table.spending", lang, scenario=scenario))
    tell(f"{text('table.spending_note', lang)}\n", style="dim")


def tell_spending(found: pd.DataFrame, lang: str) -> None:
    """Say in a sentence per scenario what its levers were to cost and what they cost."""
    for row in found.assign(of=named_runs(found, lang)).to_dict("records"):
        if row["lever"] == ALL and row["members"]:
            _, stated, spent, band, share = _cells({str(k): v for k, v in row.items()}, lang)
            words = {"scenario": row["of"], "stated": stated, "spent": spent, "share": share}
            words["band"] = text("verdict.spending_band", lang, band=band) if row["members"] >= FEW else ""
            tell(text("verdict.spending", lang, **words))


def _cells(row: dict[Any, Any], lang: str) -> list[str]:
    name = text("table.all_levers", lang) if row["lever"] == ALL else str(row[f"name_{lang}"])
    if not row["members"]:
        return [name, amount(row["stated"], "CNY", lang), "", "", ""]
    stated, spent, low, high = (amount(float(row[key]), "CNY", lang) for key in ("stated", "spent", "p10", "p90"))
    return [name, stated, spent, f"{low} – {high}", f"{row['ratio']:.0%}"]

"""The scorecard as a table of at most 100 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from digisim.cli.display import table, tell
from digisim.messages import text
from digisim.verdicts.facts import IN, LONGER, NOTHING, OUT, REPORTED
from digisim.verdicts.outcomes import ALL
from digisim.verdicts.summary import named_runs

WORDS = {IN: "in", OUT: "out", LONGER: "longer", REPORTED: "reported", NOTHING: "nothing"}
SHOWN = {"number": (1.0, ".2f"), "fine": (1.0, ".3f"), "percent": (1.0, ".1%"), "wan": (1e4, ".1f")}
"""How a fact is shown -> the unit it is divided by, and the digits."""
DIGITS = 3


def show_scorecard(card: pd.DataFrame, lang: str) -> None:
    """Print a table per scenario and city, and below it what was judged on which years."""
    found = [each for each in dict.fromkeys(card["regime"]) if each != ALL]
    found = found if len(found) > 1 else []
    columns = {text("score.fact", lang): "left", text("table.median", lang): "right"}
    columns |= {text("table.band", lang).replace(" ", "\n"): "right", text("score.range", lang): "right"}
    columns |= {text("score.verdict", lang): "whole"}
    columns |= {text(f"regime.{regime}", lang): "right" for regime in found}
    for named, rows in card.assign(of=named_runs(card, lang)).groupby("of", sort=False):
        body = [_row(same, found, lang) for _, same in rows.groupby("fact", sort=False)]
        table(columns, body, title=str(named))
        whole = rows[rows["regime"] == ALL]
        counted = {said: int((whole["verdict"] == said).sum()) for said in WORDS}
        longest = whole["years"].iloc[0]
        note = text("score.note", lang, inside=counted[IN], judged=counted[IN] + counted[OUT], years=longest,
                    waiting=counted[LONGER], members=int(whole["members"].max()))  # fmt: skip
        tell(note, style="dim")


def _row(rows: pd.DataFrame, regimes: list[str], lang: str) -> list[str]:
    by_regime: dict[str, Mapping[Any, Any]] = {str(row["regime"]): row for row in rows.to_dict("records")}
    whole = by_regime[ALL]
    return [
        str(whole[f"name_{lang}"]),
        shown(whole["value"], whole),
        span(whole["p10"], whole["p90"], whole),
        span(whole["low"], whole["high"], whole),
        text(f"score.{WORDS[str(whole['verdict'])]}", lang),
        *(shown(by_regime[each]["value"], whole) if each in by_regime else "" for each in regimes),
    ]


def shown(value: float, row: Mapping[Any, Any]) -> str:
    """Return a value as its fact is shown; empty where there is none.

    >>> shown(0.0163, {"shown": "percent"}), shown(1.034, {"shown": "number"}), shown(121346.0, {"shown": "wan"})
    ('1.6%', '1.03', '12.1')
    """
    if not np.isfinite(value):
        return ""
    divisor, form = SHOWN[row["shown"]]
    return format(round(value / divisor, DIGITS) + 0.0, form)  # never "-0.00"


def span(low: float, high: float, row: Mapping[Any, Any]) -> str:
    """Return a range; one that is open at an end names the other.

    >>> span(0.5, 1.0, {"shown": "number"}), span(1.0, float("inf"), {"shown": "number"})
    ('0.50 – 1.00', '≥ 1.00')
    """
    ends = shown(low, row), shown(high, row)
    if all(ends):
        return " – ".join(ends)
    return f"≥ {ends[0]}" if ends[0] else f"≤ {ends[1]}" if ends[1] else ""

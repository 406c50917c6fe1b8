"""The verdict in a few sentences that can be read aloud, in English or Chinese."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from digisim.errors import InputError, phrase
from digisim.messages import check_language, text
from digisim.messages.amounts import amount, goal, percent
from digisim.regions import load_region, region_names
from digisim.results import CONDITIONAL
from digisim.verdicts.limits import NONE, NOT_IDENTIFIED
from digisim.verdicts.outcomes import ALL

SIZES = ("CNY", "CNY/year", "person")
"""Units of the targets that say how large the industry is to become."""

FEW = 5
"""Members below which no middle 80% is told: of four futures every one lies at an end of it or beyond."""

APART = 2.0
"""Two probabilities differ if they are more than this many standard errors of their difference apart."""


def headline(verdicts: pd.DataFrame, lang: str = "en") -> str:
    """Return some lines per scenario about its furthest target: how probable, what it takes, what holds it back.

    ``verdicts`` is a table of ``digisim.verdict``. The furthest target is the first of those with the latest year; the
    other targets of revenue and people follow in a sentence each. A table that lacks columns, or an unknown language,
    is an ``InputError``.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> from digisim.verdicts import verdict
    >>> print(headline(verdict(synthetic_dataset(["dalian-plan"], members=2))))
    dalian-plan: Industry size, 300 bn CNY by 2028.
    By the ministry's count: probability ...
    """
    check_language(lang)
    missing = sorted({"scenario", "status", "probability", "binding"} - set(getattr(verdicts, "columns", ())))
    if missing:
        raise InputError(
            phrase("the verdict table lacks: {missing}", missing=", ".join(missing)),
            where="headline",
            allowed="a table with a row per scenario and target",
            next="pass the table of digisim.verdict",
        )
    found, scored = [], verdicts["status"] == "scored"
    for name, rows in verdicts.assign(of=named_runs(verdicts, lang)).groupby("of", sort=False):
        good = rows[rows["status"] == "scored"]
        if len(good):
            found.append("\n".join(_sentences(good, str(name), lang)))
        elif scored.any():
            told = [text("verdict.none_of", lang, scenario=name), *not_scored(rows, lang)]
            found.append("\n".join(told))
    if found and (seen := conditional_rows(verdicts)):
        found.append(text("outlook.conditional", lang, scenarios=", ".join(seen)))
    return "\n\n".join([*found, text("verdict.basis" if found else "verdict.nothing", lang)])


def conditional_rows(verdicts: pd.DataFrame) -> list[str]:
    """Return the scenarios of a table of verdicts that rest on the world outside as it was published since."""
    if "basis" not in verdicts:
        return []
    return list(dict.fromkeys(verdicts.loc[verdicts["basis"] == CONDITIONAL, "scenario"]))


def not_scored(rows: pd.DataFrame, lang: str) -> list[str]:
    """Return a sentence for each reason why a run cannot score targets that others can, with how many."""
    column = "reason_zh" if lang == "zh" else "reason"
    left = rows[(rows["status"] != "scored") & (rows["operator"] != "")]  # the register says why of those without one
    left = left[~left["target"].isin(rows.loc[rows["status"] == "scored", "target"])]
    return [
        text("verdict.not_scored", lang, count=same["target"].nunique(), reason=reason)
        for reason, same in left.groupby(column, sort=False)
    ]


def named_runs(rows: pd.DataFrame, lang: str) -> list[str]:
    """Return the name of the scenario of each row, with that of the city where the rows are of several."""
    key = "region" if "region" in rows else "city"
    if key not in rows or rows[key].nunique() < 2:
        return [str(each) for each in rows["scenario"]]
    names = {city: city_name(city, lang) for city in rows[key].unique()}
    return [
        text("verdict.of_city", lang, scenario=scenario, city=names[city])
        for scenario, city in zip(rows["scenario"], rows[key], strict=True)
    ]


def city_name(city: str, lang: str) -> str:
    """Return the name of a city in a language; one that is not registered goes by its label.

    >>> city_name("qingdao", "zh"), city_name("atlantis", "zh")
    ('青岛', 'atlantis')
    """
    return str(getattr(load_region(city), f"name_{lang}")) if city in region_names() else city


def _sentences(rows: pd.DataFrame, of: str, lang: str) -> list[str]:
    first = rows.iloc[int(np.argmax(rows["year"].to_numpy()))]
    others = rows[(rows["target"] != first["target"]) & (rows["regime"] == ALL) & rows["unit"].isin(SIZES)]
    rows = rows[rows["target"] == first["target"]]
    together = [_record(row) for row in rows[rows["regime"] == ALL].to_dict("records")]
    name = first["name_zh" if lang == "zh" else "name_en"]
    value = goal(float(first["target_value"]), str(first["unit"]), str(first["comparison"]), lang)
    said = [text("verdict.about", lang, scenario=of, name=name, value=value, year=first["year"])]
    said += [_chance(row, lang) for row in together]
    said.append(_readings(rows[rows["regime"] != ALL], lang))
    said.append(_held_back(rows, lang))
    cost = float(together[0]["fiscal_cost"])
    if np.isfinite(cost) and cost > 0:
        said.append(text("verdict.cost", lang, cost=amount(cost, "CNY", lang), year=first["year"]))
    said += [_also(_record(row), lang) for row in others.to_dict("records")]
    return [each for each in said if each]


def _also(row: dict[str, Any], lang: str) -> str:
    """Say in one sentence what becomes of another target."""
    return text(
        "verdict.also",
        lang,
        name=row["name_zh" if lang == "zh" else "name_en"],
        value=goal(float(row["target_value"]), str(row["unit"]), str(row["comparison"]), lang),
        year=row["year"],
        operator=text(f"operator.{row['operator']}", lang),
        chance=f"{row['probability']:.0%}",
        error=f"{row['mc_error']:.0%}",
        **_range(row, lang),
    )


def outcome_in_words(row: dict[str, Any], lang: str) -> list[str]:
    """Return the median outcome, and after it the ends of its middle 80% where there are members enough for them."""
    keys = ("median", "p10", "p90") if int(row["members"]) >= FEW else ("median",)
    return [amount(float(row[key]), str(row["unit"]), lang) for key in keys]


def _range(row: dict[str, Any], lang: str) -> dict[str, str]:
    """Return the fields of a sentence that tell the outcome."""
    median, *ends = outcome_in_words(row, lang)
    return {"median": median, "band": text("verdict.band", lang, low=ends[0], high=ends[1]) if ends else ""}


def futures(members: int, lang: str) -> str:
    """Return how many futures were simulated, in words.

    >>> futures(1, "en"), futures(20, "en")
    ('1 simulated future', '20 simulated futures')
    """
    return text("verdict.future" if members == 1 else "verdict.futures", lang, members=members)


def _record(row: Any) -> dict[str, Any]:
    return {str(key): value for key, value in row.items()}


def _chance(row: dict[str, Any], lang: str) -> str:
    members, p = int(row["members"]), float(row["probability"])
    said = text(
        "verdict.chance",
        lang,
        operator=text(f"operator.{row['operator']}", lang),
        chance=f"{p:.0%}",
        error=f"{row['mc_error']:.0%}",
        futures=futures(members, lang),
        met=round(p * members),
        low=percent(row["probability_low"]),
        high=percent(row["probability_high"]),
    )
    if np.isfinite(row["growth_needed"]):
        needed, median = percent(row["growth_needed"]), percent(row["growth_median"])
        met = row["growth_needed"] <= 0.0
        said += text("verdict.growth_met", lang, median=median) if met else ""
        said += "" if met else text("verdict.growth", lang, needed=needed, median=median)
    return said + text("verdict.range", lang, **_range(row, lang))


def _readings(rows: pd.DataFrame, lang: str) -> str:
    """Say whether the regimes agree, for every count of the target."""
    names = list(dict.fromkeys(rows["regime"]))
    if len(names) < 2:
        return text("verdict.one_reading", lang, regime=text(f"regime.{names[0]}", lang)) if names else ""
    apart = []
    for operator, same in rows.groupby("operator", sort=False):
        spread = float(same["probability"].max() - same["probability"].min())
        if spread > APART * float(np.sqrt((same["mc_error"] ** 2).sum())):
            shown = [
                text("verdict.share", lang, regime=text(f"regime.{r.regime}", lang), share=percent(r.probability))
                for r in _rows_of(same)
            ]
            count = text(f"operator.{operator}", lang)
            apart.append(count + text("verdict.colon", lang) + text("verdict.comma", lang).join(shown))
    if not apart:
        return text("verdict.readings_agree", lang)
    return text("verdict.readings_differ", lang, parts=text("verdict.semicolon", lang).join(apart))


def _rows_of(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples(index=False))


def _held_back(rows: pd.DataFrame, lang: str) -> str:
    held = list(dict.fromkeys(each for each in rows.loc[rows["regime"] == ALL, "binding"] if each))
    if not held:
        return ""
    members = int(rows["binding_members"].max())
    if NOT_IDENTIFIED in held:
        of_regime = rows[(rows["regime"] != ALL) & (rows["binding"] != "")].drop_duplicates("regime")
        parts = [
            text("verdict.pair", lang, what=limit_name(r.binding, lang), regime=text(f"regime.{r.regime}", lang))
            for r in _rows_of(of_regime)
        ]
        return text("verdict.held_back_unclear", lang, parts=text("verdict.comma", lang).join(parts), members=members)
    if held == [NONE]:
        return text("verdict.held_back_none", lang, members=members)
    names = [limit_name(each, lang) for each in held if each != NONE]
    return text("verdict.held_back", lang, limit=text("verdict.comma", lang).join(names), members=members)


def limit_name(limit: str, lang: str) -> str:
    """Return what is written for a conclusion of the table: a limit, two with a plus, none or not identified.

    >>> limit_name("orders+people", "en"), limit_name("not identified", "en")
    ('orders + people', 'not identified')
    """
    return " + ".join(text(f"limit.{each.replace(' ', '_')}", lang) for each in limit.split("+")) if limit else ""

"""Verdicts and differences as tables of at most 100 columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from digisim.cli.display import table, tell
from digisim.messages import text
from digisim.messages.amounts import goal, percent
from digisim.messages.scales import Scale, readable
from digisim.results import conditional
from digisim.targets import load_targets
from digisim.verdicts import headline
from digisim.verdicts.outcomes import ALL
from digisim.verdicts.pairs import ALL_CITIES, TOGETHER, spill_over
from digisim.verdicts.summary import FEW, city_name, futures, limit_name, named_runs, not_scored, outcome_in_words

SHOWN = ("software_revenue", "software_revenue_local", "employees_local", "firms_latent", "value_added", "wage_mean",
         "fiscal_cost")  # fmt: skip
"""Indicators of the table of differences; JSON has all."""

JOINED = ("in_migration_cities", "out_migration_cities", "turned_away_cities", "firms_from_cities", "firms_to_cities")
"""What passes between the cities of a joint run; left out where nothing does."""

TENTH = 0.1

FEW_PAIRS = 8
"""Pairs from which on a share tells something: that so many have one sign by chance alone happens once in 128 times."""


def show_verdicts(verdicts: pd.DataFrame, many: xr.Dataset, lang: str) -> None:
    """Print a table per scenario, then the headline."""
    scored = verdicts[verdicts["status"] == "scored"]
    found = [each for each in dict.fromkeys(scored["regime"]) if each != ALL]
    columns = {text("table.target", lang): "left", text("table.chance", lang): "right"}
    columns |= {text(f"regime.{regime}", lang): "right" for regime in found}
    middle = "median_range" if many.sizes["member"] >= FEW else "median"
    columns |= {text(f"table.{key}", lang): "right" for key in (middle, "needed", "grows")}
    columns |= {text("table.held_back", lang).replace(" ", "\n"): "left"}
    for scenario, rows in verdicts.assign(of=named_runs(verdicts, lang)).groupby("of", sort=False):
        good = rows[rows["status"] == "scored"]
        body = [_row(same, found, lang) for _, same in good.groupby(["target", "operator"], sort=False)]
        shown = columns if any(row[-1] for row in body) else dict(list(columns.items())[:-1])
        if body:
            table(shown, [row[: len(shown)] for row in body], title=str(scenario))
        else:
            tell(text("verdict.none_of", lang, scenario=scenario))
        unscored = rows.loc[(rows["status"] != "scored") & (rows["operator"] == ""), "target"].nunique()
        for told in not_scored(rows, lang):
            tell(told)
        for told in _readings(set(good["target"]), lang):
            tell(told, style="dim")
        tell(f"{text('table.unscored', lang, unscored=unscored, scenario=scenario) if unscored else ''}\n", style="dim")
    if (scored["binding"] != "").any():
        tell(f"{text('table.held_back_note', lang)}\n", style="dim")
    note, count = "table.note" if len(found) > 1 else "table.note_one", futures(many.sizes["member"], lang)
    tell(f"{text(note, lang, futures=count, seed=many.attrs['seed'])}\n", style="dim")
    tell(headline(verdicts, lang))


def _readings(ids: set[str], lang: str) -> list[str]:
    """Return a sentence for each target of which something else is counted than its words say."""
    own = ("name_zh", "reading_zh") if lang == "zh" else ("name_en", "reading")
    rows = [target for target in load_targets() if target.reading and target.id in ids]
    return [text("verdict.reading", lang, name=getattr(row, own[0]), reading=getattr(row, own[1])) for row in rows]


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
        _median(whole, lang),
        _met(lang) if whole["growth_needed"] <= 0.0 else _rate(whole["growth_needed"]),
        _rate(whole["growth_median"]),
        limit_name(str(whole["binding"]), lang).replace(" ", "\n"),
    ]


def _median(row: dict[Any, Any], lang: str) -> str:
    """The median, and below it the middle 80% of the futures where there are enough for one."""
    median, *ends = outcome_in_words(row, lang)
    return "\n".join([median, " –\n".join(ends)]) if ends else median


def _met(lang: str) -> str:
    return text("table.met", lang).replace(" ", "\n", 1)


def _rate(growth: float) -> str:
    return percent(growth) if np.isfinite(growth) else ""


def _chance(row: dict[Any, Any]) -> str:
    """A probability with its Monte Carlo error: a reading holds half of the members, so that its own is larger."""
    return f"{row['probability']:.0%} ±{row['mc_error']:.0%}"


def show_differences(differences: pd.DataFrame, many: xr.Dataset, lang: str) -> None:
    """Print a table per scenario: its differences from the control in the last year; of joined cities first what each
    gains or loses, then a table per city."""
    last, several = differences["year"].max(), many.sizes["city"] > 1
    if several:
        _show_spill_over(spill_over(many, differences[differences["year"] == last]), many, lang)
    final = differences[(differences["year"] == last) & differences["indicator"].isin((*SHOWN, *JOINED))]
    if not several:
        final = final[~final["indicator"].isin(JOINED)]
    keys = ("indicator", "difference", "band", "percent", "agree")
    columns = {text(f"table.{key}", lang): "left" if key == "indicator" else "right" for key in keys}
    for (city, scenario), rows in final.groupby(["city", "scenario"], sort=False):
        title = text("table.compared", lang, scenario=scenario, control=rows["control"].iloc[0], year=last)
        title = text("table.of_city", lang, city=city_name(str(city), lang), title=title) if several else title
        moved = rows[(rows[["p10", "difference", "p90"]] != 0).any(axis=1)]
        if moved.empty:
            tell(f"{text('table.no_difference', lang, title=title)}\n")
            continue
        table(columns, [_difference(dict(row), many, lang) for row in moved.to_dict("records")], title=title)
    if seen := conditional(many):
        tell(text("outlook.conditional", lang, scenarios=", ".join(seen)))
    pairs = 0 if differences.empty else differences["members"].max()  # empty where no member finished
    told = text("table.paired", lang, members=pairs, seed=many.attrs["seed"])
    if 0 < pairs < FEW_PAIRS:
        told = f"{told}{text('table.paired_few', lang, few=FEW_PAIRS, chance=f'{2.0 ** (1 - int(pairs)):.0%}')}"
    tell(told, style="dim")


def _show_spill_over(found: pd.DataFrame, many: xr.Dataset, lang: str) -> None:
    """Print a table per scenario: what each city gains or loses in the last year, and all of them together."""
    found = found[found["year"] == found["year"].max()]
    keys = ("city", "difference", "band", "percent", "agree")
    columns = {text(f"table.{key}", lang): "left" if key == "city" else "right" for key in keys}
    for scenario, of_scenario in found.groupby("scenario", sort=False):
        body = []
        for indicator in TOGETHER:
            rows = of_scenario[of_scenario["indicator"] == indicator]
            scale, name = _scale(rows, lang), many[indicator].attrs["long_name_zh" if lang == "zh" else "long_name"]
            body.append([text("table.in_unit", lang, name=name, unit=scale.label), *[""] * (len(keys) - 1)])
            names = [text("table.all_cities", lang) if c == ALL_CITIES else city_name(c, lang) for c in rows["city"]]
            records = rows.to_dict("records")
            body += [[f"  {city}", *_cells(dict(row), scale, lang)] for city, row in zip(names, records, strict=True)]
        control, year = of_scenario[["control", "year"]].iloc[0]
        table(columns, body, title=text("table.gains", lang, scenario=scenario, control=control, year=year))
    tell(f"{text('table.together', lang)}\n", style="dim")


def _scale(rows: pd.DataFrame, lang: str) -> Scale:
    largest = float(np.abs(rows[["p10", "difference", "p90"]].to_numpy()).max())
    return readable(str(rows["unit"].iloc[0]), largest, lang, difference=True)


def _difference(row: dict[Any, Any], many: xr.Dataset, lang: str) -> list[str]:
    name = many[row["indicator"]].attrs["long_name_zh" if lang == "zh" else "long_name"]
    scale = _scale(pd.DataFrame([row]), lang)
    return [text("table.in_unit", lang, name=name, unit=scale.label), *_cells(row, scale, lang)]


def _cells(row: dict[Any, Any], scale: Scale, lang: str) -> list[str]:
    """The middle difference, the middle 80%, per cent, and how many have its sign: nothing has none; of a few pairs it
    is a count."""
    low, middle, high = (scale.show(float(row[key])) for key in ("p10", "difference", "p90"))
    percent = _signed(float(row["percent"])) if np.isfinite(row["percent"]) else ""
    pairs, agree = int(row["members"]), float(row["agree"])
    counted = text("table.agree_of", lang, agree=round(agree * pairs), members=pairs)
    same = f"{agree:.0%}" if pairs >= FEW_PAIRS else counted
    return [middle, f"{low} – {high}", percent, same if row["difference"] else ""]


def _signed(percent: float) -> str:
    """A change in per cent; what rounds to nothing has no sign."""
    return f"{percent:+.1f}" if abs(percent) >= TENTH / 2 else "0.0"

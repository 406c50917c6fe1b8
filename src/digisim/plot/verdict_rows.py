"""The verdict as a picture: per target and count the probability in each reading of the past, and the outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from digisim.errors import InputError, phrase
from digisim.messages.amounts import goal
from digisim.messages.wrapping import columns
from digisim.plot import style
from digisim.plot.fonts import Writing, write_with, writing
from digisim.plot.series import provenance
from digisim.verdicts.summary import FEW, city_name, conditional_rows

NEEDED = ("scenario", "target", "operator", "regime", "year", "target_value", "probability", "mc_error",
          "median", "p10", "p90", "unit", "name_en", "name_zh")  # fmt: skip

ALL = "all"
MARK_OF_REGIME = {"people_scarce": "^", "demand_scarce": "v"}

WIDTH_INCHES, HEAD_INCHES, FOOT_LINE_INCHES = 10.0, 1.61, 0.15  # what stands above and below the rows
LEGEND_INCHES = 0.21  # a further row of the legend
ROW_INCHES, SCENARIO_INCHES = 0.335, 0.14  # a row holds two lines of text, and a bar per scenario
LABEL_COLUMNS = 52  # of a target's name; a longer one is broken


@dataclass(frozen=True)
class _Row:
    """One line of the chart: its height on the page, its target (where it begins one), whose count, its verdicts."""

    y: float
    target: str
    count: str
    verdicts: tuple[dict[str, Any], ...]


def verdict_chart(verdicts: pd.DataFrame, lang: str = "en") -> Figure:
    """Draw a verdict table and return the figure: a row per target and operator, a bar per scenario.

    There is a column of bars for all members and one per regime. A bar is the probability that the target is met, the
    thin line its Monte Carlo error; on the right the dot is the median outcome in per cent of the target, the line its
    middle 80% (not drawn of fewer than ``FEW`` members), and the triangles the medians within each regime. Targets
    stand by year. Unscored targets are left out. Seed and version are those of ``verdicts.attrs``, where it has them.
    Raises an ``InputError`` for a table without scored rows, a missing column or an unknown language.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> from digisim.verdicts import verdict
    >>> figure = verdict_chart(verdict(synthetic_dataset(members=2)), lang="zh")
    >>> type(figure).__name__
    'Figure'
    """
    how = writing(lang)
    scored = _scored(verdicts).sort_values("year", kind="stable")
    scenarios = list(dict.fromkeys(scored["scenario"]))
    regimes = sorted(dict.fromkeys(scored["regime"]), key=lambda regime: regime != ALL)  # all members come first
    rows = _lay_out(scored, how)
    row_inches = max(ROW_INCHES, SCENARIO_INCHES * len(scenarios) + 0.05)
    more = LEGEND_INCHES * (style.legend_rows(scenarios, WIDTH_INCHES) - 1)
    foot = _foot(scored, how)
    more += HEAD_INCHES + FOOT_LINE_INCHES * (1 + foot.count("\n"))
    size = (WIDTH_INCHES, (1.0 - rows[-1].y) * row_inches + more)
    figure = style.new_figure(size)
    axes = list(figure.subplots(1, len(regimes) + 1, sharey=True, width_ratios=[1.0] * len(regimes) + [2.2]))
    heads = [how.text(f"regime.{regime}") for regime in regimes] + [how.text("plot.share_of_target")]
    for ax, regime in zip(axes, regimes, strict=False):
        _draw_probabilities(ax, rows, regime, scenarios)
    _draw_outcomes(axes[-1], rows, scenarios)
    for ax, head in zip(axes, heads, strict=True):
        ax.set_title(f" \n{head}", loc="left", fontsize=style.SIZE_NOTE, color=style.QUIET)
        _rule_off(ax, rows)
    # Over several columns, and so outside the layout, which would make the first one as wide.
    axes[0].annotate(how.text("plot.probability"), (0, 1), xycoords="axes fraction", xytext=(0, 19), in_layout=False,
                     textcoords="offset points", fontsize=style.SIZE_NOTE, color=style.INK)  # fmt: skip
    _write_labels(axes[0], rows)
    axes[0].set_ylim(rows[-1].y - 0.5, 0.5)
    colours = [style.colour(place) for place in range(len(scenarios))]
    style.legend(figure, scenarios, colours, _title(scored, how), linewidth=4)
    figure.supxlabel(foot, fontsize=style.SIZE_NOTE - 0.5, color=style.QUIET, x=0.012, ha="left",
                     linespacing=1.4)  # fmt: skip
    write_with(figure, how)
    return figure


def _scored(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that can be drawn; a table without any is an ``InputError``."""
    if "status" in verdicts.columns:  # targets that could not be scored have nothing to draw
        verdicts = verdicts[verdicts["status"] == "scored"]
    missing = [column for column in NEEDED if column not in verdicts.columns]
    # A target that no indicator measures has no probability; the table tells why, the chart leaves it out.
    scored = verdicts if missing else verdicts[verdicts["probability"].notna()]
    if missing or scored.empty:
        raise InputError(
            phrase("the verdict table lacks: {missing}", missing=", ".join(missing))
            if missing
            else "the verdict table has no scored target",
            where="verdicts",
            allowed=", ".join(NEEDED),
            next="pass the table of digisim.verdict(results)",
        )
    return scored


def _lay_out(verdicts: pd.DataFrame, how: Writing) -> list[_Row]:
    """Return the rows from top to bottom; y falls from 0."""
    rows: list[_Row] = []
    several = "region" in verdicts and verdicts["region"].nunique() > 1
    for _, of_target in verdicts.groupby("target", sort=False):
        name = _name(_records(of_target)[0], how, several)
        for operator, same in of_target.groupby("operator", sort=False):
            rows.append(_Row(-float(len(rows)), name, how.text(f"operator.{operator}"), _records(same)))
            name = ""
    return rows


def _records(table: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return tuple({str(key): value for key, value in record.items()} for record in table.to_dict("records"))


def _name(row: dict[str, Any], how: Writing, several: bool) -> str:
    """Return what is written beside a target: its name, that of its city where they are of several, year and value."""
    value = goal(float(row["target_value"]), str(row["unit"]), str(row.get("comparison", "")), how.lang)
    name = str(row["name_zh" if how.lang == "zh" else "name_en"])
    if several:
        name = how.text("plot.title", city=city_name(str(row["region"]), how.lang), name=name)
    wanted = how.text("plot.goal", year=int(row["year"]), value=value)
    return f"{style.wrap(name, LABEL_COLUMNS)}\n{wanted}"


def _of(row: _Row, regime: str, scenarios: list[str]) -> list[tuple[float, str, dict[str, Any]]]:
    """Return for each verdict of a row in a regime its height, its colour and its record."""
    step = 0.8 / len(scenarios)
    found = []
    for record in row.verdicts:
        if record["regime"] == regime:
            position = scenarios.index(record["scenario"])
            found.append((row.y + step * ((len(scenarios) - 1) / 2 - position), style.colour(position), record))
    return found


def _draw_probabilities(ax: Axes, rows: list[_Row], regime: str, scenarios: list[str]) -> None:
    for row in rows:
        for y, colour, record in _of(row, regime, scenarios):
            chance, error = 100 * float(record["probability"]), 100 * float(record["mc_error"])
            ax.barh(y, chance, height=0.62 / len(scenarios), color=colour, alpha=0.75)
            ax.plot([max(chance - error, 0), min(chance + error, 100)], [y, y], color=style.INK, linewidth=0.8)
            ax.annotate(f"{chance:.0f}%", (min(chance + error, 100), y), xytext=(3, 0), textcoords="offset points",
                        fontsize=style.SIZE_NOTE - 2, color=style.QUIET, va="center")  # fmt: skip
    _tidy(ax)
    ax.axvline(0, color=style.QUIET, linewidth=0.8)
    ax.set_xlim(0, 135)  # room for the number behind a full bar
    ax.set_xticks([0, 50, 100])


def _readings_apart(regimes: Iterable[str]) -> bool:
    """Return whether there are several readings; the median within the only one is that of all members."""
    return len(set(regimes) & set(MARK_OF_REGIME)) > 1


def _draw_outcomes(ax: Axes, rows: list[_Row], scenarios: list[str]) -> None:
    apart = _readings_apart(record["regime"] for row in rows for record in row.verdicts)
    for row in rows:
        for y, colour, record in _of(row, ALL, scenarios):
            low, middle, high = (_share(record, key) for key in ("p10", "median", "p90"))
            if int(record.get("members", FEW)) >= FEW:
                ax.plot([low, high], [y, y], color=colour, linewidth=1.5, alpha=0.6, solid_capstyle="butt")
            ax.plot([middle], [y], marker="o", markersize=4, color=colour, clip_on=False)
        for regime, mark in MARK_OF_REGIME.items() if apart else ():
            for y, colour, record in _of(row, regime, scenarios):
                ax.plot([_share(record, "median")], [y], marker=mark, markersize=4, markerfacecolor="white",
                        markeredgecolor=colour, markeredgewidth=0.8, clip_on=False, zorder=1.9)  # fmt: skip
    _tidy(ax)
    ax.axvline(100, color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)))
    ax.set_xlim(left=min(ax.get_xlim()[0], 0.0) if ax.dataLim.x0 < 0.0 else 0.0)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))


def _share(record: dict[str, Any], key: str) -> float:
    return 100 * float(record[key]) / float(record["target_value"])


def _tidy(ax: Axes) -> None:
    style.tidy(ax)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color=style.FAINT, linewidth=0.6)
    ax.tick_params(axis="x", labelsize=style.SIZE_NOTE - 1)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))


def _rule_off(ax: Axes, rows: list[_Row]) -> None:
    """Draw a faint line above each target but the first."""
    for row in rows[1:]:
        if row.target:
            ax.axhline(row.y + 0.5, color=style.FAINT, linewidth=0.6)


def _write_labels(ax: Axes, rows: list[_Row]) -> None:
    """Write whose count beside each row, and further left the target beside the first of its rows."""
    ax.set_yticks([row.y for row in rows], [row.count for row in rows])
    ax.tick_params(axis="y", labelsize=style.SIZE_NOTE - 0.5)
    away = -14 - 4 * max(columns(row.count) for row in rows)
    for row in rows:
        if row.target:
            ax.annotate(row.target, (0, row.y), xycoords=("axes fraction", "data"), xytext=(away, 0), ha="right",
                        textcoords="offset points", fontsize=style.SIZE_NOTE - 0.5, color=style.INK, va="center",
                        linespacing=1.15, annotation_clip=False)  # fmt: skip


def _title(scored: pd.DataFrame, how: Writing) -> str:
    """Return the question, of the cities the table names."""
    asked = how.text("plot.verdict_title")
    cities = [city_name(str(each), how.lang) for each in scored["region"].unique()] if "region" in scored else []
    return how.text("plot.title", city=" · ".join(cities), name=asked) if cities else asked


def _foot(scored: pd.DataFrame, how: Writing) -> str:
    """Return what the marks that are drawn mean, and where the figure comes from."""
    everyone = scored[scored["regime"] == ALL]
    members = int(everyone["members"].max()) if "members" in scored and len(everyone) else 0
    kind = "one" if members == 1 else "few" if 0 < members < FEW else "many"
    marks = how.text(f"plot.verdict_dot_{kind}", members=members)
    if _readings_apart(scored["regime"]):
        marks = f"{marks} {how.text('plot.verdict_triangles')}"
    lines = [how.text("plot.verdict_bar_one" if members == 1 else "plot.verdict_bar"), marks]
    return "\n".join([*lines, provenance(scored, members, how, conditional_rows(scored))] if members else lines)

"""The verdict as a picture: per target, operator and regime the probability, and the outcome relative to the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from digisim.errors import InputError
from digisim.plot import style
from digisim.plot.fonts import Writing, write_with, writing
from digisim.plot.scales import phrase

NEEDED = ("scenario", "target", "operator", "regime", "year", "target_value", "probability", "mc_error",
          "median", "p10", "p90", "unit", "name_en", "name_zh")  # fmt: skip

ROW_INCHES, HEADING_ROWS, HEAD_FOOT_INCHES = 0.29, 1.25, 1.5
WIDTH_INCHES = 8.0


@dataclass(frozen=True)
class _Row:
    """One line of the chart: its height on the page and the verdicts of the scenarios in it."""

    y: float
    label: str
    verdicts: tuple[dict[str, Any], ...]


def verdict_chart(verdicts: pd.DataFrame, lang: str = "en") -> Figure:
    """Draw a verdict table and return the figure: a row per target, operator and regime, a bar per scenario.

    The bar is the probability that the target is met and the thin line its Monte Carlo error; on the right the dot is
    the median outcome in per cent of the target and the line its middle 80%. Unscored targets are
    left out. Raises an ``InputError`` for a table without scored rows, a missing column or an unknown language.
    """
    how = writing(lang)
    if "status" in verdicts.columns:  # targets that could not be scored have nothing to draw
        verdicts = verdicts[verdicts["status"] == "scored"]
    missing = [column for column in NEEDED if column not in verdicts.columns]
    # A target that no indicator measures has no probability; the table tells why, the chart leaves it out.
    scored = verdicts if missing else verdicts[verdicts["probability"].notna()]
    if missing or scored.empty:
        raise InputError(
            f"the verdict table lacks: {', '.join(missing)}" if missing else "the verdict table has no scored target",
            where="verdicts",
            allowed=", ".join(NEEDED),
            next="pass the table of digisim.verdict(results)",
        )
    scenarios = list(dict.fromkeys(scored["scenario"]))
    rows, headings = _lay_out(scored, how)
    height = -rows[-1].y * ROW_INCHES + HEAD_FOOT_INCHES
    figure = plt.figure(figsize=(WIDTH_INCHES, height), dpi=style.DPI, layout=style.layout())
    left, right = figure.subplots(1, 2, sharey=True)
    _draw_probabilities(left, rows, scenarios)
    _draw_outcomes(right, rows, scenarios)
    left.set_yticks([row.y for row in rows], [row.label for row in rows])
    left.set_ylim(rows[-1].y - 0.8, 0.6)
    for y, heading in headings:
        # Flush with the title and over both columns; outside the layout, which would widen the labels' margin for it.
        words = right.annotate(heading, (0.012, y), xycoords=("figure fraction", "data"), fontsize=style.SIZE_TEXT,
                               color=style.INK, va="center", annotation_clip=False)  # fmt: skip
        words.set_in_layout(False)
        words.set_path_effects(style.HALO)
    _write_head(figure, left, right, scenarios, how)
    write_with(figure, how)
    return figure


def _lay_out(verdicts: pd.DataFrame, how: Writing) -> tuple[list[_Row], list[tuple[float, str]]]:
    """Return the rows from top to bottom (y falls from 0) and the headings above each target's rows."""
    rows: list[_Row] = []
    headings: list[tuple[float, str]] = []
    y = 0.0
    for _, of_target in verdicts.groupby("target", sort=False):
        headings.append((y, _heading(_records(of_target)[0], how)))
        y -= 1.0
        for (operator, regime), same in of_target.groupby(["operator", "regime"], sort=False):
            label = how.text("plot.row", operator=how.text(f"operator.{operator}"), regime=how.text(f"regime.{regime}"))
            rows.append(_Row(y, label, _records(same)))
            y -= 1.0
        y -= HEADING_ROWS - 1.0
    return rows, headings


def _records(table: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return tuple({str(key): value for key, value in record.items()} for record in table.to_dict("records"))


def _heading(row: dict[str, Any], how: Writing) -> str:
    value = float(row["target_value"])
    name = how.drawable(str(row["name_zh" if how.lang == "zh" else "name_en"]))
    return how.text("plot.named_target", name=name, year=int(row["year"]), value=phrase(value, str(row["unit"]), how))


def _offsets(row: _Row, scenarios: list[str]) -> list[tuple[float, str, dict[str, Any]]]:
    """Return for each verdict of a row its height, its colour and its record."""
    step = 0.7 / len(scenarios)
    found = []
    for record in row.verdicts:
        position = scenarios.index(record["scenario"])
        found.append((row.y + step * ((len(scenarios) - 1) / 2 - position), style.colour(position), record))
    return found


def _draw_probabilities(ax: Axes, rows: list[_Row], scenarios: list[str]) -> None:
    thickness = 0.7 / len(scenarios)
    for row in rows:
        for y, colour, record in _offsets(row, scenarios):
            chance, error = 100 * float(record["probability"]), 100 * float(record["mc_error"])
            ax.barh(y, chance, height=0.9 * thickness, color=colour, alpha=0.75)
            ax.plot([max(chance - error, 0), min(chance + error, 100)], [y, y], color=style.INK, linewidth=1)
            ax.annotate(f"{chance:.0f}%", (min(chance + error, 100), y), xytext=(4, 0), textcoords="offset points",
                        fontsize=style.SIZE_NOTE - 1.5, color=style.QUIET, va="center")  # fmt: skip
    style.tidy(ax)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color=style.FAINT, linewidth=0.6)
    ax.axvline(0, color=style.QUIET, linewidth=0.8)
    ax.set_xlim(0, 112)
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))


def _draw_outcomes(ax: Axes, rows: list[_Row], scenarios: list[str]) -> None:
    for row in rows:
        for y, colour, record in _offsets(row, scenarios):
            low, middle, high = (100 * float(record[key]) / float(record["target_value"])
                                 for key in ("p10", "median", "p90"))  # fmt: skip
            ax.plot([low, high], [y, y], color=colour, linewidth=1.5, alpha=0.6, solid_capstyle="butt")
            ax.plot([middle], [y], marker="o", markersize=4, color=colour, clip_on=False)
    style.tidy(ax)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color=style.FAINT, linewidth=0.6)
    ax.axvline(100, color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)))
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}%"))


def _write_head(figure: Figure, left: Axes, right: Axes, scenarios: list[str], how: Writing) -> None:
    for ax, key in ((left, "plot.probability"), (right, "plot.share_of_target")):
        ax.set_title(how.text(key), loc="left", fontsize=style.SIZE_NOTE + 0.5, color=style.QUIET)
    foot = how.text("plot.verdict_marks")
    figure.supxlabel(foot, fontsize=style.SIZE_NOTE, color=style.QUIET, x=0.012, ha="left")
    lines = [Line2D([], [], color=style.colour(i), linewidth=4) for i in range(len(scenarios))]
    # The title is the legend's, so that the layout keeps the two one above the other.
    figure.legend(
        lines,
        scenarios,
        title=how.text("plot.verdict_title"),
        alignment="left",
        loc="outside upper left",
        ncols=len(scenarios),
        frameon=False,
        fontsize=style.SIZE_TEXT,
        title_fontsize=style.SIZE_TITLE,
    )

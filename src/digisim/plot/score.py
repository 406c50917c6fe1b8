"""Stylised facts in one picture: how firms grow, how large the largest are, at what age firms close."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from digisim.messages.scales import Scale
from digisim.plot import style
from digisim.plot.fans import draw_bands
from digisim.plot.fonts import Writing, write_with, writing
from digisim.plot.series import bands_note, city_name, provenance, select
from digisim.results import conditional
from digisim.verdicts.facts import facts, scorecard
from digisim.verdicts.summary import FEW

Floats = npt.NDArray[np.float64]

INCHES = (11.0, 4.2)
REACH, POINTS, FLOOR = 1.0, 201, 2e-3  # of the densities: log points either side, points, least density drawn
AGES = {"exit_first": "1", "exit_second": "2", "exit_third": "3", "exit_seventh": "4–7", "exit_later": "8+"}


def score(dataset: xr.Dataset, *, scenario: str | None = None, lang: str = "en") -> Figure:
    """Draw the fitted law of growth, the tail exponent by year, and exit by age against what is published.

    ``dataset`` has dims (scenario, member, city, year) with one city; ``scenario`` is one of it (default: the first).
    Exit is that of the last ten years of the run. Raises an ``InputError`` for an unknown scenario or language and for
    several cities.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> len(score(synthetic_dataset(["dalian-baseline"], members=2)).axes)
    3
    """
    how = writing(lang)
    name = str(dataset["scenario"].values[0]) if scenario is None else scenario
    figure = style.new_figure(INCHES)
    growth, tail, age = figure.subplots(1, 3)
    _growth(growth, dataset, name, how)
    _tail(tail, dataset, name, how)
    _ages(age, dataset, name, how)
    title = how.text("plot.title", city=city_name(dataset, how), name=how.text("plot.score", scenario=name))
    figure.suptitle(title, x=0.01, ha="left", fontsize=style.SIZE_TITLE, color=style.INK)
    members = dataset.sizes["member"]
    made = provenance(dataset, members, how, conditional(dataset, [name]))
    foot = "\n".join((bands_note(members, how), how.text("plot.score_expected"), made))
    figure.supxlabel(foot, linespacing=1.4, fontsize=style.SIZE_NOTE, color=style.QUIET, x=0.01, ha="left")
    write_with(figure, how)
    return figure


def _growth(ax: Axes, dataset: xr.Dataset, scenario: str, how: Writing) -> None:
    """The law fitted to growth, mean of all years, beside tent and bell of the same width, on a log scale."""
    shape, width = (_mean(dataset, name, scenario) for name in ("growth_shape", "growth_width"))
    x = np.linspace(-REACH, REACH, POINTS)
    laws = np.array([density(x, b, a) for b, a in zip(shape, width, strict=True)])
    low, middle, high = np.percentile(laws, (10, 50, 90), axis=0)
    if len(laws) < FEW:
        ax.plot(x, laws.T, color=style.colour(0), linewidth=0.7, alpha=0.6)
    else:
        ax.fill_between(x, low, high, color=style.colour(0), alpha=0.2, linewidth=0)
    ax.plot(x, middle, color=style.colour(0), linewidth=2, zorder=3)
    ax.plot(x, density(x, 1.0, float(np.median(width))), color=style.QUIET, linewidth=1, linestyle=(0, (5, 2)))
    ax.plot(x, density(x, 2.0, float(np.median(width))), color=style.QUIET, linewidth=1, linestyle=(0, (1, 1.5)))
    ax.set_yscale("log")
    ax.minorticks_off()
    ax.set_ylim(FLOOR, float(high.max()) * 1.6)
    _head(ax, how.text("plot.score_growth", shape=f"{np.median(shape):.2f}"), how.text("plot.score_laws"))
    ax.set_xlabel(how.text("plot.score_deviation"), fontsize=style.SIZE_NOTE, color=style.QUIET)


def density(x: Floats, shape: float, width: float) -> Floats:
    """Return the Subbotin density at distances x from the middle, shape (n,), as `statistics.micro.subbotin` writes it.

    >>> round(float(density(np.array([0.0]), 1.0, 0.5)[0]), 6)
    1.0
    """
    scale = width * shape ** (1.0 / shape)
    peak = shape / (2.0 * scale * math.gamma(1.0 / shape))
    return np.asarray(peak * np.exp(-((np.abs(x) / scale) ** shape)))


def _tail(ax: Axes, dataset: xr.Dataset, scenario: str, how: Writing) -> None:
    """The tail exponent of revenue by year over the range that a long run should have."""
    series = select(dataset, "size_tail_revenue", scenario)
    low, high = facts()["tail_revenue"].range()
    ax.axhspan(low, high, color=style.FAINT, alpha=0.6, linewidth=0)
    draw_bands(ax, series, Scale(1.0, ""), ticks=5)
    ax.set_ylim(0.0, max(high * 1.1, ax.get_ylim()[1]))
    _head(ax, how.text("plot.score_tail"), how.text("plot.score_tail_note"))


def _ages(ax: Axes, dataset: xr.Dataset, scenario: str, how: Writing) -> None:
    """Exit in the last ten years by year of life: median and middle 80% over the published range."""
    card = scorecard(dataset)
    rows = card[(card["regime"] == "all") & (card["scenario"] == scenario)].set_index("fact").loc[list(AGES)]
    places = np.arange(len(AGES))
    ax.bar(places, rows["high"] - rows["low"], bottom=rows["low"], width=0.8, color=style.FAINT, alpha=0.6, zorder=1)
    if dataset.sizes["member"] >= FEW:
        ax.vlines(places, rows["p10"], rows["p90"], color=style.colour(0), linewidth=2, alpha=0.5, zorder=2)
    ax.plot(places, rows["value"], color=style.colour(0), marker="o", linewidth=1.2, zorder=3)
    style.tidy(ax)
    ax.set_xticks(places, list(AGES.values()))
    ax.set_ylim(0.0, 1.05 * ax.get_ylim()[1])
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    _head(ax, how.text("plot.score_exit"), how.text("plot.score_exit_note", years=rows["years"].iloc[0]))
    ax.set_xlabel(how.text("plot.score_life"), fontsize=style.SIZE_NOTE, color=style.QUIET)


def _mean(dataset: xr.Dataset, name: str, scenario: str) -> Floats:
    """Return the mean over the years of each member that has values, (members,)."""
    (series,) = select(dataset, name, scenario)
    found = series.values[np.isfinite(series.values).any(axis=1)]
    return np.asarray(np.nanmean(found, axis=1))


def _head(ax: Axes, title: str, note: str) -> None:
    style.tidy(ax)
    ax.set_title(style.wrap(title, style.WIDE_COLUMNS), loc="left", va="bottom", fontsize=style.SIZE_TEXT,
                 color=style.INK, pad=20)  # fmt: skip
    ax.annotate(note, (0, 1), xycoords="axes fraction", xytext=(0, 7), textcoords="offset points",
                fontsize=style.SIZE_NOTE, color=style.QUIET)  # fmt: skip

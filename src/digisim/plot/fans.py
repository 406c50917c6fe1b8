"""Fans over the years: the median and the middle 50% and 80% of the members, per scenario, against plan targets.

Of fewer members than a range can be told of (``FEW``), each is a thin line instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from digisim.errors import InputError, phrase
from digisim.messages.amounts import amount
from digisim.messages.scales import Scale, readable
from digisim.plot import style
from digisim.plot.fonts import Writing, write_with, writing
from digisim.plot.goals import Goal, Rows, goals
from digisim.plot.series import (
    Series,
    bands_note,
    city_name,
    city_of,
    indicator,
    name_of,
    paired_note,
    provenance,
    select,
)
from digisim.results import conditional
from digisim.verdicts.summary import FEW

LINE = 1.8  # width of a median
ALIKE = 0.03  # of the range of all medians: two lines that are nowhere further apart look like one
END_LABEL_GAP = 0.045  # of the height of the axes: two lines of text do not touch


def fan(
    dataset: xr.Dataset,
    name: str,
    *,
    target: Rows | None = None,
    scenario: str | Sequence[str] | None = None,
    lang: str = "en",
    regimes: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw an indicator over the years, a fan per scenario, and return the axes.

    ``dataset`` has dims (scenario, member, city, year) with one city; ``name`` is an indicator of it; ``target`` a
    verdict table or a row of it; ``regimes`` adds thin lines, the median within each regime. Raises an ``InputError``
    for an unknown indicator, scenario or language and for several cities.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> axes = fan(synthetic_dataset(members=2), "software_revenue")
    >>> [int(tick) for tick in axes.get_xticks()][:2]           # axes.figure.savefig("fan.png") keeps it
    [2020, 2021]
    """
    how = writing(lang)
    series = select(dataset, name, scenario)
    targets = goals(target, name, city_of(dataset), how)
    data = indicator(dataset, name)
    largest = max([np.nanmax(np.abs(each.values)) for each in series] + [abs(goal.value) for goal in targets])
    unit = str(data.attrs.get("units", "1"))
    scale = readable(unit, float(largest), how.lang)
    ax = new_axes() if ax is None else ax
    draw_bands(ax, series, scale)
    regimes = regimes and len(set(series[0].regimes)) > 1
    if regimes:
        _draw_regimes(ax, series, scale)
    from_zero(ax, [*(float(np.nanmin(each.values)) for each in series), *(goal.value for goal in targets)], scale)
    _mark_base(ax, series[0], scale, how)
    for goal in targets:
        _mark_target(ax, goal, _label(goal, unit, how), series[0].years, scale)
    label_ends(ax, series, scale)
    members = dataset.sizes["member"]
    note = bands_note(members, how)
    if regimes:
        note = f"{note} {how.text('plot.regime_lines')}"
    title = how.text("plot.title", city=city_name(dataset, how), name=name_of(data, how, name))
    style.head(ax, title, note, scale.label)
    seen = conditional(dataset, [each.scenario for each in series])
    sign(ax, provenance(dataset, members, how, seen))
    write_with(ax, how)
    return ax


def difference(
    dataset: xr.Dataset,
    name: str,
    control: str,
    *,
    scenario: str | Sequence[str] | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the differences of an indicator from the scenario ``control``, member by member, and return the axes.

    Members with the same parameters and the same chance are paired, so chance that both share does not widen the fan.
    ``dataset`` and errors are as in ``fan``; an unknown ``control`` is an ``InputError`` too.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> axes = difference(synthetic_dataset(members=2), "software_revenue", control="dalian-baseline")
    >>> type(axes).__name__
    'Axes'
    """
    how = writing(lang)
    series = paired(dataset, name, control, scenario)
    data = indicator(dataset, name)
    largest = max(float(np.nanmax(np.abs(each.values))) for each in series)
    scale = readable(str(data.attrs.get("units", "1")), largest, how.lang, difference=True)
    ax = new_axes() if ax is None else ax
    draw_bands(ax, series, scale)
    mark_zero(ax)
    label_ends(ax, series, scale, signed=True)
    members = dataset.sizes["member"]
    title = how.text("plot.title", city=city_name(dataset, how), name=name_of(data, how, name))
    style.head(ax, title, paired_note(members, style.short(control), how), scale.label)
    seen = conditional(dataset, [control, *(each.scenario for each in series)])
    sign(ax, provenance(dataset, members, how, seen))
    write_with(ax, how)
    return ax


def paired(dataset: xr.Dataset, name: str, control: str, scenario: str | Sequence[str] | None = None) -> list[Series]:
    """Return, per scenario, the differences from ``control``, member by member, over the years that both have."""
    base = select(dataset, name, control)[0]
    found = []
    for each in select(dataset, name, scenario):
        if each.scenario != control:
            years, mine, other = np.intersect1d(each.years, base.years, return_indices=True)
            change = each.values[:, mine] - base.values[:, other]
            found.append(replace(each, years=years, values=change))
    if not found:
        raise InputError(
            phrase("nothing to compare with {control!r}", control=control), next="add a second scenario to the results"
        )
    return found


def new_axes() -> Axes:
    """Return the axes of a new figure of the usual size."""
    return style.new_figure(style.FAN_INCHES, held=True).add_subplot()


def draw_bands(ax: Axes, series: Sequence[Series], scale: Scale, ticks: int = 9) -> None:
    """Draw for each series its bands, or of a few members a thin line each, and its median on top of them."""
    for each, width in zip(series, _widths(series), strict=True):
        low, lower, middle, upper, high = each.percentiles() / scale.divisor
        colour = style.colour(each.position)
        if 1 < len(each.values) < FEW:
            ax.plot(each.years, each.values.T / scale.divisor, color=colour, linewidth=0.7, alpha=0.6, zorder=2)
        elif len(each.values) > 1:
            ax.fill_between(each.years, low, high, color=colour, alpha=0.12, linewidth=0)
            ax.fill_between(each.years, lower, upper, color=colour, alpha=0.22, linewidth=0)
        ax.plot(each.years, middle, color=colour, linewidth=width, zorder=3)
    style.tidy(ax)
    first, last = min(int(each.years[0]) for each in series), max(int(each.years[-1]) for each in series)
    ax.set_xticks(style.year_ticks(first, last, ticks))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=scale.whole))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scale.tick(value)))
    ax.margins(x=0.02)


def _widths(series: Sequence[Series]) -> list[float]:
    """Return how wide to draw each median: wider than later ones that it all but covers, so that it shows on both
    sides of them."""
    medians = [dict(zip(each.years.tolist(), each.percentiles()[2], strict=True)) for each in series]
    values = [value for path in medians for value in path.values()]
    near = ALIKE * (max(values) - min(values))
    widths = []
    for rank, path in enumerate(medians):
        later = [[abs(path[year] - other[year]) for year in path if year in other] for other in medians[rank + 1 :]]
        covered = sum(bool(gaps) and max(gaps) <= near for gaps in later)
        widths.append(LINE + 1.4 * min(covered, 3))
    return widths


def from_zero(ax: Axes, values: Sequence[float], scale: Scale) -> None:
    """Begin the value axis at zero unless a value is negative, and leave room above the largest.

    An axis cut off below would make small changes look large; changes have a figure of their own.
    """
    low, high = ax.get_ylim()
    high = max(high, max(values) / scale.divisor)
    if min(values) >= 0:
        low = 0.0
    ax.set_ylim(low, high + 0.06 * (high - low))


def label_ends(ax: Axes, series: Sequence[Series], scale: Scale, *, signed: bool = False) -> None:
    """Write each scenario's name and last median beside the end of its line, instead of a legend."""
    medians = [float(each.percentiles()[2, -1]) for each in series]
    ends = [median / scale.divisor for median in medians]
    low, high = ax.get_ylim()
    gap = END_LABEL_GAP * (high - low)
    names = style.shortened([each.scenario for each in series])
    for each, name, median, place in zip(series, names, medians, style.spread(ends, gap), strict=True):
        plus = "+" if signed and median > 0 else ""
        ax.annotate(
            f"{name}  {plus}{scale.show(median)}",
            (float(each.years[-1]), place),
            xytext=(8, 0),
            textcoords="offset points",
            color=style.colour(each.position),
            fontsize=style.SIZE_TEXT - 1,
            va="center",
            annotation_clip=False,
        )


def mark_zero(ax: Axes) -> None:
    """Let the line at zero, where nothing differs, stand for the baseline of the axes."""
    ax.spines["bottom"].set_visible(False)
    ax.axhline(0, color=style.QUIET, linewidth=1)


def sign(ax: Axes, line: str) -> None:
    """Write the line of provenance under the axes."""
    ax.annotate(line, (1, 0), xycoords="axes fraction", xytext=(0, -26), textcoords="offset points",
                fontsize=style.SIZE_NOTE - 1, color=style.QUIET, ha="right", va="top")  # fmt: skip


def _draw_regimes(ax: Axes, series: Sequence[Series], scale: Scale) -> None:
    for regime, dashes in style.LINE_OF_REGIME.items():
        for each in series:
            if regime not in each.regimes:
                continue
            middle = each.of_regime(regime).percentiles()[2] / scale.divisor
            ax.plot(each.years, middle, color=style.colour(each.position), linewidth=1, linestyle=dashes, zorder=2.5)


def _mark_base(ax: Axes, first: Series, scale: Scale, how: Writing) -> None:
    year, value = int(first.years[0]), float(first.percentiles()[2, 0])
    ax.plot([year], [value / scale.divisor], marker="o", markersize=6, markerfacecolor="white",
            markeredgecolor=style.INK, linestyle="none", zorder=5)  # fmt: skip
    ax.annotate(
        how.text("plot.base_figure", year=year, value=scale.show(value)),
        (year, value / scale.divisor),
        xytext=(6, -14),
        textcoords="offset points",
        fontsize=style.SIZE_NOTE,
        color=style.INK,
        path_effects=style.HALO,
        zorder=6,
    )


def _label(goal: Goal, unit: str, how: Writing) -> str:
    value = amount(goal.value, unit, how.lang)
    key = "plot.named_target" if goal.name else "plot.target"
    return how.text(key, name=goal.name, year=goal.year, value=value)


def _mark_target(ax: Axes, goal: Goal, label: str, years: npt.NDArray[np.int64], scale: Scale) -> None:
    value = goal.value / scale.divisor
    start, end = int(years[0]), int(years[-1])
    ax.plot([start, goal.year], [value, value], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=4)
    ax.plot([goal.year], [value], marker="D", markersize=6, color=style.INK, linestyle="none", zorder=5)
    room = style.NOTE_COLUMNS * (goal.year - start) // max(end - start, 1)
    ax.annotate(
        style.wrap(label, max(room, style.NOTE_COLUMNS // 4)),
        (goal.year, value),
        xytext=(-8, 4),
        textcoords="offset points",
        fontsize=style.SIZE_NOTE,
        color=style.INK,
        path_effects=style.HALO,
        zorder=6,
        ha="right",
        va="bottom",
    )

"""Small multiples: the same kind of picture for several indicators, on one page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digisim.messages.scales import readable
from digisim.plot import style
from digisim.plot.fans import draw_bands, from_zero, mark_zero, paired
from digisim.plot.fonts import Writing, write_with, writing
from digisim.plot.series import Series, bands_note, city_name, indicator, name_of, paired_note, provenance, select
from digisim.results import conditional

COLUMNS = 3
PANEL_INCHES = (2.67, 2.4)


def small_multiples(
    dataset: xr.Dataset,
    names: Sequence[str],
    *,
    control: str | None = None,
    scenario: str | Sequence[str] | None = None,
    lang: str = "en",
) -> Figure:
    """Draw one fan per indicator and return the figure; with ``control``, fans of the paired differences from it.

    ``dataset`` has dims (scenario, member, city, year) with one city. Raises an ``InputError`` for an unknown
    indicator, scenario or language.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> figure = small_multiples(synthetic_dataset(members=2), ["software_revenue", "employees_local"])
    >>> sum(axes.get_visible() and bool(axes.lines) for axes in figure.axes)
    2
    """
    how = writing(lang)
    rows = math.ceil(len(names) / COLUMNS)
    size = (COLUMNS * PANEL_INCHES[0], rows * PANEL_INCHES[1] + 1.2)
    figure = style.new_figure(size)
    panels: list[Axes] = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    shown: list[Series] = []
    for ax, name in zip(panels, names, strict=False):
        shown = _panel(ax, dataset, name, control, scenario, how)
    for ax in panels[len(names) :]:
        ax.set_axis_off()
    colours = [style.colour(each.position) for each in shown]
    style.legend(figure, [each.scenario for each in shown], colours, city_name(dataset, how))
    members = dataset.sizes["member"]
    note = bands_note(members, how) if control is None else paired_note(members, style.short(control), how)
    seen = conditional(dataset, [control or "", *(each.scenario for each in shown)])
    foot = f"{note}\n{provenance(dataset, members, how, seen)}"
    figure.supxlabel(foot, linespacing=1.4, fontsize=style.SIZE_NOTE, color=style.QUIET, x=0.01, ha="left")
    write_with(figure, how)
    return figure


def _panel(
    ax: Axes,
    dataset: xr.Dataset,
    name: str,
    control: str | None,
    scenario: str | Sequence[str] | None,
    how: Writing,
) -> list[Series]:
    """Draw one panel and return the series in it."""
    series = select(dataset, name, scenario) if control is None else paired(dataset, name, control, scenario)
    data = indicator(dataset, name)
    largest = max(float(np.nanmax(np.abs(each.values))) for each in series)
    unit = str(data.attrs.get("units", "1"))
    scale = readable(unit, largest, how.lang, difference=control is not None)
    draw_bands(ax, series, scale, ticks=4)
    if control is None:
        from_zero(ax, [float(np.nanmin(each.values)) for each in series], scale)
    else:
        mark_zero(ax)
    title = style.wrap(name_of(data, how, name), style.PANEL_COLUMNS)
    ax.set_title(title, loc="left", va="bottom", fontsize=style.SIZE_TEXT, color=style.INK, pad=16)
    ax.annotate(scale.label, (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points",
                fontsize=style.SIZE_NOTE, color=style.QUIET)  # fmt: skip
    return series

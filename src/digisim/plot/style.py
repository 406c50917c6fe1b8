"""One look for all figures: few colours that colour-blind readers tell apart, no chart junk."""

from __future__ import annotations

import re
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from digisim.messages.wrapping import CLOSING, broken, columns

# Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too faint for a line on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK, QUIET, FAINT = "#222222", "#666666", "#D9D9D9"

SIZE_TITLE, SIZE_TEXT, SIZE_NOTE = 13, 10, 8.5
DPI = 150
TITLE_COLUMNS, NOTE_COLUMNS = 66, 80  # what fits over a figure, across its axes
PANEL_COLUMNS, WIDE_COLUMNS = 25, 38  # what fits over a panel of three in a row, narrow or wide
NAME_COLUMNS = 28  # of a scenario; a longer name is shortened in its middle
POINTS = 72  # of an inch
LEGEND_HANDLE_EMS, LEGEND_LETTER_EMS = 5.0, 0.63  # line and gaps of an entry; a letter of usual width
FAN_INCHES = (8.0, 4.8)  # 1200 x 720 pixels at DPI

HALO = [withStroke(linewidth=3, foreground="white")]
"""Keeps text readable where it lies on a band."""

_PIECES = re.compile(rf"(?:（[^（）]*|[0-9][0-9,.]*(?:[万亿]?(?:美元|[元人家年])|%)|[!-~]+|.)[{CLOSING}]*")
"""What a line may be broken between: a bracket, a number with its unit, a Latin word, a Chinese character."""

LINE_OF_REGIME = {"people_scarce": (0, (5, 2)), "demand_scarce": (0, (1, 1.5))}


def new_figure(inches: tuple[float, float], *, held: bool = False) -> Figure:
    """Return an empty figure; pyplot holds it, and a notebook shows it after the cell, only if ``held``.

    A function that returns its figure leaves it unheld: a notebook would show it twice, and a loop over cities would
    fill the memory. One that returns axes needs a held figure, else a notebook shows nothing.
    """
    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1, wspace=0.03, hspace=0.06)  # everything inside, a little air
    figure = plt.figure(figsize=inches, dpi=DPI, layout=layout)
    if not held:
        plt.close(figure)
    return figure


def colour(position: int) -> str:
    """Return the colour of the scenario at ``position``; after the last colour they begin again.

    >>> colour(0) == colour(len(COLOURS))
    True
    """
    return COLOURS[position % len(COLOURS)]


def tidy(ax: Axes) -> None:
    """Leave of an axes what carries information: the baseline, faint horizontal lines, small quiet tick labels."""
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(QUIET)
    ax.tick_params(colors=QUIET, labelsize=SIZE_NOTE + 0.5, length=0)
    ax.grid(axis="y", color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)


def year_ticks(first: int, last: int, most: int) -> list[int]:
    """Return at most ``most`` years, the first and the last among them, evenly spaced where their number has a divisor
    for it; else the last gap is the longest.

    >>> year_ticks(2020, 2028, most=4), year_ticks(2011, 2028, most=9)
    ([2020, 2024, 2028], [2011, 2013, 2015, 2017, 2019, 2021, 2023, 2025, 2028])
    """
    span = last - first
    even = next((step for step in range(1, span) if span % step == 0 and span // step < most), span)
    if even < span or span < most:
        return list(range(first, last + 1, max(even, 1)))
    step = next(step for step in range(1, span + 1) if span // step < most)
    return [*range(first, last - step + 1, step), last]


def wrap(words: str, most: int) -> str:
    """Return ``words`` in lines of at most ``most`` columns, a Chinese character taking two.

    What stands in Chinese brackets, and a number with its unit, is not broken; closing signs hang at the end of a line.

    >>> wrap("Software revenue (ministry's count)", 20)
    "Software revenue\\n(ministry's count)"
    >>> wrap("软件和信息服务业收入", 12), wrap("产业规模（2028年）：3000亿元", 12)
    ('软件和信息服\\n务业收入', '产业规模\\n（2028年）：\\n3000亿元')
    """
    return "\n".join(broken(words, most, _PIECES, CLOSING))


def short(name: str, most: int = NAME_COLUMNS) -> str:
    """Return ``name`` in at most ``most`` columns: of a longer one the beginning and the end.

    >>> short("dalian-plan"), short("a-scenario-with-a-long-name", 11)
    ('dalian-plan', 'a-sce…-name')
    """
    if columns(name) <= most:
        return name
    begin, end = name[: len(name) // 2], name[len(name) // 2 :]
    while columns(begin) + columns(end) + 1 > most:
        begin, end = (begin[:-1], end) if columns(begin) > columns(end) else (begin, end[1:])
    return f"{begin}…{end}"


def shortened(names: Sequence[str], most: int = NAME_COLUMNS) -> list[str]:
    """Return the names in at most ``most`` columns; those that shortening makes the same get their place before them.

    Where a name is too long, the words with which all begin and end are left out first: what tells them apart stays.

    >>> shortened(["dalian-rd-0.5%", "dalian-talent-training-0.5%"], 16)
    ['rd', 'talent-training']
    >>> shortened(["plan", "a-long-name-1-of-two", "a-long-name-2-of-two"], 12)
    ['plan', '2 a-lon…-two', '3 a-lon…-two']
    """
    if any(columns(name) > most for name in names):
        names = _without_what_all_share(names)
    found = [short(name, most) for name in names]
    again = {name for name in found if found.count(name) > 1}
    return [
        f"{place} {short(name, most - len(str(place)) - 1)}" if brief in again else brief
        for place, (name, brief) in enumerate(zip(names, found, strict=True), start=1)
    ]


def _without_what_all_share(names: Sequence[str]) -> list[str]:
    """Return the names without the words with which all of them begin, and those with which all end; one word stays."""
    words = [name.split("-") for name in names]
    for end in (0, -1):
        while min(map(len, words)) > 1 and len({each[end] for each in words}) == 1 < len(words):
            words = [each[1:] if end == 0 else each[:-1] for each in words]
    return ["-".join(each) for each in words]


def legend_rows(names: Sequence[str], inches: float) -> int:
    """Return the rows in which a legend of these names is no wider than a figure of ``inches``.

    >>> legend_rows(["dalian-baseline", "dalian-plan"], 10.0), legend_rows(["dalian-anchor-arrives"] * 6, 10.0)
    (1, 2)
    """
    widest = LEGEND_HANDLE_EMS + LEGEND_LETTER_EMS * max(map(columns, shortened(names)))
    across = max(int(inches * POINTS / SIZE_TEXT / widest), 1)
    return -(-len(names) // across)


def legend(figure: Figure, names: Sequence[str], colours: Sequence[str], title: str, linewidth: float = 2) -> None:
    """Write over a figure its title and the names of its colours, in as many rows as its width asks for.

    The title is the legend's, so that the layout keeps the two one above the other.
    """
    rows = legend_rows(names, figure.get_figwidth())
    figure.legend(
        [Line2D([], [], color=each, linewidth=linewidth) for each in colours],
        shortened(names),
        title=title,
        alignment="left",
        loc="outside upper left",
        ncols=-(-len(names) // rows),
        frameon=False,
        fontsize=SIZE_TEXT,
        title_fontsize=SIZE_TITLE,
    )


def head(ax: Axes, title: str, note: str, unit: str) -> None:
    """Write the title, a quiet line below it, and over the axis the unit, all flush left."""
    ax.set_title(wrap(title, TITLE_COLUMNS), loc="left", va="bottom", fontsize=SIZE_TITLE, color=INK, pad=37)
    for line, height in ((note, 25), (unit, 8)):
        ax.annotate(line, (0, 1), xycoords="axes fraction", xytext=(0, height), textcoords="offset points",
                    fontsize=SIZE_NOTE, color=QUIET, va="baseline")  # fmt: skip


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Return the positions moved apart so that neighbours are at least ``gap`` apart, in the given order.

    >>> spread([1.0, 1.1, 5.0], gap=0.5)
    [0.8, 1.3, 5.0]
    """
    groups: list[list[int]] = []
    place = dict(enumerate(positions))
    for index in sorted(place, key=lambda i: positions[i]):
        groups.append([index])
        # A group that touches the one below joins it and is centred on the mean of its members.
        while True:
            members = groups[-1]
            middle = sum(positions[i] for i in members) / len(members)
            for rank, i in enumerate(members):
                place[i] = middle + gap * (rank - (len(members) - 1) / 2)
            if len(groups) == 1 or place[members[0]] - place[groups[-2][-1]] >= gap:
                break
            groups[-2:] = [groups[-2] + members]
    return [round(place[i], 12) for i in range(len(positions))]

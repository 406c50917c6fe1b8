"""How the command line shows things: tables on stdout, bars on stderr, JSON alone."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.containers import Lines
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from digisim.messages import text

WIDTH = 100  # columns, where stdout is no terminal

Rows = Sequence[Mapping[str, Any]]


def console() -> Console:
    """Return the console of stdout: as wide as the terminal, or ``WIDTH`` in a file."""
    usual = Console(highlight=False, markup=False)  # a user's name in brackets is no colour
    return usual if usual.is_terminal else Console(highlight=False, markup=False, width=WIDTH)


_CHINESE = re.compile("[\u4e00-\u9fff]")
# What a line may be broken between.
_PIECE = re.compile("[（“《]*(?:[!-~±–]+|[^\\s（“《])[，。、；：）”》！？]*|\\s+|.")


def fold(line: str, width: int) -> str:
    """Break a line of Chinese: never within a number or a word, nor before a sign that closes.

    >>> fold("八成在428.7亿元（地方口径）之间。", 12)
    '八成在428.7\\n亿元（地方口\\n径）之间。'
    """
    lines = [""]
    for piece in _PIECE.findall(line):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return "\n".join(lines)


class _Chinese(Text):
    """Text that is broken as Chinese is: rich breaks where the line is full, in the middle of a number too."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        if options.get("no_wrap"):
            return super().wrap(console, width, **options)
        folded = "\n".join(fold(line, width) for line in self.plain.split("\n"))
        return Text(folded, style=self.style).wrap(console, width, **options)


def prose(said: str) -> str | Group:
    """Return what people read, to be printed or put into a table; ``Group`` because rich takes texts apart."""
    return Group(_Chinese(said)) if _CHINESE.search(said) else said


def show_json(rows: Sequence[Mapping[Any, Any]]) -> None:
    """Print rows as a JSON list; a number that is missing is null."""
    print(json.dumps([_jsonable(row) for row in rows], ensure_ascii=False, indent=1, allow_nan=False))


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(each) for each in value]
    if hasattr(value, "item"):  # numpy's numbers
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def table(columns: Mapping[str, str], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """Print a table; ``columns`` maps each heading to ``left``, ``right`` (numbers) or ``whole`` (names)."""
    shown = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    for heading, side in columns.items():
        # Numbers and names are not broken; headings and sentences may be. A heading of numbers is as narrow as it can.
        # Only what may be broken gives way: with a least width instead, rich makes the table too wide and cuts it off.
        words = heading.replace(" ", "\n") if side == "right" else heading
        shown.add_column(words, justify="right" if side == "right" else "left", overflow="fold", no_wrap=side != "left")
    for row in rows:
        shown.add_row(*map(prose, row))
    out = console()
    out.print(shown)
    out.print()


def listing(
    rows: Rows,
    shown: Sequence[str],
    *,
    as_json: bool,
    lang: str = "en",
    words: Mapping[str, Callable[[Any], str]] = MappingProxyType({}),
) -> None:
    """Print rows as JSON with all their fields, or as a table of the fields ``shown`` under headings in ``lang``.

    ``words`` says how a field is put into words for people; it gets the row.
    """
    if as_json:
        show_json(rows)
        return
    sides = {name: "right" if all(isinstance(row[name], float) for row in rows) else "left" for name in shown}
    sides[shown[0]] = "whole"
    headings = {text(f"list.{_field(name)}", lang): side for name, side in sides.items()}
    cells = [[words[name](row) if name in words else cell(row[name]) for name in shown] for row in rows]
    table(headings, cells)


def _field(name: str) -> str:
    """Return the name of a field without its language; a name in a language is a title, beside the identifier.

    >>> _field("name_zh"), _field("reason_en"), _field("name")
    ('title', 'reason', 'name')
    """
    bare = name.removesuffix("_en").removesuffix("_zh")
    return "title" if name != "name" and bare in ("name", "long_name") else bare


def cell(value: Any) -> str:
    """Return a value as a cell of a listing.

    >>> cell(6.4e10), cell(None), cell(["a", "b"])
    ('64,000,000,000', '', 'a, b')
    """
    if isinstance(value, float):
        return f"{value:,.15g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(each) for each in value)
    return "" if value is None else str(value)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr that the yielded function moves by (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    out = Console(stderr=True)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

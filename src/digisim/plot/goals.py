"""Plan targets as a figure shows them, read from the rows of a verdict table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from digisim.errors import InputError, phrase
from digisim.plot.fonts import Writing
from digisim.schemas import suggest
from digisim.targets import load_targets

Rows: TypeAlias = "pd.DataFrame | pd.Series[Any] | Mapping[str, Any] | str"


class Goal(NamedTuple):
    """A target value (canonical unit) due in a year, with its name in the language of the figure."""

    year: int
    value: float
    name: str


def goals(rows: Rows | None, indicator: str, city: str, how: Writing) -> list[Goal]:
    """Return the targets that ``rows`` hold for an indicator of a city, by year; equal ones once.

    ``rows`` is a verdict table, one row of it, a mapping with ``year`` and ``target_value`` (and, where known,
    ``name_en``, ``name_zh``, ``indicator``, ``region``), or the id of a target of the register.
    Rows of other indicators and cities are passed over.
    """
    if rows is None:
        return []
    if isinstance(rows, str):
        return [_registered(rows, how)]
    table = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else [dict(rows)]
    found: dict[tuple[int, float], Goal] = {}
    for row in table:
        if {"year", "target_value"} - row.keys():
            raise InputError(
                "a target has no year or no value",
                where="target",
                allowed="a verdict table, a row of it, or a mapping with year and target_value",
                next="pass the table of digisim.verdict(results)",
            )
        if row.get("indicator", indicator) == indicator and row.get("region", city) == city:
            name = str(row.get("name_zh" if how.lang == "zh" else "name_en") or "")
            goal = Goal(int(row["year"]), float(row["target_value"]), name)
            # A plan may print one target twice, in its text and in a table: the first name stands.
            found.setdefault((goal.year, goal.value), goal)
    return sorted(found.values())


def _registered(identifier: str, how: Writing) -> Goal:
    known = {target.id: target for target in load_targets()}
    if identifier not in known:
        raise InputError(
            phrase("no target {name!r}", name=identifier),
            where="target",
            allowed="an id of the register, a verdict table, a row of it, or a mapping with year and target_value",
            next=suggest(identifier, known) or "digisim targets lists the ids",
        )
    target = known[identifier]
    return Goal(target.year, target.value, target.name_zh if how.lang == "zh" else target.name_en)

"""Published history and published effect sizes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from digisim.errors import EvidenceError, phrase
from digisim.evidence.conversion import conversion, scaled
from digisim.evidence.records import Effect, HistoryRow
from digisim.registers import at_line, load_register
from digisim.resources import package_file
from digisim.schemas import describe_problems, suggest

HISTORY_COLUMNS = ("id", "region", "year", "indicator", "value", "unit", "basis", "confidence", "source")


@cache
def effects() -> dict[str, Effect]:
    """Return the effect sizes by parameter name."""
    return load_register(package_file("evidence/effects.yaml"), Effect, "effects")


def effect(name: str) -> Effect:
    """Return one effect size by name; an unknown name is an ``EvidenceError``.

    >>> effect("rd.subsidy.misuse").beliefs()[""].prior.arguments()
    {'a': 4.0, 'b': 9.0}
    """
    known = effects()
    if name not in known:
        raise EvidenceError(
            phrase("the archive holds no effect size {name!r}", name=name),
            where="effect",
            next=suggest(name, known) or "digisim.evidence.effects() lists all",
        )
    return known[name]


def history(region: str | None = None, indicator: str | None = None) -> tuple[HistoryRow, ...]:
    """Return published values in canonical units, of one region and one indicator where they are given.

    >>> [row.value for row in history("dalian", "software_revenue") if row.year == 2017]
    [105300000000.0]
    """
    rows = _history()
    regions = {row.region for row in rows}
    if region is not None and region not in regions:
        raise EvidenceError(
            phrase("no published history of the region {region!r}", region=region),
            where="history",
            allowed=", ".join(sorted(regions)),
            next=suggest(region, regions) or "choose one of these",
        )
    return tuple(row for row in rows if region in (None, row.region) and indicator in (None, row.indicator))


@cache
def _history() -> tuple[HistoryRow, ...]:
    return read_history(package_file("evidence/history.csv"))


def read_history(path: Path) -> tuple[HistoryRow, ...]:
    """Read a published-history file of the archive (UTF-8, one row per value); a fault is one error with its line."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise EvidenceError(
            "the file is not UTF-8 text", where=at_line(path.name, line), allowed="UTF-8", next="save the file as UTF-8"
        ) from None
    rows: dict[str, HistoryRow] = {}
    reader = csv.DictReader(io.StringIO(text, newline=""))
    for cells in reader:
        where = at_line(path.name, reader.line_num)
        row = _row(cells, where)
        if row.id in rows:
            raise EvidenceError(phrase("the value {id!r} is given twice", id=row.id), where=where, next="keep one")
        rows[row.id] = row
    return tuple(rows.values())


def _row(cells: Mapping[str, str], where: str) -> HistoryRow:
    if None in cells or any(cells.get(name) is None for name in HISTORY_COLUMNS):
        raise EvidenceError(
            "the row has not one cell for each column", where=where, allowed=", ".join(HISTORY_COLUMNS),
            next="check the commas there, and that a text with a comma is in quotes",
        )  # fmt: skip
    years = re.findall(r"\d{4}", cells["year"])
    if not years:
        raise EvidenceError(
            phrase("the year is {year!r}", year=cells["year"]),
            where=where, allowed="2020, 2009-01..07", next="give the year",
        )  # fmt: skip
    factor, unit = conversion(cells["unit"], where=where)
    try:
        printed = float(cells["value"])
    except ValueError:
        raise EvidenceError(
            phrase("the value is {value!r}", value=cells["value"]),
            where=where, allowed="a number", next="give it as printed",
        ) from None  # fmt: skip
    try:
        return _history_row(cells, years, printed, factor, unit)
    except ValidationError as fault:
        first = describe_problems(HistoryRow, fault)[0]
        raise EvidenceError(first.what, where=where, allowed=first.allowed, next=first.next) from None


def _history_row(cells: Mapping[str, str], years: list[str], printed: float, factor: float, unit: str) -> HistoryRow:
    return HistoryRow(
        id=cells["id"],
        region=cells["region"].lower(),
        year=int(years[-1]),
        period=cells["year"],
        annual=cells["year"] == years[0],
        indicator=cells["indicator"],
        value=scaled(printed, factor),
        unit=unit,
        printed_value=printed,
        printed_unit=cells["unit"],
        basis=cells["basis"],
        confidence=cells["confidence"],  # pydantic checks the word
        source=cells["source"],
    )

"""Published history and published effect sizes."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from digisim.errors import EvidenceError, phrase
from digisim.evidence.conversion import conversion, scaled
from digisim.evidence.records import Effect, HistoryRow
from digisim.registers import at_line, load_register
from digisim.resources import package_file
from digisim.schemas import suggest


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
    """Read a published-history file of the archive (UTF-8, one row per value)."""
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(_row(cells, at_line(path.name, line)) for line, cells in enumerate(csv.DictReader(stream), 2))


def _row(cells: Mapping[str, str], where: str) -> HistoryRow:
    years = re.findall(r"\d{4}", cells["year"])
    factor, unit = conversion(cells["unit"], where=where)
    printed = float(cells["value"])
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

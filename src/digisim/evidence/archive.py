"""The archive of figures and documents: load, look up, digest."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from digisim.errors import EvidenceError, phrase
from digisim.evidence.conversion import conversion, scaled, scaled_error
from digisim.evidence.published import effects, history
from digisim.evidence.records import DocumentRecord, Figure, FigureRow
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.schemas import suggest


@cache
def documents() -> dict[str, DocumentRecord]:
    """Return the documents by id."""
    return load_register(package_file("evidence/documents.yaml"), DocumentRecord, "documents")


@cache
def figures() -> dict[str, Figure]:
    """Return all figures of all documents by id, in canonical units, in the order of the documents."""
    found: dict[str, Figure] = {}
    for document in documents():
        path = package_file(f"evidence/figures/{document}.yaml")
        rows = load_register(path, FigureRow, "figures", error=EvidenceError)
        found |= {name: _canonical(row) for name, row in rows.items()}
    return found


def figure(id: str) -> Figure:
    """Return one figure by id; an unknown id is an ``EvidenceError``.

    >>> f = figure("dp-t1-software-revenue-2020")
    >>> f.value, f.unit, f.printed_value, f.printed_unit
    (64000000000.0, 'CNY', 640.0, '亿元')
    """
    known = figures()
    if id not in known:
        raise EvidenceError(
            phrase("the archive holds no figure {id!r}", id=id),
            next=suggest(id, known) or "digisim evidence lists all figures",
        )
    return known[id]


def _canonical(row: FigureRow) -> Figure:
    factor, unit = conversion(row.unit, row.of, where=row.id)
    content = row.model_dump(exclude={"value", "value_high", "unit", "of", "error"})
    return Figure(
        **content,
        value=scaled(row.value, factor),
        value_high=None if row.value_high is None else scaled(row.value_high, factor),
        unit=unit,
        printed_value=row.value,
        printed_unit=row.unit,
        error=scaled_error(row.error, factor),
    )


@cache
def digest() -> str:
    """Return the SHA-256 of everything the archive holds; it changes when any figure, value or prior does.

    >>> len(digest())
    64
    """
    held = [
        *documents().values(),
        *figures().values(),
        *history(),
        *effects().values(),
    ]
    text = json.dumps([row.model_dump(mode="json") for row in held], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

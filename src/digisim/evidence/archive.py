"""The archive of figures and documents: load, look up, digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from digisim.errors import EvidenceError, phrase
from digisim.evidence.conversion import conversion, scaled, scaled_error
from digisim.evidence.published import effects, history
from digisim.evidence.records import DocumentRecord, Figure, FigureRow
from digisim.registers import Document, load_register, load_yaml, read_rows
from digisim.resources import package_file
from digisim.schemas import suggest


@cache
def documents() -> dict[str, DocumentRecord]:
    """Return the documents by id."""
    return load_register(package_file("evidence/documents.yaml"), DocumentRecord, "documents")


@cache
def figures() -> dict[str, Figure]:
    """Return all figures of all documents by id, in canonical units, in the order of the documents."""
    return read_figures({name: package_file(f"evidence/figures/{name}.yaml") for name in documents()})


def read_figures(paths: Mapping[str, Path]) -> dict[str, Figure]:
    """Read the register of figures of each document; a faulty row is one error with file and line.

    An id stands once in the whole archive, a row in the file of its document, and the figures that a row names
    (``contradicts``, ``duplicate_of``, ``superseded_by``) are held.
    """
    found: dict[str, Figure] = {}
    places: dict[str, str] = {}
    for document, path in paths.items():
        text = load_yaml(path, EvidenceError)
        for number, row in enumerate(read_rows(text, FigureRow, "figures", error=EvidenceError).values()):
            _refuse_misplaced(row, document, text, number, places.get(row.id))
            places[row.id] = text.where(("figures", number))
            found[row.id] = _canonical(row, text.where(("figures", number, "unit")))
    for row_id, each in found.items():
        _refuse_unknown(each, found, places[row_id])
    return found


def _refuse_misplaced(row: FigureRow, document: str, text: Document, number: int, first: str | None) -> None:
    if row.document != document:
        raise EvidenceError(
            phrase("the figure {id!r} says it is of {document!r}", id=row.id, document=row.document),
            where=text.where(("figures", number, "document")),
            allowed=document,
            next="move the row to the file of its document, or correct 'document'",
        )
    if first is not None:
        raise EvidenceError(
            phrase("the figure {id!r} is given twice (first in {first})", id=row.id, first=first),
            where=text.where(("figures", number, "id")),
            next="keep one; a newer value is a new row, and the older one names it under superseded_by",
        )


def _refuse_unknown(row: Figure, held: Mapping[str, Figure], where: str) -> None:
    for other in filter(None, (*row.contradicts, row.duplicate_of, row.superseded_by)):
        if other not in held:
            raise EvidenceError(
                phrase("the figure {id!r} names {other!r}, which the archive does not hold", id=row.id, other=other),
                where=where,
                next=suggest(other, held) or "digisim evidence lists all figures",
            )


def figure(id: str, *, where: str = "") -> Figure:
    """Return one figure by id; an unknown id is an ``EvidenceError``, which names the place that gave it.

    >>> f = figure("dp-t1-software-revenue-2020")
    >>> f.value, f.unit, f.printed_value, f.printed_unit
    (64000000000.0, 'CNY', 640.0, '亿元')
    """
    known = figures()
    if id not in known:
        raise EvidenceError(
            phrase("the archive holds no figure {id!r}", id=id),
            where=where,
            next=suggest(id, known) or "digisim evidence lists all figures",
        )
    return known[id]


def _canonical(row: FigureRow, where: str) -> Figure:
    factor, unit = conversion(row.unit, row.of, where=where)
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
    """Return the SHA-256 of documents, figures, published values and effect sizes: of what can change a result.

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

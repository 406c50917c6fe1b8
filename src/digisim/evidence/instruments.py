"""The measures that the documents print, and their families."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from digisim.errors import EvidenceError, phrase
from digisim.evidence.archive import documents
from digisim.evidence.records import Record, Slug
from digisim.registers import load_register, load_yaml, read_rows
from digisim.resources import package_file
from digisim.schemas import suggest

OUTSIDE = "outside"
"""The family of what concerns other industries: schools, farms, ports, offices."""

Channel = Literal[
    "rd-effort", "rd-success", "spillover", "growth-targeted", "entry", "survival", "anchor", "human-capital",
    "in-migration", "retention", "matching", "space", "cost", "finance", "demand-local", "demand-export", "value-chain",
    "tax", "infra", "reputation", "data", "none",
]  # fmt: skip


class Family(Record):
    """A kind of measures, with its Chinese name."""

    name: str
    name_zh: str


class Measure(Record):
    """A measure of a document: where it stands, what it asks for, its Chinese term as printed, how it may act."""

    id: Slug
    document: Slug
    locator: str
    family: str
    scope: Literal[
        "software", "digital-core", "hardware", "sector-digitalisation", "infrastructure", "governance", "outside"
    ]
    actor: Literal["firm", "market", "government", "talent", "park"]
    text_en: Annotated[str, Field(min_length=4)]
    term: Annotated[str, Field(min_length=3)]
    mechanism: Annotated[tuple[Channel, ...], Field(min_length=1)]
    rule: str = ""
    corrections: str = ""

    @property
    def in_scope(self) -> bool:
        """Whether the measure concerns the software industry or what it sells to."""
        return self.family != OUTSIDE


@cache
def measure_families() -> dict[str, Family]:
    """Return the families of measures by name, in the order of the inventory."""
    return load_register(package_file("evidence/families.yaml"), Family, "families", error=EvidenceError)


@cache
def measures() -> dict[str, Measure]:
    """Return all measures of all documents by id, in the order of the documents.

    >>> measures()["qd-m-training-subsidy"].term
    '青岛市软件人才培训基地'
    """
    return read_measures({name: package_file(f"evidence/measures/{name}.yaml") for name in documents()})


def read_measures(paths: Mapping[str, Path]) -> dict[str, Measure]:
    """Read the register of measures of each document; a faulty row is one error with file and line.

    An id stands once in the whole archive, a row in the file of its document, and its family is known.
    """
    found: dict[str, Measure] = {}
    for document, path in paths.items():
        text = load_yaml(path, EvidenceError)
        for number, row in enumerate(read_rows(text, Measure, "measures", error=EvidenceError).values()):
            where = text.where(("measures", number))
            if row.document != document:
                raise EvidenceError(
                    phrase("the measure {id!r} says it is of {document!r}", id=row.id, document=row.document),
                    where=where,
                    allowed=document,
                    next="move the row to the file of its document, or correct 'document'",
                )
            if row.id in found:
                raise EvidenceError(
                    phrase("the measure {id!r} is given twice", id=row.id), where=where, next="keep one of them"
                )
            if row.family not in measure_families():
                raise EvidenceError(
                    phrase("the measure {id!r} is of an unknown family {family!r}", id=row.id, family=row.family),
                    where=where,
                    allowed=", ".join(measure_families()),
                    next=suggest(row.family, measure_families()) or "choose one of the families",
                )
            found[row.id] = row
    return found


def measure(id: str, *, where: str = "") -> Measure:
    """Return one measure by id; an unknown id is an ``EvidenceError``, which names the place that gave it.

    >>> measure("d28-m-ip-pledge").text_en
    'Carry out intellectual property pledge financing'
    """
    known = measures()
    if id not in known:
        raise EvidenceError(
            phrase("the archive holds no measure {id!r}", id=id),
            where=where,
            next=suggest(id, known) or "digisim levers --coverage --json lists all measures",
        )
    return known[id]

"""Which measures of the documents a lever stands for, and why none stands for the others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from digisim.errors import DefectError, EvidenceError, phrase
from digisim.evidence import Measure, documents, measure, measure_families, measures
from digisim.messages import LANGUAGES, text
from digisim.policy.levers import load_levers
from digisim.registers import load_yaml, read_rows
from digisim.resources import package_file


class UnmappedRow(BaseModel):
    """A row of the register of measures without a lever: the reason's name, and the measures."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    measures: Annotated[tuple[str, ...], Field(min_length=1)]


@cache
def lever_of() -> dict[str, str]:
    """Return the lever by measure.

    >>> lever_of()["d28-m-ip-pledge"]
    'ip_pledge'
    """
    return {id: lever.name for lever in load_levers().values() for id in lever.measures}


def measures_by_lever(region: str) -> dict[str, tuple[str, ...]]:
    """Return the measures of a region's documents by lever, every lever named.

    >>> measures_by_lever("dalian")["ip_pledge"], measures_by_lever("qingdao")["ip_pledge"]
    (('d28-m-ip-pledge',), ())
    """
    here = {name for name, held in documents().items() if held.region == region}
    return {
        name: tuple(id for id in lever.measures if measures()[id].document in here)
        for name, lever in load_levers().items()
    }


def coverage() -> pd.DataFrame:
    """Return per document and family how many measures concern the industry, have a lever, or have a reason why not.

    >>> coverage()[["measures", "mapped", "explained"]].sum().tolist()[0]
    449
    """
    held = [row for row in measures().values() if row.in_scope]
    kinds = [(document, family) for document in documents() for family in measure_families()]
    rows = []
    for kind in kinds:
        here = [row for row in held if (row.document, row.family) == kind]
        if here:
            mapped = sum(row.id in lever_of() for row in here)
            explained = sum(row.id not in lever_of() and bool(reason(row)) for row in here)
            rows.append((*kind, len(here), mapped, explained))
    return pd.DataFrame(rows, columns=["document", "family", "measures", "mapped", "explained"])


def without_lever() -> pd.DataFrame:
    """Return the measures that concern the industry and have no lever, each with the reason in both languages.

    >>> without_lever().columns.tolist()
    ['document', 'family', 'id', 'text_en', 'term', 'reason_en', 'reason_zh']
    """
    rows = [
        (row.document, row.family, row.id, row.text_en, row.term, *reason(row))
        for row in measures().values()
        if row.in_scope and row.id not in lever_of()
    ]
    return pd.DataFrame(
        rows, columns=["document", "family", "id", "text_en", "term", "reason_en", "reason_zh"]
    )


def reason(row: Measure) -> tuple[str, str]:
    """Return why a measure has no lever, in English and Chinese; one without a reason is a ``DefectError``.

    >>> from digisim.evidence import measure
    >>> reason(measure("dp-m-ic-fabs"))[0]
    'plants that make, package or equip chips, which are not simulated; chip design stands under a lever'
    """
    name = listed_reasons().get(row.id, None if row.in_scope else row.family)
    if name is None:
        raise DefectError(
            f"the measure {row.id!r} stands under no lever and nothing says why",
            where="policy/unmapped.yaml",
            next="name it under a lever, or list it under a reason",
        )
    english, chinese = (text(f"unmapped.{name}", lang) for lang in LANGUAGES)
    return english, chinese


@cache
def listed_reasons() -> dict[str, str]:
    """Return the name of the reason by measure, as ``unmapped.yaml`` lists them."""
    return read_reasons(package_file("policy/unmapped.yaml"))


def read_reasons(path: Path) -> dict[str, str]:
    """Read a register of reasons: each measure is held, stands under one reason, and has no lever."""
    found: dict[str, str] = {}
    document = load_yaml(path, EvidenceError)
    for number, row in enumerate(read_rows(document, UnmappedRow, "unmapped", error=EvidenceError).values()):
        for place, id in enumerate(row.measures):
            where = document.where(("unmapped", number, "measures", place))
            measure(id, where=where)
            if id in found:
                raise EvidenceError(
                    phrase("the measure {id!r} is listed twice", id=id), where=where, next="keep one of the reasons"
                )
            if id in lever_of():
                raise EvidenceError(
                    phrase("the measure {id!r} stands under the lever {lever!r}", id=id, lever=lever_of()[id]),
                    where=where,
                    next="remove it from one of the two registers",
                )
            found[id] = row.name
    return found

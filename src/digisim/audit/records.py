"""What the audit reads (a user's plan, registers of its own) and what it says (findings)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from digisim.audit.relations import STATED_TOLERANCE, Relation
from digisim.errors import phrase
from digisim.evidence.records import ErrorModel, Number, Record, Slug, Year
from digisim.targets import PlanRow, PlanTarget

Severity = Literal["contradiction", "tension", "info"]


class IdleRow(Record):
    """A row of the register of figures that the model does not use: the reason's name, and the figures."""

    name: str
    figures: Annotated[tuple[Slug, ...], Field(min_length=1)]


class WholeRow(Record):
    """A row of the register of what published indicators are of one another; names under ``of`` may hold a star."""

    id: Slug
    kind: Literal["part", "apart", "classes", "least"]
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    whole: Annotated[tuple[str, ...], Field(min_length=1)]
    loosely: tuple[str, ...] = ()
    nested: bool = False
    least: Number | None = None
    unit: str = ""
    name_en: str = ""
    name_zh: str = ""
    source_en: str = ""
    source_zh: str = ""
    year: Year | None = None

    @model_validator(mode="after")
    def _bound(self) -> WholeRow:
        said = (self.unit, self.name_en, self.name_zh, self.source_en, self.source_zh, self.year)
        if (self.kind == "least") != (self.least is not None) or (self.kind == "least") != all(said):
            raise ValueError("a least ratio, and nothing else, has least, unit, year, name and source in two languages")
        return self


class CaseRow(Record):
    """A case that a reader noted: the relations whose findings say it, or the reason why none does."""

    id: Slug
    title_en: str
    title_zh: str
    findings: tuple[Slug, ...] = ()
    reason_en: str = ""
    reason_zh: str = ""

    @model_validator(mode="after")
    def _found_or_reason(self) -> CaseRow:
        if bool(self.findings) == bool(self.reason_en) or bool(self.reason_en) != bool(self.reason_zh):
            raise ValueError("a case has findings, or a reason in both languages")
        return self


class PlanFigure(PlanRow):
    """A figure of a user's plan."""

    error: ErrorModel | None = None


class Statement(Record):
    """A growth rate that a user's plan states up to one of its figures or targets: from another, or since a year."""

    id: Slug
    kind: Literal["growth"]
    start: Slug | None = None
    since: Year | None = None
    end: Slug
    value: Number
    unit: str
    basis: str = ""
    tolerance: Annotated[Number, Field(ge=0)] = STATED_TOLERANCE

    @model_validator(mode="after")
    def _one_start(self) -> Statement:
        if (self.start is None) == (self.since is None):
            raise ValueError(phrase("a statement has either start or since"))
        return self


class PlanFile(Record):
    """A plan that a user writes: figures of the present, targets, stated growth, relations between them."""

    plan: Slug
    region: Slug
    title_en: str = ""
    title_zh: str = ""
    figures: tuple[PlanFigure, ...] = ()
    targets: tuple[PlanTarget, ...] = ()
    statements: tuple[Statement, ...] = ()
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_unit(cls, content: object) -> object:
        """YAML reads the unit 1 as a number."""
        if not isinstance(content, dict):
            return content
        return content | {
            key: [_named_unit(row) for row in content[key]]
            for key in ("figures", "targets", "statements")
            if isinstance(content.get(key), list)
        }


def _named_unit(row: object) -> object:
    one = isinstance(row, dict) and row.get("unit") == 1 and type(row["unit"]) is int
    return {**row, "unit": "1"} if isinstance(row, dict) and one else row


class Finding(Record):
    """One thing that arithmetic says about a plan, with the figures it rests on and the numbers it computed."""

    id: str
    plan: str
    kind: str
    severity: Severity
    figures: tuple[str, ...]
    numbers: dict[str, float]
    text_en: str
    text_zh: str

    def text(self, lang: str) -> str:
        """Return the sentence in ``en`` or ``zh``."""
        return self.text_zh if lang == "zh" else self.text_en

"""What the audit reads (relations between figures, a user's plan) and what it says (findings)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from digisim.evidence.records import ErrorModel, Number, Record, Slug
from digisim.targets import PlanRow, PlanTarget

Severity = Literal["contradiction", "tension", "info"]
Wideness = Literal["same", "wider", "narrower"]

STATED_TOLERANCE = 0.005  # a rate printed to the whole per cent may be half of one off


class RelationBase(Record):
    """What every relation between figures has: an id, and a remark for the reader (no numbers) in both languages."""

    id: Slug
    note_en: str = ""
    note_zh: str = ""


class Growth(RelationBase):
    """The growth a year that two figures imply; ``benchmark`` is a published growth rate to hold it against."""

    kind: Literal["growth"]
    start: Slug
    end: Slug
    benchmark: Slug | None = None


class StatedGrowth(RelationBase):
    """A growth rate that a plan states against the one its figures imply; ``rate`` is a figure, a share a year."""

    kind: Literal["stated_growth"]
    start: Slug
    end: Slug
    rate: Slug
    tolerance: Annotated[Number, Field(ge=0)] = STATED_TOLERANCE


class Path(RelationBase):
    """Three or more figures of one thing over the years: does growth have to speed up?"""

    kind: Literal["path"]
    name_en: str = ""
    name_zh: str = ""
    figures: Annotated[tuple[Slug, ...], Field(min_length=3)]


class Parts(RelationBase):
    """Parts that are added up to a whole."""

    kind: Literal["parts"]
    whole: Slug
    parts: Annotated[tuple[Slug, ...], Field(min_length=2)]


class PartOf(RelationBase):
    """A part that cannot exceed its whole, where the whole is known for one or more years."""

    kind: Literal["part_of"]
    part: Slug
    whole: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Same(RelationBase):
    """Two figures that a reader takes for one thing; ``basis_differs`` where the plan itself defines them apart."""

    kind: Literal["same"]
    basis_differs: bool = False
    figures: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=2)]


class Pair(Record):
    """A numerator and a denominator."""

    numerator: Slug
    denominator: Slug


class Ratios(RelationBase):
    """A ratio that pairs of figures imply at several times, such as revenue per head."""

    kind: Literal["ratios"]
    name_en: str
    name_zh: str
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1)]


class SharePath(RelationBase):
    """A share that moves from ``start`` to ``end`` while its numerator grows at ``rate``: what must the whole do?"""

    kind: Literal["share_path"]
    start: Slug
    end: Slug
    rate: Slug
    whole_en: str
    whole_zh: str


class Present(RelationBase):
    """A target against the region's figure of the present; it follows from the indicator and is never written.

    ``count`` is the published indicator that the target means, ``wideness`` how it counts beside that figure, and
    ``means`` whether the target is a level or a change.
    """

    kind: Literal["present"]
    region: Slug
    role: str
    start: Slug
    end: Slug
    count: str
    wideness: Wideness
    means: Literal["level", "increment", "share", "growth"]


Relation = Annotated[
    Growth | StatedGrowth | Path | Parts | PartOf | Same | Ratios | SharePath, Field(discriminator="kind")
]


def referred(relation: Relation | Present) -> tuple[str, ...]:
    """Return the ids of the figures a relation rests on, each once, in the order it names them.

    >>> referred(Parts(id="x", kind="parts", whole="w", parts=("a", "b")))
    ('w', 'a', 'b')
    """
    if isinstance(relation, Ratios):
        ids = [i for pair in relation.pairs for i in (pair.numerator, pair.denominator)]
    elif isinstance(relation, Parts):
        ids = [relation.whole, *relation.parts]
    elif isinstance(relation, PartOf):
        ids = [relation.part, *relation.whole]
    elif isinstance(relation, Path | Same):
        ids = [*relation.figures]
    elif isinstance(relation, Growth | Present):
        ids = [relation.start, relation.end]
    else:
        ids = [relation.start, relation.end, relation.rate]
    return tuple(dict.fromkeys(ids))


class RelationRow(Record):
    """A row of the register of relations."""

    id: Slug
    relation: Relation

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, row: object) -> object:
        # The file writes one flat mapping; the discriminated union needs a field of its own.
        return {"id": row.get("id"), "relation": row} if isinstance(row, dict) and "relation" not in row else row


class IdleRow(Record):
    """A row of the register of figures that the model does not use: the reason's name, and the figures."""

    name: str
    figures: Annotated[tuple[Slug, ...], Field(min_length=1)]


class PlanFigure(PlanRow):
    """A figure of a user's plan."""

    error: ErrorModel | None = None


class Statement(Record):
    """A growth rate that a user's plan states between two of its figures or targets."""

    id: Slug
    kind: Literal["growth"]
    start: Slug
    end: Slug
    value: Number
    unit: str
    basis: str = ""
    tolerance: Annotated[Number, Field(ge=0)] = STATED_TOLERANCE


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

"""Relations between figures, as the register and a user's plan write them; each kind has its check of the same name."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from digisim.errors import phrase
from digisim.evidence.records import Number, Record, Slug, Year

Wideness = Literal["same", "wider", "narrower"]
Some = Annotated[tuple[Slug, ...], Field(min_length=1)]

STATED_TOLERANCE = 0.005  # a rate printed to the whole per cent may be half of one off
RATIO_TOLERANCE = 0.01  # of the printed ratio: printed to two or three digits


class Referring(Record):
    """A record that names figures: ``refers`` lists the fields that do, in order."""

    refers: ClassVar[tuple[str, ...]] = ()


class Pair(Referring):
    """A numerator over a denominator; ``less`` is taken from the numerator, as for what is added between two years."""

    refers: ClassVar[tuple[str, ...]] = ("numerator", "less", "denominator")
    numerator: Slug
    denominator: Slug
    less: Slug | None = None


class RelationBase(Referring):
    """What every relation has: an id, a remark for the reader (no numbers) in both languages; ``quiet`` drops info."""

    id: Slug
    note_en: str = ""
    note_zh: str = ""
    quiet: bool = False


class Growth(RelationBase):
    """The growth a year that two figures imply; ``benchmark`` is a published growth rate to hold it against."""

    refers: ClassVar[tuple[str, ...]] = ("start", "end")
    kind: Literal["growth"]
    start: Slug
    end: Slug
    benchmark: Slug | None = None


class StatedGrowth(RelationBase):
    """A growth rate that a plan states against the one its figures imply; ``rate`` is a figure: a share a year, or a
    share over all the years between the two."""  # fmt: skip

    refers: ClassVar[tuple[str, ...]] = ("start", "end", "rate")
    kind: Literal["stated_growth"]
    start: Slug
    end: Slug
    rate: Slug
    tolerance: Annotated[Number, Field(ge=0)] = STATED_TOLERANCE


class Base(RelationBase):
    """Where a target starts if it grew at the stated rate since a year; ``benchmark`` is a published value of then."""

    refers: ClassVar[tuple[str, ...]] = ("end", "rate")
    kind: Literal["base"]
    end: Slug
    rate: Slug
    since: Year
    benchmark: Slug | None = None


class Rates(RelationBase):
    """Growth of a part beside growth of its whole since a year: the share falls if the part grows more slowly."""

    refers: ClassVar[tuple[str, ...]] = ("part", "whole")
    kind: Literal["rates"]
    part: Slug
    whole: Slug
    since: Year
    share_en: str
    share_zh: str


class SumGrowth(RelationBase):
    """The growth of a sum of figures, beside a growth rate that the plan states for what they make up."""

    refers: ClassVar[tuple[str, ...]] = ("starts", "ends", "rate")
    kind: Literal["sum_growth"]
    starts: Some
    ends: Some
    rate: Slug


class Path(RelationBase):
    """Three or more figures of one thing over the years: does growth have to speed up?"""

    refers: ClassVar[tuple[str, ...]] = ("figures",)
    kind: Literal["path"]
    name_en: str = ""
    name_zh: str = ""
    figures: Annotated[tuple[Slug, ...], Field(min_length=3)]


class Parts(RelationBase):
    """Parts that are added up to a whole; ``doubtful`` are parts that may or may not count to it."""

    refers: ClassVar[tuple[str, ...]] = ("whole", "parts", "doubtful")
    kind: Literal["parts"]
    whole: Slug
    parts: Annotated[tuple[Slug, ...], Field(min_length=2)]
    doubtful: tuple[Slug, ...] = ()


class PartOf(RelationBase):
    """A part that cannot exceed its whole, where the whole is known for one or more years; ``basis_differs`` if the
    part may be by a wider count."""  # fmt: skip

    refers: ClassVar[tuple[str, ...]] = ("part", "whole")
    kind: Literal["part_of"]
    basis_differs: bool = False
    part: Slug
    whole: Some


class ShareOf(RelationBase):
    """How much of a whole some of its parts are together; ``basis_differs`` if they may be by a wider count."""

    refers: ClassVar[tuple[str, ...]] = ("parts", "whole")
    kind: Literal["share_of"]
    basis_differs: bool = False
    parts: Some
    whole: Slug


class SizeClass(Referring):
    """So many members of at least a size."""

    refers: ClassVar[tuple[str, ...]] = ("count", "threshold")
    count: Slug
    threshold: Slug


class Classes(RelationBase):
    """Size classes that together cannot be more than the whole; ``nested`` counts hold the larger classes as well;
    ``basis_differs`` if the whole may be by a narrower count."""  # fmt: skip

    refers: ClassVar[tuple[str, ...]] = ("whole", "classes")
    kind: Literal["classes"]
    whole: Slug
    nested: bool = False
    basis_differs: bool = False
    classes: Annotated[tuple[SizeClass, ...], Field(min_length=1)]


class Excess(RelationBase):
    """What a whole holds beyond ``count`` members of an earlier mean; with ``threshold`` and ``target``: one member of
    that size, which a target asks for, may be there already."""  # fmt: skip

    refers: ClassVar[tuple[str, ...]] = ("whole", "count", "mean", "threshold", "target")
    kind: Literal["excess"]
    whole: Slug
    count: Slug
    mean: Pair
    threshold: Slug | None = None
    target: Slug | None = None

    @model_validator(mode="after")
    def _both(self) -> Excess:
        if (self.threshold is None) != (self.target is None):
            raise ValueError(phrase("threshold and target stand together"))
        return self


class Same(RelationBase):
    """Two figures that a reader takes for one thing; ``basis_differs`` where the plan itself defines them apart."""

    refers: ClassVar[tuple[str, ...]] = ("figures",)
    kind: Literal["same"]
    basis_differs: bool = False
    figures: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=2)]


class Ratios(RelationBase):
    """A ratio that pairs of figures imply at several times; ``benchmark`` is the same ratio of two published values."""

    refers: ClassVar[tuple[str, ...]] = ("pairs",)
    kind: Literal["ratios"]
    name_en: str
    name_zh: str
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1)]
    benchmark: Pair | None = None


class StatedRatio(RelationBase):
    """A printed ratio, share or multiple against the two figures that it is of."""

    refers: ClassVar[tuple[str, ...]] = ("stated", "numerator", "denominator")
    kind: Literal["stated_ratio"]
    stated: Slug
    numerator: Slug
    denominator: Slug
    tolerance: Annotated[Number, Field(ge=0)] = RATIO_TOLERANCE


class SharePath(RelationBase):
    """A share that moves from ``start`` to ``end`` while its numerator grows at ``rate``: what must the whole do?"""

    refers: ClassVar[tuple[str, ...]] = ("start", "end", "rate")
    kind: Literal["share_path"]
    start: Slug
    end: Slug
    rate: Slug
    whole_en: str
    whole_zh: str


class Rule(RelationBase):
    """A bound that the plan sets (``limit``) against what its own figures imply; ``basis_differs`` if it may be by
    another basis than they are, ``source_en`` and ``source_zh`` where another than the plan sets it."""  # fmt: skip

    refers: ClassVar[tuple[str, ...]] = ("limit", "pairs")
    kind: Literal["rule"]
    limit: Slug
    holds: Literal["at_least", "at_most"] = "at_least"
    basis_differs: bool = False
    source_en: str = ""
    source_zh: str = ""
    pairs: Annotated[tuple[Pair, ...], Field(min_length=1)]


class Step(Referring):
    """An award and the size from which it is paid."""

    refers: ClassVar[tuple[str, ...]] = ("threshold", "amount")
    threshold: Slug
    amount: Slug


class Schedule(RelationBase):
    """Awards by size, the smallest first: is a larger one less of what it rewards?"""

    refers: ClassVar[tuple[str, ...]] = ("steps",)
    kind: Literal["schedule"]
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]


class Cap(RelationBase):
    """A subsidy at a rate up to a cap: from which amount on (``base_en``, ``base_zh``) does the cap bind?"""

    refers: ClassVar[tuple[str, ...]] = ("rate", "cap")
    kind: Literal["cap"]
    rate: Slug
    cap: Slug
    base_en: str
    base_zh: str


class Route(RelationBase):
    """A total to be reached by so many a year, in each of an unprinted number of units: how many units does it take?"""

    refers: ClassVar[tuple[str, ...]] = ("total", "rate", "years")
    kind: Literal["route"]
    total: Slug
    rate: Slug
    years: Slug
    units_en: str
    units_zh: str


class Listed(RelationBase):
    """A count of things of which some are named: how many are not?"""

    refers: ClassVar[tuple[str, ...]] = ("count",)
    kind: Literal["listed"]
    count: Slug
    names_en: Annotated[tuple[str, ...], Field(min_length=1)]
    names_zh: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _both(self) -> Listed:
        if len(self.names_en) != len(self.names_zh):
            raise ValueError(phrase("one language names more than the other"))
        return self


class Basis(Referring):
    """A figure, or a ratio of two, with the basis it is on."""

    refers: ClassVar[tuple[str, ...]] = ("figure", "over")
    figure: Slug
    over: Slug | None = None
    basis_en: str
    basis_zh: str


class Incomparable(RelationBase):
    """Figures that look alike and do not compare: another measure, another coverage, a level and an increment."""

    refers: ClassVar[tuple[str, ...]] = ("items",)
    kind: Literal["incomparable"]
    items: Annotated[tuple[Basis, ...], Field(min_length=2)]


class Unanchored(RelationBase):
    """Targets of whose present no figure is printed: whether they are ambitious cannot be computed."""

    refers: ClassVar[tuple[str, ...]] = ("targets",)
    kind: Literal["unanchored"]
    targets: Some


class Present(RelationBase):
    """A target against the region's figure of the present; it follows from the indicator and is never written.

    ``count`` is the published indicator that the target means, ``wideness`` how it counts beside that figure, and
    ``means`` whether the target is a level or a change.
    """

    refers: ClassVar[tuple[str, ...]] = ("start", "end")
    kind: Literal["present"]
    region: Slug
    role: str
    start: Slug
    end: Slug
    count: str
    wideness: Wideness
    means: Literal["level", "increment", "share", "growth"]


Relation = Annotated[
    Growth
    | StatedGrowth
    | Base
    | Rates
    | SumGrowth
    | Path
    | Parts
    | PartOf
    | ShareOf
    | Classes
    | Excess
    | Same
    | Ratios
    | StatedRatio
    | SharePath
    | Rule
    | Schedule
    | Cap
    | Route
    | Listed
    | Incomparable
    | Unanchored,
    Field(discriminator="kind"),
]


def referred(relation: Referring) -> tuple[str, ...]:
    """Return the ids of the figures a relation rests on, each once, in the order it names them.

    >>> referred(Parts(id="x", kind="parts", whole="w", parts=("a", "b")))
    ('w', 'a', 'b')
    """
    ids: list[str] = []
    for name in relation.refers:
        value = getattr(relation, name)
        for each in value if isinstance(value, tuple) else (value,):
            ids += referred(each) if isinstance(each, Referring) else [each] if each is not None else []
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

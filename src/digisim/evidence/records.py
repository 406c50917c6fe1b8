"""What the archive holds: documents, figures, published values, effect sizes, each as a checked record."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from digisim.errors import phrase

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2100)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]

Scope = Literal["software", "digital-core", "hardware", "sector-digitalisation", "infrastructure", "outside"]
Role = Literal["history", "baseline", "target", "rule-parameter", "problem-statement"]
Qualifier = Literal[
    "exact", "about", "nearly", "more than", "at least", "at most", "class", "cumulative", "range"
]  # fmt: skip


class Record(BaseModel):
    """A row of a register: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitRow(Record):
    """A unit as documents print it: one of it is ``factor`` of the canonical unit; ``counts`` anything if so marked."""

    name: str
    canonical: str
    factor: Number
    counts: bool = False


class DocumentRecord(Record):
    """A document that figures come from."""

    id: Slug
    title_en: str
    title_zh: str
    issuer_en: str
    issuer_zh: str
    number: str
    date: str
    region: str


class ErrorModel(Record):
    """How far the true value may lie from the printed one, in the printed unit, with the reason."""

    kind: Literal["exact", "uniform", "normal"]
    reason: str
    low: Number | None = None
    high: Number | None = None
    sd: Number | None = None

    @model_validator(mode="after")
    def _complete(self) -> ErrorModel:
        has_range = self.low is not None and self.high is not None and self.low < self.high
        has_sd = self.sd is not None and self.sd > 0
        wanted = {"exact": (False, False), "uniform": (True, False), "normal": (False, True)}[self.kind]
        if (has_range, has_sd) != wanted:
            raise ValueError(phrase("an error model is exact, uniform with low < high, or normal with sd > 0"))
        return self


class FigureRow(Record):
    """A figure of a document as the register writes it: value and unit as printed."""

    id: Slug
    document: Slug
    locator: str
    region: Slug
    place: str | None = None
    name_en: str
    name_zh: str
    scope: Scope
    role: Role
    value: Number
    value_high: Number | None = None
    unit: str
    of: str | None = None
    qualifier: Qualifier
    year: Year
    period: str
    printed: str
    basis: str
    note: str = ""
    corrections: str = ""
    contradicts: tuple[Slug, ...] = ()
    duplicate_of: Slug | None = None
    superseded_by: Slug | None = None
    error: ErrorModel | None = None

    @model_validator(mode="after")
    def _range(self) -> FigureRow:
        if (self.qualifier == "range") != (self.value_high is not None and self.value_high > self.value):
            raise ValueError(phrase("a range has value and a greater value_high; nothing else has a value_high"))
        return self


class Figure(Record):
    """A figure in canonical units: ``value`` in ``unit`` (CNY, person, 1 ...), with the printed form beside it."""

    id: str
    document: str
    locator: str
    region: str
    place: str | None
    name_en: str
    name_zh: str
    scope: Scope
    role: Role
    value: Number
    value_high: Number | None
    unit: str
    printed: str
    printed_value: Number
    printed_unit: str
    qualifier: Qualifier
    year: Year
    period: str
    basis: str
    note: str
    corrections: str
    contradicts: tuple[str, ...]
    duplicate_of: str | None
    superseded_by: str | None
    error: ErrorModel | None


class HistoryRow(Record):
    """A published value; ``annual`` is false where the period is a part of a year or several years."""

    id: Slug
    region: Slug
    year: Year
    period: str
    annual: bool
    indicator: str
    value: Number
    unit: str
    printed_value: Number
    printed_unit: str
    basis: str
    confidence: Literal["high", "medium", "low"]
    source: str


PRIOR_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Normal": ("mean", "sd"),
    "TruncNormal": ("mean", "sd", "low", "high"),
    "Lognormal": ("median", "sigma"),
    "NegLognormal": ("median", "sigma"),
    "Beta": ("a", "b"),
    "Triangular": ("low", "mode", "high"),
    "Exponential": ("mean",),
}


class Prior(Record):
    """A distribution by name with its arguments; ``NegLognormal`` is minus a Lognormal."""

    dist: Literal["Normal", "TruncNormal", "Lognormal", "NegLognormal", "Beta", "Triangular", "Exponential"]
    mean: Number | None = None
    sd: Number | None = None
    low: Number | None = None
    high: Number | None = None
    median: Number | None = None
    sigma: Number | None = None
    a: Number | None = None
    b: Number | None = None
    mode: Number | None = None

    @model_validator(mode="after")
    def _arguments(self) -> Prior:
        given = {name for name, value in self if name != "dist" and value is not None}
        wanted = PRIOR_ARGUMENTS[self.dist]
        if given != set(wanted):
            raise ValueError(f"{self.dist} takes {', '.join(wanted)}")
        return self

    def arguments(self) -> dict[str, float]:
        """Return the arguments by name.

        >>> Prior(dist="Beta", a=4.0, b=9.0).arguments()
        {'a': 4.0, 'b': 9.0}
        """
        return {name: float(getattr(self, name)) for name in PRIOR_ARGUMENTS[self.dist]}


class Belief(Record):
    """One uncertain number: median ``central``, about 90% of belief between ``low`` and ``high``, and its prior."""

    central: Number
    low: Number
    high: Number
    prior: Prior


class Effect(Record):
    """A published effect size; where it has several uncertain numbers they are ``components`` by name."""

    name: str
    meaning: str
    unit: str
    central: Number | None = None
    low: Number | None = None
    high: Number | None = None
    prior: Prior | None = None
    components: dict[str, Belief] = {}
    profile: tuple[Number, ...] = ()
    confidence: Literal["high", "medium", "low"]
    source: str
    transfer: str

    @model_validator(mode="after")
    def _one_form(self) -> Effect:
        single = [value is not None for value in (self.central, self.low, self.high, self.prior)]
        if all(single) == bool(self.components) or any(single) != all(single):
            raise ValueError("an effect has central, low, high and prior, or components that have them")
        return self

    def beliefs(self) -> dict[str, Belief]:
        """Return the uncertain numbers by component; a plain effect has one, under the empty name."""
        if self.components:
            return dict(self.components)
        return {"": Belief.model_validate({k: getattr(self, k) for k in ("central", "low", "high", "prior")})}

"""What a target says: in the register (``TargetRow``), in a user's plan (``PlanTarget``), and ready to score."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, get_args

from pydantic import model_validator

from digisim.evidence.records import Number, Record, Slug, Year

Operator = Literal["ministry", "local", "latent"]
Comparison = Literal["at_least", "more_than", "about"]
Kind = Literal["level", "increment", "share", "growth"]
Unscored = Literal["inside", "no_present", "nothing_counted", "other_sector"]
UNSCORED: tuple[Unscored, ...] = get_args(Unscored)
"""Kinds of targets that are not scored, those of this industry first."""

OPERATORS: MappingProxyType[str, str] = MappingProxyType({"ministry": "", "local": "_local", "latent": "_latent"})
"""Whose count -> suffix of the published indicator's identifier (the bare name is the ministry's)."""


class TargetRow(Record):
    """A target in the register; its value, unit and names are those of the figure of the same id."""

    id: Slug
    region: Slug
    indicator: str | None
    year: Year
    comparison: Comparison
    kind: Kind
    operators: tuple[Operator, ...] = ()
    one_perimeter: bool = False
    duplicate_of: Slug | None = None
    unscored: Unscored | None = None
    reason_unscored: str = ""
    reason_unscored_zh: str = ""
    reading: str = ""
    reading_zh: str = ""

    @model_validator(mode="after")
    def _scored_or_reason(self) -> TargetRow:
        scored = self.indicator is not None
        if scored != bool(self.operators) or scored == bool(self.reason_unscored):
            raise ValueError("a target has an indicator with operators, or no indicator with reason_unscored")
        if (self.unscored is None) != scored:
            raise ValueError("a target without an indicator, and only it, says under unscored what kind it is")
        if bool(self.reason_unscored) != bool(self.reason_unscored_zh):
            raise ValueError("the reason stands in one language only")
        if bool(self.reading) != bool(self.reading_zh) or (self.reading and not scored):
            raise ValueError("a reading stands in both languages, and only where a target has an indicator")
        return self


class PlanRow(Record):
    """What every number in a user's plan file has; value and unit as printed there."""

    id: Slug
    name_en: str = ""
    name_zh: str = ""
    indicator: str | None = None
    year: Year
    value: Number
    unit: str
    of: str | None = None
    basis: str = ""


class PlanTarget(PlanRow):
    """A target in a user's plan file, judged by ``operators``; or, in a region's, the reason why nothing scores it."""

    comparison: Comparison = "at_least"
    kind: Kind = "level"
    operators: tuple[Operator, ...] = ("local",)
    reason_unscored: str = ""
    reason_unscored_zh: str = ""


class Target(Record):
    """A target in canonical units."""

    id: str
    region: str
    document: str
    indicator: str | None
    year: int
    value: Number
    unit: str
    comparison: Comparison
    kind: Kind
    operators: tuple[Operator, ...]
    one_perimeter: bool
    duplicate_of: str | None
    unscored: Unscored | None
    reason_unscored: str
    reason_unscored_zh: str
    reading: str = ""
    reading_zh: str = ""
    name_en: str
    name_zh: str
    printed: str
    basis: str

    def variable(self, operator: Operator) -> str:
        """Return the identifier of the published indicator that one operator's verdict reads.

        >>> from digisim.targets import load_targets
        >>> revenue = {t.id: t for t in load_targets("dalian")}["d28-revenue-2028"]
        >>> [revenue.variable(operator) for operator in revenue.operators]
        ['software_revenue', 'software_revenue_local']
        """
        return f"{self.indicator}{'' if self.one_perimeter else OPERATORS[operator]}"

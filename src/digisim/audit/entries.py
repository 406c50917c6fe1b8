"""One shape for everything the checks compute with: a figure of the archive, a user's figure, a user's target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from digisim.audit.records import PlanFigure, Statement
from digisim.errors import PlanError, phrase
from digisim.evidence import Figure, conversion, scaled, scaled_error
from digisim.evidence.records import ErrorModel
from digisim.statistics import load_indicators
from digisim.targets import OPERATORS, PlanTarget


@dataclass(frozen=True)
class Entry:
    """A number with its name, year and unit; ``low`` and ``high`` bound what the printed figure may mean.

    ``counts`` are the published indicators that it means, ``half`` is half a unit of its last printed digit.
    """

    id: str
    name_en: str
    name_zh: str
    value: float
    low: float
    high: float
    unit: str
    year: int
    is_target: bool
    qualifier: str = "exact"
    indicator: str | None = None
    document: str = ""
    means: str = "level"
    counts: tuple[str, ...] = ()
    half: float = 0.0

    def name(self, lang: str) -> str:
        """Return the name in ``en`` or ``zh``."""
        return self.name_zh if lang == "zh" else self.name_en


def _bounds(value: float, error: ErrorModel | None) -> tuple[float, float]:
    if error is not None and error.low is not None and error.high is not None:
        return error.low, error.high
    if error is not None and error.sd is not None:
        return value - 2 * error.sd, value + 2 * error.sd  # about 95% of a normal law
    return value, value


def half_digit(value: float, factor: float) -> float:
    """Return half a unit of the last printed digit of a number, in the unit that ``factor`` leads to.

    >>> half_digit(463.3, 1e8), half_digit(600.0, 1e8)
    (5000000.0, 50000000.0)
    """
    last = min(int(Decimal(repr(value)).normalize().as_tuple().exponent), 0)  # round numbers may be exact
    return scaled(float(Decimal(1).scaleb(last) / 2), factor)


def counted(row: PlanFigure | PlanTarget) -> list[str]:
    """Return the published indicators that a row means: its own, or a target's for each of its operators.

    Where an indicator is not published for an operator, its own name stands: some have none by itself.
    """
    if row.indicator is None:
        return []
    operators = row.operators if isinstance(row, PlanTarget) else ()
    names = [f"{row.indicator}{OPERATORS[operator]}" for operator in operators] or [row.indicator]
    return list(dict.fromkeys(name if name in load_indicators() else row.indicator for name in names))


def _names(row: PlanFigure | PlanTarget, counts: list[str], *city: str) -> tuple[str, str]:
    """Return what a row is called in both languages: by its names, by what it counts, or by its id."""
    indicator = load_indicators(*city).get(counts[0]) if counts else None
    english, chinese = (indicator.long_name, indicator.long_name_zh) if indicator else (row.id, row.name_en or row.id)
    return row.name_en or english, row.name_zh or chinese


def from_archive(figure: Figure) -> Entry:
    """Return a figure of the archive as an entry."""
    low, high = _bounds(figure.value, figure.error)
    return Entry(
        id=figure.id,
        name_en=figure.name_en,
        name_zh=figure.name_zh,
        value=figure.value,
        low=low,
        high=high,
        unit=figure.unit,
        year=figure.year,
        is_target=figure.role == "target",
        qualifier=figure.qualifier,
        document=figure.document,
        half=half_digit(figure.printed_value, conversion(figure.printed_unit)[0]),
    )


def from_plan(row: PlanFigure | PlanTarget, where: str, *city: str) -> Entry:
    """Return a figure or target of a user's plan (of a city) as an entry; an unknown unit is an error at ``where``."""
    factor, unit = conversion(row.unit, row.of, where=where)
    error = scaled_error(row.error, factor) if isinstance(row, PlanFigure) else None
    value = scaled(row.value, factor)
    low, high = _bounds(value, error)
    counts = counted(row)
    named = row.indicator in load_indicators()  # else it is one of a park, or published under its operators' names only
    name_en, name_zh = _names(row, counts, *city)
    return Entry(
        id=row.id,
        name_en=name_en,
        name_zh=name_zh,
        value=value,
        low=low,
        high=high,
        unit=unit,
        year=row.year,
        is_target=isinstance(row, PlanTarget),
        qualifier=row.comparison.replace("_", " ") if isinstance(row, PlanTarget) else "exact",
        indicator=row.indicator if named or not counts else counts[0],
        means=row.kind if isinstance(row, PlanTarget) else "level",
        counts=tuple(counts),
        half=half_digit(row.value, factor),
    )


def from_statement(row: Statement, year: int, where: str) -> Entry:
    """Return the stated rate of a user's plan as an entry; it must be a rate a year."""
    factor, unit = conversion(row.unit, where=where)
    if unit != "1/year":
        raise PlanError(
            phrase("the statement {id!r} is in {unit!r}, which is no growth rate", id=row.id, unit=row.unit),
            where=where,
            allowed="%/年, 1/year",
            next="write it as a share of growth a year",
        )
    rate = scaled(row.value, factor)
    return Entry(row.id, row.id, row.id, rate, rate, rate, unit, year, is_target=True)


Entries = Mapping[str, Entry]

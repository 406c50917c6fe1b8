"""From the unit a document prints to the canonical unit, so that a reader of the register sees 640 亿元."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from digisim.errors import UnitError, phrase
from digisim.evidence.records import ErrorModel, UnitRow
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.schemas import suggest
from digisim.units import parse_unit


@cache
def printed_units() -> dict[str, UnitRow]:
    """Return the register of printed units by name."""
    return load_register(package_file("evidence/units.yaml"), UnitRow, "units")


def conversion(unit: str, of: str | None = None, *, where: str = "") -> tuple[float, str]:
    """Return (factor, canonical unit) of a printed unit; ``of`` names the thing a classifier counts.

    What the register of printed units does not hold is read as levers read it: ``亿 CNY``, ``万 person``.

    >>> conversion("亿元")
    (100000000.0, 'CNY')
    >>> conversion("万个", of="station")
    (10000.0, 'station')
    >>> conversion("亿 CNY")
    (100000000.0, 'CNY')
    """
    units = printed_units()
    other = None if unit in units else parse_unit(unit)
    if other is None and unit not in units:
        raise UnitError(
            phrase("the unit {unit!r} is not known", unit=unit),
            where=where,
            allowed=", ".join(units),
            next=suggest(unit, units) or "write one of these",
        )
    row = units[unit] if other is None else UnitRow(name=unit, canonical=other[1], factor=other[0])
    if of is not None and not row.counts:
        raise UnitError(
            phrase("the unit {unit!r} says what it measures; it takes no 'of'", unit=unit),
            where=where,
            next="remove 'of'",
        )
    return row.factor, of or row.canonical


def scaled(value: float, factor: float) -> float:
    """Return a printed number times a factor, rounded once: 7.2 per cent is 0.072, not 0.07200000000000001.

    >>> scaled(7.2, 0.01), 7.2 * 0.01
    (0.072, 0.07200000000000001)
    """
    return float(Decimal(repr(value)) * Decimal(repr(factor)))


def scaled_error(error: ErrorModel | None, factor: float) -> ErrorModel | None:
    """Return an error model in another unit.

    >>> scaled_error(ErrorModel(kind="normal", sd=2.0, reason="judged"), 1e8).sd
    200000000.0
    """
    if error is None:
        return None
    printed = {name: getattr(error, name) for name in ("low", "high", "sd")}
    return error.model_copy(update={name: scaled(v, factor) for name, v in printed.items() if v is not None})

"""Units of measurement: quantities are read with their unit at the door; inside, all numbers are canonical floats.

A quantity is ``NUMBER [万|亿] UNIT``, for example ``3 亿 CNY/year``. Nothing is converted by guess: a yearly amount
is never made from a quarterly one, nor CNY from USD. Own code instead of a unit library, because what is needed is
a short closed list with Chinese words and strict messages, not dimensional algebra.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from types import MappingProxyType

from digisim.errors import UnitError, phrase

UNITS: MappingProxyType[str, str] = MappingProxyType(
    {
        "1": "shares (0..1), ratios and elasticities",
        "1/year": "rates a year (0.05 is five per cent a year)",
        "CNY": "money, a stock",
        "CNY/year": "money, a flow",
        "CNY/month": "money, a flow",
        "CNY/person": "money for each person, once",
        "CNY/person/year": "money for each person, a flow",
        "CNY/firm": "money for each firm, once",
        "CNY/m2": "money for floor area, once",
        "CNY/m2/month": "rent",
        "CNY/USD": "exchange rate",
        "CNY/JPY": "exchange rate",
        "USD": "foreign money, a stock",
        "USD/year": "foreign money, a flow",
        "person": "people",
        "person/year": "people, a flow",
        "firm": "enterprises",
        "firm/year": "enterprises, a flow",
        "firm-year": "enterprises in business, each counted for how long",
        "m2": "floor area",
        "m2/person": "floor area for each job",
        "km": "distance",
        "month": "duration",
        "quarter": "duration",
        "year": "duration",
        "rack": "data centre racks",
        "station": "mobile base stations",
    }
)
"""Canonical units: unit -> what it measures."""

MULTIPLIERS: MappingProxyType[str, int] = MappingProxyType({"万亿": 10**12, "亿": 10**8, "万": 10**4, "": 1})

# Other spellings of the parts of a unit. Only names of the same unit: a conversion would be a number.
_SPELLINGS = {
    "元": "CNY", "人民币": "CNY", "RMB": "CNY", "yuan": "CNY", "CNY": "CNY", "cny": "CNY", "rmb": "CNY",
    "美元": "USD", "USD": "USD", "usd": "USD", "日元": "JPY", "JPY": "JPY", "jpy": "JPY",
    "人": "person", "person": "person", "persons": "person", "people": "person",
    "firm-year": "firm-year", "firm-years": "firm-year", "企业年": "firm-year",
    "家": "firm", "户": "firm", "firm": "firm", "firms": "firm",
    "平方米": "m2", "平米": "m2", "m2": "m2", "sqm": "m2", "公里": "km", "km": "km",
    "年": "year", "year": "year", "years": "year", "yr": "year", "季度": "quarter", "季": "quarter",
    "quarter": "quarter", "quarters": "quarter", "月": "month", "month": "month", "months": "month",
    "架": "rack", "rack": "rack", "racks": "rack", "个基站": "station", "station": "station", "stations": "station",
    "1": "1",
}  # fmt: skip

_VALUE = phrase("the value")
_SHOWN, _MOST = 60, 10**30  # how much of a wrong value a message repeats
_PERIODS = {"month": phrase("month"), "quarter": phrase("quarter"), "year": phrase("year")}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

# At most 40 digits and three exponent digits, so that no text can make an absurd number or a slow one.
_QUANTITY = re.compile(
    r"\s*(?P<number>[+-]?(?:\d{1,3}(?:,\d{3}){1,12}(?:\.\d{1,40})?|\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})"
    r"(?:[eE][+-]?\d{1,3})?)\s*(?P<multiplier>万亿|亿|万|)\s*(?P<unit>.*?)\s*\Z",
    re.DOTALL,
)


def parse_quantity(value: str | int | float, unit: str, *, what: str = _VALUE, where: str = "") -> float:
    """Read a quantity written by a person and return it as a float in the canonical ``unit``.

    ``what`` and ``where`` name the thing and the place (file and line) for the message. A bare number is accepted
    only where the unit is ``1``; there a percentage is accepted too. Raises ``UnitError`` for a missing, unknown or
    different unit and for anything that is not a finite number.

    >>> parse_quantity("3 亿 CNY/year", "CNY/year")
    300000000.0
    >>> parse_quantity("1,500元/月", "CNY/month"), parse_quantity("2.5e8 CNY/year", "CNY/year")
    (1500.0, 250000000.0)
    >>> parse_quantity(0.25, "1"), parse_quantity("25%", "1")
    (0.25, 0.25)
    """
    _known(unit)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _error(phrase("{what} is not a number with a unit: {value}", what=what, value=_short(value)), where, unit)
    if not isinstance(value, str):
        return _bare(value, unit, what, where)
    # NFKC makes full-width digits and the signs for square metres plain; the minus sign of typesetting is no digit.
    text = unicodedata.normalize("NFKC", value).replace("\u2212", "-")
    match = _QUANTITY.match(text)
    if match is None:
        raise _error(phrase("{what} is not a number with a unit: {value}", what=what, value=_short(value)), where, unit)
    written = match["unit"]
    number = float(Decimal(match["number"].replace(",", "")) * MULTIPLIERS[match["multiplier"]])
    if not math.isfinite(number):
        raise _error(phrase("{what} is not finite: {value}", what=what, value=_short(value)), where, unit)
    if not written:
        return _bare(number, unit, what, where, text=_short(value))
    if written == "%" and unit == "1":
        return float(Decimal(match["number"].replace(",", "")) * MULTIPLIERS[match["multiplier"]] / 100)
    if _canonical(written) != unit:
        raise _wrong_unit(number, written, unit, what, where)
    return number


def field_quantity(value: str | int | float, unit: str) -> float:
    """Parse a quantity in a field of a record: a fault is a ``ValueError``, of which alone pydantic keeps the place.

    >>> field_quantity("2 万 CNY/year", "CNY/year")
    20000.0
    """
    try:
        return parse_quantity(value, unit)
    except UnitError as fault:
        raise ValueError(f"{fault.what}; allowed: {fault.allowed}") from None


def parse_unit(written: str) -> tuple[float, str] | None:
    """Return (factor, canonical unit) of a unit with or without a multiplier; None where it is not known.

    >>> parse_unit("亿 CNY"), parse_unit("万 people"), parse_unit("亿圆")
    ((100000000.0, 'CNY'), (10000.0, 'person'), None)
    """
    text = unicodedata.normalize("NFKC", written).strip()
    multiplier = next(each for each in MULTIPLIERS if text.startswith(each))  # the last one is empty
    unit = _canonical(text.removeprefix(multiplier))
    if unit is None or (multiplier and unit == "1"):
        return None
    return float(MULTIPLIERS[multiplier]), unit


def format_quantity(value: float, unit: str) -> str:
    """Write a number as a person would, so that ``parse_quantity`` reads the same value back.

    >>> format_quantity(3.2e8, "CNY/year"), format_quantity(0.25, "1"), format_quantity(1500, "CNY/month")
    ('3.2 亿 CNY/year', '0.25', '1500 CNY/month')
    """
    _known(unit)
    if unit != "1" and math.isfinite(value):
        exact = Decimal(repr(float(value)))
        for name, factor in (("亿", 10**8), ("万", 10**4)):
            if abs(exact) >= factor:
                return f"{(exact / factor).normalize():f} {name} {unit}"
    return _plain(value) if unit == "1" else f"{_plain(value)} {unit}"


def is_nominal(unit: str) -> bool:
    """Tell whether a unit counts money of the day (contains CNY), so that doubling all prices doubles it.

    >>> is_nominal("CNY/person/year"), is_nominal("m2/person")
    (True, False)
    """
    _known(unit)
    return "CNY" in unit.split("/")


def _plain(value: float) -> str:
    if not math.isfinite(value):
        return repr(value)
    return str(int(value)) if value == int(value) and abs(value) < 10**15 else repr(float(value))


def _bare(number: float, unit: str, what: str, where: str, text: str = "") -> float:
    shown = text or _short(number)
    try:
        finite = math.isfinite(number)
    except OverflowError:  # a whole number too long for a float
        finite = False
    if not finite:
        raise _error(phrase("{what} is not finite: {value}", what=what, value=shown), where, unit)
    if unit != "1":
        example = phrase("write {example}", example=f'"{format_quantity(float(number), unit)}"')
        raise UnitError(
            phrase("{what} has no unit: {shown}", what=what, shown=shown),
            where=where,
            allowed=phrase("a quantity in {unit}", unit=unit),
            next=example,
        )
    return float(number)


def _canonical(written: str) -> str | None:
    """Return the canonical unit for another spelling of it, or None when it is not a known unit.

    >>> _canonical("元/人/年"), _canonical("CNY per year"), _canonical("bananas")
    ('CNY/person/year', 'CNY/year', None)
    """
    parts = [_SPELLINGS.get(part.strip()) for part in re.split(r"/|\bper\b", written)]
    if None in parts:
        return None
    numerator, denominators = parts[0], sorted(str(part) for part in parts[1:])
    for unit in UNITS:
        head, *rest = unit.split("/")
        if head == numerator and sorted(rest) == denominators:
            return unit
    return None


def _wrong_unit(number: float, written: str, unit: str, what: str, where: str) -> UnitError:
    said = _canonical(written) or written
    example = phrase("for example {example}", example=f'"{sample(unit)}"')
    parts, wanted = [p.strip() for p in said.split("/")], unit.split("/")
    parts = [_SPELLINGS.get(p, p) for p in parts]
    period, target = parts[-1], wanted[-1]
    if len(parts) == len(wanted) > 1 and parts[:-1] == wanted[:-1] and {period, target} <= _MONTHS.keys():
        # Twelve times a month is exact only if every month is alike, which the writer knows and we do not.
        factor = Decimal(_MONTHS[target]) / Decimal(_MONTHS[period])
        same = format_quantity(float(Decimal(repr(number)) * factor), unit)
        example = phrase("if every {period} is alike, write {same}", period=_PERIODS[period], same=f'"{same}"')
        said = phrase("{what} is given in {said}, which is not converted to {unit}", what=what, said=said, unit=unit)
    elif _canonical(written) is None:
        said = phrase("{what} has an unknown unit {written}", what=what, written=_short(written))
    else:
        said = phrase("{what} is given in {said}, which is another unit than {unit}", what=what, said=said, unit=unit)
    share = phrase("a share without a unit, such as 0.25 or 25%")
    allowed = share if unit == "1" else phrase("a quantity in {unit}", unit=unit)
    return UnitError(said, where=where, allowed=allowed, next=example)


def _error(reason: str, where: str, unit: str) -> UnitError:
    allowed = phrase("a finite number with its unit, {unit}", unit=unit) if unit != "1" else phrase("a finite number")
    return UnitError(
        reason, where=where, allowed=allowed, next=phrase("for example {example}", example=f'"{sample(unit)}"')
    )


def sample(unit: str) -> str:
    """Return a quantity as it may be written in a unit.

    >>> sample("CNY/year"), sample("1")
    ('3 亿 CNY/year', '0.25')
    """
    if unit == "1":
        return "0.25"
    return format_quantity(3e8, unit) if unit in ("CNY", "CNY/year") else format_quantity(1500, unit)


def _known(unit: str) -> None:
    if unit not in UNITS:
        raise UnitError(
            phrase("unknown unit {unit!r}", unit=unit), allowed=", ".join(UNITS), next="units are declared in units.py"
        )


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) >= _MOST:
        return phrase("a whole number too large to print")
    if value is None:
        return phrase("empty")
    text = str(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 3] + "..."
    elif not isinstance(value, str):
        return repr(value)
    return phrase("{text!r}", text=text)

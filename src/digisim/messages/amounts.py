"""Numbers with their units as people of either language write them: 300 bn CNY, 3000亿元, 500,000 people, 50万人."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from digisim.messages import messages, text

THOUSAND, WAN, MILLION, YI, BILLION = 1e3, 1e4, 1e6, 1e8, 1e9  # how the two languages group digits
_WIDE = Context(prec=400)  # digits: as many as any number has before its point
COUNTED = ("person", "firm", "rack", "station", "household")
"""What is counted: a median of two members may lie half way between whole things, which nobody can picture."""


def amount(value: float, unit: str, lang: str) -> str:
    """Return a value with its unit in the usual multiple of the language; what is counted is whole.

    >>> amount(6.4e10, "CNY", "en"), amount(6.4e10, "CNY", "zh"), amount(0.072, "1", "zh")
    ('64 bn CNY', '640亿元', '7.2%')
    >>> amount(2e5, "person", "zh"), amount(182526.5, "person", "en"), amount(320000.0, "CNY/person", "en")
    ('20万人', '182,527 people', '320,000 CNY per person')
    >>> amount(1e9, "USD", "en"), amount(6.49e8, "USD", "zh")
    ('1 bn USD', '6.5亿美元')
    >>> amount(83_498_871.0, "CNY", "en"), amount(83_498_871.0, "CNY", "zh"), amount(999_000.0, "CNY", "en")
    ('83.5 m CNY', '8350万元', '999,000 CNY')
    >>> amount(1e7, "m2", "zh"), amount(1e7, "m2", "en"), amount(15.0, "m2/person", "zh")
    ('1000万平方米', '10,000,000 m²', '15平方米/人')
    >>> amount(4e8, "USD", "zh"), amount(2.0, "person/year", "zh"), amount(50.0, "firm/year", "en")
    ('4亿美元', '2人/年', '50 firms a year')
    """
    measure, *rates = unit.split("/")
    if measure == "1":
        return percent(value)
    if measure in ("CNY", "USD"):
        return rated(_money(value, measure.lower(), lang), rates, lang)
    if measure == "m2":
        return rated(_area(value, lang), rates, lang)
    if unit == "person" and lang == "zh" and abs(value) >= WAN:
        return f"{_rounded(value / WAN)}{text('unit.person_wan', lang)}"
    if rates and all(f"unit.per_{rate.lower()}" in messages() for rate in rates):
        return rated(_count(value, measure, lang), rates, lang)
    return _count(value, unit, lang)


def goal(value: float, unit: str, comparison: str, lang: str) -> str:
    """Return what a target asks for: an amount, and that more than it is wanted where the target says so.

    >>> goal(4.0, "firm", "more_than", "en"), goal(4.0, "firm", "at_least", "zh")
    ('more than 4 firms', '4家')
    """
    shown = amount(value, unit, lang)
    return text("verdict.more_than", lang, value=shown) if comparison == "more_than" else shown


def unit_name(unit: str, lang: str) -> str:
    """Return a canonical unit in words, in its plain form.

    >>> unit_name("CNY/person/year", "zh"), unit_name("CNY/m2/month", "en"), unit_name("1", "zh")
    ('元/人/年', 'CNY per m² a month', '比值')
    """
    measure, *rates = unit.split("/")
    return rated(text(unit_key(measure), lang), rates, lang)


def unit_key(measure: str) -> str:
    """Return the key of a measure's name in the table of messages.

    >>> unit_key("CNY"), unit_key("firm-year")
    ('unit.cny', 'unit.firm_year')
    """
    return f"unit.{measure.lower().replace('-', '_')}"


def rated(words: str, rates: Sequence[str], lang: str) -> str:
    """Return words with what they are per: ``person``, ``year`` ...

    >>> rated("CNY", ["person", "year"], "en")
    'CNY per person a year'
    """
    for rate in rates:
        key = f"unit.per_{rate.lower()}"
        words = text(key, lang, unit=words) if key in messages() else f"{words}/{rate}"
    return words


def percent(value: float) -> str:
    """Return a share or rate in per cent with one decimal.

    >>> percent(0.1523), percent(-0.0001)
    ('15.2%', '0%')
    """
    return f"{_rounded(100 * value)}%"


def _money(value: float, currency: str, lang: str) -> str:
    size = abs(value)
    if lang == "en":
        for least, name in ((BILLION, "large"), (MILLION, "million")):
            if size >= least:
                return f"{_rounded(value / least):,} {text(f'unit.{currency}_{name}', lang)}"
        return f"{value:,.0f} {currency.upper()}"
    if size >= YI:
        return f"{_rounded(value / YI)}{text(f'unit.{currency}_large', lang)}"
    if size < WAN:
        return f"{_rounded(value)}{text(f'unit.{currency}', lang)}"
    return f"{_rounded(value / WAN, whole=size >= THOUSAND * WAN)}{text(f'unit.{currency}_wan', lang)}"


def _area(value: float, lang: str) -> str:
    if lang == "en":
        return f"{_rounded(value, whole=abs(value) >= THOUSAND):,} {text('unit.m2', lang)}"
    if abs(value) >= WAN:
        return f"{_rounded(value / WAN)}{text('unit.m2_wan', lang)}"
    return f"{_rounded(value)}{text('unit.m2', lang)}"


def _count(value: float, unit: str, lang: str) -> str:
    shown = _rounded(value, whole=unit in COUNTED)
    if lang == "zh":
        known = unit_key(unit) in messages()
        return f"{shown}{text(unit_key(unit), lang) if known else '个' if unit.isalpha() else f' {unit}'}"
    word = (
        "people"
        if unit == "person"
        else f"{unit}s"
        if "/" not in unit and not unit.endswith("2") and shown != 1
        else unit
    )
    return f"{shown:,} {word}"


def _rounded(value: float, *, whole: bool = False) -> Decimal:
    # Half up, as a planner rounds by hand: 52.65 is 52.7, which binary rounding makes 52.6.
    step = Decimal(1) if whole else Decimal("0.1")
    shown = Decimal(repr(round(value, 9))).quantize(step, ROUND_HALF_UP, _WIDE)
    shown = shown.quantize(Decimal(1), context=_WIDE) if shown == shown.to_integral_value() else shown
    return abs(shown) if shown == 0 else shown  # never "-0"

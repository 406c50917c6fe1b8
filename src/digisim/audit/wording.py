"""Puts numbers of the audit into words: amounts as a planner of either language writes them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from digisim.audit.entries import Entry
from digisim.messages import text

LANGUAGES = ("en", "zh")
WAN, YI, BILLION = 1e4, 1e8, 1e9  # how the two languages group digits
QUALIFIERS = ("about", "nearly", "more than", "at least", "at most", "class")  # the others add nothing to an amount


def amount(value: float, unit: str, lang: str) -> str:
    """Return a value with its unit in the usual multiple of the language.

    >>> amount(6.4e10, "CNY", "en"), amount(6.4e10, "CNY", "zh"), amount(0.072, "1", "zh")
    ('CNY 64 bn', '640亿元', '7.2%')
    >>> amount(2e5, "person", "zh"), amount(320000.0, "CNY/person", "en")
    ('20万人', 'CNY 320,000/person')
    """
    if unit in ("1", "1/year"):
        return percent(value)
    if unit.startswith("CNY"):
        return _money(value, unit.removeprefix("CNY"), lang)
    if lang == "zh":
        return f"{_rounded(value / WAN)}万人" if unit == "person" and abs(value) >= WAN else _count_zh(value, unit)
    word = "people" if unit == "person" else f"{unit}s" if unit.isalpha() and value != 1 else unit
    return f"{_rounded(value):,} {word}"


def _count_zh(value: float, unit: str) -> str:
    words = {"firm": "家", "year": "年", "person": "人"}
    return f"{_rounded(value)}{words.get(unit, '个' if unit.isalpha() else f' {unit}')}"


def _money(value: float, per: str, lang: str) -> str:
    big = abs(value) >= YI
    if lang == "zh":
        shown = f"{_rounded(value / YI)}亿元" if big else f"{_rounded(value / WAN)}万元"
        shown = shown if abs(value) >= WAN or value == 0 else f"{_rounded(value)}元"
        return shown + {"/person": "/人", "/person/year": "/人年"}.get(per, per)
    return f"CNY {_rounded(value / BILLION):,} bn{per}" if big else f"CNY {value:,.0f}{per}"


def _rounded(value: float) -> Decimal:
    # Half up, as a planner rounds by hand: 52.65 is 52.7, which binary rounding makes 52.6.
    shown = Decimal(repr(round(value, 9))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown


def percent(value: float) -> str:
    """Return a share or rate in per cent with one decimal.

    >>> percent(0.1523), percent(-0.0001)
    ('15.2%', '0%')
    """
    shown = _rounded(100 * value)
    return f"{abs(shown) if shown == 0 else shown}%"


def dated(entry: Entry, lang: str) -> str:
    """Return an entry's amount with the plan's own qualifier (about, more than ...) and its year.

    >>> dated(Entry("x", "X", "X", 6.4e10, 0, 0, "CNY", 2020, False, "about"), "en")
    'about CNY 64 bn (2020)'
    """
    shown = amount(entry.value, entry.unit, lang)
    if entry.qualifier in QUALIFIERS:
        shown = text(f"audit.qualifier.{entry.qualifier.replace(' ', '_')}", lang, amount=shown)
    return f"{shown}（{entry.year}年）" if lang == "zh" else f"{shown} ({entry.year})"


def named(entry: Entry, lang: str) -> str:
    """Return an entry's name with its dated amount.

    >>> named(Entry("x", "Revenue", "收入", 6.4e10, 0, 0, "CNY", 2020, False), "zh")
    '收入640亿元（2020年）'
    """
    return f"{entry.name(lang)}{'' if lang == 'zh' else ', '}{dated(entry, lang)}"


def both(key: str, fields: Callable[[str], dict[str, str]]) -> tuple[str, str]:
    """Return the message of ``key`` in English and Chinese; ``fields`` gives the words of a language."""
    english, chinese = (text(key, lang, **fields(lang)) for lang in LANGUAGES)
    return english, chinese

"""Puts entries of the audit into words: their amounts with year and qualifier, and their names."""

from __future__ import annotations

from collections.abc import Callable

from digisim.audit.entries import Entry
from digisim.messages import LANGUAGES, text
from digisim.messages.amounts import amount

QUALIFIERS = ("about", "nearly", "more than", "at least", "at most", "class")  # the others add nothing to an amount
HECTARE = 10_000  # m²: what land is given out by, and what plans print rules for


def shown(value: float, unit: str, lang: str) -> str:
    """Return an amount as plans print it: land by the hectare.

    >>> shown(20_000.0, "CNY/m2", "zh"), shown(20_000.0, "CNY/m2", "en"), shown(9.6e7, "CNY/firm", "en")
    ('2亿元/公顷', '200 m CNY per hectare', '96 m CNY per firm')
    """
    if unit == "CNY/m2":
        return text("unit.per_hectare", lang, unit=shown(value * HECTARE, "CNY", lang))
    return amount(value, unit, lang)


def times(value: float, lang: str) -> str:
    """Return a multiple.

    >>> times(526.5, "en"), times(3.333, "zh")
    ('526.5 times', '3.3倍')
    """
    return text("audit.times", lang, value=f"{value:.1f}".removesuffix(".0"))


def plain(entry: Entry, lang: str) -> str:
    """Return an entry's amount with the plan's own qualifier (about, more than ...).

    >>> plain(Entry("x", "X", "X", 6.4e10, 0, 0, "CNY", 2020, False, "about"), "zh")
    '约640亿元'
    """
    amount = shown(entry.value, entry.unit, lang)
    if entry.qualifier in QUALIFIERS:
        return text(f"audit.qualifier.{entry.qualifier.replace(' ', '_')}", lang, amount=amount)
    return amount


def dated(entry: Entry, lang: str) -> str:
    """Return an entry's amount with its qualifier and its year.

    >>> dated(Entry("x", "X", "X", 6.4e10, 0, 0, "CNY", 2020, False, "about"), "en")
    'about 64 bn CNY (2020)'
    """
    return text("audit.dated", lang, amount=plain(entry, lang), year=entry.year)


def named(entry: Entry, lang: str, *, year: bool = True) -> str:
    """Return an entry's name with its amount, dated or not.

    >>> named(Entry("x", "Revenue", "收入", 6.4e10, 0, 0, "CNY", 2020, False), "zh")
    '收入640亿元（2020年）'
    """
    if not year:
        return text("audit.named_plain", lang, name=entry.name(lang), amount=plain(entry, lang))
    return text("audit.named", lang, name=entry.name(lang), amount=dated(entry, lang))


def bare(entry: Entry, lang: str) -> str:
    """Return the name of a rule with its amount: that it is the least or the most, its name says.

    >>> bare(Entry("x", "Cap", "补贴上限", 5e5, 0, 0, "CNY", 2016, False, "at most"), "zh")
    '补贴上限50万元'
    """
    return text("audit.named_plain", lang, name=entry.name(lang), amount=shown(entry.value, entry.unit, lang))


def both(key: str, fields: Callable[[str], dict[str, str]]) -> tuple[str, str]:
    """Return the message of ``key`` in English and Chinese; ``fields`` gives the words of a language."""
    english, chinese = (text(key, lang, **fields(lang)) for lang in LANGUAGES)
    return english, chinese

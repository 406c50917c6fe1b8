"""Puts entries of the audit into words: their amounts with year and qualifier, and their names."""

from __future__ import annotations

from collections.abc import Callable

from digisim.audit.entries import Entry
from digisim.messages import LANGUAGES, text
from digisim.messages.amounts import amount

QUALIFIERS = ("about", "nearly", "more than", "at least", "at most", "class")  # the others add nothing to an amount


def dated(entry: Entry, lang: str) -> str:
    """Return an entry's amount with the plan's own qualifier (about, more than ...) and its year.

    >>> dated(Entry("x", "X", "X", 6.4e10, 0, 0, "CNY", 2020, False, "about"), "en")
    'about 64 bn CNY (2020)'
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

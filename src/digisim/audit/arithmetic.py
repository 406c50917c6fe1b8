"""What the checks share: the remark that they make, growth between two entries, sums, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from digisim.audit.entries import Entries, Entry
from digisim.audit.records import Severity
from digisim.audit.relations import Pair
from digisim.audit.wording import dated, named
from digisim.errors import PlanError, phrase
from digisim.evidence import history
from digisim.evidence.records import HistoryRow
from digisim.messages import LANGUAGES, text
from digisim.messages.amounts import percent

EXACT = 1e-9  # of a whole: what computing with decimal numbers in binary may lose
VISIBLE = 5e-4  # half of the last digit of a rate as it is printed: a smaller difference cannot be seen


@dataclass(frozen=True)
class Remark:
    """What a check says: how grave, the two sentences, the numbers it computed."""

    kind: str
    severity: Severity
    texts: tuple[str, str]
    numbers: dict[str, float] = field(default_factory=dict)


def rate_between(start: Entry, end: Entry) -> float:
    """Return the constant growth rate a year from one entry to a later one of the same unit.

    >>> a, b = (Entry("x", "X", "X", v, v, v, "CNY", y, False) for v, y in ((640.0, 2020), (1300.0, 2025)))
    >>> round(rate_between(a, b), 3)
    0.152
    """
    comparable(start, end)
    if start.value <= 0 or end.value <= 0 or end.year <= start.year:
        raise PlanError(
            phrase("no growth rate leads from {start!r} to {end!r}", start=start.id, end=end.id),
            allowed="two positive figures, the second of a later year",
            next="name the earlier figure first",
        )
    return float((end.value / start.value) ** (1 / (end.year - start.year)) - 1)


def comparable(*entries: Entry) -> None:
    """Refuse entries that are not all in the unit of the first."""
    one = entries[0]
    for other in entries[1:]:
        if one.unit != other.unit:
            raise PlanError(
                phrase(
                    "{one!r} is in {unit} and {other!r} in {another}: they cannot be compared",
                    one=one.id,
                    unit=one.unit,
                    other=other.id,
                    another=other.unit,
                ),
                next="relate figures of the same unit",
            )


def over(id: str, top: float, bottom: Entry) -> float:
    """Return a value over an entry; a division by zero is refused in the name of the relation ``id``."""
    if bottom.value == 0:
        raise PlanError(
            phrase("the ratio {id!r} divides by {bottom!r}, which is zero", id=id, bottom=bottom.id),
            next="divide by another figure",
        )
    return top / bottom.value


def unit_over(top: str, bottom: str) -> str:
    """Return the unit of a ratio.

    >>> unit_over("CNY", "person"), unit_over("CNY/m2", "1"), unit_over("CNY", "CNY"), unit_over("CNY", "CNY/person")
    ('CNY/person', 'CNY/m2', '1', 'person')
    """
    (up, *down), (below, *above) = top.split("/"), bottom.split("/")
    numerator, denominator = [up, *above], [*down, below]
    for name in (*numerator, "1"):
        if name in numerator and name in denominator:
            numerator.remove(name)
            denominator.remove(name)
    left = [name for name in numerator if name != "1"]
    return "/".join(["·".join(left) or "1", *(name for name in denominator if name != "1")])


def ratio(id: str, pair: Pair, entries: Entries, names: tuple[str, str] | None = None) -> Entry:
    """Return the ratio of a pair as an entry under two names, or under those of the numerator."""
    top, bottom = entries[pair.numerator], entries[pair.denominator]
    amount = top.value
    if pair.less is not None:
        comparable(top, entries[pair.less])
        amount -= entries[pair.less].value
    value = over(id, amount, bottom)
    unit = unit_over(top.unit, bottom.unit)
    named_as = names or (top.name_en, top.name_zh)
    year = max(top.year, bottom.year)
    return Entry(id, *named_as, value, value, value, unit, year, is_target=top.is_target)


def added(id: str, members: Sequence[Entry]) -> Entry:
    """Return the sum of entries of one unit as an entry of the last one's year, under the names of all."""
    comparable(*members)
    total = sum(member.value for member in members)
    low, high = sum(member.low for member in members), sum(member.high for member in members)
    english, chinese = (several((member.name(lang) for member in members), lang) for lang in LANGUAGES)
    year = max(member.year for member in members)
    return Entry(id, english, chinese, total, low, high, members[0].unit, year, is_target=members[0].is_target)


def published(benchmark: str, id: str) -> HistoryRow:
    """Return a published value that the relation ``id`` names; an unknown one is refused."""
    found = next((row for row in history() if row.id == benchmark), None)
    if found is None:
        raise PlanError(
            phrase("the benchmark {benchmark!r} of {id!r} is no published value", benchmark=benchmark, id=id),
            next="name a row of the published history, or leave the benchmark out",
        )
    return found


def on_path(points: list[Entry], year: int) -> float:
    """Return the value in a year at constant growth between known years; the nearest known one outside them."""
    if year <= points[0].year:
        return points[0].value
    for a, b in pairwise(points):
        if year <= b.year:
            return float(a.value * (1 + rate_between(a, b)) ** (year - a.year))
    return points[-1].value


def ends(start: Entry, end: Entry, lang: str) -> dict[str, str]:
    """Return the words for two ends; one name for both is said once."""
    one_name = start.name(lang) == end.name(lang)
    return {"start": named(start, lang), "end": dated(end, lang) if one_name else named(end, lang)}


def legs(rates: list[float], lang: str) -> str:
    """Return growth rates one after the other.

    >>> legs([0.1, 0.2], "en"), legs([0.1, 0.2], "zh")
    ('10%, then 20%', '10%、20%')
    """
    return ("、" if lang == "zh" else ", then ").join(percent(rate) for rate in rates)


def several(words: Iterable[str], lang: str) -> str:
    """Return words in a row as a language joins them.

    >>> several(["a", "b", "c"], "en"), several(["甲", "乙", "丙"], "zh")
    ('a, b and c', '甲、乙和丙')
    """
    *first, last = words
    return text("audit.several", lang, first=("、" if lang == "zh" else ", ").join(first), last=last) if first else last

"""Checks that compare: two figures for one thing, ratios of pairs, printed ratios, bases that do not compare."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from digisim.audit import relations as r
from digisim.audit.arithmetic import (
    EXACT,
    VISIBLE,
    Remark,
    comparable,
    ends,
    legs,
    over,
    published,
    rate_between,
    ratio,
    several,
)
from digisim.audit.entries import Entries, Entry
from digisim.audit.wording import both, dated, named, shown, times
from digisim.messages import text
from digisim.messages.amounts import percent


def same(relation: r.Same, entries: Entries) -> list[Remark]:
    """Hold two figures for one thing against each other; silent where their error ranges meet, or within a rounding."""
    one, other = sorted((entries[name] for name in relation.figures), key=lambda e: e.year)
    comparable(one, other)
    if max(one.low, other.low) <= min(one.high, other.high):
        return []
    apart, unseen = abs(one.value - other.value), VISIBLE * max(abs(one.value), abs(other.value))
    if apart <= max(one.half * (1 + EXACT), other.half * (1 + EXACT), unseen):  # one repeats the other rounded
        return []
    change = over(relation.id, other.value, one) - 1
    numbers = {"difference": change}
    if one.year == other.year:
        below = abs(other.value - one.value) / max(abs(one.value), abs(other.value))
        texts = both("audit.same_year", lambda lang: ends(one, other, lang) | {"below": percent(below)})
        return [Remark("same", "tension" if relation.basis_differs else "contradiction", texts, numbers)]
    yearly = rate_between(one, other)
    fields: dict[str, float] = numbers | {"growth": yearly}

    def words(lang: str) -> dict[str, str]:
        return ends(one, other, lang) | {"change": percent(abs(change)), "rate": percent(abs(yearly))}

    key = "audit.same_years_down" if change < 0 else "audit.same_years_up"
    return [Remark("same", "tension", both(key, words), fields)]


def ratios(relation: r.Ratios, entries: Entries) -> list[Remark]:
    """Say which ratio pairs of figures imply; a fall between two of them is a tension."""
    names = (relation.name_en, relation.name_zh)
    points = sorted((ratio(relation.id, pair, entries, names) for pair in relation.pairs), key=lambda e: e.year)
    found = [rate_between(a, b) for a, b in pairwise(points) if b.year > a.year]
    falls = any(b.value < a.value * (1 - EXACT) for a, b in pairwise(points))
    known = _benchmark(relation)

    def words(lang: str) -> dict[str, str]:
        return {
            "name": points[0].name(lang),
            "values": ("、" if lang == "zh" else ", ").join(dated(point, lang) for point in points),
            "rates": legs(found, lang),
        }

    numbers = {f"ratio_{point.year}": point.value for point in points}
    english, chinese = both("audit.ratios" if found else "audit.ratio", words)
    if known is not None:
        point = min(points, key=lambda each: abs(each.year - known.year))
        beside = both("audit.ratio_nation", lambda lang: _beside(point, known, lang))
        english, chinese = f"{english} {beside[0]}", f"{chinese}{beside[1]}"
        numbers["benchmark"] = known.value
    return [Remark("ratios", "tension" if falls else "info", (english, chinese), numbers)]


def _beside(point: Entry, known: Entry, lang: str) -> dict[str, str]:
    return {"known": dated(known, lang), "year": str(point.year), "ratio": percent(point.value / known.value)}


def _benchmark(relation: r.Ratios) -> Entry | None:
    """Return the ratio of two published values as an entry."""
    if relation.benchmark is None:
        return None
    rows = [published(id, relation.id) for id in r.referred(relation.benchmark)]
    known = {
        row.id: Entry(row.id, row.id, row.id, row.value, row.value, row.value, row.unit, row.year, is_target=False)
        for row in rows
    }
    return ratio(relation.id, relation.benchmark, known)


def stated_ratio(relation: r.StatedRatio, entries: Entries) -> list[Remark]:
    """Hold a printed ratio against its two figures; silent if they agree, or if the figures' errors allow it."""
    stated, top, bottom = (entries[id] for id in (relation.stated, relation.numerator, relation.denominator))
    implied = over(relation.id, top.value, bottom)
    spread = relation.tolerance * abs(stated.value)
    low = top.low / bottom.high if bottom.high > 0 else implied
    high = top.high / bottom.low if bottom.low > 0 else implied
    if low - spread <= stated.high and stated.low <= high + spread:
        return []
    show: Callable[[float, str], str] = (
        times if top.unit == bottom.unit and stated.value > 1 else lambda value, lang: shown(value, stated.unit, lang)
    )

    def words(lang: str) -> dict[str, str]:
        return {
            "name": stated.name(lang),
            "stated": show(stated.value, lang),
            "numerator": named(top, lang),
            "denominator": named(bottom, lang),
            "implied": show(implied, lang),
        }

    numbers = {"implied": implied, "stated": stated.value}
    return [Remark("stated_ratio", "contradiction", both("audit.stated_ratio", words), numbers)]


def incomparable(relation: r.Incomparable, entries: Entries) -> list[Remark]:
    """Say on which bases figures are that look alike; ratios of one unit also say how far they lie apart."""
    items = [_of_basis(relation.id, item, entries) for item in relation.items]
    factor = None
    if all(item.over for item in relation.items) and len({item.unit for item in items}) == 1:
        smallest = min(items, key=lambda item: item.value)
        factor = over(relation.id, max(item.value for item in items), smallest)

    def words(lang: str) -> dict[str, str]:
        bases = (item.basis_zh if lang == "zh" else item.basis_en for item in relation.items)
        each = (
            text("audit.on_basis", lang, figure=named(item, lang), basis=basis)
            for item, basis in zip(items, bases, strict=True)
        )
        return {"items": ("；" if lang == "zh" else "; ").join(each), "factor": times(factor or 1.0, lang)}

    key = "audit.incomparable" if factor is None else "audit.incomparable_apart"
    return [Remark("incomparable", "info", both(key, words), {} if factor is None else {"factor": factor})]


def _of_basis(id: str, item: r.Basis, entries: Entries) -> Entry:
    if item.over is None:
        return entries[item.figure]
    top, bottom = entries[item.figure], entries[item.over]
    names = [text("audit.over", lang, top=top.name(lang), bottom=bottom.name(lang)) for lang in ("en", "zh")]
    return ratio(id, r.Pair(numerator=item.figure, denominator=item.over), entries, (names[0], names[1]))


def unanchored(relation: r.Unanchored, entries: Entries) -> list[Remark]:
    """Name targets of which no figure of the present is printed; silent where the plan holds one by the indicator."""
    held = {entry.indicator for entry in entries.values() if entry.indicator and not entry.is_target}
    targets = [entries[id] for id in relation.targets if entries[id].indicator not in held]
    if not targets:
        return []
    texts = both("audit.unanchored", lambda lang: {"targets": several((named(t, lang) for t in targets), lang)})
    return [Remark("unanchored", "info", texts)]

"""The checks: pure functions from a relation and its entries to what arithmetic says, or to silence.

Severity: a contradiction cannot hold as printed; a tension holds only if a definition differs or the pace changes;
info is arithmetic that the plan leaves to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from digisim.audit import records as r
from digisim.audit.entries import Entries, Entry
from digisim.audit.present import growth_words, known_growth, met_words, present_ends
from digisim.audit.wording import both, dated, named
from digisim.errors import PlanError, phrase
from digisim.evidence import history
from digisim.messages.amounts import amount, percent
from digisim.regions import load_region


@dataclass(frozen=True)
class Remark:
    """What a check says: how grave, the two sentences, the numbers it computed."""

    kind: str
    severity: r.Severity
    texts: tuple[str, str]
    numbers: dict[str, float] = field(default_factory=dict)


def rate_between(start: Entry, end: Entry) -> float:
    """Return the constant growth rate a year from one entry to a later one of the same unit.

    >>> a, b = (Entry("x", "X", "X", v, v, v, "CNY", y, False) for v, y in ((640.0, 2020), (1300.0, 2025)))
    >>> round(rate_between(a, b), 3)
    0.152
    """
    _comparable(start, end)
    if start.value <= 0 or end.value <= 0 or end.year <= start.year:
        raise PlanError(
            phrase("no growth rate leads from {start!r} to {end!r}", start=start.id, end=end.id),
            allowed="two positive figures, the second of a later year",
            next="name the earlier figure first",
        )
    return float((end.value / start.value) ** (1 / (end.year - start.year)) - 1)


def growth(relation: r.Growth, entries: Entries) -> list[Remark]:
    """Say which growth a year two figures imply; a target not above the figure before it is already met."""
    start, end = entries[relation.start], entries[relation.end]
    rate = rate_between(start, end)
    if end.is_target and end.value <= start.value:
        return [_already_met(start, end, rate)]
    numbers = {"growth": rate, "years": float(end.year - start.year)}
    benchmark = next((row for row in history() if row.id == relation.benchmark), None)
    if relation.benchmark and benchmark is None:
        raise PlanError(
            phrase(
                "the benchmark {benchmark!r} of {id!r} is no published value",
                benchmark=relation.benchmark,
                id=relation.id,
            ),
            next="name a row of the published history, or leave the benchmark out",
        )
    key = "audit.growth"
    if benchmark is not None:
        numbers["benchmark"] = benchmark.value
        key = "audit.growth_above" if rate > benchmark.value else "audit.growth_below"

    def words(lang: str) -> dict[str, str]:
        known = {} if benchmark is None else {"benchmark": percent(benchmark.value), "year": str(benchmark.year)}
        return _ends(start, end, lang) | {"rate": percent(rate)} | known

    severity: r.Severity = "tension" if key == "audit.growth_above" else "info"
    return [Remark("growth", severity, both(key, words), numbers)]


def _already_met(start: Entry, end: Entry, rate: float) -> Remark:
    texts = both("audit.already_met", lambda lang: _ends(start, end, lang))
    below = end.value < start.value
    return Remark("already_met", "contradiction" if below else "tension", texts, {"growth": rate})


def _ends(start: Entry, end: Entry, lang: str) -> dict[str, str]:
    one_name = start.name(lang) == end.name(lang)
    return {"start": named(start, lang), "end": dated(end, lang) if one_name else named(end, lang)}


def stated_growth(relation: r.StatedGrowth, entries: Entries) -> list[Remark]:
    """Hold a stated growth rate against the one the figures imply; silent if they agree."""
    start, end, rate = entries[relation.start], entries[relation.end], entries[relation.rate]
    implied = rate_between(start, end)
    if abs(implied - rate.value) <= relation.tolerance:
        return []
    texts = both(
        "audit.stated_growth",
        lambda lang: _ends(start, end, lang) | {"implied": percent(implied), "stated": percent(rate.value)},
    )
    return [Remark("stated_growth", "contradiction", texts, {"implied": implied, "stated": rate.value})]


def path(relation: r.Path, entries: Entries) -> list[Remark]:
    """Say how fast each leg of a path is; silent unless a later leg is faster than the one before it."""
    points = [entries[name] for name in relation.figures]
    rates = [rate_between(a, b) for a, b in pairwise(points)]
    if all(later <= earlier for earlier, later in pairwise(rates)):
        return []

    def words(lang: str) -> dict[str, str]:
        name = relation.name_zh if lang == "zh" else relation.name_en
        return {
            "name": name or points[-1].name(lang),
            "path": " → ".join(dated(point, lang) for point in points),
            "rates": _legs(rates, lang),
        }

    numbers = {f"growth_{b.year}": rate for b, rate in zip(points[1:], rates, strict=True)}
    return [Remark("path", "tension", both("audit.path", words), numbers)]


def _legs(rates: list[float], lang: str) -> str:
    return ("、" if lang == "zh" else ", then ").join(percent(rate) for rate in rates)


def parts(relation: r.Parts, entries: Entries) -> list[Remark]:
    """Add the parts up: more than the whole is a contradiction, less leaves a remainder without a name."""
    whole, members = entries[relation.whole], [entries[name] for name in relation.parts]
    for member in members:
        _comparable(whole, member)
    total = sum(member.value for member in members)
    rest = whole.value - total
    if abs(rest) <= 1e-9 * abs(whole.value):
        return []

    def words(lang: str) -> dict[str, str]:
        names = ("、" if lang == "zh" else ", ").join(
            f"{member.name(lang)}{'' if lang == 'zh' else ' '}{amount(member.value, member.unit, lang)}"
            for member in members
        )
        return {
            "whole": named(whole, lang),
            "parts": names,
            "total": amount(total, whole.unit, lang),
            "rest": amount(abs(rest), whole.unit, lang),
        }

    over = rest < 0
    texts = both("audit.parts_over" if over else "audit.parts_under", words)
    return [Remark("parts", "contradiction" if over else "info", texts, {"total": total, "rest": rest})]


def _comparable(one: Entry, other: Entry) -> None:
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


def part_of(relation: r.PartOf, entries: Entries) -> list[Remark]:
    """Hold a part against its whole, on the path between the years for which the whole is known."""
    part, wholes = entries[relation.part], sorted((entries[n] for n in relation.whole), key=lambda e: e.year)
    for whole in wholes:
        _comparable(part, whole)
    there = _on_path(wholes, part.year)
    first = wholes[0]
    if part.value <= first.value and part.value <= there:
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "part": named(part, lang),
            "whole_name": first.name(lang),
            "wholes": ("、" if lang == "zh" else ", ").join(dated(whole, lang) for whole in wholes),
            "there": amount(there, part.unit, lang),
            "year": str(part.year),
            "ratio": percent(part.value / there),
        }

    severity: r.Severity = "contradiction" if part.value > there else "tension"
    numbers = {"whole_in_year": there, "part_over_whole": part.value / there}
    return [Remark("part_of", severity, both("audit.part_of", words), numbers)]


def _on_path(points: list[Entry], year: int) -> float:
    """Return the value in a year at constant growth between known years; the nearest known one outside them."""
    if year <= points[0].year:
        return points[0].value
    for a, b in pairwise(points):
        if year <= b.year:
            return float(a.value * (1 + rate_between(a, b)) ** (year - a.year))
    return points[-1].value


def same(relation: r.Same, entries: Entries) -> list[Remark]:
    """Hold two figures for one thing against each other; silent where their error ranges meet."""
    one, other = sorted((entries[name] for name in relation.figures), key=lambda e: e.year)
    _comparable(one, other)
    if max(one.low, other.low) <= min(one.high, other.high):
        return []
    change = other.value / one.value - 1
    numbers = {"difference": change}
    if one.year == other.year:
        texts = both("audit.same_year", lambda lang: _ends(one, other, lang) | {"change": percent(abs(change))})
        return [Remark("same", "tension" if relation.basis_differs else "contradiction", texts, numbers)]
    yearly = rate_between(one, other)
    fields: dict[str, float] = numbers | {"growth": yearly}

    def words(lang: str) -> dict[str, str]:
        return _ends(one, other, lang) | {"change": percent(change), "rate": percent(yearly)}

    return [Remark("same", "tension", both("audit.same_years", words), fields)]


def ratios(relation: r.Ratios, entries: Entries) -> list[Remark]:
    """Say which ratio pairs of figures imply; a fall between two of them is a tension."""
    points = sorted((_ratio(relation, pair, entries) for pair in relation.pairs), key=lambda e: e.year)
    rates = [rate_between(a, b) for a, b in pairwise(points) if b.year > a.year]
    falls = any(b.value < a.value for a, b in pairwise(points))

    def words(lang: str) -> dict[str, str]:
        return {
            "name": points[0].name(lang),
            "values": ("、" if lang == "zh" else ", ").join(dated(point, lang) for point in points),
            "rates": _legs(rates, lang),
        }

    numbers = {f"ratio_{point.year}": point.value for point in points}
    texts = both("audit.ratios" if rates else "audit.ratio", words)
    return [Remark("ratios", "tension" if falls else "info", texts, numbers)]


def _ratio(relation: r.Ratios, pair: r.Pair, entries: Entries) -> Entry:
    top, bottom = entries[pair.numerator], entries[pair.denominator]
    if bottom.value == 0:
        raise PlanError(
            phrase("the ratio {id!r} divides by {bottom!r}, which is zero", id=relation.id, bottom=bottom.id),
            next="divide by another figure",
        )
    value = top.value / bottom.value
    unit = "1" if top.unit == bottom.unit else f"{top.unit}/{bottom.unit}"
    year = max(top.year, bottom.year)
    names = (relation.name_en, relation.name_zh)
    return Entry(relation.id, *names, value, value, value, unit, year, is_target=top.is_target)


def share_path(relation: r.SharePath, entries: Entries) -> list[Remark]:
    """Say what the whole must do for a share to move as planned while its numerator grows as planned."""
    start, end, rate = entries[relation.start], entries[relation.end], entries[relation.rate]
    needed = (1 + rate.value) / (1 + rate_between(start, end)) - 1
    flat = start.value * (1 + rate.value) ** (end.year - start.year)

    def words(lang: str) -> dict[str, str]:
        return _ends(start, end, lang) | {
            "rate": percent(rate.value),
            "whole": relation.whole_zh if lang == "zh" else relation.whole_en,
            "needed": percent(abs(needed)),
            "flat": percent(flat),
        }

    key = "audit.share_path_shrinks" if needed < 0 else "audit.share_path"
    severity: r.Severity = "contradiction" if needed < 0 else "info"
    numbers = {"whole_growth": needed, "share_if_whole_constant": flat}
    return [Remark("share_path", severity, both(key, words), numbers)]


def present(relation: r.Present, entries: Entries) -> list[Remark]:
    """Hold a target against the region's present: met beforehand, or faster than growth that is known."""
    start, end = present_ends(relation, entries)
    rate = rate_between(start, end) if end.value > 0 else -1.0
    if end.value <= start.value:
        if relation.wideness == "narrower":  # a part may be below its whole
            return []
        severity: r.Severity = "contradiction" if end.value < start.low else "tension"
        return [Remark("already_met", severity, met_words(relation, start, end), {"growth": rate})]
    known = known_growth(load_region(relation.region), relation.role)
    if rate <= known.rate:
        return []
    numbers = {"growth": rate, "years": float(end.year - start.year), "benchmark": known.rate}
    return [Remark("growth", "tension", growth_words(relation, start, end, rate, known), numbers)]


CHECKS: dict[str, Callable[[Any, Entries], list[Remark]]] = {
    "growth": growth,
    "stated_growth": stated_growth,
    "path": path,
    "parts": parts,
    "part_of": part_of,
    "same": same,
    "ratios": ratios,
    "share_path": share_path,
    "present": present,
}
"""Kind of relation -> the check that reads it."""

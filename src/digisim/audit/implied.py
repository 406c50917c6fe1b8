"""Relations that follow from the indicators of a user's plan, so that nobody has to write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from types import MappingProxyType

from digisim.audit.entries import Entry
from digisim.audit.present import COUNTS
from digisim.audit.relations import Growth, Pair, PartOf, Ratios, Relation, Same, StatedGrowth, StatedRatio
from digisim.statistics import load_indicators
from digisim.targets import OPERATORS

CLASSES = ("firms_over_500yi", "firms_over_100yi", "firms_over_10yi", "firms_over_1yi")
"""Size classes, each a part of the next."""

SHARES_OF = MappingProxyType(
    {
        "firms_share_over_1yi_local": ("firms_over_1yi", "firms_above_scale"),
        "firms_share_over_1yi_latent": ("firms_over_1yi", "firms_latent"),
    }
)
"""Share -> what is counted, over what."""

BETWEEN = "firms_10_to_100yi"  # a part of the classes from the third on

REAL = "software_revenue_real"  # in prices of another year: neither part nor whole of what is in today's


def implied(plan: str, own: Iterable[Entry]) -> list[Relation]:
    """Return what the indicators of a plan's figures and targets say of one another.

    One thing twice in a year; a target not above what is before it; growth stated beside two levels; a part, or what is
    added, beside its whole; a share beside what it is of; revenue per head at two times.
    """
    rows = sorted((entry for entry in own if entry.indicator), key=lambda entry: entry.year)
    levels = [entry for entry in rows if entry.means in ("level", "share")]
    added = [(entry, whole) for entry, whole in product(rows, levels) if _adds_to(entry, whole)]
    return [
        *_pairs(plan, levels),
        *_rates(plan, rows, levels),
        *(_part(plan, *pair) for pair in (*_parts(levels), *added)),
        *_shares(plan, levels),
        *_per_head(plan, levels),
    ]


def _pairs(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    for one, other in combinations(levels, 2):
        if one.indicator != other.indicator:
            continue
        name = f"{plan}-{one.id}-{other.id}"
        if one.year == other.year and one.is_target == other.is_target:
            yield Same(id=name, kind="same", figures=(one.id, other.id))
        elif one.year < other.year and other.is_target and other.unit == one.unit and other.value <= one.value:
            yield Growth(id=name, kind="growth", start=one.id, end=other.id)


def _rates(plan: str, rows: list[Entry], levels: list[Entry]) -> Iterator[Relation]:
    """A target of growth, the last figure before it, and a level for the same year: do they fit?"""
    for rate in (entry for entry in rows if entry.means == "growth"):
        same = [entry for entry in levels if entry.indicator == rate.indicator and entry.value > 0]
        starts = [entry for entry in same if not entry.is_target and entry.year < rate.year]
        for end in (entry for entry in same if entry.is_target and entry.year == rate.year):
            if starts:
                ids = {"start": starts[-1].id, "end": end.id, "rate": rate.id}
                yield StatedGrowth(id=f"{plan}-{rate.id}-{end.id}", kind="stated_growth", **ids)


def _wholes() -> set[tuple[str, str]]:
    """Return (part, whole): indicators of which one counts a part of what the other counts."""
    found = set(combinations(CLASSES, 2)) | {(BETWEEN, each) for each in CLASSES[2:]}
    for counts in COUNTS.values():
        by_width = {wide: [name for name in counts if counts[name] == wide] for wide in ("narrower", "same", "wider")}
        found |= set(product(by_width["narrower"], [*by_width["same"], *by_width["wider"]]))
        found |= set(product(by_width["same"], by_width["wider"]))
    return {pair for pair in found if REAL not in pair}


def _alike(one: Entry, other: Entry) -> bool:
    return (one.year, one.is_target, one.unit) == (other.year, other.is_target, other.unit)


def _parts(levels: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    wholes = _wholes()
    for part, whole in product(levels, repeat=2):
        if _alike(part, whole) and (part.count, whole.count) in wholes:
            yield part, whole


def _adds_to(more: Entry, whole: Entry) -> bool:
    """Tell whether an increment is of what a level counts at its end: then it cannot be more than all there is."""
    return more.means == "increment" and more.indicator == whole.indicator and _alike(more, whole)


def _part(plan: str, part: Entry, whole: Entry) -> Relation:
    return PartOf(id=f"{plan}-{part.id}-of-{whole.id}", kind="part_of", part=part.id, whole=(whole.id,))


def _shares(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """A share beside the two numbers of its year that it is of."""
    for stated in (entry for entry in levels if entry.count in SHARES_OF):
        year = [e for e in levels if (e.year, e.is_target, e.means) == (stated.year, stated.is_target, "level")]
        top, bottom = ([e for e in year if e.count == name] for name in SHARES_OF[stated.count])
        for numerator, denominator in product(top, bottom):
            ids = {"stated": stated.id, "numerator": numerator.id, "denominator": denominator.id}
            yield StatedRatio(id=f"{plan}-{'-'.join(ids.values())}", kind="stated_ratio", **ids)


def _per_head(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Revenue over employees where both are given for two years or more: said only if it falls."""
    words = load_indicators()["revenue_per_head"]
    for count in OPERATORS.values():
        money = {e.year: e.id for e in levels if e.indicator == f"software_revenue{count}" and e.value > 0}
        people = {e.year: e.id for e in levels if e.indicator == f"employees{count}" and e.value > 0}
        years = sorted(set(money) & set(people))
        if len(years) > 1:
            pairs = tuple(Pair(numerator=money[year], denominator=people[year]) for year in years)
            id, names = f"{plan}-per-head{count.replace('_', '-')}", (words.long_name, words.long_name_zh)
            yield Ratios(id=id, kind="ratios", name_en=names[0], name_zh=names[1], pairs=pairs, quiet=True)

"""Relations that follow from the indicators of a user's plan, so that nobody has to write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from types import MappingProxyType

from digisim.audit import between
from digisim.audit.entries import Entries, Entry
from digisim.audit.present import SHARE, held_against
from digisim.audit.relations import Growth, Pair, PartOf, Ratios, Relation, Same, StatedGrowth, StatedRatio
from digisim.statistics import load_indicators
from digisim.targets import OPERATORS

SHARES_OF = MappingProxyType(
    {
        "firms_share_over_1yi_local": ("firms_over_1yi", "firms_above_scale"),
        "firms_share_over_1yi_latent": ("firms_over_1yi", "firms_latent"),
    }
)
"""Share -> what is counted, over what."""


def implied(plan: str, own: Iterable[Entry], present: Entries) -> list[Relation]:
    """Return what the indicators of a plan's figures and targets say of one another.

    One thing twice in a year; a target not above what is before it; growth, or what is added, stated beside a level; a
    part, or what is added, beside its whole; a share beside what it is of; revenue per head at two times. ``present``
    are the figures that the region starts from, by role.
    """
    rows = sorted((entry for entry in own if entry.indicator), key=lambda entry: entry.year)
    levels = [entry for entry in rows if entry.means in ("level", "share")]
    added = [(entry, whole) for entry, whole in product(rows, levels) if _adds_to(entry, whole)]
    return [
        *_pairs(plan, levels),
        *_changes(plan, rows, levels, present),
        *(_part(plan, *pair) for pair in added),
        *between.parts(plan, levels),
        *between.apart(plan, levels),
        *between.classes(plan, levels),
        *between.least(plan, levels),
        *_shares(plan, levels),
        *_per_head(plan, levels),
    ]


def _same_count(one: Entry, other: Entry) -> bool:
    """Tell whether two entries count one thing: whose count it is, a figure by the bare name does not say."""
    unsaid = one.indicator == other.indicator and one.is_target != other.is_target
    return unsaid or bool(set(one.counts) & set(other.counts))


def _pairs(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    for one, other in combinations(levels, 2):
        if not _same_count(one, other):
            continue
        name = f"{plan}-{one.id}-{other.id}"
        if one.year == other.year and one.is_target == other.is_target:
            yield Same(id=name, kind="same", figures=(one.id, other.id))
        elif one.year < other.year and other.is_target and other.unit == one.unit and other.value <= one.value:
            yield Growth(id=name, kind="growth", start=one.id, end=other.id)


def _changes(plan: str, rows: list[Entry], levels: list[Entry], present: Entries) -> Iterator[Relation]:
    """A target of growth, or of what is added, from the last figure before it to a level of its year: do they fit?"""
    for change, end in product(rows, levels):
        fits = change.is_target and end.is_target and change.year == end.year and _same_count(change, end)
        if not fits or end.value <= 0 or change.means not in ("growth", "increment"):
            continue
        starts = [each for each in _starts(levels, present, change) if each.unit == end.unit]
        if change.means == "increment":  # since when it is counted is not said: since any figure that fits
            starts = [] if change.value > end.value else starts  # more than there is: said as a part above its whole
            starts.sort(key=lambda start: -abs(end.value - start.value - change.value))
        if starts:
            ids = {"start": starts[-1].id, "end": end.id, "rate": change.id}
            yield StatedGrowth(id=f"{plan}-{change.id}-{end.id}", kind="stated_growth", **ids)


def _starts(levels: list[Entry], present: Entries, change: Entry) -> list[Entry]:
    """Return the figures that a change may start from, the likeliest last: the present, then the plan's by year."""
    held = (held_against(count, present) for count in change.counts)
    roles = [found[0] for found in held if found is not None and found[1] == "same" and found[0] != SHARE]
    own = [each for each in levels if not each.is_target and _same_count(each, change)]
    own.sort(key=lambda each: bool(set(each.counts) & set(change.counts)))
    return [each for each in (*(present[role] for role in roles), *own) if each.value > 0 and each.year < change.year]


def _adds_to(more: Entry, whole: Entry) -> bool:
    """Tell whether an increment is of what a level counts at its end: then it cannot be more than all there is."""
    return more.means == "increment" and _same_count(more, whole) and (more.year, more.unit) == (whole.year, whole.unit)


def _part(plan: str, part: Entry, whole: Entry) -> Relation:
    return PartOf(id=f"{plan}-{part.id}-of-{whole.id}", kind="part_of", part=part.id, whole=(whole.id,))


def _shares(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """A share beside the two numbers of its year that it is of."""
    for stated, count in ((entry, count) for entry in levels for count in entry.counts if count in SHARES_OF):
        year = [e for e in levels if (e.year, e.is_target, e.means) == (stated.year, stated.is_target, "level")]
        top, bottom = ([e for e in year if name in e.counts] for name in SHARES_OF[count])
        for numerator, denominator in product(top, bottom):
            ids = {"stated": stated.id, "numerator": numerator.id, "denominator": denominator.id}
            yield StatedRatio(id=f"{plan}-{'-'.join(ids.values())}", kind="stated_ratio", **ids)


def _per_head(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Revenue over employees where both are given for two years or more: said only if it falls."""
    words = load_indicators()["revenue_per_head"]
    said: set[tuple[Pair, ...]] = set()
    for count in OPERATORS.values():
        money, people = (_by_year(levels, name, f"{name}{count}") for name in ("software_revenue", "employees"))
        years = sorted(set(money) & set(people))
        pairs = tuple(Pair(numerator=money[year], denominator=people[year]) for year in years)
        if len(years) > 1 and pairs not in said:
            said.add(pairs)
            id, names = f"{plan}-per-head{count.replace('_', '-')}", (words.long_name, words.long_name_zh)
            yield Ratios(id=id, kind="ratios", name_en=names[0], name_zh=names[1], pairs=pairs, quiet=True)


def _by_year(levels: list[Entry], bare: str, count: str) -> dict[int, str]:
    """Return the entries of a count by year; where none is, the figure by the bare name."""
    rows = [entry for entry in levels if entry.value > 0]
    unsaid = {entry.year: entry.id for entry in rows if entry.indicator == bare and not entry.is_target}
    return unsaid | {entry.year: entry.id for entry in rows if count in entry.counts}

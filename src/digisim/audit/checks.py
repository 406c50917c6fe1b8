"""Kind of relation -> its check: pure functions from a relation and its entries to what arithmetic says, or to silence.

Severity: a contradiction cannot hold as printed; a tension holds only if a definition differs or the pace changes;
info is arithmetic that the plan leaves to the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digisim.audit import comparisons, growths, rules, wholes
from digisim.audit import relations as r
from digisim.audit.arithmetic import Remark
from digisim.audit.entries import Entries, Entry
from digisim.audit.wording import both, named

Check = Callable[[Any, Entries], list[Remark]]

CHECKS: dict[str, Check] = {
    "growth": growths.growth,
    "stated_growth": growths.stated_growth,
    "base": growths.base,
    "rates": growths.rates,
    "sum_growth": growths.sum_growth,
    "path": growths.path,
    "share_path": growths.share_path,
    "present": growths.present,
    "parts": wholes.parts,
    "part_of": wholes.part_of,
    "share_of": wholes.share_of,
    "classes": wholes.classes,
    "excess": wholes.excess,
    "listed": wholes.listed,
    "same": comparisons.same,
    "ratios": comparisons.ratios,
    "stated_ratio": comparisons.stated_ratio,
    "incomparable": comparisons.incomparable,
    "unanchored": comparisons.unanchored,
    "rule": rules.rule,
    "schedule": rules.schedule,
    "cap": rules.cap,
    "route": rules.route,
}

ADDING = ("growth", "path", "parts", "part_of", "share_of", "same", "stated_growth", "sum_growth")
"""Kinds that add figures up or hold them against each other, so that a level and an increment cannot stand together."""


def check(relation: r.Relation | r.Present, entries: Entries) -> list[Remark]:
    """Return what arithmetic says of a relation; ``quiet`` relations say nothing that is only for information."""
    found = mixed(relation, entries) or CHECKS[relation.kind](relation, entries)
    return [remark for remark in found if not (relation.quiet and remark.severity == "info")]


def mixed(relation: r.Relation | r.Present, entries: Entries) -> list[Remark]:
    """Find an increment that a relation takes for a level: 3 added and 20 in all are no figures of one thing."""
    for group in _groups(relation):
        members = [entries[id] for id in group if entries[id].unit != "1/year"]
        increments = [entry for entry in members if entry.means == "increment"]
        levels = [entry for entry in members if entry.means != "increment"]
        added = _change(relation) is not None and increments == [entries[str(_change(relation))]]
        if increments and levels and not added:
            return [_mixed(increments[0], levels[0])]
    return []


def _change(relation: r.Relation | r.Present) -> str | None:
    """Return what may be an increment beside levels: a part of what is there then, or what leads to it."""
    if isinstance(relation, r.PartOf):
        return relation.part
    return relation.rate if isinstance(relation, r.StatedGrowth) else None


def _groups(relation: r.Relation | r.Present) -> list[tuple[str, ...]]:
    """Return the ids that a relation takes for figures of one kind: all levels, or all increments."""
    if isinstance(relation, r.Ratios | r.Rule):
        return [(pair.numerator, pair.denominator) for pair in relation.pairs if pair.less is None]
    return [r.referred(relation)] if relation.kind in ADDING else []


def _mixed(increment: Entry, level: Entry) -> Remark:
    texts = both("audit.mixed", lambda lang: {"increment": named(increment, lang), "level": named(level, lang)})
    return Remark("mixed", "contradiction", texts)

"""Checks of wholes: parts that are added up or cannot exceed, size classes, what is counted and what is named."""

from __future__ import annotations

from itertools import pairwise

from digisim.audit import relations as r
from digisim.audit.arithmetic import EXACT, Remark, comparable, on_path, over, ratio, several
from digisim.audit.entries import Entries, Entry
from digisim.audit.records import Severity
from digisim.audit.wording import both, dated, named, shown
from digisim.messages.amounts import percent


def parts(relation: r.Parts, entries: Entries) -> list[Remark]:
    """Add the parts up: more than the whole is a contradiction, less leaves a remainder without a name."""
    whole, sure, doubtful = (
        entries[relation.whole],
        [entries[name] for name in relation.parts],
        [entries[name] for name in relation.doubtful],
    )
    comparable(whole, *sure, *doubtful)
    total = sum(member.value for member in sure)
    wide = total + sum(member.value for member in doubtful)
    near = EXACT * abs(whole.value)
    if total - near <= whole.value <= wide + near:
        return []
    rest, widest = whole.value - total, whole.value - wide

    def words(lang: str) -> dict[str, str]:
        return {
            "whole": named(whole, lang),
            "parts": several((named(member, lang, year=False) for member in sure), lang),
            "total": shown(total, whole.unit, lang),
            "rest": shown(abs(rest), whole.unit, lang),
            "doubtful": several((named(member, lang, year=False) for member in doubtful), lang) if doubtful else "",
            "widest": shown(abs(widest), whole.unit, lang),
        }

    key = "audit.parts_over" if rest < 0 else "audit.parts_doubtful" if doubtful else "audit.parts_under"
    numbers = {"total": total, "rest": rest} | ({"rest_with_doubtful": widest} if doubtful else {})
    return [Remark("parts", "contradiction" if rest < 0 else "info", both(key, words), numbers)]


def part_of(relation: r.PartOf, entries: Entries) -> list[Remark]:
    """Hold a part against its whole, on the path between the years for which the whole is known."""
    part, wholes = entries[relation.part], sorted((entries[n] for n in relation.whole), key=lambda e: e.year)
    comparable(part, *wholes)
    there = on_path(wholes, part.year)
    first = wholes[0]
    if part.value <= min(first.value, there) * (1 + EXACT):
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "part": named(part, lang),
            "whole_name": first.name(lang),
            "whole": named(first, lang),
            "wholes": ("、" if lang == "zh" else ", ").join(dated(whole, lang) for whole in wholes),
            "there": shown(there, part.unit, lang),
            "year": str(part.year),
            "ratio": percent(part.value / there) if there else "",
        }

    above = part.value > there * (1 + EXACT)
    severity: Severity = "contradiction" if above and not relation.basis_differs else "tension"
    key = "audit.part_of" if len(wholes) > 1 else "audit.part_of_one"
    if len(wholes) == 1 and first.year == part.year:
        key = "audit.part_of_same_year"
    numbers = {"whole_in_year": there} | ({"part_over_whole": part.value / there} if there else {})
    return [Remark("part_of", severity, both(key, words), numbers)]


def share_of(relation: r.ShareOf, entries: Entries) -> list[Remark]:
    """Say how much of a whole some parts are; more than all of it is a contradiction."""
    whole, members = entries[relation.whole], [entries[name] for name in relation.parts]
    comparable(whole, *members)
    total = sum(member.value for member in members)
    share = over(relation.id, total, whole)

    def words(lang: str) -> dict[str, str]:
        return {
            "parts": several((named(member, lang, year=False) for member in members), lang),
            "total": shown(total, whole.unit, lang),
            "share": percent(share),
            "whole": named(whole, lang),
        }

    one = "_one" if len(members) == 1 else ""
    key = f"audit.share_of{one}" if share <= 1 + EXACT else f"audit.share_of_over{one}"
    severity: Severity = "info" if share <= 1 + EXACT else "tension" if relation.basis_differs else "contradiction"
    return [Remark("share_of", severity, both(key, words), {"share": share})]


def classes(relation: r.Classes, entries: Entries) -> list[Remark]:
    """Add up what the size classes make at least; silent unless that is more than the whole."""
    whole = entries[relation.whole]
    sizes = [(entries[each.count], entries[each.threshold]) for each in relation.classes]
    comparable(whole, *(threshold for _, threshold in sizes))
    sizes.sort(key=lambda size: -size[1].value)
    counts = [count.value for count, _ in sizes]
    if relation.nested:
        counts = [counts[0], *(max(0.0, b - a) for a, b in pairwise(counts))]
    least = sum(count * threshold.value for count, (_, threshold) in zip(counts, sizes, strict=True))
    if least <= whole.value * (1 + EXACT):
        return []

    def words(lang: str) -> dict[str, str]:
        each = (
            f"{shown(count, entry.unit, lang)} × {shown(threshold.value, threshold.unit, lang)}"
            for count, (entry, threshold) in zip(counts, sizes, strict=True)
        )
        return {"whole": named(whole, lang), "least": shown(least, whole.unit, lang), "classes": several(each, lang)}

    severity: Severity = "tension" if relation.basis_differs else "contradiction"
    return [Remark("classes", severity, both("audit.classes", words), {"least": least})]


def excess(relation: r.Excess, entries: Entries) -> list[Remark]:
    """Say what a whole holds beyond so many members of an earlier mean; silent if nothing."""
    whole, count = entries[relation.whole], entries[relation.count]
    mean = ratio(relation.id, relation.mean, entries)
    usual = mean.value * count.value
    rest = whole.value - usual
    numbers = {"at_mean": usual, "rest": rest, "share": over(relation.id, rest, whole)}
    if relation.threshold is not None and relation.target is not None:
        return _met_by_one(relation, entries, mean, numbers)
    if rest <= EXACT * abs(whole.value):
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "whole": named(whole, lang),
            "mean": dated(mean, lang),
            "count": shown(count.value, count.unit, lang),
            "usual": shown(usual, whole.unit, lang),
            "rest": shown(rest, whole.unit, lang),
            "share": percent(numbers["share"]),
        }

    return [Remark("excess", "tension", both("audit.excess", words), numbers)]


def _met_by_one(relation: r.Excess, entries: Entries, mean: Entry, numbers: dict[str, float]) -> list[Remark]:
    threshold, target = entries[str(relation.threshold)], entries[str(relation.target)]
    whole = entries[relation.whole]
    comparable(whole, threshold)
    if numbers["rest"] < threshold.value or target.value > 1:
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "target": named(target, lang),
            "whole": named(whole, lang),
            "rest": shown(numbers["rest"], whole.unit, lang),
            "mean": dated(mean, lang),
            "threshold": shown(threshold.value, threshold.unit, lang),
        }

    return [Remark("already_met", "tension", both("audit.excess_met", words), numbers)]


def listed(relation: r.Listed, entries: Entries) -> list[Remark]:
    """Hold a count against the names that are given; silent if they agree."""
    count, named_here = entries[relation.count], len(relation.names_zh)
    rest = count.value - named_here
    if rest == 0:
        return []

    def words(lang: str) -> dict[str, str]:
        names = relation.names_zh if lang == "zh" else relation.names_en
        return {
            "count": named(count, lang),
            "named": str(named_here),
            "names": several(names, lang),
            "rest": f"{rest:g}",
        }

    key, severity = ("audit.listed_over", "contradiction") if rest < 0 else ("audit.listed", "tension")
    return [Remark("listed", severity, both(key, words), {"named": float(named_here), "rest": rest})]  # type: ignore[arg-type]

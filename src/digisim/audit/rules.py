"""Checks of a plan's own rules: bounds that its targets break, awards by size, caps, routes to a total."""

from __future__ import annotations

from itertools import pairwise

from digisim.audit import relations as r
from digisim.audit.arithmetic import EXACT, Remark, comparable, over, ratio, several, unit_over
from digisim.audit.entries import Entries, Entry
from digisim.audit.wording import bare, both, named, shown
from digisim.messages import text
from digisim.messages.amounts import percent


def rule(relation: r.Rule, entries: Entries) -> list[Remark]:
    """Hold what pairs of figures imply against a bound of the plan; silent if all keep it."""
    limit = entries[relation.limit]
    points = [ratio(relation.id, pair, entries) for pair in relation.pairs]
    comparable(limit, *points)
    sign = 1 if relation.holds == "at_least" else -1
    near = EXACT * abs(limit.value)
    broken = [point for point in points if sign * (limit.value - point.value) > near]
    kept = [point for point in points if point not in broken]
    if not broken:
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "limit": bare(limit, lang),
            "broken": several((_against(point, limit, lang) for point in broken), lang),
            "kept": several((_against(point, limit, lang) for point in kept), lang) if kept else "",
            "count": str(len(broken)),
            "all": str(len(points)),
        }

    numbers = {f"of_limit_{point.id}": over(relation.id, point.value, limit) for point in _by_pair(relation, points)}
    texts = both("audit.rule_some" if kept else "audit.rule", words)
    if relation.source_en:
        texts = both("audit.rule_of_others", lambda lang: _of_others(relation, broken, entries, lang))
    return [Remark("rule", "tension" if relation.basis_differs else "contradiction", texts, numbers)]


def _of_others(relation: r.Rule, broken: list[Entry], entries: Entries, lang: str) -> dict[str, str]:
    """Return the words for a bound that another than the plan sets, and the first pair that breaks it."""
    limit, pair = entries[relation.limit], relation.pairs[0]
    return {
        "numerator": named(entries[pair.numerator], lang),
        "denominator": named(entries[pair.denominator], lang),
        "share": percent(over(relation.id, broken[0].value, limit)),
        "limit": bare(limit, lang),
        "source": relation.source_zh if lang == "zh" else relation.source_en,
    }


def _by_pair(relation: r.Rule, points: list[Entry]) -> list[Entry]:
    """Return the points under the ids of their numerators, which the numbers of a finding are named by."""
    names = [pair.numerator for pair in relation.pairs]
    return [Entry(**(vars(point) | {"id": name})) for name, point in zip(names, points, strict=True)]


def _against(point: Entry, limit: Entry, lang: str) -> str:
    share = percent(point.value / limit.value) if limit.value else ""
    return text("audit.of_limit", lang, figure=named(point, lang, year=False), share=share)


def schedule(relation: r.Schedule, entries: Entries) -> list[Remark]:
    """Say which share of its size each award is; silent unless a larger size earns a smaller share."""
    steps = [(entries[step.threshold], entries[step.amount]) for step in relation.steps]
    comparable(*(entry for step in steps for entry in step))
    found = [over(relation.id, amount.value, threshold) for threshold, amount in steps]
    if all(later >= earlier * (1 - EXACT) for earlier, later in pairwise(found)):
        return []

    def words(lang: str) -> dict[str, str]:
        each = (
            text(
                "audit.schedule_step",
                lang,
                threshold=shown(threshold.value, threshold.unit, lang),
                amount=shown(amount.value, amount.unit, lang),
                rate=percent(rate),
            )
            for (threshold, amount), rate in zip(steps, found, strict=True)
        )
        return {"steps": ("；" if lang == "zh" else "; ").join(each)}

    numbers = {f"rate_{number}": rate for number, rate in enumerate(found, start=1)}
    return [Remark("schedule", "info", both("audit.schedule", words), numbers)]


def cap(relation: r.Cap, entries: Entries) -> list[Remark]:
    """Say from which amount on a capped subsidy pays less than its rate."""
    rate, most = entries[relation.rate], entries[relation.cap]
    binds = over(relation.id, most.value, rate)

    def words(lang: str) -> dict[str, str]:
        return {
            "rate": bare(rate, lang),
            "cap": bare(most, lang),
            "base": relation.base_zh if lang == "zh" else relation.base_en,
            "from": shown(binds, unit_over(most.unit, rate.unit), lang),
        }

    return [Remark("cap", "info", both("audit.cap", words), {"binds_above": binds})]


def route(relation: r.Route, entries: Entries) -> list[Remark]:
    """Say how many units it takes to reach a total at a rate in each of them."""
    total, rate, years = (entries[id] for id in (relation.total, relation.rate, relation.years))
    needed = over(relation.id, over(relation.id, total.value, rate), years)

    def words(lang: str) -> dict[str, str]:
        return {
            "total": named(total, lang),
            "rate": bare(rate, lang),
            "years": shown(years.value, years.unit, lang),
            "needed": f"{needed:.3g}",
            "units": relation.units_zh if lang == "zh" else relation.units_en,
        }

    return [Remark("route", "info", both("audit.route", words), {"units": needed})]



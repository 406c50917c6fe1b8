"""Checks of growth: what two figures imply, what a plan states, from where a target comes, what a share takes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from digisim.audit import relations as r
from digisim.audit.arithmetic import EXACT, VISIBLE, Remark, added, comparable, ends, legs, published, rate_between
from digisim.audit.entries import Entries, Entry
from digisim.audit.present import growth_words, known_growth, met_words, present_ends
from digisim.audit.records import Severity
from digisim.audit.wording import both, dated, named, plain, shown
from digisim.errors import PlanError, phrase
from digisim.messages.amounts import percent
from digisim.regions import load_region


def growth(relation: r.Growth, entries: Entries) -> list[Remark]:
    """Say which growth a year two figures imply; a target not above the figure before it is already met."""
    start, end = entries[relation.start], entries[relation.end]
    rate = rate_between(start, end)
    if end.is_target and end.value <= start.value:
        return [_already_met(start, end, rate)]
    numbers = {"growth": rate, "years": float(end.year - start.year)}
    benchmark = published(relation.benchmark, relation.id) if relation.benchmark else None
    key = "audit.growth"
    if benchmark is not None:
        numbers["benchmark"] = benchmark.value
        key = "audit.growth_above" if rate > benchmark.value else "audit.growth_below"

    def words(lang: str) -> dict[str, str]:
        known = {} if benchmark is None else {"benchmark": percent(benchmark.value), "year": str(benchmark.year)}
        return ends(start, end, lang) | {"rate": percent(rate)} | known

    severity: Severity = "tension" if key == "audit.growth_above" else "info"
    return [Remark("growth", severity, both(key, words), numbers)]


def _already_met(start: Entry, end: Entry, rate: float) -> Remark:
    below = end.value < start.value
    texts = both("audit.already_passed" if below else "audit.already_met", lambda lang: ends(start, end, lang))
    return Remark("already_met", "contradiction" if below else "tension", texts, {"growth": rate})


def stated_growth(relation: r.StatedGrowth, entries: Entries) -> list[Remark]:
    """Hold a stated change against the one the figures imply; silent if they agree, or if the figures' errors allow it.

    The change is a share a year, a share over all years, or an amount.
    """
    start, end, rate = entries[relation.start], entries[relation.end], entries[relation.rate]
    key, least, implied, most = _implied_change(start, end, rate)
    near = start.half + end.half + rate.half if key == "audit.stated_increment" else relation.tolerance
    if least - near <= rate.value <= most + near:
        return []

    def words(lang: str) -> dict[str, str]:
        if key == "audit.stated_increment":
            more = {"stated": named(rate, lang), "implied": shown(implied, end.unit, lang)}
        else:
            more = {"stated": percent(rate.value), "implied": percent(implied)}
        return ends(start, end, lang) | more

    return [Remark("stated_growth", "contradiction", both(key, words), {"implied": implied, "stated": rate.value})]


def _implied_change(start: Entry, end: Entry, rate: Entry) -> tuple[str, float, float, float]:
    """Return how a change is said, and the least, the printed and the most that leads from a figure to another."""
    implied = rate_between(start, end)  # refuses what no growth leads to
    bounds = [(start.high, end.low), (start.value, end.value), (start.low, end.high)]
    if rate.means == "increment":
        comparable(rate, end)
        least, implied, most = (after - before for before, after in bounds)
        return "audit.stated_increment", least, implied, most
    years, key = (1, "audit.stated_change") if rate.unit == "1" else (end.year - start.year, "audit.stated_growth")
    grown = [max(after / before, 0.0) ** (1 / years) - 1 if before > 0 else implied for before, after in bounds]
    return key, grown[0], grown[1], grown[2]


def _since(rate: Entry, since: int, end: Entry) -> int:
    """Return the years that a rate has acted; a rate that is none a year, or no years, is refused."""
    if rate.unit != "1/year" or end.year <= since or rate.value <= -1:
        raise PlanError(
            phrase("{rate!r} gives no growth from {since} to {end!r}", rate=rate.id, since=since, end=end.id),
            allowed="a growth rate a year, and a start before the end",
            next="correct the rate or the year",
        )
    return end.year - since


def base(relation: r.Base, entries: Entries) -> list[Remark]:
    """Say from where a target comes at the stated growth."""
    end, rate = entries[relation.end], entries[relation.rate]
    start = end.value / (1 + rate.value) ** _since(rate, relation.since, end)
    origin = replace(end, value=start, year=relation.since, qualifier="about")

    known = published(relation.benchmark, relation.id) if relation.benchmark else None

    def words(lang: str) -> dict[str, str]:
        printed = {} if known is None else {"known": shown(known.value, known.unit, lang), "year": str(known.year)}
        return {"end": named(end, lang), "rate": plain(rate, lang), "base": dated(origin, lang)} | printed

    numbers = {"base": start} | ({} if known is None else {"benchmark": known.value})
    return [Remark("base", "info", both("audit.base" if known is None else "audit.base_known", words), numbers)]


def rates(relation: r.Rates, entries: Entries) -> list[Remark]:
    """Say to what a share falls if the part grows more slowly than the whole; silent if it does not."""
    part, whole = entries[relation.part], entries[relation.whole]
    years = _since(part, relation.since, whole)
    _since(whole, relation.since, whole)
    left = ((1 + part.value) / (1 + whole.value)) ** years
    if left >= 1 - EXACT:
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "part": named(part, lang, year=False),
            "whole": named(whole, lang, year=False),
            "share": relation.share_zh if lang == "zh" else relation.share_en,
            "left": percent(left),
            "since": str(relation.since),
            "year": str(whole.year),
        }

    return [Remark("rates", "tension", both("audit.rates", words), {"left": left})]


def sum_growth(relation: r.SumGrowth, entries: Entries) -> list[Remark]:
    """Say how fast a sum grows, beside a stated rate; silent if they agree within a rounding."""
    start, end = (added(relation.id, [entries[id] for id in ids]) for ids in (relation.starts, relation.ends))
    rate, implied = entries[relation.rate], rate_between(start, end)
    if abs(implied - rate.value) <= r.STATED_TOLERANCE:
        return []

    def words(lang: str) -> dict[str, str]:
        return {
            "names": end.name(lang),
            "start": dated(start, lang),
            "end": dated(end, lang),
            "implied": percent(implied),
            "stated": named(rate, lang, year=False),
        }

    numbers = {"growth": implied, "stated": rate.value}
    return [Remark("sum_growth", "info", both("audit.sum_growth", words), numbers)]


def path(relation: r.Path, entries: Entries) -> list[Remark]:
    """Say how fast each leg of a path is; silent unless a later leg is faster than the one before it."""
    points = [entries[name] for name in relation.figures]
    found = [rate_between(a, b) for a, b in pairwise(points)]
    if all(later <= earlier + VISIBLE for earlier, later in pairwise(found)):
        return []

    def words(lang: str) -> dict[str, str]:
        name = relation.name_zh if lang == "zh" else relation.name_en
        return {
            "name": name or points[-1].name(lang),
            "path": ("，" if lang == "zh" else ", then ").join(dated(point, lang) for point in points),
            "rates": legs(found, lang),
        }

    numbers = {f"growth_{b.year}": rate for b, rate in zip(points[1:], found, strict=True)}
    return [Remark("path", "tension", both("audit.path", words), numbers)]


def share_path(relation: r.SharePath, entries: Entries) -> list[Remark]:
    """Say what the whole must do for a share to move as planned while its numerator grows as planned."""
    start, end, rate = entries[relation.start], entries[relation.end], entries[relation.rate]
    comparable(start, end)
    least = rate_between(start, end)
    needed = (1 + rate.value) / (1 + least) - 1
    flat = start.value * (1 + rate.value) ** (end.year - start.year)

    def words(lang: str) -> dict[str, str]:
        return ends(start, end, lang) | {
            "rate": percent(rate.value),
            "whole": relation.whole_zh if lang == "zh" else relation.whole_en,
            "needed": percent(abs(needed)),
            "flat": percent(flat),
            "least": percent(least),
        }

    shrinks = needed < -VISIBLE
    key = "audit.share_path_shrinks" if shrinks else "audit.share_path"
    severity: Severity = "contradiction" if shrinks else "info"
    numbers = {"whole_growth": needed, "share_if_whole_constant": flat, "growth_if_whole_constant": least}
    return [Remark("share_path", severity, both(key, words), numbers)]


def present(relation: r.Present, entries: Entries) -> list[Remark]:
    """Hold a target against the region's present: met beforehand, or faster than growth that is known."""
    start, end = present_ends(relation, entries)
    ends = (start, end, entries[relation.end])
    rate = rate_between(start, end) if end.value > 0 else -1.0
    if end.value <= start.value:
        if relation.wideness == "narrower":  # a part may be below its whole
            return []
        severity: Severity = "contradiction" if end.value < start.low else "tension"
        return [Remark("already_met", severity, met_words(relation, *ends), {"growth": rate})]
    known = known_growth(load_region(relation.region), relation.role)
    if rate <= known.rate:
        return []
    numbers = {"growth": rate, "years": float(end.year - start.year), "benchmark": known.rate}
    return [Remark("growth", "tension", growth_words(relation, *ends, rate, known), numbers)]

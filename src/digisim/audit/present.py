"""A user's plan against the present: the figures that the region starts from, each with whose count it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from digisim.audit.entries import Entries, Entry, counted, from_archive, from_plan
from digisim.audit.records import PlanFigure
from digisim.audit.relations import Present, Relation, Same, Wideness
from digisim.audit.wording import both, named, plain
from digisim.errors import DefectError
from digisim.evidence import figure, figures, history
from digisim.messages import text
from digisim.messages.amounts import percent
from digisim.regions import Region, load_region
from digisim.statistics import load_indicators
from digisim.targets import PlanTarget

SHARE = "digital_core_share"  # the one figure of the present that is a ratio of two printed ones

COUNTS: MappingProxyType[str, dict[str, Wideness]] = MappingProxyType(
    {
        "revenue": {
            "software_revenue": "same",
            "software_revenue_real": "same",
            "software_revenue_local": "wider",
            "software_revenue_latent": "wider",
        },
        "revenue_local": {
            "software_revenue_local": "same",
            "software_revenue": "narrower",
            "software_revenue_latent": "wider",
        },
        "revenue_latent": {
            "software_revenue_latent": "same",
            "software_revenue_local": "narrower",
            "software_revenue": "narrower",
        },
        "value_added": {"value_added_latent": "same", "value_added_local": "narrower", "value_added": "narrower"},
        "employees": {"employees_local": "same", "employees_latent": "wider", "employees": "narrower"},
        "firms": {"firms_local": "same", "firms_latent": "narrower", "firms": "narrower"},
        "above_scale": {
            "firms_above_scale": "same",
            "firms_over_1yi": "narrower",
            "firms_over_10yi": "narrower",
            "firms_over_100yi": "narrower",
            "firms_over_500yi": "narrower",
        },
        "numerical_control": {"numerical_control_rate": "same"},
        "digital_links": {"digital_links_share": "same"},
        "sites_5g": {"sites_5g": "same"},
        "racks": {"racks": "same", "racks_used": "narrower"},
        "racks_used": {"racks_used": "same"},
        "electronics": {"electronics_revenue": "same"},
        "digital_core": {
            "digital_core_value_added": "same",
            "value_added": "narrower",
            "value_added_local": "narrower",
        },
        SHARE: {SHARE: "same", "va_share_gdp": "narrower", "va_share_gdp_local": "narrower"},
    }
)
"""Role of a region's figure -> published indicators, and whether each counts the same, more (wider) or less of it."""


@dataclass(frozen=True)
class Known:
    """The growth a year that a target is held against, and the words for it."""

    rate: float
    key: str
    fields: dict[str, str]


def _printed(region: Region) -> dict[str, str]:
    """Return the ids of the figures that a region starts from by role; whose count the revenue is, the role says."""
    both = region.base_figures.given() | region.beside()
    held = {role: id for role, id in both.items() if isinstance(id, str)}
    if "revenue" in held and region.revenue_count != "ministry":
        held[f"revenue_{region.revenue_count}"] = held.pop("revenue")
    return held


def own_figures(region: Region) -> tuple[PlanFigure, ...]:
    """Return the figures of its own that a region starts from, each on the indicator that counts the same."""
    rows = {row.id: row for row in region.figures}
    found: list[PlanFigure] = []
    for role, id in _printed(region).items():
        if id in rows and id not in {row.id for row in found}:
            same = [name for name, wideness in COUNTS.get(role, {}).items() if wideness == "same"]
            written = rows[id].model_dump(exclude={"source", "source_zh", "assumption", "assumption_zh"})
            found.append(PlanFigure(**written, indicator=same[0] if same else None))
    return tuple(found)


def start_figures(region: Region) -> dict[str, Entry]:
    """Return the printed figures of the region's present by role; what is derived is no figure.

    >>> start_figures(load_region("dalian"))["revenue"].value
    64000000000.0
    """
    held = _printed(region)
    found = {role: from_archive(figure(id)) for role, id in held.items() if id in figures()}
    own = {row.id: from_plan(row, row.id) for row in own_figures(region)}
    found |= {role: own[id] for role, id in held.items() if id in own}
    gdp = next((row.value for row in history() if row.id == region.gdp), None)
    if gdp is not None and "digital_core" in found:
        core, words = found["digital_core"], load_indicators()[SHARE]
        low, high = core.low / gdp, core.high / gdp
        share = replace(core, name_en=words.long_name, name_zh=words.long_name_zh, low=low, high=high, unit="1")
        found[SHARE] = replace(share, value=core.value / gdp)
    return found


def against_present(plan: str, region: Region, targets: Iterable[PlanTarget], own: Entries) -> list[Present | Relation]:
    """Return what holds a plan's targets, and its figures of the base year, against the region's present."""
    present = start_figures(region)
    found: list[Present | Relation] = []
    for target in targets:
        for count in counted(target):
            held = held_against(count, present)
            if held is not None:
                id = f"{plan}-{target.id}-present-{count.replace('_', '-')}"
                found.append(
                    Present(
                        id=id,
                        kind="present",
                        region=region.name,
                        role=held[0],
                        start=present[held[0]].id,
                        end=target.id,
                        count=count,
                        wideness=held[1],
                        means=target.kind,
                    )
                )
    for entry in own.values():
        held = None if entry.is_target or entry.indicator is None else held_against(entry.indicator, present)
        if held is None or held[1] != "same" or held[0] == SHARE:
            continue
        start = present[held[0]]
        if entry.year == start.year and start.id not in own:
            pair = (start.id, entry.id)
            found.append(Same(id=f"{plan}-{entry.id}-present", kind="same", basis_differs=True, figures=pair))
    return found


def held_against(count: str, present: Entries) -> tuple[str, Wideness] | None:
    """Return the role that an indicator is held against; one that counts the same comes before any other."""
    known = [(role, COUNTS[role][count]) for role in COUNTS if role in present and count in COUNTS[role]]
    return min(known, key=lambda pair: pair[1] != "same", default=None)


def present_ends(relation: Present, entries: Entries) -> tuple[Entry, Entry]:
    """Return the figure of the present and the level that the target comes to, also where it states a change."""
    start, end = start_figures(load_region(relation.region))[relation.role], entries[relation.end]
    if relation.means == "increment":
        return start, replace(end, value=start.value + end.value)
    if relation.means == "growth":
        level = start.value * (1 + end.value) ** (end.year - start.year)
        return start, replace(end, value=level, unit=start.unit)
    return start, end


def known_growth(region: Region, role: str) -> Known:
    """Return the growth that a role is held against: the nation's, or the fastest ever printed where there is none."""
    rows = {row.id: row for row in history()}
    if role.startswith("revenue"):
        last = max((rows[id] for id in region.outlook.national_growth), key=lambda row: row.year)
        return Known(last.value, "revenue", {"known": percent(last.value), "year": str(last.year)})
    nation = [rows[id] for id in region.drift.nation if isinstance(id, str) and id in rows]
    held = len(nation) == len(region.drift.nation)
    if role == "employees" and held and all(row.indicator == "employees" for row in nation):
        first, last = nation
        rate = (last.value / first.value) ** (1 / (last.year - first.year)) - 1
        return Known(rate, "people", {"known": percent(rate), "first": str(first.year), "last": str(last.year)})
    grown = [r for r in rows.values() if r.region == "china" and r.annual and r.year <= region.base_year]
    rates = [r for r in grown if r.indicator.startswith("software_revenue_growth")]
    if not rates:
        raise DefectError("the archive holds no growth of the national industry")
    top = max(rates, key=lambda row: row.value)
    return Known(top.value, "fastest", {"known": percent(top.value), "year": str(top.year)})


def met_words(relation: Present, start: Entry, end: Entry, target: Entry) -> tuple[str, str]:
    """Return the sentences on a target that is not above the present; `end` is the level that it comes to."""
    key = "audit.present_met_wider" if relation.wideness == "wider" else "audit.present_met"
    return both(key, lambda lang: _ends(start, end, target, lang) | _count(relation, lang))


def growth_words(
    relation: Present, start: Entry, end: Entry, target: Entry, rate: float, known: Known
) -> tuple[str, str]:
    """Return the sentences on a target that takes more growth than is known; `end` is the level that it comes to."""
    keys = {
        "same": "audit.present_growth",
        "wider": "audit.present_growth_wider",
        "narrower": "audit.present_growth_narrower",
    }
    held = {
        "revenue": "audit.present_known_revenue",
        "people": "audit.present_known_people",
        "fastest": "audit.present_known_fastest",
    }

    def words(lang: str) -> dict[str, str]:
        told = {"rate": percent(rate), "known": text(held[known.key], lang, **known.fields)}
        return _ends(start, end, target, lang) | told | _count(relation, lang)

    return both(keys[relation.wideness], words)


def _ends(start: Entry, end: Entry, target: Entry, lang: str) -> dict[str, str]:
    """Return the words for both ends: a target that states a change is quoted as it stands, with its level."""
    said = named(target, lang)
    if end is not target:
        said = text("audit.comes_to", lang, target=said, level=plain(end, lang))
    return {"start": named(start, lang), "end": said}


def _count(relation: Present, lang: str) -> dict[str, str]:
    if relation.wideness == "same":
        return {}
    row = load_indicators()[relation.count]
    return {"count": row.long_name_zh if lang == "zh" else row.long_name}

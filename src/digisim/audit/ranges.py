"""What an indicator can be: numbers of a user's plan in a unit of another kind, or out of all range, are refused."""

from __future__ import annotations

from dataclasses import replace

from digisim.audit.entries import Entry
from digisim.audit.records import PlanFigure
from digisim.errors import PlanError, UnitError, phrase
from digisim.evidence.conversion import printed_units
from digisim.messages.amounts import percent
from digisim.registers import Document, KeyPath
from digisim.statistics import Indicator, load_indicators
from digisim.targets import PlanTarget

SIGNED = frozenset({"growth_on_size", "spread_on_size", "pay_on_size", "orders_served"})
"""Indicators that may be negative: slopes, and one less a ratio that may exceed one."""

SHARES = frozenset(
    {
        "revenue_share_over_1yi",
        "va_share_gdp",
        "va_share_gdp_local",
        "va_share_gdp_latent",
        "va_ratio",
        "rd_share",
        "orders_served",
        "park_vacancy",
        "numerical_control_rate",
        "digital_links_share",
        "digital_core_share",
        "limited_by_orders",
        "limited_by_people",
        "limited_by_space",
        "limited_by_capital",
        "revenue_share_top10",
        "revenue_share_largest",
        "firms_share_over_1yi_local",
        "firms_share_over_1yi_latent",
        "survival_5",
    }
)
"""Indicators that are a share of a whole, so that 100% is the most; the other ratios may exceed it."""

A_HEAD = {"CNY/person/year": ("CNY/person", "CNY/year")}
"""Units of what one person earns or brings in a year, as people write them: without the year, or without the person."""

LARGEST = 1e18  # in canonical units: beyond it no amount can be printed


def fitted(row: PlanFigure | PlanTarget, entry: Entry, region: str, document: Document, place: KeyPath) -> Entry:
    """Return the entry of a row in the unit of its indicator; a unit or value that it cannot have is refused."""
    where = document.where((*place, "value"))
    if abs(entry.value) > LARGEST:
        raise PlanError(
            phrase("{id!r} is too large: {value}", id=row.id, value=f"{row.value:g} {row.unit}"),
            where=where,
            allowed=phrase("at most {most} in the plain unit", most=f"{LARGEST:g}"),
            next="correct the value or its unit",
        )
    if row.indicator is None:
        return entry
    kind = row.kind if isinstance(row, PlanTarget) else "level"
    indicator = load_indicators(region)[entry.indicator or row.indicator]
    entry = _in_unit(row, entry, indicator, kind, document.where((*place, "unit")))
    _refuse_value(row, entry, kind, where)
    return entry


def _in_unit(row: PlanFigure | PlanTarget, entry: Entry, indicator: Indicator, kind: str, where: str) -> Entry:
    """Return the entry with the unit of its indicator; the amount of a year may be written with or without 'a year'."""
    wanted = "1/year" if kind == "growth" else indicator.unit
    if entry.unit == wanted:
        return entry
    if indicator.summary == "flow" and entry.unit == f"{wanted}/year":
        return replace(entry, unit=wanted)
    if entry.unit in A_HEAD.get(wanted, ()):
        return replace(entry, unit=wanted)
    units = printed_units()
    written = [name for name, each in units.items() if each.canonical == wanted]
    counts = row.of is None and row.unit in units and units[row.unit].counts
    raise UnitError(
        phrase(
            "{id!r} is in {unit!r}, which does not measure {indicator!r}",
            id=row.id,
            unit=row.unit,
            indicator=row.indicator,
        ),
        where=where,
        allowed=", ".join(dict.fromkeys([*written, wanted])),
        next=phrase("say what is counted: of: {unit}", unit=wanted)
        if counts and "/" not in wanted and wanted not in ("1", "CNY", "USD", "person")
        else phrase("give the value in {unit}", unit=written[0] if written else wanted),
    )


def _refuse_value(row: PlanFigure | PlanTarget, entry: Entry, kind: str, where: str) -> None:
    value, shown = entry.value, f"{row.value:g} {row.unit}"
    if kind == "growth" and value <= -1:
        raise PlanError(
            phrase("{id!r} is {value}: nothing falls by all of itself a year", id=row.id, value=shown),
            where=where,
            allowed="above -100% a year",
            next="correct the value or its unit",
        )
    if kind in ("level", "share") and value < 0 and entry.indicator not in SIGNED:
        raise PlanError(
            phrase(
                "{id!r} is {value}, but {indicator!r} cannot be negative",
                id=row.id,
                value=shown,
                indicator=row.indicator,
            ),
            where=where,
            allowed="0 or more",
            next="correct the value; for a change, write kind: increment or kind: growth",
        )
    if kind != "growth" and entry.indicator in SHARES and abs(value) > 1:
        raise PlanError(
            phrase(
                "{id!r} is {value}, but {indicator!r} is a share of a whole",
                id=row.id,
                value=percent(value),
                indicator=row.indicator,
            ),
            where=where,
            allowed="at most 100%",
            next="correct the value or its unit",
        )

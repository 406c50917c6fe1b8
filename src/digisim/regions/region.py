"""The regions there are: those of the package, and those that a user wrote in the working folder."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from digisim.errors import EvidenceError, InputError, phrase
from digisim.evidence import conversion
from digisim.parameters import load_parameters
from digisim.regions.quantities import Known, known, middle, size
from digisim.regions.records import Record, Region
from digisim.registers import Document, KeyPath, load_yaml, validate
from digisim.resources import package_file
from digisim.schemas import suggest

OWN_FOLDER = Path("regions")
"""Where in the working folder a user's regions lie, a file NAME.yaml each."""

UNITS = {"revenue": "CNY", "value_added": "CNY", "exports": "USD", "employees": "person", "firms": "firm",
         "above_scale": "firm", "numerical_control": "1", "digital_links": "1", "sites_4g": "station",
         "sites_5g": "station", "racks": "rack", "racks_used": "rack", "electronics": "CNY",
         "digital_core": "CNY"}  # fmt: skip
"""What a base figure of each role measures, and what a city says of itself beside software."""
LISTS = ("national_growth", "national_levels", "per_head_growth", "export_growth")

_guests: dict[str, Region] = {}
"""Regions of a user's that another process has read; a worker process may stand in another folder."""


class RegionFile(Record):
    """A region's file: the region, and the targets of its plan (in the package these stand in a register)."""

    region: Region
    targets: tuple[dict[str, Any], ...] = ()


def _packaged() -> list[str]:
    folder = package_file("regions/segments.yaml").parent
    return sorted(p.stem for p in folder.glob("*.yaml") if p.stem != "segments")


def own_file(name: str) -> Path | None:
    """Return the file of a user's region, or None for a region of the package."""
    path = OWN_FOLDER / f"{name}.yaml"
    return path if name not in _packaged() and path.is_file() else None


def region_names() -> list[str]:
    """Names of the regions that have a file, in the package or in the working folder.

    >>> {"dalian", "shenzhen", "dongguan", "qingdao"} <= set(region_names())
    True
    """
    own = {p.stem for p in OWN_FOLDER.glob("*.yaml")} if OWN_FOLDER.is_dir() else set()
    return sorted({*_packaged(), *own, *_guests})


def load_region(name: str) -> Region:
    """Read a region by name; an unknown name is an InputError that lists the known ones.

    >>> load_region("dalian").base_year
    2020
    """
    if name not in region_names():
        raise InputError(
            phrase("unknown region {name!r}", name=str(name)[:60]),
            where="region",
            allowed=", ".join(region_names()),
            next=suggest(name, region_names()) or "choose one of these",
        )
    path = own_file(name)
    if path is None:
        return _guests[name] if name in _guests else _read(package_file(f"regions/{name}.yaml"), 0).region
    return _read(path.resolve(), path.stat().st_mtime_ns).region


def place_in_file(region: Region, *keys: str | int) -> str:
    """Return file and line of a part of a region, for a message; in a process that stands elsewhere, the file alone."""
    if own_file(region.name) is None and region.name not in _packaged():
        return (OWN_FOLDER / f"{region.name}.yaml").as_posix()
    path = own_file(region.name) or package_file(f"regions/{region.name}.yaml")
    return load_yaml(path).where(("region", *keys))


def packaged_regions() -> list[str]:
    """Names of the regions that come with digisim.

    >>> packaged_regions()
    ['dalian', 'dongguan', 'qingdao', 'shenzhen']
    """
    return _packaged()


def region_document(path: Path) -> tuple[RegionFile, Document]:
    """Read the file of a region; every fault is an ``InputError`` with file and line."""
    document = load_yaml(path)
    try:
        found = validate(RegionFile, document)
    except InputError as fault:
        if fault.where:
            raise
        place = document.where(("region", "largest_firm_revenue"))  # the one quantity with a unit of its own
        raise type(fault)(fault.what, where=place, allowed=fault.allowed, next=fault.next) from None
    for number, own in enumerate(found.region.figures):
        conversion(own.unit, own.of, where=document.where(("region", "figures", number, "unit")))
    if found.region.name != path.stem:
        raise InputError(
            phrase("the name {name!r} is not the file's", name=found.region.name),
            where=document.where(("region", "name")),
            allowed=path.stem,
            next="rename the file or correct the name",
        )
    _refuse_twice(found, document)
    for keys, identifier in _named(found.region):
        row = _refuse(found.region, identifier, document.where(("region", *keys)))
        role = "employees" if keys[0] == "past_employees" else str(keys[-1])
        stated = found.region.base_figures.given() | found.region.beside()
        printed = keys[0] in ("base_figures", "city") and isinstance(stated[role], str) or keys[0] == "past_employees"
        if printed and row.unit != UNITS[role]:
            raise InputError(
                phrase("{id!r} is in {unit!r}, which does not measure {what!r}", id=row.id, unit=row.unit, what=role),
                where=document.where(("region", *keys)),
                allowed=UNITS[role],
                next="name a figure of that unit, or derive it with times and over",
            )
    _refuse_sizes(found.region, document)
    _refuse_poor(found.region, document)
    _refuse_large(found.region, document.where(("region", "anchors")))
    return found, document


def _refuse_twice(found: RegionFile, document: Document) -> None:
    """Refuse two figures, or two targets, of one id."""
    ids = [(("region", "figures", k), row.id) for k, row in enumerate(found.region.figures)]
    wanted = [(("targets", k), row.get("id", k)) for k, row in enumerate(found.targets)]
    for rows in (ids, wanted):
        seen: set[Any] = set()
        for keys, identifier in rows:
            if identifier in seen:
                raise InputError(
                    phrase("the id {id!r} is given twice", id=identifier),
                    where=document.where(keys),
                    allowed="each id once",
                    next="ids are unique in a region's file",
                )
            seen.add(identifier)


def _refuse_sizes(region: Region, document: Document) -> None:
    """Refuse a city of nothing, more people in the industry than in the nation's, more firms than people, more large
    firms than firms."""
    counts = [known(held, region) for held in region.drift.nation if isinstance(held, str)]
    nation = max((row.value for row in counts if row.unit == UNITS["employees"]), default=math.inf)
    people, firms = middle(region, "employees"), middle(region, "firms")
    whole = {"employees": nation, "firms": people, "above_scale": firms}
    allowed = {
        "employees": phrase("above 0, and no more people than the {nation:,.0f} of the nation", nation=nation),
        "firms": phrase("above 0, and no more than the {people:,.0f} people of the industry", people=people),
        "above_scale": phrase("above 0, and no more than the {firms:,.0f} firms of the city", firms=firms),
    }
    for role in region.base_figures.given():
        value = middle(region, role)
        if not 0.0 < value <= whole.get(role, math.inf):
            raise InputError(
                phrase("{what!r} is {value:,.0f} {unit}", what=role, value=value, unit=UNITS[role]),
                where=document.where(("region", "base_figures", role)),
                allowed=allowed.get(role, phrase("above 0")),
                next="check the figure and its unit",
            )


def _refuse_poor(region: Region, document: Document) -> None:
    """Refuse revenue below the pay of those who earn it, or below what firms above the threshold have at least."""
    revenue = size(region, "revenue")
    each = revenue / size(region, "employees")
    pay = size(region, "wage.base.2020") * (1.0 + size(region, "social.charges"))
    if each <= pay:
        raise InputError(
            phrase("revenue is {each:,.0f} CNY a head, and pay with its charges {pay:,.0f} CNY", each=each, pay=pay),
            where=document.where(("region", "base_figures", "revenue")),
            allowed="more revenue a head than pay",
            next="check revenue, employees and wage.base.2020, each with its unit",
        )
    least = size(region, "above_scale", "reporting.threshold")
    if least > revenue:
        raise InputError(
            phrase("firms above scale have at least {least:.3g} CNY of {whole:.3g} CNY", least=least, whole=revenue),
            where=document.where(("region", "base_figures", "above_scale")),
            allowed="less than the revenue of the region",
            next="check above_scale, revenue and reporting.threshold, each with its unit",
        )


def _refuse_large(region: Region, where: str) -> None:
    """Refuse named firms that leave nothing for the others, or no others."""
    if len(region.anchors) >= round(firms := middle(region, "firms")):
        raise InputError(
            phrase("{named} firms are named of {firms:,.0f}", named=len(region.anchors), firms=firms),
            where=where,
            allowed="fewer than all firms",
            next="check the figure of firms, or leave some out",
        )
    named = sum(middle(region, f"anchor {anchor.name}", anchor.revenue) for anchor in region.anchors)
    whole = middle(region, "revenue")
    if named >= whole:
        raise InputError(
            phrase("the named firms have {named:.3g} CNY of {whole:.3g} CNY", named=named, whole=whole),
            where=where,
            allowed="less than the revenue of the region",
            next="lower their factors",
        )


def _named(region: Region) -> Iterator[tuple[KeyPath, str]]:
    """The names of figures in a region's file, each with its place; roles and parameters are none."""
    places: list[tuple[KeyPath, Any]] = [
        *((("base_figures", role), held) for role, held in region.base_figures.given().items()),
        *((("city", role), held) for role, held in region.city.items()),
        *((("anchors", k, "revenue"), anchor.revenue) for k, anchor in enumerate(region.anchors)),
        *((("drift", key), held) for key in ("city", "nation") for held in getattr(region.drift, key)),
        *((("outlook", key), held) for key in LISTS for held in getattr(region.outlook, key)),
        *((("outlook", "category_growth", key), held) for key, held in region.outlook.category_growth.items()),
        (("nation_revenue",), region.nation_revenue),
        *((("past_employees",), held) for held in region.past_employees),
        *((("gdp",), each) for each in (region.gdp,) if each is not None),
    ]
    for keys, held in places:
        names = (held,) if isinstance(held, str) else held.names()
        roles = (*region.base_figures.given(), *region.city, *load_parameters())
        yield from ((keys, name) for name in names if name not in roles)


def _refuse(region: Region, identifier: str, where: str) -> Known:
    """Return what is known by a name; refuse one that nothing has, and a year that the region cannot have known."""
    try:
        row = known(identifier, region)
    except EvidenceError as fault:
        raise EvidenceError(fault.what, where=fault.where or where, allowed=fault.allowed, next=fault.next) from None
    if row.year > region.base_year:
        said = {"id": identifier, "year": row.year, "base": region.base_year}
        raise EvidenceError(
            phrase("{id!r} is of {year}, after the base year {base}", **said),
            where=where,
            allowed=phrase("figures up to {base}", base=region.base_year),
            next="name an older one: nothing after the base year may enter a start",
        )
    return row


@cache
def _read(path: Path, changed: int) -> RegionFile:
    """Read a file once for each time it was ``changed``."""
    return region_document(path)[0]


def own_regions(names: Iterable[str]) -> tuple[Region, ...]:
    """Return those of these regions that are a user's, so that other processes may be told of them."""
    return tuple(load_region(name) for name in sorted(set(names)) if name not in _packaged())


def introduce(regions: Iterable[Region]) -> None:
    """Make a user's regions known here, whatever folder this process stands in."""
    _guests.update({region.name: region for region in regions if own_file(region.name) is None})


def digest(region: Region) -> str:
    """Return the SHA-256 of what a region's file says; comments do not enter."""
    text = json.dumps(region.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

"""What a region's figures are worth: printed ones by id, derived ones by what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from digisim.errors import EvidenceError, phrase
from digisim.evidence import ErrorModel, conversion, figures, history, scaled, scaled_error
from digisim.parameters import load_parameters, medians
from digisim.regions.records import Derived, Quantity, Region


@dataclass(frozen=True)
class Known:
    """A known number: its year, its value and unit in canonical units, and how far the true value may lie from it."""

    id: str
    year: int
    value: float
    unit: str
    error: ErrorModel | None = None


@cache
def _archive() -> dict[str, Known]:
    rows = {row.id: Known(row.id, row.year, row.value, row.unit) for row in history()}
    printed = {row.id: Known(row.id, row.year, row.value, row.unit, row.error) for row in figures().values()}
    return {**printed, **rows}


def known(identifier: str, region: Region | None = None) -> Known:
    """Return a figure, a published value, or a figure that the region brings along.

    >>> known("dp-t1-software-revenue-2020").year
    2020
    """
    for row in region.figures if region is not None else ():
        if row.id == identifier:
            factor, unit = conversion(row.unit, row.of)
            return Known(row.id, row.year, scaled(row.value, factor), unit, scaled_error(row.error, factor))
    if identifier in _archive():
        return _archive()[identifier]
    raise EvidenceError(
        phrase("no figure or published value {identifier!r}", identifier=identifier),
        allowed="an id of the evidence registers",
        next="digisim evidence lists them",
    )


def published(identifier: str) -> tuple[int, float]:
    """Year and value (canonical unit) of a published row or a figure."""
    row = known(identifier)
    return row.year, row.value


Draw = Callable[[str, str | Derived], float]
"""(name, what is drawn) -> value: of a printed figure within its error, or of the factor of a derived one."""


def resolve(region: Region, role: str, held: Quantity, parameters: Mapping[str, float], draw: Draw) -> float:
    """Return the value of a role's figure in canonical units.

    A printed figure is drawn under the name of its role ("city role" beside software); what a derived one rests on
    under "role id", its factor under "role factor", so that a further figure leaves the draws of the others as they
    were. A name that is itself a role stands for that role's own draw.
    """
    if isinstance(held, str):
        return draw(role, held)

    roles, beside = region.base_figures.given(), region.beside()

    def one(name: str) -> float:
        if name in roles:
            return resolve(region, name, roles[name], parameters, draw)
        if name in beside:
            return resolve(region, f"city {name}", beside[name], parameters, draw)
        return parameters[name] if name in load_parameters() else draw(f"{role} {name}", name)

    value = 1.0 if held.factor is None else draw(f"{role} factor", held)
    for name in held.times:
        value *= one(name)
    for name in held.over:
        value /= one(name)
    return value if held.less_than is None else one(held.less_than) - value


def middle(region: Region, role: str, held: Quantity | None = None) -> float:
    """Return the value of a base figure, or of another one, without any error: the middle of what a member may draw.

    >>> from digisim.regions import load_region
    >>> middle(load_region("dalian"), "revenue")
    64000000000.0
    """

    def draw(name: str, what: str | Derived) -> float:
        if isinstance(what, Derived):
            assert what.factor is not None
            return float(what.factor.quantile(0.5))
        return known(what, region).value

    rows = load_parameters()
    own = {name: rows[name].scale * float(row.prior.quantile(0.5)) for name, row in region.parameters.items()}
    return resolve(region, role, held or region.base_figures.given()[role], medians() | own, draw)


def size(region: Region, *names: str) -> float:
    """Return the product of base figures and parameters of a region, each at its middle; revenue is that of all firms,
    as the coverage of its count has it.

    >>> from digisim.regions import load_region
    >>> size(load_region("dalian"), "employees"), size(load_region("dalian"))
    (200000.0, 1.0)
    """
    rows, roles = load_parameters(), region.base_figures.given()
    value = 1.0
    for name in names:
        if name in roles:
            value *= middle(region, name)
        if name == "revenue" and region.revenue_count != "latent":
            value /= size(region, "coverage.revenue")
        if name in rows:
            law = region.parameters.get(name, rows[name])
            value *= rows[name].scale * float(law.prior.quantile(0.5))
    return value


def level(region: Region, held: Quantity) -> tuple[int, float]:
    """Return year and value of a printed figure, or of a product of printed ones (the last of their years).

    >>> from digisim.regions import load_region
    >>> level(load_region("dalian"), "dp-software-employment")
    (2020, 200000.0)
    """
    if isinstance(held, str):
        row = known(held, region)
        return row.year, row.value
    rows = [known(name, region) for name in (*held.times, *held.over)]
    value = 1.0
    for row in rows[: len(held.times)]:
        value *= row.value
    for row in rows[len(held.times) :]:
        value /= row.value
    return max(row.year for row in rows), value


def older(region: Region) -> dict[str, Known]:
    """Return by role the printed figures of a region's present that are of a year before its base year.

    They are taken as they stand; one that is derived says under its assumption what became of it since.

    >>> from digisim.regions import load_region
    >>> {role: row.year for role, row in older(load_region("dalian")).items()}
    {'above_scale': 2017}
    """
    held = region.base_figures.given() | region.beside()
    rows = {role: known(each, region) for role, each in held.items() if isinstance(each, str)}
    return {role: row for role, row in rows.items() if row.year < region.base_year}


def cited(region: Region) -> tuple[str, ...]:
    """Return the ids of figures and published values that a region starts from.

    >>> from digisim.regions import load_region
    >>> cited(load_region("dalian"))[0]
    'dp-t1-software-revenue-2020'
    """
    anchors = (anchor.revenue for anchor in region.anchors)
    held = [*region.base_figures.given().values(), *anchors, *region.city.values()]
    names = [name for each in held for name in ((each,) if isinstance(each, str) else each.names())]
    roles = {*region.base_figures.given(), *region.city, *load_parameters()}
    return tuple(dict.fromkeys(name for name in names if name not in roles))

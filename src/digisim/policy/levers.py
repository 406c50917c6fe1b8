"""The register of levers: what a government can do, in which unit and range, for whom, at whose cost."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from digisim import evidence
from digisim.errors import DefectError, InputError, phrase
from digisim.parameters import load_parameters
from digisim.regions import Region, load_region, middle, place_in_file, size
from digisim.regions.records import CityFigure
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.schemas import nearest, suggest
from digisim.units import UNITS, field_quantity, format_quantity, parse_quantity

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=4)]
DIGITS = 3  # of the end of a range that is a share of revenue: a bound is no result
SIZES = ("revenue", "employees", "firms", "above_scale")  # that every region has
CARRIED_OUT = "place.implementation"  # share of what is announced that is carried out, and paid
FROZEN = ConfigDict(extra="forbid", frozen=True)


def _followed(name: str) -> str:
    if name not in SIZES and name not in load_parameters():
        raise ValueError(f"{name!r} is neither one of {', '.join(SIZES)} nor a parameter")
    return name


Follows = Annotated[str, AfterValidator(_followed)]


class ActsOn(BaseModel):
    """On whom a lever acts and what it changes for them."""

    model_config = FROZEN
    entity: Literal["firm", "talent", "park", "city"]
    what: Text


class Cap(BaseModel):
    """The most that one recipient gets (CNY) in a period."""

    model_config = FROZEN
    amount: Annotated[float, BeforeValidator(lambda value: field_quantity(value, "CNY")), Field(gt=0)]
    per: Literal["firm", "person"]
    period: Literal["year", "course", "arrival", "outstanding"]
    assumption: Text


class BudgetRule(BaseModel):
    """How spending ends: the value is a year's budget, or limits a stock, or a ceiling ends an entitlement; a condition
    on others spends nothing.

    ``ceiling_share`` is a share (0..1) of the sector revenue of the base year, for a year.
    """

    model_config = FROZEN
    kind: Literal["annual", "entitlement", "stock", "condition"]
    ceiling_share: float | None = Field(default=None, gt=0, le=1)
    assumption: Text | None = None

    @model_validator(mode="after")
    def _ceiling(self) -> BudgetRule:
        if (self.kind == "entitlement") != (self.ceiling_share is not None and self.assumption is not None):
            raise ValueError("an entitlement, and only it, has a ceiling_share and the assumption behind it")
        return self


class UnitCost(BaseModel):
    """What a unit of the lever costs in a year (CNY) if all of it is carried out: to turn money into values.

    It is stated for a region; elsewhere it is as many times that as the product of what it `follows`, base figures and
    parameters of a region, none for a share of the value itself. A region's file may state its own (`unit_costs`).
    ``set_aside`` is what a prudent payer keeps for a unit where claims are rare (CNY a year): it turns money into a
    value in the place of ``amount``, which is still what is spent.
    """

    model_config = FROZEN
    stated_for: Name
    follows: tuple[Follows, ...]
    amount: Annotated[float, BeforeValidator(lambda value: field_quantity(value, "CNY/year")), Field(gt=0)]
    set_aside: Annotated[float, BeforeValidator(lambda v: field_quantity(v, "CNY/year")), Field(gt=0)] | None = None
    assumption: Text

    def times(self, factor: float) -> dict[str, float | None]:
        """Return both amounts, scaled."""
        kept = None if self.set_aside is None else self.set_aside * factor
        return {"amount": self.amount * factor, "set_aside": kept}


class Lever(BaseModel):
    """One row of the register; ``range``, ``in_force`` and every value are in the canonical ``unit``.

    With ``of_revenue`` the ends of the range are shares of base-year sector revenue: ``of`` makes them CNY.
    ``needs`` are figures of the city beside software (``city`` in a region's file) without which it moves nothing.
    ``rule`` names the printed rule (``policy/rules.yaml``) that the lever switches on; its amounts are the document's.
    ``of_park``: a scenario can let it act in one park alone.
    ``alone`` is false for a lever that only helps others to arrive. ``carried`` is the share (0..1) of what is
    announced that is expected to be carried out, and so paid: no register states it, a region's levers have it.
    """

    model_config = FROZEN
    name: Name
    name_en: Text
    name_zh: Text
    unit: str
    range: tuple[float, float]
    of_revenue: bool = False
    range_reason: Text
    in_force: float
    family: Text
    family_zh: str = Field(min_length=2)
    acts_on: ActsOn
    eligibility: Text
    cap: Cap | None = None
    budget: BudgetRule
    unit_cost: UnitCost | None = None
    payer: Text
    mechanism: Text
    parameters: tuple[str, ...] = Field(min_length=1)
    needs: tuple[CityFigure, ...] = ()
    measures: tuple[str, ...] = Field(min_length=1)
    note: Text | None = None
    rule: Name | None = None
    of_park: bool = False
    alone: bool = True
    carried: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="before")
    @classmethod
    def _read_range(cls, row: Any) -> Any:
        if not isinstance(row, dict) or "unit" not in row:
            return row
        if row["unit"] not in UNITS:
            raise ValueError(f"unknown unit {row['unit']!r}; known are {', '.join(UNITS)}")
        ends = row.get("range")
        if isinstance(ends, list):
            unit = "1" if row.get("of_revenue") else row["unit"]
            row = {**row, "range": tuple(field_quantity(end, unit) for end in ends)}
        return row

    @model_validator(mode="after")
    def _consistent(self) -> Lever:
        if not self.range[0] <= self.in_force <= self.range[1] or self.range[0] == self.range[1]:
            raise ValueError("in_force must lie in the range, and the range must not be empty")
        if self.of_revenue and self.unit not in ("CNY", "CNY/year"):
            raise ValueError("only a range in CNY or CNY/year is a share of revenue")
        if (self.unit == "CNY/year" or self.free) != (self.unit_cost is None):
            raise ValueError(
                "a lever in CNY/year costs its value and a condition nothing; "
                "every other one, and only it, has a unit_cost"
            )
        unknown = [name for name in self.parameters if name not in load_parameters()]
        if unknown:
            raise ValueError(f"the parameters {', '.join(unknown)} are not in the register")
        if len(set(self.measures)) < len(self.measures):
            raise ValueError("a measure is named twice")
        return self

    @property
    def free(self) -> bool:
        """Whether it is a condition on others, which costs nobody any money.

        >>> [name for name, row in load_levers().items() if row.free]
        ['land_entry']
        """
        return self.budget.kind == "condition"

    def of(self, revenue: float) -> Lever:
        """Return the lever with its range in the unit, for a sector whose revenue of the base year is known (CNY).

        >>> load_levers()["rd_grant"].of(6.4e10).range, load_levers()["tier_award"].of(6.4e10).range
        ((0.0, 2000000000.0), (0.0, 0.02))
        """
        if not self.of_revenue:
            return self
        low, high = (float(f"{end * revenue:.{DIGITS}g}") for end in self.range)
        return self.model_copy(update={"range": (low, high), "of_revenue": False})

    def costed(self, region: Region) -> Lever:
        """Return the lever with what a unit of it costs in a region, and the share of it that is carried out there.

        >>> [round(levers_of(city)["super_deduction"].cost(1.0) / 1e8, 1) for city in ("dalian", "shenzhen")]
        [4.5, 31.0]
        """
        here = self.model_copy(update={"carried": size(region, CARRIED_OUT)})
        stated = self.unit_cost
        if stated is None or stated.stated_for == region.name:
            return here
        own = region.unit_costs.get(self.name)
        times = size(region, *stated.follows) / size(load_region(stated.stated_for), *stated.follows)
        told: dict[str, Any] = stated.times(times)
        if own:
            told |= {"amount": own.amount, "assumption": own.assumption or own.source}
        return here.model_copy(update={"unit_cost": stated.model_copy(update=told)})

    def lacks(self, region: Region) -> tuple[str, ...]:
        """Return what it acts on that a region does not state: there it would cost money and move nothing.

        >>> [find_lever("network_buildout").lacks(load_region(city)) for city in ("dalian", "qingdao")]
        [(), ('sites_4g', 'sites_5g')]
        """
        return tuple(name for name in self.needs if name not in region.beside())

    def ends(self) -> tuple[float, float]:
        """Return the ends of the range in the unit; of a share of revenue that nobody stated they are not known."""
        if self.of_revenue:
            raise DefectError(f"the range of {self.name!r} is a share of revenue", where="policy/levers.py")
        return self.range

    def at_cost(self, spending: float) -> float:
        """Return the value that is expected to cost so much a year (CNY), at most the end of the range.

        Of a budget more is announced than is carried out; where claims are rare it is the value for which a prudent
        payer sets so much aside.

        >>> rows = levers_of("dalian")
        >>> round(rows["rd_grant"].at_cost(3e8) / 1e8, 2), round(rows["graduate_retention"].at_cost(9e6))
        (4.94, 1685)
        """
        if self.free:
            raise DefectError(f"the lever {self.name!r} is a condition, which costs nothing", where="policy/levers.py")
        return min(spending / self.effort(1.0), self.ends()[1])

    def effort(self, value: float) -> float:
        """Return the effort that a value stands for (CNY a year): what it is expected to cost, or what is set aside."""
        kept = self.unit_cost.set_aside if self.unit_cost else None
        return self.cost(value) if kept is None else value * kept * self.carried

    def cost(self, value: float) -> float:
        """Return what a value is expected to cost a year (CNY): what of it is carried out; of a condition 0."""
        if self.free:
            return 0.0
        return value * (self.unit_cost.amount if self.unit_cost else 1.0) * self.carried

    def most(self) -> float:
        """Return the expected cost of the end of the range (CNY a year)."""
        return self.cost(self.ends()[1])

    def allowed(self) -> str:
        """Return the range as a sentence part, for messages and lists."""
        if self.of_revenue:
            low, high = (f"{100 * end:g}" for end in self.range)
            return phrase("{low} to {high}% of the sector's revenue, in {unit}", low=low, high=high, unit=self.unit)
        low, high = (format_quantity(end, self.unit) for end in self.range)
        return phrase("{low} to {high}", low=low, high=high)

    def read(self, value: str | int | float, *, where: str = "") -> float:
        """Return a written value in the canonical unit; a wrong unit or a value out of range is an ``InputError``.

        >>> levers_of("dalian")["rd_grant"].read("3 亿 CNY/year")
        300000000.0
        """
        what = phrase("lever {name!r}", name=self.name)
        number = parse_quantity(value, self.unit, what=what, where=where)
        low, high = self.ends()
        if not low <= number <= high:
            raise InputError(
                phrase("{what} is out of range: {value}", what=what, value=format_quantity(number, self.unit)),
                where=where,
                allowed=self.allowed(),
                next="choose a value in the range (see: digisim levers)",
            )
        return number


class Tombstone(BaseModel):
    """A removed lever's name and what to use instead."""

    model_config = FROZEN
    name: Name
    since: str
    replaced_by: tuple[Name, ...]
    advice: Text


@cache
def _levers(path: Path) -> dict[str, Lever]:
    levers = load_register(path, Lever, "levers")
    measures = [measure for lever in levers.values() for measure in lever.measures]
    twice = sorted({measure for measure in measures if measures.count(measure) > 1})
    if twice:  # counts of measures split an effort between levers, so none may count twice
        raise DefectError(f"measures stand under two levers: {', '.join(twice)}", where=str(path.name))
    unknown = sorted(set(measures) - set(evidence.measures()))
    if unknown:
        raise DefectError(f"the archive holds no measures {', '.join(unknown)}", where=str(path.name))
    return levers


def load_levers(path: Path | None = None) -> dict[str, Lever]:
    """Return the levers by name, in register order.

    >>> list(load_levers())[:2]
    ['rd_grant', 'talent_housing_subsidy']
    """
    return dict(_levers(path or package_file("policy/levers.yaml")))


def levers_of(region: str) -> dict[str, Lever]:
    """Return the levers of a region by name: ranges that are shares of revenue are of what it starts from, in CNY, and
    a unit costs what it does there.

    >>> levers_of("dalian")["rd_grant"].allowed(), levers_of("shenzhen")["rd_grant"].allowed()
    ('0 CNY/year to 20 亿 CNY/year', '0 CNY/year to 241 亿 CNY/year')
    """
    held = load_region(region)
    revenue = middle(held, "revenue")
    _refuse_costs(held)
    return {name: lever.of(revenue).costed(held) for name, lever in load_levers().items()}


def most_spent(region: str) -> dict[str, float]:
    """Return what each lever is expected to spend a year at the end of its range, at most its ceiling (CNY).

    >>> {name: round(most_spent("dalian")[name] / 1e8, 1) for name in ("rd_grant", "tier_award", "park_rent_subsidy")}
    {'rd_grant': 12.1, 'tier_award': 0.7, 'park_rent_subsidy': 6.4}
    """
    revenue = middle(load_region(region), "revenue")
    ceilings = {name: row.budget.ceiling_share for name, row in load_levers().items()}
    return {
        name: min(row.most(), math.inf if (share := ceilings[name]) is None else share * revenue)
        for name, row in levers_of(region).items()
    }


def _refuse_costs(region: Region) -> None:
    """Refuse the cost of what is no lever, or of one that costs its value."""
    known = [name for name, row in load_levers().items() if row.unit_cost is not None]
    for name in region.unit_costs:
        if name not in known:
            raise InputError(
                phrase("unit_costs names {name!r}", name=name),
                where=place_in_file(region, "unit_costs", name),
                allowed=", ".join(known),
                next=suggest(name, known) or "a lever in CNY/year costs its value; of the others name one",
            )


def lever_families(region: str | None = None) -> dict[str, tuple[str, ...]]:
    """Return family -> the names of its levers, both in register order: those over which an effort is split.

    Printed rules have amounts of their own, and a lever that only helps others does nothing alone: both are left out,
    and of a region those that have nothing to act on there.

    >>> lever_families()["R&D and innovation"]
    ('rd_grant', 'super_deduction')
    >>> set(lever_families()) - set(lever_families("qingdao"))
    {'infrastructure 5G/IDC'}
    """
    families: dict[str, tuple[str, ...]] = {}
    here = None if region is None else load_region(region)
    for row in (row for row in load_levers().values() if row.rule is None and row.alone):
        if here is not None and row.lacks(here):
            continue
        families[row.family] = (*families.get(row.family, ()), row.name)
    return families


@cache
def load_tombstones(path: Path | None = None) -> dict[str, Tombstone]:
    """Return the removed levers by their old name; each replacement must exist."""
    tombstones = load_register(path or package_file("policy/tombstones.yaml"), Tombstone, "tombstones")
    levers = load_levers()
    for stone in tombstones.values():
        lost = [name for name in stone.replaced_by if name not in levers]
        if lost or stone.name in levers:
            raise DefectError(
                f"the tombstone {stone.name!r} is wrong: it is still a lever, or {lost} are none", where="tombstones"
            )
    return tombstones


def find_lever(name: str, *, where: str = "", tombstones: Path | None = None) -> Lever:
    """Return a lever by name; a removed name answers with what replaces it, an unknown one with the nearest name.

    >>> find_lever("park_rent_subsidy").unit
    '1'
    """
    levers = load_levers()
    if name in levers:
        return levers[name]
    stone = load_tombstones(tombstones).get(name)
    if stone is not None:
        instead = ", ".join(stone.replaced_by) or phrase("none replaces it")
        raise InputError(
            phrase("the lever {name!r} was removed in version {since}", name=name, since=stone.since),
            where=where,
            allowed=instead,
            next=stone.advice,
        )
    raise InputError(
        phrase("unknown lever {name!r}", name=str(name)[:60]),
        where=where,
        allowed=nearest(name, levers, "digisim levers"),
        next=suggest(name, levers, {each.name_zh: each.name for each in levers.values()})
        or phrase("see: {command}", command="digisim levers"),
    )

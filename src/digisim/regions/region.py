"""A region as data: base figures by evidence id, segments, markets, parks, and the rules for outlook and drift."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from digisim.errors import InputError, phrase
from digisim.registers import load_register, load_yaml, validate
from digisim.resources import package_file
from digisim.schemas import suggest
from digisim.units import parse_quantity


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Segment(_Record):
    """A segment of the industry; `tilt` is a growth difference a year, `per_head` a ratio to the mean.

    `serves_adopters`: its local customers are enterprises that digitalise.
    """

    name: str
    name_en: str
    name_zh: str
    category: str
    tilt: float
    per_head: float
    reason: str
    serves_adopters: bool = False


class Park(_Record):
    """A park; `share` of the city's floor area in use by the industry."""

    name: str
    name_en: str
    name_zh: str
    share: float
    scattered: bool = False  # firms outside parks: neighbours by name only


class OutlookSource(_Record):
    """Ids of published history rows that the outlook is made from."""

    national_growth: tuple[str, ...]
    per_head_growth: tuple[str, ...]
    export_growth: tuple[str, ...]
    category_growth: dict[str, str]
    shifts: dict[str, float]
    shifts_reason: str


class DriftSource(_Record):
    """Ids from which the drift of relative demand is made."""

    city: tuple[str, str]
    nation: tuple[str, str]
    years: int
    overstatement: str
    compensation: str


class BaseFigures(_Record):
    """Evidence ids of the figures that a member draws and meets."""

    revenue: str
    employees: str
    firms: str
    above_scale: str


CityFigure = Literal[
    "numerical_control", "digital_links", "sites_4g", "sites_5g", "racks", "racks_used", "electronics", "digital_core"
]
"""What a city may print about itself beside software."""


class Region(_Record):
    """A region, as its file states it; `city` holds evidence ids of base-year figures beside software."""

    name: str
    name_en: str
    name_zh: str
    base_year: int
    horizon: int
    warmup_start: int
    base_figures: BaseFigures
    gdp: str
    city: dict[CityFigure, str] = {}
    nation_revenue: str
    first_firms: int
    past_employees: tuple[str, ...]
    outlook: OutlookSource
    drift: DriftSource
    regimes: dict[str, float]
    regimes_reason: str
    largest_firm_revenue: tuple[float, float]
    largest_firm_reason: str
    segments: dict[str, float]
    segments_reason: str
    markets: dict[str, dict[str, float]]
    markets_reason: str
    parks: tuple[Park, ...]
    parks_reason: str

    @field_validator("largest_firm_revenue", mode="before")
    @classmethod
    def _read_range(cls, value: list[str]) -> tuple[float, ...]:
        return tuple(parse_quantity(v, "CNY") for v in value)

    @model_validator(mode="after")
    def _adds_up(self) -> Region:
        for label, total in (
            ("segments", sum(self.segments.values())),
            ("parks", sum(p.share for p in self.parks)),
            ("regimes", sum(self.regimes.values())),
        ):
            if abs(total - 1.0) > 1e-9:
                raise ValueError(f"shares of {label} sum to {total:g}, not to 1")
        known = set(load_segments())
        if set(self.segments) - known:
            raise ValueError(f"unknown segments: {sorted(set(self.segments) - known)}")
        return self


class _File(_Record):
    region: Region


@cache
def load_segments() -> dict[str, Segment]:
    """The segments, in the order of their positions in arrays.

    >>> list(load_segments())[0]
    'outsourcing'
    """
    return load_register(package_file("regions/segments.yaml"), Segment, "segments")


def region_names() -> list[str]:
    """Names of the regions that have a file.

    >>> region_names()
    ['dalian']
    """
    folder = package_file("regions/segments.yaml").parent
    return sorted(p.stem for p in folder.glob("*.yaml") if p.stem != "segments")


@cache
def load_region(name: str) -> Region:
    """Read a region by name; an unknown name is an InputError that lists the known ones.

    >>> load_region("dalian").base_year
    2020
    """
    if name not in region_names():
        raise InputError(
            phrase("unknown region {name!r}", name=name),
            allowed=", ".join(region_names()),
            next=suggest(name, region_names()) or "choose one of these",
        )
    return validate(_File, load_yaml(package_file(f"regions/{name}.yaml"))).region

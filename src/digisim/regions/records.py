"""What the file of a region says: base figures, segments, markets, parks, and the rules for outlook and drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from digisim.errors import phrase
from digisim.evidence import ErrorModel
from digisim.evidence.records import Number, Slug, Year
from digisim.parameters import load_parameters
from digisim.parameters.distributions import Prior
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.schemas import Location, Misplaced, nearest, suggest
from digisim.units import field_quantity, parse_quantity


class Record(BaseModel):
    """A part of a region's file: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Named = Annotated[str, Field(pattern=r"\S")]
"""A name that is shown to people, so that it cannot be empty."""


class Segment(Record):
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


class Park(Record):
    """A park; `share` of the city's floor area in use by the industry.

    `owner`: who built it, the government or a wholly state-owned company (public) or others; where nobody says it, each
    member draws it (`park.public`).
    """

    name: Named
    name_en: Named
    name_zh: Named
    share: float
    scattered: bool = False  # firms outside parks: neighbours by name only
    owner: Literal["public", "private"] | None = None


class Derived(Record):
    """A figure that nobody prints: `times` multiplied, divided by `over`, times a draw from `factor`.

    The names are roles of the region's base figures or of what it says beside software, ids of figures or of published
    values, or parameters; with none the factor is all. With `less_than` the result is what is left of that role.
    `assumption` says why.
    """

    times: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    factor: Prior | None = None
    less_than: str | None = None
    assumption: str

    def names(self) -> tuple[str, ...]:
        """What it rests on."""
        return (*self.times, *self.over, *filter(None, (self.less_than,)))


class OwnFigure(Record):
    """A figure that a region brings along: value and unit as printed, with the error of its printing, which holds the
    value; one origin, a source that anybody can open, or an assumption with its reason."""

    id: Slug
    name_en: str = ""
    name_zh: str = ""
    year: Year
    value: Number
    unit: str
    of: str | None = None
    error: ErrorModel | None = None
    source: str | None = None
    source_zh: str = ""
    assumption: str | None = None
    assumption_zh: str = ""

    @model_validator(mode="after")
    def _one_origin(self) -> OwnFigure:
        if (self.source is None) == (self.assumption is None):
            raise ValueError(phrase("give exactly one of {names}", names="source, assumption"))
        return self

    @model_validator(mode="after")
    def _holds_the_value(self) -> OwnFigure:
        low, high = (self.error.low, self.error.high) if self.error is not None else (None, None)
        if low is not None and high is not None and not low <= self.value <= high:
            raise Misplaced(
                phrase("the error from {low:g} to {high:g} does not hold the value {value:g}", low=low, high=high,
                       value=self.value),
                ("error",),
                allowed=phrase("a range that holds {value:g}", value=self.value),
                next="give low and high in the unit of the value, on both sides of it",
            )  # fmt: skip
        return self


Quantity = str | Derived
"""A figure by its id, or how it is derived."""


class OutlookSource(Record):
    """Ids of published history rows that the outlook is made from, and what had to be assumed where there are none.

    `national_levels`: levels of successive years whose growth is used where `national_growth` has no row of the year.
    """

    national_growth: tuple[str, ...]
    national_levels: tuple[str, ...] = ()
    per_head_growth: tuple[str, ...] = ()
    export_growth: tuple[str, ...] = ()
    category_growth: dict[str, str] = {}
    per_head_share: float | None = None
    export_growth_assumed: float | None = None
    assumption: str = ""
    shifts: dict[str, float]
    shifts_reason: str

    @model_validator(mode="after")
    def _complete(self) -> OutlookSource:
        for rows, assumed, name in (
            (self.per_head_growth, self.per_head_share, "per_head_growth, per_head_share"),
            (self.export_growth, self.export_growth_assumed, "export_growth, export_growth_assumed"),
        ):
            if bool(rows) == (assumed is not None):
                raise ValueError(phrase("give exactly one of {names}", names=name))
            if assumed is not None and not self.assumption:
                raise ValueError(phrase("what is assumed needs its reason under {name}", name="assumption"))
        return self


class DriftSource(Record):
    """The two counts of city and nation from which the drift of relative demand is made; the spread by the admitted
    overstatement of the first count, or assumed."""

    city: tuple[Quantity, Quantity]
    nation: tuple[Quantity, Quantity]
    overstatement: str | None = None
    spread: float | None = None
    compensation: str

    @model_validator(mode="after")
    def _one_spread(self) -> DriftSource:
        if (self.overstatement is None) == (self.spread is None):
            raise ValueError(phrase("give exactly one of {names}", names="overstatement, spread"))
        return self


def _refuse_circles(given: Mapping[str, Quantity]) -> None:
    """Refuse a role that rests on itself, directly or through others."""
    rests = {role: () if isinstance(held, str) else held.names() for role, held in given.items()}
    for first, names in rests.items():
        seen: set[str] = set()
        open_roles = list(names)
        while open_roles:
            role = open_roles.pop()
            if role == first:
                raise ValueError(phrase("the figure {role!r} rests on itself", role=first))
            if role in rests and role not in seen:
                seen.add(role)
                open_roles += rests[role]


class BaseFigures(Record):
    """The figures that a member draws and meets; `exports` in USD."""

    revenue: Quantity
    employees: Quantity
    firms: Quantity
    above_scale: Quantity
    value_added: Quantity | None = None
    exports: Quantity | None = None

    def given(self) -> dict[str, Quantity]:
        """The figures by role, without those that the region does not have."""
        return {role: held for role, held in self if held is not None}

    @model_validator(mode="after")
    def _no_circle(self) -> BaseFigures:
        _refuse_circles(self.given())
        return self


class Anchor(Record):
    """A named firm that is known to have been there in the base year; a scenario can take it away."""

    name: Named
    name_en: Named
    name_zh: Named
    segment: str
    park: str
    revenue: Quantity


class OwnParameter(Record):
    """The prior of a parameter in this region, in the unit and scale of the register; one origin as there."""

    prior: Prior
    source: str | None = None
    assumption: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> OwnParameter:
        if (self.source is None) == (self.assumption is None):
            raise ValueError(phrase("give exactly one of {names}", names="source, assumption"))
        return self


class OwnCost(Record):
    """What a unit of a lever costs in this region in a year (CNY) if all of it is carried out, in place of the
    register's; one origin."""

    amount: Annotated[float, BeforeValidator(lambda value: field_quantity(value, "CNY/year")), Field(gt=0)]
    source: str | None = None
    assumption: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> OwnCost:
        if (self.source is None) == (self.assumption is None):
            raise ValueError(phrase("give exactly one of {names}", names="source, assumption"))
        return self


SETTLED_YEARS = 5  # of the warm-up, over which the renewal of customer bases is averaged
LONGEST_YEARS = 20  # of the warm-up: from longer ago nobody knows the industry, and every member would run through them
WHOLE = 1e-9  # what decimal shares that add up to one may miss in binary
AT_ONCE = 20  # names that a message lists; of more it gives the nearest
MARKETS = ("local", "china", "japan", "overseas")
REGIMES = ("people_scarce", "demand_scarce")
SHIFTS = ("central", "low", "high")
OBSERVED = "observed"
OUTLOOKS = (*SHIFTS, OBSERVED)
"""Outlooks for the world outside: from what was known in the base year, and from what was published since; the first
holds if none is named."""
Count = Literal["ministry", "local", "latent"]
CityFigure = Literal[
    "numerical_control", "digital_links", "sites_4g", "sites_5g", "racks", "racks_used", "electronics", "digital_core"
]
"""What a city may print, or assume, about itself beside software."""


class Region(Record):
    """A region, as its file states it; `city` holds base-year figures beside software.

    `revenue_count` says whose count the base figure of revenue is, `headline` the indicator that a chart shows first.
    `parameters` and `unit_costs` replace priors and costs of the registers here; `anchors` are named firms,
    `figures` what the archive does not hold; the run over the past begins by, and is held against, `past_employees`.
    """

    name: str
    name_en: Named
    name_zh: Named
    base_year: int
    horizon: int
    warmup_start: int
    base_figures: BaseFigures
    revenue_count: Count = "ministry"
    headline: str = "software_revenue"
    gdp: str | None = None
    city: dict[CityFigure, Quantity] = {}
    nation_revenue: str
    first_firms: int
    past_employees: tuple[str, ...] = ()
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
    anchors: tuple[Anchor, ...] = ()
    parameters: dict[str, OwnParameter] = {}
    unit_costs: dict[str, OwnCost] = {}
    figures: tuple[OwnFigure, ...] = ()

    def beside(self) -> dict[str, Quantity]:
        """What the region says of the city beside software, by role."""
        return {str(role): held for role, held in self.city.items()}

    @field_validator("largest_firm_revenue", mode="before")
    @classmethod
    def _read_range(cls, value: list[str]) -> tuple[float, ...]:
        return tuple(parse_quantity(v, "CNY") for v in value)

    @field_validator("largest_firm_revenue")
    @classmethod
    def _low_before_high(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0.0 < value[0] <= value[1]:
            raise Misplaced(
                phrase("the largest firm has from {low:,.0f} to {high:,.0f} CNY", low=value[0], high=value[1]),
                (),
                allowed="two amounts above 0, the lower one first",
                next="check both amounts and their order",
            )
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Region:
        if self.base_year - self.warmup_start < SETTLED_YEARS or self.horizon <= self.base_year:
            raise ValueError(
                phrase(
                    "the years are out of order: {start}, {base}, {end} (warmup_start {years} years before base_year, "
                    "horizon after it)",
                    start=self.warmup_start,
                    base=self.base_year,
                    end=self.horizon,
                    years=SETTLED_YEARS,
                )
            )
        earliest, latest = self.base_year - LONGEST_YEARS, self.base_year - SETTLED_YEARS
        if self.warmup_start < earliest:
            raise Misplaced(
                phrase("{key} is {year}", key="warmup_start", year=self.warmup_start),
                ("warmup_start",),
                allowed=phrase("{first} to {last}", first=earliest, last=latest),
                next="begin the run later: the industry of so long ago is not known",
            )
        if self.first_firms > self.warmup_start:
            raise Misplaced(
                phrase("{key} is {year}", key="first_firms", year=self.first_firms),
                ("first_firms",),
                allowed=phrase("at most {limit}", limit=self.warmup_start),
                next="give the year of the oldest firms: some are there when the run begins",
            )
        return self

    @field_validator("segments", "parks", "regimes")
    @classmethod
    def _adds_up(cls, value: Any, info: ValidationInfo) -> Any:
        total = sum(value.values()) if isinstance(value, dict) else sum(park.share for park in value)
        if abs(total - 1.0) > WHOLE:
            raise ValueError(phrase("shares of {label} sum to {total:g}, not to 1", label=info.field_name, total=total))
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Region:
        _refuse_circles(self.base_figures.given() | self.beside())
        lacking = [name for name, stated in self.markets.items() if "default" not in stated]
        if lacking:
            raise ValueError(phrase("markets without a default: {names}", names=", ".join(lacking)))
        named = {"parks": [park.name for park in self.parks], "anchors": [anchor.name for anchor in self.anchors]}
        for key, names in named.items():
            for number, name in enumerate(names):
                if name in names[:number]:
                    raise Misplaced(
                        phrase("two {label} have the name {name}", label=key, name=name),
                        (key, number, "name"),
                        allowed="each name once",
                        next="rename one of them",
                    )
        return self

    @model_validator(mode="after")
    def _is_known(self) -> Region:
        for label, known, used in self._words():
            for at, name in used:
                if name not in known:
                    raise Misplaced(
                        phrase("unknown {label}: {names}", label=label, names=name),
                        at,
                        allowed=", ".join(known)
                        if len(known) <= AT_ONCE
                        else nearest(name, known, "docs/reference/parameters.md"),
                        next=suggest(name, known) or "choose one of these",
                    )
        if missing := [name for name in load_segments() if not self.segments.get(name, 0.0) > 0.0]:
            raise ValueError(phrase("segments without a share above 0: {names}", names=", ".join(missing)))
        if missing := [name for name in SHIFTS if name not in self.outlook.shifts]:
            what = phrase("outlooks without a shift: {names}", names=", ".join(missing))
            raise Misplaced(what, ("outlook", "shifts"), allowed=", ".join(SHIFTS), next="give each of them a shift")
        return self

    def _words(self) -> list[tuple[str, list[str], list[tuple[Location, str]]]]:
        """Names that must be known: what they are of, the known ones, and each name with its place."""

        def keys(held: Iterable[str], *at: str | int) -> list[tuple[Location, str]]:
            return [((*at, name), name) for name in held]

        segments = list(load_segments())
        parks = [park.name for park in self.parks]
        categories = list(dict.fromkeys(row.category for row in load_segments().values()))
        of_markets = [each for m, stated in self.markets.items() for each in keys(stated, "markets", m)]
        return [
            ("segments", segments, keys(self.segments, "segments")),
            ("segments", segments, [(("anchors", k, "segment"), a.segment) for k, a in enumerate(self.anchors)]),
            ("parks", parks, [(("anchors", k, "park"), a.park) for k, a in enumerate(self.anchors)]),
            ("markets", list(MARKETS), keys(self.markets, "markets")),
            ("segments of markets", ["default", *segments], of_markets),
            ("regimes", list(REGIMES), keys(self.regimes, "regimes")),
            ("outlooks", list(SHIFTS), keys(self.outlook.shifts, "outlook", "shifts")),
            ("categories", categories, keys(self.outlook.category_growth, "outlook", "category_growth")),
            ("parameters", list(load_parameters()), keys(self.parameters, "parameters")),
        ]


@cache
def load_segments() -> dict[str, Segment]:
    """The segments, in the order of their positions in arrays.

    >>> list(load_segments())[0]
    'outsourcing'
    """
    return load_register(package_file("regions/segments.yaml"), Segment, "segments")

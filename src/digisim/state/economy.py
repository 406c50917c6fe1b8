"""The Economy: everything that a quarter reads and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from digisim.regions import records
from digisim.state.elsewhere import Elsewhere
from digisim.state.flows import Flows
from digisim.state.table import Table

MARKETS = records.MARKETS
DOMESTIC = 2  # markets before this position are in China
LIMITS = ("orders", "people", "space", "capital")
INCUMBENT, SPIN_OFF, ARRIVED, ANCHOR, INCUBATED = range(5)  # origins of firms, as the register of columns has them
Record = TypeVar("Record", "Environment", "City")


def _apart(record: Record) -> Record:
    """A copy of a record whose arrays are its own."""
    twin = replace(record)
    for name, value in vars(record).items():
        if isinstance(value, np.ndarray):
            setattr(twin, name, value.copy())
    return twin


@dataclass
class Environment:
    """What the outside world does; arrays are (segments, markets) or (segments,), money in CNY a year.

    `market` holds, of the local market, what users outside the industry buy; its own firms come on top of it with
    `bought_here`, the share of their purchases that is software work bought in the local market. `upgrading` is the
    share of outsourcing work that usually moves to other segments in a year, here as elsewhere. `nation` is what the
    nation's software revenue has become since the base year, one when that ends.
    """

    quarter: int
    market: np.ndarray
    outside: np.ndarray
    inclusive_start: np.ndarray
    nest_openness: np.ndarray
    output_per_worker: np.ndarray
    purchase_share: np.ndarray
    segment_growth: np.ndarray
    wage_outside: float
    rent_level: float
    gdp: float
    frontier: float = 1.0
    frontier_growth: float = 0.0
    presence_growth: float = 0.0
    drift: float = 0.0
    growth: float = 0.0
    nation: float = 1.0
    wage_growth: float = 0.0
    bought_here: float = 0.0
    upgrading: float = 0.0

    def scale_nominal(self, factor: float) -> None:
        """Change the unit of account of everything nominal."""
        for name in ("market", "output_per_worker"):
            setattr(self, name, getattr(self, name) * factor)
        self.wage_outside *= factor
        self.rent_level *= factor
        self.gdp *= factor

    def copy(self) -> Environment:
        """An independent copy."""
        return _apart(self)


@dataclass
class Entitlements:
    """Effective parameters of the quarter that policy sets; other processes cannot tell them from calibration.

    `graduate_allowance`, `arrival_income`: CNY a person (once) and CNY a year; `course_share`: share of staff who
    begin a course; `settlement_grant`: CNY per planned job of an arriving firm, until `settlement_budget` (CNY) is
    spent, at most `settlement_cap` a firm; `graduate_budget`, `housing_budget`: CNY that may still be paid in the year;
    `procurement`: CNY of additional local orders in the quarter;
    `adoption_push`, `network_push`: by what share enterprises adopt, and 5G sites are built, faster.
    `founding`: multiplier on the hazard of founding; `startup_aid`: CNY for each founder until `startup_budget` is
    spent. `research_relief`: share of research cost deducted once more from taxable profit; `profit_relief`: share of
    profit tax refunded; `tier_award`: share of a revenue step paid once to who passes it, at most `tier_cap`;
    `list_award`: CNY for a firm for each national list that it is new on; what the four may still cost in the year
    stands in `research_relief_budget`, `profit_relief_budget`, `tier_budget` and `list_budget` (CNY).
    `selling_abroad`, `selling_home`: share of firms that the city takes to fairs in the quarter.
    """

    graduate_allowance: float = 0.0
    arrival_income: float = 0.0
    course_share: float = 0.0
    course_cost: float = 0.0
    settlement_grant: float = 0.0
    settlement_budget: float = 0.0
    settlement_cap: float = 0.0
    graduate_budget: float = 0.0
    housing_budget: float = 0.0
    procurement: float = 0.0
    vouchers: float = 0.0
    founding: float = 1.0
    startup_aid: float = 0.0
    startup_budget: float = 0.0
    research_relief: float = 0.0
    research_relief_budget: float = 0.0
    profit_relief: float = 0.0
    profit_relief_budget: float = 0.0
    tier_award: float = 0.0
    tier_budget: float = 0.0
    tier_cap: float = 0.0
    list_award: float = 0.0
    list_budget: float = 0.0
    selling_abroad: float = 0.0
    selling_home: float = 0.0
    adoption_push: float = 0.0
    network_push: float = 0.0


ADOPTIONS = ("numerical_control", "digital_links")
UNKNOWN = float("nan")  # what a region prints no figure of


@dataclass
class City:
    """The city around the industry, and what its money is worth abroad; what a region does not print is NaN.

    `yen`, `dollar`: CNY per JPY and USD; `dollar_mean`: mean of the year so far. `price_abroad`: CNY that customers in
    Japan and overseas pay for a unit of work, over its price at the last rates of the base year; `volume_due`: log
    change of what they order that movements of the rates so far have still to bring, both of shape (2,).
    `adoption`, `adoption_nation`: shares of enterprises, shape (2,), in the order of `ADOPTIONS`, as they are and
    as they would be at the nation's speed; `adoption_counted`: whether somebody counts them, so that the office can
    publish them. `sites_5g`, `sites_need`: base stations built and needed. `racks`, `racks_used`: data centre
    racks. `electronics`: revenue of electronics manufacturing, CNY a year. `core_start`, `core_rest`: value added
    of the digital core in the base year, and of its branches beside software and electronics, CNY a year;
    `core_scale`: ratio of its printed value to the sum of its parts.
    """

    yen: float = UNKNOWN
    dollar: float = UNKNOWN
    dollar_mean: float = UNKNOWN
    price_abroad: np.ndarray = field(default_factory=lambda: np.ones(len(MARKETS) - DOMESTIC))
    volume_due: np.ndarray = field(default_factory=lambda: np.zeros(len(MARKETS) - DOMESTIC))
    adoption: np.ndarray = field(default_factory=lambda: np.full(len(ADOPTIONS), UNKNOWN))
    adoption_nation: np.ndarray = field(default_factory=lambda: np.full(len(ADOPTIONS), UNKNOWN))
    adoption_counted: bool = False
    sites_5g: float = UNKNOWN
    sites_need: float = UNKNOWN
    racks: float = UNKNOWN
    racks_used: float = UNKNOWN
    electronics: float = UNKNOWN
    core_start: float = UNKNOWN
    core_rest: float = UNKNOWN
    core_scale: float = UNKNOWN

    def copy(self) -> City:
        """An independent copy."""
        return _apart(self)


@dataclass
class Scales:
    """Sizes of the start that later quarters compare with.

    They are constants because a mean over present agents would let each agent move all others by its mere presence.
    """

    people: float
    firms: float
    labour_markets: int
    unemployment: float = 0.04
    entry_hazard: float = 0.0
    exits: float = 0.0
    graduates: float = 0.0
    retention: float = 0.5
    relative_surplus: float = 1.0
    closing: float = 1.0
    effective: float = 1.0
    median_staff: float = 1.0
    knowledge_per_head: float = 1.0
    typical_capability: float = 0.0
    typical_research: float = 0.0
    product_ageing: float = 0.0


@dataclass
class Economy:
    """Clock, firms, talent, parks, environment, payments and what has been published.

    `published` holds the tables of years, `by_quarter` those of quarters counted from year 0, where they are wanted.
    """

    firms: Table
    talent: Table
    parks: list[Any]
    environment: Environment
    parameters: Mapping[str, float]
    scales: Scales
    flows: Flows
    entitlements: Entitlements = field(default_factory=Entitlements)
    relax: np.ndarray = field(default_factory=lambda: np.ones(len(LIMITS)))
    memo: dict[str, Any] = field(default_factory=dict)
    published: dict[int, dict[str, float]] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    city: City = field(default_factory=City)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    by_quarter: dict[int, dict[str, float]] | None = None

    def copy(self, model: Any) -> Economy:
        """An independent copy whose parks belong to another model: scenarios begin from one start."""
        firms, talent = self.firms.copy(), self.talent.copy()
        twin = Economy(
            firms, talent, [park.copy(model) for park in self.parks], self.environment.copy(), dict(self.parameters),
            replace(self.scales), Flows(firms, talent), replace(self.entitlements), self.relax.copy(),
        )  # fmt: skip
        twin.memo = {k: (v.copy() if isinstance(v, np.ndarray) else v) for k, v in self.memo.items()}
        twin.published = {year: dict(table) for year, table in self.published.items()}
        twin.counts = dict(self.counts)
        twin.city = self.city.copy()
        return twin

    @property
    def quarter(self) -> int:
        """The current quarter, counted from year 0."""
        return self.environment.quarter

    @property
    def register_lag(self) -> int:
        """Quarters between the closing of a firm and its leaving the register."""
        return round(self.parameters["register.lag"] * 4)

    def count(self, name: str, value: float) -> None:
        """Add to a counter of the year (hires, moves, exits ...), for the statistical office."""
        self.counts[name] = self.counts.get(name, 0.0) + float(value)

    def __repr__(self) -> str:
        employed = int((self.talent["employer"] >= 0).sum())
        return (
            f"<Economy {self.quarter // 4}Q{self.quarter % 4 + 1}: {int(self.firms['alive'].sum())} firms, "
            f"{employed} employed, {len(self.parks)} parks>"
        )


def output_per_worker(
    environment: Environment,
    parameters: Mapping[str, float],
    segment: np.ndarray,
    capability: np.ndarray,
    product: np.ndarray,
) -> np.ndarray:
    """Revenue a quarter per effective worker: rho[segment] (c/F)^lambda (1 + x product share) / 4, shape (n,), CNY.

    x is the premium on revenue per worker that raises the margin by `upgrade.margin` points when all work is own
    products. lambda < 1: else innovation would cut jobs one for one. Capability enters relative to the outside frontier
    because rho already carries the national trend of revenue per head.
    """
    relative = (capability / environment.frontier) ** parameters["capability.productivity"]
    solution = 1.0 + parameters["upgrade.premium"] * product
    result: np.ndarray = environment.output_per_worker[segment] * relative * solution / 4.0
    return result

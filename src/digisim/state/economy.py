"""The Economy: everything that a quarter reads and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from digisim.state.flows import Flows
from digisim.state.table import Table

MARKETS = ("local", "china", "japan", "overseas")
DOMESTIC = 2  # markets before this position are in China
LIMITS = ("orders", "people", "space", "capital")


@dataclass
class Environment:
    """What the outside world does; arrays are (segments, markets) or (segments,), money in CNY a year."""

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
    drift: float = 0.0
    growth: float = 0.0
    wage_growth: float = 0.0

    def scale_nominal(self, factor: float) -> None:
        """Change the unit of account of everything nominal."""
        for name in ("market", "output_per_worker"):
            setattr(self, name, getattr(self, name) * factor)
        self.wage_outside *= factor
        self.rent_level *= factor
        self.gdp *= factor

    def copy(self) -> Environment:
        """An independent copy."""
        twin = replace(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(twin, name, value.copy())
        return twin


@dataclass
class Entitlements:
    """Effective parameters of the quarter that policy sets; other processes cannot tell them from calibration.

    `graduate_allowance`, `arrival_income`: CNY a person (once) and CNY a year; `course_share`: share of staff who
    begin a course; `settlement_grant`: CNY per planned job of an arriving firm, until `settlement_budget` (CNY) is
    spent, at most `settlement_cap` a firm; `graduate_budget`, `housing_budget`: CNY that may still be paid in the year;
    `rent_support`: share of rent refunded to firms; `procurement`: CNY of additional local orders in the quarter.
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
    rent_support: float = 0.0
    procurement: float = 0.0


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
    """Clock, firms, talent, parks, environment, payments and what has been published."""

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
        return twin

    @property
    def quarter(self) -> int:
        """The current quarter, counted from year 0."""
        return self.environment.quarter

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

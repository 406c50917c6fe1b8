"""Growth of an indicator in the first year after the base year against the years that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from digisim.statistics import load_indicators

MAIN = (
    "software_revenue", "software_revenue_local", "software_revenue_latent", "employees_local", "firms_latent",
    "firms_above_scale", "value_added", "wage_mean", "exports", "revenue_per_head", "rd_share", "job_seekers",
    "in_migration", "out_migration", "entries", "exits", "park_vacancy", "rent_mean",
)  # fmt: skip
REGIMES = ("all", "people_scarce", "demand_scarce")


@dataclass(frozen=True)
class FirstYear:
    """Median growth of the members: in the first year, the range of the years after it, and their largest step."""

    name: str
    first: float
    low: float
    high: float
    step: float

    @property
    def outside(self) -> float:
        """How far the first year lies outside the range; 0 or less inside it."""
        return max(self.first - self.high, self.low - self.first)

    @property
    def jump(self) -> float:
        """How far it lies outside by more than one step: a trend that goes on is outside by a step, and no jump."""
        return self.outside - self.step

    def __str__(self) -> str:
        mark = "  " if self.outside <= 0.0 else "* " if self.jump <= 0.0 else "**"
        later = f"later {self.low:+.4f} to {self.high:+.4f}, steps up to {self.step:.4f}"
        return f"{self.name:24s} {mark} first {self.first:+.4f}   {later}"


def of_regime(dataset: xr.Dataset, regime: str) -> xr.Dataset:
    return dataset if regime == "all" else dataset.isel(member=np.flatnonzero(dataset["regime"].values == regime))


def paths(dataset: xr.Dataset, name: str) -> np.ndarray:
    """Return the values of an indicator, shape (members, years)."""
    return dataset[name].isel(scenario=0, city=0).transpose("member", "year").values


def growth_of(values: np.ndarray) -> np.ndarray:
    """Return the growth of each member in each year after the first, NaN from a year without a level."""
    return values[:, 1:] / np.where(values[:, :-1] > 0.0, values[:, :-1], np.nan) - 1.0


def first_year(name: str, values: np.ndarray) -> FirstYear:
    """Return the median over members (rows) of the growth of one indicator; a member without a level does not count."""
    return _of_path(name, np.nanmedian(growth_of(values), axis=0))


def _of_path(name: str, growth: np.ndarray) -> FirstYear:
    later = growth[1:]
    return FirstYear(name, float(growth[0]), float(later.min()), float(later.max()), float(abs(np.diff(later)).max()))


def sampled(name: str, values: np.ndarray, samples: int) -> list[FirstYear]:
    """Return first years of samples of the members, drawn with replacement (bootstrap)."""
    rng = np.random.default_rng(20200101)
    rows = rng.integers(0, len(values), (samples, len(values)))
    drawn = growth_of(values)[rows]
    medians = (np.nanmedian if np.isnan(drawn).any() else np.median)(drawn, axis=1)
    return [_of_path(name, growth) for growth in medians]


def levels(dataset: xr.Dataset) -> list[str]:
    """Return the published indicators that have a level in every year: a median above zero.

    Moments of the distribution of firms are estimates from few firms a year; the scorecard pools years.
    """
    names = [name for name, row in load_indicators().items() if row.summary != "moment"]
    return [name for name in names if (np.median(paths(dataset, name), axis=0) > 0.0).all()]


def measured(dataset: xr.Dataset, regime: str = "all") -> dict[str, np.ndarray]:
    """Return the values, (members, years), of each indicator that has a level, for the members of a regime."""
    chosen = of_regime(dataset, regime)
    return {name: paths(chosen, name) for name in levels(chosen)}


def smallest_jump(name: str, values: np.ndarray, samples: int, alpha: float) -> float:
    """Return the lower bound of the jump over samples of members, which falls below with chance alpha."""
    return float(np.quantile([each.jump for each in sampled(name, values, samples)], alpha))


def least_outside(name: str, values: np.ndarray, samples: int, alpha: float) -> float:
    """Return the lower bound of how far the first year lies outside the range, which falls below with chance alpha."""
    return float(np.quantile([each.outside for each in sampled(name, values, samples)], alpha))


def share_inside(values: np.ndarray) -> np.ndarray:
    """Share of members (rows) whose growth in a year lies within the range of their own other years, by year.

    Of eight years that are alike, one lies within the range of the other seven with chance 6/8.
    """
    growth = growth_of(values)
    growth = growth[~np.isnan(growth).any(axis=1)]
    shares = []
    for year in range(growth.shape[1]):
        others = np.delete(growth, year, axis=1)
        shares.append(float(((growth[:, year] >= others.min(1)) & (growth[:, year] <= others.max(1))).mean()))
    return np.array(shares)


def share_near(values: np.ndarray) -> np.ndarray:
    """Share of members (rows) whose growth in a year lies no further outside the range of their own other years than
    the largest step between two of these: a trend that goes on does, a jump does not. By year.
    """
    growth = growth_of(values)
    growth = growth[~np.isnan(growth).any(axis=1)]
    shares = []
    for year in range(growth.shape[1]):
        others = np.delete(growth, year, axis=1)
        step = abs(np.diff(others, axis=1)).max(1)
        beyond = np.maximum(growth[:, year] - others.max(1), others.min(1) - growth[:, year])
        shares.append(float((beyond <= step).mean()))
    return np.array(shares)

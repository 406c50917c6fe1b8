"""Moments of the distribution of firms, published each year so that any result can be held against stylised facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma

from digisim.kernels.ages import comparable_growth, count_ages
from digisim.statistics.formulas import in_register, ratio, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from digisim.state.table import Table

SMALL = 10  # staff a year ago from which growth counts: in a smaller firm one person more or less is a jump
LARGEST = 0.05  # share of the firms, by number, whose sizes make the tail
TOP = 10  # the largest firms whose share of revenue is published
BINS = 10  # classes of size, equal in number of firms, in which the spread of growth is taken
FEWEST = 50  # firms that a moment is taken of; fewer give no number
COHORT = 20  # quarters after which a cohort of new firms is counted again
SHAPES = (0.2, 10.0)  # where the shape of growth is looked for; an end of it means: beyond
USUAL = (0.8, 1.6)  # where it is looked for first
STEPS, CLOSE = 60, 1e-9  # of the search for it
AGES = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5_6": 5, "7_9": 7, "10_up": 10}
"""Class of age -> completed years from which it begins."""


def moments(firms: Table, quarter: int, wage_outside: float, register_lag: int) -> dict[str, float]:
    """The moments of a year that ends with `quarter`; NaN where too few firms stand behind one.

    `wage_outside` (CNY a year) is what pay is measured in, so that the unit of account drops out.
    """
    live = np.flatnonzero(firms["alive"])
    staff, revenue = firms["headcount"][live], firms["year_revenue"][live]
    large = live[staff >= SMALL]
    people = firms["headcount"][large]
    pay = firms["wage"][large] * firms["effective_workers"][large] / (people * wage_outside)
    return {
        **_growth(firms, quarter),
        "size_tail_revenue": tail_exponent(revenue[revenue > 0.0]),
        "size_tail_staff": tail_exponent(staff[staff > 0].astype(np.float64)),
        "pay_on_size": slope(np.log(people), np.log(pay)) if (pay > 0.0).all() else np.nan,
        "revenue_share_top10": top_share(firms["year_revenue"]),
        **_demography(firms, live, quarter, register_lag),
    }


def _growth(firms: Table, quarter: int) -> dict[str, float]:
    """Growth of the firms that were there all last year and bought no other since it began (model.md, section 9)."""
    staff, factor = comparable_growth(
        firms["alive"], firms["merged"], firms["founded"], quarter - 7, firms["last_year_staff"],
        firms["last_year_revenue"], firms["year_revenue"],
    )  # fmt: skip
    change, large = np.log(factor), staff >= SMALL
    growth, size = change[large], np.log(staff[large])
    shape, width = subbotin(growth)
    return {
        "growth_firms": float(growth.size),
        "growth_shape": shape,
        "growth_width": width,
        "growth_spread": float(change[middle_half(staff)].std()) if change.size >= FEWEST else np.nan,
        "growth_on_size": slope(size, growth),
        "spread_on_size": -spread_slope(size, growth),
    }


def _demography(firms: Table, live: np.ndarray, quarter: int, lag: int) -> dict[str, float]:
    """Entry, exit and survival as the register of enterprises shows them: it strikes a firm off `lag` quarters after it
    has closed, as published hazards count it (model.md, section 4, step 9)."""
    listed = in_register(firms["alive"], firms["exited"], quarter, lag)
    struck_off = np.where(firms["exited"] >= 0, firms["exited"] + lag, firms["exited"])
    years, gone, (new, due, left) = by_age(listed, struck_off, firms["founded"], quarter)
    staff = firms["headcount"][live]
    young = staff[firms["founded"][live] > quarter - 4]
    return {
        "entry_rate": ratio(float(new), float(years.sum())),
        "exit_rate": ratio(float(gone.sum()), float(years.sum())),
        "entrant_size": ratio(float(young.mean()), float(staff.mean())) if young.size else np.nan,
        "survival_5": left / due if due else np.nan,
        **{f"firm_years_age_{name}": float(value) for name, value in zip(AGES, years, strict=True)},
        **{f"exits_age_{name}": float(value) for name, value in zip(AGES, gone, strict=True)},
    }


def middle_half(sizes: np.ndarray) -> np.ndarray:
    """Which of the sizes (n,) lie between the quartiles, both included.

    >>> middle_half(np.array([1, 9, 4, 5, 3])).tolist()
    [False, False, True, True, True]
    """
    quartiles = [sizes.size // 4, 3 * sizes.size // 4]
    low, high = np.partition(sizes, quartiles)[quartiles]
    inside: np.ndarray = (sizes >= low) & (sizes <= high)
    return inside


def subbotin(values: np.ndarray) -> tuple[float, float]:
    """Shape b and width a of the Subbotin density by maximum likelihood, about the median.

    f(x) = exp(-|x - m|^b / (b a^b)) / (2 a b^(1/b) Gamma(1 + 1/b)): b = 1 is Laplace's tent, b = 2 the normal (Subbotin
    1923; Bottazzi & Secchi 2006, *RAND Journal of Economics* 37(2)). Given b, a^b is the mean of |x - m|^b; the
    slope of the likelihood left over b is brought to zero by false position (Illinois). Values (n,).

    >>> rng = np.random.default_rng(1)
    >>> [round(each, 1) for each in subbotin(rng.laplace(0.0, 0.3, 20000))]
    [1.0, 0.3]
    """
    if values.size < FEWEST:
        return np.nan, np.nan
    half = (values.size - 1) // 2, values.size // 2
    distance = np.abs(values - np.partition(values, half)[list(half)].mean())
    unit = float(distance.mean())
    if unit == 0.0:
        return np.nan, np.nan
    apart = distance[distance > 0.0]
    logs, n = np.log(apart / unit), values.size
    shape = _root(lambda b: _likelihood_slope(b, logs, n))
    return shape, unit * float((np.exp(shape * logs).sum() / n) ** (1.0 / shape))


def _likelihood_slope(b: float, logs: np.ndarray, n: int) -> float:
    """b^2 times the derivative by b of minus the log likelihood per value, the width at its best for each b."""
    powers = np.exp(b * logs)
    mean = float(powers.sum()) / n
    return b * float((powers * logs).sum()) / n / mean - float(np.log(b * mean)) - float(digamma(1.0 + 1.0 / b))


def _root(function: Callable[[float], float]) -> float:
    """Where an increasing function is zero within `SHAPES`, or the end of them that is nearer."""
    low, high = USUAL
    at_low, at_high = function(low), function(high)
    if at_low > 0.0:
        low, high, at_low, at_high = SHAPES[0], low, function(SHAPES[0]), at_low
    elif at_high < 0.0:
        low, high, at_low, at_high = high, SHAPES[1], at_high, function(SHAPES[1])
    if at_low >= 0.0 or at_high <= 0.0:
        return low if at_low >= 0.0 else high
    middle, side = low, 0
    for _ in range(STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        found = function(middle)
        if abs(found) < CLOSE:
            break
        if found > 0.0:
            high, at_high, at_low, side = middle, found, at_low / (2.0 if side > 0 else 1.0), 1
        else:
            low, at_low, at_high, side = middle, found, at_high / (2.0 if side < 0 else 1.0), -1
    return middle


def tail_exponent(sizes: np.ndarray) -> float:
    """Pareto exponent of the largest sizes: minus the slope of ln(rank - 1/2) on ln(size).

    Gabaix & Ibragimov 2011, *Journal of Business & Economic Statistics* 29(1); standard error sqrt(2 / firms) of the
    exponent. Sizes (n,), positive; the largest `LARGEST` of them count.

    >>> ranks = np.arange(1, 2001) - 0.5
    >>> round(tail_exponent(ranks ** (-1.0 / 1.2)), 6)
    1.2
    """
    count = int(np.ceil(LARGEST * sizes.size))
    if count < FEWEST:
        return np.nan
    largest = np.sort(np.partition(sizes, -count)[-count:])[::-1]
    return -slope(np.log(largest / largest[-1]), np.log(np.arange(1, count + 1) - 0.5))


def top_share(revenue: np.ndarray) -> float:
    """Share of the `TOP` largest of (n,) in the whole.

    >>> top_share(np.r_[np.ones(TOP), np.full(TOP, 3.0)])
    0.75
    """
    largest = np.sort(np.partition(revenue, -TOP)[-TOP:]) if revenue.size > TOP else revenue
    return ratio(float(largest.sum()), total(revenue, np.ones(revenue.size, bool)))


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Least-squares slope of y on x, both (n,); NaN for fewer than two values of x.

    >>> slope(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    2.0
    """
    if x.size < 2:
        return np.nan
    centred = x - x.mean()
    spread = float((centred * centred).sum())
    return float((centred * y).sum()) / spread if spread > 0.0 else np.nan


def spread_slope(size: np.ndarray, growth: np.ndarray) -> float:
    """Slope of ln(standard deviation of growth) on ln(size) over classes of size with equally many firms.

    Stanley et al. 1996, *Nature* 379. Log sizes and growth (n,); firms of one size keep their order.

    >>> size = np.repeat(np.log([10.0, 20.0]), 100)
    >>> round(spread_slope(size, np.tile([-1.0, 1.0], 100) * np.exp(-0.2 * size)), 6)
    -0.2
    """
    if size.size < BINS * 2:
        return np.nan
    kind = np.empty(size.size, np.int64)
    kind[np.argsort(size, kind="stable")] = np.arange(size.size) * BINS // size.size
    firms = np.bincount(kind)
    centred = growth - (np.bincount(kind, growth) / firms)[kind]
    variance = np.bincount(kind, centred * centred) / firms
    if not (variance > 0.0).all():
        return np.nan
    return slope(np.bincount(kind, size) / firms, 0.5 * np.log(variance))


def by_age(
    alive: np.ndarray, exited: np.ndarray, founded: np.ndarray, quarter: int
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Firm-years at risk and exits of the year by class of age, two arrays (ages,), from firms (n,); and three counts.

    A firm counts a quarter of a year in each quarter that it begins in business, at its age then. The counts are new
    firms, those that would become five years old within the year, and those that did.

    >>> at_risk, gone, counts = by_age(np.array([True, False]), np.array([-1, 7]), np.array([4, 0]), 7)
    >>> at_risk[:2].tolist(), gone[:2].tolist(), counts
    ([1.0, 1.0], [0, 1], [1, 0, 0])
    """
    begins = np.fromiter(AGES.values(), np.int64) * 4
    quarters, gone = np.zeros((2, len(AGES)), np.int64)
    counts = np.zeros(3, np.int64)
    count_ages(alive, exited, founded, quarter, begins, COHORT, quarters, gone, counts)
    return quarters / 4.0, gone, counts.tolist()

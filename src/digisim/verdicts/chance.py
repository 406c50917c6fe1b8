"""A probability from few members, some of which share their parameters: its value, error and interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

INTERVAL = 0.95
PRIOR = 0.5  # Jeffreys: Beta(1/2, 1/2)


@dataclass(frozen=True)
class Chance:
    """A probability, its Monte Carlo standard error, and the ends of its 95% interval."""

    value: float
    error: float
    low: float
    high: float


def chance(met: npt.NDArray[np.bool_], draws: npt.NDArray[Any]) -> Chance:
    """Return the share of members that meet a target, with its Monte Carlo error.

    ``met`` and ``draws`` are (members,); members of one draw share parameters, so they count as one cluster.
    The error is the cluster-robust one, sqrt(G/(G-1) sum_g (sum_i (met_i - p))^2) / n, and never below the binomial
    one. Where all members agree it is the standard deviation of Jeffreys' posterior with G draws (Brown, Cai &
    DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16, 2001), close to the rule of
    three. The interval is Jeffreys', at the number of independent members that the error stands for, from G to n.

    >>> none = chance(np.zeros(20, bool), np.arange(20) // 2)
    >>> none.value, round(none.error, 3), none.low, round(none.high, 2)
    (0.0, 0.06, 0.0, 0.22)
    """
    n, clusters = met.size, np.unique(draws, return_inverse=True)[1]
    groups = int(clusters.max()) + 1
    p = float(met.mean())
    if p in (0.0, 1.0) or groups == 1:
        return _jeffreys(p, groups, None)
    sums = np.bincount(clusters, weights=met - p)
    clustered = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / n)
    error = max(clustered, float(np.sqrt(p * (1 - p) / n)))
    return _jeffreys(p, float(np.clip(p * (1 - p) / error**2, groups, n)), error)


def _jeffreys(p: float, n: float, error: float | None) -> Chance:
    a, b = p * n + PRIOR, (1 - p) * n + PRIOR
    spread = float(np.sqrt(a * b / (a + b + 1)) / (a + b))
    tail = (1 - INTERVAL) / 2
    low = 0.0 if p == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if p == 1 else float(betaincinv(a, b, 1 - tail))
    return Chance(p, spread if error is None else error, low, high)

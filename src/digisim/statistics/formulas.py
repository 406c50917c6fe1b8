"""Pure formulas of the statistical office: arrays in, numbers out."""

from __future__ import annotations

import numpy as np

from digisim.kernels.sums import ordered_sum

YI = 1e8  # the size classes of the plans: 亿级, 十亿级, 百亿级, 五百亿级 enterprises


def total(values: np.ndarray, mask: np.ndarray) -> float:
    """Sum over the rows of a perimeter, in row order.

    >>> total(np.array([1.0, 2.0, 4.0]), np.array([True, False, True]))
    5.0
    """
    return float(ordered_sum(np.where(mask, values, 0).astype(np.float64)))


def ratio(part: float, whole: float) -> float:
    """A ratio, zero where there is nothing to compare with.

    >>> ratio(1.0, 4.0), ratio(1.0, 0.0)
    (0.25, 0.0)
    """
    return part / whole if whole else 0.0


def at_least(values: np.ndarray, threshold: float) -> np.ndarray:
    """Which rows reach a threshold, shape (n,).

    >>> at_least(np.array([0.5, 1.0]), 1.0).tolist()
    [False, True]
    """
    reached: np.ndarray = values >= threshold
    return reached


def in_register(alive: np.ndarray, exited: np.ndarray, quarter: int, lag: int) -> np.ndarray:
    """Which firms the register still lists: those in business and those closed less than `lag` quarters ago.

    >>> in_register(np.array([True, False, False]), np.array([-1, 8, 5]), 8, 3).tolist()
    [True, True, False]
    """
    listed: np.ndarray = alive | ((exited >= 0) & (quarter - exited < lag))
    return listed

"""Sums and shares in row order: one more row that holds zero leaves every bit as it was (pairwise sums regroup); row
groups."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel

ROUNDS_OF_SHARING = 8  # enough for the caps of any register; what is then left over is not spent


@kernel
def ordered_sum(values):
    """Sum of a float array, first row to last."""
    total = 0.0
    for value in values:
        total += value
    return total


@kernel
def ratio(part, whole):
    """Part over whole of each row, zero where the whole is not positive.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    result = np.zeros(whole.size)
    for k in range(whole.size):
        if whole[k] > 0.0:
            result[k] = part[k] / whole[k]
    return result


@kernel
def share_out(budget, weight, cap):
    """Divide a budget by weight with a cap for each; what capped recipients cannot take goes to the others.

    >>> share_out(10.0, np.array([1.0, 1.0, 8.0]), 5.0).tolist()
    [2.5, 2.5, 5.0]
    """
    given = np.zeros(weight.size)
    for _ in range(ROUNDS_OF_SHARING):
        total, spent = 0.0, 0.0
        for k in range(weight.size):
            total += weight[k] if given[k] < cap else 0.0
            spent += given[k]
        rest = budget - spent
        if total <= 0.0 or rest <= 0.0:
            break
        for k in range(weight.size):
            more = rest * weight[k] / total if given[k] < cap else 0.0
            given[k] = min(given[k] + more, cap)
    return given


@kernel
def group_by(group, n_groups):
    """Stable counting sort: `start` (n_groups + 1,) and the entries of each group in their order."""
    start = np.zeros(n_groups + 1, np.int64)
    for g in group:
        start[np.uint64(g + 1)] += 1
    for g in range(n_groups):
        start[g + 1] += start[g]
    place = start[:-1].copy()
    members = np.empty(group.size, np.int64)
    for k in range(group.size):
        g = np.uint64(group[k])
        members[np.uint64(place[g])] = k
        place[g] += 1
    return start, members

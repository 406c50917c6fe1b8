"""Sums in row order: one more row that holds zero leaves every bit as it was (pairwise sums regroup); row groups."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def ordered_sum(values):
    """Sum of a float array, first row to last."""
    total = 0.0
    for value in values:
        total += value
    return total


@kernel
def group_by(group, n_groups):
    """Stable counting sort: `start` (n_groups + 1,) and the entries of each group in their order."""
    start = np.zeros(n_groups + 1, np.int64)
    for g in group:
        start[g + 1] += 1
    for g in range(n_groups):
        start[g + 1] += start[g]
    place = start[:-1].copy()
    members = np.empty(group.size, np.int64)
    for k in range(group.size):
        members[place[group[k]]] = k
        place[group[k]] += 1
    return start, members

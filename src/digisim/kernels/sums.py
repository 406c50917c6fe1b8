"""Sums in row order: one more row that holds zero leaves every bit as it was (pairwise sums regroup)."""

from __future__ import annotations

from digisim.jit import kernel


@kernel
def ordered_sum(values):
    """Sum of a float array, first row to last."""
    total = 0.0
    for value in values:
        total += value
    return total

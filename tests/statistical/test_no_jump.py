"""Nothing jumps: the year after the base year is a year like those that follow.

Two readings. The plain one, on many members: growth of the median lies in the range of the following seven years. Were
all eight years alike, the first would still be the largest or the smallest for 2 indicators in 8, by chance. The other
asks of every published indicator whether it lies outside by more than the chance of drawing these members.
"""

from __future__ import annotations

import pytest
from scipy.stats import binom

from digisim.statistics import load_indicators

from .growth import MAIN, REGIMES, FirstYear, first_year, levels, of_regime, paths, smallest_excess

ALPHA = 1e-3  # of one indicator in one regime; about 40 indicators x 3: one false alarm in eight suites of fresh seeds
SAMPLES = 2000
EXPECTED_OUTSIDE = 2 / 8  # the first of eight exchangeable years is the largest or the smallest


def table(dataset, regime: str, names) -> list[FirstYear]:
    chosen = of_regime(dataset, regime)
    return [first_year(name, paths(chosen, name)) for name in names]


@pytest.mark.parametrize("regime", REGIMES)
def test_no_indicator_jumps_by_more_than_chance(few, regime: str) -> None:
    chosen = of_regime(few, regime)
    names = levels(chosen)
    rows = table(few, regime, names)
    print(f"\nfirst-year growth, {regime}, {few.sizes['member']} members", *rows, sep="\n")
    outside = [row for row in rows if row.excess > 0.0]
    sure = [row for row in outside if smallest_excess(row.name, paths(chosen, row.name), SAMPLES, ALPHA) > 0.0]
    print(f"{len(outside)} of {len(rows)} outside (as many by chance: {EXPECTED_OUTSIDE * len(rows):.0f})")
    assert [str(row) for row in sure] == []


def test_every_main_indicator_has_a_level(few) -> None:
    assert set(MAIN) <= set(levels(few)) <= set(load_indicators())


@pytest.mark.slow
def test_no_more_first_years_are_extreme_than_among_alike_years(many) -> None:
    """Of eight alike years the first is the largest or smallest for a quarter of the indicators."""
    rows = [(regime, row) for regime in REGIMES for row in table(many, regime, MAIN)]
    outside = [(regime, row) for regime, row in rows if row.excess > 0.0]
    print(*(f"{regime:14s} {row}" for regime, row in rows), sep="\n")
    bound = binom.ppf(1.0 - ALPHA, len(rows), EXPECTED_OUTSIDE)
    assert len(outside) <= bound, "\n".join(f"{regime:14s} {row}" for regime, row in outside)

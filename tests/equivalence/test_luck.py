"""The luck of firms: mean one in levels, Laplace over a year.

Seeds are fixed: a test that passes once always passes. A correct generator would have failed with the stated chance.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from digisim.kernels.firms import mean_one_shocks
from digisim.parameters import load_parameters
from digisim.rng import Stream

FIRMS = np.arange(400_000)
EVERYONE = np.ones(FIRMS.size, bool)
LIMIT = 5.0  # standard errors: a false alarm once in 1.7 million


def shocks(spread: float, quarter: int, member: int = 0) -> np.ndarray:
    out = np.empty(FIRMS.size)
    alike = np.ones(FIRMS.size, int)
    mean_one_shocks(
        FIRMS, EVERYONE, alike, np.full(FIRMS.size, spread), int(Stream.FIRM_DEMAND), quarter, 1, member, out
    )
    return out


@pytest.mark.parametrize("spread", [0.05, 0.2, 0.4])
def test_luck_does_not_grow_the_city(spread: float) -> None:
    """Mean one within 5 standard errors; the variance is (1 - 2 s^2)^(-1/4) (1 - s^2 / 2)^(1/2) - 1."""
    variance = (1.0 - 2.0 * spread**2) ** -0.25 * (1.0 - 0.5 * spread**2) ** 0.5 - 1.0
    error = np.sqrt(variance / FIRMS.size)
    assert abs(shocks(spread, 8084).mean() - 1.0) < LIMIT * error


def test_the_widest_luck_has_a_mean() -> None:
    """(1 - s^2 / 2) must stay positive, or luck would have no mean to divide by."""
    assert load_parameters()["growth.sd.cap"].value(1.0 - 1e-12) < np.sqrt(2.0)


@pytest.fixture(scope="module")
def annual() -> np.ndarray:
    """Log changes over four quarters in units of the spread, less the mean that was divided out."""
    spread = 0.3
    logs = sum(np.log(shocks(spread, 8084 + q)) for q in range(4))
    result: np.ndarray = (logs - np.log(1.0 - 0.5 * spread**2)) / spread
    return result


def test_a_year_of_luck_is_laplace(annual: np.ndarray) -> None:
    """Kolmogorov-Smirnov against Laplace(0, 1 / sqrt 2) on 20,000 firms: false alarm 1e-4."""
    assert stats.kstest(annual[:20_000], stats.laplace(0.0, np.sqrt(0.5)).cdf).pvalue > 1e-4


def test_a_year_of_luck_is_a_tent_by_likelihood(annual: np.ndarray) -> None:
    """Subbotin shape by maximum likelihood: 1 (Laplace; 2 would be normal) within 5 standard errors.

    The standard error is taken from the spread of the estimate over ten batches of firms.
    """
    shapes = [stats.gennorm.fit(batch, floc=0.0)[0] for batch in np.array_split(annual[:50_000], 10)]
    error = np.std(shapes, ddof=1) / np.sqrt(len(shapes))
    assert abs(np.mean(shapes) - 1.0) < LIMIT * error
    assert error < 0.02


def test_a_quarter_of_luck_is_more_peaked_than_a_year(annual: np.ndarray) -> None:
    """Excess kurtosis 3 / shape: 12 for Gamma(1/4), 3 for a year; within 15%, several times its sampling error."""
    quarter = np.log(shocks(0.3, 8084))
    assert stats.kurtosis(quarter) == pytest.approx(12.0, rel=0.15)
    assert stats.kurtosis(annual) == pytest.approx(3.0, rel=0.15)


def test_quarters_of_luck_are_independent() -> None:
    """Correlation of neighbouring quarters within 5 standard errors of zero."""
    one, two = np.log(shocks(0.3, 8084)), np.log(shocks(0.3, 8085))
    assert abs(np.corrcoef(one, two)[0, 1]) < LIMIT / np.sqrt(FIRMS.size)

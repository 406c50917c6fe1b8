"""The run over the past gives the published head counts within their errors, in both readings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from digisim.evidence import figure
from digisim.hindcast import hindcast
from digisim.regions import load_region
from digisim.regions.outlook import published

pytestmark = pytest.mark.slow
MEMBERS = 96  # every other one, half of them in each reading: the medians are known within two per cent
EITHER_SIDE = 0.05  # of "more than 200,000" of 2017, as "nearly 200,000" of 2020 is given five per cent


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    rows = hindcast(members=MEMBERS)
    return rows[rows.member % 2 == 0]


def count(past: pd.DataFrame, regime: str, year: int) -> float:
    return float(past[(past.regime == regime) & (past.year == year)].employees.median())


def sampled(past: pd.DataFrame, regime: str, year: int) -> tuple[float, float]:
    """Where the median lies with chance 0.95, by the draw of the members (bootstrap)."""
    held = past[(past.regime == regime) & (past.year == year)].employees.to_numpy()
    rows = np.random.default_rng(2013).integers(0, held.size, (2000, held.size))
    low, high = np.quantile(np.median(held[rows], axis=1), [0.025, 0.975])
    return float(low), float(high)


@pytest.mark.parametrize("regime", ["people_scarce", "demand_scarce"])
def test_published_head_counts_are_met_within_their_errors(past: pd.DataFrame, regime: str) -> None:
    region = load_region("dalian")
    first, second, last = region.past_employees
    inflated = published(first)[1]
    honest = inflated / (1.0 + published(region.drift.overstatement)[1])
    print({year: round(count(past, regime, year)) for year in range(2013, 2021)})
    low, high = sampled(past, regime, 2013)
    print(f"2013: {low:,.0f} to {high:,.0f} by the draw of the members, of {honest:,.0f} to {inflated:,.0f}")
    assert honest <= high and low <= inflated
    error = figure(second).error
    assert error is not None and error.low is not None and error.high is not None
    assert error.low * (1.0 - EITHER_SIDE) <= count(past, regime, 2017) <= error.high
    error = figure(last).error
    assert error is not None and error.low is not None and error.high is not None
    assert error.low <= count(past, regime, 2020) <= error.high


def test_pay_and_orders_tell_the_readings_apart(past: pd.DataFrame) -> None:
    """Where people are scarce pay stands above that outside and rises, and more orders are withdrawn."""
    medians = past.groupby(["regime", "year"])[["wage_relative", "orders_served", "vacancy_rate"]].median()
    scarce, plenty = medians.loc["people_scarce"], medians.loc["demand_scarce"]
    assert (scarce.wage_relative > plenty.wage_relative).all()
    assert (scarce.vacancy_rate > plenty.vacancy_rate).all()
    assert scarce.orders_served[2020] < plenty.orders_served[2020]
    assert scarce.wage_relative[2020] > scarce.wage_relative[2013]


def test_the_base_year_is_the_drawn_count(past: pd.DataFrame) -> None:
    last = past[past.year == 2020]
    assert last.employees.between(190_000, 200_000).all() and np.unique(last.employees).size == len(last)

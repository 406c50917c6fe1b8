"""The run over the past gives the published head counts within their errors, in both readings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from digisim.hindcast import held_against, hindcast

pytestmark = pytest.mark.slow
MEMBERS = 96  # every other one, half of them in each reading
LEAST_INSIDE = 0.1  # of the members of each reading pass through all printed counts


@pytest.fixture(scope="module")
def past() -> pd.DataFrame:
    rows = hindcast(members=MEMBERS)
    return rows[rows.member % 2 == 0]


@pytest.mark.parametrize("regime", ["people_scarce", "demand_scarce"])
def test_published_head_counts_are_met_within_their_errors(past: pd.DataFrame, regime: str) -> None:
    """What a printed count may stand for and what eight in ten members show overlap, each year; some members pass
    through all of them."""
    check = held_against(past)
    rows = check[check.regime == regime].set_index("year")
    print(rows.round(2).to_string())
    by_year = rows[rows.index.notna()]
    assert by_year.index.tolist() == [2013, 2017, 2020]
    assert (by_year.low <= by_year.ninety).all() and (by_year.ten <= by_year.high).all()
    assert by_year.low[2013] == pytest.approx(229_000 / 1.2) and by_year.high[2017] == 230_000
    assert rows[rows.index.isna()].inside.item() >= LEAST_INSIDE


def test_counts_that_no_member_gives_speak_against_a_reading(past: pd.DataFrame) -> None:
    check = held_against(past.assign(employees=past.employees.where(past.year != 2017, 2.0 * past.employees)))
    assert (check[check.year == 2017].inside == 0.0).all() and (check[check.year.isna()].inside == 0.0).all()


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

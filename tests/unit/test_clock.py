"""Quarters: reading, order, arithmetic, and the conversion of yearly rates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.clock import FIRST_YEAR, LAST_YEAR, Quarter, quarterly_growth, quarterly_hazard, quarters
from digisim.errors import InputError

SOME = st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4))


@pytest.mark.parametrize("text", ["2022Q3", "2025q3", " 2022 Q3 ", "2022-Q3"])
def test_reads_a_quarter(text: str) -> None:
    assert Quarter.parse(text).quarter == 3


@pytest.mark.parametrize("text", ["2022", 2022, Quarter(2022, 1)])
def test_a_year_is_its_first_quarter(text: str | int | Quarter) -> None:
    assert Quarter.parse(text) == Quarter(2022, 1)


NO_DATES = ["2022Q5", "2022Q0", "22Q1", "soon", "", 10_000, 0, -2022, 10**5000, 2022.5, None, True, "Q3", "9" * 90]


@pytest.mark.parametrize("text", NO_DATES, ids=range(len(NO_DATES)))
def test_refuses_what_is_no_date(text: object) -> None:
    with pytest.raises(InputError) as caught:
        Quarter.parse(text, where="x.yaml, line 2")  # type: ignore[arg-type]
    assert caught.value.what.startswith("not a date: ")
    assert (caught.value.where, bool(caught.value.allowed)) == ("x.yaml, line 2", True)
    assert "2022Q3" in caught.value.next


@pytest.mark.parametrize(("year", "quarter"), [(2022, 5), (FIRST_YEAR - 1, 1), (LAST_YEAR + 1, 1)])
def test_refuses_a_quarter_that_does_not_exist(year: int, quarter: int) -> None:
    with pytest.raises(InputError, match="no such quarter"):
        Quarter(year, quarter)


@given(SOME, st.integers(-200, 200))
def test_arithmetic_is_that_of_the_index(quarter: Quarter, step: int) -> None:
    assert Quarter.from_index(quarter.index) == quarter
    assert (quarter + step) - quarter == step
    assert Quarter.parse(str(quarter)) == quarter


@given(SOME, SOME)
def test_order_is_that_of_the_index(one: Quarter, other: Quarter) -> None:
    assert (one < other) == (one.index < other.index)


def test_quarters_of_a_span() -> None:
    assert [str(q) for q in quarters(2021, 2022)][::7] == ["2021Q1", "2022Q4"]
    assert list(quarters(2022, 2021)) == []


@given(st.floats(0, 0.99))
def test_quarterly_rates_compound_to_the_yearly_ones(rate: float) -> None:
    assert 1 - (1 - quarterly_hazard(rate)) ** 4 == pytest.approx(rate, abs=1e-12)
    assert (1 + quarterly_growth(rate)) ** 4 - 1 == pytest.approx(rate, abs=1e-12)

"""Quantities: what a person may write, and what is refused with which message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.errors import UnitError
from digisim.units import UNITS, format_quantity, is_nominal, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("3 亿 CNY/year", "CNY/year", 3e8),
        ("6亿CNY/year", "CNY/year", 6e8),
        ("1,500 CNY/month", "CNY/month", 1500.0),
        ("2.5e8 CNY/year", "CNY/year", 2.5e8),
        ("2.3亿元/年", "CNY/year", 2.3e8),
        ("0.1 亿 CNY", "CNY", 1e7),
        ("１５００元／月", "CNY/month", 1500.0),
        ("18 m²/人", "m2/person", 18.0),
        ("12 CNY / year / person", "CNY/person/year", 12.0),
        ("20 万人", "person", 2e5),
        ("1.2 万亿 CNY", "CNY", 1.2e12),
        ("\u22123 CNY", "CNY", -3.0),
        ("  7   CNY per year ", "CNY/year", 7.0),
        ("0.25", "1", 0.25),
        ("0.07%", "1", 0.0007),
        (0.25, "1", 0.25),
        (1, "1", 1.0),
    ],
)
def test_reads_what_people_write(text: str | float, unit: str, expected: float) -> None:
    assert parse_quantity(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "reason", "advice"),
    [
        (1500, "CNY/month", "has no unit", '"1500 CNY/month"'),
        ("3 亿", "CNY/year", "has no unit", '"3 亿 CNY/year"'),
        ("3 亿 CNY/quarter", "CNY/year", "not converted to CNY/year", '"12 亿 CNY/year"'),
        ("100 CNY/month", "CNY/year", "not converted to CNY/year", '"1200 CNY/year"'),
        ("1500 CNY/month", "CNY/person", "another unit", '"1500 CNY/person"'),
        ("3 亿 USD/year", "CNY/year", "another unit", '"3 亿 CNY/year"'),
        ("3 apples", "CNY", "unknown unit 'apples'", '"3 亿 CNY"'),
        ("25%", "CNY", "unknown unit '%'", "CNY"),
        ("nan", "1", "not a number", '"0.25"'),
        ("inf CNY", "CNY", "not a number", "CNY"),
        (float("nan"), "1", "not finite", '"0.25"'),
        (float("inf"), "CNY", "not finite", "CNY"),
        ("1e999 CNY", "CNY", "not finite", "CNY"),
        (10**400, "1", "not finite", '"0.25"'),
        pytest.param(10**5000, "CNY", "not finite", "CNY", id="huge"),
        ("12,34 CNY", "CNY", "unknown unit ',34 CNY'", "CNY"),
        ("", "1", "not a number", '"0.25"'),
        ("亿 CNY", "CNY", "not a number", "CNY"),
        (True, "1", "not a number", '"0.25"'),
        (None, "1", "not a number", '"0.25"'),
        ([1], "1", "not a number", '"0.25"'),
        ("9" * 5000 + " CNY", "CNY", "unknown unit", "CNY"),
    ],
)
def test_refuses_and_says_what_to_write(text: object, unit: str, reason: str, advice: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text, unit, what="lever 'x'", where="a.yaml, line 3")  # type: ignore[arg-type]
    assert reason in caught.value.what
    assert caught.value.what.startswith("lever 'x'")
    assert caught.value.where == "a.yaml, line 3"
    assert caught.value.allowed
    assert advice in caught.value.next
    assert len(str(caught.value)) < 500


def test_an_undeclared_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="unknown unit 'CNY/week'"):
        parse_quantity("1 CNY/week", "CNY/week")


@given(st.floats(min_value=-1e15, max_value=1e15), st.sampled_from(sorted(UNITS)))
def test_what_is_written_is_read_back_to_the_bit(value: float, unit: str) -> None:
    assert parse_quantity(format_quantity(value, unit), unit) == value


def test_nominal_units_are_those_with_yuan() -> None:
    assert {unit for unit in UNITS if is_nominal(unit)} == {unit for unit in UNITS if "CNY" in unit}
    assert not is_nominal("USD")

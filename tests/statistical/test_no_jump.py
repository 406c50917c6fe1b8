"""Nothing jumps: the year after the base year is a year like those that follow.

First, to the letter: growth of the median member in the first year lies within the range of the median member's in the
years that follow, or outside it by less than the chance of drawing these members; who is excepted is named, with the
reason. Median growth of the first year lies also within what members and later years show, no indicator excepted, and
but for one within their central nine tenths. Second, and stricter where
years hardly differ between members: growth is the median of the members' growth. An indicator jumps if the first year
lies outside the range of the seven that follow by more than the largest step between neighbouring ones (a smooth
decline puts the first year outside by one step), and by more than the chance of drawing these members. Third, each
member against itself: the first year lies in the range of its own following years no less often than a later year does
in that of the others.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from digisim.statistics import load_indicators

from .growth import (
    MAIN,
    REGIMES,
    first_year,
    growth_of,
    least_outside,
    levels,
    measured,
    share_inside,
    share_near,
    smallest_jump,
)  # fmt: skip

ALPHA = 1e-3  # of one indicator in one regime; about 40 indicators x 3: one false alarm in eight suites of fresh seeds
SAMPLES = 2000
TAIL = 0.05  # of members and later years that lie outside their central nine tenths, on each side


def surely_jumping(values: dict[str, np.ndarray]) -> list[str]:
    """Return the indicators that jump; prints all of them."""
    rows = [first_year(name, path) for name, path in values.items()]
    print(f"\nfirst-year growth, {len(values['employees_local'])} members", *rows, sep="\n")
    print(f"{sum(row.outside > 0.0 for row in rows)} of {len(rows)} outside the range")
    jumping = [row for row in rows if row.jump > 0.0]
    return [str(row) for row in jumping if smallest_jump(row.name, values[row.name], SAMPLES, ALPHA) > 0.0]


@pytest.mark.parametrize("regime", REGIMES)
def test_no_indicator_jumps(few, regime: str) -> None:
    assert surely_jumping(measured(few, regime)) == []


NAMED = {
    "exports_usd": "the base year counts at its mean rate, and the dollar had lost 5% against that by its end",
    "sites_5g": "a network that is rolled out to a need grows fastest while most is missing (logistic)",
    "numerical_control_rate": "saturates (logistic)",
    "digital_links_share": "saturates (logistic)",
    "floor_area": "sites begun while staff grew faster still open, and fewer follow",
    "floor_area_in_parks": "sites begun while staff grew faster still open, and fewer follow",
}
"""Indicators whose first growth lies outside the range of the median path's later ones, and why."""


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_growth_of_the_first_year_lies_within_the_range_of_the_following_years(many, regime: str) -> None:
    values = measured(many, regime)
    rows = [row for row in (first_year(name, path) for name, path in values.items()) if row.outside > 0.0]
    print(regime, len(values) - len(rows), "of", len(values), "inside; outside:", *rows, sep="\n")
    surely = {row.name for row in rows if least_outside(row.name, values[row.name], SAMPLES, ALPHA) > 0.0}
    print(regime, "by more than chance:", sorted(surely))
    assert surely <= set(NAMED)


FASTEST = "what saturates grows fastest while most is missing (logistic)"
FASTEST_AT_FIRST = {"sites_5g"}
"""A network that is rolled out to a need grows fastest while most is missing (logistic)."""


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_the_first_year_lies_in_the_range_of_those_that_follow(many, regime: str) -> None:
    values = measured(many, regime)
    assert beyond_the_range(values, 0.0) == {}  # no indicator is excepted
    outside = beyond_the_range(values)
    assert set(outside) <= FASTEST_AT_FIRST, outside


def beyond_the_range(values: dict[str, np.ndarray], tail: float = TAIL) -> dict[str, tuple[float, float, float]]:
    """Return indicators whose median first growth lies outside the range of members and later years, `tail` left out
    on each side."""
    found = {name: spread_of(path, tail) for name, path in values.items()}
    return {name: each for name, each in found.items() if not each[1] <= each[0] <= each[2]}


def spread_of(path: np.ndarray, tail: float = TAIL) -> tuple[float, float, float]:
    """Median first growth of the members, and the range of what they and later years show."""
    growth = growth_of(path)
    low, high = np.nanquantile(growth[:, 1:], [tail, 1.0 - tail])
    return float(np.nanmedian(growth[:, 0])), float(low), float(high)


def surely_beyond_the_range(values: dict[str, np.ndarray]) -> list[str]:
    """Return those that lie outside by more than the chance of drawing these members (bootstrap)."""
    rng, sure = np.random.default_rng(20200101), []
    for name, (first, low, _) in beyond_the_range(values).items():
        above = first > low
        path = values[name]
        rows = rng.integers(0, len(path), (SAMPLES // 4, len(path)))
        drawn = [spread_of(path[each]) for each in rows]
        beyond = [f - high if above else least - f for f, least, high in drawn]
        if np.quantile(beyond, ALPHA) > 0.0:
            sure.append(name)
    return sure


def test_every_main_indicator_has_a_level(few) -> None:
    assert set(MAIN) <= set(levels(few)) <= set(load_indicators())


BUILT = "sites open over years, each year nearly as much as the year before, and fewer follow as staff grow less"
PASSED = "firms come over a nominal threshold, a few a year onto a growing stock: 15, 12, 12, 10 ... 6% a year, fading"
SMOOTH = {
    "firms_over_10yi": PASSED,
    "firms_10_to_100yi": PASSED,
    "sites_5g": FASTEST,
    "digital_links_share": FASTEST,
    "numerical_control_rate": FASTEST,
    "racks": "none are built until those of the base year are full",
    "floor_area": BUILT,
    "floor_area_in_parks": BUILT,
    "revenue_platforms": "its segment grows fastest beside the industry, and such differences fade year by year",
    "revenue_market_local": "local demand follows adoption and the outlook: 9.9, 9.5, 9.3, 8.5 ... 6.5% a year, fading",
    "revenue_market_china": "follows the outlook: 11.2, 10.7, 10.0, 10.0, 8.9 ... 7.2% a year at the median, fading",
    "high_end_talent": "about five come a year and stay, to forty: the rate falls as the stock grows",
    "firms_local": "entry follows closures one for one until the drawn number is met, and less than that afterwards",
    "exports_usd": NAMED["exports_usd"],
    "orders_served": "orders run ahead of people by 0.7 points in the first year, 0.8 to 1.0 later",
    "rent_mean": "follows the outlook alone, which fades, and hardly differs from year to year besides",
}
"""Indicators whose growth goes one way year by year within each member, and why."""


@pytest.mark.slow
def test_a_members_first_year_is_as_often_within_the_range_of_its_others_as_a_later_year(many) -> None:
    shares = {name: share_inside(path) for name, path in measured(many).items()}
    for name, (first, *later) in sorted(shares.items(), key=lambda item: item[1][0]):
        print(f"{name:28s} first year {first:.2f}   later years {np.mean(later):.2f}, least {min(later):.2f}")
    print("all indicators", np.mean([each[0] for each in shares.values()]), "of alike years 0.75")
    members = many.sizes["member"]
    seldom = {n for n, each in shares.items() if binom.cdf(each[0] * members, members, each[1:].min()) < ALPHA}
    falling = {n for n, each in shares.items() if each[0] < 0.5}
    assert seldom | falling <= set(SMOOTH)


@pytest.mark.slow
def test_no_indicator_of_a_growing_city_jumps(grown) -> None:
    assert surely_jumping(grown[1]) == []


@pytest.mark.slow
def test_the_first_year_of_a_growing_city_lies_in_the_range_of_those_that_follow(grown) -> None:
    city, values = grown
    sure = surely_beyond_the_range(values)
    print(city, beyond_the_range(values), "surely", sure)
    assert sure == []


@pytest.mark.slow
def test_each_member_of_a_growing_city_goes_on_as_it_began(grown) -> None:
    """As far as a trend goes: of years that are alike nearly all are within a step of the range of the others."""
    city, values = grown
    shares = {name: share_near(path) for name, path in values.items()}
    for name, (first, *later) in sorted(shares.items(), key=lambda item: item[1][0])[:10]:
        print(f"{city} {name:28s} first year {first:.2f}   later years {np.mean(later):.2f}, least {min(later):.2f}")
    first = np.mean([each[0] for each in shares.values()])
    print(city, "all indicators, first year", first, "later", np.mean([each[1:] for each in shares.values()]))
    members = len(next(iter(values.values())))
    assert first > 0.8
    assert [n for n, each in shares.items() if binom.cdf(round(each[0] * members), members, 0.6) < ALPHA] == []


def test_a_member_that_jumps_is_seen() -> None:
    alike = np.random.default_rng(5).normal(0.1, 0.02, (4000, 8))
    jumping = alike + 0.1 * (np.arange(8) == 0)
    levels_of = [np.cumprod(np.column_stack([np.ones(4000), 1.0 + g]), axis=1) for g in (alike, jumping)]
    usual, odd = (share_inside(each) for each in levels_of)
    assert usual == pytest.approx(0.75, abs=0.03) and odd[0] < 0.02 and odd[1:].min() > 0.7


def test_a_member_that_jumps_by_more_than_a_trend_is_seen() -> None:
    """A trend is none, however steep: growth that falls by two points a year, with less luck than that."""
    trend = np.random.default_rng(5).normal(0.3, 0.005, (4000, 8)) - 0.02 * np.arange(8)
    jumping = trend + 0.05 * (np.arange(8) == 0)
    levels_of = [np.cumprod(np.column_stack([np.ones(4000), 1.0 + g]), axis=1) for g in (trend, jumping)]
    usual, odd = (share_near(each)[0] for each in levels_of)
    assert usual > 0.8 and odd < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_no_indicator_jumps_among_many_members(many, regime: str) -> None:
    assert surely_jumping(measured(many, regime)) == []


def test_a_jump_is_seen() -> None:
    """A level one third too low in the base year stands out."""
    planted = [[2.0, 3.2, 3.4, 3.6, 3.8, 4.0, 4.2, 4.4, 4.6], [2.1, 3.1, 3.3, 3.5, 3.7, 3.9, 4.1, 4.3, 4.5]]
    assert smallest_jump("planted", np.array(planted * 6), 200, ALPHA) > 0.3

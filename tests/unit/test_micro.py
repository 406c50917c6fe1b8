"""Moments of the distribution of firms: on known laws, against slow twins, and on firms counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import gennorm

from digisim.simulate import Start
from digisim.state.table import Table
from digisim.statistics import micro
from digisim.statistics.micro import (
    AGES,
    FEWEST,
    SHAPES,
    by_age,
    middle_half,
    moments,
    slope,
    spread_slope,
    subbotin,
    tail_exponent,
    top_share,
)
from digisim.testing.states import small_world

QUARTER = 8087  # the last of 2021


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("shape", [0.6, 1.0, 1.4, 2.0, 4.0])
def test_the_shape_of_a_known_law_is_found(shape: float) -> None:
    """Laplace gives 1, the normal 2; width a = scale / shape^(1/shape) in scipy's form exp(-|x/scale|^shape)."""
    values = 0.1 + 0.3 * gennorm.rvs(shape, size=40_000, random_state=rng())
    found, width = subbotin(values)
    assert found == pytest.approx(shape, rel=0.04)
    assert width == pytest.approx(0.3 / shape ** (1 / shape), rel=0.04)


def likelihood(values: np.ndarray, shape: float) -> float:
    """Minus the log likelihood per value with the width at its best, from the formula of the docstring."""
    distance = np.abs(values - np.median(values))
    width = np.mean(distance**shape) ** (1 / shape)
    log_norm = math.log(2 * width) + math.log(shape) / shape + gammaln(1 + 1 / shape)
    return float(log_norm + np.mean(distance**shape) / (shape * width**shape))


@pytest.mark.parametrize("seed", range(6))
def test_the_shape_is_that_of_a_slow_search(seed: int) -> None:
    values = rng(seed).standard_t(3 + seed, 400) * 0.2
    slow = minimize_scalar(lambda b: likelihood(values, b), bounds=SHAPES, method="bounded", options={"xatol": 1e-9})
    found, _ = subbotin(values)
    assert found == pytest.approx(slow.x, abs=1e-5)


def test_a_shape_outside_the_search_is_its_end_and_few_firms_have_none() -> None:
    assert subbotin(np.r_[-np.ones(100), np.zeros(1), np.ones(100)])[0] == SHAPES[1]
    assert subbotin(np.sinh(8 * rng().standard_cauchy(400).clip(-40, 40)))[0] == SHAPES[0]
    assert np.isnan(subbotin(np.ones(FEWEST - 1))).all() and np.isnan(subbotin(np.zeros(100))).all()


@pytest.mark.parametrize("exponent", [0.8, 1.06, 1.5, 2.5])
def test_the_exponent_of_a_pareto_tail_is_found(exponent: float) -> None:
    """Within 4 standard errors sqrt(2 / firms), and the same in another unit of account to the bit."""
    sizes = rng().pareto(exponent, 40_000) + 1.0
    found = tail_exponent(sizes)
    assert abs(found / exponent - 1) < 4 * math.sqrt(2 / (micro.LARGEST * sizes.size))
    assert tail_exponent(sizes * 4.0) == found
    assert np.isnan(tail_exponent(sizes[:FEWEST]))


def test_slopes_and_shares_by_hand() -> None:
    x, y = rng().normal(size=50), rng(6).normal(size=50)
    assert slope(x, y) == pytest.approx(np.polyfit(x, y, 1)[0])
    assert np.isnan(slope(x[:1], y[:1])) and np.isnan(slope(np.ones(5), y[:5]))
    assert top_share(np.r_[np.full(10, 9.0), np.full(10, 1.0)]) == 0.9 and top_share(np.ones(3)) == 1.0
    assert top_share(np.zeros(20)) == 0.0
    assert middle_half(np.array([1, 1, 1, 2, 3, 9, 9, 9])).tolist() == [True] * 3 + [True] * 2 + [True] * 3
    assert middle_half(np.arange(100)).sum() == 51


def test_the_spread_of_growth_falls_with_size_as_planted() -> None:
    size = rng().uniform(np.log(10), np.log(2000), 50_000)
    growth = rng(6).laplace(0.05, 1.0, size.size) * np.exp(-0.18 * size)
    assert spread_slope(size, growth) == pytest.approx(-0.18, abs=0.02)
    slow = [growth[rows].std() for rows in np.array_split(np.argsort(size, kind="stable"), 10)]
    means = [size[rows].mean() for rows in np.array_split(np.argsort(size, kind="stable"), 10)]
    assert spread_slope(size, growth) == pytest.approx(np.polyfit(means, np.log(slow), 1)[0])
    assert np.isnan(spread_slope(size[:5], growth[:5])) and np.isnan(spread_slope(size, np.zeros(size.size)))


def test_firms_by_age_by_hand() -> None:
    """Founded in the second quarter of the year; closed in its first; older than ten years; never in business."""
    alive = np.array([True, False, True, False])
    exited = np.array([-1, QUARTER - 3, -1, -1])
    founded = np.array([QUARTER - 2, QUARTER - 3 - 9, QUARTER - 100, QUARTER - 30])
    years, gone, counts = by_age(alive, exited, founded, QUARTER)
    assert dict(zip(AGES, years, strict=True)) == {**dict.fromkeys(AGES, 0.0), "0": 0.75, "2": 0.25, "10_up": 1.0}
    assert dict(zip(AGES, gone, strict=True)) == {**dict.fromkeys(AGES, 0), "2": 1}
    assert counts == [1, 0, 0]


def test_five_years_are_twenty_quarters() -> None:
    founded = np.array([-23, -20, -20, -20, -24, -19]) + QUARTER
    exited = np.array([-1, QUARTER, QUARTER - 1, -1, QUARTER - 23, QUARTER - 18])
    alive = np.array([True, False, False, False, False, False])  # the fourth was closed in raking
    assert by_age(alive, exited, founded, QUARTER)[2] == [0, 3, 2]


def test_a_firm_counts_as_exit_when_the_register_strikes_it_off() -> None:
    """Closed in the last quarter of last year at age 3 quarters: in its second year of life by then."""
    firms = planted()
    firms["alive"][0], firms["exited"][0], firms["founded"][0] = False, QUARTER - 4, QUARTER - 7
    firms["alive"][1], firms["exited"][1] = False, QUARTER - 2  # closed this year, still listed
    found = moments(firms, QUARTER, 1e5, 3)
    assert found["exits_age_1"] == 1.0 == sum(found[f"exits_age_{age}"] for age in AGES)
    assert moments(firms, QUARTER, 1e5, 0)["exits_age_0"] == 0.0 < moments(firms, QUARTER, 1e5, 0)["exit_rate"]


def planted(n: int = 4000) -> Table:
    """Firms with Pareto staff, Laplace growth, pay that rises with size by 0.03; the first 100 bought another one."""
    firms = small_world(people=20, firms=2).economy.firms
    firms = Table("firm", n)
    staff = np.ceil(8 * (rng(1).pareto(1.2, n) + 1)).astype(np.int64)
    before = 5e5 * staff
    change = rng(2).laplace(0.08, 0.25, n)
    change[:100] = 3.0
    pay = 1e5 * staff**0.03
    firms.append(
        n, id=np.arange(n), alive=True, founded=QUARTER - rng(3).integers(8, 200, n), headcount=staff, wage=pay,
        effective_workers=staff.astype(float), last_year_staff=staff, last_year_revenue=before,
        year_revenue=before * np.exp(change),
        merged=np.arange(n) < 100,
    )  # fmt: skip
    return firms


def test_moments_of_planted_firms() -> None:
    found = moments(planted(), QUARTER, 1e5, 3)
    assert found["growth_shape"] == pytest.approx(1.0, abs=0.08)
    assert found["growth_width"] == pytest.approx(0.25, abs=0.02)
    assert found["growth_spread"] == pytest.approx(0.25 * math.sqrt(2), abs=0.03)
    assert found["size_tail_staff"] == pytest.approx(1.2, abs=0.35)
    assert found["pay_on_size"] == pytest.approx(0.03)
    assert abs(found["growth_on_size"]) < 0.02 and abs(found["spread_on_size"]) < 0.06
    assert found["entry_rate"] == 0.0 == found["exit_rate"] and np.isnan(found["entrant_size"])
    assert sum(value for name, value in found.items() if name.startswith("firm_years")) == 4000


def test_growth_leaves_out_buyers_young_and_small_firms() -> None:
    firms = planted()
    usual = moments(firms, QUARTER, 1e5, 3)
    assert usual["growth_firms"] == (firms["last_year_staff"][100:] >= micro.SMALL).sum()
    firms["merged"][:] = False
    assert moments(firms, QUARTER, 1e5, 3)["growth_firms"] > usual["growth_firms"]
    firms["founded"][:] = QUARTER - 7  # within last year: its revenue is of a part of it
    assert moments(firms, QUARTER, 1e5, 3)["growth_firms"] == 0.0


def test_the_moments_of_a_city(start: Start) -> None:
    economy = start.economy
    value = economy.published[2020]
    struck_off = sum(value[f"exits_age_{age}"] for age in AGES)
    assert economy.register_lag == 3 and struck_off == pytest.approx(value["exits"], rel=0.25)
    assert sum(value[f"firm_years_age_{age}"] for age in AGES) == pytest.approx(value["firms_latent"], rel=0.1)
    assert value["growth_firms"] > 200 and 0.5 < value["growth_shape"] < 2.0
    assert 0.0 < value["survival_5"] <= 1.0 and 0.0 < value["revenue_share_top10"] < 1.0


def test_a_buyer_is_marked_and_has_nothing_to_compare_with() -> None:
    economy = small_world(people=20, firms=3).economy
    economy.flows.absorb(2, 0)
    assert economy.firms["merged"].tolist() == [True, False, False]

"""Small functions of the economics: bounds and directions that hold for any argument."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.kernels.firms import change_suppliers
from digisim.kernels.sums import share_out
from digisim.parameters import medians
from digisim.processes.demand import city_share
from digisim.processes.labour import leave_odds
from digisim.state.economy import Environment, output_per_worker
from digisim.testing.strategies import amounts

P = {**medians(), "upgrade.premium": 0.1}  # the premium follows from margins when a start is built
POSITIVE = st.floats(1e-3, 1e3)


@given(inclusive=POSITIVE, more=st.floats(1.0, 10.0), start=POSITIVE, outside=POSITIVE, openness=st.floats(0.05, 1.0))
def test_the_citys_share_is_a_share_and_rises_with_its_own_pull(
    inclusive: float, more: float, start: float, outside: float, openness: float
) -> None:
    def share(pull: float, rivals: float) -> float:
        return city_share(np.array([[pull]]), np.array([[start]]), np.array([[rivals]]), np.array([openness])).item()

    here = share(inclusive, outside)
    assert 0.0 < here < 1.0
    assert share(inclusive * more, outside) >= here
    assert share(inclusive, outside * more) <= here
    assert share(start, outside) == pytest.approx(1.0 / (1.0 + outside))  # the start, whatever the openness
    # own pull times x moves the odds by x^openness: the nest is closed for openness 0
    odds, odds_more = here / (1 - here), share(inclusive * more, outside) / (1 - share(inclusive * more, outside))
    assert odds_more / odds == pytest.approx(more**openness, rel=1e-6)


@given(st.lists(st.floats(1.0, 1e4), min_size=2, max_size=12), st.floats(0.01, 0.5))  # people, smallest to largest
def test_customers_who_change_supplier_cost_leaders_most_and_are_lost_to_nobody(sizes: list[float], q: float) -> None:
    before = np.array(sizes)[:, None]
    after = before.copy()
    change_suppliers(np.ones(before.size, bool), np.zeros(before.size, np.int64), np.full(before.size, q), 1, after)
    assert after.sum() == pytest.approx(before.sum(), rel=1e-9)
    growth = (after / before)[np.argsort(before[:, 0], kind="stable"), 0]
    assert (np.diff(growth) <= 1e-9).all() and growth.min() >= 1.0 - q - 1e-9


def test_a_firm_alone_in_its_nest_keeps_its_customers() -> None:
    alone = np.array([[3.0, 0.0], [5.0, 2.0]])
    change_suppliers(np.array([True, True]), np.array([0, 1]), np.full(2, 0.2), 2, alone)
    assert alone.tolist() == [[3.0, 0.0], [5.0, 2.0]]


def test_an_empty_nest_sells_nothing() -> None:
    zero = city_share(np.zeros((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.array([0.5]))
    assert zero.item() == 0.0


@pytest.fixture(scope="module")
def environment() -> Environment:
    square, line = np.ones((2, 4)), np.ones(2)
    return Environment(
        quarter=8084, market=square, outside=square, inclusive_start=square, nest_openness=np.ones(4),
        output_per_worker=np.array([3e5, 6e5]), purchase_share=line, segment_growth=line, wage_outside=1e5,
        rent_level=50.0, gdp=7e11, frontier=1.5,
    )  # fmt: skip


@given(capability=POSITIVE, more=st.floats(1.001, 10.0), product=st.floats(0.0, 1.0), further=st.floats(0.0, 1.0))
def test_a_better_firm_earns_more_a_worker(
    environment: Environment, capability: float, more: float, product: float, further: float
) -> None:
    def earn(segment: int, c: float, m: float) -> float:
        return output_per_worker(environment, P, np.array([segment]), np.array([c]), np.array([m])).item()

    here = earn(0, capability, product)
    assert here > 0.0
    assert earn(0, capability * more, product) > here
    assert earn(0, capability, max(product, further)) >= here
    assert earn(1, capability, product) == pytest.approx(2.0 * here)
    # less than in proportion: innovation must not cut jobs one for one (model.md section 3)
    assert earn(0, capability * more, product) < here * more
    assert earn(0, environment.frontier, 0.0) == 3e5 / 4.0


@given(st.integers(1, 40).flatmap(lambda n: amounts(n, largest=1e6)), st.floats(0.0, 1e9), st.floats(1e-3, 1e8))
def test_sharing_out_never_exceeds_the_budget_or_a_cap(weight: np.ndarray, budget: float, cap: float) -> None:
    given_out = share_out(budget, weight, cap)
    assert (given_out >= 0.0).all() and (given_out <= cap).all()
    assert given_out.sum() <= budget * (1.0 + 1e-12)
    assert not given_out[weight == 0.0].any()
    heavier = np.argsort(weight, kind="stable")
    assert (np.diff(given_out[heavier]) >= -1e-9 * cap).all()  # who has more weight never gets less


@given(st.floats(1.0, 1e6))
def test_a_budget_that_the_caps_can_hold_is_spent(budget: float) -> None:
    weight = np.array([5.0, 1.0, 3.0, 0.0])
    assert share_out(budget, weight, budget / 2.0).sum() == pytest.approx(budget)
    assert share_out(budget, weight, budget).sum() == pytest.approx(budget)
    assert share_out(budget, weight, budget / 10.0).sum() == pytest.approx(3 * budget / 10.0)


@given(base=st.floats(1e-4, 0.5), relative=POSITIVE, more=st.floats(1.0, 10.0), elasticity=st.floats(0.0, 5.0))
def test_who_is_better_off_leaves_less(base: float, relative: float, more: float, elasticity: float) -> None:
    here, richer = (leave_odds(base, np.array([r]), elasticity).item() for r in (relative, relative * more))
    assert 0.0 <= richer <= here <= 1.0
    assert leave_odds(base, np.array([1.0]), elasticity).item() == pytest.approx(base)

"""Every kernel agrees with its slow twin on random small worlds.

Whole numbers, lists and comparisons of draws agree to the bit. Arithmetic without exp, log or powers does too, where
the twin keeps the order of operations; elsewhere 1e-12, since the compiler's functions may differ in the last bits.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import digisim.kernels
from digisim.kernels import firms, sums
from digisim.rng import Stream, when

from . import twins

CLOSE = 1e-12
SEEDS = range(8)
KEY = (5, 3)
QUARTER = 8084
NOW = QUARTER - 7600


def kernels() -> dict[str, ModuleType]:
    """Public kernels by name, with the module each lives in."""
    found = {}
    for info in pkgutil.iter_modules(digisim.kernels.__path__):
        module = importlib.import_module(f"digisim.kernels.{info.name}")
        for name, value in vars(module).items():
            source = getattr(value, "py_func", value)
            if callable(value) and getattr(source, "__module__", "") == module.__name__ and not name.startswith("_"):
                found[name] = module
    return found


def test_every_kernel_has_a_twin_and_a_comparison() -> None:
    assert set(kernels()) <= set(vars(twins))
    assert set(kernels()) == set(CASES)


def both(name: str, arguments: list[Any]) -> tuple[list[Any], list[Any]]:
    """Arguments after the kernel and after the twin, with what each returned at the end."""
    one = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    two = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    one.append(getattr(kernels()[name], name)(*one))
    two.append(getattr(twins, name)(*two))
    if name == "quarter_of_talent":  # what stands behind the end of a list is nobody's
        for left in (one, two):
            left[-5:-1] = [rows[:count] for rows, count in zip(left[-5:-1], left[-1], strict=True)]
    return one, two


def flatten(values: list[Any]) -> list[Any]:
    return [part for value in values for part in (value if isinstance(value, tuple) else (value,))]


def agree(name: str, arguments: list[Any], tolerance: float) -> list[Any]:
    """Assert that kernel and twin leave the same; returns what the kernel left."""
    one, two = both(name, arguments)
    for position, (a, b) in enumerate(zip(flatten(one), flatten(two), strict=True)):
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, position
            exact = tolerance == 0.0 or a.dtype.kind in "iub"
            np.testing.assert_allclose(a, b, rtol=0.0 if exact else tolerance, atol=0.0, err_msg=f"{name}, {position}")
        else:
            assert a == b, position
    return one


def chosen(rng: np.random.Generator, size: int, *values: Any) -> np.ndarray:
    return rng.choice(np.array(values), size)


# --- small worlds -------------------------------------------------------------------------------------------------
def people(rng: np.random.Generator) -> list[Any]:
    n, n_firms = int(rng.integers(1, 1200)), 12  # more than two chunks at most
    employer = rng.integers(-2, n_firms, n).astype(np.int32)
    rates = np.column_stack([rng.uniform(0, high, n_firms + 2) for high in (0.2, 0.1, 0.4, 0.5)])
    rates[0], rates[1, 2:] = 0.0, (0.0, 1.0)  # who is gone does nothing; who seeks work loses none and always searches
    lists = [np.full(n, -9, np.int32) for _ in range(4)]
    return [
        rng.integers(0, 2**32, n).astype(np.uint32), employer, rng.uniform(0.2, 8.0, n).astype(np.float32),
        rng.uniform(0.2, 2.0, n).astype(np.float32),
        rng.integers(NOW - 260, NOW - 80, n).astype(np.int16), rng.integers(NOW - 4, NOW + 4, n).astype(np.int16),
        chosen(rng, n, 0, NOW - 1, NOW, NOW + 1).astype(np.int16),
        rates, 0.02, float(rng.uniform(1.0, 9.0)), 0.25, 8.0, 0.1, float(rng.choice([0.0, 0.3])), 0.02, 240,
        NOW, 3, int(when(int(Stream.TALENT_QUARTER), QUARTER)), *KEY,
        np.empty(n_firms + 2), np.empty(n_firms + 2, np.int64), np.empty(n_firms + 2, np.int64), *lists,
    ]  # fmt: skip


def employers(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(0, 60))
    shares = [rng.uniform(0.0, high, n) for high in (0.1, 0.1, 0.5, 40.0)]
    return [rng.integers(0, 90, n), *shares, 0.03, 0.06, 0.02]


def staff(rng: np.random.Generator) -> list[Any]:
    employer = rng.integers(-2, 9, int(rng.integers(0, 60))).astype(np.int32)
    closing = rng.random(9) < 0.4
    at_work = employer[employer >= 0]
    return [employer, closing, int(closing[at_work].sum())]


def new_jobs(rng: np.random.Generator) -> list[Any]:
    n, n_firms = 60, 9
    employer = rng.integers(-2, n_firms, n).astype(np.int32)
    rows = np.flatnonzero((employer > -2) & (rng.random(n) < 0.4))
    capital = rng.uniform(0.25, 8.0, n).astype(np.float32)
    staff = np.bincount(employer[employer >= 0], minlength=n_firms)
    return [
        rows, rng.integers(0, n_firms, rows.size), employer, capital, staff,
        np.bincount(employer[employer >= 0], weights=capital[employer >= 0], minlength=n_firms),
    ]  # fmt: skip


def seekers(rng: np.random.Generator) -> list[Any]:
    place, n = int(when(int(Stream.MATCH_PLACE), QUARTER)), int(rng.integers(1, 1200))  # more than two chunks at most
    known, new = n - n // 4, n // 4
    rows = np.flatnonzero(rng.random(known) < 0.9)
    identity, domain = rng.integers(0, 2**32, n).astype(np.uint32), rng.integers(0, 12, n).astype(np.int8)
    return [
        rows, identity[new:], rng.integers(-1, 9, known).astype(np.int32), domain[new:], identity[:new], domain[:new],
        rng.uniform(5e4, 3e5, 9), 0.3, int(rng.integers(1, 9)), place, *KEY,
    ]  # fmt: skip


def posts(rng: np.random.Generator, n: int, markets: int) -> list[Any]:
    place = int(when(int(Stream.MATCH_PLACE), QUARTER))
    identity = rng.choice(2**32, n, replace=False).astype(np.int64)
    return [rng.integers(0, 6, n), identity, rng.uniform(0.3, 3.0, n), markets, place, *KEY]


def market(rng: np.random.Generator) -> list[Any]:
    n, n_firms, n_segments, markets = int(rng.integers(1, 90)), 10, 4, 6
    n_posts = int(rng.integers(0, 50))
    present = np.where(rng.random(n) < 0.5, rng.integers(0, n_firms, n), -1)
    return [
        rng.integers(0, n_segments, n).astype(np.int8), present.astype(np.int32),
        rng.integers(0, markets, n), np.where(present >= 0, rng.uniform(5e4, 3e5, n), 0.0),
        rng.integers(0, 2**32, n).astype(np.uint32),
        rng.integers(0, n_firms, n_posts), rng.integers(0, markets, n_posts), rng.random(n_posts), rng.random(n_posts),
        markets, rng.integers(0, n_segments, n_firms), rng.uniform(5e4, 3e5, n_firms),
        rng.integers(0, 2**32, n_firms).astype(np.uint32), rng.uniform(0, 1, (n_segments, n_segments)),
    ]  # fmt: skip


def life(rng: np.random.Generator, n: int) -> np.ndarray:
    alive: np.ndarray = rng.random(n) < 0.85
    return alive


def luck(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(1, 200))
    return [
        rng.integers(0, 2**32, n), life(rng, n), rng.uniform(0.0, 1.2, n), int(Stream.FIRM_DEMAND), QUARTER, *KEY,
        np.empty(n),
    ]  # fmt: skip


def sales(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(2, 120))
    sold = np.sort(rng.permutation(n)[: int(rng.integers(1, 6))])
    weight = rng.uniform(0.0, 2.0, n) * (rng.random(n) < 0.7)
    weight[sold] = 0.0
    return [
        sold, rng.integers(0, 2**32, n), rng.integers(0, 4, n), 4, weight, int(Stream.ACQUISITION), QUARTER, *KEY,
        np.empty(sold.size, np.int64),
    ]  # fmt: skip


def places(rng: np.random.Generator) -> list[Any]:
    """Firms that sit somewhere or nowhere, few places with room, some need more than any of them has."""
    n, k = int(rng.integers(1, 60)), 5
    room = rng.exponential(200.0, k) * (rng.random(k) < 0.8)
    return [
        rng.random((n, k)), rng.exponential(60.0, n), rng.integers(-1, k, n), room, rng.uniform(0.3, 1.2, k),
        np.empty(n, np.int64),
    ]  # fmt: skip


def offers(rng: np.random.Generator) -> list[Any]:
    n = 40
    return [
        life(rng, n), rng.uniform(0.3, 3.0, n), rng.uniform(0.5, 2.0, n), 1.3, 1.7, 0.2,
        rng.uniform(0, 1, (n, 4)), rng.uniform(0, 1, (n, 4)),
    ]  # fmt: skip


def nests(rng: np.random.Generator) -> list[Any]:
    n = 40
    return [life(rng, n), rng.integers(0, 12, n), rng.uniform(0, 1, (n, 4)), 12]


def switching(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(1, 40))
    return [life(rng, n), rng.integers(0, 12, n), rng.uniform(0.0, 0.6, n), 12, rng.uniform(0, 1, (n, 4))]


def orders(rng: np.random.Generator) -> list[Any]:
    alive, segment, attractiveness, n_segments = nests(rng)
    inclusive = twins.inclusive_values(alive, segment, attractiveness, n_segments)
    inclusive[rng.integers(0, n_segments)] = 0.0
    n = alive.size
    return [
        alive, segment, attractiveness, rng.uniform(0, 1, n), rng.uniform(0, 1e6, n) * (rng.random(n) < 0.5), inclusive,
        rng.uniform(0, 1e9, inclusive.shape), rng.uniform(0, 1e8, n_segments), 0.3,
        np.array([1.0, 1.0, *rng.uniform(0.5, 2.0, 2)]), rng.uniform(0, 1e7, n), rng.uniform(0, 1e7, n),
        np.empty((n, 4)), np.ones(n), np.empty(n),
    ]  # fmt: skip


def plans(rng: np.random.Generator) -> list[Any]:
    n = 120
    headcount = rng.integers(0, 60, n)
    return [
        life(rng, n), rng.integers(0, 2**32, n), rng.uniform(0, 4e6, n) * (rng.random(n) < 0.9),
        rng.uniform(0, 2e6, n) * (rng.random(n) < 0.5), rng.uniform(5e4, 2e5, n),
        headcount * rng.uniform(0.5, 2.0, n), headcount, rng.uniform(0, 0.6, n), rng.uniform(-0.2, 0.5, n),
        rng.uniform(-1e6, 1e6, n), rng.integers(0, 4, n), rng.uniform(0, 4e6, n),
        rng.uniform(0, 20.0, n) * (rng.random(n) < 0.8),
        0.5, 0.1, 1.0, 0.9, 2.0, 0.04, 1.15, 0.09, 0.4,
        int(Stream.FIRM_ROUNDING), QUARTER, *KEY, np.empty(n), np.empty(n, np.int64), np.empty(n),
    ]  # fmt: skip


def money(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        rng.uniform(5e4, 2e5, n), rng.uniform(0, 60, n) * (rng.random(n) < 0.9), rng.uniform(0, 0.6, n),
        rng.uniform(5e4, 3e5, n), rng.uniform(0.8, 1.2, n), rng.uniform(0.1, 0.5, n), rng.uniform(0, 4e6, n),
        rng.uniform(-1e6, 4e6, n), rng.uniform(0, 2e6, n), rng.uniform(0, 2e6, n), 0.3, 0.01, 0.3, 2.0,
        np.empty(n), np.empty(n), np.empty(n),
    ]  # fmt: skip


def lacking(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        rng.uniform(0, 60, n) * (rng.random(n) < 0.8), rng.integers(0, 60, n), rng.uniform(-0.2, 0.3, n), 3600.0,
        3000.0, 0.09, np.empty(n), np.empty(n),
    ]  # fmt: skip


def accounts(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        life(rng, n), rng.uniform(-1e6, 4e6, n), rng.uniform(0, 2e6, n) * (rng.random(n) < 0.5),
        rng.uniform(0, 2e6, n), rng.uniform(0, 3e6, n), 0.3, 0.6, np.empty(n),
    ]  # fmt: skip


def gains(rng: np.random.Generator) -> list[Any]:
    n = 120
    alive, cash, debt, _, cost, _, buffer, paid = accounts(rng)
    return [alive, cash, debt, rng.uniform(-1e6, 2e6, n), cost, buffer, 0.4, paid]


def pay(rng: np.random.Generator) -> list[Any]:
    n = 60
    return [
        life(rng, n), rng.uniform(5e4, 3e5, n), rng.uniform(0.8, 1.2, n), rng.uniform(0.6, 1.6, n), 1.2e5, 0.01,
        0.2, 0.99,
    ]  # fmt: skip


def work(rng: np.random.Generator) -> list[Any]:
    n = 200
    headcount = rng.integers(0, 60, n)
    return [
        life(rng, n), rng.uniform(0, 4e6, n), rng.uniform(0, 2e6, n), rng.uniform(5e4, 2e5, n),
        headcount * rng.uniform(0.5, 2.0, n), headcount, rng.uniform(0, 0.6, n), headcount * rng.uniform(2, 20, n),
        rng.uniform(-1e6, 3e6, n), rng.uniform(0.1, 0.9, n), 1.1, 6.0, 0.25, rng.choice([1.0, 1.1], 4),
        np.empty(n), np.empty(n, np.int64), np.empty(n),
    ]  # fmt: skip


def some(rng: np.random.Generator, n: int, scale: float, share: float = 0.7) -> np.ndarray:
    """Amounts up to `scale`, zero for some."""
    amounts: np.ndarray = rng.uniform(0.0, scale, n) * (rng.random(n) < share)
    return amounts


def costs(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        rng.integers(0, 20, n), rng.uniform(5e4, 3e5, n), some(rng, n, 20.0), some(rng, n, 1e6), some(rng, n, 1e6),
        rng.normal(1e5, 2e5, n), some(rng, n, 1e6), some(rng, n, 300.0), rng.integers(0, 4, n), rng.integers(0, 3, n),
        rng.uniform(0.1, 0.6, 4), rng.uniform(20.0, 90.0, 3), np.array([0.0, 0.3, 1.0]), 9.0, 0.03, 0.02, 0.3, 0.5,
        0.05,
    ]  # fmt: skip


def capital(rng: np.random.Generator) -> list[Any]:
    n = 200
    bills = [some(rng, n, scale) for scale in (3e5, 1e5, 1e5, 2e4, 1e4)]
    return [
        rng.normal(4e5, 5e5, n), some(rng, n, 4e5), some(rng, n, 4e5), some(rng, n, 2e5), *bills,
        some(rng, n, 1e6, 0.2),
        rng.uniform(0.0, 0.6, n), rng.uniform(0.5, 1.5, n), rng.integers(0, 4, n), rng.uniform(0.1, 0.6, 4),
        0.03, 0.02, float(rng.choice([0.1, 0.6])), 1.0, 0.15,
    ]  # fmt: skip


def quarter_accounts(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        some(rng, n, 1e6), rng.uniform(0.5, 1.5, n), rng.integers(0, 4, n), rng.uniform(0.1, 0.6, 4),
        *(some(rng, n, scale) for scale in (3e5, 1e5, 1e5, 2e4, 1e4)), rng.uniform(0.0, 0.6, n),
        some(rng, n, 1e6, 0.2), 0.02, 0.03, 0.4, some(rng, n, 4e5), *np.empty((5, n)),
    ]  # fmt: skip


def sold(rng: np.random.Generator) -> list[Any]:
    """Firms with and without orders; some sell less than was ordered, some more."""
    came = rng.uniform(0.0, 1e6, (120, 4))
    placed = came.sum(axis=1) * rng.choice([0.0, 0.2, 1.0], 120)
    return [came, placed, rng.uniform(0.5, 1.5, 120), some(rng, 120, 4e6), 2, 2, 0, *np.empty((3, 120))]


def research(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        rng.uniform(0.0, 0.4, n), some(rng, n, 1e5, 0.3), rng.uniform(1e5, 3e5, n), some(rng, n, 40.0),
        rng.normal(0.0, 1e6, n), some(rng, n, 1e6), some(rng, n, 1e6), 0.3, 1.2, 0.2, float(rng.choice([1.0, 1.1])),
        0.3, 0.2, rng.uniform(0.0, 0.4, n),
    ]  # fmt: skip


def neighbours(rng: np.random.Generator) -> list[Any]:
    n = 60
    return [
        life(rng, n), rng.integers(0, 4, n), rng.integers(0, 3, n), some(rng, n, 50.0), np.array([0.9, 0.0, 0.9]),
        0.1, 4,
    ]  # fmt: skip


def customers(rng: np.random.Generator) -> list[Any]:
    level, weight = rng.normal(0.0, 0.5, 60), some(rng, 60, 1e6)
    return [np.argsort(level)[::-1].copy(), weight, float(weight.sum()), level]


def steps(rng: np.random.Generator) -> list[Any]:
    n = 120
    return [
        life(rng, n), rng.normal(0.0, 0.02, n), rng.normal(0.0, 0.02, n), some(rng, n, 4.0), rng.normal(0.0, 0.4, n),
        rng.integers(0, 3, n), rng.uniform(0.8, 1.2, 3), some(rng, n, 0.02), rng.normal(0.0, 1.0, n),
        0.1, 0.05, 0.02, 1.5, 0.1, 0.05,
    ]  # fmt: skip


def ages(rng: np.random.Generator) -> list[Any]:
    n, alive = int(rng.integers(0, 80)), rng.random(80) < 0.6
    founded = rng.integers(QUARTER - 60, QUARTER + 1, n)
    exited = np.where(alive[:n] | (rng.random(n) < 0.1), -1, np.minimum(founded + rng.integers(0, 40, n), QUARTER))
    begins = np.array([0, 4, 8, 20])
    return [alive[:n], exited, founded, QUARTER, begins, 20, *np.zeros((2, 4), np.int64), np.zeros(3, np.int64)]


def books(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(0, 200))
    revenue = rng.uniform(0.0, 1e7, (2, n)) * (rng.random((2, n)) < 0.8)
    founded, staff = rng.integers(QUARTER - 40, QUARTER, n), rng.integers(0, 9, n)
    return [rng.random(n) < 0.8, rng.random(n) < 0.1, founded, QUARTER - 7, staff, *revenue]


def parts(rng: np.random.Generator) -> list[Any]:
    n = int(rng.integers(1, 60))
    return [rng.normal(0.0, 1e6, n), rng.choice([-1.0, 0.0, 1.0, 3e5], n)]


CASES: dict[str, tuple[Callable[[np.random.Generator], Any], float]] = {
    "rates_by_employer": (employers, 0.0),
    "quarter_of_talent": (people, 0.0),
    "staff_of": (staff, 0.0),
    "take_jobs": (new_jobs, 0.0),
    "firm_words": (lambda rng: [rng.integers(0, 2**32, 20), int(when(int(Stream.MATCH_PAIR), QUARTER)), *KEY], 0.0),
    "expand_vacancies": (lambda rng: posts(rng, int(rng.integers(1, 40)), 7), 0.0),
    "group_by": (lambda rng: [rng.integers(0, 9, int(rng.integers(0, 60))), 9], 0.0),
    "seeker_markets": (seekers, 0.0),
    "clear_markets": (market, 0.0),
    "mean_one_shocks": (luck, CLOSE),
    "choose_buyers": (sales, 0.0),
    "choose_places": (places, 0.0),
    "renew_attractiveness": (offers, CLOSE),
    "shift_markets": (lambda rng: [life(rng, 40), chosen(rng, 40, -1, QUARTER - 4, QUARTER), rng.integers(0, 12, 40),
                                   rng.uniform(0, 0.5, (12, 4)), 0.2, rng.uniform(0, 1, (40, 4))], CLOSE),
    "share_leaving": (lambda rng: [*(some(rng, 60, 1e6) for _ in range(3)), 0.4, 0.03, np.empty(60)], 0.0),
    "change_suppliers": (switching, CLOSE),
    "inclusive_values": (nests, 0.0),
    "purchases_of": (lambda rng: [life(rng, 60), some(rng, 60, 1e6), rng.integers(0, 4, 60), rng.random(4)], 0.0),
    "place_orders": (orders, 0.0),
    "reach_of_money": (money, 0.0),
    "plan_staff": (plans, CLOSE),
    "lacking_staff": (lacking, 0.0),
    "draw_and_repay": (accounts, 0.0),
    "pay_out": (gains, 0.0),
    "adjust_wages": (pay, CLOSE),
    "produce": (work, CLOSE),
    "within_reach": (neighbours, CLOSE),
    "grown": (lambda rng: [some(rng, 60, 50.0), some(rng, 60, 50.0)], 0.0),
    "log_advance": (steps, 1e-9),  # a sum of what may nearly cancel
    "lead_of_customers": (customers, 1e-9),  # a difference of two sums
    "fixed_costs": (costs, CLOSE),
    "working_capital": (capital, CLOSE),
    "keep_accounts": (quarter_accounts, 0.0),
    "revenue_by_market": (sold, 0.0),
    "plan_research": (research, CLOSE),
    "count_ages": (ages, 0.0),
    "comparable_growth": (books, 0.0),
    "share_out": (lambda rng: [rng.uniform(0, 300), rng.exponential(1.0, int(rng.integers(0, 60))), 9.0], CLOSE),
    "ratio": (parts, 0.0),
    "ordered_sum": (lambda rng: [rng.normal(0, 1e6, int(rng.integers(0, 500)))], 0.0),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CASES)
def test_the_kernel_is_its_twin(name: str, seed: int) -> None:
    make, tolerance = CASES[name]
    agree(name, list(make(np.random.default_rng(seed))), tolerance)


# --- what the worlds must contain, so that agreement says something -------------------------------------------------
def test_the_small_worlds_reach_every_branch() -> None:
    rng = np.random.default_rng(1)
    left = agree("quarter_of_talent", people(rng), 0.0)
    assert all(count > 0 for count in left[-1])
    assert set(np.unique(agree("produce", work(rng), CLOSE)[-3])) == {0, 1, 2, 3}
    full = [places(np.random.default_rng(seed)) for seed in SEEDS]
    left_over = [agree("choose_places", each, 0.0) for each in full]
    stays = np.concatenate([(after[5] == after[2]) for after in left_over])
    nowhere = np.concatenate([after[2] == -1 for after in left_over])
    assert stays.any() and (~stays & ~nowhere).any() and any((after[3] == 0.0).all() for after in left_over)
    planned = agree("plan_staff", plans(rng), CLOSE)
    vacancies, layoff = planned[-3], planned[-2]
    assert vacancies.any() and layoff.any()
    hired = agree("clear_markets", market(np.random.default_rng(2)), 0.0)
    assert (hired[-1] >= 0).any() and (hired[-1] == -1).any()


def test_read_only_columns_are_accepted() -> None:
    """A guarded process hands over columns that it may not write."""
    arguments = nests(np.random.default_rng(3))
    for each in arguments[:3]:
        each.flags.writeable = False
    assert firms.inclusive_values(*arguments).shape == (12, 4)


def test_the_order_of_rows_decides_the_bits_of_a_sum() -> None:
    values = np.array([1e16, 1.0, -1e16, 1.0])
    assert sums.ordered_sum(values) == 1.0 and sums.ordered_sum(np.append(values, 0.0)) == 1.0
    assert sums.ordered_sum(values[::-1].copy()) == 0.0


def test_effective_workers_are_summed_exactly_whatever_the_order() -> None:
    rng = np.random.default_rng(4)
    arguments = people(rng)
    order = rng.permutation(arguments[1].size)
    shuffled = [a[order] if isinstance(a, np.ndarray) and a.shape == order.shape and k < 7 else a
                for k, a in enumerate(arguments)]  # fmt: skip
    one, other = agree("quarter_of_talent", arguments, 0.0), agree("quarter_of_talent", shuffled, 0.0)
    assert one[21].tobytes() == other[21].tobytes()

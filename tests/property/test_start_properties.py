"""The synthetic start meets its margins whatever is drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digisim.evidence import ErrorModel
from digisim.policy import value_at
from digisim.regions import load_region, load_segments
from digisim.state.economy import MARKETS
from digisim.synthesis.draws import draw_error
from digisim.synthesis.markets import market_mix
from digisim.synthesis.sizes import Tail, firm_sizes
from digisim.testing.strategies import UNIFORMS, parameter_sets, schedules

DALIAN = load_region("dalian")


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**31), count=st.integers(1800, 3500), mean=st.floats(60, 95), share=st.floats(0.26, 0.34),
    scale=st.floats(8.5, 12.5), tail=st.floats(1.0, 1.5), cap=st.floats(3000, 15000),
)  # fmt: skip
def test_firm_sizes_meet_people_exactly_and_the_above_scale_firms_nearly(  # noqa: PLR0917
    seed: int, count: int, mean: float, share: float, scale: float, tail: float, cap: float
) -> None:
    """In the range of the evidence: people to the person, above-scale firms within 8% (sizes are whole people)."""
    people = round(mean * count)
    sizes = firm_sizes(np.random.default_rng(seed).random(count), people, share * count, scale, Tail(tail, 0.03, cap))
    assert sizes.sum() == people and sizes.min() >= 1
    assert sizes.max() <= np.ceil(cap)
    assert abs((sizes >= scale).sum() - share * count) <= 0.08 * share * count


@settings(max_examples=25)
@given(seed=st.integers(0, 2**31), count=st.integers(2, 200), mean=st.floats(1.0, 300.0), cap=st.floats(2.0, 5000))
def test_firm_sizes_always_sum_to_the_people(seed: int, count: int, mean: float, cap: float) -> None:
    """Even where no law of the family meets the margins: every firm has somebody, and nobody is lost."""
    people = round(mean * count)
    sizes = firm_sizes(np.random.default_rng(seed).random(count), people, 0.3 * count, 9.0, Tail(1.2, 0.03, cap))
    assert sizes.sum() == people and sizes.min() >= 1


def test_larger_uniforms_give_larger_firms() -> None:
    u = np.sort(np.random.default_rng(5).random(2500))
    sizes = firm_sizes(u, 190_000, 700, 9.0, Tail(1.2, 0.03, 9_000))
    assert (np.diff(sizes) >= -1).all()  # one person is the rounding
    top = sizes[u > 0.97]
    assert top.min() >= sizes[u <= 0.97].max() - 1


@settings(max_examples=25)
@given(parameter_sets())
def test_the_table_of_segments_and_markets_meets_its_margins(p: Mapping[str, float]) -> None:
    table = market_mix(DALIAN, p)
    assert table.shape == (len(load_segments()), len(MARKETS)) and (table >= 0).all()
    rows = np.array([DALIAN.segments.get(s, 0.0) for s in load_segments()])
    np.testing.assert_allclose(table.sum(axis=1), rows, atol=1e-6)
    exports, japan, local = (p[k] for k in ("export.share.2020", "japan.share.2020", "sales.local"))
    columns = [local * (1 - exports), (1 - local) * (1 - exports), exports * japan, exports * (1 - japan)]
    np.testing.assert_allclose(table.sum(axis=0), columns, atol=1e-9)


@given(low=st.floats(1.0, 1e6), width=st.floats(1e-3, 1e6), u=UNIFORMS, v=UNIFORMS)
def test_a_uniform_error_stays_in_its_range_and_rises(low: float, width: float, u: float, v: float) -> None:
    model = ErrorModel(kind="uniform", low=low, high=low + width, reason="printed in words")
    one, other = (draw_error(model, low, each) for each in sorted((u, v)))
    assert low <= one <= other <= low + width


@given(value=st.floats(1.0, 1e6), sd=st.floats(1e-3, 1e3), u=UNIFORMS)
def test_a_normal_error_is_symmetric(value: float, sd: float, u: float) -> None:
    model = ErrorModel(kind="normal", sd=sd, reason="printed as about")
    above, below = draw_error(model, value, u), draw_error(model, value, 1.0 - u)
    assert above + below == pytest.approx(2.0 * value, rel=1e-9, abs=1e-9 * sd)
    assert draw_error(model, value, 0.5) == value


@pytest.mark.parametrize("model", [None, ErrorModel(kind="exact", reason="counted")])
def test_an_exact_figure_is_itself(model: ErrorModel | None) -> None:
    assert draw_error(model, 12.5, 0.9) == 12.5


@given(path=schedules(), at=st.integers(2019 * 4, 2030 * 4), in_force=st.floats(0, 1e9))
def test_the_value_in_force_is_the_latest_not_after_the_quarter(path: list, at: int, in_force: float) -> None:  # type: ignore[type-arg]
    from digisim.clock import Quarter

    now = Quarter.from_index(at)
    before = [value for date, value in path if date <= now]
    assert value_at(path, now, in_force) == (before[-1] if before else in_force)

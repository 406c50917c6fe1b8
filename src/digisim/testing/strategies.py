"""Hypothesis strategies: sizes, margins, schedules and budgets that a city could have."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from digisim.clock import Quarter
from digisim.parameters import draw_parameters, load_parameters

UNIFORMS = st.floats(min_value=1e-6, max_value=1.0 - 1e-6)
"""Numbers strictly between 0 and 1."""

WORDS = st.integers(min_value=0, max_value=2**32 - 1)
"""32-bit words: counters and keys of the generator."""


def amounts(size: int | st.SearchStrategy[int], *, largest: float = 1e9) -> st.SearchStrategy[Any]:
    """Arrays of money, people or weights: finite, not negative, shape (size,)."""
    shapes = st.just((size,)) if isinstance(size, int) else st.tuples(size)
    return shapes.flatmap(
        lambda shape: arrays.arrays(np.float64, shape, elements=st.floats(0.0, largest, allow_subnormal=False))
    )


@st.composite
def parameter_sets(draw: st.DrawFn) -> dict[str, float]:
    """Values of all parameters, each drawn from its prior (canonical units)."""
    free = [name for name, row in load_parameters().items() if not row.is_fixed]
    seed = draw(st.integers(0, 2**32 - 1))
    uniforms = np.random.default_rng(seed).uniform(1e-6, 1.0 - 1e-6, len(free))
    return draw_parameters(dict(zip(free, uniforms.tolist(), strict=True)))


@st.composite
def schedules(draw: st.DrawFn, first: int = 2021, last: int = 2028) -> list[tuple[Quarter, float]]:
    """Dated values of one lever, in order of date, without two for one quarter."""
    indices = draw(st.lists(st.integers(first * 4, last * 4 + 3), unique=True, max_size=6))
    return [(Quarter.from_index(k), draw(st.floats(0.0, 1e9))) for k in sorted(indices)]

"""Hypothesis strategies: scenarios anyone could write, results anyone could get."""

from __future__ import annotations

from typing import Any

import xarray as xr
from hypothesis import strategies as st

from digisim.policy import Lever, levers_of
from digisim.scenario import OUTLOOKS, Scenario, load_scenario
from digisim.testing.datasets import synthetic_dataset
from digisim.units import format_quantity


def quantities(lever: Lever) -> st.SearchStrategy[str] | st.SearchStrategy[float]:
    """Draw values of a lever as a user writes them, anywhere in its range."""
    numbers = st.floats(*lever.range)
    return numbers if lever.unit == "1" else numbers.map(lambda value: format_quantity(value, lever.unit))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a scenario of Dalian: some levers, with one value or with dates, and an outlook."""
    base = load_scenario("dalian-baseline").with_(outlook=draw(st.sampled_from(OUTLOOKS)))
    rows = levers_of(base.region)
    names = draw(st.lists(st.sampled_from(sorted(rows)), unique=True))
    years = st.integers(base.start + 1, base.end)
    levers: dict[str, Any] = {}
    for name in names:
        value = quantities(rows[name])
        levers[name] = draw(st.one_of(value, st.dictionaries(years, value, min_size=1, max_size=3)))
    return base.with_levers(**levers)


@st.composite
def results(draw: st.DrawFn) -> xr.Dataset:
    """Draw a synthetic results dataset: one or two scenarios, some members, some of them broken off."""
    members = draw(st.integers(1, 5))
    chosen = draw(st.lists(scenarios(), min_size=1, max_size=2, unique_by=lambda each: each.name))
    names = [each.name for each in chosen]
    failed = draw(st.lists(st.tuples(st.sampled_from(names), st.integers(0, members - 1)), max_size=3))
    growth = draw(st.floats(-0.3, 0.5))
    return synthetic_dataset(chosen, members, draw(st.integers(0, 1000)), failed=failed, growth=growth)

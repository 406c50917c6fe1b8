"""What every test may share: one prepared start of the baseline for each of two members, never changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache

import mesa
import pytest
from hypothesis import settings

from digisim.scenario import Scenario, load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.state.economy import Economy

SEED = 1

# No deadline: the first example compiles kernels. The same examples in every run: a failure is found again.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@cache
def _prepared(member: int) -> Start:
    return prepare(load_scenario("dalian-baseline"), SEED, member)


@pytest.fixture(scope="session")
def baseline() -> Scenario:
    """The scenario in which no lever is moved."""
    return load_scenario("dalian-baseline")


@pytest.fixture(scope="session")
def start() -> Start:
    """Member 0 at the base year: do not change it, copy it."""
    return _prepared(0)


@pytest.fixture(scope="session")
def start_of() -> Callable[[int], Start]:
    """Any member at the base year, prepared once."""
    return _prepared


@pytest.fixture(autouse=True)
def _figures_closed() -> Iterator[None]:
    """Let no test leave figures that pyplot holds: after twenty it warns, in whichever test comes then."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def economy(start: Start) -> Economy:
    """A fresh copy of member 0 at the base year: change it as you like."""
    return start.economy.copy(mesa.Model())


@pytest.fixture
def model(baseline: Scenario, start: Start) -> IndustryModel:
    """A fresh model of the baseline, member 0, guarded."""
    return IndustryModel(baseline, SEED, start=start, guarded=True)

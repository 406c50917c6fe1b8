"""Starts that the tests of identities copy from: both regimes, two chance replicates of one draw."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start, prepare

MEMBERS = (0, 1, 2, 4, 6)
SCENARIOS = ("dalian-baseline", "dalian-plan", "dalian-push")

Build = Callable[[str, int], IndustryModel]


@pytest.fixture(scope="session")
def base_starts() -> dict[int, Start]:
    return {member: prepare(load_scenario("dalian-baseline"), 1, member) for member in MEMBERS}


@pytest.fixture(scope="session")
def build(base_starts: dict[int, Start]) -> Build:
    """Return a function (scenario name, member) -> a model that begins from a copy of the member's start."""

    def at_start(scenario: str, member: int) -> IndustryModel:
        return IndustryModel(load_scenario(scenario), 1, member=member, start=base_starts[member])

    return at_start

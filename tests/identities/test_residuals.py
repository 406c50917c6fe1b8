"""Money, people and floor area balance after every quarter; the largest residual counts, not a sum over time."""

from __future__ import annotations

import numpy as np
import pytest

from digisim import simulate
from digisim.state import invariants

from .conftest import MEMBERS, SCENARIOS, Build

ROUNDING = 1e-12  # what sums in binary leave; a yuan that is lost in a quarter is 2e-11 of gross flows


def largest(model, found: dict[str, float]) -> None:
    while model.running:
        model.step()
        assert invariants.bounds(model.economy) == []
        for residual in invariants.residuals(model.economy):
            found[residual.name] = max(found.get(residual.name, 0.0), residual.value)


def test_both_regimes_are_looked_at(base_starts) -> None:
    assert {start.member.regime.name for start in base_starts.values()} == {"people_scarce", "demand_scarce"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_largest_residual_of_every_quarter(build: Build, scenario: str) -> None:
    found: dict[str, float] = {}
    for member in MEMBERS:
        model = build(scenario, member)
        largest(model, found)
    print(f"{scenario}: " + ", ".join(f"{name} {value:.2g}" for name, value in found.items()))
    assert set(found) == {"money", "people", "floor area"}
    assert max(found.values()) <= ROUNDING < invariants.TOLERANCE == 1e-9
    assert found["people"] == 0.0  # people are counted, not measured


def test_the_warm_up_balances_too(base_starts) -> None:
    residuals = {member: start.residual for member, start in base_starts.items()}
    print("warm-up:", {member: f"{value:.2g}" for member, value in residuals.items()})
    assert max(residuals.values()) <= ROUNDING


def test_the_dataset_carries_the_largest_residual() -> None:
    one = simulate.simulate("dalian-plan", seed=1, member=0)
    assert 0.0 < one.attrs["largest_residual"] <= invariants.TOLERANCE


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_guarded_run_ends(base_starts, scenario: str) -> None:
    """Guards are off in production; here every bound is checked and undeclared columns are read-only."""
    model = simulate.IndustryModel(scenario, 1, member=0, start=base_starts[0], guarded=True)
    while model.running:
        model.step()
    assert model.residual <= invariants.TOLERANCE


@pytest.mark.parametrize("member", MEMBERS[:2])
def test_headcount_is_the_people_of_each_employer(build: Build, member: int) -> None:
    model = build("dalian-plan", member)
    for _ in range(12):
        model.step()
        firms, talent = model.economy.firms, model.economy.talent
        employed = talent["employer"] >= 0
        employer = talent["employer"][employed]
        staff = np.zeros(firms.n, np.int64)
        np.add.at(staff, employer, 1)
        assert np.array_equal(staff, firms["headcount"])
        assert firms["alive"][employer].all()
        capital = np.zeros(firms.n)
        np.add.at(capital, employer, talent["human_capital"][employed].astype(np.float64))
        assert np.array_equal(capital, firms["effective_workers"])  # exact: sums of float32 below 2^20 people

"""Ensembles that the statistical tests look at: seeded, so that a failure is found again."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import digisim as ds
from digisim.scenario import load_scenario

from .growth import measured

FEW, MANY = 24, 120
GROWING, YEARS = 12, 8
"""Members of the cities that grow, and how many years they run: as many as Dalian does."""


@pytest.fixture(scope="session")
def few() -> xr.Dataset:
    """24 members of the baseline: 12 draws, half of them in each regime."""
    return ds.ensemble("dalian-baseline", members=FEW, seed=1, workers=1)


@pytest.fixture(scope="session")
def many() -> xr.Dataset:
    """120 members of the baseline, for the slow tests."""
    return ds.ensemble("dalian-baseline", members=MANY, seed=1, workers=1)


@pytest.fixture(scope="session", params=["dongguan", "qingdao", "shenzhen"])
def grown(request: pytest.FixtureRequest) -> tuple[str, dict[str, np.ndarray]]:
    """A city that grows, and what few members of its baseline measure over as many years as Dalian's; for slow
    tests."""
    base = load_scenario(f"{request.param}-baseline")
    longer = base.with_(horizon=base.start + YEARS)
    return request.param, measured(ds.ensemble(longer, members=GROWING, seed=1, workers=1))

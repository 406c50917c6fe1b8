"""Ensembles that the statistical tests look at: seeded, so that a failure is found again."""

from __future__ import annotations

import pytest
import xarray as xr

import digisim as ds

FEW, MANY = 24, 120


@pytest.fixture(scope="session")
def few() -> xr.Dataset:
    """24 members of the baseline: 12 draws, half of them in each regime."""
    return ds.ensemble("dalian-baseline", members=FEW, seed=1, workers=1)


@pytest.fixture(scope="session")
def many() -> xr.Dataset:
    """120 members of the baseline, for the slow tests."""
    return ds.ensemble("dalian-baseline", members=MANY, seed=1, workers=1)

"""The same (scenario, seed, member) gives the same bits alone, in an ensemble, with any workers and any threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
import xarray as xr

from digisim.ensemble import ensemble
from digisim.scenario import Scenario, load_scenario
from digisim.simulate import simulate
from digisim.testing.states import advance, small_world

SEED = 7
HORIZON = 2022


@pytest.fixture(scope="module")
def pair() -> list[Scenario]:
    return [load_scenario(name).with_(horizon=HORIZON) for name in ("dalian-baseline", "dalian-plan")]


@pytest.fixture(scope="module")
def four(pair: list[Scenario]) -> xr.Dataset:
    return ensemble(pair, members=4, seed=SEED, workers=1)


@pytest.fixture
def pool() -> Iterator[None]:
    """Worker processes do not outlive the test."""
    yield
    from loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def same_bits(one: xr.Dataset, other: xr.Dataset) -> bool:
    """Values and coordinates, names and order, bit for bit."""
    if list(one.variables) != list(other.variables):
        return False
    return all(
        np.array_equal(one[name].values, other[name].values, equal_nan=one[name].dtype.kind == "f")
        for name in one.variables
    )


@pytest.mark.parametrize("member", [0, 3])
def test_a_member_alone_is_that_member_of_an_ensemble(pair: list[Scenario], four: xr.Dataset, member: int) -> None:
    for scenario in pair:
        alone = simulate(scenario, seed=SEED, member=member)
        there = four.sel(scenario=[scenario.name], member=[member])
        assert alone.sizes == there.sizes
        assert same_bits(alone, there)


def test_two_workers_give_the_bits_of_one(pair: list[Scenario], four: xr.Dataset, pool: None) -> None:
    shared = ensemble(pair, members=4, seed=SEED, workers=2)
    assert same_bits(shared, four)
    given = {k: v for k, v in four.attrs.items() if k != "history"}
    assert given == {k: v for k, v in shared.attrs.items() if k != "history"}


def test_four_members_extend_two(pair: list[Scenario], four: xr.Dataset) -> None:
    assert same_bits(ensemble(pair, members=2, seed=SEED, workers=1), four.sel(member=[0, 1]))


def test_members_seeds_and_replicates_differ(four: xr.Dataset) -> None:
    last = four["software_revenue_latent"].sel(year=HORIZON).values.ravel()
    assert np.unique(last).size == last.size
    parameters = np.array([four[name].values for name in four.coords if str(name).startswith("param_")])
    assert (parameters[:, 0] == parameters[:, 1]).all()  # two replicates share a draw
    assert (parameters[:, 0] != parameters[:, 2]).any()
    assert four["draw"].values.tolist() == [0, 0, 1, 1] and four["replicate"].values.tolist() == [0, 1, 0, 1]


# --- threads and the compiler: other processes ------------------------------------------------------------------

SMALL = """
from digisim.testing.states import advance, small_world
world = small_world(people=600, firms=20)
advance(world.economy, world.member.chance, 2)
for table in (world.economy.firms, world.economy.talent):
    for name in table.columns:
        print(name, *table[name].astype(float).ravel().tolist())
"""

WHOLE = """
import hashlib
from digisim.simulate import simulate
dataset = simulate("dalian-baseline", seed=3, member=1)
digest = hashlib.sha256()
for name in sorted(dataset.data_vars):
    digest.update(dataset[name].values.tobytes())
print(digest.hexdigest())
"""


def elsewhere(code: str, **environment: str) -> str:
    """What a script prints in a new process."""
    command = [sys.executable, "-W", "error", "-c", code]
    given = {**os.environ, "PYTHONUTF8": "1", **environment}
    result = subprocess.run(command, env=given, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


@pytest.mark.slow
def test_one_thread_gives_the_bits_of_two() -> None:
    digests = {elsewhere(WHOLE, NUMBA_NUM_THREADS=n, OMP_NUM_THREADS=n, OPENBLAS_NUM_THREADS=n) for n in ("1", "2")}
    dataset = simulate("dalian-baseline", seed=3, member=1)
    digest = hashlib.sha256()
    for name in sorted(dataset.data_vars):
        digest.update(dataset[name].values.tobytes())
    assert digests == {digest.hexdigest() + "\n"}


def test_without_the_compiler_a_small_world_is_the_same() -> None:
    """Who works where is the same; money agrees to 1e-9: exp, log and pow of the two libraries differ in last bits."""
    world = small_world(people=600, firms=20)
    advance(world.economy, world.member.chance, 2)
    lines = iter(elsewhere(SMALL, DIGISIM_NOJIT="1").splitlines())
    for table in (world.economy.firms, world.economy.talent):
        for name in table.columns:
            label, *numbers = next(lines).split(" ")
            assert label == name
            here, there = table[name].astype(float).ravel(), np.array(numbers, float)
            if table[name].dtype.kind in "iub":
                np.testing.assert_array_equal(there, here, err_msg=name)
            else:
                left_over = 1e-6 if name in ("cash", "debt") else 0.0  # CNY, of large payments
                tolerance = 1e-6 if table[name].dtype == np.float32 else 1e-9
                np.testing.assert_allclose(there, here, rtol=tolerance, atol=left_over, err_msg=name)

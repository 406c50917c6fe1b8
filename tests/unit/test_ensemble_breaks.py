"""What an ensemble does when a member fails or somebody interrupts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import xarray as xr

import digisim as ds
from digisim import ensemble as spread
from digisim import simulate as running

PAIR = ("dalian-baseline", "dalian-plan")
MEMBERS, BAD = 3, 1


@pytest.fixture(scope="module")
def whole() -> xr.Dataset:
    return ds.ensemble(PAIR, members=MEMBERS, seed=1, workers=1)


def rest(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.drop_sel(member=BAD).drop_attrs()


def test_a_member_that_fails_on_the_way_is_listed_and_the_rest_kept(whole, monkeypatch: pytest.MonkeyPatch) -> None:
    quarter = running.run_quarter

    def failing(economy, chance, levers, **options) -> float:
        if chance.member == BAD and economy.quarter == 2023 * 4 and levers and any(levers.values()):
            raise FloatingPointError("a made-up fault")
        return quarter(economy, chance, levers, **options)

    monkeypatch.setattr(running, "run_quarter", failing)
    broken = ds.ensemble(PAIR, members=MEMBERS, seed=1, workers=1)
    (failure,) = json.loads(broken.attrs["failures"])
    assert {key: failure[key] for key in ("scenario", "member", "stage")} == {
        "scenario": "dalian-plan", "member": BAD, "stage": "run",
    }  # fmt: skip
    assert failure["error"].startswith("a made-up fault (failing, line ")
    lost = broken.sel(scenario="dalian-plan", member=BAD)
    assert all(np.isnan(values).all() for values in lost.data_vars.values())
    xr.testing.assert_identical(
        broken.sel(scenario="dalian-baseline").drop_attrs(), whole.sel(scenario="dalian-baseline").drop_attrs()
    )
    xr.testing.assert_identical(rest(broken), rest(whole))


def test_a_member_that_cannot_start_is_listed_for_each_scenario(whole, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = running.prepare

    def failing(scenario, seed, member, **options):
        if member == BAD:
            raise ValueError("no start")
        return prepare(scenario, seed, member, **options)

    monkeypatch.setattr(spread, "prepare", failing)
    broken = ds.ensemble(PAIR, members=MEMBERS, seed=1, workers=1)
    listed = [(each["scenario"], each["member"], each["stage"]) for each in json.loads(broken.attrs["failures"])]
    assert listed == [(name, BAD, "start") for name in PAIR]
    xr.testing.assert_identical(rest(broken), rest(whole))
    assert np.isfinite(broken.attrs["largest_residual"])


def test_when_all_members_fail_all_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_args, **_options):
        raise ValueError("no start")

    monkeypatch.setattr(spread, "prepare", failing)
    broken = ds.ensemble("dalian-baseline", members=2, seed=1, workers=1)
    assert len(json.loads(broken.attrs["failures"])) == 2
    assert np.isnan(broken["software_revenue"]).all()


SCRIPT = """
import sys
import digisim as ds
from loky import get_reusable_executor

def tell(done, total):
    pool = get_reusable_executor(max_workers=2, reuse=True)
    print("workers", *pool._processes, flush=True)

if __name__ == "__main__":
    ds.ensemble(["dalian-baseline", "dalian-plan"], members=500, seed=1, workers=2, progress=tell)
"""


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(workers: list[int], patience: float = 30.0) -> list[int]:
    """Return the processes that are still there after `patience` seconds."""
    until = time.monotonic() + patience
    while any(is_alive(each) for each in workers) and time.monotonic() < until:
        time.sleep(0.1)
    return [each for each in workers if is_alive(each)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent as a POSIX signal here")
def test_an_interrupted_ensemble_leaves_no_worker_behind(tmp_path) -> None:
    script = tmp_path / "long_run.py"
    script.write_text(SCRIPT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()[1:]]
        assert len(workers) == 2 and all(is_alive(each) for each in workers)
        parent.send_signal(signal.SIGINT)
        _, errors = parent.communicate(timeout=60)
        assert parent.returncode != 0 and "KeyboardInterrupt" in errors
    finally:
        parent.kill()
    assert wait_until_gone(workers) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="looks for processes by POSIX signals")
def test_an_interrupt_in_a_notebook_ends_the_workers_too() -> None:
    """The session goes on after the interrupt; the workers finish what they hold and go."""
    from loky import get_reusable_executor

    workers: list[int] = []

    def interrupt(done: int, total: int) -> None:
        workers.extend(get_reusable_executor(max_workers=2, reuse=True)._processes)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ds.ensemble("dalian-baseline", members=60, seed=1, workers=2, progress=interrupt)
    assert len(workers) == 2
    assert wait_until_gone(workers) == []

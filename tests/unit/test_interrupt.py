"""An interrupt keeps the members that finished, says so in one line, and leaves at once with 130."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from digisim.cli import main
from digisim.ensemble import Interrupted, ensemble
from digisim.results import open_results, save_results
from digisim.scenario import Scenario
from digisim.testing import synthetic_dataset
from digisim.verdicts import verdict

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent as a POSIX signal here")


def after(count: int) -> Callable[[int, int], None]:
    """Return a progress bar that interrupts once ``count`` members are ready."""

    def interrupt(done: int, total: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return interrupt


@pytest.fixture(scope="module")
def short(baseline: Scenario) -> Scenario:
    return baseline.with_(horizon=2021)


# The library


def test_finished_members_are_as_in_the_whole_ensemble(short: Scenario) -> None:
    with pytest.raises(Interrupted, match="2 of 5 members had finished") as caught:
        ensemble(short, members=5, workers=1, progress=after(2))
    kept = caught.value.dataset
    assert kept is not None and (caught.value.finished, caught.value.members) == (2, 5)
    assert json.loads(kept.attrs["unfinished"]) == [2, 3, 4] and kept.attrs["failures"] == "[]"
    whole = ensemble(short, members=2, workers=1)
    assert "unfinished" not in whole.attrs
    xr.testing.assert_identical(kept.drop_attrs(), whole.drop_attrs())


def test_nothing_finished_is_nothing_kept(short: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("digisim.ensemble.prepare", interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        ensemble(short, members=2, workers=1)
    assert isinstance(caught.value, Interrupted) and caught.value.dataset is None and caught.value.finished == 0


def test_an_executor_of_ones_own_is_left_open(short: Scenario) -> None:
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(Interrupted) as caught:
            ensemble(short, members=4, workers=pool, progress=after(1))
        assert pool.submit(int, "7").result() == 7
    assert caught.value.finished == 1


# The command line


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stopped(finished: int, members: int) -> Callable[..., xr.Dataset]:
    """Return an ensemble that is interrupted when ``finished`` of ``members`` are ready."""

    def stand_in(work: Any, together: int, *_: Any) -> list[xr.Dataset]:
        scenarios = [each.scenario for each in work.variants[:together]]
        raise Interrupted(synthetic_dataset(scenarios, finished) if finished else None, members)

    return stand_in


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "interrupted: 3 of 9 members kept in out/dalian.nc"),
        ("zh", "已中断：9 个成员中的 3 个已保存至 out/dalian.nc"),
    ],
)
def test_run_keeps_what_finished_and_says_so(
    lang: str, said: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("digisim.ensemble._simulate", stopped(3, 9))
    assert main(["run", "--members", "9", "--lang", lang]) == 130
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"digisim: {said}\n")
    assert [path.name for path in Path("out").iterdir()] == ["dalian.nc"]
    kept = open_results("out/dalian.nc")
    assert set(verdict(kept)["members"]) <= {0, 1, 2, 3} and kept.sizes["member"] == 3


def test_a_result_that_is_there_is_not_lost_to_a_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_results(synthetic_dataset(members=8), "mine.nc")
    monkeypatch.setattr("digisim.ensemble._simulate", stopped(1, 9))
    assert main(["run", "--members", "9", "--out", "mine.nc"]) == 130
    assert "1 of 9 members kept in mine-partial.nc" in capsys.readouterr().err
    assert open_results("mine.nc").sizes["member"] == 8 and open_results("mine-partial.nc").sizes["member"] == 1


def test_all_members_are_kept_where_only_the_verdict_was_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    held = synthetic_dataset(members=4)
    monkeypatch.setattr("digisim.verdicts.simulate_and_bind", lambda *_, **__: (held, None))
    monkeypatch.setattr("digisim.verdicts.verdict", interrupt)
    assert main(["run", "--members", "4", "--json"]) == 130
    shown = capsys.readouterr()
    assert shown.out == "" and "4 of 4 members kept in out/dalian.nc" in shown.err


@pytest.mark.parametrize("command", [["run"], ["compare", "dalian-baseline", "dalian-plan"]])
def test_nothing_kept_is_said_too(
    command: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finished = 0 if command == ["run"] else 3  # a comparison writes no file
    monkeypatch.setattr("digisim.ensemble._simulate", stopped(finished, 9))
    assert main([*command, "--members", "9"]) == 130
    shown = capsys.readouterr()
    said = "digisim: interrupted; no member was kept and nothing was written\n"
    assert (shown.out, shown.err) == ("", said) and list(folder.iterdir()) == []


# Real signals


def started(*arguments: str, until: str) -> tuple[subprocess.Popen[str], list[str]]:
    """Start the command line in a session of its own, as a terminal would, and wait for a line of its log."""
    command = [sys.executable, "-X", "utf8", "-m", "digisim", "-v", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
    )
    assert process.stderr is not None
    before = []
    while line := process.stderr.readline():
        before.append(line)
        if until in line:
            return process, before
    process.kill()
    raise AssertionError("".join(before))


def interrupted(process: subprocess.Popen[str], *, group: bool) -> tuple[int, str, list[str]]:
    """Interrupt a process, alone or with its workers; return its code, output and what it said beside the log."""
    os.killpg(process.pid, signal.SIGINT) if group else process.send_signal(signal.SIGINT)
    try:
        out, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, out, [line for line in errors.splitlines() if "is ready" not in line]


@POSIX
@pytest.mark.parametrize(("workers", "group"), [("1", True), ("2", True), ("2", False)])
def test_a_real_interrupt_keeps_the_finished_members(workers: str, group: bool, tmp_path: Path) -> None:
    place = tmp_path / "r.nc"
    process, _ = started(
        "run", "--members", "400", "--workers", workers, "--out", str(place), until="is ready, 2 of 400"
    )
    code, out, said = interrupted(process, group=group)
    kept = open_results(place)
    finished = kept.sizes["member"]
    assert (code, out) == (130, "")
    assert said == [f"digisim: interrupted: {finished} of 400 members kept in {place.as_posix()}"]
    assert [path.name for path in tmp_path.iterdir()] == ["r.nc"]
    assert 2 <= finished < 400 and json.loads(kept.attrs["failures"]) == []
    unfinished = json.loads(kept.attrs["unfinished"])
    assert sorted([*kept["member"].values.tolist(), *unfinished]) == list(range(400))
    assert np.isfinite(kept["software_revenue"]).all()
    rows = verdict(kept)
    assert set(rows.loc[(rows["status"] == "scored") & (rows["regime"] == "all"), "members"]) == {finished}


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_real_interrupt_before_any_member(workers: str, tmp_path: Path) -> None:
    arguments = ("run", "--members", "400", "--workers", workers, "--out", str(tmp_path / "r.nc"))
    process, _ = started(*arguments, until="scenario dalian-plan")
    code, out, said = interrupted(process, group=True)
    assert code in (130, -signal.SIGINT) and out == ""  # a shell calls both 130
    assert len(said) == 1 and said[0].startswith("digisim: interrupted")
    assert all(path.name == "r.nc" for path in tmp_path.iterdir())


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_interrupt_leaves_at_once(workers: str, tmp_path: Path) -> None:
    arguments = ("compare", "dalian-baseline", "dalian-plan", "--members", "400", "--workers", workers)
    process, _ = started(*arguments, until="is ready")
    os.killpg(process.pid, signal.SIGINT)
    code, out, said = interrupted(process, group=True)
    assert code in (130, -signal.SIGINT) and out == ""
    assert all(line.startswith("digisim: interrupted") for line in said)

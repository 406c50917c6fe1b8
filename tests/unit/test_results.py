"""Saving and opening results changes nothing, leaves nothing half-written, and refuses what is no result."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digisim.assembly import FORMAT_VERSION
from digisim.errors import InputError, ResultFileError
from digisim.results import (
    SEAL,
    check_results,
    check_writable,
    failures,
    open_results,
    save_results,
    write_atomically,
)
from digisim.testing import few_variables, synthetic_dataset
from digisim.testing.records import results


def made(members: int = 2) -> xr.Dataset:
    """Return a small made-up result; tests/golden/test_round_trip.py writes one with all variables."""
    return few_variables(synthetic_dataset(members=members))


def write_raw(dataset: xr.Dataset, path: Path) -> Path:
    dataset.to_netcdf(path, engine="h5netcdf")
    return path


def plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dataset=results())
def test_a_round_trip_changes_nothing(dataset: xr.Dataset, tmp_path: Path) -> None:
    dataset = few_variables(dataset)
    again = open_results(save_results(dataset, tmp_path / "any.nc"))
    xr.testing.assert_identical(again, dataset)
    assert repr(again.attrs) == repr(
        {key: plain(each) for key, each in dataset.attrs.items()}
    )  # a text: nan is not nan
    assert {type(each) for each in again.attrs.values()} <= {str, int, float, list}
    for name in ("scenario", "city", "regime"):
        assert again[name].dtype == object and isinstance(again[name].values[0], str)
    for name in dataset.data_vars:
        assert again[name].values.tobytes() == dataset[name].transpose(*again[name].dims).values.tobytes()


def test_saving_twice_gives_one_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "result.nc"
    for _ in range(2):
        save_results(made(members=2), path)
    assert [each.name for each in path.parent.iterdir()] == ["result.nc"]


def test_fixed_width_text_is_saved_as_objects(tmp_path: Path) -> None:
    dataset = made(members=2)
    fixed = dataset.assign_coords(city=dataset["city"].values.astype(str))
    assert open_results(save_results(fixed, tmp_path / "r.nc"))["city"].dtype == object


def test_a_broken_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = save_results(made(members=2), tmp_path / "r.nc")
    before = path.read_bytes()

    def breaks(beside: Path) -> None:
        beside.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(ResultFileError, match="cannot be written: No space left") as caught:
        write_atomically(path, breaks)
    assert caught.value.where == path.as_posix() and caught.value.next
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_or_a_file_on_the_way_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ResultFileError, match="a folder was given where a file is to be written"):
        save_results(made(members=1), tmp_path)
    for place, reason in ((tmp_path, "it is a folder"), (tmp_path / "file" / "r.nc", "is not a folder")):
        with pytest.raises(ResultFileError, match=reason) as caught:
            check_writable(place)
        assert caught.value.next == "choose another place with --out"
    check_writable(tmp_path / "not" / "yet" / "there.nc")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("digisim.results.tempfile.TemporaryFile", refuse)
    with pytest.raises(ResultFileError, match="no file can be written there: Permission denied"):
        check_writable(tmp_path / "r.nc")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.999])
def test_a_truncated_file_is_refused(share: float, tmp_path: Path) -> None:
    path = save_results(made(members=2), tmp_path / "r.nc")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(ResultFileError, match="not a result, or it is damaged") as caught:
        open_results(path)
    assert caught.value.where == path.as_posix() and "digisim run" in caught.value.next


@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw[:-64], lambda raw: raw + b"more"])
def test_a_seal_that_is_cut_off_or_followed_by_something_is_refused(
    change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = save_results(made(members=1), tmp_path / "r.nc")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ResultFileError, match="its content is not what was written"):
        open_results(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return save_results(made(members=1), tmp_path_factory.mktemp("whole") / "r.nc").read_bytes()


SEAL_LENGTH = len(SEAL) + 64


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lost=st.one_of(st.integers(1, 2 * SEAL_LENGTH), st.floats(0, 1, exclude_min=True)))
@example(lost=SEAL_LENGTH)  # the content is whole, and reads: only that a seal should follow tells
@example(lost=SEAL_LENGTH - 1)
@example(lost=SEAL_LENGTH + 1)
@example(lost=64)
@example(lost=1)
@example(lost=1.0)
def test_a_file_that_is_cut_anywhere_is_refused(lost: float, whole: bytes, tmp_path: Path) -> None:
    """So many bytes are lost at its end, or such a share of all."""
    path = tmp_path / "cut.nc"
    path.write_bytes(whole[: len(whole) - (lost if isinstance(lost, int) else math.ceil(lost * len(whole)))])
    with pytest.raises(ResultFileError, match="not a result, or it is damaged") as caught:
        open_results(path)
    assert caught.value.where == path.as_posix() and "digisim run" in caught.value.next


def test_a_result_that_another_program_copies_opens_without_a_seal(tmp_path: Path) -> None:
    path = save_results(made(members=1), tmp_path / "r.nc")
    copy = write_raw(xr.open_dataset(path).load(), tmp_path / "copy.nc")
    xr.testing.assert_identical(open_results(copy), open_results(path))


def test_other_files_are_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.nc"
    words.write_text("no result\n" * 100, encoding="utf-8")
    with pytest.raises(ResultFileError, match="not a result, or it is damaged"):
        open_results(words)
    with pytest.raises(ResultFileError, match="the file does not exist"):
        open_results(tmp_path / "gone.nc")
    with pytest.raises(ResultFileError, match="a folder was given where a result file is expected"):
        open_results(tmp_path)
    foreign = write_raw(xr.Dataset({"x": ("y", np.arange(3.0))}), tmp_path / "foreign.nc")
    with pytest.raises(ResultFileError, match="not a result of digisim: it names no format_version"):
        open_results(foreign)
    posing = write_raw(
        xr.Dataset({"x": ("y", np.arange(3.0))}, attrs={"format_version": FORMAT_VERSION}), tmp_path / "p.nc"
    )
    with pytest.raises(InputError, match="not a results dataset"):
        open_results(posing)


@pytest.mark.parametrize(
    ("step", "age", "advice"), [(-1, "an older", "run the scenarios again"), (1, "a newer", "install")]
)
def test_another_format_is_told_with_its_version(step: int, age: str, advice: str, tmp_path: Path) -> None:
    dataset = made(members=1)
    dataset.attrs |= {"format_version": FORMAT_VERSION + step, "version": "9.9.9"}
    with pytest.raises(ResultFileError, match=rf"written by {age} version of digisim \(9\.9\.9\)") as caught:
        open_results(write_raw(dataset, tmp_path / "r.nc"))
    assert caught.value.allowed == f"format {FORMAT_VERSION}" and advice in caught.value.next


@pytest.mark.parametrize("thing", [None, {}, xr.Dataset(), "out/dalian.nc"])
def test_what_is_no_result_is_refused(thing: object) -> None:
    with pytest.raises(InputError, match="not a results dataset") as caught:
        check_results(thing, "here")
    assert caught.value.where == "here" and "open_results" in caught.value.allowed and caught.value.next


def test_failures_are_read_back() -> None:
    dataset = made(members=1)
    dataset.attrs["failures"] = '[{"scenario": "a", "member": 3, "stage": "run", "error": "x"}]'
    assert failures(dataset) == [{"scenario": "a", "member": 3, "stage": "run", "error": "x"}]


# Damage

OPENS = """
import sys
from digisim.cli import main
for path in sys.argv[1:]:
    print(main(["export", path, "--out", path + ".csv"]))
"""


def export_all(paths: list[Path]) -> subprocess.CompletedProcess[str]:
    """Export files in a process of their own, since what a half-open file complains of goes past every capture."""
    command = [sys.executable, "-X", "utf8", "-c", OPENS, *map(str, paths)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def overwritten(raw: bytes, at: int, by: bytes) -> bytes:
    return raw[:at] + by + raw[at + len(by) :]


def flipped(raw: bytes, count: int) -> bytes:
    spoilt, draw = bytearray(raw), random.Random(count)
    for _ in range(count):
        spoilt[draw.randrange(len(raw) - 100)] ^= 1 << draw.randrange(8)
    return bytes(spoilt)


def damaged(raw: bytes) -> dict[str, bytes]:
    noise = random.Random(1).randbytes
    cases = {f"noise at {share}": overwritten(raw, int(share * len(raw)), noise(64)) for share in np.arange(0, 1, 0.05)}
    cases |= {f"noise after {at} bytes": overwritten(raw, at, noise(16)) for at in (0, 8, 40, 96, 512, 2048)}
    return cases | {f"{count} bits": flipped(raw, count) for count in (1, 2, 3, 200)}


def test_an_overwritten_file_gets_one_message_and_nothing_else(tmp_path: Path) -> None:
    raw = save_results(made(members=2), tmp_path / "good.nc").read_bytes()
    paths = []
    for name, content in damaged(raw).items():
        paths.append(tmp_path / f"{name}.nc")
        paths[-1].write_bytes(content)
    done = export_all(paths)
    assert done.stdout.split() == ["2"] * len(paths)
    lines = done.stderr.splitlines()
    assert len(lines) == 4 * len(paths) and not list(tmp_path.glob("*.csv"))
    for path, what, where in zip(paths, lines[::4], lines[1::4], strict=True):
        assert what.startswith("digisim: the file is not a result, or it is damaged: ")
        assert where == f"  where: {path.as_posix()}"


def test_damage_to_a_file_without_a_seal_leaves_no_trace_on_stderr(tmp_path: Path) -> None:
    """Such a file reaches HDF5, whose reader cannot close what it opened by half."""
    path = write_raw(made(members=2), tmp_path / "r.nc")
    raw = path.read_bytes()
    head = raw.index(b"OHDR", raw.index(b"OHDR") + 4)  # an object behind the root: found only when it is asked for
    path.write_bytes(overwritten(raw, head, b"\0" * 8))
    done = export_all([path])
    assert done.stdout.split() == ["2"]
    assert "damaged" in done.stderr and len(done.stderr.splitlines()) == 4


def test_a_file_of_another_program_has_no_seal_and_opens(tmp_path: Path) -> None:
    dataset = made(members=2)
    path = save_results(dataset, tmp_path / "r.nc")
    assert path.read_bytes()[-len(SEAL) - 64 :].startswith(SEAL)
    xr.testing.assert_identical(
        xr.open_dataset(path).load()["employees"].drop_vars("city").squeeze().reset_coords(drop=True),
        dataset["employees"].drop_vars("city").squeeze().reset_coords(drop=True),
    )
    again = open_results(write_raw(open_results(path), tmp_path / "raw.nc"))
    xr.testing.assert_identical(again, open_results(path))


WRONG: dict[str, tuple[Callable[[xr.Dataset], xr.Dataset], str]] = {
    "years as words": (lambda d: d.assign_coords(year=[f"y{y}" for y in d["year"].values]), "year cannot be read"),
    "no draw": (lambda d: d.drop_vars("draw"), "draw cannot be read"),
    "regimes as numbers": (lambda d: d.assign_coords(regime=("member", [1, 2])), "regime cannot be read"),
    "values as words": (lambda d: d.assign(employees=d["employees"].astype(str)), "employees cannot be read"),
    "a dim too few": (lambda d: d.assign(employees=d["employees"].isel(city=0)), "employees cannot be read"),
    "failures as words": (lambda d: d.assign_attrs(failures="many"), "failures cannot be read"),
    "failures as a number": (lambda d: d.assign_attrs(failures=3), "failures cannot be read"),
    "format as a word": (lambda d: d.assign_attrs(format_version="first"), "its format_version is not a number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_opens_and_is_no_result_gets_a_message(case: str, tmp_path: Path) -> None:
    change, what = WRONG[case]
    path = write_raw(change(made(members=2)), tmp_path / "r.nc")
    with pytest.raises(ResultFileError, match=what) as caught:
        open_results(path)
    assert caught.value.where == path.as_posix() and caught.value.next


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_results(made(members=1), tmp_path / "r.nc")

    def refuse(_: Path) -> tuple[bool, bool]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("digisim.results._seal", refuse)
    with pytest.raises(ResultFileError, match="the file cannot be read: Permission denied") as caught:
        open_results(path)
    assert caught.value.next


@pytest.mark.parametrize("write", [write_atomically, lambda path, _: check_writable(path)])
def test_what_is_no_ordinary_file_is_left_alone(tmp_path: Path, write) -> None:
    pipe = tmp_path / "pipe.nc"
    os.mkfifo(pipe)
    with pytest.raises(ResultFileError, match="no ordinary file"):
        write(pipe, lambda place: place.write_text("x"))
    assert pipe.is_fifo()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    write_atomically(link, lambda place: place.write_text("new"))
    assert link.is_symlink() and real.read_text() == "new"


def test_a_link_that_leads_nowhere_is_told_before_anything_is_computed(tmp_path: Path) -> None:
    circle, gone = tmp_path / "circle.nc", tmp_path / "gone"
    circle.symlink_to(circle)
    gone.symlink_to(tmp_path / "not" / "there")
    with pytest.raises(ResultFileError, match="no ordinary file"):
        check_writable(circle)
    with pytest.raises(ResultFileError, match="no ordinary file"):
        write_atomically(circle, lambda place: place.write_text("x"))
    with pytest.raises(ResultFileError, match="gone is not a folder"):
        check_writable(gone / "r.nc")
    assert circle.is_symlink() and gone.is_symlink()


FILL = """
import resource, sys
from digisim.export import export
from digisim.results import open_results
many = open_results(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from digisim.errors import ResultFileError
try:
    export(many, sys.argv[2], sys.argv[3])
except ResultFileError as fault:
    print(fault.what, "|", fault.where, "|", fault.allowed, "|", fault.next)
"""


@pytest.mark.parametrize("format", ["netcdf", "csv"])
def test_a_disk_without_room_is_told_and_leaves_nothing_behind(format: str, tmp_path: Path) -> None:
    """The system refuses more than some bytes a file, as a full disk does; HDF5 would end the process by it."""
    given = save_results(made(), tmp_path / "given.nc")
    place = tmp_path / "new" / "folder" / "copy"
    command = [sys.executable, "-c", FILL, str(given), str(place), format]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-500:]
    assert done.stdout.strip() == " | ".join(
        (
            "the file cannot be written: File too large",
            place.as_posix(),
            "a place that can be written to",
            "choose another place, or free some",
        )
    )
    assert [each.name for each in tmp_path.iterdir()] == ["given.nc"]

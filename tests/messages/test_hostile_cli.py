"""Hostile and mistaken commands: exit code 2, one message with what, where, allowed, next; nothing written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digisim.assembly import FORMAT_VERSION
from digisim.cli import main
from digisim.results import save_results
from digisim.testing import few_variables, synthetic_dataset

CHINESE = re.compile("[\u4e00-\u9fff]")

# name: (arguments, part of what, part of where, part of allowed or next)
COMMANDS: dict[str, tuple[list[str], str, str, str]] = {
    "no members": (["run", "--members", "0"], "--members cannot be 0", "--members", "1 to 10000"),
    "negative members": (["run", "--members", "-5"], "--members cannot be -5", "--members", "1 to 10000"),
    "huge members": (["run", "--members", "9" * 30], "--members cannot be 999", "--members", "1 to 10000"),
    "endless members": (
        ["run", "--members", "9" * 5000],
        "--members is not a whole number",
        "--members",
        "for example",
    ),
    "members in words": (
        ["run", "--members", "many"],
        "--members is not a whole number: 'many'",
        "--members",
        "for example",
    ),
    "half a member": (
        ["run", "--members", "2.5"],
        "--members is not a whole number: '2.5'",
        "--members",
        "for example",
    ),
    "no workers": (["run", "--workers", "0"], "--workers cannot be 0", "--workers", "leave it out"),
    "negative seed": (["run", "--seed", "-1"], "--seed cannot be -1", "--seed", "0 to 4294967295"),
    "huge seed": (["run", "--seed", "4294967296"], "--seed cannot be 4294967296", "--seed", "0 to 4294967295"),
    "seed in words": (["run", "--seed", "lucky"], "--seed is not a whole number: 'lucky'", "--seed", "for example"),
    "unknown scenario": (
        ["run", "dalian-plam"],
        "unknown scenario 'dalian-plam'",
        "dalian-plam",
        "did you mean 'dalian-plan'?",
    ),
    "missing file": (["run", "gone.yaml"], "the file does not exist", "gone.yaml", "spelling"),
    "scenario twice": (["run", "dalian-plan", "dalian-plan"], "'dalian-plan' is named twice", "scenarios", "once"),
    "unknown language": (["run", "--lang", "fr"], "unknown language 'fr'", "lang=fr", "'en' or 'zh'"),
    "unknown language of a list": (["levers", "--lang", "FR"], "unknown language 'FR'", "lang", "'en' or 'zh'"),
    "out with another ending": (["run", "--out", "x/r.csv"], "cannot end in '.csv'", "--out", "--out x/r.nc"),
    "out under a file": (["run", "--out", "taken/r.nc"], "taken is not a folder", "taken/r.nc", "another place"),
    "out is a figure's folder": (["run", "--out", "blocked.nc"], "it is a folder", "blocked-fan.png", "another place"),
    "out with an endless name": (
        ["run", "--out", "x" * 400 + ".nc"],
        "File name too long",
        "xxx",
        "another place",
    ),
    "out too long for its figures": (["run", "--out", "x" * 250 + ".nc"], "File name too long", "xxx", "another place"),
    "out in a folder of an endless name": (["run", "--out", "new/" + "x" * 400], "File name too long", "xxx", "place"),
    "export of an endless name": (
        ["export", "x" * 400, "--out", "y.csv"],
        "cannot be read: File name too long",
        "xxx",
        "check the path",
    ),
    "out that is empty": (["run", "--out", ""], "--out names no place", "--out", "leave --out away"),
    "out of a blank": (["export", "r.nc", "--out", " "], "--out names no place", "--out", "a folder or a file"),
    "no command": ([], "no command is given", "digisim", "digisim --help"),
    "compare nothing": (["compare"], "Missing argument", "digisim compare", "--help"),
    "compare one": (
        ["compare", "dalian-plan"],
        "one scenario alone",
        "digisim compare",
        "compare dalian-baseline dalian-plan",
    ),
    "compare the baseline": (["compare", "dalian-baseline"], "one scenario alone", "digisim compare", "dalian-plan"),
    "compare one twice": (["compare", "dalian-plan", "dalian-plan"], "named twice", "scenarios", "once"),
    "unknown plan": (["audit", "dalian-2028"], "unknown plan 'dalian-2028'", "digisim audit", "dalian-2028-outline"),
    "unknown command": (["rum"], "No such command 'rum'", "digisim", "did you mean 'run'?"),
    "command that does not exist yet": (["calibrate", "dalian"], "No such command 'calibrate'", "digisim", "export"),
    "unknown option": (["run", "--member", "3"], "No such option", "digisim run", "did you mean '--members'?"),
    "option of nothing": (["--frobnicate"], "No such option", "digisim", "--help"),
    "option without value": (["run", "--seed"], "requires an argument", "digisim run", "--help"),
    "surplus argument": (["levers", "surplus"], "unexpected extra argument", "digisim levers", "--json"),
    "export without a file": (["export"], "Missing argument", "digisim export", "--format"),
    "export of a missing file": (["export", "gone.nc"], "the file does not exist", "gone.nc", "out/dalian.nc"),
    "export to an unknown format": (
        ["export", "good.nc", "--format", "xls"],
        "unknown format 'xls'",
        "format",
        "netcdf, csv",
    ),
    "export of a truncated file": (["export", "short.nc"], "it is damaged", "short.nc", "digisim run"),
    "export of a text": (["export", "taken"], "not a result", "taken", "digisim run"),
    "export of a link to itself": (["export", "circle.nc"], "the file does not exist", "circle.nc", "out/dalian.nc"),
    "export to a link to itself": (
        ["export", "good.nc", "--out", "circle.nc"],
        "it is no ordinary file",
        "circle.nc",
        "another place",
    ),
    "out behind a link to nowhere": (["run", "--out", "gone/r.nc"], "gone is not a folder", "gone/r.nc", "place"),
    "export of a folder": (["export", "blocked-fan.png"], "a folder was given", "blocked-fan.png", "digisim run"),
    "export of an older file": (["export", "old.nc"], "an older version", "old.nc", "run the scenarios again"),
    "export onto itself": (["export", "good.nc", "--format", "netcdf"], "would replace itself", "good.nc", "--out"),
    "export under a file": (
        ["export", "good.nc", "--out", "taken/x.csv"],
        "taken is not a folder",
        "taken/x.csv",
        "--out",
    ),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a good, a truncated and an old result, and with places that are taken."""
    folder = tmp_path_factory.mktemp("saved")
    dataset = few_variables(synthetic_dataset(members=1))
    raw = save_results(dataset, folder / "good.nc").read_bytes()
    (folder / "short.nc").write_bytes(raw[: len(raw) // 2])
    save_results(dataset.assign_attrs(format_version=FORMAT_VERSION - 1), folder / "old.nc")
    (folder / "taken").write_text("a file\n", encoding="utf-8")
    (folder / "blocked-fan.png").mkdir()
    return folder


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, saved: Path) -> None:
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    (tmp_path / "circle.nc").symlink_to("circle.nc")
    (tmp_path / "gone").symlink_to("not/there")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def computes(*_: Any, **__: Any) -> None:
        raise AssertionError("the check came too late")

    monkeypatch.setattr("digisim.ensemble._simulate", computes)


def files() -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in Path().rglob("*")}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_mistake_gets_one_message_and_changes_nothing(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, what, where, advice = COMMANDS[case]
    before = files()
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert lines[0].startswith("digisim: ") and what in lines[0]
    told = dict(line.strip().split(": ", 1) for line in lines[1:])
    assert set(told) <= {"where", "allowed", "next"} and told["next"]
    assert where in told.get("where", "")
    assert advice in f"{told.get('allowed', '')} {told.get('next', '')}"
    assert "Traceback" not in shown.err
    assert files() == before


@pytest.mark.parametrize("case", [name for name, given in COMMANDS.items() if given[0] and given[0][-1] != "--seed"])
def test_a_mistake_gets_its_message_in_chinese(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = COMMANDS[case][0]
    if "--lang" in arguments:
        return  # no language that there is
    assert main(["--lang", "zh", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert CHINESE.search(lines[0]), lines
    told = dict(line.strip().split("：", 1) for line in lines[1:])
    assert set(told) <= {"位置", "允许", "建议"} and told["建议"]
    assert not set(re.findall("[a-z]+", lines[0].lower())) & {"the", "not", "is", "no", "of", "cannot", "given"}


def test_a_faulty_scenario_file_is_named_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("region: dalian\nlevers:\n  rd_grnat: 1 CNY/year\n", encoding="utf-8")
    assert main(["run", "mine.yaml"]) == 2
    shown = capsys.readouterr().err
    assert "mine.yaml, line 3" in shown and "did you mean 'rd_grant'?" in shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_the_output_is_no_defect() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "digisim", "levers"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 2 and ended.stderr.count("digisim: ") == 1
    assert "the output cannot be written" in ended.stderr and "next: make room" in ended.stderr

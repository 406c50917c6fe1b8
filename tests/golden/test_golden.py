"""Each packaged scenario publishes what was last accepted for it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from digisim.errors import InputError
from digisim.testing import golden


@pytest.mark.parametrize("name", golden.names())
def test_a_scenario_publishes_its_accepted_values(name: str) -> None:
    found = golden.differences(golden.read(name), golden.current(name))
    if found:
        text = io.StringIO()
        golden.show(name, found, Console(file=text, width=110))
        pytest.fail(f"\n{text.getvalue()}", pytrace=False)


def test_every_scenario_has_accepted_values_and_no_file_is_left_over() -> None:
    folder = golden.scenarios_dir()
    files = {path.name.removesuffix(".expected.csv") for path in folder.glob("*.expected.csv")}
    assert files == set(golden.names())


def test_the_files_hold_the_indicators_and_years() -> None:
    for name in golden.names():
        assert list(golden.read(name)) == golden.places(name)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scenarios of its own with one made-up scenario, whose values take no time."""
    (tmp_path / "toy.yaml").write_text("name: toy\n", encoding="utf-8")
    monkeypatch.setattr(golden, "scenarios_dir", lambda: tmp_path)
    monkeypatch.setattr(golden, "current", lambda name: {("firms", 2021): 100.0, ("exits", 2021): 0.0})
    return tmp_path


def test_accept_then_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert golden.main(["check"]) == 2
    assert "no values of 'toy' have been accepted" in capsys.readouterr().out
    assert golden.main(["accept", "toy"]) == 0
    assert "accepted: toy.expected.csv" in capsys.readouterr().out
    assert (folder / "toy.expected.csv").read_bytes() == b"indicator,year,median\nfirms,2021,100.0\nexits,2021,0.0\n"
    assert golden.main(["check", "toy"]) == 0
    assert capsys.readouterr().out == ""


def test_a_difference_is_printed_with_how_to_accept_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden.accept("toy", {("firms", 2021): 80.0, ("exits", 2021): 0.0, ("hires", 2021): 7.0})
    assert golden.main(["check"]) == 1
    out = capsys.readouterr().out
    for part in ("toy: accepted and now", "firms", "80", "100", "+25.000%", "hires", "nan"):
        assert part in out
    assert "exits" not in out
    assert "python -m digisim.testing.golden accept toy" in out


def test_an_unknown_scenario_is_an_input_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert golden.main(["accept", "toi"]) == 2
    out = capsys.readouterr().out
    assert "no packaged scenario is called 'toi'" in out and "toy" in out


def test_the_tolerance_lets_rounding_pass_and_nothing_else() -> None:
    accepted = {("firms", 2021): 1e10}
    assert golden.differences(accepted, {("firms", 2021): 1e10 * (1 + 1e-8)}) == []
    (found,) = golden.differences(accepted, {("firms", 2021): 1e10 * (1 + 1e-5)})
    assert found.relative == pytest.approx(1e-5)
    (born,) = golden.differences({("exits", 2021): 0.0}, {("exits", 2021): 1.0})
    assert born.relative == float("inf")


def test_without_a_file_the_message_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(InputError, match=r"golden accept toy"):
        golden.read("toy")

"""Hostile and mistaken plan files, and bad evidence: one message each, with file, line, what is allowed, what next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digisim.audit import findings
from digisim.cli import main
from digisim.errors import EvidenceError, InputError
from digisim.evidence.archive import read_figures
from digisim.messages.phrases import FIELD, say, told
from digisim.registers import load_register
from digisim.targets.records import TargetRow

CHINESE = re.compile("[\u4e00-\u9fff]")
HEAD = """plan: p
region: dalian
figures:
  - {id: a, year: 2020, value: 5, unit: 亿元}
  - {id: b, year: 2025, value: 9, unit: 亿元}
  - {id: n, year: 2025, value: 3, unit: 家}
  - {id: rate, year: 2025, value: 8, unit: "%/年"}
  - {id: zero, year: 2020, value: 0, unit: 亿元}
"""

# name: (text after the head, line named, part of what, part of allowed or next)
FILES: dict[str, tuple[str, int, str, str]] = {
    "unknown unit": (
        "targets:\n  - {id: t, indicator: null, year: 2028, value: 3, unit: 亿园}\n", 10,
        "the unit '亿园' is not known", "亿元, 万元"),
    "no unit": (
        "targets:\n  - {id: t, indicator: null, year: 2028, value: 3}\n", 10, "the key 'unit' is missing",
        "add 'unit'"),
    "no year": (
        "targets:\n  - {id: t, indicator: null, value: 3, unit: 亿元}\n", 10, "the key 'year' is missing",
        "add 'year'"),
    "year as text": (
        "targets:\n  - {id: t, indicator: null, year: soon, value: 3, unit: 亿元}\n", 10, "year cannot be 'soon'",
        "a whole number"),
    "no indicator": (
        "targets:\n  - {id: t, year: 2028, value: 3, unit: 亿元}\n", 10, "the target 't' has no indicator",
        "indicator: null"),
    "one id for a figure and a target": (
        "targets:\n  - {id: a, indicator: null, year: 2028, value: 3, unit: 亿元}\n", 10, "the id 'a' is given twice",
        "unique"),
    "one id for two relations": (
        "relations:\n  - {id: r, kind: growth, start: a, end: b}\n  - {id: r, kind: growth, start: a, end: b}\n", 11,
        "the id 'r' is given twice", "unique"),
    "unknown kind": ("relations:\n  - {id: r, kind: ruel, limit: a}\n", 10, "kind: 'ruel' is not known", "'rule'"),
    "a rule without pairs": (
        "relations:\n  - {id: r, kind: rule, limit: a}\n", 10, "'pairs' is missing", "add 'pairs'"),
    "a rule that rests on nothing": (
        "relations:\n  - {id: r, kind: rule, limit: c, pairs: [{numerator: a, denominator: b}]}\n", 10,
        "rests on 'c'", "add it to figures"),
    "a rule in another unit": (
        "relations:\n  - {id: r, kind: rule, limit: a, pairs: [{numerator: a, denominator: b}]}\n", 10,
        "cannot be compared", "same unit"),
    "a ratio over zero": (
        "relations:\n  - {id: r, kind: stated_ratio, stated: a, numerator: a, denominator: zero}\n", 10,
        "divides by 'zero'", "another figure"),
    "growth since no year before": (
        "statements:\n  - {id: s, kind: growth, since: 2030, end: b, value: 8, unit: \"%/年\"}\n", 10,
        "gives no growth from 2030 to 'b'", "a start before the end"),
    "growth from two starts": (
        "statements:\n  - {id: s, kind: growth, start: a, since: 2020, end: b, value: 8, unit: \"%/年\"}\n", 10,
        "either start or since", "correct"),
    "growth from no start": (
        "statements:\n  - {id: s, kind: growth, end: b, value: 8, unit: \"%/年\"}\n", 10, "either start or since",
        "correct"),
    "growth that is an amount": (
        "relations:\n  - {id: r, kind: base, end: b, rate: a, since: 2020}\n", 10, "'a' gives no growth",
        "a growth rate a year"),
    "growth beyond all numbers": (
        "statements:\n  - {id: s, kind: growth, since: 1900, end: b, value: 1e+200, unit: \"%/年\"}\n", 10,
        "out of all range", "this world"),
    "half of a class": (
        "relations:\n  - {id: r, kind: excess, whole: b, count: n, mean: {numerator: a, denominator: n}, target: n}\n",
        10, "threshold and target stand together", "correct"),
    "names in one language": (
        "relations:\n  - {id: r, kind: listed, count: n, names_en: [A, B], names_zh: [甲]}\n", 10,
        "one language names more", "correct"),
    "an unknown benchmark": (
        "relations:\n  - {id: r, kind: base, end: b, rate: rate, since: 2020, benchmark: nowhere-2020}\n", 10,
        "is no published value", "leave the benchmark out"),
    "a comma within a number": (
        "targets:\n  - {id: t, indicator: null, year: 2028, value: 1,300, unit: 亿元}\n", 10,
        "300 stands where a key is expected", "1300, not 1,300"),
    "a full-width comma": (
        "targets:\n  - {id: t， indicator: null, year: 2028, value: 3, unit: 亿元}\n", 10, "not valid YAML",
        "half width"),
    "a unit that is none": ("targets: 3\n", 9, "targets cannot be 3", "a list"),
}  # fmt: skip


def refuse(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        findings(path)
    error = caught.value
    assert error.what and error.where and error.next
    assert told(error, "en") == str(error)
    for slot in (error.what, error.next):
        assert CHINESE.search(FIELD.sub("", say(slot, "zh"))), slot
    assert len(str(error)) < 1200
    return error


@pytest.mark.parametrize("case", FILES)
def test_a_wrong_plan_gets_one_message_with_its_place(case: str, tmp_path: Path) -> None:
    text, line, what, advice = FILES[case]
    path = tmp_path / "plan.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    error = refuse(path)
    assert what in error.what
    assert advice in f"{error.what} {error.allowed} {error.next}"
    assert error.where == f"{path.as_posix()}, line {line}"


def test_a_plan_in_another_encoding_is_told_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(HEAD.encode("gb18030"))
    error = refuse(path)
    assert error.what == "the file is not UTF-8 text" and "GB18030" in error.next
    assert error.where == f"{path.as_posix()}, line 4"
    assert main(["audit", str(path), "--lang", "zh"]) == 2
    assert "GB18030" in capsys.readouterr().err
    for sixteen in ("utf-16", "utf-16-le", "utf-16-be"):
        path.write_bytes(HEAD.encode(sixteen))
        assert "UTF-16" in refuse(path).next and refuse(path).where == f"{path.as_posix()}, line 1"
    path.write_bytes(b"\x00\x01\x02\x00\x00plan")
    assert "binary" in refuse(path).what
    path.write_bytes("title: caf\xe9\n".encode("latin-1"))
    assert refuse(path).next == "save the file as UTF-8"


# The same for evidence: what a register refuses, it refuses with file and line.

FIGURE = """figures:
- {id: x, document: d, locator: s1, region: dalian, name_en: X, name_zh: 某, scope: software, role: baseline, value: 3,
   unit: 亿元, qualifier: exact, year: 2020, period: "2020", printed: "3亿元", basis: none}
"""
EVIDENCE: dict[str, tuple[str, int, str]] = {
    "unknown unit": (FIGURE.replace("unit: 亿元", "unit: 亿园"), 3, "the unit '亿园' is not known"),
    "missing year": (FIGURE.replace("year: 2020, ", ""), 2, "'year' is missing"),
    "one id twice": (FIGURE + FIGURE.split("\n", 1)[1], 4, "twice"),
}


@pytest.mark.parametrize("case", EVIDENCE)
def test_bad_evidence_gets_a_message_with_file_and_line(case: str, tmp_path: Path) -> None:
    text, line, what = EVIDENCE[case]
    path = tmp_path / "d.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_figures({"d": path})
    assert what in caught.value.what
    assert caught.value.where == f"{path.as_posix()}, line {line}"


def test_a_target_of_the_register_without_an_indicator_needs_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    row = "- {id: t, region: dalian, indicator: null, year: 2028, comparison: at_least, kind: level}\n"
    path.write_text(f"targets:\n{row}", encoding="utf-8")
    with pytest.raises(EvidenceError, match="no indicator with reason_unscored") as caught:
        load_register(path, TargetRow, "targets", error=EvidenceError)
    assert caught.value.where == f"{path.as_posix()}, line 2"

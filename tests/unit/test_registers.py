"""Reading YAML: number rules, refusals with file and line, validation messages; and where packaged data lie."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from digisim import registers
from digisim.errors import DefectError, InputError, ScenarioError
from digisim.registers import load_register, load_yaml, parse_yaml, validate
from digisim.resources import calibration_dir, data_dir, package_file, scenarios_dir
from digisim.schemas import MAX_PROBLEMS


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    kind: Literal["level", "share"] = "level"
    value: float = 0.0


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[Inner]
    note: str = ""


class Nameless(BaseModel):
    value: int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3e8", 3e8),
        ("3.5E+2", 350.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-7", -7),
        ("007", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("12:30", "12:30"),
        ("2022-01-01", "2022-01-01"),
        ("2025Q1", "2025Q1"),
        ("'3'", "3"),
        ('"no"', "no"),
        ("<<", "<<"),
        ("3 亿 CNY/year", "3 亿 CNY/year"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    read = parse_yaml(f"a: {text}").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: 大连\r\n".encode())
    assert load_yaml(path).data == {"a": 1, "b": "大连"}


def test_lines_are_kept_for_every_key_and_item() -> None:
    document = parse_yaml("a:\n  - x: 1\n    y: 2\n  - x: 3\n2022: 4\n", "x.yaml")
    assert document.line(("a", 0, "y")) == 3
    assert document.line(("a", 1, "x")) == 4
    assert document.line(("a", 1, "nowhere", 7)) == 4
    assert document.line((2022,)) == 5
    assert document.line() == 1
    assert document.where(("a", 1)) == "x.yaml, line 4"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("", "the file is empty", None),
        ("# only a remark\n", "the file is empty", None),
        ("a: 1\na: 2", "the key 'a' is given twice (first in line 1)", 2),
        ("2022: 1\n'2022': 2", "the key '2022' is given twice (first in line 1)", 2),
        ("x: 1\na: !!python/object/apply:os.system ['true']", "is not accepted", 2),
        ("a: !!str 5", "is not accepted", 1),
        ("!!map {a: 1}", "is not accepted", 1),
        ("a: &x [1]\nb: *x", "anchors and aliases are not accepted", 1),
        ("b: *x", "anchors and aliases are not accepted", 1),
        ("a: 1\n---\nb: 2", "more than one YAML document", 2),
        ("a: .nan", "is not finite", 1),
        ("a: -.inf", "is not finite", 1),
        ("a: 1e999", "is not finite", 1),
        ("a: " + "9" * 5000, "too many digits", 1),
        ("- " * 100_000 + "x", "nested too deeply", 1),
        ("a: [1, 2", "not valid YAML", None),
        ("a: b: c", "not valid YAML", 1),
        ("a:\n\t- 1", "not valid YAML", 2),
        ("? [1, 2]\n: x", "a key must be a word or a whole number", 1),
        ("1.5: x", "a key must be a word or a whole number", 1),
        ("true: x", "a key must be a word or a whole number", 1),
        ("a: 1\nb: \x07", "control character", 2),
    ],
)
def test_refusals_name_file_and_line(text: str, what: str, line: int | None) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_yaml(text, "user.yaml", ScenarioError)
    assert what in caught.value.what
    assert caught.value.where.startswith("user.yaml")
    if line is not None:
        assert caught.value.where == f"user.yaml, line {line}"


def test_the_pure_python_parser_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 3e8\nb: [x, {c: no}]\n"
    fast = parse_yaml(text)
    monkeypatch.setattr(registers, "_LOADER", registers.yaml.Loader)
    assert parse_yaml(text) == fast
    with pytest.raises(InputError, match="control character"):
        parse_yaml("a: \x07")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_one_message(text: str) -> None:
    try:
        parse_yaml(text, "any.yaml")
    except InputError as error:
        assert error.where.startswith("any.yaml")  # noqa: PT017  # either outcome is right; no other error may escape


def test_files_that_are_no_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="the file does not exist"):
        load_yaml(tmp_path / "missing.yaml")
    with pytest.raises(InputError, match="a folder was given"):
        load_yaml(tmp_path)
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: \xff\xfe")
    with pytest.raises(InputError, match="not UTF-8") as caught:
        load_yaml(path)
    assert caught.value.where.endswith("x.yaml, line 2")
    path.write_bytes(b"\x89PNG\x00\x00")
    with pytest.raises(InputError, match="binary"):
        load_yaml(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_yaml(path / "below-a-file.yaml")
    monkeypatch.setattr(registers, "MAX_BYTES", 3)
    with pytest.raises(InputError, match="too large"):
        load_yaml(path)


def test_a_typing_error_in_a_key_is_answered_with_the_key_meant() -> None:
    document = parse_yaml("note: x\nrows:\n  - id: a\n    valeu: 3\n", "user.yaml")
    with pytest.raises(ScenarioError) as caught:
        validate(Outer, document, error=ScenarioError)
    assert caught.value.slots() == {
        "what": "unknown key 'valeu'",
        "where": "user.yaml, line 4",
        "allowed": "id, kind, value",
        "next": "did you mean 'value'?",
    }


@pytest.mark.parametrize(
    ("text", "what", "allowed", "next"),
    [
        ("rows: [{id: a, kind: levl}]", "kind: 'levl' is not known", "level, share", "did you mean 'level'?"),
        ("rows: [{value: 1}]", "the key 'id' is missing", "the key 'id' with a value", "add 'id'"),
        ("rows: [{id: a, value: many}]", "value cannot be 'many'", "a number", "correct 'value' there"),
        ("rows: 3", "rows cannot be 3", "a list, as in [a, b]", "correct 'rows' there"),
        (
            "[1, 2]",
            "the record is [1, 2], without keys",
            "note, rows",
            "write each value behind its key, as in key: value",
        ),
        (
            "rows: [1]",
            "item 1 is 1, without keys",
            "id, kind, value",
            "write each value behind its key, as in key: value",
        ),
    ],
)
def test_validation_messages(text: str, what: str, allowed: str, next: str) -> None:
    with pytest.raises(InputError) as caught:
        validate(Outer, parse_yaml(text, "user.yaml"))
    assert caught.value.what.startswith(what)
    assert (caught.value.where, caught.value.allowed, caught.value.next) == ("user.yaml, line 1", allowed, next)


def test_all_problems_come_in_one_message_up_to_a_limit() -> None:
    rows = "".join(f"  - id: a{n}\n    value: bad{n}\n" for n in range(9))
    with pytest.raises(InputError) as caught:
        validate(Outer, parse_yaml(f"rows:\n{rows}", "user.yaml"))
    lines = caught.value.what.splitlines()
    assert len(lines) == MAX_PROBLEMS
    assert lines[1].strip().startswith("also in line 5: value")


def test_long_values_are_cut_in_messages() -> None:
    with pytest.raises(InputError) as caught:
        validate(Outer, parse_yaml(f"rows: [{{id: a, value: {'x' * 500}}}]"))
    assert len(caught.value.what) < 200


def test_a_part_of_a_document_is_validated_with_its_own_lines() -> None:
    document = parse_yaml("rows:\n  - id: a\n  - id: b\n    value: 2\n", "x.yaml")
    assert validate(Inner, document, ("rows", 1)).value == 2
    with pytest.raises(InputError, match="line 3"):
        validate(Outer, document, ("rows", 1))


def write(folder: Path, text: str) -> Path:
    path = folder / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_register_is_read_by_id(tmp_path: Path) -> None:
    rows = load_register(write(tmp_path, "rows: [{id: a}, {id: b, value: 2}]"), Inner, "rows")
    assert list(rows) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "model", "what"),
    [
        ("rows: [{id: a}, {id: a}]", Inner, "the row 'a' is given twice"),
        ("rows: {a: 1}", Inner, "not a list of rows under one key"),
        ("rows: []\nmore: []", Inner, "not a list of rows under one key"),
        ("[1]", Inner, "not a list of rows under one key"),
        ("rows: [{value: 1}]", Nameless, "neither id nor name"),
    ],
)
def test_a_faulty_register_is_refused(tmp_path: Path, text: str, model: type[BaseModel], what: str) -> None:
    with pytest.raises(InputError, match=what):
        load_register(write(tmp_path, text), model, "rows")


def test_packaged_data_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path) -> None:
    assert scenarios_dir().is_dir()
    assert calibration_dir().is_dir()
    assert package_file("evidence/documents.yaml").is_file()
    checkout = tmp_path / "checkout" / "src" / "digisim"
    (tmp_path / "checkout" / "scenarios").mkdir(parents=True)
    assert data_dir("scenarios", checkout) == tmp_path / "checkout" / "scenarios"
    wheel = tmp_path / "site-packages" / "digisim"
    (wheel / "_data" / "scenarios").mkdir(parents=True)
    assert data_dir("scenarios", wheel) == wheel / "_data" / "scenarios"


def test_an_incomplete_installation_is_a_defect_with_advice(tmp_path: Path) -> None:
    with pytest.raises(DefectError, match="install the package again"):
        data_dir("scenarios", tmp_path / "a" / "b")
    with pytest.raises(DefectError, match="data file 'nothing.yaml' of the package is missing"):
        package_file("nothing.yaml")

"""Errors and help in Chinese: phrases keep their parts, and the table fills them."""

from __future__ import annotations

import pickle
import re
from string import Formatter

import pytest
from pydantic import ValidationError

from digisim.cli import app, main
from digisim.cli.chinese import translate
from digisim.errors import DefectError, InputError, ScenarioError, phrase
from digisim.messages.phrases import FIELD, Row, phrases, say, told
from digisim.registers import parse_yaml
from digisim.schemas import suggest

CHINESE = re.compile("[\u4e00-\u9fff]")
SAME = {"%/年, 1/year"}
"""Spellings of units, which are data."""


def shapes(template: str) -> list[tuple[str | None, str | None, str | None]]:
    return sorted((name, form, mark) for _, name, form, mark in Formatter().parse(template) if name is not None)


@pytest.mark.parametrize("template", phrases())
def test_a_row_is_chinese_with_the_same_fields(template: str) -> None:
    chinese = phrases()[template]
    assert shapes(template) == shapes(chinese)
    assert (
        template in SAME
        or not re.search("[A-Za-z]", FIELD.sub("", template))
        or CHINESE.search(chinese)
        or (FIELD.sub("", chinese).strip(" ；") == "--out")
    )


def test_rows_with_different_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="name different fields"):
        Row(en="no {name} there", zh="没有{other}")


def test_a_phrase_is_english_text_that_knows_its_chinese() -> None:
    within = phrase("lever {name!r}", name="rd_grant")
    whole = phrase("{what} is out of range: {value}", what=within, value="3 CNY")
    assert whole == "lever 'rd_grant' is out of range: 3 CNY" == say(whole, "en")
    assert say(whole, "zh") == "政策工具“rd_grant”超出取值范围：3 CNY"
    again = pickle.loads(pickle.dumps(whole))
    assert again == whole and say(again, "zh") == say(whole, "zh")


def test_data_stays_as_it_is() -> None:
    for data in ("quarter", "month", "{braces}", "dalian-plan, dalian-push", "a {b} c"):
        assert say(data, "zh") == data


def test_an_error_is_told_in_both_languages_also_after_the_way_from_a_worker() -> None:
    fault = ScenarioError(
        phrase("unknown scenario {text!r}", text="dalian-plam"),
        where=phrase("{name}, line {line}", name="a.yaml", line=3),
        allowed="dalian-plan, dalian-push",
        next=suggest("dalian-plam", ["dalian-plan"]) or "choose one of these",
    )
    again = pickle.loads(pickle.dumps(fault))
    assert told(again, "en") == str(fault)
    assert told(again, "zh").splitlines() == [
        "未知的情景“dalian-plam”",
        "  位置：a.yaml 第 3 行",
        "  允许：dalian-plan, dalian-push",
        "  建议：是否想写“dalian-plan”？",
    ]


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("a: b: c", "a colon too many", "多了一个冒号"),
        ("a:\n  b: 1\n c: 2", "indented", "缩进"),
        ("a\nb: 1", "a colon", "冒号"),
        ("a: [1, 2", "a bracket", "括号"),
        ("a: {b: 1", "a bracket", "括号"),
        ("- a\nb: 1", "indented", "缩进"),
        ('a: "b', "a quotation mark", "引号"),
        ("a: @b", "needs quotes", "须加引号"),
        ("a: %b", "needs quotes", "须加引号"),
        ("a:\tb\n\tc: 1", "a tab", "制表符"),
        ("...", "needs quotes", "须加引号"),
        ('a: "C:\\plans"', "a backslash", "反斜杠"),
        ('a: "\\ud800"', "a backslash", "反斜杠"),
        ('a: "\\xzz"', "a backslash", "反斜杠"),
        ("%YAML 9.9\n---\na: 1", "has no place there", "不该出现在该处"),
    ],
)
def test_what_yaml_finds_is_said_in_people_s_words(text: str, english: str, chinese: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "a.yaml")
    assert english in caught.value.what and chinese in told(caught.value, "zh")
    assert "while" not in str(caught.value) and "token" not in str(caught.value)


def test_the_help_of_every_command_is_chinese() -> None:
    import typer

    command = typer.main.get_command(app)
    translate(command)
    parts = [command, *command.commands.values()]  # type: ignore[attr-defined]
    helps = [each.help for each in parts] + [each.help for part in parts for each in part.params if each.help]
    assert len(helps) > 40 and [each for each in helps if not CHINESE.search(each)] == []


@pytest.mark.parametrize("arguments", [["--help", "--lang", "zh"], ["--lang", "zh", "run", "--help"]])
def test_help_is_printed_in_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "用法：" in shown and "选项：" in shown
    for english in ("Usage", "Options", "default", "Show", "OPTIONS", "COMMAND"):
        assert english not in shown
    assert main(["run", "--help"]) == 0
    assert "Usage: digisim run" in capsys.readouterr().out  # another call is not changed


def test_the_language_may_stand_before_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh", "regions"]) == 0
    assert "大连" in capsys.readouterr().out
    assert main(["--lang", "zh", "--lang", "fr", "regions"]) == 2


def test_interrupts_and_defects_are_told_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for fault, code, said in (
        (KeyboardInterrupt(), 130, "已中断；没有写到一半的文件"),
        (DefectError("people were lost", where="labour"), 1, "自身的缺陷：people were lost"),
    ):

        def breaks(*_: object, raised: BaseException = fault) -> None:
            raise raised

        monkeypatch.setattr("digisim.policy.load_levers", breaks)
        assert main(["levers", "--lang", "zh"]) == code
        assert said in capsys.readouterr().err

"""Chinese text in lines: no number is parted from itself or its unit, in every table of the program."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digisim.cli import display, main
from digisim.messages.wrapping import broken, columns, widest_piece

SENTENCE = "实现概率12%±12%，结果的中位数为53.4亿元，八成在44.2亿元至93.1亿元之间（地方口径：283.5万平方米、8家）。"
NUMBER = re.compile(r"[0-9][0-9.]*(?:%|亿元|万平方米|家)?")
SPLIT = re.compile(r"(?:[0-9.]\n *[0-9.%])|(?:[0-9]\n *[万亿%])")


@given(st.integers(min_value=15, max_value=120))
def test_no_number_is_broken_and_no_line_is_too_long(most: int) -> None:
    assert widest_piece(SENTENCE) == columns("283.5万平方米、") == 15
    lines = broken(SENTENCE, most)
    assert "".join(lines) == SENTENCE
    assert max(map(columns, lines)) <= most
    whole = NUMBER.findall(SENTENCE)
    assert [number for line in lines for number in NUMBER.findall(line)] == whole
    assert all(len(line) > 1 and line[0] not in "，。、；：）%" for line in lines)


def test_what_is_wider_than_the_line_is_folded_and_english_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    display.tell("名" + "x" * 250)
    assert [len(line) for line in capsys.readouterr().out.splitlines()] == [1, 100, 100, 50]
    words = "an English sentence of 46.4% that is wrapped at its spaces " * 3
    assert display.in_words(words) is words


@pytest.mark.parametrize("command", ["audit", "targets --coverage", "levers", "levers --coverage", "levers --rules"])
def test_no_table_of_the_program_breaks_a_number(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--lang", "zh"]) == 0
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(columns, shown)) <= display.WIDTH
    assert SPLIT.findall("\n".join(shown)) == []


def test_the_search_finds_a_broken_number() -> None:
    assert SPLIT.findall("年均46.\n      4%，300\n亿元") == ["6.\n      4"[1:], "0\n亿"]

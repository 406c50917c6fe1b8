"""The message table: both languages, the same fields in each, and no row without a reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

import digisim
from digisim.errors import DefectError, InputError
from digisim.messages import LANGUAGES, Message, fields, messages, text

SOURCE = Path(digisim.__file__).parent


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", messages())
def test_a_message_is_whole_in_both_languages(key: str) -> None:
    row = messages()[key]
    assert fields(row.en) == fields(row.zh)
    assert text(key, "en", **dict.fromkeys(fields(row.en), 1))
    assert text(key, "zh", **dict.fromkeys(fields(row.zh), 1))


def test_english_is_not_left_in_the_chinese_table() -> None:
    field, chinese, english = re.compile(r"\{[^}]*\}"), re.compile("[\u4e00-\u9fff]"), re.compile("[a-z]{3}")
    words = {key: field.sub("", row.zh) for key, row in messages().items()}
    left = [key for key, rest in words.items() if english.search(rest) and not chinese.search(rest)]
    assert left == []


def test_no_message_is_without_a_reader() -> None:
    code = "\n".join(content for _, content in sources())
    # f"regime.{name}" reads every key that begins with "regime."
    stems = tuple(re.findall(r"""f["']([a-z0-9_]+\.[a-z0-9_.]*)\{""", code))
    quoted = set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["']""", code))
    unused = [key for key in messages() if key not in quoted and not key.startswith(stems)]
    assert unused == []


def test_every_message_asked_for_is_in_the_table() -> None:
    asked = {}
    for path, code in sources():
        for node in ast.walk(ast.parse(code)):
            if not (isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith("text")):
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant) and re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", str(key.value)):
                asked[str(key.value)] = f"{path.name}:{node.lineno}"
    assert asked, "the search found no call at all"
    assert {key: place for key, place in asked.items() if key not in messages()} == {}


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="unknown language 'de'") as caught:
        text("plot.members", "de", members=1)
    assert caught.value.allowed == "'en' or 'zh'"


def test_unknown_key_and_missing_field_are_our_defects() -> None:
    with pytest.raises(DefectError, match=r"no message has the key 'plot\.nothing'"):
        text("plot.nothing", "en")
    with pytest.raises(DefectError, match=r"needs values for: members"):
        text("plot.members", "zh")


def test_rows_with_different_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"the two languages of 'a\.b' name different fields"):
        Message(key="a.b", en="{x} people", zh="{y} 人")


def test_languages_are_those_of_a_row() -> None:
    assert set(LANGUAGES) == set(Message.model_fields) - {"name"}
    assert fields("no field, one {field} and an escaped {{brace}}") == {"field"}

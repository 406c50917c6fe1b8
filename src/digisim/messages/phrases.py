"""What stands in the code in English, in Chinese: errors of the user and the help of the command line.

Code says ``phrase("unknown lever {name!r}", name=...)``; the table ``phrases.yaml`` holds the Chinese sentence under
the English template. What has no row is data, such as names and numbers, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from digisim.errors import DigisimError, Phrase
from digisim.messages import fields, text
from digisim.registers import load_register
from digisim.resources import package_file

FIELD = re.compile(r"\{[^}]*\}")


class Row(BaseModel):
    """A row of the table: an English template, and the Chinese one with the same fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(alias="en", min_length=1)
    zh: str = Field(min_length=1)

    @model_validator(mode="after")
    def _same_fields(self) -> Row:
        if fields(self.name) != fields(self.zh):
            raise ValueError(f"the two languages of {self.name!r} name different fields")
        return self


@cache
def phrases() -> Mapping[str, str]:
    """Return the Chinese template of every English one."""
    rows = load_register(package_file("messages/phrases.yaml"), Row, "phrases")
    return MappingProxyType({name: row.zh for name, row in rows.items()})


def told(fault: DigisimError, lang: str) -> str:
    """Return an error as one text in a language, with its slots on lines of their own.

    >>> from digisim.errors import InputError
    >>> print(told(InputError("the file is empty", where="a.yaml"), "zh"))
    文件是空的
      位置：a.yaml
    """
    rest = {name: said for name, said in fault.slots().items() if name != "what"}
    return say(fault.what, lang) + "".join(text(f"fault.{name}", lang, said=say(rest[name], lang)) for name in rest)


def say(words: str, lang: str) -> str:
    """Return a phrase, or a sentence of the table without fields, in a language; anything else as it is.

    >>> from digisim.errors import phrase
    >>> say(phrase("unknown lever {name!r}", name="rd_grnat"), "zh")
    '未知的政策工具“rd_grnat”'
    """
    if lang == "en" or not (isinstance(words, Phrase) or " " in words):  # a single word is a name
        return str(words)
    template = words.template if isinstance(words, Phrase) else words.replace("{", "{{").replace("}", "}}")
    values = words.values if isinstance(words, Phrase) else {}
    # A template that is all fields and signs needs no row.
    return _CHINESE.vformat(phrases().get(template, template), (), values)


class _Chinese(Formatter):
    """Fills a Chinese template: phrases among the values are said in Chinese too, what is quoted gets its quotes."""

    def get_value(self, key: Any, args: Any, kwargs: Any) -> Any:
        value = super().get_value(key, args, kwargs)
        return say(value, "zh") if isinstance(value, Phrase) else value

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion == "r" and isinstance(value, str):
            return f"“{repr(value)[1:-1]}”"
        return super().convert_field(value, conversion)


_CHINESE = _Chinese()

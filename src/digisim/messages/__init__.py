"""What digisim says to people, in English and Chinese, from one table (``messages.yaml``).

Names of levers, indicators, figures and targets stand in their own registers; this table holds all other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, model_validator

from digisim.errors import DefectError, InputError, phrase
from digisim.registers import load_register
from digisim.resources import package_file

LANGUAGES = ("en", "zh")


def fields(template: str) -> frozenset[str]:
    """Return the names of the ``str.format`` fields in a template.

    >>> sorted(fields("{members} members, seed {seed}"))
    ['members', 'seed']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


class Message(BaseModel):
    """One row of the table: a dotted key and its text in every language, with the same fields in each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(alias="key", pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    @model_validator(mode="after")
    def _same_fields(self) -> Message:
        if fields(self.en) != fields(self.zh):
            raise ValueError(f"the two languages of {self.name!r} name different fields")
        return self


@cache
def messages() -> Mapping[str, Message]:
    """Return all messages by key, in the order of the table."""
    return MappingProxyType(load_register(package_file("messages/messages.yaml"), Message, "messages"))


def check_language(lang: str) -> str:
    """Return ``lang`` if there is a table for it; otherwise an ``InputError`` names those there are.

    >>> check_language("zh")
    'zh'
    """
    if lang not in LANGUAGES:
        raise InputError(
            phrase("unknown language {lang!r}", lang=lang),
            where=f"lang={lang}",
            allowed=phrase("{one!r} or {other!r}", one=LANGUAGES[0], other=LANGUAGES[1]),
            next="choose one of these",
        )
    return lang


def text(key: str, lang: str, **values: object) -> str:
    """Return the message ``key`` in ``lang`` with its fields filled in.

    An unknown language is an ``InputError``; an unknown key or a missing field is a defect of the calling code.

    >>> text("plot.members", "en", members=200)
    'members: 200'
    """
    check_language(lang)
    if key not in messages():
        raise DefectError(f"no message has the key {key!r}", where="messages/messages.yaml", next="add a row with it")
    template: str = getattr(messages()[key], lang)
    missing = sorted(fields(template) - values.keys())
    if missing:
        raise DefectError(
            f"the message {key!r} needs values for: {', '.join(missing)}", where=f"text({key!r}, {lang!r}, ...)"
        )
    return template.format(**values)

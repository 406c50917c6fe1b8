"""Reads YAML registers and users' files into checked records; the only module that knows yaml.

Numbers follow YAML 1.2 (``3e8`` is a number, ``no`` is text, ``12:30`` is text); tags, aliases, duplicate keys, binary,
empty and oversized files are refused. Every fault becomes one message with file and line.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from digisim.errors import InputError, Phrase, phrase, system_reason
from digisim.schemas import describe_problems

Model = TypeVar("Model", bound=BaseModel)
KeyPath = tuple[str | int, ...]

MAX_BYTES = 5_000_000  # a register is a text that people read; more is a wrong file
MAX_DEPTH = 40
MAX_TAG = 80  # letters of a tag that a message repeats
LATIN = 0.25  # of the bytes of a text in UTF-16: where as many are zero, half of its signs are letters of YAML
NO_FILE = phrase("it is no ordinary file, but a pipe or a device")
_AT_HAND = 80  # letters: what more is allowed than that stands in the message of the next run

# The YAML 1.2 core schema, section 10.3.2 of the specification.
_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_INT_BASE = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WIDE = re.compile("[，：［］｛｝]")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)  # only its parser is used: events, never objects


def at_line(name: str, line: int) -> Phrase:
    """Return a place in a file for messages.

    >>> at_line("x.yaml", 3)
    'x.yaml, line 3'
    """
    return phrase("{name}, line {line}", name=name, line=line)


@dataclass(frozen=True)
class Document:
    """A read YAML file: plain Python ``data``, the display ``name``, and the line of every key path."""

    data: Any
    name: str
    lines: Mapping[KeyPath, int] = field(default_factory=dict, repr=False)

    def line(self, keypath: KeyPath = ()) -> int:
        """Return the line (from 1) of a key path; steps of it that were not written are passed over.

        >>> parse_yaml("a:\\n  b: 1", "x.yaml").line(("a", "nowhere", "b"))
        2
        """
        path: KeyPath = ()
        for step in keypath:
            # Steps that were not written (a missing key, pydantic's mark of a union member) are passed over.
            path = (*path, step) if (*path, step) in self.lines else path
        return self.lines.get(path, 1)

    def where(self, keypath: KeyPath = ()) -> str:
        """Return ``file, line N`` for messages.

        >>> parse_yaml("a: 1", "x.yaml").where(("a",))
        'x.yaml, line 1'
        """
        return at_line(self.name, self.line(keypath))


def load_yaml(path: Path | str, error: type[InputError] = InputError) -> Document:
    """Read a YAML file (UTF-8 with or without byte order mark); every fault is an ``error`` with file and line."""
    path = Path(path)
    name = path.as_posix()
    try:
        if path.is_dir():
            raise error(
                "a folder was given where a YAML file is expected",
                where=name,
                allowed="a file",
                next="name a file in it",
            )
        if path.exists() and not path.is_file():  # before it is opened: one that never ends would be read for ever
            raise error(
                phrase("the file cannot be read: {reason}", reason=NO_FILE),
                where=name,
                allowed="an ordinary file",
                next="check that this is the file that was meant",
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise error(
                phrase("the file is too large: {size} bytes", size=size),
                where=name,
                allowed=phrase("at most {most} bytes", most=MAX_BYTES),
                next="check that this is the file that was meant",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise error(
            "the file does not exist", where=name, allowed="a file that exists", next="check the path and the spelling"
        ) from None
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        reason = system_reason(fault)
        raise error(
            phrase("the file cannot be read: {reason}", reason=reason),
            where=name,
            allowed="a file that you may read",
            next="check the path, and who may read it",
        ) from None
    return parse_yaml(_decode(raw, name, error), name, error)


def _decode(raw: bytes, name: str, error: type[InputError]) -> str:
    if _sixteen(raw):
        raise error(
            "the file is not UTF-8 text",
            where=at_line(name, 1),
            allowed="UTF-8",
            next="it seems to be UTF-16 (\"Unicode\" in some editors): save the file as UTF-8",
        )
    if b"\0" in raw:
        raise error(
            "the file is binary, not text",
            where=name,
            allowed="a YAML text in UTF-8",
            next="check that this is the file that was meant",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise error(
            "the file is not UTF-8 text",
            where=at_line(name, line),
            allowed="UTF-8",
            next="it seems to be GB18030 (GBK): save the file as UTF-8" if _chinese(raw) else "save the file as UTF-8",
        ) from None


def _sixteen(raw: bytes) -> bool:
    """Tell whether bytes are UTF-16: they begin with its mark, or every second one of many is zero and no other.

    >>> [_sixteen(text) for text in ("规划".encode("utf-16"), "plan: a".encode("utf-16-le"), b"\\0\\0", b"plan: a")]
    [True, True, False, False]
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    first, second = raw[::2].count(0), raw[1::2].count(0)
    return min(first, second) == 0 and max(first, second) > len(raw) * LATIN


def _chinese(raw: bytes) -> bool:
    """Tell whether bytes read as GB18030, the other usual encoding of Chinese text, hold Chinese.

    >>> _chinese("规划".encode("gb18030")), _chinese("café".encode("latin-1"))
    (True, False)
    """
    try:
        return re.search("[\u4e00-\u9fff]", raw.decode("gb18030")) is not None
    except UnicodeDecodeError:
        return False


def parse_yaml(text: str, name: str = "text", error: type[InputError] = InputError) -> Document:
    """Parse YAML text into a ``Document``.

    >>> parse_yaml("money: 3e8\\nopen: no\\nat: 12:30").data
    {'money': 300000000.0, 'open': 'no', 'at': '12:30'}
    """
    reader = _Reader(name, error)
    try:
        data = reader.read(text)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = at_line(name, mark.line + 1) if mark else name
        raise error(
            phrase("not valid YAML: {reason}", reason=_yaml_reason(fault)),
            where=where,
            allowed="valid YAML",
            next="write commas, colons and brackets there in half width: full-width ones are plain text"
            if mark and _WIDE.search("".join(text.splitlines()[mark.line : mark.line + 1]))
            else "check indentation, quotes and brackets there",
        ) from None
    except yaml.reader.ReaderError as fault:
        line = text[: fault.position].count("\n") + 1
        raise error(
            "the file holds a control character",
            where=at_line(name, line),
            allowed="plain text",
            next="remove it, or write the line again",
        ) from None
    if data is None:
        raise error(
            "the file is empty",
            where=name,
            allowed="a YAML text with at least one key",
            next="write it, or begin with one of the scenarios folder",
        )
    return Document(data, name, reader.lines)


_YAML_REASONS = {
    "mapping values are not allowed": phrase("a colon too many, or a line that is indented too far"),
    "could not find expected ':'": phrase("a key without a colon behind it"),
    "did not find expected ',' or": phrase("a bracket or a brace that is not closed, or a comma that is missing"),
    "did not find expected key": phrase("a line that is not indented like those above it"),
    "did not find expected '-' indicator": phrase("a line that is not indented like those above it"),
    "found unexpected end of stream": phrase("a quotation mark that is not closed"),
    "found character that cannot start": phrase("a tab, or a sign that needs quotes around its text"),
    "found a tab character": phrase("a tab, or a sign that needs quotes around its text"),
    "did not find expected node content": phrase("a tab, or a sign that needs quotes around its text"),
    "found unknown escape character": phrase("a backslash between double quotes: single quotes take it as it is"),
    "found invalid Unicode character": phrase("a backslash between double quotes: single quotes take it as it is"),
    "did not find expected hexdecimal": phrase("a backslash between double quotes: single quotes take it as it is"),
}
"""What YAML's parser finds, in its words -> in people's."""


def _yaml_reason(fault: yaml.MarkedYAMLError) -> str:
    found = str(fault.problem)
    said = next((said for start, said in _YAML_REASONS.items() if found.startswith(start)), None)
    return said or phrase("a sign or a line that has no place there")


class _Reader:
    """Turns parser events into plain data, so that no YAML feature we do not name can act."""

    def __init__(self, name: str, error: type[InputError]) -> None:
        self.name = name
        self.error = error
        self.lines: dict[KeyPath, int] = {}

    def fail(self, what: str, event: Any, allowed: str = "", next: str = "") -> InputError:
        """Return the error that names the line of ``event``."""
        return self.error(what, where=at_line(self.name, event.start_mark.line + 1), allowed=allowed, next=next)

    def read(self, text: str) -> Any:
        """Return the data of the one document in the text."""
        events = iter(yaml.parse(text, Loader=_LOADER))
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    what = phrase("the file holds more than one YAML document")
                    raise self.fail(what, event, "one document", "remove the '---' line")
                data = self.node(next(events), events, ())
        return data

    def node(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        """Return the data of the node that begins with ``event``, reading on from ``events``."""
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            what = phrase("YAML anchors and aliases are not accepted")
            raise self.fail(what, event, "values written out", "write the value out")
        if event.tag not in (None, "!"):
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:MAX_TAG]
            raise self.fail(
                phrase("the YAML tag {tag!r} is not accepted", tag=tag),
                event,
                allowed="plain values without tags",
                next="remove the tag and write the value alone",
            )
        if len(path) > MAX_DEPTH:
            raise self.fail(
                "the file is nested too deeply",
                event,
                allowed=phrase("at most {most} levels", most=MAX_DEPTH),
                next="check the brackets and the indentation there",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(events, path)
        return self.mapping(events, path)

    def sequence(self, events: Iterator[Any], path: KeyPath) -> list[Any]:
        """Return the items of a sequence, up to its end."""
        items: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, events, (*path, len(items))))
        return items

    def mapping(self, events: Iterator[Any], path: KeyPath) -> dict[str | int, Any]:
        """Return a mapping, up to its end; a key given twice is refused."""
        result: dict[str | int, Any] = {}
        seen: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event)
            line = event.start_mark.line + 1
            if str(key) in seen:
                raise self.fail(
                    phrase("the key {key!r} is given twice (first in line {line})", key=key, line=seen[str(key)]),
                    event,
                    allowed="each key once",
                    next="keep one of them",
                )
            seen[str(key)] = line
            self.lines[(*path, key)] = line
            result[key] = self.node(next(events), events, (*path, key))
        return result

    def key(self, event: Any) -> str | int:
        """Return the key of a mapping: a word, or a whole number such as a year."""
        plain = isinstance(event, yaml.ScalarEvent) and event.tag in (None, "!") and event.anchor is None
        key = (self.scalar(event) if event.implicit[0] else event.value) if plain else None
        if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
            return key
        words = phrase("words and whole numbers, as in region: or 2028:")
        raise self.fail("a key must be a word or a whole number", event, words, "put the key in quotes")

    def scalar(self, event: Any) -> None | bool | int | float | str:
        """Return a plain scalar by the rules of the core schema."""
        text: str = event.value
        if _NULL.match(text):
            return None
        if _BOOL.match(text):
            return text[0] in "tT"
        try:
            if _INT.match(text):
                return int(text)
            if _INT_BASE.match(text):
                return int(text, 0)
        except ValueError:  # Python refuses absurdly long integers
            raise self.fail("the number has too many digits", event, "finite numbers", "write fewer digits") from None
        if _NOT_FINITE.match(text) or (_FLOAT.match(text) and not math.isfinite(float(text))):
            raise self.fail(
                phrase("the number {text} is not finite", text=text[:40]), event, "finite numbers", "write a number"
            )
        return float(text) if _FLOAT.match(text) else text


def validate(
    model: type[Model], document: Document, keypath: KeyPath = (), *, error: type[InputError] = InputError
) -> Model:
    """Check a document, or its part under ``keypath``, against a pydantic model; one ``error`` names all problems."""
    part = document.data
    for key in keypath:
        part = part[key]
    try:
        return model.model_validate(part)
    except ValidationError as fault:
        problems = describe_problems(model, fault, part)
        first = problems[0]
        what = first.what
        for each in problems[1:]:
            line = document.line((*keypath, *each.loc))
            what = phrase("{before}\n  also in line {line}: {what}", before=what, line=line, what=each.what)
            if 0 < len(each.allowed) <= _AT_HAND:
                what = phrase("{what} (allowed: {allowed})", what=what, allowed=each.allowed)
        raise error(
            what,
            where=document.where((*keypath, *first.loc)),
            allowed=first.allowed,
            next=first.next,
        ) from None


def load_register(
    path: Path | str, model: type[Model], key: str, *, error: type[InputError] = InputError
) -> dict[str, Model]:
    """Read the list of rows under the one top-level ``key`` of a register; rows are unique by ``id`` or ``name``."""
    return read_rows(load_yaml(path, error), model, key, error=error)


def read_rows(
    document: Document, model: type[Model], key: str, *, error: type[InputError] = InputError
) -> dict[str, Model]:
    """Check the rows of a register that was read already; they keep their order, so row N is ``document`` at (key, N).

    >>> from digisim.evidence.records import UnitRow
    >>> text = parse_yaml("units:\\n- {name: 亿元, canonical: CNY, factor: 1e8}", "units.yaml")
    >>> list(read_rows(text, UnitRow, "units")), text.where(("units", 0))
    (['亿元'], 'units.yaml, line 2')
    """
    data = document.data
    if not isinstance(data, dict) or list(data) != [key] or not isinstance(data[key], list):
        raise error(
            "the register is not a list of rows under one key",
            where=document.where(),
            allowed=phrase("a list of rows under {key}:", key=key),
            next=phrase("begin the file with {key}:", key=key),
        )
    rows: dict[str, Model] = {}
    for number in range(len(data[key])):
        row = validate(model, document, (key, number), error=error)
        identity = getattr(row, "id", None) or getattr(row, "name", None)
        if not isinstance(identity, str):
            raise error("a row has neither id nor name", where=document.where((key, number)), next="give it one")
        if identity in rows:
            raise error(
                phrase("the row {identity!r} is given twice", identity=identity),
                where=document.where((key, number)),
                allowed="each id once",
                next="keep one",
            )
        rows[identity] = row
    return rows

"""Puts pydantic's findings into sentences: what is wrong, what is allowed, what was probably meant."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from digisim.errors import phrase

Location = tuple[str | int, ...]

MAX_PROBLEMS = 5  # more are not read; the next run shows the rest
NEAREST = 6  # names that a message gives where there are too many to print all
LEAST_ALIKE = 0.3  # below it a name is no help to somebody who mistyped another one: the first of the list are given

_NUMBER, _WHOLE, _LIST = phrase("a number"), phrase("a whole number"), phrase("a list, as in [a, b]")
_KEYS = phrase("keys with values, as in key: value")
_KINDS = {
    "string_type": phrase("a text"),
    "bool_type": phrase("true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), _NUMBER),
    "finite_number": phrase("a finite number"),
    "invalid_key": phrase("words, each with its value"),
    **dict.fromkeys(("list_type", "tuple_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _KEYS),
}
"""Kind of fault in pydantic's terms -> what is accepted there."""

_KEY = "[key]"  # what pydantic writes behind a key that is itself at fault

_PATTERNS = {"^[a-z0-9][a-z0-9.-]*$": phrase("small letters, digits, dots and hyphens, as in my-plan-2028"),
             r"\S": phrase("a text that is not empty")}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One fault in a record: where in it (``loc``), what, what is allowed, what to do next."""

    loc: Location
    what: str
    allowed: str = ""
    next: str = ""


class Misplaced(ValueError):
    """A fault that a check of a whole record finds in a part of it, ``at`` these keys below the record."""

    def __init__(self, what: str, at: Location, *, allowed: str = "", next: str = "") -> None:
        super().__init__(what)
        self.at, self.allowed, self.next = at, allowed, next


def suggest(word: object, known: Iterable[str], titles: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or the word of the nearest title; else an empty text.

    >>> suggest("rd_grnat", ["rd_grant", "attraction"])
    "did you mean 'rd_grant'?"
    >>> suggest("研发补助", ["rd_grant"], {"研发补贴": "rd_grant"})
    "did you mean 'rd_grant'?"
    >>> suggest("zzz", ["rd_grant"])
    ''
    """
    near = difflib.get_close_matches(str(word), [*known, *titles], n=1, cutoff=0.6)
    return phrase("did you mean {word!r}?", word=titles.get(near[0], near[0])) if near else ""


def nearest(word: object, known: Iterable[str], command: str) -> str:
    """Return the known words nearest to a wrong one (the first, where none is near), and the command that lists all.

    >>> nearest("rd_grnat", ["attraction", "rd_grant"], "digisim levers")
    'rd_grant: digisim levers lists all'
    """
    words = list(known)
    near = difflib.get_close_matches(str(word), words, n=NEAREST, cutoff=LEAST_ALIKE) or words[:NEAREST]
    return phrase("{near}: {command} lists all", near=", ".join(near), command=command)


def describe_problems(model: type[BaseModel], fault: ValidationError, given: Any = None) -> list[Problem]:
    """Return the problems of a failed validation, unknown keys first (they often explain the missing ones); what was
    `given` tells keys from pydantic's marks."""
    found = _meant([dict(error) for error in fault.errors(include_url=False)], given)
    errors = sorted(found, key=lambda error: error["type"] != "extra_forbidden")
    return [_problem(model, error) for error in errors[:MAX_PROBLEMS]]


def _meant(errors: list[dict[str, Any]], given: Any) -> list[dict[str, Any]]:
    """Return the errors, each with its place ``at`` among what was given; where a text or a record may stand, pydantic
    finds fault with both: what is wrong within the record that was given is meant, not that it is no text.
    """
    for error in errors:
        error["at"] = _written(error["loc"], error["type"], given)
        above = _written(error["loc"][:-1], "", given)
        error["other"] = error["type"] in _KINDS and len(error["loc"]) > 1 and error["at"] == above
    within = {error["at"][:k] for error in errors if not error["other"] for k in range(len(error["at"]) + 1)}
    kept = [error for error in errors if not (error["other"] and error["at"] in within)]
    for error in kept:
        kinds = dict.fromkeys(_KINDS[each["type"]] for each in kept if each["other"] and each["at"] == error["at"])
        error["kinds"] = list(kinds) if error["other"] else []
    first = {error["at"]: error for error in reversed(kept) if error["other"]}
    return [error for error in kept if first.get(error["at"], error) is error]


def _written(loc: Location, kind: str, given: Any) -> Location:
    """Return a location without pydantic's marks of the members of a union; what is missing is named all the same.

    >>> _written(("firms", "Derived", "factor", "Beta", "a"), "missing", {"firms": {"factor": {"dist": "Beta"}}})
    ('firms', 'factor', 'a')
    """
    if given is None:
        return loc
    steps: list[str | int] = []
    for number, step in enumerate(loc, 1):
        there = step in given if isinstance(given, Mapping) else isinstance(given, list) and step in range(len(given))
        tag = isinstance(given, Mapping) and step == given.get("kind") and number < len(loc)
        if tag and steps and isinstance(steps[-1], int):  # a record of a list is marked by its kind, which may be a key
            continue
        if there:
            given = given[step]
        if there or step == _KEY or (kind == "missing" and number == len(loc)):
            steps.append(step)
    return tuple(steps)


def _problem(model: type[BaseModel], error: dict[str, Any]) -> Problem:
    loc: Location = error["at"]
    kind: str = error["type"]
    last = _name(loc)
    if kind == "extra_forbidden":
        return _unknown_key(loc, _keys_at(model, error["loc"][:-1]))
    if kind == "literal_error" and loc and loc[-1] == _KEY:
        return _unknown_key(loc[:-1], re.findall(r"'([^']*)'", str(error["ctx"]["expected"])))
    if kind == "model_type" and not error["other"]:
        what = phrase("{key} is {given}, without keys", key=last, given=_short(error["input"]))
        allowed = ", ".join(_keys_at(model, error["loc"]))
        return Problem(loc, what, allowed, "write each value behind its key, as in key: value")
    if kind in ("missing", "union_tag_not_found"):
        missing = last if kind == "missing" else str(error["ctx"]["discriminator"]).strip("'")
        advice = phrase("add {key!r}", key=missing)
        allowed = phrase("the key {key!r} with a value", key=missing)
        return Problem(loc, phrase("the key {key!r} is missing", key=missing), allowed, advice)
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _not_known(loc, error)
    return _of_value(loc, error)


def _of_value(loc: Location, error: dict[str, Any]) -> Problem:
    """Return the problem of a value that is not accepted where it stands."""
    kind, last = error["type"], _name(loc)
    what = phrase("{key} cannot be {given}", key=last, given=_short(error["input"]))
    advice = phrase("correct {key!r} there", key=last)
    if kind == "invalid_key":
        what = phrase("{key!r} stands where a key is expected", key=error["input"])
        advice = phrase("write numbers without commas: 1300, not 1,300")
    if kind == "value_error":
        reason = error["ctx"]["error"].args[0]
        if isinstance(placed := error["ctx"]["error"], Misplaced):
            return Problem((*loc, *placed.at), reason, placed.allowed, placed.next)
        what = phrase("{key}: {reason} (given: {given})", key=last, reason=reason, given=_short(error["input"]))
    return Problem(loc, what, _allowed(error), advice)


def _unknown_key(loc: Location, known: list[str]) -> Problem:
    last = _name(loc)
    advice = suggest(last, known) or phrase("remove {key!r}, or give it one of these names", key=last)
    return Problem(loc, phrase("unknown key {key!r}", key=last), ", ".join(known), advice)


def _not_known(loc: Location, error: dict[str, Any]) -> Problem:
    """Return the problem of a word that is none of those there are."""
    key, given, expected = _name(loc), error["input"], "expected"
    if error["type"] == "union_tag_invalid":  # the word stands under a key of the record that was given
        key, expected = str(error["ctx"]["discriminator"]).strip("'"), "expected_tags"
        given = error["ctx"]["tag"]
        loc = (*loc, key)
    known = re.findall(r"'([^']*)'", str(error["ctx"][expected]))
    what = phrase("{key}: {given} is not known", key=key, given=_short(given))
    return Problem(loc, what, ", ".join(known), suggest(given, known) or "choose one of these")


def _allowed(error: dict[str, Any]) -> str:
    """Return what a field accepts, in words; pydantic's own where it is a kind of fault that has none here."""
    kind, limits = error["type"], error.get("ctx", {})
    if len(error["kinds"]) > 1:
        return phrase("{one}, or {other}", one=error["kinds"][0], other=error["kinds"][1])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(limits["pattern"]) or phrase("a text of the form {pattern}", pattern=limits["pattern"])
    limit = next(
        (limits[name] for name in ("ge", "gt", "le", "lt", "min_length", "max_length") if name in limits), None
    )
    words = {
        "greater_than_equal": phrase("at least {limit}", limit=limit),
        "greater_than": phrase("more than {limit}", limit=limit),
        "less_than_equal": phrase("at most {limit}", limit=limit),
        "less_than": phrase("less than {limit}", limit=limit),
        "too_short": phrase("at least {limit} items", limit=limit),
        "too_long": phrase("at most {limit} items", limit=limit),
        "value_error": "",
    }
    said: str = (words | _KINDS).get(kind, error["msg"])
    return said


def _name(loc: Location) -> str:
    """Return how a message names the place in a record: its key, or the number of the item."""
    if not loc:
        return phrase("the record")
    return phrase("item {number}", number=loc[-1] + 1) if isinstance(loc[-1], int) else loc[-1]


def _short(value: object) -> str:
    if value is None:
        return phrase("empty")
    if isinstance(value, str):
        return phrase("{text!r}", text=value if len(value) <= 58 else value[:55] + "...")
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(model: type[BaseModel], loc: Location) -> list[str]:
    """Return the keys that the (nested) record at ``loc`` accepts."""
    here: list[type[BaseModel]] = [model]
    for step in loc:
        deeper: list[type[BaseModel]] = []
        for each in here:
            for name, info in each.model_fields.items():
                if step in (name, info.alias):
                    deeper += _models_in(info.annotation)
        # List positions and dictionary keys name no field; the mark of a union's member names one of the records.
        here = deeper or [each for each in here if each.__name__ == step] or here
    return sorted({info.alias or name for each in here for name, info in each.model_fields.items()})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _models_in(part)]

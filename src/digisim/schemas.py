"""Puts pydantic's findings into sentences: what is wrong, what is allowed, what was probably meant."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

Location = tuple[str | int, ...]

MAX_PROBLEMS = 5  # more are not read; the next run shows the rest


@dataclass(frozen=True)
class Problem:
    """One fault in a record: where in it (``loc``), what, what is allowed, what to do next."""

    loc: Location
    what: str
    allowed: str = ""
    next: str = ""


def suggest(word: object, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or an empty text.

    >>> suggest("rd_grnat", ["rd_grant", "attraction"])
    "did you mean 'rd_grant'?"
    >>> suggest("zzz", ["rd_grant"])
    ''
    """
    near = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def describe_problems(model: type[BaseModel], fault: ValidationError) -> list[Problem]:
    """Return the problems of a failed validation, unknown keys first (they often explain the missing ones)."""
    errors = sorted(fault.errors(include_url=False), key=lambda error: error["type"] != "extra_forbidden")
    return [_problem(model, dict(error)) for error in errors[:MAX_PROBLEMS]]


def _problem(model: type[BaseModel], error: dict[str, Any]) -> Problem:
    loc: Location = error["loc"]
    last = "the record" if not loc else f"item {loc[-1] + 1}" if isinstance(loc[-1], int) else loc[-1]
    kind: str = error["type"]
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1])
        return Problem(
            loc,
            f"unknown key {last!r}",
            ", ".join(known),
            suggest(last, known) or f"remove {last!r}, or give it one of these names",
        )
    if kind == "model_type":
        return Problem(loc, f"{last} is {_short(error['input'])}, without keys", ", ".join(_keys_at(model, loc)),
                       "write each value behind its key, as in key: value")  # fmt: skip
    if kind == "missing":
        return Problem(loc, f"the key {last!r} is missing", next=f"add {last!r}")
    if kind in ("literal_error", "enum"):
        expected = str(error["ctx"]["expected"])
        words = expected.replace(" or ", ", ").replace("'", "").split(", ")
        return Problem(
            loc,
            f"{last}: {_short(error['input'])} is not known",
            expected,
            suggest(error["input"], words) or "choose one of these",
        )
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:] if message.startswith(("Input ", "String ")) else message
    return Problem(loc, f"{last}: {message} (given: {_short(error['input'])})", next=f"correct {last!r} there")


def _short(value: object) -> str:
    text = repr(value)
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
        here = deeper or here  # list positions, dictionary keys and union marks name no field
    return sorted({info.alias or name for each in here for name, info in each.model_fields.items()})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _models_in(part)]

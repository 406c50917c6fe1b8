"""Options that commands share, and the checks that come before any work."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from digisim.errors import InputError, phrase

MOST_MEMBERS = 10_000  # hours of computing; more is a slip of the finger
MOST_WORKERS = 1_000
LARGEST_SEED = 2**32 - 1  # a word of the generator's key


def _log(verbose: bool) -> bool:
    logger = logging.getLogger("digisim")
    if verbose and not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s", "%H:%M:%S"))
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    return verbose


def _whole(option: str, low: int, high: int) -> Callable[[str | int], int]:
    """Return a reader of whole numbers that names its option where it cannot read one."""

    def read(written: str | int) -> int:
        try:
            return int(written)
        except ValueError:
            raise InputError(
                phrase("{option} is not a whole number: {written!r}", option=option, written=str(written)[:40]),
                where=option,
                allowed=phrase("a whole number, {low} to {high}", low=low, high=high),
                next=phrase("for example {option} 2", option=option),
            ) from None

    return read


def _place(written: str | Path) -> Path:
    """Read where to write; an empty text is a slip, not the folder in which the command runs."""
    if not str(written).strip():
        raise InputError(
            "--out names no place",
            where="--out",
            allowed="a folder or a file",
            next="name one, or leave --out away for the usual place",
        )
    return Path(written)


Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", callback=_log, help="Log to stderr, and show the traceback of a defect.")
]
Members = Annotated[
    int,
    typer.Option(
        "--members", parser=_whole("--members", 1, MOST_MEMBERS), metavar="N", help="Simulated futures per scenario."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", parser=_whole("--seed", 0, LARGEST_SEED), metavar="N", help="The same seed gives the same numbers."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        parser=_whole("--workers", 1, MOST_WORKERS),
        metavar="N",
        help="Worker processes; default: one per processor.",
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="en or zh.")]
OneRegion = Annotated[str | None, typer.Option("--region", metavar="NAME", help="Those of one region alone.")]
OfRegion = Annotated[str | None, typer.Option("--region", metavar="NAME", help="As it is in a region.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON alone.")]
Out = Annotated[Path | None, typer.Option("--out", parser=_place, metavar="PATH", help="Where to write.")]


def check_run(members: int, seed: int, workers: int | None) -> None:
    """Refuse numbers of members and workers and seeds that cannot be meant."""
    _check("--members", members, 1, MOST_MEMBERS, phrase("20 gives a first answer, 200 a steady one"))
    _check("--seed", seed, 0, LARGEST_SEED, phrase("any whole number in this range is as good as another"))
    if workers is not None:
        _check("--workers", workers, 1, MOST_WORKERS, phrase("leave it out for one per processor"))


def _check(option: str, value: int, low: int, high: int, advice: str) -> None:
    if not low <= value <= high:
        raise InputError(
            phrase("{option} cannot be {value}", option=option, value=str(value)[:40]),
            where=option,
            allowed=phrase("{low} to {high}", low=low, high=high),
            next=advice,
        )

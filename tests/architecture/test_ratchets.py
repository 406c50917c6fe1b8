"""The limits of ratchets.toml hold and were never loosened."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from .tree import SOURCE, functions, git, source_trees, tracked_files

FILE = Path(__file__).with_name("ratchets.toml")
LIMITS: dict[str, int] = tomllib.loads(FILE.read_text(encoding="utf-8"))
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")


def exempt(path: Path) -> bool:
    return path.parts[0] == "kernels"


def longest_file() -> dict[str, int]:
    return {str(path): (SOURCE / path).read_text(encoding="utf-8").count("\n") for path in source_trees()}


def longest_function() -> dict[str, int]:
    sizes = {}
    for path, tree in source_trees().items():
        for node in functions(tree) if not exempt(path) else ():
            docstring = ast.get_docstring(node, clean=False)
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            sizes[f"{path}:{node.name}"] = size - (docstring.count("\n") + 1 if docstring else 0)
    return sizes


def most_arguments() -> dict[str, int]:
    counts = {}
    for path, tree in source_trees().items():
        for node in functions(tree) if not exempt(path) and path.parts[0] not in ("cli.py", "cli") else ():
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            counts[f"{path}:{node.name}"] = len([each for each in named if each.arg not in ("self", "cls")])
    return counts


def untyped_functions() -> dict[str, int]:
    found = {}
    for path, tree in source_trees().items():
        for node in functions(tree):
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            bare = [each.arg for each in named if each and not each.annotation and each.arg not in ("self", "cls")]
            if bare or node.returns is None:
                found[f"{path}:{node.lineno} {node.name}"] = 1
    return found


def todo_count() -> dict[str, int]:
    found = {}
    for path in tracked_files():
        if path.suffix in (".py", ".md", ".toml", ".yaml"):
            count = len(UNFINISHED.findall(path.read_text(encoding="utf-8")))
            if count:
                found[str(path)] = count
    return found


@pytest.mark.parametrize("measure", [longest_file, longest_function, most_arguments])
def test_the_largest_stays_within_its_limit(measure) -> None:
    limit = LIMITS[measure.__name__]
    assert {place: size for place, size in measure().items() if size > limit} == {}


@pytest.mark.parametrize("measure", [todo_count, untyped_functions])
def test_the_count_stays_within_its_limit(measure) -> None:
    found = measure()
    assert sum(found.values()) <= LIMITS[measure.__name__], found


def test_every_limit_is_measured() -> None:
    measures = (longest_file, longest_function, most_arguments, todo_count, untyped_functions)
    assert {measure.__name__ for measure in measures} == set(LIMITS)


def test_limits_never_rose() -> None:
    place = "tests/architecture/ratchets.toml"
    commits = (git("log", "--format=%H", "--", place) or "").split()
    for commit in commits:
        earlier = tomllib.loads(git("show", f"{commit}:{place}") or "")
        raised = {name: value for name, value in earlier.items() if LIMITS.get(name, value + 1) > value}
        assert raised == {}, f"loosened or dropped since {commit[:10]}"

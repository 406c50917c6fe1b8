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


def is_kernel(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool({ast.unparse(each).split(".")[-1] for each in node.decorator_list} & {"kernel", "inline_kernel"})


def measured() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Return the functions that the limits of length and arguments bind: all but kernels."""
    found = []
    for path, tree in source_trees().items():
        for node in functions(tree):
            if not is_kernel(node):
                found.append((f"{path.as_posix()}:{node.name}", node))
    return found


def longest_file() -> dict[str, int]:
    return {str(path): (SOURCE / path).read_text(encoding="utf-8").count("\n") for path in source_trees()}


def longest_function() -> dict[str, int]:
    sizes = {}
    for place, node in measured():
        docstring = ast.get_docstring(node, clean=False)
        size = (node.end_lineno or node.lineno) - node.lineno + 1
        sizes[place] = size - (docstring.count("\n") + 1 if docstring else 0)
    return sizes


def most_arguments() -> dict[str, int]:
    counts = {}
    for place, node in measured():
        named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        counts[place] = len([each for each in named if each.arg not in ("self", "cls")])
    # The options of a command are its arguments.
    return {place: count for place, count in counts.items() if not place.startswith("cli")}


def untyped_functions() -> dict[str, int]:
    found = {}
    for path, tree in source_trees().items():
        for node in functions(tree):
            if is_kernel(node):
                continue  # numba infers its types, and its slow twin checks them
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

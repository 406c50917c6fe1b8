"""Every message about a user's input says what to do next."""

from __future__ import annotations

import ast

from digisim import errors
from digisim.errors import InputError

from .tree import source_trees

KINDS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, InputError)}
BY_ARGUMENT = {"error", "fail", "Misplaced"}
"""Readers of files get the kind of error from their caller, or build it in a method of this name; checks of a record
leave it to the reader."""


def lacks_advice(call: ast.Call) -> bool:
    """Tell whether a call makes an error without ``next``, or with one that may turn out empty."""
    name = ast.unparse(call.func).rsplit(".", maxsplit=1)[-1]
    if name not in KINDS | BY_ARGUMENT or ast.unparse(call.func) in ("log.error", "logger.error", "parser.error"):
        return False
    advice = next((each.value for each in call.keywords if each.arg == "next"), None)
    if advice is None:
        return not (name == "fail" and len(call.args) == 4)
    if isinstance(advice, ast.BoolOp):
        advice = advice.values[-1]
    empty = isinstance(advice, ast.Constant) and not advice.value
    return empty or (isinstance(advice, ast.Call) and ast.unparse(advice.func) == "suggest")


def without_advice(tree: ast.AST) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and lacks_advice(node)]


def test_every_error_of_the_user_says_what_to_do_next() -> None:
    assert {str(path): lines for path, tree in source_trees().items() if (lines := without_advice(tree))} == {}


def test_a_message_without_advice_is_found() -> None:
    planted = "\n".join([
        "raise InputError('x')", "raise PlanError('x', allowed='y')", "raise error('x', next='')",
        "raise self.fail('x', event)", "raise InputError('x', next=suggest(a, b))",
        "raise InputError('x', next=suggest(a, b) or 'choose')", "raise self.fail('x', event, 'y', 'z')",
        "raise UnitError('x', next=advice)", "raise DefectError('x')",
    ])  # fmt: skip
    assert without_advice(ast.parse(planted)) == [1, 2, 3, 4, 5]

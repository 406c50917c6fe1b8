"""Every message about a user's input can be said in Chinese: what the code says in English stands in the table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from digisim.messages.phrases import FIELD, phrases

from .test_advice import BY_ARGUMENT, KINDS
from .tree import source_trees

BUILDERS = KINDS | BY_ARGUMENT | {"Problem", "_error", "_damaged"}
"""What makes an error, or passes its words on to what does."""
SLOTS = ("what", "allowed", "next")
PARSER = "Names or YAML files."  # the help of an option or argument; that of a command is its docstring


def is_words(template: str) -> bool:
    """Tell whether a text has words of ours beside its fields; one word alone is a name."""
    bare = FIELD.sub("", template)
    return " " in template and re.search(r"[A-Za-z]", bare) is not None


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).rsplit(".", maxsplit=1)[-1]


def ends(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what an expression may turn out to be."""
    if isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from ends(each)
    elif isinstance(node, ast.IfExp):
        yield from ends(node.body)
        yield from ends(node.orelse)
    else:
        yield node


def slots(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the slots of an error that hold words; ``where`` names a place, by a name or a phrase of its own."""
    for each in [*call.args, *(word.value for word in call.keywords if word.arg in SLOTS)]:
        yield from ends(each)


def said(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, template) of all that a module says to people in English."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if called(call) == "phrase":
            first = call.args[0]
            if isinstance(first, ast.Constant):
                yield call.lineno, str(first.value)
        elif called(call) in BUILDERS:
            for each in slots(call):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.lineno, each.value.replace("{", "{{").replace("}", "}}")
        elif called(call) in ("Option", "Argument"):
            for word in call.keywords:
                if word.arg == "help" and isinstance(word.value, ast.Constant):
                    yield word.value.lineno, str(word.value.value)


def composed(tree: ast.AST) -> list[int]:
    """Return the lines where words are put together in a way that cannot be translated."""
    lines = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if called(call) == "phrase" and not isinstance(call.args[0], ast.Constant):
            lines.append(call.lineno)
        if called(call) not in BUILDERS or ast.unparse(call.func) == "log.error":
            continue
        for each in slots(call):
            if isinstance(each, ast.BinOp):
                lines.append(each.lineno)
            elif isinstance(each, ast.JoinedStr):
                parts = [str(part.value) for part in each.values if isinstance(part, ast.Constant)]
                if not parts[0].startswith("digisim ") and re.search("[A-Za-z]", "".join(parts)):  # a command to type
                    lines.append(each.lineno)
    return lines


def test_every_phrase_has_its_chinese() -> None:
    missing = {
        f"{path}:{line}": template
        for path, tree in source_trees().items()
        for line, template in said(tree)
        if is_words(template) and template not in phrases()
    }
    assert missing == {}


def test_no_words_are_put_together_from_parts() -> None:
    # errors.py gives an unpickled phrase its template back.
    found = {str(path): lines for path, tree in source_trees().items() if (lines := composed(tree))}
    assert list(found) == ["errors.py"] and len(found["errors.py"]) == 1


def test_no_row_is_without_a_reader() -> None:
    trees = source_trees()
    used = {template for tree in trees.values() for _, template in said(tree)}
    cli = [tree for path, tree in trees.items() if path.as_posix().startswith("cli/")]
    used |= {
        str(ast.get_docstring(node)) for tree in cli for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }
    assert [template for template in phrases() if template not in used] == []


def test_a_phrase_without_chinese_and_a_composed_one_are_found() -> None:
    planted = ast.parse(
        "\n".join([
            "InputError('no such row', next='give {one}' if x else 'keep one')", "phrase('no {name} there', name=1)",
            "PlanError(f'no {name} there', next=f'digisim run {name}')", "phrase(template)", "error('a' + b)",
            "DefectError(f'no {name} there')",
        ])
    )  # fmt: skip
    assert list(said(planted)) == [
        (1, "no such row"), (1, "give {{one}}"), (1, "keep one"), (2, "no {name} there"), (5, "a")
    ][:4]  # fmt: skip
    assert composed(planted) == [3, 4, 5]
    assert is_words("no {name} there") and not is_words("UTF-8") and not is_words("{low} - {high}")

"""What the tests of this folder share: the repository, its files, its source as syntax trees."""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "digisim"


def git(*arguments: str) -> str | None:
    """Return what git prints, or None where there is no git or no repository (an unpacked archive)."""
    program = shutil.which("git")
    if program is None:
        return None
    answer = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, check=False)
    return answer.stdout.decode("utf-8") if answer.returncode == 0 else None


@cache
def tracked_files() -> list[Path]:
    """Return the files that belong to the project: those git tracks or would track."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed is not None:
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return sorted(path for path in found if path.is_file())


@cache
def source_trees() -> dict[Path, ast.Module]:
    """Return the syntax tree of every module of the package, by path relative to it."""
    paths = sorted(SOURCE.rglob("*.py"))
    return {path.relative_to(SOURCE): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """Return (line, module) of every absolute import in a tree; ``from a import b`` counts as ``a.b``."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found

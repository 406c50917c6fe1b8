"""Who may import whom: the contracts of pyproject.toml hold, and they bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT, SOURCE, imported, source_trees

KERNELS_MAY = ("__future__", "collections.abc", "math", "typing", "numpy", "numba", "digisim.jit", "digisim.rng",
               "digisim.kernels")  # fmt: skip

LINT = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as lint; lint()"

HEAVY = ("h5py", "matplotlib", "mesa", "numba", "pandas", "pydantic", "scipy", "xarray", "yaml")

BREACHES = [
    ("kernels/breach.py", "import digisim.state", "digisim.kernels is not allowed to import digisim.state"),
    ("processes/breach.py", "import digisim.plot", "digisim.processes is not allowed to import digisim.plot"),
    ("targets/breach.py", "import yaml", "digisim.targets.breach -> yaml"),
    ("evidence/breach.py", "import matplotlib.pyplot", "digisim.evidence.breach -> matplotlib"),
    ("attic.py", "", "attic"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_the_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("name", "line", "report"), BREACHES)
def test_a_breach_is_reported(tmp_path: Path, name: str, line: str, report: str) -> None:
    copy = tmp_path / "src" / "digisim"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    copy.joinpath(name).write_text(f'"""A planted breach."""\n\n{line}\n', encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1
    assert report in " ".join(result.stdout.split())


def test_kernels_see_arrays_and_the_law_of_chance() -> None:
    allowed = tuple(f"{name}." for name in KERNELS_MAY)
    foreign = [
        f"{path}:{line} {module}"
        for path, tree in source_trees().items()
        if path.parts[0] == "kernels"
        for line, module in imported(tree)
        if not f"{module}.".startswith(allowed)
    ]
    assert foreign == []


def test_importing_the_package_is_light() -> None:
    code = f"import digisim, sys; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (result.returncode, result.stdout.strip()) == (0, "[]"), result.stderr

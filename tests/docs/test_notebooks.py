"""The notebooks run from top to bottom, and are kept without outputs as percent scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))

# In a process of its own: what the notebook machinery warns about is not ours, and warnings are errors in tests.
RUN = """
import sys, jupytext, nbclient
book = jupytext.read(sys.argv[1], fmt="py:percent")
place = {"metadata": {"path": sys.argv[2]}}
nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources=place).execute()
print(sum(cell.cell_type == "code" for cell in book.cells))
"""


def test_notebooks_are_percent_scripts_only() -> None:
    assert NOTEBOOKS and [path.name for path in FOLDER.iterdir() if path.suffix == ".ipynb"] == []


FIRST = "01-is-the-plan-reachable"  # the README leads to it
RUNS = [pytest.param(path, id=path.stem, marks=[] if path.stem == FIRST else pytest.mark.slow) for path in NOTEBOOKS]


@pytest.mark.parametrize("path", RUNS)
def test_the_notebook_runs(path: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    answer = subprocess.run(
        [sys.executable, "-c", RUN, str(path), str(tmp_path)],
        env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-3000:]
    assert int(answer.stdout.split()[-1]) > 5

"""What the README and the guides tell a reader to type works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


def run(script: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}
    command = [sys.executable, script.name]
    return subprocess.run(
        command, cwd=script.parent, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (block,) = blocks("README.md")
    assert len(block.strip().splitlines()) <= 15
    script = tmp_path / "readme.py"
    script.write_text(block, encoding="utf-8")
    answer = run(script)
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "by 2028" in answer.stdout and (tmp_path / "fan.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_guide_to_actors_runs(tmp_path: Path) -> None:
    rules, use = blocks("docs/howto/subclass-an-actor.md")
    (tmp_path / "my_rules.py").write_text(rules, encoding="utf-8")
    (tmp_path / "use.py").write_text(use, encoding="utf-8")
    answer = run(tmp_path / "use.py")
    assert answer.returncode == 0, answer.stderr[-2000:]

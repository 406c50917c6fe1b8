"""The kernels agree with their twins with the compiler switched off too: the same source, two readings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_kernels_agree_with_their_twins_uncompiled() -> None:
    here = Path(__file__).with_name("test_kernels.py")
    command = [sys.executable, "-m", "pytest", str(here), "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = {**os.environ, "DIGISIM_NOJIT": "1", "PYTHONUTF8": "1"}
    result = subprocess.run(
        command, env=environment, cwd=here.parents[2], capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout[-3000:]

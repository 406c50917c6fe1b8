"""How kernels are compiled: one decorator, and a cache that knows when any kernel changed.

numba's own cache looks at one source file only, so a caller compiled against an older callee would be reused.
The folder is therefore keyed by a digest of every kernel source, the generator, numba, Python and the processor.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

NOJIT = os.environ.get("DIGISIM_NOJIT", "") == "1"


def user_cache_root() -> Path:
    """The folder for compiled kernels: DIGISIM_CACHE_DIR, or the user's cache folder of the platform.

    >>> isinstance(user_cache_root(), Path)
    True
    """
    chosen = os.environ.get("DIGISIM_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "digisim"


def _config() -> Any:
    """numba's settings, whose names its types do not declare."""
    return import_module("numba").config


@cache
def kernel_digest() -> str:
    """Digest of everything a compiled kernel depends on."""
    import numba

    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [here / "jit.py", here / "rng.py", *sorted((here / "kernels").glob("*.py"))]:
        digest.update(source.read_bytes())
    for part in (numba.__version__, sys.version, platform.machine(), str(_config().CPU_NAME), platform.processor()):
        digest.update(str(part).encode())
    return digest.hexdigest()[:16]


@cache
def _cache_folder() -> str | None:
    """A writable folder for compiled kernels, or None: then kernels compile afresh in each process (slow, not
    wrong)."""
    folder = user_cache_root() / f"kernels-{kernel_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return None
    return str(folder)


def kernel(function: F) -> F:
    """Compile a kernel without fast-math (bits must not depend on vector width); DIGISIM_NOJIT=1 leaves plain
    Python."""
    if NOJIT:
        return function
    import numba

    folder = _cache_folder()
    # numba reads the cache folder when a function is decorated; restore it, for the user's own kernels are not ours.
    before = _config().CACHE_DIR
    _config().CACHE_DIR = folder or before
    try:
        compiled = numba.njit(cache=folder is not None, error_model="numpy", boundscheck=False)(function)
    finally:
        _config().CACHE_DIR = before
    return cast(F, compiled)


def inline_kernel(function: F) -> F:
    """A small function that other kernels call; LLVM inlines it, so it needs no cache entry of its own."""
    if NOJIT:
        return function
    import numba

    return cast(F, numba.njit(inline="never", error_model="numpy")(function))

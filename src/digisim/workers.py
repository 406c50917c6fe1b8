"""Worker processes: who starts them, gives them work and ends them."""

from __future__ import annotations

import importlib
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
LIBRARIES = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def count_of(workers: int | None, members: int) -> int:
    """How many processes work: as many as were asked for, else one for each processor; no more than members.

    >>> count_of(4, members=2), count_of(1, members=20)
    (2, 1)
    """
    return min(workers or os.cpu_count() or 1, members)


def pool_of(count: int) -> Executor:
    """Worker processes that survive unguarded scripts and notebook classes, each with one thread; they are kept, so
    that asking again for as many gives the same ones."""
    from loky import get_reusable_executor  # noqa: PLC0415  (only where several workers are wanted)

    # A worker that holds much more than at its start is replaced, which is meant: a larger city takes more memory.
    warnings.filterwarnings("ignore", "A worker (was restarted|stopped) while some jobs", UserWarning)
    with interrupts_held():
        pool: Executor = get_reusable_executor(
            max_workers=count, env=dict.fromkeys(LIBRARIES, "1"), initializer=_leave_interrupts
        )
    return pool


def begin(count: int, module: str) -> None:
    """Start the workers and let each import what its work needs, while this process does the same."""
    if count > 1:
        pool = pool_of(count)
        with interrupts_held():
            for _ in range(count):
                pool.submit(_load, module)


def meanwhile(count: int, task: Callable[..., T], *given: Any) -> Callable[[], T]:
    """Let an idle worker do a task while this process goes on; what it gives is called for.

    It is done here when it is called for if there is one process only, or if the worker was ended. What the task raises
    is raised then.

    >>> meanwhile(1, divmod, 7, 3)()
    (2, 1)
    """
    here = partial(task, *given)
    if count == 1:
        return here
    future = pool_of(count).submit(task, *given)

    def there() -> T:
        try:
            return future.result()
        except BrokenExecutor:
            return here()

    return there


def end(pool: Any) -> None:
    """End our worker processes at once: what they hold is not wanted any more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the pool warns where the system has no tool to find children of workers
        pool.shutdown(wait=True, kill_workers=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let an interrupt wait, so that worker processes begin with it held: they would show a traceback each."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts() -> None:
    """A terminal sends an interrupt to all its processes: the parent answers it and ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _load(module: str) -> None:
    importlib.import_module(module)

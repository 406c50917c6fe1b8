"""Wall-clock times of repeated work: the best says what the machine can, the median what it usually does."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of each repetition."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(work: Callable[[], object], runs: int) -> Timing:
    """Time `work` after one call that warms up kernels and caches."""
    work()
    return Timing(tuple(_once(work) for _ in range(runs)))


def _once(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin

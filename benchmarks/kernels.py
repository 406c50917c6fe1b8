"""The talent kernel against itself with random words drawn one person after the other instead of several at once."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numba
import numpy as np

from benchmarks.timing import Timing, measure
from digisim.jit import inline_kernel
from digisim.kernels import talent
from digisim.rng import philox
from digisim.simulate import IndustryModel, Start


@inline_kernel
def one_by_one(identity, start, stop, other, c, block, key0, key1, x0, x1, x2, x3):  # noqa: PLR0913, PLR0917
    """The same words as `philox_block`, by the scalar generator."""
    for j in range(stop - start):
        w0, w1, w2, w3 = philox(identity[start + j], other, c, block, key0, key1)
        x0[j] = np.uint32(w0)
        x1[j] = np.uint32(w1)
        x2[j] = np.uint32(w2)
        x3[j] = np.uint32(w3)


def scalar_variant() -> Any:
    """The talent kernel compiled from its own code with the scalar generator in place of the vectorised one."""
    source = talent.quarter_of_talent.py_func
    twin = FunctionType(source.__code__, {**source.__globals__, "philox_block": one_by_one})
    return numba.njit(error_model="numpy", boundscheck=False)(twin)  # as digisim.jit.kernel compiles


def arguments_of_a_quarter(start: Start) -> list[Any]:
    """What the labour process gives the kernel in the first quarter, arrays copied."""
    caught: list[list[Any]] = []
    kernel = talent.quarter_of_talent

    def record(*given: Any) -> Any:
        caught.append([each.copy() if isinstance(each, np.ndarray) else each for each in given])
        return kernel(*given)

    talent.quarter_of_talent = record
    try:
        IndustryModel("dalian-baseline", 1, start=start).step()
    finally:
        talent.quarter_of_talent = kernel
    return caught[0]


def compare(start: Start, runs: int) -> dict[str, Timing]:
    """Times of both variants on the same quarter; that they do the same is checked."""
    variant, given = scalar_variant(), arguments_of_a_quarter(start)
    copies = [[each.copy() if isinstance(each, np.ndarray) else each for each in given] for _ in range(2)]
    if talent.quarter_of_talent(*copies[0]) != variant(*copies[1]):
        raise AssertionError("the two variants of the talent kernel do not agree")
    return {
        "many at once": measure(lambda: talent.quarter_of_talent(*copies[0]), runs),
        "one by one": measure(lambda: variant(*copies[1]), runs),
    }

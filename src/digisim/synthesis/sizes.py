"""Firm sizes: a lognormal body with a Pareto tail, raked to the people, the firms and the above-scale firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from digisim.errors import DefectError

STEPS = 40


@dataclass(frozen=True)
class Tail:
    """The largest firms: a share of all follows a Pareto law with an exponent, cut at `cap` people."""

    exponent: float
    share: float
    cap: float


def _shape(u: np.ndarray, mu: float, sigma: float, tail: Tail) -> np.ndarray:
    """Sizes (firms,) at the uniforms u, with a tail of exponent `tail` above the quantile 1 - tail.share, cut at
    `cap`."""
    body = np.exp(mu + sigma * ndtri(np.minimum(u, 1.0 - tail.share)))
    start = float(np.exp(mu + sigma * ndtri(1.0 - tail.share)))
    if start >= tail.cap:
        capped: np.ndarray = np.minimum(body, tail.cap)
        return capped
    rank = np.clip((1.0 - u) / tail.share, 1e-12, 1.0)
    ceiling = (start / tail.cap) ** tail.exponent
    pareto = start * (ceiling + rank * (1.0 - ceiling)) ** (-1.0 / tail.exponent)
    sizes: np.ndarray = np.where(u > 1.0 - tail.share, pareto, body)
    return sizes


def _mean_to(u: np.ndarray, people: float, sigma: float, tail: Tail) -> np.ndarray:
    low, high = -8.0, np.log(tail.cap)
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        total = np.maximum(_shape(u, middle, sigma, tail), 1.0).sum()
        low, high = (middle, high) if total < people else (low, middle)
    sizes: np.ndarray = np.maximum(_shape(u, 0.5 * (low + high), sigma, tail), 1.0)
    return sizes


def firm_sizes(u: np.ndarray, people: float, above: float, scale: float, tail: Tail) -> np.ndarray:
    """Head counts (firms,), at least one, that sum to `people` with `above` firms of at least `scale` people.

    `u` are one uniform a firm, `tail` the law of the largest. The location of the
    lognormal is set by the sum, its width by the number above scale, by bisection; the sum then holds by rounding the
    largest parts.

    >>> rng = np.random.default_rng(0)
    >>> sizes = firm_sizes(rng.random(2000), 200_000, 700, 9.0, Tail(1.2, 0.03, 8_000))
    >>> int(sizes.sum()), bool(abs((sizes >= 9).sum() - 700) < 40)
    (200000, True)
    """
    if people < u.size:
        raise DefectError(f"{people:g} people cannot staff {u.size} firms", allowed="at least one person a firm")
    low, high = 0.5, 4.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        count = (_mean_to(u, people, middle, tail) >= scale).sum()
        # a wider body at a given mean has more tiny firms, so fewer above scale
        low, high = (middle, high) if count > above else (low, middle)
    sizes = _mean_to(u, people, 0.5 * (low + high), tail)
    whole: np.ndarray = np.floor(sizes).astype(np.int64)
    missing = round(people) - int(whole.sum())
    order = np.argsort(-(sizes - whole), kind="stable")
    while missing > 0:
        step = order[: min(missing, order.size)]
        whole[step] += 1
        missing -= step.size
    largest = int(np.argmax(whole))
    whole[largest] += missing  # missing <= 0 here: minimum sizes of one may have added a few
    return whole

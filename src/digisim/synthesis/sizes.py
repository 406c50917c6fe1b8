"""Firm sizes: a lognormal body with a Pareto tail, raked to the people, the firms and the above-scale firms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from digisim.errors import DefectError

STEPS = 30  # halvings: a location to a part in a billion


@dataclass(frozen=True)
class Tail:
    """The largest firms: a share of all follows a Pareto law with an exponent, cut at `cap` people."""

    exponent: float
    share: float
    cap: float


class _Places:
    """Where firms stand in the distribution: normal quantiles of all, and which of them are in the tail."""

    def __init__(self, u: np.ndarray, tail: Tail) -> None:
        self.law = tail
        self.normal = ndtri(np.minimum(u, 1.0 - tail.share))
        self.cut = float(ndtri(1.0 - tail.share))
        self.tail = np.flatnonzero(u > 1.0 - tail.share)
        self.rank = np.clip((1.0 - u[self.tail]) / tail.share, 1e-12, 1.0)

    def sizes(self, mu: float, sigma: float) -> np.ndarray:
        """Sizes (firms,), at least one: lognormal, above the cut a Pareto law that ends at `cap`."""
        body: np.ndarray = np.exp(mu + sigma * self.normal)
        start = float(np.exp(mu + sigma * self.cut))
        if start < self.law.cap:
            ceiling = (start / self.law.cap) ** self.law.exponent
            body[self.tail] = start * (ceiling + self.rank * (1.0 - ceiling)) ** (-1.0 / self.law.exponent)
        result: np.ndarray = np.clip(body, 1.0, self.law.cap)
        return result

    def with_sum(self, people: float, sigma: float) -> np.ndarray:
        """Sizes of this width whose sum is `people`, by bisection of the location."""
        low, high = -8.0, float(np.log(self.law.cap))
        for _ in range(STEPS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.sizes(middle, sigma).sum() < people else (low, middle)
        return self.sizes(0.5 * (low + high), sigma)


def firm_sizes(u: np.ndarray, people: float, above: float, scale: float, tail: Tail) -> np.ndarray:
    """Head counts (firms,), at least one, that sum to `people` with `above` firms of at least `scale` people.

    `u` are one uniform a firm, `tail` the law of the largest. The location of the lognormal is set by the sum, its
    width by the number above scale, by bisection; the sum then holds by rounding the largest parts.

    >>> rng = np.random.default_rng(0)
    >>> sizes = firm_sizes(rng.random(2000), 200_000, 700, 9.0, Tail(1.2, 0.03, 8_000))
    >>> int(sizes.sum()), bool(abs((sizes >= 9).sum() - 700) < 40)
    (200000, True)
    """
    if people < u.size:
        raise DefectError(f"{people:g} people cannot staff {u.size} firms", allowed="at least one person a firm")
    places = _Places(u, tail)
    low, high = 0.5, 4.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        count = (places.with_sum(people, middle) >= scale).sum()
        # a wider body at a given mean has more tiny firms, so fewer above scale
        low, high = (middle, high) if count > above else (low, middle)
    sizes = places.with_sum(people, 0.5 * (low + high))
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

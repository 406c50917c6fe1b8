"""Prior distributions by their inverse cumulative function: a uniform number in, a value out.

Inverse functions rather than samplers, because a member's draw must depend on its own uniform alone (Philox or a Sobol
point). Every law is continuous except ``Fixed``. The words are those of the register of effect sizes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from importlib import import_module
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from digisim.errors import phrase

Positive = Annotated[FiniteFloat, Field(gt=0)]


@cache
def _special() -> Any:
    # Loaded at the first draw: it is more than half of the import time, and reading the register does not need it.
    return import_module("scipy.special")


class Law(BaseModel, ABC):
    """A distribution; ``quantile`` takes uniforms in the open interval (0, 1), any shape, and keeps the shape."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @abstractmethod
    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the inverse cumulative distribution at ``u``."""

    def numbers(self) -> dict[str, float]:
        """Return the numbers of the law by name, without its name and reasons."""
        return {key: float(value) for key, value in self.model_dump().items() if not isinstance(value, str)}


class Ordered(Law):
    """A law on an interval ``low`` to ``high``."""

    low: FiniteFloat
    high: FiniteFloat

    @model_validator(mode="after")
    def _interval(self) -> Ordered:
        if not self.low < self.high:
            raise ValueError(phrase("low must be below high"))
        return self


class Normal(Law):
    """Normal law.

    >>> float(Normal(dist="Normal", mean=7, sd=2).quantile(0.5))
    7.0
    """

    dist: Literal["Normal"]
    mean: FiniteFloat
    sd: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``mean + sd z(u)``."""
        return np.asarray(self.mean + self.sd * _special().ndtri(u))


class TruncNormal(Ordered):
    """Normal law cut at ``low`` and ``high``; ``mean`` and ``sd`` are those before the cut."""

    dist: Literal["TruncNormal"]
    mean: FiniteFloat
    sd: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``mean + sd z(p)``, with ``p`` running between the two cuts."""
        special = _special()
        below, above = special.ndtr((self.low - self.mean) / self.sd), special.ndtr((self.high - self.mean) / self.sd)
        value = self.mean + self.sd * special.ndtri(below + np.asarray(u) * (above - below))
        return np.asarray(np.clip(value, self.low, self.high))  # rounding may leave the interval by one unit


class Lognormal(Law):
    """Lognormal law by median and standard deviation of the log.

    >>> float(Lognormal(dist="Lognormal", median=12, sigma=0.12).quantile(0.5))
    12.0
    """

    dist: Literal["Lognormal"]
    median: Positive
    sigma: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``median exp(sigma z(u))``."""
        return np.asarray(self.median * np.exp(self.sigma * _special().ndtri(u)))


class NegLognormal(Law):
    """The negative of a lognormal law; ``median`` is that of the positive law, and ``u`` still runs upwards."""

    dist: Literal["NegLognormal"]
    median: Positive
    sigma: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``-median exp(-sigma z(u))``."""
        return np.asarray(-self.median * np.exp(-self.sigma * _special().ndtri(u)))


class Beta(Law):
    """Beta law on 0..1."""

    dist: Literal["Beta"]
    a: Positive
    b: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the inverse of the regularised incomplete beta function."""
        return np.asarray(_special().betaincinv(self.a, self.b, u))


class Uniform(Ordered):
    """Uniform law."""

    dist: Literal["Uniform"]

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``low + u (high - low)``."""
        return np.asarray(self.low + np.asarray(u) * (self.high - self.low))


class Triangular(Ordered):
    """Triangular law with its peak at ``mode``."""

    dist: Literal["Triangular"]
    mode: FiniteFloat

    @model_validator(mode="after")
    def _peak(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            raise ValueError(phrase("mode must lie between low and high"))
        return self

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the root of the quadratic piece in which ``u`` lies."""
        u = np.asarray(u, dtype=np.float64)
        width = self.high - self.low
        rising = self.low + np.sqrt(u * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
        return np.asarray(np.where(u * width < self.mode - self.low, rising, falling))


class Exponential(Law):
    """Exponential law by its mean."""

    dist: Literal["Exponential"]
    mean: Positive

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return ``-mean ln(1 - u)``."""
        return np.asarray(-self.mean * np.log1p(-np.asarray(u, dtype=np.float64)))


class Fixed(Law):
    """One value without uncertainty: only a convention or an accounting identity, and the reason must be given."""

    dist: Literal["Fixed"]
    value: FiniteFloat
    kind: Literal["convention", "identity"]
    reason: str = Field(min_length=10)

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the value whatever ``u`` is."""
        return np.full(np.shape(u), self.value)


Prior = Annotated[
    Normal | TruncNormal | Lognormal | NegLognormal | Beta | Uniform | Triangular | Exponential | Fixed,
    Field(discriminator="dist"),
]

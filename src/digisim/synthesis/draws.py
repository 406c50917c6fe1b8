"""What a member is: its parameters, its base figures, its reading of the past and its law of chance."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from digisim.evidence import ErrorModel, figure
from digisim.parameters import draw_parameters, load_parameters
from digisim.regions import Region, drift_rule
from digisim.rng import Chance, Stream
from digisim.units import is_nominal

REPLICATES = 2


@dataclass(frozen=True)
class Regime:
    """A reading of the past when the warm-up begins.

    `drift` is the mean drift of relative demand a year, `orders_excess` orders above what is served, `slack` job
    seekers over their normal number.
    """

    name: str
    drift: float
    orders_excess: float
    slack: float


@dataclass(frozen=True)
class Member:
    """Member k depends only on (seed, k): draw k // 2 of the parameters, replicate k % 2 of chance.

    `figures` are the drawn base figures in canonical units: revenue (ministry, CNY), employees, firms, above_scale.
    """

    seed: int
    number: int
    parameters: Mapping[str, float]
    figures: Mapping[str, float]
    regime: Regime
    numeraire: float = 1.0

    @property
    def draw(self) -> int:
        """Which draw of parameters and base figures this is."""
        return self.number // REPLICATES

    @property
    def replicate(self) -> int:
        """Which repetition of chance under the same draw this is."""
        return self.number % REPLICATES

    @property
    def draw_chance(self) -> Chance:
        """The law of chance that the replicates of a draw share."""
        return Chance(self.seed, self.draw)

    @property
    def chance(self) -> Chance:
        """The law of chance of this member."""
        return Chance(self.seed, self.number)


def _identity(name: str) -> int:
    """A 32-bit identity of a name; a test asserts that no two names share one."""
    return zlib.crc32(name.encode("utf-8"))


def by_name(law: Chance, stream: Stream, names: list[str]) -> dict[str, float]:
    """A uniform for each name: a further name leaves the others as they were."""
    u = law.uniforms(stream, np.array([_identity(n) for n in names], dtype=np.int64), quarter=0)[:, 0]
    return dict(zip(names, u.tolist(), strict=True))


def draw_error(model: ErrorModel | None, value: float, u: float) -> float:
    """A value within the error of a printed figure, at the uniform u.

    >>> draw_error(ErrorModel(kind="uniform", low=190.0, high=200.0, reason="nearly"), 200.0, 0.5)
    195.0
    """
    if model is None or model.kind == "exact":
        return value
    if model.kind == "uniform":
        assert model.low is not None and model.high is not None
        return model.low + (model.high - model.low) * u
    from scipy.special import ndtri  # noqa: PLC0415  (scipy loads only where a normal error is drawn)

    assert model.sd is not None
    return value + model.sd * float(ndtri(u))


def draw_member(region: Region, seed: int, number: int, *, numeraire: float = 1.0) -> Member:
    """Draw parameters, base figures and regime of a member; `numeraire` multiplies every nominal quantity.

    Neighbouring draws take mirrored uniforms for the regime, so that equal weights give equal numbers of both readings.
    """
    draw = number // REPLICATES
    law = Chance(seed, draw)
    free = [n for n, row in load_parameters().items() if not row.is_fixed]
    values = draw_parameters(by_name(law, Stream.PARAMETERS, free))
    nominal = {n for n, row in load_parameters().items() if is_nominal(row.unit)}
    parameters = {n: v * numeraire if n in nominal else v for n, v in values.items()}

    ids = region.base_figures.model_dump()
    u = by_name(law, Stream.BASE_FIGURES, list(ids))
    drawn = {}
    for role, identifier in ids.items():
        held = figure(identifier)
        drawn[role] = draw_error(held.error, held.value, u[role]) * (numeraire if is_nominal(held.unit) else 1.0)

    parameters["upgrade.premium"] = _upgrade_premium(parameters, drawn)
    pair = Chance(seed, draw // 2).uniforms(Stream.REGIME, np.array([0]), quarter=0)[0, 0]
    mirrored = pair if draw % 2 == 0 else 1.0 - pair
    own = law.uniforms(Stream.REGIME, np.array([1]), quarter=0)[0, 0]
    return Member(seed, number, parameters, drawn, _regime(region, parameters, float(mirrored), float(own)), numeraire)


def _upgrade_premium(p: Mapping[str, float], figures: Mapping[str, float]) -> float:
    """Premium x on revenue per worker that turns own products into `upgrade.margin` points of margin.

    Purchases and taxes move with revenue, pay does not: the margin rises by L - L / (1 + x), with L the labour share.
    """
    per_head = figures["revenue"] / p["coverage.revenue"] / figures["employees"]
    labour = p["wage.base.2020"] * (1.0 + p["social.charges"]) / per_head
    margin = min(p["upgrade.margin"], p["upgrade.margin.most"] * labour)
    return margin / (labour - margin)


def _regime(region: Region, parameters: Mapping[str, float], u: float, level: float) -> Regime:
    names = list(region.regimes)
    edges = np.cumsum([region.regimes[n] for n in names])
    name = names[min(int(np.searchsorted(edges, u)), len(names) - 1)]
    if name == "people_scarce":
        return Regime(name, 0.0, parameters["orders.excess.scarce"], parameters["unemployment.scarce"])
    rule = drift_rule(region)
    return Regime(name, rule.mean + rule.spread * (2.0 * level - 1.0), 0.0, 1.0)  # anywhere between the two readings

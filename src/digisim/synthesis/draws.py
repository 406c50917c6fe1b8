"""What a member is: its parameters, its base figures, its reading of the past and its law of chance."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from digisim.evidence import ErrorModel
from digisim.parameters import draw_parameters, load_parameters
from digisim.regions import Derived, Region, drift_rule, known, resolve
from digisim.rng import Chance, Stream
from digisim.units import is_nominal

REPLICATES = 2
NOMINAL = ("revenue", "value_added")


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

    `figures` are the drawn base figures in canonical units: revenue (CNY, by the count that `revenue_count` names),
    employees, firms, above_scale, where the region has them value_added (CNY) and exports (USD). `anchors` is the
    revenue of named firms, CNY. `luck` is the seed of a city's own chance in a joint run.
    """

    seed: int
    number: int
    parameters: Mapping[str, float]
    figures: Mapping[str, float]
    regime: Regime
    numeraire: float = 1.0
    revenue_count: str = "ministry"
    anchors: Mapping[str, float] = field(default_factory=dict)
    luck: int | None = None

    @property
    def latent(self) -> float:
        """Revenue of the whole industry, CNY a year, as the drawn coverage of the printed count has it."""
        return _latent(self.figures, self.parameters, self.revenue_count)

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
        return Chance(self.seed, self.draw, self.luck)

    @property
    def chance(self) -> Chance:
        """The law of chance of this member."""
        return Chance(self.seed, self.number, self.luck)


def _latent(figures: Mapping[str, float], p: Mapping[str, float], count: str) -> float:
    return figures["revenue"] if count == "latent" else figures["revenue"] / p["coverage.revenue"]


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
    values = _own_parameters(region, law)
    nominal = {n for n, row in load_parameters().items() if is_nominal(row.unit)}
    parameters = {n: v * numeraire if n in nominal else v for n, v in values.items()}
    drawn = _base_figures(region, law, values)
    anchors = {a.name: draw_figure(region, law, f"anchor {a.name}", a.revenue, values) for a in region.anchors}
    drawn = {role: v * numeraire if role in NOMINAL else v for role, v in drawn.items()}
    parameters = _consistent(parameters, drawn, _latent(drawn, parameters, region.revenue_count))
    anchors = {name: v * numeraire for name, v in anchors.items()}

    per_head = _latent(drawn, parameters, region.revenue_count) / drawn["employees"]
    parameters["upgrade.premium"] = _upgrade_premium(parameters, per_head)
    pair = Chance(seed, draw // 2).uniforms(Stream.REGIME, np.array([0]), quarter=0)[0, 0]
    mirrored = pair if draw % 2 == 0 else 1.0 - pair
    own = law.uniforms(Stream.REGIME, np.array([1]), quarter=0)[0, 0]
    regime = _regime(region, parameters, float(mirrored), float(own))
    return Member(seed, number, parameters, drawn, regime, numeraire, region.revenue_count, anchors)


def _own_parameters(region: Region, law: Chance) -> dict[str, float]:
    """Every parameter at its draw; the priors that the region states replace those of the register, draw for draw."""
    rows, own = load_parameters(), region.parameters
    free = [n for n, row in rows.items() if not row.is_fixed]
    values = draw_parameters(by_name(law, Stream.PARAMETERS, free))
    uniforms = by_name(law, Stream.PARAMETERS, list(own))
    return values | {n: rows[n].scale * float(row.prior.quantile(uniforms[n])) for n, row in own.items()}


def _base_figures(region: Region, law: Chance, values: Mapping[str, float]) -> dict[str, float]:
    return {role: draw_figure(region, law, role, held, values) for role, held in region.base_figures.given().items()}


def draw_figure(region: Region, law: Chance, role: str, held: str | Derived, values: Mapping[str, float]) -> float:
    """Return a figure of the base year in canonical units, within the errors of what it rests on."""

    def draw(name: str, what: str | Derived) -> float:
        u = by_name(law, Stream.BASE_FIGURES, [name])[name]
        if isinstance(what, Derived):
            assert what.factor is not None
            return float(what.factor.quantile(u))
        row = known(what, region)
        return draw_error(row.error, row.value, u)

    return resolve(region, role, held, values, draw)


def _consistent(p: dict[str, float], figures: Mapping[str, float], latent: float) -> dict[str, float]:
    """Let the parameters that drawn figures determine follow from them.

    Printed exports set their share in revenue. Printed value added Y sets the profit margin, pi = (Y - C) / R - t - k,
    with C compensation, R revenue, t taxes on production and k depreciation: the start then adds up by construction.
    """
    found = dict(p)
    if "exports" in figures:
        found |= {"export.share.2020": figures["exports"] * p["exchange.usd.mean.2020"] / latent}
    if "value_added" in figures:
        pay = p["wage.base.2020"] * figures["employees"] * (1.0 + p["social.charges"])
        surplus = (figures["value_added"] - pay) / latent
        found |= {"profit.margin": surplus - p["production.tax"] - p["depreciation.share"]}
    return found


def _upgrade_premium(p: Mapping[str, float], per_head: float) -> float:
    """Premium x on revenue per worker that turns own products into `upgrade.margin` points of margin.

    Purchases and taxes move with revenue, pay does not: the margin rises by L - L / (1 + x), with L the labour share.
    """
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

"""What is drawn for the base year, taken back to where the warm-up begins by the growth that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from digisim.regions import Region, known
from digisim.state.economy import Economy
from digisim.synthesis.anchors import lacking, money_factor
from digisim.synthesis.draws import Member, Regime

LEAST = 2.0  # people a firm beside the named ones when the warm-up begins
NEAR_PEOPLE, NEAR_RAKED, NEAR_NAMED = 0.03, 0.05, 0.1  # logs: how far from the drawn figures a warm-up may end


@dataclass(frozen=True)
class Past:
    """The industry when the warm-up begins, over what is drawn for the base year: `people` (and revenue), firms
    `above_scale`, and the revenue of each of the `named` firms over that of the others.

    `published`: the people follow from counts, and no run corrects them.
    """

    people: float = 1.0
    above_scale: float = 1.0
    named: Mapping[str, float] = field(default_factory=dict)
    published: bool = False

    def of(self, member: Member) -> Member:
        """Return the member with the figures of that time; the number of firms stays as drawn."""
        whole = member.latent
        others = whole - sum(member.anchors.values())
        relative = {name: drawn * self.named.get(name, 1.0) / others for name, drawn in member.anchors.items()}
        size = self.people * whole / (1.0 + sum(relative.values()))
        scale = {"employees": self.people, "revenue": self.people, "above_scale": self.above_scale}
        figures = {role: drawn * scale.get(role, 1.0) for role, drawn in member.figures.items()}
        return replace(member, figures=figures, anchors={name: size * part for name, part in relative.items()})

    def part(self, role: str, name: str = "") -> float:
        """Return one of its parts, that of a named firm by its name."""
        return float(self.named.get(name, 1.0) if name else getattr(self, role))

    def staffed(self, member: Member) -> Past:
        """Return it with people enough for the firms beside the named ones."""
        then = self.of(member)
        others = 1.0 - sum(then.anchors.values()) / then.latent
        least = LEAST * member.figures["firms"] / (member.figures["employees"] * others)
        return replace(self, people=max(self.people, least))


def nearer(tried: Sequence[tuple[Past, Past]], member: Member) -> Past:
    """Return the past from which a run ends nearer to the drawn figures, from those tried and what each missed."""

    def moved(role: str, name: str = "") -> float:
        return _between([(past.part(role, name), missed.part(role, name)) for past, missed in tried])

    named = {name: moved("named", name) for name in member.anchors}
    return Past(moved("people"), moved("above_scale"), named).staffed(member)


def _between(tried: Sequence[tuple[float, float]]) -> float:
    """Return the last factor moved by what it missed, or, linear in logs, between it and the last that missed on the
    other side (regula falsi).

    >>> _between([(2.0, 1.5)]), round(_between([(1.0, 2.0), (4.0, 0.5)]), 12)
    (3.0, 2.0)
    """
    now, missed = tried[-1]
    for before, there in reversed(tried[:-1]):
        if (missed > 1.0) != (there > 1.0):
            part = np.log(there) / (np.log(there) - np.log(missed))
            return float(before * (now / before) ** part)
    return now * missed


def before_the_start(region: Region, member: Member, look: Any) -> Past:
    """Return how much smaller the industry was when the warm-up begins, from what was known in the base year.

    By the growth between the last two published head counts where there are two; else by that which the nation's staff
    had in those years, and the drift of the reading: the growth of revenue less that of revenue per worker.
    """
    years = region.base_year - region.warmup_start
    counts = sorted({row.year: row.value for row in (known(i, region) for i in region.past_employees)}.items())[-2:]
    if len(counts) > 1:
        (first, before), (last, after) = counts
        return Past(float((before / after) ** (years / (last - first))), published=True)
    city, per_worker = _growth(region, member.parameters, look, member.regime)
    return Past(float(np.exp(per_worker - city))).staffed(member)


def missed(economy: Economy, member: Member) -> Past:
    """Return the drawn figures over those at the end of a warm-up, before they are met."""
    firms, p = economy.firms, member.parameters
    present = int((economy.talent["employer"] >= 0).sum())
    large = firms["alive"] & (firms["year_revenue"] * money_factor(economy, member) >= p["reporting.threshold"])
    return Past(
        member.figures["employees"] / max(present, 1),
        member.figures["above_scale"] / max(int(large.sum()), 1),
        dict(zip(member.anchors, lacking(economy, member)[1].tolist(), strict=True)),
    )


def near(missed: Past, raked: float) -> bool:
    """Whether a warm-up ends near enough to the drawn figures: people, named firms, and the factor on people of raking.

    >>> near(Past(people=1.02, named={"haier": 1.05}), 0.98), near(Past(people=1.2), 1.2)
    (True, False)
    """
    away = [abs(float(np.log(factor))) for factor in (missed.people, raked, *missed.named.values())]
    return away[0] <= NEAR_PEOPLE and away[1] <= NEAR_RAKED and max(away[2:], default=0.0) <= NEAR_NAMED


def follow(economy: Economy, step: float) -> None:
    """Let the sizes that quarters of the warm-up compare with grow by a step, as the industry did."""
    scales = economy.scales
    scales.people *= step
    scales.graduates *= step
    scales.median_staff *= step
    scales.labour_markets = max(1, round(scales.people / economy.parameters["labour.market.people"]))
    economy.memo["mean_size"] *= step


def _growth(region: Region, p: Mapping[str, float], look: Any, regime: Regime) -> tuple[float, float]:
    """Logs of the growth of revenue and of revenue per worker over the warm-up, as both readings take them.

    The city grows like the nation and the drift where demand is scarce; where people are, orders grow like the nation
    and the output like that per worker, and exports, which grow slowly, are served first: half way between.
    """
    rates = [look.growth_of(year) for year in range(region.warmup_start + 1, region.base_year + 1)]
    city = float(np.log1p(rates).sum()) + len(rates) * regime.drift
    per_worker = sum(np.log1p(p["revenue.perhead.passthrough"] * look.per_head_share * g) for g in rates)
    if regime.name == "people_scarce":
        city = 0.5 * (city + per_worker)
    return city, float(per_worker)


def at_the_start(region: Region, p: Mapping[str, float], look: Any, regime: Regime) -> dict[str, float]:
    """Return the shares of exports and of Japan in exports, mean pay, and rent, when the warm-up begins.

    Shares move by their odds, odds_0 = odds exp(growth of the rest - growth of the market), both over the warm-up; pay
    and rent by the growth of revenue per worker less their own, so that the ratios arrive at the drawn ones.
    """
    rates = [look.growth_of(year) for year in range(region.warmup_start + 1, region.base_year + 1)]
    japan = len(rates) * float(np.log1p(p["japan.demand.growth"] + p["japan.inflation"]))
    overseas = len(rates) * float(np.log1p(look.export_growth))
    part = p["japan.share.2020"]
    abroad = part * japan + (1.0 - part) * overseas
    pay = sum(np.log1p(p["wage.perhead"] * look.per_head_share * g) for g in rates)
    city, per_worker = _growth(region, p, look, regime)
    behind = float(np.exp(per_worker - pay))  # rents outside grow like pay
    exports = p["export.share.2020"]
    domestic = (city - exports * abroad) / (1.0 - exports)
    return {
        "export.share.2020": _shift(exports, domestic - abroad),
        "japan.share.2020": _shift(part, overseas - japan),
        "wage.base.2020": p["wage.base.2020"] * behind,
        "park.rent.base": p["park.rent.base"] * behind,
    }


def _shift(share: float, by: float) -> float:
    """A share whose log odds are moved.

    >>> round(_shift(0.5, np.log(3.0)), 12)
    0.75
    """
    odds = share / (1.0 - share) * float(np.exp(by))
    return odds / (1.0 + odds)

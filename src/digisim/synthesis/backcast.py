"""What is drawn for the base year, taken back to where the warm-up begins by the growth that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from digisim.regions import Region
from digisim.synthesis.draws import Regime


def at_the_start(region: Region, p: Mapping[str, float], look: Any, regime: Regime) -> dict[str, float]:
    """Return the shares of exports and of Japan in exports, mean pay, and rent, when the warm-up begins.

    Shares move by their odds, odds_0 = odds exp(growth of the rest - growth of the market), both over the warm-up; pay
    and rent by the growth of revenue per worker less their own, so that the ratios arrive at the drawn ones. The city
    grows like the nation and the drift where demand is scarce; where people are, orders grow like the nation and the
    output like that per worker, and exports, which grow slowly, are served first: half way between.
    """
    rates = [look.growth_of(year) for year in range(region.warmup_start + 1, region.base_year + 1)]
    nation = float(np.log1p(rates).sum())
    japan = len(rates) * float(np.log1p(p["japan.demand.growth"] + p["japan.inflation"]))
    overseas = len(rates) * float(np.log1p(look.export_growth))
    part = p["japan.share.2020"]
    abroad = part * japan + (1.0 - part) * overseas
    per_worker = sum(np.log1p(p["revenue.perhead.passthrough"] * look.per_head_share * g) for g in rates)
    pay = sum(np.log1p(p["wage.growth"] * g / look.start_growth) for g in rates)
    city = nation + len(rates) * regime.drift
    if regime.name == "people_scarce":
        city = 0.5 * (city + per_worker)
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

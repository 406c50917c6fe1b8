"""Digital adoption of the city's enterprises, and the software that they buy for it."""

from __future__ import annotations

import numpy as np

from digisim.clock import QUARTERS_PER_YEAR
from digisim.processes import Context


def diffuse(share: np.ndarray, speed: float, ceiling: float, years: float) -> np.ndarray:
    """Shares after some years of logistic diffusion, dF/dt = s F (1 - F / L), shape as `share`.

    Griliches (1957), Econometrica 25(4); Bass (1969), Management Science 15(5), without its innovators, who are few
    once half have adopted.

    >>> diffuse(np.array([0.4]), 0.0, 0.8, 1.0).tolist()
    [0.4]
    >>> diffuse(np.array([0.4]), 10.0, 0.8, 10.0).round(6).tolist()
    [0.8]
    """
    odds = share / (ceiling - share) * np.exp(speed * years)
    result: np.ndarray = ceiling * odds / (1.0 + odds)
    return result


def local_demand(context: Context) -> np.ndarray:
    """Let enterprises adopt for a quarter; return the factors on the local market, shape (segments,).

    National adoption is inside the national outlook, so only the city's lead over what the nation's speed would have
    made of it counts: M <- M exp(eta d lead), lead = mean ln(F / F_nation), for the segments that serve adopters.
    """
    city, p, outlook = context.city, context.parameters, context.memo["outlook"]
    factor = np.ones(outlook.segment_growth.size)
    if context.quarter < outlook.base_quarter or not np.isfinite(city.adoption).all():
        return factor
    before = _lead(city.adoption, city.adoption_nation)
    pace, quarter = p["adoption.speed"], 1.0 / QUARTERS_PER_YEAR
    own = pace * p["adoption.relative"] * (1.0 + context.entitlements.adoption_push)
    city.adoption = diffuse(city.adoption, own, p["adoption.ceiling"], quarter)
    city.adoption_nation = diffuse(city.adoption_nation, pace, p["adoption.ceiling"], quarter)
    gained = _lead(city.adoption, city.adoption_nation) - before
    factor[outlook.serves_adopters] = np.exp(p["adoption.demand"] * gained)
    return factor


def _lead(own: np.ndarray, nation: np.ndarray) -> float:
    return float(np.log(own / nation).mean())

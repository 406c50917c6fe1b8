"""What the yuan is worth: exchange rates as driftless random walks, and what they do to markets abroad."""

from __future__ import annotations

import numpy as np

from digisim.clock import QUARTERS_PER_YEAR
from digisim.processes import Context
from digisim.processes.environment.shocks import rate_shocks
from digisim.rng import Stream, normal

YEN, DOLLAR = 0, 1  # identities of the draws, and positions of the markets abroad


def response(passthrough: float, volume_elasticity: float) -> float:
    """Elasticity of a market's size in CNY to the price of its currency: chi + (1 - chi) |eta|.

    Contracts keep the part chi of a movement in their price in yuan; the customer's own price takes the rest, and
    volume answers it with the elasticity eta (Gopinath, Itskhoki & Rigobon 2010, AER 100(1), for chi).

    >>> response(1.0, -0.8), response(0.75, -0.8)
    (1.0, 0.95)
    """
    return passthrough + (1.0 - passthrough) * abs(volume_elasticity)


def foreign_money(context: Context) -> np.ndarray:
    """Move the rates by a quarter; return the factors on the sizes in CNY of the markets abroad, shape (2,).

    ln e <- ln e + s z / 2: no drift, for none of the models of the time forecast better (Meese & Rogoff 1983, Journal
    of International Economics 14). Before the first quarter of the forecast the rates stay at the last published ones.
    """
    city, p = context.city, context.parameters
    if context.quarter < context.memo["outlook"].base_quarter:
        return np.ones(2)
    u = context.chance.uniforms(Stream.EXCHANGE, np.array([YEN, DOLLAR]), quarter=context.quarter)
    z = normal(u[:, 0], u[:, 1])
    spread = np.array([p["exchange.volatility.jpy"], p["exchange.volatility.usd"]])
    step = spread * z / np.sqrt(QUARTERS_PER_YEAR) + rate_shocks(context)
    moved = np.exp(step)
    city.yen *= float(moved[YEN])
    city.dollar *= float(moved[DOLLAR])
    before = context.quarter % QUARTERS_PER_YEAR
    city.dollar_mean = (city.dollar_mean * before + city.dollar) / (before + 1)
    factor: np.ndarray = np.exp(response(p["exchange.passthrough"], p["japan.volume.elasticity"]) * step)
    return factor

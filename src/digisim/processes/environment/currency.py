"""What the yuan is worth: exchange rates as driftless random walks, and what they do to prices and orders abroad."""

from __future__ import annotations

import numpy as np

from digisim.clock import QUARTERS_PER_YEAR
from digisim.processes import Context
from digisim.processes.environment.shocks import rate_shocks
from digisim.rng import Stream, normal

YEN, DOLLAR = 0, 1  # identities of the draws, and positions of the markets abroad


def answers(passthrough: float, volume_elasticity: float) -> tuple[float, float]:
    """Elasticities of the price in CNY of a unit of work, and of how much of it is ordered, to the rate: chi and
    (1 - chi) |eta|.

    Contracts keep the part chi of a movement in their price in yuan; the customer's own price takes the rest, and
    volume answers it with the elasticity eta (Gopinath, Itskhoki & Rigobon 2010, AER 100(1), for chi).

    >>> answers(1.0, -0.8), answers(0.75, -0.8)
    ((1.0, 0.0), (0.75, 0.2))
    """
    return passthrough, (1.0 - passthrough) * abs(volume_elasticity)


def foreign_money(context: Context) -> np.ndarray:
    """Move the rates by a quarter, and with them the prices of contracts in the customer's money; return the factors on
    what markets abroad order, shape (2,).

    ln e <- ln e + s z / 2: no drift, for none of the models of the time forecast better (Meese & Rogoff 1983, Journal
    of International Economics 14). Prices move at once, orders as slowly as customers move (`demand.adjustment`): about
    half of the answer of trade to prices comes within three years (Junz & Rhomberg 1973, American Economic Review
    63(2)). Before the first quarter of the forecast the rates stay at the last published ones.
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
    price, volume = answers(p["exchange.passthrough"], p["japan.volume.elasticity"])
    city.price_abroad *= np.exp(price * step)
    city.volume_due += volume * step
    comes = p["demand.adjustment"] * city.volume_due
    city.volume_due -= comes
    factor: np.ndarray = np.exp(comes)
    return factor

"""Step 6: the city's firms and the rest of the world compete for orders in each segment and market."""

from __future__ import annotations

import numpy as np

from digisim.kernels.firms import inclusive_values, mean_one_shocks, place_orders, renew_attractiveness
from digisim.processes import Context, Process, names
from digisim.rng import Stream
from digisim.state.economy import DOMESTIC


def city_share(inclusive: np.ndarray, start: np.ndarray, outside: np.ndarray, openness: np.ndarray) -> np.ndarray:
    """Share of the city in each (segment, market): nested logit, S = (I/I_0)^phi / ((I/I_0)^phi + O).

    I is the sum of attractiveness in the nest, phi = 1 - correlation inside the nest (McFadden 1978; Anderson & de
    Palma 1992): low phi means that the city's firms mainly take orders from each other.

    >>> city_share(np.array([[2.0]]), np.array([[2.0]]), np.array([[3.0]]), np.array([0.5])).item()
    0.25
    """
    ratio = np.divide(inclusive, start, out=np.zeros_like(inclusive), where=start > 0.0)
    pull = ratio**openness
    share: np.ndarray = pull / (pull + outside)
    return share


def run(context: Context) -> None:
    """Customers are won and lost by luck of mean one, then orders are placed by the nested logit."""
    firms, p, env = context.firms, context.parameters, context.environment
    size = np.maximum(firms.headcount, 1) / context.scales.median_staff
    spread = np.minimum(p["growth.sd.median"] * size ** -p["growth.size.variance"], p["growth.sd.cap"])
    shock = np.empty(firms.id.size)
    key = (context.chance.seed, context.chance.member)
    mean_one_shocks(firms.id, firms.alive, spread, int(Stream.FIRM_DEMAND), context.quarter, *key, shock)
    renew_attractiveness(
        firms.alive, firms.capability, shock, env.frontier, -p["demand.price.elasticity"], p["demand.adjustment"],
        firms.presence, firms.attractiveness,
    )  # fmt: skip
    inclusive = inclusive_values(firms.alive, firms.segment, firms.attractiveness, len(env.segment_growth))
    share = city_share(inclusive, env.inclusive_start, env.outside, env.nest_openness)
    orders = env.market * share / 4.0 * context.relax[0]
    orders[:, 0] += _procurement(context, orders[:, 0])
    abroad = context.memo.setdefault("abroad", np.zeros(0))
    if abroad.size != firms.id.size:
        abroad = context.memo["abroad"] = np.zeros(firms.id.size)
    place_orders(
        firms.alive, firms.segment, firms.attractiveness, inclusive, orders, p["orders.smoothing"],
        firms.orders, firms.orders_expected, DOMESTIC, abroad,
    )  # fmt: skip


def _procurement(context: Context, local: np.ndarray) -> np.ndarray:
    """Additional public orders, by segment as local demand is; a share only displaces purchases that were local
    anyway."""
    extra = context.entitlements.procurement * (1.0 - context.parameters["procure.displace"])
    total = local.sum()
    result: np.ndarray = extra * local / total if total > 0.0 else np.zeros_like(local)
    return result


DEMAND = Process(
    name="demand",
    run=run,
    firm_reads=names("id alive segment capability headcount"),
    firm_writes=names("presence attractiveness orders orders_expected"),
    streams=(Stream.FIRM_DEMAND,),
    page="demand",
)

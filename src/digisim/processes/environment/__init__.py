"""Step 1: what the outside world does this quarter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.clock import quarterly_growth
from digisim.processes import Context, Process
from digisim.processes.environment.adoption import local_demand
from digisim.processes.environment.currency import foreign_money
from digisim.processes.environment.networks import build_networks
from digisim.processes.environment.shocks import passing_shocks
from digisim.regions import load_segments
from digisim.rng import Stream
from digisim.state.economy import DOMESTIC

OUTSOURCING = tuple(load_segments()).index("outsourcing")


def national_growth(context: Context, years_ahead: float) -> float:
    """Nominal growth a year of national software revenue, as foreseen at the base year.

    g(t) = T(t) + (g_last - T(0)) 2^(-t / k), T(t) = g_inf + (g_0 - g_inf) 2^(-t / h) + e: the mean of the last five
    published years fades to a long-run rate, what sets the last year apart from that trend fades sooner (trend and
    cycle: Harvey, Journal of Business & Economic Statistics 3(3), 1985); e is the draw's lasting forecast error and the
    shift of the outlook. Up to the base year the published rate of the year holds; in the outlook `observed` as long as
    there are any, and what sets the last one apart from the trend fades from there on.
    """
    p, outlook = context.parameters, context.memo["outlook"]
    if years_ahead <= 0.0:
        return float(outlook.growth_of(context.quarter // 4))
    start, end = outlook.start_growth, p["nation.growth.long"]
    error = p["nation.growth.error"] + outlook.shift
    trend = end + (start - end) * _fading(p, years_ahead) + error
    apart, since = outlook.cycle - error, years_ahead
    if outlook.last_seen is not None:
        seen = outlook.growth_seen("national_growth", min(context.quarter // 4, outlook.last_seen))
        at = outlook.last_seen + 1 - outlook.base_quarter / 4.0
        if years_ahead <= at:
            return float(seen)
        apart, since = seen - (end + (start - end) * _fading(p, at) + error), years_ahead - at
    return float(trend + apart * 2.0 ** (-since / p["nation.growth.cycle"]))


def _fading(p: Mapping[str, float], years_ahead: float) -> float:
    """Part of what was peculiar to growth in the base year that is left: 2^(-t / h), one until then."""
    return float(2.0 ** (-max(years_ahead, 0.0) / p["nation.growth.halflife"]))


def pay_elsewhere(p: Mapping[str, float], years_ahead: float) -> float:
    """Growth of pay elsewhere over that of the nation's revenue a head: 1 + (omega - 1) 2^(-t / h), omega until t = 0.

    The share of labour in the nation's revenue has no trend in the long run (Kaldor 1961, in Lutz & Hague, *The Theory
    of Capital*; Klein & Kosobud 1961, *Quarterly Journal of Economics* 75(2), on great ratios).

    >>> p = {"wage.perhead": 1.2, "nation.growth.halflife": 6.0}
    >>> pay_elsewhere(p, -1.0), round(pay_elsewhere(p, 6.0), 3), round(pay_elsewhere(p, 60.0), 3)
    (1.2, 1.1, 1.0)
    """
    return 1.0 + (p["wage.perhead"] - 1.0) * _fading(p, years_ahead)


def _luck(context: Context) -> float:
    """The quarter's standard normal draw of the city."""
    u = context.chance.uniforms(Stream.ENVIRONMENT, np.array([0]), quarter=context.quarter)[0]
    return float(np.sqrt(-2.0 * np.log(u[0])) * np.cos(2 * np.pi * u[1]))


def run(context: Context) -> None:
    """Market sizes, pay and prices outside, and the drift of the city's relative demand.

    The drift d (a year) is an AR(1) about the mean of the regime, d <- m + phi (d - m) + s z, and moves the
    attractiveness of the rest of the country: O <- O exp(-d / 4). It is a state of the economy: it carries on, and no
    year resets it. Frontier and reference of the nests move as the rest of the world advances and renews its firms. The
    local market grows like the nation's software less the gap of the city's GDP to the nation's, and with the city's
    lead in digital adoption; exchange rates move prices and orders abroad, and all markets the shocks that a scenario
    adds.
    """
    env, p, outlook = context.environment, context.parameters, context.memo["outlook"]
    ahead = (context.quarter - outlook.base_quarter + 1) / 4.0
    env.growth = national_growth(context, ahead)
    env.nation *= 1.0 + quarterly_growth(env.growth)
    mean = context.memo["drift_mean"]
    env.drift = mean + p["drift.persistence"] * (env.drift - mean) + p["drift.volatility"] * _luck(context)
    env.outside[:, :DOMESTIC] *= np.exp(-env.drift / 4.0)

    abroad, pay = (outlook.growth_seen(name, context.quarter // 4) for name in ("export_growth", "wage_growth"))
    overseas = outlook.export_growth if abroad is None else abroad
    foreign = np.array([p["japan.demand.growth"] + p["japan.inflation"], overseas])
    growth = np.empty_like(env.market)
    growth[:, :DOMESTIC] = (env.growth + env.segment_growth * _fading(p, ahead))[:, None]
    growth[:, 0] += p["city.gdp.growth"] - p["nation.gdp.growth"]
    growth[:, DOMESTIC:] = foreign
    env.market *= (1.0 + growth) ** 0.25
    env.market[:, DOMESTIC:] *= foreign_money(context)
    env.market[:, 0] *= local_demand(context)
    env.market *= passing_shocks(context)
    build_networks(context)

    per_head = outlook.per_head_share * env.growth
    env.output_per_worker *= 1.0 + quarterly_growth(p["revenue.perhead.passthrough"] * per_head)
    wage_growth = quarterly_growth(pay_elsewhere(p, ahead) * per_head if pay is None else pay)
    env.wage_growth = wage_growth
    env.wage_outside *= 1.0 + wage_growth
    env.rent_level *= 1.0 + wage_growth
    env.gdp *= 1.0 + quarterly_growth(p["city.gdp.growth"])
    env.frontier *= np.exp(env.frontier_growth / 4.0)
    env.inclusive_start *= np.exp(env.presence_growth / 4.0)
    _upgrade_elsewhere(context)


def _upgrade_elsewhere(context: Context) -> None:
    """Outsourcers of the rest of the world move to other segments as those of the city usually do.

    The reference I_0 of the nests follows: a share of that of outsourcing goes to the other segments, divided as the
    city's movers are, on the scale of the new nests and in their markets. What is usual moves no share of a market.
    """
    env = context.environment
    if env.upgrading == 0.0:
        return
    weights = context.memo["segment_weights"].copy()
    weights[OUTSOURCING] = 0.0
    weights /= weights.sum()
    orders = env.market / (1.0 + env.outside)
    worth = np.divide(orders, env.inclusive_start, out=np.zeros_like(orders), where=env.inclusive_start > 0.0)
    leaving = env.inclusive_start[OUTSOURCING] * env.upgrading / 4.0
    scale = np.divide(worth[OUTSOURCING], worth, out=np.ones_like(worth), where=worth > 0.0)
    scale *= (env.output_per_worker / env.output_per_worker[OUTSOURCING])[:, None]
    arriving = (weights[:, None] * scale * leaving).sum(axis=1, keepdims=True) * context.memo["market_profile"]
    env.inclusive_start[OUTSOURCING] -= leaving
    env.inclusive_start += arriving


ENVIRONMENT = Process(name="environment", run=run, streams=(Stream.ENVIRONMENT, Stream.EXCHANGE), page="environment")

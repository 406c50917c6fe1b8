"""Step 6: the city's firms and the rest of the world compete for orders in each segment and market."""

from __future__ import annotations

import numpy as np

from digisim.clock import quarterly_hazard
from digisim.kernels.firms import (
    change_suppliers,
    inclusive_values,
    mean_one_shocks,
    place_orders,
    purchases_of,
    renew_attractiveness,
    share_leaving,
    shift_markets,
)
from digisim.kernels.sums import ordered_sum, ratio
from digisim.processes import Context, Process, names
from digisim.regions import load_segments
from digisim.rng import Stream
from digisim.state.economy import DOMESTIC, MARKETS

OUTSOURCING = tuple(load_segments()).index("outsourcing")
FOR_USERS = np.array([name in ("industrial", "cloud", "iot") for name in load_segments()])
BEYOND = [MARKETS.index(name) for name in ("china", "overseas")]  # away from Japan, on which the city leans
AT_HOME = [MARKETS.index(name) for name in ("local", "china")]


def city_share(inclusive: np.ndarray, start: np.ndarray, outside: np.ndarray, openness: np.ndarray) -> np.ndarray:
    """Share of the city in each (segment, market): nested logit, S = (I/I_0)^phi / ((I/I_0)^phi + O).

    I is the sum of attractiveness in the nest, phi = 1 - correlation inside the nest (McFadden 1978; Anderson & de
    Palma 1992): low phi means that the city's firms mainly take orders from each other.

    >>> city_share(np.array([[2.0]]), np.array([[2.0]]), np.array([[3.0]]), np.array([0.5])).item()
    0.25
    """
    pull = np.divide(inclusive, start, out=np.zeros_like(inclusive), where=start > 0.0) ** openness
    share: np.ndarray = pull / (pull + outside)
    return share


def run(context: Context) -> None:
    """Customers are won and lost by luck of mean one, some change supplier, and the nested logit places orders."""
    firms, p, env = context.firms, context.parameters, context.environment
    size = np.maximum(firms.headcount, 1) / context.scales.median_staff
    spread = np.minimum(p["growth.sd.median"] * size ** -p["growth.size.variance"], p["growth.sd.cap"])
    _bring_customers(context)
    _sell(context)
    shock = np.empty(firms.id.size)
    key = (context.chance.seed, context.chance.member)
    mean_one_shocks(firms.id, firms.alive, spread, int(Stream.FIRM_DEMAND), context.quarter, *key, shock)
    renew_attractiveness(
        firms.alive, firms.capability, shock, env.frontier, -p["demand.price.elasticity"], p["demand.adjustment"],
        firms.presence, firms.attractiveness,
    )  # fmt: skip
    leaving, named = _leaving(context), context.named()
    for customers in (firms.presence, firms.attractiveness):
        _change_suppliers(context, leaving, named, customers)
    inclusive = inclusive_values(firms.alive, firms.segment, firms.attractiveness, len(env.segment_growth))
    share = city_share(inclusive, env.inclusive_start, env.outside, env.nest_openness)
    orders = env.market * share / 4.0 * context.relax[0]
    inside = orders[:, 0] * _own_purchases(context)
    orders[:, 0] += inside
    extra = _procurement(context, orders[:, 0])
    _relations(context, shock, inclusive[:, 0], orders[:, 0])
    contracts = _contracts(context, extra, inclusive[:, 0])
    firms.contracts[:] += contracts
    inclusive[:, 0] += np.bincount(firms.segment, weights=firms.won, minlength=extra.size)
    orders[:, 0] += _vouchers(context, share[:, 0])
    by_market = context.memo["orders_by_market"] = np.empty_like(firms.attractiveness)
    place_orders(
        firms.alive, firms.segment, firms.attractiveness, firms.won, contracts, inclusive, orders, inside,
        p["orders.smoothing"], _prices(context),
        firms.orders, firms.orders_expected, by_market, firms.price, firms.inside_share,
    )  # fmt: skip


def _bring_customers(context: Context) -> None:
    """Outsourcers that moved to another segment this quarter bring their customers, who later change with the segment.

    Presence and attractiveness in market m are multiplied by (v_out,m / v_s,m) (rho_s / rho_out), v being orders per
    attractiveness in a nest of the city and rho revenue per worker: the same people keep their work, at what it is
    worth in the new segment. From then on the division over markets closes the share kappa of its gap to that of the
    segment each quarter, customers being won as fast as they are anywhere.
    """
    firms = context.firms
    context.memo["moved_up"] = 0.0
    new = np.flatnonzero(firms.alive & (firms.moved_up == context.quarter))
    if new.size:
        _settle_in(context, new)
    speed, profile = context.parameters["demand.adjustment"], context.memo["market_profile"]
    shift_markets(firms.alive, firms.moved_up, firms.segment, profile, speed, firms.presence)


def _settle_in(context: Context, rows: np.ndarray) -> None:
    """Put the customers of firms that changed their segment on the scale of the new one."""
    firms, env = context.firms, context.environment
    others = firms.alive.copy()
    others[rows] = False
    nests = inclusive_values(others, firms.segment, firms.attractiveness, len(env.segment_growth))
    orders = env.market * city_share(nests, env.inclusive_start, env.outside, env.nest_openness)
    worth = np.divide(orders, nests, out=np.zeros_like(nests), where=nests > 0.0)
    segment = firms.segment[rows]
    before = float(firms.attractiveness[rows].sum())
    context.memo["moved_up"] = before / (before + float(nests[OUTSOURCING].sum()))
    there, here = worth[segment], worth[OUTSOURCING]
    factor = np.divide(here, there, out=np.ones_like(there), where=(here > 0.0) & (there > 0.0))
    factor *= (env.output_per_worker[segment] / env.output_per_worker[OUTSOURCING])[:, None]
    firms.presence[rows] *= factor
    firms.attractiveness[rows] *= factor
    firms.won[rows] *= factor[:, 0]


def _own_purchases(context: Context) -> float:
    """What the city's firms buy in the local market, over what other users buy there: last quarter's purchases.

    Software work is an input of software work (Leontief 1936). It is tendered like all local demand, in the same mix of
    segments, so that suppliers outside the city win their part. Other local demand is `env.market[:, 0]`: at the start
    both add up to the market that sales of the start call for.
    """
    firms, env = context.firms, context.environment
    bought = purchases_of(firms.alive, firms.output, firms.segment, env.purchase_share)
    return float(4.0 * env.bought_here * ordered_sum(bought) / ordered_sum(env.market[:, 0]))


def _leaving(context: Context) -> np.ndarray:
    """Share of each firm's customers that go to another this quarter, shape (firms,).

    Some change in any case; of those who took an order back last quarter because it was not served a part does not come
    back (after a stockout customers order less: Anderson, Fitzsimons & Simester 2006).
    """
    firms, p = context.firms, context.parameters
    leaving, turnover = np.empty(firms.id.size), quarterly_hazard(p["customer.turnover"])
    share_leaving(firms.output, firms.backlog, firms.cancelled, p["customer.lost"], turnover, leaving)
    return leaving


def _change_suppliers(context: Context, leaving: np.ndarray, named: np.ndarray, customers: np.ndarray) -> None:
    """Customers change inside the nest, in place, shape (firms, markets); those bound to `named` firms stay out of it.

    The part `customer.tied` of a named firm's customers is its own group: it goes to nobody, and wins nobody.
    """
    firms = context.firms
    bound = context.parameters["customer.tied"] * customers[named]
    customers[named] -= bound
    change_suppliers(firms.alive, firms.segment, leaving, len(context.environment.segment_growth), customers)
    customers[named] += bound


def _prices(context: Context) -> np.ndarray:
    """What customers pay for a unit of work over its price in contracts in yuan, shape (markets,)."""
    prices = np.ones(len(MARKETS))
    prices[DOMESTIC:] = context.city.price_abroad
    return prices


def _procurement(context: Context, local: np.ndarray) -> np.ndarray:
    """Additional public orders, by segment as local demand is; a share only displaces purchases that were local
    anyway."""
    extra = context.entitlements.procurement * (1.0 - context.parameters["procure.displace"])
    total = local.sum()
    result: np.ndarray = extra * local / total if total > 0.0 else np.zeros_like(local)
    return result


def _relations(context: Context, shock: np.ndarray, nest: np.ndarray, orders: np.ndarray) -> None:
    """Customers won by public contracts order again, from rivals' share, and leave as slowly as customers move.

    a <- xi (1 - kappa) a + b D I / Q: D is the contract work delivered last quarter (of all in hand the part that the
    firm served), I / Q attractiveness a yuan of local orders in the segment (`nest` over `orders`, shape (segments,)),
    so that a part b of D is ordered again. The city's share is set before: what one firm gains others of its nest lose.
    Winners of public contracts win more of them and customers elsewhere long after (Ferraz, Finan & Szerman 2015);
    demand is built by past deliveries (Foster, Haltiwanger & Syverson 2016). Only contracts feed it, and they are
    placed without it: it cannot feed itself.
    """
    firms, p = context.firms, context.parameters
    firms.won[:] *= shock * (1.0 - p["demand.adjustment"])
    if not firms.contracts.any():
        return
    kept = 1.0 - p["orders.cancellation"]  # of what waits
    in_hand = firms.output + firms.backlog / kept
    served = ratio(firms.output, in_hand)
    pull = ratio(nest, orders)
    firms.won[:] += p["contract.repeat"] * firms.contracts * served * pull[firms.segment]
    firms.contracts[:] *= (1.0 - served) * kept


def _contracts(context: Context, extra: np.ndarray, nest: np.ndarray) -> np.ndarray:
    """Additional public orders of each firm, shape (firms,): by its usual attractiveness in its local nest."""
    firms = context.firms
    if not extra.any():
        return np.zeros(firms.id.size)
    rate = ratio(extra, nest)
    result: np.ndarray = np.where(firms.alive, rate[firms.segment] * firms.attractiveness[:, 0], 0.0)
    return result


def _vouchers(context: Context, share: np.ndarray) -> np.ndarray:
    """Orders of the quarter that vouchers of local users add, shape (segments,): takers choose whom they like.

    A yuan of voucher pulls in `subsidy30.takeup` yuan of spending on industrial, cloud and internet-of-things software,
    divided as the local market is; the city's firms win their usual share of it.
    """
    spending = context.entitlements.vouchers * context.parameters["subsidy30.takeup"]
    if spending == 0.0:
        return np.zeros_like(share)
    local = np.where(FOR_USERS, context.environment.market[:, 0], 0.0)
    total = local.sum()
    result: np.ndarray = spending * local / total * share if total > 0.0 else np.zeros_like(local)
    return result


def _sell(context: Context) -> None:
    """Firms that the city takes to fairs win customers where they have few: k_m <- k_m (1 + g) if k_m < sum k / 4.

    Assisted firms sell more, in far markets and with goods above all (Van Biesebroeck, Yu & Chen 2015; Munch & Schaur
    2018; Makioka 2020): the prior of g spans zero. Customers stay, or leave by luck, as all others.
    """
    firms, rights = context.firms, context.entitlements
    if rights.selling_abroad <= 0.0 and rights.selling_home <= 0.0:
        return
    luck = context.chance.uniforms(Stream.FAIRS, firms.id, quarter=context.quarter)
    abroad, home = luck[:, 0] < rights.selling_abroad, luck[:, 1] < rights.selling_home
    rows = np.flatnonzero(abroad | home)
    presence = firms.presence[rows]
    goes = np.zeros(presence.shape, bool)
    goes[:, BEYOND] = abroad[rows, None]
    goes[:, AT_HOME] |= home[rows, None]
    few = presence < presence.mean(axis=1, keepdims=True)
    firms.presence[rows] = np.where(goes & few, presence * max(1.0 + context.parameters["fair.gain"], 0.0), presence)


DEMAND = Process(
    name="demand",
    run=run,
    firm_reads=names("id alive segment capability headcount output backlog cancelled moved_up"),
    firm_writes=names("presence attractiveness won orders orders_expected inside_share contracts price"),
    streams=(Stream.FIRM_DEMAND, Stream.FAIRS),
    page="demand",
)

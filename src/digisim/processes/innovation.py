"""Step 5: knowledge, capability and the road from hourly services to own products."""

from __future__ import annotations

import numpy as np

from digisim.clock import quarterly_hazard
from digisim.kernels.budgets import plan_research
from digisim.kernels.firms import purchases_of
from digisim.kernels.learning import grown, lead_of_customers, log_advance, within_reach
from digisim.kernels.sums import ordered_sum, ratio
from digisim.processes import Context, Process, names
from digisim.regions import load_segments
from digisim.rng import Stream, normal
from digisim.state.economy import output_per_worker

OUTSOURCING = tuple(load_segments()).index("outsourcing")


def run(context: Context) -> None:
    """K <- (1 - d/4) K + R/4, with R the research staff; ln c follows own research, neighbours, imitation and luck.

    A quarter's d ln c = (theta d ln K + spill d ln K_pool) / lambda + (mu / 4) 2 a max(ln F - ln c, 0) + (s / 2) z -
    s^2 / 8, with theta the elasticity of productivity c^lambda to the research stock (Hall, Mairesse & Mohnen 2010),
    K_pool the other firms' stock in the segment, a in (0, 1) the absorptive capacity k / (k + k_start) with k = K a
    head (Cohen & Levinthal 1989), F the frontier outside, z standard normal.
    """
    firms, p, env = context.firms, context.parameters, context.environment
    _plan_research(context)
    before = firms.knowledge_stock.copy()
    research = firms.rd_share * firms.effective_workers / 4.0
    firms.knowledge_stock[:] = (1.0 - p["rd.depreciation"] / 4.0) * before + research

    own, pool = np.log(grown(firms.knowledge_stock, before)), _pool_growth(context)
    per_head = firms.knowledge_stock / np.maximum(firms.headcount, 1)
    level = np.log(firms.capability)
    u = context.chance.uniforms(Stream.FIRM_CAPABILITY, firms.id, quarter=context.quarter)
    scale = 1.0 / p["capability.productivity"]  # the two elasticities are those of productivity, which is c^lambda
    step = log_advance(
        firms.alive, own, pool, per_head, level, firms.park, _platforms(context), _taught_by_customers(context, level),
        normal(u[:, 0], u[:, 1]),
        scale * p["rd.productivity.elasticity"], scale * p["spill.local.elasticity"], p["imitate.gap.rate"] / 4.0 * 2.0,
        context.scales.knowledge_per_head, np.log(env.frontier), p["capability.volatility"] / 2.0,
    )  # fmt: skip
    firms.capability[:] *= np.exp(step)
    _upgrade(context, per_head, u[:, 2])
    _move_up(context, u[:, 3])
    context.memo["output_per_worker"] = output_per_worker(
        env, p, firms.segment, firms.capability, firms.product_share
    )  # as it stays for the quarter


def _platforms(context: Context) -> np.ndarray:
    """Factor of a place's services on what its firms learn from others, shape (parks,): 1 + e b, none below zero.

    b is what their upkeep costs, as a share of base-year revenue for the place's part of the city's floor area: lasting
    spending of a share of revenue, divided by floor area, comes to that share everywhere.
    """
    p, parks = context.parameters, context.parks
    upkeep = np.array([park.upkeep(p["platform.wear"]) for park in parks])
    if not upkeep.any():
        return np.ones(len(parks))
    effort = upkeep * sum(park.built for park in parks) / float(context.memo["sector_revenue"])
    factor: np.ndarray = np.maximum(1.0 + p["platform.spill"] * effort, 0.0)
    return factor


def _plan_research(context: Context) -> None:
    """Share of staff in research closes a part of its gap to what is wanted: research staff are costly to adjust.

    Wanted = (own base x user cost response + what grants cause) x (1 - debt / credit limit). Firms smooth research
    (Hall, Griliches & Hausman 1986; Himmelberg & Petersen 1994), so that hiring can follow.

    A yuan of grants spent as intended causes `rd.subsidy.multiplier` yuan of research (Dimos & Pugh 2016); a share is
    misused (Boeing & Peters 2021) and only adds to cash. Research is financed out of cash flow (Brown, Fazzari &
    Petersen 2009): a firm at its credit limit has none left.
    """
    firms, p = context.firms, context.parameters
    limit = context.memo["credit_limit"](firms.orders_expected * firms.price) + firms.guarantee
    plan_research(
        firms.rd_base, firms.research_grant, firms.wage, firms.effective_workers, firms.profit, firms.debt, limit,
        p["social.charges"], p["rd.subsidy.multiplier"], p["rd.subsidy.misuse"], _user_cost_response(context),
        p["rd.share.cap"], p["rd.adjustment"], firms.rd_share,
    )  # fmt: skip


def _user_cost_response(context: Context) -> float:
    """Factor on research of firms that pay profit tax: ((1 - t (1 + x_r + x)) / (1 - t (1 + x_r)))^-e.

    One yuan of research costs 1 - t (1 + x_r) after tax where the law deducts a share x_r of it once more, and a lever
    a further share x (user cost of Hall & Jorgenson 1967); e is the response of real research, relabelled expenses left
    out (Chen, Liu, Suarez Serrato & Xu 2021). A firm without profit last quarter has no tax to save.
    """
    p = context.parameters
    tax, more = p["profit.tax"], context.entitlements.research_relief
    law = 1.0 + p["research.deduction"]
    cost = (1.0 - tax * (law + more)) / (1.0 - tax * law)
    return float(cost ** -(p["rd.usercost.elasticity"] * p["place.northeast"]))


def _pool_growth(context: Context) -> np.ndarray:
    """Log growth of the knowledge within reach of each firm since last quarter, shape (firms,); zero for a new firm.

    Reach: K of the segment in the own park + 2^(-d / h) K of the segment in other parks, own K left out, d the usual
    distance between parks and h the one at which spillover falls to half (Arzaghi & Henderson 2008). It changes with
    what neighbours learn, when firms come, go or close, and when the firm itself moves.
    """
    firms, p = context.firms, context.parameters
    far = 2.0 ** (-p["park.distance"] / p["spill.halflife"])
    closer = np.array([0.0 if park.scattered else 1.0 - far for park in context.parks])
    segments = len(context.environment.segment_growth)
    reach = within_reach(firms.alive, firms.segment, firms.park, firms.knowledge_stock, closer, far, segments)
    growth: np.ndarray = np.log(grown(reach, firms.knowledge_near))
    firms.knowledge_near[:] = reach
    return growth


def _taught_by_customers(context: Context, level: np.ndarray) -> np.ndarray:
    """What firms of the city learn from those they work for, in log capability (`level`), shape (firms,).

    (v / 4) x share of orders from firms x sum over customers of weight max(ln c_customer - ln c, 0), weights being
    shares of purchases: demanding customers teach (Javorcik 2004; Alfaro-Urena, Manelici & Vasquez 2019), equals do
    not. One sort serves all pairs: with customers in the order of ln c, the sum is that over those above.
    """
    firms = context.firms
    weight = purchases_of(firms.alive, firms.output, firms.segment, context.environment.purchase_share)
    total = ordered_sum(weight)
    if total <= 0.0:
        return np.zeros_like(level)
    order = np.argsort(level)[::-1].copy()
    lead = lead_of_customers(order, weight, total, level)
    taught: np.ndarray = context.parameters["supplier.learning"] / 4.0 * firms.inside_share * lead
    return taught


def _upgrade(context: Context, per_head: np.ndarray, luck: np.ndarray) -> None:
    """A firm wins a step of own products with a hazard that rises in K a head, `per_head`: upgrade.hazard / d at the
    mean.

    `upgrade.hazard` is the chance a year of a whole move to own products, which takes 1 / d steps of d.
    Products age and give way to hourly work (product life cycle, Klepper 1996) at the rate at which the industry of the
    start wins new ones, so that it must run to stand still. Support towards own products raises the hazard by
    (1 + support / research cost)^e, the research cost being that of a typical firm with the same staff.
    """
    firms, p = context.firms, context.parameters
    firms.product_share[:] *= 1.0 - context.scales.product_ageing / 4.0
    hazard = p["upgrade.hazard"] / p["upgrade.step"] / 4.0 * per_head / context.scales.knowledge_per_head
    given = np.flatnonzero(firms.upgrade_support)
    if given.size:
        pay = firms.wage[given] * firms.effective_workers[given] / 4.0 * (1.0 + p["social.charges"])
        support = ratio(firms.upgrade_support[given], pay * context.scales.typical_research)
        hazard[given] *= (1.0 + support) ** p["upgrade.subsidy"]
    wins = np.flatnonzero(firms.alive & (luck < hazard))
    firms.product_share[wins] = np.minimum(firms.product_share[wins] + p["upgrade.step"], 1.0)
    context.count("upgrades", float(wins.size))


def _move_up(context: Context, luck: np.ndarray) -> None:
    """An outsourcer most of whose work is own products becomes a firm of another segment, `segment.switch` a year.

    A firm belongs to the activity that makes up most of its work, and is listed anew once that has lasted (principal
    activity and rule of stability of ISIC Rev. 4). Which segment follows the city's mix of the base year: one uniform
    decides both, u < h whether and u / h where to.
    """
    firms, p = context.firms, context.parameters
    hazard = quarterly_hazard(p["segment.switch"])
    lucky = np.flatnonzero(luck < hazard)
    main = firms.product_share[lucky] > p["segment.main"]
    rows = lucky[firms.alive[lucky] & (firms.segment[lucky] == OUTSOURCING) & main]
    if rows.size:
        weights = context.memo["segment_weights"].copy()
        weights[OUTSOURCING] = 0.0
        reached = np.cumsum(weights / weights.sum())
        firms.segment[rows] = np.minimum(np.searchsorted(reached, luck[rows] / hazard), weights.size - 1)
        firms.moved_up[rows] = context.quarter
        firms.knowledge_near[rows] = 0.0  # new neighbours: nothing is learnt from their being there
        context.count("moved_up", float(rows.size))


INNOVATION = Process(
    name="innovation",
    run=run,
    firm_reads=names(
        "id alive park effective_workers headcount wage rd_base research_grant debt orders_expected price guarantee "
        "profit upgrade_support output inside_share"
    ),
    firm_writes=names("rd_share knowledge_stock knowledge_near capability product_share segment moved_up"),
    streams=(Stream.FIRM_CAPABILITY,),
    page="innovation",
)

"""Step 4: spin-offs founded by the city's own people, and firms that come from outside."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from digisim.actors import admit, place_area, pull, settle, support_worth, tenants
from digisim.policy import disburse_in_order
from digisim.processes import Context, Process, names
from digisim.rng import Stream, lognormal, normal
from digisim.state.economy import ANCHOR, ARRIVED, INCUBATED, SPIN_OFF, Economy, output_per_worker
from digisim.state.elsewhere import Movers

SPIN_OFF_IDS, ARRIVAL_IDS = 0x4000_0000, 0x8000_0000
LOW_BITS, SLOT_BITS = 0xF_FFFF, 20
ANCHOR_IDS = ARRIVAL_IDS + (1 << 19)  # in the slot of the quarter, far behind its candidates
TRANSFER_IDS = 0x8000_0000 + (1 << 19)  # people: behind the candidates for migration
MONTHS = 12.0


def run(context: Context) -> None:
    """Founders leave with an idea from their employer (Klepper 2009); outside firms come where it pays to settle."""
    _spin_offs(context)
    _arrivals(context)
    for city, movers in context.elsewhere.firms_in.items():
        _from_city(context, city, movers)
    for kind, quarter, people, segment in context.memo.get("moves", ()):
        if kind == "anchor_arrives" and quarter == context.quarter:
            _anchor(context, people, segment)


def _spin_offs(context: Context) -> None:
    """Each founder of last quarter's draw starts a small firm, with the means that he has.

    ln (c/F) of the new firm keeps a part of the parent's and adds a normal draw: knowledge travels with people. Equity
    in quarters of planned cost has the mean `startup.cash.quarters` and a lognormal spread: some begin with little, as
    the wealth of founders allows (Evans & Jovanovic 1989; Robb & Robinson 2014). Some find a place in an incubator.
    """
    p, firms, talent = context.parameters, context.firms, context.talent
    founders = context.memo.pop("founders", np.empty(0, np.int64))
    founders = founders[talent.employer[founders] >= 0]
    if founders.size == 0:
        return
    parent = talent.employer[founders]
    identity = talent.id[founders].astype(np.int64)
    u = context.chance.uniforms(Stream.ENTRANTS, identity, quarter=context.quarter)
    more = context.chance.uniforms(Stream.ENTRANTS, identity, quarter=context.quarter, block=1)
    ln_parent = np.log(firms.capability[parent] / context.environment.frontier)
    spread = p["capability.spread"] * np.sqrt(1.0 - p["spinoff.inheritance"] ** 2)
    typical = context.scales.typical_capability
    ln_c = typical + p["spinoff.inheritance"] * (ln_parent - typical) + spread * normal(u[:, 0], u[:, 1])
    jobs = p["entrant.size"] * lognormal(p["entrant.spread"], u[:, 2], u[:, 3])
    size = np.maximum(jobs, 1.0) / context.memo["mean_size"]
    size = np.minimum(size, p["entrant.largest"])
    firm_ids = _unique(SPIN_OFF_IDS + _slot(context) + (identity & LOW_BITS), firms.id)
    park = _incubators(context, identity, firm_ids)
    new = {
        "id": firm_ids,
        "segment": talent.domain[founders].astype(np.int64),
        "origin": np.where(park >= 0, INCUBATED, SPIN_OFF),
        "incubated_until": np.where(park >= 0, context.quarter + round(4 * p["incubator.stay"]), -1),
        "wage": firms.wage[parent],
        "wage_premium": np.exp(normal(more[:, 0], more[:, 1]) * p["wage.premium.spread"]),
        "product_share": firms.product_share[parent],
        "rd_base": firms.rd_base[parent],
    }
    means = lognormal(p["startup.cash.spread"], more[:, 2], more[:, 3])
    rows = _open(context, size, ln_c, new, means=means, park=park)
    context.flows.hire(founders, rows)
    wanted = np.full(rows.size, context.entitlements.startup_aid)
    aid = disburse_in_order(wanted, context.entitlements.startup_budget, 0.0)
    context.flows.to_firms("government", "lever:incubation", aid, rows)
    context.count("spin_offs", founders.size)


def _incubators(context: Context, founder: np.ndarray, firm: np.ndarray) -> np.ndarray:
    """Park in whose incubator each founder's firm finds a place, -1 where none has one left, or no room; by lot."""
    firms = context.firms
    held = tenants(firms.alive, firms.incubated_until, firms.park, context.quarter, len(context.parks))
    room = np.array([park.vacant for park in context.parks]) // place_area(context.parameters)
    free = np.clip([park.places + park.more_places for park in context.parks] - held, 0, room.astype(np.int64))
    lot = context.chance.uniforms(Stream.ENTRANTS, founder, quarter=context.quarter, block=2)[:, 0]
    luck = partial(context.chance.uniforms, Stream.PLACES, quarter=context.quarter)
    return admit(free, lot, lambda rows, block: luck(firm[rows], block=block))


def usual_arrivals(economy: Economy | Context) -> float:
    """Firms a quarter that come from outside where nobody attracts them."""
    return economy.parameters["arrival.rate"] * economy.scales.firms / 4.0


def _arrivals(context: Context) -> None:
    """Outside firms weigh a settlement grant against profit (elasticity tax.location, Moretti & Wilson 2017).

    A fixed list of candidates is drawn each quarter; the chance to come moves by (1 + a)^elasticity, where a is the
    grant a job, spread over `settlement.years`, and what support of rent and services in parks is worth for the room
    of a job, over the profit a job, and by the same power of what a relief adds to profit after tax. Grants are paid in
    the order of the list until the budget is spent.
    """
    p, rights, env = context.parameters, context.entitlements, context.environment
    other = context.elsewhere
    usual = usual_arrivals(context)
    count = int(np.ceil(usual * p["arrival.candidates"]))
    candidates = ARRIVAL_IDS + _slot(context) + np.arange(count)
    u = context.chance.uniforms(Stream.ARRIVALS, candidates, quarter=context.quarter)
    profit = p["profit.margin"] * context.scales.relative_surplus * env.wage_outside
    room = support_worth(context.parks, p, env.rent_level) * MONTHS * p["park.m2.per.job"]
    gain = (rights.settlement_grant / p["settlement.years"] + room) / profit
    kept = (1.0 - p["profit.tax"] * (1.0 - rights.profit_relief)) / (1.0 - p["profit.tax"])
    answer = ((1.0 + gain) * kept) ** (p["tax.location"] * p["place.northeast"])
    other.pull = usual * answer
    chance = usual / count * answer * (1.0 - other.from_cities)
    come = np.flatnonzero(u[:, 0] < chance)
    if come.size == 0:
        return
    candidates, u = candidates[come], u[come]
    more, last = (
        context.chance.uniforms(Stream.ARRIVALS, candidates, quarter=context.quarter, block=k) for k in (1, 2)
    )
    jobs = p["arrival.size"] * lognormal(p["arrival.spread"], u[:, 1], u[:, 2])
    n_segments = len(env.segment_growth)
    weights = context.memo["segment_weights"]
    segment = np.minimum(np.searchsorted(np.cumsum(weights), u[:, 3]), n_segments - 1)
    new = {
        "id": candidates,
        "segment": segment,
        "origin": ARRIVED,
        "wage": env.wage_outside,
        "wage_premium": np.exp(normal(more[:, 1], more[:, 2]) * p["wage.premium.spread"]),
        "rd_base": context.scales.typical_research,
        "product_share": p["product.share.start"],
    }
    ln_c = np.full(come.size, context.scales.typical_capability) + p["capability.spread"] * normal(
        last[:, 0], last[:, 1]
    )
    rows = _open(context, jobs / context.memo["mean_size"], ln_c, new)
    _settle_in(context, jobs, rows)


def _settle_in(context: Context, jobs: np.ndarray, rows: np.ndarray) -> None:
    """Firms that come are granted what was announced, in the order of the list, until the budget is spent."""
    rights = context.entitlements
    wanted = np.minimum(rights.settlement_grant * jobs, rights.settlement_cap)
    grants = disburse_in_order(wanted, rights.settlement_budget, 0.0)
    rights.settlement_budget -= float(grants.sum())
    context.flows.to_firms("government", "lever:attraction", grants, rows)
    context.count("arrivals", rows.size)


def _from_city(context: Context, city: str, movers: Movers) -> None:
    """Firms that left another city of a joint run open here: as they were, with customers like those of any arrival of
    their size and quality; people who move with them are at work at once."""
    if not movers or movers["id"].size == 0:
        return
    env, jobs = context.environment, movers["jobs"]
    kept = ("id", "segment", "wage_premium", "rd_base", "product_share", "tier_awarded", "milestones", "lists_met")
    new: dict[str, Any] = {name: movers[name] for name in kept}
    new |= {"origin": ARRIVED, "wage": movers["pay"] * env.wage_outside}
    rows = _open(context, jobs / context.memo["mean_size"], movers["ln_c"], new)
    _settle_in(context, jobs, rows)
    context.count("firms_from_cities", rows.size)
    people = context.elsewhere.people_in.get(city) or {}
    along = people["firm"] >= 0 if people else np.zeros(0, bool)
    if not along.any():
        return
    now = context.quarter - 1900 * 4
    staff = context.flows.settle(
        int(along.sum()), city, id=people["id"][along].astype(np.uint32), employer=-1, origin=2,
        domain=people["domain"][along].astype(np.int8), human_capital=people["human_capital"][along].astype(np.float32),
        rootedness=np.float32(context.parameters["rootedness.migrant"]),
        born=(now - people["age"][along]).astype(np.int16),
    )  # fmt: skip
    context.flows.hire(staff, rows[people["firm"][along]])
    context.count("from_cities", float(staff.size))


def _anchor(context: Context, people: float, segment: int) -> None:
    """One large firm opens with a plan of `people`; a share `anchor.transfer` comes along, the rest it hires here.

    It stands at the outside frontier, F: only the more productive work in several places (Helpman, Melitz & Yeaple
    2004). Else it is a typical firm for its size, with customers of its own in the markets of its segment.
    What it does to others (staff, orders, knowledge, spin-offs) follows from behaviour: the gain of incumbents
    that Greenstone, Hornbeck & Moretti (2010) measure is not put in.
    """
    env, now = context.environment, context.quarter - 1900 * 4
    identity = _unique(np.array([ANCHOR_IDS + _slot(context)]), context.firms.id)
    new = {
        "id": identity,
        "segment": np.array([segment]),
        "origin": ANCHOR,
        "wage": env.wage_outside,
        "wage_premium": 1.0,
        "rd_base": context.scales.typical_research,
        "product_share": context.parameters["product.share.start"],
    }
    size = np.array([people / context.memo["mean_size"]])
    rows = _open(context, size, np.zeros(1), new, _customers_for_plan(context))
    staff = _own_staff(context, people, segment, now)
    context.flows.hire(staff, np.full(staff.size, rows[0]))
    context.count("arrivals", 1.0)
    context.count("migrants", float(staff.size))


def _customers_for_plan(context: Context) -> float:
    """Presence of a firm at the frontier over that of a typical one with the same planned staff.

    It does more work a head, (c/F)^lambda, and wins more orders with the same presence, (c/F)^|eps|.
    """
    p = context.parameters
    power = p["capability.productivity"] + p["demand.price.elasticity"]
    return float(np.exp(-power * context.scales.typical_capability))


def _own_staff(context: Context, people: float, segment: int, now: int) -> np.ndarray:
    """People whom an anchor brings along from elsewhere; returns their rows."""
    p = context.parameters
    count = int(people * p["anchor.transfer"])
    first = TRANSFER_IDS + _slot(context)
    ids = first + np.arange(count)
    u = context.chance.uniforms(Stream.ANCHORS, ids, quarter=context.quarter)
    capital = p["human.capital.migrant"] * np.exp(p["human.capital.spread"] * normal(u[:, 0], u[:, 1]))
    age = 4.0 * (p["migrant.age.low"] + u[:, 2] * (p["migrant.age.high"] - p["migrant.age.low"]))
    return context.flows.settle(
        count, "rest of China", id=ids.astype(np.uint32), employer=-1, domain=segment, origin=2,
        human_capital=np.clip(capital, p["human.capital.least"], p["human.capital.most"]).astype(np.float32),
        rootedness=np.float32(p["rootedness.migrant"]),
        born=(now - age).astype(np.int16),
    )  # fmt: skip


def _open(
    context: Context,
    size: np.ndarray,
    ln_c: np.ndarray,
    new: dict[str, Any],
    customers: float = 1.0,
    means: np.ndarray | float = 1.0,
    park: np.ndarray | None = None,
) -> np.ndarray:
    """Found firms whose presence is `size` x `customers` times the mean firm's, spread over markets as the segment's
    is.

    They sit in `park`, (firms,), or look for a place where that is -1. Equity is `means` times the usual number of
    quarters of planned cost, pay and purchases: both fall due before customers pay.
    """
    p, env = context.parameters, context.environment
    segment = np.asarray(new["segment"])
    profile = context.memo["market_profile"][segment]
    presence = (size * customers * context.memo["mean_presence"])[:, None] * profile
    capability = np.exp(ln_c) * env.frontier
    quality = np.exp(ln_c)[:, None] ** -p["demand.price.elasticity"]
    staff = np.maximum(size * context.memo["mean_size"], 1.0)
    product = np.asarray(new["product_share"]) + np.zeros(size.size)
    per_head = output_per_worker(env, p, segment, capability, product)
    wage = np.asarray(new["wage"]) + np.zeros(size.size)
    rd_base = np.asarray(new["rd_base"]) + np.zeros(size.size)
    planned = staff * per_head * (1.0 - rd_base)
    pay = staff * wage / 4.0 * (1.0 + p["social.charges"])
    equity = means * p["startup.cash.quarters"] * (pay + planned * env.purchase_share[segment])
    knowledge = rd_base * staff / p["rd.depreciation"]
    park = np.full(size.size, -1) if park is None else park
    park, floor = _lease(context, np.asarray(new["id"]), staff * p["park.m2.per.job"], park)
    return context.flows.found(
        size.size, equity, founded=context.quarter, capability=capability, presence=presence,
        attractiveness=presence * quality * p["entrant.customers"], knowledge_stock=knowledge, rd_share=rd_base,
        orders_expected=planned, desired_workers=staff, park=park, floor_area=floor, **new,
    )  # fmt: skip


def _lease(
    context: Context, identity: np.ndarray, need: np.ndarray, given: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Place of each new firm, and the floor area (m2) that it takes there for its planned staff, as far as there is
    any; who is `given` a park, not -1, does not choose."""
    parks, chosen = context.parks, given.copy()
    rows = np.flatnonzero(given < 0)
    if rows.size:
        odds = pull(parks, context.parameters, context.environment.rent_level)
        luck = partial(context.chance.uniforms, Stream.PLACES, identity[rows], quarter=context.quarter)
        chosen[rows] = settle(parks, odds, lambda block: luck(block=block), need[rows], given[rows])
    taken = need.tolist()
    for k, place in enumerate(chosen.tolist()):
        taken[k] = min(taken[k], parks[place].vacant)
        parks[place].vacant -= taken[k]
    return chosen, np.array(taken)


def _slot(context: Context) -> int:
    """Room for 2^20 identities a quarter, counted from the start of the run (1024 quarters)."""
    return int((context.quarter - context.memo["first_quarter"]) % 1024) << SLOT_BITS


def _unique(identity: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Identities moved up by one where two founders share their low 20 bits (about once in thousands of quarters)."""
    slot = identity[0] >> SLOT_BITS << SLOT_BITS  # of this quarter
    seen = set(taken[(taken >= slot) & (taken < slot + (1 << SLOT_BITS))].tolist())
    result = []
    for wanted in identity.tolist():
        free = wanted
        while free in seen:
            free += 1
        seen.add(free)
        result.append(free)
    return np.array(result, identity.dtype)


ENTRY = Process(
    name="entry",
    run=run,
    firm_reads=names("id alive park incubated_until capability wage product_share rd_base"),
    talent_reads=names("id employer domain"),
    streams=(Stream.ENTRANTS, Stream.ARRIVALS, Stream.ANCHORS, Stream.PLACES),
    page="entry",
)

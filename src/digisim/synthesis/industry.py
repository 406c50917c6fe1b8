"""Builds the industry at the end of the year in which the warm-up begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from digisim.actors import Park, apportion
from digisim.regions import Region, known, load_segments, outlook
from digisim.rng import Stream, lognormal, normal
from digisim.state.economy import DOMESTIC, MARKETS, UNKNOWN, Economy, Environment, Scales, output_per_worker
from digisim.state.flows import Flows
from digisim.state.table import Table
from digisim.synthesis.backcast import Past, at_the_start
from digisim.synthesis.city import build_city
from digisim.synthesis.draws import Member, Regime, by_name
from digisim.synthesis.markets import market_mix, people_by_segment
from digisim.synthesis.people import add_people, leaving_rate
from digisim.synthesis.sizes import Tail, firm_sizes

OUTSOURCING = tuple(load_segments()).index("outsourcing")
ROOM = 1.6  # capacity of the tables over the people and firms of the start


def build_industry(
    region: Region,
    member: Member,
    model: Any,
    *,
    outlook_name: str = "central",
    park_class: type[Park] = Park,
    past: Past | None = None,
) -> Economy:
    """Firms, people, parks and markets that meet the drawn figures, as they were in the `past`, at the end of
    `warmup_start`.

    Sizes are raked to the people, the firms and the above-scale firms; revenue follows from people and capability, in
    the drawn total; orders, presence and market sizes are set so that the demand of the nested logit reproduces them.
    """
    look = outlook(region, outlook_name)
    p = dict(member.parameters)
    earlier = at_the_start(region, p, look, member.regime)
    past = past or Past()
    member = past.of(replace(member, parameters=p | earlier))
    people, count = round(member.figures["employees"]), round(member.figures["firms"])
    revenue = member.latent
    quarter = region.warmup_start * 4 + 3
    firms, talent, mix, luck = _agents(region, member, past.people, quarter)
    env = _environment(region, member, look, quarter, revenue, firms)
    scales = _scales(people, count, p, member.regime, past.people)
    economy = Economy(firms, talent, [], env, p, scales, Flows(firms, talent))
    economy.memo.update(_memo(region, member, look, mix, quarter, p))
    economy.city = build_city(region, member)
    _accounts(economy, member, luck, p["wage.base.2020"] / earlier["wage.base.2020"])
    _demand(economy, region, mix, revenue, member)
    _parks(economy, region, model, park_class, member)
    economy.memo["sector_revenue"] /= past.people  # levers are sized by the base year
    economy.memo["region"] = region.name
    economy.memo["relative_income_start"] = economy.memo["market_wage"] / economy.environment.wage_outside
    economy.scales.entry_hazard = p["exit.residual"] / 4.0 * count / float(firms["effective_workers"].sum())
    _comparisons(economy)
    economy.memo["mean_size"] = people / count
    economy.memo["mean_presence"] = float(firms["presence"].sum()) / count
    _drift(economy, mix, look, member)
    return economy


def _agents(
    region: Region, member: Member, size: float, quarter: int
) -> tuple[Table, Table, np.ndarray, list[np.ndarray]]:
    """Firms, people, the mix of segments and markets, and further uniforms of the firms, each of shape (firms, 4)."""
    p, law = member.parameters, member.chance
    people, count = round(member.figures["employees"]), round(member.figures["firms"])
    u, more, *luck = (law.uniforms(Stream.START_FIRMS, np.arange(count), quarter=0, block=k) for k in range(4))
    mix = market_mix(region, p)
    sizes = _sizes(region, member, size, u[:, 0])
    segment = _segments(sizes, u[:, 1], people_by_segment(mix), _named(region, "segment"))
    parks = np.searchsorted(np.cumsum([k.share for k in region.parks]), more[:, 2]).clip(0, len(region.parks) - 1)
    parks[: len(region.anchors)] = _named(region, "park")
    oldest = (region.warmup_start - region.first_firms) * 4.0
    age = np.minimum(-np.log(more[:, 3]) * p["firm.age.mean"] * 4.0, oldest).astype(np.int64)

    firms, talent = Table("firm", int(count * ROOM) + 64), Table("talent", int(people * ROOM) + 64)
    firms.append(
        count, id=np.arange(count), alive=True, segment=segment, park=parks, founded=quarter - age, headcount=sizes,
        capability=np.exp(p["capability.spread"] * normal(u[:, 2], u[:, 3])),
        product_share=np.minimum(p["product.share.start"] * lognormal(p["product.spread"], more[:, 0], more[:, 1]),
        np.where(segment == OUTSOURCING, p["segment.main"], 1.0)),
    )  # fmt: skip
    add_people(talent, sizes, segment, people_by_segment(mix), member, quarter)
    employer = talent["employer"]
    at_work = employer >= 0
    capital = talent["human_capital"][at_work]
    firms["effective_workers"][:] = np.bincount(employer[at_work], weights=capital, minlength=count)
    return firms, talent, mix, luck


def _named(region: Region, what: str) -> np.ndarray:
    """Positions of the segments or the parks of the named firms, shape (anchors,)."""
    places = list(load_segments()) if what == "segment" else [park.name for park in region.parks]
    return np.array([places.index(getattr(anchor, what)) for anchor in region.anchors], np.int64)


def _sizes(region: Region, member: Member, size: float, u: np.ndarray) -> np.ndarray:
    """Head counts of the firms, (firms,), the named ones first: by their revenue at the usual one of their segment.

    The others share out the rest of the people and of the firms above scale. Where the industry is `size` times that of
    the base year, so are the bounds: a firm above scale later had as many fewer people then.
    """
    p = member.parameters
    people = round(member.figures["employees"])
    per_head = member.latent / people
    rows = list(load_segments().values())
    usual = sum(region.segments.get(row.name, 0.0) / row.per_head for row in rows)
    named = [
        max(1, round(member.anchors[a.name] / per_head / (rows[k].per_head * usual)))
        for a, k in zip(region.anchors, _named(region, "segment"), strict=True)
    ]
    others = firm_sizes(
        u[len(named) :],
        people - sum(named),
        member.figures["above_scale"] - len(named),
        size * p["reporting.threshold"] / per_head,
        Tail(p["size.tail"], p["size.tail.share"], size * _drawn_cap(region, member) / per_head),
    )
    return np.concatenate([np.array(named, others.dtype), others])


def _comparisons(economy: Economy) -> None:
    """What later quarters compare a firm with: the industry as it began."""
    firms, scales = economy.firms, economy.scales
    scales.median_staff = max(float(np.median(firms["headcount"])), 1.0)
    scales.knowledge_per_head = float((firms["knowledge_stock"] / np.maximum(firms["headcount"], 1)).mean())
    scales.typical_capability = float(np.log(firms["capability"] / economy.environment.frontier).mean())
    scales.typical_research = float(np.median(firms["rd_base"]))
    size = np.maximum(firms["headcount"], 1) / scales.median_staff
    gains = np.where(firms["product_share"] < 1.0, firms["knowledge_stock"], 0.0).sum() / scales.knowledge_per_head
    gains *= economy.parameters["upgrade.hazard"]
    scales.product_ageing = float(gains / (firms["product_share"] * firms["headcount"]).sum())
    age = 0.25 * (economy.quarter - firms["founded"])
    lasting = 1.0 - 2.0 ** (-age / economy.parameters["exit.honeymoon"])
    scales.closing = float((lasting * size ** economy.parameters["firm.exit.size"]).mean())


def _drawn_cap(region: Region, member: Member) -> float:
    low, high = region.largest_firm_revenue
    u = member.draw_chance.uniforms(Stream.BASE_FIGURES, np.array([0]), quarter=0, block=1)[0, 0]
    return float((low + (high - low) * u) * member.numeraire)


def _segments(sizes: np.ndarray, u: np.ndarray, mix: np.ndarray, named: np.ndarray) -> np.ndarray:
    """Segments of firms so that each holds about its share: from the largest firm down, with chances as the
    deficits; the first firms have the segments `named`."""
    deficit = mix * sizes.sum()
    segment = np.empty(sizes.size, np.int64)
    segment[: named.size] = named
    np.subtract.at(deficit, named, sizes[: named.size])
    for row in named.size + np.argsort(-sizes[named.size :], kind="stable"):
        chance = np.cumsum(np.maximum(deficit, 0.0))
        segment[row] = min(int(np.searchsorted(chance, u[row] * chance[-1])), mix.size - 1)
        deficit[segment[row]] -= sizes[row]
    return segment


def _scales(people: int, count: int, p: dict[str, float], regime: Regime, size: float) -> Scales:
    return Scales(
        people=float(people),
        firms=float(count),
        labour_markets=max(1, round(people / p["labour.market.people"])),
        unemployment=p["unemployment.start"],
        graduates=size * p["grad.flow.computing"] / _stay(p),
        retention=_retention(people / size, p, regime),
    )


def _stay(p: dict[str, float]) -> float:
    """Share of all graduates who stay as drawn, bachelors and masters together."""
    masters = p["grad.master.share"]
    return (1.0 - masters) * p["grad.retention.bachelor"] + masters * p["grad.retention.master"]


def _retention(people: float, p: dict[str, float], regime: Regime) -> float:
    """Share of the year's graduates who stay when the warm-up begins.

    Where demand is scarce, the drawn share. Where people are scarce few stay: no more than keeps the head count level,
    as it was published for 2017 and 2020, which is departures less those who come.
    """
    drawn = _stay(p)
    if regime.name != "people_scarce":
        return drawn
    graduates = p["grad.flow.computing"] / drawn
    least = p["grad.retention.least"] * drawn
    return float(np.clip(people * (leaving_rate(p) - p["mig.inflow"]) / graduates, least, drawn))


def _memo(
    region: Region, member: Member, look: Any, mix: np.ndarray, quarter: int, p: dict[str, float]
) -> dict[str, Any]:
    n = len(load_segments())
    proximity = np.full((n, n), p["proximity.far"])
    np.fill_diagonal(proximity, p["proximity.own"])
    return {
        "outlook": look,
        "regime": member.regime,
        "numeraire": member.numeraire,
        "sector_revenue": member.figures["revenue"],
        "segment_weights": people_by_segment(mix),
        "market_profile": mix / mix.sum(axis=1, keepdims=True),
        "first_quarter": quarter,
        "gdp_base": _gdp(region, member),
        "anchors": {anchor.name: k for k, anchor in enumerate(region.anchors)},
        "proximity": proximity,
    }


def _gdp(region: Region, member: Member) -> float:
    """The city's GDP in the base year, CNY; NaN where it is not printed."""
    return UNKNOWN if region.gdp is None else known(region.gdp, region).value * member.numeraire


def _environment(region: Region, member: Member, look: Any, quarter: int, revenue: float, firms: Table) -> Environment:
    """Market sizes are filled in by `_demand`; here prices and pay: revenue per effective worker adds up to the
    total."""
    p = member.parameters
    segments = load_segments().values()
    n = len(segments)
    frontier = float(np.exp(np.log(firms["capability"]).mean() + p["capability.spread"]))
    openness = np.array([p["openness.local"], p["openness.china"], p["openness.abroad"], p["openness.abroad"]])
    env = Environment(
        quarter=quarter, market=np.zeros((n, len(MARKETS))), outside=np.zeros((n, len(MARKETS))),
        inclusive_start=np.zeros((n, len(MARKETS))), nest_openness=openness,
        output_per_worker=np.array([s.per_head for s in segments]), purchase_share=np.zeros(n),
        segment_growth=look.segment_growth, wage_outside=1.0,
        rent_level=p["park.rent.base"], gdp=_gdp(region, member), frontier=frontier,
        drift=member.regime.drift,
    )  # fmt: skip
    raw = output_per_worker(env, p, firms["segment"], firms["capability"], firms["product_share"]) * 4.0
    capacity = raw * firms["effective_workers"]
    env.output_per_worker *= revenue / capacity.sum()
    # Pay stands to revenue a head as the drawn pay of the base year stands to that of the base year; where people are
    # scarce the city pays more than outside, by the wage curve.
    premium = member.regime.slack ** p["wage.curve"]
    env.wage_outside = p["wage.base.2020"] * firms["headcount"].sum() / firms["effective_workers"].sum() / premium
    return env


def _accounts(economy: Economy, member: Member, luck: list[np.ndarray], later: float) -> None:
    """Pay, research, purchases, cash and claims; production staff alone earn the revenue.

    Research is the drawn share of revenue, and purchases leave the drawn margin, at the pay and rent of the base year,
    `later` times those of the start.
    """
    firms, p, env = economy.firms, member.parameters, economy.environment
    workers, segment = firms["effective_workers"], firms["segment"]
    sales = output_per_worker(env, p, segment, firms["capability"], firms["product_share"]) * 4.0 * workers
    surplus = sales / np.maximum(workers, 1e-9) / env.wage_outside
    economy.scales.relative_surplus = float((surplus * workers).sum() / workers.sum())
    rent_share = (surplus / economy.scales.relative_surplus) ** p["wage.passthrough"]
    premium = np.exp(p["wage.premium.spread"] * normal(luck[0][:, 0], luck[0][:, 1]))
    premium *= workers.sum() / (workers * premium * rent_share).sum()
    firms["wage_premium"][:] = premium
    firms["wage"][:] = env.wage_outside * member.regime.slack ** p["wage.curve"] * premium * rent_share
    compensation = firms["wage"] * workers * (1.0 + p["social.charges"])
    research = p["rd.intensity.base"] * sales / (compensation * later)
    research *= lognormal(p["research.spread"], luck[1][:, 0], luck[1][:, 1])
    firms["rd_base"][:] = np.minimum(research, p["rd.share.cap"])
    firms["rd_share"][:] = firms["rd_base"]
    firms["knowledge_stock"][:] = firms["rd_base"] * workers / p["rd.depreciation"]
    share_working = float((sales * (1.0 - firms["rd_base"])).sum() / sales.sum())
    env.output_per_worker /= share_working
    economy.scales.relative_surplus /= share_working
    sales = sales * (1.0 - firms["rd_base"]) / share_working

    n = env.purchase_share.size
    rent = firms["headcount"] * p["park.m2.per.job"] * env.rent_level * 12.0
    by_segment = [np.bincount(segment, weights=x, minlength=n) for x in (sales, (compensation + rent) * later)]
    other = p["production.tax"] + p["depreciation.share"] + p["profit.margin"]
    mean = np.full(n, by_segment[1].sum() / by_segment[0].sum())  # for a segment without a firm
    share = np.divide(by_segment[1], by_segment[0], out=mean, where=by_segment[0] > 0.0)
    env.purchase_share[:] = np.clip(1.0 - share - other, p["purchases.least"], p["purchases.most"])
    cost = (compensation + sales * env.purchase_share[segment]) / 4.0
    firms["cash"][:] = p["cash.start"] * cost * np.exp(p["cash.spread"] * normal(luck[1][:, 2], luck[1][:, 3]))
    firms["receivable"][:] = p["receivable.share"] * sales / 4.0
    firms["output"][:] = firms["revenue"][:] = sales / 4.0
    economy.memo["credit_limit"] = CreditLimit(p["credit.limit"])
    economy.memo["market_wage"] = float((firms["wage"] * workers).sum() / workers.sum())


class CreditLimit:
    """Bank credit open to firms, a multiple of a year of expected orders; a class so that a start can be copied and
    sent."""

    def __init__(self, multiple: float) -> None:
        self.multiple = multiple

    def __call__(self, expected: np.ndarray) -> np.ndarray:
        """CNY for expected orders a quarter, shape (firms,)."""
        limit: np.ndarray = self.multiple * 4.0 * expected
        return limit


def _demand(economy: Economy, region: Region, mix: np.ndarray, revenue: float, member: Member) -> None:
    """Presence, market sizes and outside options such that orders equal sales (times the excess where people are
    scarce)."""
    firms, p, env = economy.firms, member.parameters, economy.environment
    segment = firms["segment"]
    profile = mix[segment] / mix[segment].sum(axis=1, keepdims=True)
    sales = firms["revenue"] * 4.0
    excess = 1.0 + member.regime.orders_excess
    firms["attractiveness"][:] = (sales / sales.sum())[:, None] * profile
    quality = (firms["capability"] / env.frontier) ** -p["demand.price.elasticity"]
    firms["presence"][:] = firms["attractiveness"] / quality[:, None]
    firms["orders"][:] = firms["orders_expected"][:] = sales / 4.0 * excess
    waiting = (1.0 - p["orders.cancellation"]) / p["orders.cancellation"] * member.regime.orders_excess
    firms["backlog"][:] = sales / 4.0 * waiting
    firms["cancelled"][:] = firms["orders"] - sales / 4.0
    firms["desired_workers"][:] = firms["headcount"]
    n = env.purchase_share.size
    for m in range(len(MARKETS)):
        env.inclusive_start[:, m] = np.bincount(segment, weights=firms["attractiveness"][:, m], minlength=n)
    city = env.inclusive_start * sales.sum() * excess
    nation = known(region.nation_revenue, region).value * member.numeraire
    share = np.array([p["share.local"], city[:, 1].sum() / nation, p["share.abroad"], p["share.abroad"]])
    env.market[:] = city / share
    own = p["local.own"] * env.market[:, 0].sum()
    env.bought_here = float(own / (sales * env.purchase_share[segment]).sum())
    env.market[:, 0] *= 1.0 - p["local.own"]
    env.outside[:] = (1.0 - share) / share
    assert DOMESTIC == 2


def _drift(economy: Economy, mix: np.ndarray, look: Any, member: Member) -> None:
    """The drift on domestic markets that adds up to the regime's total with what the mix of markets does by itself.

    Slow exports and slow segments already let the city fall behind the nation; the rule's total (growth of the head
    count relative to the nation) less that part falls on domestic markets, where a share S damps it by 1 - S.
    """
    env, p = economy.environment, economy.parameters
    env.drift = total = member.regime.drift
    if total != 0.0:
        foreign = np.array([p["japan.demand.growth"] + p["japan.inflation"], look.export_growth])
        abroad = float((mix[:, DOMESTIC:].sum(axis=0) * (foreign - look.start_growth)).sum())
        gap = p["city.gdp.growth"] - p["nation.gdp.growth"]
        local = float(mix[:, 0].sum()) * ((1.0 - p["local.own"]) * gap + p["local.own"] * total)
        segments = float((mix[:, :DOMESTIC].sum(axis=1) * env.segment_growth).sum())
        share = 1.0 / (1.0 + env.outside[:, :DOMESTIC])
        env.drift = (total - abroad - local - segments) / float((mix[:, :DOMESTIC] * (1.0 - share)).sum())
    economy.memo["drift_mean"] = env.drift


def _parks(economy: Economy, region: Region, model: Any, park_class: type[Park], member: Member) -> None:
    """Parks with room for their tenants; who built one is what the region says of it, else the member's own draw."""
    drawn = by_name(member.draw_chance, Stream.PARK_OWNERS, [row.name for row in region.parks])
    firms, p = economy.firms, economy.parameters
    firms["floor_area"][:] = firms["headcount"] * p["park.m2.per.job"]
    used = np.bincount(firms["park"], weights=firms["floor_area"], minlength=len(region.parks))
    for row, area in zip(region.parks, used, strict=True):
        park = park_class(
            model, row.name, max(area, 1.0) / (1.0 - p["park.vacancy.start"]), economy.environment.rent_level
        )
        park.vacant, park.let = park.built - area, area
        park.scattered = row.scattered
        park.public = drawn[row.name] < p["park.public"] if row.owner is None else row.owner == "public"
        economy.parks.append(park)
    inside = np.array([0.0 if park.scattered else park.built for park in economy.parks])
    places = round(p["incubator.places"] * float(firms["alive"].sum()))
    for park, held in zip(economy.parks, apportion(places, inside).tolist(), strict=True):
        park.places = held

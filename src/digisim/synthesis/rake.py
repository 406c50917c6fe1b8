"""Brings the industry at the end of the warm-up back to the drawn base figures."""

from __future__ import annotations

import numpy as np

from digisim.kernels.firms import inclusive_values
from digisim.kernels.talent import GONE, SEEKING
from digisim.rng import Stream
from digisim.state.economy import DOMESTIC, Economy
from digisim.synthesis.anchors import BOOKS, YEAR_COLUMNS, money_factor, resize_anchors
from digisim.synthesis.draws import Member
from digisim.synthesis.twins import CLONE_IDS, FIRM_CLONE_IDS, OF_FIRMS, OF_SEEKERS, double, free, staff_at

LARGE, SMALL = 10.0, 0.5  # times the threshold: which firms are closed or doubled to meet the above-scale firms
GAP = 0.01  # of the drawn revenue: how far from it the reporting firms may stay
ROUNDS = 6  # of meeting them: each changes the total that revenue is a share of by a little
NOMINAL = (
    "orders", "orders_expected", "backlog", "cancelled", "wage", "output", "revenue", "value_added", "wage_bill",
    "rd_spending", "export_revenue", "japan_revenue", "local_revenue", "profit", "receivable", "cash", "debt",
    "guarantee", *BOOKS,
)  # fmt: skip
REAL_SIZE = (
    "orders", "orders_expected", "backlog", "cancelled", "output", "revenue", "value_added", "wage_bill",
    "rd_spending", "export_revenue", "japan_revenue", "local_revenue", "profit",
    "receivable", "cash", "debt", *BOOKS, "knowledge_stock", "desired_workers", "floor_area",
)  # fmt: skip

ORDER_COUNTS = (
    "orders", "orders_cancelled", "limited_by_orders", "limited_by_people", "limited_by_space", "limited_by_capital",
)  # fmt: skip
PEOPLE_COUNTS = ("hires", "separated", "left", "left_job", "job_to_job", "vacancies")


def rake(economy: Economy, member: Member) -> dict[str, float]:
    """Meet the drawn firms and employees exactly and the drawn revenue by the unit of account; returns the factors
    used, and what profits gain where value added is met.

    Firms: the smallest are closed or doubled at random, then firms near the threshold until the above-scale firms
    are met; named ones are brought to their drawn revenue; the industry's own part of the local market stays.
    People: staff are removed or doubled at random (keyed by person); what firms hold and markets order is scaled
    alike, so that the real state is the same at another size. Revenue: everything nominal is multiplied by one
    factor, which changes nothing real. Pay: pay here and outside is multiplied by one factor and purchases take up the
    difference, so that profit stays. Value added and exports, where they are drawn: purchases, and markets at home,
    take up the difference.
    """
    firms, env = economy.firms, economy.environment
    own = env.bought_here * _bought(economy) / env.market[:, 0].sum()
    _number_of_firms(economy, member)
    factor = _people(economy, member)
    for name in REAL_SIZE:
        firms[name][:] *= factor
    env.market *= factor
    for park in economy.parks:
        park.built *= factor
        park.sites = [area * factor for area in park.sites]
        park.vacant *= factor
        short = max(-park.vacant, 0.0)  # doubled firms took more than stood empty: it was built for them
        park.built, park.vacant = park.built + short, park.vacant + short
        park.let = park.built - park.vacant  # what is met by lot is no growth
    money = money_factor(economy, member)
    for name in NOMINAL:
        firms[name][:] *= money
    env.scale_nominal(money)
    _exports(economy, member)
    pay = _pay(economy, member)
    surplus = _value_added(economy, member)
    env.bought_here = float(own * env.market[:, 0].sum() / _bought(economy))
    env.gdp = economy.memo["gdp_base"]
    for park in economy.parks:
        park.reprice(money)
    for name in ORDER_COUNTS:
        economy.counts[name] = economy.counts.get(name, 0.0) * factor * money
    for name in PEOPLE_COUNTS:
        economy.counts[name] = float(round(economy.counts.get(name, 0.0) * factor))  # whole people
    economy.scales.labour_markets = max(1, round(economy.scales.labour_markets * factor))
    economy.flows.begin()
    return {"people": factor, "money": money, "pay": pay, "surplus": surplus}


def _bought(economy: Economy) -> float:
    """Purchases of all firms in the quarter, CNY."""
    firms = economy.firms
    return float((firms["revenue"] * firms["alive"] * economy.environment.purchase_share[firms["segment"]]).sum())


def _number_of_firms(economy: Economy, member: Member) -> None:
    """Meet the firms and the above-scale firms; firms that are added or taken away leave the others' orders alone."""
    env, before = economy.environment, _nests(economy)
    _firms(economy, member)
    _above_scale(economy, member)
    for _ in range(ROUNDS if member.anchors else 0):
        resize_anchors(economy, member)
        _above_scale(economy, member)
    kept = np.divide(_nests(economy), before, out=np.ones_like(before), where=before > 0.0)
    env.inclusive_start *= kept
    env.market *= kept
    economy.firms["knowledge_near"][:] = 0.0  # neighbours that never were teach nothing by their leaving


def _nests(economy: Economy) -> np.ndarray:
    """Attractiveness of the city's firms by segment and market."""
    firms = economy.firms
    n = economy.environment.purchase_share.size
    total: np.ndarray = inclusive_values(firms["alive"], firms["segment"], firms["attractiveness"], n)
    return total


def _firms(economy: Economy, member: Member) -> None:
    """Close or double the smallest firms until the drawn number is met."""
    firms = economy.firms
    alive = np.flatnonzero(firms["alive"])
    change = round(member.figures["firms"]) - alive.size
    u = member.chance.uniforms(Stream.RAKE, firms["id"][alive], quarter=0, block=1)[:, 0]
    order = np.lexsort((u, np.maximum(firms["headcount"][alive], 1)))
    chosen = np.sort(alive[order[: abs(change)]])
    if change < 0:
        _close_firms(economy, chosen)
    elif change > 0:
        _double_firms(economy, chosen)


def _close_firms(economy: Economy, chosen: np.ndarray) -> None:
    """These firms and their staff never were: nobody looks for work, and the register lists no closure."""
    firms, talent = economy.firms, economy.talent
    for row in chosen:
        economy.parks[firms["park"][row]].vacant += firms["floor_area"][row]
    talent["employer"][staff_at(economy, chosen)] = GONE
    firms["headcount"][chosen] = 0
    firms["cash"][chosen] = firms["debt"][chosen] = 0.0
    for name in YEAR_COLUMNS:
        firms[name][chosen] = 0.0
    economy.flows.close(chosen, economy.quarter)
    firms["exited"][chosen] = -1


def _double_firms(economy: Economy, chosen: np.ndarray) -> None:
    """Each of these firms has a twin with staff of its own."""
    firms, talent = economy.firms, economy.talent
    copies = {name: firms[name][chosen].copy() for name in firms.columns if name != "id"}
    added = firms.append(chosen.size, id=free(firms["id"], FIRM_CLONE_IDS) + np.arange(chosen.size), **copies)
    place = np.full(firms.n, -1)
    place[chosen] = np.arange(added.start, added.stop)
    staff = staff_at(economy, chosen)
    first = free(talent["id"], CLONE_IDS + OF_FIRMS)
    double(economy, staff, first, employer=place[talent["employer"][staff]].astype(np.int32))
    for row in chosen:
        economy.parks[firms["park"][row]].vacant -= firms["floor_area"][row]


def _above_scale(economy: Economy, member: Member) -> None:
    """Close firms on one side of the threshold and double as many on the other until the drawn number stands above it.

    Revenue is judged as it will be once the total is met. Chosen at random (keyed by firm): above among all but
    the `LARGE` ones, which are drawn by themselves, below among the `SMALL` ones: a change close to the threshold would
    make firms cross it in the first year. The number of firms stays.
    """
    firms = economy.firms
    threshold = member.parameters["reporting.threshold"]
    for number in range(ROUNDS):
        revenue = firms["year_revenue"] * money_factor(economy, member)
        above = firms["alive"] & (revenue >= threshold)
        change = round(member.figures["above_scale"]) - int(above.sum())
        if change == 0:
            return
        upper = np.flatnonzero(above & (revenue < threshold * LARGE))
        lower = np.flatnonzero(firms["alive"] & (revenue < threshold * SMALL))
        less, more = (upper, lower) if change < 0 else (lower, upper)
        count = min(abs(change), less.size, more.size)
        closed, doubled = (_some(economy, member, rows, count, number) for rows in (less, more))
        _double_firms(economy, doubled)
        _close_firms(economy, closed)


def _some(economy: Economy, member: Member, rows: np.ndarray, count: int, number: int) -> np.ndarray:
    """So many of these firms, by a draw keyed by firm."""
    ids = economy.firms["id"][rows]
    u = member.chance.uniforms(Stream.RAKE, ids, quarter=0, block=2 + number)[:, 0]
    return np.sort(rows[np.argsort(u, kind="stable")[:count]])


def _pay(economy: Economy, member: Member) -> float:
    """Multiply pay here and outside so that mean pay is the drawn one; returns the factor.

    Purchases by segment give way by what compensation gains, so that profit stays as it is.
    """
    firms, env, p = economy.firms, economy.environment, member.parameters
    factor = p["wage.base.2020"] * float(firms["headcount"].sum()) / float(firms["year_wage_bill"].sum())
    n = env.purchase_share.size
    charged = (factor - 1.0) * (1.0 + p["social.charges"])
    pay, sales = (
        np.bincount(firms["segment"], weights=firms[k], minlength=n) for k in ("year_wage_bill", "year_revenue")
    )
    env.purchase_share -= charged * np.divide(pay, sales, out=np.zeros(n), where=sales > 0.0)
    for added, bill in (("value_added", "wage_bill"), ("year_value_added", "year_wage_bill")):
        firms[added][:] += charged * firms[bill]
    for name in ("wage", "wage_bill", "rd_spending", "year_wage_bill", "year_rd"):
        firms[name][:] *= factor
    env.wage_outside *= factor
    economy.scales.relative_surplus /= factor
    return factor


def _exports(economy: Economy, member: Member) -> None:
    """Meet the drawn exports, if they are drawn: markets abroad change, those at home take up the difference."""
    if "exports" not in member.figures:
        return
    firms, env = economy.firms, economy.environment
    sold = float(firms["year_exports"].sum())
    change = member.figures["exports"] * economy.city.dollar_mean / sold
    share = sold / float(firms["year_revenue"].sum())
    home = (1.0 - share * change) / (1.0 - share)
    for name in ("year_exports", "export_revenue", "year_japan", "japan_revenue"):
        firms[name][:] *= change
    for name in ("year_local", "local_revenue"):
        firms[name][:] *= home
    env.market[:, DOMESTIC:] *= change
    env.market[:, :DOMESTIC] *= home


def _value_added(economy: Economy, member: Member) -> float:
    """Meet the drawn value added, if there is one: purchases of every segment change by the same share of sales;
    returns what profits gain by it, CNY a year."""
    if "value_added" not in member.figures:
        return 0.0
    firms, env = economy.firms, economy.environment
    missing = member.figures["value_added"] - float(firms["year_value_added"].sum())
    share = missing / float(firms["year_revenue"].sum())
    env.purchase_share -= share
    for added, sales in (("value_added", "revenue"), ("year_value_added", "year_revenue")):
        firms[added][:] += share * firms[sales]
    for profit, sales in (("profit", "revenue"), ("year_profit", "year_revenue")):
        firms[profit][:] += share * firms[sales]
    return missing


def _people(economy: Economy, member: Member) -> float:
    """Remove or double people at work until the drawn number is met, and seekers alike; returns drawn over present."""
    talent, firms = economy.talent, economy.firms
    employed = np.flatnonzero(talent["employer"] >= 0)
    target = round(member.figures["employees"])
    factor = target / max(employed.size, 1)
    seekers = np.flatnonzero(talent["employer"] == SEEKING)
    _resize(economy, member, employed, target - employed.size, CLONE_IDS)
    _resize(economy, member, seekers, round(seekers.size * (factor - 1.0)), CLONE_IDS + OF_SEEKERS)
    employer = talent["employer"]
    at_work = employer >= 0
    capital = talent["human_capital"][at_work]
    firms["headcount"][:] = np.bincount(employer[at_work], minlength=firms.n)
    firms["effective_workers"][:] = np.bincount(employer[at_work], weights=capital, minlength=firms.n)
    return factor


def _resize(economy: Economy, member: Member, rows: np.ndarray, change: int, first: int) -> None:
    """Remove or double `change` of these people, chosen by a draw keyed by person; no firm loses its last one."""
    talent = economy.talent
    u = member.chance.uniforms(Stream.RAKE, talent["id"][rows].astype(np.int64), quarter=0)[:, 0]
    if change < 0:
        u = np.where(_last(talent["employer"][rows], u), np.inf, u)
    chosen = np.sort(rows[np.argsort(u, kind="stable")[: abs(change)]])
    if change < 0:
        talent["employer"][chosen] = GONE
    elif change > 0:
        double(economy, chosen, first)


def _last(employer: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Whether a person would be the last of a firm to go if people go by rising draw, shape (people,).

    >>> _last(np.array([0, 1, 0, -1]), np.array([0.2, 0.9, 0.4, 0.5])).tolist()      # -1: looking for work
    [False, True, True, False]
    """
    order = np.lexsort((u, employer))
    ends = np.append(np.diff(employer[order]) != 0, True) & (employer[order] >= 0)
    found = np.zeros(employer.size, bool)
    found[order[ends]] = True
    return found


def choose_reporting(economy: Economy, member: Member) -> float:
    """Choose the firms that report to the ministry so that their revenue is the drawn one; returns their share by
    number.

    Firms at or above the threshold come in a keyed order, named ones first; each is taken unless the sum would pass the
    drawn revenue. Where few firms make most of it, others then make room for one that was left out (`_swap`). If the
    printed revenue is the city's count, all of them report; if it is the whole industry's, its drawn coverage does.
    """
    firms, p = economy.firms, economy.parameters
    revenue = firms["year_revenue"]
    eligible = np.flatnonzero(firms["alive"] & (revenue >= p["reporting.threshold"]))
    firms["reporting"][:] = False
    if member.revenue_count == "local":
        firms["reporting"][eligible] = True
        return 1.0
    u = member.chance.uniforms(Stream.REPORTING, firms["id"][eligible], quarter=0)[:, 0]
    named = np.isin(firms["id"][eligible], list(economy.memo["anchors"].values()))
    target = member.figures["revenue"]
    if member.revenue_count == "latent":
        target *= p["coverage.revenue"]
    order = eligible[np.lexsort((u, ~named))]
    total = 0.0
    for row in order:
        if total + revenue[row] <= target:
            firms["reporting"][row] = True
            total += revenue[row]
    if total < (1.0 - GAP) * target:
        _swap(firms["reporting"], revenue, order, target - total)
    return int(firms["reporting"].sum()) / max(eligible.size, 1)


def _swap(reporting: np.ndarray, revenue: np.ndarray, order: np.ndarray, gap: float) -> None:
    """Let a firm that was left out report, and the last ones of the order that together make room for it not.

    Of all that were left out the one after which the smallest gap remains is taken.
    """
    taken = order[reporting[order]][::-1]
    best: tuple[float, int, list[int]] = (gap, -1, [])
    for row in order[~reporting[order]]:
        room, released = float(revenue[row]) - gap, []
        for other in taken[revenue[taken] <= room]:
            if revenue[other] <= room:
                released.append(int(other))
                room -= float(revenue[other])
        rest = np.setdiff1d(taken, released)
        if rest.size and room > 0.0:  # by less than any firm: the smallest goes too
            released.append(int(rest[np.argmin(revenue[rest])]))
            room -= float(revenue[released[-1]])
        if 0.0 <= -room < best[0]:
            best = (-room, int(row), released)
    if best[1] >= 0:
        reporting[best[1]] = True
        reporting[best[2]] = False

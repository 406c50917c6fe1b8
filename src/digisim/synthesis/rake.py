"""Brings the industry at the end of the warm-up back to the drawn base figures."""

from __future__ import annotations

import numpy as np

from digisim.kernels.firms import inclusive_values
from digisim.kernels.talent import GONE, SEEKING, staff_of
from digisim.rng import Stream
from digisim.state.economy import Economy
from digisim.synthesis.draws import Member

CLONE_IDS, FIRM_CLONE_IDS = 0x2000_0000, 0x2000_0000
OF_SEEKERS, OF_FIRMS = 0x0800_0000, 0x1000_0000  # room among the identities of people that are doubled
END_OF_TWINS = 0x4000_0000  # where the identities of later entrants begin
LARGE, SMALL = 10.0, 0.5  # times the threshold: which firms are closed or doubled to meet the above-scale firms
ROUNDS = 6  # of meeting them: each changes the total that revenue is a share of by a little
YEAR_COLUMNS = ("year_revenue", "year_value_added", "year_wage_bill", "year_rd", "year_exports")
BOOKS = (*YEAR_COLUMNS, "last_year_revenue")  # scaled alike, so that growth in the base year stays as it was
NOMINAL = (
    "orders", "orders_expected", "backlog", "cancelled", "wage", "output", "revenue", "value_added", "wage_bill",
    "rd_spending", "export_revenue", "profit", "receivable", "cash", "debt", "guarantee", *BOOKS,
)  # fmt: skip
REAL_SIZE = (
    "orders", "orders_expected", "backlog", "cancelled", "output", "revenue", "value_added", "wage_bill",
    "rd_spending", "export_revenue", "profit",
    "receivable", "cash", "debt", *BOOKS, "knowledge_stock", "desired_workers", "floor_area",
)  # fmt: skip

ORDER_COUNTS = (
    "orders", "orders_cancelled", "limited_by_orders", "limited_by_people", "limited_by_space", "limited_by_capital",
)  # fmt: skip
PEOPLE_COUNTS = ("hires", "separated", "left", "left_job", "job_to_job", "vacancies")


def rake(economy: Economy, member: Member) -> dict[str, float]:
    """Meet the drawn firms and employees exactly and the drawn revenue by the unit of account; returns the factors
    used.

    Firms: the smallest are closed or doubled at random, then firms near the threshold until the above-scale firms
    are met; the industry's own part of the local market stays. People: staff are removed or doubled at random
    (keyed by person); what firms hold and markets order is scaled alike, so that the real state is the same at
    another size. Revenue: everything nominal is multiplied by one factor, which changes nothing real. Pay: pay here
    and outside is multiplied by one factor and purchases take up the difference, so that profit stays.
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
        park.vacant *= factor
    latent = member.figures["revenue"] / member.parameters["coverage.revenue"]
    money = latent / float(firms["year_revenue"].sum())
    for name in NOMINAL:
        firms[name][:] *= money
    env.scale_nominal(money)
    pay = _pay(economy, member)
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
    return {"people": factor, "money": money, "pay": pay}


def _bought(economy: Economy) -> float:
    """Purchases of all firms in the quarter, CNY."""
    firms = economy.firms
    return float((firms["revenue"] * firms["alive"] * economy.environment.purchase_share[firms["segment"]]).sum())


def _number_of_firms(economy: Economy, member: Member) -> None:
    """Meet the firms and the above-scale firms; firms that are added or taken away leave the others' orders alone."""
    env, before = economy.environment, _nests(economy)
    _firms(economy, member)
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
    talent["employer"][_staff(economy, chosen)] = GONE
    firms["headcount"][chosen] = 0
    firms["cash"][chosen] = firms["debt"][chosen] = 0.0
    for name in YEAR_COLUMNS:
        firms[name][chosen] = 0.0
    economy.flows.close(chosen, economy.quarter)
    firms["exited"][chosen] = -1


def _staff(economy: Economy, chosen: np.ndarray) -> np.ndarray:
    """Rows of the people who work in one of these firms."""
    here = np.zeros(economy.firms.n, bool)
    here[chosen] = True
    rows: np.ndarray = staff_of(economy.talent["employer"], here, int(economy.firms["headcount"][chosen].sum()))
    return rows


def _double_firms(economy: Economy, chosen: np.ndarray) -> None:
    """Each of these firms has a twin with staff of its own."""
    firms, talent = economy.firms, economy.talent
    copies = {name: firms[name][chosen].copy() for name in firms.columns if name != "id"}
    added = firms.append(chosen.size, id=_free(firms["id"], FIRM_CLONE_IDS) + np.arange(chosen.size), **copies)
    place = np.full(firms.n, -1)
    place[chosen] = np.arange(added.start, added.stop)
    staff = _staff(economy, chosen)
    first = _free(talent["id"], CLONE_IDS + OF_FIRMS)
    _double(economy, staff, first, employer=place[talent["employer"][staff]].astype(np.int32))
    for row in chosen:
        economy.parks[firms["park"][row]].vacant -= firms["floor_area"][row]


def _free(ids: np.ndarray, first: int) -> int:
    """The first identity from `first` on that no twin has yet."""
    taken = ids[(ids >= first) & (ids < END_OF_TWINS)]
    return int(taken.max()) + 1 if taken.size else first


def _above_scale(economy: Economy, member: Member) -> None:
    """Close firms on one side of the threshold and double as many on the other until the drawn number stands above it.

    Revenue is judged as it will be once the total is met. Chosen at random (keyed by firm): above among all but
    the `LARGE` ones, which are drawn by themselves, below among the `SMALL` ones: a change close to the threshold would
    make firms cross it in the first year. The number of firms stays.
    """
    firms = economy.firms
    threshold = member.parameters["reporting.threshold"]
    latent = member.figures["revenue"] / member.parameters["coverage.revenue"]
    for number in range(ROUNDS):
        revenue = firms["year_revenue"] * (latent / float(firms["year_revenue"].sum()))
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


def _double(economy: Economy, rows: np.ndarray, first: int, **changed: np.ndarray) -> None:
    """Append a copy of each person with an identity of its own."""
    talent = economy.talent
    copies = {name: talent[name][rows].copy() for name in talent.columns if name != "id"} | changed
    talent.append(rows.size, id=(first + np.arange(rows.size)).astype(np.uint32), **copies)


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
    """Remove or double `change` of these people, chosen by a draw keyed by person."""
    talent = economy.talent
    u = member.chance.uniforms(Stream.RAKE, talent["id"][rows].astype(np.int64), quarter=0)[:, 0]
    chosen = np.sort(rows[np.argsort(u, kind="stable")[: abs(change)]])
    if change < 0:
        talent["employer"][chosen] = GONE
    elif change > 0:
        _double(economy, chosen, first)


def choose_reporting(economy: Economy, member: Member) -> float:
    """Choose the firms that report to the ministry so that their revenue is the drawn one; returns their share by
    number.

    Firms at or above the threshold come in a keyed order; each is taken unless the sum would pass the drawn revenue.
    """
    firms, p = economy.firms, economy.parameters
    revenue = firms["year_revenue"]
    eligible = np.flatnonzero(firms["alive"] & (revenue >= p["reporting.threshold"]))
    u = member.chance.uniforms(Stream.REPORTING, firms["id"][eligible], quarter=0)[:, 0]
    target, total = member.figures["revenue"], 0.0
    firms["reporting"][:] = False
    chosen = 0
    for row in eligible[np.argsort(u, kind="stable")]:
        if total + revenue[row] <= target:
            firms["reporting"][row] = True
            total += revenue[row]
            chosen += 1
    return chosen / max(eligible.size, 1)

"""Step 9: credit, dividends, insolvency and the small residual exit."""

from __future__ import annotations

import numpy as np

from digisim.clock import quarterly_hazard
from digisim.kernels.firms import CAPITAL, draw_and_repay, pay_out
from digisim.kernels.talent import staff_of
from digisim.processes import Context, Process, names
from digisim.processes.finance.acquisition import buyers, merge
from digisim.processes.finance.awards import award, award_listed
from digisim.processes.finance.relocation import chosen_cities, going_along, packed_firms, send, usual_moves
from digisim.rng import Stream

ROUNDING = 1e-9  # of a quarter's cost and sales: what sums in binary lose, no debt


def run(context: Context) -> None:
    """Borrow when short, repay and pay dividends when flush, close when credit is exhausted or by residual exit."""
    award(context)
    award_listed(context)
    cost = _quarter_cost(context)
    _credit(context, cost)
    _dividends(context, cost)
    _exit(context, cost)


def _quarter_cost(context: Context) -> np.ndarray:
    """Pay with social charges and purchases of the quarter, shape (firms,), CNY."""
    firms, p = context.firms, context.parameters
    cost: np.ndarray = (
        firms.wage_bill * (1.0 + p["social.charges"])
        + firms.output * context.environment.purchase_share[firms.segment]
    )
    return cost


def _credit(context: Context, cost: np.ndarray) -> None:
    """Banks lend up to a multiple of expected orders, and up to the public guarantee beyond it.

    A firm draws when cash is below a share of a quarter's cost and repays out of what it holds above the buffer.
    """
    firms, p = context.firms, context.parameters
    limit = context.memo["credit_limit"](firms.orders_expected * firms.price) + firms.guarantee
    change = np.empty_like(cost)
    draw_and_repay(firms.alive, firms.cash, firms.debt, limit, cost, p["cash.minimum"], p["cash.buffer"], change)
    context.flows.lend(change)


def _dividends(context: Context, cost: np.ndarray) -> None:
    """Owners take out a share of what exceeds the buffer (precautionary cash holdings, Bates, Kahle & Stulz 2009)."""
    firms, p = context.firms, context.parameters
    paid = np.empty_like(cost)
    pay_out(firms.alive, firms.cash, firms.debt, firms.profit, cost, p["cash.buffer"], p["dividend.share"], paid)
    context.flows.from_firms("households", "dividends", paid)


def _exit(context: Context, cost: np.ndarray) -> None:
    """Insolvent: no cash and no credit, or loans that are not renewed. Residual exit on average `exit.residual` a year,
    the usual moves to joined cities included; firms known by name have a rate of their own.

    An enterprise that has lost all its staff gives up within `entrant.patience` quarters on average. Of the solvent
    ones that close, a share `acquisition.share` is bought.
    """
    firms, p = context.firms, context.parameters
    alive = firms.alive
    # Who spent to the last yuan is solvent, and where the limit of working capital is raised so is who spent that.
    spent = (context.relax[CAPITAL] - 1.0 + ROUNDING) * (cost + firms.revenue)
    insolvent = alive & (firms.cash < -spent)
    hazard = _residual(context)
    hazard = 1.0 - (1.0 - hazard) * (1.0 - _disappointment(context))
    u = context.chance.uniforms(Stream.FIRM_EXIT, firms.id, quarter=context.quarter)
    insolvent |= alive & (u[:, 1] < _refusal(context))
    place = chosen_cities(context)
    leaving = _moving_away(context) | (place >= 0)
    closing = insolvent | (alive & (u[:, 0] < hazard)) | leaving
    rows = np.flatnonzero(closing)
    context.memo["exits_quarter"] = float(rows.size)
    room = float((firms.attractiveness[rows].sum(axis=1) > 0.0).sum())  # who had no customers leaves none to win
    late = context.memo.setdefault("exits_of_late", room)
    context.memo["exits_of_late"] = late + (room - late) / p["entry.memory"]
    if rows.size == 0:
        return
    staffed = firms.headcount[rows] > 0
    context.count("insolvencies", float(np.count_nonzero(insolvent)))
    context.count("left_empty", float(np.count_nonzero(~staffed)))
    context.count("exits", float(rows.size))
    place[insolvent] = -1
    sellable = ~(insolvent | leaving)[rows] & staffed & (u[rows, 2] < p["acquisition.share"])
    _close(context, closing, rows[sellable], place)


def _close(context: Context, closing: np.ndarray, sold: np.ndarray, place: np.ndarray) -> None:
    """Firms that close: some of `sold` (rows) find a buyer, those with a `place` move to another city, the others are
    wound up, and the people of all of them but the sold look for work."""
    into = buyers(context, sold, closing)
    sold, into = sold[into >= 0], into[into >= 0]
    staff = staff_of(context.talent.employer, closing, int(context.firms.headcount[closing].sum()))
    context.count("acquired", float(sold.size))
    merge(context, sold, into, staff)
    closing[sold] = False
    moving = np.flatnonzero(place >= 0)
    if moving.size == 0:
        _wind_up(context, np.flatnonzero(closing), staff)
        return
    taken = packed_firms(context, moving)
    along, firm = going_along(context, staff, moving)
    _wind_up(context, np.flatnonzero(closing), staff)
    send(context, place[moving], taken, along, firm)


def _residual(context: Context) -> np.ndarray:
    """Chance a quarter that firms close for other reasons than money, shape (firms,).

    It falls with size and sets in with age; that of a firm known by name is `anchor.closing` a year, none before the
    base year, in which it is known to be there.
    """
    firms, p = context.firms, context.parameters
    size = np.maximum(firms.headcount, 1) / context.scales.median_staff
    hazard: np.ndarray = quarterly_hazard(p["exit.residual"]) * size ** p["firm.exit.size"] / context.scales.closing
    hazard *= 1.0 - 2.0 ** (-0.25 * (context.quarter - firms.founded) / p["exit.honeymoon"])
    named = context.named()
    begun = context.quarter >= context.memo["outlook"].base_quarter
    hazard[named] = quarterly_hazard(p["anchor.closing"]) if begun else 0.0
    if context.elsewhere.cities:
        hazard = np.maximum(hazard - usual_moves(context), 0.0)
    empty = firms.headcount == 0
    empty[named] &= begun
    hazard[empty] = np.maximum(hazard[empty], 1.0 / p["entrant.patience"])
    return hazard


def _disappointment(context: Context) -> np.ndarray:
    """Chance that owners who are the staff give up because they earn too little, shape (firms,): r_o x shortfall.

    Shortfall is one less their draw over the pay they would get elsewhere (occupational choice, Lucas 1978). Equity
    feeds them at first, so that the chance rises as it is used up and falls again once the weak have gone.
    """
    firms, p = context.firms, context.parameters
    rows = np.flatnonzero(firms.alive & (firms.headcount > 0) & (firms.headcount <= p["owner.staff"]))
    elsewhere = context.environment.wage_outside * firms.effective_workers[rows] / 4.0
    chance = np.zeros(firms.id.size)
    chance[rows] = p["owner.patience"] * np.clip(1.0 - firms.wage_bill[rows] / elsewhere, 0.0, 1.0)
    return chance


def _moving_away(context: Context) -> np.ndarray:
    """Named firms that leave this quarter, and for each anchor that leaves without a name the one with most staff then,
    shape (firms,): orders go with them."""
    firms = context.firms
    named = [who for quarter, who in context.memo.get("named_moves", ()) if quarter == context.quarter]
    gone: np.ndarray = np.isin(firms.id, named) if named else np.zeros(firms.id.size, bool)
    count = sum(move[:2] == ("anchor_leaves", context.quarter) for move in context.memo.get("moves", ()))
    if count:
        gone[np.lexsort((firms.id, -np.where(firms.alive, firms.headcount, 0)))[:count]] = True
    gone &= firms.alive
    return gone


def _refusal(context: Context) -> np.ndarray:
    """Chance that lenders do not renew the loans of a firm that makes a loss, shape (firms,): r z (debt / limit)^2.

    z is the loss over the usual profit, at most one. Distress is a matter of degree (distance to default, Merton 1974);
    at the limit and with such a loss a firm finds money for another 1 / r quarters on average, if its cash lasts. A
    loss without sales is such a loss, and a debt without orders is beyond the limit.
    """
    firms, p = context.firms, context.parameters
    rows = np.flatnonzero((firms.debt > 0.0) & (firms.profit < 0.0))  # the others have nothing to fear
    debt = firms.debt[rows]
    limit = context.memo["credit_limit"](firms.orders_expected[rows] * firms.price[rows]) + firms.guarantee[rows]
    used = np.divide(debt, limit, out=np.ones_like(debt), where=limit > 0.0)
    usual = p["profit.margin"] * firms.revenue[rows]
    losing = np.divide(-firms.profit[rows], usual, out=np.ones_like(debt), where=usual > 0.0)
    refusal = np.zeros(firms.id.size)
    refusal[rows] = p["credit.refusal"] * np.minimum(losing, 1.0) * np.minimum(used, 1.0) ** 2
    return refusal


def _wind_up(context: Context, rows: np.ndarray, staff: np.ndarray) -> None:
    """Outstanding sales are collected, debts paid as far as money goes, the rest is the owners'; people look for
    work."""
    firms, flows = context.firms, context.flows
    flows.to_firms("customers", "sales", firms.receivable[rows], rows)
    shortfall = np.maximum(-firms.cash[rows], 0.0)
    flows.to_firms("households", "owners cover arrears", shortfall, rows)
    repaid = np.minimum(firms.cash[rows], firms.debt[rows])
    expected = firms.orders_expected[rows] * firms.price[rows]
    own = context.memo["credit_limit"](expected)  # the bank bears what it would have lent anyway
    unpaid = firms.debt[rows] - repaid
    pledged = np.minimum(unpaid, firms.pledge[rows])  # nobody buys the knowledge of a failed firm: its pledge is void
    guaranteed = np.clip(unpaid - pledged - own, 0.0, firms.guarantee[rows] - firms.pledge[rows])
    flows.from_firms("banks", "repayment", repaid, rows)
    firms.debt[rows] -= repaid
    flows.post("government", "banks", "lever:credit_guarantee", float(guaranteed.sum()))
    flows.post("government", "banks", "lever:ip_pledge", float(pledged.sum()))
    context.count("written_off", flows.write_off(rows))
    flows.from_firms("households", "liquidation", firms.cash[rows].copy(), rows)
    areas = np.bincount(firms.park[rows], weights=firms.floor_area[rows], minlength=len(context.parks))
    for park, area in zip(context.parks, areas, strict=True):
        park.vacant += area
    closing = np.zeros(firms.id.size, bool)
    closing[rows] = True
    context.count("separated", float(firms.headcount[rows].sum()))
    flows.release(staff[closing[context.talent.employer[staff]]])
    flows.close(rows, context.quarter)


FINANCE = Process(
    name="finance",
    run=run,
    firm_reads=names(
        "id alive segment park wage_bill output revenue profit orders_expected price guarantee headcount cash "
        "receivable floor_area attractiveness effective_workers pledge year_revenue founded "
        "capability wage wage_premium rd_base product_share milestones "
        "year_rd"
    ),
    firm_writes=names("debt tier_awarded lists_met"),
    talent_reads=names("id employer human_capital domain born"),
    streams=(Stream.FIRM_EXIT, Stream.ACQUISITION, Stream.RELOCATING, Stream.KEY_LIST),
    page="finance",
)

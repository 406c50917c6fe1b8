"""The money of a firm's quarter: fixed costs, what it can spend on production and on research, its accounts."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel

MONTHS_A_QUARTER = 3.0


@kernel
def fixed_costs(
    headcount, wage, effective, output, revenue, cash, debt, floor_area, segment, park, purchase_share, rents, support,
    owner_staff, wear, production_tax, charges, least_cash, loan_rate,
):  # fmt: skip
    """Pay, social charges, rent, what is refunded of it, and interest of the quarter, CNY, (firms,) each.

    `rents` (CNY a m2 and month) and `support` (share of rent refunded) are those of parks. Owners of a very small
    enterprise (up to `owner_staff` people) take no more pay than they can live on: last quarter's sales less purchases,
    wear, taxes, rent and social charges, and what they can add to it out of the equity that they paid in, above a
    reserve for the firm's own bills.
    """
    n = wage.size
    pay, social, rent, refund, interest = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for f in range(n):
        rent[f] = floor_area[f] * rents[park[f]] * MONTHS_A_QUARTER
        refund[f] = rent[f] * support[park[f]]
        interest[f] = debt[f] * loan_rate / 4.0
        pay[f] = wage[f] * effective[f] / 4.0
        if headcount[f] <= owner_staff:
            spent = output[f] * (purchase_share[segment[f]] + wear)
            kept = revenue[f] * (1.0 - production_tax) - spent
            draw = max(kept - rent[f], 0.0) / (1.0 + charges)
            reserve = least_cash * (pay[f] * (1.0 + charges) + revenue[f])
            savings = max(cash[f] - reserve, 0.0) / (1.0 + charges)
            pay[f] = min(pay[f], draw + savings)
        social[f] = pay[f] * charges
    return pay, social, rent, refund, interest


@kernel
def working_capital(
    cash, receivable, limit, debt, pay, social, rent, interest, refund, research_grant, rd_share, price, segment,
    purchase_share,
    wear, production_tax, late, deduction, profit_tax,
):  # fmt: skip
    """What is left to spend after pay and rent, and what a unit of output ties up until customers pay; (firms,) each.

    Money is cash, what customers owe from last quarter, credit not yet drawn and the rent refund. Profit tax falls due
    before customers have paid: a firm whose money reaches for a taxed profit keeps the tax back.
    """
    spendable, cash_need = np.empty(pay.size), np.empty(pay.size)
    for f in range(pay.size):
        fixed = pay[f] + social[f] + rent[f] + interest[f]
        money = cash[f] + receivable[f] + max(limit[f] - debt[f], 0.0) + refund[f] - fixed
        outlay = purchase_share[segment[f]] + wear
        kept = price[f] * (1.0 - production_tax)
        margin = kept - outlay
        need = outlay - kept + price[f] * late
        untaxed = fixed - refund[f] - research_grant[f]
        untaxed += deduction * rd_share[f] * (pay[f] + social[f])
        reach = max(money, 0.0) / need if need > 0.0 else 0.0
        boundless = need <= 0.0 and money >= 0.0 and margin > 0.0  # but for the tax
        tax = profit_tax if boundless or margin * reach > untaxed else 0.0
        spendable[f] = money + tax * untaxed
        cash_need[f] = need + tax * margin
    return spendable, cash_need


@kernel
def keep_accounts(
    output, price, segment, purchase_share, pay, social, rent, refund, interest, rd_share, research_grant,
    production_tax, wear, late,
    receivable, revenue, value_added, wage_bill, rd_spending, profit,
):  # fmt: skip
    """Accounts of the quarter, in place; returns what customers pay now, purchases, production taxes and replacement
    investment, CNY, (firms,) each.

    Revenue is work times its price; what the work takes (purchases, wear) does not move with the price. Customers pay
    what they owed from last quarter and all but the share `late` of this one's sales.
    """
    n = output.size
    received, purchases, taxes, replaced = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for f in range(n):
        revenue[f] = output[f] * price[f]
        purchases[f] = output[f] * purchase_share[segment[f]]
        taxes[f] = revenue[f] * production_tax
        replaced[f] = output[f] * wear
        owed = revenue[f] * late
        received[f] = receivable[f] + revenue[f] - owed
        receivable[f] = owed
        value_added[f] = revenue[f] - purchases[f] - rent[f]
        wage_bill[f] = pay[f]
        compensation = pay[f] + social[f]
        rd_spending[f] = rd_share[f] * compensation
        surplus = value_added[f] - compensation - taxes[f] - replaced[f]
        profit[f] = surplus - interest[f] + refund[f] + research_grant[f]
    return received, purchases, taxes, replaced


@kernel
def revenue_by_market(by_market, orders, price, revenue, abroad, japan, local, exports, from_japan, from_local):
    """Revenue of the quarter falls on markets as the orders that came in it do, at what these pay, in place.

    Markets from the position `abroad` on are exports; `japan` and `local` are positions too.
    """
    for f in range(orders.size):
        sold_abroad = 0.0
        for m in range(abroad, by_market.shape[1]):
            sold_abroad += by_market[f, m]
        paid = orders[f] * price[f]
        exports[f] = revenue[f] * min(sold_abroad / paid, 1.0) if paid > 0.0 else 0.0
        from_japan[f] = revenue[f] * min(by_market[f, japan] / paid, 1.0) if paid > 0.0 else 0.0
        from_local[f] = revenue[f] * min(by_market[f, local] / paid, 1.0) if paid > 0.0 else 0.0


@kernel
def plan_research(
    rd_base, research_grant, wage, effective, profit, debt, limit,
    charges, multiplier, misuse, response, most, speed, rd_share,
):  # fmt: skip
    """Share of staff in research closes a part `speed` of its gap to what is wanted, in place on `rd_share`.

    Wanted = (own base x user cost response + what grants cause) x (1 - debt / credit limit), at most `most` or the own
    base. A yuan of grants spent as intended causes `multiplier` yuan of research, the share `misuse` none; `response`
    is the factor on research of firms that made a profit last quarter: others have no tax to save. A firm at its credit
    limit has no cash flow left for research.
    """
    for f in range(rd_share.size):
        own = rd_base[f] * (response if profit[f] > 0.0 else 1.0)
        extra = research_grant[f] * multiplier * (1.0 - misuse)
        wanted = rd_base[f]
        if extra > 0.0 or own > rd_base[f]:
            pay = wage[f] * effective[f] / 4.0 * (1.0 + charges)
            added = extra / pay if pay > 0.0 else 0.0
            wanted = min(own + added, max(most, rd_base[f]))
        used = debt[f] / limit[f] if limit[f] > 0.0 else (1.0 if debt[f] > 0.0 else 0.0)
        rd_share[f] += speed * (wanted * (1.0 - min(used, 1.0)) - rd_share[f])

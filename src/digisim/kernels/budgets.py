"""What firms can spend: on their owners, on production, on research."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def pay_owners(
    headcount, output, revenue, cash, rent, segment, purchase_share,
    owner_staff, wear, production_tax, charges, least_cash, pay,
):  # fmt: skip
    """Owners of a very small enterprise (up to `owner_staff` people) take no more pay than they can live on.

    That is last quarter's sales less purchases, wear, taxes, rent and social charges, and what they can add to it out
    of the equity that they paid in, above a reserve for the firm's own bills. `pay` (CNY, quarter) falls to it.
    """
    for f in range(pay.size):
        if headcount[f] > owner_staff:
            continue
        spent = output[f] * (purchase_share[segment[f]] + wear)
        kept = revenue[f] * (1.0 - production_tax) - spent
        draw = max(kept - rent[f], 0.0) / (1.0 + charges)
        reserve = least_cash * (pay[f] * (1.0 + charges) + revenue[f])
        savings = max(cash[f] - reserve, 0.0) / (1.0 + charges)
        pay[f] = min(pay[f], draw + savings)


@kernel
def working_capital(
    liquid, pay, social, rent, interest, refund, research_grant, rd_share, price, segment, purchase_share,
    wear, production_tax, late, deduction, profit_tax,
):  # fmt: skip
    """What is left to spend after pay and rent, and what a unit of output ties up until customers pay; (firms,) each.

    Profit tax falls due before customers have paid: a firm whose money reaches for a taxed profit keeps the tax back.
    """
    spendable, cash_need = np.empty(pay.size), np.empty(pay.size)
    for f in range(pay.size):
        fixed = pay[f] + social[f] + rent[f] + interest[f]
        money = liquid[f] - fixed
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

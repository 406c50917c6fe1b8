"""What firms do in a quarter: capability, orders, plans, output and accounts, one pass over firms each."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel
from digisim.kernels.sums import group_by
from digisim.rng import philox, philox_block, philox_rounds, uniform, when

ORDERS, PEOPLE, SPACE, CAPITAL = 0, 1, 2, 3
TWO_PI = 2.0 * np.pi
BIT_LESS = 1.0 - 1e-12  # room for rounding


@kernel
def mean_one_shocks(firm_id, alive, spread, stream, quarter, key0, key1, out):
    """Gains and losses of customers: exp(sqrt(G) N s) divided by its mean, with G ~ Gamma(1/4, 1) and N normal.

    Four quarters of Gamma(1/4) add up to an exponential, so the annual log change is Laplace (variance gamma): the tent
    shape of Stanley et al. 1996 and Bottazzi & Secchi 2006. E exp = (1 - s^2/2)^(-1/4) is divided out: luck must not
    grow the city. Gamma(1/4) by Ahrens & Dieter (1974): at most four keyed tries, the last proposal taken.
    """
    shape, n, counter = 0.25, firm_id.size, when(stream, quarter)
    b = (np.e + shape) / np.e
    a0, a1, a2, a3 = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    b0, b1, b2, b3 = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    philox_block(firm_id, 0, n, 0, counter, 0, key0, key1, a0, a1, a2, a3)
    philox_block(firm_id, 0, n, 0, counter, 1, key0, key1, b0, b1, b2, b3)  # nine in ten need no later try
    for f in range(n):
        out[f] = 1.0
        if not alive[f]:
            continue
        normal = np.sqrt(-2.0 * np.log(uniform(a0[f]))) * np.cos(TWO_PI * uniform(a1[f]))
        v0, v1, g = np.uint64(b0[f]), np.uint64(b1[f]), 0.0
        for attempt in range(1, 5):
            if attempt > 1:
                v0, v1, _, _ = philox(firm_id[f], 0, counter, attempt, key0, key1)
            p = b * uniform(v0)
            if p <= 1.0:
                g = p * p * p * p  # p^(1 / shape)
                u = uniform(v1)
                if u <= 1.0 - g or u <= np.exp(-g):  # 1 - g < exp(-g): most need no exponential
                    break
            else:
                g = -np.log((b - p) / shape)
                if uniform(v1) <= g ** (shape - 1.0):
                    break
        s = spread[f]
        out[f] = np.exp(np.sqrt(g) * normal * s) * np.sqrt(np.sqrt(1.0 - 0.5 * s * s))


@kernel
def choose_buyers(sold, firm_id, segment, n_segments, weight, stream, quarter, key0, key1, found):
    """Row of the firm that buys each firm of `sold`, -1 where no firm of its segment has weight.

    An exponential race: each rival draws -ln u / weight, keyed by both firms; the least wins, so the chance is in
    proportion to weight.
    """
    start, members = group_by(segment, n_segments)
    rivals = np.empty(firm_id.size, np.int64)
    w0, w1 = np.empty(firm_id.size, np.uint32), np.empty(firm_id.size, np.uint32)
    w2, w3 = np.empty(firm_id.size, np.uint32), np.empty(firm_id.size, np.uint32)
    for k in range(sold.size):
        row = sold[k]
        n = 0
        for a in range(start[segment[row]], start[segment[row] + 1]):
            f = members[a]
            if weight[f] > 0.0:
                rivals[n] = f
                w0[n] = firm_id[f]
                w1[n] = firm_id[row]
                w2[n] = when(stream, quarter)
                w3[n] = 0
                n += 1
        philox_rounds(n, key0, key1, w0, w1, w2, w3)
        found[k] = -1
        least = np.inf
        for j in range(n):
            u, w = uniform(w0[j]), weight[rivals[j]]
            if (1.0 - u) * BIT_LESS > least * w:  # -ln u is no less than 1 - u: it comes too late
                continue
            time = -np.log(u) / w
            if time < least:
                least = time
                found[k] = rivals[j]


@kernel
def renew_attractiveness(alive, capability, shock, frontier, eps, kappa, presence, attractiveness):
    """k <- shock k;  e <- shock [(1 - kappa) e + kappa k (c/F)^eps]: shares of orders move partially towards
    presence."""
    for f in range(alive.size):
        if not alive[f]:
            continue
        quality = (capability[f] / frontier) ** eps
        for m in range(presence.shape[1]):
            target = presence[f, m] * quality
            attractiveness[f, m] = shock[f] * ((1.0 - kappa) * attractiveness[f, m] + kappa * target)
            presence[f, m] *= shock[f]


@kernel
def shift_markets(alive, moved_up, segment, profile, speed, presence):
    """Firms that ever moved to another segment, `moved_up` >= 0: their division of customers over markets closes the
    share `speed` of its gap to that of the segment, `profile` (segments, markets), in place on `presence`."""
    for f in range(alive.size):
        if not alive[f] or moved_up[f] < 0:
            continue
        total = 0.0
        for m in range(presence.shape[1]):
            total += presence[f, m]
        for m in range(presence.shape[1]):
            presence[f, m] += speed * (total * profile[segment[f], m] - presence[f, m])


@kernel
def share_leaving(output, backlog, cancelled, lost, turnover, leaving):
    """Share of each firm's customers that go to another: `turnover` in any case, and `lost` of those who took an order
    back."""
    for f in range(output.size):
        wanted = output[f] + backlog[f] + cancelled[f]
        unserved = cancelled[f] / wanted if wanted > 0.0 else 0.0
        leaving[f] = 1.0 - (1.0 - lost * unserved) * (1.0 - turnover)


@kernel
def change_suppliers(alive, segment, leaving, n_segments, customers):
    """A share `leaving` of each firm's customers goes to other firms of the nest, in proportion to what these have.

    c_i <- c_i (1 - q_i) + sum over j != i of q_j c_j c_i / (C - c_j): nobody goes back to whom it leaves. The sum of
    the nest stays; a firm that is alone in its nest keeps all.
    """
    total = inclusive_values(alive, segment, customers, n_segments)
    moved = np.zeros_like(total)
    for f in range(alive.size):
        if alive[f]:
            s = np.uint64(segment[f])
            for m in range(customers.shape[1]):
                others = total[s, m] - customers[f, m]
                if others > 0.0:
                    moved[s, m] += leaving[f] * customers[f, m] / others
    for f in range(alive.size):
        if alive[f]:
            s = np.uint64(segment[f])
            for m in range(customers.shape[1]):
                others = total[s, m] - customers[f, m]
                if others > 0.0:
                    won = moved[s, m] - leaving[f] * customers[f, m] / others
                    customers[f, m] *= 1.0 - leaving[f] + won


@kernel
def inclusive_values(alive, segment, attractiveness, n_segments):
    """Sum of attractiveness in each (segment, market) nest of the city."""
    total = np.zeros((n_segments, attractiveness.shape[1]))
    for f in range(alive.size):
        if alive[f]:
            s = np.uint64(segment[f])
            for m in range(attractiveness.shape[1]):
                total[s, m] += attractiveness[f, m]
    return total


@kernel
def purchases_of(alive, output, segment, purchase_share):
    """What firms buy for the `output` that they made: nothing where a firm has closed, (firms,)."""
    bought = np.zeros(alive.size)
    for f in range(alive.size):
        if alive[f]:
            bought[f] = output[f] * purchase_share[segment[f]]
    return bought


@kernel
def place_orders(
    alive, segment, attractiveness, won, contracts, inclusive, city_orders, inside, smoothing, market_price,
    orders, expected, by_market, price, inside_share,
):  # fmt: skip
    """Orders of a firm = contracts + sum over markets of city orders times its share in the nest; expectations are
    adaptive.

    `won` adds to its attractiveness in the first market, whose nest holds it too; contracts are of that market.
    Orders are work at the prices of contracts in yuan; `by_market` is what those of each market pay, `price` what all
    orders pay over that work: a mean of `market_price`. A firm without orders keeps its last price. `inside_share` is
    the part of its orders that firms of the city place: of its segment's local orders they place `inside` (segments,).
    """
    markets = attractiveness.shape[1]
    for f in range(alive.size):
        inside_share[f] = 0.0
        if not alive[f]:
            orders[f] = 0.0
            for m in range(markets):
                by_market[f, m] = 0.0
            continue
        s = np.uint64(segment[f])
        work = paid = contracts[f]
        for m in range(markets):
            here = contracts[f] if m == 0 else 0.0
            nest = inclusive[s, m]
            if nest > 0.0:
                own = attractiveness[f, m] + (won[f] if m == 0 else 0.0)
                part = city_orders[s, m] * own / nest
                work += part
                paid += part * market_price[m]
                here += part * market_price[m]
            by_market[f, m] = here
        if work > 0.0:
            price[f] = paid / work
            if inclusive[s, 0] > 0.0:
                inside_share[f] = (attractiveness[f, 0] + won[f]) * (inside[s] / inclusive[s, 0]) / work
        orders[f] = work
        expected[f] += smoothing * (work - expected[f])


@kernel
def reach_of_money(
    output_per_worker, effective, rd_share, wage, price, purchases, output, cash, debt, limit,
    charges, production_tax, cash_minimum, advance,
    unit_margin, payable, funded,
):  # fmt: skip
    """Margin of a unit of output after pay, and what open money reaches for: work (CNY at base prices) and posts for
    growth.

    Open money F is cash above what the firm keeps at hand for its bills, and credit not yet drawn. A new post ties up
    `advance` quarters of pay and charges until it earns: recruiting, instruction, and waiting for customers (Blatter,
    Muehlemann & Schenker 2012; labour is paid before it earns, Benmelech, Bergman & Seru 2011). Who can make nothing
    has a margin of one, and work that costs nothing is in reach without bound.
    """
    for f in range(wage.size):
        capacity = output_per_worker[f] * effective[f] * (1.0 - rd_share[f])
        paid = capacity * price[f]
        pay = wage[f] * effective[f] / 4.0 * (1.0 + charges)
        left = paid * (1.0 - production_tax) - capacity * purchases[f] - pay
        unit_margin[f] = left / paid if paid > 0.0 else 1.0
        cost = paid * (1.0 - unit_margin[f])
        money = max(cash[f] - cash_minimum * cost, 0.0) + max(limit[f] - debt[f], 0.0)
        unit = cost / capacity if capacity > 0.0 else 0.0
        payable[f] = output[f] + (money / unit if unit > 0.0 else np.inf)
        funded[f] = money / (advance * wage[f] / 4.0 * (1.0 + charges))


@kernel
def plan_staff(
    alive, firm_id, expected, backlog, output_per_worker, effective, headcount, rd_share, unit_margin, profit,
    limiting, payable, funded,
    adjustment, capacity, least, utilisation, backlog_quarters, quit_rate, fire_above, usual_margin, unearning,
    stream, quarter, key0, key1,
    desired, vacancies, layoff,
):  # fmt: skip
    """Desired staff from expected orders and backlog; half the gap a quarter is closed by vacancies or layoffs.

    desired = (expected + backlog / n) / (output per effective worker x mean human capital x (1 - R&D share) x
    utilisation).
    Recruiting costs are convex: posts for growth are at most capacity x staff + least (Kaas & Kircher 2015), and as
    many as open money pays for until they earn, `funded`.
    A firm that could not finance more output last quarter plans for what it could and can now, `payable`
    (Chodorow-Reich 2014: staff follow credit).
    Posts open as far as they are worth it: all at the usual margin, the share `unearning` at none, by a line between
    and beyond (hiring rises with the marginal return, Bentolila & Bertola 1990). A firm hoards people up to
    `fire_above` times its desired staff (Okun), but not while it makes a loss. Vacancies are rounded by a keyed
    draw, so that the expected number is exact.
    """
    n = firm_id.size
    w0, w1, w2, w3 = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    philox_block(firm_id, 0, n, 0, when(stream, quarter), 0, key0, key1, w0, w1, w2, w3)
    for f in range(n):
        desired[f] = 0.0
        vacancies[f] = 0
        layoff[f] = 0.0
        if not alive[f]:
            continue
        mean_capital = effective[f] / headcount[f] if headcount[f] > 0 else 1.0
        per_head = output_per_worker[f] * mean_capital * (1.0 - rd_share[f]) * utilisation
        work = expected[f] + backlog[f] / backlog_quarters
        if limiting[f] == CAPITAL:
            work = min(work, payable[f])
        want = work / per_head
        desired[f] = max(want, 1.0) if want > 0.0 else 0.0
        gap = desired[f] - headcount[f]
        attrition = headcount[f] * quit_rate
        growth = min(adjustment * gap, capacity * headcount[f] + least, funded[f])
        worth = min(max(unearning + (1.0 - unearning) * unit_margin[f] / usual_margin, 0.0), 1.0)
        open_posts = max(growth + attrition, 0.0) * worth
        if gap < 0.0:
            hoard = fire_above if profit[f] >= 0.0 else 1.0
            excess = headcount[f] - hoard * desired[f]
            if excess > 0.0:
                layoff[f] = adjustment * excess / headcount[f]
        vacancies[f] = np.int64(open_posts + uniform(w0[f]))


@kernel
def lacking_staff(desired, headcount, unit_margin, staff, wanted, usual_margin, relative, bears):
    """How many people each firm lacks relative to all, (n* / n) / (N* / N), and the part of it that its margin over the
    usual one bears.

    Who has no staff lacks as many as it has; who wants none is taken as all are, and who lacks fewer than all bears it
    whatever its margin.
    """
    for f in range(desired.size):
        lacking = desired[f] / headcount[f] if headcount[f] > 0 else 1.0
        relative[f] = lacking * staff / wanted if lacking > 0.0 else 1.0
        bears[f] = min(max(unit_margin[f] / usual_margin, 0.0), 1.0) if relative[f] > 1.0 else 1.0


@kernel
def adjust_wages(alive, wage, rent_share, premium, market_wage, growth, speed, floor):
    """ln w grows as all pay does, and closes a share of its gap to ln(market wage x firm premium x rent sharing).

    It never falls below `floor` times last quarter's (downward nominal rigidity).
    """
    for f in range(alive.size):
        if not alive[f]:
            continue
        grown = wage[f] * (1.0 + growth)
        gap = np.log(market_wage * premium[f] * rent_share[f] / grown)
        wage[f] = max(grown * np.exp(speed * gap), floor * wage[f])


@kernel
def produce(
    alive, orders, backlog, output_per_worker, effective, headcount, rd_share, floor_area, spendable,
    cash_need, overtime, cramped_area, cancellation, relax,
    output, limiting, cancelled,
):  # fmt: skip
    """Output = min(orders and backlog, people, space, working capital); the rest waits, part of it is cancelled.

    Space: below `cramped_area` m2 a head people cannot all work. Working capital: a unit of output ties up `cash_need`
    until the next quarter (outlays less what customers pay at once), out of what is left after pay and rent
    (`spendable`). `relax` raises each limit, for the binding constraint.
    """
    for f in range(alive.size):
        output[f] = 0.0
        limiting[f] = ORDERS
        cancelled[f] = 0.0
        if not alive[f]:
            continue
        wanted = orders[f] + backlog[f]
        normal = output_per_worker[f] * effective[f] * (1.0 - rd_share[f])
        best = wanted
        people = normal * overtime * relax[PEOPLE]
        if people < best:
            best = people
            limiting[f] = PEOPLE
        needed = cramped_area * headcount[f]
        if needed > 0.0:
            space = normal * overtime * floor_area[f] / needed * relax[SPACE]
            if space < best:
                best = space
                limiting[f] = SPACE
        if cash_need[f] > 0.0:
            capital = max(spendable[f], 0.0) / cash_need[f] * relax[CAPITAL]
            if capital < best:
                best = capital
                limiting[f] = CAPITAL
        output[f] = best
        cancelled[f] = cancellation * (wanted - best)
        backlog[f] = wanted - best - cancelled[f]


@kernel
def draw_and_repay(alive, cash, debt, limit, cost, minimum, buffer, change):
    """Change of debt: below `minimum` quarters of cost a firm draws up to its limit, above `buffer` it repays."""
    for f in range(alive.size):
        change[f] = 0.0
        if not alive[f]:
            continue
        need = max(minimum * cost[f] - cash[f], 0.0)
        spare = max(cash[f] - buffer * cost[f], 0.0)
        change[f] = min(need, max(limit[f] - debt[f], 0.0)) - min(debt[f], spare)


@kernel
def pay_out(alive, cash, debt, profit, cost, buffer, share, paid):
    """Dividends: a share of cash above `buffer` quarters of cost, of firms that earn and owe nothing."""
    for f in range(alive.size):
        paid[f] = 0.0
        if alive[f] and debt[f] <= 0.0 and profit[f] > 0.0:  # start-up equity is not paid out again
            paid[f] = max(cash[f] - buffer * cost[f], 0.0) * share

"""Slow twins of the kernels: plain Python, one agent at a time, written from the docstrings.

A twin takes the arguments of its kernel and changes or returns the same things. Nothing here is compiled; the twin of
the generator works in Python's whole numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

WORD = 0xFFFFFFFF


def words(a: int, b: int, c: int, block: int, key0: int, key1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10 (Salmon et al. 2011)."""
    x0, x1, x2, x3, k0, k1 = (int(w) & WORD for w in (a, b, c, block, key0, key1))
    for _ in range(10):
        p0, p1 = 0xD2511F53 * x0, 0xCD9E8D57 * x2
        x0, x1, x2, x3 = (p1 >> 32) ^ x1 ^ k0, p1 & WORD, (p0 >> 32) ^ x3 ^ k1, p0 & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return x0, x1, x2, x3


def uniforms(a: int, b: int, c: int, block: int, key0: int, key1: int) -> tuple[float, ...]:
    """The same four words as numbers strictly between 0 and 1."""
    return tuple((w + 0.5) / 2.0**32 for w in words(a, b, c, block, key0, key1))


def counter_word(stream: int, quarter: int) -> int:
    """Stream in the upper, quarter in the lower half."""
    return (int(stream) << 16) | int(quarter)


def ordered_sum(values: np.ndarray) -> float:
    total = 0.0
    for value in values.tolist():
        total += value
    return total


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.array([a / b if b > 0.0 else 0.0 for a, b in zip(part.tolist(), whole.tolist(), strict=True)])


def share_out(budget: float, weight: np.ndarray, cap: float) -> np.ndarray:
    """Rounds: the rest of the budget by weight among those below the cap."""
    given = [0.0] * weight.size
    for _ in range(8):
        below = [w if g < cap else 0.0 for w, g in zip(weight.tolist(), given, strict=True)]
        rest, total = budget - sum(given), sum(below)
        if rest <= 0.0 or total <= 0.0:
            break
        given = [min(g + rest * w / total, cap) for g, w in zip(given, below, strict=True)]
    return np.array(given)


# --- places ---------------------------------------------------------------------------------------------------------
def choose_places(
    u: np.ndarray, need: np.ndarray, own: np.ndarray, room: np.ndarray, pull: np.ndarray, chosen: np.ndarray
) -> None:
    """A firm races among the places that have its need; a new one that finds none among those with room, or all."""
    for i, (wanted, home) in enumerate(zip(need.tolist(), own.tolist(), strict=True)):
        odds = [r * p if r >= wanted and k != home else 0.0 for k, (r, p) in enumerate(zip(room, pull, strict=True))]
        if sum(odds) == 0.0:
            if home >= 0:
                chosen[i] = home
                continue
            odds = [max(r, 0.0) * p for r, p in zip(room, pull, strict=True)]
            odds = odds if sum(odds) > 0.0 else list(pull)
        times = {k: -np.log(u[i, k]) / each for k, each in enumerate(odds) if each > 0.0}
        chosen[i] = min(times, key=lambda k: times[k])
        room[chosen[i]] = max(room[chosen[i]] - wanted, 0.0)


# --- talent -----------------------------------------------------------------------------------------------------
def staff_of(employer: np.ndarray, chosen: np.ndarray, count: int) -> np.ndarray:
    rows = [i for i, firm in enumerate(employer.tolist()) if firm >= 0 and chosen[firm]]
    return np.array(rows[:count], np.int64)


def learned(ability: float, learning: float, ceiling: float, course_gain: float, bounds: tuple[float, float]) -> float:
    """Human capital after a quarter at work, within its bounds."""
    by_doing = ability + learning * max(ceiling - ability, 0.0)
    return min(max(by_doing * (1.0 + course_gain), bounds[0]), bounds[1])


def rates_by_employer(
    headcount: Any, leave: Any, leave_entitled: Any, layoff: Any, behind: Any, quit_idle: float, quit_search: float,
    leave_idle: float,
) -> Any:
    rows = [[0.0] * 4, [leave_idle, leave_idle, 0.0, 1.0]]  # gone, seeking
    for f, staff in enumerate(headcount.tolist()):
        but_owner = (staff - 1) / max(staff, 1)
        quits = but_owner * float(behind[f])
        separate = layoff[f] * but_owner + min(quit_idle * quits, 1.0)
        rows.append([leave[f] * but_owner, leave_entitled[f] * but_owner, separate, min(quit_search * quits, 1.0)])
    return np.array(rows)


def quarter_of_talent(
    identity: Any, employer: Any, human_capital: Any, rootedness: Any, born: Any, entitled_until: Any,
    trained: Any, rates: Any, learning: float, ceiling: float, floor: float, most: float,
    course_gain: float, course_share: float, founding: float, retirement_quarters: int, now: int, course_lag: int,
    stream_quarter: int, key0: int, key1: int,
    effective: Any, headcount: Any, entitled: Any, gone: Any, lost: Any, seekers: Any, founders: Any,
) -> tuple[int, int, int, int]:  # fmt: skip
    left, apart, looking, founding_people = [], [], [], []
    effective[:], headcount[:], entitled[:] = 0.0, 0, 0
    for i in range(len(employer)):
        firm = int(employer[i])
        if firm == -2:
            continue
        chance, search, course, idea = uniforms(identity[i], 0, stream_quarter, 0, key0, key1)
        leave, leave_entitled, separate, searches = rates[firm + 2].tolist()  # before the firms: gone, seeking
        has_right = int(entitled_until[i]) >= now
        departure = (leave_entitled if has_right else leave) * float(rootedness[i])
        if chance < departure or now - int(born[i]) >= retirement_quarters:
            left.append(i)
        elif firm == -1:
            looking.append(i)
        elif chance < departure + separate:
            apart.append(i)
            looking.append(i)
        else:
            done = bool(trained[i]) and now >= trained[i]
            trained[i] = 0 if done else trained[i]
            human_capital[i] = learned(float(human_capital[i]), learning, ceiling, course_gain * done, (floor, most))
            ability = float(human_capital[i])  # stored in 32 bits, used as stored
            effective[firm + 2] += ability
            headcount[firm + 2] += 1
            entitled[firm + 2] += has_right
            if not trained[i] and course < course_share:
                trained[i] = now + course_lag
            if search < searches:
                looking.append(i)
            if idea < founding * ability:
                founding_people.append(i)
    for given, found in ((gone, left), (lost, apart), (seekers, looking), (founders, founding_people)):
        given[: len(found)] = found
    return len(left), len(apart), len(looking), len(founding_people)


def take_jobs(
    rows: Any, firms: Any, employer: Any, human_capital: Any, headcount: Any, effective: Any,
) -> None:  # fmt: skip
    for i, to in zip(rows.tolist(), firms.tolist(), strict=True):
        held = float(human_capital[i])
        for firm, change in ((int(employer[i]), -1), (to, 1)):
            if firm >= 0:
                headcount[firm] += change
                effective[firm] += change * held
        employer[i] = to


# --- matching ---------------------------------------------------------------------------------------------------
def expand_vacancies(
    vacancies: Any, firm_id: Any, pay_weight: Any, n_markets: int, stream_quarter: int, key0: int, key1: int
) -> tuple[Any, ...]:
    posts = [(f, slot) for f, n in enumerate(vacancies.tolist()) for slot in range(n)]
    drawn = [uniforms(firm_id[f], slot, stream_quarter, 1, key0, key1) for f, slot in posts]
    return (
        np.array([f for f, _ in posts], np.int64),
        np.array([int(u[0] * n_markets) for u in drawn], np.int64),
        np.array([u[1] / pay_weight[f] for (f, _), u in zip(posts, drawn, strict=True)], float),
        np.array([u[2] for u in drawn], float),
    )


def group_by(group: Any, n_groups: int) -> tuple[Any, ...]:
    members = [[k for k, g in enumerate(group.tolist()) if g == place] for place in range(n_groups)]
    start = [sum(len(each) for each in members[:place]) for place in range(n_groups + 1)]
    return np.array(start, np.int64), np.array([k for each in members for k in each], np.int64)


def seeker_markets(
    rows: Any, identity: Any, employer: Any, domain: Any, new_id: Any, new_domain: Any, firm_pay: Any,
    move_noise: float, n_markets: int, stream_quarter: int, key0: int, key1: int,
) -> tuple[Any, ...]:  # fmt: skip
    seeker_id = np.concatenate([identity[rows], new_id])
    firm = np.concatenate([employer[rows], np.full(new_id.size, -1, np.int32)])
    pay = np.array([firm_pay[f] if f >= 0 else 0.0 for f in firm.tolist()])
    drawn = [uniforms(identity, 0, stream_quarter, 0, key0, key1) for identity in seeker_id.tolist()]
    asked = [p * (1.0 + move_noise * (u[1] - 0.5)) for p, u in zip(pay.tolist(), drawn, strict=True)]
    third = [words(identity, 0, stream_quarter, 0, key0, key1)[2] for identity in seeker_id.tolist()]
    market = np.array([int(u[0] * n_markets) for u in drawn], np.int64)
    field = np.concatenate([domain[rows], new_domain])
    return field, firm, market, np.array(asked, float), np.array(third, np.uint32)


def firm_words(firm_id: Any, stream_quarter: int, key0: int, key1: int) -> Any:
    return np.array([words(identity, 0, stream_quarter, 0, key0, key1)[0] for identity in firm_id.tolist()], np.uint32)


def clear_markets(
    seeker_domain: Any, seeker_firm: Any, seeker_market: Any, reservation: Any, seeker_word: Any,
    vacancy_firm: Any, vacancy_market: Any, vacancy_queue: Any, vacancy_begin: Any, n_markets: int,
    firm_segment: Any, firm_pay: Any, firm_word: Any, proximity: Any,
) -> Any:  # fmt: skip
    hired = np.full(len(seeker_market), -1, np.int64)

    def wins(firm: int, s: int) -> bool:
        if seeker_firm[s] == firm or not firm_pay[firm] > reservation[s]:
            return False
        fit = ((int(seeker_word[s]) + int(firm_word[firm])) % 2**32 + 0.5) / 2.0**32
        return bool(fit < proximity[seeker_domain[s], firm_segment[firm]])

    for m in range(n_markets):
        applicants = np.flatnonzero(seeker_market == m).tolist()
        for k in sorted(np.flatnonzero(vacancy_market == m), key=lambda k: vacancy_queue[k]):
            first = int(vacancy_begin[k] * len(applicants))
            round_the_list = applicants[first:] + applicants[:first]
            found = next((s for s in round_the_list if hired[s] < 0 and wins(int(vacancy_firm[k]), s)), None)
            if found is not None:
                hired[found] = vacancy_firm[k]
    return hired


# --- firms ------------------------------------------------------------------------------------------------------
def gamma_quarter(identity: int, stream: int, quarter: int, key0: int, key1: int) -> float:
    """Gamma(1/4, 1) by Ahrens & Dieter (1974), algorithm GS; the fourth proposal is taken as it is."""
    a = 0.25
    b = (math.e + a) / math.e
    x = 0.0
    for attempt in (1, 2, 3, 4):
        u, v, _, _ = uniforms(identity, 0, counter_word(stream, quarter), attempt, key0, key1)
        p = b * u
        if p <= 1.0:
            x = p ** (1.0 / a)
            accepted = v <= math.exp(-x)
        else:
            x = -math.log((b - p) / a)
            accepted = v <= x ** (a - 1.0)
        if accepted:
            break
    return x


def mean_one_shocks(
    firm_id: Any, alive: Any, spread: Any, stream: int, quarter: int, key0: int, key1: int, out: Any
) -> None:
    for f in range(len(firm_id)):
        if not alive[f]:
            out[f] = 1.0
            continue
        u, v, _, _ = uniforms(firm_id[f], 0, counter_word(stream, quarter), 0, key0, key1)
        normal = math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
        g, s = gamma_quarter(firm_id[f], stream, quarter, key0, key1), spread[f]
        mean = (1.0 - s * s / 2.0) ** -0.25
        out[f] = math.exp(math.sqrt(g) * normal * s) / mean


def choose_buyers(
    sold: Any, firm_id: Any, segment: Any, _n: int, weight: Any, stream: int, quarter: int, key0: int, key1: int,
    found: Any,
) -> None:
    for k, row in enumerate(sold):
        times = {}
        for f in np.flatnonzero((segment == segment[row]) & (weight > 0.0)):
            u = uniforms(firm_id[f], firm_id[row], counter_word(stream, quarter), 0, key0, key1)[0]
            times[f] = -math.log(u) / weight[f]
        found[k] = min(times, key=lambda f: times[f]) if times else -1


def renew_attractiveness(
    alive: Any, capability: Any, shock: Any, frontier: float, eps: float, kappa: float, presence: Any,
    attractiveness: Any,
) -> None:  # fmt: skip
    for f in np.flatnonzero(alive):
        target = presence[f] * (capability[f] / frontier) ** eps
        attractiveness[f] = shock[f] * ((1.0 - kappa) * attractiveness[f] + kappa * target)
        presence[f] = presence[f] * shock[f]


def shift_markets(alive: Any, moved_up: Any, segment: Any, profile: Any, speed: float, presence: Any) -> None:
    for f in np.flatnonzero(alive & (moved_up >= 0)):
        presence[f] = (1.0 - speed) * presence[f] + speed * presence[f].sum() * profile[segment[f]]


def share_leaving(output: Any, backlog: Any, cancelled: Any, lost: float, turnover: float, leaving: Any) -> None:
    leaving[:] = 1.0 - (1.0 - lost * ratio(cancelled, output + backlog + cancelled)) * (1.0 - turnover)


def change_suppliers(alive: Any, segment: Any, leaving: Any, n_segments: int, customers: Any) -> None:
    before = customers.copy()
    for s in range(n_segments):
        nest = [f for f in np.flatnonzero(alive) if segment[f] == s]
        for m in range(customers.shape[1]):
            total = sum(before[f, m] for f in nest)
            for j in nest:
                if total - before[j, m] <= 0.0:
                    continue
                customers[j, m] -= leaving[j] * before[j, m]
                for i in nest:
                    if i != j:
                        customers[i, m] += leaving[j] * before[j, m] * before[i, m] / (total - before[j, m])


def inclusive_values(alive: Any, segment: Any, attractiveness: Any, n_segments: int) -> Any:
    total = np.zeros((n_segments, attractiveness.shape[1]))
    for f in np.flatnonzero(alive):
        total[segment[f]] += attractiveness[f]
    return total


def purchases_of(alive: Any, output: Any, segment: Any, purchase_share: Any) -> Any:
    return np.where(alive, output * purchase_share[segment], 0.0)


def place_orders(
    alive: Any, segment: Any, attractiveness: Any, won: Any, contracts: Any, inclusive: Any, city_orders: Any,
    inside: Any, smoothing: float, market_price: Any,
    orders: Any, expected: Any, by_market: Any, price: Any, inside_share: Any,
) -> None:  # fmt: skip
    for f in range(len(alive)):
        orders[f] = inside_share[f] = 0.0
        by_market[f] = 0.0
        if not alive[f]:
            continue
        orders[f] = paid = by_market[f, 0] = contracts[f]
        for m in range(attractiveness.shape[1]):
            if inclusive[segment[f], m] > 0.0:
                pull = attractiveness[f, m] + won[f] * (m == 0)
                share = city_orders[segment[f], m] * pull / inclusive[segment[f], m]
                orders[f] += share
                paid += share * market_price[m]
                by_market[f, m] += share * market_price[m]
        price[f] = paid / orders[f] if orders[f] > 0.0 else price[f]
        if orders[f] > 0.0 and inclusive[segment[f], 0] > 0.0:
            each = inside[segment[f]] / inclusive[segment[f], 0]
            inside_share[f] = (attractiveness[f, 0] + won[f]) * each / orders[f]
        expected[f] = expected[f] + smoothing * (orders[f] - expected[f])


def reach_of_money(
    output_per_worker: Any, effective: Any, rd_share: Any, wage: Any, price: Any, purchases: Any, output: Any,
    cash: Any, debt: Any, limit: Any, charges: float, production_tax: float, cash_minimum: float, advance: float,
    unit_margin: Any, payable: Any, funded: Any,
) -> None:  # fmt: skip
    for f in range(len(wage)):
        able = output_per_worker[f] * effective[f] * (1.0 - rd_share[f])
        earned = able * price[f]
        pay = wage[f] * effective[f] / 4.0 * (1.0 + charges)
        spent = able * purchases[f]
        unit_margin[f] = (earned * (1.0 - production_tax) - spent - pay) / earned if earned > 0.0 else 1.0
        cost = earned * (1.0 - unit_margin[f])
        open_money = max(cash[f] - cash_minimum * cost, 0.0) + max(limit[f] - debt[f], 0.0)
        more = open_money / (cost / able) if able > 0.0 and cost / able > 0.0 else math.inf
        payable[f] = output[f] + more
        funded[f] = open_money / (advance * wage[f] / 4.0 * (1.0 + charges))


def plan_staff(
    alive: Any, firm_id: Any, expected: Any, backlog: Any, output_per_worker: Any, effective: Any, headcount: Any,
    rd_share: Any, unit_margin: Any, profit: Any, limiting: Any,
    payable: Any, funded: Any, adjustment: float, capacity: float, least: float, utilisation: float,
    backlog_quarters: float, quit_rate: float, fire_above: float, usual_margin: float, at_none: float,
    stream: int, quarter: int, key0: int, key1: int,
    desired: Any, vacancies: Any, layoff: Any,
) -> None:  # fmt: skip
    for f in range(len(alive)):
        desired[f], vacancies[f], layoff[f] = 0.0, 0, 0.0
        if not alive[f]:
            continue
        staff = int(headcount[f])
        quality = effective[f] / staff if staff else 1.0
        work = expected[f] + backlog[f] / backlog_quarters
        if limiting[f] == 3:
            work = min(work, payable[f])
        if work > 0.0:
            desired[f] = max(work / (output_per_worker[f] * quality * (1.0 - rd_share[f]) * utilisation), 1.0)
        growth = desired[f] - staff
        posts = max(min(adjustment * growth, capacity * staff + least, funded[f]) + staff * quit_rate, 0.0)
        posts *= float(np.interp(unit_margin[f], [usual_margin * at_none / (at_none - 1.0), usual_margin], [0.0, 1.0]))
        if growth < 0.0:
            kept = (fire_above if profit[f] >= 0.0 else 1.0) * desired[f]
            if staff > kept:
                layoff[f] = adjustment * (staff - kept) / staff
        u = uniforms(firm_id[f], 0, counter_word(stream, quarter), 0, key0, key1)[0]
        vacancies[f] = math.floor(posts + u)


def lacking_staff(
    desired: Any, headcount: Any, unit_margin: Any, staff: float, wanted: float, usual_margin: float, relative: Any,
    bears: Any,
) -> None:  # fmt: skip
    for f, (want, have) in enumerate(zip(desired.tolist(), headcount.tolist(), strict=True)):
        gap = want / have if have else 1.0
        relative[f] = gap * staff / wanted if gap else 1.0
        bears[f] = 1.0 if relative[f] <= 1.0 else float(np.clip(unit_margin[f] / usual_margin, 0.0, 1.0))


def adjust_wages(
    alive: Any, wage: Any, rent_share: Any, premium: Any, market_wage: float, growth: float, speed: float, floor: float
) -> None:
    for f in np.flatnonzero(alive):
        gap = math.log(market_wage * premium[f] * rent_share[f] / (wage[f] * (1.0 + growth)))
        wage[f] = max(wage[f] * (1.0 + growth) * math.exp(speed * gap), floor * wage[f])


def produce(
    alive: Any, orders: Any, backlog: Any, output_per_worker: Any, effective: Any, headcount: Any, rd_share: Any,
    floor_area: Any, spendable: Any, cash_need: Any, overtime: float, cramped_area: float, cancellation: float,
    relax: Any, output: Any, limiting: Any, cancelled: Any,
) -> None:  # fmt: skip
    for f in range(len(alive)):
        output[f], limiting[f], cancelled[f] = 0.0, 0, 0.0
        if not alive[f]:
            continue
        most = output_per_worker[f] * effective[f] * (1.0 - rd_share[f]) * overtime
        limits = {0: orders[f] + backlog[f], 1: most * relax[1]}
        if cramped_area * headcount[f] > 0.0:
            limits[2] = most * floor_area[f] / (cramped_area * headcount[f]) * relax[2]
        if cash_need[f] > 0.0:
            limits[3] = max(spendable[f], 0.0) / cash_need[f] * relax[3]
        limiting[f] = min(limits, key=lambda limit: limits[limit])  # the first of equal ones
        output[f] = limits[int(limiting[f])]
        waiting = limits[0] - output[f]
        cancelled[f] = cancellation * waiting
        backlog[f] = waiting - cancelled[f]


# --- learning -------------------------------------------------------------------------------------------------------
def within_reach(
    alive: Any, segment: Any, park: Any, stock: Any, closer: Any, far: float, n_segments: int
) -> np.ndarray:
    reach = np.zeros(alive.size)
    for f in np.flatnonzero(alive):
        for other in np.flatnonzero(alive & (segment == segment[f])):
            if other != f:
                reach[f] += stock[other] * (far + (closer[park[f]] if park[other] == park[f] else 0.0))
    return reach


def grown(now: Any, before: Any) -> np.ndarray:
    return np.array([b / a if min(a, b) > 0.0 else 1.0 for a, b in zip(before, now, strict=True)])


def log_advance(
    alive: Any, own: Any, pool: Any, per_head: Any, level: Any, park: Any, platforms: Any, taught: Any, luck: Any,
    research: float, spillover: float, imitation: float, usual: float, frontier: float, spread: float,
) -> np.ndarray:  # fmt: skip
    imitated = imitation * per_head / (per_head + usual) * np.maximum(frontier - level, 0.0)
    from_others = (spillover * pool + imitated) * platforms[park] + taught
    step: np.ndarray = np.where(alive, research * own + from_others + spread * luck - spread**2 / 2.0, 0.0)
    return step


def lead_of_customers(order: Any, weight: Any, total: float, level: Any) -> np.ndarray:
    ahead = np.maximum(level[None, :] - level[:, None], 0.0)
    lead: np.ndarray = (ahead * weight[None, :] / total).sum(axis=1)
    return lead


# --- budgets ---------------------------------------------------------------------------------------------------------
def fixed_costs(
    headcount: Any, wage: Any, effective: Any, output: Any, revenue: Any, cash: Any, debt: Any, floor_area: Any,
    segment: Any, park: Any, purchase_share: Any, rents: Any, support: Any,
    owner_staff: float, wear: float, production_tax: float, charges: float, least_cash: float, loan_rate: float,
) -> tuple[Any, ...]:  # fmt: skip
    pay, rent = wage * effective / 4.0, floor_area * rents[park] * 3.0
    for f in np.flatnonzero(headcount <= owner_staff):
        left = revenue[f] * (1.0 - production_tax) - output[f] * (purchase_share[segment[f]] + wear) - rent[f]
        bills = pay[f] * (1.0 + charges) + revenue[f]
        equity = cash[f] - least_cash * bills
        pay[f] = min(pay[f], max(left, 0.0) / (1.0 + charges) + max(equity, 0.0) / (1.0 + charges))
    return pay, pay * charges, rent, rent * support[park], debt * loan_rate / 4.0


def working_capital(
    cash: Any, receivable: Any, limit: Any, debt: Any, pay: Any, social: Any, rent: Any, interest: Any, refund: Any,
    research_grant: Any, rd_share: Any, price: Any, segment: Any, purchase_share: Any,
    wear: float, production_tax: float, late: float, deduction: float, profit_tax: float,
) -> tuple[Any, Any]:  # fmt: skip
    spendable, cash_need = np.empty(pay.size), np.empty(pay.size)
    for f in range(pay.size):
        bills = pay[f] + social[f] + rent[f] + interest[f]
        credit = limit[f] - debt[f] if limit[f] > debt[f] else 0.0
        money = cash[f] + receivable[f] + credit + refund[f] - bills
        outlay, kept = purchase_share[segment[f]] + wear, price[f] * (1.0 - production_tax)
        ties_up, earns = outlay - kept + price[f] * late, kept - outlay
        free = bills - refund[f] - research_grant[f] + deduction * rd_share[f] * (pay[f] + social[f])
        if ties_up > 0.0:
            pays_tax = earns * (max(money, 0.0) / ties_up) > free
        else:
            pays_tax = free < 0.0 or (money >= 0.0 and earns > 0.0)
        spendable[f], cash_need[f] = money, ties_up
        if pays_tax:
            spendable[f] += profit_tax * free
            cash_need[f] += profit_tax * earns
    return spendable, cash_need


def keep_accounts(
    output: Any, price: Any, segment: Any, purchase_share: Any, pay: Any, social: Any, rent: Any, refund: Any,
    interest: Any, rd_share: Any, research_grant: Any, production_tax: float, wear: float, late: float,
    receivable: Any, revenue: Any, value_added: Any, wage_bill: Any, rd_spending: Any, profit: Any,
) -> tuple[Any, ...]:  # fmt: skip
    revenue[:] = output * price
    purchases, taxes, worn = output * purchase_share[segment], revenue * production_tax, output * wear
    received = receivable + revenue - revenue * late
    receivable[:] = revenue * late
    value_added[:] = revenue - purchases - rent
    wage_bill[:] = pay
    rd_spending[:] = rd_share * (pay + social)
    profit[:] = value_added - (pay + social) - taxes - worn - interest + refund + research_grant
    return received, purchases, taxes, worn


def revenue_by_market(
    by_market: Any, orders: Any, price: Any, revenue: Any, abroad: int, japan: int, local: int, exports: Any,
    from_japan: Any, from_local: Any,
) -> None:  # fmt: skip
    paid = orders * price
    for column, came in ((exports, by_market[:, abroad:].T), (from_japan, [by_market[:, japan]]),
                         (from_local, [by_market[:, local]])):  # fmt: skip
        column[:] = revenue * np.minimum(ratio(sum(came), paid), 1.0)


def plan_research(
    rd_base: Any, research_grant: Any, wage: Any, effective: Any, profit: Any, debt: Any, limit: Any, charges: float,
    multiplier: float, misuse: float, response: float, most: float, speed: float, rd_share: Any,
) -> None:  # fmt: skip
    for f in range(rd_share.size):
        own = rd_base[f] * response if profit[f] > 0.0 else rd_base[f]
        extra, bill = research_grant[f] * multiplier * (1.0 - misuse), wage[f] * effective[f] / 4.0 * (1.0 + charges)
        caused = extra / bill if bill > 0.0 else 0.0
        wanted = min(own + caused, max(most, rd_base[f])) if max(extra, own - rd_base[f]) > 0.0 else rd_base[f]
        used = debt[f] / limit[f] if limit[f] > 0.0 else float(debt[f] > 0.0)
        rd_share[f] += speed * (wanted * (1.0 - min(used, 1.0)) - rd_share[f])


def count_ages(
    alive: np.ndarray, exited: np.ndarray, founded: np.ndarray, quarter: int, begins: np.ndarray, cohort: int,
    at_risk: np.ndarray, gone: np.ndarray, counts: np.ndarray,
) -> None:  # fmt: skip
    year = (quarter - 3, quarter - 2, quarter - 1, quarter)
    for lives, closed, opened in zip(alive.tolist(), exited.tolist(), founded.tolist(), strict=True):
        was = lives or closed >= 0
        counts[0] += was and opened in year
        counts[1] += was and opened + cohort in year
        counts[2] += was and opened + cohort in year and (lives or closed >= opened + cohort)
        for now in year:
            if opened <= now and (lives or closed >= now):
                of_age = [k for k, begin in enumerate(begins.tolist()) if now - opened >= begin][-1]
                at_risk[of_age] += 1
                gone[of_age] += not lives and closed == now


def comparable_growth(
    alive: np.ndarray, merged: np.ndarray, founded: np.ndarray, before_quarter: int, staff: np.ndarray,
    before: np.ndarray, now: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    both = alive & ~merged & (founded < before_quarter) & (staff > 0) & (before > 0) & (now > 0)
    return staff[both], now[both] / before[both]


# --- money of firms ---------------------------------------------------------------------------------------------------
def draw_and_repay(
    alive: Any, cash: Any, debt: Any, limit: Any, cost: Any, minimum: float, buffer: float, change: Any
) -> None:
    change[:] = 0.0
    for f in np.flatnonzero(alive):
        short, over = minimum * cost[f] - cash[f], cash[f] - buffer * cost[f]
        room = limit[f] - debt[f]
        drawn = min(short, room) if short > 0.0 and room > 0.0 else 0.0
        change[f] = drawn - (min(debt[f], over) if over > 0.0 else 0.0)


def pay_out(
    alive: Any, cash: Any, debt: Any, profit: Any, cost: Any, buffer: float, share: float, paid: Any
) -> None:
    paid[:] = 0.0
    for f in np.flatnonzero(alive & (debt <= 0.0) & (profit > 0.0) & (cash > buffer * cost)):
        paid[f] = (cash[f] - buffer * cost[f]) * share

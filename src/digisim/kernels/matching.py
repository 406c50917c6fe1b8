"""Search and matching in small local labour markets, in linear time and keyed by agents.

Workers and jobs fall at random on many local labour markets (an occupation in a place); in each, the short side is
served: Shimer, "Mismatch", American Economic Review 97(4), 2007, whose aggregate is close to a Cobb-Douglas matching
function. A market is a fixed partition: one more vacancy disturbs one market only, and markets are independent of
threads.
"""

from __future__ import annotations

import numpy as np

from digisim.jit import inline_kernel, kernel
from digisim.rng import philox, philox_block, uniform, when


@kernel
def expand_vacancies(vacancies, firm_id, pay_weight, n_markets, stream_quarter, key0, key1):
    """One entry per open position: firm row, local market, and place in the queue (well-paying jobs tend to go
    first)."""
    total = vacancies.sum()
    firm = np.empty(total, np.int64)
    market = np.empty(total, np.int64)
    queue = np.empty(total, np.float64)
    k = 0
    for f in range(vacancies.size):
        for slot in range(vacancies[f]):
            w0, w1, _, _ = philox(firm_id[f], slot, stream_quarter, 1, key0, key1)
            firm[k] = f
            market[k] = np.int64(uniform(w0) * n_markets)
            queue[k] = -np.log(uniform(w1)) / pay_weight[f]
            k += 1
    return firm, market, queue


@kernel
def group_by_market(market, n_markets):
    """Stable counting sort: `start` (n_markets + 1,) and the entries of each market in their order."""
    start = np.zeros(n_markets + 1, np.int64)
    for m in market:
        start[m + 1] += 1
    for m in range(n_markets):
        start[m + 1] += start[m]
    place = start[:-1].copy()
    members = np.empty(market.size, np.int64)
    for k in range(market.size):
        members[place[market[k]]] = k
        place[market[k]] += 1
    return start, members


@kernel
def seeker_markets(seeker_id, n_markets, stream_quarter, key0, key1):
    """The local market of each seeker this quarter, and its place in the queue of applicants there."""
    n = seeker_id.size
    market, queue = np.empty(n, np.int64), np.empty(n, np.float64)
    w0, w1 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    w2, w3 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    philox_block(seeker_id, 0, n, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
    for s in range(n):
        market[s] = np.int64(uniform(w0[s]) * n_markets)
        queue[s] = uniform(w1[s])
    return market, queue


@inline_kernel
def _sort_by(queue, members, first, last):
    """Insertion sort of members[first:last] by queue: a local market holds a handful."""
    for a in range(first + 1, last):
        held = members[a]
        b = a
        while b > first and queue[members[b - 1]] > queue[held]:
            members[b] = members[b - 1]
            b -= 1
        members[b] = held


@kernel
def clear_markets(
    seeker_id, seeker_domain, seeker_firm, seeker_pay, seeker_market, seeker_queue,
    vacancy_firm, vacancy_market, vacancy_queue, n_markets,
    firm_id, firm_segment, firm_pay, proximity, move_noise, quarter, pair_stream, key0, key1,
):  # fmt: skip
    """Fill vacancies; returns for each seeker the row of the new firm, or -1.

    In each market vacancies are served in the order of their queue, and a firm sees applicants in the order of
    theirs. The pair draws (keyed by both) whether the applicant is suitable, with probability proximity[domain,
    segment], and whether an employed one moves: only if the offer beats present pay times (1 + noise of the pair), the
    amenity of the match. The first who suits and wants is hired; expected work is a few meetings a vacancy.
    """
    s_start, s_members = group_by_market(seeker_market, n_markets)
    v_start, v_members = group_by_market(vacancy_market, n_markets)
    hired = np.full(seeker_id.size, -1, np.int64)
    counter = when(pair_stream, quarter)
    for m in range(n_markets):
        if v_start[m] == v_start[m + 1] or s_start[m] == s_start[m + 1]:
            continue
        _sort_by(vacancy_queue, v_members, v_start[m], v_start[m + 1])
        _sort_by(seeker_queue, s_members, s_start[m], s_start[m + 1])
        for a in range(v_start[m], v_start[m + 1]):
            f = vacancy_firm[v_members[a]]
            for b in range(s_start[m], s_start[m + 1]):
                s = s_members[b]
                if hired[s] >= 0 or seeker_firm[s] == f:
                    continue
                w0, w1, _, _ = philox(seeker_id[s], firm_id[f], counter, 0, key0, key1)
                if uniform(w0) >= proximity[seeker_domain[s], firm_segment[f]]:
                    continue
                if seeker_firm[s] >= 0 and firm_pay[f] <= seeker_pay[s] * (1.0 + move_noise * (uniform(w1) - 0.5)):
                    continue
                hired[s] = f
                break
    return hired

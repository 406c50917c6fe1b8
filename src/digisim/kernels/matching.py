"""Search and matching in small local labour markets, in linear time and keyed by agents.

Workers and jobs fall at random on many local labour markets (an occupation in a place); in each, the short side is
served: Shimer, "Mismatch", American Economic Review 97(4), 2007, whose aggregate is close to a Cobb-Douglas matching
function. A market is a fixed partition: one more vacancy disturbs one market only, and markets are independent of
threads.
"""

from __future__ import annotations

import numpy as np

from digisim.jit import inline_kernel, kernel
from digisim.kernels.sums import group_by
from digisim.rng import philox_block, philox_rounds, uniform

WORD = np.uint64(0xFFFFFFFF)


@kernel
def expand_vacancies(vacancies, firm_id, pay_weight, n_markets, stream_quarter, key0, key1):
    """One entry per open position: firm row, local market, place in the queue, and where its search begins.

    The place in the queue is u / pay weight: well-paying jobs tend to go first. The search begins at a uniform share of
    the applicants.
    """
    total = vacancies.sum()
    firm, market = np.empty(total, np.int64), np.empty(total, np.int64)
    queue, begin = np.empty(total, np.float64), np.empty(total, np.float64)
    w0, w1 = np.empty(total, np.uint32), np.empty(total, np.uint32)
    w2, w3 = np.full(total, stream_quarter, np.uint32), np.full(total, 1, np.uint32)
    k = 0
    for f in range(vacancies.size):
        for slot in range(vacancies[f]):
            firm[k] = f
            w0[k] = firm_id[f]
            w1[k] = slot
            k += 1
    philox_rounds(total, key0, key1, w0, w1, w2, w3)
    for k in range(total):
        market[k] = np.int64(uniform(w0[k]) * n_markets)
        queue[k] = uniform(w1[k]) / pay_weight[firm[k]]
        begin[k] = uniform(w2[k])
    return firm, market, queue, begin


@kernel
def seeker_markets(seeker_id, employer, firm_pay, move_noise, n_markets, stream_quarter, key0, key1):
    """Local market of each seeker this quarter, reservation wage, and the word that he brings to a meeting.

    An employed person moves for more than present pay times (1 + a draw), the value of leaving or staying (McCall
    1970); who has no job takes any.
    """
    n = seeker_id.size
    market, reservation = np.empty(n, np.int64), np.empty(n, np.float64)
    w0, w1 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    w2, w3 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    philox_block(seeker_id, 0, n, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
    for s in range(n):
        market[s] = np.int64(uniform(w0[s]) * n_markets)
        pay = firm_pay[employer[s]] if employer[s] >= 0 else 0.0
        reservation[s] = pay * (1.0 + move_noise * (uniform(w1[s]) - 0.5))
    return market, reservation, w2


@kernel
def firm_words(firm_id, stream_quarter, key0, key1):
    """The word that each firm brings to its meetings with seekers this quarter."""
    n = firm_id.size
    w0, w1 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    w2, w3 = np.empty(n, np.uint32), np.empty(n, np.uint32)
    philox_block(firm_id, 0, n, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
    return w0


@inline_kernel
def _by_queue(queue, members, first, last, order, keys):
    """The vacancies of a market by queue: insertion sort in two small buffers; returns their number."""
    n = 0
    for a in range(first, last):
        key = queue[members[a]]
        b = n
        while b > 0 and keys[b - 1] > key:
            keys[b] = keys[b - 1]
            order[b] = order[b - 1]
            b -= 1
        keys[b] = key
        order[b] = members[a]
        n += 1
    return n


@inline_kernel
def _largest(start):
    """Entries of the fullest market."""
    most = 1
    for m in range(start.size - 1):
        most = max(most, start[m + 1] - start[m])
    return most


@kernel
def clear_markets(
    seeker_domain, seeker_firm, seeker_market, reservation, seeker_word,
    vacancy_firm, vacancy_market, vacancy_queue, vacancy_begin, n_markets,
    firm_segment, firm_pay, firm_word, proximity,
):  # fmt: skip
    """Fill vacancies; returns for each seeker the row of the new firm, or -1.

    In each market vacancies are served in the order of their queue. A firm goes through the free applicants from a
    drawn place on, round the list, and hires the first whom its pay wins (above the reservation wage) and who suits:
    with probability proximity[domain, segment]. Who is hired asks for more than anybody pays; the others keep their
    places, so that one more vacancy moves only those whom it displaces.

    The draw of a pair is the sum of a word of each modulo 2^32: uniform, and independent between any two pairs, which a
    generator call for each pair would give at ten times the cost (a rotation, Cranley & Patterson
    1976, SIAM Journal on Numerical Analysis 13(6)).
    """
    s_start, s_members = group_by(seeker_market, n_markets)
    v_start, v_members = group_by(vacancy_market, n_markets)
    hired = np.full(seeker_market.size, -1, np.int64)
    who, asks = np.empty(_largest(s_start), np.int64), np.empty(_largest(s_start), np.float64)
    order, keys = np.empty(_largest(v_start), np.int64), np.empty(_largest(v_start), np.float64)
    for m in range(n_markets):
        n = s_start[m + 1] - s_start[m]
        if n == 0 or v_start[m] == v_start[m + 1]:
            continue
        for b in range(n):
            who[b] = s_members[s_start[m] + b]
            asks[b] = reservation[who[b]]
        jobs = _by_queue(vacancy_queue, v_members, v_start[m], v_start[m + 1], order, keys)
        left = n
        for a in range(jobs):
            if left == 0:
                break
            v = order[a]
            f = vacancy_firm[v]
            pay = firm_pay[f]
            b = np.int64(vacancy_begin[v] * n)
            for _ in range(n):
                s = who[b]
                if pay > asks[b] and seeker_firm[s] != f:
                    word = (np.uint64(seeker_word[s]) + np.uint64(firm_word[f])) & WORD
                    if uniform(word) < proximity[seeker_domain[s], firm_segment[f]]:
                        hired[s] = f
                        left -= 1
                        asks[b] = np.inf
                        break
                b += 1
                if b == n:
                    b = 0
    return hired

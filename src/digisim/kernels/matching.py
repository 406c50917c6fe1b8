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
from digisim.kernels.talent import ONE, SEEKING
from digisim.rng import CHUNK, philox_block, philox_rounds, uniform

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
def seeker_markets(
    rows, identity, employer, domain, new_id, new_domain,  # rows of people who search, newcomers
    firm_pay, move_noise, n_markets, stream_quarter, key0, key1,
):  # fmt: skip
    """Seekers of this quarter, people of the city (`rows`) before newcomers: domain, firm (or -1: none), local market,
    reservation wage, and the word that each brings to a meeting.

    An employed person moves for more than present pay times (1 + a draw), the value of leaving or staying (McCall
    1970); who has no job takes any.
    """
    own, n = rows.size, rows.size + new_id.size
    field, firm, market = np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n, np.int64)
    reservation, word = np.empty(n, np.float64), np.empty(n, np.uint32)
    who, w0, w1, w2, w3 = (
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
    )
    for start in range(0, n, CHUNK):
        stop = min(start + CHUNK, n)
        for s in range(start, stop):
            if s < own:
                i = np.uint64(rows[s])
                who[s - start], field[s], firm[s] = identity[i], domain[i], employer[i]
            else:
                who[s - start], field[s], firm[s] = new_id[s - own], new_domain[s - own], SEEKING
        philox_block(who, 0, stop - start, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
        for j in range(stop - start):
            s = np.uint64(start + j)
            market[s] = np.int64(uniform(w0[j]) * n_markets)
            pay = firm_pay[np.uint64(firm[s])] if firm[s] >= 0 else 0.0
            reservation[s] = pay * (1.0 + move_noise * (uniform(w1[j]) - 0.5))
            word[s] = w2[j]
    return field, firm, market, reservation, word


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
    """The vacancies of a market by queue, each at the place that the number before it gives (no branch to guess wrong);
    returns their number."""
    n = last - first
    for a in range(n):
        keys[a] = queue[members[first + a]]
    for a in range(n):
        before = 0
        for b in range(n):
            before += np.int64((keys[b] < keys[a]) | ((keys[b] == keys[a]) & (b < a)))
        order[before] = members[first + a]
    return n


@inline_kernel
def _first_who_suits(begin, n, pay, firm, word, below, asks, employer, domain, words):
    """Place of the first of n applicants, from `begin` on and round the list, whom a firm hires; n if there is none."""
    b, end, own = np.uint64(begin), np.uint64(n), np.uint64(word)
    for _ in range(n):
        if pay > asks[b] and employer[b] != firm and (words[b] + own) & WORD < below[domain[b]]:
            return np.int64(b)
        b += ONE
        if b == end:
            b = np.uint64(0)
    return n


@inline_kernel
def _words_below(chances):
    """The whole number for each chance that words must be below, so that `uniform` of them is below the chance; the
    table on its side."""
    n, m = chances.shape
    below = np.empty((m, n), np.uint64)
    for a in range(n):
        for b in range(m):
            place = chances[a, b] * 2.0**32
            below[b, a] = np.uint64(np.floor(place)) + np.uint64(place - np.floor(place) > 0.5)
    return below


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
    most, jobs = _largest(s_start), _largest(v_start)
    asks, words = np.empty(most, np.float64), np.empty(most, np.uint64)
    employer, domain = np.empty(most, np.int64), np.empty(most, np.uint64)
    order, keys = np.empty(jobs, np.int64), np.empty(jobs, np.float64)
    firm, begin = np.empty(jobs, np.int64), np.empty(jobs, np.int64)
    below = _words_below(proximity)
    for m in range(n_markets):
        first, n = s_start[m], s_start[m + 1] - s_start[m]
        if n == 0 or v_start[m] == v_start[m + 1]:
            continue
        for b in range(n):  # side by side: each vacancy looks through all of them
            s = np.uint64(s_members[first + b])
            asks[b], words[b], employer[b], domain[b] = reservation[s], seeker_word[s], seeker_firm[s], seeker_domain[s]
        left, posts = n, _by_queue(vacancy_queue, v_members, v_start[m], v_start[m + 1], order, keys)
        for a in range(posts):
            firm[a], begin[a] = vacancy_firm[order[a]], np.int64(vacancy_begin[order[a]] * n)
        for a in range(posts):
            if left == 0:
                break
            f = firm[a]
            b = _first_who_suits(
                begin[a], n, firm_pay[f], f, firm_word[f], below[firm_segment[f]], asks, employer, domain, words
            )  # fmt: skip
            if b < n:
                hired[s_members[first + b]] = f
                left -= 1
                asks[b] = np.inf
    return hired

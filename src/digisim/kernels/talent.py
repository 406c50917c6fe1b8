"""What happens to each person in a quarter, before the labour market clears."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel
from digisim.rng import CHUNK, philox_block, uniform

SEEKING, GONE = -1, -2
ONE = np.uint64(1)  # rows are counted without a sign: each look into a column then needs no test for a negative index
QUARTERS_PER_YEAR = 4
# Columns of the table of rates, one row a firm and a last row for people who seek work.
LEAVE, LEAVE_ENTITLED, SEPARATE, SEARCH, RATES = 0, 1, 2, 3, 4


@kernel
def staff_of(employer, chosen, count):
    """Rows of the `count` people whose employer is one of the chosen firms, in row order."""
    wanted = np.zeros(chosen.size + 2, np.uint64)  # people who seek work (-1) or are gone (-2) come first: no branch
    for f in range(chosen.size):
        wanted[f + 2] = np.uint64(chosen[f])
    rows = np.empty(count + 1, np.int64)
    k = np.uint64(0)
    for i in range(employer.size):
        rows[k] = i
        k += wanted[np.uint64(employer[i] + 2)]
    return rows[:k]


@kernel
def take_jobs(rows, firms, employer, human_capital, headcount, effective):
    """People of `rows` begin to work in `firms`; who had a job leaves it.

    Sums of human capital are exact (see below), so that adding and taking away leaves no rounding behind.
    """
    for k in range(rows.size):
        i, to = np.uint64(rows[k]), np.uint64(firms[k])
        held = np.float64(human_capital[i])
        if employer[i] >= 0:
            left = np.uint64(employer[i])
            headcount[left] -= 1
            effective[left] -= held
        headcount[to] += 1
        effective[to] += held
        employer[i] = to


@kernel
def quarter_of_talent(
    identity, employer, human_capital, rootedness, born, entitled_until, trained,  # columns
    rates, learning, ceiling, least, most, course_gain, course_share, founding, retirement_quarters,  # behaviour
    now, course_lag, stream_quarter, key0, key1,  # time and chance
    effective, headcount, entitled, gone, lost, seekers, founders,  # outputs
):  # fmt: skip
    """Learning, leaving, layoffs, quits, search, courses and founding; returns the lengths of the four lists.

    One uniform decides between leaving the city, layoff and quitting (competing risks), one search, one the course,
    one the founding. Human capital closes a share `learning` of its gap to `ceiling` while at work (learning by doing).
    It stays between `least` and `most`: sums of float32 values of at most 8 in float64 are exact, whatever the order,
    below 2^20 people of a firm.
    """
    n_gone, n_lost, n_seek, n_found = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    n_firms = rates.shape[0] - 1
    oldest = now - retirement_quarters
    effective[:] = 0.0
    headcount[:] = 0
    entitled[:] = 0
    w0, w1, w2, w3 = (
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
        np.empty(CHUNK, np.uint32),
    )
    for start in range(0, employer.size, CHUNK):
        stop = min(start + CHUNK, employer.size)
        philox_block(identity, start, stop, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
        for k in range(stop - start):
            j, i = np.uint64(k), np.uint64(start + k)
            firm = employer[i]
            if firm == GONE:
                continue
            row = np.uint64(firm if firm >= 0 else n_firms)
            subsidised = entitled_until[i] >= now
            leave = rates[row, np.uint64(subsidised)] * rootedness[i]  # LEAVE or LEAVE_ENTITLED
            u = uniform(w0[j])
            if u < leave or born[i] <= oldest:
                gone[n_gone] = i
                n_gone += ONE
                continue
            if firm < 0:
                seekers[n_seek] = i
                n_seek += ONE
                continue
            if u < leave + rates[row, SEPARATE]:
                lost[n_lost] = i
                n_lost += ONE
                seekers[n_seek] = i
                n_seek += ONE
                continue
            h = np.float64(human_capital[i])
            h += learning * max(ceiling - h, 0.0)
            if trained[i] != 0 and now >= trained[i]:
                h *= 1.0 + course_gain
                trained[i] = 0
            h = min(max(h, least), most)
            human_capital[i] = h
            held = np.float64(human_capital[i])
            effective[row] += held
            headcount[row] += 1
            entitled[row] += np.int64(subsidised)
            if course_share > 0.0 and trained[i] == 0 and uniform(w2[j]) < course_share:
                trained[i] = now + course_lag
            seekers[n_seek] = i  # counted or written over: a branch that one in ten takes is guessed wrong too often
            n_seek += np.uint64(uniform(w1[j]) < rates[row, SEARCH])
            if uniform(w3[j]) < founding * held:
                founders[n_found] = i
                n_found += ONE
    return np.int64(n_gone), np.int64(n_lost), np.int64(n_seek), np.int64(n_found)

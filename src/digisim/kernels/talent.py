"""What happens to each person in a quarter, before the labour market clears."""

from __future__ import annotations

import numpy as np

from digisim.jit import inline_kernel, kernel
from digisim.rng import CHUNK, philox_block, uniform

SEEKING, GONE = -1, -2
# Rows are counted without a sign: each look into a column then needs no test for a negative index.
ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)
QUARTERS_PER_YEAR = 4
# Rows of tables by employer: people who are gone, people who seek work, then the firms: no branch to guess wrong.
FIRST_FIRM = 2
# Columns of the table of rates.
LEAVE, LEAVE_ENTITLED, SEPARATE, SEARCH, RATES = 0, 1, 2, 3, 4
# What a quarter brings to a person, added up; from ENTITLED on few people have any of it.
SEEKS, WORKS, ENTITLED, LEAVES, LOSES, FOUNDS = 1, 2, 4, 8, 16, 32


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
def rates_by_employer(headcount, leave, leave_entitled, layoff, behind, quit_idle, quit_search, leave_idle):
    """The table of rates: people who are gone do nothing, who seek work may leave the city and search, staff may leave,
    are dismissed, quit and search.

    Quits follow pay `behind` that of others. One of the staff is the owner, who neither moves away, nor quits, nor is
    dismissed.
    """
    rates = np.zeros((FIRST_FIRM + headcount.size, RATES))
    rates[1, LEAVE] = rates[1, LEAVE_ENTITLED] = leave_idle
    rates[1, SEARCH] = 1.0
    for f in range(headcount.size):
        others, row = (headcount[f] - 1) / max(headcount[f], 1), np.uint64(FIRST_FIRM + f)
        quits = others * behind[f]
        rates[row, LEAVE] = leave[f] * others
        rates[row, LEAVE_ENTITLED] = leave_entitled[f] * others
        rates[row, SEPARATE] = layoff[f] * others + min(quit_idle * quits, 1.0)
        rates[row, SEARCH] = min(quit_search * quits, 1.0)
    return rates


@inline_kernel
def _rates_of(firm, rates, own):
    """The rates of each person's employer side by side: whole rows, which a processor copies at one go."""
    for j in range(firm.size):
        row, k = np.uint64(firm[j] + FIRST_FIRM), np.uint64(RATES * j)
        leave, leave_entitled, separate, search = rates[row, 0], rates[row, 1], rates[row, 2], rates[row, 3]
        own[k], own[k + ONE], own[k + TWO], own[k + THREE] = leave, leave_entitled, separate, search


@inline_kernel
def _stay_or_go(firm, rootedness, born, entitled_until, own, w0, w1, now, oldest, fate):
    """Leaving the city, separation, search."""
    for j in range(firm.size):
        k = np.uint64(RATES * j)
        usual, with_right, separate, search = own[k], own[k + ONE], own[k + TWO], own[k + THREE]
        employed, subsidised = firm[j] >= 0, entitled_until[j] >= now
        leave = (with_right if subsidised else usual) * rootedness[j]
        u = uniform(w0[j])
        leaves = (u < leave) | ((born[j] <= oldest) & (firm[j] != GONE))
        stays = SEEKS * (uniform(w1[j]) < search) + WORKS * employed + ENTITLED * (employed & subsidised)
        loses = u < leave + separate
        fate[j] = LEAVES if leaves else (LOSES + SEEKS if loses else stays)


@inline_kernel
def _learn(human_capital, trained, w3, learning, ceiling, least, most, course_gain, founding, now, fate):
    """Learning by doing, courses that end, founding."""
    for j in range(human_capital.size):
        works = (fate[j] & WORKS) != 0
        ends = works & (trained[j] != 0) & (now >= trained[j])
        h = np.float64(human_capital[j])
        h += learning * max(ceiling - h, 0.0)
        h = h * (1.0 + course_gain) if ends else h
        held = np.float32(min(max(h, least), most))
        human_capital[j] = held if works else human_capital[j]
        trained[j] = 0 if ends else trained[j]
        fate[j] += FOUNDS * (works & (uniform(w3[j]) < founding * np.float64(held)))


@inline_kernel
def _begin_courses(trained, w2, course_share, end, fate):
    """A share of the staff that is on no course begins one."""
    for j in range(trained.size):
        begins = ((fate[j] & WORKS) != 0) & (trained[j] == 0) & (uniform(w2[j]) < course_share)
        trained[j] = end if begins else trained[j]


@inline_kernel
def _counted_with(firm, fate, row):
    """The row of the firm with whose staff each person counts at the end of the quarter; row 0 is nobody's."""
    for j in range(firm.size):
        row[j] = (firm[j] + FIRST_FIRM) * np.int32((fate[j] & WORKS) != 0)


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

    Tables by employer have a row for people who are gone, one for people who seek work, then the firms. Rates of who is
    gone are zero; who seeks work has a `SEARCH` of one and a `SEPARATE` of zero. A chunk of people passes through short
    loops without branches, in which the compiler works on several people at once; a last one counts and lists them.
    """
    n_gone, n_lost, n_seek, n_found = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
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
    own, fates, row = np.empty(RATES * CHUNK), np.empty(CHUNK, np.uint8), np.empty(CHUNK, np.int32)
    for start in range(0, employer.size, CHUNK):
        stop = min(start + CHUNK, employer.size)
        firm, capital, course, fate = (
            employer[start:stop],
            human_capital[start:stop],
            trained[start:stop],
            fates[: stop - start],
        )
        philox_block(identity[start:stop], 0, firm.size, 0, stream_quarter, 0, key0, key1, w0, w1, w2, w3)
        _rates_of(firm, rates, own)
        _stay_or_go(
            firm, rootedness[start:stop], born[start:stop], entitled_until[start:stop], own, w0, w1, now, oldest, fate
        )
        _learn(capital, course, w3, learning, ceiling, least, most, course_gain, founding, now, fate)
        if course_share > 0.0:
            _begin_courses(course, w2, course_share, now + course_lag, fate)
        _counted_with(firm, fate, row)
        for j in range(firm.size):
            i, f, what = start + j, np.uint64(row[j]), fate[j]
            effective[f] += capital[j]
            headcount[f] += 1
            seekers[n_seek] = i  # counted or written over: a branch that one in ten takes is guessed wrong too often
            n_seek += np.uint64(what & SEEKS)
            if what >= ENTITLED:
                if what & ENTITLED:
                    entitled[f] += 1
                if what & LEAVES:
                    gone[n_gone] = i
                    n_gone += ONE
                elif what & LOSES:
                    lost[n_lost] = i
                    n_lost += ONE
                elif what & FOUNDS:
                    founders[n_found] = i
                    n_found += ONE
    effective[0], headcount[0] = 0.0, 0
    return np.int64(n_gone), np.int64(n_lost), np.int64(n_seek), np.int64(n_found)

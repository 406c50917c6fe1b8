"""Firms by age and by growth: one pass over their rows for what the statistical office counts once a year."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def count_ages(alive, exited, founded, quarter, begins, cohort, at_risk, gone, counts):
    """Add up for the year that ends with `quarter`: firm-quarters begun in business and exits, by class of age.

    `begins` (ages,) are the ages in quarters from which classes begin, the first is 0; `at_risk` and `gone` (ages,) are
    added to, and `counts` (3,): firms founded in the year, firms that would become `cohort` quarters old within it, and
    those of them that did. A firm that closes in a quarter still began it; one that never was has no quarter of exit.
    """
    classes = begins.size
    for i in range(alive.size):
        if not alive[i] and exited[i] < 0:
            continue
        age = quarter - founded[i]
        if age < 4:
            counts[0] += 1
        elif cohort <= age < cohort + 4:
            counts[1] += 1
            if alive[i] or exited[i] - founded[i] >= cohort:
                counts[2] += 1
        last = quarter if alive[i] else exited[i]
        for now in range(max(quarter - 3, founded[i]), last + 1):
            k = classes - 1
            while k > 0 and begins[k] > now - founded[i]:
                k -= 1
            at_risk[k] += 1
            if not alive[i] and now == last:
                gone[k] += 1


@kernel
def comparable_growth(alive, merged, founded, before_quarter, staff, before, now):
    """Staff a year ago and growth now / before of the firms where both years can be compared, two arrays.

    In business, founded before `before_quarter`, no other firm bought, staff and revenue `before` and `now` above zero;
    row order.
    """
    count = 0
    people, change = np.empty(alive.size, np.int64), np.empty(alive.size)
    for i in range(alive.size):
        there = alive[i] and not merged[i] and founded[i] < before_quarter and staff[i] > 0
        if there and before[i] > 0.0 and now[i] > 0.0:
            people[count] = staff[i]
            change[count] = now[i] / before[i]
            count += 1
    return people[:count], change[:count]

"""Once-only awards to firms whose revenue of a year passes a step (part of step 9)."""

from __future__ import annotations

import numpy as np

from digisim.policy import disburse_in_order
from digisim.processes import Context

STEPS = 3  # 1, 10 and 100 亿: the classes in which plans count firms
RATIO = 10.0
LAST_QUARTER = 3


def steps_passed(revenue: np.ndarray, lowest: float) -> np.ndarray:
    """How many steps the revenue of a year (CNY) reaches, shape as `revenue`; the lowest is `lowest` (CNY).

    >>> steps_passed(np.array([0.5, 1.0, 9.0, 10.0, 5000.0]), 1.0).tolist()
    [0, 1, 1, 2, 3]
    """
    return np.asarray(sum((revenue >= lowest * RATIO**k).astype(np.int64) for k in range(STEPS)))


def award(context: Context) -> None:
    """At the end of a year each step that a firm passes for the first time is paid a share of it, in cash.

    The award follows what is already done, so it moves nothing but cash. Firms are served in the order of their rows
    until the year's ceiling is reached; who finds the money gone has had its turn.
    """
    if context.quarter % 4 != LAST_QUARTER:
        return
    firms, rights = context.firms, context.entitlements
    lowest = context.parameters["tier.lowest"]
    reached = np.where(firms.alive, steps_passed(firms.year_revenue, lowest), 0)
    if rights.tier_award > 0.0:
        new = [(reached > k) & (firms.tier_awarded <= k) for k in range(STEPS)]
        wanted = sum(step * rights.tier_award * lowest * RATIO**k for k, step in enumerate(new))
        paid = disburse_in_order(np.minimum(wanted, rights.tier_cap), rights.tier_budget, 0.0)
        context.flows.to_firms("government", "lever:tier_award", paid)
    firms.tier_awarded[:] = np.maximum(firms.tier_awarded, reached)

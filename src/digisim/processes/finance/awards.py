"""Once-only awards to firms that pass a revenue step or enter a list at the end of a year (part of step 9)."""

from __future__ import annotations

import numpy as np

from digisim.policy import disburse_in_order
from digisim.policy.rules import once
from digisim.policy.titles import KEY_SOFTWARE, load_titles, qualified
from digisim.processes import Context
from digisim.rng import Stream

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


def award_listed(context: Context) -> None:
    """At the end of a year each firm that is new on the list of key software firms is paid once, in cash.

    A firm is on the list from when it first meets the criteria, if its own draw falls below the part of those who meet
    them that is listed: u_i < s. So who met them in an earlier year, the base year included, is on it already or never
    will be, and nobody need be drawn while nothing is paid.
    """
    if context.quarter % 4 != LAST_QUARTER:
        return
    firms, rights, title = context.firms, context.entitlements, load_titles()[KEY_SOFTWARE]
    books = {
        "alive": firms.alive, "founded": firms.founded, "headcount": firms.headcount, "profit": firms.profit,
        "year_revenue": firms.year_revenue, "year_rd": firms.year_rd,
    }  # fmt: skip
    meets = qualified(books, title, context.quarter, float(context.memo["numeraire"]))
    if rights.list_award > 0.0:
        drawn = context.chance.uniforms(Stream.KEY_LIST, firms.id, quarter=0)[:, 0]
        entered = meets & (drawn < context.parameters[title.share])
        paid = disburse_in_order(once(entered, firms.key_criteria, rights.list_award), rights.list_budget, 0.0)
        context.flows.to_firms("government", "lever:list_award", paid)
    firms.key_criteria[:] |= meets

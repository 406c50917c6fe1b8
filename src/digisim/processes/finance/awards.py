"""Once-only awards to firms that pass a revenue step or enter a list at the end of a year (part of step 9)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.policy import disburse_in_order
from digisim.policy.rules import once
from digisim.policy.titles import KEY_SOFTWARE, Columns, load_titles, qualified
from digisim.processes import Context
from digisim.rng import Stream

STEPS = 3  # 1, 10 and 100 亿: the classes in which plans count firms
RATIO = 10.0
LAST_QUARTER = 3
KEY, HUNDRED = 1, 2  # what the two lists add to the column `lists_met`


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


def hundredth(parameters: Mapping[str, float], nation: float) -> float:
    """Software revenue of a year (CNY) of the last firm of the national hundred: Y_h = Y_h0 N^e.

    N is the nation's software revenue over that of the base year. The ranking is by revenue, so that whoever reaches
    the revenue of the hundredth is on it.

    >>> hundredth({"hundred.threshold": 6.0, "hundred.elasticity": 0.5}, 4.0)
    12.0
    """
    return float(parameters["hundred.threshold"] * nation ** parameters["hundred.elasticity"])


def met(firms: Columns, quarter: int, money: float, least: float) -> np.ndarray:
    """The lists whose measurable criteria firms meet in the year, (firms,) int8: the sum of `KEY` and `HUNDRED`.

    `money` is what one CNY of the registers is in the unit of account, `least` the revenue (CNY) of the hundredth.

    >>> books = dict(alive=[True] * 3, year_revenue=[5e8, 7e8, 7e8], year_rd=[4e7, 0.0, 7e7], founded=[0, 0, 0])
    >>> met({name: np.array(column) for name, column in books.items()}, 4, 1.0, 7e8).tolist()
    [1, 2, 3]
    """
    key = qualified(firms, load_titles()[KEY_SOFTWARE], quarter, money)
    among = firms["alive"] & (firms["year_revenue"] >= least)
    return np.asarray(np.where(key, KEY, 0) + np.where(among, HUNDRED, 0), np.int8)


def award_listed(context: Context) -> None:
    """At the end of a year each firm is paid once, in cash, for each of two national lists that it is new on.

    A firm is on the list of key software firms from when it first meets the criteria, if its own draw falls below the
    part of those who meet them that is listed: u_i < s. So who met them in an earlier year, the base year included, is
    on it already or never will be, and nobody need be drawn while nothing is paid. Among the hundred largest of the
    nation it is when its revenue of the year reaches that of the hundredth; who did so in an earlier year is not new.
    """
    if context.quarter % 4 != LAST_QUARTER:
        return
    firms, rights, p = context.firms, context.entitlements, context.parameters
    books = {
        "alive": firms.alive, "founded": firms.founded, "headcount": firms.headcount, "profit": firms.profit,
        "year_revenue": firms.year_revenue, "year_rd": firms.year_rd,
    }  # fmt: skip
    now = met(books, context.quarter, float(context.memo["numeraire"]), hundredth(p, context.environment.nation))
    if rights.list_award > 0.0:
        drawn = context.chance.uniforms(Stream.KEY_LIST, firms.id, quarter=0)[:, 0]
        entered = {KEY: (now & KEY > 0) & (drawn < p[load_titles()[KEY_SOFTWARE].share]), HUNDRED: now & HUNDRED > 0}
        due = [once(new, firms.lists_met & each > 0, rights.list_award) for each, new in entered.items()]
        paid = disburse_in_order(np.asarray(sum(due)), rights.list_budget, 0.0)
        context.flows.to_firms("government", "lever:list_award", paid)
    firms.lists_met[:] |= now

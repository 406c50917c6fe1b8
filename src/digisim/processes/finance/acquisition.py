"""Firms that are bought: a healthy firm that closes may pass to another of its segment (part of step 9)."""

from __future__ import annotations

import numpy as np

from digisim.kernels.firms import choose_buyers
from digisim.processes import Context
from digisim.rng import Stream


def buyers(context: Context, sold: np.ndarray, closing: np.ndarray) -> np.ndarray:
    """Row of the firm that buys each firm of `sold`, -1 where its segment has none without debt, shape (sold,).

    Firms with more and better business buy (Jovanovic & Rousseau 2002): the chance is in proportion to attractiveness.
    The draw is an exponential race keyed by both firms, so that one more firm moves few others.
    """
    firms, chance = context.firms, context.chance
    weight = np.where(firms.alive & ~closing & (firms.debt <= 0.0), sum(firms.attractiveness.T), 0.0)
    found, segments = np.empty(sold.size, np.int64), len(context.environment.segment_growth)
    choose_buyers(
        sold, firms.id, firms.segment, segments, weight, int(Stream.ACQUISITION), context.quarter, chance.seed,
        chance.member, found,
    )  # fmt: skip
    return found


def merge(context: Context, sold: np.ndarray, into: np.ndarray, staff: np.ndarray) -> None:
    """Staff, customers, orders, knowledge, floor area and accounts of each sold firm pass to its buyer.

    `staff` are the rows of the people who work in any firm that closes this quarter.
    """
    if sold.size == 0:
        return
    firms, flows = context.firms, context.flows
    buyer_of = np.full(firms.id.size, -1, np.int64)
    buyer_of[sold] = into
    _floor(context, sold, into)
    flows.absorb(sold, into)
    new_employer = buyer_of[context.talent.employer[staff]]
    moving = new_employer >= 0
    flows.hire(staff[moving], new_employer[moving])
    flows.close(sold, context.quarter)


def _floor(context: Context, sold: np.ndarray, into: np.ndarray) -> None:
    """A sold firm's area stands empty again; its buyer takes as much in its own park, as far as there is any."""
    firms, parks = context.firms, context.parks
    taken = []
    for area, left, own in zip(
        firms.floor_area[sold].tolist(), firms.park[sold].tolist(), firms.park[into].tolist(), strict=True
    ):
        parks[left].vacant += area
        taken.append(min(area, parks[own].vacant))
        parks[own].vacant -= taken[-1]
    context.flows.lease(into, np.array(taken))

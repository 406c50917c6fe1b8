"""Firms that are bought: a healthy firm that closes may pass to another of its segment (part of step 9)."""

from __future__ import annotations

import numpy as np

from digisim.kernels.talent import staff_of
from digisim.processes import Context
from digisim.rng import Stream

YEARS_TO_1900 = 1900 * 4


def buyers(context: Context, sold: np.ndarray, closing: np.ndarray) -> np.ndarray:
    """Row of the firm that buys each firm of `sold`, -1 where its segment has none without debt, shape (sold,).

    Firms with more and better business buy (Jovanovic & Rousseau 2002): the chance is in proportion to attractiveness.
    The draw is an exponential race keyed by both firms, so that one more firm moves few others.
    """
    firms = context.firms
    weight = np.where(firms.alive & ~closing & (firms.debt <= 0.0), firms.attractiveness.sum(axis=1), 0.0)
    found = np.full(sold.size, -1, np.int64)
    for k, row in enumerate(sold):
        rivals = np.flatnonzero((firms.segment == firms.segment[row]) & (weight > 0.0))
        if rivals.size:
            other = int(firms.id[row])
            u = context.chance.uniforms(Stream.ACQUISITION, firms.id[rivals], quarter=context.quarter, other=other)
            found[k] = rivals[np.argmin(-np.log(u[:, 0]) / weight[rivals])]
    return found


def merge(context: Context, sold: np.ndarray, into: np.ndarray) -> None:
    """Staff, customers, orders, knowledge, floor area and accounts of each sold firm pass to its buyer."""
    if sold.size == 0:
        return
    firms, flows, employer = context.firms, context.flows, context.talent.employer
    buyer_of = np.full(firms.id.size, -1, np.int64)
    buyer_of[sold] = into
    staff = staff_of(employer, buyer_of >= 0, int(firms.headcount[sold].sum()))
    for row, buyer in zip(sold, into, strict=True):
        _floor(context, row, buyer)
        flows.absorb(row, buyer)
    flows.hire(staff, buyer_of[employer[staff]], context.quarter - YEARS_TO_1900)
    flows.close(sold, context.quarter)


def _floor(context: Context, row: int, buyer: int) -> None:
    """The sold firm's area stands empty again; the buyer takes as much in its own park, as far as there is any."""
    firms, parks = context.firms, context.parks
    area = float(firms.floor_area[row])
    parks[firms.park[row]].vacant += area
    taken = min(area, parks[firms.park[buyer]].vacant)
    parks[firms.park[buyer]].vacant -= taken
    context.flows.lease(buyer, taken)

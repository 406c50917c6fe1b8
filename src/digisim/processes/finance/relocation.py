"""Firms that move to another city of a joint run (part of step 9; they open there at the next quarter's entry)."""

from __future__ import annotations

import numpy as np

from digisim.processes import Context
from digisim.rng import Stream
from digisim.state.elsewhere import Movers, new_identities, packed_people


def moving_weight(headcount: np.ndarray, elasticity: float) -> np.ndarray:
    """How readily firms move, shape as `headcount`: n^x, none where nobody works (sunk costs of a place rise with
    size, so that large firms move less often).

    >>> moving_weight(np.array([0, 1, 100]), -0.5).tolist()
    [0.0, 1.0, 0.1]
    """
    weight: np.ndarray = np.where(headcount > 0, np.maximum(headcount, 1.0) ** elasticity, 0.0)
    return weight


def chosen_cities(context: Context) -> np.ndarray:
    """Position of the joined city that each firm moves to, -1 where it stays, shape (firms,).

    A city draws as many firms a quarter as its offer brings from outside, times the share of the country's jobs in this
    one: h_k w_i / W, with w_i the weight of a firm, W their sum when the cities were joined.
    """
    firms, other = context.firms, context.elsewhere
    place = np.full(firms.id.size, -1, np.int64)
    if not other.cities:
        return place
    u = context.chance.uniforms(Stream.RELOCATING, firms.id, quarter=context.quarter)[:, 0]
    weight = moving_weight(firms.headcount, context.parameters["relocation.size"]) / other.weight
    for k, reached in enumerate(np.cumsum(other.firms_to)):
        place[firms.alive & (place < 0) & (u < reached * weight)] = k
    return place


def usual_moves(context: Context) -> np.ndarray:
    """Chance a quarter that a firm moves to a joined city as things usually are, shape (firms,): moves are among the
    reasons of the residual exit, which a city that is joined counts city by city."""
    firms, other = context.firms, context.elsewhere
    weight = moving_weight(firms.headcount, context.parameters["relocation.size"])
    chance: np.ndarray = other.usual * weight / other.weight
    return chance


def packed_firms(context: Context, rows: np.ndarray) -> Movers:
    """What firms take along: an identity of their own in the new city, segment, capability relative to the frontier
    (log), staff, pay relative to that outside, premium, research, own products, the steps it was awarded for, and
    whether it ever met the criteria of the list of key software firms."""
    firms, env = context.firms, context.environment
    return {
        "id": new_identities(firms.id[rows], context.memo["region"], context.chance, kind=1),
        "segment": firms.segment[rows].copy(),
        "ln_c": np.log(firms.capability[rows] / env.frontier),
        "jobs": firms.headcount[rows].astype(float),
        "pay": firms.wage[rows] / env.wage_outside,
        "wage_premium": firms.wage_premium[rows].copy(),
        "rd_base": firms.rd_base[rows].copy(),
        "product_share": firms.product_share[rows].copy(),
        "tier_awarded": firms.tier_awarded[rows].copy(),
        "milestones": firms.milestones[rows].copy(),
        "lists_met": firms.lists_met[rows].copy(),
    }


def going_along(context: Context, staff: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """People (rows) who move with their firm, and the position of that firm in `rows`: a share `anchor.transfer` of its
    staff, those with the least draw. `staff` are rows of people at work in closing firms."""
    employer = context.talent.employer[staff]
    place = np.full(context.firms.id.size, -1, np.int64)
    place[rows] = np.arange(rows.size)
    own = staff[place[employer] >= 0]
    firm = place[context.talent.employer[own]]
    identity = context.talent.id[own].astype(np.int64)
    u = context.chance.uniforms(Stream.RELOCATING, identity, quarter=context.quarter, block=1)[:, 0]
    order = np.lexsort((u, firm))
    first = np.searchsorted(firm[order], np.arange(rows.size))
    rank = np.arange(own.size) - first[firm[order]]
    goes = rank < np.floor(context.parameters["anchor.transfer"] * context.firms.headcount[rows])[firm[order]]
    return own[order[goes]], firm[order[goes]]


def send(context: Context, place: np.ndarray, taken: Movers, along: np.ndarray, firm: np.ndarray) -> None:
    """Hand over firms (`taken`, a row each, to the cities at `place`) and the people who go `along` with their firm."""
    other = context.elsewhere
    now = context.quarter - 1900 * 4
    for k, city in enumerate(other.cities):
        rows = np.flatnonzero(place == k)
        if rows.size == 0:
            continue
        number = np.full(place.size, -1, np.int64)
        number[rows] = np.arange(rows.size)
        goes = number[firm] >= 0
        rows_of, talent = along[goes], context.talent
        held = {
            "id": talent.id[rows_of], "human_capital": talent.human_capital[rows_of], "domain": talent.domain[rows_of],
            "born": talent.born[rows_of],
        }  # fmt: skip
        people = packed_people(held, number[firm[goes]], now, left=context.memo["region"], chance=context.chance)
        other.firms_out.setdefault(city, []).append({name: values[rows] for name, values in taken.items()})
        other.people_out.setdefault(city, []).append(people)
        context.flows.leave(along[goes], city)
        context.count("firms_to_cities", rows.size)
        context.count("to_cities", float(goes.sum()))
        context.count("left", float(goes.sum()))

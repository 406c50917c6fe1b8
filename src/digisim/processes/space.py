"""Step 3: parks build, open floor area and reset rents; firms that outgrow theirs choose another or stay cramped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from digisim.actors import Park, pull, settle
from digisim.clock import quarterly_hazard
from digisim.processes import Context, Process, names
from digisim.rng import Stream


def run(context: Context) -> None:
    """Building, rents, leases. Each park keeps its own books of vacant area, which the identity checks against leases.

    Rent moves towards what vacancy asks for (Wheaton & Torto 1994), what is begun towards what tenants will need when
    it opens, some years later. A firm holds
    area for the larger of its staff and its desired staff; where its park is full it moves with some probability to one
    that it chooses by rent, services and room, else it shares out what is left with the others.
    """
    firms, p = context.firms, context.parameters
    growth, pace = growth_of_let(context.parks), quarterly_hazard(p["park.expectation.pace"])
    for park in context.parks:
        park.receive(p["platform.wear"])
        park.expect(growth, pace)
        park.deliver(p["park.building.years"])
        park.begin(p["park.building.rate"], p["park.vacancy.natural"], p["park.building.years"])
        park.reset_rent(
            context.environment.rent_level, p["park.rent.response"], p["park.vacancy.natural"], p["park.rent.pace"]
        )
    staff = np.maximum(firms.headcount, np.minimum(firms.desired_workers, firms.headcount * p["space.foresight"] + 1.0))
    need = np.where(firms.alive, staff * p["park.m2.per.job"], 0.0)
    _give_back(context, need)
    _move(context, need)
    _take(context, need)


def growth_of_let(parks: Sequence[Park]) -> float:
    """By how much what is let in the city grew over the last quarter, a year (logs)."""
    now, before = sum(park.built - park.vacant for park in parks), sum(park.let for park in parks)
    return 4.0 * float(np.log(now / before)) if now > 0.0 and before > 0.0 else 0.0


def _give_back(context: Context, need: np.ndarray) -> None:
    """Firms return what they do not need beyond a reserve."""
    firms = context.firms
    keep = np.minimum(firms.floor_area, need * context.parameters["space.reserve"])
    returned = np.bincount(firms.park, weights=firms.floor_area - keep, minlength=len(context.parks))
    firms.floor_area[:] = keep
    for park, area in zip(context.parks, returned, strict=True):
        park.vacant += area


def _move(context: Context, need: np.ndarray) -> None:
    """Firms whose park cannot serve them, and a share whose lease ends, choose a place that has room, and move.

    Which one follows from its rent, services and room (conditional logit: `digisim.actors.pull`). Who was cramped does
    not choose the same park again; who looks anew may stay. Nobody moves out of an incubator before the time is over,
    and everybody looks anew then.
    """
    firms, parks, p = context.firms, context.parks, context.parameters
    short = need - firms.floor_area
    wanted = np.bincount(firms.park, weights=np.maximum(short, 0.0), minlength=len(parks))
    room = np.array([park.vacant for park in parks])
    full = (wanted > room)[firms.park] & (short > 0.0)
    free = firms.alive.copy()
    free[context.named()] = False  # their parks are their own
    free &= firms.incubated_until <= context.quarter
    u = context.chance.uniforms(Stream.RELOCATION, firms.id, quarter=context.quarter)
    cramped = free & full & (u[:, 0] < p["space.relocation"])
    anew = free & ((u[:, 1] < quarterly_hazard(p["space.moving"])) | (firms.incubated_until == context.quarter))
    rows = np.flatnonzero(cramped | anew)
    if rows.size == 0:
        return
    odds = pull(parks, p, context.environment.rent_level)
    own = np.where(cramped[rows], firms.park[rows], -1)
    luck = partial(context.chance.uniforms, Stream.NEW_PLACES, firms.id[rows], quarter=context.quarter)
    chosen = settle(parks, odds, lambda block: luck(block=block), need[rows], own)
    moves = (room[chosen] >= need[rows]) & (chosen != firms.park[rows])
    rows, chosen = rows[moves], chosen[moves]
    area, old = firms.floor_area[rows].tolist(), firms.park[rows].tolist()
    for row, place, before, size in zip(rows.tolist(), chosen.tolist(), old, area, strict=True):
        if parks[place].vacant < size:
            continue  # those before it took the room
        parks[before].vacant += size
        parks[place].vacant -= size
        firms.park[row] = place


def _take(context: Context, need: np.ndarray) -> None:
    """Vacant area goes to the firms of the park that lack some, in proportion where it does not suffice."""
    firms = context.firms
    short = np.maximum(need - firms.floor_area, 0.0)
    wanted = np.bincount(firms.park, weights=short, minlength=len(context.parks))
    share = np.array(
        [min(1.0, park.vacant / w) if w > 0.0 else 0.0 for park, w in zip(context.parks, wanted, strict=True)]
    )
    taken = short * share[firms.park]
    firms.floor_area[:] += taken
    used = np.bincount(firms.park, weights=taken, minlength=len(context.parks))
    for park, area in zip(context.parks, used, strict=True):
        park.vacant = max(park.vacant - area, 0.0)


SPACE = Process(
    name="space",
    run=run,
    firm_reads=names("id alive headcount desired_workers incubated_until"),
    firm_writes=names("park floor_area"),
    streams=(Stream.RELOCATION, Stream.NEW_PLACES),
    page="space",
)

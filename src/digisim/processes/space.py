"""Step 3: parks deliver floor area and reset rents; firms that outgrow their space look elsewhere or stay cramped."""

from __future__ import annotations

import numpy as np

from digisim.processes import Context, Process, names
from digisim.rng import Stream


def run(context: Context) -> None:
    """Deliveries, rents, leases. Each park keeps its own books of vacant area, which the identity checks against
    leases.

    Rent moves towards what vacancy asks for (Wheaton & Torto 1994), building towards what tenants need. A firm holds
    area for the larger of its staff and its desired staff; where its park is full it moves with some probability to the
    emptiest park, else it shares out what is left with the others.
    """
    firms, p = context.firms, context.parameters
    _public_floor(context)
    for park in context.parks:
        park.deliver(p["park.building.rate"] / 4.0, p["park.vacancy.natural"])
        park.reset_rent(
            context.environment.rent_level, p["park.rent.response"], p["park.vacancy.natural"], p["park.rent.pace"]
        )
    staff = np.maximum(firms.headcount, np.minimum(firms.desired_workers, firms.headcount * p["space.foresight"] + 1.0))
    need = np.where(firms.alive, staff * p["park.m2.per.job"], 0.0)
    _give_back(context, need)
    _move(context, need)
    _take(context, need)


def _public_floor(context: Context) -> None:
    """What the city builds is divided over its parks by their size; it stands empty until somebody takes it."""
    area = context.entitlements.new_floor
    parks = [park for park in context.parks if not park.scattered]
    total = sum(park.built for park in parks)
    if area <= 0.0 or total <= 0.0:
        return
    for park, part in zip(parks, [park.built / total for park in parks], strict=True):
        park.built += area * part
        park.vacant += area * part


def _give_back(context: Context, need: np.ndarray) -> None:
    """Firms return what they do not need beyond a reserve."""
    firms = context.firms
    keep = np.minimum(firms.floor_area, need * context.parameters["space.reserve"])
    returned = np.bincount(firms.park, weights=firms.floor_area - keep, minlength=len(context.parks))
    firms.floor_area[:] = keep
    for park, area in zip(context.parks, returned, strict=True):
        park.vacant += area


def _move(context: Context, need: np.ndarray) -> None:
    """Some firms whose park cannot serve them move, area and all, to the park with most room."""
    firms = context.firms
    short = need - firms.floor_area
    wanted = np.bincount(firms.park, weights=np.maximum(short, 0.0), minlength=len(context.parks))
    full = np.array([w > park.vacant for park, w in zip(context.parks, wanted, strict=True)])
    candidates = np.flatnonzero(full[firms.park] & (short > 0.0))
    if candidates.size == 0:
        return
    chance = context.chance.uniforms(Stream.RELOCATION, firms.id[candidates], quarter=context.quarter)[:, 0]
    for row in candidates[chance < context.parameters["space.relocation"]]:
        best = max(range(len(context.parks)), key=lambda k: context.parks[k].vacant)
        if best != firms.park[row] and context.parks[best].vacant >= need[row]:
            context.parks[firms.park[row]].vacant += firms.floor_area[row]
            context.parks[best].vacant -= firms.floor_area[row]
            firms.park[row] = best


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
    firm_reads=names("id alive headcount desired_workers"),
    firm_writes=names("park floor_area"),
    streams=(Stream.RELOCATION,),
    page="space",
)

"""What the places of a city cost those who look for room, what support is worth to them, and where they settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from digisim.actors.park import Park
from digisim.kernels.places import choose_places

WORDS = 4  # uniforms of a draw


def pull(parks: Sequence[Park], parameters: Mapping[str, float], level: float) -> np.ndarray:
    """Odds of a square metre of each place against one that costs nothing, shape (parks,): exp(e charge / level).

    The conditional logit of McFadden (1974) in what a place costs (`Park.charge`), over the level of rents (CNY a m2
    and month): new firms weigh the costs of places so (Carlton 1983). With little choice elsewhere e is the percent
    change of the chance to settle per 1% of rent.
    """
    wear, worth = parameters["platform.wear"], parameters["platform.worth"]
    return _odds(np.array([park.charge(wear, worth) for park in parks]), parameters, level)


def support_worth(parks: Sequence[Park], parameters: Mapping[str, float], level: float) -> float:
    """What support and services are worth to who looks for room in the city, CNY a m2 and month.

    (level / -e) ln (sum of room x pull / sum of room x pull without them), the gain of a choice among places (Small &
    Rosen 1981, Econometrica 49(1)); nothing where nothing is paid. Room is what stands empty.
    """
    room = np.array([park.vacant for park in parks])
    bare = _odds(np.array([park.rent for park in parks]), parameters, level)
    offered, usual = float(room @ pull(parks, parameters, level)), float(room @ bare)
    if usual <= 0.0 or offered == usual:
        return 0.0
    return float(level / -parameters["park.rent.elasticity"] * np.log(offered / usual))


def settle(
    parks: Sequence[Park],
    odds: np.ndarray,
    draw: Callable[[int], np.ndarray],
    need: np.ndarray,
    own: np.ndarray,
) -> np.ndarray:
    """Return the place that each firm chooses for its need (m2), (firms,); `own` is the one that it leaves, or -1.

    Each draws by odds (`pull`) times room, with luck keyed by firm and place (`digisim.kernels.places`): `draw` gives
    the uniforms of a block of four places, (firms, 4).
    """
    u = [draw(block) for block in range(-(-len(parks) // WORDS))]
    room, chosen = np.array([park.vacant for park in parks]), np.empty(need.size, np.int64)
    choose_places(np.hstack(u), need, own, room, odds, chosen)
    return chosen


def apportion(total: int, area: np.ndarray) -> np.ndarray:
    """Whole incubator places of each park, in proportion to floor area (m2), (parks,); they add up to the total.

    >>> apportion(10, np.array([100.0, 300.0, 0.0])).tolist()
    [3, 7, 0]
    """
    if not area.any():
        return np.zeros(area.size, np.int64)
    ends = np.cumsum(area)
    shares: np.ndarray = np.floor(total * (ends / ends[-1]) + 0.5).astype(np.int64)
    return np.diff(shares, prepend=0)


def place_area(parameters: Mapping[str, float]) -> float:
    """Floor area of an incubator's place, m2: room for the people whom a founder plans with, one at least."""
    return max(parameters["entrant.size"], 1.0) * parameters["park.m2.per.job"]


def tenants(alive: np.ndarray, until: np.ndarray, park: np.ndarray, quarter: int, parks: int) -> np.ndarray:
    """Firms in the incubators of each park, (parks,): those in business that leave later (`until`, quarters), (firms,).

    >>> tenants(np.array([True, True, False]), np.array([9, 8, 9]), np.array([1, 1, 0]), 8, 2).tolist()
    [0, 1]
    """
    return np.bincount(park[alive & (until > quarter)], minlength=parks)


def admit(free: np.ndarray, lot: np.ndarray, draw: Callable[[np.ndarray, int], np.ndarray]) -> np.ndarray:
    """Return the park whose incubator takes each applicant, or -1, (applicants,); `free` are its places, (parks,).

    Places are short and go by lot (`lot`, uniforms of the applicants); who is drawn chooses one at random, with luck
    keyed by firm and park, so that one applicant more turns away one at most: `draw` gives the uniforms of applicants
    and a block of four parks, (rows, 4).
    """
    taken = np.full(lot.size, -1)
    drawn = np.argsort(lot, kind="stable")[: int(free.sum())]
    if drawn.size:
        u = np.hstack([draw(drawn, block) for block in range(-(-free.size // WORDS))])
        chosen, every = np.empty(drawn.size, np.int64), np.ones(free.size)
        choose_places(u, np.ones(drawn.size), taken[drawn], free.astype(float), every, chosen)
        taken[drawn] = chosen
    return taken


def _odds(charge: np.ndarray, parameters: Mapping[str, float], level: float) -> np.ndarray:
    odds: np.ndarray = np.exp(parameters["park.rent.elasticity"] * charge / level)
    return odds

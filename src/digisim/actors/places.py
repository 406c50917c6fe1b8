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


def _odds(charge: np.ndarray, parameters: Mapping[str, float], level: float) -> np.ndarray:
    odds: np.ndarray = np.exp(parameters["park.rent.elasticity"] * charge / level)
    return odds

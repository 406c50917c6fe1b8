"""Firms that look for room choose a place."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def choose_places(u, need, own, room, pull, chosen):
    """Each firm in turn takes its need (m2) in one of the places that have it, with odds room x pull.

    `u` is a uniform for each firm; `own` (firms,) the place that it cannot choose, since it outgrew it, or -1; `room`
    (places,) is what stands empty, m2, and falls as it is taken; `chosen` (firms,) gets the place. Every empty square
    metre is an alternative, so that a place split in two draws as before (McFadden 1978). Where no place has room for
    all of it, a firm that sits somewhere stays (`own`); a new one goes by what room there is, without any by pull, and
    takes as much as there is.
    """
    odds = np.empty(room.size)
    for i in range(u.size):
        for attempt in range(3):
            total = 0.0
            for k in range(room.size):
                if attempt == 0:
                    odds[k] = room[k] * pull[k] if room[k] >= need[i] and k != own[i] else 0.0
                elif attempt == 1:
                    odds[k] = max(room[k], 0.0) * pull[k]
                else:
                    odds[k] = pull[k]
                total += odds[k]
            if total > 0.0 or own[i] >= 0:
                break
        if total <= 0.0:
            chosen[i] = own[i]
            continue
        reached, threshold = 0.0, u[i] * total
        for k in range(room.size):
            if odds[k] > 0.0:
                chosen[i] = k
                reached += odds[k]
                if threshold < reached:
                    break
        room[chosen[i]] = max(room[chosen[i]] - need[i], 0.0)

"""Firms that look for room choose a place."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def choose_places(u, need, own, room, pull, chosen):
    """Each firm in turn takes its need (m2) in one of the places that have it, with odds room x pull.

    An exponential race: each place draws -ln u / odds, `u` (firms, places) keyed by firm and place; the least wins. So
    a place that gains draws firms to itself and moves nobody between others (the logit of McFadden 1974 has the same
    odds, and so has a place split in two, where firms are small beside it). `own` (firms,) is the place that a firm
    cannot choose, since it outgrew it, or -1; `room` (places,) is what stands empty, m2, and falls as it is taken;
    `chosen` (firms,) gets the place. Where no place has room for all of it, a firm that sits somewhere stays (`own`); a
    new one goes by what room there is, without any by pull, and takes as much as there is.
    """
    for i in range(need.size):
        best, chosen[i] = np.inf, own[i]
        for attempt in range(3):
            for k in range(room.size):
                if attempt == 0:
                    odds = room[k] * pull[k] if room[k] >= need[i] and k != own[i] else 0.0
                elif attempt == 1:
                    odds = max(room[k], 0.0) * pull[k]
                else:
                    odds = pull[k]
                time = -np.log(u[i, k]) / odds if odds > 0.0 else np.inf
                if time < best:
                    best, chosen[i] = time, k
            if best < np.inf or own[i] >= 0:
                break
        if chosen[i] != own[i]:
            room[chosen[i]] = max(room[chosen[i]] - need[i], 0.0)

"""What firms can learn from those around them: neighbours and customers."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def within_reach(alive, segment, park, stock, closer, far, n_segments):
    """Knowledge of other firms of the segment within reach of each firm, (firms,); a closed firm reaches none.

    `closer` (parks,) of what others in the own park know, and `far` of what others in the city know.
    """
    near, city = np.zeros((n_segments, closer.size)), np.zeros(n_segments)
    for f in range(alive.size):
        if alive[f]:
            near[segment[f], park[f]] += stock[f]
    for s in range(n_segments):
        for k in range(closer.size):
            city[s] += near[s, k]
    reach = np.zeros(alive.size)
    for f in range(alive.size):
        if alive[f]:
            neighbours = near[segment[f], park[f]] - stock[f]
            reach[f] = max(closer[park[f]] * neighbours + far * (city[segment[f]] - stock[f]), 0.0)
    return reach


@kernel
def lead_of_customers(order, weight, total, level):
    """Sum over customers of weight / total x max(level of the customer - own level, 0), for each firm, (firms,).

    With firms in the `order` of their level, highest first, it is the sum over those that came before.
    """
    lead = np.zeros(order.size)
    part, known = 0.0, 0.0
    for f in order:
        share = weight[f] / total
        part += share
        known += share * level[f]
        lead[f] = max(known - part * level[f], 0.0)
    return lead

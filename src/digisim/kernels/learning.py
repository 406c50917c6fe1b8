"""What firms learn: by themselves, from neighbours, from the frontier and from customers."""

from __future__ import annotations

import numpy as np

from digisim.jit import kernel


@kernel
def grown(now, before):
    """Factor by which each stock has grown, (firms,); one for a firm that has or had nothing."""
    factor = np.ones(now.size)
    for f in range(now.size):
        if now[f] > 0.0 and before[f] > 0.0:
            factor[f] = now[f] / before[f]
    return factor


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


@kernel
def log_advance(
    alive, own, pool, per_head, level, park, platforms, taught, luck,
    research, spillover, imitation, usual, frontier, spread,
):  # fmt: skip
    """Change of ln c of each firm in a quarter, (firms,): research, neighbours, imitation, customers and luck.

    `own` and `pool` are log growth of the own stock and of that within reach, `level` is ln c and `frontier` ln F;
    absorptive capacity is k / (k + usual), k = `per_head`; `platforms` (parks,) multiply what is learnt from neighbours
    and by imitation. A closed firm stays as it was.
    """
    step = np.zeros(alive.size)
    for f in range(alive.size):
        if not alive[f]:
            continue
        absorptive = per_head[f] / (per_head[f] + usual)
        imitated = imitation * absorptive * max(frontier - level[f], 0.0)
        learnt = (spillover * pool[f] + imitated) * platforms[park[f]]
        step[f] = research * own[f] + learnt + taught[f] + spread * luck[f] - 0.5 * spread * spread
    return step

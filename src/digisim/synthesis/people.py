"""The people of the start: one row each."""

from __future__ import annotations

import numpy as np

from digisim.rng import Stream
from digisim.state.table import Table
from digisim.synthesis.draws import Member

OWN_DOMAIN = 0.75  # share of staff whose experience lies in the firm's segment
CAME_FROM_OUTSIDE = 0.3  # share of the start who once moved to the city
YOUNG, PRIME = 22.0, 30.0  # the age distribution: 22 plus an exponential of mean (PRIME - YOUNG), truncated at 55
OLDEST = 55.0


def add_people(
    talent: Table, sizes: np.ndarray, segment: np.ndarray, weights: np.ndarray, member: Member, quarter: int
) -> None:
    """Append the staff of each firm and the people who look for work.

    Human capital follows from years of work by the law of the labour process, h = H - (H - h_0) exp(-g t), with a
    spread of starting values.
    """
    p, law = member.parameters, member.chance
    staff = int(sizes.sum())
    unemployment = p["unemployment.start"] * member.regime.slack
    idle = round(staff * unemployment / (1.0 - unemployment))
    n = staff + idle
    identity = np.arange(n, dtype=np.int64)
    u = law.uniforms(Stream.START_TALENT, identity, quarter=0)
    more = law.uniforms(Stream.START_TALENT, identity, quarter=0, block=1)
    employer = np.full(n, -1, np.int32)
    employer[:staff] = np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)
    left = np.exp(-(OLDEST - YOUNG) / (PRIME - YOUNG))
    age = YOUNG - (PRIME - YOUNG) * np.log(left + (1.0 - left) * u[:, 0])
    first = p["human.capital.graduate"] * np.exp(
        p["human.capital.spread"] * np.sqrt(-2 * np.log(u[:, 1])) * np.cos(2 * np.pi * u[:, 2])
    )
    ceiling = p["human.capital.ceiling"]
    capital = ceiling - (ceiling - first) * np.exp(-p["human.capital.learning"] * (age - YOUNG))
    drawn = np.minimum(np.searchsorted(np.cumsum(weights), more[:, 1]), weights.size - 1)
    own = (more[:, 0] < OWN_DOMAIN) & (employer >= 0)
    domain = np.where(own, segment[np.maximum(employer, 0)], drawn)
    now = quarter - 1900 * 4
    talent.append(
        n, id=identity.astype(np.uint32), employer=employer, human_capital=np.clip(capital, 0.25,
        8.0).astype(np.float32),
        domain=domain.astype(np.int8), born=(now - age * 4).astype(np.int16), hired=np.int16(now - 8),
        rootedness=np.where(more[:, 2] < CAME_FROM_OUTSIDE, p["rootedness.migrant"], 1.0).astype(np.float32),
    )  # fmt: skip

"""The people of the start: one row each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.rng import Stream
from digisim.state.table import Table
from digisim.synthesis.draws import Member


def leaving_rate(p: Mapping[str, float]) -> float:
    """Share of the people at work who leave the city's industry in a year: people from outside leave more readily."""
    return p["leave.rate"] * (1.0 + p["outside.share.start"] * (p["rootedness.migrant"] - 1.0))


def add_people(
    talent: Table, sizes: np.ndarray, segment: np.ndarray, weights: np.ndarray, member: Member, quarter: int
) -> None:
    """Append the staff of each firm and the people who look for work.

    Years of work are exponential at the rate of leaving, cut at retirement: the distribution that the labour process
    itself keeps up. Human capital follows from them by the law of that process, h = H - (H - h_0) exp(-g t), with a
    spread of starting values; so its mean neither rises nor falls by itself.
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
    rate, career = leaving_rate(p), p["retirement.age"] - p["graduate.age"]
    left = np.exp(-rate * career)
    years = -np.log(left + (1.0 - left) * u[:, 0]) / rate
    first = p["human.capital.graduate"] * np.exp(
        p["human.capital.spread"] * np.sqrt(-2 * np.log(u[:, 1])) * np.cos(2 * np.pi * u[:, 2])
    )
    ceiling = p["human.capital.ceiling"]
    capital = ceiling - (ceiling - first) * np.exp(-p["human.capital.learning"] * years)
    drawn = np.minimum(np.searchsorted(np.cumsum(weights), more[:, 1]), weights.size - 1)
    own = (more[:, 0] < p["domain.own.share"]) & (employer >= 0)
    domain = np.where(own, segment[np.maximum(employer, 0)], drawn)
    now = quarter - 1900 * 4
    talent.append(
        n, id=identity.astype(np.uint32), employer=employer,
        human_capital=np.clip(capital, p["human.capital.least"], p["human.capital.most"]).astype(np.float32),
        domain=domain.astype(np.int8), born=(now - (p["graduate.age"] + years) * 4).astype(np.int16),
        rootedness=np.where(more[:, 2] < p["outside.share.start"], p["rootedness.migrant"], 1.0).astype(np.float32),
    )  # fmt: skip

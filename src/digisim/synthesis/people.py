"""The people of the start: one row each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.rng import Stream, normal
from digisim.state.table import Table
from digisim.synthesis.draws import Member


def leaving_rate(p: Mapping[str, float]) -> float:
    """Share of the people at work who leave the city's industry in a year: people from outside leave more readily."""
    return p["leave.rate"] * (1.0 + p["outside.share.start"] * (p["rootedness.migrant"] - 1.0))


def add_people(
    talent: Table, sizes: np.ndarray, segment: np.ndarray, weights: np.ndarray, member: Member, quarter: int
) -> None:
    """Append the staff of each firm and the people who look for work, a share of whom once came from outside.

    Locals began as graduates, the others as movers of any age at which people move. Years of work since are
    exponential at the rate of leaving of each origin, cut at retirement: the distribution that the labour process
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
    moved = more[:, 2] < p["outside.share.start"]
    age, years, capital = _careers(p, moved, unemployment, u, more[:, 3])
    drawn = np.minimum(np.searchsorted(np.cumsum(weights), more[:, 1]), weights.size - 1)
    own = (more[:, 0] < p["domain.own.share"]) & (employer >= 0)
    domain = np.where(own, segment[np.maximum(employer, 0)], drawn)
    now = quarter - 1900 * 4
    talent.append(
        n, id=identity.astype(np.uint32), employer=employer,
        human_capital=np.clip(capital, p["human.capital.least"], p["human.capital.most"]).astype(np.float32),
        domain=domain.astype(np.int8), born=(now - (age + years) * 4).astype(np.int16),
        rootedness=np.where(moved, p["rootedness.migrant"], 1.0).astype(np.float32),
    )  # fmt: skip


def _careers(
    p: Mapping[str, float], moved: np.ndarray, unemployment: float, u: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Age (years) at which each person joined the city's industry, years of work since, and human capital; (people,).

    `moved` marks those from outside; uniforms `u`, (people, 3), and `v`, (people,).
    """
    age = np.where(moved, p["migrant.age.low"] + v * (p["migrant.age.high"] - p["migrant.age.low"]), p["graduate.age"])
    at_work = np.where(moved, p["rootedness.migrant"], 1.0) * p["leave.rate"]
    rate = (1.0 - unemployment) * at_work + unemployment * p["leave.idle"]
    left = np.exp(-rate * (p["retirement.age"] - age))
    years = -np.log(left + (1.0 - left) * u[:, 0]) / rate
    median = np.where(moved, p["human.capital.migrant"], p["human.capital.graduate"])
    first = median * np.exp(p["human.capital.spread"] * normal(u[:, 1], u[:, 2]))
    ceiling = p["human.capital.ceiling"]
    return age, years, ceiling - (ceiling - first) * np.exp(-p["human.capital.learning"] * years)

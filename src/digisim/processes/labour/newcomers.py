"""Who could join the city's industry: graduates of its universities and people from the rest of China (part of step
7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from digisim.clock import quarterly_hazard
from digisim.processes import Context
from digisim.rng import Stream, normal

GRADUATE_IDS, MIGRANT_IDS = 0x4000_0000, 0x8000_0000
GRADUATION_QUARTER = 2  # the third quarter: Chinese universities close their year in June and July
FROM_GRADUATION, FROM_OUTSIDE = 1, 2


@dataclass(frozen=True)
class NewPeople:
    """Candidates of a quarter: identities, domains, human capital, age in quarters, and what makes them different."""

    id: np.ndarray
    domain: np.ndarray
    human_capital: np.ndarray
    age: np.ndarray
    rootedness: float
    origin: int
    source: str
    counter: str
    resident: bool
    allowance: float = 0.0

    def columns(self, keep: np.ndarray, now: int, parameters: Mapping[str, float]) -> dict[str, Any]:
        """Column values of those who join (`keep`, their places in the list), `now` in quarters since 1900."""
        return {
            "id": self.id[keep].astype(np.uint32),
            "human_capital": self.human_capital[keep].astype(np.float32),
            "domain": self.domain[keep].astype(np.int8),
            "origin": self.origin,
            "rootedness": np.float32(self.rootedness),
            "born": (now - self.age[keep]).astype(np.int16),
            "entitled_until": now + int(parameters["housing.quarters"]) if self.origin == FROM_OUTSIDE else 0,
        }


def relative_income(context: Context, extra: float) -> float:
    """Real income in the city relative to outside, with `extra` CNY a year, at the living cost of the city's size."""
    firms, env, p = context.firms, context.environment, context.parameters
    cost = (max(float(firms.headcount.sum()), 1.0) / context.scales.people) ** p["agg.congestion"]
    return float((context.memo["market_wage"] + extra) / (env.wage_outside * context.elsewhere.option) / cost)


def _domain(context: Context, u: np.ndarray) -> np.ndarray:
    """Fields of study and work follow the city's mix of segments: the ends of segments that `u` is beyond, int8."""
    ends = np.cumsum(context.memo["segment_weights"])[:-1]
    domain: np.ndarray = (np.ascontiguousarray(u) > ends[:, None]).sum(axis=0, dtype=np.int8)
    return domain


def _by_degree(p: Mapping[str, float], retention: float) -> tuple[np.ndarray, np.ndarray]:
    """Usual share who stay, and human capital over the mean of those who stay, of bachelors and masters: (2,) each.

    Both keep what is known of all: (1 - s) r_b + s r_m = retention, with r_m / r_b as drawn, and a mean level of one.
    """
    degrees = np.array([1.0 - p["grad.master.share"], p["grad.master.share"]])
    ratio = np.array([1.0, p["grad.retention.master"] / p["grad.retention.bachelor"]])
    usual = retention * ratio / (degrees * ratio).sum()
    level = np.array([1.0, p["grad.master.capital"]])
    staying = degrees * usual
    return usual, level * staying.sum() / (staying * level).sum()


def _capital(u: np.ndarray, v: np.ndarray, median: float | np.ndarray, p: Mapping[str, float]) -> np.ndarray:
    drawn = median * np.exp(p["human.capital.spread"] * normal(u, v))
    result: np.ndarray = np.clip(drawn, p["human.capital.least"], p["human.capital.most"])
    return result


def _identities(context: Context, first: int, n: int) -> np.ndarray:
    """Identities of the `n` candidates of a quarter, whose kind begins at `first`."""
    slot = int((context.quarter - context.memo["first_quarter"]) % 1024) << 20
    return np.arange(first + slot, first + slot + n)


def graduates_who_stay(context: Context) -> NewPeople:
    """Computing graduates, who leave university once a year, choose between the city and the rest of China: a logit in
    log real income.

    A share `scales.retention` of the year's graduates stayed at the start of the run, of masters a smaller one than of
    bachelors; the allowance counts as income spread over `allowance.years`, and is paid to who stays. Human capital at
    the start is that of all graduates, a master's being `grad.master.capital` times a bachelor's.
    """
    p, rights = context.parameters, context.entitlements
    n = int(context.scales.graduates)
    ids = _identities(context, GRADUATE_IDS, n)
    u = context.chance.uniforms(Stream.GRADUATES, ids, quarter=context.quarter)
    extra = rights.graduate_allowance / p["allowance.years"]
    relative = relative_income(context, extra) / context.memo["relative_income_start"]
    usual, level = _by_degree(p, context.scales.retention)
    odds = usual / (1.0 - usual) * relative ** p["mig.wage.elasticity"]
    masters = round(p["grad.master.share"] * n)  # the first of the list
    chance = odds / (1.0 + odds)
    stay = np.flatnonzero(u[:, 0] < np.repeat(chance[::-1], [masters, n - masters]))
    median = p["human.capital.graduate"] * level[(stay < masters).astype(np.int64)]
    u = u.take(stay, axis=0)
    capital = _capital(u[:, 2], u[:, 3], median, p)
    age = np.full(capital.size, int(p["graduate.age"] * 4))
    return NewPeople(
        ids[stay], _domain(context, u[:, 1]), capital, age, 1.0, FROM_GRADUATION, "universities", "graduates", True,
        rights.graduate_allowance,
    )  # fmt: skip


def outsiders_who_look(context: Context) -> NewPeople:
    """People elsewhere who would come for a job: a fixed list of candidates, constant elasticity to real income.

    At the start of the run `mig.inflow` of the city's people would come in a year; only those who find a job do.
    """
    p = context.parameters
    other = context.elsewhere
    usual = quarterly_hazard(p["mig.inflow"]) * context.scales.people * context.relax[1] * (1.0 - other.from_cities)
    n = int(usual * p["mig.candidates"])
    ids = _identities(context, MIGRANT_IDS, n)
    u = context.chance.uniforms(Stream.MIGRANTS, ids, quarter=context.quarter)
    base = usual / max(n, 1)
    worth = min(p["housing.quarters"] / 4.0 / p["allowance.years"], 1.0)  # a right of two years is no lasting income
    extra = context.entitlements.arrival_income * worth
    relative = relative_income(context, extra) / context.memo["relative_income_start"]
    other.income = relative * other.option
    come = np.flatnonzero(u[:, 0] < base * relative ** p["mig.wage.elasticity"])
    ids, u = ids.take(come), u.take(come, axis=0)
    more = context.chance.uniforms(Stream.MIGRANTS, ids, quarter=context.quarter, block=1)
    capital = _capital(u[:, 2], u[:, 3], p["human.capital.migrant"], p)
    age = (4 * (p["migrant.age.low"] + more[:, 0] * (p["migrant.age.high"] - p["migrant.age.low"]))).astype(np.int64)
    return NewPeople(
        ids, _domain(context, u[:, 1]), capital, age, p["rootedness.migrant"], FROM_OUTSIDE, "rest of China",
        "migrants", False,
    )  # fmt: skip

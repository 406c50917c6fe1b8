"""Pairs of runs from one start: what is done to the treated, and how their outcome is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from digisim.quarter import run_quarter
from digisim.rng import Chance, Stream
from digisim.simulate import IndustryModel, Start

YEARS, LONG, AFTER = 3, 5, 2
TREATED = 0.2  # share of the eligible firms that are treated, by a draw of its own
WHO = Chance(2_718_281, 0)
SMALL = (5, 100)  # staff
NOBODY = np.zeros(0, np.int64)
Table = dict[str, np.ndarray]
Treatment = Callable[[IndustryModel, np.ndarray, int], None]


def run(
    start: Start, years: int, treat: Treatment | None = None, who: np.ndarray | None = None, *, after: str = "policy",
    scenario: Any = "dalian-baseline",
) -> tuple[IndustryModel, list[Table]]:  # fmt: skip
    """A run of some years from a start, and firms' sales at the end of each year; `treat` acts behind a step."""
    model = IndustryModel(scenario, start.member.seed, start=start)
    years_end: list[Table] = []
    for quarter in range(4 * years):
        economy = model.economy
        hooks: dict[str, Callable[[], None]] = {}
        if treat is not None and who is not None:
            hooks[after] = lambda now=quarter: treat(model, who, now)  # type: ignore[misc]
        sales = economy.firms["year_revenue"].copy() if quarter % 4 == 3 else None
        levers = model.scenario.values(economy.quarter + 1)
        run_quarter(economy, model.member.chance, levers, after=hooks)
        if sales is not None:
            firms = economy.firms
            whole = np.zeros(firms.n)
            whole[: sales.size] = sales
            years_end.append({"sales": whole + firms["revenue"], "alive": firms["alive"].copy()})
    return model, years_end


def eligible(start: Start, rule: np.ndarray) -> np.ndarray:
    """Rows of the treated: a fifth of the firms to which the rule applies, by a draw keyed by firm."""
    firms = start.economy.firms
    u = WHO.uniforms(Stream.FIRM_EXIT, firms["id"], quarter=0)[:, 0]
    return np.flatnonzero(firms["alive"] & rule & (u < TREATED))


def small(start: Start) -> np.ndarray:
    """Which firms have few staff, and more than a handful."""
    staff = start.economy.firms["headcount"]
    result: np.ndarray = (staff >= SMALL[0]) & (staff <= SMALL[1])
    return result


def growth(treated: list[Table], control: list[Table], who: np.ndarray) -> float:
    """Extra growth of sales in points a year, mean over treated firms that live in both runs."""
    last, other = treated[-1], control[-1]
    both = who[last["alive"][who] & other["alive"][who] & (other["sales"][who] > 0.0) & (last["sales"][who] > 0.0)]
    return float(100.0 * np.log(last["sales"][both] / other["sales"][both]).mean() / len(treated))


def closing(treated: list[Table], control: list[Table], who: np.ndarray) -> float:
    """Extra closures, in points a year."""
    gone = (~treated[-1]["alive"][who]).mean() - (~control[-1]["alive"][who]).mean()
    return float(100.0 * gone / len(treated))


def productivity(treated: Any, control: Any, rows: np.ndarray, start: Start) -> float:
    """Change of revenue per worker from capability, in percent, mean over firms that live in both."""
    both = rows[treated.firms["alive"][rows] & control.firms["alive"][rows]]
    ratio = np.log(treated.firms["capability"][both] / control.firms["capability"][both])
    return float(100.0 * start.member.parameters["capability.productivity"] * ratio.mean()) if both.size else 0.0

"""The whole quarter at real scale: every process, the statistical office and mesa's data collector."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.timing import Timing, measure
from digisim.kernels.talent import GONE
from digisim.regions import load_region
from digisim.rng import Stream
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.state.table import bytes_per_row
from digisim.synthesis import draw_member
from digisim.testing.worlds import chance_replicate, smaller, start_of

SCENARIO = "dalian-baseline"
QUARTERS = 32
SMALL = 0.25


@dataclass(frozen=True)
class Runs:
    """Repeated runs of 32 quarters; `rows` are people at work or seeking, summed over the quarters of one run."""

    timing: Timing
    rows: int

    @property
    def best_rate(self) -> float:
        return self.rows / self.timing.best

    @property
    def median_rate(self) -> float:
        return self.rows / self.timing.median


def whole_start(regime: str) -> Start:
    """The start of the first member that holds this reading of the past: where people are scarce posts are many."""
    region = load_region("dalian")
    member = next(k for k in range(100) if draw_member(region, 1, k).regime.name == regime)
    return prepare(load_scenario(SCENARIO), 1, member)


def small_start() -> Start:
    """A city of a quarter of the people, firms and revenue."""
    return start_of(smaller(chance_replicate("dalian", 1, 0, 0), SMALL), load_scenario(SCENARIO))


def run_quarters(start: Start, runs: int, scenario: str = SCENARIO) -> Runs:
    """Time 32 quarters from copies of one start; copying and the counting of rows stay outside the clock."""
    seconds, rows = [], 0
    for _ in range(runs + 1):  # the first run warms up
        model = IndustryModel(scenario, 1, start=start)
        spent, rows = 0.0, 0
        for _ in range(QUARTERS):
            begin = time.perf_counter()
            model.step()
            spent += time.perf_counter() - begin
            rows += int((model.economy.talent["employer"] != GONE).sum())
        seconds.append(spent)
    return Runs(Timing(tuple(seconds[1:])), rows)


def time_draws(start: Start, runs: int) -> Timing:
    """Time the drawing of four numbers for each person of the city alone: what machines differ in falls out of a ratio
    to it."""
    people = start.economy.talent
    identity = people["id"][people["employer"] != GONE]
    chance = start.member.chance
    return measure(lambda: chance.uniforms(Stream.TALENT_QUARTER, identity, quarter=start.economy.quarter), runs)


def bytes_per_person(start: Start) -> tuple[int, float]:
    """Bytes of one row of the talent table, and of the whole table with its spare rows over the people in it."""
    talent = start.economy.talent
    held = sum(array.nbytes for array in talent.data.values())
    return bytes_per_row("talent"), held / int(np.sum(talent["employer"] != GONE))

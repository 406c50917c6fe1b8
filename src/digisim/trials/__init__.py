"""Virtual trials: the model is treated as the studies treated the world, and asked for the effect that they report.

Treated and control run share parameters, figures and every draw of chance, so that one pair says what a study needs
thousands of firms for; the spread over members is that of parameters and of who is treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from digisim.evidence import effects
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.scenario import load_scenario
from digisim.simulate import Start, check_whole, prepare
from digisim.trials import cities, firms, people

MEASURES: tuple[Callable[[Start], dict[str, float]], ...] = (
    firms.grants, firms.guarantees, firms.refused, firms.startups, firms.incubated, firms.contracts, firms.tenancy,
    firms.suppliers, cities.anchor, cities.supported, people.talent, people.seekers, cities.yen,
)  # fmt: skip
"""What each measures for a member, by trial, in the order of the register."""


class Trial(BaseModel):
    """A row of the register of trials."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    effect: str
    en: str
    zh: str


@cache
def load_trials() -> Mapping[str, Trial]:
    """The trials by name.

    >>> load_trials()["talent_package"].effect
    'talent.policy.inflow'
    """
    return load_register(package_file("trials/trials.yaml"), Trial, "trials")


def run_trials(members: int = 24, seed: int = 1) -> pd.DataFrame:
    """Return what the model gives beside what the literature gives: a row per trial.

    Columns: trial, en, zh, effect (id), unit, model (median over members), model_low, model_high (10% and 90%),
    literature, literature_low, literature_high, inside (whether the median lies in the literature's range). Members are
    the first replicates of `members` draws.
    """
    check_whole("members", members, 1, 1_000)
    found: dict[str, list[float]] = {name: [] for name in load_trials()}
    for k in range(members):
        start = prepare(load_scenario("dalian-baseline"), seed, 2 * k)
        for measure in MEASURES:
            for name, value in measure(start).items():
                found[name].append(value)
    return pd.DataFrame([_row(load_trials()[name], np.array(values)) for name, values in found.items()])


def _row(trial: Trial, values: np.ndarray) -> dict[str, Any]:
    published = effects()[trial.effect]
    low, median, high = np.nanquantile(values, [0.1, 0.5, 0.9])
    return {
        "trial": trial.name, "en": trial.en, "zh": trial.zh, "effect": trial.effect, "unit": published.unit,
        "model": float(median), "model_low": float(low), "model_high": float(high),
        "literature": published.central, "literature_low": published.low, "literature_high": published.high,
        "inside": bool(published.low <= median <= published.high),
    }  # fmt: skip

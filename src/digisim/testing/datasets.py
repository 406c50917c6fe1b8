"""SYNTHETIC results: growth with noise, labelled exactly as the model's, made in milliseconds. They say nothing of a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from digisim.assembly import Run, assemble
from digisim.regions import load_region
from digisim.scenario import Scenario, load_scenario
from digisim.statistics import load_indicators
from digisim.synthesis import draw_member

STANDARD = ("dalian-baseline", "dalian-plan")
BASE: Mapping[str, float] = {
    "CNY": 640e8, "person": 2e5, "firm": 2000.0, "1": 0.1, "CNY/person/year": 1.4e5, "CNY/m2/month": 50.0,
}  # fmt: skip
FASTER = 0.01  # growth a year by which each scenario is ahead of the one before it


def synthetic_dataset(
    scenarios: Sequence[Scenario | str] = STANDARD,
    members: int = 8,
    seed: int = 7,
    *,
    failed: Sequence[tuple[str, int]] = (),
    growth: float = 0.08,
) -> xr.Dataset:
    """Return a made-up results dataset; ``failed`` names (scenario, member) runs that are missing, as NaN.

    All indicators of one member grow at one rate, by ``growth`` a year on average; members of a draw share half of their luck.

    >>> synthetic_dataset(members=2).sizes["year"]
    9
    """
    chosen = [load_scenario(each) if isinstance(each, str) else each for each in scenarios]
    drawn = [draw_member(load_region(chosen[0].region), seed, member) for member in range(members)]
    chance = np.random.default_rng(seed)
    shared, own = chance.normal(0, 0.02, members), chance.normal(0, 0.02, members)
    runs = []
    for position, scenario in enumerate(chosen):
        for member in drawn:
            rate = growth + FASTER * position + shared[member.draw] + own[member.number]
            if (scenario.name, member.number) not in failed:
                years = range(scenario.start, scenario.end + 1)
                published = {year: _published((1.0 + rate) ** (year - scenario.start)) for year in years}
                runs.append(Run(scenario.name, member.number, scenario.region, published, 0.0))
    dataset = assemble(chosen, drawn, runs, seed)
    dataset.attrs["failures"] = "[]"
    return dataset


def _published(factor: float) -> dict[str, float]:
    return {name: BASE[row.unit] * factor for name, row in load_indicators().items()}

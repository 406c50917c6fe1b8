"""SYNTHETIC results: growth with noise, labelled exactly as the model's. They are made up and say nothing of a city."""

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
    "CNY": 640e8, "person": 2e5, "firm": 2000.0, "firm-year": 2000.0, "1": 0.1,
    "CNY/person/year": 1.4e5, "CNY/m2/month": 50.0, "CNY/m2": 50.0,
    "USD": 30e8, "CNY/USD": 6.5, "CNY/JPY": 0.063, "m2": 4e6, "station": 5000.0, "rack": 3068.0,
}  # fmt: skip
FEW = frozenset({
    "software_revenue", "employees", "employees_local", "rd_share", "lever_rd_grant", "param_rd_depreciation",
    "param_rd_intensity_base",
})  # fmt: skip
COST = 3e8  # CNY a year that a scenario with levers costs
FASTER = 0.01  # growth a year by which it is ahead


def synthetic_dataset(
    scenarios: Sequence[Scenario | str] = STANDARD,
    members: int = 8,
    seed: int = 7,
    *,
    failed: Sequence[tuple[str, int]] = (),
    growth: float = 0.08,
) -> xr.Dataset:
    """Return a made-up results dataset; ``failed`` names (scenario, member) runs that are missing, as NaN.

    All indicators of one member grow at one rate, by ``growth`` a year on average; members of a draw share half of
    their luck, and a member depends on (seed, number) alone.

    >>> synthetic_dataset(members=2).sizes["year"]
    9
    """
    chosen = [load_scenario(each) if isinstance(each, str) else each for each in scenarios]
    cities = [part.region for part in chosen[0].parts]
    drawn = {city: [draw_member(load_region(city), seed, member) for member in range(members)] for city in cities}
    runs = []
    for scenario, part in ((each, part) for each in chosen for part in each.parts):
        acts = float(bool(part.levers))
        for member in drawn[cities[0]]:
            rate = growth + FASTER * acts + _luck(seed, 0, member.draw) + _luck(seed, 1, member.number)
            if (scenario.name, member.number) not in failed:
                years = range(part.start, part.end + 1)
                published = {y: _published(part.region, (1.0 + rate) ** (y - part.start), COST * acts) for y in years}
                runs.append(Run(scenario.name, member.number, part.region, published, 0.0))
    dataset = assemble(chosen, drawn, runs, seed)
    dataset.attrs["failures"] = "[]"
    return dataset


def few_variables(dataset: xr.Dataset) -> xr.Dataset:
    """Return a result with a few of its variables: hundreds take seconds to write and show a test no more.

    >>> sorted(few_variables(synthetic_dataset(members=1)).data_vars)
    ['employees', 'employees_local', 'rd_share', 'software_revenue']
    """
    own = {"draw", "replicate", "regime", *map(str, dataset.dims)}
    return dataset.drop_vars([name for name in dataset.variables if name not in own and name not in FEW])


def _luck(seed: int, kind: int, number: int) -> float:
    return float(np.random.default_rng([seed, kind, number]).normal(0, 0.02))


def _published(city: str, factor: float, cost: float) -> dict[str, float]:
    indicators = load_indicators(city).items()
    return {name: cost if name.startswith("fiscal_cost") else BASE[row.unit] * factor for name, row in indicators}

"""Prints what a unit of each lever costs in a city's baseline: ``python docs/unit_costs.py dalian`` (a minute a city).

Every lever with a unit cost (``policy/levers.yaml``) is pulled a little, all at once, so that nobody's behaviour moves
by much, and what it costs in the first years is divided by its value and by the share that the member carries out. The
registers hold the means over members: claims are skewed, and what is to be spent is what they come to on average.
Nothing after the base year enters but what the model makes of it.
"""

from __future__ import annotations

import sys

import numpy as np

import digisim as ds
from digisim.policy import Lever, levers_of
from digisim.policy.levers import CARRIED_OUT
from digisim.regions import load_region, region_names
from digisim.synthesis import draw_member

LITTLE = 0.02  # of the range; printed rules are paid as far as they can be in full
FIRST = 5  # years
MEMBERS, SEED = 48, 1


def little(row: Lever) -> float:
    """A small value of a lever."""
    return LITTLE * row.ends()[1]


def measured(region: str, members: int = MEMBERS, seed: int = SEED) -> dict[str, np.ndarray]:
    """What a unit of each lever costs a year (CNY) if carried out in full, mean of the first years, (members,)."""
    rows = {name: row for name, row in levers_of(region).items() if row.unit_cost is not None}
    values = {name: little(row) if row.unit == "1" else f"{little(row)!r} {row.unit}" for name, row in rows.items()}
    scenario = ds.load_scenario(f"{region}-baseline").with_levers(**values)
    runs = ds.ensemble(scenario, members, seed).isel(city=0, scenario=0)
    carried = [draw_member(load_region(region), seed, int(k)).parameters[CARRIED_OUT] for k in runs["member"].values]
    first = runs.isel(year=slice(1, FIRST + 1)).mean("year")
    return {name: first[f"fiscal_cost_{name}"].values / little(row) / np.array(carried) for name, row in rows.items()}


def main(regions: list[str]) -> None:
    """Print a row a lever, CNY a year: what the registers hold, the mean, median and middle 80% of the members."""
    for region in regions:
        sys.stdout.write(f"{region}: unit, registers, mean, median (10-90%)\n")
        for name, costs in measured(region).items():
            row = levers_of(region)[name]
            low, middle, high = np.quantile(costs, (0.1, 0.5, 0.9))
            assert row.unit_cost is not None
            held = row.unit_cost.amount
            found = f"{np.mean(costs):.3g}, {middle:.3g} ({low:.3g} to {high:.3g})"
            sys.stdout.write(f"  {name}, {row.unit}: {held:.3g}, {found}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or region_names())

"""Writes docs/results/levers.csv: what a lever does to its own indicator (``python docs/effects.py``, some minutes).

Every lever acts alone from the first quarter on, at half a per cent of sector revenue a year or, where a document
prints the amounts, at these; paired with the baseline of the same draw of parameters and the same luck.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from digisim.policy import Lever, levers_of
from digisim.scenario import Scenario, load_scenario
from digisim.scenario.families import budget
from digisim.simulate import IndustryModel, Start, prepare
from digisim.testing.own import OWN
from digisim.units import format_quantity

WHERE = Path(__file__).parent / "results" / "levers.csv"
REGION, EFFORT, DRAWS, SEED = "dalian", 0.005, 20, 1
FULL = 1.0  # of what a document prints
QUANTILES = (0.1, 0.5, 0.9)
HEAD = ("lever", "value", "indicator_en", "indicator_zh", "low", "median", "high", "cost")


def value_of(row: Lever) -> float:
    """The value at which a lever is shown: the printed amounts in full, else the effort at its unit cost."""
    if row.rule is not None and row.unit == "1":
        return FULL
    return row.at_cost(budget(REGION, EFFORT))


def run(scenario: Scenario, start: Start, names: Iterable[str]) -> dict[str, list[float]]:
    """Own indicators of some levers after a run from a copy of the start, and what each lever cost a year (last)."""
    model = IndustryModel(scenario, SEED, member=start.member.number, start=start)
    model.run()
    years = range(scenario.start + 1, scenario.end + 1)
    return {
        name: [
            *(own.measure(model) for own in OWN[name]),
            float(np.mean([model.published[year][f"fiscal_cost_{name}"] for year in years])),
        ]
        for name in names
    }  # fmt: skip


def rows_of(row: Lever, starts: list[Start], controls: list[dict[str, list[float]]]) -> list[tuple[str | float, ...]]:
    """A row of the file for each own indicator of a lever: quantiles over draws of its change (%), mean cost (CNY)."""
    value = value_of(row)
    written = value if row.unit == "1" else f"{value!r} {row.unit}"
    scenario = load_scenario(f"{REGION}-baseline").with_levers(**{row.name: written})
    moved = [run(scenario, start, [row.name])[row.name] for start in starts]
    usual = [control[row.name] for control in controls]
    cost = float(f"{np.mean([each[-1] for each in moved]):.3g}")
    shown = format_quantity(float(f"{value:.4g}"), row.unit)
    found: list[tuple[str | float, ...]] = []
    for k, own in enumerate(OWN[row.name]):
        changes = [100.0 * own.change(a[k], b[k]) for a, b in zip(moved, usual, strict=True)]
        spread = [float(f"{q:.3g}") for q in np.quantile(changes, QUANTILES)]
        found.append((row.name, shown, own.name_en, own.name_zh, *spread, cost))
    return found or [(row.name, shown, "", "", "", "", "", cost)]


def main() -> None:
    """Run the baseline and every lever on the same draws, and write the file."""
    baseline = load_scenario(f"{REGION}-baseline")
    starts = [prepare(baseline, SEED, 2 * draw) for draw in range(DRAWS)]
    controls = [run(baseline, start, OWN) for start in starts]
    rows = [each for row in levers_of(REGION).values() for each in rows_of(row, starts, controls)]
    with WHERE.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(HEAD)
        out.writerows(rows)


if __name__ == "__main__":
    main()

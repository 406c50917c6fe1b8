"""Golden values: what each packaged scenario published when its figures were last accepted.

A file `scenarios/NAME.expected.csv` stands beside `scenarios/NAME.yaml`. Compare or accept on the command line:

    python -m digisim.testing.golden check [NAME ...]
    python -m digisim.testing.golden accept [NAME ...]

Accepting only writes what the model now says: whether it should say so is for a reviewer to judge, from the table of
differences that `check` prints.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from digisim.ensemble import ensemble
from digisim.errors import InputError, phrase
from digisim.regions import load_region
from digisim.registers import load_yaml
from digisim.resources import scenarios_dir
from digisim.scenario import is_joint, load_scenario
from digisim.schemas import suggest

MEMBERS, SEED = 4, 1
MIDDLE = 2025
DIGITS = 8
TOLERANCE = 1e-6
"""Relative. The kernels use no fast-math and add in row order, so machines differ by the last bits of exp, log and pow
only (1e-16 to 1e-15 of a value). Such a difference changes a decision if it carries a probability over one of the 2^32
values of a uniform: 200,000 people x 44 quarters x a few decisions x 1e-15, about one run in ten million. Otherwise it
grows to about 1e-12 over eight years. A millionth is far above that and far below any change of behaviour."""

INDICATORS = (
    "software_revenue", "software_revenue_local", "software_revenue_latent", "employees", "employees_local", "firms",
    "firms_latent", "firms_above_scale", "firms_over_1yi", "value_added", "va_share_gdp", "rd_share", "exports",
    "wage_mean", "revenue_per_head", "job_seekers", "vacancy_rate", "turnover", "graduates", "in_migration",
    "out_migration", "entries", "exits", "orders_served", "park_vacancy", "rent_mean", "fiscal_cost",
)  # fmt: skip

Values = dict[tuple[str, int], float]


@dataclass(frozen=True)
class Difference:
    """An indicator and year whose value now is not the accepted one."""

    indicator: str
    year: int
    accepted: float
    now: float

    @property
    def relative(self) -> float:
        """The change as a share of the accepted value."""
        return (self.now - self.accepted) / abs(self.accepted) if self.accepted else float("inf")


def names() -> list[str]:
    """Return the names of the packaged scenarios of one city; joint ones have a test of their own.

    >>> "dalian-baseline" in names()
    True
    """
    return sorted(path.stem for path in scenarios_dir().glob("*.yaml") if not is_joint(load_yaml(path)))


def expected_path(name: str) -> Path:
    """Return where the accepted values of a scenario stand.

    >>> expected_path("dalian-plan").name
    'dalian-plan.expected.csv'
    """
    return scenarios_dir() / f"{name}.expected.csv"


def places(name: str) -> list[tuple[str, int]]:
    """Return the indicators and years that are kept of a scenario: its first year, 2025 and its last year.

    The headline of its region stands among them, shares of a GDP that is not printed do not.

    >>> places("qingdao-baseline")[:2]
    [('software_revenue', 2012), ('software_revenue', 2016)]
    """
    scenario = load_scenario(name)
    region = load_region(scenario.region)
    years = sorted({scenario.start + 1, scenario.end} | ({MIDDLE} & set(range(scenario.start + 1, scenario.end))))
    kept = [each for each in INDICATORS if region.gdp is not None or each != "va_share_gdp"]
    return [(each, year) for each in dict.fromkeys([*kept, region.headline]) for year in years]


def current(name: str) -> Values:
    """Return the medians over 4 members (seed 1) of the indicators and years that are kept, rounded to 8 digits."""
    found = ensemble(name, members=MEMBERS, seed=SEED, workers=1).isel(scenario=0, city=0)
    medians = {(each, year): float(found[each].sel(year=year).median()) for each, year in places(name)}
    return {place: float(f"{value:.{DIGITS}g}") for place, value in medians.items()}


def read(name: str) -> Values:
    """Return the accepted values of a scenario; without a file there are none, which is an ``InputError``."""
    path = expected_path(name)
    if not path.is_file():
        command = f"python -m digisim.testing.golden accept {name}"
        raise InputError(phrase("no values of {name!r} have been accepted", name=name), where=path.name, next=command)
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["indicator"], int(row["year"])): float(row["median"]) for row in csv.DictReader(file)}


def accept(name: str, values: Values) -> Path:
    """Write values as the accepted ones and return the file."""
    path = expected_path(name)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("indicator", "year", "median"))
        rows.writerows((indicator, year, repr(value)) for (indicator, year), value in values.items())
    return path


def differences(accepted: Values, now: Values) -> list[Difference]:
    """Return what differs by more than the tolerance, indicators that are only on one side included (as NaN).

    >>> differences({("firms", 2021): 100.0}, {("firms", 2021): 100.00000001})
    []
    >>> differences({("firms", 2021): 100.0}, {("firms", 2021): 101.0})[0].relative
    0.01
    """
    found = []
    for indicator, year in sorted({*accepted, *now}):
        old, new = (side.get((indicator, year), np.nan) for side in (accepted, now))
        if not np.isclose(new, old, rtol=TOLERANCE, atol=0.0):
            found.append(Difference(indicator, year, float(old), float(new)))
    return found


def show(name: str, found: Iterable[Difference], console: Console) -> None:
    """Print the table of differences and how to accept the new values."""
    table = Table(title=f"{name}: accepted and now", title_justify="left")
    for heading in ("indicator", "year", "accepted", "now", "change"):
        table.add_column(heading, justify="left" if heading == "indicator" else "right")
    for each in found:
        values = (f"{each.accepted:.8g}", f"{each.now:.8g}", f"{each.relative:+.3%}")
        table.add_row(each.indicator, str(each.year), *values)
    console.print(table)
    console.print(f"If the change is meant: python -m digisim.testing.golden accept {name}", highlight=False)


def _chosen(given: Sequence[str]) -> list[str]:
    known = names()
    for name in given:
        if name not in known:
            raise InputError(
                phrase("no packaged scenario is called {name!r}", name=name),
                allowed=", ".join(known),
                next=suggest(name, known) or "name one of these",
            )
    return list(given) or known


def main(arguments: Sequence[str] | None = None) -> int:
    """Check or accept; returns 0 when everything agrees or was accepted, 1 on a difference, 2 on a wrong input."""
    parser = argparse.ArgumentParser(prog="python -m digisim.testing.golden", description="Golden values of scenarios.")
    parser.add_argument("action", choices=("check", "accept"))
    parser.add_argument("scenario", nargs="*", help="names of packaged scenarios; none means all")
    given = parser.parse_args(arguments)
    console, failed = Console(), 0
    try:
        for name in _chosen(given.scenario):
            now = current(name)
            if given.action == "accept":
                console.print(f"accepted: {accept(name, now).name}", highlight=False)
            elif found := differences(read(name), now):
                show(name, found, console)
                failed = 1
    except InputError as fault:
        console.print(str(fault), highlight=False)
        return 2
    return failed


if __name__ == "__main__":
    sys.exit(main())

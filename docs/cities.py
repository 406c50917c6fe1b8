"""Writes a page of docs/results for each city but Dalian: ``python docs/cities.py``. Nothing is typed by hand.

A page holds the whole run of the baseline as a picture, the targets, the scorecard of forty years, and what each family
of levers does alone at the effort of the sanity bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from results import ANATOMY, HERE, SEED, page, scores, table, verdicts

import digisim as ds
from digisim.plot import small_multiples
from digisim.regions import load_region
from digisim.scenario import family_scenarios

BOUND = 0.01  # of sector revenue a year, the effort of the sanity bound
AT_MOST = 10.0  # % of end-year revenue, 90th percentile of the size of the effect
SHOWN = (
    *(name for name in ANATOMY if not name.startswith("revenue_")), "software_revenue_latent", "value_added_latent",
    "revenue_embedded", "revenue_share_largest", "orders_served", "limited_by_space",
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many members are drawn for the picture, the scorecard and the families: a large city gets few."""

    picture: int
    long: int
    families: int


SIZES = {"shenzhen": Size(12, 4, 4), "dongguan": Size(40, 12, 12), "qingdao": Size(40, 4, 8)}


def bounds(region: str, members: int) -> str:
    """Change of end-year revenue by family at the effort of the bound, over both readings, paired with the baseline."""
    chosen = family_scenarios(region, BOUND)
    control = f"{region}-baseline"
    runs = ds.ensemble([control, *chosen.values()], members, SEED).isel(city=0)
    names = {scenario.name: family for family, scenario in chosen.items()}
    last = runs.isel(year=-1)
    cells = []
    for name, family in names.items():
        moved = _change(last, name, control, "software_revenue_latent")
        people = _change(last, name, control, "employees_local")
        spent = float(runs["fiscal_cost"].sel(scenario=name)[:, 1:].mean()) / 1e8
        p90 = float(np.quantile(np.abs(moved), 0.9))
        cells.append((family, _spread(moved), p90, _spread(people), f"{spent:.2f}"))
    cells.sort(key=lambda each: -float(each[2]))
    rows = [(f, m, f"{p:.2f}" if p < AT_MOST else f"**{p:.2f}**", n, s) for f, m, p, n, s in cells]
    return table(["family", "revenue, % (10-90%)", "size at p90, %", "people, % (10-90%)", "亿 CNY a year"], rows)


def _change(last: xr.Dataset, name: str, control: str, what: str) -> np.ndarray:
    found: np.ndarray = 100.0 * (last[what].sel(scenario=name).values / last[what].sel(scenario=control).values - 1.0)
    return found


def _spread(values: np.ndarray) -> str:
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


def write(name: str, size: Size) -> None:
    """Write the page and the picture of a city."""
    region, control = load_region(name), f"{name}-baseline"
    many = ds.ensemble([control], size.picture, SEED)
    small_multiples(many, SHOWN, scenario=control).savefig(HERE / f"{name}-baseline.png", dpi=110)
    drawn = f"Seed {SEED}; parameters are priors. What is odd and why: [three cities, looked at](cities.md)."
    page(
        f"{name}.md",
        f"# {region.name_en}",
        drawn,
        f"## The baseline\n\n{size.picture} members.\n\n![The baseline, indicator by indicator]({name}-baseline.png)",
        "## Targets by count and reading",
        verdicts(many, control),
        f"## Scorecard\n\nForty years, {size.long} members.",
        scores(name, size.long),
        f"## Families of levers\n\nEach alone at {BOUND:.0%} of sector revenue a year; change in {region.horizon}, "
        f"{size.families} members; sizes above {AT_MOST:.0f}% stand bold.",
        bounds(name, size.families),
    )


def main() -> None:
    """Write all pages."""
    for name, size in SIZES.items():
        write(name, size)


if __name__ == "__main__":
    main()

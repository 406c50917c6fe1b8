"""The sanity bound of the three other cities: one per cent of revenue a year on one family moves revenue by little."""

from __future__ import annotations

import numpy as np
import pytest

import digisim as ds
from digisim.scenario import family_scenarios
from digisim.scenario.families import budget

EFFORT, AT_MOST = 0.01, 0.1
SPENT = 0.1  # of the effort, at least: a family that cannot spend it would keep within any bound
LARGEST = {  # the two families with the largest effect in each city (docs/results/cities.md), and how many members
    "shenzhen": (6, ("R&D and innovation", "talent training")),
    "dongguan": (12, ("R&D and innovation", "talent attraction & retention")),
    "qingdao": (12, ("R&D and innovation", "talent training")),
}


@pytest.mark.slow
@pytest.mark.parametrize("region", LARGEST)
def test_no_family_at_a_hundredth_of_revenue_moves_revenue_by_more_than_a_tenth(region: str) -> None:
    """The 90th percentile of the size of the effect on revenue of the last year, paired with the baseline."""
    members, families = LARGEST[region]
    chosen = {family: family_scenarios(region, EFFORT)[family] for family in families}
    runs = ds.ensemble([f"{region}-baseline", *chosen.values()], members, seed=1, workers=1).isel(city=0)
    revenue = runs["software_revenue_latent"].isel(year=-1)
    control = revenue.sel(scenario=f"{region}-baseline").values
    for family, scenario in chosen.items():
        moved = np.abs(revenue.sel(scenario=scenario.name).values / control - 1.0)
        cost = float(runs["fiscal_cost"].sel(scenario=scenario.name)[:, 1:].mean()) / budget(region, EFFORT)
        print(f"{region}, {family}: size at p90 {np.quantile(moved, 0.9):.2%}, cost {cost:.0%} of the effort")
        assert 0.0 < np.quantile(moved, 0.9) < AT_MOST
        assert SPENT < cost < 1.0 + SPENT

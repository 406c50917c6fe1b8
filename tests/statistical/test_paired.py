"""Sharing parameters, figures and chance between scenarios pays: the paired difference varies far less."""

from __future__ import annotations

import numpy as np
import pytest

from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel
from digisim.testing.worlds import chance_replicate, start_of

DRAWS = (0, 1)  # one of each regime
REPLICATES = 112  # of 28 one firm of 5,900 people that closes in one run of a pair makes a year's ratio 1/24
INDICATORS = ("software_revenue_local", "employees_local")
AT_MOST = 1.0 / 50.0
YEAR = 2028


@pytest.fixture(scope="module")
def replicated() -> dict[int, dict[str, np.ndarray]]:
    """Values by draw and indicator, shape (replicates, 2 scenarios, years); parameters and outlook are one draw's."""
    found: dict[int, dict[str, np.ndarray]] = {}
    for draw in DRAWS:
        tables = []
        for replicate in range(REPLICATES):
            start = start_of(chance_replicate("dalian", 1, draw, replicate), load_scenario("dalian-baseline"))
            pair = []
            for scenario in ("dalian-baseline", "dalian-plan"):
                model = IndustryModel(scenario, 1, start=start)
                model.run()
                pair.append(model.published)
            tables.append(pair)
        found[draw] = {
            name: np.array([[[t[y][name] for y in sorted(t)] for t in pair] for pair in tables]) for name in INDICATORS
        }
    return found


def variances(values: np.ndarray, year: int) -> tuple[float, float]:
    """Return the variance of the paired difference and that of the difference between unrelated members."""
    control, plan = values[:, 0, year], values[:, 1, year]
    return float((plan - control).var(ddof=1)), float(plan.var(ddof=1) + control.var(ddof=1))


@pytest.mark.slow
@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("name", INDICATORS)
def test_the_paired_difference_varies_by_at_most_a_fiftieth(replicated, name: str, draw: int) -> None:
    """In every year, and over all; each is printed."""
    by_year = np.array([variances(replicated[draw][name], year) for year in range(1, YEAR - 2019)])
    ratios = by_year[:, 0] / by_year[:, 1]
    over_years = by_year[:, 0].sum() / by_year[:, 1].sum()
    years = ", ".join(f"{2021 + k} {ratio:.5f}" for k, ratio in enumerate(ratios))
    print(f"{name}, draw {draw}: {years}, all {over_years:.5f}")
    assert ratios.min() > 0.0 and ratios.max() <= AT_MOST and over_years <= AT_MOST


@pytest.mark.slow
def test_replicates_differ(replicated) -> None:
    for draw in DRAWS:
        final = replicated[draw]["software_revenue_local"][:, 0, -1]
        assert len(set(final.tolist())) == REPLICATES

"""In a world that stands still the city stands still: no growth is hidden in the mechanisms.

Outside pay, prices, exchange rates, markets and the drift are frozen, the industry is built 40 quarters before the base
year, and the frontier and the renewal of outside firms go on as the warm-up found them. Revenue, staff and firms stay
within a hundredth for 20 quarters, and so do what people know and how far firms differ. Firms above scale multiply by
two hundredths a year, because the base figures ask for more tiny firms than entry keeps up (docs/economics/start.md):
their bound says what is reached. The mean of the members is known within a quarter of a point.
"""

from __future__ import annotations

from dataclasses import replace

import mesa
import numpy as np
import pytest

from digisim.regions import Region, load_region
from digisim.regions.outlook import Outlook, outlook
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.state.economy import Economy
from digisim.synthesis import build_industry, draw_member, industry
from digisim.synthesis.draws import Regime
from digisim.warmup import warm_up

MEMBERS = 120
YEARS, WARM_UP = 5, 10
AT_REST = (
    "japan.demand.growth", "japan.inflation", "city.gdp.growth", "nation.gdp.growth", "nation.growth.long",
    "nation.growth.error", "drift.volatility", "exchange.volatility.usd", "exchange.volatility.jpy",
)  # fmt: skip
WITHIN = {
    "software_revenue_latent": 0.01, "employees_local": 0.01, "firms_latent": 0.01,
    "firms_above_scale": 0.12, "human_capital": 0.002, "capability_spread": 0.02,
}  # fmt: skip


def still_outlook(region: Region, name: str = "central") -> Outlook:
    """The outlook of a nation without growth, for longer than the warm-up."""
    known = outlook(region, name)
    years = range(region.warmup_start, region.base_year + 1)
    return replace(
        known, published_growth=dict.fromkeys(years, 0.0), start_growth=0.0, export_growth=0.0,
        segment_growth=np.zeros_like(known.segment_growth),
    )  # fmt: skip


def still_run(number: int) -> dict[int, dict[str, float]]:
    region = load_region("dalian")
    region = region.model_copy(update={"warmup_start": region.base_year - WARM_UP})
    drawn = draw_member(region, 1, number)
    member = replace(
        drawn, parameters={**drawn.parameters, **dict.fromkeys(AT_REST, 0.0)}, regime=Regime("still", 0.0, 0.0, 1.0)
    )
    economy = build_industry(region, member, mesa.Model())
    start = Start(economy, member, warm_up(economy, member, region))
    model = IndustryModel(load_scenario("dalian-baseline").with_(horizon=region.base_year + YEARS), 1, start=start)
    tables = {region.base_year: dict(model.published[region.base_year]) | inside(model.economy)}
    while model.running:
        model.step()
        year = model.economy.quarter // 4
        if year in model.published:
            tables[year] = dict(model.published[year]) | inside(model.economy)
    return tables


def inside(economy: Economy) -> dict[str, float]:
    """Mean human capital of who is at work, and the spread of log capability over firms."""
    firms, people = economy.firms, economy.talent
    return {
        "human_capital": float(people["human_capital"][people["employer"] >= 0].mean()),
        "capability_spread": float(np.log(firms["capability"][firms["alive"]]).std()),
    }


@pytest.mark.slow
def test_nothing_grows_where_nothing_moves(monkeypatch) -> None:
    monkeypatch.setattr(industry, "outlook", still_outlook)
    tables = [still_run(2 * k) for k in range(MEMBERS)]
    paths = {
        name: np.array([[t[y][name] / t[min(t)][name] for y in sorted(t)] for t in tables]).mean(axis=0)
        for name in WITHIN
    }
    print(*(f"{name}: {path.round(4)}" for name, path in paths.items()), sep="\n")
    assert {n: p.round(4).tolist() for n, p in paths.items() if np.abs(p - 1.0).max() > WITHIN[n]} == {}

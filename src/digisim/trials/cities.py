"""What a whole city or one of its parks is given: an anchor, support, a cheaper yen."""

from __future__ import annotations

import numpy as np

from digisim.regions import load_segments
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.state.economy import ANCHOR
from digisim.trials.runs import LONG, NOBODY, YEARS, productivity, run

SPENT = 0.005  # of base-year revenue a year, on platforms and on floor area in one park


def anchor(start: Start) -> dict[str, float]:
    """What an anchor that opens does to the other firms of its segment, and how many firms its staff found."""
    arrival = load_scenario("dalian-anchor-arrives")
    segment = list(load_segments()).index(arrival.events[0].segment)
    founded, staff = [], []

    def watch(model: IndustryModel, _rows: np.ndarray, _quarter: int) -> None:
        economy = model.economy
        anchor = economy.firms["origin"] == ANCHOR
        employer = economy.talent["employer"][economy.memo["founders"]]
        founded.append(int(anchor[employer[employer >= 0]].sum()))
        staff.append(int(economy.firms["headcount"][anchor].sum()))

    treated = run(start, LONG + 2, watch, NOBODY, after="labour", scenario=arrival)[0].economy
    control = run(start, LONG + 2)[0].economy
    others = np.flatnonzero(start.economy.firms["alive"] & (start.economy.firms["segment"] == segment))
    both = others[treated.firms["alive"][others] & control.firms["alive"][others]]
    pay = float(np.log(treated.firms["wage"][both] / control.firms["wage"][both]).mean())
    return {
        "anchor_productivity": productivity(treated, control, others, start),
        "anchor_pay": 100.0 * pay,
        "anchor_spinoffs": 1000.0 * 4.0 * sum(founded) / max(sum(staff), 1),
    }


def supported(start: Start) -> dict[str, float]:
    """One park gets half of its tenants' rent, platforms and floor area; jobs that it gains against what the city does.

    Displacement: part of the gain that is missing elsewhere in the city, sums over year-ends. Entry: firms founded in
    the park in the first years.
    """
    parks = start.economy.parks
    largest = max((park for park in parks if not park.scattered), key=lambda park: park.built)
    budget = f"{SPENT * start.economy.memo['sector_revenue']} CNY/year"
    given: dict[str, str | float] = {"park_rent_subsidy": 0.5, "service_platforms": budget, "park_construction": budget}
    plain = load_scenario("dalian-baseline")
    helped = plain.with_levers(**given).with_(parks=dict.fromkeys(given, largest.name))
    park, city, founded = np.zeros(2), np.zeros(2), np.zeros(2)
    for k, scenario in enumerate((helped, plain)):
        model = IndustryModel(scenario, start.member.seed, start=start)
        for year in range(LONG):
            for _ in range(4):
                model.step()
                firms = model.economy.firms
                new = (firms["founded"] == model.economy.quarter) & (firms["park"] == parks.index(largest))
                founded[k] += new.sum() if year < YEARS else 0
            table = model.published[max(model.published)]
            park[k] += table[f"employees_park_{largest.name}"]
            city[k] += table["employees_latent"]
    gained = park[0] - park[1]
    return {
        "park_displacement": float(1.0 - (city[0] - city[1]) / gained),
        "park_entry": float(100.0 * (founded[0] / founded[1] - 1.0)),
    }


def yen(start: Start) -> dict[str, float]:
    """Profit lost in the four quarters of a cheaper yen, over sales to Japan, for each percent of its fall."""
    fall = load_scenario("dalian-yen-fall")
    first, percent = fall.shocks[0].start.index - start.economy.quarter - 1, -100.0 * fall.shocks[0].change
    profit, sold = np.zeros(2), np.zeros(2)
    for k, scenario in enumerate(("dalian-baseline", fall)):

        def watch(model: IndustryModel, _rows: np.ndarray, quarter: int, k: int = k) -> None:
            if quarter >= first:
                profit[k] += model.economy.firms["profit"].sum()
                sold[k] += model.economy.firms["japan_revenue"].sum()

        run(start, first // 4 + 1, watch, NOBODY, after="production", scenario=scenario)
    return {"yen_fall": float(100.0 * (profit[0] - profit[1]) / sold[0] / percent)}

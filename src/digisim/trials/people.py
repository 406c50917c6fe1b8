"""What the people of the city answer to: support, and more who seek the same jobs."""

from __future__ import annotations

from functools import partial

import numpy as np

from digisim.quarter import run_quarter
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.trials.runs import YEARS

MORE = 0.01  # people who seek work beside the others, over the city's staff
NEW_IDS = 0xF000_0000  # of people whom a trial adds: the city gives none so high


def talent(start: Start) -> dict[str, float]:
    """Rise of graduates who stay and people who come where both are supported."""
    package = load_scenario("dalian-baseline").with_levers(
        talent_housing_subsidy="1500 CNY/month", graduate_retention="20000 CNY/person"
    )
    totals = []
    for scenario in (package, "dalian-baseline"):
        model = IndustryModel(scenario, start.member.seed, start=start)
        while max(model.published) < start.economy.quarter // 4 + YEARS:
            model.step()
        years = [model.published[y] for y in sorted(model.published)[1:]]
        totals.append(sum(y["in_migration"] + y["graduates"] for y in years))
    return {"talent_package": 100.0 * (totals[0] / totals[1] - 1.0)}


def seekers(start: Start) -> dict[str, float]:
    """Elasticity of a quarter's hires to those who look for work, vacancies as they are: a hundredth of the staff is
    added to them, in the mix of domains and skills of the people who are there."""
    hired, looked = np.zeros(2), np.zeros(2)
    for k in range(2):
        model = IndustryModel("dalian-baseline", start.member.seed, start=start)
        economy, come = model.economy, partial(_newcomers, model) if k else lambda: None
        run_quarter(economy, model.member.chance, {}, after={"entry": come})
        hired[k], looked[k] = economy.counts["hires"], economy.counts["searching"]
    return {"matching": float(np.log(hired[1] / hired[0]) / np.log(looked[1] / looked[0]))}


def _newcomers(model: IndustryModel) -> None:
    """People without a job, like every so manieth of those who have one."""
    people = model.economy.talent
    like = np.flatnonzero(people["employer"] >= 0)[:: round(1.0 / MORE)]
    model.economy.flows.settle(
        like.size, "rest of China", id=np.arange(like.size, dtype=np.uint32) + np.uint32(NEW_IDS), employer=-1,
        **{name: people[name][like] for name in ("domain", "human_capital", "rootedness", "born", "origin")},
    )  # fmt: skip

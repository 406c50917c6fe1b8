"""An effort is what is spent: each family alone at half a per cent of revenue, in each city."""

from __future__ import annotations

import pytest

import digisim as ds
from digisim.scenario import family_scenarios
from digisim.scenario.families import budget
from digisim.verdicts import spending

EFFORT = 0.005  # of base-year revenue a year
BAND = (0.75, 1.25)  # of what is stated, mean over members and over the years of the plan
MEMBERS = {"dalian": 12, "shenzhen": 8, "dongguan": 12, "qingdao": 24}  # profits of Qingdao are skewed over draws
ONCE = {"firm cultivation & awards", "startup incubation"}
LESS = {
    "dalian": ONCE,
    "shenzhen": ONCE | {"talent training"},
    "dongguan": ONCE | {"talent training"},
    "qingdao": ONCE | {"talent training"},
}
"""Families that cannot spend it: awards are paid once a step and founders are few, each with a cap; where a head earns
much, half a per cent of revenue buys more courses than the staff can take. docs/economics/policy.md, efforts."""


@pytest.mark.slow
@pytest.mark.parametrize("region", MEMBERS)
def test_a_family_spends_its_effort_or_the_docs_say_why_not(region: str) -> None:
    chosen = family_scenarios(region, EFFORT)
    runs = ds.ensemble(list(chosen.values()), MEMBERS[region], seed=1, workers=1)
    found = spending(runs, list(chosen.values()))
    shown = found[["scenario", "lever", "stated", "spent", "ratio"]].copy()
    shown[["stated", "spent"]] /= 1e8
    print(shown.to_string(index=False, float_format="{:.3f}".format))
    whole = found[found["lever"] == "all"].set_index("scenario")["spent"] / budget(region, EFFORT)
    ratios = {family: float(whole[scenario.name]) for family, scenario in chosen.items()}
    assert {family for family, ratio in ratios.items() if ratio < BAND[0]} == LESS[region], ratios
    assert {family: ratio for family, ratio in ratios.items() if ratio > BAND[1]} == {}

"""Scenarios by rule: each family of levers alone at a stated effort, and all of them under one budget."""

from __future__ import annotations

import pytest

from digisim.clock import Quarter
from digisim.errors import ScenarioError
from digisim.policy import lever_families, levers_of
from digisim.scenario import EFFORTS, family_scenarios, load_scenario, together
from digisim.scenario.families import budget

WHEN = Quarter(2021, 1)
AT_THE_END: dict[str, dict[float, set[str]]] = {
    "dalian": {0.0025: {"tier_award"}, 0.005: {"tier_award"}, 0.01: {"tier_award", "profit_tax_relief"}},
    "shenzhen": {
        0.0025: {"tier_award", "graduate_retention"},
        0.005: {"tier_award", "graduate_retention", "talent_housing_subsidy", "profit_tax_relief"},
        0.01: {"tier_award", "graduate_retention", "talent_housing_subsidy", "profit_tax_relief", "super_deduction",
               "ip_pledge"},
    },
    "dongguan": {
        0.0025: {"tier_award", "graduate_retention"},
        0.005: {"tier_award", "graduate_retention"},
        0.01: {"tier_award", "graduate_retention", "talent_housing_subsidy", "profit_tax_relief", "ip_pledge",
               "park_rent_subsidy"},
    },
    "qingdao": {
        0.0025: set(),
        0.005: {"tier_award"},
        0.01: {"tier_award", "graduate_retention", "profit_tax_relief", "ip_pledge"},
    },
}  # fmt: skip
"""Levers at the end of their range where their family acts alone; reasons in docs/economics/policy.md, efforts."""
EVERYWHERE = {"incubator_places"}  # ends where each founder has a place, which costs less than half of the least effort


def expected_cost(values: dict[str, float]) -> float:
    return sum(levers_of("dalian")[name].cost(value) for name, value in values.items())


@pytest.mark.parametrize("effort", EFFORTS)
def test_a_family_alone_is_expected_to_cost_the_effort(effort: float) -> None:
    rows = levers_of("dalian")
    found = family_scenarios("dalian", effort)
    assert list(found) == list(lever_families())
    assert len({scenario.name for scenario in found.values()}) == len(found)
    for family, scenario in found.items():
        values = scenario.values(WHEN)
        assert {name for name, value in values.items() if value} == set(lever_families()[family])
        most = sum(rows[name].most() for name in lever_families()[family])
        assert expected_cost(values) == pytest.approx(min(budget("dalian", effort), most))
        short = {"firm cultivation & awards"} | ({"tax relief"} if effort == max(EFFORTS) else set())
        assert (most < budget("dalian", effort)) == (family in short)


def test_what_is_set_aside_and_not_spent_goes_to_the_rest_of_the_family() -> None:
    rows, money = levers_of("dalian"), budget("dalian", 0.01)
    values = family_scenarios("dalian", 0.01)["finance"].values(WHEN)
    assert rows["credit_guarantee"].effort(values["credit_guarantee"]) == pytest.approx(money / 3)
    assert rows["ip_pledge"].effort(values["ip_pledge"]) == pytest.approx(money / 2, rel=0.01)
    assert values["ip_pledge"] < rows["ip_pledge"].range[1]
    spent = rows["credit_guarantee"].cost(values["credit_guarantee"]) + rows["ip_pledge"].cost(values["ip_pledge"])
    assert rows["venture_fund"].cost(values["venture_fund"]) == pytest.approx(money - spent) and spent < 0.05 * money


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("region", list(AT_THE_END))
def test_no_lever_but_those_named_stands_at_the_end_of_its_range(region: str, effort: float) -> None:
    rows = levers_of(region)
    ends = {
        name
        for scenario in family_scenarios(region, effort).values()
        for name, value in scenario.values(Quarter(scenario.start + 1, 1)).items()
        if value and value >= rows[name].range[1]
    }
    assert ends == AT_THE_END[region][effort] | EVERYWHERE


@pytest.mark.parametrize("region", ["shenzhen", "dongguan", "qingdao"])
def test_a_lever_with_nothing_to_act_on_gets_no_money(region: str) -> None:
    """Two of the cities print no stations: no effort goes to networks there, but to the other families."""
    without = {"shenzhen", "qingdao"}
    idle = {"network_buildout"} if region in without else set()
    base = load_scenario(f"{region}-baseline")
    values = base.with_levers(**together(region, 0.01)).values(Quarter(base.start + 1, 1))
    every = set().union(*lever_families().values())
    assert {name for name, value in values.items() if value} == every - idle
    assert set(lever_families()) - set(family_scenarios(region, 0.01)) == (
        {"infrastructure 5G/IDC"} if region in without else set()
    )


def test_the_packaged_scenario_pulls_all_levers_under_one_per_cent() -> None:
    values = load_scenario("dalian-all").values(WHEN)
    by_rule = load_scenario("dalian-baseline").with_levers(**together("dalian", 0.01)).values(WHEN)
    assert values == {name: pytest.approx(value, rel=1e-3) for name, value in by_rule.items()}
    assert {name for name, value in values.items() if value} == set().union(*lever_families().values())
    assert expected_cost(values) == pytest.approx(0.01 * 640e8, rel=1e-3)


@pytest.mark.parametrize("effort", [0.0, -0.01, 1.5, True, "1%"])
def test_a_wrong_effort_is_refused(effort: object) -> None:
    with pytest.raises(ScenarioError, match="the effort is") as caught:
        family_scenarios("dalian", effort)  # type: ignore[arg-type]
    assert caught.value.where == "effort" and caught.value.allowed and caught.value.next


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(ScenarioError, match="unknown region 'atlantis'"):
        together("atlantis", 0.01)

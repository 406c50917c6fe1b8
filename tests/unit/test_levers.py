"""The lever register, its tombstones, the resolution by date and the arithmetic of budgets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import digisim.policy
from digisim.clock import Quarter
from digisim.errors import DefectError, InputError, UnitError
from digisim.evidence import documents, measures
from digisim.parameters import load_parameters, medians
from digisim.policy import (
    LEVERS,
    Lever,
    disburse_in_order,
    effective_values,
    find_lever,
    lever_families,
    levers_of,
    load_levers,
    load_tombstones,
    most_spent,
    value_at,
)
from digisim.policy.levers import BudgetRule

MONEY = st.floats(min_value=0, max_value=1e12)


def test_the_register_holds_the_levers_in_order() -> None:
    assert LEVERS == (
        "rd_grant", "talent_housing_subsidy", "graduate_retention", "park_rent_subsidy", "credit_guarantee",
        "attraction", "training_subsidy", "local_procurement", "super_deduction", "tier_award", "incubation",
        "incubator_places", "park_construction", "service_platforms", "venture_fund", "ip_pledge", "cloud_voucher",
        "local_digitalisation", "outsourcing_upgrade", "market_diversification", "profit_tax_relief", "data_market",
        "network_buildout", "fairs_branding", "administration", "milestone_award", "training_base_subsidy",
        "platform_interest_subsidy", "park_platform_equity", "rd_project_equity", "procurement_subsidy",
        "informatisation_subsidy", "list_award", "land_entry",
    )  # fmt: skip


def test_an_unknown_name_of_the_room_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = digisim.policy.nothing


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_is_a_deviation_with_names_range_and_parameters(name: str) -> None:
    lever = load_levers()[name]
    assert lever.in_force == 0
    assert lever.range[0] == 0 < lever.range[1]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in lever.name_zh)
    assert set(lever.parameters) <= set(load_parameters())
    assert "place.implementation" in lever.parameters


@pytest.mark.parametrize("name", LEVERS)
def test_measures_are_held_by_the_archive_in_the_order_of_its_documents(name: str) -> None:
    held = load_levers()[name].measures
    assert set(held) <= set(measures())
    places = [list(documents()).index(measures()[id].document) for id in held]
    assert places == sorted(places)


FAMILIES = (
    "R&D and innovation", "firm cultivation & awards", "startup incubation", "attracting anchor firms",
    "talent training", "talent attraction & retention", "parks/space & rent", "public service platforms", "finance",
    "market", "digitalisation & cloud", "internationalisation/outsourcing upgrade", "tax relief", "data market",
    "infrastructure 5G/IDC", "branding",
)  # fmt: skip


def test_every_family_has_a_lever_and_one_chinese_name() -> None:
    families = lever_families()
    assert set(families) == set(FAMILIES)
    split = [name for name in LEVERS if load_levers()[name].rule is None and load_levers()[name].alone]
    assert set(LEVERS) - set(split) == {"administration", *(n for n in LEVERS if load_levers()[n].rule is not None)}
    assert [name for names in families.values() for name in names] == sorted(
        split, key=lambda name: (list(families).index(load_levers()[name].family), LEVERS.index(name))
    )
    for names in families.values():
        assert len({load_levers()[name].family_zh for name in names}) == 1


def test_money_becomes_a_value_within_the_range() -> None:
    """An effort is what is to be spent: of what is announced the median of `place.implementation` is carried out."""
    levers, carried = levers_of("dalian"), medians()["place.implementation"]
    assert levers["incubation"].at_cost(3e8) == pytest.approx(3e8 / carried)
    assert levers["graduate_retention"].at_cost(8.8e6) == pytest.approx(1000.0 / carried)
    assert levers["tier_award"].at_cost(1e12) == levers["tier_award"].range[1]
    for row in (row for row in levers.values() if not row.free):
        assert row.effort(row.at_cost(1e5)) == pytest.approx(1e5)


def test_a_condition_costs_nothing_and_no_money_stands_for_it() -> None:
    row = levers_of("dalian")["land_entry"]
    assert row.free and not levers_of("dalian")["park_rent_subsidy"].free
    assert (row.cost(1.0), row.effort(1.0), row.most(), most_spent("dalian")["land_entry"]) == (0.0, 0.0, 0.0, 0.0)
    with pytest.raises(DefectError, match="'land_entry' is a condition"):
        row.at_cost(1e5)


def test_guarantees_are_sized_by_what_is_set_aside_and_cost_what_is_called() -> None:
    row = levers_of("dalian")["credit_guarantee"]
    volume = row.at_cost(1e8)
    assert volume == pytest.approx(1e8 / 0.05 / row.carried)
    assert row.cost(volume) == pytest.approx(volume * 0.0009 * row.carried)
    kept = {name for name, each in load_levers().items() if each.unit_cost and each.unit_cost.set_aside}
    assert kept == {name for name, each in load_levers().items() if each.budget.kind == "stock"}


def test_a_unit_costs_what_it_does_in_the_city() -> None:
    """Dalian's figures grow with what they rest on, unless the city states its own; a share stays a share."""
    dalian, dongguan = levers_of("dalian"), levers_of("dongguan")
    costs = {name: row.unit_cost for name, row in load_levers().items() if row.unit_cost}
    carried = medians()["place.implementation"]
    here = {name: row.unit_cost.amount for name, row in dongguan.items() if row.unit_cost}
    assert {row.carried for row in dalian.values()} == {row.carried for row in dongguan.values()} == {carried}
    assert {name: dalian[name].cost(1.0) for name in costs} == {n: c.amount * carried for n, c in costs.items()}
    assert {cost.stated_for for cost in costs.values()} == {"dalian"}
    assert here["training_base_subsidy"] == pytest.approx(3e6 * 34335 / 200_000, rel=1e-3)
    of_all = (463.42e8 / 0.9515) / (640e8 / 0.6015)
    assert here["procurement_subsidy"] == pytest.approx(4.6e8 * of_all, rel=1e-3)
    pledge = dongguan["ip_pledge"].unit_cost
    assert pledge is not None and pledge.set_aside == pytest.approx(12.5e8 * of_all, rel=1e-3)
    own = dongguan["park_rent_subsidy"].unit_cost
    assert own is not None and own.amount == 3.8e8 and "34,000 people" in own.assumption
    assert here["credit_guarantee"] == costs["credit_guarantee"].amount


def test_a_value_is_read_in_its_unit_and_range() -> None:
    assert levers_of("dalian")["rd_grant"].read("3 亿 CNY/year") == 3e8
    assert levers_of("dalian")["park_rent_subsidy"].read(0.5) == 0.5
    with pytest.raises(UnitError, match="lever 'rd_grant' has no unit"):
        levers_of("dalian")["rd_grant"].read(3e8)
    for value in ("21 亿 CNY/year", "-1 CNY/year"):
        with pytest.raises(InputError, match="lever 'rd_grant' is out of range") as caught:
            levers_of("dalian")["rd_grant"].read(value, where="x.yaml, line 4")
        assert caught.value.allowed == "0 CNY/year to 20 亿 CNY/year"
        assert caught.value.where == "x.yaml, line 4"


def test_a_range_grows_with_the_region_and_those_of_dalian_are_the_old_ones() -> None:
    dalian, shenzhen = levers_of("dalian"), levers_of("shenzhen")
    grown = {name for name, row in load_levers().items() if row.of_revenue}
    assert grown == {name for name, row in load_levers().items() if row.unit in ("CNY", "CNY/year")}
    assert {dalian[name].range[1] for name in grown} == {3.2e7, 2e8, 20e8, 60e8, 200e8}
    for name, row in dalian.items():
        ratio = 7705 / 640 if name in grown else 1.0
        assert shenzhen[name].range == pytest.approx((0.0, row.range[1] * ratio), rel=2e-3)
    one_per_cent = 0.01 * 7705e8
    assert shenzhen["training_subsidy"].read(f"{one_per_cent} CNY/year") == one_per_cent
    with pytest.raises(DefectError, match="the range of 'rd_grant' is a share of revenue"):
        load_levers()["rd_grant"].read("1 亿 CNY/year")


def test_an_unknown_lever_gets_a_suggestion() -> None:
    with pytest.raises(InputError, match="unknown lever 'rd_grnat'") as caught:
        find_lever("rd_grnat", where="x.yaml, line 4")
    assert caught.value.next == "did you mean 'rd_grant'?"
    near, rest = caught.value.allowed.split(": ")
    assert near.split(", ")[0] == "rd_grant" and len(near.split(", ")) == 6 and set(near.split(", ")) < set(LEVERS)
    assert rest == "digisim levers lists all"


def test_no_lever_is_buried_yet() -> None:
    assert load_tombstones() == {}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_removed_lever_answers_what_replaces_it(tmp_path: Path) -> None:
    row = "- {name: research_grant, since: '0.2', replaced_by: [rd_grant], advice: the unit is CNY/year now}"
    stones = write(tmp_path / "tombstones.yaml", f"tombstones:\n{row}\n")
    with pytest.raises(InputError) as caught:
        find_lever("research_grant", where="x.yaml, line 4", tombstones=stones)
    assert caught.value.what == "the lever 'research_grant' was removed in version 0.2"
    assert (caught.value.allowed, caught.value.next) == ("rd_grant", "the unit is CNY/year now")


@pytest.mark.parametrize(("name", "by"), [("old", "nowhere"), ("rd_grant", "attraction")])
def test_a_wrong_tombstone_is_a_defect(tmp_path: Path, name: str, by: str) -> None:
    row = f"- {{name: {name}, since: '1', replaced_by: [{by}], advice: see it}}"
    stones = write(tmp_path / "tombstones.yaml", f"tombstones:\n{row}\n")
    with pytest.raises(DefectError, match="tombstone"):
        load_tombstones(stones)


COST = {"amount": "1 CNY/year", "stated_for": "dalian", "assumption": "some reason"}


def test_register_rows_are_checked() -> None:
    row = load_levers()["rd_grant"].model_dump() | {"range": ["0 CNY/year", "1 亿 CNY/year"], "of_revenue": False}
    row["cap"] = None
    assert Lever.model_validate(row).range == (0.0, 1e8)
    wrong = [
        ({"unit": "CNY/week"}, "unknown unit"),
        ({"of_revenue": True, "unit": "CNY/month", "range": ["0", "1"]}, "is a share of revenue"),
        ({"range": ["0 CNY", "1 CNY"]}, "another unit"),
        ({"range": ["1 CNY/year", "2 CNY/year"]}, "in_force must lie in the range"),
        ({"parameters": ["no.such"]}, "not in the register"),
        ({"unit_cost": {**COST, "follows": []}}, "has a unit_cost"),
        ({"unit_cost": {**COST, "follows": ["people"]}}, "'people' is neither one of revenue, employees, firms"),
        ({"unit": "1", "range": ["0", "1"]}, "a condition nothing"),
        ({"measures": ["d28-m-layout", "d28-m-layout"]}, "named twice"),
    ]
    for change, reason in wrong:
        with pytest.raises(ValidationError, match=reason):
            Lever.model_validate({**row, **change})


@pytest.mark.parametrize("fields", [{"kind": "entitlement"}, {"kind": "annual", "ceiling_share": 0.1}])
def test_only_an_entitlement_has_a_ceiling(fields: dict[str, object]) -> None:
    if "ceiling_share" in fields:
        fields = {**fields, "assumption": "some reason"}
    with pytest.raises(ValidationError, match="an entitlement, and only it"):
        BudgetRule.model_validate(fields)


def test_a_measure_under_two_levers_is_a_defect(tmp_path: Path) -> None:
    text = Path(digisim.policy.__file__).with_name("levers.yaml").read_text(encoding="utf-8")
    doubled = text.replace("measures: [d28-m-graduates,", "measures: [d28-m-ip-pledge, d28-m-graduates,")
    with pytest.raises(DefectError, match="d28-m-ip-pledge"):
        load_levers(write(tmp_path / "levers.yaml", doubled))


def test_a_measure_that_no_document_has_is_a_defect(tmp_path: Path) -> None:
    text = Path(digisim.policy.__file__).with_name("levers.yaml").read_text(encoding="utf-8")
    wrong = text.replace("measures: [d28-m-ip-pledge]", "measures: [d28-m-ip-plegde]")
    with pytest.raises(DefectError, match="holds no measures d28-m-ip-plegde"):
        load_levers(write(tmp_path / "levers.yaml", wrong))


def test_a_value_holds_until_the_next_date() -> None:
    path = ((Quarter(2022, 1), 3e8), (Quarter(2025, 1), 6e8))
    at = [value_at(path, Quarter.parse(date), 1.0) for date in ("2021Q4", "2022Q1", "2024Q4", "2025Q1", "2050Q1")]
    assert at == [1.0, 3e8, 3e8, 6e8, 6e8]


def test_effective_values_name_every_lever_in_order() -> None:
    values = effective_values({"attraction": ((Quarter(2022, 1), 5.0),)}, Quarter(2022, 1).index)
    assert tuple(values) == LEVERS
    assert values == {**dict.fromkeys(LEVERS, 0.0), "attraction": 5.0}
    with pytest.raises(DefectError, match="no_lever"):
        effective_values({"no_lever": ()}, Quarter(2022, 1))


@given(st.lists(MONEY, max_size=30), MONEY, MONEY)
def test_requests_are_served_in_order_until_the_money_is_gone(requests: list[float], cap: float, spent: float) -> None:
    wanted = np.array(requests)
    granted = disburse_in_order(wanted, cap, spent)
    assert np.all((granted >= 0) & (granted <= wanted))
    assert granted.sum() <= max(cap - spent, 0.0) * (1 + 1e-12)
    partly = np.flatnonzero(granted < wanted)
    assert np.all(granted[partly[1:]] == 0)  # after the first that is cut, nobody gets anything
    np.testing.assert_array_equal(disburse_in_order(2 * wanted, 2 * cap, 2 * spent), 2 * granted)

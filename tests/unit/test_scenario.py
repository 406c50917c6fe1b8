"""Scenarios: what a file says, what may be changed, and what the hash depends on."""

from __future__ import annotations

import dataclasses
import pickle
import re
from pathlib import Path

import jsonschema
import pytest

from digisim.clock import Quarter
from digisim.errors import InputError, ScenarioError
from digisim.policy import LEVERS, effective_values, levers_of, load_levers
from digisim.policy.coverage import measures_by_lever
from digisim.policy.rules import load_rules
from digisim.registers import load_yaml
from digisim.resources import scenarios_dir
from digisim.scenario import (
    LONGEST_RUN,
    LeverPaths,
    Scenario,
    Shock,
    joint_json_schema,
    load_scenario,
    scenario_json_schema,
    scenario_names,
    value,
)

BASELINE = load_scenario("dalian-baseline")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_dalian_has_its_scenarios() -> None:
    assert {"dalian-baseline", "dalian-plan", "dalian-push"} <= set(scenario_names())


@pytest.mark.parametrize("name", scenario_names())
def test_each_scenario_is_named_after_its_region_in_two_languages(name: str) -> None:
    scenario = load_scenario(name)
    assert name.startswith(f"{scenario.region}-" if len(scenario.parts) == 1 else "four-cities-")
    assert scenario.name == name
    assert scenario.description_en
    assert scenario.description_zh
    assert scenario == load_scenario(scenarios_dir() / f"{name}.yaml")


def test_the_baseline_moves_nothing() -> None:
    assert dict(BASELINE.levers) == {}
    assert BASELINE.values(Quarter(2025, 1)) == effective_values({}, Quarter(2021, 1))
    assert (BASELINE.start, BASELINE.end, BASELINE.outlook) == (2020, 2028, "central")
    assert [str(BASELINE.quarters[i]) for i in (0, -1)] == ["2021Q1", "2028Q4"]
    assert len(BASELINE.quarters) == 32


def split_of(name: str) -> tuple[dict[str, int], dict[str, float]]:
    """Return the measures that the comments of a scenario of Dalian count for each lever, and what each should cost."""
    text = (scenarios_dir() / f"{name}.yaml").read_text(encoding="utf-8")
    counts = {lever: int(count) for count, lever in re.findall(r"# (\d+) measures?: .*\n  (\w+):", text)}
    rows, values = levers_of("dalian"), load_scenario(name).values(Quarter(2021, 1))
    return counts, {lever: rows[lever].effort(value) for lever, value in values.items() if value}


def test_the_plan_splits_half_a_per_cent_of_revenue_by_measures() -> None:
    counts, cost = split_of("dalian-plan")
    assert counts == {name: len(ids) for name, ids in measures_by_lever("dalian").items() if ids}
    each = 0.005 * 640e8 / sum(counts.values())
    assert cost == {name: pytest.approx(each * count, rel=0.001) for name, count in counts.items()}
    assert sum(cost.values()) == pytest.approx(3.2e8, rel=0.0005)


def test_the_plan_of_qingdao_pays_printed_rules_in_full_and_splits_the_effort_over_the_rest() -> None:
    """Each measure counts once: under a rule whose amounts are printed, or in the split of its lever."""
    plan = load_scenario("qingdao-plan").values(Quarter(2012, 1))
    text = (scenarios_dir() / "qingdao-plan.yaml").read_text(encoding="utf-8")
    counts = {name: int(count) for count, name in re.findall(r"# (\d+) measures?: .*\n  (\w+):", text)}
    rows = load_levers()
    held = {name: ids for name, ids in measures_by_lever("qingdao").items() if ids}
    asked = {name for name in held if rows[name].free}
    assert {name: plan[name] for name in asked} == {"land_entry": 1.0}  # as printed, at no cost
    printed = {name for name in held if rows[name].rule is not None and rows[name].unit == "1"}
    assert printed == {name for name, rule in load_rules().items() if rule.absent is None} - {"rd_project_equity"}
    assert {name for name, value in plan.items() if value} == set(held)
    assert {name: plan[name] for name in printed} == dict.fromkeys(printed, 1.0)
    assert counts == {name: len(ids) for name, ids in held.items() if name not in printed}
    each = 0.005 * 394.9e8 / sum(len(ids) for name, ids in held.items() if name not in asked)
    here = levers_of("qingdao")
    for name, count in counts.items():
        assert here[name].effort(plan[name]) == pytest.approx(each * count, rel=0.001)


@pytest.mark.parametrize(("city", "effort"), [("shenzhen", 38.52e8), ("dongguan", 2.317e8)])
def test_the_plan_of_a_city_turns_money_into_values_by_what_a_unit_costs_there(city: str, effort: float) -> None:
    """Half a per cent of revenue, the same for each measure, at the prices of the city."""
    scenario, here = load_scenario(f"{city}-plan"), levers_of(city)
    counts = {name: len(ids) for name, ids in measures_by_lever(city).items() if ids}
    values = {name: value for name, value in scenario.values(Quarter(scenario.start + 1, 1)).items() if value}
    cost = {name: here[name].effort(value) for name, value in values.items()}
    each = effort / sum(counts.values())
    assert cost == {name: pytest.approx(each * count, rel=0.001) for name, count in counts.items()}


def test_the_push_is_twice_the_plan() -> None:
    plan, push = (load_scenario(name).values(Quarter(2024, 2)) for name in ("dalian-plan", "dalian-push"))
    assert push == {name: pytest.approx(2 * amount) for name, amount in plan.items()}


def test_with_levers_reads_units_numbers_and_dates() -> None:
    push = BASELINE.with_levers(
        talent_housing_subsidy="1500 CNY/month",
        rd_grant={2022: "3 亿 CNY/year", "2025Q1": "6 亿 CNY/year"},
        park_rent_subsidy=0.25,
    )
    assert push.levers["rd_grant"] == ((Quarter(2022, 1), 3e8), (Quarter(2025, 1), 6e8))
    assert push.values(Quarter(2021, 4))["rd_grant"] == 0
    assert push.values(Quarter(2026, 1)) == {
        **dict.fromkeys(LEVERS, 0.0), "rd_grant": 6e8, "talent_housing_subsidy": 1500, "park_rent_subsidy": 0.25
    }  # fmt: skip
    assert BASELINE.levers == {}
    assert BASELINE.with_levers() is BASELINE
    assert "rd_grant: 3 亿 CNY/year from 2022Q1, 6 亿 CNY/year from 2025Q1" in str(push)


def test_with_levers_replaces_a_lever_and_keeps_the_others() -> None:
    first = BASELINE.with_levers(rd_grant={2022: "1 亿 CNY/year"}, attraction="1 亿 CNY/year")
    second = first.with_levers(rd_grant="2 亿 CNY/year")
    assert second.levers["rd_grant"] == ((Quarter(2021, 1), 2e8),)
    assert second.levers["attraction"] == first.levers["attraction"]


def test_variants_never_share_a_name() -> None:
    variants = [BASELINE.with_levers(rd_grant=f"{n} 亿 CNY/year") for n in range(1, 9)]
    names = {variant.name for variant in variants}
    assert len(names) == len(variants)
    assert all(name.startswith("dalian-baseline+rd_grant#") for name in names)
    many = BASELINE.with_levers(rd_grant="1 CNY/year", attraction="1 CNY/year", park_rent_subsidy=0.1)
    assert many.name.startswith("dalian-baseline+3 levers#")
    assert many.with_(name="mine").name == "mine"


def test_it_is_frozen_hashable_and_travels_by_pickle() -> None:
    plan = load_scenario("dalian-plan")
    copy = pickle.loads(pickle.dumps(plan))
    assert copy == plan
    assert (copy.hash, hash(copy)) == (plan.hash, hash(plan))
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.end = 2030  # type: ignore[misc]
    with pytest.raises(TypeError):
        plan.levers["rd_grant"] = ()  # type: ignore[index]


def test_lever_paths_are_in_register_order_whatever_the_order_written() -> None:
    paths = LeverPaths({"attraction": ((Quarter(2021, 1), 1.0),), "rd_grant": ((Quarter(2021, 1), 2.0),)})
    assert list(paths) == ["rd_grant", "attraction"]
    assert len(paths) == 2
    assert repr(paths).startswith("LeverPaths({'rd_grant'")


def test_the_hash_forgets_names_and_ways_of_writing(tmp_path: Path) -> None:
    assert BASELINE.with_(name="other").hash == BASELINE.hash
    assert BASELINE.with_levers(rd_grant="0 CNY/year").hash == BASELINE.hash
    one = BASELINE.with_levers(rd_grant="3 亿 CNY/year")
    same = [
        BASELINE.with_levers(rd_grant="300000000 元/年"),
        BASELINE.with_levers(rd_grant={2021: "3e8 CNY/year"}),
        BASELINE.with_levers(rd_grant={"2023Q2": "3 亿 CNY/year", 2021: "3 亿 CNY/year"}),
        load_scenario(write(tmp_path, "x.yaml", "region: dalian\n# a comment\nlevers: {rd_grant: 3 亿 CNY/year}\n")),
    ]
    assert {scenario.hash for scenario in same} == {one.hash}
    assert len(one.hash) == 64


def test_the_hash_sees_all_that_changes_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    one = BASELINE.with_levers(rd_grant={2022: "3 亿 CNY/year"})
    others = [
        BASELINE,
        BASELINE.with_levers(rd_grant={2023: "3 亿 CNY/year"}),
        BASELINE.with_levers(rd_grant={2022: "4 亿 CNY/year"}),
        one.with_(horizon=2030),
        one.with_(outlook="low"),
        one.with_(operators=("ministry",)),
        one.with_(actor_classes={"park": "my_parks:QuietPark"}),
    ]
    hashes = {one.hash, *(other.hash for other in others)}
    assert len(hashes) == len(others) + 1
    for module, change in ((value.evidence, "digest"), (value.parameters, "digest")):
        with monkeypatch.context() as patch:
            patch.setattr(module, change, lambda: "another")
            assert dataclasses.replace(one).hash not in hashes
    monkeypatch.setattr(value, "MODEL_VERSION", value.MODEL_VERSION + 1)
    assert dataclasses.replace(one).hash not in hashes


def test_what_lies_after_the_horizon_does_not_enter_the_hash() -> None:
    long = BASELINE.with_levers(rd_grant={2022: "3 亿 CNY/year", 2027: "6 亿 CNY/year"})
    short = BASELINE.with_levers(rd_grant={2022: "3 亿 CNY/year"})
    assert long.with_(horizon=2025).hash == short.with_(horizon=2025).hash
    assert long.with_(horizon=2025).with_(horizon=2028).hash == long.hash


def test_a_file_extends_another_and_has_the_last_word(tmp_path: Path) -> None:
    above = "extends: dalian-plan\nhorizon: 2026\noutlook: low\nlevers: {rd_grant: 5 亿 CNY/year}\n"
    write(tmp_path, "parent.yaml", above)
    below = "extends: parent\nlevers:\n  attraction: {2023: 1 亿 CNY/year}\n"
    child = load_scenario(write(tmp_path, "child.yaml", below))
    assert (child.region, child.end, child.outlook, child.name) == ("dalian", 2026, "low", "child")
    assert child.levers["rd_grant"] == ((Quarter(2021, 1), 5e8),)
    assert child.levers["attraction"] == ((Quarter(2023, 1), 1e8),)
    assert child.levers["training_subsidy"] == load_scenario("dalian-plan").levers["training_subsidy"]
    by_path = load_scenario(write(tmp_path, "again.yaml", "extends: child.yaml\n"))
    assert by_path.levers == child.levers


def test_the_longest_run_is_allowed_and_no_longer() -> None:
    assert len(BASELINE.with_(horizon=2020 + LONGEST_RUN).quarters) == 4 * LONGEST_RUN
    for horizon in (2020, 2019, 2020 + LONGEST_RUN + 1, 10_000):
        with pytest.raises(ScenarioError, match=f"the horizon {horizon} is"):
            BASELINE.with_(horizon=horizon)
    with pytest.raises(ScenarioError, match="the horizon is not a year: '2028.5'"):
        BASELINE.with_(horizon=2028.5)  # type: ignore[arg-type]


def test_wrong_changes_are_refused() -> None:
    with pytest.raises(ScenarioError, match="unknown outlook 'rosy'"):
        BASELINE.with_(outlook="rosy")
    with pytest.raises(ScenarioError, match="unknown operators: province"):
        BASELINE.with_(operators=("province",))
    with pytest.raises(ScenarioError, match="unknown operators: none given"):
        BASELINE.with_(operators=())
    with pytest.raises(ScenarioError, match="a scenario needs a name"):
        BASELINE.with_(name=" ")
    with pytest.raises(ScenarioError, match="unknown region"):
        Scenario(name="x", region="atlantis", start=2020, end=2028)
    with pytest.raises(InputError, match="unknown lever 'rd_grants'") as caught:
        BASELINE.with_levers(rd_grants="1 CNY/year")
    assert (caught.value.where, caught.value.next) == ("with_levers, rd_grants", "did you mean 'rd_grant'?")


@pytest.mark.parametrize("name", scenario_names())
def test_our_files_fit_the_published_schema(name: str) -> None:
    data = load_yaml(scenarios_dir() / f"{name}.yaml").data
    schema = joint_json_schema() if "cities" in data else scenario_json_schema()
    jsonschema.Draft202012Validator(schema).validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"levers": {"rd_grant": 3e8}},
        {"levers": {"no_lever": "1 CNY"}},
        {"levers": {"park_rent_subsidy": 2}},
        {"levers": {"rd_grant": {"soon": "1 CNY/year"}}},
        {"outlook": "rosy"},
        {"horizn": 2028},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(data: dict[str, object]) -> None:
    assert not jsonschema.Draft202012Validator(scenario_json_schema()).is_valid({"region": "dalian", **data})


SHOCK = "region: dalian\nshocks:\n- {{{}}}\n"


@pytest.mark.parametrize(
    ("row", "what", "allowed"),
    [
        ("kind: yne, date: 2022, change: -0.2", "unknown shock 'yne'", "yen, dollar, markets"),
        ("kind: yen, date: 2019, change: -0.2", "begins outside the run: 2019Q1", "2021Q1 to 2028Q4"),
        ("kind: yen, date: soon, change: -0.2", "not a date: 'soon'", "a year from"),
        ("kind: yen, date: 2022, change: -20", "changes by -20", "a share from -0.9 to 1"),
        ("kind: yen, date: 2022, change: 3 CNY", "the change of the shock 'yen'", ""),
        ("kind: yen, date: 2022, change: -0.2, quarters: 2", "has quarters", "quarters for markets only"),
        ("kind: markets, date: 2022, change: -0.2, quarters: 0", "lasts 0 quarters", "1 to 40"),
        ("kind: yen, date: 2022, change: -0.2, size: 3", "unknown key 'size'", "change, date, kind, quarters"),
        ("kind: yen, date: 2022", "the key 'change' is missing", ""),
    ],
)
def test_a_wrong_shock_gets_one_message_with_its_line(row: str, what: str, allowed: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(write(tmp_path, "x.yaml", SHOCK.format(row)))
    assert what in caught.value.what and allowed in caught.value.allowed and caught.value.next
    assert caught.value.where.endswith("x.yaml, line 3")


def test_two_shocks_at_once_and_shocks_in_python_are_checked_too(tmp_path: Path) -> None:
    twice = "kind: yen, date: 2022, change: -0.2}\n- {kind: yen, date: 2022Q1, change: 0.1"
    with pytest.raises(ScenarioError, match="two shocks of 'yen' begin in 2022Q1"):
        load_scenario(write(tmp_path, "x.yaml", SHOCK.format(twice)))
    with pytest.raises(ScenarioError, match="unknown shock 'war'"):
        BASELINE.with_(shocks=(Shock("war", Quarter(2022, 1), -0.2),))


def test_shocks_are_inherited_unless_a_file_names_its_own(tmp_path: Path) -> None:
    parent = load_scenario("dalian-pandemic")
    same = load_scenario(write(tmp_path, "same.yaml", "extends: dalian-pandemic\n"))
    none = load_scenario(write(tmp_path, "none.yaml", "extends: dalian-pandemic\nshocks: []\n"))
    assert same.shocks == parent.shocks == (Shock("markets", Quarter(2022, 1), -0.2, 2),)
    assert none.hash == BASELINE.hash != parent.hash
    assert parent.with_(horizon=2021).hash == BASELINE.with_(horizon=2021).hash
    assert "shock: markets -20% from 2022Q1 for 2 quarters" in str(parent)


def test_a_scenario_of_the_working_folder_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "dalian-mine.yaml").write_text("extends: dalian-plan\nhorizon: 2024\n", encoding="utf-8")
    (folder / "dalian-more.yaml").write_text("extends: dalian-mine\nhorizon: 2025\n", encoding="utf-8")
    (folder / "dalian-plan.yaml").write_text("extends: dalian-baseline\nhorizon: 2022\n", encoding="utf-8")
    assert {"dalian-mine", "dalian-more"} <= set(scenario_names())
    assert dict(load_scenario("dalian-mine").levers) == {}  # beside it lies a file of the name that it extends
    assert load_scenario("dalian-more").end == 2025
    assert load_scenario("dalian-plan").end == 2028  # a name of ours stays ours

"""Cities together: people and firms pass between them, nobody is lost, and one city's gain shows in the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import digisim as ds
from digisim.actors import Park
from digisim.errors import ScenarioError
from digisim.export import to_table
from digisim.joint import JointModel, own_luck
from digisim.plot.series import select
from digisim.processes.finance.relocation import moving_weight
from digisim.regions import load_region
from digisim.scenario import JointScenario, load_scenario
from digisim.simulate import IndustryModel, Start, joined, prepare_city
from digisim.synthesis import draw_member
from digisim.targets import load_targets
from digisim.testing import synthetic_dataset
from digisim.testing.states import differing_columns

REVENUE_2025 = next(each for each in load_targets("dalian") if each.id == "d28-revenue-2028").model_copy(
    update={"year": 2025, "operators": ("ministry",)}
)
TWO = """
cities: {dongguan: dongguan-baseline, qingdao: qingdao-baseline}
horizon: 2025
nation_employees: china-employees-2020
"""


def written(folder: Path, text: str, name: str = "two.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> JointScenario:
    scenario = load_scenario(written(tmp_path_factory.mktemp("joint"), TWO))
    assert isinstance(scenario, JointScenario)
    return scenario


@pytest.fixture(scope="module")
def starts(two: JointScenario) -> dict[str, Start]:
    return {part.region: prepare_city(part, 1, 0) for part in two.parts}


@pytest.fixture(scope="module")
def run(two: JointScenario, starts: dict[str, Start]) -> JointModel:
    model = joined(two, 1, starts=starts, guarded=True)
    model.run()
    return model


def total(model: JointModel) -> int:
    return sum(city.economy.flows.residents() for city in model.cities.values())


def on_the_way(model: JointModel) -> dict[str, dict[str, int]]:
    """Return how many people arrive next, by the city they come to and the one they left."""
    return {
        name: {left: movers["id"].size for left, movers in city.economy.elsewhere.people_in.items()}
        for name, city in model.cities.items()
    }


def test_people_are_conserved_across_cities(two: JointScenario, starts: dict[str, Start]) -> None:
    """Who leaves one city for another is on the way for a quarter; then there, or in the rest of the country."""
    model = joined(two, 1, starts=starts)
    for _ in range(6):
        before = total(model)
        away = on_the_way(model)
        model.step()
        moved = {name: dict(city.economy.flows.moved) for name, city in model.cities.items()}
        sent = {a: {b: moved[b].get(("city", a), 0) for b in moved if b != a} for a in moved}
        arriving = on_the_way(model)
        assert {a: {b: n for b, n in each.items() if n} for a, each in sent.items()} == arriving
        came = {a: {b: moved[a].get((b, "city"), 0) for b in moved if b != a} for a in moved}
        assert all(came[a][b] <= away[a].get(b, 0) for a in came for b in came[a])
        within = sum(map(sum, (each.values() for each in came.values())))
        left = sum(map(sum, (each.values() for each in sent.values())))
        outside = {
            name: sum(n for (a, b), n in each.items() if b == "city" and a not in moved)
            - sum(n for (a, b), n in each.items() if a == "city" and b not in moved)
            for name, each in moved.items()
        }
        assert total(model) - before == within - left + sum(outside.values())
    assert left > 0 and within > 0


def test_identities_hold_in_each_city(run: JointModel) -> None:
    assert 0.0 < run.residual < 1e-9
    for city in run.cities.values():
        people = city.economy.talent
        there = people["employer"] != -2
        assert np.unique(people["id"][there]).size >= there.sum() - 2  # random words rarely meet


def test_firms_and_people_pass_between_the_cities(run: JointModel) -> None:
    tables = {name: city.published for name, city in run.cities.items()}
    years = range(2024, 2026)
    flows = {
        key: {name: sum(table[year][key] for year in years) for name, table in tables.items()}
        for key in ("in_migration_cities", "out_migration_cities", "firms_from_cities", "firms_to_cities")
    }
    print(flows)
    assert all(value > 0 for value in flows["out_migration_cities"].values())
    assert 0 < flows["in_migration_cities"]["dongguan"] <= flows["out_migration_cities"]["qingdao"]
    assert all(table[2023]["out_migration_cities"] == 0.0 for table in tables.values())


def test_what_is_published_of_people_between_cities_closes_every_year(run: JointModel) -> None:
    """Who left and was under way before is who came, was turned away or is under way now, to the person."""
    tables = [city.published for city in run.cities.values()]
    years = [year for year in tables[0] if year - 1 in tables[0]]
    assert 2025 in years

    def all_of(year: int, name: str) -> float:
        return sum(table[year][f"{name}_cities"] for table in tables)

    for year in years:
        begun = all_of(year, "out_migration") + all_of(year - 1, "under_way")
        ended = all_of(year, "in_migration") + all_of(year, "turned_away") + all_of(year, "under_way")
        assert begun == ended, year
    assert min(all_of(2025, name) for name in ("turned_away", "under_way", "in_migration")) > 0


def test_before_they_are_joined_cities_run_alone(two: JointScenario, starts: dict[str, Start]) -> None:
    model = joined(two, 1, starts=starts)
    part = two.parts[1]
    alone = IndustryModel(part, 1, start=starts[part.region])
    while alone.economy.quarter < two.start * 4 + 3:
        alone.step()
    for year, table in model.cities["qingdao"].published.items():
        np.testing.assert_array_equal([*table.values()], [*alone.published[year].values()], err_msg=str(year))
    seen = alone.economy.elsewhere
    assert (seen.cities, seen.option, seen.from_cities, seen.people_in) == ((), 1.0, 0.0, {})


def test_a_city_that_attracts_gains_people_and_firms_that_the_other_loses(
    two: JointScenario, starts: dict[str, Start]
) -> None:
    """Twelve times the firms that usually come, and housing paid: more come from the other city, which has fewer."""
    loud = two.with_levers(dongguan={"attraction": "5 亿 CNY/year", "talent_housing_subsidy": "6000 CNY/month"})
    assert loud.name.startswith("two+dongguan#") and loud.hash != two.hash
    models = [joined(each, 1, starts=starts) for each in (two, loud)]
    for model in models:
        for _ in range(8):
            model.step()
    quiet, busy = ({name: city.economy for name, city in model.cities.items()} for model in models)
    assert busy["dongguan"].elsewhere.pull > 1.2 * quiet["dongguan"].elsewhere.pull
    assert busy["qingdao"].elsewhere.people_to[0] > quiet["qingdao"].elsewhere.people_to[0]
    assert busy["qingdao"].elsewhere.option > 1.0005 * quiet["qingdao"].elsewhere.option
    sent = [model.cities["qingdao"].published[2025]["out_migration_cities"] for model in models]
    assert sent[1] > sent[0]
    assert sum(models[1].cities["qingdao"].published[2025][f"fiscal_cost_{k}"] for k in ("attraction",)) == 0.0


def test_luck_is_each_citys_own_and_rates_are_the_nations(two: JointScenario, starts: dict[str, Start]) -> None:
    laws = [start.member.chance for start in starts.values()]
    ids = np.arange(4)
    from digisim.rng import Stream

    exit_draws = [law.uniforms(Stream.FIRM_EXIT, ids, quarter=8100) for law in laws]
    rates = [law.uniforms(Stream.EXCHANGE, ids, quarter=8100) for law in laws]
    assert (exit_draws[0] != exit_draws[1]).all() and (rates[0] == rates[1]).all()
    assert own_luck(1, "dongguan") != own_luck(2, "dongguan")
    shared = [start.member.parameters["mig.wage.elasticity"] for start in starts.values()]
    assert shared[0] == shared[1]


def test_an_ensemble_of_joined_cities_is_one_labelled_dataset(two: JointScenario) -> None:
    loud = two.with_levers(dongguan={"graduate_retention": "20000 CNY/person"})
    many = ds.ensemble([two, loud], members=2, seed=1, workers=1)
    assert many["city"].values.tolist() == ["dongguan", "qingdao"]
    levers = many["lever_graduate_retention"]
    assert levers.dims == ("scenario", "city", "year")
    assert levers.sel(city="dongguan", year=2025).values.tolist() == [0.0, 20000.0]
    assert levers.sel(city="qingdao", year=2025).values.tolist() == [0.0, 0.0]
    held = many["param_mig_inflow"]
    for city in many["city"].values.tolist():
        own = [draw_member(load_region(city), 1, k).parameters["mig.inflow"] for k in range(2)]
        assert held.sel(city=city).values.tolist() == own
    assert held.dims == ("member", "city")
    again = ds.ensemble([two, loud], members=2, seed=1, workers=2)
    for name in many.data_vars:
        np.testing.assert_array_equal(many[name].values, again[name].values, err_msg=str(name))
    verdicts = ds.verdict(many)
    assert set(verdicts["region"]) == {"dongguan", "qingdao"}
    told = ds.headline(verdicts)
    assert "two, Dongguan: " in told and "two, Qingdao: no target is scored." in told
    changes = ds.compare(many)
    assert set(changes["city"]) == {"dongguan", "qingdao"}


FAULTS = {
    "one city": ("cities: {dalian: dalian-baseline}", "a joint scenario needs two cities or more"),
    "another's scenario": (
        "cities: {dalian: qingdao-baseline, dongguan: dongguan-baseline}",
        "is no scenario of dalian",
    ),
    "joined too early": (TWO.strip() + "\njoined: 2015", "cities cannot be joined at the end of 2015"),
    "no such city": (TWO.strip() + "\nlevers: {dalian: {rd_grant: 1 亿 CNY/year}}", "has no city 'dalian'"),
    "no such count": (TWO.replace("china-employees-2020", "dalian-gdp-2020"), "no count of people 'dalian-gdp-2020'"),
    "a city not known": ("cities: {dalian: dalian-baseline, atlantis: dalian-plan}", "unknown region 'atlantis'"),
    "cities of cities": ("cities: {dalian: four-cities-baseline, shenzhen: shenzhen-plan}", "is no scenario of dalian"),
    "a file that follows itself": ("cities: {dalian: two.yaml, dongguan: two.yaml}", "is no scenario of dalian"),
    "a joint scenario is extended": ("extends: four-cities-baseline\nhorizon: 2025", "cannot be extended"),
    "a city with a scenario written out": (TWO.replace("qingdao-baseline", "{horizon: 2025}"), "by its name or file"),
    "cities misspelt": (TWO.replace("cities", "cites"), "unknown key 'cites'"),
    "a lever without unit": (TWO.strip() + "\nlevers: {qingdao: {rd_grant: 3}}", "unit"),
    "an outlook that is not made": (TWO.strip() + "\noutlook: rosy", "unknown outlook 'rosy'"),
    "a horizon before the join": (TWO.replace("2025", "2022"), "is not after the base year"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faulty_joint_scenarios_get_one_message_with_its_place(case: str, tmp_path: Path) -> None:
    text, what = FAULTS[case]
    if "horizon" not in text:
        text += "\nhorizon: 2025\nnation_employees: china-employees-2020"
    with pytest.raises(ds.InputError) as caught:
        load_scenario(written(tmp_path, text))
    assert what in f"{caught.value.what}" and f"{tmp_path}" in f"{caught.value.where}"
    assert caught.value.allowed or caught.value.next


def test_levers_of_a_city_that_is_not_there_are_refused(two: JointScenario) -> None:
    with pytest.raises(ScenarioError, match="the scenario has no city 'dalian'"):
        two.with_levers(dalian={"rd_grant": "1 亿 CNY/year"})


def test_the_hash_follows_what_the_cities_do(two: JointScenario) -> None:
    assert two.hash == replace(two, name="other").hash != replace(two, start=2024).hash


def test_what_is_changed_of_a_joint_scenario_is_changed_of_its_cities(two: JointScenario) -> None:
    sooner = two.with_(horizon=2024)
    assert sooner.end == 2024 and [part.end for part in sooner.parts] == [2024, 2024] and sooner.hash != two.hash
    low = two.with_(outlook="low")
    assert low.outlook == "low" and [part.outlook for part in low.parts] == ["low", "low"]
    assert two.with_(name="other").hash == two.hash and two.with_levers() is two
    many = ds.ensemble([sooner.with_(outlook="low")], members=1, workers=1)
    assert many["year"].values[-1] == 2024 and many.attrs["outlook"] == "low"


def test_a_city_follows_a_file_beside_the_joint_one(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: dongguan-baseline\noutlook: low", encoding="utf-8")
    text = TWO.replace("dongguan-baseline", "mine.yaml")
    with pytest.raises(ScenarioError, match="the cities see different worlds outside") as caught:
        load_scenario(written(tmp_path, text))
    assert caught.value.allowed == "dongguan: low, qingdao: central" and ", line " in f"{caught.value.where}"
    joint = load_scenario(written(tmp_path, text.strip() + "\noutlook: high"))
    assert joint.outlook == "high" and [part.outlook for part in joint.parts] == ["high", "high"]
    with pytest.raises(ScenarioError, match="the cities see different worlds outside"):
        replace(joint, cities=(joint.parts[0], joint.parts[1].with_(outlook="low")))


def test_levers_of_a_city_are_given_by_name(two: JointScenario) -> None:
    with pytest.raises(ScenarioError, match="levers of dongguan cannot be '1 亿 CNY/year'"):
        two.with_levers(dongguan="1 亿 CNY/year")


def test_the_model_of_one_city_refuses_several(two: JointScenario) -> None:
    for call in (IndustryModel, ds.binding):
        with pytest.raises(ds.InputError, match="holds several cities"):
            call(two)


def test_a_member_alone_is_that_member_of_an_ensemble(two: JointScenario) -> None:
    many = ds.ensemble([two], members=2, seed=1, workers=1)
    alone = ds.simulate(two, seed=1, member=1)
    there = many.sel(member=[1])
    assert list(alone.variables) == list(there.variables) and alone.sizes == there.sizes
    for name in alone.variables:
        np.testing.assert_array_equal(alone[name].values, there[name].values, err_msg=str(name))


def test_targets_due_before_the_join_are_not_scored_and_the_reason_is_told(two: JointScenario) -> None:
    made = synthetic_dataset([two, two.with_levers(qingdao={"rd_grant": "1 亿 CNY/year"})], members=4)
    assert made["joined"].dims == ("scenario",) and made["joined"].values.tolist() == [2023, 2023]
    table = ds.verdict(made)
    good = table[table["status"] == "scored"]
    assert set(good["region"]) == {"dongguan"} and (good["year"] > 2023).all()
    early = table[(table["region"] == "qingdao") & (table["operator"] != "")]
    assert len(early) and (early["year"] <= 2023).all() and (early["status"] == "unscored").all()
    assert set(early["reason"]) == {
        "due by the end of 2023, up to which each city runs alone: run a scenario of this city alone"
    }
    assert set(early["reason_zh"]) == {"目标期限不晚于2023年底，而此前各市单独运行：请用该市单独的情景评判"}
    for lang, said in (("en", "due by the end of 2023"), ("zh", "目标期限不晚于2023年底")):
        assert said in ds.headline(table, lang)
    alone = ds.verdict(synthetic_dataset([two.parts[1]], members=4))
    assert (alone.loc[alone["target"].isin(early["target"]) & (alone["year"] <= 2025), "status"] == "scored").any()


def test_each_city_has_its_own_reading_of_the_past(two: JointScenario, tmp_path: Path) -> None:
    """Verdicts, facts, figures and a file that is opened again go by the regime of the city, not of the first one."""
    made = synthetic_dataset([two], members=4)
    assert made["regime"].dims == ("member", "city")
    own = np.array([["people_scarce"] * 4, ["people_scarce"] + ["demand_scarce"] * 3], dtype=object).T
    made = made.assign_coords(regime=(("member", "city"), own))
    ds.save_results(made, tmp_path / "two.nc")
    again = ds.open_results(tmp_path / "two.nc")
    xr.testing.assert_identical(made, again)
    scores = ds.verdict(again, targets=[REVENUE_2025.model_copy(update={"region": c}) for c in ("dongguan", "qingdao")])
    found = scores.groupby(["region", "regime"])["members"].first().to_dict()
    assert found == {
        ("dongguan", "all"): 4, ("dongguan", "people_scarce"): 4,
        ("qingdao", "all"): 4, ("qingdao", "people_scarce"): 1, ("qingdao", "demand_scarce"): 3,
    }  # fmt: skip
    value = again["software_revenue"].sel(scenario="two", city="qingdao", year=2025).values
    row = scores[(scores["region"] == "qingdao") & (scores["regime"] == "demand_scarce")].iloc[0]
    assert row["median"] == np.median(value[1:])
    card = ds.scorecard(again)
    seen = card[card["fact"] == "turnover"].groupby(["city", "regime"])["members"].first().to_dict()
    assert seen["qingdao", "demand_scarce"] == 3 and ("dongguan", "demand_scarce") not in seen
    regimes = [select(again.sel(city=[city]), "software_revenue")[0].regimes for city in ("dongguan", "qingdao")]
    assert regimes == [tuple(own[:, 0]), tuple(own[:, 1])]
    long = to_table(again)
    assert set(long["city"]) == {"dongguan", "qingdao"}
    readings = long.drop_duplicates(["city", "member"]).set_index(["city", "member"])["regime"].unstack("city")
    assert readings.values.tolist() == again["regime"].sel(city=["dongguan", "qingdao"]).values.tolist()
    told = ds.headline(scores)
    assert "two, Qingdao" in told


def test_cities_of_an_endless_nation_run_as_if_alone(two: JointScenario, starts: dict[str, Start]) -> None:
    """Where nobody moves between them, joined cities are cities by themselves, to the bit."""
    model = joined(replace(two, nation=np.inf), 1, starts=starts)
    for part in two.parts:
        alone = IndustryModel(part, 1, start=starts[part.region])
        alone.run()
        together = model.cities[part.region]
        while together.economy.quarter < alone.economy.quarter:
            model.step()
        assert together.economy.elsewhere.cities and together.economy.elsewhere.usual == 0.0
        assert differing_columns(alone.economy, together.economy) == []
        for year, table in alone.published.items():
            np.testing.assert_array_equal([*together.published[year].values()], [*table.values()], err_msg=str(year))


def moves_of(model: JointModel, city: str, usual: float, moves: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run one quarter in which `moves` firms leave a city, `usual` of them counted with the residual exit; return its
    firms' staff before, which closed, and the staff of those that moved."""
    economy = model.cities[city].economy
    economy.elsewhere.usual, economy.elsewhere.firms_to = usual, np.array([moves])
    staff, alive = economy.firms["headcount"].copy(), economy.firms["alive"].copy()
    model.step()
    (there,) = (other for name, other in model.cities.items() if name != city)
    movers = there.economy.elsewhere.firms_in.get(city, {"jobs": np.zeros(0)})
    return np.where(alive, staff, 0), alive & ~economy.firms["alive"][: alive.size], movers["jobs"]


def test_as_many_firms_move_as_the_others_draw_and_the_large_ones_less_often(
    two: JointScenario, starts: dict[str, Start]
) -> None:
    model = joined(two, 1, starts=starts)
    staff, _, movers = moves_of(model, "qingdao", 0.0, 200.0)
    assert 200 - 3 * 200**0.5 < movers.size < 200 + 3 * 200**0.5
    elasticity = model.cities["qingdao"].economy.parameters["relocation.size"]
    weight = moving_weight(staff, elasticity)
    assert elasticity < 0.0 and model.cities["qingdao"].economy.elsewhere.weight == pytest.approx(weight.sum())
    expected = (weight * np.log(np.maximum(staff, 1))).sum() / weight.sum()
    any_firm = np.log(staff[staff > 0]).mean()
    spread = np.log(staff[staff > 0]).std() / movers.size**0.5
    assert abs(np.log(np.maximum(movers, 1)).mean() - expected) < 3 * spread < any_firm - expected


def test_usual_moves_are_a_part_of_the_usual_exits(two: JointScenario, starts: dict[str, Start]) -> None:
    """With the same luck, those who do not close are those who would have moved, and nobody closes instead."""
    closed, broke = [], 7
    for usual in (0.0, 5.0, 1e4):
        model = joined(two, 1, starts=starts)
        model.cities["qingdao"].economy.firms["cash"][broke] = -1e12
        closed.append(moves_of(model, "qingdao", usual, 0.0)[1])
    assert all((more | fewer == more).all() for more, fewer in zip(closed, closed[1:], strict=False))
    assert closed[0].sum() > closed[2].sum() and closed[2][broke]  # insolvency is no move, however many are usual
    other = joined(two, 1, starts=starts).cities["qingdao"].economy.elsewhere
    assert other.usual == pytest.approx(other.firms_to.sum())  # nobody attracts firms when they are joined


def test_firms_and_their_money_are_conserved(two: JointScenario, starts: dict[str, Start]) -> None:
    """A firm that closes to move opens in the other city in the next quarter; the ledger of each city closes."""
    model, moved = joined(two, 1, starts=starts, guarded=True), 0
    for _ in range(4):
        for name, city in model.cities.items():
            city.economy.elsewhere.firms_to = np.array([20.0 if name == "qingdao" else 3.0])
        model.step()
        sent = {name: city.economy.elsewhere.firms_in for name, city in model.cities.items()}
        arriving = {name: [movers["id"] for movers in each.values()] for name, each in sent.items()}
        for city in model.cities.values():
            city.economy.elsewhere.firms_to = np.zeros(1)
        model.step()
        for name, ids in arriving.items():
            firms = model.cities[name].economy.firms
            for each in ids:
                opened = np.isin(firms["id"], each.astype(firms["id"].dtype))
                now = model.cities[name].economy.quarter
                assert opened.sum() == each.size and (firms["founded"][opened] == now).all()
                moved += each.size
    assert moved > 40 and model.residual < 1e-9


def test_a_firm_takes_along_what_it_was_awarded_for(two: JointScenario, starts: dict[str, Start]) -> None:
    """Else it would be paid anew for a revenue step, or for entering a list on which it is already."""
    model = joined(two, 1, starts=starts, guarded=True)
    held = {"tier_awarded": 2, "milestones": 3, "lists_met": 3}
    for name, value in held.items():
        model.cities["qingdao"].economy.firms[name][:] = value
    model.cities["qingdao"].economy.elsewhere.firms_to = np.array([20.0])
    model.step()
    there = model.cities["dongguan"].economy
    movers = there.elsewhere.firms_in["qingdao"]
    model.step()
    rows = [int(np.flatnonzero(there.firms["id"] == each).item()) for each in movers["id"]]
    for name, value in held.items():
        assert (there.firms[name][rows] == movers[name]).all()
        assert np.mean(movers[name] == value) > 0.5 > np.mean(there.firms[name] == value)  # some were founded just now


def test_one_more_firm_moves_nobody_else(two: JointScenario, starts: dict[str, Start]) -> None:
    usual, more = (joined(two, 1, starts=starts) for _ in range(2))
    economy = more.cities["qingdao"].economy
    economy.firms.append(1, id=0x3FFF_FFFF, alive=True, wage=economy.memo["market_wage"])
    for _ in range(3):
        for model in (usual, more):
            model.cities["qingdao"].economy.elsewhere.firms_to = np.array([20.0])
            model.step()
        for name, city in usual.cities.items():
            without = {"firm": 0x3FFF_FFFF} if name == "qingdao" else {}
            assert differing_columns(city.economy, more.cities[name].economy, without=without) == []


class Idle(Park):
    """A park that never builds."""

    def begin(self, rate: float, natural: float, years: float) -> None:
        """Build nothing."""


def test_a_city_of_a_joint_run_may_have_parks_of_its_own_kind(two: JointScenario) -> None:
    named = two.parts[1].with_(actor_classes={"park": f"{__name__}:Idle"})
    model = joined(replace(two, cities=(two.parts[0], named)), 1)
    kinds = {name: {type(park) for park in city.economy.parks} for name, city in model.cities.items()}
    assert kinds == {"dongguan": {Park}, "qingdao": {Idle}}

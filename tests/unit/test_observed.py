"""The outlook `observed`: the world outside as it was published after the base year, and nothing else of it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

import digisim as ds
from digisim.errors import ScenarioError
from digisim.export import to_table
from digisim.parameters import load_parameters
from digisim.quarter import run_quarter
from digisim.regions import load_region, outlook, published, region_names
from digisim.regions.outlook import observed_series
from digisim.resources import package_file
from digisim.results import BASIS, CONDITIONAL, conditional
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.testing import synthetic_dataset
from digisim.verdicts import headline, ranking, verdict

GROWTH = "china-software-revenue-growth"


@pytest.mark.parametrize("name", region_names())
def test_years_after_the_base_year_are_seen_in_this_outlook_alone(name: str) -> None:
    region = load_region(name)
    assert all(not outlook(region, each).seen for each in ("low", "central", "high"))
    seen = outlook(region, "observed")
    assert seen.last_seen == 2025
    assert all(min(years) > region.base_year for years in seen.seen.values())
    plain = outlook(region)
    for part in ("published_growth", "start_growth", "per_head_share", "export_growth", "shift"):
        assert getattr(seen, part) == getattr(plain, part)


def test_series_by_hand() -> None:
    series = observed_series()
    assert series["national_growth"][2021] == published(f"{GROWTH}-2021")[1] == pytest.approx(0.177)
    wages = [published(f"china-it-sector-wage-{year}")[1] for year in (2020, 2021)]
    assert series["wage_growth"][2021] == pytest.approx(wages[1] / wages[0] - 1.0)
    assert 2013 not in series["wage_growth"]  # the level of 2012 is not in the archive


def test_nothing_else_reads_the_published_years() -> None:
    """One module opens the register, and no prior rests on its rows."""
    register = package_file("evidence/observed.yaml")
    rows = set(re.findall(r"china-[a-z0-9-]+", register.read_text(encoding="utf-8")))
    assert len(rows) > 30
    priors = " ".join(f"{row.source} {row.assumption}" for row in load_parameters().values())
    assert not rows & set(re.findall(r"china-[a-z0-9-]+", priors))
    code = register.parents[1].rglob("*.py")
    assert [path.name for path in code if register.name in path.read_text(encoding="utf-8")] == ["outlook.py"]


def environments(scenario: Scenario, start: Start, quarters: int) -> list[dict[str, float]]:
    """The outside world of each quarter."""
    model = IndustryModel(scenario, 1, start=start)
    found = []
    for _ in range(quarters):
        run_quarter(model.economy, model.member.chance, {})
        env = model.economy.environment
        found.append({"growth": env.growth, "pay": env.wage_growth, "rent": env.rent_level, "year": env.quarter // 4})
    return found


def test_growth_and_pay_are_those_that_were_published_and_go_on_from_the_last() -> None:
    scenario = ds.load_scenario("dalian-observed").with_(horizon=2032)
    start = prepare(scenario, 1, 0)
    series, quarters = observed_series(), environments(scenario, start, 48)
    for row in quarters:
        year = int(row["year"])
        if year in series["national_growth"]:
            assert row["growth"] == series["national_growth"][year]
        if year in series["wage_growth"]:
            assert (1.0 + row["pay"]) ** 4 == pytest.approx(1.0 + series["wage_growth"][year])
    p, begun = start.member.parameters, outlook(load_region("dalian")).start_growth

    def trend(years: float) -> float:
        long, fading = p["nation.growth.long"], 2.0 ** (-years / p["nation.growth.halflife"])
        return long + (begun - long) * fading + p["nation.growth.error"]

    apart = series["national_growth"][2025] - trend(5.0)
    for k, row in enumerate(quarters[20:], start=1):
        fading = 2.0 ** (-0.25 * k / p["nation.growth.cycle"])
        assert row["growth"] == pytest.approx(trend(5.0 + 0.25 * k) + apart * fading, rel=1e-12)


def test_the_start_does_not_know_the_outlook(start: Start) -> None:
    seen = prepare(ds.load_scenario("dalian-observed"), 1, 0)
    for name in ("cash", "headcount", "capability", "presence"):
        assert np.array_equal(seen.economy.firms[name], start.economy.firms[name])
    assert seen.member.parameters == start.member.parameters


def test_sales_overseas_grow_as_exports_did() -> None:
    model = IndustryModel("dalian-observed", 1)
    plain = IndustryModel("dalian-baseline", 1)
    for each in (model, plain):
        each.step()
    ratio = model.economy.environment.market[:, 3] / plain.economy.environment.market[:, 3]
    seen, usual = observed_series()["export_growth"][2021], outlook(load_region("dalian")).export_growth
    assert ratio == pytest.approx(np.full(ratio.size, ((1.0 + seen) / (1.0 + usual)) ** 0.25), rel=1e-9)


def test_the_hash_knows_what_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    observed, plain = (ds.load_scenario(name) for name in ("dalian-observed", "dalian-baseline"))
    before, usual = observed.hash, plain.hash
    fewer = {name: {y: v for y, v in rows.items() if y < 2024} for name, rows in observed_series().items()}
    monkeypatch.setattr(sys.modules["digisim.regions.outlook"], "observed_series", lambda: fewer)
    assert observed.with_(name="again").hash != before
    assert plain.with_(name="again").hash == usual


def test_where_nothing_was_published_since_the_outlook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {name: {y: v for y, v in rows.items() if y < 2021} for name, rows in observed_series().items()}
    monkeypatch.setattr(sys.modules["digisim.regions.outlook"], "observed_series", lambda: fewer)
    with pytest.raises(ScenarioError, match="nothing was published of 2021") as fault:
        ds.load_scenario("dalian-baseline").with_(outlook="observed")
    assert fault.value.next == "outlook: central"


def marked(outlook: str) -> Any:
    return synthetic_dataset(["dalian-plan", "dalian-baseline"], members=4).assign_coords(
        outlook=("scenario", [outlook, "central"])
    )


def test_a_verdict_says_what_it_is_conditional_on() -> None:
    told = verdict(marked("observed"))
    assert set(told.loc[told["basis"].str.contains("conditional"), "scenario"]) == {"dalian-plan"}
    assert "as it was published after the base year (dalian-plan:" in headline(told)
    assert "基年之后公布" in headline(told, "zh")
    plain = verdict(marked("central"))
    assert not plain["basis"].str.contains("conditional").any()
    assert "published after" not in headline(plain)


def test_differences_and_ranks_from_or_of_such_a_scenario_say_so_too() -> None:
    for world, rests_on in (("observed", CONDITIONAL), ("central", BASIS)):
        many = marked(world)
        for table in (ds.compare(many), ds.compare(many, "dalian-baseline"), ranking(many)):
            assert set(table["basis"]) == {rests_on}
    assert set(to_table(marked("observed"))["outlook"]) == {"observed", "central"}


FOOT = {
    "en": "dalian-plan: world outside as published after the base year",
    "zh": "dalian-plan：外部环境取基年之后的公布值",
}


@pytest.mark.parametrize("lang", FOOT)
def test_pictures_say_it_of_what_they_show_alone(lang: str) -> None:
    many = marked("observed")
    table = verdict(many)
    two = ["dalian-plan", "dalian-baseline"]
    for name, of in (("dalian-plan", True), ("dalian-baseline", False)):
        figures = [
            ds.plot.fan(many, "software_revenue", scenario=name, lang=lang).get_figure(),
            ds.plot.fan(many.sel(scenario=[name]), "software_revenue", lang=lang).get_figure(),
            ds.plot.small_multiples(many, ["software_revenue"], scenario=name, lang=lang),
            ds.plot.score(many, scenario=name, lang=lang),
            ds.plot.verdict_chart(table[table.scenario == name], lang=lang).get_figure(),
        ]
        assert [FOOT[lang] in words(figure) for figure in figures] == [of] * len(figures), name
    difference = ds.plot.difference(many, "software_revenue", control=two[0], scenario=two[1], lang=lang)
    assert FOOT[lang] in words(difference.get_figure())  # the control saw


def words(figure: Any) -> str:
    """All that a figure says."""
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))


def test_results_know_by_scenario_what_was_seen(tmp_path: Path) -> None:
    runs = [ds.load_scenario(name).with_(horizon=2021) for name in ("dalian-baseline", "dalian-observed")]
    many = ds.ensemble(runs, members=1, seed=1, workers=1)
    assert many.attrs["outlook"] == "central, observed"
    assert many["outlook"].values.tolist() == ["central", "observed"]
    kept = ds.open_results(ds.save_results(many, tmp_path / "both.nc"))
    apart = [many.sel(scenario=[name]) for name in ("dalian-baseline", "dalian-observed")]
    for each in (many, kept, xr.concat(apart, "scenario")):
        assert conditional(each) == ["dalian-observed"]
    assert conditional(apart[0]) == [] == conditional(many.drop_vars("outlook"))


def test_an_unknown_outlook_is_told_what_there_is() -> None:
    with pytest.raises(ScenarioError, match="unknown outlook 'seen'") as fault:
        ds.load_scenario("dalian-baseline").with_(outlook="seen")
    assert "observed from what was published since" in str(fault.value.allowed)

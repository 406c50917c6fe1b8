"""Figures that make no economy, and starts that miss theirs, are told: with what, where, and what to look at."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from digisim.cli import main
from digisim.ensemble import ensemble
from digisim.errors import StartError
from digisim.regions import Region, load_region
from digisim.results import failures
from digisim.scenario import load_scenario
from digisim.simulate import prepare
from digisim.synthesis import draw_member
from digisim.synthesis.plausible import check_crowd, check_drawn, check_earlier, check_met

GUIDE = Path(__file__).resolve().parents[2] / "docs/howto/new-region.md"
FACTOR = "dist: Lognormal, median: 3.0, sigma: 0.2"
BASELINE = "scenarios/seaside-baseline.yaml"


@pytest.fixture
def dalian() -> Region:
    return load_region("dalian")


@pytest.fixture
def seaside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the guide's city, in a working folder with its scenarios."""
    for name, text in re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "regions/seaside.yaml"


def swap(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("figures", "what"),
    [
        ({"above_scale": 900.0, "firms": 800.0}, "900 firms above scale of 800 in all"),
        ({"above_scale": 90.0, "firms": 800.0, "employees": 700.0}, "800 firms for 700 people at work"),
        ({"revenue": 5e9}, "pay of"),
    ],
)
def test_figures_that_make_no_economy_are_refused(dalian: Region, figures: dict[str, float], what: str) -> None:
    member = draw_member(dalian, 1, 0)
    check_drawn(dalian, member)
    with pytest.raises(StartError) as caught:
        check_drawn(dalian, replace(member, figures=member.figures | figures))
    assert str(caught.value.what).startswith(what)
    assert caught.value.where == "dalian" and caught.value.allowed and caught.value.next


@pytest.mark.parametrize("factor", [31.0, 0.03, float("nan"), float("inf")])
def test_an_earlier_industry_out_of_proportion_is_refused(dalian: Region, factor: float) -> None:
    check_earlier(dalian, 29.0)
    with pytest.raises(StartError, match="the industry of 2012 would have had"):
        check_earlier(dalian, factor)


def test_a_warm_up_that_fills_with_people_is_broken_off(dalian: Region) -> None:
    check_crowd(dalian, 3_000, 100.0)
    with pytest.raises(StartError, match="bring 3,001 people for 100 drawn"):
        check_crowd(dalian, 3_001, 100.0)


@pytest.mark.parametrize(
    ("name", "change"),
    [("software_revenue", 1.011), ("employees_local", 0.98), ("firms_latent", 1.02), ("firms_above_scale", 1.02)],
)
def test_a_start_that_misses_a_drawn_figure_is_told(dalian: Region, name: str, change: float) -> None:
    start = prepare(load_scenario("dalian-baseline"), 1, 0)
    published = dict(start.economy.published[dalian.base_year])
    check_met(dalian, start.member, published)
    with pytest.raises(StartError, match="the start misses"):
        check_met(dalian, start.member, published | {name: published[name] * change})
    with pytest.raises(StartError, match="the start misses"):
        check_met(dalian, start.member, published | {name: float("nan")})


def test_a_slip_in_the_figures_of_a_city_is_one_message(seaside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    swap(seaside, ("value: 80, unit: 亿元", "value: 8, unit: 亿元"), ("low: 79.5, high: 80.5", "low: 7.9, high: 8.1"))
    assert main(["run", BASELINE, "--members", "2", "--workers", "1"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("regions/seaside.yaml, line") == 1
    assert "CNY a head, and pay with its charges" in said.err
    assert not (seaside.parents[1] / "out").exists()


def test_where_no_draw_makes_a_start_it_is_one_message(seaside: Path) -> None:
    swap(seaside, ("value: 90, unit: 家", "value: 2, unit: 家"))
    with pytest.raises(StartError, match="the start misses above_scale"):
        ensemble(load_scenario(BASELINE).with_(horizon=2021), members=2, workers=1)


def test_a_member_whose_draw_makes_no_start_is_listed_and_the_others_go_on(seaside: Path) -> None:
    swap(seaside, (FACTOR, "dist: Lognormal, median: 1.15, sigma: 0.5"))
    many = ensemble(load_scenario(BASELINE).with_(horizon=2021), members=8, workers=1)
    broken = failures(many)
    left_out = {each["member"] for each in broken}
    assert 0 < len(left_out) < 8 and {each["stage"] for each in broken} == {"start"}
    there = many["software_revenue_local"].isel(city=0, scenario=0).sel(year=2021).notnull()
    assert set(many["member"].values[there.values]) == set(range(8)) - left_out

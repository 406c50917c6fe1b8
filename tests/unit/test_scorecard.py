"""The scorecard on planted results: every verdict by hand, windows of years, regimes, and the command."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.text import Text

import digisim
from digisim import plot
from digisim.cli import main
from digisim.errors import InputError
from digisim.evidence import effect, effects
from digisim.messages import LANGUAGES
from digisim.messages.phrases import told
from digisim.registers import parse_yaml, validate
from digisim.results import save_results
from digisim.scenario import JointScenario, load_scenario
from digisim.statistics import load_indicators
from digisim.statistics.micro import AGES
from digisim.testing import synthetic_dataset
from digisim.verdicts import scorecard
from digisim.verdicts.facts import IN, LONGER, NOTHING, OUT, REPORTED, Fact, facts, hazard, window

LONG = load_scenario("dalian-baseline").with_(horizon=2060)


def results(members: int = 4, horizon: int = 2060) -> xr.Dataset:
    """Constant results: every indicator has one value for ever, and pay grows by 6% a year."""
    dataset = synthetic_dataset([LONG.with_(horizon=horizon)], members=members)
    for name in load_indicators():
        put(dataset, name, 0.2)
    put(dataset, "wage_mean", 1.2e5 * 1.06 ** np.arange(dataset.sizes["year"]))
    for age in AGES:
        put(dataset, f"firm_years_age_{age}", 100.0)
        put(dataset, f"exits_age_{age}", 4.0)
    return dataset


def put(dataset: xr.Dataset, name: str, value: Any) -> None:
    """Write values into a variable in place: arithmetic on results would carry hundreds of coordinates along."""
    dataset.variables[name].values[...] = value  # dims (scenario, member, city, year)


def row(card: pd.DataFrame, fact: str, regime: str = "all") -> Any:
    found = card[(card["fact"] == fact) & (card["regime"] == regime)]
    assert len(found) == 1
    return found.iloc[0]


def test_planted_values_come_back_with_their_verdicts() -> None:
    dataset = results()
    put(dataset, "growth_shape", 1.05)
    put(dataset, "size_tail_staff", 0.8)
    card = scorecard(dataset)
    tent, tail, share = (row(card, name) for name in ("growth_tent", "tail_staff", "share_top10"))
    assert (tent["value"], tent["verdict"], tent["years"], tent["members"]) == (pytest.approx(1.05), IN, "2021-2060", 4)
    assert (tail["value"], tail["verdict"], tail["years"]) == (pytest.approx(0.8), OUT, "2051-2060")
    assert share["verdict"] == REPORTED and math.isnan(share["low"]) and share["value"] == pytest.approx(0.2)
    growth = row(card, "pay_growth")
    assert (growth["value"], growth["verdict"], growth["years"]) == (pytest.approx(0.06), IN, "2020-2030")
    base = row(card, "pay_base")
    assert (base["value"], base["low"], base["high"], base["verdict"]) == (pytest.approx(1.2e5), 9.5e4, 1.5e5, IN)


def test_a_hazard_is_exits_over_firm_years_of_the_last_ten_years() -> None:
    dataset = results()
    put(dataset, "exits_age_2", np.where(dataset.variables["year"].values > 2050, 10.0, 90.0))
    card = scorecard(dataset)
    yearly = {each: 1 - (1 - each / 4) ** 4 for each in (0.04, 0.1)}
    assert row(card, "exit_first")["value"] == pytest.approx(yearly[0.04])
    assert row(card, "exit_third")["value"] == pytest.approx(yearly[0.1])
    pooled = (10 + 4 + 4 + 4) / 400
    assert row(card, "exit_hump")["value"] == pytest.approx((1 - (1 - pooled / 4) ** 4) / yearly[0.04])
    assert row(card, "exit_hump")["verdict"] == IN
    nobody = {"exits_age_0": np.zeros((2, 3)), "firm_years_age_0": np.zeros((2, 3))}
    assert np.isnan(hazard(nobody, ("0",))).all()


def test_tails_and_ages_wait_for_a_long_run() -> None:
    card = scorecard(results(horizon=2059))
    waiting = set(card.loc[card["verdict"] == LONGER, "fact"])
    assert waiting == {name for name, fact in facts().items() if fact.run == 40}
    assert {"tail_revenue", "exit_first", "survival_five", "exit_hump"} <= waiting
    assert row(card, "tail_staff")["value"] == pytest.approx(0.2)  # shown all the same
    assert LONGER not in set(scorecard(results())["verdict"])


def test_a_window_never_leaves_the_run() -> None:
    for fact in facts().values():
        for last in (2020, 2021, 2025, 2060):
            first, end = window(fact, (2020, last))
            assert 2020 <= first <= end <= last


def test_regimes_and_members_that_broke() -> None:
    dataset = results(members=8)
    scarce = dataset.variables["regime"].values == "people_scarce"
    put(dataset, "turnover", np.where(scarce, 0.5, 0.2)[:, None, None])
    card = scorecard(dataset)
    assert row(card, "turnover", "people_scarce")["verdict"] == OUT
    assert row(card, "turnover", "demand_scarce")["verdict"] == IN
    dataset.variables["turnover"].values[:, 0] = np.nan
    assert row(scorecard(dataset), "turnover")["members"] == 7
    for name in load_indicators():
        put(dataset, name, np.nan)
    none = scorecard(dataset)
    assert set(none["verdict"]) == {NOTHING} and (none["members"] == 0).all()


def test_a_single_year_has_no_growth() -> None:
    card = scorecard(results().sel(year=[2020]))
    assert row(card, "pay_growth")["verdict"] == NOTHING and row(card, "pay_base")["verdict"] == IN


def test_the_public_name() -> None:
    card = digisim.scorecard(results())
    assert len(card) == len(facts()) * 3 and len(digisim.__all__) <= 25


# --- the register -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fact", facts().values(), ids=facts())
def test_a_fact_is_measured_by_what_is_published_and_has_a_source(fact: Fact) -> None:
    assert set(fact.indicators()) <= set(load_indicators())
    assert not fact.effect or fact.effect in effects()
    low, high = fact.range()
    assert low < high or (math.isnan(low) and math.isnan(high))
    assert not {*fact.ages} - {*AGES}


def test_ranges_by_hand() -> None:
    assert facts()["exit_third"].range() == (pytest.approx(0.076), pytest.approx(0.1235))
    assert facts()["exit_hump"].range() == (1.0, math.inf)
    assert facts()["entry_rate"].range() == (0.07, 0.2)


def test_five_year_survival_follows_from_the_published_hazards() -> None:
    known = effect("firm.exit.age")
    first, second, third, later, _ = known.profile
    for scale, end in zip((1.3, 0.8), facts()["survival_five"].range(), strict=True):
        left = math.prod(1 - scale * each for each in (first, second, third, later, later))
        assert left == pytest.approx(end, abs=0.006)


def test_the_ages_of_the_hazards_are_all_ages() -> None:
    names = [age for fact in facts().values() if fact.measure == "hazard" for age in fact.ages]
    assert sorted(names) == sorted(AGES)


@pytest.mark.parametrize(
    ("change", "what"),
    [("indicator: turnover, ages: [\"0\"], source: x", "has an indicator, or ages"),
     ("indicator: turnover", "names an effect or a source")],
)  # fmt: skip
def test_a_row_that_says_too_little_or_too_much(change: str, what: str) -> None:
    text = f"{{name: a, name_en: a, name_zh: 甲, measure: mean, years: all, shown: number, {change}}}"
    with pytest.raises(InputError, match=what):
        validate(Fact, parse_yaml(text, "x.yaml"))


# --- messages and the command -------------------------------------------------------------------------------------
def test_results_without_the_moments_are_refused() -> None:
    with pytest.raises(InputError, match=r"lack indicators .*: growth_shape, growth_spread, .* and \d+ more") as caught:
        scorecard(results().drop_vars([name for name in load_indicators() if name.startswith("growth")]
                                      + [f"exits_age_{age}" for age in AGES]))  # fmt: skip
    assert set(caught.value.slots()) == {"what", "where", "allowed", "next"}
    assert re.search(r"指标：growth_shape, .*，另有 \d+ 项\n", told(caught.value, "zh"))
    with pytest.raises(InputError, match="lack indicators that the scorecard rests on: turnover\n"):
        scorecard(results().drop_vars("turnover"))


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(InputError, match="not a results dataset"):
        scorecard("out/dalian.nc")  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_has_all_characters_and_three_panels(lang: str, tmp_path: Path) -> None:
    """A missing character is a warning, and warnings are errors."""
    dataset = results()
    put(dataset, "growth_shape", 1.05)
    put(dataset, "size_tail_revenue", 1.1)
    figure = plot.score(dataset, lang=lang)
    figure.savefig(tmp_path / "score.png")
    assert len(figure.axes) == 3
    words = " ".join(each.get_text() for each in figure.findobj(Text))
    assert "1.05" in words and "2051-2060" in words and {"en": "Exit by age", "zh": "分年龄退出率"}[lang] in words
    plt.close(figure)


def test_the_picture_of_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(InputError, match="no scenario 'gone'"):
        plot.score(results(), scenario="gone")
    plt.close("all")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_prints_a_table(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save_results(results(), tmp_path / "r.nc")
    assert main(["scorecard", str(path), "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100
    heading = {"en": "stylised fact", "zh": "典型事实"}[lang]
    assert heading in shown and "0.70 – 1.30" in shown and "≥ 1.00" in shown
    for fact in facts().values():
        assert str(getattr(fact, f"name_{lang}"))[:6] in shown


def test_json_is_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = results()
    path = save_results(dataset, tmp_path / "r.nc")
    assert main(["scorecard", str(path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    card = scorecard(dataset)
    assert [each["fact"] for each in rows] == card["fact"].tolist()
    assert rows[0]["value"] == card["value"].iloc[0]
    top = next(each for each in rows if each["fact"] == "share_top10")
    assert top["low"] is None


@pytest.mark.parametrize(
    ("arguments", "what"),
    [(["scorecard", "gone.nc"], "does not exist"), (["scorecard"], "Missing argument"),
     (["scorecard", "gone.nc", "--lang", "fr"], "unknown language")],
)  # fmt: skip
def test_wrong_input_is_one_message(arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert what in capsys.readouterr().err


def test_cities_together_have_a_table_each_by_their_own_readings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = tuple(load_scenario(f"{city}-baseline").with_(horizon=2025) for city in ("dongguan", "qingdao"))
    made = synthetic_dataset([JointScenario("two", "dongguan", 2023, 2025, cities=parts, nation=7e6)], members=2)
    own = np.array([["people_scarce", "demand_scarce"], ["people_scarce", "people_scarce"]], dtype=object)
    save_results(made.assign_coords(regime=(("member", "city"), own)), tmp_path / "two.nc")
    for lang, titles in (("en", ("two, Dongguan", "two, Qingdao")), ("zh", ("two（东莞）", "two（青岛）"))):
        assert main(["scorecard", str(tmp_path / "two.nc"), "--lang", lang]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert all(any(line.startswith(title) for line in lines) for title in titles)

"""The command line on SYNTHETIC results: what goes where, exit codes, JSON alone, tables that fit."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import xarray as xr
from rich.cells import cell_len

import digisim
from digisim.cli import main
from digisim.cli.display import WIDTH
from digisim.cli.verdict_table import show_differences, show_verdicts
from digisim.errors import DefectError
from digisim.evidence import figures
from digisim.policy import load_levers
from digisim.results import open_results, save_results
from digisim.targets import load_targets
from digisim.testing import few_variables, synthetic_dataset
from digisim.verdicts import compare, verdict

LISTS = {
    "levers": {"name", "unit", "range", "in_force", "family", "measures"},
    "evidence": {"id", "document", "value", "unit", "year", "role"},
    "targets": {"id", "region", "indicator", "year", "value", "operator"},
    "indicators": {"name", "unit"},
    "scenarios": {"name", "region"},
    "regions": {"name", "base_year"},
    "quarter": {"step", "process", "reason_en", "reason_zh"},
}
HEAVY = ("h5py", "matplotlib", "mesa", "numba", "numpy", "pandas", "pydantic", "scipy", "xarray", "yaml")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    logger = logging.getLogger("digisim")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)


def simulated(make: Callable[..., xr.Dataset]) -> Callable[..., list[xr.Dataset]]:
    """Return what stands in for simulating: datasets that `make(scenarios, members, seed)` gives."""

    def stand_in(work: Any, together: int, workers: Any, progress: Any) -> list[xr.Dataset]:
        if progress is not None:
            progress(work.members, work.members)
        first, others = work.variants[:together], work.variants[together:]
        joined = [make([each.scenario for each in first], work.members, work.seed)]
        return joined + [make([each.scenario], each.members, work.seed) for each in others]

    return stand_in


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line get synthetic results instead of simulating."""
    monkeypatch.setattr("digisim.ensemble._simulate", simulated(synthetic_dataset))


def rows_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("command", LISTS)
def test_lists_print_their_fields_as_json_alone(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--json"]) == 0
    rows = rows_of(capsys)
    assert rows and all(LISTS[command] <= row.keys() for row in rows)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("command", [*LISTS, "audit"])
def test_lists_are_tables_of_at_most_100_columns(command: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2 and max(cell_len(line) for line in lines) <= 100


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_in_a_list_is_cut_off(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["indicators", "--json"])
    written = rows_of(capsys)[0]["definition_zh" if lang == "zh" else "definition"]
    main(["indicators", "--lang", lang])
    shown = capsys.readouterr().out
    found = re.sub(r"\s", "", shown) if lang == "zh" else shown
    assert all(sign in found for sign in (written if lang == "zh" else written.split()))


def test_headings_speak_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    for command in [*LISTS, "audit"]:
        main([command, "--lang", "zh"])
        heading = capsys.readouterr().out.splitlines()[0]
        assert heading.strip() and not re.search("[a-z]", heading), heading


@pytest.mark.parametrize("path", ["", ".", "/", ".."])
def test_export_of_no_file_is_the_users_slip(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", path]) == 2
    assert "a folder was given" in capsys.readouterr().err


def test_names_in_lists_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    main(["levers"])
    assert "talent_housing_subsidy " in capsys.readouterr().out


def test_the_quarter_is_printed_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    main(["quarter", "--json"])
    assert [row["process"] for row in rows_of(capsys)][:3] == ["environment", "policy", "space"]


def test_coverage_counts_every_figure_once(capsys: pytest.CaptureFixture[str]) -> None:
    main(["evidence", "--json"])
    figures = [row for row in rows_of(capsys) if not row["document"].startswith("regions/")]
    assert main(["evidence", "--coverage", "--json"]) == 0
    rows = rows_of(capsys)
    assert sum(row["held"] for row in rows) == len(figures)
    assert all(row["held"] == row["model"] + row["unused"] for row in rows)
    assert all(row["unused"] == sum(len(why["figures"]) for why in row["why_unused"]) for row in rows)
    assert all(why["reason_en"] and why["reason_zh"] for row in rows for why in row["why_unused"])
    targets = [row for row in rows if row["role"] == "target" and row["document"] == "dalian-2028-outline"]
    assert targets[0]["model"] == targets[0]["target"] >= 8


@pytest.mark.parametrize(("lang", "mark"), [("en", "Assumed: "), ("zh", "假定：")])
def test_figures_that_a_region_brings_along_by_memory_are_marked_as_assumed(
    lang: str, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", "--json"]) == 0
    brought = [row for row in rows_of(capsys) if row["document"].startswith("regions/")]
    assert {row["id"]: row["role"] for row in brought} == dict.fromkeys(
        ["china-4g-stations-2023", "china-5g-stations-2023", "china-residents-2023", "dongguan-residents-2023"],
        "assumption",
    )
    assert all("by memory" in row["assumption"] and "凭记忆" in row["assumption_zh"] for row in brought)
    assert main(["evidence", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(mark in line for line in lines) == 4 and max(cell_len(line) for line in lines) <= 100


@pytest.mark.parametrize(("lang", "mark"), [("en", "outside"), ("zh", "（产业外）")])
def test_figures_outside_the_industry_are_marked(lang: str, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["evidence", "--lang", lang])
    assert capsys.readouterr().out.count(mark) == 26


@pytest.mark.parametrize(("lang", "reason"), [("en", "the plan's calendar"), ("zh", "规划自身的年限")])
def test_coverage_says_why_figures_are_not_used(lang: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--coverage", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("227" in line and "222" in line for line in lines)  # 222 of the inventory, and five that it lacks
    assert max(cell_len(line) for line in lines) <= 100
    said = "".join(lines)
    corrected = [row.id for row in figures().values() if row.corrections.startswith("inventory")]
    assert len(corrected) == 24 and all(id in said for id in corrected) and "qd-plan-end" not in said  # that is added
    for document in ("shenzhen-cluster-plan", "dongguan-cluster-plan", "qingdao-base-opinion"):
        assert any(document in line and reason in line for line in lines)
    main(["evidence", "--help"])
    assert "--coverage" in capsys.readouterr().out


def test_coverage_of_measures_counts_every_one_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["levers", "--coverage", "--json"]) == 0
    rows = rows_of(capsys)
    assert sum(row["measures"] for row in rows) == 449
    for row in rows:
        said = row["all"]
        assert len(said) == row["measures"] == row["mapped"] + row["explained"]
        assert row["mapped"] == sum(each["lever"] is not None for each in said)
        assert all((each["lever"] is None) == bool(each["reason_en"] and each["reason_zh"]) for each in said)


@pytest.mark.parametrize(
    ("lang", "total", "one"),
    [
        ("en", "449 of 449 measures", "makers of audio, smart"),
        ("zh", "449项措施，已处理449项", "针对视听、智能"),
    ],
)
def test_coverage_of_measures_says_why_a_measure_has_no_lever(
    lang: str, total: str, one: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["levers", "--coverage", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert max(cell_len(line) for line in shown.splitlines()) <= 100
    assert total in shown
    assert one in shown


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("by the lever of this", "not paid: The rule has")), ("zh", ("由同名政策工具执行", "未支付："))],
)
def test_printed_rules_are_listed_with_what_pays_them(
    lang: str, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["levers", "--rules", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert max(cell_len(line) for line in shown.splitlines()) <= 100
    assert all(each in shown for each in words)
    assert main(["levers", "--rules", "--json"]) == 0
    rows = rows_of(capsys)
    assert len(rows) == 16
    assert {row["name"] for row in rows if row["absent"] is None} == {
        lever.name for lever in load_levers().values() if lever.rule is not None
    }


@pytest.mark.parametrize(("lang", "said"), [("en", "93 of 93 targets: 55 scored"), ("zh", "93个目标已处理93个：55个")])
def test_coverage_of_targets_is_complete_by_document(
    lang: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["targets", "--coverage", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    kinds = ("6 inside", "9 without a figure", "7 name a", "13 outside")
    kinds = kinds if lang == "en" else ("6个属于", "9个没有可作起点", "7个只列出", "13个在产业")
    assert all(each in shown for each in (said, *kinds, "qd-entrepreneur-training"))
    assert "qd-softcity-underway" not in shown and "qd-revenue-2016" not in shown
    assert main(["targets", "--coverage", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert sum(row["listed"] for row in rows) == 93
    assert all((row["use"] == "scored") == (row["reason_en"] == row["reason_zh"] == "") for row in rows)


def test_what_depends_on_a_region_is_listed_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["levers", "--json"]) == 0
    whole = {row["name"]: row["allowed"] for row in rows_of(capsys)}
    assert whole["rd_grant"] == "0 to 3.125% of the sector's revenue, in CNY/year"
    assert main(["levers", "--region", "shenzhen", "--json"]) == 0
    assert {row["name"]: row["allowed"] for row in rows_of(capsys)}["rd_grant"] == "0 CNY/year to 241 亿 CNY/year"
    assert main(["levers", "--lang", "zh"]) == 0
    assert "行业收入的0至3.125%" in capsys.readouterr().out.replace("\n", "")
    assert main(["indicators", "--json"]) == 0
    everywhere = {row["name"] for row in rows_of(capsys)}
    assert main(["indicators", "--region", "qingdao", "--json"]) == 0
    assert {name for name in {row["name"] for row in rows_of(capsys)} - everywhere if "software_city" in name} == {
        "revenue_park_software_city", "employees_park_software_city", "services_park_software_city",
        "floor_area_park_software_city", "floor_area_underway_park_software_city",
    }  # fmt: skip
    assert main(["indicators", "--region", "atlantis"]) == 2


def test_regions_say_what_each_starts_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["regions", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == {"dalian", "dongguan", "qingdao", "shenzhen"}
    assert rows["shenzhen"]["base_figures"]["value_added"] == {"value": 2.3e11, "printed": True, "older": None}
    assert rows["dalian"]["base_figures"]["above_scale"]["older"] == 2017
    assert rows["shenzhen"]["printed_figures"] == ["value_added"]
    assert [row["name"] for row in rows["qingdao"]["anchors"]] == ["haier", "hisense"]
    assert len(rows["qingdao"]["parks"]) == 7 and not rows["qingdao"]["written_by_user"]


def test_run_writes_results_and_figures_and_speaks(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--members", "6"]) == 0
    shown = capsys.readouterr()
    assert sorted(path.name for path in Path("out").iterdir()) == ["dalian-fan.png", "dalian-verdict.png", "dalian.nc"]
    assert "written: out/dalian.nc" in shown.err and "written" not in shown.out
    assert max(cell_len(line) for line in shown.out.splitlines()) <= 100
    words = " ".join(shown.out.split())
    for part in (
        "dalian-baseline",
        "dalian-plan",
        "Industry size, 2028: 300",
        "6 simulated futures, seed 1",
        "priors, not calibrated",
    ):
        assert part in words
    assert open_results("out/dalian.nc").sizes["member"] == 6


def test_run_speaks_chinese(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "dalian-plan", "--members", "2", "--lang", "zh"]) == 0
    shown = capsys.readouterr()
    assert "3000亿元" in shown.out and "先验" in shown.out and "已写入" in shown.err


def test_run_prints_json_alone(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--members", "4", "--json", "--out", "here/mine.nc"]) == 0
    rows = rows_of(capsys)
    assert {row["scenario"] for row in rows} == {"dalian-baseline", "dalian-plan"}
    assert {row["regime"] for row in rows} == {"all", "people_scarce", "demand_scarce"}
    assert any(row["probability"] is None for row in rows if row["status"] == "unscored")
    assert sorted(path.name for path in Path("here").iterdir()) == ["mine-fan.png", "mine-verdict.png", "mine.nc"]


def test_out_may_be_a_folder(fast: None) -> None:
    Path("there.d").mkdir()
    assert main(["run", "dalian-plan", "--members", "2", "--out", "there.d"]) == 0
    assert Path("there.d/dalian.nc").is_file()


def test_run_takes_a_scenario_file(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("extends: dalian-baseline\nlevers: {rd_grant: 1 亿 CNY/year}\n", encoding="utf-8")
    assert main(["run", "mine.yaml", "--members", "2", "--json"]) == 0
    assert {row["scenario"] for row in rows_of(capsys)} == {"mine"}


def test_nothing_scored_makes_no_figure(
    fast: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("short.yaml").write_text("extends: dalian-baseline\nhorizon: 2021\n", encoding="utf-8")
    assert main(["run", "short.yaml", "--members", "2"]) == 0
    assert "No target could be scored." in capsys.readouterr().out
    assert [path.name for path in Path("out").iterdir()] == ["dalian.nc"]


def test_members_that_broke_off_are_listed_and_the_rest_is_kept(
    monkeypatch: pytest.MonkeyPatch, fast: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def partly(scenarios: list[Any], members: int, seed: int, **_: Any) -> xr.Dataset:
        dataset = synthetic_dataset(scenarios, members, seed, failed=[("dalian-plan", 1)])
        told = [{"scenario": "dalian-plan", "member": 1, "stage": "run", "error": "no money left"}]
        return dataset.assign_attrs(failures=json.dumps(told))

    monkeypatch.setattr("digisim.ensemble._simulate", simulated(partly))
    for command in (["run"], ["compare", "dalian-baseline", "dalian-plan"]):
        assert main([*command, "--members", "4"]) == 3
        assert "dalian-plan, member 1 broke off in run: no money left" in capsys.readouterr().err
    assert main(["run", "--members", "4", "--lang", "zh"]) == 3
    assert "dalian-plan 第 1 个成员在运行时中断：no money left" in capsys.readouterr().err
    assert Path("out/dalian.nc").is_file()


def test_raised_limits_that_broke_off_are_listed_too(
    monkeypatch: pytest.MonkeyPatch, fast: None, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [{"scenario": "dalian-plan", "member": 0, "stage": "run", "error": "no money left"}]

    def partly(work: Any, *given: Any) -> list[xr.Dataset]:
        first, *others = simulated(synthetic_dataset)(work, *given)
        variants = work.variants[-len(others) :]
        broken = [json.dumps(told if "people" in (variant.relax or ()) else []) for variant in variants]
        return [first, *(each.assign_attrs(failures=said) for each, said in zip(others, broken, strict=True))]

    monkeypatch.setattr("digisim.ensemble._simulate", partly)
    assert main(["run", "--members", "4"]) == 3
    assert "dalian-plan, member 0 with 10% more people broke off in run: no money left" in capsys.readouterr().err
    assert main(["run", "--members", "4", "--lang", "zh"]) == 3
    assert "dalian-plan 第 0 个成员（人才放宽10%）在运行时中断：no money left" in capsys.readouterr().err


def test_chinese_lines_break_neither_in_a_number_nor_before_a_closing_sign(
    fast: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["run", "--members", "4"], ["audit"]):
        assert main([*command, "--lang", "zh"]) == 0
        lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
        assert max(cell_len(line) for line in lines) == WIDTH
        assert not [line for line in lines if line.lstrip().startswith(("，", "。", "；", "、", "）", "%", "."))]
        full = [(line, after) for line, after in pairwise(lines) if cell_len(line) > WIDTH - 6]
        assert not [each for each in full if re.search(r"[0-9]\.?$", each[0]) and each[1].lstrip()[:1].isdigit()]


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "digisim: interrupted"),
        (ZeroDivisionError("by nothing"), 1, "a defect of digisim: ZeroDivisionError: by nothing"),
        (DefectError("people were lost", where="labour"), 1, "a defect of digisim: people were lost\n  where: labour"),
    ],
)
def test_interrupts_and_defects_have_their_own_codes(
    fault: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*_: Any, **__: Any) -> xr.Dataset:
        raise fault

    monkeypatch.setattr("digisim.ensemble._simulate", breaks)
    assert main(["run", "--members", "2"]) == code
    shown = capsys.readouterr()
    assert said in shown.err and "Traceback" not in shown.err and not Path("out").exists()
    assert main(["-v", "run", "--members", "2"]) == code
    assert ("Traceback" in capsys.readouterr().err) == (code == 1)


def test_the_log_is_silent_unless_asked(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "dalian-plan", "--members", "2", "--json"])
    assert "hash" not in capsys.readouterr().err
    main(["run", "dalian-plan", "--members", "2", "--json", "-v"])
    shown = capsys.readouterr()
    assert "scenario dalian-plan, hash" in shown.err and "out/dalian-fan.png" in shown.err
    assert json.loads(shown.out)


@pytest.mark.parametrize(
    ("members", "lang", "cell", "note"),
    [
        (2, "en", "2 of 2", "With fewer than 8 pairs agreement itself may be chance: at random all would have"),
        (2, "zh", "2对中2对", "不足8对时，符号一致本身也可能只是偶然：完全随机时，这样少的模拟有50%的可能全部同号"),
        (4, "en", "4 of 4", "in 12% of such runs"),
        (8, "en", "100%", ""),
    ],
)
def test_the_agreement_of_a_few_pairs_is_a_count_and_may_be_chance(
    members: int, lang: str, cell: str, note: str, capsys: pytest.CaptureFixture[str]
) -> None:
    many = synthetic_dataset(members=members)
    show_differences(compare(many), many, lang)
    shown = capsys.readouterr().out
    told = "".join(shown.split("\n")) if lang == "zh" else " ".join(shown.split())
    assert cell in told and note in told
    assert ("100%" in told.split("seed" if lang == "en" else "种子")[0]) == (members >= 8)
    assert bool(note) == ("fewer than" in told or "不足" in told)


def test_compare_is_a_table_or_all_of_json(fast: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "dalian-baseline", "dalian-plan", "dalian-push", "--members", "4"]) == 0
    shown = capsys.readouterr().out
    assert "dalian-plan against dalian-baseline, 2028" in shown and "dalian-push against" in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 100
    assert main(["compare", "dalian-baseline", "dalian-plan", "--members", "4", "--json"]) == 0
    rows = rows_of(capsys)
    assert {row["control"] for row in rows} == {"dalian-baseline"} and {row["year"] for row in rows} == set(
        range(2020, 2029)
    )


JOINT = """
cities: {dongguan: dongguan-baseline, qingdao: qingdao-baseline}
horizon: 2025
nation_employees: china-employees-2020
"""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("two, Dongguan", "two, Qingdao: no target is scored.", "that this run cannot score: 22; due by")),
        ("zh", ("two（东莞）", "two（青岛）：没有可评判的目标。", "无法评判的目标22项：目标期限不晚于2023年底")),
    ],
)
def test_a_joint_run_has_a_verdict_and_figures_for_each_city(
    lang: str, said: tuple[str, ...], fast: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("two.yaml").write_text(JOINT, encoding="utf-8")
    assert main(["run", "two.yaml", "--members", "4", "--lang", lang]) == 0
    shown = capsys.readouterr()
    assert all(part in shown.out for part in said)
    assert max(cell_len(line) for line in shown.out.splitlines()) <= 100
    figures = {"two-dongguan-fan.png", "two-dongguan-verdict.png", "two-qingdao-fan.png"}
    assert {path.name for path in Path("out").iterdir()} == {"two.nc", *figures}
    assert all(f"out/{name}" in shown.err for name in figures)
    assert main(["run", "two.yaml", "--members", "4", "--json"]) == 0
    assert {row["region"] for row in rows_of(capsys)} == {"dongguan", "qingdao"}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Gains and losses by city, 2025", "  together", "Dongguan", "Qingdao", "Fiscal cost of the levers")),
        ("zh", ("2025年各市得失", "  合计", "东莞", "青岛", "政策财政支出")),
    ],
)
def test_a_joint_comparison_begins_with_what_each_city_gains_or_loses(
    lang: str, said: tuple[str, ...], fast: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("two.yaml").write_text(JOINT, encoding="utf-8")
    Path("loud.yaml").write_text(JOINT + "levers: {dongguan: {rd_grant: 1 亿 CNY/year}}\n", encoding="utf-8")
    assert main(["compare", "two.yaml", "loud.yaml", "--members", "4", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert said[0] in lines[0] and max(cell_len(line) for line in lines) <= 100
    gains, each = lines[: lines.index("")], lines[lines.index("") :]
    assert len([line for line in gains if line.startswith(said[1])]) == 3  # people, revenue, cost
    for name in said[2:4]:
        assert any(line.startswith(f"  {name}") for line in gains) and any(line.startswith(name) for line in each)
    assert sum(line.startswith(said[4]) for line in each) == 1  # the city that pays; nothing differs in the other
    assert main(["compare", "two.yaml", "loud.yaml", "--members", "4", "--json"]) == 0
    assert {row["city"] for row in rows_of(capsys)} == {"dongguan", "qingdao"}


def test_audit_prints_findings_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "dalian-2028-outline", "--json"]) == 0
    assert {"id", "severity", "text_en", "text_zh"} <= rows_of(capsys)[0].keys()


def test_export_writes_beside_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    save_results(few_variables(synthetic_dataset(members=2)), "r.nc")
    assert main(["export", "r.nc"]) == 0
    assert capsys.readouterr().out.strip() == "r.csv"
    assert main(["export", "r.nc", "--format", "netcdf", "--out", "copy.nc"]) == 0
    xr.testing.assert_identical(open_results("copy.nc"), open_results("r.nc"))


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = (
        "import os, sys; read, write = os.pipe(); os.close(read); os.dup2(write, 1); "
        "from digisim.cli import main; sys.exit(main(['evidence', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_help_is_light() -> None:
    code = "\n".join([
        "import sys", "from digisim.cli import main", "assert main(['--help']) == 0",
        f"assert not set({HEAVY!r}) & set(sys.modules)",
    ])  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    commands = (
        "run",
        "audit",
        "compare",
        "evidence",
        "levers",
        "targets",
        "indicators",
        "scenarios",
        "regions",
        "quarter",
        "export",
    )
    assert all(f"\n  {name} " in done.stdout for name in commands)


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "digisim", "regions"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0 and "dalian" in done.stdout


def test_chinese_is_printed_where_the_terminal_is_ascii() -> None:
    command = [sys.executable, "-m", "digisim", "regions", "--lang", "zh"]
    done = subprocess.run(
        command, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, check=False
    )
    assert done.returncode == 0 and "大连" in done.stdout.decode("utf-8")


# The package


def test_public_names_are_few_and_all_there() -> None:
    assert len(digisim.__all__) <= 25
    assert {*digisim.__all__} <= {*dir(digisim)}
    for name in digisim.__all__:
        assert getattr(digisim, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'happiness'"):
        digisim.happiness  # type: ignore[attr-defined]  # noqa: B018


def test_rooms_of_a_function_s_name_can_be_called(tmp_path: Path) -> None:
    written = digisim.export(synthetic_dataset(members=1), tmp_path / "r.csv", "csv")
    assert written.is_file()
    assert callable(digisim.simulate) and callable(digisim.ensemble) and len(digisim.audit()) > 0
    assert not callable(digisim.plot)


@pytest.mark.slow
def test_a_real_run_from_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "digisim", "run", "--members", "2", "--out", str(tmp_path), "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    held = [row for row in rows if row["binding"]]
    assert {row["scenario"] for row in held} == {"dalian-plan"}
    assert open_results(tmp_path / "dalian.nc").attrs["largest_residual"] < 1e-9


@pytest.mark.parametrize(("lang", "met", "unscored", "pairs"), [
    ("en", "met at start", "Not scored", "futures: 0, seed"), ("zh", "起点已达", "未评判", "0对模拟"),
])  # fmt: skip
def test_tables_say_what_is_met_at_the_start_and_count_nothing_that_is_not_there(
    lang: str, met: str, unscored: str, pairs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    many = synthetic_dataset(members=4)
    revenue = next(target for target in load_targets("dalian") if target.id == "d28-revenue-2028")
    show_verdicts(verdict(many, targets=[revenue.model_copy(update={"value": 1.0})]), many, lang)
    shown = capsys.readouterr().out
    assert all(word in shown for word in met.split()) and unscored not in shown
    nothing = compare(synthetic_dataset(["dalian-baseline", "dalian-plan"], 2), "dalian-baseline").iloc[:0]
    show_differences(nothing, many, lang)
    assert pairs in capsys.readouterr().out


@pytest.mark.parametrize(("command", "least"), [("evidence", 16), ("targets", 4)])
@pytest.mark.parametrize("region", ["dalian", "shenzhen", "dongguan", "qingdao"])
def test_lists_of_one_region(command: str, least: int, region: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--region", region, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["region"] for row in rows} == {region} and len(rows) >= least
    assert main([command, "--region", region]) == 0
    assert rows[0]["id"] in capsys.readouterr().out


@pytest.mark.parametrize("command", ["evidence", "targets", "levers"])
def test_lists_of_different_things_are_not_mixed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--region", "dalian", "--coverage"]) == 2
    said = capsys.readouterr().err
    assert "these options ask for different lists: --coverage, --region" in said and f"digisim {command}" in said
    assert main([command, "--region", "atlantis"]) == 2
    assert "unknown region 'atlantis'" in capsys.readouterr().err

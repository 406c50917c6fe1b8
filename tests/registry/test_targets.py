"""Plan targets: every target figure is a record, tied to the archive; a user's targets are checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from digisim.audit.coverage import idle
from digisim.audit.plans import archive_relations
from digisim.cli import main
from digisim.errors import TargetError, UnitError
from digisim.evidence import figure, figures
from digisim.regions import region_names
from digisim.registers import Document, load_yaml, parse_yaml, read_rows
from digisim.resources import package_file
from digisim.targets import OPERATORS, PlanTarget, Target, load_targets, read_plan_targets, register, scored_targets
from digisim.targets.records import TargetRow

TARGETS = {target.id: target for target in load_targets()}
INDICATORS = {"software_revenue", "software_revenue_local", "employees", "employees_local", "firms_above_scale"}


def test_every_target_figure_of_a_region_is_a_target_and_no_other() -> None:
    ours = [f for f in figures().values() if f.region in region_names()]
    assert set(TARGETS) == {f.id for f in ours if f.role == "target" and f.scope != "outside"}
    assert {f.region for f in ours} == {"dalian", "shenzhen", "dongguan", "qingdao"}


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.id)
def test_a_target_repeats_its_figure(target: Target) -> None:
    held = figure(target.id)
    assert (target.value, target.unit, target.year, target.region) == (held.value, held.unit, held.year, held.region)
    assert target.comparison == {"about": "about", "more than": "more_than"}.get(held.qualifier, "at_least")
    assert target.basis == held.basis
    assert (target.kind == "growth") == (held.unit == "1/year")
    assert bool(target.indicator) != bool(target.reason_unscored)
    assert (target.unscored is None) == bool(target.indicator)
    if target.unscored == "other_sector":  # the document says so, not the model
        assert held.scope in ("infrastructure", "sector-digitalisation")


def test_a_repetition_points_to_the_target_it_repeats() -> None:
    for target in TARGETS.values():
        if target.duplicate_of:
            first = TARGETS[target.duplicate_of]
            assert (first.value, first.year, first.duplicate_of) == (target.value, target.year, None)
        assert figure(target.id).duplicate_of == target.duplicate_of


def test_the_scored_targets_of_dalian() -> None:
    read = {t.id: [t.variable(operator) for operator in t.operators] for t in scored_targets("dalian")}
    assert read == {
        "d28-va-share-2023": ["va_share_gdp", "va_share_gdp_local"],
        "d28-firms-10bn-2023": ["firms_over_100yi"],
        "d28-firms-1bn-2023": ["firms_10_to_100yi"],
        "d28-share-100m-firms-2023": ["revenue_share_over_1yi"],
        "d28-above-scale-firms-2023": ["firms_above_scale"],
        "d28-rd-intensity-2023": ["rd_share"],
        "d28-revenue-2028": ["software_revenue", "software_revenue_local"],
        "d28-va-share-2028": ["va_share_gdp", "va_share_gdp_local"],
        "d28-employment-2028": ["employees_local"],
        "dp-va-growth-2021-2025": ["digital_core_value_added"],
        "dp-ic-2025": ["electronics_circuits"],
        "dp-av-2025": ["electronics_audiovisual"],
        "dp-components-2025": ["electronics_components"],
        "dp-t1-va-share-2025": ["digital_core_share"],
        "dp-t1-software-revenue-2025": ["software_revenue"],
        "dp-t1-electronics-revenue-2025": ["electronics_revenue"],
        "dp-t1-nc-rate-2025": ["numerical_control_rate"],
        "dp-t1-digital-links-2025": ["digital_links_share"],
        "dp-t1-5g-2025": ["sites_5g"],
    }


def test_what_qingdao_wants_of_its_base_is_judged_in_the_parks() -> None:
    read = {t.id: t.indicator for t in scored_targets("qingdao")}
    base = ("qd-floor-area-2016", "qd-rd-intensity")
    assert [read[id] for id in base] == ["floor_area_in_parks", "rd_share_in_parks"]
    assert [figure(id).basis for id in base] == [
        "floor area of software parks",
        "R&D spending over business revenue of the software enterprises in the base",
    ]


def test_what_is_counted_in_place_of_the_words_of_a_target_is_said_in_both_languages() -> None:
    """The park of animation and games is the one whose target is on a field, and not on software."""
    by_field = {t.id: t for t in load_targets("qingdao") if t.indicator and "not called software revenue" in t.basis}
    assert [(id, t.indicator) for id, t in by_field.items()] == [("qd-animation-revenue", "revenue_park_animation")]
    assert {t.id for t in load_targets() if t.reading} == set(by_field)
    assert "upper bound" in by_field["qd-animation-revenue"].reading
    assert "上限" in by_field["qd-animation-revenue"].reading_zh


def test_an_unknown_region_is_answered_with_the_known_ones() -> None:
    with pytest.raises(TargetError, match="no plan target of the region 'atlantis'"):
        load_targets("atlantis")


@pytest.mark.parametrize(
    "change",
    [
        {"indicator": None},
        {"operators": ()},
        {"reason_unscored": "not needed"},
        {"indicator": None, "operators": (), "unscored": "inside", "reason_unscored": "said in English only"},
        {"unscored": "inside"},
        {"reading": "said in English only"},
        {"indicator": None, "operators": (), "unscored": "inside", "reason_unscored": "no start",
         "reason_unscored_zh": "没有起点", "reading": "of nothing", "reading_zh": "不评判"},
        {"indicator": None, "operators": (), "reason_unscored": "no kind", "reason_unscored_zh": "没有类别"},
    ],
)
def test_a_row_is_scored_or_says_why_not(change: dict[str, object]) -> None:
    row = {
        "id": "x",
        "region": "dalian",
        "indicator": "employees",
        "year": 2028,
        "comparison": "at_least",
        "kind": "level",
        "operators": ("local",),
    }
    assert TargetRow.model_validate(row).indicator == "employees"
    faults = "or no indicator with reason_unscored|in one language only|says under unscored|in both languages, and only"
    with pytest.raises(ValidationError, match=faults):
        TargetRow.model_validate(row | change)


def user_targets(line: str) -> tuple[list[PlanTarget], Document]:
    document = parse_yaml(f"plan: mine\ntargets:\n  - {{{line}}}\n", "mine.yaml")
    return [PlanTarget.model_validate(row) for row in document.data["targets"]], document


def read(line: str) -> list[Target]:
    rows, document = user_targets(line)
    return read_plan_targets(rows, document, region="dalian", base_year=2020, indicators=INDICATORS)


def test_a_users_target_is_converted_and_finds_its_variable() -> None:
    (staff,) = read("id: staff, indicator: employees, year: 2026, value: 30, unit: 万人")
    assert (staff.value, staff.unit, staff.variable("local")) == (300_000, "person", "employees_local")
    (large,) = read("id: large, indicator: firms_above_scale, year: 2026, value: 900, unit: 家")
    assert large.variable("local") == "firms_above_scale"
    (unscored,) = read("id: parks, year: 2026, value: 3, unit: 个, of: park, reason_unscored: nobody counts parks")
    assert (unscored.operators, unscored.unit, unscored.reason_unscored) == (
        (),
        "park",
        "nobody counts parks",
    )
    assert unscored.reason_unscored_zh == "nobody counts parks"  # a reason in one language serves for both


@pytest.mark.parametrize(
    ("line", "what", "next"),
    [
        ("id: a, indicator: employees, year: 2020, value: 1, unit: 人", "not after the base year 2020", "later year"),
        ("id: a, indicator: employes, year: 2026, value: 1, unit: 人", "'employes'", "did you mean 'employees'?"),
        ("id: a, indicator: happiness, year: 2026, value: 1, unit: 人", "'happiness'", "leave the indicator out"),
        ("id: a, year: 2026, value: 1, unit: 人", "no indicator, and no reason", "under reason_unscored"),
        (
            "id: a, indicator: employees, reason_unscored: why, year: 2026, value: 1, unit: 人",
            "has an indicator, and a reason",
            "remove the indicator",
        ),
        (
            "id: a, indicator: employees, operators: [latent], year: 2026, value: 1, unit: 人",
            "not published for: latent",
            "write operators: [ministry, local]",
        ),
    ],
)
def test_a_users_target_that_cannot_be_scored_is_refused(line: str, what: str, next: str) -> None:
    with pytest.raises(TargetError) as caught:
        read(line)
    assert what in caught.value.what
    assert caught.value.where == "mine.yaml, line 3"
    assert next in caught.value.next
    assert caught.value.allowed


def test_a_users_target_with_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnitError, match="mine.yaml, line 3"):
        read("id: a, indicator: employees, year: 2026, value: 1, unit: heads")


def test_the_ministrys_indicators_have_no_suffix() -> None:
    assert dict(OPERATORS) == {"ministry": "", "local": "_local", "latent": "_latent"}


@pytest.mark.parametrize("wrong", ["indicator: happiness, year", "indicator: value_addd, year"])
def test_a_target_of_the_archive_on_an_unknown_indicator_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    written = package_file("targets/targets.yaml").read_text(encoding="utf-8").splitlines()
    line = next(n for n, row in enumerate(written) if "id: d28-employment-2028" in row)
    written[line] = written[line].replace("indicator: employees, year", wrong)
    path = tmp_path / "targets.yaml"
    path.write_text("\n".join(written), encoding="utf-8")
    document = load_yaml(path, TargetError)
    rows = read_rows(document, TargetRow, "targets").values()
    monkeypatch.setattr(register, "_register", lambda: document)
    monkeypatch.setattr(register, "_all_targets", lambda: tuple(map(register._with_figure, rows)))
    for arguments in (["targets", "--coverage"], ["targets"], ["targets", "--coverage", "--lang", "zh"]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert "d28-employment-2028" in said and re.search(rf"targets\.yaml\D+{line + 1}\D", said)


def test_a_count_of_other_enterprises_is_not_left_out_because_they_are_no_agents() -> None:
    """Shares of theirs are scored: what the others lack is a figure of the present."""
    scored = {"dp-t1-nc-rate-2025", "dp-t1-digital-links-2025", "dp-t1-5g-2025", "dp-t1-electronics-revenue-2025"}
    assert all(TARGETS[id].indicator for id in scored)
    for id in ("dp-cloud-firms-2025", "dg-pilot-users", "dp-4g-2025", "dp-electronics-output-2025"):
        assert (TARGETS[id].unscored, TARGETS[id].duplicate_of) == ("no_present", None)
        assert "agents" not in TARGETS[id].reason_unscored and "主体" not in TARGETS[id].reason_unscored_zh
        assert "present" in TARGETS[id].reason_unscored or "by now" in TARGETS[id].reason_unscored


def test_what_repeats_another_target_compares_with_it() -> None:
    """The audit relates figures that look alike and do not compare: none of them repeats another."""
    for row in archive_relations().values():
        if row.relation.kind == "incomparable":
            ids = {item.figure for item in row.relation.items}
            assert not [id for id in ids if figure(id).duplicate_of in ids], row.id


def test_figures_of_rules_say_truly_why_they_are_not_used() -> None:
    why = {id: row.reason_en for row in idle().itertuples() for id in row.figures}
    for id in ("qd-leading-firms", "qd-highgrowth-firms", "qd-specialised-firms"):
        assert "how many firms the city chooses" in why[id]
    assert "districts are not simulated" in why["qd-top-talent-per-district"]
    assert "whose amount is not printed" in why["qd-award-threshold-10bn"]
    assert not any("without its number of cases" in reason for reason in why.values())

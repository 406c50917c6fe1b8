"""The audit: what it says about the two plans of Dalian, and about plans with planted contradictions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import digisim.audit
from digisim.audit import Finding, audit, findings, plan_json_schema, plan_names, to_json, to_table
from digisim.audit.checks import CHECKS
from digisim.audit.plans import archive_entries, archive_relations
from digisim.audit.relations import RelationRow, referred
from digisim.errors import InputError, PlanError, UnitError
from digisim.evidence import figure, figures

DALIAN = {finding.id: finding for finding in findings()}

HEAD = """
plan: test-city-plan
region: dalian
figures:
  - {id: revenue-now, name_en: Revenue, name_zh: 收入, indicator: software_revenue, year: 2020, value: 640, unit: 亿元}
  - {id: staff-now, name_en: Staff, name_zh: 从业人员, indicator: employees, year: 2020, value: 20, unit: 万人}
  - {id: share-now, name_en: Share, name_zh: 比重, year: 2020, value: 5, unit: "%"}
targets:
  - {id: revenue-goal, name_en: Revenue goal, indicator: software_revenue, year: 2025, value: 1180, unit: 亿元}
  - {id: staff-goal, indicator: employees, year: 2025, value: 25, unit: 万人}
"""
CONSISTENT = (
    HEAD
    + """
statements:
  - {id: revenue-rate, kind: growth, start: revenue-now, end: revenue-goal, value: 13, unit: "%/年"}
"""
)


def plan_file(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def grave(path: Path) -> dict[str, Finding]:
    return {finding.id: finding for finding in findings(path)}


# What arithmetic says of Dalian; expected values are computed here by hand from the printed figures.


@pytest.mark.parametrize(
    ("id", "rate"),
    [
        ("dalian-growth-2020-2025", (1300 / 640) ** (1 / 5) - 1),
        ("dalian-growth-2025-2028", (3000 / 1300) ** (1 / 3) - 1),
        ("dalian-growth-2020-2028", (3000 / 640) ** (1 / 8) - 1),
        ("dalian-growth-2017-2028", (3000 / 1053) ** (1 / 11) - 1),
        ("dalian-firms-2017-2023", (1000 / 700) ** (1 / 6) - 1),
    ],
)
def test_implied_growth(id: str, rate: float) -> None:
    finding = DALIAN[id]
    assert finding.numbers["growth"] == pytest.approx(rate)
    assert f"{100 * rate:.1f}".removesuffix(".0") + "%" in finding.text_en
    assert f"{100 * rate:.1f}".removesuffix(".0") + "%" in finding.text_zh


def test_growth_above_the_nations_is_a_tension() -> None:
    assert DALIAN["dalian-growth-2025-2028"].severity == "tension"
    assert DALIAN["dalian-growth-2025-2028"].numbers["benchmark"] == pytest.approx(0.133)
    assert DALIAN["dalian-growth-2017-2028"].severity == "info"


def test_parts_leave_150_of_1000_without_a_name() -> None:
    finding = DALIAN["dalian-electronics-parts"]
    assert finding.numbers == {"total": pytest.approx(850e8), "rest": pytest.approx(150e8)}
    assert "850亿元" in finding.text_zh
    assert "150亿元未指明" in finding.text_zh


def test_software_is_a_part_of_the_digital_core() -> None:
    finding = DALIAN["dalian-va-part-2023"]
    core = 0.072 * (0.12 / 0.072) ** (3 / 5)
    assert finding.numbers["whole_in_year"] == pytest.approx(core)
    assert finding.numbers["part_over_whole"] == pytest.approx(0.08 / core)
    assert DALIAN["dalian-va-part-2028"].numbers["whole_in_year"] == pytest.approx(0.12)
    assert "超过8%" in finding.text_zh


def test_two_figures_for_one_thing() -> None:
    revenue = DALIAN["dalian-revenue-two-series"]
    assert revenue.numbers["difference"] == pytest.approx(640 / 1053 - 1)
    assert (revenue.severity, set(revenue.figures)) == ("tension", {"d28-revenue-2017", "dp-t1-software-revenue-2020"})
    assert DALIAN["dalian-revenue-class"].severity == "contradiction"
    assert DALIAN["dalian-5g-two-figures"].severity == "contradiction"
    assert DALIAN["dalian-telecom-two-measures"].severity == "tension"
    assert "dalian-revenue-text-table" not in DALIAN
    assert "dalian-share-text-table" not in DALIAN


def test_employment_stands_still_and_then_has_to_grow_fast() -> None:
    finding = DALIAN["dalian-employment-path"]
    assert finding.numbers == {"growth_2020": 0.0, "growth_2028": pytest.approx((50 / 20) ** (1 / 8) - 1)}
    assert "nearly 200,000 people (2020)" in finding.text_en
    assert "近20万人（2020年）" in finding.text_zh


def test_revenue_per_head_implied_by_pairs() -> None:
    finding = DALIAN["dalian-revenue-per-head"]
    assert finding.numbers == {
        "ratio_2017": pytest.approx(526_500),
        "ratio_2020": pytest.approx(320_000),
        "ratio_2028": pytest.approx(600_000),
        "benchmark": pytest.approx(81616e8 / 704.7e4),
    }
    assert "115.8万元/人" in finding.text_zh and "27.6%" in finding.text_en
    for shown in ("52.7万元/人", "32万元/人", "60万元/人"):
        assert shown in finding.text_zh


def test_the_share_target_needs_a_shrinking_city() -> None:
    finding = DALIAN["dalian-core-share-and-growth"]
    assert finding.numbers["whole_growth"] == pytest.approx(1.1 / (12 / 7.2) ** (1 / 5) - 1)
    assert finding.numbers["share_if_whole_constant"] == pytest.approx(0.072 * 1.1**5)
    assert finding.severity == "contradiction"
    assert "shrink by 0.7% a year" in finding.text_en


def test_a_plan_is_also_held_against_the_other_plans() -> None:
    for name in plan_names():
        found = {finding.id for finding in findings(name)}
        assert ("dalian-revenue-two-series" in found) == name.startswith("dalian")


def test_the_plans_of_other_cities_by_hand() -> None:
    found = {finding.id: finding for finding in findings()}
    assert found["dongguan-revenue-2023-2025"].severity == "contradiction"  # the target is below the figure of 2023
    assert found["dongguan-revenue-2020-2023"].numbers["growth"] == pytest.approx((463.42 / 95.5) ** (1 / 3) - 1)
    assert found["shenzhen-value-added-2021-2025"].numbers["growth"] == pytest.approx((4200 / 2300) ** (1 / 4) - 1)
    assert found["qingdao-revenue-parks"].numbers == {
        "total": pytest.approx(2000e8),
        "rest": pytest.approx(200e8),
        "rest_with_doubtful": pytest.approx(150e8),
    }
    assert found["qingdao-floor-area-parks"].numbers["rest"] == pytest.approx(3.5e6)
    assert "350万平方米未指明" in found["qingdao-floor-area-parks"].text_zh
    assert found["qingdao-area-per-job"].numbers == {"ratio_2016": pytest.approx(50)}
    assert "15平方米/人" in found["shenzhen-area-per-job"].text_zh


def test_cities_are_related_only_to_say_that_they_do_not_compare() -> None:
    for row in archive_relations().values():
        regions = {figure(id).region for id in referred(row.relation)}
        assert len(regions) == 1 or row.relation.kind == "incomparable", row.id


def test_findings_come_gravest_first_and_once() -> None:
    found = findings()
    assert len({finding.id for finding in found}) == len(found)
    order = [("contradiction", "tension", "info").index(finding.severity) for finding in found]
    assert order == sorted(order)


def test_the_register_of_relations_is_sound() -> None:
    assert {row.relation.kind for row in archive_relations().values()} <= set(CHECKS)
    for row in archive_relations().values():
        assert set(referred(row.relation)) <= set(archive_entries())
        for note in (row.relation.note_en, row.relation.note_zh):
            assert not re.search(r"\d", note), "numbers are computed, never typed"
        assert bool(row.relation.note_en) == bool(row.relation.note_zh)


def test_declared_contradictions_of_the_archive_are_audited_together() -> None:
    together = [set(referred(row.relation)) for row in archive_relations().values()]
    for row in figures().values():
        for other in row.contradicts:
            names = [{figure(i).duplicate_of or i for i in (row.id, other)}]
            assert any(pair <= {figure(j).duplicate_of or j for j in ids} for pair in names for ids in together), (
                row.id,
                other,
            )


def test_every_kind_of_relation_names_its_figures() -> None:
    row = RelationRow.model_validate(
        {"id": "x", "kind": "stated_growth", "start": "a", "end": "b", "rate": "r", "tolerance": 0.01}
    )
    assert referred(row.relation) == ("a", "b", "r")


# Table, JSON, the public name.


def test_the_table_speaks_both_languages() -> None:
    english, chinese = audit("dalian-2028-outline"), audit("dalian-2028-outline", lang="zh")
    assert english.columns.tolist() == ["id", "plan", "kind", "severity", "text", "figures"]
    assert len(english) == len(chinese) > 5
    assert english["text"].str.isascii().sum() > len(english) // 2
    assert chinese["text"].str.contains("[\u4e00-\u9fff]").all()
    assert set(chinese["severity"]) <= {"矛盾", "存疑", "提示"}
    assert to_table([]).empty
    with pytest.raises(InputError, match="language"):
        audit("dalian-2028-outline", lang="fr")


def test_json_carries_the_numbers() -> None:
    rows = json.loads(to_json(findings("dalian-digital-plan")))
    assert {"id", "plan", "kind", "severity", "figures", "numbers", "text_en", "text_zh"} == set(rows[0])


def test_the_package_is_callable_under_the_public_name() -> None:
    assert digisim.audit("dalian-2028-outline").equals(audit("dalian-2028-outline"))  # type: ignore[operator]


def test_the_schema_of_a_plan_file_is_published() -> None:
    schema = plan_json_schema()
    assert {"plan", "region", "figures", "targets", "statements", "relations"} <= set(schema["properties"])  # type: ignore[call-overload]


# A user's own plan.


def test_a_consistent_plan_stays_silent(tmp_path: Path) -> None:
    assert findings(plan_file(tmp_path, CONSISTENT)) == []


def test_a_wrong_growth_statement_is_found(tmp_path: Path) -> None:
    found = grave(plan_file(tmp_path, CONSISTENT.replace("value: 13", "value: 10")))
    finding = found["test-city-plan-revenue-rate"]
    assert (finding.kind, finding.severity) == ("stated_growth", "contradiction")
    assert finding.numbers == {"implied": pytest.approx((1180 / 640) ** (1 / 5) - 1), "stated": pytest.approx(0.10)}
    assert "年均增长10%" in finding.text_zh


@pytest.mark.parametrize(("value", "severity"), [(640, "tension"), (600, "contradiction")])
def test_a_target_not_above_the_present_is_found(tmp_path: Path, value: int, severity: str) -> None:
    found = grave(plan_file(tmp_path, HEAD.replace("value: 1180", f"value: {value}")))
    finding = found["test-city-plan-revenue-now-revenue-goal"]
    assert (finding.kind, finding.severity) == ("already_met", severity)


def test_a_later_target_below_an_earlier_one_is_found(tmp_path: Path) -> None:
    later = "  - {id: revenue-later, indicator: software_revenue, year: 2028, value: 1000, unit: 亿元}\n"
    assert "test-city-plan-revenue-goal-revenue-later" in grave(plan_file(tmp_path, HEAD + later))


def test_two_figures_for_one_thing_in_one_year_are_found(tmp_path: Path) -> None:
    twice = HEAD.replace(
        "targets:", "  - {id: again, indicator: software_revenue, year: 2020, value: 832, unit: 亿元}\ntargets:"
    )
    finding = grave(plan_file(tmp_path, twice))["test-city-plan-revenue-now-again"]
    assert (finding.kind, finding.severity) == ("same", "contradiction")
    assert finding.numbers["difference"] == pytest.approx(0.3)
    near = twice.replace(
        "value: 832, unit: 亿元", "value: 650, unit: 亿元, error: {kind: normal, sd: 10, reason: rounding}"
    )
    assert findings(plan_file(tmp_path, near)) == []


RELATIONS = {
    "parts_over": (
        "{id: p, kind: parts, whole: revenue-now, parts: [a, b]}",
        ("parts", "contradiction"),
    ),
    "parts_exact": ("{id: p, kind: parts, whole: revenue-goal, parts: [revenue-now, b]}", None),
    "part_over": (
        "{id: p, kind: part_of, part: share-part, whole: [share-now]}",
        ("part_of", "contradiction"),
    ),
    "part_inside": ("{id: p, kind: part_of, part: share-now, whole: [share-part]}", None),
    "path_steady": ("{id: p, kind: path, figures: [revenue-now, revenue-goal, revenue-later]}", None),
    "path_faster": (
        "{id: p, kind: path, figures: [revenue-now, revenue-mid, revenue-goal]}",
        ("path", "tension"),
    ),
    "ratio_one": (
        "{id: p, kind: ratios, name_en: H, name_zh: 人均, pairs: [{numerator: revenue-now, denominator: staff-now}]}",
        ("ratios", "info"),
    ),
    "share_grows": (
        "{id: p, kind: share_path, start: share-now, end: share-goal, rate: rate, whole_en: GDP, whole_zh: 生产总值}",
        ("share_path", "info"),
    ),
    "growth_plain": ("{id: p, kind: growth, start: staff-now, end: staff-goal}", ("growth", "info")),
    "against_archive": (
        "{id: p, kind: same, figures: [a, dp-t1-software-revenue-2020]}",
        ("same", "contradiction"),
    ),
}
MORE = HEAD.replace(
    "targets:",
    """  - {id: a, year: 2020, value: 200, unit: 亿元}
  - {id: b, year: 2020, value: 540, unit: 亿元}
  - {id: share-part, year: 2020, value: 6, unit: "%"}
  - {id: share-goal, year: 2025, value: 6, unit: "%"}
  - {id: rate, year: 2025, value: 10, unit: "%/年"}
  - {id: revenue-mid, year: 2023, value: 700, unit: 亿元}
  - {id: revenue-later, year: 2030, value: 1800, unit: 亿元}
targets:""",
)


@pytest.mark.parametrize("name", RELATIONS)
def test_declared_relations_are_checked(tmp_path: Path, name: str) -> None:
    written, expected = RELATIONS[name]
    found = findings(plan_file(tmp_path, f"{MORE}relations:\n  - {written}\n"))
    assert [(f.kind, f.severity) for f in found] == ([] if expected is None else [expected])
    assert all(f.plan == "test-city-plan" and f.text("en") and f.text("zh") for f in found)


@pytest.mark.parametrize(
    ("text", "what", "next"),
    [
        (
            "relations: [{id: p, kind: growth, start: staff-nov, end: staff-goal}]",
            "rests on 'staff-nov'",
            "'staff-now'",
        ),
        ("relations: [{id: p, kind: growth, start: staff-now, end: revenue-goal}]", "cannot be compared", "same unit"),
        ("relations: [{id: p, kind: growth, start: staff-goal, end: staff-now}]", "no growth rate leads", ""),
        (
            "relations: [{id: p, kind: parts, whole: staff-now, parts: [revenue-now, staff-goal]}]",
            "cannot be compared",
            "same unit",
        ),
        (
            "relations: [{id: p, kind: growth, start: staff-now, end: staff-goal, benchmark: nowhere-2020}]",
            "is no published value",
            "",
        ),
        (
            "relations: [{id: p, kind: ratios, name_en: x, name_zh: x, pairs: [{numerator: a0, denominator: zero}]}]",
            "divides by 'zero', which is zero",
            "",
        ),
        ("relations: [{id: p, kind: growing, start: a, end: b}]", "kind: 'growing' is not known", "'growth'"),
        ("relations: [{id: p, kind: parts, whole: a0, parts: [zero], whale: 1}]", "unknown key 'whale'", "'whole'"),
        ("statements: [{id: s, kind: growth, start: a0, end: staff-goal, value: 3, unit: 亿元}]", "no growth rate", ""),
        (
            "statements: [{id: a0, kind: growth, start: a0, end: staff-goal, value: 3, unit: '%/年'}]",
            "the id 'a0' is given twice",
            "unique",
        ),
        (
            "statements: [{id: s, kind: growth, start: nix, end: a0, value: 3, unit: '%/年'}]",
            "rests on 'nix'",
            "add it",
        ),
    ],
)
def test_a_faulty_plan_gets_one_message_with_file_and_line(tmp_path: Path, text: str, what: str, next: str) -> None:
    extra = "  - {id: zero, year: 2020, value: 0, unit: 亿元}\n  - {id: a0, year: 2020, value: 1, unit: 亿元}\ntargets:"
    path = plan_file(tmp_path, HEAD.replace("targets:", extra) + text + "\n")
    with pytest.raises(PlanError) as caught:
        findings(path)
    assert what in caught.value.what
    assert next in caught.value.next
    assert re.search(r"plan\.yaml, line 1[34]$", caught.value.where)


def test_ids_and_units_of_a_plan_are_checked(tmp_path: Path) -> None:
    twice = "  - {id: staff-now, indicator: employees, year: 2026, value: 9, unit: 万人}\n"
    with pytest.raises(PlanError, match="the id 'staff-now' is given twice"):
        findings(plan_file(tmp_path, HEAD + twice))
    with pytest.raises(UnitError, match=r"plan\.yaml, line 5"):
        findings(plan_file(tmp_path, HEAD.replace("unit: 亿元", "unit: 億円元", 1)))


def test_an_unknown_plan_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="did you mean 'dalian-2028-outline'"):
        findings("dalian-2028-outlin")
    with pytest.raises(PlanError, match="give the path of a plan file"):
        findings("zzz")
    with pytest.raises(PlanError, match="does not exist"):
        findings(tmp_path / "missing.yaml")
    with pytest.raises(PlanError, match="does not exist"):
        findings("folder/missing")


def test_a_target_before_the_base_year_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "past.yaml"
    text = """plan: past
region: dalian
targets:
  - {id: t-revenue-2019, name_en: Revenue, name_zh: 收入, value: 700, unit: 亿 CNY, of: revenue, year: 2019,
     indicator: null}
"""
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        audit(str(plan))
    assert "is for 2019, not after the base year 2020" in str(refused.value)
    assert refused.value.where.endswith("past.yaml, line 4") and "2021 or later" in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "line", "what", "allowed", "next"),
    [
        ("region: dalain", 2, "unknown region 'dalain'", "dalian", "did you mean 'dalian'?"),
        ("region: atlantis", 2, "unknown region 'atlantis'", "dalian", "see: digisim regions"),
        ("indicator: software_revenu,", 4, "unknown indicator, 'software_revenu'", "lists", "'software_revenue'"),
        ("indicator: happiness,", 4, "'r' is on an unknown indicator", "lists", "see: digisim indicators"),
    ],
)
@pytest.mark.parametrize("key", ["figures", "targets"])
def test_an_unknown_region_or_indicator_is_refused(
    tmp_path: Path, key: str, wrong: str, line: int, what: str, allowed: str, next: str
) -> None:
    text = f"plan: p\nregion: dalian\n{key}:\n  - {{id: r, indicator: employees, year: 2025, value: 1, unit: 万人}}\n"
    word = wrong.split(maxsplit=1)[0]
    path = plan_file(tmp_path, re.sub(rf"{word} \w+,?", wrong, text))
    with pytest.raises(PlanError) as caught:
        findings(path)
    assert what in caught.value.what and caught.value.where == f"{path.as_posix()}, line {line}"
    assert allowed in caught.value.allowed and next in caught.value.next


@pytest.mark.parametrize(("lang", "said"), [("en", "Nothing found"), ("zh", "未发现问题")])
def test_a_consistent_plan_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str) -> None:
    from digisim.cli.files import audit as command

    command([str(plan_file(tmp_path, CONSISTENT))], lang=lang)
    assert said in capsys.readouterr().out

"""Each kind of relation by hand: the numbers of the documents, and what a user's plan is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from digisim.audit import Finding, counts, findings, sections
from digisim.audit.wording import shown
from digisim.errors import PlanError
from digisim.messages.amounts import amount

FOUND = {finding.id: finding for finding in findings()}
YI = 1e8

# id: (severity, kind, numbers by hand from the printed figures, part of the Chinese, part of the English)
BY_HAND: dict[str, tuple[str, str, dict[str, float], str, str]] = {
    "dalian-two-industries-2020-2025": (
        "info", "sum_growth", {"growth": (2300 / 1338.7) ** (1 / 5) - 1, "stated": 0.1}, "年均增长11.4%",
        "11.4% a year"),
    "dalian-revenue-per-head": (
        "tension", "ratios", {"ratio_2020": 320_000, "benchmark": 81616e8 / 704.7e4}, "相当于其27.6%",
        "27.6% of that"),
    "dalian-core-share-and-growth": (
        "contradiction", "share_path", {"growth_if_whole_constant": (12 / 7.2) ** (1 / 5) - 1},
        "达标须年均增长10.8%", "10.8% a year"),
    "shenzhen-value-added-per-job": (
        "info", "ratios", {"ratio_2025": 1900e8 / 20e4}, "95万元/人", "950,000 CNY per person"),
    "dongguan-dominant-firm": (
        "tension", "excess",
        {"at_mean": 95.5e8 / 99 * 137, "rest": 463.42e8 - 95.5e8 / 99 * 137, "share": 1 - 95.5 / 99 * 137 / 463.42},
        "占71.5%", "71.5%, lies beyond it"),
    "dongguan-firm-of-the-top-class": (
        "tension", "already_met", {"rest": 463.42e8 - 95.5e8 / 99 * 137}, "已超过100亿元的门槛", "met beforehand"),
    "dongguan-specialised-firms": ("info", "share_of", {"share": 78 / 137}, "合计78家", "56.9%"),
    "dongguan-pilot-parks": ("tension", "listed", {"named": 5, "rest": 3}, "另有3个未列名", "3 have no name"),
    "qingdao-revenue-base": (
        "info", "base", {"base": 2200e8 / 1.4**5, "benchmark": 394.9e8}, "约409.1亿元（2011年）",
        "39.5 bn CNY for 2011"),
    "qingdao-exports-base": ("info", "base", {"base": 10e8 / 1.2**5}, "约4亿美元（2011年）", "about 401.9 m USD"),
    "qingdao-export-share": ("tension", "rates", {"left": (1.2 / 1.4) ** 5}, "降至2011年的46.3%", "to 46.3%"),
    "qingdao-floor-area-parks": (
        "info", "parts", {"rest": 350e4, "rest_with_doubtful": 150e4}, "差额为150万平方米", "1,500,000 m²"),
    "qingdao-two-groups": ("info", "share_of", {"share": 0.5}, "合计1100亿元", "50%"),
    "qingdao-land-revenue-rule": (
        "tension", "rule",
        {"of_limit_qd-commpark-revenue": 100 / 80 / 2, "of_limit_qd-animation-revenue": 50 / 10 / 2,
         "of_limit_qd-valley-revenue": 400 / 1700 / 2, "of_limit_qd-softcity-revenue": 400 / 3000 / 2},
        "4项中有3项未满足", "in 3 of 4 cases"),
    "qingdao-awards": (
        "info", "schedule", {"rate_1": 0.01, "rate_2": 0.01, "rate_3": 0.003, "rate_4": 0.002},
        "达到5亿元奖励150万元（0.3%）",
        "1.5 m CNY at 500 m CNY (0.3%)"),
    "qingdao-interest-cap": ("info", "cap", {"binds_above": 1000e4}, "超过1000万元即受上限约束", "above 10 m CNY"),
    "qingdao-training-cap": ("info", "cap", {"binds_above": 1000}, "超过1000人/年", "above 1,000 people a year"),
    "qingdao-informatisation-cap": ("info", "cap", {"binds_above": 50e4 / 0.3}, "超过166.7万元", "above 1.7 m CNY"),
    "qingdao-experts": ("info", "route", {"units": 10}, "10个区市", "10 districts over 5 years"),
    "across-area-per-job": ("info", "incomparable", {"factor": 50 / 15}, "相差3.3倍", "3.3 times apart"),
    "across-size": ("info", "incomparable", {}, "深圳，为增加值而非收入", "Shenzhen, value added"),
    "dalian-rd-unanchored": ("info", "unanchored", {}, "增幅无从推算", "cannot be computed"),
}  # fmt: skip


@pytest.mark.parametrize("id", BY_HAND)
def test_a_finding_of_the_documents_by_hand(id: str) -> None:
    severity, kind, numbers, chinese, english = BY_HAND[id]
    found = FOUND[id]
    assert (found.severity, found.kind) == (severity, kind)
    assert {name: found.numbers[name] for name in numbers} == pytest.approx(numbers)
    assert chinese in found.text_zh and english in found.text_en


SILENT = (
    "dongguan-revenue-change",
    "dongguan-classes",
    "qingdao-classes",
    "dalian-idc-utilisation",
    "dalian-revenue-multiple",  # within the error that the archive gives the revenue
)


@pytest.mark.parametrize("id", SILENT)
def test_what_agrees_is_met_with_silence(id: str) -> None:
    assert id not in FOUND


def test_sections_group_by_document_and_put_what_lies_between_last() -> None:
    by_title = sections(findings(), "zh")
    *documents, last = by_title
    assert len(documents) == 5 and last == "各文件之间"
    assert {finding.id for finding in by_title[last]} >= {"across-size", "dalian-revenue-two-series"}
    assert sum(len(group) for group in by_title.values()) == len(FOUND)
    for group in by_title.values():
        order = [("contradiction", "tension", "info").index(each.severity) for each in group]
        assert order == sorted(order)
    alone = sections(findings("dalian-2028-outline"))
    assert len(alone) == 1, "what one document is asked for stands together"
    assert counts(by_title[last], "en").startswith("tension: ")


# A user's plan.

HEAD = """plan: p
region: dalian
figures:
  - {id: whole, year: 2025, value: 100, unit: 亿元}
  - {id: half, year: 2025, value: 50, unit: 亿元}
  - {id: most, year: 2025, value: 80, unit: 亿元}
  - {id: land, year: 2020, value: 1, unit: 平方公里}
  - {id: limit, year: 2025, value: 1, unit: 亿元/公顷}
  - {id: staff, year: 2025, value: 2, unit: 万人}
  - {id: space, year: 2025, value: 60, unit: 万平方米}
  - {id: density, year: 2025, value: 20, unit: m2/person}
  - {id: rate, year: 2025, value: 30, unit: "%"}
  - {id: cap, year: 2025, value: 90, unit: 万元}
  - {id: firms, year: 2025, value: 4, unit: 家}
  - {id: growth, year: 2025, value: 10, unit: "%/年"}
"""


def told(folder: Path, relation: str, head: str = HEAD) -> list[Finding]:
    path = folder / "plan.yaml"
    path.write_text(f"{head}relations:\n  - {{id: r, {relation}}}\n", encoding="utf-8")
    return findings(path)


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("kind: parts, whole: whole, parts: [half, most]", ("parts", "contradiction")),
        ("kind: parts, whole: whole, parts: [half, half], doubtful: [most]", None),
        ("kind: parts, whole: most, parts: [half, half]", ("parts", "contradiction")),
        ("kind: share_of, parts: [half], whole: whole", ("share_of", "info")),
        ("kind: share_of, parts: [half], whole: whole, quiet: true", None),
        ("kind: share_of, parts: [whole], whole: half", ("share_of", "contradiction")),
        ("kind: share_of, parts: [whole, half], whole: half", ("share_of", "contradiction")),
        ("kind: rule, limit: limit, pairs: [{numerator: half, denominator: land}]", ("rule", "contradiction")),
        ("kind: rule, limit: limit, pairs: [{numerator: whole, denominator: land}]", None),
        ("kind: rule, limit: limit, holds: at_most, pairs: [{numerator: half, denominator: land}]", None),
        (
            "kind: rule, limit: limit, basis_differs: true, pairs: [{numerator: half, denominator: land}]",
            ("rule", "tension"),
        ),
        ("kind: rule, limit: density, holds: at_most, pairs: [{numerator: space, denominator: staff}]",
         ("rule", "contradiction")),
        ("kind: classes, whole: whole, classes: [{count: firms, threshold: half}]", ("classes", "contradiction")),
        ("kind: cap, rate: rate, cap: cap, base_en: the cost, base_zh: 成本", ("cap", "info")),
        ("kind: base, end: whole, rate: growth, since: 2020", ("base", "info")),
        ("kind: unanchored, targets: [whole, half]", ("unanchored", "info")),
        ("kind: listed, count: firms, names_en: [A, B, C, D], names_zh: [甲, 乙, 丙, 丁]", None),
        (
            "kind: incomparable, items: [{figure: half, basis_en: x, basis_zh: 某}, "
            "{figure: space, over: staff, basis_en: y, basis_zh: 某}]",
            ("incomparable", "info"),
        ),
    ],
)  # fmt: skip
def test_a_relation_of_a_user_is_checked(tmp_path: Path, relation: str, expected: tuple[str, str] | None) -> None:
    found = told(tmp_path, relation)
    assert [(f.kind, f.severity) for f in found] == ([] if expected is None else [expected])
    assert all(f.text_en and f.text_zh and "{" not in f.text_en + f.text_zh for f in found)


def test_a_statement_since_a_year_says_where_a_target_starts(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    said = 'statements: [{id: s, kind: growth, since: 2020, end: whole, value: 10, unit: "%/年"}]\n'
    path.write_text(HEAD + said, encoding="utf-8")
    (found,) = findings(path)
    assert found.numbers == {"base": pytest.approx(100e8 / 1.1**5)} and "62.1亿元（2020年）" in found.text_zh


def test_an_increment_is_no_level(tmp_path: Path) -> None:
    more = "targets: [{id: more, indicator: null, year: 2028, value: 9, unit: 亿元, kind: increment}]\n"
    (found,) = told(tmp_path, "kind: growth, start: half, end: more", HEAD + more)
    assert (found.kind, found.severity) == ("mixed", "contradiction") and "增量" in found.text_zh
    (ratio,) = told(
        tmp_path,
        "kind: ratios, name_en: x, name_zh: 某, pairs: [{numerator: more, denominator: staff}]",
        HEAD + more,
    )
    assert ratio.kind == "mixed"


def test_an_increment_is_not_taken_for_a_level_below_the_present(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "plan: p\nregion: dalian\n"
        "figures: [{id: now, indicator: employees, year: 2020, value: 20, unit: 万人}]\n"
        "targets: [{id: more, indicator: employees, year: 2025, value: 1, unit: 万人, kind: increment}]\n",
        encoding="utf-8",
    )
    assert findings(path) == []


@pytest.mark.parametrize(("added", "kinds"), [(15, []), (21, ["part_of"])])
def test_what_is_added_is_no_more_than_what_is_there_in_the_end(tmp_path: Path, added: int, kinds: list[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "plan: p\nregion: shenzhen\ntargets:\n"
        f"  - {{id: more, indicator: employees, year: 2025, value: {added}, unit: 万人, kind: increment}}\n"
        "  - {id: all, indicator: employees, year: 2025, value: 20, unit: 万人}\n",
        encoding="utf-8",
    )
    found = findings(path)
    assert [(each.kind, each.severity) for each in found] == [(kind, "contradiction") for kind in kinds]
    assert all("105%" in each.text_zh and 'at least 200,000 people' in each.text_en for each in found)


def test_a_class_between_two_sizes_is_a_part_of_the_wider_classes(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "plan: p\nregion: dongguan\ntargets:\n"
        "  - {id: class, indicator: firms_10_to_100yi, year: 2025, value: 60, unit: 家}\n"
        "  - {id: above, indicator: firms_over_1yi, year: 2025, value: 50, unit: 家}\n",
        encoding="utf-8",
    )
    (found,) = findings(path)
    assert (found.kind, found.numbers["part_over_whole"]) == ("part_of", 1.2)


def test_what_indicators_say_already_is_not_said_again_by_a_relation_of_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "plan: p\nregion: dongguan\ntargets:\n"
        "  - {id: large, indicator: firms_over_10yi, year: 2025, value: 60, unit: 家}\n"
        "  - {id: above, indicator: firms_over_1yi, year: 2025, value: 50, unit: 家}\n"
        "relations: [{id: own, kind: part_of, part: large, whole: [above]}]\n",
        encoding="utf-8",
    )
    assert len(findings(path)) == 1


SHARE = (
    "plan: p\nregion: dalian\ntargets:\n"
    "  - {{id: share, indicator: firms_share_over_1yi, {said}, year: 2025, value: {value}, unit: '%', kind: share}}\n"
)


@pytest.mark.parametrize(
    ("operators", "all", "value", "kinds"),
    [
        ("[local]", "firms_above_scale", 30, ["stated_ratio"]),
        ("[local]", "firms_above_scale", 20, []),
        ("[local, latent]", "firms_above_scale", 30, ["stated_ratio"]),
        ("[latent]", "firms_latent", 30, ["stated_ratio"]),
        ("[latent]", "firms_above_scale", 30, []),  # a share of all firms says nothing of those above scale
    ],
)
def test_a_share_of_firms_is_counted_by_its_operators_and_held_against_their_numbers(
    operators: str, all: str, value: float, kinds: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "plan.yaml"
    counts = (
        "  - {id: large, indicator: firms_over_1yi, year: 2025, value: 400, unit: 家}\n"
        f"  - {{id: all, indicator: {all}, year: 2025, value: 2000, unit: 家}}\n"
    )
    path.write_text(SHARE.format(said=f"operators: {operators}", value=value) + counts, encoding="utf-8")
    found = [each for each in findings(path) if "share" in each.figures]
    assert [each.kind for each in found] == kinds
    for each in found:
        assert each.numbers == {"implied": 0.2, "stated": 0.3}
        assert "20%" in each.text_en and "亿元级企业" in each.text_zh and "20%" in each.text_zh


def test_whose_count_a_share_of_firms_may_be_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(SHARE.format(said="operators: [ministry]", value=30), encoding="utf-8")
    with pytest.raises(PlanError, match="'firms_share_over_1yi', not published for: ministry") as caught:
        findings(path)
    assert caught.value.where.endswith("plan.yaml, line 4")
    assert caught.value.allowed == "firms_share_over_1yi_local, firms_share_over_1yi_latent"
    assert caught.value.next == "write operators: [local, latent]"
    path.write_text(SHARE.format(said="operators: [local]", value=130), encoding="utf-8")
    with pytest.raises(PlanError, match="is a share of a whole"):
        findings(path)


def test_amounts_are_said_as_plans_print_them() -> None:
    assert shown(2352.9, "CNY/m2", "zh") == "2353万元/公顷"
    assert shown(338e6, "CNY/firm", "en") == "338 m CNY per firm"
    assert shown(1.6667e6, "CNY", "en") == "1.7 m CNY"
    assert amount(4.02e8, "USD", "en") == "402 m USD" and amount(5e6, "USD", "zh") == "500万美元"
    assert amount(1e25, "firm", "en").startswith("10,000,000")


@pytest.mark.parametrize(("figures", "words"), [("first, later", "年均增长"), ("later, last", "年均下降")])
def test_two_figures_of_two_years_rise_or_fall(tmp_path: Path, figures: str, words: str) -> None:
    head = """plan: p
region: dalian
figures:
  - {id: first, year: 2020, value: 4, unit: 亿元}
  - {id: later, year: 2023, value: 9, unit: 亿元}
  - {id: last, year: 2024, value: 6, unit: 亿元}
"""
    (found,) = told(tmp_path, f"kind: same, figures: [{figures}]", head)
    assert words in found.text_zh and "-" not in found.text_zh.replace("first", "")

"""What indicators are of one another: a part above its whole is found in any plan, and a consistent plan is silent."""

from __future__ import annotations

from fnmatch import filter as matching
from pathlib import Path

import pytest

from digisim.audit import Finding, findings
from digisim.audit.between import bounds, load_wholes
from digisim.errors import PlanError
from digisim.evidence import figure
from digisim.regions import region_names
from digisim.registers import load_register
from digisim.statistics import load_indicators

MONEY, LAND, FIRMS, STAFF = "亿元", "万平方米", "家", "万人"
LATENT = ", operators: [latent]"


def audited(folder: Path, *targets: str, figures: str = "", region: str = "dalian") -> list[Finding]:
    path = folder / "plan.yaml"
    rows = "".join(f"  - {{id: t{n}, year: 2025, {target}}}\n" for n, target in enumerate(targets))
    path.write_text(f"plan: p\nregion: {region}\n{figures}targets:\n{rows}", encoding="utf-8")
    return [each for each in findings(path) if each.kind in ("part_of", "share_of", "classes", "rule")]


@pytest.mark.parametrize(
    ("part", "whole", "unit", "severity"),
    [
        ("floor_area_in_parks", "floor_area", LAND, "contradiction"),
        ("floor_area_park_software_park", "floor_area", LAND, "contradiction"),
        ("revenue_park_software_park" + LATENT, "software_revenue" + LATENT, MONEY, "contradiction"),
        ("revenue_park_software_park" + LATENT, "software_revenue", MONEY, "tension"),
        ("revenue_cloud" + LATENT, "software_revenue" + LATENT, MONEY, "contradiction"),
        ("exports" + LATENT, "software_revenue" + LATENT, MONEY, "contradiction"),
        ("employees_park_software_park" + LATENT, "employees" + LATENT, STAFF, "contradiction"),
        ("value_added", "software_revenue", MONEY, "contradiction"),
        ("value_added, operators: [ministry]", "software_revenue", MONEY, "contradiction"),
        ("value_added" + LATENT, "software_revenue, operators: [ministry]", MONEY, "tension"),
        ("firms_above_scale", "firms", FIRMS, "contradiction"),
        ("firms_above_scale", "firms, operators: [ministry]", FIRMS, "tension"),
        ("firms_over_500yi", "firms_above_scale", FIRMS, "contradiction"),
        ("firms_over_100yi", "firms_over_1yi", FIRMS, "contradiction"),
        ("firms_over_1yi, operators: [local]", "firms, operators: [local]", FIRMS, "contradiction"),
        ("high_end_talent" + LATENT, "employees" + LATENT, STAFF, "contradiction"),
        ("high_end_talent" + LATENT, "employees", STAFF, "tension"),
        ("electronics_circuits", "electronics_revenue", MONEY, "contradiction"),
        ("tax_revenue", "software_revenue" + LATENT, MONEY, "contradiction"),
    ],
)
def test_a_part_above_its_whole_is_found(tmp_path: Path, part: str, whole: str, unit: str, severity: str) -> None:
    row = "indicator: %s, value: %s, unit: " + unit
    (found,) = audited(tmp_path, row % (part, 12), row % (whole, 10))
    assert (found.kind, found.severity, found.figures) == ("part_of", severity, ("t0", "t1"))
    assert "120%" in found.text_en and ("wider count" in found.text_en) == (severity == "tension")
    assert ("口径比总量宽" in found.text_zh) == (severity == "tension")
    assert "t0" not in found.text_zh and "t1" not in found.text_zh  # rows without a name are called by what they count
    assert audited(tmp_path, row % (part, 10), row % (whole, 12)) == []


def test_a_figure_of_the_target_s_year_is_a_part_too(tmp_path: Path) -> None:
    park = "figures: [{id: park, indicator: revenue_park_software_park, year: 2025, value: 2000, unit: 亿元}]\n"
    (found,) = audited(tmp_path, f"indicator: software_revenue{LATENT}, value: 1500, unit: 亿元", figures=park)
    assert found.figures == ("park", "t0")


@pytest.mark.parametrize(
    ("operators", "more", "expected"),
    [
        ("local", 50, [("contradiction", 20 * 1e10 + 30 * 1e9)]),
        ("ministry", 50, [("tension", 20 * 1e10 + 30 * 1e9)]),
        ("latent", 20, [("contradiction", 20 * 1e10)]),
    ],
)
def test_firms_of_a_size_are_no_more_than_the_revenue(
    tmp_path: Path, operators: str, more: int, expected: list[tuple[str, float]]
) -> None:
    counts = [f"indicator: firms_over_{size}yi, value: {value}, unit: 家" for size, value in ((10, more), (100, 20))]
    revenue = f"indicator: software_revenue, operators: [{operators}], value: %s, unit: 亿元"
    found = audited(tmp_path, *counts, revenue % 1300)
    assert [(each.severity, each.numbers["least"]) for each in found] == expected
    assert audited(tmp_path, *counts, revenue % 2400) == []


def test_a_class_between_two_sizes_is_added_to_the_larger_ones(tmp_path: Path) -> None:
    counts = (
        "indicator: firms_10_to_100yi, value: 50, unit: 家",
        "indicator: firms_over_100yi, value: 9, unit: 家",
    )
    found = audited(tmp_path, *counts, "indicator: software_revenue, value: 1300, unit: 亿元")
    assert [each.numbers["least"] for each in found] == [50 * 1e9 + 9 * 1e10]


@pytest.mark.parametrize(("land", "kinds"), [(1, ["rule"]), (87, ["rule"]), (89, []), (300, [])])
def test_too_little_floor_area_for_the_people_is_found(tmp_path: Path, land: int, kinds: list[str]) -> None:
    staff = "indicator: employees, value: 22, unit: 万人"  # 88 at four square metres a head
    found = audited(tmp_path, f"indicator: floor_area, value: {land}, unit: 万平方米", staff)
    assert [each.kind for each in found] == kinds
    for each in found:
        assert each.severity == "tension" and "JGJ 67-2006" in each.text_en and "《办公建筑设计规范》" in each.text_zh
        assert each.numbers == {"of_limit_t0": pytest.approx(land / 88)}


def test_the_register_names_indicators_of_one_unit() -> None:
    known = load_indicators(*region_names())
    for row in load_wholes().values():
        ends = [known[name] for name in (*row.whole, *row.loosely)]
        starts = [known[name] for pattern in row.of for name in matching(known, pattern)]
        assert all(matching(known, pattern) for pattern in row.of), row.id
        if row.kind == "part":
            assert {each.unit for each in ends} <= {each.unit for each in starts}, row.id
        if row.kind == "classes":
            assert all(figure(each.class_figures[0]).unit == ends[0].unit for each in starts)
    assert {id: (each.value, each.unit) for id, each in bounds().items()} == {"floor-area-a-head": (4.0, "m2/person")}


def test_a_bound_without_a_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wholes.yaml"
    row = "{id: x, kind: least, of: [floor_area], whole: [employees], least: 4}"
    path.write_text(f"wholes:\n- {row}\n", encoding="utf-8")
    with pytest.raises(PlanError, match="name and source in two languages") as caught:
        load_register(path, type(load_wholes()["floor-area"]), "wholes", error=PlanError)
    assert caught.value.where == f"{path.as_posix()}, line 2"


@pytest.mark.parametrize(
    ("parts", "whole", "unit", "severity"),
    [
        (("electronics_circuits", "electronics_audiovisual"), "electronics_revenue", MONEY, "contradiction"),
        (("revenue_ai" + LATENT, "revenue_cloud" + LATENT), "software_revenue" + LATENT, MONEY, "contradiction"),
        (("revenue_ai" + LATENT, "revenue_cloud" + LATENT), "software_revenue, operators: [local]", MONEY, "tension"),
        (("revenue_market_china", "revenue_market_local"), "software_revenue" + LATENT, MONEY, "contradiction"),
        (("firms_small" + LATENT, "firms_large" + LATENT), "firms" + LATENT, FIRMS, "contradiction"),
        (("floor_area_park_software_park", "floor_area_park_elsewhere"), "floor_area", LAND, "contradiction"),
    ],
)
def test_parts_that_share_nothing_are_together_no_more_than_their_whole(
    tmp_path: Path, parts: tuple[str, str], whole: str, unit: str, severity: str
) -> None:
    row = "indicator: %s, value: %s, unit: " + unit
    (found,) = audited(tmp_path, *(row % (part, 7) for part in parts), row % (whole, 10))
    assert (found.kind, found.severity, found.figures) == ("share_of", severity, ("t0", "t1", "t2"))
    assert "140%" in found.text_en and "140%" in found.text_zh
    assert ("wider count" in found.text_en) == (severity == "tension")
    assert audited(tmp_path, *(row % (part, 5) for part in parts), row % (whole, 10)) == []


def test_a_part_that_is_more_than_its_whole_alone_is_said_once(tmp_path: Path) -> None:
    row = "indicator: electronics_%s, value: %s, unit: " + MONEY
    found = audited(tmp_path, row % ("circuits", 12), row % ("audiovisual", 7), row % ("revenue", 10))
    assert [each.kind for each in found] == ["part_of"]


@pytest.mark.parametrize(
    ("indicator", "unit", "value"),
    [
        ("revenue_per_head", "万元/人", 60), ("revenue_per_head", "元/人", 600000), ("revenue_per_head", "万元/年", 60),
        ("wage_mean", "万元/年", 15), ("wage_mean", "元/年", 150000),
    ],
)  # fmt: skip
def test_money_a_head_may_be_written_without_the_year_or_the_person(
    tmp_path: Path, indicator: str, unit: str, value: int
) -> None:
    (found,) = [
        each for each in _all(tmp_path, f"indicator: {indicator}, value: {value}, unit: {unit}",
                              f"indicator: {indicator}, value: {2 * value}, unit: {unit}") if each.kind == "same"
    ]  # fmt: skip
    assert found.figures == ("t0", "t1")


def test_a_research_intensity_above_all_revenue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="share of a whole") as caught:
        _all(tmp_path, "indicator: rd_share, value: 8, unit: '1'")
    assert "line" in caught.value.where and caught.value.allowed == "at most 100%"


def _all(folder: Path, *targets: str) -> list[Finding]:
    path = folder / "plan.yaml"
    rows = "".join(f"  - {{id: t{n}, year: 2025, {target}}}\n" for n, target in enumerate(targets))
    path.write_text(f"plan: p\nregion: dalian\ntargets:\n{rows}", encoding="utf-8")
    return findings(path)

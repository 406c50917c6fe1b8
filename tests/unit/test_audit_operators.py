"""A target says whose count it means: what is said of it is said of that count, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from digisim.audit import Finding, findings

NOW = (
    "{id: money, indicator: software_revenue_local, year: 2023, value: 463.3, unit: 亿元}",
    "{id: staff, indicator: employees_local, year: 2023, value: 6, unit: 万人}",
)
LOCAL = "operators: [local], year: 2026"


def audited(folder: Path, region: str, targets: list[str], figures: tuple[str, ...] = ()) -> dict[str, Finding]:
    path = folder / "plan.yaml"
    rows = {"figures": figures, "targets": targets}
    written = "".join(f"{key}:\n" + "".join(f"  - {row}\n" for row in held) for key, held in rows.items() if held)
    path.write_text(f"plan: p\nregion: {region}\n{written}", encoding="utf-8")
    return {finding.id: finding for finding in findings(path)}


@pytest.mark.parametrize("name", ["employees, operators: [local]", "employees", "employees_local"])
def test_a_target_below_a_figure_of_its_count_is_met(tmp_path: Path, name: str) -> None:
    found = audited(tmp_path, "dongguan", [f"{{id: goal, indicator: {name}, year: 2026, value: 3, unit: 万人}}"], NOW)
    assert (found["p-staff-goal"].kind, found["p-staff-goal"].severity) == ("already_met", "contradiction")
    assert "already above" in found["p-staff-goal"].text_en


def test_a_target_of_another_count_is_not(tmp_path: Path) -> None:
    goal = "{id: goal, indicator: employees, operators: [ministry], year: 2026, value: 3, unit: 万人}"
    assert [each.kind for each in audited(tmp_path, "dongguan", [goal], NOW[1:]).values()] == []


def test_revenue_per_head_falls_by_the_count_of_the_targets(tmp_path: Path) -> None:
    targets = [
        f"{{id: more-money, indicator: software_revenue, {LOCAL}, value: 600, unit: 亿元}}",
        f"{{id: more-staff, indicator: employees, {LOCAL}, value: 30, unit: 万人}}",
    ]
    found = audited(tmp_path, "dongguan", targets, NOW)["p-per-head-local"]
    assert (found.kind, found.severity) == ("ratios", "tension")
    assert found.numbers == {"ratio_2023": pytest.approx(463.3e8 / 6e4), "ratio_2026": pytest.approx(600e8 / 30e4)}
    ministry = [row.replace("[local]", "[ministry]") for row in targets]
    assert "p-per-head-local" not in audited(tmp_path, "dongguan", ministry, NOW)


@pytest.mark.parametrize(("figures", "start"), [(NOW, "money"), ((), "dg-revenue-2023")])
def test_growth_that_does_not_lead_to_the_level_beside_it(
    tmp_path: Path, figures: tuple[str, ...], start: str
) -> None:
    level = f"{{id: level, indicator: software_revenue, {LOCAL}, value: %s, unit: 亿元}}"
    rate = f"{{id: rate, indicator: software_revenue, {LOCAL}, kind: growth, value: 20, unit: '%/年'}}"
    found = audited(tmp_path, "dongguan", [level % 600, rate], figures)["p-rate-level"]
    assert (found.kind, found.severity, found.figures[0]) == ("stated_growth", "contradiction", start)
    assert found.numbers["implied"] == pytest.approx((600 / 463.3) ** (1 / 3) - 1, abs=1e-3)
    assert "p-rate-level" not in audited(tmp_path, "dongguan", [level % 800, rate], figures)  # 463.3 x 1.2^3 = 800.6
    other = rate.replace("[local]", "[latent]")
    assert "p-rate-level" not in audited(tmp_path, "dongguan", [level % 600, other], figures)


def test_two_counts_of_one_industry_are_not_one_thing(tmp_path: Path) -> None:
    counts = {"software_revenue": ("亿元", 900, 1400), "employees": ("万人", 16, 22)}
    targets = [
        f"{{id: {name.replace('_', '-')}-{whose}, indicator: {name}, operators: [{whose}], year: 2025, "
        f"value: {value}, unit: {unit}}}"
        for name, (unit, *values) in counts.items()
        for whose, value in zip(("ministry", "local"), values, strict=True)
    ]
    assert [each for each in audited(tmp_path, "dalian", targets).values() if each.kind == "same"] == []
    again = "{id: again, indicator: employees_local, year: 2025, value: 25, unit: 万人}"
    found = audited(tmp_path, "dalian", [*targets, again])
    assert [id for id, each in found.items() if each.kind == "same"] == ["p-employees-local-again"]


@pytest.mark.parametrize(("level", "kinds"), [(22, ["stated_growth"]), (30, [])])
def test_what_is_added_leads_to_the_level_beside_it(tmp_path: Path, level: int, kinds: list[str]) -> None:
    row = "{id: %s, indicator: employees, operators: [local], year: 2028, value: %s, unit: 万人%s}"
    found = audited(tmp_path, "dalian", [row % ("more", 10, ", kind: increment"), row % ("all", level, "")])
    assert [each.kind for each in found.values()] == kinds
    for each in found.values():
        assert each.severity == "contradiction" and each.numbers == {"implied": 2e4, "stated": 1e5}
        assert "it is 20,000 people" in each.text_en and "只相当于增加2万人" in each.text_zh


@pytest.mark.parametrize(("value", "kinds"), [(463, []), (463.3, []), (463.4, []), (460, ["same"])])
def test_a_plan_may_repeat_the_archive_rounded(tmp_path: Path, value: float, kinds: list[str]) -> None:
    figure = f"{{id: money, indicator: software_revenue_local, year: 2023, value: {value}, unit: 亿元}}"
    assert [each.kind for each in audited(tmp_path, "dongguan", [], (figure,)).values()] == kinds

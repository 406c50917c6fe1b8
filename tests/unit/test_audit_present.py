"""A user's plan against the present of its region, and numbers that an indicator cannot have."""

from __future__ import annotations

from pathlib import Path

import pytest

from digisim.audit import Finding, findings
from digisim.audit.present import COUNTS, known_growth, start_figures
from digisim.audit.ranges import SHARES, SIGNED
from digisim.cli import main
from digisim.errors import InputError, PlanError, UnitError
from digisim.regions import load_region, region_names
from digisim.statistics import load_indicators

DALIAN = load_region("dalian")
OWN = "figures: [{id: f, indicator: software_revenue, year: 2020, value: %s, unit: 亿元}]\n"


def plan(folder: Path, target: str, more: str = "") -> Path:
    row = f"{{id: t1, year: 2028, {target}}}" if "year:" not in target else f"{{id: t1, {target}}}"
    path = folder / "plan.yaml"
    path.write_text(f"plan: q\nregion: dalian\ntargets:\n  - {row}\n{more}", encoding="utf-8")
    return path


def said(path: Path) -> list[tuple[str, str]]:
    return [(finding.kind, finding.severity) for finding in findings(path)]


def only(path: Path) -> Finding:
    (finding,) = findings(path)
    return finding


# What cannot be is refused.

REFUSED = {
    "another dimension": (
        "indicator: software_revenue, value: 3000, unit: person",
        "'t1' is in 'person', which does not measure 'software_revenue'",
        "亿元",
        "give the value in 亿元",
    ),
    "no dimension": ("indicator: software_revenue, value: 5, unit: 1", "does not measure", "CNY", "亿元"),
    "a stock a year": ("indicator: employees, value: 30, unit: 人/年", "does not measure", "万人", "万人"),
    "an unnamed count": ("indicator: sites_5g, value: 3, unit: 万个", "does not measure", "station", "of: station"),
    "an unnamed share": ("indicator: va_share_gdp, value: 3, unit: 个", "does not measure", "%", "in %"),
    "growth in money": ("indicator: software_revenue, kind: growth, value: 3, unit: 亿元", "measure", "%/年", "%/年"),
    "a level in growth": ('indicator: software_revenue, value: 3, unit: "%/年"', "does not measure", "亿元", "亿元"),
    "a negative amount": (
        "indicator: software_revenue, value: -5, unit: CNY",
        "'t1' is -5 CNY, but 'software_revenue' cannot be negative",
        "0 or more",
        "kind: increment",
    ),
    "more than the whole": (
        'indicator: va_share_gdp, value: 300, unit: "%"',
        "'t1' is 300%, but 'va_share_gdp' is a share of a whole",
        "at most 100%",
        "correct the value",
    ),
    "a rise by more than the whole": (
        'indicator: va_share_gdp, kind: increment, value: 101, unit: "%"',
        "is a share of a whole",
        "at most 100%",
        "correct the value",
    ),
    "a fall by more than all": (
        'indicator: employees, kind: growth, value: -100, unit: "%/年"',
        "nothing falls by all of itself a year",
        "above -100% a year",
        "correct the value",
    ),
    "too large to print": (
        "indicator: null, value: 1e+300, unit: 亿元",
        "is too large: 1e+300 亿元",
        "1e+18",
        "correct the value",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_indicator_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    target, what, allowed, next = REFUSED[name]
    path = plan(tmp_path, target)
    with pytest.raises(InputError) as caught:
        findings(path)
    assert isinstance(caught.value, UnitError if "measure" in what else PlanError)
    assert what in caught.value.what and allowed in caught.value.allowed
    assert next in caught.value.next
    assert caught.value.where == f"{path.as_posix()}, line 4"


@pytest.mark.parametrize(("lang", "words"), [("en", "cannot be negative"), ("zh", "不可能为负")])
def test_the_command_answers_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str) -> None:
    path = plan(tmp_path, "indicator: software_revenue, value: -5, unit: CNY")
    assert main(["audit", str(path), "--lang", lang]) == 2
    assert words in capsys.readouterr().err


def test_figures_of_a_plan_are_held_to_the_same(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be negative"):
        findings(plan(tmp_path, "indicator: null, value: 1, unit: 人", OWN % -3))


@pytest.mark.parametrize(
    "target",
    [
        "indicator: software_revenue, value: 900, unit: 亿 CNY",
        "indicator: software_revenue, value: 900, unit: 亿 CNY/year",  # what a year's sum is in is said in both ways
        "indicator: employees, value: 25, unit: 万 person",
        "indicator: va_share_gdp, value: 0.1, unit: 1",
        "indicator: sites_5g, value: 3, unit: 万个, of: station",
        "indicator: pay_on_size, value: -0.1, unit: 1",
        "indicator: rd_share, value: 90, unit: '%'",  # not a share of a whole
        "indicator: employees, kind: increment, value: 3, unit: 万人",
        "indicator: software_revenue, kind: growth, value: 10, unit: '%/年'",
        "indicator: exports_usd, value: 30, unit: 亿美元",
        "indicator: firms_over_1yi, value: 100, unit: 家",  # a part of the 700 above scale
        "indicator: null, value: 5, unit: 1",
    ],
)
def test_sound_targets_pass(tmp_path: Path, target: str) -> None:
    assert findings(plan(tmp_path, target)) == []


# What the present makes of a target; the numbers by hand from the printed figures.


@pytest.mark.parametrize(
    "target",
    [
        "indicator: software_revenue, value: 1300, unit: CNY",
        "indicator: software_revenue, value: 100, unit: 亿元",
        "indicator: software_revenue, operators: [ministry], value: 100, unit: 亿元",
        "indicator: employees_local, value: 90, unit: person",
        "indicator: employees_local, value: 3, unit: 万人",
        "indicator: employees, value: 0, unit: 人",
        "indicator: employees, kind: growth, value: -2, unit: '%/年'",
        "indicator: employees, kind: increment, value: -2, unit: 万人",
        "indicator: digital_core_share, value: 7, unit: '%'",
    ],
)
def test_a_target_below_the_present_is_a_contradiction(tmp_path: Path, target: str) -> None:
    finding = only(plan(tmp_path, target))
    assert (finding.kind, finding.severity) == ("already_met", "contradiction")
    assert finding.figures[1] == "t1" and "met beforehand" in finding.text_en and "事先即已达到" in finding.text_zh


def test_a_target_within_the_error_of_the_present_is_a_tension(tmp_path: Path) -> None:
    assert said(plan(tmp_path, "indicator: employees, value: 19.5, unit: 万人")) == [("already_met", "tension")]


@pytest.mark.parametrize(
    ("target", "rate", "known", "words"),
    [
        (
            "indicator: software_revenue, operators: [ministry], value: 3000, unit: 亿元",
            (3000 / 640) ** (1 / 8) - 1,
            0.133,
            "the national industry grew 13.3% in 2020",
        ),
        (
            "indicator: employees_local, value: 5e+9, unit: person",
            (5e9 / 2e5) ** (1 / 8) - 1,
            (704.7 / 470) ** (1 / 7) - 1,
            "6% a year from 2013 to 2020",
        ),
        ("indicator: racks, value: 90000, unit: rack", (90000 / 3068) ** (1 / 8) - 1, 0.4048, "40.5% (2010)"),
        ("indicator: employees, kind: growth, value: 9, unit: '%/年'", 0.09, (704.7 / 470) ** (1 / 7) - 1, "9% a year"),
        (
            "indicator: employees, kind: increment, value: 20, unit: 万人",
            2 ** (1 / 8) - 1,
            (704.7 / 470) ** (1 / 7) - 1,
            "400,000 people",
        ),
    ],
)
def test_growth_above_what_is_known_is_a_tension(
    tmp_path: Path, target: str, rate: float, known: float, words: str
) -> None:
    finding = only(plan(tmp_path, target))
    assert (finding.kind, finding.severity) == ("growth", "tension")
    assert finding.numbers["growth"] == pytest.approx(rate)
    assert finding.numbers["benchmark"] == pytest.approx(known)
    assert words in finding.text_en and "年均增长" in finding.text_zh


def test_each_operator_is_held_against_the_figure_by_its_count(tmp_path: Path) -> None:
    target = "indicator: software_revenue, operators: [ministry, local], value: 3000, unit: 亿元"
    found = {finding.id: finding for finding in findings(plan(tmp_path, target))}
    assert set(found) == {"q-t1-present-software-revenue", "q-t1-present-software-revenue-local"}
    assert "wider count" not in found["q-t1-present-software-revenue"].text_en
    assert "wider count" in found["q-t1-present-software-revenue-local"].text_en
    assert "口径更宽" in found["q-t1-present-software-revenue-local"].text_zh


def test_a_part_may_lie_below_its_whole_but_not_outgrow_it(tmp_path: Path) -> None:
    target = "indicator: va_share_gdp, operators: [ministry], value: %s, unit: '%%'"
    assert said(plan(tmp_path, target % 5)) == []
    finding = only(plan(tmp_path, (target % 90).replace("value", "year: 2025, value")))
    core = 503.7 / 7030.4
    assert finding.numbers["growth"] == pytest.approx((0.9 / core) ** (1 / 5) - 1)
    assert finding.text_en.startswith("Even from") and "口径更宽" in finding.text_zh


def test_a_plan_s_own_present_is_held_against_the_archive(tmp_path: Path) -> None:
    sound = "indicator: employees, value: 25, unit: 万人"
    assert said(plan(tmp_path, sound, OWN % 640)) == []
    finding = only(plan(tmp_path, sound, OWN % 100))
    assert (finding.kind, finding.severity, finding.id) == ("same", "tension", "q-f-present")
    assert finding.figures == ("dp-t1-software-revenue-2020", "f")
    assert said(plan(tmp_path, sound, (OWN % 100).replace("2020", "2019"))) == []


def test_the_registers_know_every_indicator_that_is_named_here() -> None:
    assert {name for counts in COUNTS.values() for name in counts} | SHARES | SIGNED <= set(load_indicators())
    assert all(load_indicators()[name].unit == "1" for name in SHARES | SIGNED)
    roles = set()
    for region in map(load_region, region_names()):
        for role, entry in start_figures(region).items():
            if role in COUNTS:
                assert {load_indicators()[name].unit for name in COUNTS[role]} == {entry.unit}, role
                assert known_growth(region, role).rate > 0
                roles.add(role)
    assert roles | {"revenue_latent"} == set(COUNTS)  # a city whose printed revenue is that of all firms: a user's


def test_the_plan_of_the_guide_is_read(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs/howto/audit-a-plan.md").read_text(encoding="utf-8")
    path = tmp_path / "my-plan.yaml"
    path.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    found = {finding.id: (finding.kind, finding.severity) for finding in findings(path)}
    kinds = {"parks": "parts", "yield": "rule", "staff-by-plans": "same"}
    assert found == {id: (kind, "contradiction") for id, kind in kinds.items()}


def test_a_row_without_a_name_is_called_by_what_it_counts(tmp_path: Path) -> None:
    finding = only(plan(tmp_path, "indicator: employees, value: 3, unit: 万人"))
    words = load_indicators()["employees_local"]
    assert words.long_name_zh in finding.text_zh and words.long_name in finding.text_en
    assert "t1" not in finding.text_zh + finding.text_en


def test_a_plan_of_another_city_is_held_against_that_city_s_present(tmp_path: Path) -> None:
    path = tmp_path / "sz.yaml"
    rows = (
        "{id: va, indicator: value_added, operators: [latent], year: 2025, value: 2000, unit: 亿元}",
        "{id: park, indicator: revenue_park_nanshan, operators: [latent], year: 2025, value: 9000, unit: 亿元}",
    )
    path.write_text("plan: sz\nregion: shenzhen\ntargets:\n" + "".join(f"- {row}\n" for row in rows), encoding="utf-8")
    (finding,) = findings(path)
    assert (finding.kind, finding.severity, finding.figures) == ("already_met", "contradiction", ("sz-va-2021", "va"))


@pytest.mark.parametrize(
    ("target", "english", "chinese"),
    [
        ("indicator: employees, kind: increment, value: 30, unit: 万人",
         "at least 300,000 people (2025), which comes to at least 500,000 people, takes 20.1% a year",
         "至少30万人（2025年）（即达到至少50万人）"),
        ("indicator: software_revenue, operators: [ministry], kind: growth, value: 20, unit: '%/年'",
         "at least 20% (2025), which comes to at least 159.3 bn CNY, takes 20% a year",
         "（即达到至少1592.5亿元）"),
    ],
)  # fmt: skip
def test_a_target_that_states_a_change_is_quoted_as_it_stands(
    tmp_path: Path, target: str, english: str, chinese: str
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(f"plan: p\nregion: dalian\ntargets: [{{id: t, year: 2025, {target}}}]\n", encoding="utf-8")
    (found,) = findings(path)
    assert english in found.text_en and chinese in found.text_zh

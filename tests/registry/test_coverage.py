"""Every figure of the archive is used by the model, or something says why not; no other city steers this one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digisim.audit import coverage as room
from digisim.audit.coverage import USES, coverage, idle, listed_reasons, read_reasons, reason, uses
from digisim.errors import DefectError, EvidenceError
from digisim.evidence import figure, figures, history
from digisim.messages import messages
from digisim.policy.rules import load_rules
from digisim.regions import known, load_region, region_names
from digisim.resources import package_file
from digisim.statistics import load_indicators
from digisim.targets import scored_targets

USED = set().union(*uses().values())
DALIAN = load_region("dalian")
RULES: set[str] = set()  # published rules of counting, which are no outcome of a later year


def test_every_figure_is_used_or_has_one_reason() -> None:
    idles = [id for ids in idle()["figures"] for id in ids]
    assert len(idles) == len(set(idles))
    assert set(idles) == set(figures()) - USED


def test_counts_add_up_by_document_and_role() -> None:
    table = coverage()
    assert len(table) == len(table[["document", "role"]].drop_duplicates())
    assert table["held"].sum() == len(figures())
    assert (table["held"] == table["model"] + table["unused"]).all()
    assert (table["model"] <= table[list(USES)].sum(axis=1)).all()
    assert (table["audit"] <= table["held"]).all()


def test_a_reason_is_listed_only_where_nothing_else_says_why() -> None:
    assert not set(listed_reasons()) & USED, "a figure that is used needs no reason: remove it from unused.yaml"
    for id in listed_reasons():
        row = figure(id)
        assert row.scope != "outside" and row.region in region_names() and row.duplicate_of is None, id
        assert row.role != "target", "the reason of a target stands in targets.yaml"


def test_every_reason_is_a_message_that_a_figure_has() -> None:
    said = {key.removeprefix("unused.") for key in messages() if key.startswith("unused.")}
    given = {reason(row) for row in figures().values() if row.id not in USED}
    assert {room._said(name) for name in said} <= given
    assert set(listed_reasons().values()) <= said


def test_the_uses_of_dalian() -> None:
    used = uses()
    assert {*DALIAN.base_figures.given().values(), *DALIAN.city.values()} <= used["baseline"]
    assert {"d28-employment-2017", "d28-revenue-2017"} <= used["observation"]
    assert used["target"] == {target.id for name in region_names() for target in scored_targets(name)}
    assert {"d28-class-100m", "d28-class-1bn", "d28-class-10bn"} <= used["rule"]


@pytest.mark.parametrize("name", region_names())
def test_no_other_city_no_target_and_nothing_after_the_base_year_steers_a_city(name: str) -> None:
    """Whatever the file of a region names, in its comments and reasons too, and every published value it rests on."""
    region = load_region(name)
    text = package_file(f"regions/{name}.yaml").read_text(encoding="utf-8")
    named = {word.rstrip(".") for word in re.findall(r"[a-z0-9][a-z0-9.-]*", text)}
    rows = [known(id) for id in named & {*figures(), *(row.id for row in history())}]
    assert len(rows) > 10
    assert {row.id: row.year for row in rows if row.year > region.base_year and row.id not in RULES} == {}
    own = [figure(row.id) for row in rows if row.id in figures()]
    assert {row.id for row in own if row.region != name or row.role == "target"} == set()


def test_a_printed_rule_binds_nobody_until_a_scenario_pulls_its_lever() -> None:
    paid = {id for rule in load_rules().values() if rule.absent is None for ids in rule.figures.values() for id in ids}
    assert paid and paid <= uses()["rule"]


def test_an_indicator_counts_the_class_that_its_figure_prints() -> None:
    rows = [row for row in load_indicators().values() if row.class_figures]
    assert len(rows) == 6
    for row in rows:
        yi = re.findall(r"(?:over_|firms_)(\d+)_?", row.name)[0]
        assert {figure(id).value for id in row.class_figures} == {float(yi) * 1e8}, row.name


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("dp-school-broadband", "outside the industry"),
        ("sz-layout-core", "a spatial layout: the core is named in the plan and nothing is counted"),
        ("qd-valley-area", "a planned site, gross; the model has floor area"),
        ("dp-software-revenue-2020-text", "repeats another figure"),
        ("dp-vision-year", "a calendar year without an indicator"),
        ("dp-plan-end", "the plan's calendar; a scenario has its own years"),
    ],
)
def test_reasons_by_role(id: str, said: str) -> None:
    assert reason(figure(id))[0] == said


def test_a_figure_without_a_reason_is_a_defect() -> None:
    row = figure("dp-plan-end").model_copy(update={"id": "dp-new"})
    with pytest.raises(DefectError, match="'dp-new' is not used and nothing says why"):
        reason(row)


@pytest.mark.parametrize(
    ("rows", "what", "line", "advice"),
    [
        ("- {name: calendar, figures: [dp-plan-ent]}", "no figure 'dp-plan-ent'", 2, "did you mean 'dp-plan-end'?"),
        (
            "- {name: calendar, figures: [dp-plan-end]}\n- {name: layout, figures: [dp-plan-end]}",
            "'dp-plan-end' is listed twice", 3, "keep one of the reasons",
        ),
        ("- {name: calendar, figures: []}", "figures cannot be []", 2, "correct 'figures' there"),
    ],
)  # fmt: skip
def test_a_faulty_list_of_reasons_is_refused(rows: str, what: str, line: int, advice: str, tmp_path: Path) -> None:
    path = tmp_path / "unused.yaml"
    path.write_text(f"unused:\n{rows}\n", encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_reasons(path)
    assert what in caught.value.what
    assert caught.value.where == f"{path.as_posix()}, line {line}"
    assert caught.value.next == advice

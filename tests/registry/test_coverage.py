"""Every figure of the archive is used by the model, or something says why not; no other city steers this one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digisim.audit import coverage as room
from digisim.audit.coverage import USES, coverage, idle, listed_reasons, read_reasons, reason, uses
from digisim.errors import DefectError, EvidenceError
from digisim.evidence import figure, figures
from digisim.messages import messages
from digisim.policy.rules import load_rules
from digisim.regions import load_region, region_names
from digisim.statistics import load_indicators
from digisim.targets import scored_targets

USED = set().union(*uses().values())
DALIAN = load_region("dalian")


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
    assert set(dict(DALIAN.base_figures).values()) | set(DALIAN.city.values()) <= used["baseline"]
    assert {"d28-employment-2017", "d28-revenue-2017"} <= used["observation"]
    assert used["target"] == {target.id for target in scored_targets("dalian")}
    assert {"d28-class-100m", "d28-class-1bn", "d28-class-10bn"} <= used["rule"]


def test_no_other_city_and_nothing_after_the_base_year_steers_dalian() -> None:
    paid = {id for rule in load_rules().values() if rule.absent is None for ids in rule.figures.values() for id in ids}
    assert paid <= uses()["rule"]  # a printed rule binds nobody: a scenario pulls its lever or not
    assert {figure(id).region for id in USED - paid} == {"dalian"}
    for id in uses()["baseline"] | uses()["observation"]:
        assert figure(id).year <= DALIAN.base_year, id
        assert figure(id).role != "target", id


def test_an_indicator_counts_the_class_that_its_figure_prints() -> None:
    rows = [row for row in load_indicators().values() if row.class_figure is not None]
    assert len(rows) == 4
    for row in rows:
        (yi,) = re.findall(r"over_(\d+)yi", row.name)
        assert figure(row.class_figure or "").value == float(yi) * 1e8


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("dp-school-broadband", "outside the industry"),
        ("sz-va-2021", "no region of this city yet"),
        ("qd-revenue-2016", "no region of this city yet, so no futures to score it on"),
        ("qd-list-award", "no region of this city yet, and its rules bind no other city"),
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

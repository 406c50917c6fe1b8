"""Measures: every one of the inventory is held, stands in its document, and has a lever or a reason why none."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from digisim.errors import DefectError, EvidenceError
from digisim.evidence import Measure, documents, measure, measure_families, measures
from digisim.evidence.instruments import read_measures
from digisim.messages import messages
from digisim.policy import load_levers
from digisim.policy.coverage import (
    coverage,
    lever_of,
    listed_reasons,
    measures_by_lever,
    read_reasons,
    reason,
    without_lever,
)
from digisim.policy.rules import Rule, load_rules
from digisim.regions import packaged_regions
from digisim.resources import package_file
from digisim.scenario import load_scenario

from .texts import INVENTORY, compact, compact_text_of, needs_documents, needs_inventory

MEASURES = list(measures().values())

@needs_documents
@pytest.mark.parametrize("row", MEASURES, ids=lambda row: row.id)
def test_the_chinese_term_stands_in_its_document(row: Measure) -> None:
    assert compact(row.term) in compact_text_of(row.document)


@needs_documents
@pytest.mark.parametrize("rule", load_rules().values(), ids=lambda rule: rule.name)
def test_the_sentence_of_a_rule_stands_in_its_document(rule: Rule) -> None:
    assert compact(rule.printed) in compact_text_of(measures()[rule.measure].document)


@needs_inventory
def test_every_measure_of_the_inventory_is_held_as_it_reads_it() -> None:
    with INVENTORY.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream) if row["kind"] == "measure"}
    assert set(rows) == set(measures())
    same = {"document", "locator", "family", "scope", "actor"}
    named = {"text_en": "text", "term": "chinese_term", "rule": "rule_parameters"}
    corrected = []
    for id, row in rows.items():
        held = measure(id)
        assert {key: getattr(held, key) for key in same} == {key: row[key] for key in same}
        assert list(held.mechanism) == row["mechanism"].split("; ")
        differs = [key for key, column in named.items() if getattr(held, key) != row[column]]
        assert bool(differs) == bool(held.corrections), id
        corrected += [(id, key) for key in differs]
    assert corrected == [("qd-m-commpark", "term"), ("qd-m-expo-platform", "term"), ("qd-m-assessment", "term")]


def test_counts_of_the_documents() -> None:
    assert Counter(row.document for row in MEASURES) == {
        "dalian-2028-outline": 73, "dalian-digital-plan": 232, "shenzhen-cluster-plan": 58,
        "dongguan-cluster-plan": 68, "qingdao-base-opinion": 78,
    }  # fmt: skip
    assert Counter(row.document for row in MEASURES if not row.in_scope) == {"dalian-digital-plan": 60}


def test_no_two_measures_of_a_document_rest_on_the_same_words() -> None:
    words = Counter((row.document, row.term) for row in MEASURES)
    assert [each for each, count in words.items() if count > 1] == []


def test_families_have_the_chinese_names_of_the_levers() -> None:
    assert {row.family for row in MEASURES} == set(measure_families())
    for lever in load_levers().values():
        if lever.family in measure_families():
            assert measure_families()[lever.family].name_zh == lever.family_zh


def test_every_measure_that_concerns_the_industry_has_a_lever_or_a_reason() -> None:
    table = coverage()
    assert len(table) == len(table[["document", "family"]].drop_duplicates())
    assert (table["measures"] == table["mapped"] + table["explained"]).all()
    assert table["measures"].sum() == 449
    idle = set(without_lever()["id"])
    assert idle == {row.id for row in MEASURES if row.in_scope} - set(lever_of())
    assert idle == set(listed_reasons())


def test_what_has_no_lever_makes_hardware_or_is_not_the_city_s_to_pull() -> None:
    """A new measure of the industry goes under a lever; where its mechanism is not known, under a weak one."""
    idle = without_lever()["id"].tolist()
    assert [id for id in idle if measure(id).scope != "hardware"] == [
        "d28-m-special-fund", "d28-m-upper-funds", "dp-m-existing-5g-plan", "dp-m-existing-internet-plan",
        "dp-m-software-fund", "dp-m-digital-fund", "sz-m-cit-relief", "sz-m-super-deduction", "sz-m-vat-refund",
        "dg-m-upper-policy", "qd-m-city-fund", "qd-m-district-funds", "qd-m-national-funds",
    ]  # fmt: skip
    assert len(idle) == 31


def test_each_lever_has_the_measures_of_each_city() -> None:
    by_city = {city: measures_by_lever(city) for city in ("dalian", "shenzhen", "dongguan", "qingdao")}
    for name, lever in load_levers().items():
        assert sum((held[name] for held in by_city.values()), ()) == lever.measures
    assert {city: sum(map(len, held.values())) for city, held in by_city.items()} == {
        "dalian": 225, "shenzhen": 55, "dongguan": 66, "qingdao": 75,
    }  # fmt: skip


def test_a_measure_stands_under_a_lever_whose_mechanism_is_its_own() -> None:
    """Shared computing is no 5G, a business environment no refund, a segment's products no award at a revenue step."""
    held = {id: load_levers()[name] for id, name in lever_of().items()}
    for id in ("dp-m-supercomputer", "dg-m-edge-compute", "dg-m-compute-platform", "dp-m-games", "qd-m-digital-content",
               "d28-m-application-cluster", "dp-m-software-applications", "dp-m-business-environment",
               "dp-m-research-evaluation"):  # fmt: skip
        assert "weak: the prior spans zero" in held[id].mechanism.lower(), id
    assert lever_of()["qd-m-appliance-parks"] == lever_of()["qd-m-commpark"] == "park_construction"
    developed = ("Develop ", "Enlarge ")
    assert not [id for id in load_levers()["tier_award"].measures if measure(id).text_en.startswith(developed)]


def test_funds_that_pay_for_measures_and_reliefs_of_one_sentence_are_treated_alike() -> None:
    why = listed_reasons()
    funds = ("d28-m-special-fund", "dp-m-software-fund", "dp-m-digital-fund", "qd-m-city-fund")
    assert {why[id] for id in funds} == {"own_purse"}
    assert {why[id] for id in ("sz-m-cit-relief", "sz-m-super-deduction", "sz-m-vat-refund")} == {"national_tax"}


def test_every_reason_is_a_message_that_a_measure_has() -> None:
    said = {key.removeprefix("unmapped.") for key in messages() if key.startswith("unmapped.")}
    assert said == {*listed_reasons().values(), "outside"}
    assert reason(measure("dp-m-village-governance")) == ("concerns another industry", "涉及其他行业")


def test_a_measure_without_lever_and_reason_is_a_defect() -> None:
    row = measure("d28-m-ip-pledge").model_copy(update={"id": "d28-m-new"})
    with pytest.raises(DefectError, match="'d28-m-new' stands under no lever and nothing says why"):
        reason(row)


def test_an_unknown_measure_gets_a_suggestion() -> None:
    with pytest.raises(EvidenceError, match="holds no measure 'd28-m-ip-plegde'") as caught:
        measure("d28-m-ip-plegde")
    assert caught.value.next == "did you mean 'd28-m-ip-pledge'?"
    with pytest.raises(EvidenceError) as caught:
        measure("zzz")
    assert caught.value.next == "digisim levers --coverage --json lists all measures"


ROW = (
    "{id: dx-m-one, document: dalian-2028-outline, locator: s1, family: market, scope: software, actor: firm, "
    "text_en: Do something, term: 做一件事, mechanism: [none]}"
)


@pytest.mark.parametrize(
    ("rows", "what", "advice"),
    [
        (
            [ROW.replace("dalian-2028-outline", "dalian-digital-plan")],
            "the measure 'dx-m-one' says it is of 'dalian-digital-plan'", "move the row",
        ),
        ([ROW.replace("market", "markets")], "is of an unknown family 'markets'", "did you mean 'market'?"),
        ([ROW.replace("market", "zzz")], "is of an unknown family 'zzz'", "choose one of the families"),
        ([ROW.replace("[none]", "[magic]")], "magic", ""),
    ],
)  # fmt: skip
def test_a_faulty_row_is_refused(rows: list[str], what: str, advice: str, tmp_path: Path) -> None:
    path = tmp_path / "outline.yaml"
    path.write_text("measures:\n" + "".join(f"- {row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_measures({"dalian-2028-outline": path})
    assert what in caught.value.what
    assert advice in caught.value.next
    assert caught.value.where == f"{path.as_posix()}, line 2"


def test_an_id_stands_once_in_the_archive(tmp_path: Path) -> None:
    paths = {"dalian-2028-outline": tmp_path / "a.yaml", "dalian-digital-plan": tmp_path / "b.yaml"}
    for document, path in paths.items():
        path.write_text(f"measures:\n- {ROW.replace('dalian-2028-outline', document)}\n", encoding="utf-8")
    with pytest.raises(EvidenceError, match="the measure 'dx-m-one' is given twice"):
        read_measures(paths)


@pytest.mark.parametrize(
    ("rows", "what", "line", "advice"),
    [
        (
            "- {name: purse, measures: [qd-m-city-fudn]}", "no measure 'qd-m-city-fudn'", 2,
            "did you mean 'qd-m-city-fund'?",
        ),
        (
            "- {name: purse, measures: [qd-m-city-fund]}\n- {name: city, measures: [qd-m-city-fund]}",
            "'qd-m-city-fund' is listed twice", 3, "keep one of the reasons",
        ),
        (
            "- {name: purse, measures: [d28-m-ip-pledge]}", "'d28-m-ip-pledge' stands under the lever 'ip_pledge'", 2,
            "remove it from one of the two registers",
        ),
    ],
)  # fmt: skip
def test_a_faulty_list_of_reasons_is_refused(rows: str, what: str, line: int, advice: str, tmp_path: Path) -> None:
    path = tmp_path / "unmapped.yaml"
    path.write_text(f"unmapped:\n{rows}\n", encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_reasons(path)
    assert what in caught.value.what
    assert caught.value.where == f"{path.as_posix()}, line {line}"
    assert caught.value.next == advice


def test_the_files_are_those_of_the_documents() -> None:
    folder = package_file("evidence/measures")
    assert {path.stem for path in Path(folder).iterdir()} == set(documents())


@pytest.mark.parametrize("region", packaged_regions())
def test_a_plan_pulls_the_levers_of_its_own_measures_each_by_their_number(region: str) -> None:
    counts = {lever: len(found) for lever, found in measures_by_lever(region).items()}
    plan = load_scenario(f"{region}-plan").levers
    assert set(plan) == {lever for lever, count in counts.items() if count}
    yearly = {
        lever: values[0][1] / counts[lever]
        for lever, values in plan.items()
        if load_levers()[lever].unit == "CNY/year"
    }
    assert len(yearly) > 8
    assert max(yearly.values()) == pytest.approx(min(yearly.values()), rel=2e-3)  # printed with four digits

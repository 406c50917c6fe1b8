"""The cases of the inventory: each is found by the audit of a document, or says why it cannot be."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from digisim.audit import findings, plan_names
from digisim.audit.cases import load_cases
from digisim.audit.plans import archive_relations
from digisim.audit.records import CaseRow
from digisim.audit.relations import Listed
from digisim.evidence import figure

from .texts import INVENTORY, needs_documents, needs_inventory, text_of

CASES = load_cases()
FOUND = {finding.id: finding for finding in findings()}

def test_the_cases_are_numbered_without_a_gap() -> None:
    assert list(CASES) == [str(number) for number in range(1, 33)]


@needs_inventory
def test_the_inventory_has_no_other_case() -> None:
    section = INVENTORY.with_suffix(".md").read_text(encoding="utf-8").split("## 3. Internal")[1].split("\n## ")[0]
    assert re.findall(r"^\| (\d+) \|", section, re.M) == list(CASES)


@pytest.mark.parametrize("number", CASES)
def test_each_case_is_found_or_explained(number: str) -> None:
    row = CASES[number]
    for id in row.findings:
        assert id in archive_relations() and id in FOUND, "the relation is there, and it speaks"
        assert FOUND[id].text_en and FOUND[id].text_zh
    if not row.findings:
        assert len(row.reason_en) > 40 and re.search("[\u4e00-\u9fff]", row.reason_zh)
        assert not re.search(r"\d", row.reason_en + row.reason_zh), "numbers are computed, never typed"


def test_all_but_two_cases_are_found() -> None:
    assert [number for number, row in CASES.items() if not row.findings] == ["12", "26"]


def test_a_case_without_findings_needs_its_reason_in_both_languages() -> None:
    with pytest.raises(ValidationError, match="findings, or a reason"):
        CaseRow(id="1", title_en="a", title_zh="b")
    with pytest.raises(ValidationError, match="findings, or a reason"):
        CaseRow(id="1", title_en="a", title_zh="b", reason_en="because")


def test_every_document_is_told_something() -> None:
    for name in plan_names():
        assert any(figure(id).document == name for finding in FOUND.values() for id in finding.figures)


@needs_documents
def test_the_names_that_are_listed_stand_in_the_document() -> None:
    listed = [row.relation for row in archive_relations().values() if isinstance(row.relation, Listed)]
    assert listed
    for relation in listed:
        text = text_of(figure(relation.count).document)
        assert all(name in text for name in relation.names_zh)

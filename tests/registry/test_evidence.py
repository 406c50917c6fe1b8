"""The archive: every figure is in its document, every row of the inventory is held, effects and history are whole."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from digisim.errors import EvidenceError, UnitError
from digisim.evidence import (
    ErrorModel,
    Figure,
    conversion,
    digest,
    documents,
    effect,
    effects,
    figure,
    figures,
    history,
)
from digisim.evidence.archive import FigureRow
from digisim.evidence.conversion import printed_units
from digisim.evidence.records import Effect, Prior
from digisim.registers import load_register, parse_yaml, validate
from digisim.resources import package_file

SHARED = Path(__file__).parents[2].parent / "shared"
DOCUMENTS = SHARED / "documents"
INVENTORY = SHARED / "evidence" / "document-inventory.csv"
FIGURES = list(figures().values())

needs_documents = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the texts of the documents are not beside this checkout"
)
needs_inventory = pytest.mark.skipif(not INVENTORY.is_file(), reason="the inventory is not beside this checkout")


def compact(text: str) -> str:
    return re.sub(r"\s+", "", text)


@needs_documents
@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_the_printed_figure_stands_in_its_document(row: Figure) -> None:
    text = (DOCUMENTS / f"{row.document}.txt").read_text(encoding="utf-8")
    if row.locator.startswith("table"):  # a bare number is only evidence in a cell of its own
        cells = {cell.strip() for line in text.splitlines() if "\t" in line for cell in line.split("\t")}
        assert row.printed in cells
    else:
        assert compact(row.printed) in compact(text)


QUALIFIER_WORDS = {
    "about": "约|左右",
    "nearly": "近",
    "more than": "多|超过|突破",
    "at most": "不高于",
    "at least": "不少于|以上|达到|级企业",
    "class": "级|[千百万]兆|千万亿次",
}


@needs_documents
@pytest.mark.parametrize("row", [r for r in FIGURES if r.qualifier in QUALIFIER_WORDS], ids=lambda row: row.id)
def test_the_qualifier_stands_beside_the_printed_figure(row: Figure) -> None:
    text = compact((DOCUMENTS / f"{row.document}.txt").read_text(encoding="utf-8"))
    printed = compact(row.printed)
    places = [match.start() for match in re.finditer(re.escape(printed), text)]
    around = [text[max(0, at - 3) : at + len(printed) + 3] for at in places]
    assert any(re.search(QUALIFIER_WORDS[row.qualifier], words) for words in around), around


def test_conversion_does_not_add_digits() -> None:
    assert figure("dp-t1-va-share-2020").value == 0.072
    assert figure("dp-nbiot-investment").value == 2.24e8


@needs_inventory
def test_every_quantity_of_the_inventory_is_held_with_its_value() -> None:
    with INVENTORY.open(encoding="utf-8-sig", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["kind"] == "quantity" and r["document"] in documents()]
    held = figures()
    assert sorted(held) == sorted(r["id"] for r in rows)
    factors = {"CNY 100m": 1e8, "%": 0.01, "% a year": 0.01, "mu": conversion("亩")[0]}
    for row in rows:
        found = held[row["id"]]
        factor = factors.get(row["unit"], 1.0)
        assert found.value == pytest.approx(float(row["value"]) * factor), row["id"]
        assert (found.value_high or 0) == pytest.approx(float(row["value_high"] or 0) * factor), row["id"]
        assert found.role == row["role"]
        assert (found.scope == "outside") == (row["family"] == "outside"), row["id"]
        assert str(found.year) in row["period"] or found.period == "end of 13th plan"
        if found.qualifier != row["qualifier"]:
            assert "qualifier" in found.corrections, row["id"]


def test_counts_of_the_two_documents() -> None:
    assert Counter(row.document for row in FIGURES) == {"dalian-2028-outline": 24, "dalian-digital-plan": 95}
    assert sum(row.scope == "outside" for row in FIGURES) == 26


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_every_figure_says_what_it_must(row: Figure) -> None:
    assert row.document in documents()
    assert row.name_en
    assert re.search("[\u4e00-\u9fff]", row.name_zh)
    assert row.basis
    assert row.locator
    assert row.period
    if row.error is not None:
        assert row.error.reason
        if row.error.kind == "uniform":
            assert row.error.low is not None
            assert row.error.high is not None
            assert row.error.low <= row.value <= row.error.high


def test_references_between_figures_lead_somewhere_and_back() -> None:
    held = figures()
    for row in FIGURES:
        for other in row.contradicts:
            assert row.id in held[other].contradicts, (row.id, other)
        for other in filter(None, (row.duplicate_of, row.superseded_by)):
            assert held[other].value == row.value, (row.id, other)
            assert held[other].year == row.year


def test_the_baselines_of_the_model_carry_an_error_model() -> None:
    baselines = {
        "dp-t1-software-revenue-2020",
        "dp-software-revenue-2020-text",
        "dp-software-employment",
        "dp-software-firms",
        "d28-revenue-2017",
        "d28-employment-2017",
        "d28-firms-2017",
        "d28-above-scale-firms-2017",
    }
    assert all(figure(id).error is not None for id in baselines)
    people = figure("dp-software-employment")
    assert people.error is not None
    assert (people.error.low, people.error.high, people.unit) == (190_000, 200_000, "person")


def test_values_are_kept_as_printed_and_converted_in_code() -> None:
    stations = figure("dp-t1-5g-2025")
    assert (stations.printed_value, stations.printed_unit) == (2.41, "万个")
    assert (stations.value, stations.unit) == (pytest.approx(24_100), "station")
    assert figure("d28-va-share-2023").value == pytest.approx(0.08)
    assert figure("d28-employment-2028").value == 500_000


def test_an_unknown_figure_is_answered_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="did you mean 'd28-revenue-2028'"):
        figure("d28-revenue-2082")
    with pytest.raises(EvidenceError, match="digisim evidence lists all figures"):
        figure("zzz")


def test_an_unknown_unit_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnitError, match="the unit '亿圆' is not known"):
        conversion("亿圆")
    with pytest.raises(UnitError, match="takes no 'of'"):
        conversion("亿元", of="station")


def test_every_printed_unit_is_used_or_is_canonical_itself() -> None:
    used = {row.printed_unit for row in FIGURES} | {row.printed_unit for row in history()}
    for name, unit in printed_units().items():
        assert name in used or name == unit.canonical or name in {"万元", "元", "亿円", "平方米", "户"}, name


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "uniform", "low": 2.0, "high": 1.0, "reason": "x"},
        {"kind": "normal", "reason": "x"},
        {"kind": "exact", "sd": 1.0, "reason": "x"},
    ],
)
def test_an_incomplete_error_model_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="an error model is exact, uniform with low < high, or normal"):
        ErrorModel.model_validate(row)


def test_history_is_whole() -> None:
    rows = history()
    assert len({row.id for row in rows}) == len(rows)
    dalian = [row for row in history("dalian", "employees") if row.year == 2020]
    assert [(row.value, row.unit, row.annual) for row in dalian] == [(200_000, "person", True)]
    part_year = [row for row in history("qingdao") if not row.annual]
    assert {row.period for row in part_year} == {"2009-01..07"}
    with pytest.raises(EvidenceError, match="no published history of the region 'atlantis'"):
        history("atlantis")


@needs_inventory
def test_history_and_effects_hold_every_row_of_their_sources() -> None:
    with (SHARED / "evidence" / "history.csv").open(encoding="utf-8-sig", newline="") as stream:
        source = list(csv.DictReader(stream))
    assert [(r["year"], r["indicator"], float(r["value"]), r["unit"]) for r in source] == [
        (row.period, row.indicator, row.printed_value, row.printed_unit) for row in history()
    ]
    text = (SHARED / "evidence" / "effect-sizes.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| ([a-z0-9_]+(?:\.[a-z0-9_]+)+) \|", text, re.MULTILINE)
    assert list(effects()) == names


def test_effects_are_111_with_priors_in_order() -> None:
    assert len(effects()) == 111
    for row in effects().values():
        for belief in row.beliefs().values():
            assert belief.low <= belief.central <= belief.high, row.name
            assert belief.prior.arguments()
    assert list(effect("cloud.diffusion").beliefs()) == ["p", "q"]
    assert effect("firm.exit.age").profile == (0.016, 0.063, 0.095, 0.085, 0.06)
    with pytest.raises(EvidenceError, match="did you mean 'quit.rate'"):
        effect("quit.rat")


def test_a_prior_with_wrong_arguments_is_refused() -> None:
    with pytest.raises(ValidationError, match="Beta takes a, b"):
        Prior(dist="Beta", a=1.0)


def test_an_effect_without_a_number_is_refused() -> None:
    row = effect("quit.rate").model_dump() | {"central": None}
    with pytest.raises(ValidationError, match="an effect has central, low, high and prior, or components"):
        Effect.model_validate(row)


def test_the_digest_is_stable_and_knows_every_change() -> None:
    digest.cache_clear()
    first = digest()
    digest.cache_clear()
    assert digest() == first
    assert re.fullmatch("[0-9a-f]{64}", first)


def test_a_faulty_row_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = package_file("evidence/figures/dalian-2028-outline.yaml")
    text = path.read_text(encoding="utf-8").replace("qualifier: exact", "qualifier: roughly", 1)
    with pytest.raises(EvidenceError, match="'roughly' is not known") as caught:
        validate(FigureRow, parse_yaml(text, "x.yaml"), ("figures", 0), error=EvidenceError)
    assert caught.value.where.startswith("x.yaml, line ")
    copy = tmp_path / "x.yaml"
    copy.write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError):
        load_register(copy, FigureRow, "figures", error=EvidenceError)

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
from digisim.evidence.archive import FigureRow, read_figures
from digisim.evidence.conversion import printed_units
from digisim.evidence.published import read_history
from digisim.evidence.records import Effect, Prior
from digisim.regions import quantities, region_document
from digisim.registers import load_register, parse_yaml, validate
from digisim.resources import package_file

from .texts import INVENTORY, SHARED, compact, compact_text_of, needs_documents, needs_inventory, text_of

FIGURES = list(figures().values())

@needs_documents
@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_the_printed_figure_stands_in_its_document(row: Figure) -> None:
    text = text_of(row.document)
    if row.locator.startswith("table"):  # a bare number is only evidence in a cell of its own
        cells = {cell.strip() for line in text.splitlines() if "\t" in line for cell in line.split("\t")}
        assert row.printed in cells
    else:
        assert compact(row.printed) in compact_text_of(row.document)


DIGITS = dict(zip("一二三四五六七八九十百千万", [*range(1, 11), 100, 1000, 10_000], strict=True)) | {"两": 2, "双": 2}


def numbers(printed: str) -> set[float]:
    """The numbers that a printed figure may say: in digits, or as one Chinese numeral; 亿 alone is one of them."""
    found = {float(each) for each in re.findall(r"\d+(?:\.\d+)?", printed)}
    found |= {float(DIGITS[sign]) for sign in printed if sign in DIGITS}
    years = re.findall("[〇一二三四五六七八九]{4}", printed)
    found |= {float("".join(str("〇一二三四五六七八九".index(sign)) for sign in year)) for year in years}
    return found | ({1.0} if re.search("(?:^|过)亿", printed) else set())


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_the_value_is_the_number_that_is_printed(row: Figure) -> None:
    said = numbers(row.printed)
    assert {row.printed_value} <= said, (row.printed, said)
    if row.value_high is not None:
        high = row.value_high * row.printed_value / row.value
        assert {round(high, 6)} <= said, (row.printed, said)


NO_QUANTITY = re.compile(
    "|".join(
        (
            r"[〔(]20\d\d[〕)]\d+号|附件19",  # numbers of documents
            r"20\d\d年\d+月\d+日|20\d\d(?:[-—]20\d\d)?年",  # dates; a year that is a goal is held
            r"2028行动纲要|中国制造2025|1\.0版",  # titles
            r"[345][GD](?![a-z])|IPv[46]|V2X|B2B|“0”到“1”|“443”",  # names
            r"\.{3,}(?:</b><b>)?\d+|专栏\d+|表1(?!\d)",  # pages, boxes, the table
            r"(?<![\d.])\d\.(?=[\u4e00-\u9fff])",  # points of a list
            r"12345|0755-88102553|9:00-12:0014:00-18:00|4403000048|10053215号|44030402003015号",  # an office's page
            r"CQ9",  # advertising in the stored text of Dongguan
            r"20年前的500倍",  # held: 500 times; the 20 years are held from the sentence before
            r"对确定的10家领军软件企业、30家高成长性软件企业、50家特色软件企业",  # the three groups, named again
        )
    )
)


@needs_documents
@pytest.mark.parametrize("document", list(documents()))
def test_no_number_of_a_document_is_left_out(document: str) -> None:
    text = compact_text_of(document)
    spans = [match.span() for match in NO_QUANTITY.finditer(text)]
    for row in FIGURES:
        if row.document == document:
            held = re.escape(compact(row.printed))
            whole = rf"(?<![\d.]){held}" if held[0].isdigit() else held  # 52 is not held by 1652
            spans += [match.span() for match in re.finditer(whole, text)]
    starts = {at for start, end in spans for at in range(start, end)}
    left = [match for match in re.finditer(r"\d[\d.]*", text) if match.start() not in starts]
    assert [text[max(0, match.start() - 12) : match.end() + 12] for match in left] == []


QUALIFIER_WORDS = {
    "about": "约|左右",
    "nearly": "近",
    "more than": "多|超|突破|过亿|过\\d",
    "at most": "不高于|不超过|最高",
    "at least": "不少于|不低于|以上|达|级企业",
    "class": "级|[千百万]兆|千万亿次|千人计划",
    "range": r"\d-\d",
}


@needs_documents
@pytest.mark.parametrize("row", [r for r in FIGURES if r.qualifier in QUALIFIER_WORDS], ids=lambda row: row.id)
def test_the_qualifier_stands_beside_the_printed_figure(row: Figure) -> None:
    text = compact_text_of(row.document)
    printed = compact(row.printed)
    places = [match.start() for match in re.finditer(re.escape(printed), text)]
    around = [text[max(0, at - 3) : at + len(printed) + 3] for at in places]
    assert any(re.search(QUALIFIER_WORDS[row.qualifier], words) for words in around), around


def test_conversion_does_not_add_digits() -> None:
    assert figure("dp-t1-va-share-2020").value == 0.072
    assert figure("dp-nbiot-investment").value == 2.24e8


ADDED = "not in the inventory: added from the text"
INVENTORY_UNITS = {
    "CNY 100m": 1e8, "CNY 10k": 1e4, "CNY 10k per park": 1e4, "CNY 10k per project": 1e4, "CNY 10k a year": 1e4,
    "USD 100m": 1e8, "%": 0.01, "% a year": 0.01, "% of firms": 0.01, "% of contract": 0.01, "% of investment": 0.01,
    "% of benchmark interest": 0.01, "mu": 1e4 / 15, "km2": 1e6, "CNY 10k per ha": 1.0, "CNY 100m per ha": 1e4,
}  # fmt: skip
"""Units of the inventory that are no canonical unit, in canonical units; written here anew, not read from ours."""


@needs_inventory
def test_every_quantity_of_the_inventory_is_held_with_its_value() -> None:
    with INVENTORY.open(encoding="utf-8-sig", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["kind"] == "quantity"]
    assert len(rows) == 222
    held = figures()
    assert {r["document"] for r in rows} == set(documents())
    assert set(held) - {row.id for row in FIGURES if row.corrections == ADDED} == {r["id"] for r in rows}
    for row in rows:
        found = held[row["id"]]
        factor = INVENTORY_UNITS.get(row["unit"], 1.0)
        assert found.value == pytest.approx(float(row["value"]) * factor), row["id"]
        assert (found.value_high or 0) == pytest.approx(float(row["value_high"] or 0) * factor), row["id"]
        assert (found.document, found.role) == (row["document"], row["role"])
        assert found.scope == ("outside" if row["family"] == "outside" else row["scope"]), row["id"]
        assert str(found.year) in row["period"] or found.period == "end of 13th plan"
        if found.qualifier != row["qualifier"]:
            assert "qualifier" in found.corrections, row["id"]


def test_counts_of_the_documents() -> None:
    counted = Counter(row.document for row in FIGURES if row.corrections != ADDED)
    assert counted == {
        "dalian-2028-outline": 24,
        "dalian-digital-plan": 95,
        "shenzhen-cluster-plan": 15,
        "dongguan-cluster-plan": 25,
        "qingdao-base-opinion": 63,
    }
    assert Counter(row.document for row in FIGURES if row.corrections == ADDED) == {
        "shenzhen-cluster-plan": 1,
        "qingdao-base-opinion": 4,
    }
    assert Counter(row.document for row in FIGURES if row.scope == "outside") == {"dalian-digital-plan": 26}


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_every_figure_says_what_it_must(row: Figure) -> None:
    assert row.region == documents()[row.document].region
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
        assert name in used or name == unit.canonical or name in {"元", "亿円", "平方米", "户", "万元/人"}, name


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


ROW = (
    "- {id: x-firms, document: x, locator: s1, region: x, name_en: A, name_zh: 企业, scope: software, role: baseline,"
    '\n   value: 3, unit: 家, qualifier: exact, year: 2020, period: "2020", printed: 3家, basis: all}\n'
)
BAD_FIGURES = {
    "unknown unit": ("unit: 家", "unit: 家家", "the unit '家家' is not known", 3),
    "missing year": ("year: 2020, ", "", "the key 'year' is missing", 2),
    "year in words": ("year: 2020", "year: lately", "year cannot be 'lately'", 3),
    "number in words": ("value: 3", "value: three", "value cannot be 'three'", 3),
    "unknown role": ("role: baseline", "role: base", "role: 'base' is not known", 2),
    "unknown key": ("basis: all", "bases: all", "unknown key 'bases'", 3),
    "range without an end": ("qualifier: exact", "qualifier: range", "a range has value and a greater value_high", 2),
    "file of another document": ("document: x", "document: y", "says it is of 'y'", 2),
    "contradicts a stranger": ("basis: all", "basis: all, contradicts: [x-firm]", "names 'x-firm'", 2),
    "two figures with one id": ("basis: all}\n", "basis: all}\n" + ROW, "the row 'x-firms' is given twice", 4),
}


@pytest.mark.parametrize("case", BAD_FIGURES)
def test_a_bad_figure_gets_one_message_with_file_and_line(case: str, tmp_path: Path) -> None:
    good, bad, what, line = BAD_FIGURES[case]
    path = tmp_path / "x.yaml"
    path.write_text("figures:\n" + ROW, encoding="utf-8")
    assert list(read_figures({"x": path})) == ["x-firms"]
    path.write_text("figures:\n" + ROW.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises((EvidenceError, UnitError)) as caught:
        read_figures({"x": path})
    assert what in caught.value.what
    assert caught.value.where == f"{path.as_posix()}, line {line}"
    assert caught.value.next


def test_one_id_in_two_documents_is_refused(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.yaml" for name in ("x", "y")}
    for name, path in paths.items():
        path.write_text("figures:\n" + ROW.replace("document: x", f"document: {name}"), encoding="utf-8")
    with pytest.raises(EvidenceError, match="is given twice .first in .*x.yaml, line 2") as caught:
        read_figures(paths)
    assert caught.value.where.endswith("y.yaml, line 2")


def test_figures_in_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(("figures:\n" + ROW).encode("gb18030"))
    with pytest.raises(EvidenceError, match="the file is not UTF-8 text") as caught:
        read_figures({"x": path})
    assert caught.value.where.endswith("x.yaml, line 2")


def test_a_region_names_the_file_of_the_archive_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(("figures:\n" + ROW).encode("gb18030"))
    monkeypatch.setattr(quantities, "_archive", lambda: read_figures({"x": path}))
    with pytest.raises(EvidenceError, match="the file is not UTF-8 text") as caught:
        region_document(package_file("regions/dalian.yaml"))
    assert caught.value.where.endswith("x.yaml, line 2")


HISTORY_HEAD = "id,region,year,indicator,value,unit,basis,confidence,source\n"
HISTORY_ROW = "x-firms-2020,X,2020,firms,3,家,all,high,a page\n"
OTHER_ROW = HISTORY_ROW.replace("x-", "y-")
BAD_HISTORY = {
    "unknown unit": (HISTORY_ROW.replace("家", "家家"), "the unit '家家' is not known", 3),
    "missing year": (HISTORY_ROW.replace("X,2020", "X,"), "the year is ''", 3),
    "number in words": (HISTORY_ROW.replace(",3,", ",three,"), "the value is 'three'", 3),
    "not a number": (HISTORY_ROW.replace(",3,", ",nan,"), "value cannot be nan", 3),
    "unknown confidence": (HISTORY_ROW.replace("high", "sure"), "confidence: 'sure' is not known", 3),
    "a cell too many": (HISTORY_ROW.replace("a page", "a page,b"), "has not one cell for each column", 3),
    "a cell too few": (HISTORY_ROW.replace(",a page", ""), "has not one cell for each column", 3),
    "two values with one id": (OTHER_ROW, "the value 'y-firms-2020' is given twice", 3),
}


@pytest.mark.parametrize("case", BAD_HISTORY)
def test_a_bad_published_value_gets_one_message_with_file_and_line(case: str, tmp_path: Path) -> None:
    row, what, line = BAD_HISTORY[case]
    path = tmp_path / "history.csv"
    path.write_text(HISTORY_HEAD + OTHER_ROW + HISTORY_ROW, encoding="utf-8")
    assert len(read_history(path)) == 2
    path.write_text(HISTORY_HEAD + OTHER_ROW + row, encoding="utf-8")
    with pytest.raises((EvidenceError, UnitError)) as caught:
        read_history(path)
    assert what in caught.value.what
    assert caught.value.where == f"history.csv, line {line}"
    assert caught.value.next


def test_a_published_history_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes((HISTORY_HEAD + HISTORY_ROW).encode("gb18030"))
    with pytest.raises(EvidenceError, match="not UTF-8") as caught:
        read_history(path)
    assert caught.value.where == "history.csv, line 2"

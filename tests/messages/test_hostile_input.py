"""Hostile and mistaken scenario files: each gets one message that says what, where, what is allowed, what next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digisim.errors import InputError
from digisim.messages.phrases import FIELD, say, told
from digisim.scenario import load_scenario

CHINESE = re.compile("[\u4e00-\u9fff]")

# name: (file text, line named, part of what, part of allowed or next)
FILES: dict[str, tuple[str, int, str, str]] = {
    "unknown lever": (
        "region: dalian\nlevers:\n  rd_grnat: 1 CNY/year\n",
        3,
        "unknown lever 'rd_grnat'",
        "did you mean 'rd_grant'?",
    ),
    "lever by its Chinese name": (
        "region: dalian\nlevers:\n  研发补助: 1 CNY/year\n",
        3,
        "unknown lever '研发补助'",
        "did you mean 'rd_grant'?",
    ),
    "region by its Chinese name": ("region: 大连\n", 1, "unknown region '大连'", "did you mean 'dalian'?"),
    "lever of no likeness": ("region: dalian\nlevers:\n  zzz: 1\n", 3, "unknown lever 'zzz'", "digisim levers"),
    "wrong unit": (
        "region: dalian\nlevers:\n  rd_grant: 3 亿 USD/year\n",
        3,
        "another unit than CNY/year",
        '"3 亿 CNY/year"',
    ),
    "wrong period": (
        "region: dalian\nlevers:\n  rd_grant: 1 亿 CNY/quarter\n",
        3,
        "not converted to CNY/year",
        '"4 亿 CNY/year"',
    ),
    "unknown unit": ("region: dalian\nlevers:\n  rd_grant: 3 亿 dollars\n", 3, "unknown unit 'dollars'", "CNY/year"),
    "missing unit": ("region: dalian\nlevers:\n  rd_grant: 3e8\n", 3, "has no unit", '"3 亿 CNY/year"'),
    "missing unit in text": ("region: dalian\nlevers: {rd_grant: 3 亿}\n", 2, "has no unit", '"3 亿 CNY/year"'),
    "out of range": ("region: dalian\nlevers:\n\n  park_rent_subsidy: 1.5\n", 4, "out of range: 1.5", "0 to 1"),
    "negative": ("region: dalian\nlevers:\n  attraction: -1 CNY/year\n", 3, "out of range", "20 亿 CNY/year"),
    "nan": ("region: dalian\nlevers:\n  park_rent_subsidy: .nan\n", 3, "not finite", "finite numbers"),
    "nan as a word": ("region: dalian\nlevers:\n  park_rent_subsidy: nan\n", 3, "not a number", "a finite number"),
    "infinite": ("region: dalian\nlevers:\n  rd_grant: inf CNY/year\n", 3, "not a number", "a finite number"),
    "overflow": ("region: dalian\nlevers:\n  rd_grant: 1e999 CNY/year\n", 3, "not finite", "a finite number"),
    "true": ("region: dalian\nlevers:\n  park_rent_subsidy: true\n", 3, "not a number", "0.25"),
    "null lever": ("region: dalian\nlevers:\n  rd_grant:\n", 3, "with a unit: empty", "CNY/year"),
    "list as a value": ("region: dalian\nlevers:\n  rd_grant: [1, 2]\n", 3, "not a number", "CNY/year"),
    "number as a lever": ("region: dalian\nlevers:\n  2022: 1\n", 3, "unknown lever '2022'", "rd_grant"),
    "list under a date": ("region: dalian\nlevers:\n  rd_grant: {2022: [1]}\n", 3, "not a number", "CNY/year"),
    "no date": ("region: dalian\nlevers:\n  rd_grant: {soon: 1 CNY/year}\n", 3, "not a date: 'soon'", "2022Q3"),
    "empty dates": ("region: dalian\nlevers:\n  rd_grant: {}\n", 3, "no dated value", "2022"),
    "date before the base year": (
        "region: dalian\nlevers:\n  rd_grant:\n    2022: 1 CNY/year\n    2019: 1 CNY/year\n",
        5,
        "before the first quarter",
        "2021Q1 to 2028Q4",
    ),
    "date in the base year": (
        "region: dalian\nlevers:\n  rd_grant: {2020Q3: 1 CNY/year}\n",
        3,
        "before the first quarter",
        "without a date",
    ),
    "date after the horizon": (
        "region: dalian\nlevers:\n  rd_grant: {2035: 1 CNY/year}\n",
        3,
        "after the last, 2028Q4",
        "2021Q1 to 2028Q4",
    ),
    "lever without anything to act on": (
        "region: qingdao\nlevers:\n  rd_grant: 1 亿 CNY/year\n  network_buildout: {2013: 1 亿 CNY/year}\n",
        4,
        "'network_buildout' has nothing to act on in qingdao: its file states no sites_4g, sites_5g",
        "a region with sites_4g, sites_5g under city leave the lever out",
    ),
    "one date twice": (
        "region: dalian\nlevers:\n  rd_grant:\n    2022: 1 CNY/year\n    2022Q1: 2 CNY/year\n",
        5,
        "two values for 2022Q1",
        "keep one",
    ),
    "unknown park": (
        "region: dalian\nparks:\n  park_rent_subsidy: tengfai\n",
        3,
        "dalian has no park 'tengfai'",
        "did you mean 'tengfei'?",
    ),
    "park by its Chinese name": (
        "region: dalian\nparks:\n  service_platforms: 腾飞园区\n",
        3,
        "dalian has no park '腾飞园区'",
        "did you mean 'tengfei'?",
    ),
    "elsewhere is no park": (
        "region: dalian\nparks:\n  park_construction: elsewhere\n",
        3,
        "dalian has no park 'elsewhere'",
        "software_park, tengfei",
    ),
    "lever of no park": (
        "region: dalian\nparks:\n  rd_grant: tengfei\n",
        3,
        "'rd_grant' cannot act in one park alone",
        "park_rent_subsidy, incubator_places, park_construction, service_platforms",
    ),
    "unknown lever of a park": (
        "region: dalian\nparks:\n  park_rent_subsidies: tengfei\n",
        3,
        "unknown lever 'park_rent_subsidies'",
        "did you mean 'park_rent_subsidy'?",
    ),
    "typo in a key": ("region: dalian\nhorizn: 2028\n", 2, "unknown key 'horizn'", "did you mean 'horizon'?"),
    "duplicate keys": (
        "region: dalian\nhorizon: 2028\nhorizon: 2030\n",
        3,
        "given twice (first in line 2)",
        "keep one",
    ),
    "YAML tag": ("region: dalian\nname: !!python/object/apply:os.system [ls]\n", 2, "tag", "plain values"),
    "YAML alias": ("region: &x dalian\nname: *x\n", 1, "anchors and aliases", "write the value out"),
    "broken YAML": ("region: dalian\nlevers: {rd_grant: 1\n", 3, "not valid YAML", "brackets"),
    "empty": ("", 0, "the file is empty", "scenarios"),
    "only a comment": ("# nothing\n", 0, "the file is empty", "scenarios"),
    "list instead of mapping": ("- region: dalian\n", 1, "it holds no keys", "region"),
    "text instead of mapping": ("hello\n", 1, "it holds no keys", "region"),
    "levers as a list": ("region: dalian\nlevers:\n- rd_grant\n", 2, "levers cannot be ['rd_grant']", "key: value"),
    "no region": ("horizon: 2028\n", 1, "names no region", "dalian"),
    "unknown region": ("horizon: 2028\nregion: dalain\n", 2, "unknown region 'dalain'", "did you mean 'dalian'?"),
    "unknown outlook": ("region: dalian\noutlook: rosy\n", 2, "unknown outlook 'rosy'", "central, low, high"),
    "outlook by another name": ("region: dalian\noutlook: seen\n", 2, "unknown outlook 'seen'", "base year, observed"),
    "ten thousand years": (
        "region: dalian\nhorizon: 12020\n",
        2,
        "the horizon 12020 is more than 60 years",
        "2021 to 2080",
    ),
    "end before base": ("region: dalian\nhorizon: 2015\n", 2, "not after the base year 2020", "2021 to 2080"),
    "horizon as text": ("region: dalian\nhorizon: soon\n", 2, "horizon cannot be 'soon'", "a whole number"),
    "horizon with many digits": (f"region: dalian\nhorizon: {'9' * 5000}\n", 2, "too many digits", "finite"),
    "other base year": ("region: dalian\nbase_year: 2017\n", 2, "base year 2017", "base_year: 2020"),
    "another name": ("region: dalian\nname: other\n", 2, "the name 'other' is not the file's", "case"),
    "extends itself": ("region: dalian\nextends: case\n", 2, "in a circle: case -> case", "break the circle"),
    "extends nothing": (
        "region: dalian\nextends: dalian-plam\n",
        2,
        "unknown scenario 'dalian-plam'",
        "did you mean 'dalian-plan'?",
    ),
    "extends a missing file": ("region: dalian\nextends: gone.yaml\n", 2, "does not exist", "digisim scenarios"),
}


def refuse(source: str | Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load_scenario(source)
    error = caught.value
    assert error.what
    assert error.where
    assert error.next
    assert told(error, "en") == str(error)
    for slot in (error.what, error.next):
        assert CHINESE.search(FIELD.sub("", say(slot, "zh"))), slot
    assert len(str(error)) < 1200  # one message that a person reads, whatever the input was
    return error


@pytest.mark.parametrize("case", FILES)
def test_a_wrong_file_gets_one_message_with_its_place(case: str, tmp_path: Path) -> None:
    text, line, what, advice = FILES[case]
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    error = refuse(path)
    assert what in error.what
    assert advice in f"{error.what} {error.allowed} {error.next}"
    if line:
        assert error.where == f"{path.as_posix()}, line {line}"


def test_a_wrong_region_for_what_is_extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digisim.scenario.checks.region_names", lambda: ("dalian", "elsewhere"))
    path = tmp_path / "case.yaml"
    path.write_text("extends: dalian-plan\nregion: elsewhere\n", encoding="utf-8")
    error = refuse(path)
    assert "not that of the scenario it extends" in error.what
    assert (error.where, error.allowed) == (f"{path.as_posix()}, line 2", "dalian")


def test_a_circle_of_two_names_the_way_round(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.yaml").write_text(f"region: dalian\nextends: {other}\n", encoding="utf-8")
    error = refuse(tmp_path / "a.yaml")
    assert "in a circle: a -> b -> a" in error.what
    assert error.where == f"{(tmp_path / 'b.yaml').as_posix()}, line 2"


def test_a_long_chain_is_refused(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"s{number}.yaml"
        path.write_text(f"region: dalian\nextends: s{number + 1}\n", encoding="utf-8")
    assert "too many scenarios extend each other" in refuse(tmp_path / "s0.yaml").what


@pytest.mark.parametrize(
    ("content", "what", "allowed"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", "UTF-8"),
        ("region: dalian\n# 大连\n".encode("gb18030"), "not UTF-8", "UTF-8"),
        (b"region: dalian\n" + b"# filling\n" * 600_000, "too large", "bytes"),
    ],
    ids=["binary", "other encoding", "too large"],
)
def test_a_file_that_is_no_text(content: bytes, what: str, allowed: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    error = refuse(path)
    assert what in error.what
    assert allowed in error.allowed


def test_a_folder_a_missing_file_and_an_unknown_name(tmp_path: Path) -> None:
    assert "folder" in refuse(tmp_path).what
    assert "does not exist" in refuse(tmp_path / "gone.yaml").what
    assert "does not exist" in refuse("nowhere/gone").what
    error = refuse("dalian-basline")
    assert "unknown scenario 'dalian-basline'" in error.what
    assert "dalian-plan" in error.allowed
    assert error.next == "did you mean 'dalian-baseline'?"
    assert "digisim scenarios" in refuse("?").next

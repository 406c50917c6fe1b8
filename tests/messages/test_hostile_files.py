"""What is no ordinary file is refused before it is opened, and every refusal of a file says what is allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digisim.errors import InputError
from digisim.messages.phrases import told
from digisim.registers import load_yaml, parse_yaml
from digisim.results import open_results
from digisim.scenario import load_scenario
from digisim.units import parse_quantity

READERS: dict[str, Callable[[Path], object]] = {
    "scenario": load_scenario,
    "register": load_yaml,
    "result": open_results,
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_are_refused_unopened(kind: str, reader: str, tmp_path: Path) -> None:
    place = Path("/dev/zero")
    if kind == "pipe":
        place = tmp_path / "pipe.yaml"
        os.mkfifo(place)
    with pytest.raises(InputError) as caught:
        READERS[reader](place)
    assert caught.value.what == "the file cannot be read: it is no ordinary file, but a pipe or a device"
    assert caught.value.where == place.as_posix()
    assert caught.value.allowed and caught.value.next
    assert "管道或设备" in told(caught.value, "zh")


@pytest.mark.parametrize("given", [None, 3, b"x.nc"])
def test_what_is_no_path_is_no_result(given: object) -> None:
    with pytest.raises(InputError, match="this is no path") as caught:
        open_results(given)  # type: ignore[arg-type]
    assert caught.value.where and caught.value.allowed and caught.value.next


HEAD = "region: dalian\n"
FAULTS = {
    "anchor": (HEAD + "name: &a x", "values written out"),
    "two documents": (HEAD + "---\n" + HEAD, "one document"),
    "a key that is no word": (HEAD + "[a]: b", "words and whole numbers"),
    "no dated value": (HEAD + "levers: {rd_grant: {}}", "a value, or values by date"),
    "two for a quarter": (
        HEAD + 'levers: {rd_grant: {2022: "1 亿 CNY/year", 2022Q1: "2 亿 CNY/year"}}',
        "one value for each quarter",
    ),
    "no date": (HEAD + "events: [{event: anchor_leaves}]", "the key 'date' with a value"),
    "circle": (HEAD + "extends: ./case.yaml", "each file once on the way up"),
    "park of a lever that is not moved": (
        HEAD + "levers: {service_platforms: 1 亿 CNY/year}\nparks: {park_rent_subsidy: tengfei}",
        "service_platforms",
    ),
    "park of a lever that stays as it is": (
        HEAD + "levers: {park_rent_subsidy: 0}\nparks: {park_rent_subsidy: tengfei}",
        "none: it moves no lever that can act in one park alone",
    ),
    "a unit of a share": (HEAD + "levers: {park_rent_subsidy: '0:30'}", "a share without a unit, such as 0.25 or 25%"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_a_file_says_what_is_allowed(case: str, tmp_path: Path) -> None:
    content, allowed = FAULTS[case]
    path = tmp_path / "case.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert allowed in caught.value.allowed
    assert "case.yaml, line" in caught.value.where and caught.value.next
    assert "杠杆" not in told(caught.value, "zh")


def test_a_park_of_a_lever_that_is_moved_is_taken(tmp_path: Path) -> None:
    """Also where what moves it stands in the file that is extended."""
    (tmp_path / "above.yaml").write_text(HEAD + "levers: {park_rent_subsidy: 0.5}", encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text("extends: ./above.yaml\nparks: {park_rent_subsidy: tengfei}", encoding="utf-8")
    assert load_scenario(path).parks == (("park_rent_subsidy", "tengfei"),)


def test_a_tag_is_told_whole() -> None:
    with pytest.raises(InputError) as caught:
        parse_yaml("a: !!python/object/apply:os.system [ls]")
    assert "'!!python/object/apply:os.system'" in caught.value.what


def test_a_share_with_a_unit_names_a_share() -> None:
    with pytest.raises(InputError) as caught:
        parse_quantity("0:30", "1")
    assert "quantity in 1" not in str(caught.value)

"""Generated pages say what the registers say."""

from __future__ import annotations

import csv
import doctest
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from digisim.policy import load_levers
from digisim.testing.own import OWN

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


@pytest.mark.parametrize("name", GENERATOR.PAGES)
def test_the_page_is_the_one_that_the_registers_write(name: str) -> None:
    held = (DOCS / name).read_text(encoding="utf-8")
    assert held == GENERATOR.PAGES[name](), f"docs/{name} is out of date: run `make docs`"


def test_every_page_of_the_reference_is_generated() -> None:
    written = {name for name in GENERATOR.PAGES if name.startswith("reference/")}
    assert {f"reference/{path.name}" for path in (DOCS / "reference").iterdir()} == written


def test_the_examples_of_the_generator_run() -> None:
    found = doctest.testmod(GENERATOR)
    assert found.attempted > 0 and found.failed == 0


def test_the_effects_are_those_of_the_levers_that_there_are() -> None:
    """After a change of the levers or of what they move first: `make effects`."""
    with (DOCS / "results" / "levers.csv").open(encoding="utf-8", newline="") as stream:
        held = [(row["lever"], row["indicator_en"], row["indicator_zh"]) for row in csv.DictReader(stream)]
    wanted = []
    for name in load_levers():
        wanted += [(name, own.name_en, own.name_zh) for own in OWN[name]] or [(name, "", "")]
    assert held == wanted

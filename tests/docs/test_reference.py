"""Generated pages say what the registers say."""

from __future__ import annotations

import doctest
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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

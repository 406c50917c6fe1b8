"""Pages written by hand: links lead somewhere, names are those of the registers, every process has its page."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from digisim.parameters import load_parameters
from digisim.policy import load_levers
from digisim.quarter import QUARTER
from digisim.statistics import load_indicators

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
ECONOMICS = sorted(path for path in (ROOT / "docs" / "economics").glob("*.md") if path.name != "simple.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
SECTIONS = (
    "## What happens", "## Equations and sources", "## Parameters", "## What is measured", "## What is still simple"
)  # fmt: skip


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    return page.split(title, 1)[1].split("\n## ", 1)[0]


def plain(page: str) -> str:
    """The page without code blocks, whose brackets are no links."""
    return re.sub(r"^```.*?^```", "", page, flags=re.M | re.S)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_links_lead_to_files(path: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(plain(text(path))) if "://" not in link]
    lost = [link for link in targets if link and not (path.parent / link).exists()]
    assert lost == []


def test_the_index_names_every_page() -> None:
    docs = ROOT / "docs"
    linked = {(docs / link).resolve() for link in LINK.findall(text(docs / "index.md"))}
    assert [relative(p) for p in docs.rglob("*.md") if p.name != "index.md" and p.resolve() not in linked] == []


def test_every_process_has_a_page_with_all_sections() -> None:
    for name in (*(step.process.page for step in QUARTER), "start"):
        page = text(ROOT / "docs" / "economics" / f"{name}.md")
        places = [page.find(title) for title in SECTIONS]
        assert -1 not in places and all(a < b for a, b in pairwise(places)), f"{name}.md lacks a section"


def test_parameters_are_on_a_page_and_no_page_names_an_unknown_one() -> None:
    named: set[str] = set()
    for path in ECONOMICS:
        page = text(path)
        if SECTIONS[2] in page:
            here = set(re.findall(r"`([a-z][a-z0-9]*(?:\.[a-z0-9]+)*)`", section(page, SECTIONS[2])))
            assert here - set(load_parameters()) == set(), relative(path)
            named |= here
    assert set(load_parameters()) - named == set()


def test_indicators_and_levers_that_pages_name_exist() -> None:
    for path in ECONOMICS:
        page = text(path)
        if SECTIONS[3] in page:
            named = set(re.findall(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`", section(page, SECTIONS[3])))
            assert named - set(load_indicators()) == set(), relative(path)
    policy = section(text(ROOT / "docs" / "economics" / "policy.md"), SECTIONS[0])
    assert set(load_levers()) <= set(re.findall(r"`([a-z_]+)`", policy))


def test_formulas_are_closed() -> None:
    for path in ECONOMICS:
        bare = text(path).replace("$$", "\0")
        assert bare.count("\0") % 2 == 0 and bare.count("$") % 2 == 0, relative(path)


def test_files_that_the_rules_name_exist() -> None:
    for name in ("CONTRIBUTING.md", "ARCHITECTURE.md"):
        quoted = re.findall(r"`((?:src|tests|docs|scenarios)/[^`<>*\s]+)`", text(ROOT / name))
        assert quoted and [each for each in quoted if not (ROOT / each).exists()] == [], name


def test_process_pages_name_their_file() -> None:
    for path in ECONOMICS:
        quoted = re.findall(r"`(src/digisim/[^`]+)`", text(path))
        assert quoted and [each for each in quoted if not (ROOT / each).exists()] == [], relative(path)

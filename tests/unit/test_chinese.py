"""What people read with ``--lang zh`` is Chinese: every row of a register has both languages, and no table is mixed."""

from __future__ import annotations

import re

import pytest

from digisim.audit import findings
from digisim.cli import display, main
from digisim.evidence import documents, figures
from digisim.policy import load_levers
from digisim.quarter import QUARTER
from digisim.regions import load_region, load_segments, region_names
from digisim.scenario import load_scenario, scenario_names
from digisim.statistics import load_indicators
from digisim.targets import load_targets
from digisim.verdicts.facts import facts

LISTS = ("levers", "targets", "indicators", "evidence", "scenarios", "regions", "quarter")
CHINESE = re.compile("[\u4e00-\u9fff]")

IDENTIFIERS = (
    {*load_levers(), *load_indicators(*region_names()), *figures(), *documents(), *scenario_names(), *region_names()}
    | {name for target in load_targets() for name in (target.id, target.indicator) if name}
    | {step.process.name for step in QUARTER}
    | {row.id for name in region_names() for row in load_region(name).figures}
)
"""Names that a user types; they are the same in both languages."""

ALLOWED = {
    *("CNY", "USD", "R&D", "GDP", "5G", "4G", "PUE", "STM", "Wi-Fi", "VR", "AI", "IT", "Mbps", "A"),
    *("a", "b"),  # symbols of a formula
    "corrections",  # a key of what --json prints
}
"""Units and abbreviations that Chinese documents print in Latin letters, and what a user types or looks up."""
COMMAND = re.compile(r"digisim( [a-z]+)( --[a-z]+)*")


def english(words: str) -> set[str]:
    """Return the English words in a text, identifiers, commands and allowed abbreviations left out."""
    words = COMMAND.sub(" ", words)
    for name in sorted(IDENTIFIERS, key=len, reverse=True):
        words = re.sub(rf"(?<![a-z0-9_-]){re.escape(name)}(?![a-z0-9_-])", " ", words)
    return set(re.findall(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9&-]*", words)) - ALLOWED


@pytest.mark.parametrize("command", [*LISTS, "evidence --coverage", "targets --coverage"])
def test_a_chinese_table_has_no_english_words(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(display, "WIDTH", 2000)  # so that no identifier is broken
    assert main([*command.split(), "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert CHINESE.search(shown) and english(shown) == set()


def test_the_search_finds_what_is_left() -> None:
    assert english("rd_grant 研发 talent retention，R&D 5G d28-revenue-2028") == {"talent", "retention"}
    assert english("见 digisim evidence --json 的说明，digisim 以外 all") == {"digisim", "all"}


def test_every_row_has_both_languages() -> None:
    pairs = {name: (row.name_en, row.name_zh) for name, row in load_levers().items()}
    pairs |= {f"{name} family": (row.family, row.family_zh) for name, row in load_levers().items()}
    pairs |= {name: (row.long_name, row.long_name_zh) for name, row in load_indicators().items()}
    pairs |= {f"{name} definition": (row.definition, row.definition_zh) for name, row in load_indicators().items()}
    pairs |= {name: (row.name_en, row.name_zh) for name, row in figures().items()}
    pairs |= {f"{t.id} reason": (t.reason_unscored, t.reason_unscored_zh) for t in load_targets() if t.reason_unscored}
    pairs |= {name: (row.title_en, row.title_zh) for name, row in documents().items()}
    pairs |= {name: (row.name_en, row.name_zh) for name, row in load_segments().items()}
    pairs |= {name: (load_region(name).name_en, load_region(name).name_zh) for name in region_names()}
    pairs |= {f"{name} fact": (row.name_en, row.name_zh) for name, row in facts().items()}
    pairs |= {step.process.name: (step.reason_en, step.reason_zh) for step in QUARTER}
    pairs |= {each.id: (each.text_en, each.text_zh) for each in findings()}
    for scenario in map(load_scenario, scenario_names()):
        pairs[scenario.name] = (scenario.description_en, scenario.description_zh)
    wrong = [name for name, (first, second) in pairs.items() if CHINESE.search(first) or not CHINESE.search(second)]
    assert wrong == []


def test_a_family_of_levers_and_a_reason_have_one_translation() -> None:
    families = {(row.family, row.family_zh) for row in load_levers().values()}
    reasons = {(t.reason_unscored, t.reason_unscored_zh) for t in load_targets()}
    for pairs in (families, reasons):
        assert len({first for first, _ in pairs}) == len({second for _, second in pairs}) == len(pairs)


def test_json_is_the_same_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for command in LISTS:
        shown = []
        for lang in ("en", "zh"):
            assert main([command, "--json", "--lang", lang]) == 0
            shown.append(capsys.readouterr().out)
        assert shown[0] == shown[1], command


def test_targets_are_shown_by_year(capsys: pytest.CaptureFixture[str]) -> None:
    main(["targets", "--lang", "zh"])
    shown = capsys.readouterr().out
    assert (
        shown.index("d28-va-share-2023") < shown.index("dp-t1-software-revenue-2025") < shown.index("d28-revenue-2028")
    )

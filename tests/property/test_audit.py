"""Any plan: a consistent one is met with silence, and a contradiction planted in it is found and named."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digisim.audit import Finding, findings
from digisim.audit.checks import CHECKS
from digisim.errors import InputError

Plan = dict[str, Any]

NOW, THEN = 2020, 2025


def row(id: str, year: int, value: float, unit: str, indicator: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "year": year, "value": value, "unit": unit, "indicator": indicator, **more}


def money(id: str, year: int, value: float) -> dict[str, Any]:
    return row(id, year, value, "亿元")


@st.composite
def consistent(draw: st.DrawFn) -> Plan:
    """Return a plan in which every relation that can be stated holds; what is only arithmetic is kept quiet."""
    grown = draw(st.floats(0.07, 0.12))
    hired = draw(st.floats(0.005, 0.05))
    parts = draw(st.lists(st.integers(1, 500), min_size=2, max_size=5))
    pace, slower = draw(st.floats(0.02, 0.4)), draw(st.floats(0.0, 1.0))
    firms, mean = draw(st.integers(2, 300)), draw(st.floats(0.2, 20.0))
    big, small = draw(st.integers(1, 9)), draw(st.integers(10, 90))
    land, bound = draw(st.integers(1, 50)), draw(st.floats(0.1, 4.0))
    named = draw(st.integers(1, 6))
    later = (1 + pace) ** 3
    figures = [
        row("revenue-now", NOW, 640, "亿元", "software_revenue"),
        row("staff-now", NOW, 20, "万人", "employees"),
        *(money(f"part-{k}", THEN, value) for k, value in enumerate(parts)),
        money("whole", THEN, sum(parts)),
        money("first", NOW, 100.0),
        money("second", NOW + 3, 100.0 * later),
        money("third", NOW + 6, 100.0 * later * (1 + pace * slower) ** 3),
        row("count", THEN, firms, "家"),
        row("count-before", NOW, firms, "家"),
        money("all-before", NOW, mean * firms),
        money("all", THEN, mean * firms),
        money("all-again", THEN, mean * firms),
        row("big", THEN, big, "家"),
        row("small", THEN, small, "家"),
        money("class-big", THEN, 10),
        money("class-small", THEN, 1),
        money("classes", THEN, big * 10 + small * 1),
        row("plots", NOW, land, "平方公里"),
        row("bound", THEN, bound, "亿元/公顷"),
        money("yield", THEN, bound * land * 100),
        money("step-1", THEN, 1),
        money("step-2", THEN, 5),
        row("award-1", THEN, 50, "万元"),
        row("award-2", THEN, 250, "万元"),
        row("share-now", NOW, 7, "%"),
        row("share-then", THEN, 8, "%"),
        row("share-growth", THEN, 5, "%/年"),
        row("part-growth", THEN, 100 * pace, "%/年"),
        row("whole-growth", THEN, 100 * pace, "%/年"),
        row("parks", THEN, named, "个", of="park"),
        row("ratio", THEN, mean, "比值"),
        row("one-of", THEN, mean * 3, "亿元"),
        row("of-this", THEN, 3, "亿元"),
    ]
    targets = [
        row("revenue-then", THEN, 640 * (1 + grown) ** 5, "亿元", "software_revenue"),
        row("staff-then", THEN, 20 * (1 + hired) ** 5, "万人", "employees"),
        row("revenue-growth", THEN, 100 * grown, "%/年", "software_revenue", kind="growth"),
        row("firms-1yi", THEN, 100 + small, "家", "firms_over_1yi"),
        row("firms-10yi", THEN, big, "家", "firms_over_10yi"),
    ]
    return {
        "plan": "any",
        "region": "dalian",
        "figures": [{k: v for k, v in each.items() if v is not None} for each in figures],
        "targets": targets,
        "statements": [
            {"id": "said", "kind": "growth", "start": "staff-now", "end": "staff-then", "value": 100 * hired,
             "unit": "%/年"},
        ],
        "relations": [
            {"id": "r-parts", "kind": "parts", "whole": "whole", "parts": [f"part-{k}" for k in range(len(parts))]},
            {"id": "r-part-of", "kind": "part_of", "part": "part-0", "whole": ["whole"]},
            {"id": "r-share-of", "kind": "share_of", "parts": ["part-0", "part-1"], "whole": "whole", "quiet": True},
            {"id": "r-path", "kind": "path", "figures": ["first", "second", "third"]},
            {"id": "r-classes", "kind": "classes", "whole": "classes", "classes": [
                {"count": "big", "threshold": "class-big"}, {"count": "small", "threshold": "class-small"}]},
            {"id": "r-excess", "kind": "excess", "whole": "all", "count": "count",
             "mean": {"numerator": "all-before", "denominator": "count-before"}},
            {"id": "r-same", "kind": "same", "figures": ["all", "all-again"]},
            {"id": "r-ratios", "kind": "ratios", "name_en": "Mean", "name_zh": "平均", "quiet": True, "pairs": [
                {"numerator": "all-before", "denominator": "count-before"},
                {"numerator": "all", "denominator": "count"}]},
            {"id": "r-stated-ratio", "kind": "stated_ratio", "stated": "ratio", "numerator": "one-of",
             "denominator": "of-this"},
            {"id": "r-share-path", "kind": "share_path", "start": "share-now", "end": "share-then",
             "rate": "share-growth", "whole_en": "GDP", "whole_zh": "生产总值", "quiet": True},
            {"id": "r-rule", "kind": "rule", "limit": "bound", "pairs": [
                {"numerator": "yield", "denominator": "plots"}]},
            {"id": "r-schedule", "kind": "schedule", "steps": [
                {"threshold": "step-1", "amount": "award-1"}, {"threshold": "step-2", "amount": "award-2"}]},
            {"id": "r-rates", "kind": "rates", "part": "part-growth", "whole": "whole-growth", "since": NOW,
             "share_en": "the share", "share_zh": "比重"},
            {"id": "r-listed", "kind": "listed", "count": "parks", "names_en": [f"P{k}" for k in range(named)],
             "names_zh": [f"园{k}" for k in range(named)]},
        ],
    }  # fmt: skip


def audited(plan: Plan) -> list[Finding]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        return findings(path)


def of(plan: Plan, key: str, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in plan[key] if each["id"] == id)
    return found


def times(key: str, id: str, factor: float) -> Callable[[Plan], None]:
    def plant(plan: Plan) -> None:
        of(plan, key, id)["value"] *= factor

    return plant


def another_name(plan: Plan) -> None:
    relation = of(plan, "relations", "r-listed")
    relation["names_en"], relation["names_zh"] = [*relation["names_en"], "Q"], [*relation["names_zh"], "又一园"]


def an_increment(plan: Plan) -> None:
    """A part that is said to be what is added."""
    of(plan, "relations", "r-parts")["parts"].append("added")
    plan["targets"].append(row("added", THEN, 1, "亿元", kind="increment"))


def second_figure(plan: Plan) -> None:
    plan["figures"].append(row("staff-again", NOW, 30, "万人", "employees"))


def another_target(id: str, value: float, indicator: str, **more: Any) -> Callable[[Plan], None]:
    def plant(plan: Plan) -> None:
        plan["targets"].append(row(id, THEN, value, "家" if "firms" in indicator else "亿元", indicator, **more))

    return plant


# name: (what is planted, id of the finding, its kind, how grave)
PLANTED: dict[str, tuple[Callable[[Plan], None], str, str, str]] = {
    "stated growth": (times("statements", "said", 4.0), "any-said", "stated_growth", "contradiction"),
    "growth beside a level": (
        times("targets", "revenue-growth", 0.5), "any-revenue-growth-revenue-then", "stated_growth", "contradiction"),
    "parts above their whole": (times("figures", "part-1", 600.0), "r-parts", "parts", "contradiction"),
    "a part above its whole": (times("figures", "part-0", 3000.0), "r-part-of", "part_of", "contradiction"),
    "shares above all": (times("figures", "whole", 0.001), "r-share-of", "share_of", "contradiction"),
    "a path that speeds up": (times("figures", "third", 4.0), "r-path", "path", "tension"),
    "classes above the total": (times("figures", "small", 3.0), "r-classes", "classes", "contradiction"),
    "more than the mean explains": (times("figures", "all", 2.0), "r-excess", "excess", "tension"),
    "two figures": (times("figures", "all-again", 1.2), "r-same", "same", "contradiction"),
    "two figures by indicator": (second_figure, "any-staff-now-staff-again", "same", "contradiction"),
    "a ratio that falls": (times("figures", "all", 0.5), "r-ratios", "ratios", "tension"),
    "a printed ratio": (times("figures", "ratio", 1.5), "r-stated-ratio", "stated_ratio", "contradiction"),
    "a share that outruns growth": (times("figures", "share-then", 3.0), "r-share-path", "share_path", "contradiction"),
    "a rule broken": (times("figures", "bound", 2.0), "r-rule", "rule", "contradiction"),
    "awards that fall": (times("figures", "award-2", 0.5), "r-schedule", "schedule", "info"),
    "a part that lags": (times("figures", "part-growth", 0.5), "r-rates", "rates", "tension"),
    "names above the count": (another_name, "r-listed", "listed", "contradiction"),
    "an increment among levels": (an_increment, "r-parts", "mixed", "contradiction"),
    "a target below the present": (
        times("targets", "staff-then", 0.5), "any-staff-now-staff-then", "already_met", "contradiction"),
    "a target met in the city": (
        times("targets", "revenue-then", 0.3), "any-revenue-then-present-software-revenue-local", "already_met",
        "contradiction"),
    "a target out of reach": (
        times("targets", "staff-then", 4.0), "any-staff-then-present-employees-local", "growth", "tension"),
    "revenue per head that falls": (times("targets", "staff-then", 3.0), "any-per-head-local", "ratios", "tension"),
    "a class above a wider one": (
        times("targets", "firms-10yi", 1000.0), "any-firms-10yi-of-firms-1yi", "part_of", "contradiction"),
    "value added above revenue": (
        another_target("va", 9999, "value_added", operators=["local"]), "any-va-of-revenue-then", "part_of",
        "contradiction"),
    "a park above the city": (
        another_target("park", 9999, "revenue_park_software_park", operators=["latent"]), "any-park-of-revenue-then",
        "part_of", "tension"),
    "firms of a size above the revenue": (
        another_target("giants", 500, "firms_over_100yi"), "any-classes-nested-of-revenue-then", "classes",
        "contradiction"),
}  # fmt: skip
SPOKEN = {"growth", "base", "sum_growth", "cap", "route", "incomparable", "unanchored", "present"}
"""Kinds that are pure arithmetic, which always say something, and the one that follows from the region."""


@settings(max_examples=40)
@given(plan=consistent())
def test_a_consistent_plan_is_met_with_silence(plan: Plan) -> None:
    assert audited(plan) == []


@pytest.mark.parametrize("name", PLANTED)
@settings(max_examples=8)
@given(plan=consistent())
def test_what_is_planted_is_found(name: str, plan: Plan) -> None:
    plant, id, kind, severity = PLANTED[name]
    changed = deepcopy(plan)
    plant(changed)
    found = {finding.id: finding for finding in audited(changed)}
    assert (found[id].kind, found[id].severity) == (kind, severity)
    for lang in ("en", "zh"):
        assert found[id].text(lang) and "{" not in found[id].text(lang)


def test_every_kind_is_planted_or_always_speaks() -> None:
    drawn = {"stated_growth"} | {id.removeprefix("r-").replace("-", "_") for _, id, _, _ in PLANTED.values()}
    assert set(CHECKS) - drawn - SPOKEN == set()


# Whatever is written: findings, or one message; never a crash.

IDS = ("f0", "f1", "f2", "f3")
AMOUNTS = st.one_of(st.sampled_from([0.0, -1.0, 1e-300, 1e-6, 1.0, 1e9]), st.floats(-1e12, 1e12))
SOME_PAIR = {"numerator": st.sampled_from(IDS), "denominator": st.sampled_from(IDS)}


def some(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return relations of a kind, of any figures in any order."""
    id, ids = st.sampled_from(IDS), st.lists(st.sampled_from(IDS), min_size=3, max_size=4)
    pairs = st.lists(st.fixed_dictionaries(SOME_PAIR, optional={"less": id}), min_size=1, max_size=3)
    words = {name: st.just(name) for name in ("share_en", "share_zh")}
    keys: dict[str, dict[str, Any]] = {
        "growth": {"start": id, "end": id},
        "stated_growth": {"start": id, "end": id, "rate": id},
        "base": {"end": id, "rate": id, "since": st.integers(1900, 2030)},
        "rates": {"part": id, "whole": id, "since": st.integers(1900, 2030), **words},
        "sum_growth": {"starts": ids, "ends": ids, "rate": id},
        "path": {"figures": ids},
        "parts": {"whole": id, "parts": ids, "doubtful": ids},
        "part_of": {"part": id, "whole": ids},
        "share_of": {"whole": id, "parts": ids},
        "classes": {"whole": id, "classes": st.lists(
            st.fixed_dictionaries({"count": id, "threshold": id}), min_size=1, max_size=3)},
        "excess": {"whole": id, "count": id, "mean": st.fixed_dictionaries(SOME_PAIR), "threshold": id, "target": id},
        "same": {"figures": st.lists(id, min_size=2, max_size=2)},
        "ratios": {"name_en": st.just("x"), "name_zh": st.just("某"), "pairs": pairs},
        "stated_ratio": {"stated": id, "numerator": id, "denominator": id},
        "share_path": {"start": id, "end": id, "rate": id, "whole_en": st.just("x"), "whole_zh": st.just("某")},
        "rule": {"limit": id, "pairs": pairs},
        "schedule": {"steps": st.lists(
            st.fixed_dictionaries({"threshold": id, "amount": id}), min_size=2, max_size=3)},
        "cap": {"rate": id, "cap": id, "base_en": st.just("x"), "base_zh": st.just("某")},
        "route": {"total": id, "rate": id, "years": id, "units_en": st.just("x"), "units_zh": st.just("某")},
        "listed": {"count": id, "names_en": st.just(["A"]), "names_zh": st.just(["甲"])},
        "incomparable": {"items": st.lists(st.fixed_dictionaries(
            {"figure": id, "basis_en": st.just("x"), "basis_zh": st.just("某")}, optional={"over": id}),
            min_size=2, max_size=3)},
        "unanchored": {"targets": ids},
    }  # fmt: skip
    return st.fixed_dictionaries({"id": st.just("r"), "kind": st.just(kind), **keys[kind]})


def answered(plan: Plan) -> list[Finding]:
    """Return the findings of a plan; none where it is refused as a user's error should be."""
    try:
        return audited(plan)
    except InputError as refused:
        return [] if refused.where.endswith("line 1") and refused.next else pytest.fail(str(refused))


@pytest.mark.parametrize("kind", sorted(set(CHECKS) - {"present"}))
@settings(max_examples=40)
@given(data=st.data())
def test_any_relation_of_any_figures_is_answered(kind: str, data: st.DataObject) -> None:
    units = st.sampled_from(["亿元", "%/年", "%", "家", "年", "亿元/公顷", "平方公里"])
    unit = data.draw(units)
    figures = [
        row(id, data.draw(st.integers(1990, 2040)), data.draw(AMOUNTS), data.draw(st.one_of(st.just(unit), units)))
        for id in IDS
    ]
    plan = {"plan": "any", "region": "dalian", "figures": figures, "relations": [data.draw(some(kind))]}
    for finding in answered(plan):
        assert all(math.isfinite(number) for number in finding.numbers.values())
        assert len(finding.text_en) < 2000 and "nan" not in finding.text_en

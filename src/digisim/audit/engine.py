"""Runs the checks over a plan and gives the findings, gravest first, as a list, a table or JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from digisim.audit.checks import check
from digisim.audit.plans import Plan, load_plan, plan_names
from digisim.audit.records import Finding, PlanFile
from digisim.audit.relations import Present, Relation, referred
from digisim.errors import PlanError, phrase
from digisim.evidence import documents, figures
from digisim.messages import check_language, text

GRAVITY = ("contradiction", "tension", "info")


def findings(*plans: str | Path) -> list[Finding]:
    """Audit plans by name or path (all plans of the archive without one) and return what arithmetic says.

    A finding that concerns two of the plans is given once, and one that a plan's own relation and its indicators give.

    >>> grave = [f for f in findings("dalian-digital-plan") if f.severity == "contradiction"]
    >>> "dalian-core-share-and-growth" in {f.id for f in grave}
    True
    """
    found: dict[str, Finding] = {}
    for name in plans or plan_names():
        plan = load_plan(name)
        for relation, where in plan.relations:
            for finding in _check(plan, relation, where):
                found.setdefault(finding.id, finding)
    said: dict[tuple[tuple[str, ...], str], Finding] = {}
    for finding in found.values():
        said.setdefault((finding.figures, finding.text_en), finding)
    return sorted(said.values(), key=lambda finding: GRAVITY.index(finding.severity))


def _check(plan: Plan, relation: Relation | Present, where: str) -> list[Finding]:
    try:
        remarks = check(relation, plan.entries)
        if not all(math.isfinite(number) for remark in remarks for number in remark.numbers.values()):
            raise OverflowError
    except PlanError as fault:  # the checks do not know where their relation is written
        raise PlanError(fault.what, where=where, allowed=fault.allowed, next=fault.next) from None
    except ArithmeticError:  # beyond what a number can hold
        raise PlanError(
            phrase("{id!r} leads to a number that is out of all range", id=relation.id),
            where=where,
            allowed="amounts and growth rates of this world",
            next="correct the values or their units",
        ) from None
    return [
        Finding(
            id=relation.id,
            plan=plan.name,
            kind=remark.kind,
            severity=remark.severity,
            figures=referred(relation),
            numbers=remark.numbers,
            text_en=f"{remark.texts[0]} {relation.note_en}".strip(),
            text_zh=f"{remark.texts[1]}{relation.note_zh}",
        )
        for remark in remarks
    ]


def to_table(found: Iterable[Finding], lang: str = "en") -> pd.DataFrame:
    """Return findings as a table: id, plan, kind, severity, text in ``lang``, the figures each rests on."""
    check_language(lang)
    columns = ["id", "plan", "kind", "severity", "text", "figures"]
    rows = [
        (f.id, f.plan, f.kind, text(f"audit.severity.{f.severity}", lang), f.text(lang), ", ".join(f.figures))
        for f in found
    ]
    return pd.DataFrame(rows, columns=columns)


def sections(found: Iterable[Finding], lang: str = "en") -> dict[str, list[Finding]]:
    """Return findings by the document that they are about, with its title; what is between documents comes last.

    >>> list(sections(findings("dongguan-cluster-plan", "shenzhen-cluster-plan"), "zh"))[-1]
    '各文件之间'
    """
    by_title: dict[str, list[Finding]] = {}
    last = text("audit.between", lang)
    rows = list(found)
    alone = len({finding.plan for finding in rows}) == 1
    for finding in sorted(rows, key=lambda finding: _order(finding.plan)):
        held = {figures()[id].document for id in finding.figures if id in figures()}
        between = finding.plan in documents() and len(held) > 1 and not alone
        by_title.setdefault(last if between else _title(finding.plan, lang), []).append(finding)
    return {title: by_title[title] for title in sorted(by_title, key=lambda title: title == last)}


def _order(plan: str) -> int:
    known = plan_names()
    return known.index(plan) if plan in known else len(known)


def _title(plan: str, lang: str) -> str:
    if plan not in documents():
        return plan
    record = documents()[plan]
    return record.title_zh if lang == "zh" else record.title_en


def counts(found: Iterable[Finding], lang: str = "en") -> str:
    """Return how many findings there are of each severity, in words; those that there are none of are left out.

    >>> counts(findings("shenzhen-cluster-plan"), "zh")
    '提示7'
    """
    many = Counter(str(finding.severity) for finding in found)
    words = [
        text("audit.count", lang, severity=text(f"audit.severity.{each}", lang), count=many[each])
        for each in GRAVITY
        if many[each]
    ]
    return ("，" if lang == "zh" else ", ").join(words)


def to_json(found: Iterable[Finding]) -> str:
    """Return findings as a JSON list, in both languages, with the computed numbers.

    >>> to_json([])
    '[]'
    """
    return json.dumps([finding.model_dump(mode="json") for finding in found], ensure_ascii=False, indent=2)


def audit(*plans: str | Path, lang: str = "en") -> pd.DataFrame:
    """Audit plans by name or path and return the findings as a table, gravest first.

    A row per finding; ``lang`` is ``"en"`` or ``"zh"``. A plan that cannot be found or read, or an unknown language, is
    an ``InputError``.

    >>> audit("dalian-2028-outline").columns.tolist()
    ['id', 'plan', 'kind', 'severity', 'text', 'figures']
    """
    check_language(lang)
    return to_table(findings(*plans), lang)


def plan_json_schema() -> dict[str, object]:
    """Return the JSON schema of a user's plan file."""
    return PlanFile.model_json_schema()

"""Runs the checks over a plan and gives the findings, gravest first, as a list, a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from digisim.audit.checks import CHECKS
from digisim.audit.plans import Plan, load_plan, plan_names
from digisim.audit.records import Finding, PlanFile, Present, Relation, referred
from digisim.errors import PlanError
from digisim.messages import check_language, text

GRAVITY = ("contradiction", "tension", "info")


def findings(*plans: str | Path) -> list[Finding]:
    """Audit plans by name or path (all plans of the archive without one) and return what arithmetic says.

    A finding that concerns two of the plans is given once.

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
    return sorted(found.values(), key=lambda finding: GRAVITY.index(finding.severity))


def _check(plan: Plan, relation: Relation | Present, where: str) -> list[Finding]:
    try:
        remarks = CHECKS[relation.kind](relation, plan.entries)
    except PlanError as fault:  # the checks do not know where their relation is written
        raise PlanError(fault.what, where=where, allowed=fault.allowed, next=fault.next) from None
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


def to_json(found: Iterable[Finding]) -> str:
    """Return findings as a JSON list, in both languages, with the computed numbers.

    >>> to_json([])
    '[]'
    """
    return json.dumps([finding.model_dump(mode="json") for finding in found], ensure_ascii=False, indent=2)


def audit(*plans: str | Path, lang: str = "en") -> pd.DataFrame:
    """Audit plans by name or path and return the findings as a table, gravest first.

    >>> audit("dalian-2028-outline").columns.tolist()
    ['id', 'plan', 'kind', 'severity', 'text', 'figures']
    """
    check_language(lang)
    return to_table(findings(*plans), lang)


def plan_json_schema() -> dict[str, object]:
    """Return the JSON schema of a user's plan file."""
    return PlanFile.model_json_schema()

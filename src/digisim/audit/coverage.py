"""Which figures of the archive the model uses, and why not the others: nothing read is to lie idle unnoticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from digisim.audit.plans import archive_relations
from digisim.audit.records import IdleRow
from digisim.audit.relations import referred
from digisim.errors import DefectError, EvidenceError, phrase
from digisim.evidence import figure, figures
from digisim.evidence.records import Figure
from digisim.messages import LANGUAGES, text
from digisim.policy.rules import load_rules
from digisim.regions import Region, cited, load_region, packaged_regions
from digisim.registers import load_yaml, read_rows
from digisim.resources import package_file, scenarios_dir
from digisim.statistics import load_indicators
from digisim.targets import load_targets, scored_targets

USES = ("baseline", "observation", "target", "rule")

NOT_LISTED = "not in the inventory"
"""How the correction of a figure begins that the inventory of the documents does not list."""

Reason = tuple[str, str]
"""Why a figure is not used, in English and Chinese."""


def uses() -> dict[str, set[str]]:
    """Return the ids that the model uses, by use; one figure may have several.

    ``baseline``: a region starts from it; ``observation``: the past or a prior is held against it; ``target``: futures
    are scored on it; ``rule``: an indicator counts by it, or the amounts of a scenario or of a printed rule that a
    lever pays rest on it. An id counts as used where a register names it, also in the comment of a region's or a
    scenario's file.

    >>> sorted(uses()["rule"])[:2]
    ['d28-class-100m', 'd28-class-10bn']
    """
    regions = [load_region(name) for name in packaged_regions()]
    observed = {id for region in regions for id in _observed(region)} & set(figures())
    start = {id for region in regions for id in cited(region)} & set(figures())
    named = _named_in(package_file(f"regions/{region.name}.yaml") for region in regions)
    registers = [package_file(f"parameters/{name}.yaml") for name in ("model", "parameters")]
    classes = {id for row in load_indicators().values() for id in row.class_figures}
    paid = {id for rule in load_rules().values() if rule.absent is None for ids in rule.figures.values() for id in ids}
    return {
        "baseline": start | (named - observed),
        "observation": observed | _named_in(registers),
        "target": {target.id for region in regions for target in scored_targets(region.name)},
        "rule": classes | paid | _named_in(scenarios_dir().glob("*.yaml")),
    }


def coverage() -> pd.DataFrame:
    """Return per document and role how many figures are held, used by the model (by use), audited, and not used.

    >>> coverage().columns.tolist()
    ['document', 'role', 'held', 'baseline', 'observation', 'target', 'rule', 'model', 'audit', 'unused']
    """
    used = uses()
    audited = {id for row in archive_relations().values() for id in referred(row.relation)}
    model = set().union(*used.values())
    columns = {"held": set(figures()), **used, "model": model, "audit": audited, "unused": set(figures()) - model}
    counts = {name: Counter(_kind(figures()[id]) for id in ids) for name, ids in columns.items()}
    rows = [(*kind, *(count[kind] for count in counts.values())) for kind in _kinds()]
    return pd.DataFrame(rows, columns=["document", "role", *counts])


def idle() -> pd.DataFrame:
    """Return the figures that the model does not use, by document, role and reason (in both languages).

    >>> idle().columns.tolist()
    ['document', 'role', 'reason_en', 'reason_zh', 'figures']
    """
    model = set().union(*uses().values())
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for kind in _kinds():
        for row in figures().values():
            if _kind(row) == kind and row.id not in model:
                found.setdefault((*kind, *reason(row)), []).append(row.id)
    return pd.DataFrame(
        [(*key, ids) for key, ids in found.items()], columns=["document", "role", "reason_en", "reason_zh", "figures"]
    )


def target_coverage() -> pd.DataFrame:
    """Return how each target of the documents is treated: scored, repeated, or explained (with the reason).

    ``listed`` says whether the inventory of the documents has it; what it lacks was found in the text again. ``kind``
    sorts the explained ones: ``inside`` the industry, with ``no_present`` to start from, ``nothing_counted``, or of an
    ``other_sector``.

    >>> target_coverage()["listed"].sum()
    np.int64(93)
    """
    held = {target.id: target for name in packaged_regions() for target in load_targets(name, load_indicators(name))}
    rows = []
    for row in figures().values():
        if row.role == "target":
            target = held.get(row.id)
            scored = target is not None and target.indicator is not None
            use = "repeated" if row.duplicate_of else "scored" if scored else "explained"
            why = _said("repeats") if row.duplicate_of else ("", "") if scored else reason(row)
            kind = (target.unscored if target else "other_sector") if use == "explained" else None
            listed = not row.corrections.startswith(NOT_LISTED)
            rows.append((row.document, row.id, row.name_en, row.name_zh, use, kind, *why, listed))
    names = ["document", "id", "name_en", "name_zh", "use", "kind", "reason_en", "reason_zh", "listed"]
    return pd.DataFrame(rows, columns=names)


def reason(row: Figure) -> Reason:
    """Return why the model does not use a figure; a figure without a reason is a ``DefectError``.

    >>> from digisim.evidence import figure
    >>> reason(figure("dp-school-broadband"))[0]
    'outside the industry'
    """
    if row.scope == "outside":
        return _said("outside")
    if row.duplicate_of is not None:
        return _said("repeats")
    if row.id in _unscored():
        return _unscored()[row.id]
    if row.id in listed_reasons():
        return _said(listed_reasons()[row.id])
    raise DefectError(
        f"the figure {row.id!r} is not used and nothing says why",
        where="audit/unused.yaml",
        next="use it, or list it under a reason",
    )


@cache
def listed_reasons() -> dict[str, str]:
    """Return the name of the reason by figure, as ``unused.yaml`` lists them; an unknown or second id is an error."""
    return read_reasons(package_file("audit/unused.yaml"))


def read_reasons(path: Path) -> dict[str, str]:
    """Read a register of reasons: each figure is held by the archive and stands under one reason."""
    found: dict[str, str] = {}
    document = load_yaml(path, EvidenceError)
    for number, row in enumerate(read_rows(document, IdleRow, "unused", error=EvidenceError).values()):
        for place, id in enumerate(row.figures):
            where = document.where(("unused", number, "figures", place))
            if id in found:
                raise EvidenceError(
                    phrase("the figure {id!r} is listed twice", id=id), where=where, next="keep one of the reasons"
                )
            figure(id, where=where)
            found[id] = row.name
    return found


@cache
def _unscored() -> dict[str, Reason]:
    return {t.id: (t.reason_unscored, t.reason_unscored_zh) for t in load_targets() if t.reason_unscored}


def _said(name: str) -> Reason:
    english, chinese = (text(f"unused.{name}", lang) for lang in LANGUAGES)
    return english, chinese


def _kind(row: Figure) -> tuple[str, str]:
    """Return document and role of a figure."""
    return row.document, row.role


def _kinds() -> list[tuple[str, str]]:
    """Return document and role of the figures, in the order of the archive."""
    return list(dict.fromkeys(map(_kind, figures().values())))


def _observed(region: Region) -> tuple[str, ...]:
    """Return what a region's past is held against: the run over the past, the outlook and the drift."""
    look, drift = region.outlook, region.drift
    grown = (*look.national_growth, *look.per_head_growth, *look.export_growth, *look.category_growth.values())
    held = (*drift.city, *drift.nation)
    counts = (name for each in held for name in ((each,) if isinstance(each, str) else each.names()))
    return (*region.past_employees, *grown, *counts)


def _named_in(paths: Iterable[Path]) -> set[str]:
    words = (re.findall(r"[a-z0-9][a-z0-9.-]*", path.read_text(encoding="utf-8")) for path in paths)
    return {word.rstrip(".") for found in words for word in found} & set(figures())

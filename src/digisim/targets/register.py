"""Loads the register of targets, and checks targets that a user wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from digisim.errors import Phrase, TargetError, phrase
from digisim.evidence import conversion, figure, scaled
from digisim.regions import own_file, region_document
from digisim.registers import Document, KeyPath, load_yaml, read_rows, validate
from digisim.resources import package_file
from digisim.schemas import nearest, suggest
from digisim.targets.records import OPERATORS, PlanTarget, Target, TargetRow

SUFFIXES = tuple(suffix for suffix in OPERATORS.values() if suffix)


@cache
def _register() -> Document:
    return load_yaml(package_file("targets/targets.yaml"), TargetError)


@cache
def _all_targets() -> tuple[Target, ...]:
    rows = read_rows(_register(), TargetRow, "targets", error=TargetError)
    return tuple(_with_figure(row) for row in rows.values())


def _with_figure(row: TargetRow) -> Target:
    held = figure(row.id)
    return Target(
        **row.model_dump(),
        document=held.document,
        value=held.value,
        unit=held.unit,
        name_en=held.name_en,
        name_zh=held.name_zh,
        printed=held.printed,
        basis=held.basis,
    )


def load_targets(region: str | None = None, published: Collection[str] = ()) -> list[Target]:
    """Return the targets of one region (all regions without it), scored or not, in the order of the documents.

    Those of a user's region stand in its file. What they are on is checked against the ``published`` indicators, where
    these are given.

    >>> [t.id for t in load_targets("dalian") if t.indicator == "employees"]
    ['d28-employment-2028']
    """
    path = own_file(region) if region is not None else None
    if path is not None:
        return _of_file(path, published)
    found = [target for target in _all_targets() if region in (None, target.region)]
    if not found:
        regions = sorted({target.region for target in _all_targets()})
        raise TargetError(
            phrase("no plan target of the region {region!r}", region=region),
            allowed=", ".join(regions),
            next="choose one of these",
        )
    if published:
        _refuse_unpublished(region, published)
    return found


def _refuse_unpublished(region: str | None, published: Collection[str]) -> None:
    """Refuse a target of the register on an indicator that its operators do not count."""
    for number, target in enumerate(_all_targets()):
        mine = region in (None, target.region) and target.indicator is not None
        if mine and not {target.variable(operator) for operator in target.operators} <= set(published):
            where = _register().where(("targets", number, "indicator"))
            raise _not_published(target, published, target.region, where)


def _of_file(path: Path, published: Collection[str]) -> list[Target]:
    """Return the targets in the file of a user's region."""
    found, document = region_document(path)
    rows = [validate(PlanTarget, document, ("targets", n), error=TargetError) for n in range(len(found.targets))]
    region = found.region
    return read_plan_targets(rows, document, region=region.name, base_year=region.base_year, indicators=published)


def scored_targets(region: str) -> list[Target]:
    """Return the targets that a published indicator scores; a repetition of another target is left out.

    >>> "dp-software-revenue-2025-text" in {t.id for t in scored_targets("dalian")}
    False
    """
    return [t for t in load_targets(region) if t.indicator is not None and t.duplicate_of is None]


def read_plan_targets(
    targets: Sequence[PlanTarget],
    document: Document,
    *,
    region: str,
    base_year: int,
    indicators: Collection[str],
) -> list[Target]:
    """Return the targets of a user's plan file (list ``targets`` of ``document``), checked and in canonical units.

    ``indicators`` are the published identifiers with their suffixes. A target at or before the base year, or on an
    indicator that is not published, or on none without a reason, is a ``TargetError`` with file and line.
    """
    found = []
    for number, row in enumerate(targets):
        place: KeyPath = ("targets", number)
        refuse_past(row, base_year, document.where((*place, "year")))
        refuse_unexplained(row, document.where(place))
        one_perimeter = _one_perimeter(row, indicators, region, document.where((*place, "indicator")))
        factor, unit = conversion(row.unit, row.of, where=document.where((*place, "unit")))
        found.append(_plan_target(row, region, document.name, one_perimeter, scaled(row.value, factor), unit))
    return found


def refuse_past(row: PlanTarget, base_year: int, where: str) -> None:
    """Raise a ``TargetError`` for a target at or before the base year."""
    if row.year <= base_year:
        raise TargetError(
            phrase(
                "the target {id!r} is for {year}, not after the base year {base_year}",
                id=row.id,
                year=row.year,
                base_year=base_year,
            ),
            where=where,
            allowed=phrase("{year} or later", year=base_year + 1),
            next="give a later year, or list it under figures",
        )


def _one_perimeter(row: PlanTarget, indicators: Collection[str], region: str, where: str) -> bool:
    """Return whether a target's indicator is published by one count only; refuse one that is not published."""
    wanted = {f"{row.indicator}{OPERATORS[operator]}" for operator in row.operators}
    if row.indicator is None or wanted <= set(indicators):
        return False
    if row.indicator in indicators and not any(f"{row.indicator}{suffix}" in indicators for suffix in SUFFIXES):
        return True
    raise _not_published(row, indicators, region, where)


def not_counted(row: PlanTarget | Target, published: Collection[str]) -> tuple[Phrase, list[str], Phrase | None]:
    """Return what to say of a target whose operators do not count its indicator, those that do, and the advice."""
    counted = [operator for operator, suffix in OPERATORS.items() if f"{row.indicator}{suffix}" in published]
    said = phrase(
        "the target {id!r} is on the indicator {indicator!r}, not published for: {operators}",
        id=row.id,
        indicator=row.indicator,
        operators=", ".join(row.operators),
    )
    return said, counted, phrase("write operators: [{counted}]", counted=", ".join(counted)) if counted else None


def _not_published(row: PlanTarget | Target, published: Collection[str], region: str, where: str) -> TargetError:
    """Return what to say of a target on an indicator that is not published for its operators."""
    known, named = sorted(published), str(row.indicator)
    said, _, operators = not_counted(row, published)
    advice = operators or suggest(named, known)
    return TargetError(
        said,
        where=where,
        allowed=nearest(named, known, f"digisim indicators --region {region}"),
        next=advice or "leave the indicator out and say why under reason_unscored: the target is then not scored",
    )


def refuse_unexplained(row: PlanTarget, where: str) -> None:
    """Raise a ``TargetError`` for a target of a region's file that no indicator scores, and that does not say why."""
    reason = row.reason_unscored or row.reason_unscored_zh
    if row.indicator is None and not reason:
        raise TargetError(
            phrase("the target {id!r} has no indicator, and no reason why nothing scores it", id=row.id),
            where=where,
            allowed="an identifier that digisim indicators lists, or reason_unscored",
            next="add an indicator, or say under reason_unscored why none measures it",
        )
    if row.indicator is not None and reason:
        raise TargetError(
            phrase("the target {id!r} has an indicator, and a reason why nothing scores it", id=row.id),
            where=where,
            allowed="one of the two",
            next="remove the indicator or reason_unscored",
        )


def _plan_target(row: PlanTarget, region: str, document: str, one_perimeter: bool, value: float, unit: str) -> Target:
    return Target(
        id=row.id,
        region=region,
        document=document,
        indicator=row.indicator,
        year=row.year,
        value=value,
        unit=unit,
        comparison=row.comparison,
        kind=row.kind,
        operators=row.operators if row.indicator else (),
        one_perimeter=one_perimeter,
        duplicate_of=None,
        unscored=None,
        reason_unscored=row.reason_unscored or row.reason_unscored_zh,
        reason_unscored_zh=row.reason_unscored_zh or row.reason_unscored,
        name_en=row.name_en or row.id,
        name_zh=row.name_zh or row.name_en or row.id,
        printed=f"{row.value:g} {row.unit}",
        basis=row.basis,
    )

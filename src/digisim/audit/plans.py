"""What is audited: the figures and relations of a document of the archive, or of a user's plan file."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digisim.audit.between import bounds
from digisim.audit.entries import Entries, Entry, counted, from_archive, from_plan, from_statement
from digisim.audit.implied import implied
from digisim.audit.present import SHARE, against_present, own_figures, start_figures
from digisim.audit.ranges import fitted
from digisim.audit.records import PlanFigure, PlanFile
from digisim.audit.relations import Base, Present, Relation, RelationRow, StatedGrowth, referred
from digisim.errors import PlanError, phrase
from digisim.evidence import documents, figures
from digisim.regions import introduce, load_region, own_file, region_document, region_names
from digisim.registers import Document, KeyPath, load_register, load_yaml, validate
from digisim.resources import package_file
from digisim.schemas import nearest, suggest
from digisim.statistics import load_indicators
from digisim.targets import OPERATORS, PlanTarget, not_counted, refuse_past, refuse_unexplained

Relations = tuple[tuple[Relation | Present, str], ...]


@dataclass(frozen=True)
class Plan:
    """A plan ready for the checks: its name, its numbers, and each relation with where it is written."""

    name: str
    entries: Entries
    relations: Relations


def plan_names() -> list[str]:
    """Return the plans of the archive that can be audited by name.

    >>> plan_names()[:3]
    ['dalian-2028-outline', 'dalian-digital-plan', 'shenzhen-cluster-plan']
    """
    return list(documents())


def load_plan(plan: str | Path) -> Plan:
    """Return a plan by name, or from a user's file of a plan or a region; an unknown name is a ``PlanError``."""
    name = str(plan)
    if name in documents():
        return _from_archive(name)
    own = own_file(name)
    if own is not None:
        return read_plan(own)
    if isinstance(plan, Path) or name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name:
        return read_plan(Path(plan))
    known = plan_names()
    raise PlanError(
        phrase("unknown plan {name!r}", name=name[:60]),
        where="digisim audit",
        allowed=phrase("{known}, or a YAML file", known=", ".join(known)),
        next=suggest(name, known) or "name one of these, or give the path of a plan file",
    )


@cache
def archive_entries() -> dict[str, Entry]:
    """Return all figures of the archive as entries by id."""
    return {id: from_archive(figure) for id, figure in figures().items()}


@cache
def archive_relations() -> dict[str, RelationRow]:
    """Return the register of relations between figures of the archive."""
    return load_register(package_file("audit/relations.yaml"), RelationRow, "relations", error=PlanError)


def _from_archive(name: str) -> Plan:
    entries = archive_entries()
    relations = tuple(
        (row.relation, phrase("relation {id}", id=id))
        for id, row in archive_relations().items()
        # A relation concerns every plan that one of its figures stands in: so plans are held against each other.
        if any(entries[figure].document == name for figure in referred(row.relation))
    )
    return Plan(name, entries, relations)


def read_plan(path: Path) -> Plan:
    """Read a user's plan file, or the file of a user's region: what it starts from and its targets.

    Relations of a plan may also name figures of the archive.
    """
    document = load_yaml(path, PlanError)
    if isinstance(document.data, dict) and isinstance(document.data.get("region"), dict):
        content = _of_region(path, document)
    else:
        content = validate(PlanFile, document, error=PlanError)
    _refuse_unlisted(content, document)
    _refuse_past(content, document)
    region, own = load_region(content.region), _own_entries(content, document)
    held = start_figures(region)
    starts = {entry.id: entry for role, entry in held.items() if role != SHARE}  # which has the id of its numerator
    entries: dict[str, Entry] = archive_entries() | bounds() | starts | own
    stated = _stated(content, document, own, entries)
    written = _written(content, document, entries)
    present = against_present(content.plan, region, content.targets, own)
    found = [(relation, document.name) for relation in (*implied(content.plan, own.values(), held), *present)]
    return Plan(content.plan, entries, (*found, *stated, *written))


def _of_region(path: Path, document: Document) -> PlanFile:
    """Return the plan in a region's file; a target without an indicator says there why none scores it."""
    found, _ = region_document(path)
    introduce((found.region,))
    rows = [validate(PlanTarget, document, ("targets", n), error=PlanError) for n in range(len(found.targets))]
    for number, row in enumerate(rows):
        refuse_unexplained(row, document.where(("targets", number)))
    targets = tuple(PlanTarget(**{"indicator": None} | row.model_dump()) for row in rows)
    return PlanFile(plan=path.stem, region=found.region.name, figures=own_figures(found.region), targets=targets)


def _stated(content: PlanFile, document: Document, own: dict[str, Entry], entries: dict[str, Entry]) -> Relations:
    """Return what the plan's statements relate; each statement becomes an entry of its own."""
    found: list[tuple[Relation, str]] = []
    for number, statement in enumerate(content.statements):
        where = document.where(("statements", number))
        id = f"{content.plan}-{statement.id}"
        if statement.start is not None:
            ends = {"start": statement.start, "end": statement.end, "rate": statement.id}
            relation: Relation = StatedGrowth(id=id, kind="stated_growth", tolerance=statement.tolerance, **ends)
        else:
            relation = Base(id=id, kind="base", end=statement.end, rate=statement.id, since=statement.since or 0)
        _refuse_unknown(relation, {*entries, statement.id}, where)
        _refuse_twice(statement.id, own, where)
        own[statement.id] = entries[statement.id] = from_statement(statement, entries[statement.end].year, where)
        found.append((relation, where))
    return tuple(found)


def _written(content: PlanFile, document: Document, entries: Entries) -> Relations:
    found: dict[str, tuple[Relation, str]] = {}
    for number, relation in enumerate(content.relations):
        where = document.where(("relations", number))
        _refuse_twice(relation.id, found, where)
        _refuse_unknown(relation, set(entries), where)
        found[relation.id] = (relation, where)
    return tuple(found.values())


def _own_entries(content: PlanFile, document: Document) -> dict[str, Entry]:
    own: dict[str, Entry] = {}
    written: dict[str, Sequence[PlanFigure | PlanTarget]] = {
        "figures": content.figures,
        "targets": content.targets,
    }
    for key, rows in written.items():
        for number, row in enumerate(rows):
            place: KeyPath = (key, number)
            _refuse_twice(row.id, own, document.where(place))
            entry = from_plan(row, document.where((*place, "unit")), content.region)
            own[row.id] = fitted(row, entry, content.region, document, place)
    return own


def _refuse_unlisted(content: PlanFile, document: Document) -> None:
    """The region has evidence, and what figures and targets are on is published: a slip would never be noticed."""
    regions = region_names()
    published = load_indicators(*(name for name in regions if name == content.region))
    if content.region not in regions:
        raise PlanError(
            phrase("unknown region {name!r}", name=content.region),
            where=document.where(("region",)),
            allowed=", ".join(regions),
            next=suggest(content.region, regions) or phrase("see: {command}", command="digisim regions"),
        )
    written: dict[str, Sequence[PlanFigure | PlanTarget]] = {"figures": content.figures, "targets": content.targets}
    for key, rows in written.items():
        for number, row in enumerate(rows):
            if key == "targets" and "indicator" not in row.model_fields_set:
                raise PlanError(
                    phrase("the target {id!r} has no indicator", id=row.id),
                    where=document.where((key, number)),
                    allowed="an identifier that digisim indicators lists, or null: only relations see it then",
                    next="add an indicator, or indicator: null",
                )
            if row.indicator is not None and not set(counted(row)) <= set(published):
                raise _not_published(row, published, content.region, document.where((key, number, "indicator")))


def _not_published(row: PlanFigure | PlanTarget, published: Collection[str], region: str, where: str) -> PlanError:
    """Return what to say of a row whose indicator is unknown, or a target's that its operators do not count."""
    if isinstance(row, PlanTarget):
        said, listed, advice = not_counted(row, published)
        if advice is not None:
            allowed = ", ".join(f"{row.indicator}{OPERATORS[operator]}" for operator in listed)
            return PlanError(said, where=where, allowed=allowed, next=advice)
    return PlanError(
        phrase("{id!r} is on an unknown indicator, {indicator!r}", id=row.id, indicator=row.indicator),
        where=where,
        allowed=nearest(row.indicator, published, f"digisim indicators --region {region}"),
        next=suggest(row.indicator, published) or phrase("see: {command}", command="digisim indicators"),
    )


def _refuse_past(content: PlanFile, document: Document) -> None:
    """Targets lie after the base year of the plan's region."""
    for number, row in enumerate(content.targets):
        refuse_past(row, load_region(content.region).base_year, document.where(("targets", number, "year")))


def _refuse_twice(id: str, own: Container[str], where: str) -> None:
    if id in own:
        what = phrase("the id {id!r} is given twice", id=id)
        raise PlanError(what, where=where, allowed="each id once", next="ids are unique in a plan")


def _refuse_unknown(relation: Relation, known: set[str], where: str) -> None:
    for id in referred(relation):
        if id not in known:
            raise PlanError(
                phrase(
                    "{relation!r} rests on {id!r}, which is neither in this plan nor in the archive",
                    relation=relation.id,
                    id=id,
                ),
                where=where,
                next=suggest(id, sorted(known)) or "add it to figures or targets",
            )

"""What the published indicators are of one another: parts and wholes, classes of firms, least ratios, as relations."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import product

from digisim.audit.arithmetic import EXACT
from digisim.audit.entries import Entry
from digisim.audit.present import COUNTS
from digisim.audit.records import WholeRow
from digisim.audit.relations import Classes, Pair, PartOf, Relation, Rule, ShareOf, SizeClass
from digisim.errors import PlanError
from digisim.evidence import conversion, scaled
from digisim.messages import LANGUAGES, text
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.statistics import load_indicators

REAL = "software_revenue_real"  # in prices of another year: neither part nor whole of what is in today's

Names = set[tuple[str, str]]
"""(part, whole), where the part may be a pattern."""


@cache
def load_wholes() -> dict[str, WholeRow]:
    """Return the register of what indicators are of one another.

    >>> load_wholes()["floor-area"].whole
    ('floor_area',)
    """
    return load_register(package_file("audit/wholes.yaml"), WholeRow, "wholes", error=PlanError)


@cache
def bounds() -> dict[str, Entry]:
    """Return the least ratios of the register as entries by id.

    >>> bounds()["floor-area-a-head"].unit
    'm2/person'
    """
    found = {}
    for row in load_wholes().values():
        if row.least is not None and row.year is not None:
            factor, unit = conversion(row.unit)
            value = scaled(row.least, factor)
            names = (row.name_en, row.name_zh)
            found[row.id] = Entry(row.id, *names, value, value, value, unit, row.year, is_target=False)
    return found


@cache
def _strict() -> Names:
    """Return parts and their wholes: by whose count they are, and as the register says; a part of a part is a part."""
    found: Names = set()
    for counts in COUNTS.values():
        by_width = {wide: [name for name in counts if counts[name] == wide] for wide in ("narrower", "same", "wider")}
        found |= set(product(by_width["narrower"], [*by_width["same"], *by_width["wider"]]))
        found |= set(product(by_width["same"], by_width["wider"]))
    found = {pair for pair in found if REAL not in pair}
    for row in load_wholes().values():
        found |= set(product(row.of, row.whole)) if row.kind == "part" else set()
    return _joined(found, found)


@cache
def _loose() -> Names:
    """Return parts and wholes of a narrower count."""
    rows = [row for row in load_wholes().values() if row.kind == "part"]
    found = {pair for row in rows for pair in product(row.of, row.loosely)}
    return _joined(_strict(), found) - _strict()


def _joined(first: Names, found: Names) -> Names:
    """Return pairs with those that another pair leads to."""
    more = found | {(part, whole) for part, middle in first for other, whole in found if middle == other}
    return more if more == found else _joined(first, more)


def _holds(pairs: Names, part: Entry, whole: Entry) -> bool:
    counts = product(part.counts, whole.counts)
    return any(end == large and fnmatchcase(small, start) for small, large in counts for start, end in pairs)


def parts(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Each part beside its whole in a year."""
    for part, whole in product(levels, repeat=2):
        if part is whole or (part.year, part.unit) != (whole.year, whole.unit):
            continue
        strict = _holds(_strict(), part, whole)
        if strict or _holds(_loose(), part, whole):
            id = f"{plan}-{part.id}-of-{whole.id}"
            yield PartOf(id=id, kind="part_of", part=part.id, whole=(whole.id,), **_wider(strict))


def apart(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Parts that do not overlap, where together they are more than their whole of the year and none is so alone."""
    for row, whole in _rows("apart", levels):
        year = [each for each in levels if (each.year, each.unit) == (whole.year, whole.unit)]
        found = {name: each for each in year for name in each.counts for of in row.of if fnmatchcase(name, of)}
        values = [each.value for each in found.values()]
        if len(values) > 1 and sum(values) > whole.value * (1 + EXACT) and max(values) <= whole.value:
            strict = bool(set(whole.counts) & set(row.whole))
            held: dict[str, object] = {"parts": tuple(each.id for each in found.values()), "whole": whole.id}
            yield ShareOf(id=f"{plan}-{row.id}-of-{whole.id}", kind="share_of", **held, **_wider(strict))


def _wider(strict: bool) -> dict[str, str | bool]:
    """Return the fields of a relation whose part is by a wider count than its whole; none if it is not."""
    said = {f"note_{lang}": text("audit.wider_part", lang) for lang in LANGUAGES}
    return {} if strict else {"basis_differs": True, **said}


def classes(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Classes of firms beside the revenue of their year."""
    known = load_indicators()
    for row, whole in _rows("classes", levels):
        counts = {name: each for each in levels for name in each.counts if name in row.of and each.year == whole.year}
        sizes = [SizeClass(count=each.id, threshold=known[name].class_figures[0]) for name, each in counts.items()]
        if sizes and (row.nested or row.of[0] in counts):  # the others alone are said where they are nested
            held: dict[str, object] = {"whole": whole.id, "classes": tuple(sizes), "nested": row.nested}
            strict = bool(set(whole.counts) & set(row.whole))
            yield Classes(id=f"{plan}-{row.id}-of-{whole.id}", kind="classes", **held, **_wider(strict))


def least(plan: str, levels: list[Entry]) -> Iterator[Relation]:
    """Ratios that are no less than a bound which others than the plan set."""
    for row, whole in _rows("least", levels):
        tops = [each for each in levels if each.year == whole.year and set(each.counts) & set(row.of)]
        for top in tops if whole.value > 0 else ():
            pairs = (Pair(numerator=top.id, denominator=whole.id),)
            by = {"source_en": row.source_en, "source_zh": row.source_zh}
            id = f"{plan}-{row.id}-{top.id}-{whole.id}"
            yield Rule(id=id, kind="rule", limit=row.id, basis_differs=True, pairs=pairs, **by)


def _rows(kind: str, levels: list[Entry]) -> Iterator[tuple[WholeRow, Entry]]:
    """Return the rows of a kind with each level that is a whole of them."""
    for row, whole in product(load_wholes().values(), levels):
        if row.kind == kind and set(whole.counts) & {*row.whole, *row.loosely}:
            yield row, whole

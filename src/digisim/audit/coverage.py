"""Which figures of the archive the model uses, and which the audit relates: nothing read is to lie idle unnoticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from digisim.audit.plans import archive_relations
from digisim.audit.records import referred
from digisim.evidence import figures
from digisim.regions import region_names
from digisim.resources import package_file, scenarios_dir
from digisim.targets import load_targets

Kind = tuple[str, str]
"""Document and role of a figure."""


def coverage() -> pd.DataFrame:
    """Return per document and role how many figures are held, used by the model, and related by the audit.

    The model uses a figure whose id stands in a region, in a scored target, or in a scenario (also in its arithmetic,
    which is in comments).

    >>> coverage().columns.tolist()
    ['document', 'role', 'held', 'model', 'audit']
    """
    files = [package_file(f"regions/{name}.yaml") for name in region_names()]
    scored = {target.id for target in load_targets() if target.indicator is not None}
    model = _named_in([*files, *sorted(scenarios_dir().glob("*.yaml"))]) | scored
    audited = {id for row in archive_relations().values() for id in referred(row.relation)}
    kinds: dict[str, Kind] = {id: (held.document, held.role) for id, held in figures().items()}
    counts: list[Counter[Kind]] = [Counter(kinds.values()), _count(kinds, model), _count(kinds, audited)]
    rows = [(*kind, *(count[kind] for count in counts)) for kind in counts[0]]
    return pd.DataFrame(rows, columns=["document", "role", "held", "model", "audit"])


def _count(kinds: dict[str, Kind], ids: Iterable[str]) -> Counter[Kind]:
    return Counter(kinds[id] for id in ids if id in kinds)


def _named_in(paths: Iterable[Path]) -> set[str]:
    words = (re.findall(r"[a-z0-9][a-z0-9.-]*", path.read_text(encoding="utf-8")) for path in paths)
    return {word.rstrip(".") for found in words for word in found} & set(figures())

"""The cases that a reader of the documents noted, and what the audit finds of each."""

from __future__ import annotations

from functools import cache

from digisim.audit.records import CaseRow
from digisim.errors import EvidenceError
from digisim.registers import load_register
from digisim.resources import package_file


@cache
def load_cases() -> dict[str, CaseRow]:
    """Return the register of cases by number.

    >>> load_cases()["21"].findings
    ('dongguan-revenue-2023-2025',)
    """
    return load_register(package_file("audit/cases.yaml"), CaseRow, "cases", error=EvidenceError)

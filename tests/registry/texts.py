"""The texts of the documents and their inventory, which stand beside a developer's checkout and nowhere else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2].parent / "shared"
DOCUMENTS = SHARED / "documents"
INVENTORY = SHARED / "evidence" / "document-inventory.csv"

needs_documents = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the texts of the documents are not beside this checkout"
)
needs_inventory = pytest.mark.skipif(not INVENTORY.is_file(), reason="the inventory is not beside this checkout")


def compact(text: str) -> str:
    """Return a text without white space: the stored texts break lines anywhere."""
    return re.sub(r"\s+", "", text)


@cache
def text_of(document: str) -> str:
    return (DOCUMENTS / f"{document}.txt").read_text(encoding="utf-8")


@cache
def compact_text_of(document: str) -> str:
    return compact(text_of(document))

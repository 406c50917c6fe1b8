"""A table that is appended to, emptied in parts, copied and viewed in any order behaves like a list of records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from digisim.errors import DefectError
from digisim.state.table import Table, load_columns

MATRIX = "presence"


class TableMachine(RuleBasedStateMachine):
    """`rows` is the plain truth: one record a row, in order."""

    @initialize(capacity=st.integers(0, 4))
    def begin(self, capacity: int) -> None:
        self.table = Table("firm", capacity)
        self.rows: list[dict[str, Any]] = []
        self.next_id = 1
        self.copies: list[tuple[Table, list[dict[str, Any]]]] = []

    @rule(count=st.integers(0, 9), cash=st.floats(-1e9, 1e9), k=st.floats(0, 1))
    def append(self, count: int, cash: float, k: float) -> None:
        before = self.table.epoch
        ids = np.arange(self.next_id, self.next_id + count)
        added = self.table.append(count, id=ids, cash=cash, presence=np.full((count, 4), k))
        assert (added.start, added.stop) == (len(self.rows), len(self.rows) + count)
        assert self.table.epoch > before
        self.rows += [{"id": int(i), "cash": cash, MATRIX: [k] * 4, "capability": 1.0} for i in ids]
        self.next_id += count

    @rule(data=st.data())
    def retire(self, data: st.DataObject) -> None:
        keep = np.array([data.draw(st.booleans()) for _ in self.rows], dtype=bool)
        self.table.compact(keep)
        self.rows = [row for row, stays in zip(self.rows, keep, strict=True) if stays]

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), cash=st.floats(-1e9, 1e9))
    def write(self, data: st.DataObject, cash: float) -> None:
        row = data.draw(st.integers(0, len(self.rows) - 1))
        self.table.view(frozenset({"id"}), frozenset({"cash"}), guarded=True).cash[row] = cash
        self.rows[row]["cash"] = cash

    @rule()
    def copy(self) -> None:
        twin = self.table.copy()
        self.copies = [*self.copies[-2:], (twin, [dict(row) for row in self.rows])]

    @precondition(lambda self: self.rows)
    @rule()
    def look(self) -> None:
        seen = self.table.view(frozenset({"id"}), frozenset({"cash"}), guarded=True)
        assert set(vars(seen)) == {"id", "cash"}
        assert not seen.id.flags.writeable and seen.cash.flags.writeable
        assert self.table["id"].flags.writeable  # the guard is on the view, not on the table
        with pytest.raises(ValueError, match="read-only"):
            seen.id[0] = 7

    @invariant()
    def same_records(self) -> None:
        if not hasattr(self, "table"):
            return
        for table, rows in [(self.table, self.rows), *self.copies]:
            assert table.n == len(rows) <= table.capacity
            for name in ("id", "cash", MATRIX, "capability"):
                assert table[name].tolist() == [row[name] for row in rows]

    @invariant()
    def columns_have_one_length_and_empty_rows_are_default(self) -> None:
        if not hasattr(self, "table"):
            return
        for name, column in self.table.columns.items():
            array = self.table.data[name]
            assert len(array) == self.table.capacity and array.dtype == np.dtype(column.dtype)
            assert (array[self.table.n :] == column.default).all()


TableMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
TestTable = TableMachine.TestCase


def test_a_column_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DefectError, match=r"unknown firm columns: \['colour'\]") as caught:
        Table("firm", 2).append(1, colour=3)
    assert "capability" in caught.value.allowed


def test_a_mask_of_another_length_is_refused() -> None:
    table = Table("talent", 4)
    table.append(3)
    with pytest.raises(DefectError, match=r"compact needs a mask of 3 rows, got \(2,\)"):
        table.compact(np.ones(2, bool))


def test_a_table_says_what_it_is() -> None:
    table = Table("talent", 4)
    table.append(3)
    assert repr(table).startswith("<talent table: 3 rows, ")
    assert len([c for c in load_columns() if c.entity == "talent"]) == len(table.columns)

"""A table of agents: one contiguous array per column, rows appended in order and never reused.

Rows are only ever removed by `compact`, which keeps the order of those that stay: sums over rows then run in the
same order whether or not somebody else was ever there.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from digisim.errors import DefectError
from digisim.registers import load_yaml, validate
from digisim.resources import package_file

GROWTH = 1.25


class Column(BaseModel):
    """A row of the column register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: Literal["firm", "talent"]
    name: str
    dtype: str
    unit: str
    default: float | int | bool
    owner: str
    meaning: str
    width: int = 1


class _Columns(BaseModel):
    columns: list[Column]


@cache
def load_columns() -> tuple[Column, ...]:
    """The column register.

    >>> {c.entity for c in load_columns()} == {"firm", "talent"}
    True
    """
    return tuple(validate(_Columns, load_yaml(package_file("state/columns.yaml"))).columns)


@cache
def _both(reads: frozenset[str], writes: frozenset[str]) -> frozenset[str]:
    return reads | writes


def bytes_per_row(entity: str) -> int:
    """Bytes that one agent of an entity takes in all its columns.

    >>> bytes_per_row("talent") <= 64
    True
    """
    return sum(np.dtype(c.dtype).itemsize * c.width for c in load_columns() if c.entity == entity)


class Table:
    """Columns of one entity; `n` rows are in use.

    >>> people = Table("talent", capacity=4)
    >>> people.append(2, human_capital=np.array([1.0, 1.2]))
    slice(0, 2, None)
    >>> people["employer"].tolist()
    [-1, -1]
    """

    def __init__(self, entity: str, capacity: int) -> None:
        self.entity = entity
        self.columns = {c.name: c for c in load_columns() if c.entity == entity}
        self.n = 0
        self.epoch = 0  # grows whenever arrays or the number of rows change: views older than it are stale
        self.data: dict[str, np.ndarray] = {}
        self._rows: dict[str, np.ndarray] = {}  # the rows in use of each column that was asked for
        for name, column in self.columns.items():
            shape = (capacity,) if column.width == 1 else (capacity, column.width)
            self.data[name] = np.full(shape, column.default, dtype=column.dtype)

    @property
    def capacity(self) -> int:
        """Rows that fit before the arrays have to grow."""
        return len(self.data["id"])

    def __getitem__(self, name: str) -> np.ndarray:
        rows = self._rows.get(name)
        if rows is None:
            rows = self._rows[name] = self.data[name][: self.n]
        return rows

    def _changed(self) -> None:
        """Arrays or the number of rows have changed: views from before are stale."""
        self.epoch += 1
        self._rows.clear()

    def __repr__(self) -> str:
        return (
            f"<{self.entity} table: {self.n} rows, {len(self.data)} columns, {bytes_per_row(self.entity)} bytes a row>"
        )

    def append(self, count: int, **values: Any) -> slice:
        """Add rows at the end; columns not named take their default. Returns the slice of the new rows."""
        unknown = set(values) - set(self.columns)
        if unknown:
            raise DefectError(f"unknown {self.entity} columns: {sorted(unknown)}", allowed=", ".join(self.columns))
        start, stop = self.n, self.n + count
        if stop > self.capacity:
            self._grow(max(stop, int(self.capacity * GROWTH) + 16))
        for name, value in values.items():  # rows not in use hold the defaults
            self.data[name][start:stop] = value
        self.n = stop
        self._changed()
        return slice(start, stop)

    def _grow(self, capacity: int) -> None:
        for name, array in self.data.items():
            bigger = np.full((capacity, *array.shape[1:]), self.columns[name].default, dtype=array.dtype)
            bigger[: self.n] = array[: self.n]
            self.data[name] = bigger

    def compact(self, keep: np.ndarray) -> None:
        """Drop the rows where `keep` is false; the others keep their order."""
        if keep.shape != (self.n,):
            raise DefectError(f"compact needs a mask of {self.n} rows, got {keep.shape}")
        rows = np.flatnonzero(keep)
        left = rows.size
        for name, array in self.data.items():
            array[:left] = array.take(rows, axis=0)
            array[left : self.n] = self.columns[name].default
        self.n = left
        self._changed()

    def copy(self) -> Table:
        """An independent copy, for several scenarios that begin from one start."""
        twin = object.__new__(Table)
        twin.entity, twin.columns, twin.n, twin.epoch = self.entity, self.columns, self.n, self.epoch
        twin.data = {name: array.copy() for name, array in self.data.items()}
        twin._rows = {}
        return twin

    def view(self, reads: frozenset[str], writes: frozenset[str], *, guarded: bool) -> SimpleNamespace:
        """A namespace with the declared columns only; guarded, those not declared as written are read-only."""
        arrays = {name: self[name] for name in _both(reads, writes)}
        if guarded:
            for name in reads - writes:
                arrays[name] = self[name].view()  # the guard is on the view, not on the table
                arrays[name].flags.writeable = False
        return SimpleNamespace(**arrays)

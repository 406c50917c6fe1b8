"""Every column has an owner, a unit and a use; every process declares what it touches, and the guard enforces it."""

from __future__ import annotations

import re
from pathlib import Path

import mesa
import numpy as np
import pytest

import digisim
from digisim.errors import DefectError
from digisim.processes import Context, Process, names
from digisim.quarter import QUARTER
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.state import invariants
from digisim.state.economy import Economy
from digisim.state.table import Column, Table, bytes_per_row, load_columns
from digisim.units import UNITS

SOURCE = Path(digisim.__file__).parent
COLUMNS = load_columns()
PROCESSES = {step.process.name: step.process for step in QUARTER}
GUARDED = [process for process in PROCESSES.values() if isinstance(process, Process)]
SHARED = {"flows"}  # payments and moves: several processes use it, no other way leads to its columns
FOR_READERS = {"founded"}  # ages of firms: no process decides by them, whoever studies survival needs them
IDS = [f"{column.entity}.{column.name}" for column in COLUMNS]


def part_text(part: str) -> str:
    """Source of a process, of the ledger of flows, or of the statistical office."""
    places = [SOURCE / "processes" / f"{part}.py", SOURCE / "state" / f"{part}.py"]
    places += [*(SOURCE / "processes" / part).glob("*.py"), *(SOURCE / part).glob("*.py")]
    return "\n".join(place.read_text(encoding="utf-8") for place in places if place.is_file())


@pytest.mark.parametrize("column", COLUMNS, ids=IDS)
def test_a_column_has_an_owner_a_unit_and_a_use(column: Column) -> None:
    assert column.owner in {*PROCESSES, *SHARED}
    assert column.unit in UNITS
    assert column.meaning.endswith(".")
    assert re.search(rf"\b{column.name}\b", part_text(column.owner)), "the owner never names it"
    np.array([column.default]).astype(column.dtype)
    declared = set()
    for process in GUARDED:
        reads, writes = sides(process)[column.entity]
        declared |= reads | writes
    counted = re.search(rf'"{column.name}"', part_text("statistics"))
    kept = re.search(rf"\b{column.name}\b", part_text("flows"))
    assert column.name in declared | FOR_READERS or counted or kept, "nobody reads it"


def sides(process: Process) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        "firm": (process.firm_reads, process.firm_writes),
        "talent": (process.talent_reads, process.talent_writes),
    }


def test_no_two_columns_of_an_entity_share_a_name() -> None:
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("process", GUARDED, ids=lambda process: process.name)
def test_a_process_declares_columns_that_exist_and_writes_only_its_own(process: Process) -> None:
    for entity, (reads, writes) in sides(process).items():
        known = {column.name: column for column in COLUMNS if column.entity == entity}
        assert reads | writes <= set(known)
        assert reads.isdisjoint(writes), "a written column can be read: declare it once"
        assert {known[name].owner for name in writes} <= {process.name, *SHARED}


@pytest.mark.parametrize("process", GUARDED, ids=lambda process: process.name)
def test_what_a_process_declares_it_uses(process: Process) -> None:
    text = part_text(process.name)
    for entity, (reads, writes) in sides(process).items():
        unused = [name for name in reads | writes if not re.search(rf"\.{name}\b", text)]
        assert unused == [], f"{process.name} declares {entity} columns that it does not use"


def test_a_person_takes_at_most_64_bytes() -> None:
    assert bytes_per_row("talent") <= 64
    table = Table("talent", 10)
    assert sum(array.nbytes for array in table.data.values()) == 10 * bytes_per_row("talent")


# --- the guard --------------------------------------------------------------------------------------------------------
def peek(context: Context) -> None:
    context.firms.cash.sum()


def scribble(context: Context) -> None:
    context.firms.cash[:] = 0.0


def stumble(context: Context) -> None:
    raise AttributeError("'Park' object has no attribute 'roof'")


def run(economy: Economy, start: Start, process: Process) -> None:
    process(economy, start.member.chance, {}, guarded=True)


@pytest.mark.parametrize("act", [peek, scribble])
def test_a_column_that_was_not_declared_cannot_be_touched(economy: Economy, start: Start, act: object) -> None:
    with pytest.raises(DefectError, match=r"process 'curious' uses a column that it does not declare: .*'cash'"):
        run(economy, start, Process("curious", act, firm_reads=names("id")))  # type: ignore[arg-type]


def test_a_column_declared_as_read_cannot_be_written(economy: Economy, start: Start) -> None:
    before = economy.firms["cash"].copy()
    with pytest.raises(ValueError, match="read-only"):
        run(economy, start, Process("curious", scribble, firm_reads=names("id cash")))
    assert np.array_equal(economy.firms["cash"], before)
    run(economy, start, Process("allowed", scribble, firm_writes=names("cash")))
    assert not economy.firms["cash"].any()


def test_other_attribute_errors_are_not_disguised(economy: Economy, start: Start) -> None:
    with pytest.raises(AttributeError, match="roof"):
        run(economy, start, Process("stumbling", stumble))


@pytest.mark.parametrize("scenario", ["dalian-baseline", "dalian-plan", "dalian-push"])
def test_eight_guarded_quarters_need_nothing_undeclared(start: Start, scenario: str) -> None:
    """Read-only columns and all bounds: every process says what it writes, and every identity holds."""
    model = IndustryModel(load_scenario(scenario), start=start, guarded=True)
    for _ in range(8):
        model.step()
    assert model.residual <= invariants.TOLERANCE
    assert model.economy.quarter == start.economy.quarter + 8


def test_the_warm_up_needs_nothing_undeclared_either() -> None:
    from digisim.testing.states import advance, small_world

    world = small_world()
    advance(world.economy, world.member.chance, 6)
    assert world.economy.copy(mesa.Model()).quarter == world.economy.quarter

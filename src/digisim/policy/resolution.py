"""Pure functions: which lever values hold in a quarter, and how a budget is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from digisim.clock import Quarter
from digisim.errors import DefectError
from digisim.policy.levers import load_levers

DatedValues = Sequence[tuple[Quarter, float]]
"""Dated values of one lever, in order of date."""


def value_at(path: DatedValues, quarter: Quarter, in_force: float) -> float:
    """Return the value in force: the latest dated one not after ``quarter``, before the first the value ``in_force``.

    >>> value_at([(Quarter(2022, 1), 5.0), (Quarter(2025, 1), 0.0)], Quarter(2024, 4), in_force=0.0)
    5.0
    """
    value = in_force
    for date, dated in path:
        if date > quarter:
            break
        value = dated
    return value


def effective_values(scenario_levers: Mapping[str, DatedValues], quarter: Quarter | int) -> dict[str, float]:
    """Return every lever's value in force in a quarter (or quarter index), in register order and canonical units.

    A dated value holds until the next date and replaces the value in force. Levers that the scenario does not name
    keep the value of the base year.

    >>> effective_values({"rd_grant": [(Quarter(2022, 1), 3e8)]}, Quarter(2022, 2))["rd_grant"]
    300000000.0
    """
    levers = load_levers()
    unknown = sorted(set(scenario_levers) - set(levers))
    if unknown:
        raise DefectError(f"levers that were never checked: {', '.join(unknown)}", where="effective_values")
    when = quarter if isinstance(quarter, Quarter) else Quarter.from_index(quarter)
    return {name: value_at(scenario_levers.get(name, ()), when, row.in_force) for name, row in levers.items()}


def disburse_in_order(requested: NDArray[np.float64], cap: float, already_spent: float) -> NDArray[np.float64]:
    """Return what each request (n,) in CNY is granted, served first to last until the budget is spent.

    The request at the end of the money gets what is left. Sums run in the order given, so the result does not depend
    on threads.

    >>> disburse_in_order(np.array([30.0, 30.0, 30.0]), cap=50.0, already_spent=0.0)
    array([30., 20.,  0.])
    """
    wanted = np.maximum(np.asarray(requested, dtype=np.float64), 0.0)
    left = max(cap - already_spent, 0.0)
    before = np.concatenate(([0.0], np.cumsum(wanted)))[: wanted.size]
    return np.asarray(np.clip(left - before, 0.0, wanted))

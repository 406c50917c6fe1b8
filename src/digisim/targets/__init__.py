"""Plan targets as records: which figure, by which published indicator, whose count, which year."""

from digisim.targets.records import OPERATORS, PlanRow, PlanTarget, Target
from digisim.targets.register import (
    load_targets,
    not_counted,
    read_plan_targets,
    refuse_past,
    refuse_unexplained,
    scored_targets,
)

__all__ = [
    "OPERATORS",
    "PlanRow",
    "PlanTarget",
    "Target",
    "load_targets",
    "read_plan_targets",
    "not_counted",
    "refuse_past",
    "refuse_unexplained",
    "scored_targets",
]

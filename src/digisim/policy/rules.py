"""Rules that a document prints with their numbers, and pure functions that say what they pay: arrays in, CNY out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from digisim.errors import DefectError
from digisim.evidence import figure, measures
from digisim.policy.levers import Name, Text, load_levers
from digisim.registers import load_register
from digisim.resources import package_file

ROLES: dict[str, tuple[str, ...]] = {
    "steps": ("steps", "amounts"),
    "once": ("amount",),
    "per_head": ("amount", "least", "passed", "cap"),
    "share": ("share",),
    "ceiling": ("cap",),
    "entry": ("invested", "revenue"),
    "none": (),
}
"""The figures that a kind of rule must name."""

Amounts = NDArray[np.float64]


class Rule(BaseModel):
    """One row of the register; `figures` names figures of the archive by role."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Name
    measure: str
    kind: Literal["steps", "once", "per_head", "share", "ceiling", "entry", "none"]
    figures: dict[str, tuple[str, ...]] = {}
    printed: str = Field(min_length=4)
    eligibility: Text
    eligibility_zh: Text
    reading: Text | None = None
    absent: Text | None = None
    absent_zh: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        missing = [role for role in ROLES[self.kind] if role not in self.figures]
        if missing:
            raise ValueError(f"a rule of kind {self.kind} names the figures {', '.join(missing)}")
        if (self.absent is None) != (self.absent_zh is None):
            raise ValueError("why a rule is absent is said in both languages, or in none")
        if self.measure not in measures():
            raise ValueError(f"the archive holds no measure {self.measure}")
        for ids in self.figures.values():
            for id in ids:
                figure(id)
        return self

    def values(self, role: str) -> Amounts:
        """Return the printed numbers of a role in canonical units, in the order printed.

        >>> load_rules()["milestone_award"].values("amounts").tolist()
        [500000.0, 1000000.0, 1500000.0, 2000000.0]
        """
        return np.array([figure(id).value for id in self.figures[role]])

    def value(self, role: str) -> float:
        """Return the one printed number of a role in its canonical unit.

        >>> load_rules()["platform_interest_subsidy"].value("share")
        0.5
        """
        (id,) = self.figures[role]
        return float(figure(id).value)


@cache
def load_rules(path: Path | None = None) -> dict[str, Rule]:
    """Return the printed rules by name: each has a lever of its name that pays it, or says why it has none."""
    rules = load_register(path or package_file("policy/rules.yaml"), Rule, "rules")
    paying = {lever.rule for lever in load_levers().values() if lever.rule is not None}
    wrong = {name for name, rule in rules.items() if (rule.absent is None) != (name in paying)} | (paying - set(rules))
    if wrong:
        raise DefectError(
            f"a printed rule has a lever that names it, or a reason why it has none: {', '.join(sorted(wrong))}",
            where="policy/rules.yaml",
        )
    return rules


def steps_reached(revenue: Amounts, steps: Sequence[float] | Amounts) -> NDArray[np.int64]:
    """Return how many steps (CNY, rising) each revenue of a year (CNY) reaches, shape as `revenue`.

    >>> steps_reached(np.array([49.0, 50.0, 100.0, 2000.0]), [50.0, 100.0, 500.0, 1000.0]).tolist()
    [0, 1, 2, 4]
    """
    return np.searchsorted(np.asarray(steps), revenue, side="right").astype(np.int64)


def step_awards(reached: NDArray[np.int64], before: NDArray[np.int64], amounts: Amounts) -> Amounts:
    """Return what newly reached steps pay (CNY): the amounts of the steps above the highest one of earlier years.

    >>> step_awards(np.array([1, 2, 1]), np.array([0, 0, 1]), np.array([0.5, 1.0])).tolist()
    [0.5, 1.5, 0.0]
    """
    total = np.concatenate(([0.0], np.cumsum(amounts)))
    return np.asarray(total[np.maximum(reached, before)] - total[before])


def once(entered: NDArray[np.bool_], before: NDArray[np.bool_], amount: float) -> Amounts:
    """Return the one-off amount (CNY) for who entered and never did before.

    >>> once(np.array([True, True, False]), np.array([False, True, False]), 1.0).tolist()
    [1.0, 0.0, 0.0]
    """
    return np.where(entered & ~before, amount, 0.0)


def per_head(heads: Amounts, passed: Amounts, rule: Rule, unit: float = 1.0) -> Amounts:
    """Return what bodies get for trainees of a year (CNY): by head, from a least number and pass rate, up to a cap.

    `unit` is what one CNY of the document is in the unit of account.

    >>> rule = load_rules()["training_base_subsidy"]
    >>> per_head(np.array([499.0, 500.0, 2000.0]), np.array([1.0, 0.9, 1.0]), rule).tolist()
    [0.0, 500000.0, 1000000.0]
    """
    eligible = (heads >= rule.value("least")) & (passed >= rule.value("passed"))
    paid = np.minimum(rule.value("amount") * heads, rule.value("cap")) * unit
    return np.where(eligible, paid, 0.0)


def up_to(asked: Amounts, cap: Amounts | float, already: Amounts | float = 0.0) -> Amounts:
    """Return what is paid of each request (CNY) under a cap on all that the recipient ever gets.

    >>> up_to(np.array([3.0, 3.0]), 5.0, np.array([0.0, 4.0])).tolist()
    [3.0, 1.0]
    """
    return np.asarray(np.clip(np.minimum(asked, cap - already), 0.0, None))


def admitted(invested: Amounts, revenue: Amounts, rule: Rule, unit: float = 1.0) -> NDArray[np.bool_]:
    """Return who may have land, by investment and revenue a square metre (CNY/m2).

    >>> admitted(np.array([4000.0, 3999.0]), np.array([20000.0, 20000.0]), load_rules()["land_entry"]).tolist()
    [True, False]
    """
    return np.asarray((invested >= rule.value("invested") * unit) & (revenue >= rule.value("revenue") * unit))

"""Scenarios made by rule: a family of levers alone, or all of them, at an effort that is a share of sector revenue."""

from __future__ import annotations

import re

from digisim.errors import ScenarioError, phrase
from digisim.policy import lever_families, levers_of
from digisim.regions import load_region, middle
from digisim.scenario.checks import LeverInput, check_region
from digisim.scenario.files import load_scenario
from digisim.scenario.value import Scenario

EFFORTS = (0.0025, 0.005, 0.01)
"""Efforts that are tried where a document prints no amount: shares of base-year sector revenue, to spend in a year."""


def budget(region: str, effort: float) -> float:
    """Return what an effort is worth in a year (CNY): a share of the base-year revenue that the region prints.

    >>> round(budget("dalian", 0.01) / 1e8, 2)
    6.4
    """
    check_region(region, "effort")
    if isinstance(effort, (bool, str)) or not 0 < effort <= 1:
        raise ScenarioError(
            phrase("the effort is {effort!r}", effort=effort),
            where="effort",
            allowed="a share of sector revenue above 0 and at most 1",
            next=phrase("try one of {efforts}", efforts=", ".join(f"{each:g}" for each in EFFORTS)),
        )
    return effort * middle(load_region(region), "revenue")


def _divided(region: str, spending: float, names: tuple[str, ...]) -> dict[str, LeverInput]:
    """Return the values at which levers are expected to cost the same, together `spending` (CNY a year).

    What a lever cannot take within its range goes to the others, and what is set aside for rare claims and not spent.
    """
    rows = levers_of(region)
    values: dict[str, float] = {}
    left = spending
    for k, name in enumerate(sorted(names, key=lambda each: rows[each].most())):
        values[name] = rows[name].at_cost(left / (len(names) - k))
        left -= rows[name].cost(values[name])
    return {name: values[name] if rows[name].unit == "1" else f"{values[name]!r} {rows[name].unit}" for name in names}


def family_scenarios(region: str, effort: float) -> dict[str, Scenario]:
    """Return family -> a scenario that pulls its levers alone, from the first quarter on, at the effort in all.

    The effort is what is to be spent, split evenly over the levers of the family. A budget is announced as much larger
    as less of what is announced is carried out (`place.implementation`); other levers get the value that is expected to
    cost their part (`unit_cost` in the register). A lever that has nothing to act on in the region is left out. What
    one at the end of its range, or one whose claims are rare, leaves unspent goes to the rest: guarantees cost next to
    nothing, and tier awards alone cannot spend these efforts.

    >>> found = family_scenarios("dalian", 0.005)
    >>> found["talent training"].name
    'dalian-talent-training-0.5%'
    >>> round(found["talent training"].values(8084)["training_subsidy"] / 1e8, 2)     # 3.2亿 / 0.607
    5.27
    """
    money = budget(region, effort)
    base = load_scenario(f"{region}-baseline")
    families = lever_families(region)
    alone = {family: base.with_levers(**_divided(region, money, names)) for family, names in families.items()}
    return {
        family: each.with_(name=f"{region}-{_slug(family)}-{100 * effort:g}%") for family, each in alone.items()
    }


def together(region: str, effort: float) -> dict[str, LeverInput]:
    """Return the value of every lever when an effort is split evenly over families, and in each over its levers.

    >>> round(together("dalian", 0.01)["tier_award"], 5)      # 6.4亿 / 16 families / (61亿 x 0.607)
    0.0108
    """
    money, families = budget(region, effort), lever_families(region)
    part = money / len(families)
    return {name: value for names in families.values() for name, value in _divided(region, part, names).items()}


def _slug(family: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")

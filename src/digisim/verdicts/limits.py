"""What holds a target back: how much more there would be with more orders, people, floor area or working capital."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from digisim.ensemble import relaxed, with_limits_raised
from digisim.errors import InputError, phrase
from digisim.results import check_results, failures
from digisim.scenario import Scenario, load_scenario
from digisim.state.economy import LIMITS
from digisim.verdicts.outcomes import ALL, outcome, regimes, targets_of, values

RAISE = 1.1
"""A limit is raised by 10% over the whole horizon: the definition of the measure."""

JOINT = 0.25
"""Two limits hold jointly if their interaction exceeds this share of the larger effect: the definition too."""

NOTHING = 0.01
"""An elasticity below this moves the outcome by less than a thousandth: no limit is said to hold it."""

NOT_IDENTIFIED, NONE = "not identified", "none"

COLUMNS = (
    "scenario", "target", "indicator", "operator", "regime", "year", "limit", "elasticity", "agree", "at_minimum",
    "interaction", "joint", "members",
)  # fmt: skip

Effects = Mapping[tuple[str, ...], npt.NDArray[np.float64]]


def binding(
    scenario: Scenario | str,
    members: int = 4,
    seed: int = 1,
    *,
    workers: int | None = None,
    pairs: bool = False,
    base: xr.Dataset | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Raise each limit by 10% in paired runs and return, per target, operator and regime, what that would change.

    ``elasticity`` is the median over members of (ln y_raised - ln y) / ln 1.1 at the target's year; ``agree`` the share
    of members for which this limit matters most; ``at_minimum`` the orders-weighted share of firms that sit at it, mean
    of the years up to the target's. ``pairs`` raises limits two at a time as well: ``interaction`` is what a pair does
    beyond the sum of both, ``joint`` whether that exceeds a quarter of the larger effect. ``base`` holds the members
    already simulated without relaxation, from the same seed, else an ``InputError``; ``progress`` gets (done, all).

    >>> table = binding("dalian-baseline", members=1, workers=1)
    >>> table.limit.unique().tolist()
    ['orders', 'people', 'space', 'capital']
    """
    chosen = _alone(load_scenario(scenario))
    if base is None:
        return simulate_and_bind([chosen], members, members, seed, workers=workers, pairs=pairs, progress=progress)[1]
    plain, sets = _members_of(base, chosen, members, seed), _sets(pairs)
    results = relaxed(chosen, _factors(sets), members, seed, workers=workers, progress=progress)
    return _frame(chosen, plain, dict(zip(sets, results, strict=True)))


def simulate_and_bind(
    scenarios: Sequence[Scenario],
    few: int,
    members: int = 20,
    seed: int = 1,
    *,
    workers: int | None = None,
    pairs: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[xr.Dataset, pd.DataFrame]:
    """``ensemble``, and ``binding`` of the last scenario from the first ``few`` members, in one pass."""
    sets, last = _sets(pairs), _alone(scenarios[-1])
    many, results = with_limits_raised(
        scenarios, _factors(sets), few, members, seed, workers=workers, progress=progress
    )
    plain = _members_of(many, last, few, seed)
    return many, _frame(last, plain, dict(zip(sets, results, strict=True)))


def _alone(scenario: Scenario) -> Scenario:
    """Return the scenario; of one of several cities every limit of each would have to be raised by itself."""
    if len(scenario.parts) > 1:
        raise InputError(
            phrase("{name!r} holds several cities", name=scenario.name),
            where="binding",
            allowed="a scenario of one city",
            next=phrase("ask city by city: {call}", call=f'binding("{scenario.parts[0].name}")'),
        )
    return scenario


def _sets(pairs: bool) -> list[tuple[str, ...]]:
    """The limits that are raised together."""
    return [(limit,) for limit in LIMITS] + (list(combinations(LIMITS, 2)) if pairs else [])


def _factors(sets: Sequence[tuple[str, ...]]) -> list[dict[str, float]]:
    return [dict.fromkeys(limits, RAISE) for limits in sets]


def _frame(scenario: Scenario, plain: xr.Dataset, raised: Mapping[tuple[str, ...], xr.Dataset]) -> pd.DataFrame:
    """The table of ``binding``; ``attrs["failures"]`` lists the raised runs that broke off, which it lacks."""
    table = pd.DataFrame(list(_table(scenario, plain, raised)), columns=list(COLUMNS))
    broken = [{**one, "limit": "+".join(limits)} for limits, each in raised.items() for one in failures(each)]
    table.attrs["failures"] = broken
    return table


def _members_of(base: xr.Dataset, scenario: Scenario, members: int, seed: int) -> xr.Dataset:
    """Return the first members of a scenario from results at hand; they must be the very runs that are raised."""
    check_results(base, "binding, base")
    names = [str(each) for each in base["scenario"].values]
    held = dict(zip(names, base.attrs.get("scenario_hashes", ()), strict=False)).get(scenario.name)
    wanted = np.arange(members)
    if held != scenario.hash or base.attrs.get("seed") != seed or not np.isin(wanted, base["member"].values).all():
        raise InputError(
            "the results at hand do not hold the members to be paired with",
            where="binding, base",
            allowed=phrase(
                "results of {name!r} with seed {seed} and members 0 to {last}",
                name=scenario.name,
                seed=seed,
                last=members - 1,
            ),
            next="leave base out: the members are then simulated",
        )
    return base.sel(scenario=[scenario.name], member=wanted)


def _table(
    scenario: Scenario, base: xr.Dataset, raised: Mapping[tuple[str, ...], xr.Dataset]
) -> Iterator[dict[str, Any]]:
    for target in targets_of(scenario.region):
        for operator in target.operators:
            variable = target.variable(operator)
            before = outcome(base, scenario.name, scenario.region, target, variable)
            after = {k: outcome(each, scenario.name, scenario.region, target, variable) for k, each in raised.items()}
            if isinstance(before, str) or any(isinstance(each, str) for each in after.values()):
                continue
            effects = {k: _elasticity(before.value, e.value) for k, e in after.items() if not isinstance(e, str)}
            for regime, chosen in regimes(base, scenario.region).items():
                head = {
                    "scenario": scenario.name,
                    "target": target.id,
                    "indicator": variable,
                    "operator": operator,
                    "regime": regime,
                    "year": target.year,
                }
                years = (base["year"].values > before.base_year) & (base["year"].values <= target.year)
                at_minimum = _at_minimum(base, scenario, np.ix_(chosen, years))
                for row in _rows({k: e[chosen] for k, e in effects.items()}, at_minimum):
                    yield head | row


def _elasticity(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (ln after - ln before) / ln 1.1 per member; NaN where one of them is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((before > 0) & (after > 0), after / before, np.nan)
    return np.asarray(np.log(ratio) / np.log(RAISE))


def _at_minimum(base: xr.Dataset, scenario: Scenario, part: tuple[Any, ...]) -> dict[str, float]:
    """Return the share of orders at firms that sit at each limit, mean over the members and years of ``part``."""
    held = {limit: f"limited_by_{limit}" for limit in LIMITS if f"limited_by_{limit}" in base.data_vars}
    return {k: float(np.nanmean(values(base, v, scenario.name, scenario.region)[part])) for k, v in held.items()}


def _rows(effects: Effects, at_minimum: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """Yield a row per limit, then per pair of limits, from the effects per member of one regime."""
    singles = np.array([each for limits, each in effects.items() if len(limits) == 1])
    valid = np.isfinite(singles).all(axis=0)
    if not valid.any():
        return
    names = [limits[0] for limits in effects if len(limits) == 1]
    largest = singles[:, valid].argmax(axis=0)
    median = {limits: float(np.median(each[valid])) for limits, each in effects.items()}
    for limits in effects:
        row: dict[str, Any] = {"limit": "+".join(limits), "elasticity": median[limits], "members": int(valid.sum())}
        if len(limits) == 1:
            agree = float((largest == names.index(limits[0])).mean())
            row |= {
                "agree": agree,
                "at_minimum": at_minimum.get(limits[0], np.nan),
                "interaction": np.nan,
                "joint": False,
            }
        else:
            one, other = ((limit,) for limit in limits)
            together = float(np.median((effects[limits] - effects[one] - effects[other])[valid]))
            joint = abs(together) > JOINT * max(abs(median[one]), abs(median[other]), NOTHING)
            row |= {"agree": np.nan, "at_minimum": np.nan, "interaction": together, "joint": joint}
        yield row


class Conclusion(NamedTuple):
    """Which limit holds a target back, the effects behind it, from how many members; empty if nothing was raised."""

    limit: str = ""
    detail: str = ""
    members: int = 0


def conclusion(table: pd.DataFrame, scenario: str, target: str, operator: str, regime: str) -> Conclusion:
    """Return which limit holds a target back.

    For all members together it is ``not identified`` where the regimes rank the limits differently, ``none`` where no
    limit matters, and two limits with a plus where the first holds jointly with another.
    """
    same = (table["scenario"] == scenario) & (table["target"] == target) & (table["operator"] == operator)
    found = {str(name): rows for name, rows in table[same].groupby("regime", sort=False)}
    if regime not in found:
        return Conclusion()
    first = _first(found[regime])
    if regime == ALL and len({_first(rows) for name, rows in found.items() if name != ALL}) > 1:
        first = NOT_IDENTIFIED
    singles = found[regime][found[regime]["agree"].notna()]
    shown = ", ".join(f"{row.limit} {row.elasticity:.2f}" for row in singles.itertuples())
    members, agree = int(singles["members"].iloc[0]), float(singles["agree"].max())
    return Conclusion(first, f"{shown}; {round(agree * members)} of {members} members agree", members)


def _first(rows: pd.DataFrame) -> str:
    singles = rows[rows["agree"].notna()]
    top = _largest(singles, singles["elasticity"])
    if top["elasticity"] < NOTHING:
        return NONE
    limit = str(top["limit"])
    joint = rows[rows["joint"].astype(bool) & rows["limit"].str.split("+").apply(lambda pair: limit in pair)]
    return str(_largest(joint, joint["interaction"].abs())["limit"]) if len(joint) else limit


def _largest(rows: pd.DataFrame, size: pd.Series[float]) -> pd.Series[Any]:
    return rows.iloc[int(np.argmax(size.to_numpy()))]

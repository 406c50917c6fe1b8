"""The scorecard: a result held against stylised facts of industries, from the published moments alone."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import BaseModel, ConfigDict, model_validator

from digisim.errors import InputError, phrase
from digisim.evidence import effect
from digisim.evidence.conversion import scaled
from digisim.regions import load_region, region_names
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.results import check_results
from digisim.statistics.micro import AGES
from digisim.verdicts.outcomes import Floats, regimes, span, values

COLUMNS = (
    "scenario", "city", "fact", "name_en", "name_zh", "regime", "value", "p10", "p90", "low", "high", "verdict",
    "years", "members", "unit", "shown", "effect", "source",
)  # fmt: skip
TEN = 10  # years of a window
MIDDLE = (0.05, 0.95)  # of a prior
FIRST_AGE, LATER_AGES = ("0",), ("7_9", "10_up")

IN, OUT, LONGER, REPORTED, NOTHING = "in", "out", "needs a longer run", "reported", "no data"
"""What can be said of a fact: inside its range, outside, not yet, no range, no value."""


class Fact(BaseModel):
    """A row of the register: what is measured, over which years, and the range it should lie in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    name_en: str
    name_zh: str
    measure: Literal["mean", "growth", "hazard", "hump"]
    indicator: str = ""
    ages: tuple[str, ...] = ()
    years: Literal["base", "all", "first_ten", "last_ten"]
    run: int = 0
    shown: Literal["number", "fine", "percent", "wan"]
    low: float | None = None
    high: float | None = None
    effect: str = ""
    factor: float = 1.0
    part: int | None = None
    source: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Fact:
        if bool(self.indicator) == bool(self.ages):
            raise ValueError("a fact has an indicator, or ages for hazard and hump")
        if not (self.effect or self.source):
            raise ValueError("a fact names an effect or a source")
        return self

    def indicators(self) -> list[str]:
        """Return the published indicators that the fact is measured by."""
        if self.indicator:
            return [self.indicator]
        ages = {*self.ages, *(FIRST_AGE + LATER_AGES if self.measure == "hump" else ())}
        return [f"{kind}_age_{age}" for kind in ("exits", "firm_years") for age in AGES if age in ages]

    def range(self) -> tuple[float, float]:
        """Return the ends of the range, NaN where the fact is only reported.

        >>> facts()["exit_first"].range(), facts()["pay_growth"].range()
        ((0.0128, 0.0208), (0.04, 0.11))
        """
        if self.low is not None or self.high is not None:
            return (-math.inf if self.low is None else self.low), (math.inf if self.high is None else self.high)
        if not self.effect:
            return math.nan, math.nan
        known = effect(self.effect)
        if self.part is not None:
            scale = known.components["scale"]
            return scaled(scale.low, known.profile[self.part]), scaled(scale.high, known.profile[self.part])
        belief = known.beliefs()[""]
        return scaled(belief.low, self.factor), scaled(belief.high, self.factor)


@cache
def facts() -> dict[str, Fact]:
    """The register of stylised facts.

    >>> facts()["turnover"].range()
    (0.15, 0.36)
    """
    return load_register(package_file("verdicts/scorecard.yaml"), Fact, "facts")


def scorecard(dataset: xr.Dataset) -> pd.DataFrame:
    """Return how a result stands against stylised facts: a row per scenario, city, fact and regime (and ``all``).

    ``value``, ``p10`` and ``p90`` are the median and the middle 80% over members; ``low`` and ``high`` the range (NaN
    where a fact is only reported); ``verdict`` is ``in`` or ``out`` for the median, ``needs a longer run``,
    ``reported`` or ``no data``; ``years`` the first and last year that count. Facts on tails and exit by age are judged
    on the last ten years of a run of at least 40, because a shorter one shows what it began with. Raises an
    ``InputError`` for what is no result, or one of a version that did not publish the moments.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> card = scorecard(synthetic_dataset(["dalian-baseline"], members=2))
    >>> set(card.fact) == set(facts()), card.scenario.unique().tolist()
    (True, ['dalian-baseline'])
    """
    check_results(dataset, "scorecard")
    needed = dict.fromkeys(name for fact in facts().values() for name in fact.indicators())
    missing = [name for name in needed if name not in dataset.variables]
    if missing:
        named = ", ".join(missing[:5])
        if len(missing) > 5:
            named = phrase("{some} and {rest} more", some=named, rest=len(missing) - 5)
        raise InputError(
            phrase("the results lack indicators that the scorecard rests on: {missing}", missing=named),
            where="scorecard", allowed="results with all published indicators", next="run the scenarios again",
        )  # fmt: skip
    rows = []
    for scenario in map(str, dataset.variables["scenario"].values):
        for city in map(str, dataset.variables["city"].values):
            run = span(dataset, scenario, city)
            for fact in facts().values():
                rows += _rows(dataset, fact, scenario, city, run)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(
    dataset: xr.Dataset, fact: Fact, scenario: str, city: str, run: tuple[int, int] | None
) -> list[dict[str, Any]]:
    """Return the rows of one fact: all members, then each regime; ``run`` is the first and last year of the run."""
    measured, years = np.full(dataset.sizes["member"], np.nan), ""
    if run:
        first, last = window(fact, run)
        measured, years = _measure(dataset, fact, scenario, city, (first, last)), f"{first}-{last}"
    short = run is not None and run[1] - run[0] < fact.run
    low, high = _expected(fact, city)
    head = {
        "scenario": scenario, "city": city, "fact": fact.name, "name_en": fact.name_en, "name_zh": fact.name_zh,
        "low": low, "high": high, "years": years, "shown": fact.shown,
        "unit": "CNY/person/year" if fact.shown == "wan" else "1", "effect": fact.effect,
        "source": fact.source or effect(fact.effect).source,
    }  # fmt: skip
    found = []
    for regime, chosen in regimes(dataset, city).items():
        mine = measured[chosen & np.isfinite(measured)]
        bottom, middle, top = np.percentile(mine, (10, 50, 90)).tolist() if mine.size else [math.nan] * 3
        said = NOTHING if not mine.size else LONGER if short else judge(middle, low, high)
        found.append(head | {"regime": regime, "value": middle, "p10": bottom, "p90": top, "verdict": said,
                             "members": int(mine.size)})  # fmt: skip
    return found


def _expected(fact: Fact, city: str) -> tuple[float, float]:
    """Return the range of a fact in a city: that of the city's own prior where its file has one in place of the effect.

    What was found for one place and year (pay in Dalian in 2020) says nothing of another; the middle 90% of the prior
    does.

    >>> low, high = _expected(facts()["pay_base"], "qingdao")
    >>> round(low), round(high)                                 # 5.5 (10,000 CNY) exp(-+1.645 x 0.2)
    (39582, 76425)
    >>> _expected(facts()["pay_base"], "dalian") == facts()["pay_base"].range()
    True
    """
    own = load_region(city).parameters.get(fact.effect) if city in region_names() else None
    if own is None:
        return fact.range()
    low, high = own.prior.quantile(np.array(MIDDLE)) * fact.factor
    return float(low), float(high)


def judge(value: float, low: float, high: float) -> str:
    """Return whether a value lies in a range, ends included.

    >>> judge(0.2, 0.1, 0.2), judge(0.3, 0.1, 0.2), judge(0.3, math.nan, math.nan)
    ('in', 'out', 'reported')
    """
    if math.isnan(low):
        return REPORTED
    return IN if low <= value <= high else OUT


def window(fact: Fact, run: tuple[int, int]) -> tuple[int, int]:
    """Return the first and last year that count, in a run from its base year to its last.

    >>> window(facts()["tail_staff"], (2020, 2060)), window(facts()["turnover"], (2020, 2028))
    ((2051, 2060), (2021, 2028))
    """
    base, last = run
    after = min(base + 1, last)
    years = {
        "base": (base, base), "all": (after, last), "first_ten": (base, min(base + TEN, last)),
        "last_ten": (max(after, last - TEN + 1), last),
    }  # fmt: skip
    return years[fact.years]


def _measure(dataset: xr.Dataset, fact: Fact, scenario: str, city: str, years_counted: tuple[int, int]) -> Floats:
    """Return the value of each member, (members,); NaN where it has none."""
    first, last = years_counted
    years = dataset.variables["year"].values
    chosen = (years >= first) & (years <= last)
    data = {name: values(dataset, name, scenario, city)[:, chosen] for name in fact.indicators()}
    if fact.measure == "hazard":
        return hazard(data, fact.ages)
    with np.errstate(divide="ignore", invalid="ignore"):
        if fact.measure == "hump":
            around = np.maximum(hazard(data, FIRST_AGE), hazard(data, LATER_AGES))
            return np.asarray(hazard(data, fact.ages) / around)
        series = data[fact.indicator]
        if fact.measure == "growth":
            steps = last - first
            return np.asarray((series[:, -1] / series[:, 0]) ** (1.0 / steps) - 1.0 if steps else series[:, 0] * np.nan)
        there = np.isfinite(series)
        return np.asarray(np.where(there, series, 0.0).sum(axis=1) / there.sum(axis=1))


def hazard(data: dict[str, Floats], ages: tuple[str, ...]) -> Floats:
    """Return the chance to exit within a year at some ages, (members,): exits over firm-years, compounded by quarter.

    >>> at = {"exits_age_0": np.array([[4.0, 0.0]]), "firm_years_age_0": np.array([[50.0, 50.0]])}
    >>> hazard(at, ("0",)).round(4).tolist()
    [0.0394]
    """
    gone = np.sum([np.nansum(data[f"exits_age_{age}"], axis=1) for age in ages], axis=0)
    there = np.sum([np.nansum(data[f"firm_years_age_{age}"], axis=1) for age in ages], axis=0)
    quarterly = np.divide(gone, 4.0 * there, out=np.full(there.shape, np.nan), where=there > 0.0)
    return np.asarray(1.0 - (1.0 - quarterly) ** 4)

"""One run: a scenario becomes a labelled table. The loop fits on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from numbers import Integral
from typing import Any

import numpy as np
import xarray as xr

from digisim.actors import Government, Park
from digisim.actors.actor import mesa
from digisim.assembly import FREQUENCIES, Run, assemble
from digisim.errors import InputError, phrase
from digisim.joint import JointModel, own_luck
from digisim.policy import load_levers
from digisim.quarter import run_quarter
from digisim.regions import load_region, load_segments
from digisim.scenario import JointScenario, Scenario, load_scenario
from digisim.state.economy import LIMITS, Economy
from digisim.state.tidying import tidy
from digisim.statistics import count_quarters
from digisim.synthesis import Member, draw_member
from digisim.units import is_nominal
from digisim.warmup import begin

ROLES = ("government", "park")
MOST_MEMBERS = 1_000_000
LARGEST_SEED = 2**32 - 1  # a word of the generator's key: a larger one would wrap round to another's numbers


@dataclass
class Start:
    """The industry at the base year of one member, ready to be copied into several scenarios."""

    economy: Economy
    member: Member
    residual: float


def prepare(
    scenario: Scenario,
    seed: int,
    member: int,
    *,
    numeraire: float = 1.0,
    park_class: type[Park] = Park,
    luck: int | None = None,
) -> Start:
    """Draw a member and bring its industry to the base year of the scenario's region.

    `luck` is the seed of what happens by chance in the city, where it is not that of the draw.
    """
    region = load_region(scenario.region)
    drawn = replace(draw_member(region, seed, member, numeraire=numeraire), luck=luck)
    economy, residual = begin(region, drawn, outlook_name=scenario.outlook, park_class=park_class)
    return Start(economy, drawn, residual)


def prepare_city(part: Scenario, seed: int, member: int) -> Start:
    """The start of one city of a joint run: parameters of the nation are those of the draw, luck is the city's own."""
    park_class = actor_class(part, "park", Park)
    return prepare(part, seed, member, park_class=park_class, luck=own_luck(seed, part.region))


def check_whole(what: str, value: object, low: int, high: int) -> None:
    """Refuse what is not a whole number in the range.

    >>> check_whole("seed", 1, 0, 10)
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise InputError(
            phrase("{what} is {value!r}", what=what, value=value),
            where=what,
            allowed=phrase("a whole number from {low} to {high:,}", low=low, high=high),
            next=phrase("give another value of {what}", what=what),
        )


def check_frequency(frequency: object) -> None:
    """Refuse what is no frequency of results.

    >>> check_frequency("quarter")
    """
    if frequency not in tuple(FREQUENCIES):  # what cannot be a key is none either
        raise InputError(
            phrase("results are not published by {frequency!r}", frequency=str(frequency)[:40]),
            where="frequency",
            allowed=", ".join(FREQUENCIES),
            next='give frequency="year" or frequency="quarter"',
        )


def actor_class(scenario: Scenario, role: str, default: type[Any]) -> type[Any]:
    """The class that plays a role in a scenario: "module:Class" where the scenario names one."""
    named = dict(scenario.actor_classes)
    if unknown := sorted(set(named) - set(ROLES)):
        raise InputError(
            phrase("no actor plays the role {role!r}", role=unknown[0]),
            where=phrase("scenario {name!r}", name=scenario.name),
            allowed=", ".join(ROLES),
            next="name one of these roles",
        )
    chosen = named.get(role)
    if chosen is None:
        return default
    module, _, name = chosen.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            phrase(
                "the actor class {chosen!r} for {role!r} cannot be found: {error}",
                chosen=chosen,
                role=role,
                error=error,
            ),
            where=phrase("scenario {name!r}", name=scenario.name),
            allowed='"module:Class" of an importable subclass',
            next="check the spelling, or set an actor of your own: model.government = MyGovernment(model, city)",
        ) from error
    return found  # type: ignore[no-any-return]


class IndustryModel(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """The model as a mesa model: `step()` runs one quarter, the data collector reads the statistical office.

    `scenario` is a Scenario or a name, `member` counts from 0, `relax` raises limits (orders, people, space, capital),
    `start` is a prepared start that is copied, `numeraire` multiplies every nominal quantity (it must change nothing
    real). `running` turns false at the horizon, so that `mesa.batch_run` stops. After `count_quarters()` tables of
    quarters are published too, in ``published_by_quarter``.

    Refuses, with an ``InputError``, seeds and members that are no whole numbers in their range, unknown limits and
    several cities in one scenario.

    >>> model = IndustryModel("dalian-baseline", seed=1)
    >>> model.step()                                            # the first quarter of 2021
    >>> model.running, sorted(model.published)                  # the office publishes at the end of a year
    (True, [2020])
    """

    def __init__(
        self,
        scenario: Scenario | str = "dalian-baseline",
        seed: int = 1,
        *,
        member: int = 0,
        relax: Mapping[str, float] | None = None,
        guarded: bool = False,
        start: Start | None = None,
        numeraire: float = 1.0,
    ) -> None:
        check_whole("seed", seed, 0, LARGEST_SEED)
        check_whole("member", member, 0, MOST_MEMBERS - 1)
        super().__init__(seed=seed)
        self.running: bool = True
        self.scenario = of_one_city(load_scenario(scenario))
        self.guarded = guarded
        park_class = actor_class(self.scenario, "park", Park)
        begin = start or prepare(self.scenario, seed, member, numeraire=numeraire, park_class=park_class)
        self.member = begin.member
        self.economy = begin.economy.copy(self)  # the parks of a start belong to nobody; here they join the model
        self.economy.relax = _limits(relax)
        segments = list(load_segments())
        self.economy.memo["moves"] = [
            (e.kind, e.date.index, e.people, segments.index(e.segment) if e.segment else -1)
            for e in self.scenario.events
            if not e.anchor
        ]
        anchors = self.economy.memo["anchors"]
        named = [event for event in self.scenario.events if event.anchor]
        self.economy.memo["named_moves"] = [(e.date.index, anchors[e.anchor]) for e in named]
        self.economy.memo["lever_parks"] = dict(self.scenario.parks)
        self.economy.memo["shocks"] = tuple(
            (shock.kind, shock.start.index, shock.quarters, shock.change) for shock in self.scenario.shocks
        )
        self.government = actor_class(self.scenario, "government", Government)(self, self.scenario.region)
        self.residual = begin.residual
        self._scheduled = {q.index: _in_numeraire(self.scenario.values(q), numeraire) for q in self.scenario.quarters}
        # One row a step and none before the first: `mesa.batch_run` takes the rows by the number of the step.
        self.datacollector = mesa.DataCollector(model_reporters={name: _reporter(name) for name in REPORTED})

    @property
    def published(self) -> dict[int, dict[str, float]]:
        """What the office has published: year -> indicator -> value."""
        return self.economy.published

    def count_quarters(self) -> None:
        """Have the office publish tables of quarters too, from the next one on."""
        if self.economy.by_quarter is None:
            count_quarters(self.economy)

    @property
    def published_by_quarter(self) -> dict[int, dict[str, float]] | None:
        """The tables of quarters where they are wanted: quarter counted from year 0 -> indicator -> value."""
        return self.economy.by_quarter

    @property
    def result(self) -> Run:
        """What has been published so far, as results hold it: by year, or by quarter where that is wanted."""
        tables = self.published if self.published_by_quarter is None else self.published_by_quarter
        return Run(self.scenario.name, self.member.number, self.scenario.region, tables, self.residual)

    def step(self) -> None:
        """Advance by one quarter; after the last one of the horizon `running` is false."""
        if not self.running:
            return
        quarter = self.economy.quarter + 1
        levers = self.government.levers(quarter, self._scheduled[quarter], self.published)
        self.residual = max(self.residual, run_quarter(self.economy, self.member.chance, levers, guarded=self.guarded))
        if quarter % 4 == 3:
            tidy(self.economy)
        self.datacollector.collect(self)
        self.running = quarter < self.scenario.end * 4 + 3

    def run(self) -> Run:
        """Run to the horizon and return what was published."""
        while self.running:
            self.step()
        return self.result


REPORTED = ("software_revenue", "software_revenue_local", "employees_local", "firms_latent", "value_added", "wage_mean")


def _reporter(name: str) -> Any:
    """What the office published last, before the first year-end the base year's."""

    def read(model: IndustryModel) -> float:
        return model.published[max(model.published)][name]

    return read


def of_one_city(scenario: Scenario) -> Scenario:
    """Return the scenario; one of several cities, which are a model each, is refused."""
    if len(scenario.parts) > 1:
        raise InputError(
            phrase("{name!r} holds several cities", name=scenario.name),
            where=phrase("scenario {name!r}", name=scenario.name),
            allowed="a scenario of one city",
            next="run it with simulate or ensemble, or step by step: digisim.simulate.joined(scenario)",
        )
    return scenario


def _in_numeraire(values: Mapping[str, float], numeraire: float) -> dict[str, float]:
    levers = load_levers()
    return {name: value * numeraire if is_nominal(levers[name].unit) else value for name, value in values.items()}


def _limits(relax: Mapping[str, float] | None) -> np.ndarray:
    factors = np.ones(len(LIMITS))
    for name, factor in (relax or {}).items():
        if name not in LIMITS or not factor > 0.0:
            raise InputError(
                phrase("cannot relax {name!r} by {factor!r}", name=name, factor=factor),
                where="relax",
                allowed=phrase("{limits}, each by a factor above 0", limits=", ".join(LIMITS)),
                next="raise a limit by 10%: relax={'people': 1.1}",
            )
        factors[LIMITS.index(name)] = factor
    return factors


def joined(
    scenario: JointScenario,
    seed: int = 1,
    *,
    member: int = 0,
    relax: Mapping[str, float] | None = None,
    guarded: bool = False,
    starts: Mapping[str, Start] | None = None,
    frequency: str = "year",
) -> JointModel:
    """The model of several cities in one run; `starts` holds prepared starts by city, which are copied."""
    held = dict(starts or {})
    cities = {
        part.region: IndustryModel(
            part,
            seed,
            member=member,
            relax=relax,
            guarded=guarded,
            start=held.get(part.region) or prepare_city(part, seed, member),
        )
        for part in scenario.parts
    }
    for model in cities.values() if frequency == "quarter" else ():
        model.count_quarters()
    return JointModel(scenario, cities, seed)


def simulate(
    scenario: Scenario | str,
    seed: int = 1,
    member: int = 0,
    *,
    relax: Mapping[str, float] | None = None,
    guarded: bool = False,
    frequency: str = "year",
) -> xr.Dataset:
    """Simulate one member of one scenario, of one city or of several joined; dims scenario, member, city, year.

    The same (scenario, seed, member) gives the same bits alone, in an ensemble, and for any number of workers. An
    indicator's unit stands in its ``attrs["units"]``. `relax` raises limits (orders, people, space, capital), `guarded`
    checks what each process reads and writes. With `frequency` "quarter" the last dim is `quarter` (datetime64, its
    first day), from the first quarter after the base year: flows are of the quarter, stocks at its end, pay and revenue
    per head a year's; what is counted once a year is left out. A scenario, seed, member, limit or frequency that is not
    allowed is an ``InputError``.

    >>> one = simulate("dalian-baseline", seed=1)
    >>> dict(one.sizes)
    {'scenario': 1, 'member': 1, 'city': 1, 'year': 9}
    >>> one.software_revenue.attrs["units"]
    'CNY'
    >>> simulate("dalian-baseline", seed=1, frequency="quarter").sizes["quarter"]
    32
    """
    check_frequency(frequency)
    chosen = load_scenario(scenario)
    if not isinstance(chosen, JointScenario):
        model = IndustryModel(chosen, seed, member=member, relax=relax, guarded=guarded)
        if frequency == "quarter":
            model.count_quarters()
        run = model.run()
        return assemble([chosen], {chosen.region: [model.member]}, [run], seed, frequency)
    several = joined(chosen, seed, member=member, relax=relax, guarded=guarded, frequency=frequency)
    runs = several.run()
    drawn = {name: [city.member] for name, city in several.cities.items()}
    return assemble([chosen], drawn, runs, seed, frequency)

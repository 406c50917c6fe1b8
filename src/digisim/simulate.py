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
from digisim.assembly import Run, assemble
from digisim.errors import InputError, phrase
from digisim.joint import JointModel, own_luck
from digisim.kernels.firms import inclusive_values
from digisim.kernels.talent import GONE
from digisim.policy import load_levers
from digisim.policy.rules import load_rules, steps_reached
from digisim.processes.demand import city_share
from digisim.processes.entry import usual_arrivals
from digisim.processes.finance.awards import steps_passed
from digisim.quarter import run_quarter
from digisim.regions import Region, load_region, load_segments, outlook
from digisim.scenario import JointScenario, Scenario, load_scenario
from digisim.state.economy import LIMITS, Economy
from digisim.statistics import close_year, open_core, publish
from digisim.synthesis import Member, build_industry, choose_reporting, draw_member, rake
from digisim.synthesis.backcast import before_the_start, follow, missed, near, nearer
from digisim.units import is_nominal

ROLES = ("government", "park")
SPARE_ROWS = 0.15  # share of empty rows that is cheaper to carry than to drop
LOOKED_BACK = 24  # quarters: who was founded within them counts for five-year survival, closed or not
MOST_MEMBERS = 1_000_000
LARGEST_SEED = 2**32 - 1  # a word of the generator's key: a larger one would wrap round to another's numbers
PASSES = 6  # of the warm-up at most, each from a past that the one before has corrected
CALM = 8  # quarters of the warm-up over which entry is averaged
SETTLED = 20  # quarters over which the frontier and the renewal of customer bases are: single large firms move them


@dataclass
class Start:
    """The industry at the base year of one member, ready to be copied into several scenarios."""

    economy: Economy
    member: Member
    residual: float


def warm_up(economy: Economy, member: Member, region: Region, past: dict[int, dict[str, float]] | None = None) -> float:
    """Run from the end of `warmup_start` to the base year, then meet the base figures; returns the largest residual.

    Entry follows exit, so that the number of firms stays at the drawn one, and the rest of the world renews itself as
    the city does: the frontier follows the city's mean advance, the presence of outside firms that of the city's. The
    averages of the last years are what the forecast goes on with. `past` is filled with what the office published for
    the years of the warm-up, the base year before it was raked.
    """
    quarters = (region.base_year - region.warmup_start) * 4
    target = float(economy.firms["alive"].sum())
    usual = usual_arrivals(economy)
    residual, exits, level, presence = 0.0, [], [_mean_capability(economy)], [_total_presence(economy)]
    moved: list[float] = []
    nests = [_nests(economy)]
    step = (round(member.figures["employees"]) / economy.scales.people) ** (1.0 / (quarters - CALM))
    for k in range(quarters):
        if 0 < k <= quarters - CALM:  # calm years are like later ones
            follow(economy, step)
        economy.memo["books_open"] = k == quarters - 1  # the base year is counted after it is raked
        residual = max(residual, run_quarter(economy, member.chance, {}))
        exits.append(economy.memo["exits_quarter"])
        level.append(_mean_capability(economy))
        presence.append(_total_presence(economy))
        nests.append(_nests(economy))
        economy.environment.frontier_growth = 4.0 * (level[-1] - level[-2])
        moved.append(economy.memo["moved_up"])
        economy.environment.presence_growth = 4.0 * (presence[-1] - presence[-2])
        economy.environment.upgrading = 4.0 * moved[-1]
        wanted = float(np.mean(exits[-CALM:])) - usual
        gap = target - float(economy.firms["alive"].sum()) if k < quarters - CALM else 0.0
        economy.scales.entry_hazard = max(wanted + gap, 0.0) / float(economy.firms["effective_workers"].sum())
    economy.memo["books_open"] = False
    economy.environment.frontier_growth = 4.0 * (level[-1] - level[-1 - SETTLED]) / SETTLED
    gained = _gained(economy, nests[-1 - SETTLED], nests[-1])
    economy.environment.presence_growth = 4.0 * (presence[-1] - presence[-1 - SETTLED] + gained) / SETTLED
    economy.environment.upgrading = 4.0 * float(np.mean(moved[-SETTLED:]))
    if past is not None:
        past.update({**economy.published, region.base_year: publish(economy)})
    _open_base_year(economy, member)
    economy.scales.exits = economy.memo["exits_of_late"] = float(np.mean(exits[-CALM:]))
    economy.scales.entry_hazard = max(economy.scales.exits - usual, 0.0) / economy.scales.effective
    return residual


def _total_presence(economy: Economy) -> float:
    """Log of all customer bases: entrants bring some, closed firms take some along."""
    return float(np.log(economy.firms["presence"].sum()))


def _nests(economy: Economy) -> np.ndarray:
    """Pull of the city's firms over that of the outside reference, by segment and market."""
    firms, start = economy.firms, economy.environment.inclusive_start
    pull = inclusive_values(firms["alive"], firms["segment"], firms["attractiveness"], len(start))
    ratio: np.ndarray = np.divide(pull, start, out=np.zeros_like(pull), where=start > 0.0)
    return ratio


def _gained(economy: Economy, before: np.ndarray, after: np.ndarray) -> float:
    """Log change of the outside reference that would have left the city its share of today's markets.

    Luck spreads the nests, in which returns diminish, and quality and customers do not move as one, so that following
    the sum of customer bases does not quite do it.
    """
    env = economy.environment
    one, shares = np.ones_like(before), []
    for ratio in (before, after):
        shares.append(city_share(ratio, one, env.outside, env.nest_openness))
    orders = env.market * shares[1]
    answer = float((orders * env.nest_openness * (1.0 - shares[1])).sum() / orders.sum())
    return float(np.log(orders.sum() / (env.market * shares[0]).sum())) / answer


def _mean_capability(economy: Economy) -> float:
    """Mean log capability, weighted by staff: what the frontier must keep pace with, selection included."""
    firms = economy.firms
    staff = np.where(firms["alive"], firms["headcount"], 0)
    return float((np.log(firms["capability"]) * staff).sum() / max(int(staff.sum()), 1))


def _open_base_year(economy: Economy, member: Member) -> None:
    """Rake, choose who reports, fix the scales that later quarters compare with, and publish the base year."""
    before = float(economy.firms["year_revenue"].sum())
    economy.memo["missed"] = missed(economy, member)
    economy.memo["raked"] = factors = rake(economy, member)
    raked = float(economy.firms["year_revenue"].sum()) / before
    economy.counts["taxes"] = economy.counts.get("taxes", 0.0) * raked  # as what is taxed
    economy.counts["taxes"] += member.parameters["profit.tax"] * factors["surplus"]
    economy.memo["reporting_share"] = choose_reporting(economy, member)
    firms, env = economy.firms, economy.environment
    alive = firms["alive"]
    firms["surveyed"][:] = firms["year_revenue"] >= economy.parameters["reporting.threshold"]
    firms["tier_awarded"][:] = steps_passed(firms["year_revenue"], economy.parameters["tier.lowest"])
    milestones = load_rules()["milestone_award"].values("steps") * member.numeraire
    firms["milestones"][:] = steps_reached(firms["year_revenue"], milestones)
    economy.scales.people = float(firms["headcount"].sum())
    economy.scales.firms = float(alive.sum())
    economy.memo["mean_size"] = economy.scales.people / economy.scales.firms
    economy.memo["mean_presence"] = float(firms["presence"].sum()) / economy.scales.firms
    economy.scales.effective = float(firms["effective_workers"].sum())
    economy.memo["market_wage"] = float(
        (firms["wage"] * firms["effective_workers"]).sum() / firms["effective_workers"].sum()
    )
    economy.memo["price_index_start"] = float(env.output_per_worker[0])
    open_core(economy)
    economy.published.clear()
    economy.published[economy.quarter // 4] = publish(economy)
    close_year(economy)
    founders = economy.memo.pop("founders", np.empty(0, np.int64))
    keep = economy.talent["employer"] != GONE
    economy.memo["founders"] = (np.cumsum(keep) - 1)[founders[keep[founders]]]
    economy.talent.compact(keep)
    _drop_closed(economy)


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


def begin(
    region: Region,
    member: Member,
    *,
    outlook_name: str = "central",
    park_class: type[Park] = Park,
    past: dict[int, dict[str, float]] | None = None,
) -> tuple[Economy, float]:
    """Build the industry of earlier years and run it to the base year; returns it and the largest residual.

    What a run misses of the drawn figures takes the next one back (shooting, Press et al. 2007, section 18.1), so that
    the city grows into them by itself and little is left to be met by lot; published counts are taken as they are.
    """
    begun, tried = before_the_start(region, member, outlook(region, outlook_name)), []
    for left in reversed(range(PASSES)):
        economy = build_industry(
            region, member, mesa.Model(), outlook_name=outlook_name, park_class=park_class, past=begun
        )
        residual = warm_up(economy, member, region, past)
        if begun.published or left == 0 or near(economy.memo["missed"], economy.memo["raked"]["people"]):
            break
        tried.append((begun, economy.memo["missed"]))
        begun = nearer(tried, member)
    return economy, residual


def check_whole(what: str, value: object, low: int, high: int) -> None:
    """Refuse what is not a whole number in the range.

    >>> check_whole("seed", 1, 0, 10)
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise InputError(
            phrase("{what} is {value!r}", what=what, value=value),
            allowed=phrase("a whole number from {low} to {high:,}", low=low, high=high),
            next=phrase("give another value of {what}", what=what),
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
    real). `running` turns false at the horizon, so that `mesa.batch_run` stops.

    >>> IndustryModel.__mro__[1].__name__
    'Model'
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
        self.scenario = of_one_city(load_scenario(scenario) if isinstance(scenario, str) else scenario)
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
        self.economy.memo["named_moves"] = [
            (e.date.index, anchors[e.anchor]) for e in self.scenario.events if e.anchor
        ]
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

    def step(self) -> None:
        """Advance by one quarter; after the last one of the horizon `running` is false."""
        if not self.running:
            return
        quarter = self.economy.quarter + 1
        levers = self.government.levers(quarter, self._scheduled[quarter], self.published)
        self.residual = max(self.residual, run_quarter(self.economy, self.member.chance, levers, guarded=self.guarded))
        if quarter % 4 == 3:
            _tidy(self.economy)
        self.datacollector.collect(self)
        self.running = quarter < self.scenario.end * 4 + 3

    def run(self) -> Run:
        """Run to the horizon and return what was published."""
        while self.running:
            self.step()
        return Run(self.scenario.name, self.member.number, self.scenario.region, self.published, self.residual)


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


def _drop_closed(economy: Economy) -> None:
    """Drop the rows of firms that closed once they are many; the others keep their order, and so every sum its bits.

    Called when a year is counted: after it only the survival of young firms looks back at closed ones, and the register
    at those that it has not struck off. Those that closed in the quarter itself stay, so that its accounts can still be
    read firm by firm.
    """
    firms, employer = economy.firms, economy.talent["employer"]
    recent = economy.quarter - firms["founded"] <= LOOKED_BACK
    listed = firms["exited"] > economy.quarter - max(economy.register_lag, 1)
    keep = firms["alive"] | recent | listed
    if keep.mean() > 1.0 - SPARE_ROWS:
        return
    row = np.cumsum(keep) - 1
    at_work = employer >= 0
    employer[at_work] = row[employer[at_work]]
    firms.compact(keep)


def _tidy(economy: Economy) -> None:
    """At the end of a year the rows of people who left are dropped once they are many; those who stay keep their
    order."""
    _drop_closed(economy)
    talent = economy.talent
    keep = talent["employer"] != GONE
    if keep.mean() > 1.0 - SPARE_ROWS:
        return
    founders = economy.memo.get("founders")
    if founders is not None:
        kept = founders[keep[founders]]
        economy.memo["founders"] = (np.cumsum(keep) - 1)[kept]
    talent.compact(keep)


def joined(
    scenario: JointScenario,
    seed: int = 1,
    *,
    member: int = 0,
    relax: Mapping[str, float] | None = None,
    guarded: bool = False,
    starts: Mapping[str, Start] | None = None,
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
    return JointModel(scenario, cities, seed)


def simulate(
    scenario: Scenario | str,
    seed: int = 1,
    member: int = 0,
    *,
    relax: Mapping[str, float] | None = None,
    guarded: bool = False,
) -> xr.Dataset:
    """Simulate one member of one scenario, of one city or of several joined; dims scenario, member, city, year.

    The same (scenario, seed, member) gives the same bits alone, in an ensemble, and for any number of workers.
    """
    chosen = load_scenario(scenario) if isinstance(scenario, str) else scenario
    if not isinstance(chosen, JointScenario):
        model = IndustryModel(chosen, seed, member=member, relax=relax, guarded=guarded)
        run = model.run()
        return assemble([chosen], {chosen.region: [model.member]}, [run], seed)
    several = joined(chosen, seed, member=member, relax=relax, guarded=guarded)
    runs = several.run()
    return assemble([chosen], {name: [city.member] for name, city in several.cities.items()}, runs, seed)

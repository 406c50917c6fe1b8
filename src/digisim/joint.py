"""Several cities in one run: each is a model of its own, and once a quarter people and firms pass between them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import mesa
import numpy as np

from digisim.assembly import Run
from digisim.errors import DefectError
from digisim.processes.entry import usual_arrivals
from digisim.processes.finance.relocation import moving_weight
from digisim.rng import words
from digisim.scenario import JointScenario
from digisim.state.economy import Economy
from digisim.state.elsewhere import Elsewhere, gathered
from digisim.synthesis import Member
from digisim.synthesis.people import leaving_rate


class City(Protocol):
    """A model of one city, as ``digisim.simulate.IndustryModel`` is."""

    economy: Economy
    member: Member
    running: bool
    residual: float

    @property
    def result(self) -> Run:
        """What has been published so far, as results hold it."""

    def step(self) -> None:
        """Advance by one quarter."""


def own_luck(seed: int, region: str) -> int:
    """Seed of a city's own chance in a joint run, so that firms of one number have no luck in common across cities.

    >>> own_luck(1, "dalian") != own_luck(1, "shenzhen")
    True
    """
    return words(zlib.crc32(region.encode()), 0, 0, 0, seed, 0)[0]


class JointModel(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """Cities that share a nation: `step()` runs one quarter in each, then who left one city is on the way to another.

    Until the end of the scenario's `start` each city runs alone. Of those who look for a job in B from outside, the
    part n_AB = N_A / (N - N_B) is A's, as of the nation's jobs outside B, and so many fewer come from the rest of the
    country. Hence somebody who leaves A goes to B with the chance w_AB r_B^eta / S_A: w_AB = i N_B / (l N_A) n_AB, with
    i the usual rate of coming and l that of leaving; r_B is B's real income for those who come relative to when the
    cities were joined, eta the elasticity of migration, and S_A the sum over the other cities and the rest of the
    country, whose r is one (McFadden 1978). S_A^(1/eta) scales what people in A compare with. Firms of A move to B as
    often as B draws firms from outside, times n_AB, the large ones less often than others. Who arrives and finds no job
    stays in the rest of the country.
    `cities` holds a model of each city, at its base year or later; ``digisim.simulate.joined`` makes them.
    """

    def __init__(self, scenario: JointScenario, cities: Mapping[str, City], seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.scenario = scenario
        self.cities = dict(cities)
        for model in self.cities.values():
            while model.economy.quarter < scenario.start * 4 + 3:
                model.step()
        self._join()
        self.running: bool = True

    def _join(self) -> None:
        """From now on each city sees the others, as large and as attractive as they are now."""
        people = self._people = {
            name: float(model.economy.firms["headcount"].sum()) for name, model in self.cities.items()
        }
        self._income = {name: model.economy.elsewhere.income for name, model in self.cities.items()}
        nation = max(self.scenario.nation, sum(people.values()))
        self._part = {b: {a: people[a] / (nation - people[b]) for a in people if a != b} for b in people}
        usual = {name: usual_arrivals(model.economy) for name, model in self.cities.items()}
        for name, model in self.cities.items():
            firms = model.economy.firms
            staff = np.where(firms["alive"], firms["headcount"], 0)
            model.economy.elsewhere = Elsewhere(
                cities=tuple(self._part[name]),
                income=model.economy.elsewhere.income,
                pull=model.economy.elsewhere.pull or usual[name],  # none yet of a city at its base year
                usual=sum(usual[city] * self._part[city][name] for city in self._part[name]),
                weight=float(moving_weight(staff, model.economy.parameters["relocation.size"]).sum()),
                from_cities=sum(self._part[name].values()),
            )
        self._look_around()

    def _look_around(self) -> None:
        """What people and firms of each city find elsewhere follows from what the others offered last quarter."""
        offer = {name: model.economy.elsewhere for name, model in self.cities.items()}
        for name, model in self.cities.items():
            own, p = offer[name], model.economy.parameters
            eta, look = p["mig.wage.elasticity"], min(p["mig.inflow"] / leaving_rate(p), 1.0)
            weight = look * np.array([self._people[b] / self._people[name] * self._part[b][name] for b in own.cities])
            better = np.array([offer[city].income / self._income[city] for city in own.cities])
            drawn = weight * better**eta
            total = float(drawn.sum() + 1.0 - weight.sum())
            own.people_to, own.option = drawn / total, total ** (1.0 / eta)
            own.firms_to = np.array([offer[city].pull * self._part[city][name] for city in own.cities])

    def step(self) -> None:
        """Advance all cities by one quarter; after the last one of the horizon `running` is false."""
        if not self.running:
            return
        for model in self.cities.values():
            model.step()
        self._check_arrivals()
        self._pass_on()
        self._look_around()
        self.running = any(model.running for model in self.cities.values())

    def _pass_on(self) -> None:
        """Who left a city this quarter arrives in the other one in the next."""
        for name, model in self.cities.items():
            there = {city: other.economy.elsewhere for city, other in self.cities.items() if city != name}
            own = model.economy.elsewhere
            own.people_in = {city: gathered(each.people_out.pop(name, [])) for city, each in there.items()}
            own.firms_in = {city: gathered(each.firms_out.pop(name, [])) for city, each in there.items()}
            own.people_in = {city: movers for city, movers in own.people_in.items() if movers}
            own.firms_in = {city: movers for city, movers in own.firms_in.items() if movers}

    def _check_arrivals(self) -> None:
        """Everybody who was on the way is in the new city now or stays in the rest of the country."""
        for name, model in self.cities.items():
            own, moved = model.economy.elsewhere, model.economy.flows.moved
            for city, movers in own.people_in.items():
                came, stayed = moved[city, "city"], own.turned_away.get(city, 0)
                if came + stayed != movers["id"].size:
                    raise DefectError(
                        f"of {movers['id'].size} people from {city} {came} came to {name} and {stayed} did not"
                    )
            own.turned_away = {}

    @property
    def residual(self) -> float:
        """The largest residual of people, money and floor area of any city."""
        return max(model.residual for model in self.cities.values())

    def run(self) -> list[Run]:
        """Run to the horizon and return what was published in each city."""
        while self.running:
            self.step()
        return [replace(model.result, scenario=self.scenario.name) for model in self.cities.values()]

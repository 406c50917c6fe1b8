"""A software park: floor area, rent, services, and how it reacts to vacancy."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from digisim.actors.actor import Actor

MONTHS = 12.0
STAGES = 3  # of a building: foundations, shell, fitting out
OF_A_MODEL = ("model", "unique_id", "pos")  # what mesa gives an agent: it stays with the model


def finished(years: float) -> float:
    """Share of what is in a stage of building that comes to the next within a quarter, of buildings that take `years`.

    >>> finished(3.0), finished(0.5)
    (0.25, 1.0)
    """
    return min(STAGES / (4.0 * years), 1.0)


class Park(Actor):
    """A park of the city; its owner decides on rents and deliveries.

    `built`, `vacant` in m2; `sites`: what is under construction, m2 by stage; `rent` in CNY a m2 and month; `let`: what
    was let a quarter ago, m2, and `expected`: the growth of that in the whole city that its owner expects, a year;
    `services`: capital in service platforms beyond what parks usually have and keep up, CNY as it was spent;
    `places`: how many young firms its incubators hold, `more_places`: those that the city pays for in the quarter;
    `scattered`: firms outside parks, who are no neighbours; `public`: built by the government or a wholly state-owned
    company;
    `aided`: what printed rules have paid it so far, CNY by rule. What policy sets for the quarter: `support`, the share
    of its tenants' rent that is refunded; `new_floor` (m2) that the city begins to build, `new_services` (CNY) it pays;
    `refused`, the share (0..1) of what it would build itself for which it gets no land. A scenario names a subclass by
    `actor_classes={"park": "module:Class"}`.
    """

    def __init__(self, model: Any, name: str, built: float, rent: float) -> None:
        super().__init__(model)
        self.name = name
        self.built = float(built)
        self.vacant = float(built)
        self.sites = [0.0] * STAGES
        self.let = self.expected = 0.0
        self.rent = float(rent)
        self.services = 0.0
        self.places = self.more_places = 0
        self.support = self.new_floor = self.new_services = self.refused = 0.0
        self._market = float(rent)
        self.scattered = self.public = False
        self.aided: dict[str, float] = {}

    def receive(self, wear: float) -> None:
        """Take over what the city pays for services; of those that were there a part wears off.

        S <- (1 - d / 4) S + what is spent, d a year (perpetual inventory, as for knowledge).
        """
        self.services = (1.0 - wear / 4.0) * self.services + self.new_services

    def upkeep(self, wear: float) -> float:
        """What keeping up its added services costs, CNY a m2 and year: spending that lasts adds as much in the end."""
        return wear * self.services / self.built

    def charge(self, wear: float, worth: float) -> float:
        """What a place costs a tenant, CNY a m2 and month: rent less support and less what services are worth to it."""
        return self.rent * (1.0 - self.support) - worth * self.upkeep(wear) / MONTHS

    @property
    def underway(self) -> float:
        """Floor area under construction, m2."""
        return sum(self.sites)

    def expect(self, growth: float, pace: float) -> None:
        """Expectations of growth move towards what was let in the city of late, a share `pace` of the gap a quarter.

        g <- g + pace (growth - g), adaptive (Wheaton, Real Estate Economics 27(2), 1999).
        """
        self.expected += pace * (growth - self.expected)
        self.let = self.built - self.vacant

    def begin(self, rate: float, natural: float, years: float) -> None:
        """Begin to build: what the city pays and, where there is land, a share `rate` a year of what will be missing.

        Missing is what tenants are expected to let when it is open, at the natural vacancy, less what there is and what
        is under way: (1 - refused) b / 4 max(let (1 + g / b) (1 + g T / 3)^3 / (1 - v_n) - built - sites, 0); `years`
        is T. Stock adjustment (Wheaton, AREUEA Journal 15(4), 1987) that looks ahead by as much as deciding and
        building take, so that vacancy is natural where what is let grows steadily, at whatever pace.
        """
        ahead = (1.0 + self.expected / rate) * (1.0 + self.expected * years / STAGES) ** STAGES
        missing = (self.built - self.vacant) * ahead / (1.0 - natural) - self.built - self.underway
        self.sites[0] += self.new_floor + (1.0 - self.refused) * rate / 4.0 * max(missing, 0.0)

    def deliver(self, years: float) -> None:
        """Of every stage a share comes to the next, and opens after the last: T years on the mean; none is torn down.

        Time to build in stages (Kydland & Prescott, Econometrica 50(6), 1982); h = 3 / (4 T) a quarter, one at most, so
        that sites are finished after times spread around T (Erlang).
        """
        done = [finished(years) * area for area in self.sites]
        self.sites = [area - out + came for area, out, came in zip(self.sites, done, [0.0, *done[:-1]], strict=True)]
        self.built += done[-1]
        self.vacant += done[-1]

    def reset_rent(self, level: float, response: float, natural: float, pace: float) -> None:
        """Rent follows the price level and closes a part of its gap to the rent that vacancy asks for.

        ln r <- ln r + ln (P / P_before) + pace x [ln P_before + response x (natural - vacancy rate) - ln r]; `level`
        is P in CNY/m2/month (Wheaton & Torto, Journal of Urban Economics 35(2), 1994).
        """
        self.rent *= level / self._market
        self._market = level
        wanted = level * float(np.exp(response * (natural - self.vacant / self.built)))
        self.rent *= (wanted / self.rent) ** pace

    def copy(self, model: Any) -> Park:
        """The same park in another model; what a subclass remembers goes along."""
        twin = type(self)(model, self.name, self.built, self.rent)
        own = {name: deepcopy(value) for name, value in vars(self).items() if name not in OF_A_MODEL}
        twin.__dict__.update(own)
        return twin

    def reprice(self, factor: float) -> None:
        """Change the unit of account of the rent."""
        self.rent *= factor
        self.services *= factor
        self.new_services *= factor
        self._market *= factor
        self.aided = {rule: paid * factor for rule, paid in self.aided.items()}

    def __repr__(self) -> str:
        vacancy = self.vacant / self.built
        return f"<Park {self.name}: {self.built:,.0f} m2, {vacancy:.0%} vacant, {self.rent:.0f} CNY/m2/month>"

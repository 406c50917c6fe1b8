"""A software park: floor area, rent, services, and how it reacts to vacancy."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from digisim.actors.actor import Actor

MONTHS = 12.0
OF_A_MODEL = ("model", "unique_id", "pos")  # what mesa gives an agent: it stays with the model


class Park(Actor):
    """A park of the city; its owner decides on rents and deliveries.

    `built`, `vacant` in m2, `opened`: what was built at the end of last year; `rent` in CNY a m2 and month;
    `services`: capital in service platforms beyond what parks usually have and keep up, CNY as it was spent;
    `scattered`: firms outside parks, who are no neighbours; `public`: built by the government or a wholly state-owned
    company;
    `aided`: what printed rules have paid it so far, CNY by rule. What policy sets for the quarter: `support`, the share
    of its tenants' rent that is refunded; `new_floor` (m2) and `new_services` (CNY) that the city builds and pays;
    `refused`, the share (0..1) of what it would build itself for which it gets no land. A scenario names a subclass by
    `actor_classes={"park": "module:Class"}`.
    """

    def __init__(self, model: Any, name: str, built: float, rent: float) -> None:
        super().__init__(model)
        self.name = name
        self.built = float(built)
        self.vacant = float(built)
        self.opened = float(built)
        self.rent = float(rent)
        self.services = 0.0
        self.support = self.new_floor = self.new_services = self.refused = 0.0
        self._market = float(rent)
        self.scattered = self.public = False
        self.aided: dict[str, float] = {}

    def receive(self, wear: float) -> None:
        """Take over what the city builds and pays in the quarter; of the services that were there a part wears off.

        S <- (1 - d / 4) S + what is spent, d a year (perpetual inventory, as for knowledge).
        """
        self.built += self.new_floor
        self.vacant += self.new_floor
        self.services = (1.0 - wear / 4.0) * self.services + self.new_services

    def upkeep(self, wear: float) -> float:
        """What keeping up its added services costs, CNY a m2 and year: spending that lasts adds as much in the end."""
        return wear * self.services / self.built

    def charge(self, wear: float, worth: float) -> float:
        """What a place costs a tenant, CNY a m2 and month: rent less support and less what services are worth to it."""
        return self.rent * (1.0 - self.support) - worth * self.upkeep(wear) / MONTHS

    def deliver(self, rate: float, natural: float) -> None:
        """New floor area of the quarter: where there is land, a share `rate` of what the natural vacancy lacks.

        Stock adjustment (Wheaton, AREUEA Journal 15(4), 1987): (1 - refused) b max(used / (1 - v_n) - built, 0);
        nothing is torn down.
        """
        area = (1.0 - self.refused) * rate * max((self.built - self.vacant) / (1.0 - natural) - self.built, 0.0)
        self.built += area
        self.vacant += area

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

"""The processes of the quarter. Here is only what every process must say about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from digisim.errors import DefectError
from digisim.rng import Chance, Stream
from digisim.state.economy import City, Economy, Entitlements, Environment, Scales
from digisim.state.elsewhere import Elsewhere
from digisim.state.flows import Flows


@dataclass
class Context:
    """What a process sees: its declared columns, the environment, the parameters and the law of chance.

    `memo` holds scratch results of the quarter that another process needs and that are no agent's state (layoff rates,
    people who found a firm); `levers` are the values in force, which only the policy process reads.
    """

    firms: SimpleNamespace
    talent: SimpleNamespace
    environment: Environment
    parameters: Mapping[str, float]
    entitlements: Entitlements
    scales: Scales
    flows: Flows
    chance: Chance
    parks: list[Any]
    relax: np.ndarray
    memo: dict[str, Any]
    count: Callable[[str, float], None]
    levers: Mapping[str, float]
    quarter: int
    city: City = field(default_factory=City)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


@dataclass(frozen=True)
class Process:
    """A step of the quarter: its promise (columns, streams, source) and its function."""

    name: str
    run: Callable[[Context], None]
    firm_reads: frozenset[str] = frozenset()
    firm_writes: frozenset[str] = frozenset()
    talent_reads: frozenset[str] = frozenset()
    talent_writes: frozenset[str] = frozenset()
    streams: tuple[Stream, ...] = ()
    page: str = ""

    def __call__(self, economy: Economy, chance: Chance, levers: Mapping[str, float], *, guarded: bool) -> None:
        """Run on an economy with a view of the declared columns only."""
        context = Context(
            firms=economy.firms.view(self.firm_reads, self.firm_writes, guarded=guarded),
            talent=economy.talent.view(self.talent_reads, self.talent_writes, guarded=guarded),
            environment=economy.environment,
            parameters=economy.parameters,
            entitlements=economy.entitlements,
            scales=economy.scales,
            flows=economy.flows,
            chance=chance,
            parks=economy.parks,
            relax=economy.relax,
            memo=economy.memo,
            count=economy.count,
            levers=levers,
            quarter=economy.quarter,
            city=economy.city,
            elsewhere=economy.elsewhere,
        )
        try:
            self.run(context)
        except AttributeError as error:
            if "SimpleNamespace" in str(error):
                raise DefectError(f"process {self.name!r} uses a column that it does not declare: {error}") from error
            raise


def named_rows(context: Context) -> np.ndarray:
    """Rows of the firms that the region names, in row order."""
    identity = context.firms.id
    named = np.zeros(identity.size, bool)
    for one in context.memo.get("anchors", {}).values():
        named |= identity == one
    return np.flatnonzero(named)


def names(text: str) -> frozenset[str]:
    """A set of column names from words.

    >>> sorted(names("cash debt"))
    ['cash', 'debt']
    """
    return frozenset(text.split())

"""The other cities of a joint run as one city sees them, and who is under way between cities."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from digisim.rng import Chance, Stream

Movers = Mapping[str, np.ndarray]
"""People or firms under way, a row each: what they take along, by name."""


@dataclass
class Elsewhere:
    """What a city knows of the cities that it is joined with; one that runs alone is joined with none.

    `cities`: their names. `option`: real income that movers find in these cities and in the rest of the country, over
    what they found there when the cities were joined. `people_to`, shape (cities,): the chance that somebody who leaves
    goes there. `firms_to`, shape (cities,): firms a quarter that go there; `usual`: as many as go to all of them while
    nobody attracts firms; `weight`: how readily all firms of the city moved when the cities were joined.
    `from_cities`: share of the people and firms coming from outside who come from these cities, and so not from the
    rest of the country. `income`, `pull`: the
    city's own offer, read by the others: real income of who comes, over that of its base year, and firms a quarter
    that would come. `people_in`, `firms_in`: who arrives this quarter, by city; `people_out`, `firms_out`: who has left
    this quarter. `turned_away`: people of `people_in` who found no job and stay in the rest of the country.
    """

    cities: tuple[str, ...] = ()
    option: float = 1.0
    people_to: np.ndarray = field(default_factory=lambda: np.zeros(0))
    firms_to: np.ndarray = field(default_factory=lambda: np.zeros(0))
    usual: float = 0.0
    weight: float = 1.0
    from_cities: float = 0.0
    income: float = 1.0
    pull: float = 0.0
    people_in: dict[str, Movers] = field(default_factory=dict)
    firms_in: dict[str, Movers] = field(default_factory=dict)
    people_out: dict[str, list[Movers]] = field(default_factory=dict)
    firms_out: dict[str, list[Movers]] = field(default_factory=dict)
    turned_away: dict[str, int] = field(default_factory=dict)

    def under_way(self) -> float:
        """How many people have left this quarter and arrive in the other cities in the next.

        >>> Elsewhere(people_out={"qingdao": [{"id": np.array([4, 7])}, {"id": np.array([9])}]}).under_way()
        3.0
        """
        return float(sum(part["id"].size for parts in self.people_out.values() for part in parts))


def gathered(parts: list[Movers]) -> dict[str, Any]:
    """Put lists of movers into one.

    >>> gathered([{"id": np.array([1])}, {"id": np.array([2, 3])}])["id"].tolist()
    [1, 2, 3]
    """
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def new_identities(old: np.ndarray, left: str, chance: Chance, *, kind: int = 0) -> np.ndarray:
    """Identities in another city: a word of the generator for the old one, the city that is left and the kind of agent.

    They do not depend on who else moves, and meet those of others as rarely as random words do.
    """
    city = zlib.crc32(left.encode())
    u = chance.uniforms(Stream.NEW_IDENTITIES, old.astype(np.int64), quarter=kind, other=city)[:, 0]
    return np.floor(u * 2.0**32).astype(np.int64)


def packed_people(held: Movers, firm: np.ndarray, now: int, *, left: str, chance: Chance) -> Movers:
    """What people take along: a new identity, skill, field, age (quarters), and the position of the firm that they move
    with in its list (-1: none). `held` are their columns of talent, `now` in quarters since 1900."""
    return {
        "id": new_identities(held["id"], left, chance),
        "human_capital": held["human_capital"].astype(float),
        "domain": held["domain"].astype(np.int64),
        "age": now - held["born"].astype(np.int64),
        "firm": firm,
    }

"""People who leave for another city of a joint run, and those who come from one (part of step 7)."""

from __future__ import annotations

import numpy as np

from digisim.processes import Context
from digisim.processes.labour.newcomers import FROM_OUTSIDE, NewPeople
from digisim.rng import Stream
from digisim.state.elsewhere import packed_people

REST = "rest of China"


def depart(context: Context, rows: np.ndarray, now: int) -> None:
    """People leave the city's industry: those of working age choose among the joined cities and the rest of China.

    The choice is a logit in log real income (McFadden 1978; Bryan & Morten 2019, Journal of Political Economy 127(5)),
    with the jobs of a place as its weight; its chances are `Elsewhere.people_to`. `now` in quarters since 1900.
    """
    other, people, flows = context.elsewhere, context.talent, context.flows
    if not other.cities:
        flows.leave(rows, REST)
        return
    u = context.chance.uniforms(Stream.DESTINATIONS, people.id[rows].astype(np.int64), quarter=context.quarter)[:, 0]
    place = np.searchsorted(np.cumsum(other.people_to), u, side="right")
    place[now - people.born[rows] >= int(context.parameters["retirement.age"] * 4)] = len(other.cities)
    for k, city in enumerate(other.cities):
        movers = rows[place == k]
        alone = np.full(movers.size, -1)
        held = {
            "id": people.id[movers], "human_capital": people.human_capital[movers], "domain": people.domain[movers],
            "born": people.born[movers],
        }  # fmt: skip
        other.people_out.setdefault(city, []).append(
            packed_people(held, alone, now, left=context.memo["region"], chance=context.chance)
        )
        flows.leave(movers, city)
        context.count("to_cities", float(movers.size))
    flows.leave(rows[place == len(other.cities)], REST)


def people_from_cities(context: Context) -> list[NewPeople]:
    """A group of candidates for each joined city: who left it last quarter for this one."""
    rooted = context.parameters["rootedness.migrant"]
    groups = []
    for city, movers in context.elsewhere.people_in.items():
        alone = {name: values[movers["firm"] < 0] for name, values in movers.items()}
        groups.append(
            NewPeople(
                alone["id"], alone["domain"], alone["human_capital"], alone["age"], rooted, FROM_OUTSIDE, city,
                "from_cities", False,
            )
        )  # fmt: skip
    return groups

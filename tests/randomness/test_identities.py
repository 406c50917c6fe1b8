"""Nobody shares an identity: streams, names of parameters, people and firms of every origin."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from digisim.parameters import load_parameters, medians
from digisim.processes import entry
from digisim.processes.labour import newcomers
from digisim.regions import cited, load_region, region_names
from digisim.rng import Stream
from digisim.simulate import IndustryModel, Start
from digisim.synthesis.draws import _identity
from digisim.synthesis.twins import CLONE_IDS, FIRM_CLONE_IDS

ROOM = 1 << 30  # 1024 quarters of 2^20 identities
LARGEST = 1 << 32


def test_no_two_streams_share_a_number_and_each_fits_its_half_word() -> None:
    numbers = [member.value for member in Stream.__members__.values()]
    assert len(set(numbers)) == len(numbers) == len(Stream)
    assert all(0 < number < 1 << 16 for number in numbers)


def test_no_two_names_of_parameters_or_base_figures_share_a_word() -> None:
    regions = [load_region(name) for name in region_names()]
    cited_by_all = {id for region in regions for id in cited(region)}
    roles = {*(f"anchor {a.name}" for region in regions for a in region.anchors), *regions[0].base_figures.model_dump()}
    names = [*load_parameters(), *roles, *(f"{role} {what}" for role in roles for what in ("factor", *cited_by_all))]
    assert len({_identity(name) for name in names}) == len(names)


def disjoint(ranges: list[tuple[int, int]]) -> bool:
    return all(stop <= start for (_, stop), (start, _) in pairwise(sorted(ranges)))


def test_ranges_of_people_and_of_firms_are_disjoint() -> None:
    people = [
        (0, CLONE_IDS),
        (CLONE_IDS, newcomers.GRADUATE_IDS),
        (newcomers.GRADUATE_IDS, newcomers.GRADUATE_IDS + ROOM),
        (newcomers.MIGRANT_IDS, newcomers.MIGRANT_IDS + ROOM),
    ]
    firms = [
        (0, entry.SPIN_OFF_IDS),
        (entry.SPIN_OFF_IDS, entry.SPIN_OFF_IDS + ROOM),
        (entry.ARRIVAL_IDS, entry.ARRIVAL_IDS + ROOM),
    ]
    for ranges in (people, firms):
        assert disjoint(ranges)
        assert max(stop for _, stop in ranges) <= LARGEST


def test_the_lists_of_candidates_fit_the_room_of_a_quarter() -> None:
    """At the widest priors: 2^20 identities a quarter."""
    p = medians()
    high = {name: row.value(0.999) for name, row in load_parameters().items()}
    assert high["grad.flow.computing"] / load_parameters()["grad.retention.bachelor"].value(0.001) < 1 << 20
    assert high["mig.inflow"] * 250_000 * p["mig.candidates"] < 1 << 20
    assert high["arrival.rate"] * 5_000 / 4.0 * p["arrival.candidates"] < 1 << 20


@pytest.mark.parametrize("member", [0, 1])
def test_a_run_gives_every_agent_an_identity_of_its_own(
    baseline: object, start_of: Callable[[int], Start], member: int
) -> None:
    model = IndustryModel(baseline, start=start_of(member))  # type: ignore[arg-type]
    model.run()
    for table in (model.economy.firms, model.economy.talent):
        identity = table["id"]
        assert np.unique(identity).size == identity.size
        assert identity.min() >= 0 and identity.max() < LARGEST
    origin, identity = model.economy.talent["origin"], model.economy.talent["id"]
    doubled = (identity >= CLONE_IDS) & (identity < newcomers.GRADUATE_IDS)  # when the base year was met
    graduates, migrants = origin == newcomers.FROM_GRADUATION, origin == newcomers.FROM_OUTSIDE
    assert (identity[~graduates & ~migrants] < newcomers.GRADUATE_IDS).all()
    own = identity[graduates & ~doubled]
    assert ((own >= newcomers.GRADUATE_IDS) & (own < newcomers.MIGRANT_IDS)).all()
    assert (identity[migrants & ~doubled] >= newcomers.MIGRANT_IDS).all()
    firms = model.economy.firms
    doubled_firms = (firms["id"] >= FIRM_CLONE_IDS) & (firms["id"] < entry.SPIN_OFF_IDS)
    assert (firms["id"][(firms["origin"] == entry.ARRIVED) & ~doubled_firms] >= entry.ARRIVAL_IDS).all()
    spin_offs = firms["id"][(firms["origin"] == entry.SPIN_OFF) & ~doubled_firms]
    assert ((spin_offs >= entry.SPIN_OFF_IDS) & (spin_offs < entry.ARRIVAL_IDS)).all()


def test_two_founders_who_share_their_low_bits_get_two_identities() -> None:
    taken = np.array([3, entry.SPIN_OFF_IDS + 5])
    wanted = np.array([entry.SPIN_OFF_IDS + 5, entry.SPIN_OFF_IDS + 9, entry.SPIN_OFF_IDS + 9])
    given = entry._unique(wanted, taken) - entry.SPIN_OFF_IDS
    assert given.tolist() == [6, 9, 10]

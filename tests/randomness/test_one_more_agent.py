"""One more agent who trades with nobody, a lever that stands still, a process that draws more: nobody else moves."""

from __future__ import annotations

from collections.abc import Callable

import mesa
import pytest

from digisim.kernels.talent import GONE
from digisim.policy import levers_of, load_levers
from digisim.processes import Context, Process, names
from digisim.quarter import QUARTER, Step, run_quarter
from digisim.rng import Stream
from digisim.simulate import Start
from digisim.state.economy import Economy
from digisim.statistics import load_indicators
from digisim.testing.states import advance, differing_columns

QUARTERS = 4
NEW_FIRM, NEW_PERSON = 0x3FFF_FFFF, 0x3FFF_FFFF  # between the identities of the start and those of entrants


def copy(start: Start) -> Economy:
    return start.economy.copy(mesa.Model())


def add_firm(economy: Economy) -> None:
    """A firm that has no customers, staff, floor area or money."""
    economy.firms.append(1, id=NEW_FIRM, alive=True, wage=economy.memo["market_wage"])


def add_person(economy: Economy) -> None:
    """A person who left the city before the run."""
    economy.talent.append(1, id=NEW_PERSON, employer=GONE)


@pytest.mark.parametrize("member", [0, 1])
@pytest.mark.parametrize(
    ("add", "without"), [(add_firm, {"firm": NEW_FIRM}), (add_person, {"talent": NEW_PERSON})], ids=["firm", "person"]
)
def test_one_more_agent_moves_nobody(
    start_of: Callable[[int], Start], member: int, add: Callable[[Economy], None], without: dict[str, int]
) -> None:
    start = start_of(member)
    usual, more = copy(start), copy(start)
    add(more)
    for _ in range(QUARTERS):
        run_quarter(usual, start.member.chance, {})
        run_quarter(more, start.member.chance, {})
        assert differing_columns(usual, more, without=without) == []
    one, other = usual.published[2021], more.published[2021]
    # the firm itself, also in the distribution of firms
    counted = {"firms_latent", "firms_local", "firms_micro", "firms_young", "exits", "firms_share_over_1yi_latent"}
    counted |= {name for name, row in load_indicators().items() if row.summary == "moment"}
    assert {name for name in one if one[name] != other[name]} <= counted


@pytest.mark.parametrize("lever", [*load_levers(), "all"])
def test_a_lever_at_its_value_in_force_is_the_baseline_to_the_bit(start: Start, lever: str) -> None:
    rows = load_levers()
    values = {name: rows[name].in_force for name in (rows if lever == "all" else [lever])}
    usual = advance(copy(start), start.member.chance, QUARTERS)
    named = advance(copy(start), start.member.chance, QUARTERS, levers=values)
    assert differing_columns(usual, named) == []
    assert usual.published == named.published


def test_a_lever_that_was_pulled_and_released_leaves_no_right_behind(start: Start) -> None:
    """After the release every entitlement and every effective parameter is that of the baseline."""
    rows = levers_of("dalian")
    pulled = {name: row.range[1] / 50.0 for name, row in rows.items()}
    usual, released = copy(start), copy(start)
    advance(released, start.member.chance, 1, levers=pulled)
    advance(released, start.member.chance, 1, levers=dict.fromkeys(rows, 0.0))
    advance(usual, start.member.chance, 2)
    # prices and limits of what nobody is offered
    terms = {"course_cost"} | {name for name in vars(usual.entitlements) if name.endswith(("_budget", "_cap"))}
    for name, value in vars(released.entitlements).items():
        neutral = 1.0 if name == "founding" else 0.0
        assert name in terms or value == getattr(usual.entitlements, name) == neutral, name
    assert all(park.support == park.new_floor == park.new_services == 0.0 for park in released.parks)
    for name in ("research_grant", "guarantee"):
        assert not released.firms[name].any()
    more = released.firms["rd_share"] - released.firms["rd_base"]
    assert more.max() <= released.parameters["rd.adjustment"] * released.parameters["rd.share.cap"]


def draw_more(context: Context) -> None:
    """Draws from streams that others use."""
    for stream in (Stream.RELOCATION, Stream.TALENT_QUARTER, Stream.GRADUATES):
        context.chance.uniforms(stream, context.firms.id, quarter=context.quarter, block=3)


@pytest.mark.parametrize("place", range(len(QUARTER) + 1))
def test_a_process_that_draws_more_changes_nobody_elses_draws(start: Start, place: int) -> None:
    extra = Step(Process("curious", draw_more, firm_reads=names("id")), "It only draws.", "只抽取随机数。")
    steps = [*QUARTER[:place], extra, *QUARTER[place:]]
    usual = advance(copy(start), start.member.chance, 2)
    curious = advance(copy(start), start.member.chance, 2, steps=steps)
    assert differing_columns(usual, curious) == []

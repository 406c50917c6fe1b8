"""Prepared worlds for tests and benchmarks: replicates of one draw, smaller cities, a quarter taken step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import mesa

from digisim.quarter import run_quarter
from digisim.regions import load_region
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start
from digisim.synthesis import Member, build_industry, draw_member
from digisim.warmup import warm_up

APART = 1_000_000
"""Chance replicates get member numbers from here on, which no ensemble reaches: their chance is theirs alone."""

AfterStep = Mapping[str, Callable[[], None]]


def start_of(member: Member, scenario: Scenario) -> Start:
    """Return the start of a member that was drawn, or changed, by hand; otherwise as `simulate.prepare`."""
    region = load_region(scenario.region)
    economy = build_industry(region, member, mesa.Model(), outlook_name=scenario.outlook)
    return Start(economy, member, warm_up(economy, member, region))


def chance_replicate(region: str, seed: int, draw: int, replicate: int) -> Member:
    """Return a member with the parameters, base figures and regime of a draw and chance of its own.

    An ensemble holds two replicates of a draw; tests of chance alone need more.

    >>> a, b = (chance_replicate("dalian", 1, 3, k) for k in (0, 1))
    >>> a.parameters == b.parameters, a.figures == b.figures, a.chance.member == b.chance.member
    (True, True, False)
    """
    drawn = draw_member(load_region(region), seed, 2 * draw)
    return replace(drawn, number=APART + replicate)


def smaller(member: Member, share: float) -> Member:
    """Return the member with a city of `share` of its people, firms, revenue and graduates, for benchmarks of size.

    >>> whole = chance_replicate("dalian", 1, 0, 0)
    >>> smaller(whole, 0.25).figures["employees"] == 0.25 * whole.figures["employees"]
    True
    """
    graduates = {"grad.flow.computing": member.parameters["grad.flow.computing"] * share}
    figures = {role: value * share for role, value in member.figures.items()}
    anchors = {name: revenue * share for name, revenue in member.anchors.items()}
    return replace(member, figures=figures, anchors=anchors, parameters={**member.parameters, **graduates})


def take_quarter(model: IndustryModel, after: AfterStep) -> None:
    """Advance a model by one quarter, calling ``after[step name]()`` behind a step; nothing is published by mesa."""
    levers = model.scenario.values(model.economy.quarter + 1)
    run_quarter(model.economy, model.member.chance, levers, after=after)

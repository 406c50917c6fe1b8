"""The city around the industry in the base year: printed figures within their errors, exchange rates as published."""

from __future__ import annotations

import numpy as np

from digisim.parameters import load_parameters
from digisim.regions import UNITS, Region
from digisim.state.economy import ADOPTIONS, UNKNOWN, City
from digisim.synthesis.draws import Member, draw_figure
from digisim.units import is_nominal


def build_city(region: Region, member: Member) -> City:
    """The city as it is until the forecast begins; what the region neither prints nor assumes stays unknown.

    >>> from digisim.regions import load_region
    >>> from digisim.synthesis import draw_member
    >>> dalian = load_region("dalian")
    >>> build_city(dalian, draw_member(dalian, 1, 0)).racks
    3068.0
    """
    p = member.parameters
    drawn = _figures(region, member)
    shares = np.array([drawn.get(name, UNKNOWN) for name in ADOPTIONS])
    return City(
        yen=p["exchange.jpy.2020"],
        dollar=p["exchange.usd.2020"],
        dollar_mean=p["exchange.usd.mean.2020"],
        adoption=shares,
        adoption_nation=shares.copy(),
        adoption_counted=all(isinstance(region.beside().get(name), str) for name in ADOPTIONS),
        sites_5g=drawn.get("sites_5g", UNKNOWN),
        sites_need=drawn.get("sites_4g", UNKNOWN) * p["network.density"],
        racks=drawn.get("racks", UNKNOWN),
        racks_used=drawn.get("racks_used", UNKNOWN),
        electronics=drawn.get("electronics", UNKNOWN),
        core_start=drawn.get("digital_core", UNKNOWN),
    )


def _figures(region: Region, member: Member) -> dict[str, float]:
    """Role -> value within the error of what it rests on, in canonical units and the member's numeraire."""
    nominal = {n for n, row in load_parameters().items() if is_nominal(row.unit)}
    plain = {n: v / member.numeraire if n in nominal else v for n, v in member.parameters.items()}
    drawn: dict[str, float] = {}
    for role, held in region.beside().items():
        value = draw_figure(region, member.draw_chance, f"city {role}", held, plain)
        drawn[role] = value * (member.numeraire if is_nominal(UNITS[role]) else 1.0)
    return drawn

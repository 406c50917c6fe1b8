"""What the city builds beside software: 5G sites, data centre racks, electronics."""

from __future__ import annotations

from math import exp

from digisim.clock import QUARTERS_PER_YEAR, quarterly_growth
from digisim.processes import Context


def rolled_out(stock: float, need: float, speed: float, years: float) -> float:
    """A network after some years of logistic roll-out to a need, dS/dt = l S (1 - S / S*); what stands stays.

    >>> rolled_out(6.0, 5.0, 0.3, 1.0), rolled_out(5.0, 5.0, 0.3, 1.0)
    (6.0, 5.0)
    >>> round(rolled_out(1.0, 2.0, 1.0, 1.0), 4)      # half built: log odds of 0 become 1
    1.4621
    """
    if not stock < need:
        return stock
    odds = stock / (need - stock) * exp(speed * years)
    return need * odds / (1.0 + odds)


def build_networks(context: Context) -> None:
    """A quarter of 5G roll-out, of racks in use and built, and of electronics manufacturing.

    Sites are built towards what coverage needs; racks in use grow, and capacity follows once use passes the
    usual share; electronics grows like the nation's, less the gap of the two GDPs, plus a gap of its own.
    """
    city, p = context.city, context.parameters
    if context.quarter < context.memo["outlook"].base_quarter:
        return
    speed = p["network.speed"] * (1.0 + context.entitlements.network_push)
    city.sites_5g = rolled_out(city.sites_5g, city.sites_need, speed, 1.0 / QUARTERS_PER_YEAR)
    city.racks_used *= 1.0 + quarterly_growth(p["racks.growth"])
    city.racks = max(city.racks, city.racks_used / p["racks.utilisation"])
    local = p["city.gdp.growth"] - p["nation.gdp.growth"]
    city.electronics *= 1.0 + quarterly_growth(p["electronics.growth"] + local + p["electronics.gap"])

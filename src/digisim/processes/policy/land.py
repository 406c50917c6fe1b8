"""The printed condition on land of the base: which parks get land for what they would build (part of step 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from digisim.policy.rules import admitted, load_rules
from digisim.processes import Context
from digisim.processes.policy.sharing import carried_out

NAME = "land_entry"


def set_entry(context: Context) -> None:
    """Refuse land to parks whose new building would stay below what is asked for a square metre of land.

    The lever's value is the share of the printed numbers that is asked; of all building the share that is carried out
    is asked at all. Outside parks nobody asks for land of the base, and the city does not ask itself (`new_floor`).
    """
    for park in context.parks:
        park.refused = 0.0
    asked = context.levers.get(NAME, 0.0)
    if asked <= 0.0:
        return
    p, env = context.parameters, context.environment
    ratio = p["park.plot.ratio"]
    cost = p["park.construction.cost"] * env.rent_level / p["park.rent.base"]
    promised = ratio * revenue_a_metre(context.firms, len(context.parks))
    unit = asked * float(context.memo["numeraire"])
    let_in = admitted(np.full(promised.size, ratio * cost), promised, load_rules()[NAME], unit)
    refused = carried_out(context)
    for park, yes in zip(context.parks, let_in.tolist(), strict=True):
        park.refused = 0.0 if yes or park.scattered else refused


def revenue_a_metre(firms: Any, places: int) -> np.ndarray:
    """Revenue of last year over the floor area of the tenants that earned it, CNY/m2, (places,); 0 where there is none.

    What a project can promise is what its park's tenants show in their books. Vacant area is left out, since a park
    builds where its tenants lack room; so are tenants without books of a whole year, who have nothing to show yet.
    """
    known = np.where(firms.alive & (firms.last_year_revenue > 0.0), firms.floor_area, 0.0)
    earned = np.bincount(firms.park, weights=np.where(known > 0.0, firms.last_year_revenue, 0.0), minlength=places)
    area = np.bincount(firms.park, weights=known, minlength=places)
    return np.divide(earned, area, out=np.zeros(places), where=area > 0.0)

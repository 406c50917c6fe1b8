"""Who sits in incubators when the base year opens: as many as before the raking, so that places neither fill nor empty
in the first year."""

from __future__ import annotations

import numpy as np

from digisim.actors import tenants
from digisim.state.economy import INCUBATED, SPIN_OFF, Economy


def seated(economy: Economy) -> np.ndarray:
    """Firms in the incubators of each park, (parks,)."""
    firms = economy.firms
    return tenants(firms["alive"], firms["incubated_until"], firms["park"], economy.quarter, len(economy.parks))


def let_again(economy: Economy, before: np.ndarray) -> None:
    """Give the places of firms that the raking closed to the youngest spin-offs of the park; firms that it doubled have
    none twice.

    `before` are the tenants of each park before the raking, (parks,); a park without enough young firms keeps fewer.
    """
    firms, stay = economy.firms, round(4 * economy.parameters["incubator.stay"])
    founded = firms["founded"]
    inside = firms["alive"] & (firms["incubated_until"] > economy.quarter)
    young = firms["alive"] & ~inside & (firms["origin"] == SPIN_OFF) & (founded + stay > economy.quarter)
    for park, (now, wanted) in enumerate(zip(seated(economy).tolist(), before.tolist(), strict=True)):
        there = firms["park"] == park
        if now > wanted:
            rows = np.flatnonzero(inside & there)
            twins = rows[np.argsort(firms["id"][rows], kind="stable")][: now - wanted]  # their identities are lower
            firms["incubated_until"][twins], firms["origin"][twins] = -1, SPIN_OFF
        elif now < wanted:
            rows = np.flatnonzero(young & there)
            new = rows[np.lexsort((firms["id"][rows], -founded[rows]))][: wanted - now]
            firms["incubated_until"][new], firms["origin"][new] = founded[new] + stay, INCUBATED

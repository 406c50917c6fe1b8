"""Which segments sell where: a table raked to the drawn shares of segments and markets."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from digisim.regions import Region, load_segments
from digisim.state.economy import MARKETS

ROUNDS = 60


def market_mix(region: Region, parameters: Mapping[str, float]) -> np.ndarray:
    """Share of the city's sales in each (segment, market), shape (12, 4), summing to one.

    Iterative proportional fitting (Deming & Stephan 1940) of the region's stated inclinations to its segment mix and to
    the drawn shares of the local market, exports, and Japan in exports.

    >>> from digisim.parameters import medians
    >>> from digisim.regions import load_region
    >>> float(market_mix(load_region("dalian"), medians()).sum().round(12))
    1.0
    """
    segments = list(load_segments())
    table = np.ones((len(segments), len(MARKETS)))
    for m, market in enumerate(MARKETS):
        stated = region.markets.get(market, {"default": 1.0})
        table[:, m] = [stated.get(s, stated["default"]) for s in segments]
    rows = np.array([region.segments.get(s, 0.0) for s in segments])
    exports, japan, local = (parameters[k] for k in ("export.share.2020", "japan.share.2020", "sales.local"))
    columns = np.array([local * (1 - exports), (1 - local) * (1 - exports), exports * japan, exports * (1 - japan)])
    for _ in range(ROUNDS):
        table *= (rows / table.sum(axis=1))[:, None]
        table *= (columns / table.sum(axis=0))[None, :]
    result: np.ndarray = table / table.sum()
    return result


def people_by_segment(mix: np.ndarray) -> np.ndarray:
    """Share of the city's people in each segment, shape (12,): its share of sales over its revenue per head.

    >>> people_by_segment(np.full((12, 4), 1 / 48)).sum().round(12).item()
    1.0
    """
    people: np.ndarray = mix.sum(axis=1) / np.array([s.per_head for s in load_segments().values()])
    share: np.ndarray = people / people.sum()
    return share

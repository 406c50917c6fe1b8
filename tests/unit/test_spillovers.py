"""Knowledge within reach: own park in full, other parks by distance, own knowledge and other segments not at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digisim.processes.innovation import _pool_growth

STOCK = np.array([8.0, 4.0, 2.0, 1.0])  # three firms of one segment, the third in another park; one of another segment


def reach(distance: float, halflife: float, scattered: bool = False) -> Any:
    firms = SimpleNamespace(
        alive=np.ones(4, bool), segment=np.array([0, 0, 0, 1]), park=np.array([0, 0, 1, 0]), knowledge_stock=STOCK,
        knowledge_near=np.ones(4),
    )  # fmt: skip
    context = SimpleNamespace(
        firms=firms, parameters={"park.distance": distance, "spill.halflife": halflife},
        environment=SimpleNamespace(segment_growth=np.zeros(2)),
        parks=[SimpleNamespace(scattered=scattered), SimpleNamespace(scattered=False)],
    )  # fmt: skip
    growth = _pool_growth(context)
    assert growth[:3] == pytest.approx(np.log(firms.knowledge_near[:3])) and growth[3] == 0.0
    return firms.knowledge_near


@pytest.mark.parametrize(("distance", "far"), [(0.0, 1.0), (2.0, 0.5), (4.0, 0.25)])
def test_spillovers_fall_by_half_at_the_half_distance(distance: float, far: float) -> None:
    assert reach(distance, 2.0) == pytest.approx([4.0 + far * 2.0, 8.0 + far * 2.0, far * 12.0, 0.0])


def test_firms_outside_parks_have_no_neighbours() -> None:
    assert reach(2.0, 2.0, scattered=True) == pytest.approx([0.5 * 6.0, 0.5 * 10.0, 0.5 * 12.0, 0.0])

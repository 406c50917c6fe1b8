"""Founders begin with the means that they have; firms that come from outside with those of their plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from digisim.processes import entry
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start
from digisim.state.flows import Flows


def test_means_of_founders_spread_about_the_usual_and_those_of_arrivals_do_not(
    baseline: Scenario, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    p, found = start.member.parameters, Flows.found
    means: dict[int, list[float]] = {entry.SPIN_OFF: [], entry.ARRIVED: []}  # the former with or without an incubator

    def watch(self: Flows, count: int, equity: np.ndarray, **columns: Any) -> np.ndarray:
        cost = columns["desired_workers"] * columns["wage"] / 4.0 * (1.0 + p["social.charges"])
        cost += columns["orders_expected"] * start.economy.environment.purchase_share[columns["segment"]]
        origin = columns["origin"] if np.isscalar(columns["origin"]) else entry.SPIN_OFF
        means[origin] += np.log(equity / cost / p["startup.cash.quarters"]).tolist()
        return found(self, count, equity, **columns)

    monkeypatch.setattr(Flows, "found", watch)
    IndustryModel(baseline.with_(horizon=2022), 1, start=start).run()
    logs, spread = np.array(means[entry.SPIN_OFF]), p["startup.cash.spread"]
    assert logs.size > 150
    error = spread / np.sqrt(logs.size)
    assert abs(logs.mean() + spread**2 / 2.0) < 4.0 * error  # of mean one: its log lies half a variance lower
    assert abs(logs.std() / spread - 1.0) < 4.0 / np.sqrt(2.0 * logs.size)
    assert means[entry.ARRIVED] and np.abs(means[entry.ARRIVED]).max() < 1e-12

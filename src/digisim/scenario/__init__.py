"""Scenarios: a frozen value with a content hash, and the YAML files that people write."""

from __future__ import annotations

from digisim.scenario.checks import LONGEST_RUN, OPERATORS, OUTLOOKS
from digisim.scenario.files import load_scenario, scenario_json_schema, scenario_names
from digisim.scenario.value import MODEL_VERSION, LeverPaths, Scenario

__all__ = [
    "LONGEST_RUN", "MODEL_VERSION", "OPERATORS", "OUTLOOKS", "LeverPaths", "Scenario", "load_scenario",
    "scenario_json_schema", "scenario_names",
]  # fmt: skip

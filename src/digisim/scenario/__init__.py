"""Scenarios: a frozen value with a content hash, and the YAML files that people write."""

from __future__ import annotations

from digisim.scenario.checks import LONGEST_RUN, OPERATORS, OUTLOOKS
from digisim.scenario.events import Event
from digisim.scenario.families import EFFORTS, family_scenarios, together
from digisim.scenario.files import joint_json_schema, load_scenario, scenario_json_schema, scenario_names
from digisim.scenario.joint import JointScenario, is_joint
from digisim.scenario.shocks import Shock
from digisim.scenario.value import MODEL_VERSION, LeverPaths, Scenario

__all__ = [
    "EFFORTS", "LONGEST_RUN", "MODEL_VERSION", "OPERATORS", "OUTLOOKS", "Event", "JointScenario", "LeverPaths",
    "Scenario", "Shock", "family_scenarios", "is_joint", "joint_json_schema", "load_scenario", "scenario_json_schema",
    "scenario_names", "together",
]  # fmt: skip

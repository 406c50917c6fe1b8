"""The audit: what arithmetic alone says about a plan, before any simulation.

The room can be called: ``digisim.audit("dalian-2028-outline")`` is ``digisim.audit.audit(...)``.
"""

from digisim.audit.engine import audit, counts, findings, plan_json_schema, sections, to_json, to_table
from digisim.audit.plans import load_plan, plan_names
from digisim.audit.records import Finding, PlanFile

__all__ = [
    "Finding",
    "PlanFile",
    "audit",
    "counts",
    "findings",
    "load_plan",
    "plan_json_schema",
    "plan_names",
    "sections",
    "to_json",
    "to_table",
]

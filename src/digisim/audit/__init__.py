"""The audit: what arithmetic alone says about a plan, before any simulation.

The package can be called: ``digisim.audit("dalian-2028-outline")`` is ``digisim.audit.audit(...)``. The public name is
a function, and importing this package puts the module under the same name.
"""

import sys
from types import ModuleType
from typing import Any

from digisim.audit.engine import audit, findings, plan_json_schema, to_json, to_table
from digisim.audit.plans import load_plan, plan_names
from digisim.audit.records import Finding, PlanFile

__all__ = [
    "Finding",
    "PlanFile",
    "audit",
    "findings",
    "load_plan",
    "plan_json_schema",
    "plan_names",
    "to_json",
    "to_table",
]


class _Callable(ModuleType):
    def __call__(self, *plans: Any, lang: str = "en") -> Any:
        return audit(*plans, lang=lang)


sys.modules[__name__].__class__ = _Callable

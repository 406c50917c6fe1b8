"""Is a city's published plan for its software industry reachable? Firms, people and parks, quarter by quarter.

The names below are loaded at their first use, so that ``import digisim`` costs next to nothing.
"""

import sys
from types import ModuleType
from typing import Any

_HOMES = {
    "DigisimError": "errors",
    "IndustryModel": "simulate",
    "InputError": "errors",
    "Scenario": "scenario",
    "audit": "audit",
    "binding": "verdicts",
    "breakdown": "breakdown",
    "compare": "verdicts",
    "ensemble": "ensemble",
    "export": "export",
    "headline": "verdicts",
    "load_region": "regions",
    "load_scenario": "scenario",
    "open_results": "results",
    "plot": "plot",
    "ranking": "verdicts",
    "save_results": "results",
    "scorecard": "verdicts",
    "simulate": "simulate",
    "verdict": "verdicts",
}
"""Public name -> the room it lives in. A name that is its room's too is the module, which can be called (but plot)."""

__all__ = [*_HOMES, "__version__"]  # noqa: F822, PLE0604  (texts, and all of them come from __getattr__)


class _Named(ModuleType):
    """A module that is called by its own name: ``digisim.simulate(...)`` is ``digisim.simulate.simulate(...)``.

    Its docstring and its signature are the function's, which is what a reader of ``digisim.simulate`` asks for.
    """

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self.__wrapped__(*args, **named)

    @property
    def __wrapped__(self) -> Any:
        return vars(self)[self.__name__.rpartition(".")[2]]

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # a text in the class of all modules
        return self.__wrapped__.__doc__  # type: ignore[no-any-return]


class _Package(ModuleType):
    """This package; when a room is loaded that has a function of its own name, the room can be called."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and callable(vars(value).get(name)):
            value.__class__ = _Named
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415  (late, as everything here)

    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("digisim")
    if name not in _HOMES:
        raise AttributeError(f"module 'digisim' has no attribute {name!r}")
    home = import_module(f"digisim.{_HOMES[name]}")
    return home if _HOMES[name] == name else getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

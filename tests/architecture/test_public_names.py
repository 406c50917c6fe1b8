"""What a reader asks of a public name is told by its function, also where the name is a module that can be called."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import digisim as ds

CALLED = [name for name in ds.__all__ if isinstance(getattr(ds, name), ModuleType) and name != "plot"]


def test_some_names_are_modules_that_can_be_called() -> None:
    assert {"simulate", "ensemble", "audit", "export", "breakdown"} <= set(CALLED)


@pytest.mark.parametrize("name", CALLED)
def test_a_module_that_is_called_tells_what_its_function_does(name: str) -> None:
    function = vars(getattr(ds, name))[name]
    assert getattr(ds, name).__doc__ == function.__doc__
    assert inspect.signature(getattr(ds, name)) == inspect.signature(function)


@pytest.mark.parametrize("name", ["simulate", "ensemble", "verdict", "compare", "audit", "export", "save_results"])
def test_the_main_calls_have_an_example(name: str) -> None:
    assert ">>> " in (getattr(ds, name).__doc__ or "")

"""What a reader finds on asking for help: of every public name the sentence, the signature, and an example."""

from __future__ import annotations

import doctest
import inspect
import pydoc
from types import ModuleType
from typing import Any

import pytest

import digisim

PUBLIC = {name: getattr(digisim, name) for name in digisim._HOMES if name != "plot"}
PICTURES = {f"plot.{name}": getattr(digisim.plot, name) for name in digisim.plot.__all__}
CALLED = [name for name, found in PUBLIC.items() if isinstance(found, ModuleType)]
"""Modules that are called by their own name."""


def the_function(name: str) -> Any:
    return vars(PUBLIC[name])[name]


def test_the_rooms_that_are_called_are_those_that_bear_a_public_name() -> None:
    assert sorted(CALLED) == sorted(n for n, home in digisim._HOMES.items() if n == home and n != "plot")
    assert "simulate" in CALLED


@pytest.mark.parametrize("name", CALLED)
def test_a_called_room_tells_of_its_function(name: str) -> None:
    found, function = PUBLIC[name], the_function(name)
    assert found.__doc__ == function.__doc__
    assert inspect.getdoc(found) == inspect.getdoc(function)
    assert inspect.signature(found) == inspect.signature(function)


@pytest.mark.parametrize("name", CALLED)
def test_the_help_of_a_called_room_opens_with_its_function_and_has_its_arguments(name: str) -> None:
    shown = pydoc.plain(pydoc.render_doc(PUBLIC[name]))
    first = str(inspect.getdoc(the_function(name))).splitlines()[0]
    assert f"NAME\n    digisim.{name} - {first}\n" in shown
    assert f"\n    {name}(" in shown


@pytest.mark.parametrize("name", PUBLIC | PICTURES)
def test_a_public_name_has_an_example_of_its_own_that_is_run(name: str) -> None:
    """A call of the name itself, not skipped; what it shows is tested where doctests are collected."""
    function = the_function(name) if name in CALLED else (PUBLIC | PICTURES)[name]
    examples = doctest.DocTestParser().get_examples(str(function.__doc__))
    run = [each for each in examples if not each.options.get(doctest.SKIP)]
    called = function.__name__ if name != "DigisimError" else "InputError"  # it is raised as one of its kinds
    assert any(f"{called}(" in each.source for each in run)
    assert any(each.want for each in run)

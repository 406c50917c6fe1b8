"""The base of all actors: a mesa agent without three of mesa's side effects."""

from __future__ import annotations

import itertools
import multiprocessing
import warnings
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

# Importing mesa's batch runner forces the start method of processes for the whole program; a user's own choice stays.
# In a notebook its progress bar warns that it will be plain; digisim draws its own.
_METHOD = multiprocessing.get_start_method(allow_none=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import mesa

multiprocessing.set_start_method(_METHOD, force=True)

__all__ = ["Actor", "mesa"]


class _Counters(WeakKeyDictionary[Any, Iterator[int]]):
    """A counter of identities for each model that is still in use."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        if model not in self:
            self[model] = itertools.count(1)
        return super().__getitem__(model)


class Actor(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """An agent with policy logic.

    mesa keeps every model that ever had an agent alive in a table of counters; a run of hundreds of members would
    never give its memory back. Here the table lets go of models that nobody else holds.
    """

    _ids = _Counters()

"""The city government: which levers it pulls this quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digisim.actors.actor import Actor


class Government(Actor):
    """Pulls the levers as the scenario dates them; a subclass may look at published figures and decide otherwise.

    `published` holds what the statistical office has printed so far: year -> indicator -> value.
    """

    def __init__(self, model: Any, name: str) -> None:
        super().__init__(model)
        self.name = name

    def levers(
        self, quarter: int, scheduled: Mapping[str, float], published: Mapping[int, Mapping[str, float]]
    ) -> Mapping[str, float]:
        """Lever values in force this quarter, canonical units; the default follows the schedule."""
        return scheduled

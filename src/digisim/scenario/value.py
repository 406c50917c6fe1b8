"""The value: which region, which levers at which dates, which outlook, until when; frozen, with a content hash.

A scenario says what is decided, never what happens by chance: it holds no seed. Its hash identifies everything that can
change a result except seed and member.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from digisim import evidence, parameters, regions
from digisim.clock import Quarter, quarters
from digisim.errors import ScenarioError, phrase
from digisim.policy import effective_values, load_levers
from digisim.scenario.checks import (
    OPERATORS,
    LeverInput,
    check_horizon,
    check_outlook,
    check_region,
    check_seen,
    check_start,
    read_levers,
    read_parks,
)
from digisim.scenario.events import Event, resolved_events
from digisim.scenario.shocks import Shock, check_shock, resolved_shocks
from digisim.units import format_quantity

MODEL_VERSION = 1
"""Raised with every change of the model that changes numbers, so that old and new results never share a hash."""


class LeverPaths(Mapping[str, tuple[tuple[Quarter, float], ...]]):
    """Lever name -> dated values in canonical units, in register order; immutable, hashable, and it pickles."""

    __slots__ = ("_paths",)

    def __init__(self, paths: Mapping[str, tuple[tuple[Quarter, float], ...]] | None = None) -> None:
        given = dict(paths or {})
        self._paths = {name: tuple(given[name]) for name in load_levers() if name in given}

    def __getitem__(self, name: str) -> tuple[tuple[Quarter, float], ...]:
        return self._paths[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __hash__(self) -> int:
        return hash(tuple(self._paths.items()))

    def __repr__(self) -> str:
        return f"LeverPaths({self._paths!r})"


@dataclass(frozen=True)
class Scenario:
    """A frozen scenario; change one with ``with_levers`` and ``with_``, which return a new one.

    ``start`` is the base year (its end is the initial state), ``end`` the last year simulated. ``events`` happen at
    their dates, whatever the levers. ``actor_classes`` names classes that replace built-in actors, as
    (role, "module:Class") pairs. ``parks`` are (lever, park) pairs: what the lever pays goes to that park alone. What
    cannot be run is a ``ScenarioError``, a value in the wrong unit a ``UnitError``.

    >>> plain = Scenario("mine", "dalian", start=2020, end=2028)
    >>> longer = plain.with_(name="longer", horizon=2030).with_levers(rd_grant="3 亿 CNY/year")
    >>> plain.end, longer.end, list(longer.levers)
    (2028, 2030, ['rd_grant'])
    """

    name: str
    region: str
    start: int
    end: int
    outlook: str = "central"
    levers: LeverPaths = field(default_factory=LeverPaths)
    shocks: tuple[Shock, ...] = ()
    operators: tuple[str, ...] = OPERATORS
    actor_classes: tuple[tuple[str, str], ...] = ()
    events: tuple[Event, ...] = ()
    parks: tuple[tuple[str, str], ...] = ()
    description_en: str = ""
    description_zh: str = ""

    def __post_init__(self) -> None:
        where = phrase("scenario {name!r}", name=self.name)
        if not self.name.strip():
            raise ScenarioError("a scenario needs a name", next='for example "dalian-plan"')
        check_region(self.region, where)
        check_start(self.region, self.start, where)
        check_horizon(self.start, self.end, where)
        check_outlook(self.outlook, where)
        check_seen(self.region, self.outlook, where)
        for shock in self.shocks:
            if shock.start.year <= self.end:  # a shorter run leaves later ones out, as it does later lever values
                check_shock(shock, (self.start, self.end), where)
        lost = sorted(set(self.operators) - set(OPERATORS))
        if lost or not self.operators:
            raise ScenarioError(
                phrase("unknown operators: {lost}", lost=", ".join(lost) or phrase("none given")),
                where=where,
                allowed=", ".join(OPERATORS),
                next="name one or more of these",
            )

    @property
    def parts(self) -> tuple[Scenario, ...]:
        """The scenarios of the cities that run together: of one city the scenario itself."""
        return (self,)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters simulated: from the first after the base year to the last of the horizon."""
        return tuple(quarters(self.start + 1, self.end))

    def values(self, quarter: Quarter | int) -> dict[str, float]:
        """Return the value in force of every lever in a quarter, in canonical units."""
        return effective_values(self.levers, quarter)

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything that can change a result except seed and member, as plain data."""
        region = regions.load_region(self.region)
        seen = {"seen": regions.digest_of_seen(region)} if self.outlook == regions.OBSERVED else {}
        return seen | {
            "actor_classes": dict(self.actor_classes),
            "end": self.end,
            "events": resolved_events(self.events, self.end),
            "evidence": evidence.digest(),
            "levers": resolved_levers(self.levers, self.end),
            "model_version": MODEL_VERSION,
            "operators": sorted(self.operators),
            "outlook": self.outlook,
            "parks": [[lever, park] for lever, park in self.parks if lever in resolved_levers(self.levers, self.end)],
            "parameters": parameters.digest(),
            "region": self.region,
            "region_file": regions.digest(region),
            "shocks": resolved_shocks(self.shocks, self.end),
            "start": self.start,
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of ``content``: name, comments and descriptions do not enter."""
        return sha256(self.content)

    def with_levers(self, **levers: LeverInput) -> Scenario:
        """Return the scenario with some levers replaced, each by a quantity or by quantities by date.

        The new name tells the levers and ends in a mark of their values, so that two variants never share a name;
        ``with_(name=...)`` gives a better one.
        """
        if not levers:
            return self
        read = read_levers(levers, self.region, (self.start, self.end), lambda path: f"with_levers, {path[0]}")
        merged = LeverPaths({**self.levers, **read})
        shown = "+".join(levers) if len(levers) <= 2 else f"{len(levers)} levers"
        mark = sha256(resolved_levers(merged, self.end))[:6]
        return replace(self, name=f"{self.name.split('+')[0]}+{shown}#{mark}", levers=merged)

    def with_(
        self,
        *,
        name: str | None = None,
        horizon: int | None = None,
        outlook: str | None = None,
        operators: tuple[str, ...] | None = None,
        actor_classes: Mapping[str, str] | None = None,
        shocks: tuple[Shock, ...] | None = None,
        parks: Mapping[str, str] | None = None,
    ) -> Self:
        """Return the scenario with another name, last year, outlook, operators, actor classes, shocks, or with levers
        that act in one park alone: ``with_(parks={"park_rent_subsidy": "tengfei"})``."""
        given: dict[str, Any] = {"name": name, "end": horizon, "outlook": outlook, "operators": operators}
        given["shocks"] = shocks
        if actor_classes is not None:
            given["actor_classes"] = tuple(sorted(actor_classes.items()))
        if parks is not None:
            given["parks"] = tuple(sorted(read_parks(parks, self.region, lambda path: f"parks, {path[0]}").items()))
        return replace(self, **{key: value for key, value in given.items() if value is not None})

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.region}, {self.start} to {self.end}, outlook {self.outlook}"]
        for name, path in self.levers.items():
            unit = load_levers()[name].unit
            rounded = ((date, format_quantity(float(f"{value:.6g}"), unit)) for date, value in path)  # for the eye
            lines.append(f"  {name}: " + ", ".join(f"{value} from {date}" for date, value in rounded))
        lines += [f"  {lever}: only in the park {park}" for lever, park in self.parks]
        lines += [f"  event: {event}" for event in self.events]
        lines += [f"  shock: {shock}" for shock in self.shocks]
        return "\n".join(lines)


def resolved_levers(levers: LeverPaths, end: int) -> dict[str, list[list[Any]]]:
    """Return the dated values that change something: not after ``end``, and not equal to what is in force before."""
    rows = load_levers()
    resolved: dict[str, list[list[Any]]] = {}
    for name, path in levers.items():
        value, kept = rows[name].in_force, []
        for date, dated in path:
            if date.year <= end and dated != value:
                kept.append([str(date), float(dated)])
                value = dated
        if kept:
            resolved[name] = kept
    return resolved


def sha256(content: Any) -> str:
    """SHA-256 of the canonical JSON of plain data, as hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()

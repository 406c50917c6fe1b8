"""Several cities in one run: a frozen value, and the files that people write for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr

from digisim.errors import ScenarioError, phrase
from digisim.evidence import figures, history
from digisim.registers import Document, validate
from digisim.scenario.checks import LeverInput, check_horizon, check_outlook, check_region, read_levers
from digisim.scenario.value import LeverPaths, Scenario, sha256
from digisim.schemas import suggest

FEWEST = 2
JOINT_KEYS = ("cities", "joined", "nation_employees")  # of joint scenarios alone


def _followed(given: object) -> object:
    """Refuse what is no name of a scenario: changes to one city's scenario go into a file of its own."""
    if not isinstance(given, str):
        raise ValueError(phrase("a city follows a scenario by its name or file, with changes in that file"))
    return given


class JointFile(BaseModel):
    """A joint scenario as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="digisim joint scenario")

    name: StrictStr | None = Field(default=None, description="The file's name without its ending; may be left out.")
    description_en: StrictStr = Field(default="", description="One or two sentences in English.")
    description_zh: StrictStr = Field(default="", description="One or two sentences in Chinese.")
    cities: dict[StrictStr, Annotated[StrictStr, BeforeValidator(_followed)]] = Field(
        description="City: the scenario that it follows."
    )
    joined: StrictInt | None = Field(default=None, description="The year at whose end the cities are joined.")
    horizon: StrictInt = Field(description="The last year that is simulated.")
    outlook: StrictStr | None = Field(default=None, description="How the world outside develops, for all cities.")
    nation_employees: StrictStr = Field(description="Evidence id of the nation's people in the industry.")
    # What stands under a lever is read by ``read_levers``, whose messages know its unit and range.
    levers: dict[StrictStr, dict[Any, Any]] = Field(
        default_factory=dict, description="City: levers on top of those of its scenario."
    )


@dataclass(frozen=True)
class JointScenario(Scenario):
    """Several cities in one run; people and firms move between them from the end of ``start`` on.

    Each of ``cities`` runs alone, by its own scenario, from its base year to the end of ``start``: that is how a city
    is filled whose figures are older. ``region`` is the first of them. ``nation`` is the number of people in the
    industry of the whole country. The world outside is one: ``outlook`` is that of all cities.
    """

    cities: tuple[Scenario, ...] = ()
    nation: float = 0.0

    def __post_init__(self) -> None:
        where = phrase("scenario {name!r}", name=self.name)
        _check_joined(self.start, self.cities, where)
        check_horizon(self.start, self.end, where)
        object.__setattr__(self, "outlook", _common_outlook(self.cities, where))  # as a frozen value sets its fields

    @property
    def parts(self) -> tuple[Scenario, ...]:
        """The scenarios of the cities."""
        return self.cities

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything that can change a result except seed and member, as plain data."""
        return {"cities": [part.content for part in self.cities], "joined": self.start, "nation": self.nation}

    def with_levers(self, **levers: Any) -> JointScenario:
        """Return the scenario with levers of cities replaced: ``with_levers(dalian={"rd_grant": "1 亿 CNY/year"})``."""
        if not levers:
            return self
        given: dict[str, dict[str, LeverInput]] = levers
        known = [part.region for part in self.cities]
        for city, own in given.items():
            if city not in known or not isinstance(own, Mapping):
                lost = phrase("the scenario has no city {city!r}", city=city)
                raise ScenarioError(
                    phrase("levers of {city} cannot be {own!r}", city=city, own=own) if city in known else lost,
                    where="with_levers",
                    allowed=", ".join(known),
                    next='for example with_levers(dalian={"rd_grant": "1 亿 CNY/year"})',
                )
        parts = tuple(part.with_levers(**given.get(part.region, {})) for part in self.cities)
        mark = sha256([part.content["levers"] for part in parts])[:6]
        return replace(self, name=f"{self.name.split('+')[0]}+{'+'.join(given)}#{mark}", cities=parts)

    def with_(self, *, name: str | None = None, **changes: Any) -> Self:
        """Return the scenario with another name, or all its cities with another last year, outlook, operators, actor
        classes or shocks."""
        changed = super().with_(name=name, **changes)
        return replace(changed, cities=tuple(part.with_(**changes) for part in self.cities))

    def __str__(self) -> str:
        lines = [f"{self.name}: {len(self.cities)} cities, joined from the end of {self.start} to {self.end}"]
        return "\n".join([*lines, *(f"  {line}" for part in self.cities for line in str(part).splitlines())])


def _check_joined(start: int, cities: tuple[Scenario, ...], where: str) -> None:
    """Refuse a year of joining in which the figures of a city do not stand yet."""
    latest = max(part.start for part in cities)
    if start < latest:
        raise ScenarioError(
            phrase("cities cannot be joined at the end of {start}", start=start),
            where=where,
            allowed=phrase("from {latest} on, the latest base year of the cities", latest=latest),
            next=phrase("joined: {latest}", latest=latest),
        )


def _common_outlook(cities: tuple[Scenario, ...], where: str) -> str:
    """The outlook of all cities; they trade with one world and share its exchange rates, so it cannot be several."""
    outlooks = {part.outlook for part in cities}
    if len(outlooks) > 1:
        raise ScenarioError(
            "the cities see different worlds outside",
            where=where,
            allowed=", ".join(f"{part.region}: {part.outlook}" for part in cities),
            next=phrase("give all cities one outlook, for example outlook: {outlook}", outlook=cities[0].outlook),
        )
    return outlooks.pop()


def is_joint(document: Document) -> bool:
    """Whether a file describes several cities, or was meant to: one of its keys is nearly one of theirs."""
    keys = document.data if isinstance(document.data, dict) else ()
    return any(key in JOINT_KEYS or suggest(key, JOINT_KEYS) for key in keys)


def read_joint(name: str, document: Document, load: Any) -> JointScenario:
    """Return the joint scenario of a file; ``load`` turns what a city follows, and where that stands, into a scenario,
    or None where it is a joint one."""
    file = validate(JointFile, document, error=ScenarioError)
    if len(file.cities) < FEWEST:
        raise ScenarioError(
            "a joint scenario needs two cities or more",
            where=document.where(("cities",)),
            next="cities: {dalian: dalian-baseline, shenzhen: shenzhen-baseline}",
        )
    if lost := sorted(set(file.levers) - set(file.cities)):
        raise ScenarioError(
            phrase("the scenario has no city {city!r}", city=lost[0]),
            where=document.where(("levers", lost[0])),
            allowed=", ".join(file.cities),
            next="name one of these",
        )
    if file.outlook is not None:
        check_outlook(file.outlook, document.where(("outlook",)))
    parts = tuple(_part(city, followed, file, document, load) for city, followed in file.cities.items())
    _common_outlook(parts, document.where(("cities",)))
    start = file.joined if file.joined is not None else max(part.start for part in parts)
    _check_joined(start, parts, document.where(("joined",)))
    check_horizon(start, file.horizon, document.where(("horizon",)))
    return JointScenario(
        name=name,
        region=parts[0].region,
        start=start,
        end=file.horizon,
        description_en=file.description_en,
        description_zh=file.description_zh,
        cities=parts,
        nation=_nation(file.nation_employees, document),
    )


def _part(city: str, followed: str, file: JointFile, document: Document, load: Any) -> Scenario:
    """The scenario that a city follows, until the joint horizon, with what the file sets on top."""
    where = document.where(("cities", city))
    check_region(city, where)
    part: Scenario | None = load(followed, where)
    if part is None or part.region != city:
        raise ScenarioError(
            phrase("{followed!r} is no scenario of {city}", followed=followed, city=city),
            where=where,
            allowed=phrase("a scenario of this city, such as {example}", example=f"{city}-baseline"),
            next="change the name of the city or of its scenario",
        )
    check_horizon(part.start, file.horizon, document.where(("horizon",)))
    part = part.with_(horizon=file.horizon, outlook=file.outlook)
    span = (part.start, part.end)
    own = read_levers(file.levers.get(city, {}), city, span, lambda keys: document.where(("levers", city, *keys)))
    return replace(part, levers=LeverPaths({**part.levers, **own}))


def _nation(identifier: str, document: Document) -> float:
    """The nation's people in the industry, from the archive."""
    rows = {row.id: (row.value, row.unit) for row in history()}
    rows |= {name: (held.value, held.unit) for name, held in figures().items()}
    value, unit = rows.get(identifier, (0.0, ""))
    if unit != "person":
        raise ScenarioError(
            phrase("no count of people {identifier!r} in the archive", identifier=identifier),
            where=document.where(("nation_employees",)),
            allowed="an evidence id with the unit person",
            next="nation_employees: china-employees-2020",
        )
    return float(value)

"""Scenario files: reading one (with what it extends) into a ``Scenario``, and the JSON schema of the format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from digisim.errors import ScenarioError, phrase
from digisim.policy import Lever, load_levers
from digisim.regions import load_region, region_names
from digisim.registers import Document, load_yaml, validate
from digisim.resources import scenarios_dir
from digisim.scenario.checks import (
    OUTLOOKS,
    DatedValues,
    check_horizon,
    check_outlook,
    check_region,
    check_start,
    read_levers,
    read_parks,
)
from digisim.scenario.events import Event, EventRow, read_events
from digisim.scenario.joint import JointFile, is_joint, read_joint
from digisim.scenario.shocks import KINDS, Shock, ShockRow, read_shocks
from digisim.scenario.value import LeverPaths, Scenario
from digisim.schemas import suggest
from digisim.units import format_quantity, sample

SUFFIXES = (".yaml", ".yml")
OWN_FOLDER = Path("scenarios")
"""Where in the working folder a user's scenarios lie, a file NAME.yaml each; a name of ours stays ours."""
LONGEST_CHAIN = 10  # files that extend each other; more cannot be understood by a reader


class ScenarioFile(BaseModel):
    """A scenario as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="digisim scenario")

    name: StrictStr | None = Field(default=None, description="The file's name without its ending; may be left out.")
    extends: StrictStr | None = Field(default=None, description="A scenario whose keys and levers are taken over.")
    region: StrictStr | None = Field(default=None, description="The region; required unless extends gives it.")
    description_en: StrictStr = Field(default="", description="One or two sentences in English.")
    description_zh: StrictStr = Field(default="", description="One or two sentences in Chinese.")
    base_year: StrictInt | None = Field(default=None, description="The year at whose end the run starts.")
    horizon: StrictInt | None = Field(default=None, description="The last year that is simulated.")
    outlook: StrictStr | None = Field(default=None, description="How the world outside develops.")
    # What stands under a lever is read by ``read_levers``, whose messages know its unit and range.
    levers: dict[Any, Any] = Field(default_factory=dict, description="Lever: quantity, or quantities by date (2022Q3).")
    parks: dict[StrictStr, StrictStr] | None = Field(default=None, description="Lever: the only park that it acts in.")
    shocks: list[ShockRow] | None = Field(default=None, description="What happens once outside, beside the outlook.")
    events: list[EventRow] | None = Field(
        default=None, description="Anchors that arrive or leave, whatever the levers."
    )


@dataclass(frozen=True)
class _Read:
    """What a file and the files it extends say together."""

    region: str
    start: int
    end: int
    outlook: str
    levers: dict[str, DatedValues]
    parks: dict[str, str]
    shocks: tuple[Shock, ...]
    events: tuple[Event, ...]


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with digisim and of those in the working folder.

    >>> "dalian-baseline" in scenario_names()
    True
    """
    return sorted({path.stem for place in (scenarios_dir(), OWN_FOLDER) for path in place.glob("*.yaml")})


def load_scenario(source: str | Path | Scenario) -> Scenario:
    """Return the scenario of a name (``scenario_names``) or of a path to a YAML file; a scenario is returned as it is.

    Every fault in it is a ``ScenarioError``, ``UnitError`` or other ``InputError`` that names file and line.

    >>> load_scenario("dalian-baseline").start
    2020
    """
    if isinstance(source, Scenario):
        return source
    if not isinstance(source, str | Path):
        raise ScenarioError(
            phrase("this is no scenario: {given}", given=repr(source)[:40]),
            where="load_scenario",
            allowed="a scenario, its name, or a path to a YAML file",
            next=phrase("see: {command}", command="digisim scenarios"),
        )
    path = _find(source, scenarios_dir(), Path(), str(source)[:60] or "scenario")
    document = load_yaml(path, ScenarioError)
    if is_joint(document):
        joint = read_joint(path.stem, document, lambda name, where: _of_one_city(name, path.parent, where))
        _check_name(document, path)
        return joint
    header = _header(document)
    _check_name(document, path)
    read = _resolve(path, document, header, ())
    return Scenario(
        name=path.stem,
        region=read.region,
        start=read.start,
        end=read.end,
        outlook=read.outlook,
        levers=LeverPaths(read.levers),
        parks=tuple(sorted(read.parks.items())),
        events=read.events,
        shocks=read.shocks,
        description_en=header.description_en,
        description_zh=header.description_zh,
    )


def _of_one_city(source: str, folder: Path, where: str) -> Scenario | None:
    """The scenario that a city of a joint file in ``folder`` follows, None where it is a joint one."""
    path = _find(source, folder, folder, where)
    return None if is_joint(load_yaml(path, ScenarioError)) else load_scenario(path)


def _check_name(document: Document, path: Path) -> None:
    name = document.data.get("name")
    if name is not None and name != path.stem:
        raise ScenarioError(
            phrase("the name {name!r} is not the file's", name=name),
            where=document.where(("name",)),
            allowed=path.stem,
            next="rename the file or leave the name out",
        )


def _find(source: str | Path, folder: Path, base: Path, where: str) -> Path:
    """Return the file of a name (in ``folder``, among ours, in the working folder) or of a path (from ``base``)."""
    text = str(source)
    if isinstance(source, Path) or text.endswith(SUFFIXES) or "/" in text or "\\" in text:
        return base / source
    for place in (folder, scenarios_dir(), OWN_FOLDER):
        if text in {path.stem for path in place.glob("*.yaml")}:
            return place / f"{text}.yaml"
    names = scenario_names()
    raise ScenarioError(
        phrase("unknown scenario {text!r}", text=text[:60]),
        where=where,
        allowed=phrase("{names}, or a path to a YAML file", names=", ".join(names)),
        next=suggest(text, names) or phrase("see: {command}", command="digisim scenarios"),
    )


def _header(document: Document) -> ScenarioFile:
    if not isinstance(document.data, dict):
        raise ScenarioError(
            "the file is not a scenario: it holds no keys",
            where=document.where(),
            allowed=", ".join(ScenarioFile.model_fields),
            next="begin with region: dalian",
        )
    return validate(ScenarioFile, document, error=ScenarioError)


def _resolve(path: Path, document: Document, header: ScenarioFile, chain: tuple[Path, ...]) -> _Read:
    """Return a file's content on top of what it extends; ``chain`` holds the files that lead here."""
    chain = (*chain, path.resolve())
    parent: _Read | None = None
    if header.extends is not None:
        where = document.where(("extends",))
        above = _above(header.extends, path.parent, where, chain)
        higher = load_yaml(above, ScenarioError)
        if is_joint(higher):
            raise ScenarioError(
                phrase("{name!r} holds several cities and cannot be extended", name=above.stem),
                where=where,
                allowed="a scenario of one city",
                next="write a joint scenario with cities: {...}",
            )
        parent = _resolve(above, higher, _header(higher), chain)
    region = _region(document, header, parent)
    start = header.base_year if header.base_year is not None else load_region(region).base_year
    check_start(region, start, document.where(("base_year",)))
    end = header.horizon if header.horizon is not None else parent.end if parent else load_region(region).horizon
    check_horizon(start, end, document.where(("horizon",)))
    outlook = header.outlook if header.outlook is not None else parent.outlook if parent else OUTLOOKS[0]
    check_outlook(outlook, document.where(("outlook",)))
    own = read_levers(header.levers, region, (start, end), lambda keys: document.where(("levers", *keys)))
    levers = {**(parent.levers if parent else {}), **own}
    shocks = _shocks(document, header, parent, (start, end))
    events = _events(document, header, parent, (start, end), region)
    parks = _parks(document, header, parent, (region, levers))
    return _Read(region, start, end, outlook, levers, parks, shocks, events)


def _above(extended: str, folder: Path, where: str, chain: tuple[Path, ...]) -> Path:
    """Return the file that the last of ``chain``, in ``folder``, extends; it must be there, and end the chain some
    day."""
    above = _find(extended, folder, folder, where)
    if not above.is_file():
        raise ScenarioError(
            phrase("the file that is extended does not exist: {path}", path=above.as_posix()),
            where=where,
            allowed="a file that is there, or a name",
            next=phrase("see: {command}", command="digisim scenarios"),
        )
    names = " -> ".join(each.stem for each in (*chain, above))
    if above.resolve() in chain:
        what = phrase("scenarios extend each other in a circle: {names}", names=names)
        raise ScenarioError(what, where=where, allowed="each file once on the way up", next="break the circle")
    if len(chain) >= LONGEST_CHAIN:
        raise ScenarioError(
            phrase("too many scenarios extend each other: {names}", names=names),
            where=where,
            allowed=phrase("at most {most}", most=LONGEST_CHAIN),
            next="write the levers of some of them into one file",
        )
    return above


def _parks(
    document: Document, header: ScenarioFile, parent: _Read | None, of: tuple[str, dict[str, DatedValues]]
) -> dict[str, str]:
    """The file's own parks of levers where it names any (an empty mapping: none), else those of what it extends.

    ``of`` is the region and its levers: a park for one that the scenario does not move would do nothing.
    """
    if header.parks is None:
        return parent.parks if parent else {}
    region, levers = of

    def locate(keys: tuple[Any, ...]) -> str:
        return document.where(("parks", *keys))

    read = read_parks(header.parks, region, locate)
    rows = load_levers()
    moved = [name for name, path in levers.items() if any(value != rows[name].in_force for _, value in path)]
    for name in read:
        if name not in moved:
            raise ScenarioError(
                phrase("the scenario does not move the lever {name!r}: its park would do nothing", name=name),
                where=locate((name,)),
                allowed=", ".join(each for each in moved if rows[each].of_park)
                or phrase("none: it moves no lever that can act in one park alone"),
                next=phrase("give {name} a value under levers, or delete the row", name=name),
            )
    return read


def _events(
    document: Document, header: ScenarioFile, parent: _Read | None, span: tuple[int, int], region: str
) -> tuple[Event, ...]:
    """The file's own events where it names any (an empty list: none), else those of what it extends."""
    if header.events is None:
        return parent.events if parent else ()
    anchors = [anchor.name for anchor in load_region(region).anchors]
    places = [document.where(("events", n)) for n in range(len(header.events))]
    return read_events(header.events, span, places, anchors)


def _shocks(document: Document, header: ScenarioFile, parent: _Read | None, span: tuple[int, int]) -> tuple[Shock, ...]:
    """The file's own shocks where it names any (an empty list: none), else those of what it extends."""
    if header.shocks is None:
        return parent.shocks if parent else ()
    return read_shocks(header.shocks, span, [document.where(("shocks", n)) for n in range(len(header.shocks))])


def _region(document: Document, header: ScenarioFile, parent: _Read | None) -> str:
    where = document.where(("region",))
    region = header.region or (parent.region if parent else None)
    if region is None:
        known = ", ".join(region_names())
        raise ScenarioError("the scenario names no region", where=where, allowed=known, next="add region: dalian")
    check_region(region, where)
    if parent and parent.region != region:
        raise ScenarioError(
            phrase("the region {region!r} is not that of the scenario it extends", region=region),
            where=where,
            allowed=parent.region,
            next="leave the region out, or do not extend",
        )
    return region


def scenario_json_schema() -> dict[str, Any]:
    """Return the JSON schema of the scenario format, with the levers, units and ranges of the register.

    >>> sorted(scenario_json_schema()["properties"])[:3]
    ['base_year', 'description_en', 'description_zh']
    """
    schema = ScenarioFile.model_json_schema()
    properties = schema["properties"]
    properties["outlook"] = {**_described(properties["outlook"]), "enum": list(OUTLOOKS)}
    properties["region"] = {**_described(properties["region"]), "enum": list(region_names())}
    properties["parks"]["propertyNames"] = {"enum": [name for name, lever in load_levers().items() if lever.of_park]}
    schema["$defs"]["ShockRow"]["properties"]["kind"]["enum"] = list(KINDS)
    properties["levers"] = {
        **_described(properties["levers"]),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _lever_schema(lever) for name, lever in load_levers().items()},
    }
    return schema


def joint_json_schema() -> dict[str, Any]:
    """Return the JSON schema of joint scenarios, whose levers stand under the city that pulls them.

    >>> joint_json_schema()["required"]
    ['cities', 'horizon', 'nation_employees']
    """
    schema = JointFile.model_json_schema()
    properties = schema["properties"]
    properties["cities"]["propertyNames"] = {"enum": list(region_names())}
    properties["levers"] = {
        **_described(properties["levers"]),
        "type": "object",
        "additionalProperties": scenario_json_schema()["properties"]["levers"],
    }
    return schema


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": schema["description"]}


def _lever_schema(lever: Lever) -> dict[str, Any]:
    low, high = lever.range  # numbers alone can be typed only where the unit is 1
    number = {"type": "number", "minimum": low, "maximum": high}
    # A percentage or a plain number may also stand as text; a unit can only be text.
    value = [number, {"type": "string"}] if lever.unit == "1" else [{"type": "string"}]
    dates = {"type": "object", "patternProperties": {r"^\d{4}([qQ][1-4])?$": {"anyOf": value}}, "minProperties": 1}
    return {
        "description": f"{lever.name_en} / {lever.name_zh}: {lever.allowed()}; in force {lever.in_force:g}",
        "anyOf": [*value, {**dates, "additionalProperties": False}],
        "examples": [sample(lever.unit) if lever.of_revenue else format_quantity(low + (high - low) / 10, lever.unit)],
    }

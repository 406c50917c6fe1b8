"""What a scenario lets happen: an anchor arrives or leaves. An event is nobody's policy and costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from digisim.clock import Quarter
from digisim.errors import ScenarioError, phrase
from digisim.regions import load_segments
from digisim.schemas import suggest
from digisim.units import parse_quantity

MOST_PEOPLE = 50_000  # a quarter of the industry: larger is a typing error


class EventRow(BaseModel):
    """An event as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: Literal["anchor_arrives", "anchor_leaves"] = Field(description="What happens.")
    date: StrictStr | StrictInt = Field(description="The quarter, for example 2023Q1.")
    people: StrictStr | None = Field(default=None, description="Planned staff of an anchor that arrives.")
    segment: StrictStr | None = Field(default=None, description="Segment of an anchor that arrives.")
    anchor: StrictStr | None = Field(default=None, description="Named firm of the region that leaves.")


@dataclass(frozen=True)
class Event:
    """Something that happens at a date; ``people`` and ``segment`` belong to an anchor that arrives.

    ``anchor`` names the firm that leaves; without it the one with most staff does.

    >>> print(Event("anchor_arrives", Quarter(2023, 1), 5000.0, "cloud"))
    2023Q1 anchor_arrives, 5,000 person, cloud
    """

    kind: str
    date: Quarter
    people: float = 0.0
    segment: str = ""
    anchor: str = ""

    def __str__(self) -> str:
        more = f", {self.people:,.0f} person, {self.segment}" if self.people else ""
        more += f", {self.anchor}" if self.anchor else ""
        return f"{self.date} {self.kind}{more}"


def read_events(
    rows: Sequence[EventRow], span: tuple[int, int], where: Sequence[str], anchors: Sequence[str] = ()
) -> tuple[Event, ...]:
    """Return the events of a file in order of time.

    ``span`` is base year and last year, ``where`` each row's place, ``anchors`` the named firms of the region.
    """
    for row, place in zip(rows, where, strict=True):
        _refuse_unknown_anchor(row, place, anchors)
    read = [_read(row, span, place) for row, place in zip(rows, where, strict=True)]
    return tuple(sorted(read, key=lambda each: each.date))


def resolved_events(events: Sequence[Event], end: int) -> list[list[Any]]:
    """Return the events of the run as plain data: not after ``end``.

    >>> resolved_events([Event("anchor_leaves", Quarter(2023, 1))], 2022)
    []
    """
    return [
        [each.kind, str(each.date), each.people, each.segment, *([each.anchor] if each.anchor else [])]
        for each in events
        if each.date.year <= end
    ]


def _refuse_unknown_anchor(row: EventRow, where: str, anchors: Sequence[str]) -> None:
    if row.anchor is None:
        return
    if row.event != "anchor_leaves":
        raise ScenarioError(
            "an anchor that arrives has no name",
            where=where,
            allowed="the keys event, date, people, segment",
            next="delete anchor",
        )
    if row.anchor not in anchors:
        raise ScenarioError(
            phrase("the region has no named firm {anchor!r}", anchor=row.anchor[:60]),
            where=where,
            allowed=", ".join(anchors) or phrase("none: leave anchor out, and the firm with most staff leaves"),
            next=suggest(row.anchor, anchors) or "choose one of these, or leave anchor out",
        )


def _read(row: EventRow, span: tuple[int, int], where: str) -> Event:
    date = Quarter.parse(row.date, where=where)
    if not span[0] < date.year <= span[1]:
        raise ScenarioError(
            phrase("the event {event!r} lies outside the run: {date}", event=row.event, date=date),
            where=where,
            allowed=phrase("{low} to {high}", low=Quarter(span[0] + 1, 1), high=Quarter(span[1], 4)),
            next="change the date",
        )
    if row.event == "anchor_leaves":
        if row.people is not None or row.segment is not None:
            raise ScenarioError(
                "an anchor that leaves has no people or segment of its own",
                where=where,
                allowed="event, date: the firm with most staff leaves",
                next="delete people and segment",
            )
        return Event(row.event, date, anchor=row.anchor or "")
    people = parse_quantity(row.people or "", "person", what=phrase("the staff of the anchor"), where=where)
    if not 1 <= people <= MOST_PEOPLE:
        raise ScenarioError(
            phrase("the anchor brings {people:,.0f} jobs", people=people),
            where=where,
            allowed=phrase("1 person to {most:,} person", most=MOST_PEOPLE),
            next="for example people: 5000 person",
        )
    if row.segment not in load_segments():
        raise ScenarioError(
            phrase("the anchor has no segment of the register: {segment!r}", segment=row.segment),
            where=where,
            allowed=", ".join(load_segments()),
            next=suggest(row.segment or "", list(load_segments())) or "segment: outsourcing",
        )
    return Event(row.event, date, people, row.segment)

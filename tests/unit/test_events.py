"""Anchors that a scenario lets arrive or leave: how they are written, and what they do in the quarter of their date."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digisim.clock import Quarter
from digisim.errors import InputError
from digisim.scenario import Event, Scenario, load_scenario
from digisim.simulate import IndustryModel, Start

ARRIVES = "{event: anchor_arrives, date: 2021Q2, people: 4000 person, segment: cloud}"
LEAVES = "{event: anchor_leaves, date: 2021Q2}"


def written(folder: Path, *rows: str, extends: str = "dalian-baseline") -> Path:
    path = folder / "moves.yaml"
    path.write_text(f"extends: {extends}\nevents:\n" + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    return path


def test_events_are_read_in_order_of_time(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, "{event: anchor_leaves, date: 2023}", ARRIVES))
    assert scenario.events == (
        Event("anchor_arrives", Quarter(2021, 2), 4000.0, "cloud"), Event("anchor_leaves", Quarter(2023, 1)),
    )  # fmt: skip
    assert "event: 2021Q2 anchor_arrives, 4,000 person, cloud" in str(scenario)


def test_events_change_the_hash_while_they_lie_in_the_run(tmp_path: Path) -> None:
    base = load_scenario("dalian-baseline")
    moves = load_scenario(written(tmp_path, "{event: anchor_leaves, date: 2024}"))
    assert moves.hash != base.hash
    assert moves.with_(horizon=2023).hash == base.with_(horizon=2023).hash


def test_a_file_takes_over_events_or_replaces_them(tmp_path: Path) -> None:
    inherited = tmp_path / "same.yaml"
    inherited.write_text("extends: dalian-anchor-leaves\n", encoding="utf-8")
    assert load_scenario(inherited).events == load_scenario("dalian-anchor-leaves").events
    assert load_scenario(written(tmp_path, ARRIVES, extends="dalian-anchor-leaves")).events[0].kind == "anchor_arrives"


@pytest.mark.parametrize(
    ("row", "what", "allowed"),
    [
        ("{event: anchor_left, date: 2022}", "event", "anchor_arrives"),
        ("{event: anchor_leaves, date: 2020Q4}", "lies outside the run: 2020Q4", "2021Q1 to 2028Q4"),
        ("{event: anchor_leaves, date: 2022, people: 10 person}", "no people or segment", "event, date"),
        ("{event: anchor_arrives, date: 2022, people: 0 person, segment: cloud}", "brings 0 jobs", "50,000 person"),
        ("{event: anchor_arrives, date: 2022, people: 90000 person, segment: cloud}", "90,000 jobs", "50,000 person"),
        ("{event: anchor_arrives, date: 2022, segment: cloud}", "the staff of the anchor", "person"),
        ("{event: anchor_arrives, date: 2022, people: 9 person, segment: clouds}", "'clouds'", "cloud, big_data"),
        ("{event: anchor_arrives, date: 2022, people: 9 person}", "no segment", "outsourcing"),
    ],
)
def test_a_wrong_event_is_refused_with_its_place(tmp_path: Path, row: str, what: str, allowed: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(written(tmp_path, row))
    assert what in caught.value.what and allowed in (caught.value.allowed or caught.value.what)
    assert "moves.yaml" in caught.value.where and caught.value.next


def after_its_quarter(scenario: Scenario, start: Start) -> IndustryModel:
    model = IndustryModel(scenario, 1, start=start, guarded=True)
    model.step()
    model.step()
    return model


def test_an_anchor_opens_with_a_part_of_its_plan_from_elsewhere(tmp_path: Path, start: Start) -> None:
    model = after_its_quarter(load_scenario(written(tmp_path, ARRIVES)), start)
    firms, talent, p = model.economy.firms, model.economy.talent, model.economy.parameters
    row = int(np.flatnonzero(firms["origin"] == 3)[0])
    staff = talent["employer"] == row
    brought = int(4000 * p["anchor.transfer"])
    assert firms["alive"][row] and (firms["origin"] == 3).sum() == 1
    assert 0.9 * brought < staff.sum() and firms["headcount"][row] == staff.sum()
    assert np.unique(talent["id"]).size == talent["id"].size and np.unique(firms["id"]).size == firms["id"].size
    assert model.economy.flows.moved["rest of China", "city"] >= brought
    assert sum(model.economy.flows.fiscal.values()) == 0.0


def test_the_largest_employer_leaves_and_its_people_look_for_work(tmp_path: Path, start: Start) -> None:
    model, control = (
        after_its_quarter(scenario, start)
        for scenario in (load_scenario(written(tmp_path, LEAVES)), load_scenario("dalian-baseline"))
    )
    before = control.economy.firms
    row = int(np.argmax(np.where(before["alive"], before["headcount"], 0)))
    gone = model.economy.firms
    assert before["alive"][row] and not gone["alive"][row]
    assert gone["headcount"][row] == 0 and gone["presence"][row].sum() == 0.0
    assert (gone["alive"] != before["alive"][: gone.n]).sum() == 1
    now, otherwise = (m.economy.talent["employer"] for m in (model, control))
    its_own = otherwise == row
    assert (now[~its_own] == otherwise[~its_own]).all()
    elsewhere = its_own & (now != -1)  # staff of a firm that it would have bought, and another one bought
    assert its_own.sum() == before["headcount"][row] and elsewhere.sum() <= 5


def test_events_cost_the_same_chance(start: Start) -> None:
    """Until its quarter a scenario with an anchor is the baseline to the bit."""
    models = [IndustryModel(name, 1, start=start) for name in ("dalian-baseline", "dalian-anchor-arrives")]
    for model in models:
        for _ in range(4):
            model.step()
    assert models[0].published == models[1].published
    for model in models:
        for _ in range(4):
            model.step()
    assert models[1].published[2022]["employees_latent"] > models[0].published[2022]["employees_latent"]

"""mesa drives the model: steps, agents, the data collector, and `batch_run`."""

from __future__ import annotations

import inspect
from typing import Any

import mesa
import pytest
from mesa.batchrunner import batch_run

from digisim.scenario import Scenario
from digisim.simulate import REPORTED, IndustryModel, Start, simulate


def seeds(*values: int) -> dict[str, Any]:
    """How the installed mesa takes several seeds: as a parameter, or from 3.4 on as an argument of its own.

    `rng` was added beside `seed` in some versions; the argument wins where there is one.
    """
    known = inspect.signature(batch_run).parameters
    for name in ("rng", "seed"):
        if name in known:
            return {name: list(values)}
    return {}


def test_batch_run_gives_the_numbers_of_simulate(baseline: Scenario) -> None:
    short = baseline.with_(horizon=2022)
    given = seeds(1, 2)
    parameters: dict[str, Any] = {"scenario": [short], "member": [0, 1]}
    if not given:
        parameters["seed"] = [1, 2]
    rows = batch_run(
        IndustryModel, parameters=parameters, number_processes=1, max_steps=100, display_progress=False, **given
    )
    assert len(rows) == 4
    for row in rows:
        alone = simulate(short, seed=row["seed"], member=row["member"]).sel(city="dalian", year=2022)
        for name in REPORTED:
            assert row[name] == alone[name].item()
    assert len({row["software_revenue"] for row in rows}) == 4


def test_batch_run_collects_every_year(baseline: Scenario) -> None:
    """A row every fourth step; the last step comes last, whatever the period."""
    short = baseline.with_(horizon=2022)
    rows = batch_run(
        IndustryModel, parameters={"scenario": [short, "dalian-plan"], "seed": [1]}, number_processes=1, max_steps=7,
        data_collection_period=4, display_progress=False,
    )  # fmt: skip
    assert [row["Step"] for row in rows] == [0, 4, 7] * 2
    published = simulate(short, seed=1)["employees_local"].sel(city="dalian").values.ravel()
    assert [row["employees_local"] for row in rows[:3]] == published.tolist()


def test_a_step_is_a_quarter_and_the_model_stops_at_the_horizon(baseline: Scenario, start: Start) -> None:
    model = IndustryModel(baseline.with_(horizon=2021), start=start)
    assert isinstance(model, mesa.Model) and model.running
    assert list(model.published) == [2020]
    for quarter in range(1, 5):
        assert model.running
        model.step()
        assert model.steps == quarter and model.economy.quarter == start.economy.quarter + quarter
    assert not model.running and list(model.published) == [2020, 2021]
    before = model.published[2021]
    model.step()
    assert model.economy.quarter == start.economy.quarter + 4 and model.published[2021] is before


def test_the_data_collector_repeats_what_was_published(baseline: Scenario, start: Start) -> None:
    model = IndustryModel(baseline.with_(horizon=2022), start=start)
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(REPORTED) and len(frame) == 8
    for name in REPORTED:
        values = [model.published[year][name] for year in (2020, 2021, 2022)]
        assert frame[name].tolist() == [values[0]] * 3 + [values[1]] * 4 + [values[2]]


@pytest.mark.parametrize("scenario", ["dalian-plan"])
def test_a_model_can_be_made_from_a_name(scenario: str, start: Start) -> None:
    model = IndustryModel(scenario, start=start)
    model.step()
    assert model.scenario.name == scenario and model.economy.flows.fiscal["rd_grant"] > 0.0

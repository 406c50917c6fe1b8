"""Parameters, streams, indicators, targets and pages: each is used, published or written where it says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import digisim
from digisim.parameters import Parameter, load_parameters
from digisim.policy import load_levers
from digisim.policy.titles import load_titles
from digisim.quarter import QUARTER, Step
from digisim.regions import load_region, region_names
from digisim.rng import Stream
from digisim.simulate import Start
from digisim.statistics import Indicator, load_indicators
from digisim.targets import load_targets
from digisim.units import UNITS

SOURCE = Path(digisim.__file__).parent
ROOT = SOURCE.parents[1]
PARAMETERS, INDICATORS = load_parameters(), load_indicators()
STEPS = {step.process.name: step for step in QUARTER}
PARTS = {*STEPS, "synthesis"}


def sources(*folders: str) -> str:
    """Text of the source below some folders (files or folders of the package), testing tools left out."""
    found = []
    for folder in folders or ("",):
        place = SOURCE / folder
        files = [place] if place.is_file() else sorted(place.rglob("*.py"))
        found += [f.read_text(encoding="utf-8") for f in files if "testing" not in f.relative_to(SOURCE).parts]
    return "\n".join(found)


def process_text(name: str) -> str:
    file = SOURCE / "processes" / f"{name}.py"
    return sources(str(file)) if file.is_file() else sources(f"processes/{name}" if name != "statistics" else name)


EVERYTHING = sources()


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=PARAMETERS)
def test_a_parameter_is_read_and_names_a_part_of_the_model(row: Parameter) -> None:
    shares = {title.share for title in load_titles().values()}
    assert f'"{row.name}"' in EVERYTHING or row.name in shares, "nobody reads it"
    assert row.used_by in PARTS


def test_the_code_reads_no_parameter_that_is_neither_registered_nor_derived() -> None:
    name = r'\b(?:p|parameters)\["([a-z0-9.]+)"\]'
    derived = set(re.findall(name + r"\s*=[^=]", EVERYTHING))
    read = set(re.findall(name, EVERYTHING))
    assert read and read <= {*PARAMETERS, *derived}
    assert derived.isdisjoint(PARAMETERS), "a drawn value is not overwritten"


CHANCES = sorted(set(re.findall(r'quarterly_hazard\(p\["([\w.]+)"\]\)', EVERYTHING)))
REGIONS = region_names()
ONCE = 1e-5  # a draw in a hundred thousand: some priors are lognormal and have no end


@pytest.mark.parametrize("u", [ONCE, 0.5, 1.0 - ONCE])
@pytest.mark.parametrize("name", CHANCES)
def test_a_chance_of_a_year_is_one_in_every_draw_and_city(name: str, u: float) -> None:
    """A prior that passes one makes the chance of a quarter no number, in few draws only."""
    for region in REGIONS:
        row = load_region(region).parameters.get(name, PARAMETERS[name])
        assert 0.0 <= PARAMETERS[name].scale * row.prior.quantile(u) <= 1.0, region


@pytest.mark.parametrize("stream", list(Stream), ids=lambda stream: stream.name)
def test_a_stream_is_used(stream: Stream) -> None:
    assert f"Stream.{stream.name}" in EVERYTHING


@pytest.mark.parametrize("step", QUARTER, ids=lambda step: step.process.name)
def test_a_process_declares_the_streams_that_it_draws_from(step: Step) -> None:
    text = process_text(step.process.name)
    body = re.sub(r"streams\s*=\s*\(.*?\),?\n", "", text, flags=re.DOTALL)
    assert set(re.findall(r"Stream\.([A-Z_]+)", body)) == {stream.name for stream in step.process.streams}


def test_no_two_processes_share_a_stream() -> None:
    streams = [stream for step in QUARTER for stream in step.process.streams]
    assert len(set(streams)) == len(streams)


@pytest.mark.parametrize("step", QUARTER, ids=lambda step: step.process.name)
def test_a_step_has_a_page_and_reasons(step: Step) -> None:
    assert (ROOT / "docs" / "economics" / f"{step.process.page}.md").is_file()
    assert step.reason_en.endswith(".") and step.reason_zh.endswith("。")


@pytest.mark.parametrize("row", INDICATORS.values(), ids=INDICATORS)
def test_an_indicator_has_a_unit_and_words(row: Indicator) -> None:
    assert row.unit in UNITS
    assert row.operator in {"ministry", "local", "latent", "none"}
    assert row.summary in {"flow", "stock", "ratio", "moment"}
    assert row.long_name and row.definition.endswith(".")
    assert re.search("[\u4e00-\u9fff]", row.long_name_zh) and row.definition_zh.endswith("。")


def test_what_the_office_publishes_is_the_register_of_indicators(start: Start) -> None:
    published = start.economy.published[2020]
    assert set(published) == set(load_indicators("dalian"))
    assert all(math.isfinite(value) for value in published.values())
    assert {f"fiscal_cost_{lever}" for lever in load_levers()} <= set(published)


def test_a_scored_target_is_an_indicator() -> None:
    """Under every operator by which it is judged."""
    for target in load_targets():
        if target.indicator is not None:
            held = set(load_indicators(target.region))
            assert {target.variable(operator) for operator in target.operators} <= held, target.id

"""There and back: levers, files, figures."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import digisim as ds
from digisim.evidence import figure
from digisim.policy import levers_of, load_levers
from digisim.results import open_results, save_results
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel
from digisim.targets import load_targets


def in_force(name: str) -> str | float:
    row = levers_of("dalian")[name]
    return row.in_force if row.unit == "1" else f"{row.in_force} {row.unit}"


def half(name: str) -> str | float:
    row = levers_of("dalian")[name]
    return 0.5 * row.range[1] if row.unit == "1" else f"{0.5 * row.range[1]} {row.unit}"


@pytest.mark.parametrize("name", list(load_levers()))
def test_a_lever_there_and_back_is_the_same_scenario(baseline, name: str) -> None:
    there = baseline.with_levers(**{name: half(name)})
    back = there.with_levers(**{name: in_force(name)})
    assert there.hash != baseline.hash == back.hash
    assert [back.values(q) for q in back.quarters] == [baseline.values(q) for q in baseline.quarters]


def test_a_package_put_on_and_taken_off_gives_the_same_numbers(baseline, start) -> None:
    plan = load_scenario("dalian-plan")
    off = plan.with_levers(**{name: in_force(name) for name in load_levers()})
    assert off.hash == baseline.hash != plan.hash
    published = [IndustryModel(each, 1, start=start).run().published for each in (baseline, off)]
    assert published[0] == published[1]


def test_levers_that_end_restore_the_effective_parameters(baseline, start) -> None:
    """A year after all levers end no grant, guarantee, support or offer is left; promises to people run out by date.

    Research that grants caused is given up as slowly as it was taken up.
    """
    ending = baseline.with_levers(**{name: {2021: half(name), 2023: in_force(name)} for name in load_levers()})
    model = IndustryModel(ending, 1, start=start)
    while model.economy.quarter < 2024 * 4:
        model.step()
    plain = IndustryModel(baseline, 1, start=start)
    while plain.economy.quarter < 2024 * 4:
        plain.step()
    assert model.economy.entitlements == plain.economy.entitlements
    for column in ("research_grant", "guarantee"):
        assert not model.economy.firms[column].any(), column
    p, firms = model.economy.parameters, model.economy.firms
    assert (firms["rd_share"] - firms["rd_base"]).max() <= p["rd.share.cap"] * (1.0 - p["rd.adjustment"]) ** 4
    assert model.published[2024 - 1]["fiscal_cost_rd_grant"] == 0.0


def test_targets_are_the_figures_of_the_archive() -> None:
    targets = load_targets()
    assert len(targets) > 30
    for target in targets:
        printed = figure(target.id)
        assert (target.value, target.unit) == (printed.value, printed.unit), target.id
        assert (target.name_en, target.name_zh) == (printed.name_en, printed.name_zh), target.id


def test_saved_and_opened_is_the_same(tmp_path: Path) -> None:
    made = ds.ensemble(["dalian-baseline", "dalian-plan"], members=2, seed=1, workers=1)
    opened = open_results(save_results(made, tmp_path / "result.nc"))
    xr.testing.assert_identical(opened, made)
    assert {name: each.dtype for name, each in opened.variables.items()} == {
        name: each.dtype for name, each in made.variables.items()
    }

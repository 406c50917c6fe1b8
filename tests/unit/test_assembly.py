"""Published tables become a dataset: dims, labels, coordinates, what is missing."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from digisim import __version__, evidence, parameters
from digisim.assembly import FORMAT_VERSION, Run, assemble
from digisim.parameters import load_parameters
from digisim.policy import load_levers
from digisim.regions import load_region
from digisim.scenario import Scenario, load_scenario
from digisim.statistics import load_indicators
from digisim.synthesis import Member, draw_member


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return [draw_member(load_region("dalian"), 4, k) for k in range(4)]


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    base = load_scenario("dalian-baseline")
    pushed = base.with_levers(rd_grant={"2021": "1 亿 CNY/year", "2022Q3": "3 亿 CNY/year"}, park_rent_subsidy=0.5)
    return [base.with_(horizon=2021), pushed.with_(name="pushed", horizon=2022)]


def table(value: float) -> dict[str, float]:
    return {name: value + k for k, name in enumerate(load_indicators("dalian"))}


@pytest.fixture(scope="module")
def dataset(scenarios: list[Scenario], members: list[Member]) -> xr.Dataset:
    runs = [
        Run("dalian-baseline", 0, "dalian", {2020: table(1e3), 2021: table(2e3)}, 1e-15),
        Run("pushed", 2, "dalian", {2019: table(9.0), 2020: table(3e3), 2022: table(4e3)}, 3e-15),
    ]
    return assemble(scenarios, {"dalian": members}, runs, seed=4)


def test_dims_years_and_types(dataset: xr.Dataset) -> None:
    assert dict(dataset.sizes) == {"scenario": 2, "member": 4, "city": 1, "year": 3}
    assert dataset["year"].values.tolist() == [2020, 2021, 2022] and dataset["year"].dtype.kind == "i"
    assert dataset["scenario"].values.tolist() == ["dalian-baseline", "pushed"]
    for name in ("scenario", "city", "regime"):
        assert dataset[name].dtype == object
    assert set(dataset.data_vars) == set(load_indicators("dalian"))
    for variable in dataset.data_vars.values():
        assert variable.dtype == np.float64 and variable.dims == ("scenario", "member", "city", "year")


def test_values_stand_where_they_belong_and_the_rest_is_missing(dataset: xr.Dataset) -> None:
    for position, name in enumerate(load_indicators("dalian")):
        city = dataset[name].sel(city="dalian")
        first, second = city.sel(scenario="dalian-baseline", member=0), city.sel(scenario="pushed", member=2)
        np.testing.assert_array_equal(first, [1e3 + position, 2e3 + position, np.nan])
        np.testing.assert_array_equal(second, [3e3 + position, np.nan, 4e3 + position])
        assert int(city.notnull().sum()) == 4


def test_every_variable_is_labelled(dataset: xr.Dataset) -> None:
    for name, row in load_indicators("dalian").items():
        assert dataset[name].attrs == {
            "units": row.unit, "long_name": row.long_name, "long_name_zh": row.long_name_zh,
            "definition": row.definition, "operator": row.operator,
        }  # fmt: skip


def test_members_carry_their_draw_regime_and_parameters(dataset: xr.Dataset, members: list[Member]) -> None:
    assert dataset["draw"].values.tolist() == [0, 0, 1, 1] and dataset["replicate"].values.tolist() == [0, 1, 0, 1]
    assert dataset["regime"].values.tolist() == [member.regime.name for member in members]
    for name, row in load_parameters().items():
        held = dataset[f"param_{row.identifier}"]
        assert held.values.tolist() == [member.parameters[name] for member in members]
        assert held.attrs == {"units": row.unit, "long_name": row.meaning}


def test_levers_are_means_of_the_year_and_the_base_year_holds_what_was_in_force(dataset: xr.Dataset) -> None:
    for name, lever in load_levers().items():
        held = dataset[f"lever_{name}"]
        assert held.dims == ("scenario", "year") and held.attrs["units"] == lever.unit
        assert (held.sel(scenario="dalian-baseline") == lever.in_force).all()
        assert (held.sel(year=2020) == lever.in_force).all()
    pushed = dataset.sel(scenario="pushed")
    assert pushed["lever_rd_grant"].values.tolist() == [0.0, 1e8, 2e8]  # two quarters at one, two at three
    assert pushed["lever_park_rent_subsidy"].values.tolist() == [0.0, 0.5, 0.5]


def test_the_dataset_says_where_it_comes_from(dataset: xr.Dataset, scenarios: list[Scenario]) -> None:
    attrs = dataset.attrs
    assert attrs["version"] == __version__ and attrs["format_version"] == FORMAT_VERSION and attrs["seed"] == 4
    assert attrs["scenario_hashes"] == [s.hash for s in scenarios]
    assert attrs["evidence_digest"] == evidence.digest() and attrs["parameters_digest"] == parameters.digest()
    assert attrs["outlook"] == "central" and attrs["largest_residual"] == 3e-15
    assert attrs["posterior_digest"] and __version__ in attrs["history"] and "+00:00" in attrs["history"]


def test_no_run_at_all_is_all_missing(scenarios: list[Scenario], members: list[Member]) -> None:
    empty = assemble(scenarios, {"dalian": members}, [], seed=4)
    assert all(bool(empty[name].isnull().all()) for name in empty.data_vars)
    assert np.isnan(empty.attrs["largest_residual"])

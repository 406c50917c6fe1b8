"""Results by quarter: the office's accounts of each quarter, which make those of the year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import digisim as ds
from digisim.errors import InputError
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel

SUMS = (
    "software_revenue", "software_revenue_local", "software_revenue_latent", "value_added", "value_added_local",
    "value_added_latent", "exports", "hires", "entries", "exits", "in_migration", "out_migration", "graduates",
    "fiscal_cost", "fiscal_cost_rd_grant", "tax_revenue",
)  # fmt: skip
AT_THE_END = ("employees", "employees_local", "firms_latent", "job_seekers", "floor_area", "rent_mean", "wage_relative")


@pytest.fixture(scope="module")
def pushed() -> Scenario:
    base = ds.load_scenario("dalian-baseline")
    return base.with_levers(rd_grant={"2021Q3": "3 亿 CNY/year"}).with_(name="pushed", horizon=2022)


@pytest.fixture(scope="module")
def years(pushed: Scenario) -> xr.Dataset:
    return ds.simulate(pushed, seed=1)


@pytest.fixture(scope="module")
def quarters(pushed: Scenario) -> xr.Dataset:
    return ds.simulate(pushed, seed=1, frequency="quarter")


def test_dims_labels_and_what_is_said(quarters: xr.Dataset) -> None:
    assert dict(quarters.sizes) == {"scenario": 1, "member": 1, "city": 1, "quarter": 8}
    assert quarters.quarter.dtype == "datetime64[ns]"
    assert quarters.quarter.dt.strftime("%Y-%m-%d").values.tolist()[:3] == ["2021-01-01", "2021-04-01", "2021-07-01"]
    assert "four quarters" in quarters.attrs["comment"]
    assert all(variable.notnull().all() for variable in quarters.data_vars.values())


@pytest.mark.parametrize("name", SUMS)
def test_four_quarters_make_the_year(years: xr.Dataset, quarters: xr.Dataset, name: str) -> None:
    summed = quarters[name].groupby("quarter.year").sum().squeeze()
    yearly = years[name].sel(year=[2021, 2022]).squeeze()
    assert (yearly > 0.0).all()
    np.testing.assert_allclose(summed.values, yearly.values, rtol=1e-12)


@pytest.mark.parametrize("name", AT_THE_END)
def test_the_last_quarter_ends_with_the_year(years: xr.Dataset, quarters: xr.Dataset, name: str) -> None:
    last = quarters[name].isel(quarter=[3, 7]).squeeze()
    np.testing.assert_array_equal(last.values, years[name].sel(year=[2021, 2022]).squeeze().values)


def test_ratios_are_near_those_of_the_year(years: xr.Dataset, quarters: xr.Dataset) -> None:
    """Pay and revenue per head are a year's; turnover is the quarter's: some four make the year's."""
    for name in ("wage_mean", "revenue_per_head", "rd_share", "va_ratio", "vacancy_rate"):
        mean = quarters[name].groupby("quarter.year").mean().squeeze()
        np.testing.assert_allclose(mean.values, years[name].sel(year=[2021, 2022]).squeeze().values, rtol=0.04)
    summed = quarters["turnover"].groupby("quarter.year").sum().squeeze()
    np.testing.assert_allclose(summed.values, years["turnover"].sel(year=[2021, 2022]).squeeze().values, rtol=0.04)


def test_counting_each_quarter_changes_nothing(pushed: Scenario, years: xr.Dataset) -> None:
    model = IndustryModel(pushed, seed=1)
    model.count_quarters()
    model.run()
    assert model.published_by_quarter is not None and sorted(model.published_by_quarter)[0] == 2021 * 4
    for year, table in model.published.items():
        found = {name: years[name].sel(year=year).item() for name in table}
        assert found == table


def test_quarters_begin_where_they_are_asked_for(pushed: Scenario, quarters: xr.Dataset) -> None:
    """What the year had counted before is in none of them."""
    model = IndustryModel(pushed, seed=1)
    model.step()
    model.count_quarters()
    model.run()
    assert model.published_by_quarter is not None and min(model.published_by_quarter) == 2021 * 4 + 1
    second = model.published_by_quarter[2021 * 4 + 1]
    for name in ("hires", "exits", "fiscal_cost", "tax_revenue", "software_revenue"):
        assert second[name] == pytest.approx(quarters[name].squeeze().values[1], rel=1e-12), name


def test_a_run_by_year_keeps_no_quarters(pushed: Scenario) -> None:
    assert IndustryModel(pushed, seed=1).published_by_quarter is None


def test_levers_stand_by_the_quarter_they_begin_in(quarters: xr.Dataset) -> None:
    assert quarters["lever_rd_grant"].squeeze().values[:4].tolist() == [0.0, 0.0, 3e8, 3e8]
    paid = quarters["fiscal_cost_rd_grant"].squeeze().values
    assert paid[:2].tolist() == [0.0, 0.0] and (paid[2:] > 0.0).all()


def test_an_ensemble_holds_the_same_member(pushed: Scenario, quarters: xr.Dataset) -> None:
    many = ds.ensemble([pushed], members=2, seed=1, workers=1, frequency="quarter")
    for name in quarters.data_vars:
        np.testing.assert_array_equal(many[name].sel(member=[0]).values, quarters[name].values)


def test_cities_together_have_quarters_too() -> None:
    several = ds.load_scenario("four-cities-baseline")
    held = ds.simulate(several, seed=1, frequency="quarter")
    assert held.sizes["city"] == 4 and held.sizes["quarter"] > 8
    made = held["software_revenue_latent"].squeeze().groupby("quarter.year").sum(min_count=4)
    yearly = ds.simulate(several, seed=1)["software_revenue_latent"].squeeze().sel(year=made.year)
    begun = made.notnull()  # the base year of a city is a year only
    assert begun.sel(city="dalian", year=2021) and not begun.sel(city="dalian", year=2020)
    np.testing.assert_allclose(made.values[begun], yearly.transpose(*made.dims).values[begun], rtol=1e-12)


def test_files_keep_quarters(quarters: xr.Dataset, tmp_path: Path) -> None:
    path = ds.export(quarters, tmp_path / "quarters.nc", format="netcdf")
    assert ds.open_results(path).identical(quarters)
    table = pd.read_csv(ds.export(quarters, tmp_path / "quarters.csv"))
    assert table.columns.tolist()[:5] == ["scenario", "member", "city", "quarter", "indicator"]
    first = table[(table.indicator == "software_revenue") & (table.quarter == "2021-01-01")]
    assert first.value.item() == quarters.software_revenue.values.ravel()[0]


def test_parts_have_quarters(quarters: xr.Dataset) -> None:
    by_park = ds.breakdown(quarters, "park")
    assert by_park.revenue.dims == ("scenario", "member", "city", "quarter", "park")
    whole = by_park.revenue.sum("park")
    np.testing.assert_allclose(whole.values, quarters.software_revenue_latent.values, rtol=1e-12)


@pytest.mark.parametrize("ask", [ds.verdict, ds.scorecard, lambda d: ds.compare(d, control="pushed")])
def test_what_is_of_years_refuses_quarters(quarters: xr.Dataset, ask) -> None:
    with pytest.raises(InputError, match="these results are by quarter") as caught:
        ask(quarters)
    assert "by year" in str(caught.value.allowed) and 'frequency="year"' in caught.value.next


@pytest.mark.parametrize("frequency", ["month", "Quarter", None, 4, ["year"]])
def test_another_frequency_is_refused(pushed: Scenario, frequency: object) -> None:
    for run in (ds.simulate, ds.ensemble):
        with pytest.raises(InputError, match="results are not published by") as caught:
            run(pushed, seed=1, frequency=frequency)
        assert caught.value.allowed == "year, quarter"

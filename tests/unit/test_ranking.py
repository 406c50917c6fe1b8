"""Scenarios ranked by count and reading: by hand, not identified where readings differ, refused where nothing ranks."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import digisim
from digisim.errors import InputError
from digisim.scenario import load_scenario
from digisim.testing import synthetic_dataset
from digisim.verdicts import ranking
from digisim.verdicts.limits import NOT_IDENTIFIED

COUNTS = ("software_revenue", "software_revenue_local", "software_revenue_latent")


def of_two(first_where: str | None) -> xr.Dataset:
    """Results of a baseline and two other scenarios; the second adds 3%, the third 5%, but 1% outside a reading."""
    plan = load_scenario("dalian-plan")
    data = synthetic_dataset(["dalian-baseline", plan, plan.with_(name="other")], members=8)
    regime = np.array([str(each) for each in data["regime"].values])
    strong = np.full(8, 1.05) if first_where is None else np.where(regime == first_where, 1.05, 1.01)
    for name in COUNTS:
        held = data[name].transpose("scenario", "member", "city", "year").values
        held[1, :, 0, -1] = 1.03 * held[0, :, 0, -1]
        held[2, :, 0, -1] = strong * held[0, :, 0, -1]
        data[name] = (("scenario", "member", "city", "year"), held, data[name].attrs)
    return data


def test_the_same_order_in_both_readings_is_the_order_of_all() -> None:
    table = ranking(of_two(None))
    assert set(table["operator"]) == {"ministry", "local", "latent"}
    assert set(table["regime"]) == {"all", "demand_scarce", "people_scarce"} and len(table) == 3 * 3 * 2
    assert (table["first"] == "other").all() and (table.loc[table["rank"] == 1, "scenario"] == "other").all()
    assert table.loc[table["scenario"] == "other", ["percent", "p10", "p90"]].to_numpy() == pytest.approx(5.0)
    assert (table["cost"] == 3e8).all()


def test_readings_that_rank_oppositely_identify_no_first() -> None:
    table = ranking(of_two("people_scarce")).set_index(["operator", "regime", "rank"])
    for operator in ("ministry", "local", "latent"):
        assert table.loc[(operator, "people_scarce", 1), "scenario"] == "other"
        assert table.loc[(operator, "demand_scarce", 1), "scenario"] == "dalian-plan"
        assert table.loc[(operator, "all", 1), "first"] == NOT_IDENTIFIED
        assert table.loc[(operator, "demand_scarce", 2), "first"] == "dalian-plan"


def test_an_indicator_of_one_count_and_a_year_may_be_named() -> None:
    table = digisim.ranking(of_two(None), indicator="exports", year=2024)
    assert set(table["operator"]) == {"latent"} and len(table) == 3 * 2 and (table["members"] > 0).all()
    early, late = (ranking(of_two(None), year=year) for year in (2024, 2028))
    assert (early["percent"] != late["percent"]).all()


def test_a_run_that_broke_off_is_left_out() -> None:
    assert set(ranking(synthetic_dataset(members=4, failed=[("dalian-plan", 2)]))["members"]) <= {1, 2, 3}
    assert ranking(synthetic_dataset(members=1, failed=[("dalian-plan", 0)])).empty


def test_what_cannot_be_ranked_is_refused() -> None:
    data = of_two(None)
    with pytest.raises(InputError, match="no indicator 'revenu' in the results"):
        ranking(data, indicator="revenu")
    with pytest.raises(InputError, match="the year 2040 lies outside the run, 2021 to 2028"):
        ranking(data, year=2040)
    with pytest.raises(InputError, match="the control 'x' is not in the results"):
        ranking(data, "x")
    with pytest.raises(InputError, match="one scenario alone"):
        ranking(data.isel(scenario=[0]))

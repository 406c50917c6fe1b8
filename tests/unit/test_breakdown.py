"""Results by park, segment and market hold what the result holds under a name for each part."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import digisim as ds
from digisim.errors import InputError
from digisim.testing import synthetic_dataset


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return ds.simulate("dalian-baseline", seed=3)


def test_each_park_is_the_variable_that_names_it(run: xr.Dataset) -> None:
    table = ds.breakdown(run, "park")
    assert table.revenue.dims == ("scenario", "member", "city", "year", "park")
    assert "software_park" in table.park
    for what in table.data_vars:
        for park in table.park.values:
            xr.testing.assert_equal(table[what].sel(park=park).reset_coords(drop=True),
                                    run[f"{what}_park_{park}"].reset_coords(drop=True))  # fmt: skip
    assert table.floor_area.attrs == {
        "units": "m2", "operator": "none", "long_name": "Floor area built", "long_name_zh": "已建成面积",
    }  # fmt: skip
    assert str(table.name_zh.sel(park="software_park").item()).startswith("大连")
    assert not {":", "："} & set("".join(map(str, [*table.name_en.values, *table.name_zh.values])))


def test_parts_add_up_to_their_whole(run: xr.Dataset) -> None:
    parks, segments = ds.breakdown(run, "park"), ds.breakdown(run, "segment")
    np.testing.assert_allclose(parks.employees.sum("park"), run.employees_latent, rtol=1e-12)
    np.testing.assert_allclose(parks.floor_area.sum("park"), run.floor_area, rtol=1e-12)
    np.testing.assert_allclose(segments.revenue.sum("segment"), run.software_revenue_latent, rtol=1e-9)
    markets = ds.breakdown(run, "market").revenue
    np.testing.assert_allclose(markets.sum("market"), run.software_revenue_latent, rtol=1e-12)
    np.testing.assert_allclose(markets.sel(market=["japan", "overseas"]).sum("market"), run.exports, rtol=1e-12)
    assert (markets > 0.0).all()


def test_a_weaker_yen_takes_revenue_from_japan_first(run: xr.Dataset) -> None:
    fall = ds.breakdown(ds.simulate("dalian-yen-fall", seed=3), "market").revenue.squeeze()
    change = (fall / ds.breakdown(run, "market").revenue.squeeze() - 1.0).sel(year=2028)
    assert change.sel(market="japan") < -0.1
    assert change.sel(market="japan") < 3.0 * change.drop_sel(market="japan").min()  # firms that sell there shrink


def test_several_cities_keep_their_own_parks() -> None:
    many = synthetic_dataset(("qingdao-baseline",), members=2)
    table = ds.breakdown(many, "park")
    assert table.sizes["park"] == len(ds.load_region("qingdao").parks)
    assert table.attrs == many.attrs and table.regime.dims == ("member",)


def test_another_division_is_refused(run: xr.Dataset) -> None:
    with pytest.raises(InputError, match="not divided by 'district'") as caught:
        ds.breakdown(run, "district")
    assert "park, segment, market" in str(caught.value)
    with pytest.raises(InputError, match="not a results dataset"):
        ds.breakdown(xr.Dataset(), "park")

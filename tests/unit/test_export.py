"""Exported tables hold every value once, with its unit, at full precision."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

from digisim.errors import InputError, ResultFileError
from digisim.export import export, to_table
from digisim.results import open_results
from digisim.testing import few_variables, synthetic_dataset

COLUMNS = ["scenario", "member", "city", "year", "indicator", "value", "unit", "regime", "outlook"]


def test_csv_is_the_long_table_to_the_bit(tmp_path: Path) -> None:
    dataset = synthetic_dataset(members=3, failed=[("dalian-plan", 1)])
    path = export(dataset, tmp_path / "r.csv", "csv")
    read = pd.read_csv(path, encoding="utf-8", dtype={"value": str}).astype({"value": object})
    read["value"] = [float(each) for each in read["value"]]
    assert read.columns.tolist() == COLUMNS
    assert len(read) == 5 * dataset.sizes["year"] * len(dataset.data_vars)
    for row in read.sample(50, random_state=1).itertuples():
        place = {key: getattr(row, key) for key in COLUMNS[:4]}
        assert float(dataset[str(row.indicator)].sel(place)) == row.value
        assert dataset[str(row.indicator)].attrs["units"] == str(row.unit)
        assert row.regime == dataset["regime"].sel(member=row.member).item() and row.outlook == "central"
    assert not ((read["scenario"] == "dalian-plan") & (read["member"] == 1)).any()
    assert b"\r" not in path.read_bytes()


def test_a_variable_without_unit_is_a_plain_number() -> None:
    dataset = synthetic_dataset(members=1)[["firms"]]
    del dataset["firms"].attrs["units"]
    assert set(to_table(dataset)["unit"]) == {"1"}


def test_netcdf_is_the_result_itself(tmp_path: Path) -> None:
    dataset = few_variables(synthetic_dataset(members=2))
    xr.testing.assert_identical(open_results(export(dataset, tmp_path / "r.nc", "netcdf")), dataset)


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown format 'cvs'") as caught:
        export(synthetic_dataset(members=1), tmp_path / "r.csv", "cvs")
    assert caught.value.allowed == "netcdf, csv" and caught.value.next == "did you mean 'csv'?"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ResultFileError, match="the file cannot be written"):
        export(synthetic_dataset(members=1), tmp_path / "file" / "r.csv", "csv")

"""Results in other formats: NetCDF as it is, or one long table as CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xarray as xr

from digisim.errors import InputError, phrase
from digisim.results import PERIODS, check_results, dims_of, save_results, write_atomically
from digisim.schemas import suggest

SUFFIXES = {"netcdf": ".nc", "csv": ".csv"}
"""Format -> the usual ending of its files."""


def check_format(format: str) -> str:
    """Return ``format`` if results can be written in it; otherwise an ``InputError`` lists the formats.

    >>> check_format("csv")
    'csv'
    """
    if format not in SUFFIXES:
        raise InputError(
            phrase("unknown format {format!r}", format=format[:40]),
            where=f"format={format[:40]}",
            allowed=", ".join(SUFFIXES),
            next=suggest(format, SUFFIXES) or "choose one of these",
        )
    return format


def check_ending(path: str | Path, format: str) -> None:
    """Refuse a path that ends otherwise than its format does (``SUFFIXES``); it may have no ending.

    >>> check_ending("out/dalian.csv", "csv")
    """
    ending, usual = Path(path).suffix, SUFFIXES[check_format(format)]
    if ending.lower() not in ("", usual):
        raise InputError(
            phrase("a {format} file cannot end in {suffix!r}", format=format, suffix=ending),
            where=Path(path).as_posix(),
            allowed=phrase("a file ending in {suffix}", suffix=usual),
            next=phrase("name it {place}, or choose another format", place=Path(path).with_suffix(usual).name),
        )


def to_table(dataset: xr.Dataset) -> pd.DataFrame:
    """Return results as a long table: scenario, member, city, year (or quarter), indicator, value, unit, and the
    reading of the past and the outlook that the value rests on (``regime``, ``outlook``); no row where no value is.

    Values are in the canonical unit of the row.
    """
    checked = check_results(dataset, "to_table", PERIODS)
    dims = dims_of(checked)
    parts = []
    for name, data in checked.data_vars.items():
        # Without the other coordinates, which would become columns.
        values = data.reset_coords(drop=True).transpose(*dims).to_series()
        rows = values.dropna().rename("value").reset_index()
        rows.insert(len(dims), "indicator", str(name))
        parts.append(rows.assign(unit=str(data.attrs.get("units", "1"))))
    table = pd.concat(parts, ignore_index=True)
    for name in (each for each in ("regime", "outlook") if each in checked.coords):
        label = checked[name].reset_coords(drop=True).to_series().rename(name).reset_index()
        table = table.merge(label, how="left", on=list(checked[name].dims))
    return table


def export(dataset: xr.Dataset, path: str | Path, format: str = "csv") -> Path:
    """Write results to ``path`` in a format (``netcdf`` or ``csv``) and return the path.

    CSV is UTF-8, with numbers at full precision. The file appears at once or not at all. An unknown format is an
    ``InputError``, a place that cannot be written to a ``ResultFileError``.

    >>> import tempfile
    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pd.read_csv(export(synthetic_dataset(members=2), Path(folder) / "results.csv"))
    >>> table.columns.tolist()
    ['scenario', 'member', 'city', 'year', 'indicator', 'value', 'unit', 'regime', 'outlook']
    """
    check_ending(path, format)
    if format == "netcdf":
        return save_results(dataset, path)
    table = to_table(dataset)
    return write_atomically(
        path, lambda beside: table.to_csv(beside, index=False, encoding="utf-8", lineterminator="\n")
    )

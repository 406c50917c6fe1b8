"""Results on disk: a dataset of dims (scenario, member, city, year) is saved whole, and opened as it was saved."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from digisim.assembly import FORMAT_VERSION
from digisim.errors import InputError, ResultFileError

DIMS = ("scenario", "member", "city", "year")

LIST_ATTRIBUTES = ("scenario_hashes",)


def plain_strings(dataset: xr.Dataset) -> xr.Dataset:
    """Return the dataset with every text coordinate as Python objects, which all file formats keep as they are."""
    texts = {name: each for name, each in dataset.coords.items() if each.dtype.kind not in "biuf"}
    return dataset.assign_coords(
        {name: (each.dims, np.array(each.values.tolist(), dtype=object), each.attrs) for name, each in texts.items()}
    )


def check_results(dataset: object, where: str) -> xr.Dataset:
    """Return ``dataset`` if it is a results dataset; otherwise an ``InputError`` says what is missing."""
    if isinstance(dataset, xr.Dataset) and set(DIMS) <= set(dataset.dims) and "regime" in dataset.coords:
        return dataset
    raise InputError(
        "this is not a results dataset",
        where=where,
        allowed=f"what simulate, ensemble and open_results return, with dims {', '.join(DIMS)}",
        next="pass the whole dataset; choose with lists, as in many.sel(scenario=['dalian-plan'])",
    )


def failures(dataset: xr.Dataset) -> list[dict[str, Any]]:
    """Return the members that broke off, each with scenario, member, stage and error.

    >>> failures(xr.Dataset(attrs={"failures": "[]"}))
    []
    """
    found: list[dict[str, Any]] = json.loads(dataset.attrs.get("failures", "[]"))
    return found


def write_atomically(path: str | Path, write: Callable[[Path], object]) -> Path:
    """Let ``write`` fill a file beside ``path`` and put it in place at once, so that nothing half-written is seen.

    Folders on the way are made. A place that cannot be written to is a ``ResultFileError``.
    """
    path = Path(path)
    if path.is_dir():
        raise ResultFileError("a folder was given where a file is to be written", where=path.as_posix())
    beside = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        beside.replace(path)
    except OSError as fault:
        raise ResultFileError(
            f"the file cannot be written: {fault.strerror or fault}",
            where=path.as_posix(),
            next="choose another place, or free some",
        ) from None
    finally:
        if beside.parent.is_dir():
            beside.unlink(missing_ok=True)
    return path


def check_writable(path: str | Path) -> None:
    """Raise a ``ResultFileError`` now if a file at ``path`` could not be written later; nothing stays behind."""
    path = Path(path)
    place = path.parent
    while not place.exists() and place != place.parent:
        place = place.parent
    reason = "it is a folder" if path.is_dir() else "" if place.is_dir() else f"{place.as_posix()} is not a folder"
    try:
        if not reason:
            with tempfile.TemporaryFile(dir=place):
                pass
    except OSError as fault:
        reason = fault.strerror or str(fault)
    if reason:
        raise ResultFileError(
            f"no file can be written there: {reason}", where=path.as_posix(), next="choose another place with --out"
        )


def save_results(dataset: xr.Dataset, path: str | Path) -> Path:
    """Write a results dataset as NetCDF and return its path; opening it gives the same dataset back."""
    checked = plain_strings(check_results(dataset, "save_results"))
    return write_atomically(path, lambda beside: checked.to_netcdf(beside, engine="h5netcdf"))


def open_results(path: str | Path) -> xr.Dataset:
    """Return the results dataset of a file, read into memory; the file is closed.

    A file that is missing, broken off, no result, or of another format is a ``ResultFileError``.
    """
    where = Path(path).as_posix()
    if not Path(path).is_file():
        what = (
            "a folder was given where a result file is expected" if Path(path).is_dir() else "the file does not exist"
        )
        raise ResultFileError(what, where=where, next="give a file that digisim run has written, such as out/dalian.nc")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            dataset = opened.load()
    except (
        OSError,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as fault:  # what HDF5 makes of damage
        reason = " ".join(str(fault).split())[:120]
        raise ResultFileError(
            f"the file is not a result, or it is damaged: {reason}",
            where=where,
            allowed="a NetCDF file written by digisim",
            next="write it again with digisim run",
        ) from None
    _check_format(dataset, where)
    dataset.attrs = {key: _plain(key, value) for key, value in dataset.attrs.items()}
    return plain_strings(check_results(dataset.drop_encoding(), where))


def _plain(key: str, value: Any) -> Any:
    """Return an attribute as it was before NetCDF, which makes numbers numpy's and of a list of one its only item."""
    value = value.item() if isinstance(value, np.generic) else value
    return [value] if key in LIST_ATTRIBUTES and isinstance(value, str) else value


def _check_format(dataset: xr.Dataset, where: str) -> None:
    found = dataset.attrs.get("format_version")
    if found is None:
        raise ResultFileError(
            "the file is not a result of digisim: it names no format_version",
            where=where,
            allowed="a NetCDF file written by digisim",
        )
    if found != FORMAT_VERSION:
        age = "an older" if found < FORMAT_VERSION else "a newer"
        made = dataset.attrs.get("version", "unknown")
        raise ResultFileError(
            f"the file has format {found}, written by {age} version of digisim ({made})",
            where=where,
            allowed=f"format {FORMAT_VERSION}",
            next="run the scenarios again" if found < FORMAT_VERSION else "install that version",
        )

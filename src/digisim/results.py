"""Results on disk: a dataset of dims (scenario, member, city, year) is saved whole, and opened as it was saved."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import h5netcdf
import h5py
import numpy as np
import xarray as xr

from digisim.assembly import FORMAT_VERSION
from digisim.errors import InputError, ResultFileError, phrase, system_reason
from digisim.regions import OBSERVED
from digisim.registers import NO_FILE

log = logging.getLogger(__name__)

DIMS = ("scenario", "member", "city", "year")
PERIODS = {"year": "iu", "quarter": "M"}
"""Last dim of results, and the kinds of numpy's types that its labels may have."""

LABELS = {"scenario": "O", "member": "iu", "city": "O", "draw": "iu", "regime": "O"}
"""Coordinates that verdicts rest on, and the kinds of numpy's types that they may have."""

BASIS = "priors, not calibrated"
CONDITIONAL = f"{BASIS}; conditional on the world outside as published after the base year"

LIST_ATTRIBUTES = ("scenario_hashes",)

SEAL = b"\ndigisim sha256 "
"""What follows the NetCDF content of a file, with its digest; every reader of HDF5 ignores what comes after the end.
HDF5 takes overwritten bytes for values, and with some it never comes to an end."""

PROPERTIES, SEALED = "_NCProperties", ",digisim=sealed"
"""Where a NetCDF file says what wrote it, and what says there that a seal follows, so that a file cut off before it is
not taken for whole. Readers do not hand this attribute on, and other programs write their own."""

BLOCK = 1 << 20


def plain_strings(dataset: xr.Dataset) -> xr.Dataset:
    """Return the dataset with every text coordinate as Python objects, which all file formats keep as they are."""
    texts = {name: each for name, each in dataset.coords.items() if each.dtype.kind not in "biufM"}
    return dataset.assign_coords(
        {name: (each.dims, np.array(each.values.tolist(), dtype=object), each.attrs) for name, each in texts.items()}
    )


def dims_of(dataset: xr.Dataset) -> tuple[str, ...]:
    """Return the four dims of results, by year or by quarter.

    >>> dims_of(xr.Dataset(coords={"quarter": np.array(["2021-01-01"], dtype="datetime64[ns]")}))
    ('scenario', 'member', 'city', 'quarter')
    """
    return (*DIMS[:-1], "quarter" if "quarter" in dataset.dims else "year")


def check_results(dataset: object, where: str, periods: Iterable[str] = ("year",)) -> xr.Dataset:
    """Return ``dataset`` if it is a results dataset by one of `periods`; otherwise an ``InputError`` says what is
    missing."""
    if isinstance(dataset, xr.Dataset) and set(dims_of(dataset)) <= set(dataset.dims) and "regime" in dataset.coords:
        if dims_of(dataset)[-1] in periods:
            return dataset
        raise InputError(
            phrase("these results are by quarter"),
            where=where,
            allowed=phrase("results by year: targets and stylised facts are those of years"),
            next='run it by year, the default: ensemble(scenario, frequency="year")',
        )
    raise InputError(
        "this is not a results dataset",
        where=where,
        allowed=phrase("what simulate, ensemble and open_results return, with dims {dims}", dims=", ".join(DIMS)),
        next="pass the whole dataset; choose with lists, as in many.sel(scenario=['dalian-plan'])",
    )


def conditional(dataset: xr.Dataset, scenarios: Iterable[str] | None = None) -> list[str]:
    """Return those scenarios (of these, or of all) that took the world outside as it was published after the base year.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> conditional(synthetic_dataset(["dalian-observed", "dalian-plan"], members=2))
    ['dalian-observed']
    """
    variables = dataset.variables
    if "outlook" not in variables:  # results of an older version
        return []
    names, looks = (np.ravel(variables[each].values).astype(str).tolist() for each in ("scenario", "outlook"))
    seen = [name for name, look in zip(names, looks, strict=True) if look == OBSERVED]
    return seen if scenarios is None else [name for name in seen if name in set(scenarios)]


def basis_of(dataset: xr.Dataset, *scenarios: str) -> str:
    """Return what numbers of these scenarios rest on: priors, and perhaps the world outside as published since.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> basis_of(synthetic_dataset(["dalian-plan"], members=2), "dalian-plan")
    'priors, not calibrated'
    """
    return CONDITIONAL if conditional(dataset, scenarios) else BASIS


def failures(dataset: xr.Dataset) -> list[dict[str, Any]]:
    """Return the members that broke off, each with scenario, member, stage and error.

    >>> failures(xr.Dataset(attrs={"failures": "[]"}))
    []
    """
    found: list[dict[str, Any]] = json.loads(dataset.attrs.get("failures", "[]"))
    return found


def write_atomically(path: str | Path, write: Callable[[Path], object]) -> Path:
    """Let ``write`` fill a file beside ``path`` and put it in place at once, so that nothing half-written is seen.

    Folders on the way are made. A place that cannot be written to, or has no room, is a ``ResultFileError``; then
    neither the file nor the folders made for it stay.
    """
    path = Path(path)
    if path.is_dir():
        raise ResultFileError(
            "a folder was given where a file is to be written",
            where=path.as_posix(),
            allowed="a file",
            next=phrase("name a file in it, such as {path}", path=(path / "result.nc").as_posix()),
        )
    path = _behind(path)
    if not _may_stand(path):
        raise ResultFileError(
            "what stands there is no ordinary file: it would be replaced, not written to",
            where=path.as_posix(),
            allowed="a new file, or one that may be replaced",
            next="choose another place",
        )
    beside, made = _beside(path), [place for place in path.parents if not place.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(beside)
        beside.replace(path)
        made = []
    except OSError as fault:
        raise ResultFileError(
            phrase("the file cannot be written: {reason}", reason=system_reason(fault)),
            where=path.as_posix(),
            allowed="a place that can be written to",
            next="choose another place, or free some",
        ) from None
    finally:
        if beside.parent.is_dir():
            beside.unlink(missing_ok=True)
        for place in made:  # the innermost first; one that something else has come into stays
            with contextlib.suppress(OSError):
                place.rmdir()
    return path


def check_writable(path: str | Path) -> None:
    """Raise a ``ResultFileError`` now if a file at ``path`` could not be written later; nothing stays behind."""
    path = Path(path)
    try:
        reason = _hindrance(path)
    except OSError as fault:
        reason = system_reason(fault)
    if reason:
        raise ResultFileError(
            phrase("no file can be written there: {reason}", reason=reason),
            where=path.as_posix(),
            allowed="a place that can be written to",
            next="choose another place with --out",
        )


def _hindrance(path: Path) -> str:
    """Return what stands in the way of a file at ``path``, or an empty text; the system's own reasons are raised."""
    path = _behind(path)
    place, names = path.parent, [_beside(path).name]
    while not place.exists() and not place.is_symlink() and place != place.parent:
        place, names = place.parent, [*names, place.name]
    if not path.is_dir() and not _may_stand(path):
        return phrase("it is no ordinary file")
    if path.is_dir() or not place.is_dir():
        no_folder = phrase("{place} is not a folder", place=place.as_posix())
        return phrase("it is a folder") if path.is_dir() else no_folder
    for name in names:
        (place / name).exists()  # one that is too long is refused only when it is asked for
    with tempfile.TemporaryFile(dir=place):
        return ""


def _behind(path: Path) -> Path:
    """Return the file that a link stands for, which is written while the link stays; a circle remains."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _may_stand(path: Path) -> bool:
    """Tell whether what stands at ``path``, if anything does, is a file that may be replaced."""
    return path.is_file() or not (path.exists() or path.is_symlink())


def _beside(path: Path) -> Path:
    """Return the name under which a file is written until it is whole."""
    return path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder; a name that the system refuses is none.

    >>> is_folder(Path()), is_folder(Path("x" * 5000))
    (True, False)
    """
    try:
        return path.is_dir()
    except OSError:
        return False


def save_results(dataset: xr.Dataset, path: str | Path) -> Path:
    """Write a results dataset as NetCDF and return its path; opening it gives the same dataset back.

    The file appears at once or not at all. A place that cannot be written to is a ``ResultFileError``, what is no
    result an ``InputError``.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_results(synthetic_dataset(members=2), Path(folder) / "made-up.nc").name
    'made-up.nc'
    """
    content = content_of(dataset)
    return write_atomically(path, lambda beside: beside.write_bytes(content))


def content_of(dataset: xr.Dataset) -> bytes:
    """Return what the file of a results dataset holds: NetCDF, and its seal.

    HDF5 writes into memory: a disk that fills up while it writes to it ends the whole process.
    """
    whole = plain_strings(check_results(dataset, "save_results", PERIODS))
    memory = io.BytesIO()
    with h5netcdf.File(memory, "w") as file:
        _as_written(whole).dump_to_store(xr.backends.H5NetCDFStore(file))
    with h5py.File(memory, "r+") as file:
        file.attrs[PROPERTIES] = np.bytes_(file.attrs[PROPERTIES]) + SEALED.encode()
    content = memory.getvalue()
    return content + SEAL + hashlib.sha256(content).hexdigest().encode()


def _as_written(dataset: xr.Dataset) -> xr.Dataset:
    """Return a dataset in the form that takes half the time to write; reading it gives the same dataset back.

    Parameters, levers and labels of members are named as coordinates once for the whole file, as xarray reads it, not
    once for each variable. The labels of dims come first: written later they would take the place of stand-ins that
    each variable refers to. Not a number is itself: nothing else stands for what is missing.
    """
    names = [str(name) for name in dataset.coords if name not in dataset.dims]
    flat = dataset.reset_coords(names)
    labels = {name: each for name, each in flat.variables.items() if name in flat.dims}
    written = xr.Dataset({**labels, **flat.variables}, attrs={**flat.attrs, "coordinates": " ".join(names)})
    for name, each in written.variables.items():
        if each.dtype.kind == "f":
            written[name].encoding["_FillValue"] = None
    return written


def open_results(path: str | Path) -> xr.Dataset:
    """Return the results dataset of a file, read into memory; the file is closed.

    A file that is missing, broken off, overwritten, no result, or of another format is a ``ResultFileError``.

    >>> from digisim.testing import synthetic_dataset           # made-up results, for the example
    >>> kept = synthetic_dataset(members=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = open_results(save_results(kept, Path(folder) / "made-up.nc"))
    >>> found.identical(kept)
    True
    """
    path = _path_to_read(path)
    where = path.as_posix()
    try:
        sealed, whole = _seal(path)
    except OSError as fault:
        raise _unreadable(fault, where) from None
    if not whole:
        raise _damaged(phrase("its content is not what was written"), where)
    try:
        with _File(path, "r", decode_vlen_strings=True) as file:
            lost = not sealed and SEALED in str(file._h5file.attrs.get(PROPERTIES, ""))
            dataset = xr.Dataset() if lost else xr.open_dataset(xr.backends.H5NetCDFStore(file)).load()
    except Exception as fault:  # noqa: BLE001  (what HDF5 and its readers make of damage: any kind of error)
        log.debug("%s: %s", where, " ".join(str(fault).split())[:120])
        raise _damaged(phrase("it cannot be read as NetCDF"), where) from None
    if lost:
        raise _damaged(phrase("its content is not what was written"), where)
    _check_format(dataset, where)
    dataset.attrs = {key: _plain(key, value) for key, value in dataset.attrs.items()}
    return _check_labels(plain_strings(check_results(dataset.drop_encoding(), where, PERIODS)), where)


def _path_to_read(given: object) -> Path:
    """Return the path of a file that is there; what has no end, such as a pipe, is refused before it is opened."""
    advice, allowed = phrase("give a file that digisim run has written, such as out/dalian.nc"), phrase("a result file")
    if not isinstance(given, (str, os.PathLike)):
        shown = phrase("this is no path: {given}", given=repr(given)[:40])
        allowed = phrase("a path of a result file, as text or Path")
        raise ResultFileError(shown, where="open_results", allowed=allowed, next=advice)
    path = Path(given)
    where = path.as_posix()
    if is_folder(path):
        what = phrase("a folder was given where a result file is expected")
        raise ResultFileError(what, where=where, allowed=allowed, next=advice)
    try:
        if path.is_file():
            return path
        pipe = path.exists()
    except OSError as fault:
        raise _unreadable(fault, where) from None
    reason = phrase("the file cannot be read: {reason}", reason=NO_FILE)
    raise ResultFileError(reason if pipe else "the file does not exist", where=where, allowed=allowed, next=advice)


def _unreadable(fault: OSError, where: str) -> ResultFileError:
    return ResultFileError(
        phrase("the file cannot be read: {reason}", reason=system_reason(fault)),
        where=where,
        allowed="a file that you may read",
        next="check the path, and who may read it",
    )


class _File(h5netcdf.File):  # type: ignore[misc]  # h5netcdf ships no types
    """A file that can be dropped half-open: the original then fails to close and says so on stderr."""

    _closed = True
    _writable = False


def _digest(path: Path, length: int) -> bytes:
    """Return the SHA-256 of the first bytes of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, BLOCK))):
            digest.update(block)
            length -= len(block)
    return digest.hexdigest().encode()


def _seal(path: Path) -> tuple[bool, bool]:
    """Say whether a file has a seal, and whether it is as it was written, which without a seal nobody can tell."""
    size, most = path.stat().st_size, 2 * (len(SEAL) + 2 * hashlib.sha256().digest_size)
    with path.open("rb") as file:
        file.seek(max(size - most, 0))
        end = file.read()
    at = end.rfind(SEAL)  # a seal that is cut off, or that something follows, is none of ours
    return at >= 0, at < 0 or end[at:] == SEAL + _digest(path, size - len(end) + at)


def _damaged(reason: str, where: str) -> ResultFileError:
    return ResultFileError(
        phrase("the file is not a result, or it is damaged: {reason}", reason=reason),
        where=where,
        allowed="a NetCDF file written by digisim",
        next="write it again with digisim run",
    )


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
            next="give a file that digisim run has written, such as out/dalian.nc",
        )
    if not isinstance(found, int | np.integer):
        raise _damaged(phrase("its format_version is not a number"), where)
    if found != FORMAT_VERSION:
        made = dataset.attrs.get("version", "?")
        older = phrase(
            "the file has format {found}, written by an older version of digisim ({made})", found=found, made=made
        )
        newer = phrase(
            "the file has format {found}, written by a newer version of digisim ({made})", found=found, made=made
        )
        raise ResultFileError(
            older if found < FORMAT_VERSION else newer,
            where=where,
            allowed=phrase("format {version}", version=FORMAT_VERSION),
            next="run the scenarios again" if found < FORMAT_VERSION else "install that version",
        )


def _check_labels(dataset: xr.Dataset, where: str) -> xr.Dataset:
    """Return a dataset whose labels and values have the types that verdicts count on; another program may differ."""
    dims = dims_of(dataset)
    labels = {**LABELS, dims[-1]: PERIODS[dims[-1]]}
    kinds = {name: dataset[name].dtype.kind if name in dataset.coords else "" for name in labels}
    wrong = [name for name, kinds_allowed in labels.items() if not kinds[name] or kinds[name] not in kinds_allowed]
    wrong += [str(n) for n, each in dataset.data_vars.items() if set(each.dims) != set(dims) or each.dtype.kind != "f"]
    try:
        listed = failures(dataset)
    except (TypeError, ValueError):
        listed = None
    if not isinstance(listed, list):
        wrong.append("failures")
    if wrong:
        raise _damaged(phrase("{wrong} cannot be read as numbers, years or names", wrong=", ".join(wrong)[:80]), where)
    return dataset

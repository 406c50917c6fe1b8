"""Where the data that travel with the package are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from digisim.errors import DefectError

PACKAGE = Path(__file__).parent


@cache
def package_file(relative: str, package: Path = PACKAGE) -> Path:
    """Return the path of a data file inside the package; a missing file is a defect of the installation.

    >>> package_file("evidence/documents.yaml").name
    'documents.yaml'
    """
    path = package.joinpath(*relative.split("/"))
    if not path.exists():
        raise DefectError(
            f"the data file {relative!r} of the package is missing",
            where=str(package),
            next="install the package again",
        )
    return path


def data_dir(name: str, package: Path = PACKAGE) -> Path:
    """Return a top-level data folder of the repository (``scenarios``, ``calibration``).

    A wheel carries it as ``digisim/_data/<name>``; in a checkout, also one installed editable, it lies beside ``src``.

    >>> data_dir("scenarios").name
    'scenarios'
    """
    candidates = (package / "_data" / name, package.parent.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise DefectError(
        f"the folder {name!r} of the package is missing",
        where=" or ".join(str(candidate) for candidate in candidates),
        next="install the package again",
    )


def scenarios_dir() -> Path:
    """Return the folder of the packaged scenarios."""
    return data_dir("scenarios")


def calibration_dir() -> Path:
    """Return the folder of the packaged calibration results."""
    return data_dir("calibration")

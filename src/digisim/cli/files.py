"""Commands that read a file or a plan: the audit, and results in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digisim.cli.options import Json, Lang, Out, Verbose


def audit(
    plans: Annotated[list[str] | None, typer.Argument(metavar="PLAN", help="Names or YAML files.")] = None,
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Hold plans against arithmetic and against each other; no argument: all plans of the archive."""
    from digisim.audit import findings, to_json, to_table
    from digisim.cli.display import table
    from digisim.messages import text

    found = findings(*(plans or ()))
    shown = to_table(found, lang)
    if json:
        print(to_json(found))
        return
    fields = ["severity", "text", "figures"]
    table({text(f"list.{name}", lang): "left" for name in fields}, shown[fields].values.tolist())


def export(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A result file, such as out/dalian.nc.")],
    format: Annotated[str, typer.Option("--format", help="csv or netcdf.")] = "csv",
    out: Out = None,
    verbose: Verbose = False,
) -> None:
    """Write results in another format, beside the result file unless --out says where."""
    from digisim.errors import InputError
    from digisim.export import SUFFIXES, check_format
    from digisim.export import export as write
    from digisim.results import check_writable, open_results

    ending = SUFFIXES[check_format(format)]
    if not result.name:  # "", "." or "/": no file, and no name that another could be made from
        open_results(result)
    path = result.with_suffix(ending) if out is None else out
    check_writable(path)
    if path.resolve() == result.resolve():
        raise InputError("the result would replace itself", where=path.as_posix(), next="name another file with --out")
    typer.echo(write(open_results(result), path, format))

"""Commands that read a file or a plan: the audit, the scorecard, and results in other formats."""

from __future__ import annotations

import os
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
    from digisim.audit import counts, findings, sections, to_json
    from digisim.cli.display import table
    from digisim.messages import check_language, text

    check_language(lang)
    found = findings(*(plans or ()))
    if json:
        print(to_json(found))
        return
    if not found:
        typer.echo(text("cli.audit_silent", lang))
        return
    headings = {text("list.severity", lang): "whole", text("list.text", lang): "left"}
    for title, group in sections(found, lang).items():
        rows = [
            [
                text(f"audit.severity.{each.severity}", lang),
                f"{each.text(lang)}\n{text('audit.rests_on', lang, ids=', '.join(each.figures))}",
            ]
            for each in group
        ]
        table(headings, rows, title=text("audit.heading", lang, title=title, counts=counts(group, lang)))


def export(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A result file, such as out/dalian.nc.")],
    format: Annotated[str, typer.Option("--format", help="csv or netcdf.")] = "csv",
    out: Out = None,
    lang: Lang = "en",
    verbose: Verbose = False,
) -> None:
    """Write results in another format, beside the result file unless --out says where."""
    from digisim.errors import InputError
    from digisim.export import SUFFIXES, check_format
    from digisim.export import export as write
    from digisim.messages import check_language
    from digisim.results import check_writable, open_results

    check_language(lang)
    ending = SUFFIXES[check_format(format)]
    if not result.name:  # "", "." or "/": no file, and no name that another could be made from
        open_results(result)
    path = result.with_suffix(ending) if out is None else out
    check_writable(path)
    if os.path.realpath(path) == os.path.realpath(result):
        raise InputError(
            "the result would replace itself",
            where=path.as_posix(),
            allowed="another file than the result itself",
            next="name another file with --out",
        )
    typer.echo(write(open_results(result), path, format))


def scorecard(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A result file, such as out/dalian.nc.")],
    lang: Lang = "en",
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Hold a result against stylised facts: growth, sizes, exit by age, turnover and pay."""
    from digisim.cli.display import show_json
    from digisim.messages import check_language
    from digisim.results import open_results
    from digisim.verdicts import scorecard as score

    check_language(lang)
    card = score(open_results(result))
    if json:
        show_json([dict(row) for row in card.to_dict("records")])
        return
    from digisim.cli.score_table import show_scorecard

    show_scorecard(card, lang)

"""The command line: parse, call, print. What a command needs is imported when it runs, so that help is fast."""

import typer

from digisim.cli import files, lists, running
from digisim.cli.entry import start
from digisim.cli.options import Lang, Verbose

app = typer.Typer(
    name="digisim",
    help="Is a city's published plan for its software industry reachable?",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _options(context: typer.Context, lang: Lang = "en", verbose: Verbose = False) -> None:
    """Is a city's published plan for its software industry reachable?"""
    context.default_map = {command.__name__: {"lang": lang} for command in COMMANDS}


COMMANDS = (
    running.run,
    files.audit,
    running.compare,
    lists.evidence,
    lists.levers,
    lists.targets,
    lists.indicators,
    lists.scenarios,
    lists.regions,
    lists.quarter,
    files.export,
    files.scorecard,
)

for _command in COMMANDS:
    app.command()(_command)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0 done; 2 the input was wrong; 3 some members failed; 130 interrupted; 1 a defect of ours.

    >>> main(["levers", "--lang", "fr"])
    2
    """
    return start(app, [command.__name__ for command in COMMANDS], arguments)


__all__ = ["app", "main"]

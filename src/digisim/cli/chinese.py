"""The help of the command line in Chinese: its own words from the table, the parser's put in at the end."""

from __future__ import annotations

from functools import partial
from typing import Any

from digisim.messages import text
from digisim.messages.phrases import say

PARSERS = (
    "usage",
    "metavar_options",
    "metavar_command",
    "options",
    "arguments",
    "commands",
    "default",
    "required",
    "show",
)
"""Words that the parser puts into a help of its own."""


def translate(command: Any) -> None:
    """Put the help of a command, its options and its subcommands into Chinese."""
    command.help = say(command.help or "", "zh")
    for each in command.params:
        if getattr(each, "help", None):
            each.help = say(each.help, "zh")
    command.get_help = partial(_help, command.get_help)
    for each in getattr(command, "commands", {}).values():
        translate(each)


def _help(english: Any, context: Any) -> str:
    shown = str(english(context))
    for key in PARSERS:
        shown = shown.replace(text(f"help.{key}", "en"), text(f"help.{key}", "zh"))
    return shown

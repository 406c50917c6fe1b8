"""From an exception to a message and an exit code."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import typer

from digisim.errors import DigisimError, InputError, phrase

DONE, DEFECT, WRONG_INPUT, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130

# What typer raises for a wrong option, found by name because its home moved between versions.
_USAGE: Any = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "UsageError")


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_NAMED = re.compile(r"'(.*?)'|\((.*?)\)|: (\S+)")  # what a message of the parser is about


class Stopped(Exception):
    """A command was interrupted, and its text says what it kept."""


def start(app: typer.Typer, commands: Iterable[str], arguments: list[str] | None) -> int:
    """Run ``app`` and return the exit code; every fault becomes one message on stderr."""
    _write_utf8()
    try:
        return _run(app, list(commands), sys.argv[1:] if arguments is None else arguments)
    finally:
        if arguments is None and threading.current_thread() is threading.main_thread():
            # The process ends now: nothing is left to keep, and Python would answer an interrupt with a traceback.
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _run(app: typer.Typer, commands: list[str], arguments: list[str]) -> int:
    lang = language(arguments)
    try:
        code: Any = _parser(app, lang)(args=arguments, prog_name="digisim", standalone_mode=False)
    except (Stopped, KeyboardInterrupt, typer.Abort) as stop:
        return _interrupted(str(stop) if isinstance(stop, Stopped) else "", lang)
    except (_USAGE, InputError) as fault:
        return _refused(fault if isinstance(fault, InputError) else _usage(fault, commands, arguments), lang)
    except SystemExit:  # how typer ends where the reader of our output has seen enough
        return DONE
    except Exception as fault:  # noqa: BLE001  (the last resort: whatever it is, it is a defect of ours)
        full = isinstance(fault, OSError) and fault.errno in _FULL
        return _unwritten(fault, lang) if full else _defect(fault, lang)
    if code == INTERRUPTED:  # typer makes a code of it where the parser is not alone
        return _interrupted("", lang)
    return code if isinstance(code, int) else DONE


def language(arguments: list[str]) -> str:
    """Return the language that a command line asks for, also where the rest of it cannot be read.

    >>> language(["levers", "--lang", "zh"]), language(["--lang=zh"]), language(["levers", "--lang", "fr"])
    ('zh', 'zh', 'en')
    """
    given = [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    given += [word for option, word in pairwise(arguments) if option == "--lang"]
    return "zh" if "zh" in given else "en"


def _parser(app: typer.Typer, lang: str) -> Any:
    """Return the parser, with its help in the language."""
    command = typer.main.get_command(app)
    if lang == "zh":
        from digisim.cli.chinese import translate

        translate(command)
    return command


def _usage(fault: Any, commands: list[str], arguments: list[str]) -> InputError:
    """Put what the parser found into the four slots."""
    from digisim.schemas import suggest

    context = fault.ctx
    if not arguments or str(fault.format_message()).startswith("Missing command"):
        return InputError("no command is given", where="digisim", allowed=", ".join(commands), next="digisim --help")
    if context is None or context.parent is None:  # the parser does not say which command it was reading
        words = [each for before, each in pairwise(["", *arguments]) if before != "--lang"]
        word = next((each for each in words if not each.startswith("-")), "")
        if word in commands:
            advice: str = phrase("see: {command}", command=f"digisim {word} --help")
            return InputError(_plain(fault), where=f"digisim {word}", next=advice)
        advice = suggest(word, commands) or phrase("see: {command}", command="digisim --help")
        return InputError(_plain(fault), where="digisim", allowed=", ".join(commands), next=advice)
    options = [name for each in context.command.params for name in each.opts if name.startswith("--")]
    wrong = getattr(fault, "option_name", None) or ""
    advice = suggest(wrong, options) or phrase("see: {command}", command=f"{context.command_path} --help")
    return InputError(_plain(fault), where=context.command_path, allowed=", ".join(options), next=advice)


def _plain(fault: Any) -> str:
    """Return what the parser found: our phrase for it, or its own words."""
    said = str(fault.format_message()).split("\n")[0].rstrip(".")
    said = re.sub(r"argument(s|\(s\)) \(", "argument (", said)
    word = _NAMED.search(said)
    named = word[word.lastindex or 0] if word else ""
    for ours in (
        phrase("No such command {word!r}", word=named),
        phrase("No such option: {word}", word=named),
        phrase("Missing argument {word!r}", word=named),
        phrase("Option {word!r} requires an argument", word=named),
        phrase("Option {word!r} does not take a value", word=named),
        phrase("Got unexpected extra argument ({word})", word=named),
    ):
        if said.startswith(ours):  # behind it may stand what was probably meant, which ``next`` says
            return ours
    return said


def _interrupted(kept: str, lang: str) -> int:
    from digisim.messages import text

    _say(kept or text("cli.interrupted_nothing", lang))
    return INTERRUPTED


def _refused(fault: InputError, lang: str) -> int:
    if lang == "zh":
        from digisim.messages.phrases import told

        _say(told(fault, lang))
    else:  # without the table: what went wrong may be the table's own
        _say(str(fault))
    return WRONG_INPUT


def _unwritten(fault: Exception, lang: str) -> int:
    """What the machine refuses about our output, such as a full disk behind a pipe, is no defect of ours."""
    with contextlib.suppress(OSError):  # what is still held back would be refused once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _refused(
        InputError(
            phrase("the output cannot be written: {error}", error=getattr(fault, "strerror", fault)),
            where="digisim",
            allowed="a place with room",
            next="make room, or write elsewhere",
        ),
        lang,
    )


def _defect(fault: Exception, lang: str) -> int:
    if logging.getLogger("digisim").isEnabledFor(logging.DEBUG):
        traceback.print_exception(fault)
    from digisim.messages import text

    what = str(fault) if isinstance(fault, DigisimError) else f"{type(fault).__name__}: {fault}"
    _say(text("cli.defect", lang, what=what))
    return DEFECT


def _say(message: str) -> None:
    print(f"digisim: {message}", file=sys.stderr)


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of another encoding shows signs instead of breaking off
            stream.reconfigure(encoding="utf-8", errors="replace")

"""From an exception to a message and an exit code."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import traceback
from collections.abc import Iterable
from typing import Any

import typer

from digisim.errors import DigisimError, InputError

DONE, DEFECT, WRONG_INPUT, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130

NOTHING_KEPT = "interrupted; nothing is half-written"

# What typer raises for a wrong option, found by name because its home moved between versions.
_USAGE: Any = next(each for each in typer.BadParameter.__mro__ if each.__name__ == "UsageError")


class Stopped(Exception):
    """A command was interrupted, and its text says what it kept."""


def start(app: typer.Typer, commands: Iterable[str], arguments: list[str] | None) -> int:
    """Run ``app`` and return the exit code; every fault becomes one message on stderr."""
    _write_utf8()
    try:
        return _run(app, list(commands), arguments)
    finally:
        if arguments is None and threading.current_thread() is threading.main_thread():
            # The process ends now: nothing is left to keep, and Python would answer an interrupt with a traceback.
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _run(app: typer.Typer, commands: list[str], arguments: list[str] | None) -> int:
    try:
        code: Any = app(args=arguments, prog_name="digisim", standalone_mode=False)
    except (Stopped, KeyboardInterrupt, typer.Abort) as stop:
        _say(str(stop) if isinstance(stop, Stopped) else NOTHING_KEPT)
        return INTERRUPTED
    except _USAGE as fault:
        _say(str(_usage(fault, commands, sys.argv[1:] if arguments is None else arguments)))
        return WRONG_INPUT
    except InputError as fault:
        _say(str(fault))
        return WRONG_INPUT
    except SystemExit:  # how typer ends where the reader of our output has seen enough
        return DONE
    except Exception as fault:  # noqa: BLE001  (the last resort: whatever it is, it is a defect of ours)
        return _defect(fault)
    if code == INTERRUPTED:  # typer makes a code of it where the parser is not alone
        _say(NOTHING_KEPT)
    return code if isinstance(code, int) else DONE


def _usage(fault: Any, commands: list[str], arguments: list[str]) -> InputError:
    """Put what the parser found into the four slots."""
    from digisim.schemas import suggest

    context = fault.ctx
    if not arguments:
        return InputError("no command is given", where="digisim", allowed=", ".join(commands), next="digisim --help")
    if context is None or context.parent is None:  # the parser does not say which command it was reading
        word = next((each for each in arguments if not each.startswith("-")), "")
        if word in commands:
            return InputError(_plain(fault), where=f"digisim {word}", next=f"see: digisim {word} --help")
        advice = suggest(word, commands) or "see: digisim --help"
        return InputError(_plain(fault), where="digisim", allowed=", ".join(commands), next=advice)
    options = [name for each in context.command.params for name in each.opts if name.startswith("--")]
    wrong = getattr(fault, "option_name", None) or ""
    advice = suggest(wrong, options) or f"see: {context.command_path} --help"
    return InputError(_plain(fault), where=context.command_path, allowed=", ".join(options), next=advice)


def _plain(fault: Any) -> str:
    return str(fault.format_message()).split("\n")[0].rstrip(".")


def _defect(fault: Exception) -> int:
    if logging.getLogger("digisim").isEnabledFor(logging.DEBUG):
        traceback.print_exception(fault)
    what = str(fault) if isinstance(fault, DigisimError) else f"{type(fault).__name__}: {fault}"
    _say(f"a defect of digisim: {what}\n  next: report this line with the command; -v shows where it happened")
    return DEFECT


def _say(message: str) -> None:
    print(f"digisim: {message}", file=sys.stderr)


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of another encoding shows signs instead of breaking off
            stream.reconfigure(encoding="utf-8", errors="replace")

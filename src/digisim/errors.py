"""The error family: every message says what happened, where, what is allowed and what to do next."""

from __future__ import annotations

import errno
from typing import Any


class Phrase(str):
    """A sentence for people: English text that remembers its template and values, so that it can be translated."""

    template: str
    values: dict[str, Any]

    def __reduce__(self) -> tuple[object, ...]:
        return _reworded, (self.template, self.values)


def phrase(template: str, /, **values: object) -> Phrase:
    """Return an English sentence with its fields filled in; ``messages/errors.yaml`` holds the Chinese one.

    Fields are data, or phrases themselves. A sentence without fields may also stand in a slot as it is.

    >>> phrase("unknown lever {name!r}", name="rd_grnat")
    "unknown lever 'rd_grnat'"
    """
    made = Phrase(template.format(**values))
    made.template, made.values = template, values
    return made


_SYSTEM = {
    errno.ENAMETOOLONG: phrase("File name too long"),
    errno.EACCES: phrase("Permission denied"),
    errno.EPERM: phrase("Operation not permitted"),
    errno.ENOSPC: phrase("No space left on device"),
    errno.EDQUOT: phrase("Disk quota exceeded"),
    errno.EFBIG: phrase("File too large"),
    errno.EROFS: phrase("Read-only file system"),
    errno.EISDIR: phrase("Is a directory"),
    errno.ENOTDIR: phrase("Not a directory"),
    errno.ENOENT: phrase("No such file or directory"),
    errno.EEXIST: phrase("File exists"),
}


def system_reason(fault: Exception) -> str:
    """Return why the system refused a file, in its words; the usual reasons are phrases.

    >>> system_reason(OSError(errno.ENOSPC, "full"))
    'No space left on device'
    """
    known = _SYSTEM.get(getattr(fault, "errno", 0))
    return known or str(getattr(fault, "strerror", None) or fault)


def _reworded(template: str, values: dict[str, Any]) -> Phrase:
    return phrase(template, **values)


class DigisimError(Exception):
    """Base of all errors raised on purpose; its text joins up to four slots.

    Parameters are the slots: ``what`` happened, ``where`` (file and line, lever, call), what is ``allowed``
    and what to do ``next``. Empty slots are left out.

    >>> print(InputError("value 1500 has no unit", where="south.yaml, line 12", allowed="CNY/month",
    ...                  next='write "1500 CNY/month"'))
    value 1500 has no unit
      where: south.yaml, line 12
      allowed: CNY/month
      next: write "1500 CNY/month"
    """

    def __init__(self, what: str, *, where: str = "", allowed: str = "", next: str = "") -> None:
        self.what = what
        self.where = where
        self.allowed = allowed
        self.next = next
        super().__init__(what)

    def slots(self) -> dict[str, str]:
        """Return the filled slots by name, in reading order.

        >>> InputError("unknown lever", next="see digisim levers").slots()
        {'what': 'unknown lever', 'next': 'see digisim levers'}
        """
        named = {"what": self.what, "where": self.where, "allowed": self.allowed, "next": self.next}
        return {name: text for name, text in named.items() if text}

    def __str__(self) -> str:
        lines = [self.what]
        lines += [f"  {name}: {text}" for name, text in self.slots().items() if name != "what"]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions travel from worker processes by pickle, which by default forgets keyword arguments.
        return _rebuild, (type(self), self.what, self.where, self.allowed, self.next)


def _rebuild(kind: type[DigisimError], what: str, where: str, allowed: str, next: str) -> DigisimError:
    return kind(what, where=where, allowed=allowed, next=next)


class InputError(DigisimError):
    """The user's input was wrong; the command line answers with exit code 2.

    >>> isinstance(InputError("unknown lever", next="see digisim levers"), DigisimError)
    True
    """


class UnitError(InputError):
    """A value has no unit, an unknown unit or the wrong unit."""


class ScenarioError(InputError):
    """A scenario cannot be read, resolved or run."""


class EvidenceError(InputError):
    """A figure, a document or a published series was asked for that the archive does not hold."""


class TargetError(InputError):
    """A plan target cannot be scored by the published indicators."""


class PlanError(InputError):
    """A plan to be audited cannot be read or contradicts its own declarations."""


class StartError(InputError):
    """The figures that a member drew make no industry, or its start misses them; other members may do."""


class ResultFileError(InputError):
    """A result file cannot be opened, or was written in another format."""


class DefectError(DigisimError):
    """An invariant is broken: a defect of the software, not of the input (exit code 1)."""

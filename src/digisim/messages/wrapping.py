"""Lines of text in which a Chinese character takes two columns: a number is never parted from itself or its unit."""

from __future__ import annotations

import re
import unicodedata

CLOSING = "），。、；：”》 "
_OPENING = "（“《"
_UNIT = "美元|平方米|[元人家年个次项]"
_PIECES = re.compile(rf"[{_OPENING}]*(?:[!-~±–]+(?:[万亿]?(?:{_UNIT})|[万亿])?|.)[{CLOSING}]*")
"""What a line may be broken between: a number with its unit, a Latin word, a Chinese character, each with its stops."""


def columns(words: str) -> int:
    """Return how many columns a text takes.

    >>> columns("5G基站")
    6
    """
    return len(words) + sum(_wide(sign) for sign in words)


def is_wide(words: str) -> bool:
    """Return whether a text has signs of two columns.

    >>> is_wide("5G基站"), is_wide("5G sites")
    (True, False)
    """
    return any(map(_wide, words))


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def broken(words: str, most: int, pieces: re.Pattern[str] = _PIECES, hanging: str = " ") -> list[str]:
    """Return ``words`` in lines of at most ``most`` columns, broken between pieces only.

    Signs of ``hanging`` may stand beyond the end of a line. A piece that is wider than a line stands alone.

    >>> broken("中位增速为年均46.4%，八成在14人至144人之间", 16)
    ['中位增速为年均', '46.4%，八成在', '14人至144人之间']
    """
    lines = [""]
    for piece in pieces.findall(words):
        if lines[-1] and columns(lines[-1]) + columns(piece.rstrip(hanging)) > most:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def widest_piece(words: str) -> int:
    """Return the columns of the widest piece that is not broken.

    >>> widest_piece("中位增速为年均46.4%")
    5
    """
    return max((columns(piece.rstrip()) for piece in _PIECES.findall(words)), default=0)

"""One readable unit for many numbers, as on an axis: 亿元 and 万人 in Chinese, bn CNY in English."""

from __future__ import annotations

import math
from dataclasses import dataclass

from digisim.messages import text
from digisim.messages.amounts import COUNTED, rated, unit_key

Step = tuple[float, float, str]
"""From which size on, divided by what, under which name."""

_STEPS: dict[str, dict[str, tuple[Step, ...]]] = {
    "en": {
        "CNY": ((1e8, 1e9, "unit.cny_large"), (1e6, 1e6, "unit.cny_million")),
        "USD": ((1e8, 1e9, "unit.usd_large"), (1e6, 1e6, "unit.usd_million")),
    },
    "zh": {
        "CNY": ((1e8, 1e8, "unit.cny_large"), (1e4, 1e4, "unit.cny_wan")),
        "USD": ((1e8, 1e8, "unit.usd_large"), (1e4, 1e4, "unit.usd_wan")),
        "person": ((1e4, 1e4, "unit.person_wan"),),
        "m2": ((1e4, 1e4, "unit.m2_wan"),),
    },
}
"""The larger units of each language; what has none, and small amounts, are plain numbers."""


@dataclass(frozen=True)
class Scale:
    """A readable unit: values are divided by ``divisor``, the axis says ``label``; ``whole`` numbers have no half."""

    divisor: float
    label: str
    whole: bool = False
    comma: str = ","

    def show(self, value: float) -> str:
        """Return a value as a figure prints it: at most three significant digits below a thousand.

        >>> Scale(1e8, "亿元", comma="").show(1300e8), Scale(1.0, "firms", whole=True).show(26.5)
        ('1300', '27')
        """
        shown = value / self.divisor
        return number(math.floor(shown + 0.5) if self.whole and math.isfinite(shown) else shown, self.comma)

    def tick(self, shown: float) -> str:
        """Return the label of a tick, which is already divided.

        >>> Scale(1e9, "bn CNY").tick(2500.0)
        '2,500'
        """
        return f"{shown:,.10g}".replace(",", self.comma)


def number(value: float, comma: str = ",") -> str:
    """Return a number for people: whole from 1,000 on, else at most three significant digits.

    >>> number(52739.6), number(640.04), number(3.14159), number(-0.0)
    ('52,740', '640', '3.14', '0')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", comma)
    return f"{value:.3g}"


def readable(unit: str, magnitude: float, lang: str, *, difference: bool = False) -> Scale:
    """Return the scale for a canonical ``unit`` when the largest absolute value shown is ``magnitude``.

    Raises a ``DefectError`` for a unit that the message table does not know. A difference of shares is in points.

    >>> readable("CNY", 640e8, "en").label
    'bn CNY'
    """
    measure, *rates = unit.split("/")
    divisor, key = 1.0, unit_key(measure)
    if measure == "1":
        divisor, key = 0.01, "unit.points" if difference else "unit.percent"
    for least, step, name in _STEPS[lang].get(measure, ()):
        if magnitude >= least:
            divisor, key = step, name
            break
    whole = unit in COUNTED and divisor == 1.0
    return Scale(divisor, rated(text(key, lang), rates, lang), whole, "" if lang == "zh" else ",")

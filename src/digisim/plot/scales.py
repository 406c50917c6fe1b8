"""Units that a person can read: 亿元 in Chinese, hundred million CNY in English, people in 万 or thousands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from digisim.plot.fonts import Writing

# Above these sizes the larger unit is easier to read than the plain number.
_YI_FROM, _WAN_FROM = 1e8, 1e4
_LARGE = {("zh", "wan"): 1e4, ("en", "wan"): 1e3, ("zh", "yi"): 1e8, ("en", "yi"): 1e8}
# Which large units each measure has; firms, racks and stations are read as plain numbers.
_BILLION = 1e9
_BILLIONS = {"CNY": "unit.cny_billion", "USD": "unit.usd_billion"}
_COUNTED = ("firm", "person", "rack", "station")
_STEPS = {"CNY": ("yi", "wan"), "USD": ("yi",), "person": ("wan",), "m2": ("wan",)}


@dataclass(frozen=True)
class Scale:
    """A readable unit: values are divided by ``divisor`` and the axis says ``label``."""

    divisor: float
    label: str

    def show(self, value: float) -> str:
        """Return a value as a figure prints it: grouped, three significant digits below a thousand.

        >>> Scale(1e8, "亿元").show(1300e8), Scale(0.01, "%").show(0.0725)
        ('1,300', '7.25')
        """
        return number(value / self.divisor)


def number(value: float) -> str:
    """Return a number for people: whole and grouped from 1,000 on, else at most three significant digits.

    >>> number(52739.6), number(640.04), number(3.14159), number(-0.0)
    ('52,740', '640', '3.14', '0')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def readable(unit: str, magnitude: float, how: Writing, *, difference: bool = False) -> Scale:
    """Return the scale for a canonical ``unit`` when the largest absolute value shown is ``magnitude``.

    Raises a ``DefectError`` for a unit that the message table does not know. A difference of shares is in points.

    >>> from digisim.plot.fonts import writing
    >>> readable("CNY", 640e8, writing("en")).divisor
    100000000.0
    """
    measure, *rates = unit.split("/")
    if measure == "1":
        scale = Scale(0.01, how.text("unit.points" if difference else "unit.percent"))
    else:
        scale = _measure(measure, magnitude, how)
    label = scale.label
    for rate in rates:
        label = how.text(f"unit.per_{rate.lower()}", unit=label)
    return Scale(scale.divisor, label)


def phrase(value: float, unit: str, how: Writing) -> str:
    """Return a value with its unit for running text: ``300 billion CNY`` in English, ``3,000亿元`` in Chinese.

    >>> from digisim.plot.fonts import writing
    >>> phrase(3000e8, "CNY", writing("en")), phrase(0.08, "1", writing("en"))
    ('300 billion CNY', '8%')
    """
    if how.lang == "en" and unit in _BILLIONS and abs(value) >= _BILLION:
        return f"{number(value / _BILLION)} {how.text(_BILLIONS[unit])}"
    # English counts in full, of what the name says; the large units are Chinese ones.
    if how.lang == "en" and unit in _COUNTED:
        return number(value)
    scale = readable(unit, abs(value) if how.lang == "zh" else 0.0, how)
    close = "" if how.lang == "zh" or scale.label.startswith("%") else " "
    return f"{scale.show(value)}{close}{scale.label}"


def _measure(measure: str, magnitude: float, how: Writing) -> Scale:
    steps = _STEPS.get(measure, ())
    for step, threshold in (("yi", _YI_FROM), ("wan", _WAN_FROM)):
        if step in steps and magnitude >= threshold:
            return Scale(_LARGE[how.lang, step], how.text(f"unit.{measure.lower()}_{step}"))
    return Scale(1.0, how.text(f"unit.{measure.lower()}"))

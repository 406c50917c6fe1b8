"""Which fonts write a figure: Chinese text gets a font that has its characters, or the figure is in English."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Text

from digisim.messages import check_language, text

LATIN = "DejaVu Sans"  # comes with matplotlib, so it is always there

CJK_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Hiragino Sans GB",
    "Heiti SC", "Microsoft YaHei", "DengXian", "SimHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Sans CJK JP",
)  # fmt: skip
"""Families with simplified Chinese, the ones common on Linux, macOS and Windows; the first one found is taken."""

CJK_PACKAGE = "noto_cjk_sans_otc"
CJK_PACKAGE_FILE = "NotoSansCJK-Regular.ttc"


@dataclass(frozen=True)
class Writing:
    """How a figure is written: its language and its font families in order."""

    lang: str
    families: tuple[str, ...]

    def text(self, key: str, **values: object) -> str:
        """Return the message ``key`` in the language of the figure."""
        return text(key, self.lang, **values)


def writing(lang: str) -> Writing:
    """Return how to write in ``lang``; without a Chinese font the answer is English, with one warning per process.

    >>> writing("en").lang
    'en'
    """
    check_language(lang)
    family = cjk_family()
    if family is None:
        if lang == "zh":
            _warn_once()
        return Writing("en", (LATIN,))
    order = (family, LATIN) if lang == "zh" else (LATIN, family)
    return Writing(lang, order)


@cache
def cjk_family() -> str | None:
    """Return the first installed family of ``CJK_FAMILIES``, else the one of the font package, else None."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    for family in CJK_FAMILIES:
        if family in installed:
            return family
    path = _package_font()
    if path is None:
        return None
    font_manager.fontManager.addfont(path)
    return CJK_FAMILIES[0]


def _package_font() -> Path | None:
    spec = find_spec(CJK_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / CJK_PACKAGE_FILE
        if path.is_file():
            return path
    return None


@cache
def _warn_once() -> None:
    warnings.warn(
        "no font with Chinese characters was found, so figures are in English; "
        'install one, for example with pip install "digisim[cjk]"',
        UserWarning,
        stacklevel=4,
    )


def write_with(artist: Artist, how: Writing) -> None:
    """Give every text of a figure or an axes the families of ``how``, also the tick labels that drawing will add."""
    families = list(how.families)
    # findobj, because a text made by the caller's axes carries the family of its own time.
    for each in artist.findobj(Text):
        if isinstance(each, Text):
            each.set_fontfamily(families)
    for axes in artist.findobj(Axes):
        if isinstance(axes, Axes):
            axes.tick_params(labelfontfamily=families)

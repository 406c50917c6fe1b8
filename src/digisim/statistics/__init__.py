"""The statistics office: a target is met on paper, so the paper is modelled."""

from digisim.statistics.city import open_core
from digisim.statistics.office import OFFICE, StatisticalOffice, close_year, count_quarters, publish
from digisim.statistics.register import Indicator, load_indicators

__all__ = [
    "OFFICE", "Indicator", "StatisticalOffice", "close_year", "count_quarters", "load_indicators", "open_core",
    "publish",
]  # fmt: skip

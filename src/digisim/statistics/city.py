"""What the office prints about the city around the industry: exchange rates, adoption, networks, the digital core."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from digisim.statistics.formulas import ratio, total

if TYPE_CHECKING:
    from digisim.state.economy import Economy


def open_core(economy: Economy) -> None:
    """Set what stands beside software and electronics in the digital core so that the printed base year is met.

    The rest is the printed value less the two parts; where the parts alone exceed it, all are scaled down to it.
    """
    city = economy.city
    parts = _software(economy) + economy.parameters["electronics.va"] * city.electronics
    city.core_rest = max(city.core_start - parts, 0.0)
    city.core_scale = city.core_start / (parts + city.core_rest)


def digital_core(economy: Economy) -> float:
    """Value added of the digital core, CNY a year: software (ministry's count), electronics, a rest like the GDP."""
    city, grown = economy.city, economy.environment.gdp / float(economy.memo["gdp_base"])
    electronics = economy.parameters["electronics.va"] * city.electronics
    return city.core_scale * (_software(economy) + electronics + city.core_rest * grown)


def _software(economy: Economy) -> float:
    return total(economy.firms["year_value_added"], economy.firms["reporting"])


def city_table(economy: Economy, exports: float) -> dict[str, float]:
    """Indicators of the city; `exports` in CNY become USD at the mean rate of the year, as the customs do it."""
    city, p = economy.city, economy.parameters
    core = digital_core(economy)
    controlled, linked = city.adoption.tolist() if city.adoption_counted else (nan, nan)
    beside = (1.0 - p["electronics.circuits"]) * city.electronics
    return {
        "exports_usd": ratio(exports, city.dollar_mean),
        "exchange_rate_usd": city.dollar,
        "exchange_rate_jpy": city.yen,
        "numerical_control_rate": controlled,
        "digital_links_share": linked,
        "sites_5g": city.sites_5g,
        "racks": city.racks,
        "racks_used": city.racks_used,
        "electronics_revenue": city.electronics,
        "electronics_circuits": p["electronics.circuits"] * city.electronics,
        "electronics_audiovisual": p["electronics.audiovisual"] * beside,
        "electronics_components": p["electronics.components"] * beside,
        "digital_core_value_added": core,
        "digital_core_share": ratio(core, economy.environment.gdp),
    }

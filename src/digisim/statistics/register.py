"""The register of what the statistical office publishes: everywhere, by lever, by segment, and by park of a city."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from digisim.policy import load_levers
from digisim.regions import Park as ParkRow
from digisim.regions import load_region, load_segments
from digisim.registers import load_register
from digisim.resources import package_file

PARK_COLUMNS = {
    ("revenue", "CNY", "latent", "flow"): (
        "Revenue of the year",
        "全年收入",
        "all enterprises that sit there at year-end",
        "统计范围为年末位于该处的全部企业",
    ),
    ("employees", "person", "latent", "stock"): (
        "People at work",
        "从业人员",
        "staff of all enterprises that sit there at year-end",
        "年末位于该处的全部企业的从业人员",
    ),
    ("services", "CNY/m2", "none", "stock"): (
        "Service platforms",
        "公共服务平台存量",
        "capital in service platforms over floor area built, at year-end: what parks usually have and what was added",
        "年末公共服务平台资本与已建成面积之比，含园区通常配备与新增部分",
    ),
    ("floor_area", "m2", "none", "stock"): (
        "Floor area built",
        "已建成面积",
        "taken or empty, at year-end",
        "年末数，含空置",
    ),
    ("floor_area_underway", "m2", "none", "stock"): (
        "Floor area under construction",
        "在建面积",
        "begun and not yet open, at year-end",
        "年末数，已开工尚未交付",
    ),
}
"""Name, unit, count and summary of what is published for each park -> what it is called and what it counts."""

class Indicator(BaseModel):
    """A row of the register of indicators; ``class_figures`` are evidence ids of the revenue classes that it counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    unit: str
    operator: str
    summary: str
    long_name: str
    long_name_zh: str
    definition: str
    definition_zh: str
    class_figures: tuple[str, ...] = ()


def load_indicators(*cities: str) -> dict[str, Indicator]:
    """The indicators that the office publishes, fiscal cost by lever included; with those of the parks of some cities.

    >>> load_indicators()["employees_local"].unit
    'person'
    >>> load_indicators("qingdao")["floor_area_park_software_city"].long_name
    'Floor area built: Software City'
    """
    rows = dict(_everywhere())
    for park in (park for city in cities for park in load_region(city).parks):
        rows |= _of_park(park)
    return rows


def _of_park(park: ParkRow) -> dict[str, Indicator]:
    """Indicators of one park."""
    return {
        f"{what}_park_{park.name}": Indicator(
            name=f"{what}_park_{park.name}",
            unit=unit,
            operator=operator,
            summary=summary,
            long_name=f"{name_en}: {park.name_en}",
            long_name_zh=f"{name_zh}：{park.name_zh}",
            definition=f"{name_en}, {park.name_en}: {counted_en}.",
            definition_zh=f"{park.name_zh}{name_zh}，{counted_zh}。",
        )
        for (what, unit, operator, summary), (name_en, name_zh, counted_en, counted_zh) in PARK_COLUMNS.items()
    }


@cache
def _everywhere() -> dict[str, Indicator]:
    rows = dict(load_register(package_file("statistics/indicators.yaml"), Indicator, "indicators"))
    for lever in load_levers().values():
        name = f"fiscal_cost_{lever.name}"
        rows[name] = Indicator(
            name=name,
            unit="CNY",
            operator="none",
            summary="flow",
            long_name=f"Fiscal cost: {lever.name_en}",
            long_name_zh=f"财政支出：{lever.name_zh}",
            definition=f"Payments of the city government under the lever {lever.name} in the year.",
            definition_zh=f"当年市级财政在“{lever.name_zh}”项下的支出。",
        )
    for segment in load_segments().values():
        name = f"revenue_{segment.name}"
        rows[name] = Indicator(
            name=name,
            unit="CNY",
            operator="latent",
            summary="flow",
            long_name=f"Revenue: {segment.name_en}",
            long_name_zh=f"收入：{segment.name_zh}",
            definition=f"Revenue of all enterprises whose main segment is {segment.name}.",
            definition_zh=f"主营领域为“{segment.name_zh}”的全部企业的收入。",
        )
    return rows

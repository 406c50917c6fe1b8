"""Step 10: at the end of each year the office publishes what it counts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from digisim.policy import load_levers
from digisim.regions import Park as ParkRow
from digisim.regions import load_region, load_segments
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.rng import Stream
from digisim.statistics.anatomy import anatomy
from digisim.statistics.city import city_table
from digisim.statistics.formulas import YI, at_least, in_register, ratio, total, under_construction
from digisim.statistics.micro import moments
from digisim.statistics.titles import titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digisim.rng import Chance
    from digisim.state.economy import Economy

FROM_ELSEWHERE = 2  # origin of a person, as the register of columns has it
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
        "floor area delivered in the year times the years that building takes (parameter park.building.years)",
        "按当年交付面积乘以建设周期（年）推算",
    ),
}
"""Name, unit, count and summary of what is published for each park -> what it is called and what it counts."""
YEAR_COLUMNS = ("year_revenue", "year_value_added", "year_wage_bill", "year_rd", "year_exports")


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


class StatisticalOffice:
    """The last step of the quarter: writes the published table and nothing else but its own survey flag."""

    name: str = "statistics"
    page: str = "statistics"
    streams: tuple[Stream, ...] = (Stream.REPORTING,)

    def __call__(self, economy: Economy, chance: Chance, levers: Mapping[str, float], *, guarded: bool) -> None:
        """Count at the end of each year and close its books; those of the base year stay open to be raked."""
        if economy.quarter % 4 == 3 and not economy.memo.get("books_open", False):
            _survey(economy, chance)
            economy.published[economy.quarter // 4] = publish(economy)
            close_year(economy)


OFFICE = StatisticalOffice()


def close_year(economy: Economy) -> None:
    """Begin the year's sums anew, and keep what growth is measured from: nothing for a firm that bought another."""
    firms = economy.firms
    firms["last_year_revenue"][:] = np.where(firms["merged"], 0.0, firms["year_revenue"])
    firms["last_year_staff"][:] = firms["headcount"]
    firms["merged"][:] = False
    for park in economy.parks:
        park.opened = park.built
    for name in YEAR_COLUMNS:
        firms[name][:] = 0.0
    economy.counts.clear()
    economy.flows.fiscal.clear()


def _survey(economy: Economy, chance: Chance) -> None:
    """Firms that newly reach the threshold report with the base-year share; below it they pause, back above resume."""
    firms = economy.firms
    eligible = firms["alive"] & at_least(firms["year_revenue"], economy.parameters["reporting.threshold"])
    u = chance.uniforms(Stream.REPORTING, firms["id"], quarter=0)[:, 0]
    share = economy.memo.get("reporting_share", 0.0)
    firms["listed"][:] |= firms["reporting"] | (eligible & ~firms["surveyed"] & (u < share))
    firms["reporting"][:] = firms["listed"] & eligible
    firms["surveyed"][:] |= eligible


def publish(economy: Economy) -> dict[str, float]:
    """The table of the year: indicator -> value in canonical units."""
    values = _money_and_people(economy)
    values.update(_firms(economy))
    values.update(_flows(economy))
    values.update(_space(economy))
    values.update(titles(economy))
    values.update(city_table(economy, values["exports"]))
    values.update(anatomy(economy))
    values.update(
        moments(economy.firms, economy.quarter, economy.environment.wage_outside, economy.register_lag)
    )
    for lever in load_levers():
        values[f"fiscal_cost_{lever}"] = economy.flows.fiscal.get(lever, 0.0)
    values["fiscal_cost"] = sum(economy.flows.fiscal.values())
    values["tax_revenue"] = economy.counts.get("taxes", 0.0)
    return values


def _money_and_people(economy: Economy) -> dict[str, float]:
    firms, env = economy.firms, economy.environment
    everyone, reports = np.ones(firms.n, bool), firms["reporting"]
    revenue, staff = firms["year_revenue"], firms["headcount"]
    above = at_least(revenue, economy.parameters["reporting.threshold"])
    latent, workers = total(revenue, everyone), total(staff, everyone)
    ministry, added = total(revenue, reports), firms["year_value_added"]
    value_added = {"": total(added, reports), "_local": total(added, above), "_latent": total(added, everyone)}
    effective = total(firms["effective_workers"], everyone)
    index = economy.memo.get("price_index_start", env.output_per_worker[0])
    pay = ratio(total(firms["wage"] * firms["effective_workers"], everyone), effective)
    return {
        "software_revenue": ministry,
        "software_revenue_local": total(revenue, above),
        "software_revenue_latent": latent,
        "software_revenue_real": ministry / (env.output_per_worker[0] / index),
        "employees": total(staff, reports),
        "employees_local": workers,
        "employees_latent": workers,
        **{f"value_added{k}": v for k, v in value_added.items()},
        **{f"va_share_gdp{k}": ratio(v, env.gdp) for k, v in value_added.items()},
        "va_ratio": ratio(value_added["_latent"], latent),
        "rd_share": ratio(total(firms["year_rd"], reports), ministry),
        "exports": total(firms["year_exports"], everyone),
        "wage_mean": ratio(total(firms["year_wage_bill"], everyone), workers),
        "wage_relative": ratio(pay, env.wage_outside),
        "revenue_per_head": ratio(latent, workers),
    }


def _firms(economy: Economy) -> dict[str, float]:
    firms, numeraire = economy.firms, economy.memo["numeraire"]
    alive, revenue = firms["alive"], firms["year_revenue"]
    count = {k: float((alive & at_least(revenue, k * YI * numeraire)).sum()) for k in (1, 10, 100, 500)}
    big = at_least(revenue, YI * numeraire)
    above = float((alive & at_least(revenue, economy.parameters["reporting.threshold"])).sum())
    return {
        "firms": float((alive & firms["reporting"]).sum()),
        "firms_local": float(in_register(alive, firms["exited"], economy.quarter, economy.register_lag).sum()),
        "firms_latent": float(alive.sum()),
        "firms_above_scale": above,
        "firms_over_1yi": count[1],
        "firms_over_10yi": count[10],
        "firms_over_100yi": count[100],
        "firms_over_500yi": count[500],
        "firms_10_to_100yi": count[10] - count[100],
        "firms_share_over_1yi_local": ratio(count[1], above),
        "firms_share_over_1yi_latent": ratio(count[1], float(alive.sum())),
        "revenue_share_largest": ratio(float(revenue.max(initial=0.0)), total(revenue, np.ones(firms.n, bool))),
        "revenue_share_over_1yi": ratio(total(revenue, big), total(revenue, np.ones(firms.n, bool))),
    }


def _flows(economy: Economy) -> dict[str, float]:
    c = economy.counts
    talent = economy.talent
    high = economy.parameters["talent.high.end"]
    experts = (talent["employer"] >= 0) & (talent["origin"] == FROM_ELSEWHERE) & (talent["human_capital"] >= high)
    workers = float(economy.firms["headcount"].sum())
    limits = {k: c.get(f"limited_by_{k}", 0.0) for k in ("orders", "people", "space", "capital")}
    return {
        "job_seekers": float(economy.flows.seekers()),
        "high_end_talent": float(np.count_nonzero(experts)),
        "vacancy_rate": ratio(c.get("vacancies", 0.0) / 4.0, workers),
        "hires": c.get("hires", 0.0),
        "turnover": ratio(c.get("separated", 0.0) + c.get("left_job", 0.0) + c.get("job_to_job", 0.0), workers),
        "graduates": c.get("graduates", 0.0),
        "in_migration": c.get("migrants", 0.0) + c.get("from_cities", 0.0),
        "out_migration": c.get("left", 0.0),
        "in_migration_cities": c.get("from_cities", 0.0),
        "out_migration_cities": c.get("to_cities", 0.0),
        "turned_away_cities": c.get("turned_away", 0.0),
        "under_way_cities": economy.elsewhere.under_way(),
        "firms_from_cities": c.get("firms_from_cities", 0.0),
        "firms_to_cities": c.get("firms_to_cities", 0.0),
        "entries": c.get("spin_offs", 0.0) + c.get("arrivals", 0.0),
        "exits": c.get("exits", 0.0),
        "orders_served": 1.0 - ratio(c.get("orders_cancelled", 0.0), c.get("orders", 0.0)),
        **{f"limited_by_{k}": ratio(v, sum(limits.values())) for k, v in limits.items()},
    }


def _space(economy: Economy) -> dict[str, float]:
    built = sum(park.built for park in economy.parks)
    sold, staff = (
        np.bincount(economy.firms["park"], weights=economy.firms[what], minlength=len(economy.parks)).tolist()
        for what in ("year_revenue", "headcount")
    )
    named = [not park.scattered for park in economy.parks]
    reporting_there = economy.firms["reporting"] & np.array(named)[economy.firms["park"]]
    return {
        "rd_share_in_parks": ratio(
            total(economy.firms["year_rd"], reporting_there), total(economy.firms["year_revenue"], reporting_there)
        ),
        "floor_area": built,
        "floor_area_in_parks": sum(park.built for park, is_named in zip(economy.parks, named, strict=True) if is_named),
        "revenue_in_parks": sum(revenue for revenue, is_named in zip(sold, named, strict=True) if is_named),
        **{f"employees_park_{park.name}": people for park, people in zip(economy.parks, staff, strict=True)},
        **{
            f"services_park_{park.name}": economy.parameters["platform.loan"] + park.services / park.built
            for park in economy.parks
        },
        **{f"floor_area_park_{park.name}": park.built for park in economy.parks},
        **{
            f"floor_area_underway_park_{park.name}": under_construction(
                park.built - park.opened, economy.parameters["park.building.years"]
            )
            for park in economy.parks
        },
        **{f"revenue_park_{park.name}": revenue for park, revenue in zip(economy.parks, sold, strict=True)},
        "park_vacancy": ratio(sum(park.vacant for park in economy.parks), built),
        "rent_mean": ratio(sum(park.built * park.rent for park in economy.parks), built),
    }

"""Step 10: at the end of each year the office publishes what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digisim.policy import load_levers
from digisim.rng import Stream
from digisim.statistics.accounts import YEAR, Accounts, of_the_quarter, of_the_year
from digisim.statistics.anatomy import anatomy, by_segment
from digisim.statistics.city import city_table
from digisim.statistics.formulas import YI, at_least, in_register, ratio, total
from digisim.statistics.micro import moments
from digisim.statistics.titles import titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digisim.rng import Chance
    from digisim.state.economy import Economy

COUNTS = ("", "_local", "_latent")  # ending of an indicator's name by who is counted
FROM_ELSEWHERE = 2  # origin of a person, as the register of columns has it
BY_YEAR_ONLY = ("rd_share_in_parks",)
"""Beginnings of names of what is counted once a year though its parts are known each quarter."""


class StatisticalOffice:
    """The last step of the quarter: writes the published table and nothing else but its own survey flag."""

    name: str = "statistics"
    page: str = "statistics"
    streams: tuple[Stream, ...] = (Stream.REPORTING,)

    def __call__(self, economy: Economy, chance: Chance, levers: Mapping[str, float], *, guarded: bool) -> None:
        """Count at the end of each year and close its books; those of the base year stay open to be raked."""
        if economy.by_quarter is not None:
            _note(economy)
        if economy.quarter % 4 == 3 and not economy.memo.get("books_open", False):
            _survey(economy, chance)
            economy.published[economy.quarter // 4] = publish(economy)
            if economy.by_quarter is not None:
                economy.by_quarter.update(_publish_quarters(economy))
            close_year(economy)


OFFICE = StatisticalOffice()


def close_year(economy: Economy) -> None:
    """Begin the year's sums anew, and keep what growth is measured from: nothing for a firm that bought another."""
    firms = economy.firms
    firms["last_year_revenue"][:] = np.where(firms["merged"], 0.0, firms["year_revenue"])
    firms["last_year_staff"][:] = firms["headcount"]
    firms["merged"][:] = False
    for column in YEAR.values():
        firms[column][:] = 0.0
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
    year = of_the_year(economy)
    values = _money_and_people(economy, year)
    values.update({f"va_share_gdp{k}": ratio(values[f"value_added{k}"], economy.environment.gdp) for k in COUNTS})
    values.update(_firms(economy))
    values.update(_flows(economy, year))
    values.update(_space(economy, year))
    values.update(titles(economy))
    values.update(city_table(economy, values["exports"]))
    values.update(anatomy(economy))
    values.update(
        moments(economy.firms, economy.quarter, economy.environment.wage_outside, economy.register_lag)
    )
    return values | _public_money(year)


def count_quarters(economy: Economy) -> None:
    """Publish tables of quarters too, from the next one on; what the year has counted so far is in none of them."""
    economy.by_quarter = {}
    economy.memo["noted"] = []
    economy.memo["counted"] = dict(economy.counts), dict(economy.flows.fiscal)


def _note(economy: Economy) -> None:
    """Keep the accounts of the quarter until the year is counted, and what needs nobody's revenue of the year."""
    quarter = of_the_quarter(economy, *economy.memo["counted"])
    table = {"firms_latent": float(economy.firms["alive"].sum())}
    table |= _flows(economy, quarter) | _space(economy, quarter) | _public_money(quarter)
    table |= by_segment(economy, quarter.sums["revenue"])
    economy.memo["noted"].append((economy.quarter, quarter, table))
    economy.memo["counted"] = dict(economy.counts), dict(economy.flows.fiscal)


def _publish_quarters(economy: Economy) -> dict[int, dict[str, float]]:
    """The tables of the quarters of the year, by the quarter counted from year 0.

    Who reports, and who is above scale, is what the count of the year has found: so its four quarters add up to the
    year.
    """
    tables = {
        number: {
            name: value
            for name, value in (_money_and_people(economy, quarter) | table).items()
            if not name.startswith(BY_YEAR_ONLY)
        }
        for number, quarter, table in economy.memo["noted"]
    }
    economy.memo["noted"], economy.memo["counted"] = [], ({}, {})
    return tables


def _public_money(held: Accounts) -> dict[str, float]:
    """Payments of the city under each lever and taxes, CNY in the period."""
    costs = {f"fiscal_cost_{lever}": held.fiscal.get(lever, 0.0) for lever in load_levers()}
    return costs | {"fiscal_cost": sum(held.fiscal.values()), "tax_revenue": held.counts.get("taxes", 0.0)}


def _money_and_people(economy: Economy, held: Accounts) -> dict[str, float]:
    """Money of the period and people at its end, of who reports, who is above scale, and all; ratios are a year's."""
    env, n = economy.environment, held.staff.size  # firms founded later in the year are not in the accounts
    everyone, reports = np.ones(n, bool), economy.firms["reporting"][:n]
    above = at_least(economy.firms["year_revenue"], economy.parameters["reporting.threshold"])[:n]
    revenue, added = held.sums["revenue"], held.sums["value_added"]
    latent, workers = total(revenue, everyone), total(held.staff, everyone)
    ministry = total(revenue, reports)
    value_added = {"": total(added, reports), "_local": total(added, above), "_latent": total(added, everyone)}
    exports, japan, local = (total(held.sums[what], everyone) for what in ("exports", "japan", "local"))
    index = economy.memo.get("price_index_start", env.output_per_worker[0])
    return {
        "software_revenue": ministry,
        "software_revenue_local": total(revenue, above),
        "software_revenue_latent": latent,
        "software_revenue_real": ministry / (held.price / index),
        "employees": total(held.staff, reports),
        "employees_local": workers,
        "employees_latent": workers,
        **{f"value_added{k}": v for k, v in value_added.items()},
        "va_ratio": ratio(value_added["_latent"], latent),
        "rd_share": ratio(total(held.sums["research"], reports), ministry),
        "profit_margin": ratio(total(held.sums["profit"], reports), ministry),
        "exports": exports,
        "revenue_market_local": local,
        "revenue_market_china": latent - exports - local,
        "revenue_market_japan": japan,
        "revenue_market_overseas": exports - japan,
        "wage_mean": held.a_year * ratio(total(held.sums["wage_bill"], everyone), workers),
        "wage_relative": held.pay,
        "revenue_per_head": held.a_year * ratio(latent, workers),
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


def _flows(economy: Economy, held: Accounts) -> dict[str, float]:
    c = held.counts
    talent = economy.talent
    high = economy.parameters["talent.high.end"]
    experts = (talent["employer"] >= 0) & (talent["origin"] == FROM_ELSEWHERE) & (talent["human_capital"] >= high)
    workers = float(economy.firms["headcount"].sum())
    limits = {k: c.get(f"limited_by_{k}", 0.0) for k in ("orders", "people", "space", "capital")}
    return {
        "job_seekers": float(economy.flows.seekers()),
        "high_end_talent": float(np.count_nonzero(experts)),
        "vacancy_rate": ratio(c.get("vacancies", 0.0) / held.quarters, workers),
        "hires": c.get("hires", 0.0),
        "turnover": ratio(c.get("separated", 0.0) + c.get("left_job", 0.0) + c.get("job_to_job", 0.0), workers),
        "job_changes": held.a_year * ratio(c.get("job_to_job", 0.0), workers),
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


def _space(economy: Economy, held: Accounts) -> dict[str, float]:
    built = sum(park.built for park in economy.parks)
    sold, staff = (
        np.bincount(economy.firms["park"], weights=what, minlength=len(economy.parks)).tolist()
        for what in (held.sums["revenue"], held.staff)
    )
    named = [not park.scattered for park in economy.parks]
    reporting_there = economy.firms["reporting"] & np.array(named)[economy.firms["park"]]
    return {
        "rd_share_in_parks": ratio(
            total(economy.firms["year_rd"], reporting_there), total(economy.firms["year_revenue"], reporting_there)
        ),
        "floor_area": built,
        "floor_area_in_parks": sum(park.built for park, is_named in zip(economy.parks, named, strict=True) if is_named),
        "floor_area_underway": sum(park.underway for park in economy.parks),
        "incubator_places": float(sum(park.places + park.more_places for park in economy.parks)),
        "firms_incubated": float((economy.firms["alive"] & (economy.firms["incubated_until"] > economy.quarter)).sum()),
        "revenue_in_parks": sum(revenue for revenue, is_named in zip(sold, named, strict=True) if is_named),
        **{f"employees_park_{park.name}": people for park, people in zip(economy.parks, staff, strict=True)},
        **{
            f"services_park_{park.name}": economy.parameters["platform.loan"] + park.services / park.built
            for park in economy.parks
        },
        **{f"floor_area_park_{park.name}": park.built for park in economy.parks},
        **{f"floor_area_underway_park_{park.name}": park.underway for park in economy.parks},
        **{f"revenue_park_{park.name}": revenue for park, revenue in zip(economy.parks, sold, strict=True)},
        "park_vacancy": ratio(sum(park.vacant for park in economy.parks), built),
        "rent_mean": ratio(sum(park.built * park.rent for park in economy.parks), built),
    }

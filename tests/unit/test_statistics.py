"""The statistical office on three firms counted by hand."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from digisim.kernels.talent import GONE, SEEKING
from digisim.policy.titles import load_titles, qualified
from digisim.regions import load_segments
from digisim.simulate import Start
from digisim.state.economy import Economy
from digisim.statistics import OFFICE, close_year, load_indicators, open_core, publish
from digisim.statistics.accounts import YEAR
from digisim.statistics.anatomy import anatomy
from digisim.statistics.formulas import at_least, in_register, ratio, total
from digisim.testing.states import small_world

CITY = {  # test_city.py
    "exchange_rate_usd", "exchange_rate_jpy", "numerical_control_rate", "digital_links_share", "sites_5g", "racks",
    "racks_used", "electronics_revenue", "electronics_circuits", "electronics_audiovisual", "electronics_components",
}  # fmt: skip


def test_total_sums_a_perimeter() -> None:
    values, mask = np.array([1.0, 2.0, 4.0]), np.array([True, False, True])
    assert total(values, mask) == 5.0 and total(values, ~mask) == 2.0 and total(values, np.zeros(3, bool)) == 0.0
    assert total(np.array([3, 4, 5]), mask) == 8.0  # head counts are whole numbers
    large = np.array([1e16, 1.0, -1e16, 1.0])  # row order: one more row of zero leaves every bit as it was
    assert total(large, np.ones(4, bool)) == total(np.append(large, 0.0), np.ones(5, bool)) == 1.0


def test_ratio_and_threshold() -> None:
    assert ratio(3.0, 4.0) == 0.75 and ratio(3.0, 0.0) == 0.0 and ratio(-1.0, 2.0) == -0.5
    assert at_least(np.array([4.9e6, 5e6, 5.1e6]), 5e6).tolist() == [False, True, True]


def test_a_closed_firm_is_struck_off_three_quarters_later() -> None:
    alive, exited = np.array([True, False]), np.array([-1, 100])
    listed = [in_register(alive, exited, quarter, 3).tolist() for quarter in range(100, 105)]
    assert listed == [[True, True]] * 3 + [[True, False]] * 2
    assert in_register(np.array([False]), np.array([-1]), 100, 3).tolist() == [False]  # never was in business


@pytest.fixture
def three_firms() -> Economy:
    """Firms of 12亿, 2亿 and 100万 CNY a year; the third closed last quarter, the first two report or not."""
    economy = small_world(people=30, firms=3).economy
    firms, talent = economy.firms, economy.talent
    firms["alive"][:] = [True, True, False]
    firms["exited"][:] = [-1, -1, economy.quarter - 1]
    firms["reporting"][:] = [True, False, False]
    firms["year_revenue"][:] = [12e8, 2e8, 1e6]
    firms["year_value_added"][:] = [6e8, 1e8, 1e5]
    firms["year_wage_bill"][:] = [3e8, 0.5e8, 0.0]
    firms["year_rd"][:] = [1.2e8, 0.0, 0.0]
    firms["year_profit"][:] = [1.8e8, -9e8, 0.0]  # the second does not report
    firms["year_exports"][:] = [3e8, 0.0, 0.0]
    firms["year_japan"][:], firms["year_local"][:] = [2e8, 0.0, 0.0], [1e8, 0.5e8, 0.0]
    firms["headcount"][:] = [20, 10, 0]
    firms["effective_workers"][:] = [30.0, 10.0, 0.0]
    firms["wage"][:] = [1e5, 2e5, 9e5]
    talent["employer"][:] = SEEKING
    talent["employer"][:4] = GONE
    talent["employer"][4:7], talent["human_capital"][4:7], talent["origin"][4:7] = 0, 3.0, [2, 2, 1]
    firms["park"][:] = [0, len(economy.parks) - 1, 1]  # a park, elsewhere in the city, another park
    firms["incubated_until"][:] = economy.quarter + np.array([1, 0, -1])  # who leaves today is counted no more
    firms["founded"][:], firms["profit"][:] = economy.quarter - 20, [0.3e8, 0.1e8, 0.0]
    economy.environment.wage_outside, economy.environment.gdp = 1e5, 70e8
    economy.memo["gdp_base"], economy.city.dollar_mean = 35e8, 6.0
    for park in economy.parks:
        park.sites = [1000.0, 0.0, 500.0]
        park.more_places = 7
        park.services = 20.0 * park.built
    economy.city.core_start, economy.city.electronics = 9e8, 10e8
    economy.parameters = {**economy.parameters, "electronics.va": 0.15}
    open_core(economy)  # 6亿 of software, 1.5亿 of electronics, and 1.5亿 that double with the GDP
    economy.counts.update(
        vacancies=12.0, hires=9.0, separated=3.0, left=2.0, left_job=2.0, job_to_job=1.0, graduates=4.0, migrants=5.0,
        spin_offs=2.0,
        arrivals=1.0, exits=1.0, taxes=2e7, orders=10e8, orders_cancelled=1e8, limited_by_orders=6.0,
        limited_by_people=3.0, limited_by_space=0.0, limited_by_capital=1.0,
    )  # fmt: skip
    return economy


def test_every_count_by_hand(three_firms: Economy) -> None:
    three_firms.flows.fiscal.update(rd_grant=7e6, attraction=3e6)
    value = publish(three_firms)
    p, seekers = three_firms.parameters, int((three_firms.talent["employer"] == SEEKING).sum())
    built, vacant = (sum(getattr(p, name) for p in three_firms.parks) for name in ("built", "vacant"))
    expected = {
        "software_revenue": 12e8, "software_revenue_local": 14e8, "software_revenue_latent": 14.01e8,
        "software_revenue_real": 12e8, "employees": 20.0, "employees_local": 30.0, "employees_latent": 30.0,
        "value_added": 6e8, "value_added_local": 7e8, "value_added_latent": 7.001e8, "va_share_gdp": 6 / 70,
        "va_share_gdp_local": 0.1, "va_share_gdp_latent": 7.001 / 70, "va_ratio": 7.001 / 14.01, "rd_share": 0.1,
        "rd_share_in_parks": 0.1, "profit_margin": 1.8 / 12, "job_changes": 1 / 30,
        "revenue_market_local": 1.5e8, "revenue_market_china": 9.51e8, "revenue_market_japan": 2e8,
        "revenue_market_overseas": 1e8,
        "exports": 3e8, "exports_usd": 3e8 / 6.0, "digital_core_value_added": 10.5e8, "digital_core_share": 0.15,
        "wage_mean": 3.5e8 / 30, "wage_relative": (30 * 1e5 + 10 * 2e5) / 40 / 1e5, "revenue_per_head": 14.01e8 / 30,
        "firms": 1.0, "firms_local": 3.0, "firms_latent": 2.0, "firms_above_scale": 2.0, "firms_over_1yi": 2.0,
        "firms_over_10yi": 1.0, "firms_over_100yi": 0.0, "firms_over_500yi": 0.0, "revenue_share_over_1yi": 14 / 14.01,
        "job_seekers": seekers, "vacancy_rate": 0.1, "hires": 9.0, "turnover": 0.2, "graduates": 4.0,
        "in_migration": 5.0, "out_migration": 2.0, "in_migration_cities": 0.0, "out_migration_cities": 0.0,
        "turned_away_cities": 0.0, "under_way_cities": 0.0,
        "firms_from_cities": 0.0, "firms_to_cities": 0.0, "entries": 3.0, "exits": 1.0, "orders_served": 0.9,
        "limited_by_orders": 0.6, "limited_by_people": 0.3, "limited_by_space": 0.0, "limited_by_capital": 0.1,
        "firms_10_to_100yi": 1.0, "firms_share_over_1yi_local": 1.0, "firms_share_over_1yi_latent": 1.0,
        "revenue_share_largest": 12 / 14.01, "high_end_talent": 2.0, "floor_area": built,
        "floor_area_underway": 1500.0 * len(three_firms.parks), "firms_incubated": 1.0,
        "incubator_places": sum(park.places for park in three_firms.parks) + 7.0 * len(three_firms.parks),
        "floor_area_in_parks": built - three_firms.parks[-1].built, "revenue_in_parks": 12.01e8,
        **{f"floor_area_park_{park.name}": park.built for park in three_firms.parks},
        **{f"floor_area_underway_park_{park.name}": 1500.0 for park in three_firms.parks},
        **{f"services_park_{park.name}": p["platform.loan"] + 20.0 for park in three_firms.parks},
        **{f"employees_park_{park.name}": 0.0 for park in three_firms.parks[1:-1]},
        "employees_park_software_park": 20.0, "employees_park_elsewhere": 10.0,
        **{f"revenue_park_{park.name}": 0.0 for park in three_firms.parks[2:-1]},
        "revenue_park_software_park": 12e8, "revenue_park_tengfei": 1e6, "revenue_park_elsewhere": 2e8,
        **{f"firms_{title.name}": p[title.share] for title in load_titles().values()},  # the first firm has them all
        "park_vacancy": vacant / built, "tax_revenue": 2e7, "fiscal_cost": 1e7, "fiscal_cost_rd_grant": 7e6,
        "fiscal_cost_attraction": 3e6,
    }  # fmt: skip
    for name, number in expected.items():
        assert value[name] == pytest.approx(number), name
    moments = {name for name, row in load_indicators().items() if row.summary == "moment"}  # test_micro.py
    others = set(value) - set(expected) - {"rent_mean"} - moments - CITY - set(anatomy(three_firms))
    assert all(name.startswith("fiscal_cost_") and value[name] == 0.0 for name in others)


def test_research_in_parks_leaves_out_who_sits_elsewhere_or_does_not_report(three_firms: Economy) -> None:
    firms = three_firms.firms
    firms["year_rd"][:] = [1.2e8, 0.8e8, 9e5]  # a park, elsewhere in the city, a park and no report
    firms["reporting"][:] = [True, True, False]
    value = publish(three_firms)
    assert (value["rd_share_in_parks"], value["rd_share"]) == pytest.approx((1.2 / 12, 2.0 / 14))


def test_what_the_industry_is_made_of(three_firms: Economy) -> None:
    firms = three_firms.firms
    firms["headcount"][:] = [9, 250, 49]
    firms["alive"][:] = [True, True, False]
    firms["founded"][:] = three_firms.quarter - np.array([19, 20, 1])
    firms["segment"][:] = [0, 1, 1]
    firms["cash"][:], firms["debt"][:] = [2e8, 5e8, 0.0], [1e8, 0.0, 0.0]
    firms["year_revenue"][:] = [4e8, 10e8, 0.0]
    firms["orders"][:], firms["backlog"][:] = [1e8, 3e8, 0.0], [0.0, 1e8, 0.0]
    firms["desired_workers"][:] = [18.0, 250.0, 7.0]
    value = anatomy(three_firms)
    sizes = [value[f"firms_{name}"] for name in ("micro", "small", "medium", "large", "young")]
    assert sizes == [1.0, 0.0, 0.0, 1.0, 1.0]
    names = list(load_segments())
    assert [value[f"revenue_{name}"] for name in names[:3]] == [4e8, 10e8, 0.0]
    assert (value["cash_ratio"], value["debt_ratio"]) == (0.5, pytest.approx(1 / 14))
    assert (value["backlog_ratio"], value["staff_wanted"]) == (0.25, pytest.approx(268 / 308))


def test_prices_of_the_base_year(three_firms: Economy) -> None:
    """At twice the revenue per effective worker, nominal revenue is worth half."""
    three_firms.memo["price_index_start"] = three_firms.environment.output_per_worker[0]
    three_firms.environment.output_per_worker *= 2.0
    assert publish(three_firms)["software_revenue_real"] == pytest.approx(6e8)


def test_the_mean_rent_is_weighted_by_floor_area(three_firms: Economy) -> None:
    for k, park in enumerate(three_firms.parks):
        park.built, park.rent = (300.0, 40.0) if k == 0 else (100.0, 80.0)
    others = len(three_firms.parks) - 1
    mean = (300 * 40 + others * 100 * 80) / (300 + others * 100)
    assert publish(three_firms)["rent_mean"] == pytest.approx(mean)


def test_a_new_year_begins_at_zero(three_firms: Economy) -> None:
    three_firms.flows.fiscal["rd_grant"] = 5.0
    three_firms.firms["merged"][1] = True
    close_year(three_firms)
    assert three_firms.firms["last_year_revenue"].tolist() == [12e8, 0.0, 1e6]  # nothing to compare a buyer with
    assert three_firms.firms["last_year_staff"].tolist() == [20, 10, 0] and not three_firms.firms["merged"].any()
    for name in YEAR.values():
        assert not three_firms.firms[name].any()
    assert three_firms.counts == {} and dict(three_firms.flows.fiscal) == {}


def test_the_office_publishes_at_the_end_of_a_year_only(start: Start) -> None:
    economy = start.economy.copy(mesa.Model())
    for quarter in range(1, 5):
        economy.environment.quarter += 1
        OFFICE(economy, start.member.chance, {}, guarded=True)
        assert (2021 in economy.published) == (quarter == 4)
    assert sorted(economy.published) == [2020, 2021]


def test_firms_that_newly_reach_the_threshold_report_with_the_base_year_share(start: Start) -> None:
    """Within 5 standard errors of the share; who falls below the threshold leaves the survey."""
    economy = start.economy.copy(mesa.Model())
    firms, threshold = economy.firms, economy.parameters["reporting.threshold"]
    known, alive = firms["surveyed"].copy(), firms["alive"].copy()
    reported = firms["reporting"].copy()
    firms["year_revenue"][:] = 2.0 * threshold  # everybody reaches it
    dropped = np.flatnonzero(reported)[:10]
    firms["year_revenue"][dropped] = 0.0
    economy.environment.quarter += 4
    OFFICE(economy, start.member.chance, {}, guarded=True)
    newly = alive & ~known
    share, n = economy.memo["reporting_share"], int(newly.sum())
    assert abs(firms["reporting"][newly].mean() - share) < 5.0 * np.sqrt(share * (1.0 - share) / n)
    assert not firms["reporting"][dropped].any()
    still = reported.copy()
    still[dropped] = False
    assert firms["reporting"][still & alive].all()
    assert not firms["reporting"][alive & known & ~reported].any()  # who was left out stays out
    firms["year_revenue"][:] = 2.0 * threshold
    economy.environment.quarter += 4
    OFFICE(economy, start.member.chance, {}, guarded=True)
    assert firms["reporting"][dropped][alive[dropped]].all()  # who comes back reports as before


def test_a_core_smaller_than_its_parts_is_met_by_scaling_them(three_firms: Economy) -> None:
    three_firms.city.core_start = 5e8
    open_core(three_firms)
    assert three_firms.city.core_rest == 0.0 and three_firms.city.core_scale == pytest.approx(5 / 7.5)
    assert publish(three_firms)["digital_core_value_added"] == pytest.approx(5e8)


def test_who_qualifies_for_a_title_by_hand(three_firms: Economy) -> None:
    """12亿 with a tenth for research; then above small and medium, too young, with less research, or without profit."""
    firms, titles = three_firms.firms, load_titles()

    def holding(firm: slice) -> list[int]:
        quarter, money = three_firms.quarter, three_firms.memo["numeraire"]
        return [int(qualified(firms, title, quarter, money)[firm].sum()) for title in titles.values()]

    def first() -> list[str]:
        return [name for name, meets in zip(titles, holding(slice(1)), strict=True) if meets]

    assert first() == list(titles)
    assert holding(slice(None)) == [1, 1, 1, 1]
    firms["headcount"][0] = 300
    assert first() == ["key_software", "main_board"]
    firms["headcount"][0], firms["year_revenue"][0] = 20, 0.9e8  # 0.9亿: small by revenue, 13% for research
    assert first() == ["specialised", "little_giants"]
    firms["year_rd"][0] = 0.04 * 0.9e8
    assert first() == ["specialised"]
    firms["founded"][0] = three_firms.quarter - 6
    assert first() == []
    firms["founded"][0], firms["year_revenue"][0] = three_firms.quarter - 20, 12e8
    firms["year_rd"][0], firms["profit"][0] = 0.08 * 12e8, 0.2e8
    assert first() == ["specialised", "little_giants", "key_software"]
    three_firms.memo["numeraire"] = 2.0
    assert "key_software" in first()
    firms["year_revenue"][0], firms["year_rd"][0] = 6e8, 0.6e8  # half of it in that money
    assert "key_software" not in first()

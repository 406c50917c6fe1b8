"""The own indicator of each lever: what it acts on first, read from a model that has run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from digisim.processes.policy.grants import OUTSOURCING
from digisim.simulate import IndustryModel
from digisim.state.economy import MARKETS

Measure = Callable[[IndustryModel], float]


@dataclass(frozen=True)
class Own:
    """What a lever moves first: both names, how it is read, and whether it moves it by more than chance does.

    `share`: the value is a share that is zero without the lever, so that its change is a difference.
    """

    name_en: str
    name_zh: str
    measure: Measure
    sure: bool = True
    share: bool = False

    def change(self, value: float, usual: float) -> float:
        """The relative change from what is usual (a difference where it is a share).

        >>> FIRMS.change(1.5, 1.0), COURSES.change(0.25, 0.0)
        (0.5, 0.25)
        """
        return value - usual if self.share else value / usual - 1.0


def of_firms(column: str) -> Measure:
    """Sum of a column over firms at the end of the run."""
    return lambda model: float(model.economy.firms[column].sum())


def over_years(name: str) -> Measure:
    """Mean of a published indicator over the years of the run."""

    def read(model: IndustryModel) -> float:
        years = range(model.scenario.start + 1, model.scenario.end + 1)
        return float(np.mean([model.published[year][name] for year in years]))

    return read


def at_end(name: str) -> Measure:
    """A published indicator in the last year of the run."""
    return lambda model: model.published[model.scenario.end][name]


def at_once(name: str) -> Measure:
    """A published indicator in the first year of the run."""
    return lambda model: model.published[model.scenario.start + 1][name]


def arrivals(model: IndustryModel) -> float:
    """Firms that came from outside."""
    return float((model.economy.firms["origin"] == 2).sum())


def capital_a_head(model: IndustryModel) -> float:
    """Human capital a head of those at work."""
    firms = model.economy.firms
    return float(firms["effective_workers"].sum() / firms["headcount"].sum())


def in_courses(model: IndustryModel) -> float:
    """Share of people with a course that has still to pay off."""
    return float(np.mean(model.economy.talent["trained"] > 0))


def learnt(model: IndustryModel) -> float:
    """Mean capability by staff of the firms that were there at the start."""
    firms = model.economy.firms
    old = firms["alive"] & (firms["origin"] == 0)
    return float(np.average(firms["capability"][old], weights=firms["headcount"][old]))


def own_products(model: IndustryModel) -> float:
    """Mean share of own products of the outsourcers that were there at the start."""
    firms = model.economy.firms
    old = firms["alive"] & (firms["origin"] == 0) & (firms["segment"] == OUTSOURCING)
    return float(firms["product_share"][old].mean())


def presence_in(market: str) -> Measure:
    """Sum of the customer bases of firms in a market."""
    return lambda model: float(model.economy.firms["presence"][:, MARKETS.index(market)].sum())


def floor(model: IndustryModel) -> float:
    """Floor area of the parks."""
    return float(sum(park.built for park in model.economy.parks))


def rent(model: IndustryModel) -> float:
    """Mean rent of the parks by floor area, without what sits outside parks."""
    inside = [park for park in model.economy.parks if not park.scattered]
    return float(np.average([park.rent for park in inside], weights=[park.built for park in inside]))


KNOWLEDGE = Own("knowledge of firms, at the end", "期末企业知识存量", of_firms("knowledge_stock"))
CASH = Own("cash of firms, at the end", "期末企业现金", of_firms("cash"))
DEBT = Own("loans of firms, at the end", "期末企业贷款", of_firms("debt"))
FIRMS = Own("firms, over the years", "各年企业数", over_years("firms_latent"))
INCUBATED = Own("firms in incubators, over the years", "各年在孵企业数", over_years("firms_incubated"))
ENTRIES = Own("new firms, over the years", "各年新设企业数", over_years("entries"))
ORDERS = Own("orders that firms plan with, at the end", "期末企业预期订单", of_firms("orders_expected"))
FIRST_YEAR = Own("revenue of the first year", "首年收入", at_once("software_revenue_latent"))
LEARNT = Own("capability of the firms of the start, at the end", "期末原有企业能力", learnt)
AWARDED = Own("cash of firms, at the end", "期末企业现金", of_firms("cash"), sure=False)
PLATFORMS = Own("capability of the firms of the start, at the end", "期末原有企业能力", learnt, sure=False)

FLOOR = Own("floor area of parks, at the end", "期末园区建筑面积", floor)
RENT = Own("rent of parks, at the end", "期末园区租金", rent)

COURSES = Own("share of people in a course, at the end", "期末在训人员占比", in_courses, share=True)
CONTROLLED = Own("enterprises with numerical control, at the end", "期末数控化率", at_end("numerical_control_rate"))

OWN: dict[str, tuple[Own, ...]] = {
    "rd_grant": (KNOWLEDGE,),
    "talent_housing_subsidy": (Own("people who move in, over the years", "各年迁入人数", over_years("in_migration")),),
    "graduate_retention": (Own("graduates who stay, over the years", "各年留用毕业生", over_years("graduates")),),
    "park_rent_subsidy": (FIRMS, CASH),
    "credit_guarantee": (DEBT,),
    "attraction": (Own("firms that came from outside", "外来企业数", arrivals),),
    "training_subsidy": (Own("human capital a head, at the end", "期末人均人力资本", capital_a_head),),
    "local_procurement": (ORDERS,),
    "super_deduction": (KNOWLEDGE,),
    "tier_award": (AWARDED,),  # of few firms and nothing else: tests/unit/test_policy.py
    "incubation": (FIRMS,),  # entries answer exits too: aided firms close less
    "incubator_places": (INCUBATED,),  # places taken; more is founded as far as the prior says
    "park_construction": (FLOOR,),
    "service_platforms": (LEARNT,),
    "venture_fund": (CASH,),
    "ip_pledge": (DEBT,),
    "cloud_voucher": (FIRST_YEAR,),
    "local_digitalisation": (CONTROLLED,),
    "outsourcing_upgrade": (Own("own products of outsourcers, at the end", "期末外包企业自有产品比重", own_products),),
    "market_diversification": (Own("customers overseas, at the end", "期末海外客户", presence_in("overseas")),),
    "profit_tax_relief": (ENTRIES, CASH),
    "data_market": (ENTRIES,),
    "network_buildout": (Own("5G sites, over the years", "各年5G基站", over_years("sites_5g")),),
    "fairs_branding": (Own("customers in the city, at the end", "期末本地客户", presence_in("local")),),
    "administration": (),  # only what other levers bring: tests/unit/test_policy.py
    "milestone_award": (),  # income of managers and nothing else: tests/unit/test_rules.py
    "training_base_subsidy": (COURSES,),
    "platform_interest_subsidy": (PLATFORMS,),  # a few million a year: tests/unit/test_rules.py
    "park_platform_equity": (PLATFORMS,),
    "rd_project_equity": (KNOWLEDGE,),
    "procurement_subsidy": (FIRST_YEAR,),  # at the end one firm's luck weighs as much as the orders it brings
    "informatisation_subsidy": (FIRST_YEAR,),
    "list_award": (AWARDED,),  # of few firms and nothing else: tests/unit/test_rules.py
    "land_entry": (RENT, replace(FLOOR, sure=False)),  # the area falls: tests/unit/test_land.py
}
"""Lever -> its own indicators, the first one first."""

"""Step 8: output, value added and the accounts of each firm."""

from __future__ import annotations

import numpy as np

from digisim.actors import place_area
from digisim.kernels.budgets import fixed_costs, keep_accounts, revenue_by_market, working_capital
from digisim.kernels.firms import produce
from digisim.kernels.sums import ordered_sum
from digisim.processes import Context, Process, names
from digisim.state.economy import DOMESTIC, MARKETS

LOCAL, JAPAN = MARKETS.index("local"), MARKETS.index("japan")


def run(context: Context) -> None:
    """Fixed costs, output under the four limits, sales and purchases, taxes; everything that is paid goes through
    flows."""
    costs = _fixed_costs(context)
    _produce(context, costs)
    _settle(context, costs)


def _fixed_costs(context: Context) -> dict[str, np.ndarray]:
    """Pay, social charges, rent with its refund and interest of the quarter, arrays (firms,), CNY."""
    firms, p, env = context.firms, context.parameters, context.environment
    rents, support = np.array([(park.rent, park.support) for park in context.parks]).T
    costs = fixed_costs(
        firms.headcount, firms.wage, firms.effective_workers, firms.output, firms.revenue, firms.cash, firms.debt,
        _charged(context), firms.segment, firms.park, env.purchase_share, rents, support,
        p["owner.staff"], p["depreciation.share"], p["production.tax"], p["social.charges"], p["cash.minimum"],
        p["loan.rate"],
    )  # fmt: skip
    return dict(zip(("pay", "social", "rent", "refund", "interest"), costs, strict=True))


def _charged(context: Context) -> np.ndarray:
    """Floor area for which a firm is charged, m2, (firms,): a share of what an incubator's place has, then in full."""
    firms, p = context.firms, context.parameters
    inside = firms.incubated_until > context.quarter
    spared = (1.0 - p["incubator.rent"]) * np.minimum(firms.floor_area, place_area(p))
    area: np.ndarray = firms.floor_area - np.where(inside, spared, 0.0)
    return area


def _produce(context: Context, costs: dict[str, np.ndarray]) -> None:
    firms, p = context.firms, context.parameters
    spendable, cash_need = _working_capital(context, costs)
    produce(
        firms.alive, firms.orders, firms.backlog, context.memo["output_per_worker"], firms.effective_workers,
        firms.headcount, firms.rd_share, firms.floor_area, spendable, cash_need, p["overtime"], p["space.cramped"],
        p["orders.cancellation"], context.relax, firms.output, firms.limiting, firms.cancelled,
    )  # fmt: skip
    context.count("orders", float(firms.orders.sum()))
    context.count("orders_cancelled", float(firms.cancelled.sum()))
    weight = np.bincount(firms.limiting, weights=firms.orders, minlength=4)  # closed firms have no orders
    for limit, value in zip(("orders", "people", "space", "capital"), weight, strict=True):
        context.count(f"limited_by_{limit}", float(value))


def _working_capital(context: Context, costs: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """What is left to spend after pay and rent, and what a unit of output ties up until customers pay."""
    firms, p, env = context.firms, context.parameters, context.environment
    limit = context.memo["credit_limit"](firms.orders_expected * firms.price) + firms.guarantee
    found: tuple[np.ndarray, np.ndarray] = working_capital(
        firms.cash, firms.receivable, limit, firms.debt, costs["pay"], costs["social"], costs["rent"],
        costs["interest"], costs["refund"], firms.research_grant, firms.rd_share, firms.price, firms.segment,
        env.purchase_share,
        p["depreciation.share"], p["production.tax"], p["receivable.share"], p["research.deduction"], p["profit.tax"],
    )  # fmt: skip
    return found


def _settle(context: Context, costs: dict[str, np.ndarray]) -> None:
    """Value added = revenue - purchases - rent = compensation + production taxes + depreciation + operating surplus."""
    firms, p, flows = context.firms, context.parameters, context.flows
    received, purchases, taxes, wear = keep_accounts(
        firms.output, firms.price, firms.segment, context.environment.purchase_share, costs["pay"], costs["social"],
        costs["rent"], costs["refund"], costs["interest"], firms.rd_share, firms.research_grant,
        p["production.tax"], p["depreciation.share"], p["receivable.share"],
        firms.receivable, firms.revenue, firms.value_added, firms.wage_bill, firms.rd_spending, firms.profit,
    )  # fmt: skip
    _collect_and_buy(context, received, purchases)
    flows.from_firms("households", "pay", costs["pay"])
    flows.from_firms("government", "social charges", costs["social"])
    flows.from_firms("landlords", "rent", costs["rent"])
    flows.to_firms("government", "lever:park_rent_subsidy", costs["refund"])
    flows.from_firms("banks", "interest", costs["interest"])
    flows.from_firms("suppliers", "replacement investment", wear)
    flows.from_firms("government", "production taxes", taxes)
    context.count("taxes", ordered_sum(taxes))
    _profit_tax(context)
    revenue_by_market(
        context.memo["orders_by_market"], firms.orders, firms.price, firms.revenue, DOMESTIC, JAPAN, LOCAL,
        firms.export_revenue, firms.japan_revenue, firms.local_revenue,
    )  # fmt: skip
    _year_to_date(context)
    _household_rights(context)


def _collect_and_buy(context: Context, received: np.ndarray, purchases: np.ndarray) -> None:
    """Customers pay, among them firms of the city; each firm pays its purchases, a part of them to those firms.

    What firms collect from each other is borne by all in proportion to what they buy; the rest goes to suppliers
    elsewhere. Purchases are subtracted in full and sales inside the city counted in full: value added counts nothing
    twice.
    """
    flows = context.flows
    inside = received * context.firms.inside_share
    owed, bought = ordered_sum(inside), ordered_sum(purchases)
    if owed > bought:  # a city that has stopped buying owes no more than it buys
        inside *= bought / owed
        owed = bought
    part = owed / bought if bought > 0.0 else 0.0
    flows.between_firms("purchases in the city", inside, purchases * part)
    flows.to_firms("customers", "sales", received - inside)
    flows.from_firms("suppliers", "purchases", purchases * (1.0 - part))


def _profit_tax(context: Context) -> None:
    """Tax on profit, then what the city gives back of it: the part saved on research first, then a share of the rest.

    The law of the base year deducts a share x_r of research cost once more, a lever a further share x: it saves t x
    (research cost), at most the tax itself.
    """
    firms, p, rights = context.firms, context.parameters, context.entitlements
    taxable = np.maximum(firms.profit - p["research.deduction"] * firms.rd_spending, 0.0)
    tax = taxable * p["profit.tax"]
    context.flows.from_firms("government", "profit tax", tax)
    context.count("taxes", ordered_sum(tax))
    if rights.research_relief == 0.0 and rights.profit_relief == 0.0:
        return
    saved = np.minimum(p["profit.tax"] * rights.research_relief * firms.rd_spending, tax)
    _give_back(context, "lever:super_deduction", saved, rights.research_relief_budget)
    _give_back(context, "lever:profit_tax_relief", (tax - saved) * rights.profit_relief, rights.profit_relief_budget)


def _give_back(context: Context, purpose: str, amounts: np.ndarray, budget: float) -> None:
    """Pay firms back, each the same part where the year's ceiling does not reach all."""
    total = ordered_sum(amounts)
    if total > 0.0:
        context.flows.to_firms("government", purpose, amounts * min(budget / total, 1.0))


def _year_to_date(context: Context) -> None:
    firms = context.firms
    firms.year_revenue[:] += firms.revenue
    firms.year_value_added[:] += firms.value_added
    firms.year_profit[:] += firms.profit
    firms.year_wage_bill[:] += firms.wage_bill
    firms.year_rd[:] += firms.rd_spending
    firms.year_exports[:] += firms.export_revenue
    firms.year_japan[:] += firms.japan_revenue
    firms.year_local[:] += firms.local_revenue


def _household_rights(context: Context) -> None:
    """Housing subsidies are paid to entitled people who hold a job in the city's industry."""
    rights = context.entitlements
    if rights.arrival_income <= 0.0:
        return
    amount = min(rights.arrival_income / 4.0 * float(context.firms.entitled_staff.sum()), rights.housing_budget)
    if amount > 0.0:
        context.flows.post("government", "households", "lever:talent_housing_subsidy", amount)


PRODUCTION = Process(
    name="production",
    run=run,
    firm_reads=names(
        "alive segment park incubated_until rd_share effective_workers headcount wage floor_area orders "
        "orders_expected price inside_share guarantee research_grant debt cash entitled_staff"
    ),
    firm_writes=names(
        "backlog cancelled limiting receivable output revenue value_added wage_bill rd_spending export_revenue "
        "japan_revenue local_revenue profit year_revenue year_value_added year_profit year_wage_bill year_rd "
        "year_exports year_japan year_local"
    ),
    page="production",
)

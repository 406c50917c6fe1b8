"""National accounts of the industry: production = income, sales = orders served, loans, orders of the city."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from digisim.processes.demand import FOR_USERS, city_share
from digisim.state.economy import DOMESTIC
from digisim.testing.worlds import take_quarter

from .conftest import MEMBERS, Build

CLOSE = 1e-12  # of the whole: two sums of some thousand float64 in different order
QUARTERS = 12


def paid(model, purpose: str) -> float:
    return sum(amount for (_, _, what), amount in model.economy.flows.paid.items() if what == purpose)


@pytest.mark.parametrize("member", MEMBERS[:3])
@pytest.mark.parametrize("scenario", ["dalian-baseline", "dalian-push"])
def test_value_added_by_production_is_value_added_by_income(build: Build, scenario: str, member: int) -> None:
    model = build(scenario, member)
    for _ in range(QUARTERS):
        model.step()
        firms = model.economy.firms
        bought = paid(model, "purchases") + paid(model, "purchases in the city")
        produced = float(firms["revenue"].sum()) - bought - paid(model, "rent")
        compensation = paid(model, "pay") + paid(model, "social charges")
        surplus = (
            float(firms["profit"].sum())
            + paid(model, "interest")
            - paid(model, "lever:park_rent_subsidy")
            - float(firms["research_grant"].sum())
        )
        earned = compensation + paid(model, "production taxes") + paid(model, "replacement investment") + surplus
        booked = float(firms["value_added"].sum())
        assert produced == pytest.approx(booked, rel=CLOSE)
        assert earned == pytest.approx(booked, rel=CLOSE)
        assert float(firms["wage_bill"].sum()) == pytest.approx(paid(model, "pay"), rel=CLOSE)


def charged(model: Any) -> np.ndarray:
    """Floor area that each firm pays for, m2: an incubator spares it a part of that of its place."""
    firms, p = model.economy.firms, model.economy.parameters
    place = max(p["entrant.size"], 1.0) * p["park.m2.per.job"] * (firms["incubated_until"] > model.economy.quarter)
    assert place.any()
    area: np.ndarray = firms["floor_area"] - (1.0 - p["incubator.rent"]) * np.minimum(place, firms["floor_area"])
    return area


def test_the_same_identity_firm_by_firm(build: Build) -> None:
    model = build("dalian-push", 2)
    p = model.economy.parameters
    rent: list[np.ndarray] = []

    def measure_rent() -> None:
        parks = np.array([park.rent for park in model.economy.parks])
        rent.append(charged(model) * parks[model.economy.firms["park"]] * 3.0)

    for _ in range(QUARTERS):
        debt = model.economy.firms["debt"].copy()
        take_quarter(model, {"space": measure_rent})
        firms = model.economy.firms
        n = len(debt)  # firms that were there before: a new firm has no account of the quarter before
        bill, revenue, work = firms["wage_bill"][:n], firms["revenue"][:n], firms["output"][:n]
        lasting = firms["alive"][:n]
        support = np.array([park.support for park in model.economy.parks])
        assert support.max() > support.min() == 0.0  # tenants of parks are supported, firms outside are not
        refund = rent[-1][:n] * support[firms["park"][:n]]
        surplus = firms["profit"][:n] + debt * p["loan.rate"] / 4.0 - refund - firms["research_grant"][:n]
        taxes_and_wear = revenue * p["production.tax"] + work * p["depreciation.share"]
        earned = bill * (1.0 + p["social.charges"]) + taxes_and_wear + surplus
        share = model.economy.environment.purchase_share[firms["segment"][:n]]
        produced = revenue - work * share - rent[-1][:n]
        scale = np.maximum(revenue, 1.0)[lasting]
        assert revenue[lasting] == pytest.approx((work * firms["price"][:n])[lasting])
        assert np.abs(earned - firms["value_added"][:n])[lasting] / scale == pytest.approx(0.0, abs=1e-9)
        assert np.abs(produced - firms["value_added"][:n])[lasting] / scale == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("member", MEMBERS[:3])
def test_sales_are_revenue_less_what_is_still_owed(build: Build, member: int) -> None:
    model = build("dalian-plan", member)
    for _ in range(QUARTERS):
        owed = float(model.economy.firms["receivable"].sum())
        model.step()
        firms = model.economy.firms
        change = float(firms["receivable"].sum()) - owed
        inside = model.economy.flows.paid["firms", "firms", "purchases in the city"]
        assert paid(model, "sales") + inside == pytest.approx(float(firms["revenue"].sum()) - change, rel=CLOSE)
        assert 0.0 < inside < 0.2 * paid(model, "purchases")


def test_firms_pay_each_other_what_they_sell_each_other(build: Build) -> None:
    """Who buys nothing pays nothing, who sells nothing to firms gets nothing from them; no money is made or lost."""
    model = build("dalian-baseline", 1)
    received: list[tuple[np.ndarray, np.ndarray]] = []
    flows = model.economy.flows
    between = type(flows).between_firms

    def watch(purpose: str, income: np.ndarray, outlay: np.ndarray) -> None:
        received.append((income.copy(), outlay.copy()))
        between(flows, purpose, income, outlay)

    flows.between_firms = watch  # type: ignore[method-assign]
    for _ in range(4):
        model.step()
    firms = model.economy.firms
    income, outlay = received[-1]
    assert income.sum() == pytest.approx(outlay.sum(), rel=CLOSE) and income.sum() > 0.0
    assert not income[firms["inside_share"] == 0.0].any() and (income >= 0.0).all()
    bought = firms["output"] * model.economy.environment.purchase_share[firms["segment"]]
    assert outlay == pytest.approx(bought * (income.sum() / bought.sum()), rel=1e-9)
    sold_more = (firms["inside_share"] > firms["inside_share"].mean()) & firms["alive"]
    gain = income - outlay
    assert gain[sold_more].sum() > 0.0 > gain[~sold_more].sum()


@pytest.mark.parametrize("member", MEMBERS[:3])
def test_debt_follows_loans_repayments_and_losses(build: Build, member: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = build("dalian-push", member)
    losses: list[float] = []
    write_off = model.economy.flows.write_off

    def remember(rows: np.ndarray) -> float:
        losses.append(write_off(rows))
        return losses[-1]

    monkeypatch.setattr(model.economy.flows, "write_off", remember)
    for _ in range(QUARTERS):
        before, known = float(model.economy.firms["debt"].sum()), len(losses)
        model.step()
        change = paid(model, "loans") - paid(model, "repayment") - sum(losses[known:])
        after = float(model.economy.firms["debt"].sum())
        assert after - before == pytest.approx(change, abs=CLOSE * max(before, after, 1.0) * 100)
    assert sum(losses) > 0.0


@pytest.mark.parametrize("scenario", ["dalian-baseline", "dalian-push"])
@pytest.mark.parametrize("member", MEMBERS[:3])
def test_orders_of_firms_add_up_to_the_orders_of_the_city(build: Build, scenario: str, member: int) -> None:
    model = build(scenario, member)
    economy = model.economy
    compared = []
    bought = []

    def remember() -> None:  # behind innovation: what firms bought last quarter
        firms, env = economy.firms, economy.environment
        purchases = np.where(firms["alive"], firms["output"] * env.purchase_share[firms["segment"]], 0.0)
        bought.append(env.bought_here * float(purchases.sum()))

    def compare() -> None:
        firms, env = economy.firms, economy.environment
        n = len(env.segment_growth)
        nest = np.zeros((n, firms["attractiveness"].shape[1]))
        np.add.at(nest, firms["segment"][firms["alive"]], firms["attractiveness"][firms["alive"]])
        share = city_share(nest, env.inclusive_start, env.outside, env.nest_openness)
        by_law = float((env.market * share / 4.0).sum())
        extra = economy.entitlements.procurement * (1.0 - economy.parameters["procure.displace"])
        local = np.where(FOR_USERS, env.market[:, 0], 0.0)
        pulled = economy.entitlements.vouchers * economy.parameters["subsidy30.takeup"]
        extra += float((pulled * local / local.sum() * share[:, 0]).sum())
        inside = float((bought[-1] * env.market[:, 0] / env.market[:, 0].sum() * share[:, 0]).sum())
        assert float((firms["inside_share"] * firms["orders"]).sum()) == pytest.approx(inside, rel=1e-9)
        compared.append((float(firms["orders"].sum()), by_law + inside + extra))
        paid = (env.market * share)[:, 2:] / 4.0 * economy.city.price_abroad
        assert float(economy.memo["orders_by_market"][:, DOMESTIC:].sum()) == pytest.approx(float(paid.sum()))

    for _ in range(QUARTERS):
        take_quarter(model, {"innovation": remember, "demand": compare})
    received, placed = np.array(compared).T
    assert received == pytest.approx(placed, rel=CLOSE)


@pytest.mark.parametrize("member", MEMBERS[:3])
def test_orders_are_served_wait_or_are_withdrawn(build: Build, member: int) -> None:
    """Orders and backlog before = output + backlog after + withdrawn."""
    model = build("dalian-plan", member)
    economy = model.economy
    books: dict[str, float] = {}

    def before() -> None:
        books["asked"] = float((economy.firms["orders"] + economy.firms["backlog"])[economy.firms["alive"]].sum())
        books["withdrawn"] = economy.counts.get("orders_cancelled", 0.0)

    def after() -> None:
        firms = economy.firms
        withdrawn = economy.counts["orders_cancelled"] - books["withdrawn"]
        answered = float(firms["output"].sum() + firms["backlog"].sum()) + withdrawn
        assert answered == pytest.approx(books["asked"], rel=CLOSE)

    for _ in range(QUARTERS):
        take_quarter(model, {"labour": before, "production": after})

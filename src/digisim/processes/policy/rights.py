"""Rights and prices that other processes find in `entitlements`: they cannot tell them from calibration."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from digisim.actors import apportion, place_area, tenants
from digisim.policy.rules import load_rules
from digisim.processes import Context
from digisim.processes.policy.sharing import QUARTERS, cap_of, left, places_of

MONTHS = 12.0


def grant(context: Context, got: Mapping[str, float]) -> None:
    """Set the entitlements of the quarter; `got` holds the delivered value of each lever."""
    _people(context, got)
    _arrivals(context, got.get("attraction", 0.0) / QUARTERS)
    doublings = _incubators(context, got.get("incubator_places", 0.0) / QUARTERS)
    _founders(context, got.get("incubation", 0.0) / QUARTERS, doublings, got.get("data_market", 0.0))
    _tax(context, got)
    _floor_and_platforms(context, got)
    _demand(context, got)
    context.flows.post("government", "suppliers", "lever:administration", got.get("administration", 0.0) / QUARTERS)


def _people(context: Context, got: Mapping[str, float]) -> None:
    """Payments to graduates and newcomers, and courses: the budget pays for them at the stated price."""
    rights = context.entitlements
    rights.arrival_income = got.get("talent_housing_subsidy", 0.0) * MONTHS
    rights.housing_budget = left(context, "talent_housing_subsidy")
    rights.graduate_allowance = got.get("graduate_retention", 0.0)
    rights.graduate_budget = left(context, "graduate_retention")
    staff = float(context.firms.headcount.sum())
    price = context.parameters["training.price"]
    budget = got.get("training_subsidy", 0.0) / QUARTERS
    rights.course_cost = price
    rights.course_share = min(budget / price / staff, 1.0) if staff > 0.0 else 0.0


def _arrivals(context: Context, budget: float) -> None:
    """A settlement grant for each planned job: the quarter's budget over the jobs that usually arrive."""
    rights, p = context.entitlements, context.parameters
    rights.settlement_budget = budget
    rights.settlement_grant = budget / (p["arrival.rate"] * context.scales.firms * p["arrival.size"] / QUARTERS)
    rights.settlement_cap = cap_of(context, "attraction")


def _incubators(context: Context, budget: float) -> float:
    """Places that the city pays for beside those of the start; returns how often they double these.

    Who runs it gets the rent that its tenant is spared, and what running costs, r (1 - s + c) A a month. No more are
    kept than the usual founders can fill, F T; but who was let in stays, and is paid for, when money ends.
    """
    p, parks, firms = context.parameters, context.parks, context.firms
    held = tenants(firms.alive, firms.incubated_until, firms.park, context.quarter, len(parks))
    beyond = np.maximum(held - np.array([park.places for park in parks]), 0)
    for park in parks:
        park.more_places = 0
    if budget <= 0.0 and not beyond.any():
        return 0.0
    area = np.array([park.built for park in parks]) * places_of(context, "incubator_places")
    usual, room = sum(park.places for park in parks), int(_usual_founders(context) * QUARTERS * p["incubator.stay"])
    rent = float(np.dot(area, [park.rent for park in parks]) / max(area.sum(), 1.0))
    price = rent * (1.0 - p["incubator.rent"] + p["incubator.running"]) * place_area(p) * MONTHS / QUARTERS
    more = min(int(budget / price), max(room - usual, 0)) if area.any() else 0
    kept = np.maximum(apportion(more, area), beyond)
    spare = kept - beyond  # a park whose tenants hold more than its part takes it from where places stand free
    kept -= apportion(min(int(kept.sum()) - more, int(spare.sum())), spare)
    for park, given in zip(parks, kept.tolist(), strict=True):
        park.more_places = given
    context.flows.post("government", "landlords", "lever:incubator_places", float(kept.sum()) * price)
    return math.log2(1.0 + more / usual) if usual else 0.0


def _usual_founders(context: Context) -> float:
    """Founders a quarter at the hazard and the human capital of the start."""
    return context.scales.entry_hazard * context.scales.effective


def _founders(context: Context, budget: float, doublings: float, data: float) -> None:
    """Start-up aid for each founder, and what incubator places and open data do to the hazard of founding.

    Multiplier (1 + x_inc)^doublings (1 + x_dat min(spending / programme, 1)); aid only adds to founders' means.
    """
    rights, p = context.entitlements, context.parameters
    usual = _usual_founders(context)
    rights.startup_budget = budget
    rights.startup_aid = min(budget / usual, cap_of(context, "incubation")) if usual > 0.0 else 0.0
    rights.founding = max(1.0 + p["incubator.entry"], 0.0) ** doublings
    if data > 0.0:
        complete = min(_effort(context, data) / p["data.programme"], 1.0)
        rights.founding *= max(1.0 + p["data.entry"] * complete, 0.0)
        context.flows.post("government", "suppliers", "lever:data_market", data / QUARTERS)


def _effort(context: Context, spending: float) -> float:
    """Yearly spending over the base-year revenue of the sector."""
    return spending / float(context.memo["sector_revenue"])


def _tax(context: Context, got: Mapping[str, float]) -> None:
    """Reliefs and awards that follow from a firm's accounts, each with what it may still cost."""
    rights = context.entitlements
    rights.research_relief = got.get("super_deduction", 0.0)
    rights.research_relief_budget = left(context, "super_deduction")
    rights.profit_relief = got.get("profit_tax_relief", 0.0)
    rights.profit_relief_budget = left(context, "profit_tax_relief")
    rights.tier_award = got.get("tier_award", 0.0)
    rights.tier_budget = left(context, "tier_award")
    rights.tier_cap = cap_of(context, "tier_award")
    printed = load_rules()["list_award"].value("amount") * float(context.memo["numeraire"])
    rights.list_award = got.get("list_award", 0.0) * printed
    rights.list_budget = left(context, "list_award")


def _floor_and_platforms(context: Context, got: Mapping[str, float]) -> None:
    """Rent support and floor area in parks, and public platforms in all places, or each in the park that is named."""
    p, flows = context.parameters, context.flows
    rent = got.get("park_rent_subsidy", 0.0)
    helped = rent * places_of(context, "park_rent_subsidy") if rent > 0.0 else np.zeros(len(context.parks))
    build = got.get("park_construction", 0.0) / QUARTERS
    area = build / (p["park.construction.cost"] * context.environment.rent_level / p["park.rent.base"])
    floor = _by_area(context, area, "park_construction")
    platforms = got.get("service_platforms", 0.0) / QUARTERS
    services = _by_area(context, platforms, "service_platforms", scattered=True)
    for park, *given in zip(context.parks, helped.tolist(), floor.tolist(), services.tolist(), strict=True):
        park.support, park.new_floor, park.new_services = given
    flows.post("government", "suppliers", "lever:park_construction", build if floor.any() else 0.0)
    flows.post("government", "suppliers", "lever:service_platforms", platforms)


def _by_area(context: Context, total: float, name: str, *, scattered: bool = False) -> np.ndarray:
    """What of a total goes to each place in which a lever acts, by floor area, shape (parks,); none where these have
    none."""
    if total <= 0.0:
        return np.zeros(len(context.parks))
    area = np.array([park.built for park in context.parks]) * places_of(context, name, scattered=scattered)
    part: np.ndarray = total * (area / area.sum()) if area.any() else area
    return part


def _demand(context: Context, got: Mapping[str, float]) -> None:
    """Public orders, vouchers and help for local users of software, networks, and stands at fairs."""
    rights, p, flows = context.entitlements, context.parameters, context.flows
    rights.procurement = got.get("local_procurement", 0.0) / QUARTERS
    if rights.procurement > 0.0:
        flows.post("government", "customers", "lever:local_procurement", rights.procurement)
    rights.vouchers = got.get("cloud_voucher", 0.0) / QUARTERS
    if rights.vouchers > 0.0:
        flows.post("government", "customers", "lever:cloud_voucher", rights.vouchers)
    digital, networks = got.get("local_digitalisation", 0.0), got.get("network_buildout", 0.0)
    rights.adoption_push = max(p["adoption.push"] * _effort(context, digital), -1.0)
    if digital > 0.0:
        flows.post("government", "customers", "lever:local_digitalisation", digital / QUARTERS)
    rights.network_push = p["network.push"] * _effort(context, networks)
    if networks > 0.0:
        flows.post("government", "suppliers", "lever:network_buildout", networks / QUARTERS)
    rights.selling_abroad = _stands(context, "market_diversification", got)
    rights.selling_home = _stands(context, "fairs_branding", got)


def _stands(context: Context, name: str, got: Mapping[str, float]) -> float:
    """Share of firms for which the quarter's budget buys a stand at a fair."""
    everyone = context.parameters["fair.price"] * context.scales.firms
    spent = min(got.get(name, 0.0) / QUARTERS, everyone)
    if spent > 0.0:
        context.flows.post("government", "suppliers", f"lever:{name}", spent)
    return spent / everyone

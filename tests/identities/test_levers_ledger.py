"""Every yuan of a lever is posted with payer and payee, reaches somebody, and is what the office publishes."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from digisim.policy import lever_families, levers_of, load_levers
from digisim.policy.coverage import measures_by_lever
from digisim.processes.finance.awards import HUNDRED, KEY, hundredth
from digisim.quarter import run_quarter
from digisim.rng import Stream
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel
from digisim.state.flows import SECTORS

from .conftest import MEMBERS, Build

PAYEE = {
    "rd_grant": "firms", "talent_housing_subsidy": "households", "graduate_retention": "households",
    "park_rent_subsidy": "firms", "credit_guarantee": "banks", "attraction": "firms", "training_subsidy": "suppliers",
    "local_procurement": "customers", "super_deduction": "firms", "tier_award": "firms", "incubation": "firms",
    "incubator_places": "landlords",
    "park_construction": "suppliers", "service_platforms": "suppliers", "venture_fund": "firms", "ip_pledge": "banks",
    "cloud_voucher": "customers", "local_digitalisation": "customers", "outsourcing_upgrade": "firms",
    "market_diversification": "suppliers", "profit_tax_relief": "firms", "data_market": "suppliers",
    "network_buildout": "suppliers", "fairs_branding": "suppliers",
    "administration": "suppliers",
    "milestone_award": "households", "training_base_subsidy": "suppliers", "platform_interest_subsidy": "landlords",
    "park_platform_equity": "landlords", "rd_project_equity": "firms", "procurement_subsidy": "customers",
    "informatisation_subsidy": "customers", "list_award": "firms",
}  # fmt: skip


def own_levers(city: str) -> list[str]:
    """The levers under which a measure of the city's documents stands."""
    return [name for name, ids in measures_by_lever(city).items() if ids]


@pytest.mark.parametrize("member", MEMBERS[:3])
@pytest.mark.parametrize("scenario", ["dalian-plan", "dalian-all"])
def test_what_is_posted_is_what_is_published(build: Build, scenario: str, member: int) -> None:
    model = build(scenario, member)
    spent: dict[str, dict[int, float]] = {name: defaultdict(float) for name in load_levers()}
    while model.running:
        model.step()
        for (payer, payee, purpose), amount in model.economy.flows.paid.items():
            assert payer in SECTORS and payee in SECTORS and amount >= 0.0
            assert payer != payee or purpose == "purchases in the city"
            if purpose.startswith("lever:"):
                name = purpose.removeprefix("lever:")
                assert (payer, payee) == ("government", PAYEE[name])
                spent[name][model.economy.quarter // 4] += amount
    for year, table in model.published.items():
        for name in load_levers():
            assert table[f"fiscal_cost_{name}"] == spent[name][year]
        assert table["fiscal_cost"] == pytest.approx(sum(spent[name][year] for name in load_levers()), rel=1e-15)
    pulled = {name for name, value in model.scenario.values(model.economy.quarter).items() if value > 0.0}
    alone = {name for name in pulled if load_levers()[name].alone}
    tried = {name for names in lever_families().values() for name in names}
    assert alone == tried if scenario == "dalian-all" else alone == tried & set(own_levers("dalian"))
    assert {name for name in load_levers() if sum(spent[name].values()) > 0.0} == pulled


def test_every_lever_has_a_payee() -> None:
    assert set(PAYEE) == {name for name, row in load_levers().items() if not row.free}


def test_the_ledger_agrees_with_what_recipients_hold(build: Build) -> None:
    model = build("dalian-push", 1)
    economy = model.economy
    places = np.array([not park.scattered for park in economy.parks])
    rents: list[float] = []

    def watch() -> None:
        firms, rent = economy.firms, np.array([park.rent for park in economy.parks])
        held = firms["incubated_until"] > economy.quarter  # a part of a place's rent is spared, and not refunded
        place = held * max(economy.parameters["entrant.size"], 1.0) * economy.parameters["park.m2.per.job"]
        spared = (1.0 - economy.parameters["incubator.rent"]) * np.minimum(place, firms["floor_area"])
        rents.append(float((3.0 * (firms["floor_area"] - spared) * (rent * places)[firms["park"]]).sum()))

    for _ in range(12):
        levers = model.scenario.values(economy.quarter + 1)
        run_quarter(economy, model.member.chance, levers, after={"production": watch})
        paid = {purpose: amount for (payer, _, purpose), amount in economy.flows.paid.items() if payer == "government"}
        assert paid["lever:rd_grant"] == pytest.approx(float(economy.firms["research_grant"].sum()), rel=1e-12)
        assert rents[-1] < economy.flows.paid["firms", "landlords", "rent"]  # some sit outside parks
        values, usual = model.scenario.values(economy.quarter), economy.parameters["place.implementation"]
        helped = usual * values["administration"] / economy.memo["sector_revenue"]  # staff who carry the others out
        arrives = min(usual * (1.0 + economy.parameters["delivery.gain"] * helped), 1.0)
        assert arrives != usual  # the prior of what coordination adds spans zero
        assert paid["lever:park_rent_subsidy"] == pytest.approx(rents[-1] * values["park_rent_subsidy"] * arrives)


@pytest.mark.parametrize("member", MEMBERS[:3])
def test_nothing_is_paid_where_no_lever_is_pulled(build: Build, member: int) -> None:
    model = build("dalian-baseline", member)
    while model.running:
        model.step()
        purposes = {purpose for (_, _, purpose), amount in model.economy.flows.paid.items() if amount != 0.0}
        assert not [purpose for purpose in purposes if purpose.startswith("lever:")]
    assert all(table["fiscal_cost"] == 0.0 for table in model.published.values())


@pytest.mark.parametrize("member", MEMBERS[:3])
def test_who_is_new_on_the_list_is_paid_once_and_firms_of_the_base_year_are_not(base_starts, member: int) -> None:
    """Firm by firm over a whole run: the draw is the firm's own, the published number stays the expected one."""
    scenario = load_scenario("dalian-baseline").with_levers(list_award=1.0)
    model = IndustryModel(scenario, 1, member=member, start=base_starts[member])
    economy, p, firms = model.economy, model.economy.parameters, model.economy.firms
    key, hundred = (set(firms["id"][firms["lists_met"] & each > 0].tolist()) for each in (KEY, HUNDRED))
    assert len(key) * p["title.key.share"] == pytest.approx(model.published[2020]["firms_key_software"]) and key
    least, whole = [p["hundred.threshold"]], firms["last_year_revenue"] > 0.0  # of who merged no revenue is kept
    large = whole & (firms["last_year_revenue"] >= least[0])
    assert ((firms["lists_met"] & HUNDRED > 0) == large)[whole].all()
    assert economy.environment.nation == 1.0
    due = []
    while model.running:
        model.step()
        now = {each: set(firms["id"][firms["lists_met"] & each > 0].tolist()) for each in (KEY, HUNDRED)}
        new = np.array(sorted(now[KEY] - key), np.int64)
        drawn = model.member.chance.uniforms(Stream.KEY_LIST, new, quarter=0)[:, 0]
        entries = int((drawn < p["title.key.share"]).sum()) + len(now[HUNDRED] - hundred)
        due.append(1e6 * p["place.implementation"] * entries)
        assert economy.flows.paid["government", "firms", "lever:list_award"] == pytest.approx(due[-1])
        assert economy.quarter % 4 == 3 or (now[KEY] <= key and now[HUNDRED] <= hundred)
        key, hundred = key | now[KEY], hundred | now[HUNDRED]
        least.append(hundredth(p, economy.environment.nation))
    assert sum(due) > 0.0 and least[-1] > 1.5 * least[0]


ANNUAL = [name for name, row in load_levers().items() if row.budget.kind == "annual"]
ENTITLEMENT = [name for name, row in load_levers().items() if row.budget.kind == "entitlement"]


@pytest.mark.parametrize("name", ANNUAL)
def test_a_budget_is_not_overspent(base_starts, name: str) -> None:
    row = levers_of("dalian")[name]
    value = row.range[1]
    scenario = load_scenario("dalian-baseline").with_levers(**{name: f"{value} {row.unit}"})
    for member in MEMBERS[:3]:
        model = IndustryModel(scenario, 1, member=member, start=base_starts[member])
        share = model.economy.parameters["place.implementation"]
        model.run()
        spent = [model.published[year][f"fiscal_cost_{name}"] for year in range(2021, 2029)]
        assert max(spent) <= value * min(share, 1.0) * (1.0 + 1e-12)
        assert min(spent) > 0.0


@pytest.mark.parametrize("binds", [False, True])
@pytest.mark.parametrize("name", ENTITLEMENT)
def test_an_entitlement_ends_at_its_ceiling(base_starts, name: str, binds: bool) -> None:
    """Once the ceiling of the year is reached nothing more is paid, so a year costs at most one quarter beyond it.

    At a fiftieth of the ceiling it binds, for printed rules, which cost little, at a ten thousandth; at the registered
    one the full range of the lever may stay below it.
    """
    row = levers_of("dalian")[name]
    scale = (0.02 if row.rule is None else 1e-4) if binds else 1.0
    value = f"{row.range[1]} {row.unit}" if row.unit != "1" else row.range[1]
    scenario = load_scenario("dalian-baseline").with_levers(**{name: value})
    model = IndustryModel(scenario, 1, member=0, start=base_starts[0])
    assert row.budget.ceiling_share is not None
    model.economy.memo["sector_revenue"] *= scale
    ceiling = row.budget.ceiling_share * model.economy.memo["sector_revenue"]
    year_to_date, largest_quarter, stopped = 0.0, 0.0, 0
    while model.running:
        model.step()
        quarter = sum(v for (_, _, purpose), v in model.economy.flows.paid.items() if purpose == f"lever:{name}")
        assert year_to_date < ceiling or quarter == 0.0
        stopped += year_to_date >= ceiling
        largest_quarter = max(largest_quarter, quarter)
        year_to_date = 0.0 if model.economy.quarter % 4 == 3 else year_to_date + quarter
    costs = [model.published[year][f"fiscal_cost_{name}"] for year in range(2021, 2029)]
    print(f"{name} x {scale}: dearest year {max(costs) / ceiling:.3f} of the ceiling, {stopped} quarters without pay")
    assert 0.0 < max(costs) <= ceiling + largest_quarter
    assert not binds or stopped > 0 or name in {"tier_award", "list_award"}  # paid in the last quarter of a year only

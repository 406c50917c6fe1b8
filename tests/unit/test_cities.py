"""The other cities: each starts from its own printed figures, in its own count, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from digisim.regions import drift_rule, known, load_region, middle, outlook, region_names
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start, prepare
from digisim.state.economy import Economy
from digisim.synthesis import choose_reporting, draw_member, rake
from digisim.targets import OPERATORS, load_targets

CITIES = tuple(name for name in region_names() if name != "dalian")
MEMBERS = (0, 2)  # two draws, so both readings of the past
WITHIN = 0.01
MEETS = {
    "employees": "employees_local", "firms": "firms_latent", "above_scale": "firms_above_scale",
    "value_added": "value_added_latent", "exports": "exports_usd",
}  # fmt: skip


@cache
def start(city: str, member: int) -> Start:
    return prepare(load_scenario(f"{city}-baseline"), 1, member)


def base_year(city: str, member: int) -> dict[str, float]:
    return start(city, member).economy.published[load_region(city).base_year]


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("city", CITIES)
def test_a_city_starts_at_the_figures_that_its_member_drew(city: str, member: int) -> None:
    drawn, published = start(city, member).member, base_year(city, member)
    meets = {**MEETS, "revenue": f"software_revenue{OPERATORS[drawn.revenue_count]}"}
    gaps = {role: published[meets[role]] / value - 1.0 for role, value in drawn.figures.items()}
    print(city, member, {role: f"{gap:+.4%}" for role, gap in gaps.items()})
    assert {role: gap for role, gap in gaps.items() if abs(gap) > WITHIN} == {}
    assert published["wage_mean"] == pytest.approx(drawn.parameters["wage.base.2020"], rel=WITHIN)


@pytest.mark.parametrize("city", CITIES)
def test_a_named_firm_has_its_drawn_revenue_when_the_base_year_is_met(
    city: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: dict[str, float] = {}

    def read(economy: Economy, member: object) -> float:
        firms = economy.firms
        for name, who in economy.memo["anchors"].items():
            met[name] = float(firms["year_revenue"][firms["id"] == who].sum())
        return choose_reporting(economy, member)  # type: ignore[arg-type]

    monkeypatch.setattr("digisim.warmup.choose_reporting", read)
    drawn = prepare(load_scenario(f"{city}-baseline"), 1, 2).member
    assert set(met) == set(drawn.anchors) == {anchor.name for anchor in load_region(city).anchors}
    for name, revenue in drawn.anchors.items():
        assert met[name] == pytest.approx(revenue, rel=WITHIN)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("city", CITIES)
def test_a_city_grows_into_its_drawn_figures_and_little_is_met_by_lot(city: str, member: int) -> None:
    """The warm-up begins with the industry of earlier years; it once began with that of the base year, and every second
    person of Dongguan and Qingdao was taken away again."""
    memo = start(city, member).economy.memo
    missed, raked = memo["missed"], memo["raked"]
    print(city, member, missed, raked)
    assert missed.people == pytest.approx(1.0, abs=0.05)
    assert raked["people"] == pytest.approx(1.0, abs=0.12)
    assert missed.above_scale == pytest.approx(1.0, abs=0.1)
    assert list(missed.named.values()) == pytest.approx([1.0] * len(missed.named), abs=0.15)


def test_a_firm_that_is_known_in_the_base_year_has_not_closed_before() -> None:
    """By its draw of chance Dongguan's dominant firm would close in the second quarter of this warm-up."""
    economy = start("dongguan", 0).economy
    assert economy.memo["anchors"] == {"dominant": 0}
    assert economy.firms["alive"][economy.firms["id"] == 0].tolist() == [True]


@pytest.mark.parametrize(("closing", "residual", "stays"), [(0.0, 0.999, True), (0.999999, 1e-9, False)])
def test_a_firm_known_by_name_closes_at_a_rate_of_its_own(closing: float, residual: float, stays: bool) -> None:
    """However often others close for other reasons than money; in the forecast only."""
    begun = start("dongguan", 0)
    model = IndustryModel("dongguan-baseline", 1, start=begun)
    model.economy.parameters = {**begun.economy.parameters, "anchor.closing": closing, "exit.residual": residual}
    others = int(model.economy.firms["alive"].sum()) - 1
    for _ in range(2):
        model.step()
    firms = model.economy.firms
    named = firms["id"] == model.economy.memo["anchors"]["dominant"]
    left = int((firms["alive"] & ~named).sum()) / others
    assert firms["alive"][named].tolist() == [stays]
    assert left < 0.5 if stays else left > 0.9


def test_taxes_of_the_base_year_are_those_of_its_value_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where purchases change so that the drawn value added is met, profits do, and what is taken of them."""
    begun = start("shenzhen", 0)
    surplus = begun.economy.memo["raked"]["surplus"]
    monkeypatch.setattr("digisim.warmup.rake", lambda economy, member: {**rake(economy, member), "surplus": 0.0})
    other = prepare(load_scenario("shenzhen-baseline"), 1, 0).economy.published[2021]
    more = base_year("shenzhen", 0)["tax_revenue"] - other["tax_revenue"]
    assert surplus != 0.0
    assert more == pytest.approx(begun.member.parameters["profit.tax"] * surplus)


@pytest.mark.parametrize("city", CITIES)
def test_people_money_and_floor_area_balance_to_the_horizon(city: str) -> None:
    model = IndustryModel(f"{city}-baseline", 1, member=2, start=start(city, 2), guarded=True)
    assert model.run().residual <= 1e-9


@pytest.mark.parametrize("city", CITIES)
def test_levers_at_their_value_in_force_are_the_baseline_to_the_bit(city: str) -> None:
    from digisim.policy import load_levers

    base = load_scenario(f"{city}-baseline")
    rows = load_levers().values()
    nothing = base.with_levers(
        **{row.name: row.in_force if row.unit == "1" else f"{row.in_force:g} {row.unit}" for row in rows}
    ).with_(horizon=base.start + 1)
    both = (nothing, base.with_(horizon=base.start + 1))
    runs = [IndustryModel(each, 1, start=start(city, 0)).run() for each in both]
    assert repr(runs[0].published) == repr(runs[1].published)  # NaN, what a city does not print, stands there too


@pytest.mark.parametrize("city", CITIES)
def test_the_plan_moves_something_and_costs_money(city: str) -> None:
    plan = load_scenario(f"{city}-plan").with_(horizon=load_region(city).base_year + 1)
    last = IndustryModel(plan, 1, start=start(city, 0)).run().published[plan.end]
    assert 0.0 < last["fiscal_cost"] < 0.02 * middle(load_region(city), "revenue")


@pytest.mark.parametrize("name", ["dongguan-without-dominant", "qingdao-haier-leaves", "qingdao-hisense-leaves"])
def test_a_named_firm_that_leaves_is_gone_from_its_quarter_on(name: str) -> None:
    scenario = load_scenario(name)
    (event,) = scenario.events
    begin = start(scenario.region, 0)
    who = begin.economy.memo["anchors"][event.anchor]
    model = IndustryModel(scenario, 1, start=begin)
    while model.economy.quarter < event.date.index:
        before = model.economy.firms["alive"][model.economy.firms["id"] == who]
        model.step()
    assert before.tolist() == [True]
    firms = model.economy.firms
    assert firms["alive"][firms["id"] == who].tolist() == [False]
    assert firms["exited"][firms["id"] == who].tolist() == [event.date.index]


def test_customers_of_a_named_firm_do_not_drift_to_its_neighbours() -> None:
    """Three quarters of its nest are the dominant firm's: the more are tied to it, the less it loses by turnover."""
    shares = {}
    for tied in (0.0, 0.5, 1.0):
        begin = start("dongguan", 0)
        before = begin.economy.parameters["customer.tied"]
        begin.economy.parameters["customer.tied"] = tied
        model = IndustryModel("dongguan-baseline", 1, start=begin)
        begin.economy.parameters["customer.tied"] = before
        firms = model.economy.firms
        for _ in range(4):
            model.step()
        row = int(np.flatnonzero(firms["id"] == model.economy.memo["anchors"]["dominant"])[0])
        nest = firms["alive"] & (firms["segment"] == firms["segment"][row])
        shares[tied] = float(firms["presence"][row].sum() / firms["presence"][nest].sum())
    print(shares)
    assert shares[0.0] < shares[0.5] < shares[1.0]
    assert shares[0.0] < 0.9 * shares[1.0]


@pytest.mark.parametrize("city", CITIES)
def test_every_city_has_a_baseline_a_plan_and_targets_within_its_horizon(city: str) -> None:
    region = load_region(city)
    for kind in ("baseline", "plan"):
        scenario = load_scenario(f"{city}-{kind}")
        assert (scenario.start, scenario.end) == (region.base_year, region.horizon)
    assert bool(load_scenario(f"{city}-plan").levers) and not load_scenario(f"{city}-baseline").levers
    assert {target.year for target in load_targets(city)} == {region.horizon}


@pytest.mark.parametrize("city", CITIES)
def test_the_outlook_of_a_city_knows_nothing_after_its_base_year(city: str) -> None:
    region = load_region(city)
    look = outlook(region)
    assert max(look.published_growth) == region.base_year
    source = region.outlook
    ids = [
        *source.national_growth, *source.national_levels, *source.per_head_growth, *source.export_growth,
        *source.category_growth.values(), region.nation_revenue,
    ]  # fmt: skip
    assert max(known(identifier).year for identifier in ids) <= region.base_year
    assert np.isfinite(look.segment_growth).all() and 0.0 < look.per_head_share < 1.0


def test_the_drift_of_each_city_by_hand() -> None:
    shenzhen = (np.log(0.10 * 81616 / 1195) - np.log(81616 / 7572.88)) / 12
    dongguan = np.log(137 / 99) / 3 - np.log(38000 / 35000)
    qingdao = (np.log(394.9 / 110) - np.log(18467.93 / 5834)) / 4
    for name, mean in (("shenzhen", shenzhen), ("dongguan", dongguan), ("qingdao", qingdao)):
        assert drift_rule(load_region(name)).mean == pytest.approx(mean, rel=1e-9), name


def test_a_priors_of_a_region_replace_those_of_the_register_draw_for_draw() -> None:
    for k in range(0, 12, 2):
        here, there = draw_member(load_region("shenzhen"), 3, k), draw_member(load_region("dalian"), 3, k)
        same = set(here.parameters) - set(load_region("shenzhen").parameters) - {"profit.margin", "upgrade.premium"}
        assert {name for name in same if here.parameters[name] != there.parameters[name]} == set()
        assert 0.5 < here.parameters["wage.base.2020"] / there.parameters["wage.base.2020"] / 1.5 < 1.5


def test_shenzhen_s_margin_follows_from_its_value_added() -> None:
    """Revenue, pay and value added leave a profit between nothing and a fifth of revenue."""
    region = load_region("shenzhen")
    members = [draw_member(region, 1, k) for k in range(0, 200, 2)]
    margins = np.array([m.parameters["profit.margin"] for m in members])
    assert margins.min() > 0.0 and margins.max() < 0.2
    for m in members[:5]:
        p, figures = m.parameters, m.figures
        pay = p["wage.base.2020"] * figures["employees"] * (1.0 + p["social.charges"])
        rest = (p["profit.margin"] + p["production.tax"] + p["depreciation.share"]) * m.latent
        assert pay + rest == pytest.approx(figures["value_added"], rel=1e-12)


def test_qingdao_starts_from_what_was_published_and_not_from_what_its_targets_imply() -> None:
    region = load_region("qingdao")
    assert middle(region, "revenue") == pytest.approx(394.9e8)
    drawn = np.array([draw_member(region, 1, k).figures["revenue"] for k in range(0, 100, 2)])
    assert drawn.min() > 340e8 and drawn.max() < 460e8


def test_a_count_of_the_city_is_met_firm_by_firm() -> None:
    """Dongguan prints the revenue of the firms above the threshold: below it nothing is counted."""
    economy = start("dongguan", 2).economy
    published = base_year("dongguan", 2)
    assert published["software_revenue"] == pytest.approx(published["software_revenue_local"], rel=WITHIN)
    assert published["software_revenue_latent"] > published["software_revenue_local"]
    assert published["revenue_share_largest"] == pytest.approx(
        start("dongguan", 2).member.anchors["dominant"] / published["software_revenue_latent"], rel=0.02
    )
    assert economy.memo["reporting_share"] == 1.0


@pytest.fixture
def doubled() -> Callable[[str], tuple[Start, Start]]:
    def both(city: str) -> tuple[Start, Start]:
        base = load_scenario(f"{city}-baseline")
        return start(city, 0), prepare(base, 1, 0, numeraire=2.0)

    return both


@pytest.mark.parametrize("city", CITIES)
def test_twice_the_money_is_the_same_city(city: str, doubled: Callable[[str], tuple[Start, Start]]) -> None:
    one, two = doubled(city)
    for name in ("headcount", "capability", "alive", "floor_area"):
        assert one.economy.firms[name].tobytes() == two.economy.firms[name].tobytes(), name
    assert (2.0 * one.economy.firms["cash"]).tobytes() == two.economy.firms["cash"].tobytes()

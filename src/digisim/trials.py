"""Virtual trials: the model is treated as the studies treated the world, and asked for the effect that they report.

Treated and control run share parameters, figures and every draw of chance, so that one pair says what a study needs
thousands of firms for; the spread over members is that of parameters and of who is treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from digisim.evidence import effects
from digisim.kernels.firms import inclusive_values
from digisim.processes.demand import city_share
from digisim.processes.entry import ANCHOR
from digisim.quarter import run_quarter
from digisim.regions import load_segments
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.rng import Chance, Stream
from digisim.scenario import load_scenario
from digisim.simulate import IndustryModel, Start, check_whole, prepare
from digisim.state.economy import MARKETS, Economy
from digisim.synthesis.industry import CreditLimit

YEARS, LONG, AFTER = 3, 5, 2
CONTRACT = 0.2  # of a quarter's orders
REFUSED, LEAN = 0.05, 0.25  # bank credit over the usual where banks refuse; cash in quarters of cost of who needs it
LINK = 0.1  # of orders: the unit of the published effect
SPENT = 0.005  # of base-year revenue a year, on platforms and on floor area in one park
TREATED = 0.2  # share of the eligible firms that are treated, by a draw of its own
WHO = Chance(2_718_281, 0)
SMALL = (5, 100)  # staff
YOUNG = 20  # quarters
Table = dict[str, np.ndarray]
Treatment = Callable[[IndustryModel, np.ndarray, int], None]
NewFirms = Callable[[IndustryModel, np.ndarray], None]


class Trial(BaseModel):
    """A row of the register of trials."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    effect: str
    en: str
    zh: str


@cache
def load_trials() -> Mapping[str, Trial]:
    """The trials by name.

    >>> load_trials()["talent_package"].effect
    'talent.policy.inflow'
    """
    return load_register(package_file("trials.yaml"), Trial, "trials")


def run_trials(members: int = 24, seed: int = 1) -> pd.DataFrame:
    """Return what the model gives beside what the literature gives: a row per trial.

    Columns: trial, en, zh, effect (id), unit, model (median over members), model_low, model_high (10% and 90%),
    literature, literature_low, literature_high, inside (whether the median lies in the literature's range). Members are
    the first replicates of `members` draws.
    """
    check_whole("members", members, 1, 1_000)
    found: dict[str, list[float]] = {name: [] for name in load_trials()}
    for k in range(members):
        start = prepare(load_scenario("dalian-baseline"), seed, 2 * k)
        for measured in (_grants(start), _guarantees(start), _refused(start), _startups(start), _incubated(start),
                         _contracts(start), _tenancy(start), _suppliers(start), _anchor(start), _supported(start),
                         _talent(start), _yen(start)):  # fmt: skip
            for name, value in measured.items():
                found[name].append(value)
    return pd.DataFrame([_row(load_trials()[name], np.array(values)) for name, values in found.items()])


def _row(trial: Trial, values: np.ndarray) -> dict[str, Any]:
    published = effects()[trial.effect]
    low, median, high = np.nanquantile(values, [0.1, 0.5, 0.9])
    return {
        "trial": trial.name, "en": trial.en, "zh": trial.zh, "effect": trial.effect, "unit": published.unit,
        "model": float(median), "model_low": float(low), "model_high": float(high),
        "literature": published.central, "literature_low": published.low, "literature_high": published.high,
        "inside": bool(published.low <= median <= published.high),
    }  # fmt: skip


def _run(
    start: Start, years: int, treat: Treatment | None = None, who: np.ndarray | None = None, *, after: str = "policy",
    scenario: Any = "dalian-baseline",
) -> tuple[IndustryModel, list[Table]]:  # fmt: skip
    """A run of some years from a start, and firms' sales at the end of each year; `treat` acts behind a step."""
    model = IndustryModel(scenario, start.member.seed, start=start)
    years_end: list[Table] = []
    for quarter in range(4 * years):
        economy = model.economy
        hooks: dict[str, Callable[[], None]] = {}
        if treat is not None and who is not None:
            hooks[after] = lambda now=quarter: treat(model, who, now)  # type: ignore[misc]
        sales = economy.firms["year_revenue"].copy() if quarter % 4 == 3 else None
        levers = model.scenario.values(economy.quarter + 1)
        run_quarter(economy, model.member.chance, levers, after=hooks)
        if sales is not None:
            firms = economy.firms
            whole = np.zeros(firms.n)
            whole[: sales.size] = sales
            years_end.append({"sales": whole + firms["revenue"], "alive": firms["alive"].copy()})
    return model, years_end


def _eligible(start: Start, rule: np.ndarray) -> np.ndarray:
    """Rows of the treated: a fifth of the firms to which the rule applies, by a draw keyed by firm."""
    firms = start.economy.firms
    u = WHO.uniforms(Stream.FIRM_EXIT, firms["id"], quarter=0)[:, 0]
    return np.flatnonzero(firms["alive"] & rule & (u < TREATED))


def _small(start: Start) -> np.ndarray:
    staff = start.economy.firms["headcount"]
    result: np.ndarray = (staff >= SMALL[0]) & (staff <= SMALL[1])
    return result


def _growth(treated: list[Table], control: list[Table], who: np.ndarray) -> float:
    """Extra growth of sales in points a year, mean over treated firms that live in both runs."""
    last, other = treated[-1], control[-1]
    both = who[last["alive"][who] & other["alive"][who] & (other["sales"][who] > 0.0) & (last["sales"][who] > 0.0)]
    return float(100.0 * np.log(last["sales"][both] / other["sales"][both]).mean() / len(treated))


def _closing(treated: list[Table], control: list[Table], who: np.ndarray) -> float:
    """Extra closures, in points a year."""
    gone = (~treated[-1]["alive"][who]).mean() - (~control[-1]["alive"][who]).mean()
    return float(100.0 * gone / len(treated))


def _grants(start: Start) -> dict[str, float]:
    who = _eligible(start, _small(start))
    amount = 0.1 * start.economy.firms["revenue"][who]  # a quarter's part of a tenth of a year's sales

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter < 4:
            model.economy.flows.to_firms("government", "trial", amount, rows)
            model.economy.firms["research_grant"][rows] += amount

    return {"small_grant": _growth(_run(start, YEARS, treat, who)[1], _run(start, YEARS)[1], who)}


def _guarantees(start: Start) -> dict[str, float]:
    firms = start.economy.firms
    who = _eligible(start, (start.economy.quarter - firms["founded"] < YOUNG) & (firms["headcount"] > 2))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        table = model.economy.firms
        table["guarantee"][rows] = 0.2 * 4.0 * table["orders_expected"][rows]

    treated, control = _run(start, YEARS, treat, who)[1], _run(start, YEARS)[1]
    return {"guaranteed_loan": _growth(treated, control, who), "guaranteed_default": _closing(treated, control, who)}


def _refused(start: Start) -> dict[str, float]:
    """Firms with little cash in a city whose banks lend hardly anything; a fifth of them gets the guarantee."""
    economy, p = start.economy, start.member.parameters
    firms = economy.firms
    purchases = firms["output"] * economy.environment.purchase_share[firms["segment"]]
    cost = firms["wage_bill"] * (1.0 + p["social.charges"]) + purchases
    who = _eligible(start, (firms["headcount"] > 0) & (firms["cash"] < LEAN * cost))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        table = model.economy.firms
        model.economy.memo["credit_limit"] = CreditLimit(REFUSED * p["credit.limit"])
        table["guarantee"][rows] = 0.2 * 4.0 * table["orders_expected"][rows]

    treated, control = (_run(start, YEARS, treat, rows)[1] for rows in (who, who[:0]))
    return {"refused_loan": _growth(treated, control, who)}


def _startups(start: Start) -> dict[str, float]:
    """Firms founded in the first year; half of them get cash in the quarter in which they open."""

    def pay(model: IndustryModel, chosen: np.ndarray) -> None:
        table = model.economy.firms
        amount = table["desired_workers"][chosen] * table["wage"][chosen] / 4.0
        model.economy.flows.to_firms("government", "trial", amount, chosen)

    return {"startup_cash": _exit_ratio(start, pay, None)}


def _incubated(start: Start) -> dict[str, float]:
    """Spin-offs of the first year; half of them sit in an incubator, in the control run none of these does."""
    stay = round(4 * start.member.parameters["incubator.stay"])

    def seat(model: IndustryModel, chosen: np.ndarray) -> None:
        model.economy.firms["incubated_until"][chosen] = model.economy.quarter + stay

    def refuse(model: IndustryModel, chosen: np.ndarray) -> None:
        model.economy.firms["incubated_until"][chosen] = -1

    return {"incubated_exit": _exit_ratio(start, seat, refuse)}


def _exit_ratio(start: Start, treat: NewFirms, control: NewFirms | None) -> float:
    """Share closed within the first years of treated new firms over that of the same without; half of the first
    year's."""

    def acts_by(act: NewFirms | None) -> Treatment | None:
        def found(model: IndustryModel, _rows: np.ndarray, quarter: int) -> None:
            table, now = model.economy.firms, model.economy.quarter
            new = np.flatnonzero(table["alive"] & (table["founded"] == now) & (quarter < 4))
            if act is not None:
                act(model, new[WHO.uniforms(Stream.ENTRANTS, table["id"][new], quarter=0)[:, 0] < 0.5])

        return found if act else None

    closed = []
    for act in (treat, control):
        table = _run(start, YEARS + 1, acts_by(act), np.zeros(0, np.int64), after="entry")[0].economy.firms
        first = start.economy.quarter
        new = (table["founded"] > first) & (table["founded"] <= first + 4)
        chosen = new & (WHO.uniforms(Stream.ENTRANTS, table["id"], quarter=0)[:, 0] < 0.5)
        exited = chosen & (table["exited"] >= 0) & (table["exited"] - table["founded"] <= 4 * YEARS)
        closed.append(exited.sum() / max(int(chosen.sum()), 1))
    return float(closed[0] / closed[1]) if closed[1] > 0.0 else float("nan")


def _contracts(start: Start) -> dict[str, float]:
    who = _eligible(start, _small(start))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter == 0:
            table = model.economy.firms
            table["contracts"][rows] += CONTRACT * table["orders"][rows]
            table["orders"][rows] *= 1.0 + CONTRACT

    treated, control = (_run(start, AFTER, act, who, after="demand")[0].economy.firms for act in (treat, None))
    both = who[treated["alive"][who] & control["alive"][who]]
    gain = float(treated["revenue"][both].sum() / control["revenue"][both].sum() - 1.0)
    return {"public_contract": gain / CONTRACT}


def _tenancy(start: Start) -> dict[str, float]:
    economy = start.economy
    largest = int(np.argmax([park.built for park in economy.parks[:-1]]))
    who = _eligible(start, _small(start) & (economy.firms["park"] == len(economy.parks) - 1))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter == 1:  # the first quarter takes stock of who is near whom
            table, parks = model.economy.firms, model.economy.parks
            for row in rows[table["floor_area"][rows] <= parks[largest].vacant]:
                area = float(table["floor_area"][row])
                if area <= parks[largest].vacant:
                    parks[table["park"][row]].vacant += area
                    parks[largest].vacant -= area
                    table["park"][row] = largest

    treated, control = (_run(start, LONG, act, who, after="space")[0].economy for act in (treat, None))
    return {"park_tenancy": _productivity(treated, control, who, start)}


def _productivity(treated: Any, control: Any, rows: np.ndarray, start: Start) -> float:
    """Change of revenue per worker from capability, in percent, mean over firms that live in both."""
    both = rows[treated.firms["alive"][rows] & control.firms["alive"][rows]]
    ratio = np.log(treated.firms["capability"][both] / control.firms["capability"][both])
    return float(100.0 * start.member.parameters["capability.productivity"] * ratio.mean()) if both.size else 0.0


def _suppliers(start: Start) -> dict[str, float]:
    """Firms that sell a tenth more of their work to firms of the city than they would; orders stay as they are."""
    who = _eligible(start, _small(start))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        share = model.economy.firms["inside_share"]
        share[rows] = np.minimum(share[rows] + LINK, 1.0)

    treated, control = (_run(start, LONG, act, who, after="demand")[0].economy for act in (treat, None))
    return {"supplier_link": _productivity(treated, control, who, start)}


def _anchor(start: Start) -> dict[str, float]:
    arrival = load_scenario("dalian-anchor-arrives")
    segment = list(load_segments()).index(arrival.events[0].segment)
    founded, staff = [], []

    def watch(model: IndustryModel, _rows: np.ndarray, _quarter: int) -> None:
        economy = model.economy
        anchor = economy.firms["origin"] == ANCHOR
        employer = economy.talent["employer"][economy.memo["founders"]]
        founded.append(int(anchor[employer[employer >= 0]].sum()))
        staff.append(int(economy.firms["headcount"][anchor].sum()))

    nobody = np.zeros(0, np.int64)
    treated = _run(start, LONG + 2, watch, nobody, after="labour", scenario=arrival)[0].economy
    control = _run(start, LONG + 2)[0].economy
    others = np.flatnonzero(start.economy.firms["alive"] & (start.economy.firms["segment"] == segment))
    both = others[treated.firms["alive"][others] & control.firms["alive"][others]]
    pay = float(np.log(treated.firms["wage"][both] / control.firms["wage"][both]).mean())
    return {
        "anchor_productivity": _productivity(treated, control, others, start),
        "anchor_pay": 100.0 * pay,
        "anchor_spinoffs": 1000.0 * 4.0 * sum(founded) / max(sum(staff), 1),
    }


def _supported(start: Start) -> dict[str, float]:
    """One park gets half of its tenants' rent, platforms and floor area; jobs that it gains against what the city does.

    Displacement: part of the gain that is missing elsewhere in the city, sums over year-ends. Entry: firms founded in
    the park in the first years.
    """
    parks = start.economy.parks
    largest = max((park for park in parks if not park.scattered), key=lambda park: park.built)
    budget = f"{SPENT * start.economy.memo['sector_revenue']} CNY/year"
    given: dict[str, str | float] = {"park_rent_subsidy": 0.5, "service_platforms": budget, "park_construction": budget}
    plain = load_scenario("dalian-baseline")
    helped = plain.with_levers(**given).with_(parks=dict.fromkeys(given, largest.name))
    park, city, founded = np.zeros(2), np.zeros(2), np.zeros(2)
    for k, scenario in enumerate((helped, plain)):
        model = IndustryModel(scenario, start.member.seed, start=start)
        for year in range(LONG):
            for _ in range(4):
                model.step()
                firms = model.economy.firms
                new = (firms["founded"] == model.economy.quarter) & (firms["park"] == parks.index(largest))
                founded[k] += new.sum() if year < YEARS else 0
            table = model.published[max(model.published)]
            park[k] += table[f"employees_park_{largest.name}"]
            city[k] += table["employees_latent"]
    gained = park[0] - park[1]
    return {
        "park_displacement": float(1.0 - (city[0] - city[1]) / gained),
        "park_entry": float(100.0 * (founded[0] / founded[1] - 1.0)),
    }


def _talent(start: Start) -> dict[str, float]:
    package = load_scenario("dalian-baseline").with_levers(
        talent_housing_subsidy="1500 CNY/month", graduate_retention="20000 CNY/person"
    )
    totals = []
    for scenario in (package, "dalian-baseline"):
        model = IndustryModel(scenario, start.member.seed, start=start)
        while max(model.published) < start.economy.quarter // 4 + YEARS:
            model.step()
        years = [model.published[y] for y in sorted(model.published)[1:]]
        totals.append(sum(y["in_migration"] + y["graduates"] for y in years))
    return {"talent_package": 100.0 * (totals[0] / totals[1] - 1.0)}


def _yen(start: Start) -> dict[str, float]:
    """Profit lost in the four quarters of a cheaper yen, over sales to Japan, for each percent of its fall."""
    fall = load_scenario("dalian-yen-fall")
    first, percent = fall.shocks[0].start.index - start.economy.quarter - 1, -100.0 * fall.shocks[0].change
    profit, sold = np.zeros(2), np.zeros(2)
    for k, scenario in enumerate(("dalian-baseline", fall)):

        def watch(model: IndustryModel, _rows: np.ndarray, quarter: int, k: int = k) -> None:
            if quarter >= first:
                profit[k] += model.economy.firms["profit"].sum()
                sold[k] += _sales_to_japan(model.economy)

        _run(start, first // 4 + 1, watch, np.zeros(0, np.int64), after="production", scenario=scenario)
    return {"yen_fall": float(100.0 * (profit[0] - profit[1]) / sold[0] / percent)}


def _sales_to_japan(economy: Economy) -> float:
    """Sales of the quarter to Japan, CNY: each firm's revenue times the part of its orders that came from there."""
    firms, env = economy.firms, economy.environment
    pull, segment = firms["attractiveness"], firms["segment"]
    nests = inclusive_values(firms["alive"], segment, pull, len(env.segment_growth))
    share = city_share(nests, env.inclusive_start, env.outside, env.nest_openness)
    rate = np.divide(env.market * share / 4.0, nests, out=np.zeros_like(nests), where=nests > 0.0)
    japan = MARKETS.index("japan")
    orders, price = rate[segment, japan] * pull[:, japan], economy.city.price_abroad[0]
    paid = firms["orders"] * firms["price"]
    part = np.divide(orders * price, paid, out=np.zeros_like(paid), where=paid > 0.0)
    return float((firms["revenue"] * part).sum())

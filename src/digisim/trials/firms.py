"""What single firms are given: money, credit, a contract, a customer, a place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digisim.rng import Stream
from digisim.simulate import IndustryModel, Start
from digisim.synthesis.industry import CreditLimit
from digisim.trials.runs import (
    AFTER,
    LONG,
    NOBODY,
    WHO,
    YEARS,
    Treatment,
    closing,
    eligible,
    growth,
    productivity,
    run,
    small,
)

CONTRACT = 0.2  # of a quarter's orders
REFUSED, LEAN = 0.05, 0.25  # bank credit over the usual where banks refuse; cash in quarters of cost of who needs it
LINK = 0.1  # of orders: the unit of the published effect
YOUNG = 20  # quarters
NewFirms = Callable[[IndustryModel, np.ndarray], None]


def grants(start: Start) -> dict[str, float]:
    """Extra growth of small firms that get a research grant of a tenth of a year's sales."""
    who = eligible(start, small(start))
    amount = 0.1 * start.economy.firms["revenue"][who]  # a quarter's part of a tenth of a year's sales

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter < 4:
            model.economy.flows.to_firms("government", "trial", amount, rows)
            model.economy.firms["research_grant"][rows] += amount

    return {"small_grant": growth(run(start, YEARS, treat, who)[1], run(start, YEARS)[1], who)}


def guarantees(start: Start) -> dict[str, float]:
    """Extra growth and closures of young firms that get guaranteed credit."""
    firms = start.economy.firms
    who = eligible(start, (start.economy.quarter - firms["founded"] < YOUNG) & (firms["headcount"] > 2))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        table = model.economy.firms
        table["guarantee"][rows] = 0.2 * 4.0 * table["orders_expected"][rows]

    treated, control = run(start, YEARS, treat, who)[1], run(start, YEARS)[1]
    return {"guaranteed_loan": growth(treated, control, who), "guaranteed_default": closing(treated, control, who)}


def refused(start: Start) -> dict[str, float]:
    """Firms with little cash in a city whose banks lend hardly anything; a fifth of them gets the guarantee."""
    economy, p = start.economy, start.member.parameters
    firms = economy.firms
    purchases = firms["output"] * economy.environment.purchase_share[firms["segment"]]
    cost = firms["wage_bill"] * (1.0 + p["social.charges"]) + purchases
    who = eligible(start, (firms["headcount"] > 0) & (firms["cash"] < LEAN * cost))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        table = model.economy.firms
        model.economy.memo["credit_limit"] = CreditLimit(REFUSED * p["credit.limit"])
        table["guarantee"][rows] = 0.2 * 4.0 * table["orders_expected"][rows]

    treated, control = (run(start, YEARS, treat, rows)[1] for rows in (who, who[:0]))
    return {"refused_loan": growth(treated, control, who)}


def startups(start: Start) -> dict[str, float]:
    """Firms founded in the first year; half of them get cash in the quarter in which they open."""

    def pay(model: IndustryModel, chosen: np.ndarray) -> None:
        table = model.economy.firms
        amount = table["desired_workers"][chosen] * table["wage"][chosen] / 4.0
        model.economy.flows.to_firms("government", "trial", amount, chosen)

    return {"startup_cash": _exit_ratio(start, pay, None)}


def incubated(start: Start) -> dict[str, float]:
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
        table = run(start, YEARS + 1, acts_by(act), NOBODY, after="entry")[0].economy.firms
        first = start.economy.quarter
        new = (table["founded"] > first) & (table["founded"] <= first + 4)
        chosen = new & (WHO.uniforms(Stream.ENTRANTS, table["id"], quarter=0)[:, 0] < 0.5)
        exited = chosen & (table["exited"] >= 0) & (table["exited"] - table["founded"] <= 4 * YEARS)
        closed.append(exited.sum() / max(int(chosen.sum()), 1))
    return float(closed[0] / closed[1]) if closed[1] > 0.0 else float("nan")


def contracts(start: Start) -> dict[str, float]:
    """Part of the gain from one public contract that is left after two years."""
    who = eligible(start, small(start))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter == 0:
            table = model.economy.firms
            table["contracts"][rows] += CONTRACT * table["orders"][rows]
            table["orders"][rows] *= 1.0 + CONTRACT

    treated, control = (run(start, AFTER, act, who, after="demand")[0].economy.firms for act in (treat, None))
    both = who[treated["alive"][who] & control["alive"][who]]
    gain = float(treated["revenue"][both].sum() / control["revenue"][both].sum() - 1.0)
    return {"public_contract": gain / CONTRACT}


def tenancy(start: Start) -> dict[str, float]:
    """Productivity of small firms that are moved into the largest park."""
    economy = start.economy
    largest = int(np.argmax([park.built for park in economy.parks[:-1]]))
    who = eligible(start, small(start) & (economy.firms["park"] == len(economy.parks) - 1))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        if quarter == 1:  # the first quarter takes stock of who is near whom
            table, parks = model.economy.firms, model.economy.parks
            for row in rows[table["floor_area"][rows] <= parks[largest].vacant]:
                area = float(table["floor_area"][row])
                if area <= parks[largest].vacant:
                    parks[table["park"][row]].vacant += area
                    parks[largest].vacant -= area
                    table["park"][row] = largest

    treated, control = (run(start, LONG, act, who, after="space")[0].economy for act in (treat, None))
    return {"park_tenancy": productivity(treated, control, who, start)}


def suppliers(start: Start) -> dict[str, float]:
    """Firms that sell a tenth more of their work to firms of the city than they would; orders stay as they are."""
    who = eligible(start, small(start))

    def treat(model: IndustryModel, rows: np.ndarray, quarter: int) -> None:
        share = model.economy.firms["inside_share"]
        share[rows] = np.minimum(share[rows] + LINK, 1.0)

    treated, control = (run(start, LONG, act, who, after="demand")[0].economy for act in (treat, None))
    return {"supplier_link": productivity(treated, control, who, start)}

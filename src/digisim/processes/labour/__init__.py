"""Step 7: plans, separations, search and matching, pay, graduates and migration."""

from __future__ import annotations

import numpy as np

from digisim.clock import quarterly_hazard
from digisim.kernels import matching, talent
from digisim.kernels.firms import adjust_wages, lacking_staff, plan_staff, reach_of_money
from digisim.kernels.sums import ordered_sum
from digisim.processes import Context, Process, names
from digisim.processes.labour.moving import depart, people_from_cities
from digisim.processes.labour.newcomers import (
    GRADUATION_QUARTER,
    NewPeople,
    graduates_who_stay,
    outsiders_who_look,
)
from digisim.rng import Stream, when
from digisim.state.economy import output_per_worker

YEARS_TO_1900 = 1900 * 4
SPARE = 1.25


def run(context: Context) -> None:
    """Firms plan; people leave, lose or quit jobs, learn and search; newcomers join; vacancies are filled; pay
    moves."""
    now = context.quarter - YEARS_TO_1900
    firms = context.firms
    per_worker = output_per_worker(
        context.environment, context.parameters, firms.segment, firms.capability, firms.product_share
    )
    layoff, margin = _plan(context, per_worker)
    seekers = _people(context, layoff, now)
    fresh = [graduates_who_stay(context)] if context.quarter % 4 == GRADUATION_QUARTER else []
    fresh += [outsiders_who_look(context), *people_from_cities(context)]
    idle = _match(context, seekers, fresh, now)
    _pay(context, per_worker, margin, idle)


def _plan(context: Context, per_worker: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Set vacancies; layoff rates and the margin of a unit of output after pay, each of shape (firms,).

    `per_worker` is what an effective worker turns out in a quarter (CNY), shape (firms,).
    """
    firms, p = context.firms, context.parameters
    margin, payable, funded = _means(context, per_worker)
    layoff = np.empty(firms.id.size)
    plan_staff(
        firms.alive, firms.id, firms.orders_expected, firms.backlog, per_worker, firms.effective_workers,
        firms.headcount,
        firms.rd_share, margin, firms.profit, firms.limiting, payable, funded, p["staff.adjustment"],
        p["recruiting.capacity"], p["recruiting.least"],
        p["utilisation"], p["backlog.quarters"], quarterly_hazard(p["quit.rate"]),
        p["layoff.threshold"], p["profit.margin"], p["posts.without.margin"],
        int(Stream.FIRM_ROUNDING), context.quarter, context.chance.seed, context.chance.member,
        firms.desired_workers, firms.vacancies, layoff,
    )  # fmt: skip
    return layoff, margin


def _means(context: Context, per_worker: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Margin of a unit of output after pay, and the work (CNY at base prices) and the posts for growth that open money
    reaches for, each of shape (firms,)."""
    firms, p = context.firms, context.parameters
    limit = context.memo["credit_limit"](firms.orders_expected * firms.price) + firms.guarantee
    margin, payable, funded = np.empty_like(limit), np.empty_like(limit), np.empty_like(limit)
    reach_of_money(
        per_worker, firms.effective_workers, firms.rd_share, firms.wage, firms.price,
        context.environment.purchase_share[firms.segment], firms.output, firms.cash, firms.debt, limit,
        p["social.charges"], p["production.tax"], p["cash.minimum"], p["hiring.advance"],
        margin, payable, funded,
    )  # fmt: skip
    return margin, payable, funded


def leave_odds(base: float, relative: np.ndarray, elasticity: float) -> np.ndarray:
    """Chance a quarter to leave the city: a logit in log real income relative to outside (McFadden 1978).

    P / (1 - P) = base / (1 - base) x relative^(-elasticity).

    >>> leave_odds(0.01, np.array([1.0]), 1.5).round(6).tolist()
    [0.01]
    """
    odds = base / (1.0 - base) * relative**-elasticity
    chance: np.ndarray = odds / (1.0 + odds)
    return chance


def _rates(context: Context, layoff: np.ndarray) -> np.ndarray:
    """The table of quarterly chances by employer: people who are gone, people who seek work, firms; shape (firms + 2,
    4)."""
    firms, p, env = context.firms, context.parameters, context.environment
    base = quarterly_hazard(p["leave.rate"])
    cost = (max(float(firms.headcount.sum()), 1.0) / context.scales.people) ** p["agg.congestion"]
    pay = np.maximum(firms.wage, env.wage_outside * p["unemployment.income"])
    outside = env.wage_outside * context.elsewhere.option
    right, elasticity = context.entitlements.arrival_income, p["mig.wage.elasticity"]
    leave = leave_entitled = leave_odds(base, pay / outside / cost, elasticity)
    if right > 0.0:
        leave_entitled = leave_odds(base, (pay + right) / outside / cost, elasticity)
    market = context.memo["market_wage"] = _market_wage(context)
    behind = (firms.wage / market) ** p["quit.wage.elasticity"]
    quits = quarterly_hazard(p["quit.rate"])
    rates: np.ndarray = talent.rates_by_employer(
        firms.headcount, leave, leave_entitled, layoff, behind, quits * (1.0 - p["quit.job.share"]),
        quits * p["quit.job.share"] * p["search.intensity"], quarterly_hazard(p["leave.idle"]),
    )  # fmt: skip
    return rates


def _course_share(context: Context, now: int) -> float:
    """Share of the staff that is on no course that begins one: as many begin as are paid for, or all who are free."""
    share, people = context.entitlements.course_share, context.talent
    if share <= 0.0:
        return 0.0
    staff = int(context.firms.headcount.sum())
    on_course = np.flatnonzero(people.trained > now)
    free = staff - np.count_nonzero(people.employer.take(on_course) >= 0)
    return min(share * staff / free, 1.0) if free else 0.0


def _people(context: Context, layoff: np.ndarray, now: int) -> np.ndarray:
    """The quarter of each person; returns the rows of people who search."""
    firms, people, p = context.firms, context.talent, context.parameters
    n = people.employer.size
    employers = talent.FIRST_FIRM + firms.id.size
    effective, headcount, entitled = np.empty(employers), np.empty(employers, np.int64), np.empty(employers, np.int64)
    gone, lost, seekers, founders = _scratch(context, n)
    counts = talent.quarter_of_talent(
        people.id, people.employer, people.human_capital, people.rootedness, people.born,
        people.entitled_until, people.trained,
        _rates(context, layoff), p["human.capital.learning"] / 4.0, p["human.capital.ceiling"],
        p["human.capital.least"], p["human.capital.most"],
        p["training.productivity"], _course_share(context, now),
        _founding(context),
        int(p["retirement.age"] * 4), now, int(round(p["training.lag"] * 4)),
        int(when(int(Stream.TALENT_QUARTER), context.quarter)), context.chance.seed, context.chance.member,
        effective, headcount, entitled, gone, lost, seekers, founders,
    )  # fmt: skip
    n_gone, n_lost, n_seek, n_found = counts
    firms.effective_workers[:], firms.headcount[:], firms.entitled_staff[:] = (
        effective[talent.FIRST_FIRM :],
        headcount[talent.FIRST_FIRM :],
        entitled[talent.FIRST_FIRM :],
    )
    context.count("left_job", float(np.count_nonzero(people.employer.take(gone[:n_gone]) >= 0)))
    depart(context, gone[:n_gone], now)
    context.flows.release(lost[:n_lost])
    context.memo["founders"] = founders[:n_found].astype(np.int64)
    context.count("left", n_gone)
    context.count("separated", n_lost)
    begun = 0
    if context.entitlements.course_share > 0.0:
        begun = int(np.count_nonzero(people.trained == now + int(round(p["training.lag"] * 4))))
    context.flows.post("government", "suppliers", "lever:training_subsidy", begun * context.entitlements.course_cost)
    found: np.ndarray = seekers[:n_seek].astype(np.int64)
    return found


def _founding(context: Context) -> float:
    """Chance in a quarter that a unit of human capital founds a firm: e (X / X_0)^rho, X the exits of late.

    Closures leave room that others fill (replacement entry, Carree & Thurik 1996): where fewer firms close fewer are
    founded. X_0 is zero while the warm-up sets the chance itself.
    """
    usual, late = context.scales.exits, context.memo.get("exits_of_late", 0.0)
    filled = (late / usual) ** context.parameters["entry.replacement"] if usual > 0.0 else 1.0
    return context.scales.entry_hazard * context.entitlements.founding * filled


def _scratch(context: Context, n: int) -> np.ndarray:
    """Four lists of rows, kept from quarter to quarter: fresh pages would cost as much as the pass itself."""
    lists: np.ndarray | None = context.memo.get("scratch")
    if lists is None or lists.shape[1] < n:
        lists = context.memo["scratch"] = np.empty((4, int(n * SPARE)), np.int32)
    return lists


def _match(context: Context, seekers: np.ndarray, fresh: list[NewPeople], now: int) -> int:
    """Residents, graduates who stay and outsiders who look meet vacancies in the local labour markets; returns how many
    residents are without a job after that."""
    firms, people, p = context.firms, context.talent, context.parameters
    new_id = np.concatenate([group.id for group in fresh], dtype=np.uint32, casting="unsafe")
    context.count("searching", seekers.size + new_id.size)
    new_domain = np.concatenate([group.domain for group in fresh], dtype=np.int8, casting="unsafe")
    markets, chance = context.scales.labour_markets, context.chance
    place, meet = (int(when(int(s), context.quarter)) for s in (Stream.MATCH_PLACE, Stream.MATCH_PAIR))
    weight = (firms.wage / context.memo["market_wage"]) ** p["search.pay.elasticity"]
    v_firm, v_market, v_queue, v_begin = matching.expand_vacancies(
        firms.vacancies, firms.id, weight, markets, place, chance.seed, chance.member
    )
    domain, present, s_market, reservation, s_word = matching.seeker_markets(
        seekers, people.id, people.employer, people.domain, new_id, new_domain,
        firms.wage, p["search.move.noise"], markets, place, chance.seed, chance.member,
    )  # fmt: skip
    f_word = matching.firm_words(firms.id, meet, chance.seed, chance.member)
    hired = matching.clear_markets(
        domain, present, s_market, reservation, s_word, v_firm, v_market, v_queue, v_begin, markets,
        firms.segment, firms.wage, f_word, context.memo["proximity"],
    )  # fmt: skip
    return _record(context, seekers, fresh, hired, present, now)


def _record(
    context: Context, seekers: np.ndarray, fresh: list[NewPeople], hired: np.ndarray, present: np.ndarray, now: int
) -> int:
    """Hires take effect; of the outsiders only those with a job come, graduates who stay come with or without one.

    Returns how many residents are then without a job: all of them searched.
    """
    own = hired[: seekers.size]
    taken = np.flatnonzero(own >= 0)
    context.flows.hire(seekers.take(taken), own.take(taken))
    idle, moved = np.count_nonzero(present[: seekers.size] < 0), np.count_nonzero(present.take(taken) >= 0)
    context.count("job_to_job", float(moved))
    context.count("searching_idle", float(idle))
    context.count("found_idle", float(taken.size - moved))
    idle -= taken.size - moved
    offset = seekers.size
    for group in fresh:
        offers = hired[offset : offset + group.id.size]
        offset += group.id.size
        keep = np.arange(group.id.size) if group.resident else np.flatnonzero(offers >= 0)
        if group.source in context.elsewhere.cities:
            context.elsewhere.turned_away[group.source] = group.id.size - keep.size
            context.count("turned_away", float(group.id.size - keep.size))
        if keep.size == 0:
            continue
        rows = context.flows.settle(keep.size, group.source, **group.columns(keep, now, context.parameters))
        context.count(group.counter, float(keep.size))
        offers = offers[keep]
        with_job = np.flatnonzero(offers >= 0)
        context.flows.hire(rows[with_job], offers[with_job])
        idle += keep.size - with_job.size
        if group.allowance > 0.0:
            cost = min(group.allowance * keep.size, context.entitlements.graduate_budget)
            context.flows.post("government", "households", "lever:graduate_retention", cost)
    context.count("vacancies", float(context.firms.vacancies.sum()))
    context.count("hires", float(np.count_nonzero(hired >= 0)))
    return int(idle)


def _market_wage(context: Context) -> float:
    """Mean pay per unit of human capital in the city, CNY a year."""
    firms = context.firms
    workers = ordered_sum(firms.effective_workers)
    return (
        ordered_sum(firms.wage * firms.effective_workers) / workers
        if workers > 0.0
        else context.environment.wage_outside
    )


def _bidding(context: Context, margin: np.ndarray) -> np.ndarray:
    """Factor on pay of firms that lack more, or fewer, people than the city's firms do on the whole, shape (firms,).

    [(n* / n) / (N* / N)]^(m / eta): the supply of labour to a firm has the elasticity eta of its recruits and its quits
    to pay together, so that to employ more it must pay more (dynamic monopsony, Manning 2003), as far as its margin
    over the usual one, m between 0 and 1, bears it. Its mean over workers is one: what all lack is in the wage curve.
    """
    firms, p = context.firms, context.parameters
    staff, wanted = float(firms.headcount.sum()), ordered_sum(firms.desired_workers)
    if staff <= 0.0 or wanted <= 0.0:
        return np.ones_like(margin)
    relative, bears = np.empty_like(margin), np.empty_like(margin)
    lacking_staff(
        firms.desired_workers, firms.headcount, margin, staff, wanted, p["profit.margin"], relative, bears
    )  # fmt: skip
    factor: np.ndarray = relative ** (bears / (p["search.pay.elasticity"] - p["quit.wage.elasticity"]))
    factor *= ordered_sum(firms.effective_workers) / ordered_sum(factor * firms.effective_workers)
    return factor


def _pay(context: Context, per_worker: np.ndarray, margin: np.ndarray, idle: int) -> None:
    """The wage relation in levels: outside wage x (u/u0)^-0.07 (Nijkamp & Poot 2005) x rent sharing (elasticity 0.1).

    Rent sharing looks at gross surplus per worker relative to the city's at the start of the run, a ratio of two
    nominal quantities.
    """
    firms, p, env = context.firms, context.parameters, context.environment
    staff = float(firms.headcount.sum())
    unemployment = max(idle, 1.0) / max(idle + staff, 1.0)
    context.memo["unemployment"] = unemployment
    market = env.wage_outside * (unemployment / context.scales.unemployment) ** p["wage.curve"]
    surplus = per_worker * 4.0 * firms.price / env.wage_outside / context.scales.relative_surplus
    rent = surplus ** p["wage.passthrough"] * _bidding(context, margin)
    adjust_wages(  # pay rounds pass on general wage growth; the gap is relative
        firms.alive, firms.wage, rent, firms.wage_premium, market, env.wage_growth, p["wage.adjustment"],
        p["wage.rigidity"],
    )  # fmt: skip


LABOUR = Process(
    name="labour",
    run=run,
    firm_reads=names(
        "id alive segment capability product_share rd_share orders_expected backlog wage_premium profit limiting "
        "output price cash debt guarantee"
    ),
    firm_writes=names("desired_workers vacancies wage effective_workers headcount entitled_staff"),
    talent_reads=names("id employer rootedness born domain entitled_until"),
    talent_writes=names("human_capital trained"),
    streams=(
        Stream.TALENT_QUARTER,
        Stream.MATCH_PLACE,
        Stream.MATCH_PAIR,
        Stream.MIGRANTS,
        Stream.GRADUATES,
        Stream.FIRM_ROUNDING,
        Stream.DESTINATIONS,
    ),  # fmt: skip
    page="labour",
)

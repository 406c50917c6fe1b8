"""From the drawn figures to the base year: the industry of earlier years runs, and is then raked."""

from __future__ import annotations

import numpy as np

from digisim.actors import Park
from digisim.actors.actor import mesa
from digisim.actors.park import STAGES
from digisim.kernels.firms import inclusive_values
from digisim.kernels.talent import GONE
from digisim.policy.rules import load_rules, steps_reached
from digisim.processes.demand import city_share
from digisim.processes.entry import usual_arrivals
from digisim.processes.finance.awards import hundredth, met, steps_passed
from digisim.quarter import run_quarter
from digisim.regions import Region, outlook
from digisim.state.economy import Economy
from digisim.state.tidying import drop_closed
from digisim.statistics import close_year, open_core, publish
from digisim.synthesis import Member, build_industry, choose_reporting, rake
from digisim.synthesis.backcast import before_the_start, follow, missed, near, nearer
from digisim.synthesis.incubators import let_again, seated
from digisim.synthesis.plausible import check_crowd, check_drawn, check_earlier, check_met

PASSES = 6  # of the warm-up at most, each from a past that the one before has corrected
CALM = 8  # quarters of the warm-up over which entry is averaged
SETTLED = 20  # quarters over which the frontier and the renewal of customer bases are: single large firms move them


def begin(
    region: Region,
    member: Member,
    *,
    outlook_name: str = "central",
    park_class: type[Park] = Park,
    past: dict[int, dict[str, float]] | None = None,
) -> tuple[Economy, float]:
    """Build the industry of earlier years and run it to the base year; returns it and the largest residual.

    What a run misses of the drawn figures takes the next one back (shooting, Press et al. 2007, section 18.1), so that
    the city grows into them by itself and little is left to be met by lot; published counts are taken as they are.
    """
    check_drawn(region, member)
    begun, tried = before_the_start(region, member, outlook(region, outlook_name)), []
    for left in reversed(range(PASSES)):
        check_earlier(region, begun.people)
        economy = build_industry(
            region, member, mesa.Model(), outlook_name=outlook_name, park_class=park_class, past=begun
        )
        residual = warm_up(economy, member, region, past)
        if begun.published or left == 0 or near(economy.memo["missed"], economy.memo["raked"]["people"]):
            break
        tried.append((begun, economy.memo["missed"]))
        begun = nearer(tried, member)
    check_met(region, member, economy.published[region.base_year])
    return economy, residual


def warm_up(economy: Economy, member: Member, region: Region, past: dict[int, dict[str, float]] | None = None) -> float:
    """Run from the end of `warmup_start` to the base year, then meet the base figures; returns the largest residual.

    Entry follows exit, so that the number of firms stays at the drawn one, and the rest of the world renews itself as
    the city does: the frontier follows the city's mean advance, the presence of outside firms that of the city's. The
    averages of the last years are what the forecast goes on with. `past` is filled with what the office published for
    the years of the warm-up, the base year before it was raked.
    """
    quarters = (region.base_year - region.warmup_start) * 4
    target = float(economy.firms["alive"].sum())
    step = (round(member.figures["employees"]) / economy.scales.people) ** (1.0 / (quarters - CALM))
    usual = usual_arrivals(economy)
    residual, exits, level, presence = 0.0, [], [_mean_capability(economy)], [_total_presence(economy)]
    moved: list[float] = []
    _begin_sites(economy, step)
    nests = [_nests(economy)]
    for k in range(quarters):
        if 0 < k <= quarters - CALM:  # calm years are like later ones
            follow(economy, step)
        economy.memo["books_open"] = k == quarters - 1  # the base year is counted after it is raked
        residual = max(residual, run_quarter(economy, member.chance, {}))
        check_crowd(region, economy.talent.n, member.figures["employees"])
        exits.append(economy.memo["exits_quarter"])
        level.append(_mean_capability(economy))
        presence.append(_total_presence(economy))
        nests.append(_nests(economy))
        economy.environment.frontier_growth = 4.0 * (level[-1] - level[-2])
        moved.append(economy.memo["moved_up"])
        economy.environment.presence_growth = 4.0 * (presence[-1] - presence[-2])
        economy.environment.upgrading = 4.0 * moved[-1]
        wanted = float(np.mean(exits[-CALM:])) - usual
        gap = target - float(economy.firms["alive"].sum()) if k < quarters - CALM else 0.0
        economy.scales.entry_hazard = max(wanted + gap, 0.0) / float(economy.firms["effective_workers"].sum())
    economy.memo["books_open"] = False
    economy.environment.frontier_growth = 4.0 * (level[-1] - level[-1 - SETTLED]) / SETTLED
    gained = _gained(economy, nests[-1 - SETTLED], nests[-1])
    economy.environment.presence_growth = 4.0 * (presence[-1] - presence[-1 - SETTLED] + gained) / SETTLED
    economy.environment.upgrading = 4.0 * float(np.mean(moved[-SETTLED:]))
    if past is not None:
        past.update({**economy.published, region.base_year: publish(economy)})
    _open_base_year(economy, member)
    economy.scales.exits = economy.memo["exits_of_late"] = float(np.mean(exits[-CALM:]))
    economy.scales.entry_hazard = max(economy.scales.exits - usual, 0.0) / economy.scales.effective
    return residual


def _begin_sites(economy: Economy, step: float) -> None:
    """Owners expect what is let to grow as the industry will, by a step a quarter, and build what that lacks in space.

    Nothing where so much stands empty at the start that growth fills it first.
    """
    p, growth = economy.parameters, 4.0 * float(np.log(step))
    ahead = (1.0 + growth * p["park.building.years"] / STAGES) ** STAGES / (1.0 - p["park.vacancy.natural"])
    for park in economy.parks:
        park.expected = growth
        missing = max(ahead * park.let - park.built, 0.0)
        park.sites = [missing / STAGES] * STAGES


def _total_presence(economy: Economy) -> float:
    """Log of all customer bases: entrants bring some, closed firms take some along."""
    return float(np.log(economy.firms["presence"].sum()))


def _nests(economy: Economy) -> np.ndarray:
    """Pull of the city's firms over that of the outside reference, by segment and market."""
    firms, start = economy.firms, economy.environment.inclusive_start
    pull = inclusive_values(firms["alive"], firms["segment"], firms["attractiveness"], len(start))
    ratio: np.ndarray = np.divide(pull, start, out=np.zeros_like(pull), where=start > 0.0)
    return ratio


def _gained(economy: Economy, before: np.ndarray, after: np.ndarray) -> float:
    """Log change of the outside reference that would have left the city its share of today's markets.

    Luck spreads the nests, in which returns diminish, and quality and customers do not move as one, so that following
    the sum of customer bases does not quite do it.
    """
    env = economy.environment
    one, shares = np.ones_like(before), []
    for ratio in (before, after):
        shares.append(city_share(ratio, one, env.outside, env.nest_openness))
    orders = env.market * shares[1]
    answer = float((orders * env.nest_openness * (1.0 - shares[1])).sum() / orders.sum())
    return float(np.log(orders.sum() / (env.market * shares[0]).sum())) / answer


def _mean_capability(economy: Economy) -> float:
    """Mean log capability, weighted by staff: what the frontier must keep pace with, selection included."""
    firms = economy.firms
    staff = np.where(firms["alive"], firms["headcount"], 0)
    return float((np.log(firms["capability"]) * staff).sum() / max(int(staff.sum()), 1))


def _open_base_year(economy: Economy, member: Member) -> None:
    """Rake, choose who reports, fix the scales that later quarters compare with, and publish the base year."""
    before = float(economy.firms["year_revenue"].sum())
    economy.memo["missed"] = missed(economy, member)
    before_raking = seated(economy)
    economy.memo["raked"] = factors = rake(economy, member)
    let_again(economy, before_raking)
    raked = float(economy.firms["year_revenue"].sum()) / before
    economy.counts["taxes"] = economy.counts.get("taxes", 0.0) * raked  # as what is taxed
    economy.counts["taxes"] += member.parameters["profit.tax"] * factors["surplus"]
    economy.memo["reporting_share"] = choose_reporting(economy, member)
    firms, env = economy.firms, economy.environment
    alive = firms["alive"]
    firms["surveyed"][:] = firms["year_revenue"] >= economy.parameters["reporting.threshold"]
    firms["tier_awarded"][:] = steps_passed(firms["year_revenue"], economy.parameters["tier.lowest"])
    milestones = load_rules()["milestone_award"].values("steps") * member.numeraire
    firms["milestones"][:] = steps_reached(firms["year_revenue"], milestones)
    env.nation = 1.0
    firms["lists_met"][:] = met(firms, economy.quarter, member.numeraire, hundredth(economy.parameters, env.nation))
    economy.scales.people = float(firms["headcount"].sum())
    economy.scales.firms = float(alive.sum())
    economy.memo["mean_size"] = economy.scales.people / economy.scales.firms
    economy.memo["mean_presence"] = float(firms["presence"].sum()) / economy.scales.firms
    economy.scales.effective = float(firms["effective_workers"].sum())
    economy.memo["market_wage"] = float(
        (firms["wage"] * firms["effective_workers"]).sum() / firms["effective_workers"].sum()
    )
    economy.memo["price_index_start"] = float(env.output_per_worker[0])
    open_core(economy)
    economy.published.clear()
    economy.published[economy.quarter // 4] = publish(economy)
    close_year(economy)
    founders = economy.memo.pop("founders", np.empty(0, np.int64))
    keep = economy.talent["employer"] != GONE
    economy.memo["founders"] = (np.cumsum(keep) - 1)[founders[keep[founders]]]
    economy.talent.compact(keep)
    drop_closed(economy)

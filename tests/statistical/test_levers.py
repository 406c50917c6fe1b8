"""Each lever moves its own indicator the way economics says, at a bounded size and cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digisim import parameters
from digisim.policy import levers_of, load_levers
from digisim.regions import load_region
from digisim.scenario import Scenario, load_scenario
from digisim.simulate import IndustryModel, Start
from digisim.synthesis import Member, draw_member, draws
from digisim.testing.own import OWN, over_years
from digisim.testing.worlds import APART, start_of

REPLICATES = 4  # of chance, at the median of all parameters: half of them in each regime
EFFORT = 0.01  # of sector revenue a year
PACKAGE = 0.25  # of revenue per head, after eight years
AT_MOST = 0.10  # of revenue in 2028, the bound of the sanity check
LOSSES = ("credit_guarantee", "ip_pledge")  # cost what failed firms leave behind, which may be nothing


def at_median(number: int) -> Member:
    """Return a member with the median of every parameter; its regime, figures and chance are those of `number`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "draw_parameters", lambda _uniforms: parameters.medians())
        member = draw_member(load_region("dalian"), 1, number)
    return replace(member, number=APART + number)


@pytest.fixture(scope="module")
def starts() -> list[Start]:
    baseline = load_scenario("dalian-baseline")
    found = [start_of(at_median(2 * k), baseline) for k in range(REPLICATES)]
    assert len({start.member.regime.name for start in found}) == 2
    return found


def run(scenario: Scenario, start: Start) -> IndustryModel:
    model = IndustryModel(scenario, 1, start=start)
    model.run()
    return model


@pytest.fixture(scope="module")
def controls(starts: list[Start]) -> list[IndustryModel]:
    return [run(load_scenario("dalian-baseline"), start) for start in starts]


def pulled(name: str, share: float = 1.0) -> Scenario:
    """Return the baseline with one lever at a share of its range, from the first quarter on."""
    row = levers_of("dalian")[name]
    value = row.range[1] * share
    return load_scenario("dalian-baseline").with_levers(**{name: value if row.unit == "1" else f"{value} {row.unit}"})


def test_each_lever_has_its_own_indicator() -> None:
    assert set(OWN) == set(load_levers())


@pytest.mark.parametrize("name", list(OWN))
def test_a_lever_moves_its_own_indicator_up(starts, controls, name: str) -> None:
    """At half of its range, the mean over replicates of chance and all but one of them; at zero nothing moves.

    A condition moves nothing where all meet it, as they do here at half of its range: it is tried at the end of it.
    """
    moved = [run(pulled(name, 1.0 if load_levers()[name].free else 0.5), start) for start in starts]
    for own in (own for own in OWN[name] if own.sure):
        pairs = zip(moved, controls, strict=True)
        ratios = [own.change(own.measure(model), own.measure(control)) for model, control in pairs]
        print(f"{name}: " + ", ".join(f"{r:+.3%}" for r in ratios))
        assert np.mean(ratios) > 0.0 and sum(ratio > 0.0 for ratio in ratios) >= REPLICATES - 1
    idle = run(pulled(name, 0.0), starts[0])
    assert [own.measure(idle) for own in OWN[name]] == [own.measure(controls[0]) for own in OWN[name]]


@pytest.mark.parametrize("name", list(OWN))
def test_cost_follows_the_effort(starts, name: str) -> None:
    small, large = (run(pulled(name, share), starts[0]) for share in (0.1, 0.5))
    costs = [over_years(f"fiscal_cost_{name}")(model) for model in (small, large)]
    if load_levers()[name].free:
        assert costs == [0.0, 0.0]
    else:
        assert 0.0 <= costs[0] < costs[1] or (name in LOSSES and costs[0] <= costs[1])
    others = [f"fiscal_cost_{other}" for other in OWN if other != name]
    assert all(over_years(other)(large) == 0.0 for other in others)


def at_effort(name: str, member: Member) -> Scenario:
    """Return the lever at a budget that spends 1% of sector revenue a year, or at its full range where it has none."""
    row = levers_of("dalian")[name]
    if row.budget.kind != "annual":
        return pulled(name)
    budget = row.at_cost(EFFORT * member.figures["revenue"])
    return load_scenario("dalian-baseline").with_levers(**{name: f"{budget} {row.unit}"})


@pytest.fixture(scope="module")
def drawn(start_of: Callable[[int], Start]) -> list[tuple[Start, dict[int, dict[str, float]]]]:
    """Twenty draws of the parameters, each with what the baseline publishes."""
    starts = [start_of(member) for member in range(0, 40, 2)]
    return [(start, run(load_scenario("dalian-baseline"), start).published) for start in starts]


@pytest.mark.slow
@pytest.mark.parametrize("name", list(OWN))
def test_one_lever_at_a_hundredth_of_revenue_moves_revenue_by_less_than_a_tenth(drawn, name: str) -> None:
    """Parameters drawn from their priors; the 90th percentile of the size of the effect on revenue of 2028."""
    moves, costs = [], []
    for start, control in drawn:
        table = run(at_effort(name, start.member), start).published
        moves.append(table[2028]["software_revenue_latent"] / control[2028]["software_revenue_latent"] - 1.0)
        costs += [table[year]["fiscal_cost"] / start.member.figures["revenue"] for year in range(2021, 2029)]
    p90 = float(np.quantile(np.abs(moves), 0.9))
    print(
        f"{name}: revenue of 2028 {np.median(moves):+.2%} at the median, {min(moves):+.2%} to {max(moves):+.2%}, "
        f"size at p90 {p90:.2%}, cost {np.mean(costs):.2%} of revenue a year"
    )
    assert p90 < AT_MOST


@pytest.mark.slow
@pytest.mark.parametrize("package", ["dalian-all", "dalian-push"])
def test_all_levers_together_add_at_most_a_quarter_to_productivity(drawn, package: str) -> None:
    """Revenue per head after eight years, in every draw (sanity bound of the review of effect sizes, section 6)."""
    scenario, gains = load_scenario(package), []
    for start, control in drawn:
        table = run(scenario, start).published
        gains.append(table[2028]["revenue_per_head"] / control[2028]["revenue_per_head"] - 1.0)
    print(f"{package}: revenue per head of 2028 {np.median(gains):+.2%}, {min(gains):+.2%} to {max(gains):+.2%}")
    assert max(np.abs(gains)) < PACKAGE

"""A flow that is broken on purpose is caught: the checks are not satisfied by anything."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from digisim import quarter
from digisim.errors import DefectError
from digisim.processes import Process, names
from digisim.simulate import IndustryModel
from digisim.state import invariants
from digisim.state.economy import Economy

from .conftest import Build


def unpaid_gift(economy: Economy) -> None:
    economy.firms["cash"][0] += 0.001 * economy.firms["revenue"].sum()


def stranger(economy: Economy) -> None:
    economy.talent.append(1, id=np.uint32(0x3000_0000))


def lost_person(economy: Economy) -> None:
    economy.talent["employer"][int(np.flatnonzero(economy.talent["employer"] == -1)[0])] = -2


def floor_from_nowhere(economy: Economy) -> None:
    economy.parks[0].vacant += 1000.0


def headcount_by_hand(economy: Economy) -> None:
    economy.firms["headcount"][int(np.flatnonzero(economy.firms["alive"])[0])] += 1


def forgotten_capital(economy: Economy) -> None:
    economy.talent["human_capital"][int(np.flatnonzero(economy.talent["employer"] >= 0)[0])] += np.float32(0.5)


def ghost_employer(economy: Economy) -> None:
    economy.firms["alive"][int(economy.talent["employer"].max())] = False


def negative_backlog(economy: Economy) -> None:
    economy.firms["backlog"][0] = -1.0


def not_a_number(economy: Economy) -> None:
    economy.firms["revenue"][0] = np.nan


def overlet(economy: Economy) -> None:
    park = economy.parks[0]
    row = int(np.flatnonzero(economy.firms["park"] == 0)[0])
    economy.firms["floor_area"][row] += park.vacant + 0.1 * park.built
    park.vacant = -0.1 * park.built


BREACHES: list[tuple[Callable[[Economy], None], str]] = [
    (unpaid_gift, "the identity of money is broken by"),
    (stranger, "the identity of people is broken by"),
    (lost_person, "the identity of people is broken by"),
    (floor_from_nowhere, "the identity of floor area is broken by"),
    (headcount_by_hand, "headcount differs from the number of people whose employer is the firm"),
    (forgotten_capital, "effective workers differ from the sum of human capital"),
    (ghost_employer, "a closed firm employs people"),
    (negative_backlog, "firm.backlog is negative or not finite"),
    (not_a_number, "firm.revenue is negative or not finite"),
    (overlet, "a park lets more floor area than it has"),
]


@pytest.fixture
def settled(build: Build) -> IndustryModel:
    model = build("dalian-baseline", 0)
    model.step()
    assert invariants.check(model.economy) <= invariants.TOLERANCE
    return model


@pytest.mark.parametrize(("breach", "message"), BREACHES, ids=[breach.__name__ for breach, _ in BREACHES])
def test_a_breach_is_reported(settled: IndustryModel, breach: Callable[[Economy], None], message: str) -> None:
    breach(settled.economy)
    with pytest.raises(DefectError, match=message):
        invariants.check(settled.economy)


def test_an_identity_names_its_limit(settled: IndustryModel) -> None:
    unpaid_gift(settled.economy)
    with pytest.raises(DefectError) as caught:
        invariants.check(settled.economy)
    assert "of gross flows" in str(caught.value) and "1e-09" in str(caught.value)


def test_a_process_that_prints_money_stops_a_guarded_run(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def print_money(context: SimpleNamespace) -> None:
        context.firms.cash += 1e6

    broken = Process(name="printing", run=print_money, firm_writes=names("cash"))
    step = quarter.Step(broken, "It should not be here.", "它不应在此。")
    monkeypatch.setattr(quarter, "QUARTER", (*quarter.QUARTER, step))
    model = build("dalian-baseline", 1)
    model.guarded = True
    with pytest.raises(DefectError, match="the identity of money is broken"):
        model.step()


def test_unguarded_the_residual_still_reaches_the_result(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def print_money(context: SimpleNamespace) -> None:
        context.firms.cash += 1e6

    broken = Process(name="printing", run=print_money, firm_writes=names("cash"))
    step = quarter.Step(broken, "It should not be here.", "它不应在此。")
    monkeypatch.setattr(quarter, "QUARTER", (*quarter.QUARTER, step))
    model = build("dalian-baseline", 1)
    model.step()
    assert model.residual > invariants.TOLERANCE

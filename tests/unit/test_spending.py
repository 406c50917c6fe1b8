"""What levers were to cost and what they cost, on SYNTHETIC results."""

from __future__ import annotations

import numpy as np
import pytest

from digisim.cli.spending_table import show_spending, tell_spending
from digisim.policy import levers_of, most_spent
from digisim.scenario import load_scenario
from digisim.testing import synthetic_dataset
from digisim.testing.datasets import COST
from digisim.verdicts import spending

BASELINE = load_scenario("dalian-baseline")


def test_stated_is_the_effort_of_the_value_and_spent_the_mean_over_years_and_members() -> None:
    grants = BASELINE.with_levers(rd_grant={2025: "1 亿 CNY/year"}, credit_guarantee="10 亿 CNY").with_(name="grants")
    many = synthetic_dataset([BASELINE, grants], members=3, failed=[("grants", 1)])
    many["fiscal_cost_rd_grant"].loc[{"scenario": "grants", "year": 2028, "member": 0}] = 5 * COST
    found = spending(many, [BASELINE, grants]).set_index("lever")
    assert list(found.index) == ["rd_grant", "credit_guarantee", "all"]
    rows = levers_of("dalian")
    assert found.stated["rd_grant"] == pytest.approx(rows["rd_grant"].carried * 0.5e8)  # half of the eight years
    kept = rows["credit_guarantee"].unit_cost
    assert kept is not None and kept.set_aside == 0.05
    assert found.stated["credit_guarantee"] == pytest.approx(0.05 * 10e8 * rows["rd_grant"].carried)
    to_be_spent = found.stated["rd_grant"] + rows["credit_guarantee"].cost(10e8)
    assert found.stated["all"] == pytest.approx(to_be_spent)
    assert found.spent["rd_grant"] == pytest.approx((COST * 12 / 8 + COST) / 2)
    assert found.members["rd_grant"] == 2
    assert found.ratio["all"] == pytest.approx(COST / to_be_spent)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("all levers", "R&D grants", "stated", "set aside")),
        ("zh", ("合计", "软件企业研发补助", "设定年投入", "预留")),
    ],
)
def test_it_is_a_table_and_a_sentence_in_both_languages(capsys, lang: str, words: tuple[str, ...]) -> None:
    plan = load_scenario("dalian-plan")
    found = spending(synthetic_dataset([BASELINE, plan], members=2), [BASELINE, plan])
    show_spending(found, lang)
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)
    tell_spending(found, lang)
    told = capsys.readouterr().out
    assert "dalian-plan" in told and "dalian-baseline" not in told and ("a year" in told or "年投入" in told)


def test_nothing_is_said_without_levers_and_no_number_where_no_member_finished(capsys) -> None:
    show_spending(spending(synthetic_dataset([BASELINE], members=2), [BASELINE]), "en")
    assert capsys.readouterr().out == ""
    plan = load_scenario("dalian-plan")
    broken = synthetic_dataset([BASELINE, plan], members=1, failed=[("dalian-plan", 0)])
    found = spending(broken, [BASELINE, plan])
    assert set(found.members) == {0} and np.isnan(found.spent).all()
    show_spending(found, "en")
    tell_spending(found, "en")
    assert "nan" not in capsys.readouterr().out


def test_a_lever_spends_at_most_its_ceiling_or_what_its_range_costs() -> None:
    most = most_spent("dalian")
    assert most["park_rent_subsidy"] == pytest.approx(6.4e8)
    assert most["tier_award"] == levers_of("dalian")["tier_award"].cost(0.02) < 0.005 * 640e8

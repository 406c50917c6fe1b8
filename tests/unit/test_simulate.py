"""One run: rows that are carried or dropped change nothing, a start is reproducible, levers act from their date on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest

from digisim import warmup
from digisim.errors import InputError
from digisim.kernels.talent import GONE
from digisim.processes.demand import city_share
from digisim.scenario import Scenario
from digisim.simulate import IndustryModel, Start, prepare, simulate
from digisim.state import tidying as module
from digisim.testing.states import differing_columns


@pytest.mark.parametrize("given", [{"seed": -1}, {"seed": 2**32}, {"seed": "x"}, {"member": -1}, {"member": 1.5}])
def test_a_seed_or_member_that_is_none_is_refused(given: dict[str, Any]) -> None:
    """A seed beyond the key would silently give the numbers of another, a member below 0 those of no ensemble."""
    with pytest.raises(InputError, match=f"{next(iter(given))} is") as caught:
        simulate("dalian-baseline", **given)
    assert "a whole number from 0" in caught.value.allowed


def test_preparing_twice_gives_the_same_bits(baseline: Scenario) -> None:
    one, two = (prepare(baseline, 5, 2) for _ in range(2))
    assert differing_columns(one.economy, two.economy) == []
    assert one.economy.published == two.economy.published
    assert one.member == two.member and one.residual == two.residual


def test_rows_of_people_who_left_change_nothing_whether_carried_or_dropped(
    baseline: Scenario, start_of: Callable[[int], Start], monkeypatch: pytest.MonkeyPatch
) -> None:
    published, rows = [], []
    for spare in (1.0, 0.0):
        monkeypatch.setattr(module, "SPARE_ROWS", spare)
        model = IndustryModel(baseline.with_(horizon=2023), start=start_of(1), guarded=True)
        published.append(model.run().published)
        rows.append(model.economy.talent.n)
        assert (model.economy.talent["employer"] != GONE).all() == (spare == 0.0)
    assert rows[0] > rows[1]
    assert published[0] == published[1]


def test_founders_are_found_again_when_rows_are_dropped(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    economy = start.economy.copy(mesa.Model())
    founders = np.array([5, 90, 4000])
    economy.memo["founders"] = founders
    identity = economy.talent["id"][founders].copy()
    economy.talent["employer"][[2, 7, 90, 3000]] = GONE
    monkeypatch.setattr(module, "SPARE_ROWS", 0.0)
    module.tidy(economy)
    assert economy.talent["id"][economy.memo["founders"]].tolist() == [identity[0], identity[2]]
    assert economy.talent.n == start.economy.talent.n - 4


def test_few_spare_rows_are_kept(start: Start) -> None:
    economy = start.economy.copy(mesa.Model())
    economy.talent["employer"][:10] = GONE
    module.tidy(economy)
    assert economy.talent.n == start.economy.talent.n


def test_a_lever_acts_from_its_date_on(baseline: Scenario, start: Start) -> None:
    dated = baseline.with_(horizon=2023).with_levers(rd_grant={"2022Q3": "3 亿 CNY/year"})
    usual = IndustryModel(baseline.with_(horizon=2023), start=start).run().published
    model = IndustryModel(dated, start=start)
    pushed = model.run().published
    assert pushed[2021] == usual[2021]
    cost = {year: table["fiscal_cost_rd_grant"] for year, table in pushed.items()}
    assert cost[2021] == 0.0 and 0.0 < cost[2022] < cost[2023] <= 3e8
    assert cost[2022] == pytest.approx(cost[2023] / 2.0, rel=0.05)  # two quarters of four
    assert pushed[2023]["rd_share"] > usual[2023]["rd_share"]


def test_a_dataset_of_one_member_has_every_dimension(baseline: Scenario) -> None:
    dataset = simulate(baseline.with_(horizon=2021), seed=2, member=1, guarded=True)
    assert dict(dataset.sizes) == {"scenario": 1, "member": 1, "city": 1, "year": 2}
    assert dataset["member"].values.tolist() == [1] and dataset.attrs["seed"] == 2
    assert dataset.attrs["largest_residual"] <= 1e-9
    assert not any(bool(dataset[name].isnull().any()) for name in dataset.data_vars)
    assert simulate("dalian-baseline", seed=2, member=1).sel(year=[2020, 2021]).equals(dataset)


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_the_outside_renews_itself_so_that_the_city_keeps_its_share(start: Start, spread: float) -> None:
    """Whether all nests gain alike or luck spreads them, which alone costs the city a part of its share."""
    economy = start.economy.copy(mesa.Model())
    env, before = economy.environment, warmup._nests(economy)
    assert warmup._gained(economy, before, before) == 0.0
    luck = np.random.default_rng(1).normal(0.0, spread, before.shape)
    after = before * np.exp(0.2 + luck)

    def orders(ratio: np.ndarray) -> float:
        return float((env.market * city_share(ratio, np.ones_like(ratio), env.outside, env.nest_openness)).sum())

    gained = warmup._gained(economy, before, after)
    left = np.log(orders(after / np.exp(gained)) / orders(before))
    assert abs(left) < 0.1 * abs(np.log(orders(after) / orders(before)))
    assert gained == pytest.approx(0.2, rel=0.05) or spread > 0.0

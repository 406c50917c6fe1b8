"""THE QUARTER: the processes in their order, one reason each. The order is an assumption that one can argue with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digisim.processes import Process
from digisim.processes.demand import DEMAND
from digisim.processes.entry import ENTRY
from digisim.processes.environment import ENVIRONMENT
from digisim.processes.finance import FINANCE
from digisim.processes.innovation import INNOVATION
from digisim.processes.labour import LABOUR
from digisim.processes.policy import POLICY
from digisim.processes.production import PRODUCTION
from digisim.processes.space import SPACE
from digisim.rng import Chance
from digisim.state import invariants
from digisim.state.economy import Economy
from digisim.statistics import OFFICE, StatisticalOffice


@dataclass(frozen=True)
class Step:
    """A process and why it stands where it stands."""

    process: Process | StatisticalOffice
    reason_en: str
    reason_zh: str


QUARTER: tuple[Step, ...] = (
    Step(
        ENVIRONMENT,
        "The outside world moves first; nobody in the city changes it.",
        "外部环境先变动，城市主体无法影响它。",
    ),
    Step(POLICY, "Grants and rights are known before anyone decides.", "补助和资格在各方决策之前确定。"),
    Step(SPACE, "Firms enter the quarter with the floor area they can get.", "企业带着能够取得的场地进入本季度。"),
    Step(ENTRY, "Who competes is settled before orders are placed.", "先确定有哪些企业参与竞争，再分配订单。"),
    Step(INNOVATION, "Quality of offers is settled before customers choose.", "先确定产品质量，客户再做选择。"),
    Step(DEMAND, "Orders come before plans: firms hire for them.", "先有订单，企业据此制定用人计划。"),
    Step(LABOUR, "People are found before work is done.", "先有人员，后有产出。"),
    Step(
        PRODUCTION,
        "Output meets its limits; sales, pay and taxes follow.",
        "产出受各项约束，随后结算销售、工资和税费。",
    ),
    Step(FINANCE, "Credit, dividends and exit follow from the accounts.", "信贷、分红和退出取决于账目。"),
    Step(OFFICE, "What was done is counted and published.", "统计并发布已发生的活动。"),
)


def run_quarter(
    economy: Economy, chance: Chance, levers: Mapping[str, float], *, guarded: bool = False,
    after: Mapping[str, Callable[[], None]] | None = None,
) -> float:  # fmt: skip
    """Advance the economy by one quarter; returns the largest residual of people, money and floor area.

    `levers` are the values in force (canonical units). Guarded, columns that a process did not declare as written are
    read-only to it and all bounds are checked too. `after` maps the name of a step to what a trial or a test does
    behind it.
    """
    economy.environment.quarter += 1
    economy.flows.begin()
    for step in QUARTER:
        step.process(economy, chance, levers, guarded=guarded)
        if after and step.process.name in after:
            after[step.process.name]()
    if guarded:
        return invariants.check(economy)
    return max(r.value for r in invariants.residuals(economy))

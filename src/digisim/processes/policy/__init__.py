"""Step 2: levers resolve to entitlements and grants, within caps and budgets. Only this process knows levers."""

from __future__ import annotations

from digisim.processes import Context, Process, names
from digisim.processes.policy.grants import give
from digisim.processes.policy.land import set_entry
from digisim.processes.policy.printed import pay_printed
from digisim.processes.policy.rights import grant
from digisim.processes.policy.sharing import delivered


def run(context: Context) -> None:
    """Deliver what the levers in force promise; `place.implementation` scales what is disbursed, and so its cost."""
    got = delivered(context)
    give(context, got)
    grant(context, got)
    pay_printed(context, got)
    set_entry(context)


POLICY = Process(
    name="policy",
    run=run,
    firm_reads=names(
        "alive reporting rd_base wage effective_workers headcount orders_expected segment product_share founded "
        "capability knowledge_stock revenue last_year_revenue park floor_area incubated_until"
    ),
    firm_writes=names("research_grant guarantee pledge upgrade_support milestones"),
    page="policy",
)

"""Named firms, brought to their drawn revenue, and the money in which a drawn revenue is met."""

from __future__ import annotations

import numpy as np

from digisim.kernels.talent import GONE
from digisim.rng import Stream
from digisim.state.economy import Economy
from digisim.synthesis.draws import Member
from digisim.synthesis.twins import CLONE_IDS, OF_FIRMS, double, free, staff_at

HALVINGS = 60  # of the factor on money: to the last bit
WIDEST = 8.0  # log of the range in which it is sought: the warm-up ends within a factor of three thousand
BLOCK = 32  # of the stream, beyond those of the firms that are doubled or closed
YEAR_COLUMNS = (
    "year_revenue", "year_value_added", "year_profit", "year_wage_bill", "year_rd", "year_exports", "year_japan",
    "year_local",
)  # fmt: skip
BOOKS = (*YEAR_COLUMNS, "last_year_revenue")  # scaled alike, so that growth in the base year stays as it was
GROWN = (
    "orders", "orders_expected", "backlog", "cancelled", "output", "revenue", "value_added", "wage_bill",
    "rd_spending", "export_revenue", "japan_revenue", "local_revenue", "profit", "receivable", "cash", "debt",
    "knowledge_stock", "desired_workers", *BOOKS, "presence", "attractiveness",
)  # fmt: skip


def money_factor(economy: Economy, member: Member) -> float:
    """Return the factor on everything nominal at which the printed count has the drawn revenue.

    The city's count holds the firms at or above the threshold alone, and which these are depends on the factor: found
    by bisection. The ministry's count is chosen to fit afterwards, from a total that follows from its coverage.
    """
    revenue = economy.firms["year_revenue"]
    if member.revenue_count != "local":
        return member.latent / float(revenue.sum())
    target, threshold = member.figures["revenue"], member.parameters["reporting.threshold"]
    low, high = -WIDEST, WIDEST
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        counted = revenue * np.exp(middle)
        low, high = (middle, high) if counted[counted >= threshold].sum() < target else (low, middle)
    return float(np.exp(0.5 * (low + high)))


def resize_anchors(economy: Economy, member: Member) -> None:
    """Bring each named firm to its drawn revenue, staff and customers alike; one that closed in the warm-up is
    replaced by the largest firm of its segment. Staff are taken from or doubled in the firm itself (keyed by person).
    """
    for row, factor in zip(*lacking(economy, member), strict=True):
        _resize(economy, member, int(row), float(factor))


def lacking(economy: Economy, member: Member) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the named firms, and their drawn revenue over what they have, each of shape (anchors,).

    With R the revenue of the others and s a named firm's drawn share of the whole, its revenue becomes s R / (1 - S),
    where S is the sum of these shares.
    """
    firms = economy.firms
    rows = np.array([_row(economy, name) for name in member.anchors], np.int64)
    money = money_factor(economy, member)
    whole = money * float(firms["year_revenue"].sum())
    others = whole - money * float(firms["year_revenue"][rows].sum())
    drawn = np.array(list(member.anchors.values()))
    if member.revenue_count == "local":  # of the count: what lies below the threshold keeps its part of the whole
        below = whole - member.figures["revenue"]
        left = member.figures["revenue"] - drawn.sum()
        wanted = drawn * (others - below) / left
    else:
        wanted = drawn * others / (whole - drawn.sum())
    return rows, wanted / money / firms["year_revenue"][rows]


def _row(economy: Economy, name: str) -> int:
    """The row of a named firm."""
    firms, known = economy.firms, economy.memo["anchors"]
    found = np.flatnonzero(firms["alive"] & (firms["id"] == known[name]))
    if found.size:
        return int(found[0])
    taken = np.isin(firms["id"], list(known.values()))
    segment = firms["segment"][np.flatnonzero(firms["id"] == known[name])[0]]
    free_rows = firms["alive"] & ~taken & (firms["segment"] == segment)
    row = int(np.argmax(np.where(free_rows, firms["headcount"], -1)))
    known[name] = int(firms["id"][row])
    return row


def _resize(economy: Economy, member: Member, row: int, factor: float) -> None:
    """Multiply a firm: staff by whole people, all else by the factor."""
    firms, talent = economy.firms, economy.talent
    staff = staff_at(economy, np.array([row]))
    change = round(staff.size * (factor - 1.0))
    u = member.chance.uniforms(Stream.RAKE, talent["id"][staff].astype(np.int64), quarter=0, block=BLOCK)[:, 0]
    order = staff[np.argsort(u, kind="stable")]
    if change < 0:
        talent["employer"][np.sort(order[: -change])] = GONE
    while change > 0:
        chosen = np.sort(order[: min(change, order.size)])
        double(economy, chosen, free(talent["id"], CLONE_IDS + OF_FIRMS))
        change -= chosen.size
    firms["headcount"][row] = int((talent["employer"] == row).sum())
    for name in GROWN:
        firms[name][row] *= factor
    area = firms["floor_area"][row] * (factor - 1.0)
    firms["floor_area"][row] += area
    park = economy.parks[firms["park"][row]]
    park.built += max(area, 0.0)  # what it takes more was built for it, before the start
    park.vacant += max(-area, 0.0)

"""Every payment and every move of people passes here, so that identities can be checked each quarter."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from digisim.kernels.talent import GONE, SEEKING, take_jobs
from digisim.state.table import Table

SECTORS = ("firms", "households", "government", "banks", "landlords", "customers", "suppliers")
PASSES_ON = (
    "presence", "attractiveness", "won", "orders", "orders_expected", "contracts", "backlog", "cancelled",
    "desired_workers",
    "knowledge_stock", "receivable", "cash", "debt",
)  # fmt: skip


class Flows:
    """The ledger of a quarter: who paid whom how much and what for, and who moved where.

    `paid[(payer, payee, purpose)]` holds CNY; `moved[(origin, destination)]` holds persons. Purposes that begin with
    "lever:" form the fiscal account of the levers.
    """

    def __init__(self, firms: Table, talent: Table) -> None:
        self.firms, self.talent = firms, talent
        self.paid: dict[tuple[str, str, str], float] = defaultdict(float)
        self.moved: dict[tuple[str, str], int] = defaultdict(int)
        self.fiscal: dict[str, float] = defaultdict(float)
        self.begin()

    def begin(self) -> None:
        """Open the books of a quarter."""
        self.paid.clear()
        self.moved.clear()
        self.cash_before = float(self.firms["cash"].sum())
        self.residents_before = self.residents()

    def residents(self) -> int:
        """People of the city's industry, at work or seeking."""
        return int(np.count_nonzero(self.talent["employer"] != GONE))

    # --- money ------------------------------------------------------------------------------------------------
    def post(self, payer: str, payee: str, purpose: str, amount: float) -> None:
        """Record a payment between two sectors other than single firms (CNY)."""
        self.paid[payer, payee, purpose] += amount
        if payer == "government" and purpose.startswith("lever:"):
            self.fiscal[purpose.removeprefix("lever:")] += amount

    def to_firms(self, payer: str, purpose: str, amounts: np.ndarray, rows: np.ndarray | slice = slice(None)) -> None:
        """Pay each firm its amount, shape (rows,), CNY."""
        self.firms["cash"][rows] += amounts
        self.post(payer, "firms", purpose, float(amounts.sum()))

    def from_firms(self, payee: str, purpose: str, amounts: np.ndarray, rows: np.ndarray | slice = slice(None)) -> None:
        """Let each firm pay its amount, shape (rows,), CNY."""
        self.firms["cash"][rows] -= amounts
        self.post("firms", payee, purpose, float(amounts.sum()))

    def between_firms(self, purpose: str, received: np.ndarray, paid: np.ndarray) -> None:
        """Firms pay each other: what each gets and gives, shape (firms,), CNY; both add up to the same."""
        self.firms["cash"][:] += received - paid
        self.post("firms", "firms", purpose, float(received.sum()))

    def lend(self, amounts: np.ndarray) -> None:
        """Banks lend to each firm (negative: the firm repays)."""
        self.firms["debt"][:] += amounts
        self.to_firms("banks", "loans", np.maximum(amounts, 0.0))
        self.from_firms("banks", "repayment", np.maximum(-amounts, 0.0))

    def write_off(self, rows: np.ndarray) -> float:
        """Loans of closed firms are lost to the banks; returns the loss (no money moves)."""
        loss = float(self.firms["debt"][rows].sum())
        self.firms["debt"][rows] = 0.0
        return loss

    # --- people -----------------------------------------------------------------------------------------------
    def leave(self, rows: np.ndarray, destination: str) -> None:
        """People leave the city's industry for the rest of China or retirement."""
        self.talent["employer"][rows] = GONE
        self.moved["city", destination] += len(rows)

    def release(self, rows: np.ndarray) -> None:
        """People lose or give up their job and look for another one."""
        self.talent["employer"][rows] = SEEKING

    def hire(self, rows: np.ndarray, firm_rows: np.ndarray) -> None:
        """People take a job; headcount and effective workers follow, also those of the firm that they leave."""
        firms, talent = self.firms, self.talent
        take_jobs(
            rows, firm_rows, talent["employer"], talent["human_capital"],
            firms["headcount"], firms["effective_workers"],
        )  # fmt: skip

    def settle(self, count: int, source: str, **columns: Any) -> np.ndarray:
        """People come into the city's industry: rows are appended; returns them."""
        self.moved[source, "city"] += count
        rows = self.talent.append(count, **columns)
        return np.arange(rows.start, rows.stop)

    def seekers(self) -> int:
        """Residents without a job, newcomers of this quarter included."""
        return int(np.count_nonzero(self.talent["employer"] == SEEKING))

    # --- firms ------------------------------------------------------------------------------------------------
    def found(self, count: int, equity: np.ndarray, **columns: Any) -> np.ndarray:
        """New firms go into business with the equity that their owners pay in (CNY); returns their rows."""
        added = self.firms.append(count, alive=True, **columns)
        rows = np.arange(added.start, added.stop)
        self.to_firms("households", "equity", equity, rows)
        return rows

    def absorb(self, sold: np.ndarray, into: np.ndarray) -> None:
        """What each sold firm owns, owes and has won passes to its buyer: no money leaves the firms.

        A buyer's share of own products becomes the mean of its parts, weighted by staff.
        """
        firms = self.firms
        staff = np.maximum(firms["headcount"], 1).astype(float)
        products = firms["product_share"] * staff
        for column in (staff, products, *(firms[name] for name in PASSES_ON)):
            np.add.at(column, into, column[sold])
        firms["product_share"][into] = products[into] / staff[into]
        firms["cash"][sold] = firms["debt"][sold] = 0.0
        firms["merged"][into] = True

    def lease(self, rows: np.ndarray, areas: np.ndarray) -> None:
        """Firms take floor areas (m2) that parks have set aside; a firm may stand in `rows` several times."""
        np.add.at(self.firms["floor_area"], rows, areas)

    def close(self, rows: np.ndarray, quarter: int) -> None:
        """Firms go out of business; what they own must have been settled before."""
        firms = self.firms
        firms["alive"][rows] = False
        firms["exited"][rows] = quarter
        for column in (
            "presence",
            "attractiveness",
            "won",
            "orders",
            "orders_expected",
            "contracts",
            "backlog",
            "cancelled",
            "floor_area",
            "receivable",
        ):
            firms[column][rows] = 0.0
        for column in ("headcount", "effective_workers", "vacancies", "guarantee", "entitled_staff"):
            firms[column][rows] = 0

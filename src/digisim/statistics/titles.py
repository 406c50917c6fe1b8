"""Titles and listings: the expected number of enterprises that hold each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digisim.policy.titles import load_titles, qualified

if TYPE_CHECKING:
    from digisim.state.economy import Economy


def titles(economy: Economy) -> dict[str, float]:
    """Expected number of holders of each title: those who qualify times the part that holds it."""
    firms, quarter, money = economy.firms, economy.quarter, economy.memo["numeraire"]
    return {
        f"firms_{title.name}": economy.parameters[title.share] * float(qualified(firms, title, quarter, money).sum())
        for title in load_titles().values()
    }

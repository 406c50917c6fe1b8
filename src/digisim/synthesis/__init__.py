"""The start of a run: a synthetic industry that adds up to the base figures a member drew."""

from digisim.synthesis.draws import Member, Regime, draw_member
from digisim.synthesis.industry import build_industry
from digisim.synthesis.rake import choose_reporting, rake

__all__ = ["Member", "Regime", "build_industry", "choose_reporting", "draw_member", "rake"]

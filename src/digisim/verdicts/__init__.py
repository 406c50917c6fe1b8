"""Is a target met, how surely, and what holds it back? Tables and sentences from results; nothing is simulated here
except the runs with raised limits that ``binding`` and ``simulate_and_bind`` ask for.
"""

from digisim.verdicts.facts import scorecard
from digisim.verdicts.limits import binding, simulate_and_bind
from digisim.verdicts.pairs import compare
from digisim.verdicts.ranks import ranking
from digisim.verdicts.scoring import verdict
from digisim.verdicts.spending import spending
from digisim.verdicts.summary import headline

__all__ = ["binding", "compare", "headline", "ranking", "scorecard", "simulate_and_bind", "spending", "verdict"]

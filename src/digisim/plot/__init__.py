"""Pictures of results: fans over the years, verdicts, paired differences, stylised facts. Nothing here runs a model.

Every function takes ``lang="en"`` or ``"zh"`` and returns matplotlib objects that the caller may change and save.
"""

from digisim.plot.fans import difference, fan
from digisim.plot.multiples import small_multiples
from digisim.plot.score import score
from digisim.plot.verdict_rows import verdict_chart

__all__ = ["difference", "fan", "score", "small_multiples", "verdict_chart"]

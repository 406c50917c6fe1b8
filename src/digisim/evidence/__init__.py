"""The archive: figures and measures of the documents, published history, effect sizes; each with its source."""

from digisim.evidence.archive import digest, documents, figure, figures
from digisim.evidence.conversion import conversion, scaled, scaled_error
from digisim.evidence.instruments import Family, Measure, measure, measure_families, measures
from digisim.evidence.published import effect, effects, history
from digisim.evidence.records import DocumentRecord, Effect, ErrorModel, Figure, HistoryRow, Prior

__all__ = [
    "DocumentRecord",
    "Effect",
    "ErrorModel",
    "Family",
    "Figure",
    "HistoryRow",
    "Measure",
    "Prior",
    "conversion",
    "digest",
    "documents",
    "effect",
    "effects",
    "figure",
    "figures",
    "history",
    "measure",
    "measure_families",
    "measures",
    "scaled",
    "scaled_error",
]

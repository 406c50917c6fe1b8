"""The map: regions, segments, and what was known about them at the base year."""

from digisim.regions.outlook import DriftRule, Outlook, digest_of_seen, drift_rule, outlook
from digisim.regions.quantities import cited, known, level, middle, older, published, resolve, size
from digisim.regions.records import OBSERVED, Derived, Park, Region, Segment, load_segments
from digisim.regions.region import (
    UNITS,
    digest,
    introduce,
    load_region,
    own_file,
    own_regions,
    packaged_regions,
    place_in_file,
    region_document,
    region_names,
)

__all__ = [
    "OBSERVED", "UNITS", "Derived", "DriftRule", "Outlook", "Park", "Region", "Segment", "cited", "digest",
    "digest_of_seen", "drift_rule", "introduce", "known", "level", "load_region", "load_segments", "middle", "older",
    "outlook", "own_file", "own_regions", "packaged_regions", "place_in_file", "published", "region_document",
    "region_names", "resolve", "size",
]  # fmt: skip

"""The map: regions, segments, and what was known about them at the base year."""

from digisim.regions.outlook import DriftRule, Outlook, drift_rule, outlook
from digisim.regions.region import Park, Region, Segment, load_region, load_segments, region_names

__all__ = [
    "DriftRule",
    "Outlook",
    "Park",
    "Region",
    "Segment",
    "region_names",
    "drift_rule",
    "load_region",
    "load_segments",
    "outlook",
]

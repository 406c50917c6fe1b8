"""Few-of-a-kind actors with policy logic, as mesa agents: a user subclasses one in a notebook."""

from digisim.actors.actor import Actor
from digisim.actors.government import Government
from digisim.actors.park import Park
from digisim.actors.places import admit, apportion, place_area, pull, settle, support_worth, tenants

__all__ = [
    "Actor", "Government", "Park", "admit", "apportion", "place_area", "pull", "settle", "support_worth", "tenants",
]  # fmt: skip

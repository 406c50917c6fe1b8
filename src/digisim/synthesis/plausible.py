"""Whether the drawn figures of a city make an economy, and whether its start has met them."""

from __future__ import annotations

from collections.abc import Mapping

from digisim.errors import StartError, phrase
from digisim.regions import Region
from digisim.regions.region import own_file
from digisim.synthesis.draws import Member

OPERATOR_SUFFIX = {"ministry": "", "local": "_local", "latent": "_latent"}
MET_BY = {
    "employees": "employees_local", "firms": "firms_latent", "above_scale": "firms_above_scale",
    "value_added": "value_added_latent",
}  # fmt: skip
WITHIN = 0.01  # of a drawn figure: how near the start comes to it
EARLIER = 30.0  # times the base year, or a part of it: an earlier industry beyond is a slip in the figures
CROWD = 30  # times the drawn people: what a warm-up may hold, lest a slip in the figures takes all memory


def check_drawn(region: Region, member: Member) -> None:
    """Refuse figures that make no economy: fewer people than firms, or revenue that does not pay who earns it.

    A ``StartError`` names both figures and where the file of the region lies.
    """
    figures, p = member.figures, member.parameters
    large, firms, people = figures["above_scale"], figures["firms"], figures["employees"]
    pay = p["wage.base.2020"] * people * (1.0 + p["social.charges"])
    most = (1.0 - p["purchases.least"] - p["production.tax"]) * member.latent
    what = None
    if large > firms:
        what = phrase("{large:,.0f} firms above scale of {firms:,.0f} in all", large=large, firms=firms)
    elif firms > people:
        what = phrase("{firms:,.0f} firms for {people:,.0f} people at work", firms=firms, people=people)
    elif pay > most:
        what = phrase("pay of {pay:,.0f} CNY a year where revenue leaves {most:,.0f}", pay=pay, most=most)
    if what is not None:
        raise StartError(
            what,
            where=_place(region),
            allowed="base figures that fit each other, each with its unit",
            next="look at base_figures, their factors and pay in the file of the region",
        )


def check_earlier(region: Region, factor: float) -> None:
    """Refuse an earlier industry out of all proportion to that of the base year; `factor` is its size over it.

    >>> from digisim.regions import load_region
    >>> check_earlier(load_region("dalian"), 0.5)
    """
    if not 1.0 / EARLIER <= factor <= EARLIER:  # also where it is no number
        raise StartError(
            phrase(
                "the industry of {year} would have had {factor:.3g} times the people of the base year",
                year=region.warmup_start, factor=factor,
            ),
            where=_place(region),
            allowed=phrase("1/{most:.0f} to {most:.0f} times", most=EARLIER),
            next="look at base_figures, past_employees and drift, or let warmup_start be later",
        )  # fmt: skip


def check_crowd(region: Region, people: int, drawn: float) -> None:
    """Break off a warm-up that holds many times the drawn people: rows of the table of people, and people."""
    if people > CROWD * drawn:
        raise StartError(
            phrase(
                "the years before the base year bring {people:,} people for {drawn:,.0f} drawn",
                people=people, drawn=drawn,
            ),
            where=_place(region),
            allowed=phrase("at most {most} times as many", most=CROWD),
            next="look at base_figures, past_employees and drift, or let warmup_start be later",
        )  # fmt: skip


def check_met(region: Region, member: Member, published: Mapping[str, float]) -> None:
    """Refuse a start that lies more than a hundredth from a drawn figure; `published` is the base year's table."""
    names = MET_BY | {"revenue": f"software_revenue{OPERATOR_SUFFIX[member.revenue_count]}"}
    for role, name in names.items():
        drawn = member.figures.get(role)
        if drawn is not None and not abs(published[name] - drawn) <= max(WITHIN * drawn, _unit(role)):
            raise StartError(
                phrase(
                    "the start misses {role}: {reached:,.0f} for {drawn:,.0f} drawn",
                    role=role, reached=published[name], drawn=drawn,
                ),
                where=_place(region),
                allowed="a start within one per cent of each base figure",
                next="look at base_figures together: firms above scale, their threshold, revenue and people",
            )  # fmt: skip


def _unit(role: str) -> float:
    """One firm or person, in which a figure is met; money has none."""
    return 1.0 if role in ("employees", "firms", "above_scale") else 0.0


def _place(region: Region) -> str:
    """Where the figures stand: the file of a user's region, or the name of one of the package."""
    path = own_file(region.name)
    return region.name if path is None else path.as_posix()

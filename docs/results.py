"""Writes docs/results from runs of the model: ``python docs/results.py`` (some minutes). Nothing is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import xarray as xr

mpl.use("Agg")

import digisim as ds  # noqa: E402
from digisim.cli.score_table import shown, span  # noqa: E402
from digisim.hindcast import held_against, hindcast  # noqa: E402
from digisim.plot import small_multiples  # noqa: E402
from digisim.scenario import EFFORTS, family_scenarios  # noqa: E402
from digisim.trials import run_trials  # noqa: E402
from digisim.verdicts import verdict  # noqa: E402

HERE = Path(__file__).parent / "results"
NOTE = "<!-- Written by docs/results.py; `make results` writes it anew. -->"
MEMBERS, FEW, SEED = 40, 12, 1
PAST_MEMBERS = 96  # draws of the run over the past: a start each, no forecast
HORIZON = 2028
YEARS = 40  # of the scorecard
SCENARIOS = (
    "dalian-plan", "dalian-all", "dalian-yen-fall", "dalian-pandemic", "dalian-anchor-arrives", "dalian-anchor-leaves",
    "dalian-observed",
)  # fmt: skip
ANATOMY = (
    "software_revenue_local", "employees_local", "firms_micro", "firms_small", "firms_medium", "firms_large",
    "firms_young", "entries", "exits", "revenue_outsourcing", "revenue_embedded", "revenue_cloud", "wage_mean",
    "wage_relative", "vacancy_rate", "job_seekers", "staff_wanted", "backlog_ratio", "in_migration", "out_migration",
    "cash_ratio", "debt_ratio", "rd_share", "rent_mean", "park_vacancy", "floor_area_underway", "exports_usd",
)  # fmt: skip
OUTLOOKS = ("low", "high")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(str(cell) for cell in row) for row in (head, *rows)]
    return "\n".join([f"| {lines[0]} |", "|" + "---|" * len(head), *(f"| {line} |" for line in lines[1:])])


def page(name: str, *parts: str) -> None:
    """Write a page of the folder."""
    HERE.mkdir(exist_ok=True)
    (HERE / name).write_text("\n\n".join([NOTE, *parts]) + "\n", encoding="utf-8")


def verdicts(many: xr.Dataset, scenario: str) -> str:
    """Chance with its 95% interval, and median of each target that is scored, by count and reading."""
    rows = verdict(many)
    rows = rows[(rows.status == "scored") & (rows.scenario == scenario)]
    cells = [
        (
            r.target,
            r.name_en,
            r.year,
            r.operator,
            r.regime,
            f"{r.probability:.0%} ({r.probability_low:.0%} to {r.probability_high:.0%})",
            f"{round(r.median) if r.unit in ('firm', 'person') else r.median:,.4g}",
            f"{r.target_value:,.4g}",
        )
        for r in rows.itertuples()
    ]
    return table(["target", "what", "year", "count", "reading", "chance (95%)", "median", "goal"], cells)


def past() -> list[str]:
    """Medians over members of the run over 2013 to 2020, by reading, and what the published counts say of it."""
    rows = hindcast(members=2 * PAST_MEMBERS, seed=SEED)
    rows = rows[rows.member % 2 == 0]
    checks = [
        (
            r.regime,
            "all" if r.year != r.year else int(r.year),
            "" if r.year != r.year else f"{r.low:,.0f} – {r.high:,.0f}",
            "" if r.year != r.year else f"{r.median:,.0f} ({r.ten:,.0f} – {r.ninety:,.0f})",
            f"{r.inside:.0%}",
        )
        for r in held_against(rows).itertuples()
    ]
    medians = rows.groupby(["regime", "year"]).median(numeric_only=True).reset_index()
    cells = [
        (
            r.regime,
            r.year,
            f"{r.employees:,.0f}",
            f"{r.wage_relative:.2f}",
            f"{r.vacancy_rate:.1%}",
            f"{r.orders_served:.1%}",
        )
        for r in medians.itertuples()
    ]
    return [
        table(["reading", "year", "printed, with its error", "median (eight in ten members)", "inside"], checks),
        table(["reading", "year", "employees", "pay over outside", "vacancies", "orders not withdrawn"], cells),
    ]


def trials() -> str:
    """What the model gives beside what the literature gives."""
    cells = [
        (
            r.en, r.unit, f"{r.model:.2g} ({r.model_low:.2g} to {r.model_high:.2g})",
            f"{r.literature:g} ({r.literature_low:g} to {r.literature_high:g})", "yes" if r.inside else "**no**",
            f"`{r.effect}`",
        )
        for r in run_trials(seed=SEED).itertuples()
    ]  # fmt: skip
    return table(["trial", "unit", "model, median (10-90%)", "literature (range)", "inside", "effect"], cells)


def families() -> str:
    """Change of revenue and people in 2028 by family and reading, at each effort; paired with the baseline.

    Families are ranked at the middle effort. What a family gives for a yuan is the change of revenue in 2028 over what
    it costs a year: efforts are expected costs, and what rights cost in the end differs.
    """
    chosen = {effort: family_scenarios("dalian", effort) for effort in EFFORTS}
    runs = ds.ensemble(["dalian-baseline", *(one for each in chosen.values() for one in each.values())], FEW, SEED)
    middle = sorted(EFFORTS)[len(EFFORTS) // 2]
    cells = []
    for regime in ("demand_scarce", "people_scarce"):
        part = runs.isel(member=[k for k, r in enumerate(runs.regime.values) if r == regime]).isel(city=0)
        control = part.sel(scenario="dalian-baseline", year=HORIZON)
        found = {family: [_effect(part, control, chosen[e][family].name) for e in EFFORTS] for family in chosen[middle]}
        at = EFFORTS.index(middle)
        ranked = sorted(found, key=lambda family: -float(found[family][at][0].median()))
        for k, family in enumerate(ranked, 1):
            revenue, people, gain, spent = found[family][at]
            others = [f"{float(found[family][n][0].median()):+.2f}" for n in range(len(EFFORTS)) if n != at]
            cells.append((regime, k, family, _range(revenue), *others, _range(people), f"{spent:.2f}", f"{gain:.1f}"))
    others = [f"at {effort:.2%}" for effort in EFFORTS if effort != middle]
    head = ["reading", "rank", "family", "revenue, % (10-90%)", *others, "people, % (10-90%)", "亿 CNY a year"]
    return table([*head, "revenue of 2028 for a yuan a year"], cells) + "\n\n" + _firsts(runs, chosen[middle])


def _firsts(runs: xr.Dataset, chosen: Mapping[str, ds.Scenario]) -> str:
    """Which family does most at the middle effort, by count and reading."""
    names = {scenario.name: family for family, scenario in chosen.items()}
    ranked = ds.ranking(runs.sel(scenario=["dalian-baseline", *names]), year=HORIZON)
    ranked = ranked.drop_duplicates(["operator", "regime"])
    cells = [(r.operator, r.regime, names.get(r.first, r.first)) for r in ranked.itertuples()]
    return table(["count", "reading", "does most for revenue"], cells)


def _effect(part: xr.Dataset, control: xr.Dataset, name: str) -> tuple[xr.DataArray, xr.DataArray, float, float]:
    """Changes of revenue and people at the horizon (percent), revenue for a yuan a year, and what is spent (亿)."""
    moved = part.sel(scenario=name, year=HORIZON)
    revenue, people = (
        100.0 * (moved[each] / control[each] - 1.0) for each in ("software_revenue_latent", "employees_local")
    )
    spent = part["fiscal_cost"].sel(scenario=name).isel(year=slice(1, None)).mean("year")
    gain = (moved["software_revenue_latent"] - control["software_revenue_latent"]) / spent
    return revenue, people, float(gain.median()), float(spent.mean()) / 1e8


def _range(values: xr.DataArray) -> str:
    low, middle, high = (float(values.quantile(q)) for q in (0.1, 0.5, 0.9))
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


def scores(region: str, members: int) -> str:
    """The scorecard of a run of forty years, with the picture of Dalian's."""
    baseline = ds.load_scenario(f"{region}-baseline")
    long = ds.ensemble(baseline.with_(horizon=baseline.start + YEARS), members, SEED)
    if region == "dalian":
        ds.plot.score(long).savefig(HERE.parent / "img" / "dalian-scorecard.png")
    cells = [
        (
            row["name_en"], row["regime"], shown(row["value"], row), span(row["p10"], row["p90"], row),
            span(row["low"], row["high"], row), row["verdict"], row["years"],
        )
        for row in ds.scorecard(long).to_dict("records")
    ]  # fmt: skip
    return table(["fact", "reading", "median", "10-90%", "expected", "verdict", "years"], cells)


def pictures(many: xr.Dataset) -> list[str]:
    """The whole run of the baseline, and what each scenario changes."""
    parts = []
    figure = small_multiples(many, ANATOMY, scenario="dalian-baseline")
    figure.savefig(HERE / "baseline.png", dpi=110)
    parts.append("![The baseline, indicator by indicator](baseline.png)")
    shown = many.sel(scenario=["dalian-baseline", "dalian-plan"])
    scored = verdict(shown)
    fan = ds.plot.fan(shown, "software_revenue", target=scored[scored.status == "scored"])
    fan.get_figure().savefig(HERE.parent / "img" / "dalian-fan.png")  # the README's picture
    said = {name: ds.load_scenario(name).description_en for name in SCENARIOS}
    said |= {each.name: f"Baseline with the {each.outlook} outlook of the nation." for each in outlooks()}
    for name, words in said.items():
        figure = small_multiples(many, ANATOMY, control="dalian-baseline", scenario=name)
        figure.savefig(HERE / f"{name}.png", dpi=110)
        parts.append(f"## {name}\n\n{words}\n\n![{name} less the baseline]({name}.png)")
    return parts


def outlooks() -> list[ds.Scenario]:
    """The baseline with the other outlooks of the nation."""
    return [ds.load_scenario("dalian-baseline").with_(outlook=each, name=f"dalian-outlook-{each}") for each in OUTLOOKS]


def main() -> None:
    """Run everything and write the pages."""
    HERE.mkdir(exist_ok=True)
    many = ds.ensemble(["dalian-baseline", *SCENARIOS, *outlooks()], MEMBERS, SEED)
    drawn = f"{MEMBERS} members, seed {SEED}; parameters are priors."
    page("runs.md", "# The runs, looked at", drawn, *pictures(many))
    page("verdict.md", "# Targets by count and reading", f"Baseline, {drawn}", verdicts(many, "dalian-baseline"))
    lead = f"{PAST_MEMBERS} draws; head counts are scaled to the drawn count of 2020, which is met by that."
    page("past.md", "# The past again", lead, *past())
    lead = "Published total effects against what the mechanisms give; they are never parameters."
    page("trials.md", "# Virtual trials", lead, trials())
    efforts = "an effort of {:.2%}, {:.2%} or {:.2%} of sector revenue a year".format(*EFFORTS)
    lead = f"Each alone, from 2021, at {efforts}; change in {HORIZON}, in full at the middle one."
    page("families.md", "# Families of levers", lead, families())
    page("scorecard.md", "# Scorecard", f"Baseline to 2060, {FEW} members.", scores("dalian", FEW))


if __name__ == "__main__":
    main()

"""Writes docs/results from runs of the model: ``python docs/results.py`` (some minutes). Nothing is typed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import xarray as xr

mpl.use("Agg")

import digisim as ds  # noqa: E402
from digisim.hindcast import hindcast  # noqa: E402
from digisim.plot import small_multiples  # noqa: E402
from digisim.scenario import family_scenarios  # noqa: E402
from digisim.trials import run_trials  # noqa: E402
from digisim.verdicts import verdict  # noqa: E402

HERE = Path(__file__).parent / "results"
NOTE = "<!-- Written by docs/results.py; `make results` writes it anew. -->"
MEMBERS, FEW, SEED = 40, 12, 1
EFFORT = 0.005
HORIZON = 2028
YEARS = 40  # of the scorecard
SCENARIOS = (
    "dalian-plan", "dalian-all", "dalian-yen-fall", "dalian-pandemic", "dalian-anchor-arrives", "dalian-anchor-leaves",
)  # fmt: skip
ANATOMY = (
    "software_revenue_local", "employees_local", "firms_micro", "firms_small", "firms_medium", "firms_large",
    "firms_young", "entries", "exits", "revenue_outsourcing", "revenue_embedded", "revenue_cloud", "wage_mean",
    "wage_relative", "vacancy_rate", "job_seekers", "staff_wanted", "backlog_ratio", "in_migration", "out_migration",
    "graduates", "cash_ratio", "debt_ratio", "rd_share", "rent_mean", "park_vacancy", "exports_usd",
)  # fmt: skip
EFFECTS = ("software_revenue_local", "employees_local", "wage_mean", "firms_latent", "exports", "rd_share")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(str(cell) for cell in row) for row in (head, *rows)]
    return "\n".join([f"| {lines[0]} |", "|" + "---|" * len(head), *(f"| {line} |" for line in lines[1:])])


def page(name: str, *parts: str) -> None:
    """Write a page of the folder."""
    HERE.mkdir(exist_ok=True)
    (HERE / name).write_text("\n\n".join([NOTE, *parts]) + "\n", encoding="utf-8")


def verdicts(many: xr.Dataset, scenario: str) -> str:
    """Chance, median and range of each target that is scored, by count and reading."""
    rows = verdict(many)
    rows = rows[(rows.status == "scored") & (rows.scenario == scenario)]
    cells = [
        (
            r.target,
            r.name_en,
            r.year,
            r.operator,
            r.regime,
            f"{r.probability:.0%}",
            f"{round(r.median) if r.unit in ('firm', 'person') else r.median:,.4g}",
            f"{r.target_value:,.4g}",
        )
        for r in rows.itertuples()
    ]
    return table(["target", "what", "year", "count", "reading", "chance", "median", "goal"], cells)


def past() -> str:
    """Medians over members of the run over 2013 to 2020, by reading."""
    rows = hindcast(members=2 * FEW, seed=SEED)
    rows = rows[rows.member % 2 == 0].groupby(["regime", "year"]).median(numeric_only=True).reset_index()
    cells = [
        (
            r.regime,
            r.year,
            f"{r.employees:,.0f}",
            f"{r.wage_relative:.2f}",
            f"{r.vacancy_rate:.1%}",
            f"{r.orders_served:.1%}",
        )
        for r in rows.itertuples()
    ]
    return table(["reading", "year", "employees", "pay over outside", "vacancies", "orders not withdrawn"], cells)


def trials() -> str:
    """What the model gives beside what the literature gives."""
    cells = [
        (
            r.en, r.unit, f"{r.model:.2g} ({r.model_low:.2g} to {r.model_high:.2g})",
            f"{r.literature:g} ({r.literature_low:g} to {r.literature_high:g})", "yes" if r.inside else "**no**",
            f"`{r.effect}`",
        )
        for r in run_trials(FEW, SEED).itertuples()
    ]  # fmt: skip
    return table(["trial", "unit", "model, median (10-90%)", "literature (range)", "inside", "effect"], cells)


def families() -> str:
    """Change of revenue and people in 2028 by family and reading, at one effort; paired with the baseline."""
    chosen = family_scenarios("dalian", EFFORT)
    runs = ds.ensemble(["dalian-baseline", *chosen.values()], FEW, SEED)
    names = {scenario.name: family for family, scenario in chosen.items()}
    cells = []
    for regime in ("demand_scarce", "people_scarce"):
        part = runs.isel(member=[k for k, r in enumerate(runs.regime.values) if r == regime])
        last = part.sel(year=HORIZON).isel(city=0)
        control = last.sel(scenario="dalian-baseline")
        found = []
        for name, family in names.items():
            moved = last.sel(scenario=name)
            revenue = 100.0 * (moved["software_revenue_latent"] / control["software_revenue_latent"] - 1.0)
            people = 100.0 * (moved["employees_local"] / control["employees_local"] - 1.0)
            spent = part["fiscal_cost"].sel(scenario=name).isel(city=0).mean("member")[1:].mean() / 1e8
            found.append((family, revenue, people, float(spent)))
        found.sort(key=lambda each: -float(each[1].median()))
        cells += [
            (regime, k, family, _range(revenue), _range(people), f"{spent:.2f}")
            for k, (family, revenue, people, spent) in enumerate(found, 1)
        ]
    return table(["reading", "rank", "family", "revenue, % (10-90%)", "people, % (10-90%)", "亿 CNY a year"], cells)


def _range(values: xr.DataArray) -> str:
    low, middle, high = (float(values.quantile(q)) for q in (0.1, 0.5, 0.9))
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


def scores(region: str, members: int) -> str:
    """The scorecard of a run of forty years, with the picture of Dalian's."""
    baseline = ds.load_scenario(f"{region}-baseline")
    long = ds.ensemble(baseline.with_(horizon=baseline.start + YEARS), members, SEED)
    if region == "dalian":
        ds.plot.score(long).savefig(HERE.parent / "img" / "dalian-scorecard.png")
    rows = ds.scorecard(long)
    rows = rows[["name_en", "regime", "value", "p10", "p90", "low", "high", "verdict", "years"]]
    cells = [[_cell(value) for value in row] for row in rows.itertuples(index=False)]
    return table(["fact", "reading", "median", "10%", "90%", "from", "to", "verdict", "years"], cells)


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "/")


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
    for name in SCENARIOS:
        figure = small_multiples(many, EFFECTS, control="dalian-baseline", scenario=name)
        figure.savefig(HERE / f"{name}.png", dpi=110)
        parts.append(f"## {name}\n\n{ds.load_scenario(name).description_en}\n\n![{name} less the baseline]({name}.png)")
    return parts


def main() -> None:
    """Run everything and write the pages."""
    HERE.mkdir(exist_ok=True)
    many = ds.ensemble(["dalian-baseline", *SCENARIOS], MEMBERS, SEED)
    drawn = f"{MEMBERS} members, seed {SEED}; parameters are priors."
    page("runs.md", "# The runs, looked at", drawn, *pictures(many))
    page("verdict.md", "# Targets by count and reading", f"Baseline, {drawn}", verdicts(many, "dalian-baseline"))
    lead = "Medians over draws; head counts are scaled to the drawn count of 2020."
    page("past.md", "# The past again", lead, past())
    lead = "Published total effects against what the mechanisms give; they are never parameters."
    page("trials.md", "# Virtual trials", lead, trials())
    lead = f"Each alone at {EFFORT:.2%} of sector revenue a year, from 2021; change in {HORIZON}."
    page("families.md", "# Families of levers", lead, families())
    page("scorecard.md", "# Scorecard", f"Baseline to 2060, {FEW} members.", scores("dalian", FEW))


if __name__ == "__main__":
    main()

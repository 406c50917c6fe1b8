# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Is Dalian's plan reachable?
#
# In 2018 Dalian announced 3000亿 of software revenue and more than 500,000 people for 2028; in 2021 its digital plan added
# 1300亿 for 2025. This notebook asks three questions an economist would ask: what do the targets require by arithmetic, how
# probable are they if the city goes on as in 2020, and what do the plan's own measures change?
#
# The answers rest on priors: parameters come from the literature and from published statistics, or are marked as assumptions.
# Nothing is fitted to Dalian's record yet.

# %%
import digisim as ds

MEMBERS = 8  # enough to see how things work; a verdict to be quoted needs some hundreds

baseline = ds.load_scenario("dalian-baseline")
plan = ds.load_scenario("dalian-plan")
print(plan)

# %% [markdown]
# ## What arithmetic alone says
#
# Before any simulation the two documents are checked against each other and against themselves: the growth that a target
# needs, parts against wholes, one document against another. The same industry has two published sizes (1053亿 for 2017 by the
# city's count, about 640亿 for 2020 by the ministry's), so a growth rate drawn through both would be an artefact.

# %%
audit = ds.audit()
audit.iloc[:12]

# %% [markdown]
# ## A synthetic industry, many times over
#
# A member of the ensemble draws parameters and base figures within their errors, and one of two readings of the past:
# *people were scarce* (orders waited for people) or *demand was scarce* (the city's share of national demand fell year by year). Both
# fit 2013 to 2020 equally well. Each member then builds about 200,000 people and 2000 to 3000 firms, runs through the eight years before 2020,
# and runs both scenarios from the same start with the same luck.

# %%
results = ds.ensemble([baseline, plan], members=MEMBERS, seed=1)
names = ["software_revenue", "software_revenue_local", "employees_local", "wage_mean"]
results[names].median("member").squeeze("city").to_dataframe()[names]

# %% [markdown]
# ## The verdict
#
# One row per target, statistical count and reading of the past; the counts are never averaged. The Monte Carlo error beside each
# probability is large with so few members: "0%" means "rare".

# %%
verdicts = ds.verdict(results)
scored = verdicts[(verdicts["status"] == "scored") & (verdicts["scenario"] == "dalian-plan")]
scored[["name_en", "operator", "regime", "year", "probability", "mc_error", "median", "target_value", "growth_needed", "growth_median"]]

# %%
print(ds.headline(verdicts))

# %% [markdown]
# ## The fan
#
# Revenue by the ministry's count, with the targets that are scored on it. The bands hold parameter uncertainty, chance, and both
# readings; the outlook for the nation is the central one.

# %%
axes = ds.plot.fan(results, "software_revenue", target=verdicts, lang="en")

# %% [markdown]
# ## What the measures change
#
# The two scenarios share every draw, so their difference is far better known than either level. A difference whose sign is not
# shared by most members (`agree`) should not be quoted. Compare it with the cost: `fiscal_cost` is what the measures cost in the
# model, where only a drawn share of what is announced is carried out.

# %%
differences = ds.compare(results, control="dalian-baseline")
shown = ["software_revenue", "software_revenue_local", "employees_local", "wage_mean", "fiscal_cost"]
differences[(differences["year"] == 2028) & differences["indicator"].isin(shown)]

# %% [markdown]
# ## Do the two readings agree?
#
# If they rank a measure differently, the published record does not identify its effect, and the honest answer is "not
# identified", not an average.

# %%
change = results["software_revenue"].sel(scenario="dalian-plan") - results["software_revenue"].sel(scenario="dalian-baseline")
change.sel(year=2028).squeeze("city").groupby("regime").median().to_series()

# %% [markdown]
# What the model leaves out is listed in `docs/economics/simple.md`, process by process. Read it before you quote a number.

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
# # Which levers matter, and what do they cost?
#
# A city that has half a per cent of the industry's revenue to spend each year: on what? Every lever family gets the same effort, alone,
# and is compared with the baseline member by member: both share parameters, base figures and chance, so that a small effect shows
# through the large uncertainty about the level.
#
# An effort is what is *to be spent*. What is announced is larger, since only a drawn share of announcements is carried out.

# %%
import digisim as ds
from digisim.scenario import family_scenarios
from digisim.verdicts import spending

MEMBERS = 4  # enough to see how things work; a ranking to be quoted needs forty or more
EFFORT = 0.005  # of the industry's revenue, a year

baseline = ds.load_scenario("dalian-baseline")
families = family_scenarios("dalian", EFFORT)
sorted(families)

# %% [markdown]
# Four of them here, so that the notebook runs in a minute; `list(families.values())` takes all.

# %%
names = ["R&D and innovation", "talent attraction & retention", "talent training", "attracting anchor firms"]
chosen = [families[name] for name in names]
print(chosen[1])

# %%
results = ds.ensemble([baseline, *chosen], members=MEMBERS, seed=1)
dict(results.sizes)

# %% [markdown]
# ## The ranking, by reading of the past
#
# `first` says which family does most in a reading. In the rows over all members it is "not identified" where the two readings put
# different ones first: then the published record does not tell which lever matters most, and an average would hide that.

# %%
ranked = ds.ranking(results, year=2028)
ranked[ranked["operator"] == "ministry"]

# %% [markdown]
# ## The same, as a picture
#
# Differences of people at work from the baseline; a fan that holds zero is an effect whose sign is not known.

# %%
axes = ds.plot.difference(results, "employees_local", "dalian-baseline", lang="en")

# %% [markdown]
# ## What it costs
#
# Money is booked by lever and year: what a family was to cost, and what it did in the model, where firms and people take a lever up
# or do not.

# %%
spent = spending(results, [baseline, *chosen])
spent[spent["lever"] == "all"]

# %% [markdown]
# Per job: the change in people at work of 2028 and the whole cost up to then. Costs of later years are not discounted; jobs that are
# gone in 2029 are counted like jobs that stay.

# %%
gain = ds.compare(results)
at_end = gain[gain["year"] == 2028].set_index(["scenario", "indicator"])
people = at_end.xs("employees_local", level="indicator")["difference"]
cost = gain[gain["indicator"] == "fiscal_cost"].groupby("scenario")["difference"].sum()
(cost / people).rename("CNY a further job of 2028").round(-3)

# %% [markdown]
# ## How sure is that?
#
# `agree` is the share of members whose difference has the sign of the median; `variance_ratio` is what pairing saves: the variance of
# the paired difference over that between unrelated members.

# %%
at_end.loc[(slice(None), ["software_revenue", "employees_local", "wage_mean"]), ["percent", "p10", "p90", "agree", "variance_ratio"]]

# %% [markdown]
# ## A lever of your own
#
# Any value, with its unit, from any date; a wrong unit or a value out of range is refused with what is allowed.

# %%
own = baseline.with_levers(graduate_retention={"2023": "20000 CNY/person"}, talent_housing_subsidy={"2022Q3": "1500 CNY/month"})
print(own)

# %%
try:
    baseline.with_levers(rd_grant="3 亿")
except ds.InputError as refused:
    print(refused)

# %% [markdown]
# Effects of single levers on their own indicators, from runs of many members: `docs/reference/levers.md`. What each mechanism leaves
# out: `docs/economics/policy.md`.

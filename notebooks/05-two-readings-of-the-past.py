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
# # Two readings of one past
#
# From 2013 to 2020 Dalian's industry hardly grew in people while the nation's grew by half. Either people were scarce (orders waited for them) or
# demand was (the city's share of national demand fell year by year). Both fit the published counts, and they answer policy questions
# differently. This notebook looks at what each implies, and at how the model stands against facts that nobody fitted.

# %%
import digisim as ds
from digisim.hindcast import held_against, hindcast

MEMBERS = 8  # of each eight members four hold one reading

# %% [markdown]
# ## The past again
#
# The model runs from 2013 with the parameters and the drift that the forecast uses; nothing is fitted to the years in between. Printed
# counts are ranges ("more than 200,000"), and `inside` is the share of members within them.

# %%
past = hindcast("dalian", members=MEMBERS)
held_against(past)

# %% [markdown]
# ## What tells the readings apart
#
# Relative pay and lost orders. No published series of either was found for Dalian: with one, the weights of the readings could be moved.

# %%
past.groupby(["regime", "year"])[["employees", "wage_relative", "vacancy_rate", "orders_served"]].median().round(3)

# %% [markdown]
# ## The same question, two answers
#
# A hundred million a year for people who come, in each reading:

# %%
baseline = ds.load_scenario("dalian-baseline")
people = baseline.with_levers(graduate_retention="20000 CNY/person").with_(name="graduates-stay")
results = ds.ensemble([baseline, people], members=MEMBERS, seed=1)
change = 100 * (results.sel(scenario="graduates-stay") / results.sel(scenario="dalian-baseline") - 1)
of_2028 = change[["software_revenue", "employees_local", "wage_mean"]].sel(year=2028).squeeze("city")
of_2028.groupby("regime").median().to_dataframe()[["software_revenue", "employees_local", "wage_mean"]].round(2)  # per cent

# %% [markdown]
# ## What holds the city back
#
# Each limit is raised by 10% in turn, in paired runs. The elasticity of an outcome to a limit is what "held back by" in a verdict rests on.

# %%
limits = ds.binding("dalian-baseline", members=4, seed=1)
wanted = limits[(limits["target"] == "d28-revenue-2028") & (limits["operator"] == "ministry")]
wanted.pivot_table(index="limit", columns="regime", values="elasticity").round(2)

# %% [markdown]
# ## Does the model behave like an economy?
#
# Stylised facts that were not used to set it up, with the range that the literature gives. Some need a run of forty years
# (`docs/results/scorecard.md` has it); here are those that eight years can tell.

# %%
card = ds.scorecard(results.sel(scenario=["dalian-baseline"]))
card[(card["regime"] == "all") & card["verdict"].isin(["in", "out"])][["fact", "value", "low", "high", "verdict"]]

# %% [markdown]
# Effects of treatments as the literature measures them (grants, guarantees, park tenancy, anchors) are held against virtual trials in the
# model: `docs/results/trials.md`, or `digisim.trials.run_trials()`, which takes some minutes.

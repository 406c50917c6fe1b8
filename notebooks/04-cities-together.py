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
# # Is one city's gain another city's loss?
#
# A city that pays people to come takes some of them from elsewhere. In a joint run several cities share one national labour market and the
# rest of the country is a reservoir; people and firms that move are the same people and firms, so that nobody is counted twice.
#
# Two cities here, so that the notebook runs in a minute; `four-cities-baseline` joins all four.

# %%
from pathlib import Path

import digisim as ds

Path("two.yaml").write_text(
    """
cities: {dalian: dalian-baseline, qingdao: qingdao-baseline}
joined: 2021                  # at whose end they are joined; until then each runs alone
horizon: 2026
nation_employees: china-employees-2020
""",
    encoding="utf-8",
)
quiet = ds.load_scenario("two.yaml")
levers = {"talent_housing_subsidy": {"2022": "3000 CNY/month"}, "attraction": {"2022": "5 亿 CNY/year"}}
loud = quiet.with_levers(dalian=levers).with_(name="dalian-attracts")
print(loud)

# %%
results = ds.ensemble([quiet, loud], members=4, seed=1)
dict(results.sizes)

# %% [markdown]
# ## What Dalian wins, and what the other city loses
#
# Differences are paired: member by member the same parameters and the same luck, city by city.

# %%
changes = ds.compare(results)
last = changes[(changes["year"] == 2026) & changes["indicator"].isin(["employees_local", "software_revenue_local", "wage_mean"])]
last.set_index(["indicator", "city"])[["difference", "p10", "p90", "percent", "agree"]]

# %% [markdown]
# ## Who passes between the cities
#
# People and firms of 2026, a year, medians over members. Those who are offered no post stay where they are (`turned_away_cities`).

# %%
between = ["in_migration_cities", "out_migration_cities", "turned_away_cities", "firms_from_cities", "firms_to_cities"]
{name: results[name].attrs["long_name"] for name in between}

# %%
results[between].sel(year=2026).median("member").to_dataframe()[between]

# %% [markdown]
# ## Nobody is lost
#
# The largest residual of people and money over all cities and quarters, as a share of gross flows.

# %%
results.attrs["largest_residual"]

# %% [markdown]
# ## Two fans
#
# A figure is of one city: choose it with a list, so that the dimension stays.

# %%
joined = results.sel(year=slice(2021, None))
axes = ds.plot.difference(joined.sel(city=["dalian"]), "employees_local", quiet.name, lang="en")

# %%
axes = ds.plot.difference(joined.sel(city=["qingdao"]), "employees_local", quiet.name, lang="en")

# %% [markdown]
# How people and firms choose between cities, and what is left out: `docs/economics/joint.md`.

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
# # Inside a run: firms, people, quarters
#
# The model is a `mesa.Model` that is stepped a quarter at a time. Its firms and people are columns, so that 200,000 people are looked
# at with numpy as one would look at a panel of micro data.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import digisim as ds

model = ds.IndustryModel("dalian-baseline", seed=1)
for _ in range(8):
    model.step()
economy = model.economy
at_work = economy.talent["employer"] >= 0
pd.Series({"firms": economy.firms["alive"].sum(), "people at work": at_work.sum()})

# %% [markdown]
# ## Firms, one row each
#
# What the columns hold, and who writes them, is in `docs/reference/columns.md`; `digisim quarter` prints the order of a quarter.

# %%
alive = economy.firms["alive"]
columns = ["headcount", "capability", "wage", "cash", "debt", "year_revenue"]
firms = pd.DataFrame({name: economy.firms[name][alive] for name in columns})
firms.describe().round(2)

# %% [markdown]
# ## Sizes
#
# Firm sizes are heavy-tailed (Axtell 2001, *Science* 293): in the picture the share of firms larger than a size falls nearly along a
# line. The synthetic start draws the tail; forty years on it is the model's own (`digisim scorecard`).

# %%
sizes = np.sort(firms["headcount"].to_numpy())[::-1]
figure, axes = plt.subplots()
axes.loglog(sizes, np.arange(1, sizes.size + 1) / sizes.size, drawstyle="steps-post")
axes.set_xlabel("people of a firm")
axes.set_ylabel("share of firms at least as large")

# %% [markdown]
# ## Pay: between firms or between people?
#
# A person's pay is the firm's wage for a unit of human capital times the human capital; the two parts of its spread:

# %%
people = economy.talent
wage = economy.firms["wage"][people["employer"][at_work]]
human_capital = people["human_capital"][at_work]
pd.Series({"firms": np.var(np.log(wage)), "human capital": np.var(np.log(human_capital)), "pay": np.var(np.log(wage * human_capital))})

# %% [markdown]
# ## Money and people balance
#
# After every quarter the largest residual of all accounts, over gross flows: it is a matter of rounding.

# %%
model.residual

# %% [markdown]
# ## By quarter, by segment, by market
#
# Results are by year; on request by quarter, the last dimension then being dates. Segments, parks and markets are divisions of what is published.

# %%
quarters = ds.simulate("dalian-baseline", seed=1, frequency="quarter")
quarters["software_revenue_latent"].squeeze().to_series().head(8)

# %%
years = ds.simulate("dalian-yen-fall", seed=1)
ds.breakdown(years, "market")["revenue"].squeeze().to_pandas().div(1e8).round(1)  # 亿元

# %%
ds.breakdown(years, "segment")["revenue"].squeeze().to_pandas().iloc[[0, -1]].T.div(1e8).round(1)

# %% [markdown]
# ## A rule of your own
#
# Governments and parks are agents with policy logic; a subclass replaces a rule. This government stops research grants once the city's count has
# passed 700亿. Worker processes must be able to import it, so it is written to a file.

# %%
from pathlib import Path

Path("my_rules.py").write_text(
    """
from digisim.actors import Government


class CautiousGovernment(Government):
    def levers(self, quarter, scheduled, published):
        enough = published[max(published)]["software_revenue"] > 700e8
        return {**scheduled, "rd_grant": 0.0} if enough else scheduled
""",
    encoding="utf-8",
)
grants = ds.load_scenario("dalian-baseline").with_levers(rd_grant="3 亿 CNY/year")
cautious = grants.with_(name="cautious", actor_classes={"government": "my_rules:CautiousGovernment"})
results = ds.ensemble([grants, cautious], members=2, seed=1, workers=1)
results["fiscal_cost"].median("member").squeeze("city").to_pandas().T.div(1e8).round(2)  # 亿元 a year

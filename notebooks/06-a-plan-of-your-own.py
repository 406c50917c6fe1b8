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
# # A plan of your own: first arithmetic, then chance
#
# Somebody drafts a plan for Dalian. Before anything is simulated, `audit` holds it against arithmetic, against what the city stands at and
# against the published plans; then a scenario says how probable its targets are.

# %%
from pathlib import Path

import xarray as xr

import digisim as ds

DRAFT = """
plan: my-draft
region: dalian
figures:
  - {id: north-2025, name_en: Revenue of the north park, name_zh: 北园收入, year: 2025, value: 700, unit: 亿元}
  - {id: south-2025, name_en: Revenue of the south park, name_zh: 南园收入, year: 2025, value: 500, unit: 亿元}
targets:
  - {id: revenue-2025, indicator: software_revenue, operators: [ministry], year: 2025, value: 1100, unit: 亿元}
  - {id: staff-2025, indicator: employees_local, year: 2025, value: 18, unit: 万人}
  - {id: rd-2025, indicator: rd_share, year: 2025, value: 8, unit: "%"}
relations:
  - {id: parks, kind: parts, whole: revenue-2025, parts: [north-2025, south-2025]}
"""
Path("my-draft.yaml").write_text(DRAFT, encoding="utf-8")
found = ds.audit("my-draft.yaml")
for severity, text in zip(found["severity"], found["text"]):
    print(f"{severity}: {text}\n")

# %% [markdown]
# ## Mended
#
# The parks get less, the people more, and nothing is found: from 641亿 in 2020 the target asks for 11.4% a year, less than the nation's
# growth of that year. Silence is no praise.

# %%
mended = DRAFT.replace("value: 700", "value: 600").replace("value: 18,", "value: 22,").replace("my-draft", "my-plan")
Path("my-plan.yaml").write_text(mended, encoding="utf-8")
found = ds.audit("my-plan.yaml")
len(found)

# %% [markdown]
# A mistake in the file is told with its line, what is allowed, and what to do next.

# %%
Path("my-slip.yaml").write_text(mended.replace("my-plan", "my-slip").replace("unit: 万人", "unit: 万"), encoding="utf-8")
try:
    ds.audit("my-slip.yaml")
except ds.InputError as refused:
    print(refused)

# %% [markdown]
# ## A scenario for it
#
# Levers with their units, in a file that can be kept, sent and run by `digisim run my-scenario.yaml`.

# %%
Path("my-scenario.yaml").write_text(
    """
region: dalian
extends: dalian-baseline
horizon: 2025
description_en: What the draft would do.
levers:
  rd_grant: {"2021": "2 亿 CNY/year"}
  graduate_retention: {"2021": "10000 CNY/person", "2023": "20000 CNY/person"}
""",
    encoding="utf-8",
)
scenario = ds.load_scenario("my-scenario.yaml")
baseline = ds.load_scenario("dalian-baseline").with_(horizon=2025)
results = ds.ensemble([baseline, scenario], members=8, seed=1)
axes = ds.plot.fan(results, "software_revenue", lang="en")

# %% [markdown]
# ## How probable are the draft's targets?
#
# `verdict` scores the published targets. One of your own is a line: the share of members that reach it, by reading of the past. Eight members
# tell "rare" from "likely", no more. (The targets of a city of your own stand in its file, and are scored: `docs/howto/new-region.md`.)

# %%
wanted = {"software_revenue": 1100e8, "employees_local": 220_000, "rd_share": 0.08}
at_2025 = results.sel(year=2025).squeeze("city")
reached = at_2025[list(wanted)] >= xr.Dataset(wanted)
reached.groupby("regime").mean().to_dataframe()[list(wanted)]

# %% [markdown]
# ## Keep it
#
# Results are NetCDF, whole or not at all, and open as they were saved; `digisim export` writes CSV.

# %%
ds.save_results(results, "my-results.nc")
again = ds.open_results("my-results.nc")
again.identical(results)

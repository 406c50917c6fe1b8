"""Virtual trials: paired, and held against the literature without being tuned to it."""

from __future__ import annotations

import pandas as pd
import pytest

from digisim.errors import InputError
from digisim.evidence import effects
from digisim.trials import load_trials, run_trials

EXPLAINED = {
    "guaranteed_loan", "guaranteed_default", "public_contract", "park_displacement", "park_entry",
    "anchor_productivity", "matching",
}  # fmt: skip
"""In docs/economics/trials.md: hardly any young firm lacks credit; customers won by contracts leave like others; a
supported park draws firms that would have settled elsewhere in the city, and who has a place in an incubator does not
look for cheap rent; an anchor's neighbours sell it and learn from it next to nothing; where people are scarce whoever
seeks work is hired."""


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return run_trials().set_index("trial")


def test_every_trial_is_held_against_a_published_effect(rows: pd.DataFrame) -> None:
    assert list(rows.index) == list(load_trials())
    assert all(trial.effect in effects() and trial.zh and trial.en for trial in load_trials().values())
    assert rows[["model", "model_low", "model_high"]].notna().all().all()
    assert (rows.model_low <= rows.model).all() and (rows.model <= rows.model_high).all()


def test_the_median_lies_in_the_published_range_or_the_docs_say_why_not(rows: pd.DataFrame) -> None:
    print(rows[["model", "model_low", "model_high", "literature_low", "literature_high", "inside"]].to_string())
    assert set(rows.index[~rows.inside]) <= EXPLAINED


def test_a_wrong_number_of_members_is_refused() -> None:
    with pytest.raises(InputError, match="members is 0"):
        run_trials(0)


def test_a_guarantee_helps_where_banks_lend_hardly_anything(rows: pd.DataFrame) -> None:
    assert rows.model["refused_loan"] > 2.0 * abs(rows.model["guaranteed_loan"])
    assert rows.inside["refused_loan"]


def test_a_supported_park_gains_more_than_the_city(rows: pd.DataFrame) -> None:
    assert rows.model["park_displacement"] > 0.0
    assert rows.model_low["park_entry"] > 0.0


def test_a_contract_leaves_customers_behind_and_a_cheap_yen_takes_margin(rows: pd.DataFrame) -> None:
    assert 0.1 < rows.model["public_contract"] < 1.0
    assert rows.inside["yen_fall"]

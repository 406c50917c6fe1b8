"""What a verdict tells of few members: no range that they cannot show, and one future is one."""

from __future__ import annotations

import pytest

from digisim.cli.verdict_table import show_verdicts
from digisim.testing import synthetic_dataset
from digisim.verdicts import verdict
from digisim.verdicts.summary import FEW, _range, futures


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_middle_of_few_is_not_told(lang: str) -> None:
    row = {"p10": 1e8, "median": 2e8, "p90": 3e8, "unit": "CNY/year", "members": FEW - 1}
    assert _range(row, lang)["band"] == ""
    assert _range({**row, "members": FEW}, lang)["band"]


def test_one_future_is_told_as_one() -> None:
    assert (futures(1, "en"), futures(2, "en")) == ("1 simulated future", "2 simulated futures")


@pytest.mark.parametrize(("members", "told"), [(4, False), (8, True)])
def test_the_table_gives_the_middle_of_the_futures_where_there_are_enough(
    members: int, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    many = synthetic_dataset(members=members)
    show_verdicts(verdict(many), many, "en")
    table = capsys.readouterr().out.split("Chance:")[0]
    assert ("middle" in table and "CNY –" in table) is told

"""What a verdict tells of few members: no range that they cannot show, and one future is one."""

from __future__ import annotations

import pytest

from digisim.verdicts.summary import FEW, _range, futures


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_middle_of_few_is_not_told(lang: str) -> None:
    row = {"p10": 1e8, "median": 2e8, "p90": 3e8, "unit": "CNY/year", "members": FEW - 1}
    assert _range(row, lang)["band"] == ""
    assert _range({**row, "members": FEW}, lang)["band"]


def test_one_future_is_told_as_one() -> None:
    assert (futures(1, "en"), futures(2, "en")) == ("1 simulated future", "2 simulated futures")

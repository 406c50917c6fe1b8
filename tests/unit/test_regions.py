"""Regions and outlooks as data: what a wrong file is told, and the rules checked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from digisim.errors import EvidenceError, InputError
from digisim.regions import drift_rule, load_region, load_segments, outlook, region_names
from digisim.regions.outlook import published
from digisim.regions.records import Region

DALIAN = load_region("dalian")


def changed(**fields: Any) -> dict[str, Any]:
    plain = DALIAN.model_dump()
    plain["largest_firm_revenue"] = ["15 亿 CNY", "60 亿 CNY"]
    return {**plain, **fields}


def test_an_unknown_region_is_told_the_nearest_and_all() -> None:
    with pytest.raises(InputError, match="unknown region 'dalain'") as caught:
        load_region("dalain")
    assert caught.value.next == "did you mean 'dalian'?" and "dalian" in caught.value.allowed
    with pytest.raises(InputError) as caught:
        load_region("atlantis")
    assert caught.value.next == "choose one of these"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("segments", {"outsourcing": 0.5}, "shares of segments sum to 0.5, not to 1"),
        ("regimes", {"people_scarce": 0.7, "demand_scarce": 0.4}, "shares of regimes sum to 1.1, not to 1"),
        ("parks", [{"name": "a", "name_en": "A", "name_zh": "甲", "share": 0.9}], "shares of parks sum to 0.9"),
        ("segments", {**DALIAN.segments, "outsourcing": 0.0, "application": 0.53}, "without a share above 0: outso"),
        ("segments", {**DALIAN.segments, "outsourcing": 0.26, "gaming": 0.1}, "unknown segments: gaming"),
        ("parameters", {"wage.bse": {"prior": {"dist": "Uniform", "low": 1, "high": 2}, "source": "s"}}, "wage.bse"),
    ],
)
def test_a_region_that_does_not_add_up(field: str, value: object, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Region(**changed(**{field: value}))
    assert told in str(caught.value)


def test_a_region_reads_back_what_it_says() -> None:
    assert Region(**changed()) == DALIAN
    assert DALIAN.largest_firm_revenue == (15e8, 60e8)
    assert region_names() == ["dalian", "dongguan", "qingdao", "shenzhen"]
    assert set(DALIAN.segments) <= set(load_segments())
    assert DALIAN.warmup_start < DALIAN.base_year < DALIAN.horizon


def test_an_unknown_figure() -> None:
    with pytest.raises(EvidenceError, match="no figure or published value 'nothing-2020'") as caught:
        published("nothing-2020")
    assert caught.value.allowed == "an id of the evidence registers"


def test_the_outlook_knows_nothing_after_the_base_year() -> None:
    look = outlook(DALIAN)
    assert max(look.published_growth) == DALIAN.base_year
    assert look.base_quarter == DALIAN.base_year * 4 + 4  # the first quarter after it
    source = DALIAN.outlook
    ids = [*source.national_growth, *source.per_head_growth, *source.export_growth, *source.category_growth.values()]
    assert max(published(identifier)[0] for identifier in ids) <= DALIAN.base_year


def test_the_outlook_by_hand() -> None:
    look = outlook(DALIAN)
    growth = [published(f"china-software-revenue-growth-{year}")[1] for year in range(2016, 2021)]
    assert look.start_growth == pytest.approx(sum(growth) / 5)
    per_head = [published(f"china-revenue-per-employee-growth-{year}")[1] for year in (2018, 2020)]
    assert look.per_head_share == pytest.approx((per_head[0] / growth[2] + per_head[1] / growth[4]) / 2)
    names = list(load_segments())
    its = published("china-revenue-its-growth-2020")[1] - growth[-1]
    assert look.segment_growth[names.index("content")] == pytest.approx(its)
    assert look.segment_growth[names.index("cloud")] == pytest.approx(its + 0.03)
    assert np.isfinite(look.segment_growth).all()


def test_outlooks_differ_by_their_shift_alone() -> None:
    low, central, high = (outlook(DALIAN, name) for name in ("low", "central", "high"))
    assert (low.shift, central.shift, high.shift) == (-0.025, 0.0, 0.025)
    assert low.start_growth == central.start_growth == high.start_growth


def test_the_drift_by_hand() -> None:
    """Growth of the city's head count less the nation's, a year; once with the first count deflated."""
    source, rule = DALIAN.drift, drift_rule(DALIAN)
    (city0, city1), (nation0, nation1) = ([published(i)[1] for i in ids] for ids in (source.city, source.nation))
    inflated = published(source.overstatement)[1]
    plain = (np.log(city1 / city0) - np.log(nation1 / nation0)) / 7
    deflated = (np.log(city1 / (city0 / (1 + inflated))) - np.log(nation1 / nation0)) / 7
    assert rule.mean == pytest.approx((plain + deflated) / 2)
    assert rule.spread == pytest.approx((deflated - plain) / 2) and rule.spread > 0

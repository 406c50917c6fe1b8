"""The parameter register and its laws: what a prior means, where it comes from, how a draw is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from digisim.errors import DefectError, InputError
from digisim.evidence import effects
from digisim.parameters import Parameter, digest, draw_parameters, load_parameters, medians
from digisim.parameters.distributions import Fixed, Law, Prior

ADAPTER: TypeAdapter[Any] = TypeAdapter(Prior)
PARAMETERS = load_parameters()
UNIFORMS = st.floats(min_value=1e-9, max_value=1 - 1e-9)


def law(**fields: Any) -> Law:
    return ADAPTER.validate_python(fields)


LAWS = {
    "normal": (law(dist="Normal", mean=-0.07, sd=0.025), stats.norm(-0.07, 0.025)),
    "truncated": (law(dist="TruncNormal", mean=4, sd=2.5, low=-2, high=12), stats.truncnorm(-2.4, 3.2, 4, 2.5)),
    "lognormal": (law(dist="Lognormal", median=12, sigma=0.12), stats.lognorm(0.12, scale=12)),
    "beta": (law(dist="Beta", a=4, b=9), stats.beta(4, 9)),
    "uniform": (law(dist="Uniform", low=-1, high=3), stats.uniform(-1, 4)),
    "triangular": (law(dist="Triangular", low=1, mode=2, high=4), stats.triang(1 / 3, 1, 3)),
    "exponential": (law(dist="Exponential", mean=1.2), stats.expon(scale=1.2)),
}


@pytest.mark.parametrize("name", LAWS)
def test_each_law_is_the_one_of_that_name(name: str) -> None:
    ours, theirs = LAWS[name]
    u = np.linspace(0.0005, 0.9995, 997)
    np.testing.assert_allclose(ours.quantile(u), theirs.ppf(u), rtol=1e-9)


def test_the_negative_lognormal_mirrors_the_lognormal_and_still_rises() -> None:
    negative = law(dist="NegLognormal", median=2, sigma=0.35)
    u = np.linspace(0.01, 0.99, 99)
    np.testing.assert_allclose(negative.quantile(u), -stats.lognorm(0.35, scale=2).ppf(1 - u), rtol=1e-12)
    assert np.all(np.diff(negative.quantile(u)) > 0)


@pytest.mark.parametrize("name", PARAMETERS)
@given(u=UNIFORMS, v=UNIFORMS)
def test_every_prior_rises_and_is_finite(name: str, u: float, v: float) -> None:
    low, high = PARAMETERS[name].value(min(u, v)), PARAMETERS[name].value(max(u, v))
    assert np.isfinite(low)
    assert low <= high


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"dist": "Normal", "mean": 1, "sd": 0}, "greater than 0"),
        ({"dist": "Beta", "a": -1, "b": 2}, "greater than 0"),
        ({"dist": "Uniform", "low": 2, "high": 2}, "low must be below high"),
        ({"dist": "Triangular", "low": 0, "mode": 3, "high": 2}, "mode must lie between"),
        ({"dist": "Normal", "mean": float("nan"), "sd": 1}, "finite"),
        ({"dist": "Cauchy", "mean": 1}, "does not match any of the expected tags"),
        ({"dist": "Normal", "mean": 1, "sd": 1, "low": 0}, "Extra inputs"),
        ({"dist": "Fixed", "value": 4, "kind": "convention"}, "reason"),
        ({"dist": "Fixed", "value": 4, "kind": "guess", "reason": "because we say so"}, "convention"),
    ],
)
def test_impossible_laws_are_refused(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        law(**fields)


def test_a_fixed_value_ignores_its_uniform() -> None:
    fixed = law(dist="Fixed", value=4, kind="convention", reason="a year has four quarters")
    assert isinstance(fixed, Fixed)
    np.testing.assert_array_equal(fixed.quantile([0.1, 0.9]), [4.0, 4.0])


@pytest.mark.parametrize("name", [name for name, row in PARAMETERS.items() if row.effect])
def test_a_prior_taken_from_the_effect_sizes_equals_it(name: str) -> None:
    row = PARAMETERS[name]
    assert row.effect in effects()
    published = effects()[row.effect].prior
    printed = published if isinstance(published, dict) else published.model_dump(exclude_none=True)
    assert row.prior.model_dump() == pytest.approx({**printed}, abs=0)


@pytest.mark.parametrize("name", PARAMETERS)
def test_medians_lie_in_the_range_that_the_review_believes(name: str) -> None:
    row = PARAMETERS[name]
    if row.effect is None:
        assert row.assumption or row.source
        return
    review = effects()[row.effect]
    assert review.low <= float(row.prior.quantile(0.5)) <= review.high


def test_shares_stay_shares() -> None:
    for name in ("rd.subsidy.misuse", "coverage.revenue", "japan.share.2020", "place.implementation"):
        assert 0 < PARAMETERS[name].value(1e-9) < PARAMETERS[name].value(1 - 1e-9) < 1


def test_draws_are_in_canonical_units_and_keyed_by_name() -> None:
    uniforms = dict.fromkeys(PARAMETERS, 0.5)
    assert draw_parameters(uniforms) == medians()
    assert medians()["wage.base.2020"] == pytest.approx(120_000)  # printed as 12, in CNY 10k
    assert medians()["training.productivity"] == pytest.approx(0.04, abs=0.002)  # printed as 4, in percent
    other = draw_parameters({**uniforms, "quit.rate": 0.9})
    assert {name for name in other if other[name] != medians()[name]} == {"quit.rate"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"no.such": 0.5}, "unknown"), ({"quit.rate": 0.0}, "quit.rate"), ({"quit.rate": float("nan")}, "quit.rate")],
)
def test_wrong_uniforms_are_a_defect(change: dict[str, float], reason: str) -> None:
    with pytest.raises(DefectError, match=reason):
        draw_parameters({**dict.fromkeys(PARAMETERS, 0.5), **change})


def test_a_missing_uniform_is_a_defect() -> None:
    with pytest.raises(DefectError, match="missing"):
        draw_parameters({})


def test_identifiers_for_results_are_unique() -> None:
    assert PARAMETERS["quit.rate"].identifier == "quit_rate"
    assert len({row.identifier for row in PARAMETERS.values()}) == len(PARAMETERS)


ROW = {
    "name": "a.b", "symbol": "a", "unit": "1", "meaning": "a number for a test", "used_by": "demand",
    "prior": {"dist": "Normal", "mean": 0, "sd": 1}, "source": "S: a paper that was read",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unit": "CNY/week"}, "unknown unit"),
        ({"assumption": "a reason beside a source"}, "exactly one of source and assumption"),
        ({"source": None}, "exactly one of source and assumption"),
        ({"name": "A b"}, "pattern"),
        ({"scale": 0}, "greater than 0"),
    ],
)
def test_a_row_must_say_where_it_comes_from(change: dict[str, Any], reason: str) -> None:
    assert Parameter.model_validate(ROW).identifier == "a_b"
    with pytest.raises(ValidationError, match=reason):
        Parameter.model_validate({**ROW, **change})


def test_a_fault_in_the_register_names_file_and_line(tmp_path: Path) -> None:
    register = tmp_path / "parameters.yaml"
    register.write_text("parameters:\n- name: a.b\n  symbol: a\n  unit: wrong\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_parameters(register)
    assert "parameters.yaml, line " in caught.value.where


def test_the_digest_is_stable_in_a_process() -> None:
    assert digest() == digest()
    assert len(digest()) == 64


def test_reading_the_register_does_not_load_scipy() -> None:
    code = "import sys, digisim.parameters as p; p.load_parameters(); sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The register of parameters: every uncertain number of the model with unit, meaning, prior and source.

A parameter is drawn once a member by the inverse of its prior; its value in canonical units is ``scale`` times the
draw, because priors stay as printed in their source (percent, CNY 10k) so that a reader can compare them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, field_validator, model_validator

from digisim.errors import DefectError
from digisim.parameters.distributions import Fixed, Prior
from digisim.registers import load_register
from digisim.resources import package_file
from digisim.units import UNITS

REGISTERS = ("parameters.yaml", "model.yaml")  # priors from the review of effect sizes; the model's own mechanisms
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(\.[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=10)]


class Parameter(BaseModel):
    """One row of the register.

    ``unit`` is canonical; ``prior`` times ``scale`` is in it. Exactly one of ``source`` (what was read) and
    ``assumption`` (why this number) is given. ``effect`` names the row of the register of effect sizes that the prior
    is taken from. ``used_by`` is the part of the model that reads it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    symbol: str = Field(min_length=1)
    unit: str
    scale: FiniteFloat = Field(default=1.0, gt=0)
    meaning: Text
    prior: Prior
    source: Text | None = None
    assumption: Text | None = None
    effect: Name | None = None
    used_by: str = Field(pattern=r"^[a-z_]+$")

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"unknown unit; known are {', '.join(UNITS)}")
        return unit

    @model_validator(mode="after")
    def _one_origin(self) -> Parameter:
        if (self.source is None) == (self.assumption is None):
            raise ValueError("give exactly one of source and assumption")
        return self

    @property
    def identifier(self) -> str:
        """The name in results: dots become underscores."""
        return self.name.replace(".", "_")

    @property
    def is_fixed(self) -> bool:
        """Whether the value is a convention or an identity, without uncertainty."""
        return isinstance(self.prior, Fixed)

    def value(self, u: float) -> float:
        """Return the value at the uniform ``u`` in the open interval (0, 1), in the canonical unit."""
        return self.scale * float(self.prior.quantile(u))


@cache
def _register(path: Path) -> dict[str, Parameter]:
    return load_register(path, Parameter, "parameters")


def load_parameters(path: Path | None = None) -> dict[str, Parameter]:
    """Return the parameters by name in register order.

    >>> load_parameters()["wage.base.2020"].unit
    'CNY/person/year'
    """
    if path is not None:
        return dict(_register(path))
    effects, own = (_register(package_file(f"parameters/{name}")) for name in REGISTERS)
    if twice := sorted(set(effects) & set(own)):
        raise DefectError(f"parameters stand in both registers: {', '.join(twice)}", where=", ".join(REGISTERS))
    return {**effects, **own}


def draw_parameters(uniforms: Mapping[str, float]) -> dict[str, float]:
    """Return every parameter's value, in canonical units, at its uniform number.

    ``uniforms`` holds one number in the open interval (0, 1) for each parameter that is not fixed. A missing, unknown
    or impossible one is a ``DefectError``: uniforms come from our own generator.

    >>> draws = draw_parameters({name: 0.5 for name in load_parameters()})
    >>> draws["wage.base.2020"]
    120000.0
    """
    known = load_parameters()
    unknown = sorted(set(uniforms) - set(known))
    missing = [name for name, row in known.items() if not row.is_fixed and name not in uniforms]
    if unknown or missing:
        raise DefectError(
            f"uniforms do not fit the parameters: unknown {unknown}, missing {missing}",
            where="draw_parameters",
            allowed="one uniform for each parameter of the register",
        )
    wrong = [name for name, u in uniforms.items() if not 0.0 < u < 1.0]
    if wrong:
        raise DefectError(
            f"not a uniform number for {', '.join(wrong)}", where="draw_parameters", allowed="0 < u < 1, ends excluded"
        )
    return {name: row.value(uniforms.get(name, 0.5)) for name, row in known.items()}


def medians() -> dict[str, float]:
    """Return every parameter at the median of its prior, in canonical units.

    >>> round(medians()["quit.rate"], 3)
    0.168
    """
    return {name: row.value(0.5) for name, row in load_parameters().items()}


def digest() -> str:
    """Return the SHA-256 of everything in the register that can change a result: names, units, scales and laws."""
    rows = {name: [row.unit, row.scale, row.prior.dist, row.prior.numbers()] for name, row in load_parameters().items()}
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()

"""Laws whose values are shares of something, from 0 to 1; what they are shares of is not known here."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.engine.distributions import Constant, Empirical, Triangular, Uniform, spelled_out
from sim.engine.quantities import Share

_ShareLaws = Annotated[
    Constant[Share] | Uniform[Share] | Triangular[Share] | Empirical[Share], Field(discriminator="dist")
]

ShareLaw = Annotated[_ShareLaws, BeforeValidator(spelled_out, json_schema_input_type=Share | _ShareLaws)]
"""A law of shares, of those that keep within limits; a bare share such as `8 %` is the constant."""

"""What every plan shares: frozen, strict, closed to unknown keys, documented by the words under its attributes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Plan(BaseModel):
    """One part of a scenario: a value that is checked once and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""A short name used as a key: lower case letters, digits and '_', beginning with a letter."""

Count = Annotated[int, Field(ge=0, le=2_000_000)]
"""A whole number of things."""

Headcount = Annotated[int, Field(ge=0, le=20_000)]
"""A whole number of people."""

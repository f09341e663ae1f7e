"""How a lead cools while it waits for the first answer: one law per class, each knowing only the wait."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.quantities import Duration, Share
from sim.scenario.plan import Plan


class ConstantResponse(Plan):
    """Waiting costs nothing."""

    decay: Literal["constant"] = "constant"

    def factor(self, wait: float) -> float:
        """Share of the pass probability left after `wait` hours: always 1."""
        return 1.0


class ExponentialResponse(Plan):
    """Chances fade at a constant rate: exp(-wait / mean)."""

    decay: Literal["exponential"]
    mean: Annotated[Duration, Field(gt=0)]
    """Wait after which a share 1/e of the chances is left."""

    def factor(self, wait: float) -> float:
        """Share of the pass probability left after `wait` hours."""
        return math.exp(-wait / self.mean)


class PowerResponse(Plan):
    """Chances fade fast, then slowly: max(floor, (1 + wait / scale) ** -exponent).

    The published ratios (7 times after one hour, 60 times after a day; Oldroyd, McElheran and Elkington 2011) fit no
    single exponential; a power law with a floor does, after shrinking them for confounding.
    """

    decay: Literal["power"]
    scale: Annotated[Duration, Field(gt=0)]
    """Wait at which the fading sets in."""
    exponent: Annotated[float, Field(gt=0, le=10)]
    """How fast chances fade."""
    floor: Share = 0.0
    """Share of the chances that waiting never takes."""

    def factor(self, wait: float) -> float:
        """Share of the pass probability left after `wait` hours."""
        return max(self.floor, float((1.0 + wait / self.scale) ** -self.exponent))


class StepsResponse(Plan):
    """Chances fall in steps."""

    decay: Literal["steps"]
    after: Annotated[list[Duration], Field(min_length=1, max_length=50)]
    """Waits, rising, at which the next step begins."""
    factors: Annotated[list[Share], Field(min_length=1, max_length=50)]
    """Share of the chances left from each of these waits on; before the first it is 1."""

    @model_validator(mode="after")
    def _steps_fit(self) -> StepsResponse:
        if len(self.after) != len(self.factors):
            count, factors = len(self.after), len(self.factors)
            raise ValueError(f"'after' has {count} entries and 'factors' {factors}; they must match")
        if any(b <= a for a, b in zip(self.after, self.after[1:], strict=False)):
            raise ValueError("waits in 'after' must rise")
        return self

    def factor(self, wait: float) -> float:
        """Share of the pass probability left after `wait` hours."""
        left = 1.0
        for start, factor in zip(self.after, self.factors, strict=True):
            if wait < start:
                break
            left = factor
        return left


Response = Annotated[
    ConstantResponse | ExponentialResponse | PowerResponse | StepsResponse, Field(discriminator="decay")
]
"""How the chances of a lead depend on the wait for its first answer."""

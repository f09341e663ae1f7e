"""How headcount follows the business: by a plan over time, to a ratio, to a budget (loop hiring); it hires nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw
from sim.engine.quantities import Duration, Measure, Positive, Share
from sim.engine.units import MONTH
from sim.scenario.plan import Headcount, Plan


@dataclass(frozen=True, slots=True)
class Business:
    """What a hiring rule can look at, as the company perceives it."""

    customers: float
    """Live customers."""
    tickets: float
    """Tickets that come per month."""
    revenue: float
    """Monthly recurring revenue [currency per month]."""
    wage: float
    """Wage of one position of the team [currency per month]."""


class Rule(Plan):
    """What all rules share."""

    delay: DurationLaw | None = None
    """Time from the decision to hire until the first day; left out, the team's `vacancy`."""
    notice: Duration = 0.0
    """Time from the decision to lay off until the last day."""


class Review(Rule):
    """A rule that looks at the business again and again."""

    every: Annotated[float, Measure("duration", low=24.0)] = MONTH
    """Time between two decisions."""
    recognition: Duration = 0.0
    """Time in which what is perceived follows what is (1/e of a gap is left); 0 sees everything at once."""
    layoffs: bool = False
    """Whether people are laid off when there are too many; if not, those who quit are not replaced."""
    least: Headcount = 0
    """Fewest positions."""
    most: Headcount = 20_000
    """Most positions."""

    @model_validator(mode="after")
    def _ordered(self) -> Review:
        if self.least > self.most:
            raise ValueError("'least' must not be above 'most'")
        return self

    def _within(self, heads: float) -> float:
        return min(float(self.most), max(float(self.least), heads))


class HiringStep(Plan):
    """A number of positions from some time on."""

    from_: Duration = Field(alias="from")
    """Time since the start of the clock at which it is decided."""
    headcount: Headcount
    """Positions from then on."""


class ByPlan(Rule):
    """Positions as planned over time; before the first step, the team's headcount."""

    rule: Literal["plan"]
    steps: Annotated[list[HiringStep], Field(min_length=1, max_length=200)]
    """What is decided when, times rising."""

    @model_validator(mode="after")
    def _rising(self) -> ByPlan:
        if any(b.from_ <= a.from_ for a, b in pairwise(self.steps)):
            raise ValueError("'steps' must have times that rise")
        return self


class ByRatio(Review):
    """As many positions as customers or tickets need."""

    rule: Literal["ratio"]
    of: Literal["customers", "tickets"]
    """What is counted: live customers, or tickets that come per month."""
    per_head: Positive
    """How many of them for each position."""

    def wanted(self, seen: Business) -> int:
        """Positions wanted: no person for the last of them would be too few."""
        return math.ceil(self._within(getattr(seen, self.of) / self.per_head) - 1e-9)


class ByBudget(Review):
    """As many positions as a share of the revenue pays for."""

    rule: Literal["budget"]
    share: Share
    """Share of monthly recurring revenue spent on the wages of the team."""

    def wanted(self, seen: Business) -> int:
        """Positions wanted: whoever cannot be paid in full is not hired."""
        return math.floor(self._within(self.share * seen.revenue / seen.wage) + 1e-9)


HiringRule = Annotated[ByPlan | ByRatio | ByBudget, Field(discriminator="rule")]
"""How the headcount of one team is decided."""

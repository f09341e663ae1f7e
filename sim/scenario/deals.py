"""What negotiation takes off a deal, what people are expected to sell, and what more than that pays them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.engine.quantities import Measure, MoneyRate, NonNegative, Share
from sim.engine.shares import ShareLaw
from sim.engine.units import MONTH
from sim.scenario.plan import Name, Plan


class Discount(Plan):
    """What negotiation takes off the list price."""

    stage: Name
    """Stage in which the price is negotiated; who leaves the pipeline before pays nothing anyway."""
    usual: ShareLaw
    """Discount without pressure, by a person of standard skill."""
    pressure: NonNegative = 0.0
    """Further discount per unit of quota lag: with 0.5, a team that is 20 % of its quota behind at the end of a period
    gives 10 points more."""
    most: Share = 0.5
    """Discount that nobody exceeds."""
    odds: Annotated[float, Measure("number", low=0, high=50)] = 0.0
    """Added to the log-odds of the stage per unit of discount beyond the mean of the usual one: with 5, ten points more
    add 0.5."""


class Quota(Plan):
    """What each filled position is expected to sell.

    Lag, the pressure of a quota, is how far the team is behind an even pace: the share of the period that has passed
    less the share of the quota that is sold, and 0 for a team that is ahead. It grows towards the end of the period.
    """

    amount: Annotated[MoneyRate, Field(gt=0)]
    """New monthly recurring revenue, after discount, expected of each position in each period."""
    per: Literal["month", "quarter"] = "month"
    """Length of a period: a month of 730.5 h, or three of them, counted from the start of the clock."""
    team: Name | None = None
    """Team that carries it; left out, the one that works the last stage."""

    def period(self) -> float:
        """Length of a period [h]."""
        return MONTH * (3.0 if self.per == "quarter" else 1.0)


class Accelerator(Plan):
    """A better rate of commission beyond a quota attainment."""

    beyond: Annotated[float, Measure("number", low=0, high=10)]
    """Quota attainment of a person in a period from which on it is paid; 1 is the quota, 1.5 half as much again."""
    rate: Share
    """Commission on what is sold beyond that, as a share of the first year's revenue."""


def _rising(accelerators: list[Accelerator]) -> list[Accelerator]:
    if any(b.beyond <= a.beyond for a, b in pairwise(accelerators)):
        raise ValueError("'beyond' must rise from one accelerator to the next")
    return accelerators


Accelerators = Annotated[list[Accelerator], Field(max_length=10), AfterValidator(_rising)]
"""Steps of commission, thresholds rising."""

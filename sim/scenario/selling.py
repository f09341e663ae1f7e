"""How selling is done: dealing with buyers, handing over, carrying many at once, nurturing the lost; what skills do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw
from sim.engine.quantities import Duration, Measure, NonNegative, Positive, Share
from sim.scenario.plan import Name, Plan

_Odds = Annotated[float, Field(ge=-5, le=5)]
_Elasticity = Annotated[float, Measure("number", low=-5, high=5)]


class Interaction(Plan):
    """One way to deal with a buyer: a call, a meeting, a negotiation at his table."""

    notice: DurationLaw | None = None
    """Time until the buyer has a date free, of the whole week; where nobody is there then, it is sometime in the team's
    next opening hours. Left out, he can be dealt with as soon as somebody has time."""
    no_show: Share = 0.0
    """Chance that nobody is there: not reached by phone, not come to the meeting."""
    wasted: Duration = 0.0
    """Time it costs the rep when nobody is there."""
    again: DurationLaw | None = None
    """Time until the next try; left out, as long as `notice`, or at once."""
    attempts: int = Field(default=20, ge=1, le=100)
    """Tries in a row after which an unreached lead is given up."""
    preparation: DurationLaw | None = None
    """Work before and after each, done even if nobody is there."""
    travel: DurationLaw | None = None
    """Time on the road, there and back, even if nobody is there; no skill shortens it."""

    @model_validator(mode="after")
    def _comes_to_an_end(self) -> Interaction:
        if self.no_show == 1:
            raise ValueError("'no_show' of 100 % reaches nobody, ever")
        return self


class SellingSkill(Plan):
    """What a proficiency p (1 is standard) does in selling."""

    activity: _Elasticity = 0.0
    """Work takes p ^ -activity of the time: drive makes more calls in an hour."""
    odds: _Elasticity = 0.0
    """Added to the log-odds of passing a stage, or of a conversation that brings a lead, per unit of p - 1."""
    cycle: _Elasticity = 0.0
    """Buyers think p ^ -cycle as long: a trusted seller is answered sooner."""
    discount: _Elasticity = 0.0
    """The discount is p ^ -discount of what it would be."""
    follow_up: _Elasticity = 0.0
    """Added to how follow-up is felt (0 to 1) and, five-fold, to the log-odds that it finds expansion, per unit of
    p - 1."""
    stages: Annotated[list[Name], Field(max_length=20)] = []
    """Stages in which it tells; left out, in all of them and in prospecting and follow-up."""


class Handover(Plan):
    """What is lost when an opportunity passes from one person to another."""

    work: DurationLaw | None = None
    """Extra work of whoever takes over, to get to know the case."""
    between_teams: _Odds = 0.0
    """Added to the log-odds of the stage when it comes from another team, as planned."""
    owner_left: _Odds = 0.0
    """Added to the log-odds of the stage when whoever had it has left the company (or a colleague has stepped in for
    him)."""


class Workload(Plan):
    """How carrying many opportunities at once moves the odds: an inverted U with its top at `best`."""

    best: Positive
    """Open opportunities per person at which chances are best; whoever has worked one last carries it."""
    loss: NonNegative
    """Log-odds lost per squared relative distance: loss x (carried / best - 1) ^ 2."""
    most: NonNegative = 3.0
    """Most log-odds that are lost."""


class Nurture(Plan):
    """Keeping in touch with leads that were lost or have expired, until some come back into the pipeline.

    Whoever comes back goes through it from the stage in which he came in, with new chances in each; the disqualified
    and those who were never reached do not come back.
    """

    lost: Share = 0.0
    """Share of those who said no that come back."""
    expired: Share = 0.0
    """Share of the expired that come back."""
    after: DurationLaw
    """Time until they do."""
    fit: Annotated[float, Field(ge=-10, le=10)] = 0.0
    """Added to their log-odds from then on, for each time they come back."""
    times: int = Field(default=1, ge=1, le=20)
    """How often one lead can come back."""

"""How leads become customers: the stages, who works them, how chances move; marketing says where leads come from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.engine.distributions import DurationLaw, MoneyRateLaw
from sim.engine.quantities import MoneyRate, Share
from sim.scenario.plan import Headcount, Name, Plan
from sim.scenario.response import ConstantResponse, Response


class Stage(Plan):
    """One step of the pipeline: work by a team, then the buyer's thinking, then pass or fail."""

    team: Name
    """Team that does the work."""
    work: DurationLaw
    """Handle time of the stage, in hours of a fully productive person."""
    thinking: DurationLaw | None = None
    """Time the buyer takes before deciding; left out, the decision is immediate."""
    pass_rate: Share
    """Chance that an average lead passes, answered at once."""
    priority: int = Field(default=5, ge=1, le=9)
    """1 is most urgent; used by teams whose discipline is priority, in one order with the tickets they handle."""
    reserve: Headcount = 0
    """Taken up only while more people than this are free in the team: they are kept free for other work."""


class Questions(Plan):
    """Pre-sale questions: buyers who want an answer from service before they decide."""

    stage: Name
    """Stage after whose work the question comes up."""
    share: Share
    """Share of buyers who ask."""
    ticket: Name
    """Ticket type (service.types) that the question becomes."""
    answered: Annotated[float, Field(ge=-5, le=5)] = 0.0
    """Added to the log-odds of the stage when the question was answered and resolved."""
    unanswered: Annotated[float, Field(ge=-5, le=5)] = 0.0
    """Added to the log-odds when it was not (abandoned, not resolved, or later than the ticket's deadline)."""


class SalesPlan(Plan):
    """The pipeline from lead to win."""

    stages: dict[Name, Stage] = Field(default={}, max_length=20)
    """Stages in order; without any, every lead is won at once (customers sign up by themselves)."""
    response: Response = ConstantResponse()
    """What the wait for the first answer does to the chance of passing the first stage."""
    expiry: DurationLaw | None = None
    """Time after which a lead nobody has answered is gone; left out, it waits forever."""
    owned: bool = True
    """Whether the person who worked a stage keeps the opportunity when the next stage is the same team's."""
    deal: MoneyRateLaw
    """Monthly recurring revenue (mrr) of a won deal."""
    quota: MoneyRate | None = None
    """New monthly recurring revenue expected from each filled position of the first stage's team, per month."""
    questions: Questions | None = None
    """Pre-sale questions to service; left out, nobody asks."""

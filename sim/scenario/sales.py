"""How leads become customers: the stages, who works them, how chances move; marketing says where leads come from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw, MoneyLaw, MoneyRateLaw
from sim.engine.quantities import Share
from sim.scenario.deals import Discount, Quota
from sim.scenario.followup import FollowUp
from sim.scenario.plan import Headcount, Name, Plan
from sim.scenario.response import ConstantResponse, Response
from sim.scenario.selling import Handover, Interaction, Nurture, SellingSkill, Workload


class Stage(Plan):
    """One step of the pipeline: work by a team, then the buyer's thinking, then pass or fail."""

    team: Name
    """Team that does the work."""
    work: DurationLaw
    """Handle time of the stage (of each meeting, if there are several), in hours of a fully productive person."""
    thinking: DurationLaw | None = None
    """Time the buyer takes before deciding; left out, the decision is immediate."""
    pass_rate: Share
    """Chance that an average lead passes, answered at once."""
    disqualified: Share = 0.0
    """Chance that the work shows an average lead to be none: he is let go at once, before he thinks about it; rarer
    the better the fit."""
    interaction: Name | None = None
    """How the buyer is dealt with (sales.interactions); left out, nobody need be there for the work to be done."""
    meetings: int = Field(default=1, ge=1, le=50)
    """Meetings it takes, one after the other."""
    between: DurationLaw | None = None
    """Time between two meetings; left out, none."""
    priority: int = Field(default=5, ge=1, le=9)
    """1 is most urgent; used by teams whose discipline is priority, in one order with the tickets they handle."""
    reserve: Headcount = 0
    """Taken up only while more people than this are free in the team: they are kept free for other work."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Stage:
        if self.between is not None and self.meetings == 1:
            raise ValueError("'between' is the time between meetings, and there is only one; give 'meetings'")
        return self


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
    """The pipeline from lead to win, and what sales does after the win."""

    stages: dict[Name, Stage] = Field(default={}, max_length=20)
    """Stages in order; without any, every lead is won at once (customers sign up by themselves)."""
    interactions: dict[Name, Interaction] = Field(default={}, max_length=20)
    """Ways to deal with buyers (call, meeting, negotiation), by name."""
    skills: dict[Name, SellingSkill] = Field(default={}, max_length=20)
    """What people's skills do in selling; a skill that nobody's plan names changes nothing."""
    response: Response = ConstantResponse()
    """What the wait for the first answer does to the chance of passing the stage in which a lead comes in. Leads from
    prospecting wait for no answer: they were called."""
    expiry: DurationLaw | None = None
    """Time after which a lead nobody has answered is gone; left out, it waits forever."""
    nurture: Nurture | None = None
    """Leads that come back into the pipeline after they were lost or have expired; left out, none does."""
    owned: bool = True
    """Whether whoever has worked an opportunity keeps it whenever it comes to his team again."""
    handover: Handover | None = None
    """What it costs when an opportunity passes to somebody else; left out, nothing."""
    workload: Workload | None = None
    """What the number of opportunities that somebody carries does to his chances; left out, nothing."""
    deal: MoneyRateLaw
    """Monthly recurring revenue (mrr) of a deal at list price; of customers who buy repeatedly, what one spends per
    month on average while he stays."""
    discount: Discount | None = None
    """What negotiation takes off the price; left out, nothing."""
    fee: MoneyLaw | None = None
    """One-off fee of a won deal (setup), due at the win; left out, none."""
    quota: Quota | None = None
    """What people are expected to sell; left out, nothing, and nobody feels any pressure."""
    questions: Questions | None = None
    """Pre-sale questions to service; left out, nobody asks."""
    follow_up: dict[Name, FollowUp] = Field(default={}, max_length=10)
    """What sales does after the win, by name: follow-up calls, account reviews."""

    def quota_team(self) -> str | None:
        """Name of the team that carries the quota: its own word, or whoever works the last stage."""
        if self.quota is None or (self.quota.team is None and not self.stages):
            return None
        return self.quota.team or list(self.stages.values())[-1].team

"""Kinds of need for help: where they come from, who handles them with what skill, and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, Measure, NonNegative, Rate, Share
from sim.engine.units import Quantity
from sim.scenario.channels import Target
from sim.scenario.demand import Demand
from sim.scenario.plan import Headcount, Name, Plan

_AT_ONCE = Constant[Duration](dist="constant", value=Quantity(0.0))


class Early(Plan):
    """New customers need more help: the rate is (1 + extra x exp(-age / fades)) times the settled one."""

    extra: Annotated[float, Field(ge=0, le=50)]
    """Extra tickets at age 0, relative to the settled rate."""
    fades: Annotated[Duration, Field(gt=0)]
    """Age at which 1/e of the extra is left."""


class Neglect(Plan):
    """Upkeep that was skipped shows: the rate is (1 + extra) times as high once the last one is too old."""

    of: Name
    """Ticket type that keeps things in order (a maintenance visit, with `schedule`)."""
    after: Annotated[Duration, Field(gt=0)]
    """Age of the last one that was done, or of the customer, from which on it is missed."""
    extra: Annotated[float, Field(ge=0, le=50)]
    """Extra tickets while it is missed, relative to the settled rate."""


class Schedule(Plan):
    """Work the company plans by itself for every live customer, at even intervals, each customer in his own turn."""

    every: Annotated[Duration, Field(gt=0)]
    """Interval; who still waits for the last one when the next would be due is skipped."""
    silent: Duration | None = None
    """Only for customers who had no contact for so long; left out, for everybody."""
    below: Share | None = None
    """Only for customers whose satisfaction is below this; with `silent`, for those who are either."""


class Complaining(Plan):
    """How bad experiences become complaints; part of loop failure_demand."""

    share: Share
    """Chance that a customer complains after a contact felt below `below`; a complaint breeds no further complaint."""
    below: Share = 0.3
    """Experience below which a customer has reason to complain; what was never answered is felt as 0."""
    after: DurationLaw = _AT_ONCE
    """Time until the complaint comes, of the whole week; nobody rings a closed desk."""


class Overflow(Plan):
    """Help from another team for those who have waited long."""

    after: Duration
    """Wait after which the contact is offered to the other team as well: whoever is free first takes it."""
    to: Name
    """The other team."""


class Tier(Plan):
    """Where a contact goes that the people asked before could not resolve."""

    team: Name
    """Team of this tier."""
    reasons: dict[Name, Share] = Field(min_length=1, max_length=20)
    """Why contacts are passed on, each with its share of those the tier before did not resolve; together at most 1. The
    rest ends or comes back as usual."""
    channel: Name | None = None
    """Channel by which it goes on; left out, the same (a caller is put through and waits on the line)."""
    skill: Name | None = None
    """Skill that somebody of this team must have to take it."""
    handle_time: DurationLaw
    """Work on one contact here, in hours of a standard person."""
    resolution: Share = 1.0
    """Chance that one contact here resolves the need."""

    @model_validator(mode="after")
    def _reasons_fit(self) -> Tier:
        passed_on = sum(self.reasons.values())
        if passed_on > 1.0 + 1e-6:
            raise ValueError(f"shares in 'reasons' must not exceed 1, they add up to {passed_on:.6g}")
        return self


class TicketType(Plan):
    """One kind of need for help."""

    team: Name
    """Team that handles it."""
    channels: dict[Name, Share] = Field(min_length=1, max_length=20)
    """Channels it comes by, with shares that add up to 1."""
    handle_time: DurationLaw
    """Work on one contact, in hours of a fully productive person of standard skill."""
    priority: int = Field(default=5, ge=1, le=9)
    """1 is most urgent; used by teams whose discipline is priority. At equal priority somebody on the line goes before
    deferred work, and deferred work goes by what is due first."""
    skill: Name | None = None
    """Skill that somebody must have to take it; left out, anybody of the team can."""
    uses: dict[Name, NonNegative] = Field(default={}, max_length=20)
    """Further skills that tell in this work, with the weight of each; nobody needs them to take it."""
    difficulty: Annotated[float, Measure("number", low=0, high=5)] = 0.0
    """How much tickets differ: standard deviation of the log-odds of resolution between tickets. A hard ticket stays
    hard when it comes back; over all tickets first contacts resolve as `resolution` says."""
    resolution: Share = 1.0
    """Chance that one contact resolves the need (first-contact resolution)."""
    returns: Share = 1.0
    """Chance that an unresolved need comes back (loop failure_demand)."""
    returns_after: DurationLaw = _AT_ONCE
    """Time until it comes back, of the whole week; nobody comes back to a closed desk, so it is spread over the team's
    opening hours in proportion."""
    escalation: list[Tier] = Field(default=[], max_length=5)
    """Tiers in order: who gets what the team, and then each tier, could not resolve."""
    overflow: Overflow | None = None
    """Another team that helps out after a wait."""
    reserve: Headcount = 0
    """Taken up only while more people than this are free in the team: they are kept free for other work."""
    target: Target | None = None
    """Service-level promise of this type, instead of its channels'."""
    patience: DurationLaw | None = None
    """How long customers with this need wait on the line before giving up, instead of their channels' patience."""
    resolve_within: Annotated[Duration, Field(gt=0)] | None = None
    """Promise (SLA) to have the ticket resolved, in the team's opening hours; left out, nothing is promised."""
    weight: NonNegative = 1.0
    """Weight of this contact in the customer's memory; 1 is an ordinary request."""
    outbound: bool = False
    """Whether the company calls: nobody waits, so a late or dropped contact disappoints nobody and counts in no wait
    and no service level."""
    per_customer: Rate | None = None
    """Tickets per settled live customer and time."""
    one_at_a_time: bool = False
    """Whether a customer with a ticket of this type open raises no other (a closed group of callers)."""
    early: Early | None = None
    """How much more often new customers ask; only with per_customer."""
    neglect: Neglect | None = None
    """How much more often customers ask whose upkeep was skipped; only with per_customer."""
    per_win: Share | None = None
    """Chance that a new customer needs it before going live (onboarding)."""
    schedule: Schedule | None = None
    """Planned for every customer at intervals (maintenance, check-ins)."""
    complaints: Complaining | None = None
    """Raised by the dissatisfied."""
    arrivals: Demand | None = None
    """Contacts from outside, independent of the customer base."""

    @model_validator(mode="after")
    def _parts_fit(self) -> TicketType:
        total = sum(self.channels.values())
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"shares in 'channels' must add up to 1, they add up to {total:.6g}")
        for key in ("early", "neglect", "one_at_a_time"):
            if getattr(self, key) and self.per_customer is None:
                raise ValueError(f"'{key}' needs 'per_customer'")
        # Whoever has it last, tries again.
        last = self.escalation[-1] if self.escalation else self
        cycle = last.handle_time.expectation() + self.returns_after.expectation()
        if last.resolution == 0 and self.returns == 1 and cycle == 0:
            raise ValueError("never resolved, without work and back at once: such a need would never end")
        return self

    def teams(self) -> tuple[str, ...]:
        """Names of all teams that may handle it, the first asked first."""
        names = [self.team, *(tier.team for tier in self.escalation)]
        return tuple(dict.fromkeys([*names, self.overflow.to] if self.overflow else names))


Source = Literal["per_customer", "per_win", "schedule", "complaints", "arrivals"]
"""Where tickets of a type can come from, apart from buyers' questions (sales.questions)."""
SOURCES: tuple[Source, ...] = ("per_customer", "per_win", "schedule", "complaints", "arrivals")

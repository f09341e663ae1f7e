"""What help is asked for and how it is given: channels, ticket types, promises; who asks is said by customers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.arrivals import Profile
from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, Measure, NonNegative, Rate, Share
from sim.engine.units import Quantity
from sim.scenario.plan import Name, Plan


class Target(Plan):
    """A service-level promise: this share answered within this time."""

    within: Duration
    """Answer time promised (of opening hours for deferred channels, of the clock for live ones)."""
    share: Share
    """Share of contacts promised to be answered in that time."""


class Channel(Plan):
    """A way to reach the desk."""

    mode: Literal["live", "deferred"]
    """live: the customer waits on the line and may give up; deferred: the work waits, answered by a deadline."""
    patience: DurationLaw | None = None
    """Live: how long a customer waits before giving up; left out, forever."""
    deadline: Annotated[Duration, Field(gt=0)] | None = None
    """Deferred: opening hours after which an unanswered contact has failed the customer; it is still worked."""
    target: Target
    """The promise that service level is measured against."""
    tolerance: Annotated[Duration, Field(gt=0)]
    """Wait at which half of the whole cost of waiting to the experience is felt."""

    @model_validator(mode="after")
    def _mode_fits(self) -> Channel:
        if self.mode == "live" and self.deadline is not None:
            raise ValueError("a live channel does not take 'deadline'; it has 'patience'")
        if self.mode == "deferred" and self.patience is not None:
            raise ValueError("a deferred channel does not take 'patience'; it has 'deadline'")
        return self


class Early(Plan):
    """New customers need more help: the rate is (1 + extra x exp(-age / fades)) times the settled one."""

    extra: Annotated[float, Field(ge=0, le=50)]
    """Extra tickets at age 0, relative to the settled rate."""
    fades: Annotated[Duration, Field(gt=0)]
    """Age at which 1/e of the extra is left."""


class Demand(Plan):
    """Contacts from outside the model: a hotline needs no customers to be rung."""

    rate: Rate
    """Contacts per time, averaged over the whole week."""
    profile: Profile | None = None
    """Rhythm of the week; left out, contacts come evenly around the clock."""
    busyness: Annotated[float, Measure("number", low=0, high=3)] = 0.0
    """Coefficient of variation of the day factor."""


class TicketType(Plan):
    """One kind of need for help."""

    team: Name
    """Team that handles it."""
    channels: dict[Name, Share] = Field(min_length=1, max_length=20)
    """Channels it comes by, with shares that add up to 1."""
    handle_time: DurationLaw
    """Work on one contact, in hours of a fully productive person."""
    priority: int = Field(default=5, ge=1, le=9)
    """1 is most urgent; used by teams whose discipline is priority. At equal priority somebody on the line goes before
    deferred work."""
    resolution: Share = 1.0
    """Chance that one contact resolves the need (first-contact resolution)."""
    returns: Share = 1.0
    """Chance that an unresolved need comes back (loop failure_demand)."""
    returns_after: DurationLaw = Constant[Duration](dist="constant", value=Quantity(0.0))
    """Time until it comes back, of the whole week; nobody comes back to a closed desk, so it is spread over the team's
    opening hours in proportion."""
    weight: NonNegative = 1.0
    """Weight of this contact in the customer's memory; 1 is an ordinary request."""
    per_customer: Rate | None = None
    """Tickets per settled live customer and time."""
    early: Early | None = None
    """How much more often new customers ask; only with per_customer."""
    per_win: Share | None = None
    """Chance that a new customer needs it before going live (onboarding)."""
    arrivals: Demand | None = None
    """Contacts from outside, independent of the customer base."""

    @model_validator(mode="after")
    def _parts_fit(self) -> TicketType:
        total = sum(self.channels.values())
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"shares in 'channels' must add up to 1, they add up to {total:.6g}")
        if self.early is not None and self.per_customer is None:
            raise ValueError("'early' needs 'per_customer'")
        cycle = self.handle_time.expectation() + self.returns_after.expectation()
        if self.resolution == 0 and self.returns == 1 and cycle == 0:
            raise ValueError("never resolved, without work and back at once: such a need would never end")
        return self


class ServicePlan(Plan):
    """The service desk."""

    channels: dict[Name, Channel] = Field(min_length=1, max_length=20)
    """Channels by name."""
    types: dict[Name, TicketType] = Field(min_length=1, max_length=50)
    """Ticket types by name."""
    profile: Profile | None = None
    """Rhythm of the week of customers' tickets; left out, evenly around the clock."""
    busyness: Annotated[float, Measure("number", low=0, high=3)] = 0.0
    """Coefficient of variation of the day factor of customers' tickets."""

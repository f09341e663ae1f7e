"""Who pays, remembers, stays or leaves, and tells others; the help they get is service's, their arrival sales'."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import Constant, DurationLaw, MoneyRateLaw
from sim.engine.quantities import Duration, Hazard, Rate, Share
from sim.engine.units import Quantity
from sim.scenario.plan import Count, Plan


class InitialBase(Plan):
    """The customers the company already has when the clock starts."""

    count: Count
    """Live customers at the start."""
    mrr: MoneyRateLaw | None = None
    """What each pays; left out, the law of new deals."""


class Experience(Plan):
    """How one contact is felt, from 0 to 1: resolution first, abandonment second, wait third.

    That order is the evidence: of all operational figures only first-contact resolution and abandonment predict
    satisfaction (Feinberg and others 2000); waits act mainly through abandonment.
    """

    resolved: Share = 0.95
    """Felt when the need was resolved without waiting."""
    unresolved: Share = 0.35
    """Felt when it was answered at once but not resolved."""
    waiting: Share = 0.2
    """Taken away by an endless wait; half of it at the channel's tolerance."""
    satisfied: Share = 0.6
    """From this experience on a customer calls himself satisfied in a survey (CSAT)."""


class Memory(Plan):
    """What stays of experiences: s += rate x weight x (experience - s), faster down than up."""

    start: Share = 0.75
    """Satisfaction of customers at the start of the simulation and of new customers."""
    up: Share = 0.15
    """Weight of a contact better than what was remembered."""
    down: Share = 0.3
    """Weight of a contact worse than what was remembered."""


class Leaving(Plan):
    """When customers leave: hazard = floor + (base - floor) x exp(beta x (reference - satisfaction))."""

    base: Hazard
    """Rate of leaving of a customer whose satisfaction is the reference."""
    floor: Hazard = 0.0
    """Part of it out of service's reach (price, closure)."""
    beta: Annotated[float, Field(ge=0, le=20)] = 0.0
    """How strongly dissatisfaction drives customers away; 0 means not at all."""
    reference: Share = 0.75
    """Neutral satisfaction."""

    @model_validator(mode="after")
    def _floor_below_base(self) -> Leaving:
        if self.floor > self.base:
            raise ValueError("'floor' must not be above 'base'")
        return self


class Telling(Plan):
    """How contentment brings leads: nothing below `detractor`, the full rate from `promoter` on, linear between."""

    rate: Rate
    """Leads that one promoter sends per time."""
    promoter: Share = 0.8
    """Satisfaction from which a customer tells at the full rate."""
    detractor: Share = 0.5
    """Satisfaction below which a customer sends nobody."""
    lag: DurationLaw = Constant[Duration](dist="constant", value=Quantity(0.0))
    """Time between the telling and the lead."""

    @model_validator(mode="after")
    def _ordered(self) -> Telling:
        if self.detractor > self.promoter:
            raise ValueError("'detractor' must not be above 'promoter'")
        return self


class CustomersPlan(Plan):
    """The customer base."""

    initial: InitialBase = InitialBase(count=0)
    """Customers at the start."""
    experience: Experience = Experience()
    """How a contact is felt."""
    memory: Memory = Memory()
    """How feelings last."""
    leaving: Leaving
    """How customers leave."""
    telling: Telling | None = None
    """How customers bring leads; left out, they do not."""

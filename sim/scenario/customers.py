"""Who pays, remembers, stays or leaves, and tells others; the help they get is service's, their arrival sales'."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import Constant, DurationLaw, MoneyRateLaw
from sim.engine.quantities import Duration, Hazard, Measure, Rate, Share
from sim.engine.shares import ShareLaw
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


class Contract(Plan):
    """Customers can leave only when a term ends; then they decide by what they remember.

    Who stays for the time of a term with the hazard h that he has at its end, does so with chance exp(-h x term).
    """

    length: DurationLaw
    """Length of a term, drawn once for each customer; the initial base is anywhere in its terms."""
    downgrade: Share = 0.0
    """Chance that a customer of reference satisfaction who renews does so for less; its log-odds move with
    dissatisfaction by `leaving.beta` (loop retention)."""
    cut: ShareLaw | None = None
    """By how much such a customer then pays less, as a share of what he pays."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Contract:
        if (self.downgrade > 0) != (self.cut is not None):
            raise ValueError("'downgrade' is the chance and 'cut' the size: give both or neither")
        if self.length.expectation() < 1.0:
            raise ValueError("'length' of less than an hour: terms would follow each other without end")
        return self


class Purchases(Plan):
    """Customers who buy again and again instead of paying by the month, until they silently stop (BG/NBD).

    The first purchase is made when a customer goes live. Then he buys at a rate of his own at random moments, and after
    each of these further purchases he may have made his last one. Over customers, rates are gamma and chances to stop
    beta distributed (Fader, Hardie and Lee 2005: r = 1 / rate_cv ^ 2, alpha = r / rate, a / (a + b) = dropout). Each
    purchase is worth what he spends per month (sales.deal), over the mean rate.
    """

    rate: Annotated[Rate, Field(gt=0)]
    """Mean rate of purchases while a customer stays."""
    rate_cv: Annotated[float, Measure("number", low=0, high=10)] = 0.0
    """Coefficient of variation of that rate between customers; 0 for equal customers."""
    dropout: Share
    """Mean chance to stop after a purchase, the first one excepted, at reference satisfaction."""
    dropout_cv: Annotated[float, Measure("number", low=0, high=10)] = 0.0
    """Coefficient of variation of that chance between customers."""
    beta: Annotated[float, Field(ge=0, le=20)] = 0.0
    """Log-odds of stopping per unit of satisfaction below the reference (loop retention)."""
    reference: Share = 0.75
    """Neutral satisfaction."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Purchases:
        if self.dropout_cv > 0 and not 0 < self.dropout < 1:
            raise ValueError("'dropout_cv' needs a 'dropout' between 0 and 1")
        if self.dropout_cv > 0 and self.dropout_cv**2 * self.dropout >= 1 - self.dropout:
            most = math.sqrt((1 - self.dropout) / self.dropout) if self.dropout > 0 else 0.0
            raise ValueError(f"'dropout_cv' must be below {most:.3g} for chances with a mean of {self.dropout:g}")
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
    leaving: Leaving = Leaving(base=Quantity(0.0))
    """How customers leave; of customers who buy repeatedly, see `purchases`."""
    contract: Contract | None = None
    """Terms at whose end alone customers can leave; left out, they can at any time."""
    purchases: Purchases | None = None
    """Customers buy repeatedly; left out, they pay by the month (subscription)."""
    telling: Telling | None = None
    """How customers bring leads; left out, they do not."""

    @model_validator(mode="after")
    def _one_business(self) -> CustomersPlan:
        given = {"leaving", "contract"} & self.model_fields_set
        if self.purchases is None and "leaving" not in given:
            raise ValueError("'leaving' is missing")
        if self.purchases is not None and given:
            key = sorted(given)[0]
            raise ValueError(f"'{key}' or 'purchases', not both: customers who buy repeatedly leave by stopping to")
        return self

"""Who pays, remembers, stays or leaves, and tells others; the help they get is service's, their arrival sales'."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw, MoneyRateLaw
from sim.engine.quantities import Duration, Hazard, Measure, Number, Rate, Share
from sim.engine.shares import ShareLaw
from sim.engine.units import Quantity
from sim.scenario.leaving import Contract, Leaving
from sim.scenario.plan import Count, Name, Plan
from sim.scenario.telling import Telling

LEAST_CV = 0.001
"""Least coefficient of variation between customers who differ: with less of it there is no law to draw from."""


class InitialBase(Plan):
    """The customers the company already has when the clock starts."""

    count: Count
    """Live customers at the start."""
    mrr: MoneyRateLaw | None = None
    """What each pays; left out, the law of new deals."""
    age: DurationLaw | None = None
    """How long each has been a customer; left out, since the start. Where rates of leaving vary (leaving.varies), those
    who have stayed long are the more loyal ones."""


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
    steadies: Annotated[Duration, Field(gt=0)] | None = None
    """Tenure steadies: after this time as a customer a contact weighs half as much, after twice the time a third; left
    out, tenure changes nothing."""


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
        for key in ("rate_cv", "dropout_cv"):
            if 0 < getattr(self, key) < LEAST_CV:
                raise ValueError(f"'{key}' must be 0 or at least {LEAST_CV:g}")
        if self.dropout_cv > 0 and not 0 < self.dropout < 1:
            raise ValueError("'dropout_cv' needs a 'dropout' between 0 and 1")
        if self.dropout_cv > 0 and self.dropout_cv**2 * self.dropout >= 1 - self.dropout:
            most = math.sqrt((1 - self.dropout) / self.dropout) if self.dropout > 0 else 0.0
            raise ValueError(f"'dropout_cv' must be below {most:.3g} for chances with a mean of {self.dropout:g}")
        return self


class Drift(Plan):
    """Customers who come to pay more, or less, by themselves: rate x exp(beta x distance from neutral satisfaction),
    ten times the rate at most."""

    rate: Hazard
    """How often per time at neutral satisfaction (leaving.reference)."""
    size: ShareLaw
    """By how much, as a share of what he pays."""
    beta: Annotated[float, Field(ge=0, le=20)] = 0.0
    """How strongly satisfaction drives it (loop retention): expansion grows with it, contraction falls."""


class Segment(Plan):
    """Customers of one kind; what is not given is as for everybody."""

    share: Share
    """Share of leads, and of the initial base, that are of this kind; the shares add up to 1. Leads of one origin can
    have a mix of their own (`mix`)."""
    value: Annotated[float, Measure("number", low=0, high=1000)] = 1.0
    """What they pay relative to the law of deals (and of the initial base)."""
    fit: Number = 0.0
    """Added to the log-odds of every stage."""
    needs: Annotated[float, Measure("number", low=0, high=100)] = 1.0
    """How many times as often they need help (per_customer)."""
    tells: Annotated[float, Measure("number", low=0, high=100)] = 1.0
    """How many times as often they tell others."""
    leaving: Leaving | None = None
    """How they leave, instead of customers.leaving; only of customers who pay by the month."""
    contract: Contract | None = None
    """Their terms, instead of customers.contract."""


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
    expansion: Drift | None = None
    """How customers come to pay more by themselves; left out, only follow-up makes them."""
    contraction: Drift | None = None
    """How customers without a contract come to pay less; under contract they do so at renewals (contract.downgrade)."""
    segments: Annotated[dict[Name, Segment], Field(max_length=20)] = {}
    """Kinds of customers by name; left out, all are of one kind."""

    @model_validator(mode="after")
    def _one_business(self) -> CustomersPlan:
        given = {"leaving", "contract"} & self.model_fields_set
        if self.purchases is None and "leaving" not in given:
            raise ValueError("'leaving' is missing")
        if self.purchases is not None and given:
            key = sorted(given)[0]
            raise ValueError(f"'{key}' or 'purchases', not both: customers who buy repeatedly leave by stopping to")
        return self

    @model_validator(mode="after")
    def _segments_fit(self) -> CustomersPlan:
        total = math.fsum(segment.share for segment in self.segments.values())
        if self.segments and abs(total - 1.0) > 1e-6:
            raise ValueError(f"'segments' must have shares that add up to 1, they add up to {total:.6g}")
        for name, segment in self.segments.items():
            for key in ("leaving", "contract") if self.purchases is not None else ():
                if getattr(segment, key) is not None:
                    raise ValueError(f"'{key}' of segment '{name}' or 'purchases', not both: buyers just stop")
        contracts = [self.contract, *(segment.contract for segment in self.segments.values())]
        if self.contraction is not None and any(contracts):
            raise ValueError("'contraction' or a contract, not both: under contract, give 'contract.downgrade'")
        return self

    def kinds(self) -> dict[str, Segment]:
        """The segments by name; everybody as one, named '', where there are none."""
        return self.segments or {"": Segment(share=1.0)}

    def leaving_of(self, segment: Segment) -> Leaving:
        """How customers of a segment leave."""
        return segment.leaving or self.leaving

    def contract_of(self, segment: Segment) -> Contract | None:
        """Terms of customers of a segment."""
        return segment.contract or self.contract

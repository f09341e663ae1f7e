"""Where leads come from: sources with a rate, a rhythm, a price and a fit; who works the leads is said by sales."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.arrivals import Profile
from sim.engine.distributions import Constant, NumberLaw
from sim.engine.quantities import Measure, Money, Number, Rate
from sim.engine.units import Quantity
from sim.scenario.plan import Name, Plan


class Source(Plan):
    """One stream of organic leads."""

    rate: Rate
    """Leads per time, averaged over the whole week, nights included."""
    profile: Profile | None = None
    """Rhythm of the week (and year); left out, leads come evenly around the clock."""
    busyness: Annotated[float, Measure("number", low=0, high=3)] = 0.0
    """Coefficient of variation of the day factor: calm days and wild days with the same mean."""
    cost_per_lead: Money = 0.0
    """Media cost of one lead."""
    fit: NumberLaw = Constant[Number](dist="constant", value=Quantity(0.0))
    """How well the lead fits, added to the log-odds of each stage; 0 is the average lead."""


class Referred(Plan):
    """What is different about a lead that a customer sent."""

    fit: NumberLaw = Constant[Number](dist="constant", value=Quantity(0.0))
    """Fit of referred leads, added to the log-odds of each stage."""
    value: Annotated[float, Measure("number", low=0, high=10)] = 1.0
    """Deal size relative to an organic lead's."""


class MarketingPlan(Plan):
    """All demand for what the company sells."""

    sources: dict[Name, Source] = Field(default={}, max_length=50)
    """Organic sources by name."""
    referred: Referred = Referred()
    """Traits of leads that customers send (how many: see customers.telling)."""

    @model_validator(mode="after")
    def _names_are_free(self) -> MarketingPlan:
        if "referred" in self.sources:
            raise ValueError("a source cannot be called 'referred': leads that customers send are told under that name")
        return self

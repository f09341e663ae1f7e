"""What customers tell others: leads that they send, and leads that they keep away (loop referral)."""

from __future__ import annotations

from pydantic import model_validator

from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, Rate, Share
from sim.engine.units import Quantity
from sim.scenario.plan import Plan


class Against(Plan):
    """What the dissatisfied tell: nothing from `telling.detractor` on, the full rate at satisfaction 0, linear between.

    Folklore has bad news travel two or three times as far as good. It does not: in 15 of 15 studies good word of mouth
    was commoner, about three to one (East, Hammond and Wright 2007), and it moved people no less than bad word did
    (East, Hammond and Lomax 2008).
    """

    rate: Rate
    """Times per time that a customer of satisfaction 0 warns somebody."""
    impact: Share = 0.1
    """Chance that a warning keeps a lead away: the next one that would have come by itself, after `telling.lag`; if
    none comes within a month, it is forgotten."""


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
    fades: Share = 0.0
    """Diminishing returns: each lead a customer has sent makes every further one less likely by this share of what is
    left, for his circle is finite."""
    against: Against | None = None
    """What detractors do; left out, they are silent."""

    @model_validator(mode="after")
    def _ordered(self) -> Telling:
        if self.detractor > self.promoter:
            raise ValueError("'detractor' must not be above 'promoter'")
        return self

"""The loop's equations: experience, memory, leaving, telling; pure functions of numbers, no clock and no customers."""

from __future__ import annotations

import math

from sim.scenario.customers import Experience, Memory
from sim.scenario.leaving import Leaving
from sim.scenario.telling import Telling


def experience(plan: Experience, resolved: bool, wait: float, tolerance: float) -> float:
    """How a served contact is felt, 0 to 1: resolution counts most, then a wait [h] against its tolerance [h].

    The cost of waiting saturates: half of it is felt at the tolerance. The order of the effects follows Feinberg and
    others (2000); a contact that was never answered is felt as 0 by whoever calls this.
    """
    felt = plan.resolved if resolved else plan.unresolved
    return max(0.0, felt - plan.waiting * wait / (wait + tolerance))


def remember(plan: Memory, satisfaction: float, felt: float, weight: float) -> float:
    """Satisfaction after one more experience: exponential smoothing, faster down than up."""
    rate = plan.up if felt > satisfaction else plan.down
    return satisfaction + min(1.0, rate * weight) * (felt - satisfaction)


def hazard(plan: Leaving, satisfaction: float) -> float:
    """Rate of leaving [1/h]: floor + (base - floor) exp(beta (reference - satisfaction))."""
    return plan.floor + (plan.base - plan.floor) * math.exp(plan.beta * (plan.reference - satisfaction))


def telling(plan: Telling, satisfaction: float) -> float:
    """Share of the full rate of telling: 0 below the detractor's satisfaction, 1 from the promoter's on."""
    if satisfaction >= plan.promoter:
        return 1.0
    if satisfaction <= plan.detractor:
        return 0.0
    return (satisfaction - plan.detractor) / (plan.promoter - plan.detractor)


def odds(probability: float, effect: float) -> float:
    """Probability whose log-odds are those of `probability` plus `effect`; 0 and 1 stay what they are."""
    if effect == 0.0 or probability <= 0.0 or probability >= 1.0:
        return probability
    return 1.0 / (1.0 + (1.0 - probability) / probability * math.exp(min(-effect, 700.0)))

"""What kinds of customers there are on paper, by segment and own factor, and how fast they leave and tell; it counts
nobody.

All feel as at the start, and open issues are none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.customers import Drift, Segment
from sim.scenario.funnel import moved

if TYPE_CHECKING:
    from sim.scenario.marketing import Leads
    from sim.scenario.scenario import Scenario
    from sim.scenario.telling import Telling

STEPS = 24
"""Customers of one segment whose own factors vary are this many, as far apart as they can be."""

MOST_DRIFT = 10.0
"""Most by which feelings multiply the rate at which customers come to pay more, or less."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """Customers who are alike, of ordinary loyalty."""

    segment: str
    """Name; empty where there are none."""
    share: float
    """Share of the segment's customers who are like that."""
    leaving: float
    """Rate of leaving [1/h]."""


def segments(scenario: Scenario) -> dict[str, Segment]:
    """The segments by name; everybody as one where there are none."""
    base = scenario.customers
    return base.kinds() if base else {"": Segment(share=1.0)}


def hazard(scenario: Scenario, segment: Segment | None = None) -> float:
    """Rate of leaving [1/h] of a customer of ordinary loyalty and own factor 1, of a segment or of those to whom
    `customers.leaving` applies; who buys repeatedly leaves after a purchase."""
    base = scenario.customers
    if base is None:
        return 0.0
    moves, mood = scenario.loops.retention.on, base.memory.start
    if (buys := base.purchases) is not None:
        dropout = moved(buys.dropout, buys.beta * (buys.reference - mood)) if moves else buys.dropout
        return float(buys.rate * dropout)
    plan = base.leaving_of(segment) if segment else base.leaving
    if not moves:
        return float(plan.base)
    return float(plan.floor + (plan.base - plan.floor) * math.exp(plan.beta * (plan.reference - mood)))


def telling(scenario: Scenario, segment: Segment | None = None) -> float:
    """Leads that one customer who has sent none yet sends per time [1/h]; none without a pipeline."""
    plan = _word(scenario)
    if plan is None or scenario.customers is None:
        return 0.0
    mood, often = scenario.customers.memory.start, segment.tells if segment else 1.0
    if mood >= plan.promoter:
        return float(plan.rate * often)
    if mood <= plan.detractor:
        return 0.0
    return float(plan.rate * often * (mood - plan.detractor) / (plan.promoter - plan.detractor))


def warning(scenario: Scenario, segment: Segment) -> float:
    """Leads that one customer keeps away per time [1/h]."""
    plan = _word(scenario)
    if plan is None or plan.against is None or scenario.customers is None:
        return 0.0
    mood = scenario.customers.memory.start
    if mood >= plan.detractor:
        return 0.0
    return float(plan.against.rate * plan.against.impact * segment.tells * (1.0 - mood / plan.detractor))


def drift(scenario: Scenario, plan: Drift, sign: int, segment: Segment) -> float:
    """How often per time [1/h] a customer comes to pay more (sign 1) or less (sign -1) by himself."""
    base = scenario.customers
    if base is None or not scenario.loops.retention.on:
        return float(plan.rate)
    reference = base.purchases.reference if base.purchases else base.leaving_of(segment).reference
    return float(plan.rate * min(MOST_DRIFT, math.exp(sign * plan.beta * (base.memory.start - reference))))


def _word(scenario: Scenario) -> Telling | None:
    """What customers tell others, if it can bring or cost anything."""
    heard = scenario.customers is not None and scenario.loops.referral.on and scenario.sales is not None
    return scenario.customers.telling if heard and scenario.customers else None


def factors(scenario: Scenario, segment: Segment, aged: bool = False, steps: int = STEPS) -> Numbers:
    """Own factors of the rate of leaving in a segment, each as common as the others: of newcomers, or of the initial
    base, in which those who have been customers for long are the loyal ones.

    Ages count by their mean and standard deviation alone: half of the base is older and half younger by that much.
    """
    base = scenario.customers
    plan = base.leaving_of(segment) if base and base.purchases is None else None
    if base is None or plan is None or plan.varies is None or plan.base == 0:
        return np.ones(1)
    if not aged or base.initial.age is None:
        return plan.varies.quantiles(steps, plan.base)
    age = base.initial.age.expectation()
    spread = min(age, math.sqrt(base.initial.age.variance()))
    ages = [age - spread, age + spread] if spread > 0 else [age]
    return np.concatenate([plan.varies.quantiles(steps, plan.base, each) for each in ages])


def kinds(scenario: Scenario, aged: bool = False, steps: int = STEPS) -> Iterator[Kind]:
    """All kinds of newcomers, or of the initial base, told apart in so many steps where their own factors vary."""
    for name, segment in segments(scenario).items():
        rate, own = hazard(scenario, segment), factors(scenario, segment, aged, steps)
        for factor in own.tolist():
            yield Kind(name, 1.0 / len(own), rate * factor)


def stays(scenario: Scenario, segment: Segment, age: float) -> float:
    """Chance that a new customer of a segment is still one after so long [h]."""
    return float(np.exp(-np.minimum(700.0, hazard(scenario, segment) * age * factors(scenario, segment))).mean())


def mix(scenario: Scenario, leads: Leads | None = None) -> dict[str, float]:
    """Share of each segment among the leads of an origin, or in the initial base."""
    known = segments(scenario)
    given: Mapping[str, float] = leads.mix if leads else {}
    return {name: given.get(name, 0.0) if given else segment.share for name, segment in known.items()}


def returning(scenario: Scenario) -> dict[str, float]:
    """Share of each segment among those who come back: who leaves sooner is among them more often."""
    gone = {name: each.share * hazard(scenario, each) for name, each in segments(scenario).items()}
    total = math.fsum(gone.values())
    return {name: rate / total for name, rate in gone.items()} if total > 0 else mix(scenario)

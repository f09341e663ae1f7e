"""How long customers stay and how many leads they send, feeling as at the start: rates on paper; it counts nobody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.scenario.funnel import Funnel, cooling, moved

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def hazard(scenario: Scenario) -> float:
    """Rate of leaving [1/h] of a customer of ordinary loyalty; who buys repeatedly leaves after a purchase."""
    base = scenario.customers
    if base is None:
        return 0.0
    moves, mood = scenario.loops.retention.on, base.memory.start
    if (buys := base.purchases) is not None:
        dropout = moved(buys.dropout, buys.beta * (buys.reference - mood)) if moves else buys.dropout
        return float(buys.rate * dropout)
    plan = base.leaving
    if not moves:
        return float(plan.base)
    return float(plan.floor + (plan.base - plan.floor) * math.exp(plan.beta * (plan.reference - mood)))


def telling(scenario: Scenario) -> float:
    """Leads that one customer sends per time [1/h]; none without a pipeline."""
    base = scenario.customers
    if base is None or base.telling is None or not scenario.loops.referral.on or scenario.sales is None:
        return 0.0
    plan, mood = base.telling, base.memory.start
    if mood >= plan.promoter:
        return float(plan.rate)
    if mood <= plan.detractor:
        return 0.0
    return float(plan.rate * (mood - plan.detractor) / (plan.promoter - plan.detractor))


def reproduction(scenario: Scenario) -> float:
    """Customers that one referred customer brings in a lifetime by telling others, in an endless market."""
    sent = telling(scenario)
    if sent == 0.0:
        return 0.0
    referred = scenario.demand().referred
    won = Funnel(scenario).passage(referred, cooling(scenario, referred)).won
    leaving = hazard(scenario) / referred.loyalty
    return sent * won / leaving if leaving > 0 else math.inf if won > 0 else 0.0

"""How many customers one customer brings in a lifetime by telling others, on paper; it follows nobody through time.

All feel as at the start. Who is under contract leaves only at the end of a term of mean length. Lives in which some
hardly ever leave, or tell ever less without ceasing to, are counted for 50 years: beyond that no rate would hold.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.units import YEAR
from sim.scenario.funnel import Funnel, cooling
from sim.scenario.kinds import Numbers, factors, hazard, mix, segments, telling
from sim.scenario.passages import by_segment

if TYPE_CHECKING:
    from sim.scenario.customers import Segment
    from sim.scenario.scenario import Scenario

LONGEST = 50.0 * YEAR
"""Longest life [h] that is counted where own factors of leaving vary or telling fades."""
_STEPS = 400
"""Customers whose own factors vary are this many."""
_MOST_TOLD = 5_000
"""Most leads that one customer whose telling fades is counted with."""


def reproduction(scenario: Scenario) -> float:
    """Customers that one referred customer brings in a lifetime by telling others, in an endless market.

    Leads that customers send are of the same mix whoever sends them, so the next-generation matrix of the segments
    (Diekmann, Heesterbeek and Metz 1990) has one eigenvalue that is not 0: the mean over those who are won.
    """
    referred, shares, known = scenario.demand().referred, mix(scenario, scenario.demand().referred), segments(scenario)
    if not any(telling(scenario, segment) for segment in known.values()):
        return 0.0
    parts = by_segment(scenario, Funnel(scenario), referred, cooling(scenario, referred))
    born = 0.0
    for name, segment in known.items():
        if (won := shares[name] * parts[name].won) > 0:
            born += won * _sent(scenario, segment, referred.loyalty)
    return born


def _sent(scenario: Scenario, segment: Segment, loyalty: float) -> float:
    """Leads that a customer of a segment sends in a lifetime, on average."""
    rate, base = telling(scenario, segment), scenario.customers
    if rate == 0.0 or base is None:
        return 0.0
    plan = base.leaving_of(segment) if base.purchases is None else None
    fades = float(base.telling.fades) if base.telling else 0.0
    limit = LONGEST if fades > 0 or (plan is not None and plan.varies is not None) else math.inf
    contract = base.contract_of(segment)
    term = contract.length.expectation() if contract else 0.0
    leaving = hazard(scenario, segment) / loyalty * factors(scenario, segment, steps=_STEPS)
    lives = _lives(leaving, term, limit)
    if fades == 0:
        return float(rate * lives.mean())
    # Race between the next telling and the end of a life, again and again at an ever lower rate of telling.
    rates = rate * (1.0 - fades) ** np.arange(_MOST_TOLD)[:, None]
    reached = np.cumprod(rates / (rates + 1.0 / lives), axis=0)
    return float(reached.sum(axis=0).mean())


def _lives(leaving: Numbers, term: float, limit: float) -> Numbers:
    """Mean lives [h] at these rates of leaving [1/h], in terms of this length [h] if there are any, up to a limit [h].

    At the end of each term a customer stays with chance exp(-rate x term).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if term == 0.0:
            lives = -np.expm1(-leaving * limit) / leaving
        else:
            lives = -np.expm1(-leaving * limit) * term / -np.expm1(-leaving * term)
    found: Numbers = np.where(leaving > 0, np.maximum(lives, term), limit)
    return found

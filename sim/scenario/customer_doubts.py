"""What one would doubt about customers: payments that grow or melt away, warnings that keep everybody off; on paper."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from sim.engine.units import YEAR
from sim.scenario.growth import arriving
from sim.scenario.kinds import drift, segments, warning

if TYPE_CHECKING:
    from sim.scenario.customers import CustomersPlan, Segment
    from sim.scenario.scenario import Scenario

MOST, LEAST = 2.0, 0.5
"""How many times as much a customer who stays pays after a year, beyond which it is doubted."""
ENDLESS = 1e12
"""How many times as much at the horizon is more than can be reckoned with."""
SILENCED = 0.5
"""Share of leads kept away from which on it is doubted."""

Told = tuple[str, str, Literal["note", "warning", "refused"]]
"""Dotted key path, sentence without a full stop, severity."""


def customer_doubts(scenario: Scenario) -> Iterator[Told]:
    """Everything about customers that is legal but doubtful, judged by how they feel at the start."""
    base = scenario.customers
    if base is None:
        return
    paces = {name: _pace(scenario, base, segment) for name, segment in segments(scenario).items()}
    name, fastest = max(paces.items(), key=lambda pair: pair[1])
    _, slowest = min(paces.items(), key=lambda pair: pair[1])
    who = f"a customer of segment '{name}'" if name else "a customer"
    year = f"on paper {who} who stays pays {{}} times as much after a year"
    if fastest * scenario.clock.horizon > math.log(ENDLESS):
        sentence = f"on paper {who} who stays pays endlessly many times as much at the horizon"
        yield "customers.expansion.rate", f"{sentence}; lower the rate or the size", "refused"
    elif fastest * YEAR > math.log(MOST):
        yield "customers.expansion.rate", year.format(f"{math.exp(fastest * YEAR):.3g}"), "warning"
    if slowest * YEAR < math.log(LEAST):
        share = f"{100 * math.exp(slowest * YEAR):.3g} %"
        yield "customers.contraction.rate", f"on paper who stays pays {share} of it after a year", "warning"
    yield from _warned(scenario, base)


def _pace(scenario: Scenario, base: CustomersPlan, segment: Segment) -> float:
    """Growth [1/h] of what a customer of a segment pays, who stays."""
    pace = 0.0
    for sign, plan in ((1, base.expansion), (-1, base.contraction)):
        if plan is not None:
            pace += drift(scenario, plan, sign, segment) * math.log(max(1e-12, 1.0 + sign * plan.size.expectation()))
    return pace


def _warned(scenario: Scenario, base: CustomersPlan) -> Iterator[Told]:
    come = sum(arriving(scenario, source) for source in scenario.demand().sources.values())
    kept = sum(segment.share * warning(scenario, segment) for segment in segments(scenario).values())
    kept *= base.initial.count * scenario.clock.horizon
    if come > 0 and kept / come > SILENCED:
        share = "all" if kept >= come else f"{100 * kept / come:.0f} %"
        sentence = f"feeling as at the start, customers keep {share} of the leads away that would come by themselves"
        yield "customers.telling.against.rate", sentence, "warning"

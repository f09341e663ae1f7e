"""How much would happen: expected leads, visits and contacts of one replication by plain arithmetic; draws no chance.

The figures are rough on purpose: satisfaction stays at its start, and nobody waits but for the doors to open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.engine.units import MONTH
from sim.scenario.flows import Business, Flow, stage_flows, ticket_flows, until_open
from sim.scenario.scenario import Scenario

_MOST = 1e15
_MOST_STEPS = 20_000


@dataclass(frozen=True)
class Volume:
    """Expected counts over the horizon."""

    leads: float
    """Leads that come, organic and referred."""
    visits: float
    """Pieces of sales work: a lead in a stage."""
    contacts: float
    """Contacts that reach the desk: returns, tries of callers, and what is passed on to further tiers included."""
    flows: tuple[Flow, ...] = ()
    """The work behind them, by team and kind."""

    @property
    def events(self) -> float:
        """Leads, visits and contacts together."""
        return self.leads + self.visits + self.contacts

    def work(self, team: str) -> float:
        """Hours of work of a team, at full productivity."""
        return sum((flow.count - flow.lost) * flow.hours for flow in self.flows if flow.team == team)


def estimate(scenario: Scenario) -> Volume:
    """Return what one replication of the scenario would create, to within a factor of about two."""
    organic = sum(source.rate for source in scenario.marketing.sources.values()) if scenario.marketing else 0.0
    referring = _referrals_per_customer(scenario)
    cooled = cooling(scenario)
    win = _organic_win_rate(scenario) * cooled
    customers = float(scenario.customers.initial.count) if scenario.customers else 0.0
    leaving = hazard(scenario)
    horizon = float(scenario.clock.horizon)
    leads = wins = customer_hours = 0.0
    # Steps short enough that a base which grows or shrinks fast is followed, not overlooked.
    steps = min(_MOST_STEPS, max(1, math.ceil(horizon / MONTH), math.ceil(10 * horizon * (referring * win + leaving))))
    for _ in range(steps):
        hours = horizon / steps
        come = min(_MOST, (organic + customers * referring) * hours)
        won = come * win if scenario.customers else 0.0
        after = customers * math.exp(-leaving * hours) + won
        customer_hours = min(_MOST, customer_hours + (customers + after) / 2 * hours)
        leads, wins, customers = min(_MOST, leads + come), wins + won, min(_MOST, after)
    reached = _reached(scenario, leads, cooled)
    tickets = list(ticket_flows(scenario, Business(wins, customer_hours, reached)))
    flows = [*stage_flows(scenario, reached), *tickets]
    return Volume(leads, sum(reached.values()), sum(flow.count for flow in tickets), tuple(flows))


def win_rate(scenario: Scenario, fit: float) -> float:
    """Chance that a lead of this fit (log-odds) passes all stages, answered at once."""
    chance = 1.0
    for stage in scenario.sales.stages.values() if scenario.sales else ():
        rate = min(max(float(stage.pass_rate), 1e-12), 1 - 1e-12)
        odds = rate / (1 - rate) * math.exp(min(max(fit, -50.0), 50.0))
        chance *= odds / (1 + odds) if 0 < stage.pass_rate < 1 else float(stage.pass_rate)
    return chance


def _organic_win_rate(scenario: Scenario) -> float:
    """Mean chance of an organic lead to pass all stages, answered at once."""
    sources = scenario.marketing.sources.values() if scenario.marketing else ()
    leads = sum(source.rate for source in sources)
    won = sum(source.rate * win_rate(scenario, source.fit.expectation()) for source in sources)
    return won / leads if leads > 0 else win_rate(scenario, 0.0)


def hazard(scenario: Scenario) -> float:
    """Rate of leaving [1/h] of a customer who feels as at the start."""
    base = scenario.customers
    if base is None:
        return 0.0
    plan = base.leaving
    if not scenario.loops.retention.on:
        return float(plan.base)
    return float(plan.floor + (plan.base - plan.floor) * math.exp(plan.beta * (plan.reference - base.memory.start)))


def reproduction(scenario: Scenario) -> float:
    """Customers that one customer brings in a lifetime by telling others, at the satisfaction of the start."""
    referring = _referrals_per_customer(scenario)
    if referring == 0.0:
        return 0.0
    fit = scenario.marketing.referred.fit.expectation() if scenario.marketing else 0.0
    won = win_rate(scenario, fit)
    leaving = hazard(scenario)
    return referring * won / leaving if leaving > 0 else math.inf if won > 0 else 0.0


def _referrals_per_customer(scenario: Scenario) -> float:
    base = scenario.customers
    if base is None or base.telling is None or not scenario.loops.referral.on or scenario.sales is None:
        return 0.0
    telling, mood = base.telling, base.memory.start
    if mood >= telling.promoter:
        return float(telling.rate)
    if mood <= telling.detractor:
        return 0.0
    return float(telling.rate * (mood - telling.detractor) / (telling.promoter - telling.detractor))


def cooling(scenario: Scenario) -> float:
    """Share of their chances that leads keep on average while they wait for the first team to open."""
    if scenario.sales is None or not scenario.sales.stages or scenario.marketing is None:
        return 1.0
    first = next(iter(scenario.sales.stages.values()))
    windows = scenario.teams[first.team].open_hours(scenario.clock.hours) if first.team in scenario.teams else ()
    if not windows:
        return 1.0
    kept = total = 0.0
    for source in scenario.marketing.sources.values():
        weights = source.profile.weights() if source.profile else [1.0] * 168
        for hour, weight in enumerate(weights):
            wait = until_open(hour + 0.5, windows)
            kept += float(source.rate * weight) * scenario.sales.response.factor(wait)
            total += float(source.rate * weight)
    return kept / total if total > 0 else 1.0


def _reached(scenario: Scenario, leads: float, cooled: float) -> dict[str, float]:
    """Leads that reach each stage."""
    reached: dict[str, float] = {}
    left = leads
    for name, stage in scenario.sales.stages.items() if scenario.sales else ():
        reached[name] = left
        left *= stage.pass_rate * (cooled if len(reached) == 1 else 1.0)
    return reached

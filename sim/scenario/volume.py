"""How much would happen in one replication: leads, work, contacts, payments, by plain arithmetic without chance.

The figures are rough on purpose: satisfaction stays at its start, and nobody waits but for the doors to open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.scenario.alive import MOST
from sim.scenario.flows import Business, Flow, fresh_tickets, ticket_flows
from sim.scenario.funnel import discount
from sim.scenario.growth import Growth, grow
from sim.scenario.kinds import drift, hazard, segments
from sim.scenario.scenario import Scenario
from sim.scenario.selling_flows import bound_calls, follow_up_flows, prospecting_flows, session, stage_flows
from sim.scenario.staffed import heads, staffed_hours


@dataclass(frozen=True)
class Volume:
    """Expected counts over the horizon."""

    leads: float
    """Leads that come, whatever their origin."""
    visits: float
    """Pieces of sales work: a meeting with a lead, or a try."""
    contacts: float
    """Contacts that reach the desk: returns, tries of callers, and what is passed on to further tiers included."""
    flows: tuple[Flow, ...] = ()
    """The work behind them, by team and kind."""
    activities: float = 0.0
    """Sessions of calls and turns of follow-up."""
    dealings: float = 0.0
    """Renewals of contracts, purchases, changes of what customers pay, and moments at which they may tell or warn."""
    absences: float = 0.0
    """Spells for which people are away."""
    tickets: float = 0.0
    """New tickets, complaints left out."""
    wins: Mapping[str, float] = field(default_factory=dict)
    """Wins by origin."""
    bookings: float = 0.0
    """Monthly recurring revenue [per h] of all wins, after discount."""
    free: float = 1.0
    """Share of the market that could be won at the horizon; 1 without a limit."""

    @property
    def events(self) -> float:
        """Everything that happens, together."""
        return self.leads + self.visits + self.activities + self.contacts + self.dealings + self.absences

    def work(self, team: str) -> float:
        """Hours of work of a team, at full productivity, but for what only fills idle time."""
        return sum(flow.work for flow in self.flows if flow.team == team and not flow.yields)


def estimate(scenario: Scenario) -> Volume:
    """Return what one replication of the scenario would create, to within a factor of about two."""
    calls = bound_calls(scenario)
    volume = _with_calls(scenario, calls)
    if idle := _idle_calls(scenario, volume):
        # What comes of the first calls takes time from the next.
        more = _with_calls(scenario, calls | idle)
        calls |= {name: rate * _share_left(scenario, name, volume, more) for name, rate in idle.items()}
        volume = _with_calls(scenario, calls)
    return volume


def _with_calls(scenario: Scenario, calls: Mapping[str, float]) -> Volume:
    growth = grow(scenario, calls)
    stages = list(stage_flows(scenario, growth))
    activities = [*prospecting_flows(scenario, calls), *follow_up_flows(scenario, growth)]
    worked: dict[str, float] = {}
    for origin, passage in growth.passages.items():
        for name, share in passage.worked.items():
            if origin in growth.came:
                worked[name] = worked.get(name, 0.0) + growth.older(origin, passage.since[name]) * share
    needs = {name: segment.needs for name, segment in segments(scenario).items()}
    needing = sum(hours * needs[name] for name, hours in growth.lived.items())
    joined = sum(wins * needs[name] for name, wins in growth.joined().items()) if scenario.customers else 0.0
    business = Business(_wins(scenario, growth), growth.customer_hours, worked, needing, joined)
    tickets = list(ticket_flows(scenario, business))
    return Volume(
        sum(growth.leads.values()),
        sum(flow.count for flow in stages),
        sum(flow.count for flow in tickets),
        (*stages, *activities, *tickets),
        sum(flow.count for flow in activities),
        _dealings(scenario, growth),
        _absences(scenario),
        fresh_tickets(scenario, business),
        growth.wins,
        _bookings(scenario, growth),
        growth.free,
    )


def _wins(scenario: Scenario, growth: Growth) -> float:
    """New customers; without a customer base nobody keeps them."""
    return sum(growth.wins.values()) if scenario.customers else 0.0


def _dealings(scenario: Scenario, growth: Growth) -> float:
    """Renewals, purchases, changes and tellings of all customers; who stops soon buys no more often than that."""
    base, signed = scenario.customers, _wins(scenario, growth)
    if base is None:
        return 0.0
    found = 0.0
    if base.purchases is not None:
        many, stops = base.purchases.rate * growth.customer_hours, hazard(scenario) / base.purchases.rate
        found += float(signed + (min(many, (base.initial.count + signed) / stops) if stops > 0 else many))
    tells = scenario.loops.referral.on and scenario.sales is not None
    for name, segment in segments(scenario).items():
        contract = base.contract_of(segment)
        rate = 1.0 / contract.length.expectation() if contract else 0.0
        for sign, plan in ((1, base.expansion), (-1, base.contraction)):
            rate += drift(scenario, plan, sign, segment) if plan else 0.0
        found += rate * growth.lived[name]
    if base.telling is not None and tells:
        often = max(segment.tells for segment in segments(scenario).values())
        against = base.telling.against.rate if base.telling.against else 0.0
        found += min(MOST, (base.telling.rate + against) * often * growth.customer_hours)
    return found


def _absences(scenario: Scenario) -> float:
    spells = 0.0
    for name, team in scenario.teams.items():
        if team.absence is not None:
            spells += heads(scenario, name) * team.absence.rate * team.absence.there() * scenario.clock.horizon
    return spells


def _bookings(scenario: Scenario, growth: Growth) -> float:
    if scenario.sales is None:
        return 0.0
    deal, known = scenario.sales.deal.expectation() * (1.0 - discount(scenario)), segments(scenario)
    origins, booked = scenario.demand().origins(), 0.0
    for name, wins in growth.wins.items():
        worth = sum(share * known[one].value for one, share in growth.passages[name].segments.items())
        booked += wins * deal * origins[name].value * worth
    return booked


def _idle_calls(scenario: Scenario, volume: Volume) -> dict[str, float]:
    """Calls per hour of the clock for which other work leaves time, teams sharing it evenly among their callings."""
    idle = {name: plan for name, plan in scenario.demand().prospecting.items() if plan.hours is None}
    found = {}
    for name, plan in idle.items():
        sharing = sum(other.team == plan.team for other in idle.values())
        left, one = _left(scenario, plan.team, plan.reserve, volume), session(scenario, name)
        found[name] = left / sharing / scenario.clock.horizon / one * plan.session if one > 0 else 0.0
    return found


def _left(scenario: Scenario, team: str, reserve: int, volume: Volume) -> float:
    """Hours of a team that other work leaves while more people than `reserve` are free, were as many busy at a time as
    are with Poisson chance."""
    people, on_duty = staffed_hours(scenario, team)
    busy = volume.work(team)
    if reserve == 0 or on_duty == 0:
        return max(0.0, people - busy)
    room, load = people / on_duty - reserve, busy / on_duty
    free, chance = 0.0, math.exp(-min(700.0, load))
    for number in range(max(0, math.ceil(room))):
        free += (room - number) * chance
        chance *= load / (number + 1)
    return free * on_duty


def _share_left(scenario: Scenario, name: str, before: Volume, after: Volume) -> float:
    """Share of the idle hours that can be spent on calls, so that the rest is there for the leads they bring."""
    plan = scenario.demand().prospecting[name]
    left = _left(scenario, plan.team, plan.reserve, before)
    more = after.work(plan.team) - before.work(plan.team)
    return left / (left + max(0.0, more)) if left > 0 else 0.0

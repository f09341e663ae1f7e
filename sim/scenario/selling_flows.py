"""How much selling work each team gets: stages, prospecting, follow-up; plain arithmetic that knows no queue."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.engine.units import WEEK
from sim.scenario.flows import Flow
from sim.scenario.funnel import Funnel, pace
from sim.scenario.kinds import segments, stays
from sim.scenario.staffed import present

if TYPE_CHECKING:
    from sim.scenario.followup import FollowUp
    from sim.scenario.growth import Growth
    from sim.scenario.scenario import Scenario


def stage_flows(scenario: Scenario, growth: Growth) -> Iterator[Flow]:
    """The work of the pipeline, which buyers can wait for: it is done whenever the team is there."""
    sales, marketing = scenario.sales, scenario.demand()
    if sales is None:
        return
    funnel, origins = Funnel(scenario), marketing.origins()
    inbound = {funnel.entry(leads) for name, leads in origins.items() if name not in marketing.prospecting}
    for place, (name, stage) in enumerate(sales.stages.items()):
        tries = hours = 0.0
        for origin, each in growth.passages.items():
            if name in each.entries and origin in growth.came:
                count = growth.older(origin, each.since[name])
                tries, hours = tries + count * each.tries[name], hours + count * each.hours[name]
        fades = place in inbound and sales.expiry is not None
        yield Flow(stage.team, name, tries, 0.0, hours / tries if tries else 0.0, None, math.inf, fades)


def session(scenario: Scenario, name: str) -> float:
    """Hours of one session of this prospecting."""
    plan = scenario.demand().prospecting[name]
    call = plan.call.expectation() + (plan.reach * plan.talk.expectation() if plan.talk else 0.0)
    return plan.session * call / pace(scenario, plan.team, "prospecting", name)


def bound_calls(scenario: Scenario) -> dict[str, float]:
    """Calls per hour of the clock by those prospectings that have hours of their own."""
    found = {}
    for name, plan in scenario.demand().prospecting.items():
        if plan.hours is not None and (one := session(scenario, name)) > 0:
            found[name] = plan.hours / WEEK * present(scenario, plan.team) / one * plan.session
    return found


def prospecting_flows(scenario: Scenario, calls: Mapping[str, float]) -> Iterator[Flow]:
    """Sessions of calls; those that fill idle time give way to everything."""
    for name, plan in scenario.demand().prospecting.items():
        count = calls.get(name, 0.0) * scenario.clock.horizon / plan.session
        work = session(scenario, name)
        yield Flow(plan.team, name, count, 0.0, work, None, math.inf, True, yields=plan.hours is None)


def follow_up_flows(scenario: Scenario, growth: Growth) -> Iterator[Flow]:
    """Turns of customers that come due, those included who are not reached."""
    sales, base = scenario.sales, scenario.customers
    if sales is None or base is None:
        return
    for name, plan in sales.follow_up.items():
        count = _turns(scenario, plan, growth)
        if plan.below is not None and base.memory.start >= plan.below:
            count = 0.0
        work = plan.work.expectation() / pace(scenario, plan.team, "follow_up", name)
        yield Flow(plan.team, name, count, 0.0, work, None, math.inf, True)


def _turns(scenario: Scenario, plan: FollowUp, growth: Growth) -> float:
    """How often a customer's turn comes, in all."""
    horizon, wins, known = float(scenario.clock.horizon), growth.joined(), segments(scenario)
    if plan.every is not None:
        return growth.customer_hours / plan.every
    if plan.after is not None:
        late = max(0.0, 1.0 - plan.after / horizon)
        return late * sum(wins[name] * stays(scenario, known[name], plan.after) for name in known)
    if scenario.customers is None or plan.before_renewal is None:
        return 0.0
    turns = 0.0
    for name, segment in known.items():
        contract = scenario.customers.contract_of(segment)
        term = contract.length.expectation() if contract else math.inf
        if contract is None or plan.before_renewal >= term:
            continue
        # The initial base is anywhere in its terms; whoever is won has a whole one before him.
        ends = (horizon + plan.before_renewal) / term
        whole = math.floor(ends)
        each = (whole * (whole - 1) / 2 + whole * (ends - whole)) * term / horizon
        turns += growth.initial[name] / term + wins[name] * each * stays(scenario, segment, term)
    return turns

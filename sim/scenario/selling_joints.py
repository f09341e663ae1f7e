"""What joins demand, pipeline, follow-up and customers: names that must exist, parts that need each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.units import show
from sim.scenario.missing import Joint, Path, named, unknown

if TYPE_CHECKING:
    from sim.scenario.clock import Clock
    from sim.scenario.demand import Demand
    from sim.scenario.marketing import Leads, MarketingPlan
    from sim.scenario.sales import SalesPlan
    from sim.scenario.scenario import Scenario

_QUICKEST = 1.0 / 3600.0
"""Least mean time of a call [h]."""


def selling_joints(scenario: Scenario) -> Iterator[Joint]:
    """Faults between the parts that sell, in the order in which a scenario is written."""
    if scenario.marketing:
        yield from _demand(scenario, scenario.marketing)
    if scenario.sales:
        yield from _pipeline(scenario, scenario.sales)
        yield from _after_the_win(scenario, scenario.sales)
    yield from _quota(scenario)


def in_order(plan: Demand, clock: Clock, path: Path) -> Iterator[Joint]:
    """A stream of arrivals must not cease before it begins; where one is a date, only the clock can tell."""
    begin, end = plan.span(clock)
    if end <= begin:
        first, last = (_moment(moment, clock) for moment in (plan.begin, plan.end))
        yield (*path, "end"), f"'end' ({last}) must be later than 'begin' ({first})"


def _moment(moment: datetime.date | float | None, clock: Clock) -> str:
    """An instant as it was written, a time with the date it comes to."""
    if not isinstance(moment, (int, float)):
        return str(moment)
    date = datetime.datetime.combine(clock.start, datetime.time()) + datetime.timedelta(hours=moment)
    return f"{show(moment, 'duration')}: {date:%Y-%m-%d}"


def _demand(scenario: Scenario, plan: MarketingPlan) -> Iterator[Joint]:
    clock, base = scenario.clock, scenario.customers
    if scenario.sales is None and (plan.sources or plan.prospecting or plan.win_back):
        yield ("marketing",), "leads need a pipeline: 'sales' is missing"
        return
    for name, source in plan.sources.items():
        path: Path = ("marketing", "sources", name)
        yield from _entry(scenario, source, path)
        yield from in_order(source, clock, path)
    for name, calls in plan.prospecting.items():
        path = ("marketing", "prospecting", name)
        yield from _entry(scenario, calls, path)
        yield from named("team", calls.team, scenario.teams, (*path, "team"))
        if calls.call.expectation() + (calls.reach * calls.talk.expectation() if calls.talk else 0.0) < _QUICKEST:
            yield (*path, "call"), "calls take less than a second: there would be no end to them"
        if scenario.sales and name in scenario.sales.follow_up:
            yield path, f"'{name}' is the name of a follow-up as well (sales.follow_up); give each its own"
    yield from _entry(scenario, plan.referred, ("marketing", "referred"))
    if plan.win_back:
        yield from _entry(scenario, plan.win_back, ("marketing", "win_back"))
        if base is None:
            yield ("marketing", "win_back"), "'customers' is missing: nobody could be won back"
    if plan.market and base and base.initial.count > plan.market.size:
        sentence = f"{plan.market.size} is less than the customers there are (customers.initial.count: "
        yield ("marketing", "market", "size"), sentence + f"{base.initial.count}), who are part of the market"


def _entry(scenario: Scenario, leads: Leads, path: Path) -> Iterator[Joint]:
    """Where leads come in must be a stage."""
    yield from named("stage", leads.enters, scenario.sales.stages if scenario.sales else (), (*path, "enters"))


def _pipeline(scenario: Scenario, sales: SalesPlan) -> Iterator[Joint]:
    teams, service = scenario.teams, scenario.service
    for name, stage in sales.stages.items():
        path: Path = ("sales", "stages", name)
        yield from named("team", stage.team, teams, (*path, "team"))
        yield from named("interaction", stage.interaction, sales.interactions, (*path, "interaction"))
    for name, skill in sales.skills.items():
        for place, stage_name in enumerate(skill.stages):
            yield from named("stage", stage_name, sales.stages, ("sales", "skills", name, "stages", place))
    if sales.discount:
        yield from named("stage", sales.discount.stage, sales.stages, ("sales", "discount", "stage"))
    if asks := sales.questions:
        yield from named("stage", asks.stage, sales.stages, ("sales", "questions", "stage"))
        kinds = service.types if service else ()
        yield from named("ticket type", asks.ticket, kinds, ("sales", "questions", "ticket"))
    if scenario.marketing is None and scenario.customers is None:
        yield ("sales",), "a pipeline needs leads: 'marketing' is missing"


def _after_the_win(scenario: Scenario, sales: SalesPlan) -> Iterator[Joint]:
    base = scenario.customers
    for name, plan in sales.follow_up.items():
        path: Path = ("sales", "follow_up", name)
        yield from named("team", plan.team, scenario.teams, (*path, "team"))
        if base is None:
            yield path, "'customers' is missing: there is nobody to follow up"
        elif plan.before_renewal is not None and not any(map(base.contract_of, base.kinds().values())):
            sentence = "customers have no contract to renew: 'customers.contract' is missing"
            yield (*path, "before_renewal"), sentence


def _quota(scenario: Scenario) -> Iterator[Joint]:
    sales, pushes = scenario.sales, scenario.loops.overselling
    quota = sales.quota if sales else None
    if sales and quota and quota.team is None and not sales.stages:
        yield ("sales", "quota"), "nobody is there to carry it: without stages, 'team' must be given"
    if quota:
        yield from named("team", quota.team, scenario.teams, ("sales", "quota", "team"))
    if scenario.economics.accelerators and quota is None:
        yield ("economics", "accelerators"), "what is beyond a quota needs one: 'sales.quota' is missing"
    if pushes.stage is not None:
        known = sales.stages if sales else ()
        if pushes.stage not in known:
            yield ("loops", "overselling", "stage"), unknown("stage", pushes.stage, known)

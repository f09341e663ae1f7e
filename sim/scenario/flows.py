"""How much work each team gets, of what kind and when in the week: plain arithmetic on the plans, without queues.

Unless it finds the doors closed every contact is served at once; satisfaction, and with it everything it moves, stays
at its start. It knows neither how many people there are nor who waits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.channels import Appointment, Live
from sim.scenario.newcomers import productivity
from sim.scenario.service import Skill
from sim.scenario.week import HOURS, by_hour, covered, until_open

if TYPE_CHECKING:
    from sim.engine.distributions import DurationLaw
    from sim.scenario.channels import Channel
    from sim.scenario.scenario import Scenario
    from sim.scenario.service import ServicePlan
    from sim.scenario.tickets import TicketType

_MOST = 1000.0

Rhythm = NDArray[np.float64]
"""Shares of the hours of a week, shape (168,), which add up to 1."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Pieces of work of one kind for one team."""

    team: str
    kind: str
    """Ticket type, stage, prospecting or follow-up."""
    count: float
    """How many come in the horizon, those included that find nobody there and are lost."""
    lost: float
    """How many of them find nobody there and do not wait."""
    hours: float
    """Work on each of the others [person-hours] at the mean skill of those who can do it, fully productive."""
    rhythm: Rhythm | None
    """When they come, once the doors are open; None: evenly in the team's hours on duty."""
    within: float | None
    """Opening hours in which it is to be taken up; None: at once, somebody is on the line."""
    fades: bool
    """Whether what waits too long goes away by itself."""
    yields: bool = False
    """Whether it only fills time that nothing else needs."""

    @property
    def work(self) -> float:
        """Work of all that are not lost [person-hours]."""
        return (self.count - self.lost) * self.hours


@dataclass(frozen=True, slots=True)
class Business:
    """What drives the desk, over the horizon."""

    wins: float
    customer_hours: float
    """Hours that all live customers live together."""
    worked: Mapping[str, float]
    """Times that the work of each stage is done and the buyer thinks about it."""
    needing: float
    """Hours that customers live, each as often as his segment needs help."""
    joined: float
    """Wins, counted likewise."""


def ticket_flows(scenario: Scenario, business: Business) -> Iterator[Flow]:
    """The work of the desk, every ticket type with its tiers; complaints last, because the others breed them."""
    service = scenario.service
    if service is None:
        return
    bad = 0.0
    for name, kind in service.types.items():
        if kind.complaints is None:
            fresh = list(_fresh(scenario, service, name, business))
            flows = list(_of_type(scenario, service, name, [source[1:] for source in fresh]))
            yield from flows
            tickets = sum(count for _, count, _ in fresh)
            of_customers = sum(count for ours, count, _ in fresh if ours) / tickets if tickets else 0.0
            unresolved = tickets * _passes(scenario, kind) * (1.0 - kind.resolution)
            bad += of_customers * (unresolved * _felt_bad(scenario, service) + sum(flow.lost for flow in flows))
    for name, kind in service.types.items():
        if kind.complaints is not None:
            sources = [source[1:] for source in _fresh(scenario, service, name, business)]
            if scenario.loops.failure_demand.on:
                sources.append((bad * kind.complaints.share, None))
            yield from _of_type(scenario, service, name, sources)


def fresh_tickets(scenario: Scenario, business: Business) -> float:
    """New tickets over the horizon; complaints are not among them."""
    service = scenario.service
    kinds = service.types if service else ()
    return sum(count for name in kinds if service for _, count, _ in _fresh(scenario, service, name, business))


def _felt_bad(scenario: Scenario, service: ServicePlan) -> float:
    """Share of unresolved contacts that customers may complain about, if waits of all kinds are equally likely."""
    limits = [kind.complaints.below for kind in service.types.values() if kind.complaints]
    if not limits or scenario.customers is None:
        return 0.0
    felt = scenario.customers.experience
    if felt.unresolved < max(limits):
        return 1.0
    return max(0.0, 1.0 - (felt.unresolved - max(limits)) / felt.waiting) if felt.waiting > 0 else 0.0


def _fresh(
    scenario: Scenario, service: ServicePlan, name: str, business: Business
) -> Iterator[tuple[bool, float, Rhythm | None]]:
    """New tickets of a type by source: whether of customers, how many, their rhythm; complaints are not among them."""
    kind = service.types[name]
    clock, hours = scenario.clock, business.customer_hours
    whole = covered(clock, 0.0, clock.horizon)
    if kind.per_customer is not None:
        count = kind.per_customer * business.needing
        if kind.early is not None:
            count += business.joined * kind.per_customer * kind.early.extra * kind.early.fades
        weights = whole * (service.profile.weights() if service.profile else 1.0)
        yield True, count * (1.0 + _neglected(service, kind)), weights / weights.sum() if weights.any() else None
    if kind.per_win is not None:
        yield True, kind.per_win * business.wins, None
    if kind.schedule is not None:
        yield True, hours / kind.schedule.every * _wanted(scenario, service, kind), None
    if kind.arrivals is not None:
        plan = kind.arrivals
        begin, end = plan.span(clock)
        rhythm = plan.profile.weights() if plan.profile else 1.0
        weights = covered(clock, max(0.0, begin), min(end, clock.horizon)) * rhythm
        yield False, plan.rate * float(weights.sum()), weights / weights.sum() if weights.any() else None
    asks = scenario.sales.questions if scenario.sales else None
    if asks is not None and asks.ticket == name:
        yield False, asks.share * business.worked.get(asks.stage, 0.0), None


def _neglected(service: ServicePlan, kind: TicketType) -> float:
    """Extra need because upkeep is planned less often than it is missed."""
    upkeep = service.types.get(kind.neglect.of) if kind.neglect else None
    if kind.neglect is None or upkeep is None or upkeep.schedule is None:
        return 0.0
    return kind.neglect.extra * max(0.0, 1.0 - kind.neglect.after / upkeep.schedule.every)


def _wanted(scenario: Scenario, service: ServicePlan, kind: TicketType) -> float:
    """Share of customers that a planned contact is for, contacts coming at random and moods as at the start."""
    plan, base = kind.schedule, scenario.customers
    if plan is None or base is None or (plan.silent is None and plan.below is None):
        return 1.0
    rate = sum(each.per_customer or 0.0 for each in service.types.values())
    silent = math.exp(-rate * plan.silent) if plan.silent is not None else 0.0
    return 1.0 if plan.below is not None and base.memory.start < plan.below else silent


def _passes(scenario: Scenario, kind: TicketType) -> float:
    """Times a ticket goes through the desk, those who come back unresolved included."""
    failed, stuck = 1.0 - kind.resolution, 0.0
    for tier in kind.escalation:
        passed_on = sum(tier.reasons.values())
        stuck, failed = stuck + failed * (1.0 - passed_on), failed * passed_on * (1.0 - tier.resolution)
    again = (stuck + failed) * kind.returns if scenario.loops.failure_demand.on else 0.0
    return min(_MOST, 1.0 / max(1.0 - again, 1.0 / _MOST))


def _of_type(
    scenario: Scenario, service: ServicePlan, name: str, fresh: Sequence[tuple[float, Rhythm | None]]
) -> Iterator[Flow]:
    """A type's contacts by channel, and what is passed on from tier to tier."""
    kind = service.types[name]
    again = _passes(scenario, kind) - 1.0
    coming = [(count, rhythm) for count, rhythm in fresh if count > 0]
    # Who comes back, comes in the team's opening hours.
    coming += [(sum(count for count, _ in fresh) * again, None)] if again > 1e-9 else []
    for channel, share in kind.channels.items():
        for count, rhythm in coming if share > 0 else ():
            first = _flow(scenario, service, name, -1, channel, count * share, rhythm)
            yield first
            left = (first.count - first.lost) * (1.0 - kind.resolution) * _met(service.channels[channel])
            for place, tier in enumerate(kind.escalation):
                left *= sum(tier.reasons.values())
                yield _flow(scenario, service, name, place, tier.channel or channel, left, first.rhythm)
                left *= 1.0 - tier.resolution


def _met(channel: Channel) -> float:
    """Share of a channel's contacts at which the customer is there."""
    return 1.0 - channel.no_show if isinstance(channel, Appointment) else 1.0


def _flow(
    scenario: Scenario, service: ServicePlan, name: str, place: int, by: str, count: float, rhythm: Rhythm | None
) -> Flow:
    """Contacts of one type by one channel for the team asked first (place -1) or for a tier."""
    kind, channel = service.types[name], service.channels[by]
    tier = kind.escalation[place] if place >= 0 else None
    team, skill, law = (kind.team, kind.skill, kind.handle_time)
    if tier is not None:
        team, skill, law = tier.team, tier.skill, tier.handle_time
    hours = law.expectation()
    within: float | None = (kind.target or channel.target).within
    lost = 0.0
    if isinstance(channel, Live):
        within = math.inf if kind.outbound else None
        hours += channel.wrap_up.expectation() if channel.wrap_up else 0.0
        # With the most in hand at a time a person gets this much further for each hour, if it brings anything.
        hours *= min(1.0, (1.0 + channel.stretch * (channel.concurrency - 1)) / channel.concurrency)
        if rhythm is not None and not kind.outbound:
            patience = kind.patience or channel.patience
            count, lost, rhythm = _at_the_door(scenario, team, channel, patience, count, rhythm)
    elif isinstance(channel, Appointment):
        visits = 1.0 / max(1.0 - channel.no_show, 1.0 / _MOST)
        hours = hours / visits + channel.travel.expectation()
        count *= visits
    hours /= _pace(scenario, service, team, skill, kind.uses)
    fades = isinstance(channel, Live) and (kind.patience or channel.patience) is not None
    return Flow(team, name, count, lost, hours, rhythm, within, fades)


def _at_the_door(
    scenario: Scenario, team: str, channel: Live, law: DurationLaw | None, count: float, rhythm: Rhythm
) -> tuple[float, float, Rhythm | None]:
    """Calls, next tries included, those that are lost, and when the others get through.

    Who finds nobody there is cut off if the team's overtime says so. Otherwise he waits for the opening, if it is not
    later than he is patient on average, or gives up and may try again once somebody is there.
    """
    plan = scenario.teams[team]
    windows = plan.open_hours(scenario.clock.hours)
    there = by_hour(windows)
    early = rhythm * (1.0 - there)
    if not there.any() or not early.any():
        return count, 0.0, rhythm
    stays, again = np.zeros(HOURS), 0.0
    if plan.overtime is None:
        waits = np.array([until_open(hour + 0.5, windows) for hour in range(HOURS)])
        patience = law.expectation() if law else math.inf
        stays = np.where(waits <= patience, 1.0 - channel.balk, 0.0)
        again = channel.redial.share if channel.redial else 0.0
    later = math.ceil(channel.redial.after.expectation()) if channel.redial else 0
    opening = np.array([_next_open(hour, there) for hour in range(HOURS)])
    through, gone = rhythm * there, early * (1.0 - stays)
    np.add.at(through, opening, early * stays)
    np.add.at(through, np.roll(opening, -later % HOURS), gone * again)
    got, lost = float(through.sum()), float(gone.sum())
    return count * (got + lost), count * lost, through / got if got > 0 else None


def _next_open(hour: int, there: NDArray[np.float64]) -> int:
    """The hour of the week, from this one on, in which somebody is there at all."""
    return next((hour + step) % HOURS for step in range(HOURS) if there[(hour + step) % HOURS] > 0)


def _pace(scenario: Scenario, service: ServicePlan, team: str, skill: str | None, uses: Mapping[str, float]) -> float:
    """Mean speed at a kind of work of the people of a team who can do it; 1 is standard."""
    plan = scenario.teams[team]
    weights = {**uses, **({skill: 1.0} if skill else {})}
    heads = plan.heads_by_part() if plan.groups else {}
    sets = {name: group.skills for name, group in plan.groups.items()} if plan.groups else {"": plan.skills}
    total = people = 0.0
    for part, skills in sets.items():
        if skill is None or skills is None or skill in skills:
            speed = 1.0
            for each, weight in weights.items():
                elasticity = (service.skills.get(each) or Skill()).handle_time
                speed *= float((skills or {}).get(each, 1.0)) ** (elasticity * weight)
            number = heads.get(part, 1)
            total, people = total + speed * number, people + number
    return max(total / people * productivity(scenario, team), 1e-6) if people else 1.0

"""What joins the parts of a scenario: names that must exist elsewhere, parts that need each other; it changes none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.customer_joints import customer_joints
from sim.scenario.expect import untold
from sim.scenario.missing import Joint, hint, unknown
from sim.scenario.people_joints import hiring_joints, training_joints
from sim.scenario.selling_joints import in_order, selling_joints

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.scenario.service import ServicePlan
    from sim.scenario.tickets import TicketType

_OF_CUSTOMERS = ("per_customer", "per_win", "schedule", "complaints")
"""Keys of a ticket type by which customers raise it."""


def joints(scenario: Scenario) -> Iterator[Joint]:
    """Faults between the parts, in the order in which a scenario is written."""
    yield from training_joints(scenario)
    yield from selling_joints(scenario)
    if scenario.service:
        for name in scenario.service.types:
            yield from _ticket(scenario, scenario.service, name)
        survey = scenario.service.survey
        if survey and survey.satisfied > survey.scale:
            sentence = f"{survey.satisfied} is more than 'scale' ({survey.scale}): nobody could be satisfied"
            yield (("service", "survey", "satisfied"), sentence)
    yield from customer_joints(scenario)
    yield from hiring_joints(scenario)
    yield from untold(scenario.expect, scenario.clock.horizons())


def _ticket(scenario: Scenario, service: ServicePlan, name: str) -> Iterator[Joint]:
    kind, path = service.types[name], ("service", "types", name)
    yield from _team(scenario, kind.team, kind.skill, path)
    for channel in kind.channels:
        if channel not in service.channels:
            yield ((*path, "channels", channel), unknown("channel", channel, service.channels))
    known = [service.channels[channel] for channel in kind.channels if channel in service.channels]
    if kind.patience is not None and known and not any(channel.mode == "live" for channel in known):
        yield ((*path, "patience"), "nobody waits on the line: none of the channels is live")
    for place, tier in enumerate(kind.escalation):
        here = (*path, "escalation", place)
        yield from _team(scenario, tier.team, tier.skill, here)
        if tier.channel is not None and tier.channel not in service.channels:
            yield ((*here, "channel"), unknown("channel", tier.channel, service.channels))
    if kind.arrivals is not None:
        yield from in_order(kind.arrivals, scenario.clock, (*path, "arrivals"))
    if kind.overflow is not None:
        yield from _overflow(scenario, kind, (*path, "overflow", "to"))
    if kind.neglect is not None:
        yield from _neglect(service, kind.neglect.of, (*path, "neglect", "of"))
    for key in _OF_CUSTOMERS if scenario.customers is None else ():
        if getattr(kind, key) is not None:
            yield ((*path, key), "'customers' is missing: nobody could ask for this")
            break


def _team(scenario: Scenario, team: str, skill: str | None, path: tuple[str | int, ...]) -> Iterator[Joint]:
    """Who is to do a piece of work must be there, and somebody there must be able to."""
    if team not in scenario.teams:
        yield ((*path, "team"), unknown("team", team, scenario.teams))
    elif skill is not None and not _can(scenario, team, skill):
        had = dict.fromkeys(each for skills in scenario.teams[team].skill_sets() for each in skills or ())
        yield ((*path, "skill"), f"nobody of team '{team}' has the skill '{skill}'{hint(skill, had)}")


def _can(scenario: Scenario, team: str, skill: str) -> bool:
    return any(skills is None or skill in skills for skills in scenario.teams[team].skill_sets())


def _overflow(scenario: Scenario, kind: TicketType, path: tuple[str | int, ...]) -> Iterator[Joint]:
    assert kind.overflow is not None
    other = kind.overflow.to
    if other not in scenario.teams:
        yield (path, unknown("team", other, scenario.teams))
    elif other == kind.team:
        yield (path, f"'{other}' is the team that is asked first; name another one")
    elif kind.skill is not None and not _can(scenario, other, kind.skill):
        yield (path, f"nobody of team '{other}' has the skill '{kind.skill}' that this ticket type needs")


def _neglect(service: ServicePlan, upkeep: str, path: tuple[str | int, ...]) -> Iterator[Joint]:
    if upkeep not in service.types:
        yield (path, unknown("ticket type", upkeep, service.types))
    elif service.types[upkeep].schedule is None:
        planned = [name for name, kind in service.types.items() if kind.schedule is not None]
        known = f"; with one: {', '.join(planned)}" if planned else ""
        yield (path, f"ticket type '{upkeep}' has no 'schedule', so nothing of it could be skipped{known}")

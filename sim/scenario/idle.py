"""Parts of a scenario that cannot show: nobody uses them, or they are overruled elsewhere; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.units import show
from sim.scenario.channels import Appointment, Deferred, Live
from sim.scenario.duty import duties
from sim.scenario.idle_customers import idle_customers
from sim.scenario.idle_people import idle_people
from sim.scenario.idle_selling import Idle, idle_selling, idle_span
from sim.scenario.tickets import SOURCES

if TYPE_CHECKING:
    from sim.scenario.followup import FollowUp
    from sim.scenario.marketing import Prospecting
    from sim.scenario.sales import Stage
    from sim.scenario.scenario import Scenario
    from sim.scenario.service import ServicePlan
    from sim.scenario.tickets import TicketType


def idle_parts(scenario: Scenario) -> Iterator[Idle]:
    """Everything that is given but cannot show."""
    yield from _teams(scenario)
    yield from idle_people(scenario)
    yield from idle_selling(scenario)
    yield from idle_customers(scenario)
    yield from _loops(scenario)
    yield from _skills(scenario)
    if scenario.service is None:
        return
    service = scenario.service
    asked = scenario.sales.questions.ticket if scenario.sales and scenario.sales.questions else None
    for name, kind in service.types.items():
        if all(getattr(kind, source) is None for source in SOURCES) and name != asked:
            sentence = f"nobody asks for this: give {', '.join(SOURCES[:-1])} or {SOURCES[-1]}, or let sales.questions"
            yield f"service.types.{name}", f"{sentence} name it", "warning"
        yield from _escalation(f"service.types.{name}.escalation", kind)
    yield from _channels(scenario, service)
    yield from _service_skills(scenario, service)


def _teams(scenario: Scenario) -> Iterator[Idle]:
    works = list(_works(scenario))
    working = {*scenario.selling_teams(), *scenario.serving_teams()}
    for name, team in scenario.teams.items():
        key = f"teams.{name}"
        if name not in working:
            yield key, "no stage and no ticket type names this team; it is only paid", "warning"
        ranks = {work.priority for _, teams, work in works if name in teams}
        if len(ranks) > 1 and team.discipline.rule != "priority":
            sentence = f"what this team works on differs in priority, but its rule is '{team.discipline.rule}'"
            yield f"{key}.discipline", sentence, "warning"
        elif team.discipline.rule == "fifo" and scenario.service and _mixed(scenario.service, name):
            sentence = "calls and letters share one queue under 'fifo', so callers wait behind letters"
            yield f"{key}.discipline", f"{sentence}; 'priority' lets the line go first", "warning"
        if team.ties != "longest_idle" and team.takes not in ("owner_first", "own_skill_first"):
            yield f"{key}.ties", f"tells only under owner_first and own_skill_first, not '{team.takes}'", "warning"
        for path, teams, work in works:
            if work.reserve and teams[0] == name and work.reserve >= team.positions():
                must = f"more than {work.reserve} people must be free, but team '{name}' has {team.positions()}"
                yield f"{path}.reserve", f"never taken up: {must}", "warning"


def _works(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...], Stage | TicketType | FollowUp | Prospecting]]:
    """Every kind of work with its key and the names of its teams, the one that is asked first leading."""
    for name, kind in scenario.service.types.items() if scenario.service else ():
        yield f"service.types.{name}", kind.teams(), kind
    for name, stage in scenario.sales.stages.items() if scenario.sales else ():
        yield f"sales.stages.{name}", (stage.team,), stage
    for name, calls in scenario.demand().prospecting.items():
        yield f"marketing.prospecting.{name}", (calls.team,), calls
    for name, turns in scenario.sales.follow_up.items() if scenario.sales else ():
        yield f"sales.follow_up.{name}", (turns.team,), turns


def _mixed(service: ServicePlan, team: str) -> bool:
    """Whether a team gets live and deferred work."""
    kinds = [service.channels[by] for kind in service.types.values() for by in _ways(kind, team)]
    return any(isinstance(by, Live) for by in kinds) and any(isinstance(by, Deferred) for by in kinds)


def _ways(kind: TicketType, team: str) -> Iterator[str]:
    """Channels by which work of a type gets to a team."""
    own = [channel for channel, share in kind.channels.items() if share > 0]
    if kind.team == team or (kind.overflow is not None and kind.overflow.to == team):
        yield from own
    for tier in kind.escalation:
        if tier.team == team:
            yield from [tier.channel] if tier.channel else own


def _loops(scenario: Scenario) -> Iterator[Idle]:
    asks, loops = (scenario.sales.questions if scenario.sales else None), scenario.loops
    if asks and asks.share > 0 and asks.answered == asks.unanswered == 0:
        yield "sales.questions", "questions are asked but answers change nothing", "warning"
    complaining = [
        name for name, kind in (scenario.service.types if scenario.service else {}).items() if kind.complaints
    ]
    if complaining and not loops.failure_demand.on:
        yield (
            "loops.failure_demand.on",
            f"service.types.{complaining[0]}.complaints is given, but the loop is off",
            "note",
        )


def _escalation(key: str, kind: TicketType) -> Iterator[Idle]:
    if kind.escalation and kind.resolution == 1:
        yield key, "nothing is passed on: the first contact resolves every need", "warning"
    for place, tier in enumerate(kind.escalation):
        for reason, share in tier.reasons.items():
            if share == 0:
                yield (
                    f"{key}[{place}].reasons.{reason}",
                    "nothing is passed on for this reason: its share is 0",
                    "warning",
                )
        if tier.resolution == 1 and place + 1 < len(kind.escalation):
            yield f"{key}[{place + 1}]", "nothing gets here: the tier before resolves everything", "warning"
            return


def _channels(scenario: Scenario, service: ServicePlan) -> Iterator[Idle]:
    for name, channel in service.channels.items():
        key = f"service.channels.{name}"
        teams = [team for team in scenario.teams if any(name in _ways(k, team) for k in service.types.values())]
        if not teams:
            yield key, "no ticket type comes by this channel", "warning"
        if isinstance(channel, Live):
            if channel.concurrency > 1 and channel.stretch >= 1:
                sentence = f"{channel.concurrency} at once take as long as one after the other: sharing brings nothing"
                yield f"{key}.stretch", sentence, "note"
            own = any(kind.patience for kind in service.types.values() if name in kind.channels)
            leaving = own or channel.patience or channel.balk or channel.lines is not None
            limited = any(
                scenario.teams[t].waiting_room is not None or scenario.teams[t].overtime is not None for t in teams
            )
            if channel.redial and not leaving and not limited:
                yield f"{key}.redial", "nobody gives up or is turned away, so nobody tries again", "warning"
        elif isinstance(channel, Appointment):
            for team in teams:
                longest = _longest(scenario, team)
                if channel.slot > longest + 1e-9:
                    slot, there = show(channel.slot, "duration"), show(longest, "duration")
                    sentence = (
                        f"never bookable: nobody of team '{team}' is there for {slot} at a stretch (at most {there})"
                    )
                    yield f"{key}.slot", sentence, "warning"


def _longest(scenario: Scenario, team: str) -> float:
    """Longest time [h] for which one person of a team is on the floor at a stretch."""
    weeks = {duty.week for duty in duties(scenario.teams[team], scenario.clock.hours)}
    return max((end - start for week in weeks for start, end in week), default=0.0)


def _needed(service: ServicePlan) -> set[str]:
    """Skills that tell in the work of the desk."""
    kinds = service.types.values()
    needed = {skill for kind in kinds for skill in (kind.skill, *(tier.skill for tier in kind.escalation)) if skill}
    return needed | {skill for kind in kinds for skill, weight in kind.uses.items() if weight > 0}


def _service_skills(scenario: Scenario, service: ServicePlan) -> Iterator[Idle]:
    for skill in service.skills:
        if skill not in _needed(service):
            yield f"service.skills.{skill}", "no ticket type uses this skill", "warning"
    had = {skill for team in scenario.teams.values() for skills in team.skill_sets() for skill in skills or ()}
    had |= {team.training.skill for team in scenario.teams.values() if team.training}
    for name, kind in service.types.items():
        for skill in kind.uses:
            if had and skill not in had:
                yield f"service.types.{name}.uses.{skill}", "nobody's proficiency in it is given: no effect", "warning"
        if kind.arrivals:
            yield from idle_span(kind.arrivals, scenario.clock, f"service.types.{name}.arrivals")


def _skills(scenario: Scenario) -> Iterator[Idle]:
    """Skills of people that tell in no work at all."""
    used = _needed(scenario.service) if scenario.service else set()
    used |= set(scenario.sales.skills) if scenario.sales else set()
    for name, team in scenario.teams.items():
        places = {f"teams.{name}.groups.{group}": plan.skills for group, plan in team.groups.items()}
        for key, skills in (places or {f"teams.{name}": team.skills}).items():
            for skill in skills or ():
                if skill not in used:
                    yield f"{key}.skills.{skill}", "no work uses this skill", "warning"
        if team.training and team.training.skill not in used:
            sentence = "no work uses this skill, so training changes nothing"
            yield f"teams.{name}.training.skill", sentence, "warning"

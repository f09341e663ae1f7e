"""Which formula of queueing theory covers a scenario, and what it says; it knows no case and simulates nothing."""

from __future__ import annotations

import math

from sim.engine.distributions import Exponential
from sim.engine.theory.birth_death import mmnk
from sim.engine.theory.erlang import DelayQueue, mmn
from sim.engine.theory.impatience import ImpatientQueue, erlang_a
from sim.engine.theory.priorities import mg1
from sim.errors import SimError
from sim.scenario.channels import Live
from sim.scenario.demand import Demand
from sim.scenario.hours import ALWAYS
from sim.scenario.scenario import Scenario
from sim.scenario.teams import TeamPlan
from sim.scenario.tickets import TicketType

MINUTES = 60.0
"""Minutes per hour: waits are exact in hours and told in minutes."""


def one_queue(scenario: Scenario) -> dict[str, float]:
    """Exact figures of a hotline with one team of equal people, one ticket type and one live channel, open always.

    Chooses the queue by what the scenario has: a waiting room, patience, a single server, or none of these.
    Raises SimError for a scenario that no formula covers.
    """
    rate, handle, cv, servers, patience, within, room = _taken_apart(scenario)
    if room is not None:
        finite = mmnk(rate, handle, servers, servers + room)
        return {"blocked": finite.p_block, **_times(scenario, finite.mean_wait, finite.queue, finite.occupancy)}
    if patience is not None:
        return _impatient(scenario, erlang_a(rate, handle, servers, patience), within)
    if servers == 1:
        queue = mg1(rate, handle, cv)
        return _times(scenario, queue.mean_wait, queue.queue, queue.occupancy)
    return _patient(scenario, mmn(rate, handle, servers), within)


def _patient(scenario: Scenario, queue: DelayQueue, within: float) -> dict[str, float]:
    told = _times(scenario, queue.mean_wait, queue.queue, queue.occupancy)
    return told | {"delayed": queue.p_wait, "service_level": queue.service_level(within)}


def _impatient(scenario: Scenario, queue: ImpatientQueue, within: float) -> dict[str, float]:
    return {
        "abandonment": queue.p_abandon,
        "speed_of_answer": queue.mean_wait_served * MINUTES,
        "wait_abandoned": queue.mean_wait_abandoned * MINUTES,
        "service_level": queue.service_level(within, of="patient_only"),
        **_times(scenario, queue.mean_wait, queue.queue, queue.occupancy),
    }


def _times(scenario: Scenario, wait: float, queue: float, occupancy: float) -> dict[str, float]:
    team = next(iter(scenario.teams))
    return {"wait": wait * MINUTES, f"queue_length.{team}": queue, f"occupancy.{team}": occupancy}


def _taken_apart(scenario: Scenario) -> tuple[float, float, float, int, float | None, float, int | None]:
    """Rate [1/h], handle time [h] and its cv, servers, mean patience [h], promise [h], waiting room."""
    service = scenario.service
    if service is None or len(service.types) != 1 or len(scenario.teams) != 1:
        raise SimError(f"'{scenario.name}' is not a single queue")
    team, kind = next(iter(scenario.teams.values())), next(iter(service.types.values()))
    channel = service.channels[next(iter(kind.channels))]
    if not isinstance(channel, Live) or len(kind.channels) > 1:
        raise SimError(f"no formula covers '{scenario.name}': contacts must come by one live channel")
    law, patience = kind.handle_time, kind.patience or channel.patience
    cv = math.sqrt(law.variance()) / law.expectation()
    servers, room = team.positions(), team.waiting_room
    if kind.arrivals is None or _varying(scenario, team, kind.arrivals):
        raise SimError(f"no formula covers '{scenario.name}': arrivals and staffing must not vary")
    if _elaborate(scenario, channel, kind):
        raise SimError(f"no formula covers '{scenario.name}': calls come once, and are taken one at a time")
    if not (isinstance(law, Exponential) or (servers == 1 and patience is None and room is None)):
        raise SimError(f"no formula covers '{scenario.name}': handle times must be exponential")
    if patience is not None and not isinstance(patience, Exponential):
        raise SimError(f"no formula covers '{scenario.name}': patience must be exponential")
    mean_patience = None if patience is None else patience.expectation()
    within = (kind.target or channel.target).within
    return kind.arrivals.rate, law.expectation(), cv, servers, mean_patience, within, room


def _varying(scenario: Scenario, team: TeamPlan, demand: Demand) -> bool:
    """Whether arrivals or the people on duty differ from hour to hour."""
    uneven = demand.profile or demand.busyness or demand.begin or demand.end
    absent = team.shrinkage or team.breaks or team.training or team.turnover or team.steps is not None
    open_hours = team.open_hours(scenario.clock.hours)
    return bool(uneven or absent or scenario.clock.holidays or open_hours != ALWAYS)


def _elaborate(scenario: Scenario, channel: Live, kind: TicketType) -> bool:
    """Whether the desk has what the formulas do not know: returns, redials, chats, tiers, skills, shortcuts."""
    again = (kind.resolution < 1 and kind.returns > 0) or channel.redial or kind.escalation
    shared = channel.concurrency > 1 or channel.lines is not None or channel.wrap_up or channel.balk
    choosy = kind.skill or kind.uses or kind.overflow or kind.reserve or kind.outbound
    return bool(again or shared or choosy or scenario.loops.shortcuts.on)

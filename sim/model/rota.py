"""The calendar of every position: hours on the floor put on the dates of the clock; it hires nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.scenario.duty import duties

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.scenario.clock import Clock
    from sim.scenario.teams import Skills, TeamPlan


@dataclass(frozen=True, slots=True)
class Position:
    """One place of a team, whoever fills it."""

    place: int
    """Its number in the team, from 0."""
    calendar: Calendar
    """Hours on the floor; people with equal hours share one calendar."""
    part: str | None
    """Shift or group; None in a team without parts."""
    skills: Skills | None
    """What whoever fills it can do, by skill, 1 for standard; None: everything."""


def rota(plan: TeamPlan, clock: Clock) -> list[Position]:
    """The positions of a team, in order of its shifts or groups."""
    return [
        Position(place, clock.calendar(duty.week), duty.part, duty.skills)
        for place, duty in enumerate(duties(plan, clock.hours))
    ]


def beyond(plan: TeamPlan, clock: Clock, place: int) -> Position:
    """A position beyond those that a team begins with: hours and skills are those of its positions in turn.

    Of a team that begins with nobody, those of the first whom it would have had.
    """
    positions = rota(plan, clock) or rota(plan.model_copy(update={"headcount": 1}), clock)
    return replace(positions[place % len(positions)], place=place)


def opening(plan: TeamPlan, clock: Clock) -> Calendar:
    """Hours in which the team as a whole is open: promises on deferred work are measured in them."""
    return clock.calendar(plan.open_hours(clock.hours))

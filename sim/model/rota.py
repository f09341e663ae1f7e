"""Who is on the floor when: shifts and shrinkage turned into one calendar per position; it hires nobody."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from sim.scenario.hours import merged

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.scenario.clock import Clock
    from sim.scenario.teams import TeamPlan

Week = tuple[tuple[float, float], ...]

LONG = 5.0
"""Duty longer than this [h] is cut in two: people are away for half-days, not for whole ones."""


def rota(plan: TeamPlan, clock: Clock) -> list[Calendar]:
    """One calendar of hours on the floor per position, in order of shifts and positions."""
    groups = [(plan.hours or clock.hours, plan.positions())]
    if plan.shifts:
        heads = plan.heads_by_shift()
        groups = [(shift.hours, heads[name]) for name, shift in plan.shifts.items()]
    return [calendar for week, count in groups for calendar in _calendars(week, count, plan.shrinkage, clock)]


def _calendars(week: Week, count: int, shrinkage: float, clock: Clock) -> list[Calendar]:
    """Calendars of people who share the hours of a week; the time they are away goes round robin.

    In each half-day the next few people in turn are away, so that the share present is the same all week and everybody
    is away equally often, both up to rounding.
    """
    if shrinkage <= 0 or not count:
        return [clock.calendar(week)] * count
    present: list[list[tuple[float, float]]] = [[] for _ in range(count)]
    gone = turn = 0
    for number, half_day in enumerate(_pieces(week, shrinkage)):
        away = math.floor((number + 1) * count * shrinkage + 1e-9) - gone
        gone += away
        for place in range(away, count):
            present[(turn + place) % count].append(half_day)
        turn = (turn + away) % count
    return [clock.calendar(merged(hours)) for hours in present]


def _pieces(week: Week, shrinkage: float) -> list[tuple[float, float]]:
    """Half-days of a week, cut finer where these are so few that somebody would never be present."""
    pieces = half_days(week)
    parts = math.ceil(1.0 / (len(pieces) * (1.0 - shrinkage)) - 1e-9)
    cuts = [[start + (end - start) * i / parts for i in range(parts)] + [end] for start, end in pieces]
    return [piece for cut in cuts for piece in itertools.pairwise(cut)]


def half_days(week: Week) -> list[tuple[float, float]]:
    """The windows of a week cut at midnight, and in the middle where they are long."""
    pieces = []
    for start, end in week:
        while start < end:
            day_end = min(end, (start // 24 + 1) * 24)
            middle = (start + day_end) / 2
            pieces += [(start, middle), (middle, day_end)] if day_end - start > LONG else [(start, day_end)]
            start = day_end
    return pieces


def opening(plan: TeamPlan, clock: Clock) -> Calendar:
    """Hours in which the team as a whole is open: promises on deferred work are measured in them."""
    return clock.calendar(plan.open_hours(clock.hours))

"""Who is on the floor in which hours of the week, position by position: parts, steps, absences, breaks; no dates."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.units import DAY
from sim.scenario.hours import merged

if TYPE_CHECKING:
    from sim.scenario.teams import Break, Skills, TeamPlan

Week = tuple[tuple[float, float], ...]
"""Windows in hours of the week, Monday 00:00 = 0, disjoint and in order."""

LONG = 5.0
"""Duty longer than this [h] is cut in two: people are away for half-days, not for whole ones."""
Piece = tuple[float, float]
"""A part of the week [h]."""
LEAST = 1e-6
"""Hours too few to be worth a change of shift."""
MOST_AWAY = 0.95
"""Greatest share of his duty that anybody is away for absences and training together."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One position of a team."""

    week: Week
    """Hours on the floor, absences, training and breaks taken off."""
    part: str | None
    """Shift or group; None in a team without parts."""
    skills: Skills | None
    """What whoever fills it can do; None: everything."""


def duties(plan: TeamPlan, clock_hours: Week) -> list[Duty]:
    """All positions of a team in order of its parts; `clock_hours` hold for a team without hours of its own."""
    own = plan.hours or clock_hours
    found: list[Duty] = []
    heads = plan.heads_by_part()
    if plan.steps is not None:
        weeks = [_above(place, plan.steps) for place in range(plan.positions())]
        found = [Duty(week, None, plan.skills) for week in _present(weeks, plan)]
    elif plan.groups:
        for place, (name, group) in enumerate(plan.groups.items()):
            weeks = _present([group.hours or own] * heads[name], plan, place / len(heads))
            found += [Duty(week, name, group.skills) for week in weeks]
    elif plan.shifts:
        for place, (name, shift) in enumerate(plan.shifts.items()):
            weeks = _present([shift.hours] * heads[name], plan, place / len(heads))
            found += [Duty(week, name, plan.skills) for week in weeks]
    else:
        found = [Duty(week, None, plan.skills) for week in _present([own] * plan.positions(), plan)]
    if not plan.breaks:
        return found
    pauses = list(plan.breaks.values())
    return [Duty(_less_breaks(duty.week, pauses, i), duty.part, duty.skills) for i, duty in enumerate(found)]


def _above(place: int, steps: Iterable[tuple[float, float, int]]) -> Week:
    """Hours in which the person at this place, the first being 0, is needed: more than `place` people are on duty."""
    return merged((start, end) for start, end, people in steps if people > place)


def _present(weeks: list[Week], plan: TeamPlan, phase: float = 0.0) -> list[Week]:
    """Hours on the floor of people with these hours on duty; the time they are away goes round robin.

    In each half-day (or step) the next few people in turn are away, so that the share present is the same all week and
    everybody is away for the same share of his duty, both up to rounding. A `phase` of its own for each part keeps
    small parts from being short of somebody all at the same time.
    """
    away = [_away(plan, week) for week in weeks]
    if not any(weeks) or max(away) <= 0:
        return weeks
    edges = sorted({edge for week in set(weeks) for window in week for edge in window})
    whole = merged(window for week in set(weeks) for window in week)
    pieces = _pieces(whole, edges, max(away))
    present: list[list[Piece]] = [[] for _ in weeks]
    absent_in: list[list[Piece]] = [[] for _ in weeks]
    owed = [0.0] * len(weeks)
    """Hours that each should have been away by now, less those he was."""
    last = [-1.0] * len(weeks)
    """When each was last away [h of the week]."""
    short: dict[Piece, float] = {}
    """In each piece, how many more should have been away."""
    gone, due = 0.0, phase
    steps = [_On(week) for week in weeks] if len(set(weeks)) > 1 else None
    for start, end in pieces:
        here = [i for i, step in enumerate(steps) if step.at(start)] if steps else list(range(len(weeks)))
        for i in here:
            owed[i] += (end - start) * away[i]
        wanted = math.fsum(away[i] for i in here)
        due += wanted
        count = math.floor(due - gone + 1e-9)
        gone += count
        short[start, end] = wanted - count
        absent = set(heapq.nsmallest(count, here, key=lambda i: (-round(owed[i], 6), last[i], i)))
        for i in here:
            if i in absent:
                owed[i] -= end - start
                last[i] = start
                absent_in[i].append((start, end))
            else:
                present[i].append((start, end))
    _settle(present, absent_in, owed, short)
    return [merged(windows) for windows in present]


def _settle(
    present: list[list[Piece]], absent: list[list[Piece]], owed: list[float], short: dict[Piece, float]
) -> None:
    """Even out what whole half-days leave over, so that the people together are away for as long as they should be.

    Hours still owed are cut off the ends of pieces in which too few are away (`short` says by how many), hours too many
    are given back where too many are; each time by whoever it is fairest to.
    """
    rest = math.fsum(owed)
    sign = 1.0 if rest > 0 else -1.0
    rest = abs(rest)
    pieces = present if sign > 0 else absent
    for piece in sorted(short, key=lambda piece: (-round(sign * short[piece], 6), piece)):
        who = [i for i, own in enumerate(pieces) if piece in own]
        if rest <= LEAST:
            return
        if not who:
            continue
        i = min(who, key=lambda i: (-round(sign * owed[i], 6), i))
        start, end = piece
        hours = min(rest, end - start)
        if sign < 0:
            present[i].append((end - hours, end))
        else:
            pieces[i].remove(piece)
            if hours < end - start:
                pieces[i].append((start, end - hours))
        owed[i] -= sign * hours
        rest -= hours


class _On:
    """A week that is asked for rising instants."""

    def __init__(self, week: Week) -> None:
        self._week = week
        self._next = 0

    def at(self, instant: float) -> bool:
        """Whether it is open."""
        while self._next < len(self._week) and self._week[self._next][1] <= instant:
            self._next += 1
        return self._next < len(self._week) and self._week[self._next][0] <= instant


def _away(plan: TeamPlan, week: Week) -> float:
    """Share of the duty of somebody with this week for which he is absent or in training."""
    hours = math.fsum(end - start for start, end in week)
    trained = plan.training.hours / hours if plan.training and hours > 0 else 0.0
    return min(MOST_AWAY, plan.shrinkage + trained)


def _pieces(week: Week, edges: list[float], away: float) -> list[tuple[float, float]]:
    """Half-days of a week, cut where the number of people on duty changes, and finer where these are so few that
    somebody would never be present."""
    steps = [step for start, end in week for step in itertools.pairwise([e for e in edges if start <= e <= end])]
    pieces = half_days(tuple(steps))
    parts = math.ceil(1.0 / (len(pieces) * (1.0 - away)) - 1e-9)
    cuts = [[start + (end - start) * i / parts for i in range(parts)] + [end] for start, end in pieces]
    return [piece for cut in cuts for piece in itertools.pairwise(cut)]


def half_days(week: Week) -> list[tuple[float, float]]:
    """The windows of a week cut at midnight, and in the middle where they are long."""
    pieces = []
    for start, end in week:
        while start < end:
            day_end = min(end, (start // DAY + 1) * DAY)
            middle = (start + day_end) / 2
            pieces += [(start, middle), (middle, day_end)] if day_end - start > LONG else [(start, day_end)]
            start = day_end
    return pieces


def _less_breaks(week: Week, breaks: Iterable[Break], place: int) -> Week:
    """Hours on the floor less the breaks of the person at this place of the team, the first being 0."""
    for pause in breaks:
        at = pause.begins(place)
        for day in range(7):
            begin = day * DAY + at
            if any(start <= begin < end for start, end in week):
                week = _without(week, begin, begin + pause.length)
    return week


def _without(week: Week, begin: float, over: float) -> Week:
    """A week without what lies between two instants."""
    left: list[tuple[float, float]] = []
    for start, end in week:
        if end <= begin or start >= over:
            left.append((start, end))
            continue
        if start < begin:
            left.append((start, begin))
        if end > over:
            left.append((over, end))
    return tuple(left)

"""Who works: headcount, hours, skills, pay and turnover of each team; sales and service say what a team works on."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.disciplines import Discipline, Priority, Takes, Ties
from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, Hazard, Measure, Money, MoneyRate, Positive, Share, TimeOfDay
from sim.engine.units import DAY, Quantity
from sim.scenario.careers import Absence, Ramp, Spread, Training
from sim.scenario.hours import WeekHours, WeekSteps, merged
from sim.scenario.plan import Headcount, Name, Plan

Skills = Annotated[dict[Name, Positive], Field(max_length=20)]
"""Proficiency by skill, 1 for standard; the first named is the own specialty."""


class Shift(Plan):
    """Some of a team's people, on duty at other hours than the rest."""

    hours: WeekHours
    """Opening windows by weekday, such as {mon-fri: '08:00-16:00'}, or 'always'."""
    share: Share | None = None
    """Share of the team's headcount on this shift; the shares of a team add up to 1."""
    headcount: Headcount | None = None
    """People on this shift, instead of a share; then the team's own headcount is left out."""


class Group(Plan):
    """Some of a team's people who can do other things than the rest."""

    skills: Skills | None = None
    """What they can do; left out, everything at standard proficiency."""
    hours: WeekHours | None = None
    """Hours on duty; left out, the team's."""
    share: Share | None = None
    """Share of the team's headcount in this group; the shares of a team add up to 1."""
    headcount: Headcount | None = None
    """People in this group, instead of a share; then the team's own headcount is left out."""


class Break(Plan):
    """A pause everybody takes on every day on which he is on duty at that time."""

    at: TimeOfDay
    """When it begins."""
    length: Annotated[Duration, Field(gt=0, le=8)]
    """How long it lasts."""
    until: TimeOfDay | None = None
    """Staggered: people take it one after the other between `at` and this time; left out, all at once."""

    @model_validator(mode="after")
    def _has_room(self) -> Break:
        if self.places() < 1:
            raise ValueError("'until' must be later than 'at' by at least one 'length'")
        if self.at + self.places() * self.length > DAY:
            raise ValueError("a break must be over by midnight")
        return self

    def places(self) -> int:
        """How many breaks follow each other; people in turn take the first, the second, ..., the first again."""
        return 1 if self.until is None else math.floor((self.until - self.at) / self.length + 1e-9)

    def begins(self, person: int) -> float:
        """Time of day [h] at which this person of the team, the first being 0, takes it."""
        return float(self.at + person % self.places() * self.length)


class TeamPlan(Plan):
    """A group of people who share one queue."""

    headcount: Headcount | None = None
    """Positions of the team, filled at the start."""
    wage: MoneyRate = 0.0
    """Full cost of one filled position (gross pay and employer's charges), such as `4000 EUR/mo`. The hour in `EUR/h`
    is one of the calendar, day and night, not one worked."""
    hours: WeekHours | None = None
    """Hours on duty; left out, the clock's opening hours."""
    shifts: dict[str, Shift] = Field(default={}, max_length=200)
    """Named shifts that split the team; left out, everybody works the team's hours."""
    groups: dict[Name, Group] = Field(default={}, max_length=50)
    """Named groups of different skills that split the team, instead of shifts; left out, all can do the same."""
    steps: WeekSteps | None = None
    """People on duty by time of day, such as {mon-fri: {'08:00': 4, '09:00': 6, '20:00': 0}}, instead of headcount,
    hours, shifts and groups; the team has as many positions as its highest step."""
    skills: Skills | None = None
    """What its people can do and how well; left out, everything at standard proficiency. Groups have their own."""
    shrinkage: Annotated[float, Measure("share", high=0.95)] = 0.0
    """Share of the paid time on duty that is not available for this work (leave, meetings, administration; breaks and
    training are extra if they are given); it is spread evenly over people and over the day."""
    breaks: dict[str, Break] = Field(default={}, max_length=10)
    """Named pauses, paid."""
    training: Training | None = None
    """What the team learns; left out, proficiency stays."""
    overtime: Duration | None = None
    """How long people stay after the team's closing time to serve those who wait on the line; who is not served by
    then, or calls while the team is closed, is cut off. Left out, nobody stays for them and nobody is cut off: they
    wait in the line as long as their patience lasts. Who is being served is always served to the end."""
    discipline: Discipline = Priority(rule="priority")
    """Who is next in the queue."""
    takes: Takes = "longest_idle"
    """Who of several free people takes the next piece of work."""
    ties: Ties = "longest_idle"
    """Who takes it among equals under owner_first and own_skill_first."""
    waiting_room: int | None = Field(default=None, ge=0, le=1_000_000)
    """Places in the queue; who finds it full is turned away (blocked). Left out, there is no limit."""
    absence: Absence | None = None
    """How people fall ill; left out, they do not, beyond what shrinkage says."""
    turnover: Hazard = 0.0
    """Rate at which a filled position is quit; sustained pressure raises it (see loops.burnout)."""
    vacancy: DurationLaw = Constant[Duration](dist="constant", value=Quantity(0.0))
    """Time from a quit until the successor's first day."""
    ramp: Ramp | None = None
    """How successors grow into the job; left out, they are fully productive at once."""
    spread: Spread | None = None
    """How people differ by themselves, whatever their skills; left out, they do not."""
    hire_cost: Money = 0.0
    """One-off cost of each person hired."""
    layoff_cost: Money = 0.0
    """One-off cost of each person laid off (see loops.hiring)."""

    @model_validator(mode="after")
    def _parts_fit(self) -> TeamPlan:
        if self.steps is not None:
            others = ("headcount", "hours", "shifts", "groups")
            if given := [key for key in others if getattr(self, key) not in (None, {})]:
                raise ValueError(f"'steps' says who is on duty when; leave out {', '.join(repr(key) for key in given)}")
        elif self.shifts and self.groups:
            raise ValueError("give 'shifts' or 'groups', not both; a group can have hours of its own")
        elif self.groups and self.skills is not None:
            raise ValueError("each of the 'groups' has its own skills; leave out the team's 'skills'")
        elif not self.shifts and not self.groups:
            if self.headcount is None:
                raise ValueError("'headcount' is missing")
        else:
            self._split_adds_up()
        return self

    def _split_adds_up(self) -> None:
        word = "shifts" if self.shifts else "groups"
        parts = self._split()
        shares = [part.share for part in parts.values()]
        heads = [part.headcount for part in parts.values()]
        if all(head is not None for head in heads) and all(share is None for share in shares):
            if self.headcount is not None:
                raise ValueError(f"give 'headcount' for the team or for each of the '{word}', not both")
        elif all(share is not None for share in shares) and all(head is None for head in heads):
            if self.headcount is None:
                raise ValueError(f"'headcount' is missing: {word} given by share need the team's headcount")
            total = sum(share for share in shares if share is not None)
            if abs(total - 1.0) > 1e-6:
                raise ValueError(f"shares of '{word}' must add up to 1, they add up to {total:.6g}")
        else:
            raise ValueError(f"give each of the '{word}' a share, or each a headcount")

    def _split(self) -> dict[str, Shift | Group]:
        return {**self.shifts, **self.groups}

    def positions(self) -> int:
        """Number of positions, whichever way they are given."""
        if self.steps is not None:
            return max((people for _, _, people in self.steps), default=0)
        return self.headcount if self.headcount is not None else sum(p.headcount or 0 for p in self._split().values())

    def heads_by_part(self) -> dict[str, int]:
        """People on each named shift or in each group; shares are rounded by largest remainder so that all positions
        are used. Empty for a team without either."""
        parts = self._split()
        if self.headcount is None:
            return {name: part.headcount or 0 for name, part in parts.items()}
        exact = {name: (part.share or 0.0) * self.headcount for name, part in parts.items()}
        heads = {name: int(value) for name, value in exact.items()}
        by_remainder = sorted(exact, key=lambda name: (heads[name] - exact[name], list(exact).index(name)))
        for name in by_remainder[: self.headcount - sum(heads.values())] if parts else ():
            heads[name] += 1
        return heads

    def skill_sets(self) -> tuple[Skills | None, ...]:
        """What the people of each group can do (of the team, if it has none); None: everything. Beside others, groups
        without people do not count."""
        if not self.groups:
            return (self.skills,)
        heads = self.heads_by_part()
        filled = [group for name, group in self.groups.items() if heads[name]] or list(self.groups.values())
        return tuple(group.skills for group in filled)

    def open_hours(self, clock_hours: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        """Windows of the week [h] in which anybody of the team is on duty; `clock_hours` for a team without its own."""
        if self.steps is not None:
            return merged((start, end) for start, end, people in self.steps if people)
        own = self.hours or clock_hours
        if self.shifts:
            return merged(window for shift in self.shifts.values() for window in shift.hours)
        return merged(window for group in self.groups.values() for window in group.hours or own) if self.groups else own

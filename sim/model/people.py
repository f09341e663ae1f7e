"""The department of those who work: fills positions, lets people quit, learn and be replaced; it does no work."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from sim.engine.team import Team
from sim.engine.units import WEEK
from sim.model.rota import rota

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.engine.streams import Streams
    from sim.engine.team import Server
    from sim.model.journal import Journal
    from sim.scenario.clock import Clock
    from sim.scenario.teams import TeamPlan

SLOWEST = 0.01
"""Least productivity: whoever is there gets something done."""


class Staff:
    """The filled positions of one team over time."""

    def __init__(self, team: Team, filled: int) -> None:
        self.team = team
        self.filled = filled
        """Positions filled now."""
        self.hires = 0
        """Successors hired so far."""
        self._area = 0.0

    def count(self, change: int, now: float) -> None:
        """Somebody came (+1) or left (-1)."""
        self.filled += change
        self._area -= change * now
        self.hires += change > 0

    def employed(self, now: float) -> float:
        """Person-hours employed so far: filled positions integrated over the clock."""
        return self.filled * now + self._area


class People:
    """All teams and their careers."""

    def __init__(
        self, env: Environment, streams: Streams, plans: Mapping[str, TeamPlan], clock: Clock, journal: Journal
    ) -> None:
        self._env = env
        self._write = journal.writer("team_time")
        self.staff: dict[str, Staff] = {}
        for name, plan in plans.items():
            calendars = rota(plan, clock)
            team = Team(
                env,
                name,
                calendars,
                discipline=plan.discipline,
                takes=plan.takes,
                waiting_room=plan.waiting_room,
                concurrency=plan.concurrency,
                stretch=plan.stretch,
            )
            self.staff[name] = Staff(team, len(calendars))
            if plan.turnover > 0:
                for position, (calendar, server) in enumerate(zip(calendars, list(team.servers), strict=True)):
                    career = self._career(streams, f"people.{name}.{position}", plan, name, calendar, server)
                    env.process(career)

    @property
    def teams(self) -> dict[str, Team]:
        """The teams by name, in the order of the scenario."""
        return {name: staff.team for name, staff in self.staff.items()}

    def _career(
        self, streams: Streams, stream: str, plan: TeamPlan, name: str, calendar: Calendar, server: Server
    ) -> Generator[Any, Any, None]:
        """One position: somebody works, quits, is missed, is succeeded. Constant quit rate: tenures are exponential."""
        generator = streams.generator(stream)
        staff, env = self.staff[name], self._env
        while True:
            yield env.timeout(float(generator.exponential(1.0 / plan.turnover)))
            staff.team.leave(server)
            staff.count(-1, env.now)
            yield env.timeout(float(plan.vacancy.draw(generator, 1)[0]))
            ramp = plan.ramp if plan.ramp and plan.ramp.time > 0 else None
            server = staff.team.join(calendar, speed=max(SLOWEST, ramp.start) if ramp else 1.0)
            staff.count(+1, env.now)
            if ramp:
                env.process(self._learn(server, ramp.start, ramp.time))

    def _learn(self, server: Server, start: float, time: float) -> Generator[Any, Any, None]:
        """Productivity rises in a straight line, looked at once a week: each week works at its middle."""
        weeks = math.ceil(time / WEEK)
        for week in range(weeks):
            until = min(WEEK * (week + 1), time)
            middle = (WEEK * week + until) / 2
            server.speed = max(SLOWEST, start + (1.0 - start) * middle / time)
            yield self._env.timeout(until - WEEK * week)
        server.speed = 1.0

    def read_time(self) -> None:
        """Take down what every team's time has come to."""
        now = self._env.now
        for code, staff in enumerate(self.staff.values()):
            spent = staff.team.snapshot()
            self._write(
                (
                    code,
                    now,
                    staff.filled,
                    staff.employed(now),
                    spent.on_duty_hours,
                    spent.busy_hours,
                    spent.queue_hours,
                    staff.hires,
                )
            )

"""The department of those who work: fills positions, lets people quit, learn and be replaced; it does no work."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from sim.engine.lanes import Lane
from sim.engine.server import ServerSpec
from sim.engine.team import Team
from sim.engine.units import DAY, WEEK
from sim.model.rota import Position, rota
from sim.model.staff import Staff
from sim.scenario.channels import Live

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.journal import Journal
    from sim.model.pressure import Pressure
    from sim.model.skills import Kinds, Profile
    from sim.scenario.clock import Clock
    from sim.scenario.service import ServicePlan
    from sim.scenario.teams import TeamPlan

SLOWEST = 0.01
"""Least productivity: whoever is there gets something done."""


class People:
    """All teams and their careers."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plans: Mapping[str, TeamPlan],
        clock: Clock,
        kinds: Kinds,
        service: ServicePlan | None,
        journal: Journal,
    ) -> None:
        self._env = env
        self._write = journal.writer("team_time")
        self.profiles: dict[Server, Profile] = {}
        """What people's skills do; who is not in it is standard."""
        self.staff: dict[str, Staff] = {}
        self._pressures: dict[str, Pressure] = {}
        numbers = count(1)
        for name, plan in plans.items():
            positions = rota(plan, clock)
            team = Team(
                env,
                name,
                [ServerSpec(p.calendar, skills=_names(p)) for p in positions],
                discipline=plan.discipline,
                takes=plan.takes,
                ties=plan.ties,
                chance=streams.uniforms(f"people.{name}.takes") if "random" in (plan.takes, plan.ties) else None,
                waiting_room=plan.waiting_room,
                lanes=_lanes(name, service),
                overtime=plan.overtime,
                numbers=numbers,
            )
            staff = self.staff[name] = Staff(team, plan, kinds, self.profiles)
            for server, position in zip(team.servers, positions, strict=True):
                staff.employ(server, position, env.now)
            if plan.turnover > 0:
                for place, (position, server) in enumerate(zip(positions, list(team.servers), strict=True)):
                    env.process(self._career(streams, f"people.{name}.{place}", staff, position, server))
            if plan.training is not None:
                env.process(self._train(staff))

    @property
    def teams(self) -> dict[str, Team]:
        """The teams by name, in the order of the scenario."""
        return {name: staff.team for name, staff in self.staff.items()}

    def press(self, pressures: dict[str, Pressure]) -> None:
        """Let pressure act on these teams from now on."""
        self._pressures = pressures
        for name, pressure in pressures.items():
            self.staff[name].pressure = pressure
            self.staff[name].set_paces(self._env.now)
        if pressures:
            self._env.process(self._look_daily())

    def _look_daily(self) -> Generator[Any, Any, None]:
        while True:
            yield self._env.timeout(DAY)
            for name, pressure in self._pressures.items():
                staff = self.staff[name]
                pressure.look(staff.team.snapshot().paid_hours)
                staff.set_paces(self._env.now)

    def _train(self, staff: Staff) -> Generator[Any, Any, None]:
        """Skills rise with training, looked at once a week."""
        while True:
            yield self._env.timeout(WEEK)
            staff.set_paces(self._env.now)

    def _career(
        self, streams: Streams, stream: str, staff: Staff, position: Position, server: Server
    ) -> Generator[Any, Any, None]:
        """One position: somebody works, quits, is missed, is succeeded. Constant quit rate: tenures are exponential."""
        generator = streams.generator(stream)
        env, plan = self._env, staff.plan
        while True:
            yield env.timeout(float(generator.exponential(1.0 / plan.turnover)))
            staff.dismiss(server, env.now)
            yield env.timeout(float(plan.vacancy.draw(generator, 1)[0]))
            ramp = plan.ramp if plan.ramp and plan.ramp.length() > 0 else None
            speed = max(SLOWEST, ramp.start) if ramp else 1.0
            server = staff.hire(position, speed, env.now)
            if ramp:
                env.process(self._learn(server, ramp.start, ramp.length()))

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
            spent, pressure = staff.team.snapshot(), staff.pressure
            self._write(
                (
                    code,
                    now,
                    staff.filled,
                    staff.employed(now),
                    spent.paid_hours,
                    spent.on_duty_hours,
                    spent.busy_hours,
                    spent.queue_hours,
                    staff.hires,
                    1.0 if pressure is None else pressure.standard,
                    1.0 if pressure is None else pressure.pressure,
                )
            )


def _lanes(team: str, service: ServicePlan | None) -> dict[str, Lane]:
    """Channels by which several contacts at once reach this team; a team without any works faster."""
    kinds = [kind for kind in service.types.values() if team in kind.teams()] if service else []
    words = {word for kind in kinds for word in (*kind.channels, *(tier.channel for tier in kind.escalation))}
    channels = service.channels if service else {}
    return {
        name: Lane(channel.concurrency, float(channel.stretch))
        for name, channel in channels.items()
        if name in words and isinstance(channel, Live) and channel.concurrency > 1
    }


def _names(position: Position) -> tuple[str, ...] | None:
    return None if position.skills is None else tuple(position.skills)

"""The department of those who work: fills positions, lets people quit, learn and be replaced; it does no work."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from sim.engine.lanes import Lane
from sim.engine.server import ServerSpec
from sim.engine.team import Team
from sim.engine.units import DAY, WEEK
from sim.model.facts import ENDS, NAN
from sim.model.rota import Position, rota
from sim.model.staff import Staff
from sim.model.tenures import SLOWEST, Tenure, growth, talents
from sim.scenario.channels import Live

if TYPE_CHECKING:
    import numpy as np
    from simpy import Environment

    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.journal import Journal
    from sim.model.pressure import Pressure
    from sim.model.skills import Kinds, Profile
    from sim.model.tenures import Talent
    from sim.scenario.clock import Clock
    from sim.scenario.service import ServicePlan
    from sim.scenario.teams import TeamPlan


_QUIT, _LAID_OFF = range(len(ENDS))


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
        self._write_time = journal.writer("team_time")
        self._write_tenure = journal.writer("tenures")
        self.profiles: dict[Server, Profile] = {}
        """What people's skills do; who is not in it is standard."""
        self.talents: dict[Server, float] = {}
        """What people add to log-odds by themselves; who is not in it adds nothing."""
        self.staff: dict[str, Staff] = {}
        self._codes: dict[str, int] = {name: code for code, name in enumerate(plans)}
        self._pressures: dict[str, Pressure] = {}
        numbers = count(1)
        for name, plan in plans.items():
            positions = rota(plan, clock)
            people = [talents(streams, f"people.{name}.{p.place}.talent", plan.spread) for p in positions]
            first = [next(each) for each in people]
            team = Team(
                env,
                name,
                [ServerSpec(p.calendar, pace, _names(p)) for p, (pace, _) in zip(positions, first, strict=True)],
                discipline=plan.discipline,
                takes=plan.takes,
                ties=plan.ties,
                chance=streams.uniforms(f"people.{name}.takes") if "random" in (plan.takes, plan.ties) else None,
                waiting_room=plan.waiting_room,
                lanes=_lanes(name, service),
                overtime=plan.overtime,
                numbers=numbers,
            )
            staff = self.staff[name] = Staff(team, plan, kinds, self.profiles, self.talents)
            for server, position, talent in zip(team.servers, positions, first, strict=True):
                staff.employ(Tenure(server, position, env.now, talent, ramped=env.now))
            if plan.turnover > 0:
                for tenure, successors in zip(staff.tenures, people, strict=True):
                    stream = f"people.{name}.{tenure.position.place}"
                    env.process(self._career(streams.generator(stream), staff, tenure, successors))
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
        self, generator: np.random.Generator, staff: Staff, tenure: Tenure, successors: Iterator[Talent]
    ) -> Generator[Any, Any, None]:
        """One position: somebody works, quits, is missed, is succeeded. Constant quit rate: tenures are exponential."""
        env, plan, position = self._env, staff.plan, tenure.position
        steps = growth(plan.ramp)
        while True:
            yield env.timeout(float(generator.exponential(1.0 / plan.turnover)))
            staff.dismiss(tenure, env.now)
            self._write_tenure(tenure.row(self._codes[staff.team.name], env.now, _QUIT))
            yield env.timeout(float(plan.vacancy.draw(generator, 1)[0]))
            talent = next(successors)
            tenure = staff.hire(position, talent, max(SLOWEST, steps[0][1]) * talent[0], env.now)
            if len(steps) > 1:
                env.process(self._learn(tenure, steps))
            else:
                tenure.ramped = env.now

    def _learn(self, tenure: Tenure, steps: list[tuple[float, float]]) -> Generator[Any, Any, None]:
        """A newcomer grows into the job step by step."""
        for (since, productivity), (until, _) in pairwise(steps):
            tenure.work_at(productivity)
            yield self._env.timeout(until - since)
        tenure.work_at(steps[-1][1])
        tenure.ramped = self._env.now

    def read_time(self) -> None:
        """Take down what every team's time has come to."""
        now = self._env.now
        for code, staff in enumerate(self.staff.values()):
            spent, pressure = staff.team.snapshot(), staff.pressure
            self._write_time(
                (
                    code,
                    now,
                    staff.filled,
                    staff.employed(now),
                    spent.paid_hours,
                    spent.on_duty_hours,
                    spent.busy_hours,
                    max(0.0, spent.queue_hours - sum(waited() for waited in staff.standing)),
                    staff.hires,
                    1.0 if pressure is None else pressure.standard,
                    1.0 if pressure is None else pressure.pressure,
                    0,
                    0.0,
                    NAN,
                    staff.plan.positions(),
                )
            )

    def close_books(self) -> None:
        """Take down everybody who is still there."""
        for name, staff in self.staff.items():
            for tenure in staff.tenures:
                self._write_tenure(tenure.row(self._codes[name], NAN))


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

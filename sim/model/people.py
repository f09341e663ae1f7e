"""The department of those who work: teams, what their people can do, what strains them; it does no work itself."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from sim.engine.lanes import Lane
from sim.engine.server import ServerSpec
from sim.engine.team import Team
from sim.engine.units import DAY, MONTH, WEEK
from sim.model.absence import Absences
from sim.model.burnout import Burnout
from sim.model.careers import Careers
from sim.model.endurance import Endurance
from sim.model.facts import NAN
from sim.model.recruiting import Recruiting
from sim.model.rota import Position, beyond, rota
from sim.model.seats import Seat
from sim.model.staff import Staff
from sim.model.tenures import Tenure
from sim.scenario.channels import Live

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.distributions import DurationLaw
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.journal import Journal
    from sim.model.pressure import Pressure
    from sim.model.recruiting import Books
    from sim.model.skills import Kinds, Profile
    from sim.scenario.clock import Clock
    from sim.scenario.loops import LoopsPlan
    from sim.scenario.service import ServicePlan
    from sim.scenario.teams import TeamPlan


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
        loops: LoopsPlan | None = None,
        books: Callable[[], Books] | None = None,
    ) -> None:
        """`loops` may tire people and decide how many there are; `books` tell what the company can count of itself."""
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
        self._careers: dict[str, Careers] = {}
        self._burnouts: dict[str, Burnout] = {}
        tires = loops.burnout if loops and loops.burnout.on else None
        numbers = count(1)
        for name, plan in plans.items():
            positions = rota(plan, clock)
            rule = loops.hiring.teams.get(name) if loops and loops.hiring.on else None
            delay = rule.delay if rule else None
            seats = [Seat(streams, name, plan, position, delay) for position in positions]
            first = [next(seat.people) for seat in seats]
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
            endurance = None
            if tires is not None:
                endurance = Endurance(env)
                self._burnouts[name] = Burnout(tires, staff, endurance)
            more = partial(_seat, streams, name, plan, clock, delay)
            careers = self._careers[name] = Careers(env, staff, seats, more, endurance)
            careers.on_end = partial(self._end, self._codes[name])
            if plan.absence is not None:
                absences = Absences(env, streams, plan.absence, staff)
                careers.on_seat = absences.watch
                for seat in seats:
                    absences.watch(seat)
            if rule is not None and books is not None:
                Recruiting(env, rule, careers, float(plan.wage) * MONTH, books)
            if plan.training is not None:
                env.process(self._train(staff))
        if self._burnouts:
            env.process(self._tire_daily())

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

    def _tire_daily(self) -> Generator[Any, Any, None]:
        while True:
            yield self._env.timeout(DAY)
            for burnout in self._burnouts.values():
                burnout.look(self._env.now)

    def _train(self, staff: Staff) -> Generator[Any, Any, None]:
        """Skills rise with training, looked at once a week."""
        while True:
            yield self._env.timeout(WEEK)
            staff.set_paces(self._env.now)

    def _end(self, team: int, tenure: Tenure, how: int) -> None:
        self._write_tenure(tenure.row(team, self._env.now, how))

    def read_time(self) -> None:
        """Take down what every team's time has come to."""
        now = self._env.now
        for code, (name, staff) in enumerate(self.staff.items()):
            spent, pressure, careers = staff.team.snapshot(), staff.pressure, self._careers[name]
            burnout = self._burnouts.get(name)
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
                    careers.layoffs,
                    staff.absent.integral(now),
                    NAN if burnout is None else burnout.occupancy,
                    careers.wanted,
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


def _seat(
    streams: Streams, team: str, plan: TeamPlan, clock: Clock, delay: DurationLaw | None, place: int
) -> Seat:
    """A seat beyond those that a team begins with."""
    return Seat(streams, team, plan, beyond(plan, clock, place), delay)


def _names(position: Position) -> tuple[str, ...] | None:
    return None if position.skills is None else tuple(position.skills)

"""Calls that reps make by themselves: sessions for which there is time, and what is said in them; it works no lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.engine.job import Job
from sim.engine.tally import Tally
from sim.engine.timer import call_after
from sim.engine.units import DAY, WEEK
from sim.model.entities import variant
from sim.model.facts import NAN, OUTCOMES
from sim.model.loyalty import odds
from sim.model.traits import keys

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.engine.team import Desk, Team
    from sim.model.journal import Journal
    from sim.model.skills import Profile
    from sim.scenario.marketing import Prospecting as ProspectingPlan

BLOCK = 64
"""Sessions drawn at a time."""
_OPEN, _DONE = (OUTCOMES["activities"].index(word) for word in ("open", "done"))


class Session(Job):
    """Some calls made in one go."""

    __slots__ = ("chances", "keys", "patience", "waits")
    breakable = True

    def __init__(self, desk: Desk, work: float, chances: list[float], keys: list[int]) -> None:
        self.desk = desk
        self.work = work
        self.state = "new"
        self.chances = chances
        """For each conversation, the uniform number that decides whether it brings a lead."""
        self.keys = keys
        """And the key of that lead."""
        self.waits = False
        """Whether it has had to wait."""


class Prospecting:
    """One kind of calling. Outlets: on_interest (who, name, key; tells whether it is a lead), on_work. It is the desk
    of its sessions: one of them always waits, as long as there is time for calls."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plan: ProspectingPlan,
        name: str,
        code: int,
        team: Team,
        team_code: int,
        hours: Calendar,
        filled: Callable[[], int],
        kind: int,
        profiles: Mapping[Server, Profile],
        talents: Mapping[Server, float],
        journal: Journal,
    ) -> None:
        """`code` is the journal's, `filled` tells how many people the team has now."""
        self.on_interest: Callable[[Server, str, int], bool]
        self.on_work: Callable[[str, int, float, float], None] | None = None
        self._env = env
        self._streams = streams
        self._plan = plan
        self._name = name
        self._code = code
        self._team = team
        self._team_code = team_code
        self._hours = hours
        self._filled = filled
        self._kind = kind
        self._profiles = profiles
        self._talents = talents
        self._write = journal.writer("activities")
        self._make: Any = variant(Session, priority=plan.priority + 0.7, reserve=plan.reserve, kind=kind)
        self._drawn: list[tuple[float, list[float], list[int]]] = []
        self._block = 0
        self._open: dict[int, Session] = {}
        self._left = 0.0
        """Hours of today's calls that nobody has begun yet."""
        self._tonight = 0.0
        self._last: Session | None = None
        self._standing = Tally()
        self._asking = self._again = self._stalled = False

    def open(self) -> None:
        """Begin to call."""
        if self._plan.hours is None:
            self._left = float("inf")
            self._next()
        else:
            self._begin_day(None)

    def _begin_day(self, _: None) -> None:
        """A day's share of the week's hours is due when the team opens, and what is left at night is dropped."""
        env, hours = self._env, self._hours
        now = env.now
        call_after(env, DAY, self._begin_day, None)
        self._tonight = now + DAY
        open_now = hours.open_hours(now, now + DAY)
        week = hours.open_hours(now, now + WEEK)
        if open_now <= 0:
            self._left = min(0.0, self._left)
            return
        assert self._plan.hours is not None
        # A week with a holiday in it keeps its hours: what is open today is taken as its share of seven days.
        # Sessions are begun whole: what was called beyond one day's share is taken off the next.
        self._left = self._plan.hours * self._filled() * open_now / week + min(0.0, self._left)
        opens = hours.next_open(now)
        call_after(env, max(0.0, opens - now), self._open_day, self._tonight)

    def _open_day(self, tonight: float) -> None:
        if tonight == self._tonight:
            self._resume(None)

    def _resume(self, _: None) -> None:
        self._stalled = False
        self._next()

    def _next(self) -> None:
        """Ask for sessions until one waits, if there is time for calls; those begun at once ask for the next."""
        if self._asking:
            self._again = True
            return
        self._asking = self._again = True
        while self._again and self._left > 0.0 and not self._waits():
            self._again = False
            self._ask()
        self._asking = False

    def _waits(self) -> bool:
        last = self._last
        return last is not None and last.state == "waiting" and last.started is None

    def _ask(self) -> None:
        if not self._drawn:
            self._drawn = self._draw()
        work, chances, numbers = self._drawn.pop()
        session = self._make(self, work, chances, numbers)
        session.patience = None if self._plan.hours is None else max(0.0, self._tonight - self._env.now)
        self._open[id(session)] = self._last = session
        self._team.submit(session)
        if session.state == "waiting":
            session.waits = True
            self._standing.enter(self._env.now)

    def waited(self) -> float:
        """Job-hours so far of sessions in the team's queue, which nobody but time itself has waited for."""
        return self._standing.integral(self._env.now)

    def _draw(self) -> list[tuple[float, list[float], list[int]]]:
        """The sessions of a block, the last one first: the same, in the same order, under every plan."""
        plan, size = self._plan, BLOCK * self._plan.session
        generator = self._streams.generator(f"marketing.{self._name}", self._block)
        self._block += 1
        work = plan.call.draw(generator, size)
        reached = generator.random(size) < plan.reach
        if plan.talk is not None:
            work = work + reached * plan.talk.draw(generator, size)
        chances, numbers = generator.random(size), keys(generator, size)
        sessions = []
        for start in range(0, size, plan.session):
            answered = [call for call in range(start, start + plan.session) if reached[call]]
            sessions.append(
                (
                    float(work[start : start + plan.session].sum()),
                    [float(chances[call]) for call in answered],
                    [numbers[call] for call in answered],
                )
            )
        return sessions[::-1]

    def started(self, session: Session) -> None:
        """Somebody makes these calls: the next ones may be asked for."""
        assert session.server is not None
        if session.waits:
            self._standing.exit(self._env.now)
        # The hours are those of the person: whoever is quick makes more calls in them.
        self._left -= session.work / session.server.pace(session)
        if self.on_work:
            self.on_work(self._team.name, self._kind, session.work, 0.0)
        self._next()

    def finished(self, session: Session) -> None:
        """The calls are made: some of those reached become leads."""
        server = session.server
        assert server is not None
        effect = self._talents.get(server, 0.0) if self._talents else 0.0
        profile = self._profiles.get(server) if self._profiles else None
        if profile is not None:
            effect += profile.odds[self._kind]
        chance, leads = odds(self._plan.interest, effect), 0
        for u, key in zip(session.chances, session.keys, strict=True):
            if u < chance and self.on_interest(server, self._name, key):
                leads += 1
        del self._open[id(session)]
        self._record(session, _DONE, leads)
        if self._stalled:
            self._next()

    def abandoned(self, session: Session) -> None:
        """Night has come: nobody found time."""
        self._standing.exit(self._env.now)
        self._put_back(session)
        if self._hours.is_open(self._env.now):
            self._next()

    def blocked(self, session: Session) -> None:
        """No room in the team's queue: no more calls until some of those being made are over, or the team opens."""
        self._put_back(session)
        if self._plan.hours is None and not self._stalled:
            now = self._env.now
            tomorrow = (now // DAY + 1.0) * DAY if self._hours.is_open(now) else now
            call_after(self._env, self._hours.next_open(tomorrow) - now, self._resume, None)
        self._stalled = True

    def _put_back(self, session: Session) -> None:
        """Nobody has begun these calls: they are the next ones, so that the nth call is the same under every plan."""
        del self._open[id(session)]
        self._drawn.append((session.work, session.chances, session.keys))

    def overdue(self, session: Session) -> None:
        """Sessions have no deadline."""

    def disconnected(self, session: Session) -> None:
        """Nobody is on the line for a session."""

    def _record(self, session: Session, outcome: int, leads: int) -> None:
        done, started = outcome == _DONE, session.started
        assert started is not None
        # Nobody waits for a session: it is there from when it is begun.
        self._write(
            (
                self._code,
                self._team_code,
                NAN,
                started,
                started,
                session.ended if done and session.ended is not None else NAN,
                session.handled if done else NAN,
                outcome,
                NAN if session.server is None or not done else session.server.index,
                self._plan.session if done else 0,
                len(session.chances) if done else 0,
                leads,
            )
        )

    def close_books(self) -> None:
        """Write down the sessions that are still being held at the horizon; nobody misses those not begun."""
        for session in self._open.values():
            if session.started is not None:
                self._record(session, _OPEN, 0)

"""Work in hand: taken up, done and wrapped up, and what the server turns to next; admits nobody and knows no shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simpy import Environment
from simpy.events import NORMAL

from sim.engine.closing import LastCalls
from sim.engine.disciplines import Discipline, Takes, Ties
from sim.engine.job import Job
from sim.engine.lanes import Bundle, Lane
from sim.engine.roster import ROUNDING
from sim.engine.routing import Routing
from sim.engine.server import Hand, Server
from sim.engine.tally import Tally

__all__ = ["Floor", "Line"]

SURELY = 2 * ROUNDING
"""Work that would end so long after its server's shift [h] is interrupted, however the end of the shift is rounded."""


class Line(Tally):
    """How many wait in a team's queue, and whose queue it is."""

    __slots__ = ("floor",)

    def __init__(self, floor: Floor) -> None:
        super().__init__()
        self.floor = floor


class Floor:
    """Where the servers of a team work."""

    def __init__(
        self,
        env: Environment,
        name: str,
        discipline: Discipline,
        takes: Takes,
        ties: Ties,
        chance: Callable[[], float] | None,
        lanes: Mapping[str, Lane],
    ) -> None:
        self.name = name
        self.servers: list[Server] = []
        """Those employed, in order of joining."""
        self._env = env
        self._schedule = env.schedule
        self._lanes = {name: lane for name, lane in lanes.items() if lane.at_once > 1}
        self._queue = Line(self)
        self._busy, self._on_duty, self._rostered = Tally(), Tally(), Tally()
        self._routing = Routing(discipline, takes, ties, chance, self._lanes, self._free)
        self._guests = False  # whether jobs that count in other teams' queues were ever offered here
        self._last_calls: LastCalls | None = None  # after closing, while somebody may stay for who is on the line
        self._when_done: Any = (self._done,)
        self._when_wrapped: Any = (self._wrapped,)

    def _free(self) -> int:
        """Servers on the roster with nothing in hand: whoever is on duty after his shift has something in hand."""
        return self._on_duty.count - self._busy.count

    def _match(self, servers: Sequence[Server]) -> None:
        """Let free servers take what waits; of what waits for one server alone, only if among `servers`.

        Who has just become free may be the one more that lets another take what needs so many, so then all are asked.
        """
        if not (self._queue.count or self._guests):
            return
        if self._routing.reserves:
            servers = self.servers
        now = self._env.now
        begun = []
        for job, server in self._routing.matches(servers):
            job.home.exit(now)
            if job.left is None:
                begun.append(job)
            self._start(server, job, now)
        for job in begun:
            job.desk.started(job)

    def _start(self, server: Server, job: Job, now: float) -> None:
        """Let a server who has been taken off the bench begin, or resume, a job."""
        if server.in_hand == 0:
            busy = self._busy
            busy.count += 1  # `enter` written out, as `exit` below: here every call shows
            busy.area -= now
        if self._lanes and job.lane in self._lanes:
            self._share(server, job, now)
        else:
            server.in_hand = 1
            self._take(server.hand, server, job, now)

    def _take(self, hand: Hand, server: Server, job: Job, now: float) -> None:
        """Begin, or resume, the undivided handling of a job."""
        if job.started is None:
            job.started = now
        job.state = "serving"
        job.server = server
        hand.job = job
        hand.since = now
        work = job.left
        if work is None:
            work = job.work
        span = work / server.speed
        if server.paces is not None:
            span /= server.paces[job.kind]
        hand.until = now + span
        if not span >= 0.0:
            raise ValueError(f"team {self.name}: work must be at least 0 hours, found {job.work}")
        server.given += span
        if job.breakable and hand.until > server.shift.boundary + SURELY:
            return  # the end of the shift comes first
        hand.callbacks = self._when_done
        self._schedule(hand, NORMAL, span)

    def _done(self, hand: Hand) -> None:
        """A stint is over: the server turns to what is next before the desk hears of what is done."""
        job = hand.job
        if job is None:
            return
        now = hand.until
        server = hand.server
        job.state = "done"
        job.ended = now
        job.handled += now - hand.since
        if job.wrap and not job.breakable:
            self._wrap_up(hand, server, job, now)
            job.desk.finished(job)
            return
        if not server.rostered or self._lanes:
            hand.job = None
            self._turn(server, now)
            job.desk.finished(job)
            return
        if self._queue.count or self._guests:
            following = server.next_job()
            if following is not None:
                home = following.home
                home.count -= 1
                home.area += now
                self._take(hand, server, following, now)
                if following.left is None:
                    following.desk.started(following)
                job.desk.finished(job)
                return
        hand.job = None
        server.in_hand = 0
        busy = self._busy
        busy.count -= 1
        busy.area += now
        self._sit_idle(server)
        job.desk.finished(job)

    def _wrap_up(self, hand: Hand, server: Server, job: Job, now: float) -> None:
        """The customer has gone; the server remains busy with the job for a while."""
        span = job.wrap / server.pace(job)
        if not span >= 0.0:
            raise ValueError(f"team {self.name}: work to wrap up must be at least 0 hours, found {job.wrap}")
        job.handled += span
        server.given += span
        hand.since = now
        hand.until = now + span
        hand.callbacks = self._when_wrapped
        self._schedule(hand, NORMAL, span)

    def _wrapped(self, hand: Hand) -> None:
        """A job is off the table altogether."""
        hand.job = None
        self._turn(hand.server, hand.until)

    def _turn(self, server: Server, now: float) -> None:
        """Let a server who was busy and has nothing in hand turn to what is next."""
        server.in_hand = 0
        following = self._next_for(server)
        if following is None:
            self._rest(server, now)
        else:
            self._follow(server, following, now)

    def _rest(self, server: Server, now: float) -> None:
        """A server finds nothing to do: he waits for work, or goes home."""
        server.in_hand = 0
        self._busy.exit(now)
        if not server.rostered:
            self._go_home(server, now)
        else:
            self._sit_idle(server)

    def _sit_idle(self, server: Server) -> None:
        """Let a server with nothing in hand be found."""
        server.bench.add(server)
        if self._routing.reserves:
            self._match([server])

    def _go_home(self, server: Server, now: float) -> None:
        server.on_duty = False
        self._on_duty.exit(now)

    def _next_for(self, server: Server) -> Job | None:
        """Take out of the queues what a server does next with what he has in hand now; None: nothing."""
        if server.rostered:
            if not (self._queue.count or self._guests):
                return None
            return server.next_job() if server.lane is None else server.next_sharing[server.lane]()
        return None if self._last_calls is None else self._last_calls.next_for(server)

    def _follow(self, server: Server, job: Job, now: float) -> None:
        """Let a server with room in his hands begin, or resume, a job that has waited; then others of its lane."""
        begun = []
        following: Job | None = job
        while following is not None:
            following.home.exit(now)
            if following.left is None:
                begun.append(following)
            if self._lanes and following.lane in self._lanes:
                self._share(server, following, now)
                following = self._next_for(server) if self._has_room(server) else None
            else:
                server.in_hand = 1
                self._take(server.hand, server, following, now)
                following = None
        for one in begun:
            one.desk.started(one)

    def _share(self, server: Server, job: Job, now: float) -> None:
        """Begin, or resume, the handling of a job of a lane, beside others or the first of them."""
        bundle = server.bundle
        if bundle is None:
            bundle = server.bundle = Bundle(self._env, server, self._share_freed)
        if server.lane is None:
            lane = server.lane = job.lane
            server.bench = server.places[lane]
            bundle.open(self._lanes[lane])  # type: ignore[index]
        if job.started is None:
            job.started = now
        job.state = "serving"
        job.server = server
        server.given += bundle.take(job, now)
        self._sit(server)

    def _share_freed(self, server: Server, now: float) -> None:
        """A server has one job of a lane less in hand: he takes another, or whatever is next if none is left."""
        if not self._bundle_shrinks(server):
            self._turn(server, now)
            return
        following = self._next_for(server)
        if following is not None:
            self._follow(server, following, now)

    def _bundle_shrinks(self, server: Server) -> bool:
        """Note that jobs of a lane have left a server's hands; whether any are left in them."""
        assert server.bundle is not None
        if server.bundle.shares:
            self._sit(server)
            return True
        server.bench.remove(server)
        server.in_hand = 0
        server.lane = None
        server.bench = server.places[None]
        return False

    def _sit(self, server: Server) -> None:
        """Let a server with jobs of a lane in hand be found for more of them, if he has room."""
        assert server.bundle is not None
        server.bench.remove(server)
        server.in_hand = len(server.bundle.shares)
        if server.rostered and self._has_room(server):
            server.bench.add(server)

    def _has_room(self, server: Server) -> bool:
        """Whether a server can take another job of the lane he has in hand."""
        return server.lane is not None and server.in_hand < self._lanes[server.lane].at_once

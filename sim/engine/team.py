"""A team at work: a queue, the servers on shift, and who takes what when; knows no business and no arrivals.

At one instant things happen in this order: shifts end, shifts start, work is done and jobs come in (in the order in
which they were scheduled), patience runs out. So a job that comes at closing time finds the doors shut, and one whose
patience ends at the instant somebody becomes free is served.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from simpy import Environment
from simpy.events import NORMAL, EventPriority

from sim.engine.calendar import Calendar
from sim.engine.disciplines import Discipline, Fifo, Takes
from sim.engine.roster import ROUNDING, Roster
from sim.engine.routing import Routing
from sim.engine.server import Desk, Hand, Job, Server, ServerSpec
from sim.engine.tally import Tally, TeamTime

__all__ = ["Desk", "Job", "Server", "ServerSpec", "Team", "TeamTime"]

LATE = EventPriority(NORMAL + 1)
"""Patience ends after everything else that happens at the same instant."""
SURELY = 2 * ROUNDING
"""Work that would end so long after its server's shift [h] is interrupted, however the end of the shift is rounded."""
FIFO = Fifo()


class Team:
    """Servers with a queue (one per skill) in front of them.

    Raises `ValueError` for work or patience below 0, a job submitted twice, and an owner of another team.
    """

    def __init__(
        self,
        env: Environment,
        name: str,
        servers: Sequence[ServerSpec | Calendar],
        *,
        discipline: Discipline = FIFO,
        takes: Takes = "longest_idle",
        waiting_room: int | None = None,
        concurrency: int = 1,
        stretch: float = 0.0,
    ) -> None:
        if concurrency < 1 or stretch < 0 or (waiting_room is not None and waiting_room < 0):
            raise ValueError(f"team {name}: concurrency must be at least 1, stretch and waiting room at least 0")
        self.name = name
        self.servers: list[Server] = []
        """Those employed, in order of joining."""
        self._env = env
        self._schedule = env.schedule
        self._room = inf if waiting_room is None else waiting_room
        self._concurrency = concurrency
        self._slower = [1.0 + stretch * (k - 1) for k in range(concurrency + 1)]
        self._arrivals = 0
        self._joined = 0
        self._queue, self._busy, self._on_duty, self._rostered = Tally(), Tally(), Tally(), Tally()
        self._routing = Routing(discipline, takes, concurrency)
        self._find = self._routing.find
        self._wait = self._routing.put
        self._roster = Roster(env, self._change_shift)
        self._when_done: Any = (self._done,)
        self._when_out_of_patience: Any = (self._run_out,)
        for spec in servers:
            self._employ(spec if isinstance(spec, ServerSpec) else ServerSpec(spec))

    @property
    def waiting(self) -> int:
        """Jobs in the queue now."""
        return self._queue.count

    @property
    def busy(self) -> int:
        """Servers with at least one job in hand now."""
        return self._busy.count

    def submit(self, job: Job) -> None:
        """Hand in a new job: it is taken in hand, waits, or is turned away, at once."""
        try:
            if job.state != "new":
                raise ValueError(f"team {self.name}: a job is submitted once; this one is {job.state}")
        except AttributeError:
            job.state = "new"  # its class skips the constructor of Job
        job.arrived = now = self._env.now
        self._arrivals = job.number = self._arrivals + 1
        job.started = job.ended = job.server = job.left = None
        job.handled = 0.0
        server = self._find(job)
        if server is not None:
            self._start(server, job, now)
            job.desk.started(job)
        elif self._queue.count < self._room:
            patience = job.patience
            if patience is not None:
                self._time_patience(job, patience)
            job.state = "waiting"
            self._wait(job)
            queue = self._queue
            queue.count += 1  # `enter` written out, as `exit` below: here every call shows
            queue.area -= now
        else:
            job.state = "blocked"
            job.ended = now
            job.desk.blocked(job)

    def join(self, calendar: Calendar, *, speed: float = 1.0, skills: Sequence[str] | None = None) -> Server:
        """Employ a server from now on; work that waits is taken at once if the shift is on."""
        # A newcomer starts level, or the least busy rule would give it everything for weeks.
        given = min((server.given for server in self.servers), default=0.0)
        return self._employ(ServerSpec(calendar, speed, None if skills is None else tuple(skills)), given)

    def leave(self, server: Server) -> None:
        """End a server's employment now.

        A job in hand is finished first, unless it is breakable: then it goes back to the queue. Jobs that wait for this
        server as their owner become open to all.
        """
        if server not in self.servers:
            raise ValueError(f"team {self.name}: server {server.index} is not employed here")
        server.employed = False
        self.servers.remove(server)
        self._roster.remove(server)
        if server.rostered:
            self._end_shift(server, self._env.now)
        for job in self._routing.remove(server):
            self._routing.put_back(job)
        self._match([])

    def snapshot(self) -> TeamTime:
        """The time integrals up to now."""
        now = self._env.now
        return TeamTime(
            self._on_duty.integral(now),
            self._busy.integral(now),
            self._queue.integral(now),
            self._rostered.integral(now),
            len(self.servers),
        )

    def _employ(self, spec: ServerSpec, given: float = 0.0) -> Server:
        if not spec.speed > 0:
            raise ValueError(f"team {self.name}: speed must be above 0, found {spec.speed}")
        server = Server(self._joined, spec, self._concurrency, self._routing.bench_for(spec.skills))
        server.given = given
        self._joined += 1
        self.servers.append(server)
        self._routing.add(server)
        if self._roster.add(server):
            self._change_shift([], [server])
        return server

    def _start(self, server: Server, job: Job, now: float) -> None:
        """Let a server who has been taken off the bench begin, or resume, a job."""
        server.in_hand += 1
        hand = server.hands[0]
        if server.in_hand == 1:
            self._busy.enter(now)
        elif hand.job is not None:
            hand = next(free for free in server.hands if free.job is None)
        self._take(hand, server, job, now)
        if server.in_hand < self._concurrency:
            server.bench.add(server)

    def _take(self, hand: Hand, server: Server, job: Job, now: float) -> None:
        """Begin, or resume, the handling of a job."""
        if job.started is None:
            job.started = now
        job.state = "serving"
        job.server = server
        hand.job = job
        hand.since = now
        work = job.left
        if work is None:
            work = job.work
        span = work * self._slower[server.in_hand] / server.speed
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
        if server.rostered and self._queue.count:
            following = server.next_job()
            if following is not None:
                queue = self._queue
                queue.count -= 1
                queue.area += now
                self._take(hand, server, following, now)
                if following.left is None:
                    following.desk.started(following)
                job.desk.finished(job)
                return
        hand.job = None
        self._put_down(server, now)
        if server.rostered:
            server.bench.add(server)
        job.desk.finished(job)

    def _put_down(self, server: Server, now: float) -> None:
        """One job less in a server's hands."""
        server.in_hand -= 1
        if server.in_hand == 0:
            self._busy.exit(now)
            if not server.rostered:
                self._go_home(server, now)

    def _time_patience(self, job: Job, patience: float) -> None:
        """Let a job that has to wait be its own alarm clock."""
        if not patience >= 0.0:
            raise ValueError(f"team {self.name}: patience must be at least 0 hours, found {patience}")
        if patience < inf:
            job.callbacks = self._when_out_of_patience
            self._schedule(job, LATE, patience)

    def _run_out(self, job: Job) -> None:
        """Patience is over; if somebody answered in time, that is no news."""
        if job.state != "waiting" or job.started is not None:
            return
        if job.leaves:
            job.state = "abandoned"
            job.ended = now = self._env.now
            self._queue.exit(now)
            job.desk.abandoned(job)
        else:
            job.desk.overdue(job)

    def _match(self, servers: Sequence[Server]) -> None:
        """Let free servers take what waits; of what waits for one server alone, only if among `servers`."""
        if not self._queue.count:
            return
        now = self._env.now
        begun = []
        for job, server in self._routing.matches(servers):
            self._queue.exit(now)
            if job.left is None:
                begun.append(job)
            self._start(server, job, now)
        for job in begun:
            job.desk.started(job)

    def _change_shift(self, closing: Sequence[Server], opening: Sequence[Server]) -> None:
        """End and start shifts at one instant; only then is work handed out anew."""
        now = self._env.now
        waiting = self._queue.count
        for server in closing:
            self._end_shift(server, now)
        for server in opening:
            server.rostered = True
            self._rostered.enter(now)
            if not server.on_duty:
                server.on_duty = True
                self._on_duty.enter(now)
            if server.in_hand < self._concurrency:
                server.bench.add(server)
        if opening or self._queue.count > waiting:
            self._match(opening)

    def _end_shift(self, server: Server, now: float) -> None:
        """Take no more jobs, put down what is breakable, and go home unless something remains to be finished."""
        server.rostered = False
        self._rostered.exit(now)
        server.bench.remove(server)
        if server.in_hand == 0:
            self._go_home(server, now)
            return
        for place, hand in enumerate(server.hands):
            job = hand.job
            if job is not None and job.breakable and hand.until > now + ROUNDING:
                hand.job = None
                if hand.callbacks is not None:
                    server.hands[place] = Hand(server)
                self._interrupt(job, hand, now)

    def _interrupt(self, job: Job, hand: Hand, now: float) -> None:
        """Put a job down unfinished: it waits for whoever resumes it."""
        server = hand.server
        to_go = hand.until - now
        job.handled += now - hand.since
        job.left = (job.work if job.left is None else job.left) * to_go / (hand.until - hand.since)
        server.given -= to_go
        job.state = "waiting"
        self._queue.enter(now)
        self._routing.put_back(job)
        self._put_down(server, now)

    def _go_home(self, server: Server, now: float) -> None:
        server.on_duty = False
        self._on_duty.exit(now)

"""A team at work: a queue, the servers on shift, and who takes what when; knows no business and no arrivals.

At one instant things happen in this order: shifts end, shifts start, work is done and jobs come in (in the order in
which they were scheduled), patience runs out, overtime ends. So a job that comes at closing time finds the doors shut,
and one whose patience ends at the instant somebody becomes free is served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import inf
from typing import Any

from simpy import Environment

from sim.engine.calendar import Calendar
from sim.engine.disciplines import Discipline, Fifo, Takes, Ties
from sim.engine.duty import LATE, Duty
from sim.engine.job import Desk, Job
from sim.engine.lanes import Lane
from sim.engine.roster import Roster
from sim.engine.server import Server, ServerSpec
from sim.engine.tally import TeamTime

__all__ = ["LATE", "Desk", "Job", "Lane", "Server", "ServerSpec", "Team", "TeamTime"]

FIFO = Fifo()


class Team(Duty):
    """Servers with a queue in front of them.

    - Lanes: jobs of one lane share a server, up to the lane's `at_once`; whoever has one in hand takes nothing else
      meanwhile. With k in hand all of them advance at 1 / (1 + stretch (k - 1)) of the speed, from the moment on at
      which there are k.
    - Reserve: a job is taken up only while more servers than its `reserve` have nothing in hand, the one who would take
      it included. Who has jobs of its lane in hand is not free anyway and takes it if there is room. Nobody waits for
      it: of what may be taken the first goes first.
    - Closing, if `overtime` [h] is given: when the last server leaves the roster, the jobs that wait and are not
      breakable are served by those whose shift has just ended, for so long, whatever their reserve; who still waits
      then is cut off, and so is whoever comes while nobody is on the roster. Breakable jobs wait as ever.

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
        ties: Ties = "longest_idle",
        chance: Callable[[], float] | None = None,
        waiting_room: int | None = None,
        lanes: Mapping[str, Lane] | None = None,
        overtime: float | None = None,
        numbers: count[int] | None = None,
    ) -> None:
        """`ties` decides where `takes` leaves a choice; to choose at random needs `chance`: uniform numbers below 1.

        Teams that offer each other jobs must share `numbers`, so that who came first is known.
        """
        if waiting_room is not None and waiting_room < 0:
            raise ValueError(f"team {name}: the waiting room must be at least 0, found {waiting_room}")
        if overtime is not None and not overtime >= 0.0:
            raise ValueError(f"team {name}: overtime must be at least 0 hours, found {overtime}")
        super().__init__(env, name, discipline, takes, ties, chance, lanes or {})
        self._limit = inf if waiting_room is None else waiting_room
        self._overtime = overtime
        self._room = self._limit if overtime is None else -inf
        self._next_number = (count(1) if numbers is None else numbers).__next__
        self._joined = 0
        self._find = self._routing.find
        self._wait = self._routing.put
        self._roster = Roster(env, self._change_shift)
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
        job.number = self._next_number()
        job.started = job.ended = job.server = job.left = None
        job.handled = 0.0
        server = self._find(job)
        queue = self._queue
        if server is not None:
            self._start(server, job, now)
            job.desk.started(job)
            if server.lane is not None:
                self._match([server])  # what could not take up somebody free may share one who is not
        elif queue.count < self._room or (job.breakable and queue.count < self._limit):
            patience = job.patience
            if patience is not None:
                self._time_patience(job, patience)
            job.state = "waiting"
            job.home = queue
            self._wait(job)
            queue.count += 1  # `enter` written out: here every call shows
            queue.area -= now
        elif self._room < 0 and not job.breakable:
            self._disconnect(job)
        else:
            job.state = "blocked"
            job.ended = now
            job.desk.blocked(job)

    def offer(self, job: Job) -> None:
        """Let a job that waits in another team be taken here too: at once, or by whoever is free first, here or there.

        It goes on counting in the queue of the team it was submitted to, and if it is put down it waits in both again.
        Who owns it there need not be asked here; a lane this team does not have is none.
        """
        if job.state != "waiting":
            raise ValueError(f"team {self.name}: only a job that waits can be offered; this one is {job.state}")
        if job.home is self._queue or self in job.helpers:
            return
        job.helpers = (*job.helpers, self)
        self._guests = True
        server = self._find(job)
        if server is None:
            self._routing.put_back(job)
            return
        now = self._env.now
        job.home.exit(now)
        self._start(server, job, now)
        if job.left is None:
            job.desk.started(job)
        if server.lane is not None:
            self._match([server])

    def join(
        self,
        calendar: Calendar,
        *,
        speed: float = 1.0,
        skills: Sequence[str] | None = None,
        paces: Sequence[float] | None = None,
    ) -> Server:
        """Employ a server from now on; work that waits is taken at once if the shift is on."""
        # A newcomer starts level, or the least busy rule would give it everything for weeks.
        given = min((server.given for server in self.servers), default=0.0)
        return self._employ(ServerSpec(calendar, speed, None if skills is None else tuple(skills), paces), given)

    def leave(self, server: Server) -> None:
        """End a server's employment now.

        A job in hand is finished first, unless it is breakable: then it goes back to the queue. Jobs that wait for this
        server as their owner become open to all.
        """
        self._check_employed(server)
        server.employed = False
        self.servers.remove(server)
        self._routing.remove(server)
        if not server.away:
            self._roster.remove(server)
            self._withdraw(server)

    def pause(self, server: Server) -> None:
        """Take a server off the roster for a while, as `leave` does for good; he stays employed.

        What waits for him as its owner, or comes for him meanwhile, is open to all until he is back.
        """
        self._check_employed(server)
        if server.away:
            raise ValueError(f"team {self.name}: server {server.index} is away already")
        server.away = True
        self._roster.remove(server)
        self._withdraw(server)

    def resume(self, server: Server) -> None:
        """Let a server's shifts count again from now on; what is his and still waits is for nobody else again."""
        self._check_employed(server)
        if not server.away:
            raise ValueError(f"team {self.name}: server {server.index} is not away")
        server.away = False
        # As with a newcomer: he would be given everything until he has caught up with those who were there.
        there = [other.given for other in self.servers if not (other.away or other is server)]
        server.given = max(server.given, min(there, default=0.0))
        self._routing.reclaim(server)
        if self._roster.add(server):
            self._change_shift([], [server])

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

    def _check_employed(self, server: Server) -> None:
        if server not in self.servers:
            raise ValueError(f"team {self.name}: server {server.index} is not employed here")

    def _employ(self, spec: ServerSpec, given: float = 0.0) -> Server:
        if not spec.speed > 0:
            raise ValueError(f"team {self.name}: speed must be above 0, found {spec.speed}")
        server = Server(self._joined, spec, self, self._routing.places_for(spec.skills))
        server.given = given
        self._joined += 1
        self.servers.append(server)
        self._routing.add(server)
        if self._roster.add(server):
            self._change_shift([], [server])
        return server

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

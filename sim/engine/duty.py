"""Who is on duty: shifts begin and end, work is put down, and at closing those on the line are served or cut off.

It admits no job and employs nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from simpy.events import NORMAL, Event, EventPriority

from sim.engine.closing import LastCalls
from sim.engine.floor import Floor, Line
from sim.engine.job import Job
from sim.engine.roster import ROUNDING
from sim.engine.server import Hand, Server

__all__ = ["LATE", "Duty"]

LATE = EventPriority(NORMAL + 1)
"""Patience ends after everything else that happens at the same instant."""


class Duty(Floor):
    """Shifts of the servers of a team."""

    _limit: float
    """Places in the queue."""
    _room: float
    """Places in the queue for whoever comes now; below 0: the team is closed, and who comes is looked at."""
    _overtime: float | None
    """How long people stay for those on the line when the team closes [h]; None: everybody waits for the morning."""
    _alarm: Event | None = None
    """When those who still wait after closing are cut off."""

    def _change_shift(self, closing: Sequence[Server], opening: Sequence[Server]) -> None:
        """End and start shifts at one instant; only then is work handed out anew."""
        now = self._env.now
        was_open = self._rostered.count > 0
        down: list[Job] = []
        for server in closing:
            down += self._end_shift(server, now)
        for server in opening:
            server.rostered = True
            self._rostered.enter(now)
            if not server.on_duty:
                server.on_duty = True
                self._on_duty.enter(now)
            if server.in_hand == 0 or self._has_room(server):
                server.bench.add(server)
        self._look_at_doors(was_open, closing)
        if opening or down:
            self._match([*opening, *self._owners(down)] if down else opening)
        self._tell_others(down)

    def _withdraw(self, server: Server) -> None:
        """Let a server who has left, or is away, go off duty; what waits for him alone is open to all."""
        was_open = self._rostered.count > 0
        down = self._end_shift(server, self._env.now) if server.rostered else []
        if self._last_calls is not None:
            self._last_calls.let_go(server)
        self._routing.release(server)
        self._look_at_doors(was_open, [])
        self._match(self._owners(down))
        self._tell_others(down)

    def _owners(self, down: list[Job]) -> list[Server]:
        """Those of this team who are free and to whom the work belongs that was put down.

        It was begun by others while they were away.
        """
        owners = [job.owner for job in down if job.owner is not None]
        return [owner for owner in owners if owner.rank is not None and owner.team is self]

    def _end_shift(self, server: Server, now: float) -> list[Job]:
        """Take no more jobs, put down what is breakable, and go home unless something remains to be finished.

        Returns what was put down.
        """
        server.rostered = False
        self._rostered.exit(now)
        server.bench.remove(server)
        if server.in_hand == 0:
            self._go_home(server, now)
            return []
        hand = server.hand
        job = hand.job
        if job is not None:
            if not job.breakable or hand.until <= now + ROUNDING:
                return []
            to_go = hand.until - now
            job.handled += now - hand.since
            job.left = (job.work if job.left is None else job.left) * to_go / (hand.until - hand.since)
            hand.job = None
            if hand.callbacks is not None:
                server.hand = Hand(server)
            down = [(job, to_go)]
        else:
            assert server.bundle is not None
            down = server.bundle.put_down(now, ROUNDING)
            if down and self._bundle_shrinks(server):
                self._lay_aside(server, down, now)
                return [job for job, _ in down]
        if down:
            self._lay_aside(server, down, now)
            self._rest(server, now)
        return [job for job, _ in down]

    def _lay_aside(self, server: Server, down: list[tuple[Job, float]], now: float) -> None:
        """Let jobs that were put down wait for whoever resumes them, where they waited before."""
        for job, to_go in down:
            server.given -= to_go
            job.state = "waiting"
            home: Line = getattr(job, "home", self._queue)
            job.home = home
            home.enter(now)
            for floor in (home.floor, *job.helpers):
                floor._routing.put_back(job)

    def _tell_others(self, down: list[Job]) -> None:
        """Let other teams look at what was put down here and waits there too."""
        floors = {id(floor): floor for job in down for floor in (job.home.floor, *job.helpers) if floor is not self}
        for floor in floors.values():
            floor._match(floor.servers)

    def _look_at_doors(self, was_open: bool, closing: Sequence[Server]) -> None:
        """Close when nobody is on the roster any more; open when somebody is."""
        if self._overtime is None:
            return
        if self._rostered.count:
            self._room = self._limit
            self._last_calls = self._alarm = None
        elif was_open:
            self._room = -inf
            self._serve_last_calls(self._overtime, closing)

    def _serve_last_calls(self, overtime: float, staying: Sequence[Server]) -> None:
        """Let those whose shift has just ended serve who is on the line; who must wait too long is cut off."""
        calls = [job for job in self._routing.last_calls() if job.home is self._queue]
        self._last_calls = last = LastCalls(calls, list(staying), self._routing.able)
        if overtime <= 0.0:
            self._cut_off()
            return
        now = self._env.now
        begun = []
        for job, server in last.matches():
            job.home.exit(now)
            if not server.on_duty:
                server.on_duty = True
                self._on_duty.enter(now)
            begun.append(job)
            self._start(server, job, now)
        if last.waiting():
            self._alarm = alarm = Event(self._env)
            alarm._ok, alarm._value = True, None
            alarm.callbacks = [self._overtime_ends]
            self._schedule(alarm, LATE, overtime)
        for job in begun:
            job.desk.started(job)

    def _overtime_ends(self, alarm: Event) -> None:
        if alarm is self._alarm:
            self._cut_off()

    def _cut_off(self) -> None:
        """Hang up on everybody who still waits on the line."""
        last, self._last_calls, self._alarm = self._last_calls, None, None
        assert last is not None
        for job in list(last.waiting()):
            if job.state == "waiting":
                job.home.exit(self._env.now)
                self._disconnect(job)

    def _disconnect(self, job: Job) -> None:
        job.state = "disconnected"
        job.ended = self._env.now
        desk: Any = job.desk
        desk.disconnected(job)

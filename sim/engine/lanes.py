"""Jobs that share a server: how many at once, and how far each further one slows all of them down; knows no queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simpy import Environment
from simpy.events import NORMAL, Event

if TYPE_CHECKING:
    from sim.engine.job import Job
    from sim.engine.server import Server

__all__ = ["Bundle", "Lane"]


@dataclass(frozen=True, slots=True)
class Lane:
    """How a server shares himself among jobs of one kind, such as chats. Raises `ValueError` for less than one."""

    at_once: int = 1
    """Jobs a server can have in hand at once."""
    stretch: float = 0.0
    """How much each further job in hand slows all of them down: with k in hand each takes 1 + stretch x (k - 1) times
    as long."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.at_once < 1 or not self.stretch >= 0.0:
            raise ValueError(f"a lane takes at least 1 job at once and stretches by at least 0, found {self}")


class Share:
    """One job among those in a server's hands."""

    __slots__ = ("ends", "foreseen", "job", "pace", "since", "wrapping")

    def __init__(self, job: Job, since: float, ends: float, pace: float) -> None:
        self.job = job
        self.since = since
        """Start of this stint, or of the wrap-up [h]."""
        self.ends = ends
        """What the bundle's own clock shows when it is over [h]."""
        self.pace = pace
        """Hours of work done per hour of undivided handling."""
        self.wrapping = False
        """Whether the customer has gone and only the wrap-up is left."""
        self.foreseen = 0.0
        """Time the wrap-up was counted as when it began [h]."""


class _Chime(Event):
    """The first of the jobs in a bundle is over, if nothing has come between."""

    _ok = True
    _value: Any = None

    def __init__(self, env: Environment, ring: Callable[[Event], None]) -> None:
        self.env = env
        self.callbacks = [ring]


class Bundle:
    """The jobs of one lane in a server's hands, all of which advance at one speed.

    The bundle has a clock of its own, which shows for how long each of them would have been handled undivided. It goes
    slower the more there are; each job is over when the clock shows its `ends`. So a change of their number changes the
    speed of one clock, and nothing need be done to any job.
    """

    __slots__ = ("_changing", "_chime", "_clock", "_env", "_free", "_lane", "_read", "_server", "_slower", "shares")

    def __init__(self, env: Environment, server: Server, free: Callable[[Server, float], None]) -> None:
        """`free` is told of the server and the instant [h] whenever one job less is in hand."""
        self._env = env
        self._server = server
        self._free = free
        self.shares: list[Share] = []
        """What is in hand, in the order in which it was taken up."""
        self._chime: _Chime | None = None  # what rings next; others that are still scheduled no longer count
        self._changing = False  # one is leaving and another may come in its place, at one instant
        self._lane = Lane()
        self._clock = 0.0  # what the clock showed ...
        self._read = 0.0  # ... at this instant
        self._slower = 1.0  # hours in which it advances by one

    def open(self, lane: Lane) -> None:
        """Begin with nothing in hand."""
        self._lane = lane
        self._clock = 0.0
        self._slower = 1.0

    def take(self, job: Job, now: float) -> float:
        """Begin, or resume, a job beside the others; returns how long it takes undivided [h]."""
        pace = self._server.pace(job)
        span = (job.work if job.left is None else job.left) / pace
        if not span >= 0.0:
            raise ValueError(f"work must be at least 0 hours, found {job.work}")
        self._advance(now)
        self.shares.append(Share(job, now, self._clock + span, pace))
        self._go_on()
        return span

    def put_down(self, now: float, rounding: float) -> list[tuple[Job, float]]:
        """Take out what is breakable and not over within `rounding` [h]; each with how long it takes undivided [h]."""
        self._advance(now)
        down = [s for s in self.shares if s.job.breakable and (s.ends - self._clock) * self._slower > rounding]
        if down:
            self.shares = [share for share in self.shares if share not in down]
            self._go_on()
        for share in down:
            share.job.handled += now - share.since
            share.job.left = (share.ends - self._clock) * share.pace
        return [(share.job, share.ends - self._clock) for share in down]

    def _advance(self, now: float) -> None:
        self._clock += (now - self._read) / self._slower
        self._read = now

    def _go_on(self) -> None:
        """The number in hand, or what is left to do, has changed: look when the first is over."""
        if self._changing:
            return
        self._chime = None
        if self.shares:
            self._slower = 1.0 + self._lane.stretch * (len(self.shares) - 1)
            self._chime = _Chime(self._env, self._ring)
            self._env.schedule(self._chime, NORMAL, self._time_to(min(self.shares, key=_ends)))

    def _time_to(self, share: Share) -> float:
        return max(0.0, (share.ends - self._clock) * self._slower)

    def _ring(self, chime: Event) -> None:
        """The first is over, or wrapped up."""
        if chime is not self._chime:
            return
        now = self._env.now
        share = min(self.shares, key=_ends)
        self._clock = share.ends
        self._read = now
        job = share.job
        if share.wrapping:
            job.handled += now - share.since - share.foreseen
            self._drop(share, now)
            return
        job.state = "done"
        job.ended = now
        job.handled += now - share.since
        if job.wrap and not job.breakable:
            self._wrap_up(share, now)
        else:
            self._drop(share, now)
        job.desk.finished(job)

    def _wrap_up(self, share: Share, now: float) -> None:
        """The customer has gone. How long the wrap-up takes is foreseen, and put right when it is known."""
        span = share.job.wrap / share.pace
        share.wrapping = True
        share.since = now
        share.ends = self._clock + span
        share.foreseen = self._time_to(share)
        share.job.handled += share.foreseen
        self._server.given += span
        self._go_on()

    def _drop(self, share: Share, now: float) -> None:
        self.shares.remove(share)
        self._changing = True
        self._free(self._server, now)
        self._changing = False
        self._go_on()


def _ends(share: Share) -> float:
    return share.ends

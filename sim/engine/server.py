"""Servers, and what a team must know of them; they make no decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from sim.engine.bench import Bench
from sim.engine.calendar import Calendar
from sim.engine.job import Job
from sim.engine.lanes import Bundle
from sim.engine.queues import Queue

if TYPE_CHECKING:
    from sim.engine.roster import Shift
    from sim.engine.team import Team

__all__ = ["Hand", "Server", "ServerSpec"]


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """What a team must know of a server it starts with."""

    calendar: Calendar
    """When on duty."""
    speed: float = 1.0
    """Proficiency: hours of work done per hour of undivided handling."""
    skills: tuple[str, ...] | None = None
    """What the server can take, the own skill first; None: everything."""
    paces: Sequence[float] | None = None
    """Proficiency by kind of work (`Job.kind`), on top of `speed`; None: 1 for every kind."""


class Hand(Event):
    """The job a server has in hand undivided; also the event of its completion, used again and again."""

    _ok = True
    _value: Any = None

    __slots__ = ("callbacks", "env", "job", "server", "since", "until")

    def __init__(self, server: Server) -> None:
        self.server = server
        self.callbacks: Any = None
        """Set while the completion is scheduled."""
        self.job: Job | None = None
        """What is in hand; None: nothing, or the completion that was scheduled no longer counts."""
        self.since = 0.0
        """Start of this stint [h]."""
        self.until = 0.0
        """Its planned end [h]."""


class Server:
    """Somebody, or something, that handles jobs; created by `Team.join`, moved by the team alone."""

    __slots__ = (
        "away",
        "bench",
        "bundle",
        "calendar",
        "employed",
        "given",
        "hand",
        "in_hand",
        "index",
        "lane",
        "next_job",
        "next_sharing",
        "on_duty",
        "own_queues",
        "paces",
        "places",
        "rank",
        "rostered",
        "shift",
        "skills",
        "speed",
        "team",
    )

    def __init__(self, index: int, spec: ServerSpec, team: Team, places: Mapping[str | None, Bench[Server]]) -> None:
        self.team = team
        self.places = places
        """Where he stands when he can take something, by the lane of what he has in hand (None: nothing)."""
        self.bench = places[None]
        """The place that is his now."""
        self.index = index
        """Number in order of joining, never used again."""
        self.calendar = spec.calendar
        self.speed = spec.speed
        """Proficiency: hours of work done per hour of undivided handling; looked at when a job is taken in hand."""
        self.paces = spec.paces
        """Proficiency by kind of work, on top of `speed`; None: 1 for every kind. May be replaced, like `speed`."""
        self.skills = spec.skills
        """What the server can take, the own skill first; None: everything."""
        self.employed = True
        self.away = False
        """Whether off the roster for a while, whatever the shift: see `Team.pause`."""
        self.shift: Shift
        """The hours on the roster, of this server and perhaps of others."""
        self.rostered = False
        """Whether the shift is on and the server not away: only then are jobs taken."""
        self.on_duty = False
        """Whether at work: the shift is on, or a job is being finished after it."""
        self.in_hand = 0
        """Jobs being handled or wrapped up."""
        self.lane: str | None = None
        """The lane of the jobs in hand; None: none of a lane."""
        self.given = 0.0
        """Handling time given to the server so far, undivided [h]."""
        self.rank: Any = None
        """Place among those who can take something; None: he cannot."""
        self.hand = Hand(self)
        """What is in hand undivided."""
        self.bundle: Bundle | None = None
        """What is in hand of a lane; None: there never was anything."""
        self.own_queues: dict[tuple[str | None, int], Queue[Job]] = {}
        """Jobs that wait for this server, by lane and reserve."""
        self.next_job: Callable[[], Job | None] = _nothing
        """Takes out of the queues what he does next, with nothing in hand; None if nothing waits for his like."""
        self.next_sharing: Mapping[str, Callable[[], Job | None]] = {}
        """The same when he has jobs of a lane in hand, by lane."""

    @property
    def jobs(self) -> list[Job]:
        """What is in hand, that which is being wrapped up included."""
        if self.hand.job is not None:
            return [self.hand.job]
        return [share.job for share in self.bundle.shares] if self.bundle is not None else []

    def pace(self, job: Job) -> float:
        """Hours of this job's work done per hour of undivided handling."""
        return self.speed if self.paces is None else self.speed * self.paces[job.kind]


def _nothing() -> Job | None:
    return None

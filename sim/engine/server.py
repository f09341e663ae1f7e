"""Jobs, the servers who handle them, and the desk that hears of it; knows no queue and makes no decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Literal, Protocol

from simpy.events import Event

from sim.engine.bench import Bench
from sim.engine.calendar import Calendar
from sim.engine.queues import Queue

if TYPE_CHECKING:
    from sim.engine.roster import Shift

__all__ = ["Desk", "Hand", "Job", "Server", "ServerSpec", "State"]

State = Literal["new", "waiting", "serving", "done", "abandoned", "blocked"]
"""Where a job stands; the last three are final."""


class Desk(Protocol):
    """Whoever hands jobs to a team and hears how they fare; each verb is called at the instant it tells of."""

    def started(self, job: Any) -> None:
        """A server takes the job in hand for the first time (not again when interrupted work is resumed)."""

    def finished(self, job: Any) -> None:
        """The job is done; its server may have taken the next one by now."""

    def abandoned(self, job: Any) -> None:
        """Patience ran out before anybody answered; the job has left the queue."""

    def overdue(self, job: Any) -> None:
        """The time allowed ran out before anybody answered; the job stays in the queue."""

    def blocked(self, job: Any) -> None:
        """Nobody free and no room to wait; the job was turned away."""


class Job(Event):
    """One piece of work for one visit to one team; also its own patience timer.

    What is asked for has class attributes as defaults, so that an instance sets only what differs (a subclass that sets
    some every time is fastest when it names them in its `__slots__`). What becomes of it is set by the team.
    Not an event to wait for in a process, and not to be submitted twice: make a new one for the next visit.
    """

    __slots__ = (
        "arrived",
        "callbacks",
        "desk",
        "ended",
        "env",
        "handled",
        "left",
        "number",
        "server",
        "started",
        "state",
        "work",
    )
    _ok = True
    _value: Any = None

    priority: float = 0
    """Rank under the rule `priority`; the smaller number goes first."""
    patience: float | None = None
    """How long it waits for an answer before it leaves, or becomes overdue [h]; None: for ever."""
    leaves: bool = True
    """Whether it leaves when patience runs out; else it becomes overdue and stays."""
    due: float = inf
    """Instant it should be done by [h since clock start], for the rule `earliest_due`."""
    value: float = 0.0
    """Worth, for the rule `largest_value`."""
    skill: str | None = None
    """What a server must know to take it; None: anybody can."""
    owner: Server | None = None
    """The only server who may take it, while employed by the team (under `owner_first`: the preferred one)."""
    breakable: bool = False
    """Whether it is put down at the end of a shift and resumed later; else it is finished after hours."""

    def __init__(self, desk: Desk, work: float) -> None:
        self.desk = desk
        self.work = work
        """Handling it takes at proficiency 1, undivided [h]."""
        self.state: State = "new"
        self.arrived: float
        """When it came to the team [h]."""
        self.number: int
        """Order of arrival at the team, 1 for the first."""
        self.started: float | None
        """When somebody first took it in hand [h]."""
        self.ended: float | None
        """When it was done, or left unserved [h]."""
        self.server: Server | None
        """Who has it in hand, or had it last."""
        self.handled: float
        """How long it was in hand so far, stints that are over [h]."""
        self.left: float | None
        """What is left to do of interrupted work [h at proficiency 1]; None: it was never interrupted."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """What a team must know of a server it starts with."""

    calendar: Calendar
    """When on duty."""
    speed: float = 1.0
    """Proficiency: hours of work done per hour of undivided handling."""
    skills: tuple[str, ...] | None = None
    """What the server can take, the own skill first; None: everything."""


class Hand(Event):
    """One of the jobs a server can have in hand at once; also the event of its completion, used again and again."""

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
        "bench",
        "calendar",
        "employed",
        "given",
        "hands",
        "in_hand",
        "index",
        "next_job",
        "on_duty",
        "own_queue",
        "rank",
        "rostered",
        "shift",
        "skills",
        "speed",
    )

    def __init__(self, index: int, spec: ServerSpec, concurrency: int, bench: Bench[Server]) -> None:
        self.bench = bench
        self.index = index
        """Number in order of joining, never used again."""
        self.calendar = spec.calendar
        self.speed = spec.speed
        """Proficiency: hours of work done per hour of undivided handling; looked at when a job is taken in hand."""
        self.skills = spec.skills
        """What the server can take, the own skill first; None: everything."""
        self.employed = True
        self.shift: Shift
        """The hours on the roster, of this server and perhaps of others."""
        self.rostered = False
        """Whether the shift is on: only then are jobs taken."""
        self.on_duty = False
        """Whether at work: the shift is on, or a job is being finished after it."""
        self.in_hand = 0
        """Jobs being handled."""
        self.given = 0.0
        """Handling time given to the server so far [h]."""
        self.rank: Any = None
        """Place among the free servers; None: not free."""
        self.hands = [Hand(self) for _ in range(concurrency)]
        self.own_queue: Queue[Job] | None = None
        """Jobs that wait for this server."""
        self.next_job: Callable[[], Job | None] = _nothing
        """Takes out of the queues what this server does next; None if nothing waits for the likes of it."""


def _nothing() -> Job | None:
    return None

"""Jobs, and the desk that hears how they fare; knows no queue and makes no decision."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Literal, Protocol

from simpy.events import Event

if TYPE_CHECKING:
    from sim.engine.floor import Floor, Line
    from sim.engine.server import Server
    from sim.engine.team import Team

__all__ = ["Desk", "Job", "State"]

State = Literal["new", "waiting", "serving", "done", "abandoned", "blocked", "disconnected"]
"""Where a job stands; the last four are final."""


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

    def disconnected(self, job: Any) -> None:
        """The team has closed: the job was cut off while it waited, or came too late."""


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
        "home",
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
    order: float = 0.0
    """Place among jobs of one priority, under that rule; the smaller number goes first."""
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
    kind: int = 0
    """What kind of work it is: the place in `Server.paces` where it is said how fast a server is at it."""
    wrap: float = 0.0
    """Work after it is done, before the server takes the next [h at proficiency 1]; breakable jobs have none."""
    lane: str | None = None
    """Jobs of one lane share a server (see `Team`); None, or a lane the team does not have: undivided."""
    reserve: int = 0
    """It is taken in hand only while more servers than this are free, counting the one who would take it."""
    owner: Server | None = None
    """The only server who may take it, while employed by the team and not away (under `owner_first`: the preferred
    one)."""
    helpers: tuple[Floor, ...] = ()
    """Other teams to which it was offered: while it waits, it waits there too."""
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
        """How long it was in hand so far, stints that are over [h]; once it is done, with the time to wrap up."""
        self.left: float | None
        """What is left to do of interrupted work [h at proficiency 1]; None: it was never interrupted."""
        self.home: Line
        """The queue in which it counts while it waits."""

    @property
    def taker(self) -> Team | None:
        """The team that has it in hand, or had it last: not always the one it was submitted to (see `Team.offer`)."""
        server: Server | None = self.server
        return None if server is None else server.team

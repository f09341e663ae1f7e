"""Contacts: the work that tickets ask for, by the kind of channel they come by; they decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.team import Job

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.engine.team import Desk
    from sim.model.entities import Ticket


class Contact(Job):
    """Work on one contact of a ticket. By which kind of channel it comes is said by its class, and what is the same
    for all contacts of one kind (rank, skill, ...) by a class made for the kind: see `variant` among the entities."""

    __slots__ = ("attempt", "cause", "chance", "ticket")

    def __init__(self, desk: Desk, ticket: Ticket, cause: int, work: float, chance: float) -> None:
        self.desk = desk
        self.work = work
        self.state = "new"
        self.ticket = ticket
        self.attempt = ticket.contacts
        """1 for the first contact of the ticket."""
        self.cause = cause
        """Why it comes: a code of the journal."""
        self.chance = chance
        """Uniform number that decides whether it resolves the need."""


class Call(Contact):
    """A contact by a live channel: somebody is on the line, and may give up."""

    __slots__ = ("due", "patience", "wrap")


class Letter(Contact):
    """A contact by a deferred channel: it can be put down, becomes overdue, and lets a call of its rank go first."""

    __slots__ = ()
    breakable = True
    within: float
    """Opening time in which an answer is promised [h]."""
    calendar: Calendar
    """Opening hours in which the promise is measured."""

    @property
    def due(self) -> float:  # type: ignore[override]
        """Instant until which an answer keeps the promise [h]."""
        return self.calendar.after(self.arrived, self.within)


class Outreach(Letter):
    """A contact that the company makes by itself: nobody waits for it, and it may lapse."""

    __slots__ = ("patience",)


class Meeting(Contact):
    """A visit by appointment: it goes before whatever else waits when its slot has come."""

    __slots__ = ("_task", "asked", "missed", "patience", "travel")

    def __init__(self, desk: Desk, ticket: Ticket, cause: int, task: float, chance: float, travel: float) -> None:
        """`task` is the work at the customer's, `travel` the way there and back [h]."""
        self.travel = travel
        super().__init__(desk, ticket, cause, task, chance)
        self.patience = None
        self.asked = 0.0
        """When the customer asked for it [h]."""
        self.missed = False
        """Whether nobody is at home."""
        self.started = self.ended = self.server = None
        self.handled = 0.0

    @property
    def work(self) -> float:
        """Work in hours of a standard person: whoever is quick at it drives no faster."""
        road = self.travel if self.server is None else self.travel * self.server.pace(self)
        return road if self.missed else self._task + road

    @work.setter
    def work(self, task: float) -> None:
        self._task = task

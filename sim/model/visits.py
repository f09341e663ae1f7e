"""Visits: work of the pipeline on leads, each a meeting or a try at one; they decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.job import Job

if TYPE_CHECKING:
    from sim.engine.job import Desk
    from sim.model.entities import Lead


class Visit(Job):
    """Work of one stage on one lead: a meeting, or a try at one."""

    __slots__ = ("lead", "owner", "patience", "stage", "value")
    breakable = True
    missed = False
    """Whether nobody is there."""
    travel = 0.0
    """Time on the road, there and back [h]."""

    def __init__(self, desk: Desk, lead: Lead, stage: int, work: float) -> None:
        self.desk = desk
        self.work = work
        self.state = "new"
        self.lead = lead
        self.stage = stage
        """Place of the stage."""
        self.value = lead.value
        self.patience = None
        self.owner = None


class Appointment(Visit):
    """A visit at which nobody may be there, perhaps after a journey."""

    __slots__ = ("_task", "missed", "travel")
    missed: bool
    """Whether nobody is there."""
    travel: float
    """Time on the road, there and back [h]."""

    @property
    def work(self) -> float:
        """Work in hours of a standard person: whoever is quick at it drives no faster."""
        return self._task if self.server is None else self._task + self.travel * self.server.pace(self)

    @work.setter
    def work(self, task: float) -> None:
        self._task = task
        self.server = None

"""One alarm for all jobs under one promise: it rings for those still waiting; it does not know the promise."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from simpy import Environment
from simpy.events import Event

from sim.engine.job import Job
from sim.engine.team import LATE

__all__ = ["Deadlines"]


class Deadlines(Event):
    """Deadlines that fall due in the order in which their jobs came.

    A job's own patience costs an event whether it is needed or not. Here one event serves all jobs, armed for the first
    that still waits; when the others would be due is not even worked out.
    """

    __slots__ = ("_due", "_line", "_overdue", "_ringing", "callbacks", "env")
    _ok = True
    _value: Any = None

    def __init__(self, env: Environment, due: Callable[[Any], float], overdue: Callable[[Any], None]) -> None:
        """`due` gives a job's deadline [h], never before that of an earlier job; `overdue` hears of those missed."""
        self.env = env
        self.callbacks: Any = None
        self._due = due
        self._overdue = overdue
        self._line: deque[Job] = deque()
        self._ringing = (self._ring,)

    def watch(self, job: Job) -> None:
        """Watch a job that has just begun to wait."""
        self._line.append(job)
        if self.callbacks is None:
            self._arm()

    def _arm(self) -> None:
        """Set the alarm for the first job that nobody has taken up yet."""
        line = self._line
        while line and not _unanswered(line[0]):
            line.popleft()
        if line:
            due = self._due(line[0])
            if due < float("inf"):
                self.callbacks = self._ringing
                self.env.schedule(self, LATE, max(0.0, due - self.env.now))

    def _ring(self, _: Event) -> None:
        job = self._line.popleft()
        self._arm()
        if _unanswered(job):
            self._overdue(job)


def _unanswered(job: Job) -> bool:
    return job.state == "waiting" and job.started is None

"""A clock that runs faster the more people are strained: what they endure of it is settled beforehand; it hires nobody.

Somebody quits when his clock has run for as long as he would stay unstrained. So the hazard is integrated exactly, and
the same people endure the same under every plan.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

from sim.engine.timer import call_after
from sim.engine.units import DAY

if TYPE_CHECKING:
    from simpy import Environment


class Endurance:
    """The clock of one team; how fast it runs is told once a day.

    Only calls that are due within the day are put on the calendar of the simulation: no other speed can come between.
    """

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._shows = 0.0  # what the clock showed ...
        self._read = env.now  # ... at this instant, when it was told how fast to run
        self._faster = 1.0
        self._due: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._turns = count()

    def after(self, span: float, action: Callable[[Any], None], subject: Any) -> None:
        """Call `action(subject)` when the clock has run for `span` [h] from now on."""
        heappush(self._due, (self._now() + span, next(self._turns), action, subject))
        self._call_those_due()

    def run(self, faster: float) -> None:
        """For the coming day the clock runs `faster` times as fast as time."""
        self._shows, self._read, self._faster = self._now(), self._env.now, faster
        self._call_those_due()

    def _now(self) -> float:
        return self._shows + (self._env.now - self._read) * self._faster

    def _call_those_due(self) -> None:
        shows, tomorrow = self._now(), self._shows + DAY * self._faster
        while self._due and self._due[0][0] < tomorrow:
            due, _, action, subject = heappop(self._due)
            call_after(self._env, max(0.0, due - shows) / self._faster, action, subject)

"""What pressure does to a team: handling gets shorter, and what is usual becomes the standard; it does no work."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from sim.engine.units import DAY

if TYPE_CHECKING:
    from sim.scenario.loops import Shortcuts


class Pressure:
    """Time per contact of one team under loop `shortcuts` (Oliva and Sterman 2001), looked at once a day.

    Pressure p is the work that came in the window, at the present standard, over the working time there was. Time per
    contact is standard x p ^ exponent; the standard follows what is usual down, and hardly ever up again.
    """

    def __init__(self, plan: Shortcuts) -> None:
        self._plan = plan
        self._days: deque[tuple[float, float]] = deque(maxlen=max(1, round(plan.window / DAY)))
        self._came = 0.0
        self._worked = 0.0
        self.standard = 1.0
        """Time per contact that is usual now, against the one at the start."""
        self.pressure = 1.0
        """Pressure as last seen."""
        self.factor = 1.0
        """Time per contact now, against the one at the start."""

    def add(self, work: float) -> None:
        """A contact has come, of so much work [h] at the time usual at the start."""
        self._came += work

    def look(self, rostered: float) -> None:
        """A day is over; `rostered` is the working time [h] there was since the start."""
        self._days.append((self._came, rostered - self._worked))
        self._came, self._worked = 0.0, rostered
        if len(self._days) == self._days.maxlen:
            came = math.fsum(work for work, _ in self._days)
            there = math.fsum(time for _, time in self._days)
            if came > 0 and there > 0:
                self.pressure = self.standard * came / there
        plan = self._plan
        self.factor = self.standard * min(plan.longest, self.pressure**plan.exponent)
        follows = plan.erosion if self.factor < self.standard else plan.recovery
        if follows is not None:
            moved = self.standard + (self.factor - self.standard) * -math.expm1(-DAY / follows)
            self.standard = min(1.0, moved)

    def resolution(self) -> float:
        """What is added to the log-odds of resolution: handling cut short resolves less."""
        return self._plan.resolution * math.log(min(1.0, self.factor))

"""What pressure does to a team: handling gets shorter, and what is usual becomes the standard; it does no work."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from sim.engine.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.loops import Shortcuts


class Pressure:
    """Time per contact of one team under loop `shortcuts` (Oliva and Sterman 2001), looked at once a day.

    Pressure p is the work that came in the window, at the present standard, over the working time there was. Work is
    what people of the team's skill need for it, wrap-up included; what no standard shortens (travel, selling) takes the
    time it takes. Time per contact is standard x p ^ exponent; the standard follows what is usual down, and hardly ever
    up again.
    """

    def __init__(self, plan: Shortcuts) -> None:
        self._plan = plan
        self._days: deque[tuple[float, float, float]] = deque(maxlen=max(1, round(plan.window / DAY)))
        self._came = 0.0
        self._fixed = 0.0
        self._worked = 0.0
        self.paces: Sequence[float] | None = None
        """Mean speed of the team's people by kind of work; None: standard."""
        self.standard = 1.0
        """Time per contact that is usual now, against the one at the start."""
        self.pressure = 1.0
        """Pressure as last seen."""
        self.factor = 1.0
        """Time per contact now, against the one at the start."""

    def add(self, kind: int, work: float, fixed: float = 0.0) -> None:
        """Work has come: so much [h] of this kind at the time usual at the start, and so much that nothing shortens."""
        self._came += work if self.paces is None else work / self.paces[kind]
        self._fixed += fixed

    def sell(self, kind: int, work: float, road: float) -> None:
        """Selling of this kind has come: it takes the time [h] that people's skill needs for it, and the road."""
        self._fixed += road + (work if self.paces is None else work / self.paces[kind])

    def look(self, rostered: float) -> None:
        """A day is over; `rostered` is the working time [h] there was since the start."""
        self._days.append((self._came, self._fixed, rostered - self._worked))
        self._came, self._fixed, self._worked = 0.0, 0.0, rostered
        if len(self._days) == self._days.maxlen:
            came, fixed, there = (math.fsum(column) for column in zip(*self._days, strict=True))
            if there > 0:
                self.pressure = (self.standard * came + fixed) / there
        plan = self._plan
        longer = self.pressure**plan.exponent if self.pressure > 0 else math.inf
        self.factor = self.standard * min(plan.longest, longer)
        follows = plan.erosion if self.factor < self.standard else plan.recovery
        if follows is not None:
            moved = self.standard + (self.factor - self.standard) * -math.expm1(-DAY / follows)
            self.standard = min(1.0, moved)

    def resolution(self) -> float:
        """What is added to the log-odds of resolution: handling cut short resolves less."""
        return self._plan.resolution * math.log(min(1.0, self.factor))

"""The quota of the period that runs: what is sold already, and how far behind the team is; it sells nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.units import MONTH

if TYPE_CHECKING:
    from simpy import Environment

    from sim.scenario.deals import Quota


class Target:
    """The team's quota of the period that runs."""

    def __init__(self, env: Environment, plan: Quota, filled: Callable[[], int]) -> None:
        """`filled` tells how many positions of the team are filled now."""
        self._env = env
        self._filled = filled
        self._amount = plan.amount * MONTH
        self._length = plan.period()
        self._period = 0
        self._sold = 0.0

    def sell(self, value: float) -> None:
        """A deal of this monthly value has been won."""
        self._turn()
        self._sold += value

    def lag(self) -> float:
        """Share of the period that has passed less the share of the quota that is sold, 0 for who is ahead."""
        self._turn()
        expected = self._amount * self._filled()
        if expected <= 0.0:
            return 0.0
        return max(0.0, self._env.now / self._length - self._period - self._sold / expected)

    def _turn(self) -> None:
        period = int(self._env.now // self._length)
        if period != self._period:
            self._period, self._sold = period, 0.0

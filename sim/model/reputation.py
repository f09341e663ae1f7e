"""What is said of the company: it follows what customers feel, and moves demand and odds; it asks nobody by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.timer import call_after
from sim.engine.units import DAY

if TYPE_CHECKING:
    from simpy import Environment

    from sim.scenario.loops import Reputation as ReputationPlan


class Reputation:
    """A stock that closes a constant share of its gap to the mean satisfaction every day."""

    def __init__(self, env: Environment, plan: ReputationPlan, feeling: Callable[[], float | None]) -> None:
        """`feeling` tells the mean satisfaction of live customers now; None while there are none."""
        self._env = env
        self._plan = plan
        self._feeling = feeling
        self._closed = 1.0 - math.exp(-DAY / plan.time)
        self.value: float = plan.reference
        """Reputation now, on the scale of satisfaction."""
        self.factor = 1.0
        """Inbound demand now, relative to what the sources say."""
        self.odds = 0.0
        """What it adds to the log-odds of every stage now."""
        self.most = plan.most
        """Most that `factor` can be."""
        call_after(env, DAY, self._look, None)

    def _look(self, _: None) -> None:
        call_after(self._env, DAY, self._look, None)
        feeling = self._feeling()
        if feeling is None:
            return
        self.value += (feeling - self.value) * self._closed
        beyond = self.value - self._plan.reference
        self.factor = min(self.most, math.exp(self._plan.strength * beyond))
        self.odds = self._plan.odds * beyond

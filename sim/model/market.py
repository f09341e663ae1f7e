"""Everybody who could ever buy, and how many of them could be won now; who they are is known elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.streams import keyed
from sim.engine.timer import call_after

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.streams import Streams
    from sim.scenario.marketing import Market as MarketPlan

POOL = 4096
"""Times of cooling off that are drawn in advance."""
_COOLING = 1 << 50


class Market:
    """A finite number of possible customers, of whom some are free."""

    def __init__(self, env: Environment, streams: Streams, plan: MarketPlan, customers: int) -> None:
        """`customers` of them are won from the start."""
        self._env = env
        self._size = plan.size
        self.free = plan.size - customers
        """Those who are not customers, in the pipeline or cooling off."""
        self._cooling = streams.pool("marketing.cooling", plan.cooling, POOL) if plan.cooling else None

    @property
    def share(self) -> float:
        """Share of everybody who could be won now."""
        return self.free / self._size

    def enter(self) -> None:
        """Somebody has become a lead."""
        self.free -= 1

    def release(self, key: int) -> None:
        """A lead or a customer with this key is lost: free again when he has cooled off, or never."""
        if self._cooling is None:
            return
        delay = self._cooling[keyed(key, _COOLING) & (POOL - 1)]
        call_after(self._env, delay, self._come_free, None)

    def _come_free(self, _: None) -> None:
        self.free += 1

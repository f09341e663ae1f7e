"""Customers who buy again and again until they silently stop; what they buy for is said by what they spend."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.streams import keyed_uniform
from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.model.loyalty import odds

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.entities import Customer
    from sim.model.journal import Journal
    from sim.scenario.customers import Purchases

_WAIT, _STOPS = ((1 << 55) + (n << 32) for n in range(2))


class Buying:
    """The purchases of all customers (BG/NBD: Fader, Hardie and Lee 2005). Outlet: on_end (a customer has stopped)."""

    def __init__(
        self, env: Environment, plan: Purchases, retains: bool, journal: Journal, until: float, haste: float = 1.0
    ) -> None:
        """`retains` tells whether satisfaction moves who stops; a poor fit stops `haste` times as readily."""
        self.on_end: Callable[[Customer], None]
        self._env = env
        self._plan = plan
        self._beta = plan.beta if retains else 0.0
        self._until = until
        self._haste = haste
        self._write = journal.writer("purchases")

    def know(self, customer: Customer, rate: float, dropout: float) -> None:
        """What a customer is like: one who buys at the mean rate spends his value per month, at his own rate less or
        more."""
        customer.habits = (rate, dropout, customer.value / (self._plan.rate * MONTH))
        customer.value = customer.started_at = customer.value * rate / self._plan.rate

    def begin(self, customer: Customer, long_since: bool) -> None:
        """A customer goes live with his first purchase, unless he has made it long since."""
        if not long_since:
            self._buy(customer)
        self._wait(customer, 1)

    def revise(self, customer: Customer, hazard: float) -> None:
        """Who buys repeatedly has no rate of leaving: he stops after a purchase."""

    def neutral(self, customer: Customer, endurance: float) -> float | None:
        """Not known before he buys, or stops."""
        return None

    def _wait(self, customer: Customer, number: int) -> None:
        if customer.habits[0] <= 0.0:
            return
        wait = self._waits(customer, number)
        if self._env.now + wait < self._until:
            call_after(self._env, wait, self._again, (customer, number))

    @staticmethod
    def _waits(customer: Customer, number: int) -> float:
        """Time until his purchase of this number [h]; the first has number 0."""
        return -math.log1p(-keyed_uniform(customer.key, _WAIT + number)) / customer.habits[0]

    def _again(self, purchase: tuple[Customer, int]) -> None:
        customer, number = purchase
        self._buy(customer)
        stops = min(1.0, customer.habits[1])
        chance = keyed_uniform(customer.key, _STOPS + number)
        if customer.neutral is None and chance < stops:
            customer.neutral = self._env.now
        if customer.misfit and customer.proper is None and chance < customer.habits[1] / self._haste:
            customer.proper = self._env.now
        if self._beta:
            stops = odds(stops, self._beta * (self._plan.reference - customer.satisfaction))
        if chance >= stops:
            self._wait(customer, number + 1)
            return
        if customer.neutral is None:
            customer.neutral = self._foreseen(customer, number)
        self.on_end(customer)

    def _foreseen(self, customer: Customer, number: int) -> float | None:
        """When he would have stopped, feeling neutral all along, had he not with this purchase [h]; None: beyond the
        horizon."""
        time = self._env.now
        while time < self._until:
            number += 1
            time += self._waits(customer, number)
            if keyed_uniform(customer.key, _STOPS + number) < customer.habits[1]:
                return time
        return None

    def _buy(self, customer: Customer) -> None:
        more = customer.value / customer.started_at if customer.started_at > 0.0 else 1.0
        self._write((customer.number, self._env.now, customer.habits[2] * more))

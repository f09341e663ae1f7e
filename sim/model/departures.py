"""Leaving at any time: the moment at which endurance is used up, exact though the rate of leaving changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from sim.engine.timer import call_after

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.entities import Customer


class Ending(Protocol):
    """How customers can leave: at any time, at the end of a term, after a purchase."""

    def begin(self, customer: Customer, long_since: bool) -> None:
        """A customer goes live; `long_since` is true of the initial base."""

    def revise(self, customer: Customer, hazard: float) -> None:
        """His rate of leaving [1/h] is another one from now on."""

    def neutral(self, customer: Customer, endurance: float) -> float | None:
        """When he would leave with this endurance, feeling neutral all along [h]; None: not known, or never."""


class Departures:
    """Customers who can leave at any time. Outlet: on_end (he leaves)."""

    def __init__(self, env: Environment, base: float, until: float) -> None:
        """`base` is the rate of leaving of the neutral customer [1/h]."""
        self.on_end: Callable[[Customer], None]
        self._env = env
        self._base = base
        self._until = until

    def begin(self, customer: Customer, long_since: bool) -> None:
        """A customer goes live."""
        customer.since = self._env.now
        self._expect(customer)

    def revise(self, customer: Customer, hazard: float) -> None:
        """Integrate the rate up to now and go on with another one.

        A departure that moves away is looked at again when its old appointment comes, so only a rising rate needs a new
        one.
        """
        now, last = self._env.now, customer.hazard
        customer.used += last * (now - customer.since)
        customer.since = now
        customer.hazard = hazard
        if hazard > last:
            self._expect(customer)

    def neutral(self, customer: Customer, endurance: float) -> float | None:
        """When he would leave with this endurance, feeling neutral all along [h]."""
        assert customer.live is not None
        return customer.live + endurance / self._base if self._base > 0 else None

    def _expect(self, customer: Customer) -> None:
        """Schedule the departure, unless an event is pending that comes no later or it lies beyond the horizon."""
        if customer.hazard <= 0:
            return
        at = customer.since + (customer.threshold - customer.used) / customer.hazard
        if at < self._until and (customer.due is None or at < customer.due):
            customer.due = at
            call_after(self._env, max(0.0, at - self._env.now), self._perhaps, (customer, at))

    def _perhaps(self, appointment: tuple[Customer, float]) -> None:
        """The appointed instant has come: leave, or wait on if contentment has postponed it."""
        customer, at = appointment
        if customer.left is not None or customer.due != at:
            return
        customer.due = None
        leaves_at = customer.since + (customer.threshold - customer.used) / customer.hazard
        if leaves_at > at + 1e-9:
            self._expect(customer)
            return
        self.on_end(customer)

"""Open issues: needs that failed and are not resolved yet hurt for a while; how much, the kind of customer says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.timer import call_after

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.entities import Customer, Ticket
    from sim.model.segments import Segments


class Sores:
    """The open issues of all customers. Inlets: fail, mend. Outlet: on_change (a customer has an open issue, or none
    any more)."""

    def __init__(self, env: Environment, segments: Segments, until: float) -> None:
        self.on_change: Callable[[Customer], None]
        self._env = env
        self._kinds = segments.kinds
        self._until = until

    def fail(self, ticket: Ticket) -> None:
        """A contact has not resolved a customer's need."""
        customer = ticket.customer
        if customer is None or customer.left is not None:
            return
        issues = self._kinds[customer.segment].issues
        if issues is None:
            return
        was_sore = bool(customer.sore)
        if customer.sore is None:
            customer.sore = {}
        until = customer.sore[ticket.number] = self._env.now + issues.lasts
        if until < self._until:
            call_after(self._env, issues.lasts, self._fade, (customer, ticket.number, until))
        if not was_sore:
            self.on_change(customer)

    def mend(self, ticket: Ticket) -> None:
        """A customer's need has been resolved."""
        customer = ticket.customer
        if customer is not None and customer.sore and ticket.number in customer.sore:
            self._forget(customer, ticket.number)

    def _fade(self, pain: tuple[Customer, int, float]) -> None:
        """An issue has hurt long enough, unless it has failed again meanwhile."""
        customer, number, until = pain
        if customer.sore and customer.sore.get(number) == until:
            self._forget(customer, number)

    def _forget(self, customer: Customer, number: int) -> None:
        assert customer.sore is not None
        del customer.sore[number]
        if not customer.sore:
            self.on_change(customer)

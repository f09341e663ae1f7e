"""Bad experiences that become complaints; it does not serve them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.timer import call_after
from sim.engine.units import WEEK

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.model.entities import Customer, Lead, Ticket
    from sim.model.needs import Need, Traits


class Complaints:
    """The ticket types that the dissatisfied raise. A ticket breeds one complaint at most, a complaint none."""

    def __init__(
        self,
        env: Environment,
        needs: list[Need],
        accept: Callable[[Need, Traits, Customer | None, Lead | None], None],
    ) -> None:
        self._env = env
        self._needs = needs
        self._accept = accept

    def hear(self, ticket: Ticket, customer: Customer, attempt: int, felt: float) -> None:
        """A customer has felt a contact: he may complain about it."""
        if not self._needs or ticket.complained or ticket.need.plan.complaints:
            return
        chance = ticket.need.complains(ticket.key, attempt)
        for need in self._needs:
            plan = need.plan.complaints
            if plan and felt < plan.below and chance < plan.share:
                ticket.complained = True
                key = ticket.need.complaint(ticket.key, attempt)
                back = reopened(need.posts[0].calendar, self._env.now, need.complaint_delay(key))
                call_after(self._env, back - self._env.now, self._complain, (need, key, customer))
                return

    def _complain(self, call: tuple[Need, int, Customer]) -> None:
        need, key, customer = call
        if customer.left is None:
            self._accept(need, need.single(key), customer, None)


def reopened(calendar: Calendar, now: float, delay: float) -> float:
    """When somebody comes back to a desk after a delay [h] of the whole week.

    Nobody rings a closed desk: the delay passes in opening hours, at the pace of the whole week.
    """
    return calendar.next_open(calendar.after(now, delay * calendar.week_hours / WEEK))

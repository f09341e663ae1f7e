"""Work planned for every customer at intervals: maintenance, check-ins; it says when, others do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simpy import Environment

    from sim.model.entities import Customer
    from sim.model.needs import Need
    from sim.scenario.tickets import Schedule

_TURN, _VISITS = 500_000, 600_000
"""Numbers under which a customer's turn, and the keys of his visits, are drawn by his key."""


class Upkeep:
    """One planned ticket type: each customer has it at even intervals, in a turn of his own.

    His turn and everything about each visit are drawn by his key, so they are the same under every plan.
    """

    def __init__(
        self,
        env: Environment,
        need: Need,
        place: int,
        base: Sequence[Customer],
        ask: Callable[[Need, tuple[int, float, float, float, int], Customer], None],
        until: float,
    ) -> None:
        """`place` is the number of the type among the planned ones; `ask` opens a ticket."""
        schedule = need.plan.schedule
        assert schedule is not None
        self._env = env
        self._need = need
        self._place = place
        self._schedule: Schedule = schedule
        self._every = float(schedule.every)
        self._hours = need.posts[0].calendar
        self._ask = ask
        self._until = until
        for customer in base:
            self.admit(customer)

    def admit(self, customer: Customer) -> None:
        """A customer is live: plan for him from now on."""
        first = self._every * keyed_uniform(customer.key, _TURN + self._place)
        if customer.upkeep is None:
            customer.upkeep = {}
        # All is well at the start: the one before the first is taken to have been done.
        customer.upkeep[self._need.code] = self._env.now + first - self._every
        self._plan(customer, 0, self._env.now + first)

    def _plan(self, customer: Customer, number: int, first: float) -> None:
        """Plan a turn: when the team that does the work is there; turns that it sleeps through are one."""
        now = self._env.now
        due = self._hours.next_open(first + number * self._every)
        while number and due <= now:
            number += 1
            due = self._hours.next_open(first + number * self._every)
        if due < self._until:
            call_after(self._env, max(0.0, due - now), self._due, (customer, number, first))

    def _due(self, turn: tuple[Customer, int, float]) -> None:
        """A customer's turn has come; if nothing came of the last one yet, this one is skipped."""
        customer, number, first = turn
        if customer.left is not None:
            return
        self._plan(customer, number + 1, first)
        planned = customer.waits_for_answer
        if planned is None:
            planned = customer.waits_for_answer = set()
        if self._need.code not in planned and self._wanted(customer):
            key = keyed(customer.key, _VISITS + 1000 * self._place + number) >> 2
            self._ask(self._need, self._need.single(key), customer)

    def _wanted(self, customer: Customer) -> bool:
        """Whether he is among those the plan is for: everybody, or the silent and the unhappy."""
        plan = self._schedule
        silent = plan.silent is not None and self._env.now - customer.touched >= plan.silent
        unhappy = plan.below is not None and customer.satisfaction < plan.below
        return silent or unhappy or (plan.silent is None and plan.below is None)

"""Contracts: terms that begin and end, and what customers decide at their end; it knows no reason but hazard."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after
from sim.model.facts import ORIGINS
from sim.model.loyalty import odds

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.streams import Streams
    from sim.model.entities import Customer
    from sim.scenario.leaving import Contract, Leaving

POOL = 4096
"""Lengths, and cuts, that are drawn in advance."""
Pools = tuple[list[float], list[float]]
"""Lengths of terms [h], and cuts as shares of what is paid, to be picked from by key."""
_INITIAL = ORIGINS.index("initial")
_SHORTEST = 1.0
"""Least length of a term [h]: terms of no length would follow each other without end."""
_LENGTH, _PLACE, _DOWNGRADE, _CUT = ((1 << 54) + (n << 32) for n in range(4))


def drawn(streams: Streams, plan: Contract, name: str = "") -> Pools:
    """What is drawn in advance for a contract; `name` is that of the segment whose own it is."""
    own = f".{name}" if name else ""
    lengths = streams.pool(f"customers.contract{own}", plan.length, POOL)
    return lengths, streams.pool(f"customers.cut{own}", plan.cut, POOL) if plan.cut else []


class Terms:
    """The contracts of all customers. Outlets: on_term (a term has begun and ends then), on_renewal (pays so much of it
    less from now on), on_end (he leaves)."""

    def __init__(
        self,
        env: Environment,
        plan: Contract,
        pools: Pools,
        leaving: Leaving,
        retains: bool,
        until: float,
    ) -> None:
        """`retains` tells whether satisfaction moves what customers decide."""
        self.on_term: list[Callable[[Customer, float], None]] = []
        self.on_renewal: Callable[[Customer, float], None]
        self.on_end: Callable[[Customer], None]
        self._env = env
        self._plan = plan
        self._leaving = leaving
        self._beta = leaving.beta if retains else 0.0
        self._until = until
        self._lengths, self._cuts = pools

    def begin(self, customer: Customer, amid: bool) -> None:
        """A customer goes live; `amid` a term if he has long been one."""
        customer.term = max(_SHORTEST, self._lengths[keyed(customer.key, _LENGTH) & (POOL - 1)])
        customer.since = self._env.now
        self._run(customer, 0, customer.term * (self._left(customer) if amid else 1.0))

    @staticmethod
    def _left(customer: Customer) -> float:
        """Share of the first term that is left to somebody who is amid one."""
        return 1.0 - keyed_uniform(customer.key, _PLACE)

    def revise(self, customer: Customer, hazard: float) -> None:
        """His rate of leaving [1/h] is another one; it counts when the term ends."""
        customer.hazard = hazard

    def neutral(self, customer: Customer, endurance: float) -> float | None:
        """When he would leave with this endurance, feeling neutral all along [h]."""
        assert customer.term is not None
        assert customer.live is not None
        if self._leaving.base <= 0:
            return None
        first = customer.term * (self._left(customer) if customer.origin == _INITIAL else 1.0)
        terms = max(1, math.ceil(endurance / (self._leaving.base * customer.term) - 1e-12))
        return customer.live + first + (terms - 1) * customer.term

    def _run(self, customer: Customer, number: int, lasts: float) -> None:
        end = self._env.now + lasts
        for hear in self.on_term:
            hear(customer, end)
        if end < self._until:
            call_after(self._env, lasts, self._decide, (customer, number))

    def _decide(self, term: tuple[Customer, int]) -> None:
        """A term is over: by what he remembers now the customer leaves, or renews, perhaps for less."""
        customer, number = term
        assert customer.term is not None
        customer.used += customer.hazard * customer.term
        if customer.used >= customer.threshold:
            self.on_end(customer)
            return
        cut = 0.0
        if self._cuts:
            effect = self._beta * (self._leaving.reference - customer.satisfaction)
            if keyed_uniform(customer.key, _DOWNGRADE + number) < odds(self._plan.downgrade, effect):
                cut = self._cuts[keyed(customer.key, _CUT + number) & (POOL - 1)]
        self.on_renewal(customer, cut)
        self._run(customer, number + 1, customer.term)

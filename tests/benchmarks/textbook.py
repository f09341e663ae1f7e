"""Queues written the way SimPy's own examples are: a process per customer and a Resource; knows nothing of the engine.

They are what the engine's teams are measured against, and what they must agree with to the last bit.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import simpy

SIGMA = 0.6
"""Standard deviation of the logarithm of a ticket's handling time."""
PRIORITIES = (0.1, 0.3, 0.6)
STEP = 7919
"""The visit that follows a visit takes its chances from so many rows further down."""


class Customers(NamedTuple):
    """Chances of a plain queue: one row per customer, drawn beforehand."""

    gap: list[float]
    handle: list[float]

    @classmethod
    def draw(cls, seed: int, customers: int, rate: float) -> Customers:
        """Exponential gaps and handling times [h], the latter of mean 1."""
        generator = np.random.default_rng(seed)
        gaps = generator.exponential(1 / rate, customers).tolist()
        return cls(gaps, generator.exponential(1.0, customers).tolist())


class Tickets(NamedTuple):
    """Chances of a desk: one row per ticket, drawn beforehand; later visits take the rows of other tickets."""

    gap: list[float]
    priority: list[int]
    handle: list[float]
    patience: list[float]
    reopened: list[bool]
    delay: list[float]

    @classmethod
    def draw(cls, seed: int, tickets: int, rate: float = 10.0) -> Tickets:
        """Mean handling 1 h, log-sd .6; patience Exp(2 h); priorities .1/.3/.6; 15 % come back after Exp(3 h)."""
        generator = np.random.default_rng(seed)
        return cls(
            generator.exponential(1 / rate, tickets).tolist(),
            generator.choice(3, tickets, p=PRIORITIES).tolist(),
            generator.lognormal(-SIGMA * SIGMA / 2, SIGMA, tickets).tolist(),
            generator.exponential(2.0, tickets).tolist(),
            (generator.random(tickets) < 0.15).tolist(),
            generator.exponential(3.0, tickets).tolist(),
        )


class Chances(NamedTuple):
    """Where a desk gets its chances from: functions of the ticket's number, or of the visit's row."""

    gap: Callable[[int], float]
    priority: Callable[[int], int]
    handle: Callable[[int], float]
    patience: Callable[[int], float]
    reopened: Callable[[int], bool]
    delay: Callable[[int], float]

    @classmethod
    def known(cls, tickets: Tickets) -> Chances:
        """Looked up among those drawn beforehand."""
        return cls(*(column.__getitem__ for column in tickets))

    @classmethod
    def fresh(cls, seed: int, rate: float = 10.0) -> Chances:
        """Drawn one by one when needed, as the textbook does."""
        generator = np.random.default_rng(seed)
        return cls(
            lambda _: generator.exponential(1 / rate),
            lambda _: int(generator.choice(3, p=PRIORITIES)),
            lambda _: generator.lognormal(-SIGMA * SIGMA / 2, SIGMA),
            lambda _: generator.exponential(2.0),
            lambda _: generator.random() < 0.15,
            lambda _: generator.exponential(3.0),
        )


def arrivals(gaps: Sequence[float]) -> list[float]:
    """Instants [h] at which a source that waits from gap to gap lets customers in."""
    return list(accumulate(gaps))


def queue(gap: Callable[[int], float], handle: Callable[[int], float], customers: int, servers: int) -> array[float]:
    """One queue, identical servers; the facts: arrived, started, ended of each customer, in the order of ending."""
    env = simpy.Environment()
    resource = simpy.Resource(env, servers)
    facts = array("d")

    def customer(number: int):
        arrived = env.now
        with resource.request() as request:
            yield request
            started = env.now
            yield env.timeout(handle(number))
        facts.extend((arrived, started, env.now))

    def source():
        for number in range(customers):
            yield env.timeout(gap(number))
            env.process(customer(number))

    env.process(source())
    env.run()
    return facts


def desk(chances: Chances, tickets: int, agents: int) -> array[float]:
    """Priorities, patience and reopening; the facts: ticket, visit, arrived, started (nan: abandoned), ended."""
    env = simpy.Environment()
    resource = simpy.PriorityResource(env, agents)
    facts = array("d")

    def ticket(number: int):
        priority = chances.priority(number)
        visit = 0
        while True:
            row = (number + visit * STEP) % tickets
            arrived = env.now
            with resource.request(priority=priority) as request:
                answer = yield request | env.timeout(chances.patience(row))
                if request not in answer:
                    facts.extend((number, visit, arrived, float("nan"), env.now))
                    return
                started = env.now
                yield env.timeout(chances.handle(row))
            facts.extend((number, visit, arrived, started, env.now))
            if not chances.reopened(row):
                return
            yield env.timeout(chances.delay(row))
            visit += 1

    def source():
        for number in range(tickets):
            yield env.timeout(chances.gap(number))
            env.process(ticket(number))

    env.process(source())
    env.run()
    return facts


def shifts(customers: Customers, servers: int, opening: float, closing: float, breakable: bool) -> array[float]:
    """One queue, servers on duty every day from opening to closing [h]; facts as of `queue`.

    The night is a customer of its own who is served first, and who interrupts the others if their work is breakable.
    """
    env = simpy.Environment()
    resource = simpy.PreemptiveResource(env, servers)
    facts = array("d")

    def night():
        yield env.timeout(0)
        until = opening
        while True:
            with resource.request(priority=-1, preempt=breakable) as request:
                yield request
                yield env.timeout(until - env.now)
            yield env.timeout(until - opening + closing - env.now)
            until += 24.0

    def customer(number: int, handle: float):
        arrived = env.now
        started = None
        while True:
            with resource.request(priority=number, preempt=False) as request:
                yield request
                since = env.now
                started = since if started is None else started
                try:
                    yield env.timeout(handle)
                    break
                except simpy.Interrupt:
                    handle -= env.now - since
        facts.extend((arrived, started, env.now))

    def source():
        for number, (gap, handle) in enumerate(zip(customers.gap, customers.handle, strict=True)):
            yield env.timeout(gap)
            env.process(customer(number, handle))

    for _ in range(servers):
        env.process(night())
    env.process(source())
    env.run(until=sum(customers.gap) + 24.0 * 30)
    return facts

"""Waits before a single server with any handle times, and of classes served by priority (no work is interrupted).

It does not know preemption, deadlines, or classes whose handle times differ while several servers share them: there is
no simple formula then. Times are in hours and rates per hour; any other unit of time serves if all arguments share it.

Overload by rule: a class whose own load and that of the classes before it reach the servers waits infinitely; the
classes before it do not, and their waits are computed with all servers always busy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from sim.engine.theory.erlang import erlang_c, offered_load, require, require_servers


@dataclass(frozen=True)
class SingleServerQueue:
    """The steady state of M/G/1."""

    load: float
    """Offered load [erlang]; below 1 it is also the occupancy and the share of customers who wait."""
    mean_wait: float
    """Mean wait in queue over all customers [h]; infinite when the load is 1 or more."""
    mean_time: float
    """Mean wait plus mean handle time [h]."""
    queue: float
    """Mean number waiting."""
    in_system: float
    """Mean number waiting or in service."""

    @property
    def occupancy(self) -> float:
        """Share of the server's time that is busy."""
        return min(self.load, 1.0)


@dataclass(frozen=True)
class PriorityQueue:
    """The steady state of classes in order of priority before servers who finish what they have begun."""

    occupancy: float
    """Share of the servers' time that is busy."""
    p_wait: float
    """Share of customers who find all servers busy, the same for every class."""
    mean_waits: tuple[float, ...]
    """Mean wait of each class [h], most urgent first."""
    queues: tuple[float, ...]
    """Mean number waiting of each class."""
    mean_wait: float
    """Mean wait over all customers [h]."""


def mg1(rate: float, handle: float, cv: float = 1.0) -> SingleServerQueue:
    """The steady state of M/G/1 for arrivals at `rate` [1/h], mean `handle` time [h] and its coefficient of variation.

    cv 0 is M/D/1, cv 1 is M/M/1. Only the mean and the variance of the handle time matter (Pollaczek 1930, Khinchine
    1932). Raises ValueError for negative or non-finite figures.
    """
    load = offered_load(rate, handle)
    require("cv", cv)
    if load >= 1:
        return SingleServerQueue(load, math.inf, math.inf, math.inf, math.inf)
    wait = load * handle * (1.0 + cv * cv) / (2.0 * (1.0 - load))
    return SingleServerQueue(load, wait, wait + handle, rate * wait, rate * wait + load)


def priority_queue(
    rates: Sequence[float],
    handle: float | Sequence[float],
    servers: int = 1,
    cv: float | Sequence[float] = 1.0,
) -> PriorityQueue:
    """Non-preemptive priorities: class 0 before class 1 and so on, first in first out within a class.

    `rates` arrivals of each class [1/h]; mean `handle` time [h] and its coefficient of variation, one for all
    classes or one for each. A single server takes any (Cobham 1954); several servers need one exponential handle time
    for all (Davis 1966; Kella & Yechiali 1985). Raises ValueError otherwise, without classes or without servers.
    """
    count = len(rates)
    handles = _each(handle, count, "handle")
    cvs = _each(cv, count, "cv")
    if count == 0 or require_servers(servers) == 0:
        raise ValueError("priorities need at least one class and one server")
    if servers > 1 and (len(set(handles)) > 1 or any(c != 1.0 for c in cvs)):
        raise ValueError("several servers need one exponential handle time (cv 1) for all classes")
    loads = [offered_load(rate, mean) / servers for rate, mean in zip(rates, handles, strict=True)]
    upto = [0.0, *accumulate(loads)]
    residual = _residual_work(loads, handles, [require("cv", c) for c in cvs], servers)
    waits = tuple(
        residual / ((1.0 - before) * (1.0 - with_own)) if with_own < 1 else math.inf
        for before, with_own in pairwise(upto)
    )
    queues = tuple(rate * wait if rate > 0 else 0.0 for rate, wait in zip(rates, waits, strict=True))
    total = sum(rates)
    return PriorityQueue(
        occupancy=min(upto[-1], 1.0),
        p_wait=erlang_c(servers, upto[-1] * servers),
        mean_waits=waits,
        queues=queues,
        mean_wait=sum(queues) / total if total > 0 else 0.0,
    )


def _residual_work(loads: list[float], handles: list[float], cvs: list[float], servers: int) -> float:
    """Mean time [h] until the next server is free, as found by an arrival (0 counted when one is free already)."""
    if servers > 1:
        return erlang_c(servers, sum(loads) * servers) * handles[0] / servers
    residual, room = 0.0, 1.0
    for load, handle, cv in zip(loads, handles, cvs, strict=True):
        # The class that saturates the server gets the time the classes before it leave, the classes after it none.
        share = min(load, room)
        residual += share * handle * (1.0 + cv * cv) / 2.0
        room -= share
    return residual


def _each(value: float | Sequence[float], count: int, name: str) -> list[float]:
    values = [float(value)] * count if isinstance(value, int | float) else [float(v) for v in value]
    if len(values) != count:
        raise ValueError(f"{name} needs one value for all classes or {count}, found {len(values)}")
    return values

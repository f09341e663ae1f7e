"""Queues with finitely many states (birth-death chains): a finite waiting room, a finite customer base, any other.

It does not know impatience in the steady state, several classes, or handling times that are not exponential. Times are
in hours and rates per hour; any other unit of time serves if all arguments share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.engine.theory.erlang import offered_load, require, require_servers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FiniteQueue:
    """The steady state of equal servers behind a finite waiting room or before a finite customer base."""

    servers: int
    """Servers on duty."""
    handle: float
    """Mean handle time [h]."""
    p_block: float
    """Share of arrivals turned away because the room is full (0 for a finite customer base)."""
    p_wait: float
    """Share of the admitted who find all servers busy."""
    throughput: float
    """Served customers [1/h]."""
    occupancy: float
    """Share of the servers' time that is busy."""
    queue: float
    """Mean number waiting."""
    in_system: float
    """Mean number waiting or in service."""
    mean_wait: float
    """Mean wait of the admitted [h]."""
    mean_time: float
    """Mean wait plus mean handle time of the admitted [h]."""
    found: tuple[float, ...] = field(repr=False)
    """Share of the admitted who find 0, 1, 2, ... others in the system."""

    def wait_exceeds(self, t: float) -> float:
        """Share of the admitted who wait longer than t [h], first in first out."""
        if t < 0:
            return 1.0
        ahead = np.array(self.found[self.servers :])
        return float(ahead @ erlang_tail(len(ahead), self.servers * t / self.handle))

    def service_level(self, t: float) -> float:
        """Share of the admitted whose wait is at most t [h]."""
        return 1.0 - self.wait_exceeds(t)


def birth_death(births: Sequence[float] | Floats, deaths: Sequence[float] | Floats) -> Floats:
    """Stationary probabilities of states 0..m, of shape (m + 1,), from births[k] (k to k+1) and deaths[k] (k+1 to k).

    In logarithms, so that thousands of states neither overflow nor vanish (Kleinrock 1975, section 3.1). Raises
    ValueError for shapes that differ, negative births or deaths that are not positive.
    """
    up, down = np.asarray(births, dtype=float), np.asarray(deaths, dtype=float)
    if up.shape != down.shape or up.ndim != 1:
        raise ValueError(f"births and deaths must be equally long lists, found shapes {up.shape} and {down.shape}")
    if not (np.all(np.isfinite(up)) and np.all(up >= 0) and np.all(np.isfinite(down)) and np.all(down > 0)):
        raise ValueError("births must be finite and at least 0, deaths finite and above 0")
    with np.errstate(divide="ignore"):
        steps = np.log(up) - np.log(down)
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    shares: Floats = weights / weights.sum()
    return shares


def mmnk(rate: float, handle: float, servers: int, capacity: int) -> FiniteQueue:
    """The steady state of M/M/n/K: at most `capacity` customers inside, waiting or served; others are turned away.

    `rate` arrivals [1/h], mean `handle` time [h]. Raises ValueError for impossible rates or times, fewer than 1 server
    or a capacity below 1. Overload is no error: the room is then nearly always full.
    """
    offered_load(rate, handle)
    servers = _some_servers(servers)
    if capacity != int(capacity) or capacity < 1:
        raise ValueError(f"capacity must be a whole number of at least 1, found {capacity}")
    states = np.arange(1, capacity + 1)
    births = np.full(capacity, float(rate))
    shares = birth_death(births, np.minimum(states, servers) / handle)
    return _finite_queue(shares, np.append(births, rate), handle, servers, turned_away=rate * float(shares[-1]))


def finite_source(customers: int, between: float, handle: float, servers: int) -> FiniteQueue:
    """The steady state of a closed base of `customers`, each asking `between` [h] (mean) after its last case was done.

    The machine-interference model (Palm 1947). Mean `handle` time [h]. Raises ValueError for impossible times, fewer
    than 1 customer or fewer than 1 server. Never overloaded: the queue is at most the base.
    """
    require("handle", handle, positive=True)
    require("between", between, positive=True)
    servers = _some_servers(servers)
    if customers != int(customers) or customers < 1:
        raise ValueError(f"customers must be a whole number of at least 1, found {customers}")
    states = np.arange(customers + 1)
    births = (customers - states) / between
    shares = birth_death(births[:-1], np.minimum(states[1:], servers) / handle)
    return _finite_queue(shares, births, handle, servers, turned_away=0.0)


def erlang_tail(stages: int, x: float) -> Floats:
    """P(sum of k unit exponentials > x) for k = 1..stages, of shape (stages,); x >= 0 has no dimension."""
    if stages == 0:
        return np.zeros(0)
    if x == 0:
        return np.ones(stages)
    logs = np.concatenate([[0.0], np.cumsum(np.log(x) - np.log(np.arange(1, stages)))]) - x
    tail: Floats = np.minimum(np.cumsum(np.exp(logs)), 1.0)
    return tail


def _finite_queue(shares: Floats, births: Floats, handle: float, servers: int, *, turned_away: float) -> FiniteQueue:
    """Everything else from the stationary shares of states and the arrivals [1/h] in each of them."""
    states = np.arange(len(shares))
    arrivals = float(shares @ births)
    admitted = arrivals - turned_away
    busy = float(shares @ np.minimum(states, servers))
    queue = float(shares @ np.maximum(states - servers, 0))
    found = (shares * births)[:-1]  # nobody is admitted to the last state
    # With no arrivals at all, the customer who might come finds the system as time does.
    found = found / found.sum() if found.sum() > 0 else shares[:-1]
    throughput = busy / handle
    wait = queue / throughput if admitted > 0 else 0.0
    return FiniteQueue(
        servers=servers,
        handle=handle,
        p_block=turned_away / arrivals if arrivals > 0 else 0.0,
        p_wait=float(found[servers:].sum()),
        throughput=throughput,
        occupancy=busy / servers,
        queue=queue,
        in_system=busy + queue,
        mean_wait=wait,
        mean_time=wait + handle,
        found=tuple(found.tolist()),
    )


def _some_servers(servers: int) -> int:
    if require_servers(servers) == 0:
        raise ValueError("servers must be at least 1: without any the room fills and nobody is ever served")
    return servers

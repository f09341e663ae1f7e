"""Erlang's two formulas, and the queue of patient customers before equal servers that follows from them (M/M/n).

It does not know calendars, impatience, priorities or anything of the simulation: it is what the simulation is checked
against, and what a planner's first guess is made of. Times are in hours and rates per hour; the formulas hold in any
other unit of time as long as all arguments share it.

Overload by rule: with an offered load of at least the number of servers every customer waits (`p_wait` 1), waits and
queues are infinite, the service level is 0 and the servers are always busy. Nothing is raised.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class DelayQueue:
    """The steady state of M/M/n: Poisson arrivals, exponential handling, first in first out, nobody leaves."""

    rate: float
    """Arrivals [1/h]."""
    handle: float
    """Mean handle time [h]."""
    servers: int
    """Servers on duty."""
    load: float
    """Offered load [erlang], rate x handle."""
    occupancy: float
    """Share of the servers' time that is busy (0 when there are no servers)."""
    p_wait: float
    """Share of customers who find all servers busy."""
    mean_wait: float
    """Mean wait in queue over all customers [h]."""
    mean_wait_if_waiting: float
    """Mean wait of those who wait at all [h]."""
    mean_time: float
    """Mean wait plus mean handle time [h]."""
    queue: float
    """Mean number waiting."""
    in_system: float
    """Mean number waiting or in service."""

    def wait_exceeds(self, t: float) -> float:
        """Share of customers who wait longer than t [h]."""
        if t < 0:
            return 1.0
        if math.isinf(self.mean_wait_if_waiting):
            return 1.0
        return self.p_wait * math.exp(-t / self.mean_wait_if_waiting)

    def service_level(self, t: float) -> float:
        """Share of customers whose wait is at most t [h]."""
        return 1.0 - self.wait_exceeds(t)

    def wait_quantile(self, share: float) -> float:
        """The wait [h] that the given share (0 to below 1) of all customers does not exceed."""
        if not 0.0 <= share < 1.0:
            raise ValueError(f"a quantile needs a share from 0 to below 1, found {share}")
        if 1.0 - share >= self.p_wait:
            return 0.0
        return self.mean_wait_if_waiting * math.log(self.p_wait / (1.0 - share))

    def transform(self, s: float) -> float:
        """Laplace transform of the wait, E[exp(-s wait)], s >= 0 [1/h].

        What is left on average of a value that decays as exp(-wait / tau) is `transform(1 / tau)`.
        """
        if s < 0:
            raise ValueError(f"the transform needs s >= 0, found {s}")
        if s == 0:
            return 1.0
        if self.p_wait == 0:
            return 1.0
        return (1.0 - self.p_wait) + self.p_wait / (1.0 + s * self.mean_wait_if_waiting)


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals blocked in M/G/n/n with the given offered load [erlang] (Erlang 1917), by the stable recursion.

    Without servers every arrival is blocked, whatever the load.
    """
    require_servers(servers)
    require("load", load)
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of arrivals who wait in M/M/n with the offered `load` [erlang] (Erlang 1917); 1 when load >= servers."""
    if require("load", load) >= require_servers(servers):
        return 1.0
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1.0 - blocked))


def mmn(rate: float, handle: float, servers: int) -> DelayQueue:
    """The steady state of M/M/n for arrivals at `rate` [1/h] with mean handle time `handle` [h] (Erlang 1917).

    Raises ValueError for a negative or non-finite rate, a handle time that is not positive, or a negative or
    fractional number of servers; overload is no error (see the rule at the head of this file).
    """
    load = offered_load(rate, handle)
    p_wait = erlang_c(servers, load)
    if load >= servers:
        never, crowd = math.inf, math.inf if rate > 0 else 0.0
        busy = 1.0 if servers else 0.0
        return DelayQueue(rate, handle, servers, load, busy, p_wait, never, never, never, crowd, crowd)
    if_waiting = handle / (servers - load)
    wait = p_wait * if_waiting
    return DelayQueue(
        rate=rate,
        handle=handle,
        servers=servers,
        load=load,
        occupancy=load / servers,
        p_wait=p_wait,
        mean_wait=wait,
        mean_wait_if_waiting=if_waiting,
        mean_time=wait + handle,
        queue=rate * wait,
        in_system=rate * wait + load,
    )


def offered_load(rate: float, handle: float) -> float:
    """Offered load [erlang] of arrivals at `rate` [1/h] with mean handle time `handle` [h]; checks both."""
    return require("rate", rate) * require("handle", handle, positive=True)


def require(name: str, value: float, *, positive: bool = False) -> float:
    """The value, or ValueError when it is not finite, negative, or (if `positive`) zero."""
    if not math.isfinite(value) or value < 0 or (positive and value == 0):
        raise ValueError(f"{name} must be finite and {'above' if positive else 'at least'} 0, found {value}")
    return value


def require_servers(servers: int) -> int:
    """The number of servers, or ValueError when it is negative or not whole."""
    if servers != int(servers) or servers < 0:
        raise ValueError(f"servers must be a whole number of at least 0, found {servers}")
    return int(servers)

"""The queue of customers who give up (M/M/n+M, "Erlang A"): who waits, who leaves, and how long each kind waited.

It does not know redials, calendars, priorities or patience that is not exponential. Times are in hours and rates per
hour; any other unit of time serves if all arguments share it.

Everything follows from the virtual wait V, the wait of a customer who would never leave. Beyond its atom at 0 its
density is proportional to exp((rate/theta)(1 - exp(-theta v)) - n mu v), mu and theta being the rates of service and of
leaving (Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005). That function is log-concave, so it is integrated around
its mode on a scale relative to the mode: as exact for 10,000 servers and for a patience of a second or of a century.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.engine.theory.erlang import erlang_b, mmn, offered_load, require_servers

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_DEPTH = 48.0  # exp(-48) = 1e-21: what lies deeper below the mode is lost in rounding
_HALVINGS = 2.0 ** -np.arange(0, 50)


@dataclass(frozen=True)
class ImpatientQueue:
    """The steady state of M/M/n+M: first in first out, each customer leaves after an exponential patience."""

    rate: float
    """Arrivals [1/h]."""
    handle: float
    """Mean handle time [h]."""
    servers: int
    """Servers on duty."""
    patience: float
    """Mean patience [h]; infinite: nobody leaves; 0: nobody waits."""
    load: float
    """Offered load [erlang]."""
    occupancy: float
    """Share of the servers' time that is busy (0 when there are no servers)."""
    p_wait: float
    """Share of customers who find all servers busy (without patience they leave at once)."""
    p_abandon: float
    """Share of customers who leave before service."""
    mean_wait: float
    """Mean wait over all customers, served or not [h]."""
    mean_wait_served: float
    """Mean wait of the served [h]; infinite when there are no servers."""
    mean_wait_abandoned: float
    """Mean wait of those who leave [h]; infinite when nobody ever does."""
    queue: float
    """Mean number waiting."""

    def wait_exceeds(self, t: float) -> float:
        """Share of all customers who wait longer than t [h] before being served or leaving."""
        if t < 0:
            return 1.0
        if t == 0:
            return self.p_wait if self.patience > 0 else 0.0
        if self.patience == 0:
            return 0.0
        if math.isinf(self.patience):
            return mmn(self.rate, self.handle, self.servers).wait_exceeds(t)
        return math.exp(-t / self.patience) * self._beyond(t, lambda v: np.ones_like(v))

    def wait_quantile(self, share: float) -> float:
        """The wait [h] that the given share (0 to below 1) of all customers, served or not, does not exceed."""
        if not 0.0 <= share < 1.0:
            raise ValueError(f"a quantile needs a share from 0 to below 1, found {share}")
        beyond = 1.0 - share
        if self.wait_exceeds(0.0) <= beyond:
            return 0.0
        if math.isinf(self.mean_wait):
            return math.inf
        low, high = 0.0, max(self.mean_wait, self.handle * 1e-9)
        while self.wait_exceeds(high) > beyond:
            low, high = high, 2.0 * high
        while high - low > 1e-13 * high:
            middle = 0.5 * (low + high)
            if not low < middle < high:
                break
            low, high = (middle, high) if self.wait_exceeds(middle) > beyond else (low, middle)
        return high

    def answered_within(self, t: float) -> float:
        """Share of all customers who are served after a wait of at most t [h]."""
        if t < 0:
            return 0.0
        if math.isinf(self.patience):
            return 1.0 - self.wait_exceeds(t)
        late = 0.0 if self.patience == 0 else self._beyond(t, lambda v: np.exp(-v / self.patience))
        return max(0.0, 1.0 - self.p_abandon - late)

    def abandoned_after(self, t: float) -> float:
        """Share of all customers who leave after having waited more than t [h]."""
        if self.patience == 0 or math.isinf(self.patience):
            return self.p_abandon if t < 0 else 0.0
        t = max(t, 0.0)
        left = self._beyond(t, lambda v: -np.expm1(-(v - t) / self.patience))
        return left * math.exp(-t / self.patience)

    def service_level(self, t: float, *, of: str = "all") -> float:
        """Share answered within t [h]: of `all` customers, of the `served`, or of all but the `patient_only`.

        `patient_only` leaves out customers who left within t: answered within t / (answered + abandoned after t).
        Raises ValueError for any other word. Without a customer to count the level is 0.
        """
        if of == "all":
            counted = 1.0
        elif of == "served":
            counted = 1.0 - self.p_abandon
        elif of == "patient_only":
            counted = 1.0 - self.p_abandon + self.abandoned_after(t)
        else:
            raise ValueError(f"a service level is taken of 'all', 'served' or 'patient_only', found {of!r}")
        return min(1.0, self.answered_within(t) / counted) if counted > 0 else 0.0

    def _beyond(self, t: float, worth: Callable[[Floats], Floats]) -> float:
        """E[worth(V); V > t] of the virtual wait V."""
        if self.servers == 0:
            return float(worth(np.array([math.inf]))[0])
        return self.p_wait * self._virtual_wait.integral(worth, t) / self._virtual_wait.total

    @cached_property
    def _virtual_wait(self) -> "_VirtualWait":
        return _VirtualWait.of(self.rate, self.handle, self.servers, self.patience)


def erlang_a(rate: float, handle: float, servers: int, patience: float) -> ImpatientQueue:
    """The steady state of M/M/n+M (Palm 1946; Garnett, Mandelbaum & Reiman 2002).

    `rate` arrivals [1/h], mean `handle` time [h] and mean `patience` [h] from 0 (a loss system, Erlang B) to infinity
    (Erlang C, with its rule for overload). Raises ValueError for negative or non-finite rates, a handle time that is
    not positive, a negative patience, or a number of servers that is negative or not whole.
    """
    load = offered_load(rate, handle)
    require_servers(servers)
    if math.isnan(patience) or patience < 0:
        raise ValueError(f"patience must be at least 0, found {patience}")
    if patience == 0:
        blocked = erlang_b(servers, load)
        return _result(rate, handle, servers, patience, p_wait=blocked, p_abandon=blocked, waits=(0.0, 0.0, 0.0))
    if math.isinf(patience):
        patient = mmn(rate, handle, servers)
        waits = (patient.mean_wait, patient.mean_wait, math.inf)
        return _result(rate, handle, servers, patience, p_wait=patient.p_wait, p_abandon=0.0, waits=waits)
    if servers == 0:
        waits = (patience, math.inf, patience)
        return _result(rate, handle, servers, patience, p_wait=1.0, p_abandon=1.0, waits=waits)
    wait = _VirtualWait.of(rate, handle, servers, patience)
    leaves = wait.integral(lambda v: -np.expm1(-v / patience)) / wait.total
    served_hours = wait.integral(lambda v: v * np.exp(-v / patience)) / wait.total
    abandoned_hours = patience * wait.integral(lambda v: _lost_patience(v / patience)) / wait.total
    p_wait = wait.p_wait()
    p_abandon = p_wait * leaves
    p_served = 1.0 - p_wait + p_wait * (wait.integral(lambda v: np.exp(-v / patience)) / wait.total)
    waits = (patience * p_abandon, p_wait * served_hours / p_served, abandoned_hours / leaves)
    return _result(rate, handle, servers, patience, p_wait=p_wait, p_abandon=p_abandon, waits=waits)


def _result(
    rate: float,
    handle: float,
    servers: int,
    patience: float,
    *,
    p_wait: float,
    p_abandon: float,
    waits: tuple[float, float, float],
) -> ImpatientQueue:
    load = rate * handle
    busy = min(load * (1.0 - p_abandon) / servers, 1.0) if servers else 0.0
    queue = rate * waits[0] if rate else 0.0
    return ImpatientQueue(rate, handle, servers, patience, load, busy, p_wait, p_abandon, *waits, queue)


@dataclass(frozen=True)
class _VirtualWait:
    """The density of the virtual wait beyond 0, up to a factor: 1 at its mode."""

    rate: float
    mu: float  # all servers together [1/h]
    theta: float
    servers: int
    load: float
    mode: float  # [h]
    low: float  # where the density has vanished or V is 0, relative to the mode [h]
    high: float

    @classmethod
    def of(cls, rate: float, handle: float, servers: int, patience: float) -> "_VirtualWait":
        theta = 1.0 / patience
        mu = servers / handle
        mode = max(0.0, math.log(rate / mu) * patience) if rate > 0 else 0.0
        shape = cls(rate, mu, theta, servers, rate * handle, mode, 0.0, 0.0)
        low, high = -shape._depth_at(-1.0, limit=mode), shape._depth_at(1.0)
        return replace(shape, low=low, high=high)

    def log_density(self, u: Floats) -> Floats:
        """Logarithm of the density at mode + u, relative to the mode."""
        if self.rate > self.mu:
            return self.mu / self.theta * _drop(self.theta * u)
        return self.rate / self.theta * _drop(self.theta * u) - (self.mu - self.rate) * u

    def _depth_at(self, side: float, limit: float = math.inf) -> float:
        """A distance from the mode, at most `limit`, where the density has fallen by exp(-_DEPTH)."""

        def deep(distance: float) -> bool:
            return bool(self.log_density(np.array([side * distance]))[0] < -_DEPTH)

        if limit == 0.0:
            return 0.0
        high = min(1.0 / self.mu, limit)
        while not deep(high):
            if high >= limit:
                return limit
            high = min(2.0 * high, limit)
        low = 0.0
        for _ in range(40):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if deep(middle) else (middle, high)
        return high

    @cached_property
    def total(self) -> float:
        return self.integral(lambda v: np.ones_like(v))

    def integral(self, worth: Callable[[Floats], Floats], start: float = 0.0) -> float:
        """Integral of worth(v) times the density over v > start, by Gauss-Legendre on panels that halve to the mode.

        The panels halve towards the start of the range, too: a short patience makes `worth` bend sharply there.
        """
        start = max(start - self.mode, self.low)
        if start >= self.high:
            return 0.0
        near = start + (self.high - start) * _HALVINGS
        edges = np.concatenate([self.low * _HALVINGS, self.high * _HALVINGS, near, [start, 0.0, self.high]])
        edges = np.unique(edges[(edges >= start) & (edges <= self.high)])
        half = 0.5 * np.diff(edges)[:, None]
        u = edges[:-1, None] + half * (1.0 + _NODES)
        return float(np.sum(half * _WEIGHTS * np.exp(self.log_density(u)) * worth(self.mode + u)))

    def p_wait(self) -> float:
        """Share who wait: odds = rate x B(n - 1) x integral of the unscaled density (Erlang B of one server less)."""
        blocked = erlang_b(self.servers - 1, self.load)
        if self.rate == 0 or blocked == 0:
            return 0.0
        scale = 0.0
        if self.rate > self.mu:
            scale = -self.mu / self.theta * float(_drop(np.array([-math.log(self.rate / self.mu)]))[0])
        log_odds = math.log(self.rate) + math.log(blocked) + math.log(self.total) + scale
        return 1.0 / (1.0 + math.exp(-log_odds)) if log_odds > -700 else 0.0


def _drop(x: Floats) -> Floats:
    """1 - exp(-x) - x, without cancellation for small x."""
    y = np.where(np.abs(x) < 0.01, x, 0.0)
    series = -y * y * (1 / 2 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120 - y * (1 / 720 - y / 5040)))))
    return np.where(np.abs(x) < 0.01, series, -np.expm1(-x) - x)


def _lost_patience(x: Floats) -> Floats:
    """1 - (1 + x) exp(-x): E[patience; patience < x] for a mean patience of 1, without cancellation for small x."""
    y = np.where(x < 0.01, x, 0.0)
    return np.where(x < 0.01, -np.exp(-y) * _drop(-y), -np.expm1(-x) - x * np.exp(-x))

"""The queue that takes the newest first and finishes what it has begun (M/M/n, last in first out), overload included.

It does not know impatience, calendars or handling times that are not exponential. Times are in hours and rates per
hour; any other unit of time serves if all arguments share it.

Whoever finds all servers busy waits until one of them is free and all who came after him are served: as long as a busy
period of one server with the pace of all (Kleinrock 1975, chapter 5). With load above the servers such a
period may never end: the share 1 / occupancy of arrivals is served, as many as there is time for, and these wait as
briefly as if arrival and service had changed places. The others are never reached, and nobody waits for them.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.theory.erlang import erlang_c, offered_load, require, require_servers

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True)
class FreshestFirst:
    """The steady state of M/M/n that takes the newest first; with overload, the long run.

    Raises ValueError for impossible rates or times, or fewer than 1 server.
    """

    rate: float
    """Arrivals [1/h]."""
    handle: float
    """Mean handle time [h]."""
    servers: int
    """Servers on duty."""

    def __post_init__(self) -> None:
        offered_load(self.rate, self.handle)
        if require_servers(self.servers) == 0:
            raise ValueError("servers must be at least 1: without any nobody is ever served")

    @property
    def p_wait(self) -> float:
        """Share of arrivals who find all servers busy: as in any order; 1 with overload."""
        return erlang_c(self.servers, self.rate * self.handle)

    @property
    def p_served(self) -> float:
        """Share of arrivals who are ever served: 1, or with overload what there is time for."""
        return min(1.0, self._pace / self.rate) if self.rate > 0 else 1.0

    @property
    def mean_wait_served(self) -> float:
        """Mean wait of all who are served [h]; without overload the same as first in, first out."""
        gap = abs(self._pace - self.rate)
        return self.p_wait / gap if gap > 0 else math.inf

    def transform(self, s: float) -> float:
        """E[exp(-s wait)] over all arrivals, s >= 0 [1/h]; whoever is never served counts 0.

        What is left on average of a value that decays as exp(-wait / tau) is `transform(1 / tau)`.
        """
        total = self.rate + self._pace + require("s", s)
        # (total - root) / (2 rate), without cancellation at low rates.
        period = 2.0 * self._pace / (total + math.sqrt(total * total - 4.0 * self.rate * self._pace))
        return 1.0 - self.p_wait + self.p_wait * min(period, 1.0)

    def wait_exceeds(self, t: float) -> float:
        """Share of arrivals who wait longer than t [h], those who are never served among them."""
        if t < 0:
            return 1.0
        return self.p_wait * (1.0 - self._period_within(t))

    def _period_within(self, t: float) -> float:
        """Chance that a busy period ends within t [h].

        Its density is exp(-(a + b) u) I1(2 u sqrt(a b)) / (u sqrt(a / b)) for arrivals at a and service at b (Kleinrock
        1975, chapter 5); it is integrated over x = 2 u sqrt(a b).
        """
        from scipy.special import ive

        a, b = self.rate, self._pace
        if t == 0:
            return 0.0
        if a == 0:
            return -math.expm1(-b * t)
        root = 2.0 * math.sqrt(a * b)
        lag = (math.sqrt(a) - math.sqrt(b)) ** 2 / root
        # Beyond 60 / lag nothing is left of the exponential; at balance the tail fades as x ^ -1/2, to 1e-9 at 1e18.
        high = min(root * t, 60.0 / lag if lag > 0 else math.inf, 1e18)
        edges = np.concatenate([[0.0], high * 2.0 ** np.arange(-max(4, math.ceil(math.log2(max(high, 1.0))) + 3), 1)])
        half = 0.5 * np.diff(edges)[:, None]
        x = edges[:-1, None] + half * (1.0 + _NODES)
        # Bessel's function, scaled, is not computed for large x: there it has lost its bend.
        scaled = np.where(x < 1e6, ive(1, np.minimum(x, 1e6)), 1.0 / np.sqrt(2.0 * math.pi * x))
        mass = float(np.sum(half * _WEIGHTS * np.exp(-lag * x) * scaled / x))
        return min(math.sqrt(b / a) * mass, 1.0)

    @property
    def _pace(self) -> float:
        """Services per time while all servers are busy [1/h]."""
        return self.servers / self.handle

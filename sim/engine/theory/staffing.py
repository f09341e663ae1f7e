"""How many servers a load needs: for a target on waits or occupancy, by the square-root rule, and gross of shrinkage.

It does not know shifts, costs or what a customer is worth. Times are in hours and rates per hour; any other unit of
time serves if all arguments share it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.theory.erlang import DelayQueue, erlang_b, mmn, offered_load, require
from sim.engine.theory.impatience import ImpatientQueue, erlang_a

_TIE = 1e-9  # a target met but for rounding is met


@dataclass(frozen=True)
class Target:
    """What the waits must satisfy; what is None is not asked for, everything else must hold together.

    Raises ValueError for shares outside 0 to 1, negative times, or a service level without its time (or the reverse).
    """

    p_wait: float | None = None
    """Largest share of customers who may wait."""
    service_level: float | None = None
    """Smallest share of all customers to be answered within `within`; customers who left count as not answered."""
    within: float | None = None
    """The time of the service level [h]."""
    mean_wait: float | None = None
    """Largest mean wait over all customers [h]."""
    p_abandon: float | None = None
    """Largest share of customers who may leave; needs a patience."""
    occupancy: float | None = None
    """Largest share of the servers' time that may be busy."""

    def __post_init__(self) -> None:
        for name in ("p_wait", "service_level", "p_abandon", "occupancy"):
            share = getattr(self, name)
            if share is not None and not 0.0 <= share <= 1.0:
                raise ValueError(f"{name} must be between 0 and 1, found {share}")
        for name in ("within", "mean_wait"):
            if getattr(self, name) is not None:
                require(name, getattr(self, name))
        if (self.service_level is None) != (self.within is None):
            raise ValueError("a service level needs a time it is reached within, and the time a level")

    def met_by(self, queue: DelayQueue | ImpatientQueue) -> bool:
        """Whether the queue satisfies everything asked for, ties included (to one part in 10^9)."""
        at_most = [(queue.p_wait, self.p_wait), (queue.mean_wait, self.mean_wait), (queue.occupancy, self.occupancy)]
        if isinstance(queue, ImpatientQueue):
            at_most.append((queue.p_abandon, self.p_abandon))
        if self.service_level is not None and self.within is not None:
            at_most.append((1.0 - queue.service_level(self.within), 1.0 - self.service_level))
        return all(limit is None or value <= limit + _TIE * max(limit, _TIE) for value, limit in at_most)


@dataclass(frozen=True)
class Staffing:
    """The fewest servers that meet a target, and what they achieve."""

    on_floor: int
    """Servers on duty."""
    scheduled: int
    """Servers to be rostered so that `on_floor` are on duty after shrinkage."""
    queue: DelayQueue | ImpatientQueue
    """The steady state with `on_floor` servers."""


def agents_needed(
    rate: float,
    handle: float,
    target: Target,
    *,
    patience: float | None = None,
    shrinkage: float = 0.0,
    most: int = 1_000_000,
) -> Staffing:
    """The fewest servers that meet the target for arrivals at `rate` [1/h] with mean `handle` time [h].

    Customers wait for ever (Erlang C, where the load must stay below the servers), or leave after an exponential
    `patience` of the given mean [h] (Erlang A). No load needs nobody. Raises ValueError when impossible figures are
    given, when `p_abandon` is asked for without a patience, or when not even `most` servers meet the target.
    """
    load = offered_load(rate, handle)
    if target.p_abandon is not None and patience is None:
        raise ValueError("a target on abandonment needs a patience")

    def queue(servers: int) -> DelayQueue | ImpatientQueue:
        return mmn(rate, handle, servers) if patience is None else erlang_a(rate, handle, servers, patience)

    def enough(servers: int) -> bool:
        return (patience is not None or servers > load) and target.met_by(queue(servers))

    needed = 0 if load == 0 else _fewest(enough, 1, math.ceil(load), most)
    return Staffing(needed, gross_of_shrinkage(needed, shrinkage), queue(needed))


def gross_of_shrinkage(on_floor: float, shrinkage: float) -> int:
    """Servers to roster so that `on_floor` remain when the share `shrinkage` (0 to below 1) of paid time is lost."""
    if not 0.0 <= shrinkage < 1.0:
        raise ValueError(f"shrinkage must be from 0 to below 1, found {shrinkage}")
    gross = require("on_floor", on_floor) / (1.0 - shrinkage)
    return math.ceil(gross * (1.0 - _TIE))


def square_root_staffing(load: float, quality: float) -> int:
    """Servers for an offered `load` [erlang] plus `quality` times its square root, rounded up (Halfin & Whitt 1981)."""
    if not math.isfinite(quality):
        raise ValueError(f"quality must be finite, found {quality}")
    servers = require("load", load) + quality * math.sqrt(load)
    return max(0, math.ceil(servers * (1.0 - _TIE)))


def p_wait_of_quality(quality: float) -> float:
    """Share who wait in a large M/M/n staffed by the square-root rule; 1 when quality <= 0 (Halfin & Whitt 1981)."""
    if quality <= 0:
        return 1.0
    below = 0.5 * math.erfc(-quality / math.sqrt(2.0))
    density = math.exp(-0.5 * quality * quality) / math.sqrt(2.0 * math.pi)
    return density / (density + quality * below)


def quality_of_p_wait(p_wait: float) -> float:
    """The quality of the square-root rule at which the share `p_wait` (above 0, at most 1) waits."""
    if not 0.0 < p_wait <= 1.0:
        raise ValueError(f"p_wait must be above 0 and at most 1, found {p_wait}")
    low, high = 0.0, 40.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if p_wait_of_quality(middle) > p_wait else (low, middle)
    return high


def lines_needed(load: float, p_block: float) -> int:
    """The fewest lines that block at most the share `p_block` (above 0) of an offered `load` [erlang] (Erlang B)."""
    if not 0.0 < p_block <= 1.0:
        raise ValueError(f"p_block must be above 0 and at most 1, found {p_block}")
    most = math.ceil(require("load", load) / p_block) + 1
    return _fewest(lambda lines: erlang_b(lines, load) <= p_block * (1.0 + _TIE), 0, math.ceil(load), most)


@dataclass(frozen=True)
class DailyWave:
    """Mean busy servers when there are always enough and arrivals swing as a sine (Eick, Massey & Whitt 1993).

    M_t/M/inf in its periodic regime, with the arrival rate mean_rate + swing x sin(2 pi (t - shift) / period). The
    mean number busy is the offered load that follows the clock: the base of staffing by the hour.
    Raises ValueError for a swing above the mean rate and for other impossible figures.
    """

    mean_rate: float
    """Arrivals averaged over a period [1/h]."""
    swing: float
    """Largest deviation of the rate from its mean [1/h]."""
    handle: float
    """Mean handle time [h]."""
    period: float = 24.0
    """Length of a period [h]."""
    shift: float = 0.0
    """Time at which the rate rises through its mean [h]."""

    def __post_init__(self) -> None:
        offered_load(self.mean_rate, self.handle)
        require("period", self.period, positive=True)
        if not 0.0 <= self.swing <= self.mean_rate:
            raise ValueError(f"swing must be from 0 to the mean rate {self.mean_rate}, found {self.swing}")

    def mean_busy(self, t: float) -> float:
        """Mean number of busy servers at time t [h]."""
        return self.handle * self.mean_rate + self._amplitude * math.sin(self._pace * (t - self.shift - self.lag))

    @property
    def peak_busy(self) -> float:
        """Largest mean number of busy servers over a period."""
        return self.handle * self.mean_rate + self._amplitude

    @property
    def lag(self) -> float:
        """Time by which busy servers peak after arrivals do [h]."""
        return math.atan(self._pace * self.handle) / self._pace

    @property
    def _pace(self) -> float:
        return 2.0 * math.pi / self.period

    @property
    def _amplitude(self) -> float:
        return self.handle * self.swing / math.hypot(1.0, self._pace * self.handle)


def _fewest(enough: Callable[[int], bool], least: int, guess: int, most: int) -> int:
    """The smallest number from `least` to `most` that is enough, when more is never worse."""
    low, high = least - 1, min(max(guess, least), most)
    step = 1
    while not enough(high):
        if high >= most:
            raise ValueError(f"not even {most} servers meet the target")
        low, high, step = high, min(high + step, most), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high

"""Hours of the week: how often they occur between two instants, which of them windows cover; it knows no teams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.engine.units import DAY

if TYPE_CHECKING:
    from sim.scenario.clock import Clock

HOURS = 168
"""Hours of a week, counted from Monday 00:00."""


def covered(clock: Clock, begin: float, end: float) -> NDArray[np.float64]:
    """Hours between two instants [h] by hour of the week, shape (168,)."""
    weeks, rest = divmod(max(0.0, end - begin), HOURS)
    hours = np.full(HOURS, weeks)
    instant, stop, first = begin, begin + rest, clock.start.weekday() * DAY
    while instant < stop:
        over = min(math.floor(instant) + 1.0, stop)
        hours[int(first + instant) % HOURS] += over - instant
        instant = over
    return hours


def by_hour(windows: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Share of each hour of the week that lies in windows [h of the week], shape (168,)."""
    shares = np.zeros(HOURS)
    for start, end in windows:
        first, last = int(start), math.ceil(end)
        shares[first:last] += 1.0
        shares[first] -= start - first
        shares[last - 1] -= last - end
    return shares


def until_open(instant: float, windows: Sequence[tuple[float, float]]) -> float:
    """Hours from an instant of the week until somebody is there."""
    for start, end in windows:
        if instant < end:
            return max(0.0, start - instant)
    return windows[0][0] + HOURS - instant

"""What equal servers achieve in a stretch that opens empty or with a backlog, before any steady state (M/M/n+M).

It does not know rates or staffing that change within the stretch: a simulation does. Times are in hours and rates per
hour; any other unit of time serves if all arguments share it. Exact up to 1e-9 by uniformization (Jensen 1953;
Grassmann 1977); the cost grows with (rate + servers / handle) x hours times the states visited.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.theory.erlang import offered_load, require, require_servers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """Averages over all arrivals of the stretch, who are served or leave even when that is after its end."""

    arrivals: float
    """Expected arrivals in the stretch."""
    occupancy: float
    """Share of the servers' time within the stretch that is busy (0 when there are no servers)."""
    p_wait: float
    """Share of arrivals who find all servers busy."""
    p_abandon: float
    """Share of arrivals who leave before service."""
    mean_wait: float
    """Mean wait of all arrivals, served or not [h]."""
    mean_wait_served: float
    """Mean wait of the served [h]; infinite when there are no servers."""
    queue: float
    """Mean number waiting, averaged over the stretch."""
    in_system_at_end: float
    """Mean number waiting or in service at the end of the stretch."""
    answered_within: float
    """Share of arrivals served after a wait of at most the time asked for."""


def stretch(
    rate: float,
    handle: float,
    servers: int,
    hours: float,
    *,
    patience: float = math.inf,
    start: int = 0,
    within: float = 0.0,
) -> Stretch:
    """Averages over the first `hours` [h] of M/M/n+M that starts with `start` customers inside.

    `rate` arrivals [1/h], mean `handle` time and mean `patience` [h] (infinite: nobody leaves), `within` [h] the time
    of the service level. Overload is no error: a stretch has an end. Raises ValueError for figures that are impossible,
    a patience of 0, or a stretch that would take more than a million steps.
    """
    offered_load(rate, handle)
    require("hours", hours, positive=True)
    require("within", within)
    if math.isnan(patience) or patience <= 0:
        raise ValueError(f"patience must be above 0, found {patience}")
    theta, fleet = 1.0 / patience, require_servers(servers) / handle
    _refuse_above_limit((rate + fleet) * hours + start)
    states = np.arange(_most_inside(rate, handle, servers, hours, patience, start) + 1)
    up = np.full(len(states), float(rate))
    up[-1] = 0.0
    begin = np.zeros(len(states))
    begin[start] = 1.0
    waiting, busy = np.maximum(states - servers, 0), np.minimum(states, servers)
    end, average = _uniformize(begin, up, busy / handle + theta * waiting, hours)
    found = average[servers:]
    # Who finds m - 1 waiting is served after m departures at rates fleet + j theta (j < m), unless patience ends first.
    m = np.arange(1, len(found) + 1)
    served = fleet / (fleet + m * theta) if servers else np.zeros(len(m))
    served_hours = float(found @ (served * np.cumsum(1.0 / (fleet + m * theta)))) if servers else math.inf
    p_abandon = float(found @ (1.0 - served)) if theta > 0 else 0.0
    in_time = float(average[:servers].sum()) + _served_by(found, fleet, theta, within)
    return Stretch(
        arrivals=rate * hours,
        occupancy=float(average @ busy) / servers if servers else 0.0,
        p_wait=float(found.sum()),
        p_abandon=p_abandon,
        mean_wait=p_abandon * patience if theta > 0 else served_hours,
        mean_wait_served=served_hours / (1.0 - p_abandon) if servers else math.inf,
        queue=float(average @ waiting),
        in_system_at_end=float(end @ states),
        answered_within=min(in_time, 1.0 - p_abandon),
    )


def _served_by(found: Floats, fleet: float, theta: float, t: float) -> float:
    """Share of those with places 1, 2, ... (weights `found`) who are served within t [h], having waited."""
    if t == 0 or fleet == 0:
        return 0.0
    place = np.arange(len(found) + 1)
    onward = np.where(place > 0, fleet + (place - 1) * theta, 0.0)
    gone = np.where(place > 0, theta, 0.0)
    end, _ = _uniformize(np.concatenate([[0.0], found]), np.zeros(len(place)), onward, t, gone)
    return float(end[0])


def _uniformize(
    begin: Floats, up: Floats, down: Floats, hours: float, gone: Floats | None = None
) -> tuple[Floats, Floats]:
    """Weights of the states after `hours`, and averaged over them; moves up, down or out of all states at the rates."""
    total = up + down + (0.0 if gone is None else gone)
    pace = float(total.max())
    if pace == 0:
        return begin, begin
    steps = pace * hours
    count = math.ceil(steps + 10.0 * math.sqrt(steps) + 30.0)
    _refuse_above_limit(count)
    k = np.arange(count + 1)
    # In logarithms: exp(-steps) alone vanishes after some 700 steps.
    poisson = np.exp(k * math.log(steps) - steps - np.concatenate([[0.0], np.cumsum(np.log(k[1:]))]))
    poisson /= poisson.sum()
    beyond = np.maximum(1.0 - np.cumsum(poisson), 0.0) / steps
    stay, rise, fall = 1.0 - total / pace, up[:-1] / pace, down[1:] / pace
    state, end, average = begin, np.zeros(len(begin)), np.zeros(len(begin))
    for at, after in zip(poisson.tolist(), beyond.tolist(), strict=True):
        if at > 0:
            end += at * state
        average += after * state
        moved = stay * state
        moved[1:] += rise * state[:-1]
        moved[:-1] += fall * state[1:]
        state = moved
    return end, average


def _refuse_above_limit(steps: float) -> None:
    if steps > 1_000_000:
        raise ValueError(f"the stretch takes {steps:.3g} steps to compute, more than a million; take a shorter one")


def _most_inside(rate: float, handle: float, servers: int, hours: float, patience: float, start: int) -> int:
    """A number inside that is exceeded with a probability below 1e-14: the least of three bounds.

    All arrivals of the stretch; unlimited servers whose customers stay as long as the slower of service and leaving;
    the stationary queue, whose tail is geometric when the load is below the servers.
    """
    if start != int(start) or start < 0:
        raise ValueError(f"start must be a whole number of at least 0, found {start}")

    def high(mean: float) -> float:
        return mean + 10.0 * math.sqrt(mean) + 30.0

    bounds = [high(rate * hours)]
    if math.isfinite(patience):
        bounds.append(high(rate * max(patience, handle)))
    if 0 < rate * handle < servers:
        bounds.append(servers + math.log(1e-15) / math.log(rate * handle / servers))
    return max(start + math.ceil(min(bounds)), servers)

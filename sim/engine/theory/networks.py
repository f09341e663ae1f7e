"""Open networks of queues: where work goes next, how often it comes back, and how long it takes from entry to exit.

It does not know calendars, owners who keep their case, or work that goes two ways at once. Times are in hours and rates
per hour; any other unit of time serves if all arguments share it.

Overload by rule: a station with an offered load of at least its servers has no steady state and what leaves it is not
what enters it, so ValueError names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.theory.erlang import mmn, require


@dataclass(frozen=True)
class Network:
    """The steady state of an open Jackson network; every tuple has one entry per station."""

    rates: tuple[float, ...]
    """Arrivals at each station, fresh and from other stations [1/h]."""
    loads: tuple[float, ...]
    """Offered load of each station [erlang]."""
    occupancies: tuple[float, ...]
    """Share of the servers' time that is busy (0 at a station with unlimited servers)."""
    mean_waits: tuple[float, ...]
    """Mean wait in queue per visit [h]."""
    mean_times: tuple[float, ...]
    """Mean wait plus mean handle time per visit [h]."""
    visits: tuple[float, ...]
    """Mean visits to each station per unit of work that enters the network (0 when nothing enters)."""
    time_from: tuple[float, ...]
    """Mean time until the exit of work that now arrives at the station [h]."""
    time_inside: float
    """Mean time from entry to exit over all work that enters [h] (0 when nothing enters)."""


def open_network(
    fresh: Sequence[float],
    routing: Sequence[Sequence[float]],
    handles: Sequence[float],
    servers: Sequence[int | None],
) -> Network:
    """The steady state of exponential first-in-first-out stations with Markov routing (Jackson 1957).

    `fresh` arrivals from outside at each station [1/h]; `routing[i][j]` the share of what is done at i that goes to j,
    the rest of a row leaves; mean `handles` [h]; `servers` of each station, None for unlimited (a mere delay).
    Raises ValueError for lengths that differ, rows that are no shares, work that can never leave, or overload.
    """
    count = len(fresh)
    shares = np.asarray(routing, dtype=float).reshape(len(routing), -1) if len(routing) else np.zeros((0, 0))
    if count == 0 or shares.shape != (count, count) or len(handles) != count or len(servers) != count:
        raise ValueError("a network needs one fresh rate, one row of routing, one handle time and one crew per station")
    if not np.all(np.isfinite(shares)) or np.any(shares < 0) or np.any(shares.sum(axis=1) > 1 + 1e-12):
        raise ValueError("each row of routing holds shares from 0 to 1 that add up to at most 1")
    if np.max(np.abs(np.linalg.eigvals(shares))) > 1 - 1e-12:
        raise ValueError("routing must let all work leave in the end")
    entering = np.array([require("fresh", rate) for rate in fresh])
    rates = np.maximum(np.linalg.solve(np.eye(count) - shares.T, entering), 0.0)
    stations = [_station(i, float(rates[i]), handles[i], servers[i]) for i in range(count)]
    times = np.array([wait + handle for (wait, _), handle in zip(stations, handles, strict=True)])
    time_from = np.linalg.solve(np.eye(count) - shares, times)
    total = float(entering.sum())
    return Network(
        rates=tuple(rates.tolist()),
        loads=tuple((rates * np.asarray(handles)).tolist()),
        occupancies=tuple(occupancy for _, occupancy in stations),
        mean_waits=tuple(wait for wait, _ in stations),
        mean_times=tuple(times.tolist()),
        visits=tuple((rates / total).tolist()) if total > 0 else (0.0,) * count,
        time_from=tuple(time_from.tolist()),
        time_inside=float(entering @ time_from) / total if total > 0 else 0.0,
    )


def tandem(rate: float, p_advance: Sequence[float], handles: Sequence[float], servers: Sequence[int | None]) -> Network:
    """Stages in a row: work enters the first at `rate` [1/h] and goes on from stage i with probability p_advance[i].

    There is one probability fewer than stages; other arguments and errors as in `open_network`. The time of work that
    passes all stages is the sum of `mean_times`.
    """
    count = len(handles)
    if len(p_advance) != count - 1:
        raise ValueError(f"{count} stages need {count - 1} shares that advance, found {len(p_advance)}")
    routing = np.diag(np.asarray(p_advance, dtype=float), 1) if count > 1 else np.zeros((1, 1))
    return open_network([rate, *[0.0] * (count - 1)], routing.tolist(), handles, servers)


def feedback(rate: float, handle: float, servers: int, p_return: float, delay: float = 0.0) -> Network:
    """One station whose work comes back with probability p_return, at once or after a mean `delay` [h].

    Fresh work arrives at `rate` [1/h]; a return takes a fresh mean `handle` time [h] at the end of the queue. Station 0
    is the desk; with a delay, station 1 is the time between. Jackson (1957): the delay changes no queue at the desk.
    """
    if delay == 0:
        return open_network([rate], [[p_return]], [handle], [servers])
    return open_network([rate, 0.0], [[0.0, p_return], [1.0, 0.0]], [handle, delay], [servers, None])


def _station(index: int, rate: float, handle: float, servers: int | None) -> tuple[float, float]:
    """Mean wait [h] and occupancy of one station."""
    if servers is None:
        require("handle", handle, positive=True)
        return 0.0, 0.0
    queue = mmn(rate, handle, servers)
    if queue.load >= servers and rate > 0:
        raise ValueError(f"station {index} is overloaded: an offered load of {queue.load:.6g} for {servers} servers")
    return (queue.mean_wait, queue.occupancy) if rate > 0 else (0.0, 0.0)

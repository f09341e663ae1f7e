"""People with several customers in hand at once (chat): the exact steady state of equal servers who share their time.

It does not know priorities, calendars, or contacts of another kind that the same people take. Work is exponential, an
arrival goes to a server with the fewest in hand, and with k in hand each customer is served at a kth of the server's
pace at k, which is k / (1 + stretch (k - 1)) of the pace at one. Times are in hours and rates per hour; any other unit
of time serves if all arguments share it.

The state is how many servers have 0, 1, 2, ... in hand; only when all are full does a queue form, which is a plain
birth-death chain from there on. The states are few, so the balance equations are solved as they stand.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.theory.erlang import offered_load, require, require_servers

Floats = NDArray[np.float64]
_MOST_STATES = 4000
_LEAST = 1e-16


@dataclass(frozen=True)
class SharedQueue:
    """The steady state of servers with up to `at_once` customers in hand each, first in first out."""

    p_wait: float
    """Share of customers who find every server full."""
    p_abandon: float
    """Share of customers who leave before they are taken in hand."""
    mean_wait: float
    """Mean wait over all customers until taken in hand or gone [h]."""
    mean_wait_served: float
    """Mean wait of those taken in hand [h]."""
    mean_contact: float
    """Mean time in hand [h]; longer than the handle time when servers have several in hand."""
    occupancy: float
    """Share of the servers' time with anybody in hand."""
    queue: float
    """Mean number waiting."""
    in_hand: float
    """Mean number in hand of all servers together."""


def shared(
    rate: float, handle: float, servers: int, at_once: int, stretch: float, patience: float = math.inf
) -> SharedQueue:
    """The steady state for `rate` arrivals [1/h] of mean `handle` time [h] alone in hand, and mean `patience` [h].

    Raises ValueError for impossible figures, for overload without end (the load reaches the servers' pace when full and
    nobody leaves), or for more than 4000 states.
    """
    offered_load(rate, handle)
    require("stretch", stretch)
    servers, at_once = require_servers(servers), require_servers(at_once)
    if not (rate > 0 and servers and at_once and patience > 0):
        raise ValueError("rate, servers, at_once and patience must all be above 0")
    if math.comb(servers + at_once, at_once) > _MOST_STATES:
        raise ValueError(f"{servers} servers with {at_once} in hand have more than {_MOST_STATES} states")
    paces = [k / (1.0 + stretch * (k - 1)) / handle if k else 0.0 for k in range(at_once + 1)]
    full, theta = servers * paces[-1], 1.0 / patience
    if theta == 0 and rate >= full:
        raise ValueError(f"a load of {rate * handle:.6g} is too much for {servers} servers with {at_once} in hand")
    states = [counts for counts in itertools.product(range(servers + 1), repeat=at_once) if sum(counts) <= servers]
    states = [(servers - sum(counts), *counts) for counts in states]
    tail = _tail(rate, full, theta)
    shares = _balance(states, paces, rate)
    crowded = states.index((*[0] * at_once, servers))
    shares = np.append(shares, shares[crowded] * tail)
    shares /= shares.sum()
    calm, crowd = shares[: len(states)], shares[len(states) :]
    held = np.array([sum(k * count for k, count in enumerate(state)) for state in states])
    busy = float(calm @ np.array([servers - state[0] for state in states])) + servers * float(crowd.sum())
    in_hand = float(calm @ held) + servers * at_once * float(crowd.sum())
    queue = float(crowd @ np.arange(1, len(crowd) + 1))
    p_abandon = theta * queue / rate
    # Who joins as the m-th in line is taken when m have gone ahead: at `full` by service, at theta each by leaving.
    m = np.arange(1, len(crowd) + 2)
    found = np.append(calm[crowded], crowd)
    taken = full / (full + m * theta)
    waited = float(found @ (taken * np.cumsum(1.0 / (full + m * theta))))
    served = rate * (1.0 - p_abandon)
    return SharedQueue(
        p_wait=float(found.sum()),
        p_abandon=p_abandon,
        mean_wait=queue / rate,
        mean_wait_served=waited / (1.0 - p_abandon),
        mean_contact=in_hand / served,
        occupancy=busy / servers,
        queue=queue,
        in_hand=in_hand,
    )


def _tail(rate: float, full: float, theta: float) -> Floats:
    """Weights of 1, 2, ... waiting against all full and nobody waiting."""
    weights: list[float] = []
    weight = 1.0
    while weight > _LEAST or rate > full + (len(weights) + 1) * theta:
        weight *= rate / (full + (len(weights) + 1) * theta)
        weights.append(weight)
    return np.array(weights)


def _balance(states: list[tuple[int, ...]], paces: list[float], rate: float) -> Floats:
    """Weights of the states without a queue, in which nothing flows on average to or from the states with one."""
    place = {state: index for index, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))
    for state, index in place.items():
        least = next(k for k, count in enumerate(state) if count)
        moves = [(k, k - 1, count * paces[k]) for k, count in enumerate(state) if k and count]
        if least < len(state) - 1:
            moves.append((least, least + 1, rate))
        for out, into, pace in moves:
            after = list(state)
            after[out] -= 1
            after[into] += 1
            flow[place[tuple(after)], index] += pace
            flow[index, index] -= pace
    flow[-1] = 1.0
    right = np.zeros(len(states))
    right[-1] = 1.0
    weights: Floats = np.maximum(np.linalg.solve(flow, right), 0.0)
    return weights

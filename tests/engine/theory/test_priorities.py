"""M/G/1 and non-preemptive priorities agree with published values, conservation laws and a direct solution."""

import math

import numpy as np
import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.priorities import mg1, priority_queue


def test_single_server_with_any_handle_time() -> None:
    """Deterministic, exponential and lognormal handle times (Pollaczek-Khinchine)."""
    fixed, spread = mg1(0.8, 1.0, 0.0), mg1(0.8, 1.0, 1.5)
    assert (fixed.mean_wait, fixed.queue) == pytest.approx((2.0, 1.6))
    assert (spread.mean_wait, spread.queue, spread.occupancy) == pytest.approx((6.5, 5.2, 0.8))
    assert mg1(1.0, 0.9).mean_wait == pytest.approx(8.1)
    assert mg1(0.0, 1.0, 0.3).mean_wait == 0.0
    full = mg1(2.0, 0.5, 0.0)
    assert math.isinf(full.mean_wait)
    assert full.occupancy == 1.0


def test_two_classes_published() -> None:
    """Cobham (1954) for one server, Kella & Yechiali (1985) for nine."""
    one = priority_queue([0.3, 0.5], [1.0, 1.0])
    assert one.mean_waits == pytest.approx((1.1428571, 5.7142857), rel=1e-7)
    assert one.mean_wait == pytest.approx(4.0)
    nine = priority_queue([3.0, 5.0], 1.0, 9)
    assert nine.p_wait == pytest.approx(0.65332693, rel=1e-7)
    assert nine.mean_waits == pytest.approx((0.10888782, 0.97999039), rel=1e-7)


def test_classes_of_one_are_plain_queues() -> None:
    """A single class is M/M/n or M/G/1."""
    assert priority_queue([8.0], 1.0, 9).mean_waits[0] == pytest.approx(mmn(8.0, 1.0, 9).mean_wait)
    assert priority_queue([0.8], 1.0, 1, 1.5).mean_waits[0] == pytest.approx(6.5)


def test_order_moves_waits_between_classes_and_saves_none() -> None:
    """Kleinrock's conservation law: the load-weighted wait is that of first in first out, whatever the order."""
    rates, handles, cvs = [0.2, 0.1, 0.15], [1.0, 2.5, 0.8], [0.0, 1.0, 2.0]
    loads = np.multiply(rates, handles)
    residual = float(np.sum(loads * np.multiply(handles, 1 + np.square(cvs)) / 2))
    fifo = loads.sum() * residual / (1 - loads.sum())
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        queue = priority_queue([rates[i] for i in order], [handles[i] for i in order], 1, [cvs[i] for i in order])
        assert float(np.dot(loads[order], queue.mean_waits)) == pytest.approx(fifo)
    many = priority_queue([1.0, 2.0, 0.0, 3.0], 1.0, 8)
    assert many.mean_wait == pytest.approx(mmn(6.0, 1.0, 8).mean_wait)


def test_two_classes_equal_the_chain_solved_directly() -> None:
    """Queue lengths of both classes on two servers from the two-dimensional balance equations, cut off at 60 each."""
    first, second, servers, cut = 0.5, 0.7, 2, 40
    queue = priority_queue([first, second], 1.0, servers)
    busy = {(n, 0, 0): n for n in range(servers)}  # states with free servers, then (servers, q1, q2)
    states = list(busy) + [(servers, i, j) for i in range(cut) for j in range(cut)]
    index = {state: k for k, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for state in states:
        n, i, j = state
        moves = [((n + 1, 0, 0), first + second), ((n - 1, 0, 0), n)]
        if n == servers:
            done = (n, i - 1, j) if i else (n, i, j - 1) if j else (n - 1, 0, 0)
            moves = [((n, i + 1, j), first), ((n, i, j + 1), second), (done, servers)]
        for target, rate in moves:
            if target in index and rate:
                matrix[index[state], index[target]] += rate
    matrix -= np.diag(matrix.sum(axis=1))
    matrix[:, 0] = 1.0
    shares = np.linalg.solve(matrix.T, np.eye(len(states))[0])
    lengths = [sum(shares[index[s]] * s[1 + k] for s in states) for k in (0, 1)]
    assert queue.queues == pytest.approx(lengths, rel=1e-4)


def test_overload_spares_the_urgent() -> None:
    """The class that saturates the servers waits for ever; those before it as if all servers were always busy."""
    queue = priority_queue([0.3, 0.9, 0.1], 1.0)
    assert queue.mean_waits[0] == pytest.approx(1.0 / 0.7)
    assert all(math.isinf(w) for w in queue.mean_waits[1:])
    assert (queue.p_wait, queue.occupancy) == (1.0, 1.0)
    assert math.isinf(queue.mean_wait)
    crowd = priority_queue([3.0, 30.0], 1.0, 9)
    assert crowd.mean_waits[0] == pytest.approx(1 / 9 / (1 - 3 / 9))
    assert priority_queue([0.0, 0.0], 1.0).mean_wait == 0.0


def test_impossible_figures_are_refused() -> None:
    """Several servers with unequal classes have no such formula; lists must match."""
    with pytest.raises(ValueError, match="one exponential"):
        priority_queue([1.0, 1.0], [1.0, 2.0], 3)
    with pytest.raises(ValueError, match="one exponential"):
        priority_queue([1.0, 1.0], 1.0, 3, 0.5)
    with pytest.raises(ValueError, match="cv needs"):
        priority_queue([1.0, 1.0], 1.0, 1, [1.0])
    with pytest.raises(ValueError, match="at least one class"):
        priority_queue([], 1.0)
    with pytest.raises(ValueError, match="cv"):
        mg1(1.0, 0.5, -1.0)

"""Newest first: the same mean wait as first in first out, another law; and what overload does to it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.freshest import FreshestFirst


def test_the_mean_wait_is_that_of_any_order() -> None:
    """Below the servers' load nobody is forgotten, and who waits at all is chance, not order."""
    queue, fifo = FreshestFirst(6.0, 0.5, 4), mmn(6.0, 0.5, 4)
    assert (queue.p_served, queue.p_wait) == (1.0, fifo.p_wait)
    assert queue.mean_wait_served == pytest.approx(fifo.mean_wait)
    slope = (1 - queue.transform(1e-6)) / 1e-6
    assert slope == pytest.approx(fifo.mean_wait, rel=1e-4)
    # A value that fades exponentially is convex in the wait, and newest first spreads waits more.
    assert queue.transform(1.0) > fifo.transform(1.0)


@pytest.mark.parametrize("rate", [0.5, 6.0, 7.999, 8.0, 8.001, 12.0, 400.0])
def test_law_and_transform_agree(rate: float) -> None:
    """The transform is the integral of the law: E[exp(-sW)] = 1 - s times the integral of exp(-st) P(W > t)."""
    queue = FreshestFirst(rate, 0.5, 4)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    for s in (0.05, 1.0, 20.0):
        edges = np.concatenate([[0.0], 50.0 / s * 2.0 ** np.arange(-20.0, 1.0)])
        half = np.diff(edges) / 2
        t = edges[:-1, None] + half[:, None] * (1 + nodes)
        tail = np.array([[queue.wait_exceeds(float(one)) for one in row] for row in t[:, ::1]])
        integral = float(np.sum(half[:, None] * weights * np.exp(-s * t) * tail))
        assert queue.transform(s) == pytest.approx(1 - s * integral, abs=1e-9)


def test_overload_serves_whom_it_can_at_once() -> None:
    """12 an hour for a pace of 8: two thirds are served, after 15 minutes on average, the others never."""
    queue = FreshestFirst(12.0, 0.5, 4)
    assert queue.p_served == pytest.approx(2 / 3)
    assert queue.mean_wait_served == pytest.approx(0.25)
    assert queue.wait_exceeds(math.inf) == pytest.approx(1 / 3)
    assert queue.transform(0) == pytest.approx(2 / 3)
    slope = (queue.transform(0) - queue.transform(1e-6)) / 1e-6
    assert slope / queue.p_served == pytest.approx(0.25, rel=1e-4)


def test_one_server_by_its_own_history() -> None:
    """A thousand hours of an overloaded server, newest first, replayed by hand: shares within three standard errors."""
    rng = np.random.default_rng(1)
    came = np.cumsum(rng.exponential(1 / 1.5, 60_000))
    clock, index = 0.0, 0
    waiting: list[int] = []
    waits: dict[int, float] = {}
    while index < len(came):
        if not waiting:
            clock = max(clock, came[index])
        while index < len(came) and came[index] <= clock:
            waiting.append(index)
            index += 1
        who = waiting.pop()
        waits[who] = clock - came[who]
        clock += rng.exponential(1.0)
    queue = FreshestFirst(1.5, 1.0, 1)
    # The last ones may still be served.
    counted = range(1000, 55_000)
    for t in (0.5, 2.0, 8.0):
        longer = np.mean([waits.get(who, math.inf) > t for who in counted])
        assert longer == pytest.approx(queue.wait_exceeds(t), abs=0.01)
    assert np.mean([who in waits for who in counted]) == pytest.approx(queue.p_served, abs=0.01)


def test_impossible_figures_are_refused() -> None:
    """Nobody is served by nobody."""
    with pytest.raises(ValueError, match="servers"):
        FreshestFirst(1.0, 1.0, 0)
    with pytest.raises(ValueError, match="s must"):
        FreshestFirst(1.0, 1.0, 1).transform(-1)
    assert FreshestFirst(0.0, 1.0, 1).wait_exceeds(1.0) == 0
    assert FreshestFirst(1.0, 1.0, 3).wait_exceeds(-1.0) == 1

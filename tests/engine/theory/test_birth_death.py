"""Finite waiting rooms and finite customer bases agree with published figures and with a direct solution."""

import math

import numpy as np
import pytest

from sim.engine.theory.birth_death import birth_death, erlang_tail, finite_source, mmnk
from sim.engine.theory.erlang import erlang_b, mmn


def test_stationary_shares_solve_the_balance_equations() -> None:
    """Random births and deaths: shares times the generator vanish."""
    generator = np.random.default_rng(1)
    up, down = generator.uniform(0.1, 5, 12), generator.uniform(0.1, 5, 12)
    matrix = np.diag(up, 1) + np.diag(down, -1)
    matrix -= np.diag(matrix.sum(axis=1))
    shares = birth_death(up, down)
    assert shares.sum() == pytest.approx(1.0)
    assert np.abs(shares @ matrix).max() < 1e-12


def test_thousands_of_states_neither_overflow_nor_vanish() -> None:
    """A long chain drifting up has all its weight at the top."""
    shares = birth_death(np.full(20_000, 2.0), np.ones(20_000))
    assert shares[-1] == pytest.approx(0.5)
    with pytest.raises(ValueError, match="deaths"):
        birth_death([1.0], [0.0])
    with pytest.raises(ValueError, match="equally long"):
        birth_death([1.0], [1.0, 1.0])


def test_finite_room_published() -> None:
    """R package queueing, M/M/c/K example: rate 8, mu 4, 5 servers, room for 12."""
    queue = mmnk(8.0, 0.25, 5, 12)
    found = (queue.p_block, queue.in_system, queue.queue, queue.mean_time, queue.mean_wait, queue.occupancy)
    assert found == pytest.approx(
        (5.8691252e-05, 2.0393461, 0.039463447, 0.25493322, 0.0049332205, 0.39997652), rel=1e-7
    )


def test_finite_room_limits() -> None:
    """No waiting room is Erlang B, a huge one Erlang C; fewer places than servers idle some; overload fills it."""
    assert mmnk(12.0, 1.0, 15, 15).p_block == pytest.approx(erlang_b(15, 12.0), rel=1e-12)
    roomy, endless = mmnk(9.0, 1.0, 10, 3000), mmn(9.0, 1.0, 10)
    assert (roomy.p_wait, roomy.mean_wait) == pytest.approx((endless.p_wait, endless.mean_wait), rel=1e-10)
    for t in (0.0, 0.2, 2.0):
        assert roomy.service_level(t) == pytest.approx(endless.service_level(t), rel=1e-10)
    assert mmnk(12.0, 1.0, 20, 15).p_block == pytest.approx(erlang_b(15, 12.0), rel=1e-12)
    crush = mmnk(1000.0, 1.0, 2, 12)
    assert (crush.throughput, crush.p_block) == pytest.approx((2.0, 0.998), rel=1e-5)
    assert crush.mean_time == pytest.approx(6.0, rel=1e-2)
    idle = mmnk(0.0, 1.0, 2, 12)
    assert (idle.p_block, idle.p_wait, idle.mean_wait, idle.throughput) == (0, 0, 0, 0)


def test_closed_base_published() -> None:
    """90 customers asking every 30 h, 5 agents, 1.5 h a case (Palm's machine-interference model)."""
    queue = finite_source(90, 30.0, 1.5, 5)
    found = (queue.in_system, queue.queue, queue.mean_time, queue.mean_wait, queue.throughput, queue.occupancy)
    assert found == pytest.approx((6.4303049, 2.2518201, 2.3083625, 0.80836245, 2.7856565, 0.83569695), rel=1e-7)


def test_closed_base_identities() -> None:
    """Throughput is the base divided by its cycle; a vast base is an open queue; one customer never waits."""
    queue = finite_source(90, 30.0, 1.5, 5)
    assert queue.throughput * (30.0 + queue.mean_time) == pytest.approx(90.0)
    assert finite_source(1, 3.0, 1.0, 1).p_wait == 0.0
    assert finite_source(3, 3.0, 1.0, 5).mean_wait == 0.0
    vast, open_queue = finite_source(200_000, 200_000 / 4.0, 1.0, 5), mmn(4.0, 1.0, 5)
    assert vast.mean_wait == pytest.approx(open_queue.mean_wait, rel=1e-3)


def test_waits_of_a_finite_room_average_to_the_mean() -> None:
    """The area under the tail of the wait is its mean."""
    queue = finite_source(20, 4.0, 1.0, 3)
    t = np.linspace(0.0, 40.0, 8001)
    assert np.trapezoid([queue.wait_exceeds(x) for x in t], t) == pytest.approx(queue.mean_wait, rel=1e-5)


def test_erlang_tail_by_its_sum() -> None:
    """The tail of a sum of k exponentials is a Poisson sum."""
    tail = erlang_tail(6, 2.5)
    for k in range(1, 7):
        assert tail[k - 1] == pytest.approx(sum(math.exp(-2.5) * 2.5**j / math.factorial(j) for j in range(k)))


def test_impossible_figures_are_refused() -> None:
    """No servers, no room and no customers are errors."""
    with pytest.raises(ValueError, match="servers"):
        mmnk(1.0, 1.0, 0, 3)
    with pytest.raises(ValueError, match="capacity"):
        mmnk(1.0, 1.0, 1, 0)
    with pytest.raises(ValueError, match="customers"):
        finite_source(0, 1.0, 1.0, 1)

"""Erlang B and C agree with published tables, with a direct solution of the chain, and at the edges of their range."""

import math
import time

import numpy as np
import pytest

from sim.engine.theory.erlang import erlang_b, erlang_c, mmn


def solved_chain(rate: float, handle: float, servers: int, states: int) -> np.ndarray:
    """Stationary shares of M/M/n cut off after so many states, by solving the balance equations as they stand."""
    generator = np.zeros((states, states))
    for k in range(states - 1):
        generator[k, k + 1] = rate
        generator[k + 1, k] = min(k + 1, servers) / handle
    generator -= np.diag(generator.sum(axis=1))
    equations = np.vstack([generator.T, np.ones(states)])
    return np.linalg.lstsq(equations, np.append(np.zeros(states), 1.0), rcond=None)[0]


def test_single_server_textbook_values() -> None:
    """M/M/1 with a load of 0.5 and of 0.9 (Law & Kelton, chapter 1)."""
    half = mmn(1.0, 0.5, 1)
    assert (half.mean_wait, half.queue, half.occupancy, half.mean_time) == pytest.approx((0.5, 0.5, 0.5, 1.0))
    heavy = mmn(1.0, 0.9, 1)
    assert (heavy.mean_wait, heavy.queue, heavy.occupancy) == pytest.approx((8.1, 8.1, 0.9))


def test_call_center_published_by_pyworkforce() -> None:
    """100 calls in 30 min of 3 min for 14 agents: pyworkforce's documented example (times in minutes)."""
    queue = mmn(100 / 30, 3.0, 14)
    assert queue.p_wait == pytest.approx(0.17413193, abs=5e-9)
    assert queue.service_level(20 / 60) == pytest.approx(0.88835002, abs=5e-9)
    assert queue.mean_wait * 60 == pytest.approx(7.835937, abs=5e-7)
    assert queue.occupancy == pytest.approx(0.71428571, abs=5e-9)


@pytest.mark.parametrize(
    ("rate", "p_wait", "asa_s", "queue", "p90_s"),
    [(48.0, 0.69445561, 20.833668, 16.666935, 58.138742), (46.516212, None, 8.8317029, 6.8469561, 28.153985)],
)
def test_fifty_agents_published(rate: float, p_wait: float | None, asa_s: float, queue: float, p90_s: float) -> None:
    """50 agents, 1 min a call (Garnett, Mandelbaum & Reiman 2002, table of comparison)."""
    result = mmn(rate, 1.0, 50)
    if p_wait is not None:
        assert result.p_wait == pytest.approx(p_wait, rel=1e-7)
    assert result.mean_wait * 60 == pytest.approx(asa_s, rel=1e-7)
    assert result.queue == pytest.approx(queue, rel=1e-7)
    assert result.wait_quantile(0.9) * 60 == pytest.approx(p90_s, rel=1e-7)


def test_two_servers_and_the_steady_state_of_a_twelve_agent_day() -> None:
    """Sixto et al. (2004), example 10.9, and the steady state of L'Ecuyer & Buist's MMC example."""
    two = mmn(5.0, 0.1, 2)
    found = (two.p_wait, two.mean_wait, two.mean_wait_if_waiting, two.mean_time, two.queue, two.in_system)
    assert found == pytest.approx((0.1, 1 / 150, 1 / 15, 0.1 + 1 / 150, 1 / 30, 8 / 15))
    twelve = mmn(4.2, 2.0, 12)
    assert (twelve.service_level(1 / 3), twelve.mean_wait) == pytest.approx((0.89907978, 0.10216035), rel=1e-7)


def test_blocking_of_fifteen_lines() -> None:
    """Erlang B for 12 erlang on 15 lines (R package queueing, M/M/c/c example), and as the plain fraction."""
    assert erlang_b(15, 12.0) == pytest.approx(0.085729249, abs=5e-10)
    terms = [12.0**k / math.factorial(k) for k in range(16)]
    assert erlang_b(15, 12.0) == pytest.approx(terms[-1] / sum(terms), rel=1e-13)


def test_speed_to_lead_through_the_transform() -> None:
    """A conversion of 0.20 exp(-wait / 1 h) with 4 and with 7 reps, and the transform by numerical integration."""
    queue = mmn(6.0, 0.5, 4)
    assert (queue.p_wait, queue.mean_wait) == pytest.approx((0.50943396, 0.25471698), rel=1e-7)
    assert 0.20 * queue.transform(1.0) == pytest.approx(0.16603774, rel=1e-7)
    assert 6 * 0.20 * queue.transform(1.0) == pytest.approx(0.99622642, rel=1e-7)
    assert 6 * 0.20 * mmn(6.0, 0.5, 7).transform(1.0) == pytest.approx(1.1949806, rel=1e-7)
    waits = np.linspace(0.0, 20.0, 400_001)
    tail = np.array(queue.p_wait) * np.exp(-waits / queue.mean_wait_if_waiting)
    decayed = 1.0 - np.trapezoid(np.exp(-waits) * tail, waits)
    assert queue.transform(1.0) == pytest.approx(decayed, rel=1e-8)


@pytest.mark.parametrize(("rate", "handle", "servers"), [(0.7, 1.0, 1), (5.0, 0.5, 4), (9.0, 1.0, 12)])
def test_delay_queue_equals_the_chain_solved_directly(rate: float, handle: float, servers: int) -> None:
    """Waiting probability, queue and number inside agree with the balance equations."""
    shares = solved_chain(rate, handle, servers, 200)
    states = np.arange(200)
    result = mmn(rate, handle, servers)
    assert result.p_wait == pytest.approx(shares[servers:].sum(), rel=1e-9)
    assert result.queue == pytest.approx(shares @ np.maximum(states - servers, 0), rel=1e-9)
    assert result.in_system == pytest.approx(shares @ states, rel=1e-9)


def test_quantile_inverts_the_distribution() -> None:
    """The share of waits up to the quantile is the share asked for; below the share served at once it is 0."""
    queue = mmn(48.0, 1.0, 50)
    for share in (0.4, 0.9, 0.999):
        assert queue.service_level(queue.wait_quantile(share)) == pytest.approx(share)
    assert queue.wait_quantile(0.3) == 0.0
    with pytest.raises(ValueError, match="below 1"):
        queue.wait_quantile(1.0)


@pytest.mark.parametrize(("rate", "servers"), [(3.0, 3), (30.0, 3), (1.0, 0)])
def test_overload_waits_forever(rate: float, servers: int) -> None:
    """A load of at least the servers means certain and infinite waits, by the stated rule."""
    queue = mmn(rate, 1.0, servers)
    assert queue.p_wait == 1.0
    assert math.isinf(queue.mean_wait)
    assert math.isinf(queue.queue)
    assert math.isinf(queue.wait_quantile(0.5))
    assert queue.service_level(100.0) == 0.0
    assert queue.transform(1.0) == 0.0
    assert queue.occupancy == (1.0 if servers else 0.0)


def test_no_customers_and_light_loads() -> None:
    """Nobody waits when nobody comes; a very light load needs no special case."""
    idle = mmn(0.0, 1.0, 3)
    assert (idle.p_wait, idle.mean_wait, idle.queue, idle.occupancy, idle.wait_quantile(0.99)) == (0, 0, 0, 0, 0)
    assert idle.transform(2.0) == 1.0
    assert erlang_c(1, 1e-12) == pytest.approx(1e-12)
    assert erlang_c(2, 1e-8) == pytest.approx(0.5e-16)
    assert erlang_c(10_000, 1e-3) == 0.0


def test_ten_thousand_servers_are_exact_and_fast() -> None:
    """At 10,000 servers the waiting probability is that of Halfin & Whitt (1981) to 2 %, within milliseconds."""
    began = time.perf_counter()
    p_wait = erlang_c(10_000, 9_900.0)
    assert time.perf_counter() - began < 0.5
    beta = 100.0 / math.sqrt(9_900.0)
    density, below = math.exp(-(beta**2) / 2) / math.sqrt(2 * math.pi), 0.5 * math.erfc(-beta / math.sqrt(2))
    assert p_wait == pytest.approx(1 / (1 + beta * below / density), rel=0.02)


@pytest.mark.parametrize(
    ("rate", "handle", "servers", "word"),
    [(-1, 1, 1, "rate"), (math.nan, 1, 1, "rate"), (1, 0, 1, "handle"), (1, math.inf, 1, "handle"), (1, 1, -1, "who")],
)
def test_impossible_figures_are_refused(rate: float, handle: float, servers: int, word: str) -> None:
    """The error names the figure at fault."""
    with pytest.raises(ValueError, match=word):
        mmn(rate, handle, servers)
    with pytest.raises(ValueError, match="whole"):
        mmn(1.0, 1.0, 1.5)  # type: ignore[arg-type]

"""Erlang A agrees with published tables, with the birth-death chain solved directly, and with its limits."""

import math
import time

import numpy as np
import pytest

from sim.engine.theory.erlang import erlang_b, mmn
from sim.engine.theory.impatience import ImpatientQueue, erlang_a


def chain(rate: float, handle: float, servers: int, patience: float, states: int = 4000) -> np.ndarray:
    """Stationary shares of the number inside, from the detailed balance of births and deaths."""
    k = np.arange(1, states)
    deaths = np.minimum(k, servers) / handle + np.maximum(k - servers, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate) - np.log(deaths))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def test_fifty_agents_published() -> None:
    """48 calls/min, 1 min each, 50 agents, patience 2 min (Garnett, Mandelbaum & Reiman 2002), all kinds of waits."""
    queue = erlang_a(48.0, 1.0, 50, 2.0)
    assert queue.p_abandon == pytest.approx(0.030912249, rel=1e-7)
    assert queue.mean_wait * 60 == pytest.approx(3.7094699, rel=1e-7)
    assert queue.mean_wait_served * 60 == pytest.approx(3.6159002, rel=1e-7)
    assert queue.mean_wait_abandoned * 60 == pytest.approx(6.6428447, rel=1e-7)
    assert queue.queue == pytest.approx(2.9675759, rel=1e-7)
    assert queue.occupancy == pytest.approx(0.93032424, rel=1e-7)
    assert queue.p_wait == pytest.approx(0.46777407, rel=1e-7)
    assert queue.wait_quantile(0.9) * 60 == pytest.approx(12.444648, rel=1e-7)
    assert queue.answered_within(20 / 60) == pytest.approx(0.94301895, rel=1e-7)


def test_twelve_agents_steady_state() -> None:
    """4.2 calls/min, 2 min each, 12 agents, patience 1 min: the steady state of L'Ecuyer & Buist's MMCAb example."""
    queue = erlang_a(4.2, 2.0, 12, 1.0)
    assert queue.p_abandon == pytest.approx(0.029678906, rel=1e-7)
    assert queue.mean_wait_served == pytest.approx(0.024060077, rel=1e-7)
    assert queue.service_level(1 / 3, of="served") == pytest.approx(0.97418224, rel=1e-7)
    assert queue.occupancy == pytest.approx(0.67922477, rel=1e-7)
    # Their simulated days, which open empty, gave 0.968 of calls but those lost within 20 s.
    assert queue.service_level(1 / 3, of="patient_only") == pytest.approx(0.968, abs=0.001)


@pytest.mark.parametrize(
    ("rate", "handle", "servers", "patience"),
    [(48, 1, 50, 2), (80, 1, 50, 2), (3, 1, 1, 0.2), (0.5, 1, 1, 9), (200, 0.5, 90, 5), (10, 1, 30, 0.1), (4, 1, 4, 9)],
)
def test_chain_solved_directly(rate: float, handle: float, servers: int, patience: float) -> None:
    """Waiting, abandonment, occupancy, queue and the waits of each kind follow from the chain alone."""
    shares = chain(rate, handle, servers, patience)
    waiting = np.maximum(np.arange(len(shares)) - servers, 0)
    queue = erlang_a(rate, handle, servers, patience)
    assert queue.p_wait == pytest.approx(shares[servers:].sum(), rel=1e-9)
    assert queue.queue == pytest.approx(shares @ waiting, rel=1e-9)
    assert queue.p_abandon == pytest.approx(shares @ waiting / patience / rate, rel=1e-9)
    assert queue.occupancy == pytest.approx(shares @ np.minimum(np.arange(len(shares)), servers) / servers, rel=1e-9)
    # Who finds m - 1 waiting is served after m departures at rates fleet + j theta, unless its own patience ends first.
    fleet, theta, m = servers / handle, 1 / patience, np.arange(1, len(shares) - servers + 1)
    served = fleet / (fleet + m * theta)
    hours = served * np.cumsum(1 / (fleet + m * theta))
    assert queue.mean_wait_served == pytest.approx(shares[servers:] @ hours / (1 - queue.p_abandon), rel=1e-9)
    mixed = (1 - queue.p_abandon) * queue.mean_wait_served + queue.p_abandon * queue.mean_wait_abandoned
    assert mixed == pytest.approx(queue.mean_wait, rel=1e-9)


@pytest.mark.parametrize("patience", [0.05, 2.0, 40.0])
def test_distribution_of_waits_by_plain_integration(patience: float) -> None:
    """Tail, answered in time and left too late agree with a fine trapezoid over the density of the virtual wait."""
    rate, handle, servers = 48.0, 1.0, 50
    theta = 1 / patience
    queue = erlang_a(rate, handle, servers, patience)
    v = np.linspace(0.0, 30.0, 3_000_001)
    density = np.exp(rate / theta * (1 - np.exp(-theta * v)) - servers / handle * v)
    density *= queue.p_wait / np.trapezoid(density, v)
    for t in (0.01, 0.05, 0.3):
        cut = round(t * 1e5)
        late, soon, seldom = v[cut:], v[: cut + 1], math.exp(-theta * t)
        beyond = np.trapezoid(density[cut:], late)
        assert queue.wait_exceeds(t) == pytest.approx(beyond * seldom, rel=1e-6)
        answered = np.trapezoid(density[: cut + 1] * np.exp(-theta * soon), soon)
        assert queue.answered_within(t) == pytest.approx(1 - queue.p_wait + answered, rel=1e-7)
        gone = np.trapezoid(density[cut:] * (seldom - np.exp(-theta * late)), late)
        assert queue.abandoned_after(t) == pytest.approx(gone, rel=1e-6)


def test_wait_integrates_to_its_mean_and_quantile_inverts_it() -> None:
    """The mean wait is the area under the tail, and the tail at the quantile is what the quantile leaves out."""
    queue = erlang_a(60.0, 1.0, 50, 2.0)
    t = np.linspace(0.0, 3.0, 3001)
    assert np.trapezoid([queue.wait_exceeds(x) for x in t], t) == pytest.approx(queue.mean_wait, rel=1e-5)
    for share in (0.1, 0.5, 0.9, 0.999):
        assert 1 - queue.wait_exceeds(queue.wait_quantile(share)) == pytest.approx(share, abs=1e-10)
    assert erlang_a(1.0, 1.0, 50, 2.0).wait_quantile(0.99) == 0.0


@pytest.mark.parametrize("patience", [1e6, 1e9, 1e15])
def test_long_patience_becomes_erlang_c(patience: float) -> None:
    """Below the load of the servers a patience without end gives Erlang C."""
    queue, patient = erlang_a(48.0, 1.0, 50, patience), mmn(48.0, 1.0, 50)
    slack = 100 / patience + 1e-12
    assert queue.p_wait == pytest.approx(patient.p_wait, rel=slack)
    assert queue.mean_wait == pytest.approx(patient.mean_wait, rel=slack)
    assert queue.mean_wait_served == pytest.approx(patient.mean_wait, rel=slack)
    assert queue.wait_quantile(0.9) == pytest.approx(patient.wait_quantile(0.9), rel=slack)


@pytest.mark.parametrize("patience", [1e-6, 1e-12])
def test_short_patience_becomes_erlang_b(patience: float) -> None:
    """A patience of nothing gives a loss system, also in overload."""
    for rate in (48.0, 60.0):
        queue = erlang_a(rate, 1.0, 50, patience)
        assert queue.p_abandon == pytest.approx(erlang_b(50, rate), rel=1000 * patience + 1e-9)
        assert queue.mean_wait_abandoned == pytest.approx(patience, rel=100 * patience + 1e-9)


def test_limits_taken_exactly() -> None:
    """Patience 0 is Erlang B; an infinite one Erlang C with its overload rule."""
    nobody = erlang_a(48.0, 1.0, 50, 0.0)
    assert nobody.p_abandon == nobody.p_wait == erlang_b(50, 48.0)
    assert (nobody.mean_wait, nobody.wait_exceeds(0.0), nobody.wait_quantile(0.99)) == (0, 0, 0)
    assert nobody.service_level(0.0) == pytest.approx(1 - nobody.p_abandon)
    assert nobody.service_level(0.1, of="patient_only") == 1.0
    patient = erlang_a(48.0, 1.0, 50, math.inf)
    assert patient.service_level(0.1) == pytest.approx(mmn(48.0, 1.0, 50).service_level(0.1))
    assert patient.wait_quantile(0.9) == pytest.approx(mmn(48.0, 1.0, 50).wait_quantile(0.9))
    assert patient.p_abandon == 0.0
    crushed = erlang_a(60.0, 1.0, 50, math.inf)
    assert math.isinf(crushed.mean_wait)
    assert math.isinf(crushed.wait_quantile(0.5))
    assert crushed.service_level(10.0) == 0.0


def test_no_servers_and_no_customers() -> None:
    """Without servers everyone leaves after its patience; without customers nobody waits."""
    closed = erlang_a(4.0, 1.0, 0, 0.5)
    assert (closed.p_wait, closed.p_abandon, closed.mean_wait, closed.queue, closed.occupancy) == (1, 1, 0.5, 2, 0)
    assert closed.mean_wait_abandoned == 0.5
    assert closed.wait_exceeds(0.5) == pytest.approx(math.exp(-1))
    assert closed.wait_quantile(0.5) == pytest.approx(0.5 * math.log(2))
    assert (closed.answered_within(9.0), closed.service_level(9.0, of="served")) == (0.0, 0.0)
    idle = erlang_a(0.0, 1.0, 2, 0.5)
    assert (idle.p_wait, idle.p_abandon, idle.mean_wait, idle.queue) == (0, 0, 0, 0)
    light = erlang_a(1e-9, 1.0, 2000, 0.5)
    assert (light.p_abandon, light.service_level(0.0)) == (0.0, 1.0)


def test_deep_overload_follows_the_fluid_limit() -> None:
    """With twice the load and long patience half the customers leave and the queue is patience x excess rate."""
    queue = erlang_a(100.0, 1.0, 50, 1e6)
    assert (queue.p_abandon, queue.occupancy) == pytest.approx((0.5, 1.0))
    assert queue.mean_wait == pytest.approx(0.5e6)
    assert queue.mean_wait_served == pytest.approx(1e6 * math.log(2), rel=1e-4)


def test_ten_thousand_servers_are_exact_and_fast() -> None:
    """10,000 servers agree with the chain and take milliseconds."""
    began = time.perf_counter()
    queue = erlang_a(10_000.0, 1.0, 10_000, 0.5)
    queue.wait_quantile(0.9)
    assert time.perf_counter() - began < 1.0
    shares = chain(10_000.0, 1.0, 10_000, 0.5, states=14_000)
    assert queue.p_wait == pytest.approx(shares[10_000:].sum(), rel=1e-8)
    waiting = shares @ np.maximum(np.arange(14_000) - 10_000, 0)
    assert queue.queue == pytest.approx(waiting, rel=1e-8)


def test_impossible_figures_are_refused() -> None:
    """A negative patience, an unknown kind of service level and a share of 1 are errors."""
    with pytest.raises(ValueError, match="patience"):
        erlang_a(1.0, 1.0, 1, -1.0)
    queue: ImpatientQueue = erlang_a(1.0, 1.0, 1, 1.0)
    with pytest.raises(ValueError, match="patient_only"):
        queue.service_level(1.0, of="some")
    with pytest.raises(ValueError, match="below 1"):
        queue.wait_quantile(1.0)

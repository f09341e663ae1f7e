"""A day that opens empty agrees with published simulations, the chain integrated in time, and the steady state."""

import math

import numpy as np
import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.impatience import erlang_a
from sim.engine.theory.transient import stretch


def test_published_day_without_abandonment() -> None:
    """4.2 calls/min of 2 min, 12 agents, 480 min from empty: 1,000 simulated days of L'Ecuyer & Buist (MMC example)."""
    day = stretch(4.2, 2.0, 12, 480.0, within=1 / 3)
    assert day.arrivals == pytest.approx(2016.0)
    assert day.occupancy == pytest.approx(0.695, abs=0.0025)
    assert day.answered_within == pytest.approx(0.902, abs=0.0025)
    assert day.mean_wait == pytest.approx(0.099, abs=0.0025)


def test_published_day_with_abandonment() -> None:
    """The same day with a mean patience of 1 min (MMCAb example)."""
    day = stretch(4.2, 2.0, 12, 480.0, patience=1.0, within=1 / 3)
    assert day.arrivals * day.p_abandon == pytest.approx(58.6, abs=1.0)
    assert day.mean_wait_served == pytest.approx(0.024, abs=0.0005)
    assert day.answered_within / (1 - day.p_abandon) == pytest.approx(0.975, abs=0.001)
    assert day.occupancy == pytest.approx(0.675, abs=0.003)


@pytest.mark.parametrize("patience", [math.inf, 0.7])
def test_chain_integrated_in_time(patience: float) -> None:
    """Averages of the number inside equal a Runge-Kutta integration from a backlog, in overload."""
    rate, handle, servers, hours, start = 6.0, 1.0, 4, 3.0, 9
    n = np.arange(120)
    up = np.full(120, rate)
    up[-1] = 0.0
    down = np.minimum(n, servers) / handle + np.maximum(n - servers, 0) / patience

    def slope(p: np.ndarray) -> np.ndarray:
        flow = -(up + down) * p
        flow[1:] += (up * p)[:-1]
        flow[:-1] += (down * p)[1:]
        return flow

    p, area, step = np.zeros(120), np.zeros(120), 0.0025
    p[start] = 1.0
    for _ in range(1200):
        k1 = slope(p)
        k2 = slope(p + step / 2 * k1)
        k3 = slope(p + step / 2 * k2)
        after = p + step / 6 * (k1 + 2 * k2 + 2 * k3 + slope(p + step * k3))
        area += step / 2 * (p + after)
        p = after
    average = area / hours
    day = stretch(rate, handle, servers, hours, patience=patience, start=start)
    assert day.in_system_at_end == pytest.approx(p @ n, rel=1e-6)
    assert day.p_wait == pytest.approx(average[servers:].sum(), rel=1e-5)
    assert day.queue == pytest.approx(average @ np.maximum(n - servers, 0), rel=1e-5)
    assert day.occupancy == pytest.approx(average @ np.minimum(n, servers) / servers, rel=1e-5)
    if math.isinf(patience):
        assert day.mean_wait == pytest.approx(average @ np.maximum(n - servers + 1, 0) * handle / servers, rel=1e-5)


def test_long_stretches_forget_their_opening() -> None:
    """After a long time the averages are those of the steady state."""
    day, steady = stretch(5.0, 1.0, 7, 5000.0, within=0.1), mmn(5.0, 1.0, 7)
    assert day.mean_wait == pytest.approx(steady.mean_wait, rel=2e-3)
    assert day.answered_within == pytest.approx(steady.service_level(0.1), rel=1e-3)
    lossy, impatient = stretch(9.0, 1.0, 7, 2000.0, patience=0.5, within=0.1), erlang_a(9.0, 1.0, 7, 0.5)
    assert lossy.p_abandon == pytest.approx(impatient.p_abandon, rel=2e-3)
    assert lossy.mean_wait == pytest.approx(impatient.mean_wait, rel=2e-3)
    assert lossy.mean_wait_served == pytest.approx(impatient.mean_wait_served, rel=2e-3)
    assert lossy.answered_within == pytest.approx(impatient.answered_within(0.1), rel=2e-3)


def test_edges() -> None:
    """A single instant sees the start; without servers everyone waits; a quiet desk answers all."""
    moment = stretch(1.0, 1.0, 2, 1e-9, start=5)
    assert (moment.p_wait, moment.mean_wait) == pytest.approx((1.0, 2.0))
    closed = stretch(2.0, 1.0, 0, 4.0, patience=0.5)
    assert (closed.p_wait, closed.p_abandon, closed.mean_wait, closed.answered_within) == pytest.approx((1, 1, 0.5, 0))
    assert math.isinf(closed.mean_wait_served)
    quiet = stretch(0.0, 1.0, 3, 8.0, within=0.1)
    assert (quiet.p_wait, quiet.mean_wait, quiet.answered_within, quiet.occupancy) == pytest.approx((0, 0, 1, 0))


def test_impossible_figures_are_refused() -> None:
    """A patience of nothing, a backlog below 0 and an endless stretch are errors."""
    with pytest.raises(ValueError, match="patience"):
        stretch(1.0, 1.0, 1, 1.0, patience=0.0)
    with pytest.raises(ValueError, match="start"):
        stretch(1.0, 1.0, 1, 1.0, start=-1)
    with pytest.raises(ValueError, match="steps"):
        stretch(1.0, 1.0, 1, 1e9)

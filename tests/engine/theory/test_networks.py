"""Open networks agree with Jackson's product form, with hand-solved traffic, and with the chain solved directly."""

import numpy as np
import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.networks import feedback, open_network, tandem


def test_sales_funnel() -> None:
    """Qualify, demo, close: 2 leads/h, 3, 4 and 4 reps, 60 % and 50 % advance (Jackson 1957)."""
    net = tandem(2.0, [0.6, 0.5], [1.0, 2.0, 4.0], [3, 4, 4])
    assert net.rates == pytest.approx((2.0, 1.2, 0.6))
    assert net.occupancies == pytest.approx((0.66666667, 0.6, 0.6))
    assert net.mean_waits == pytest.approx((0.44444444, 0.35880399, 0.71760797), rel=1e-7)
    assert net.time_inside == pytest.approx(4.2750092, rel=1e-7)
    assert sum(net.mean_times) == pytest.approx(8.5208564, rel=1e-7)
    assert net.visits == pytest.approx((1.0, 0.6, 0.3))


def test_reopened_tickets() -> None:
    """5 fresh tickets/h of 1 h, 8 agents, 15 % reopen at once."""
    net = feedback(5.0, 1.0, 8, 0.15)
    assert net.rates[0] == pytest.approx(5.8823529, rel=1e-7)
    assert net.occupancies[0] == pytest.approx(0.73529412, rel=1e-7)
    assert net.mean_waits[0] == pytest.approx(0.15587937, rel=1e-7)
    assert net.visits[0] == pytest.approx(1.1764706, rel=1e-7)
    assert net.time_inside == pytest.approx(1.3598581, rel=1e-7)


def test_a_delay_before_reopening_changes_no_wait_at_the_desk() -> None:
    """Product form: the desk sees the same load, the ticket takes the delays on top."""
    at_once, later = feedback(5.0, 1.0, 8, 0.15), feedback(5.0, 1.0, 8, 0.15, delay=30.0)
    assert later.mean_waits[0] == pytest.approx(at_once.mean_waits[0])
    assert later.time_inside == pytest.approx(at_once.time_inside + 30.0 * 0.15 / 0.85)


def test_general_network_by_littles_law() -> None:
    """Mean numbers inside all stations divided by the entering rate are the time inside."""
    fresh, handles, servers = [1.0, 0.5, 0.0], [0.5, 1.0, 0.8], [2, 3, 4]
    routing = [[0.1, 0.4, 0.3], [0.2, 0.0, 0.5], [0.0, 0.3, 0.0]]
    net = open_network(fresh, routing, handles, servers)
    for j in range(3):
        assert net.rates[j] == pytest.approx(fresh[j] + sum(net.rates[i] * routing[i][j] for i in range(3)))
    inside = sum(mmn(r, h, s).in_system for r, h, s in zip(net.rates, handles, servers, strict=True))
    assert net.time_inside == pytest.approx(inside / 1.5)


def test_two_stations_equal_the_chain_solved_directly() -> None:
    """Two single servers in a row: mean numbers from the two-dimensional balance equations."""
    cut = 30
    net = tandem(1.0, [1.0], [0.5, 0.6], [1, 1])
    matrix = np.zeros((cut * cut, cut * cut))
    for i in range(cut):
        for j in range(cut):
            here = i * cut + j
            for a, b, rate in ((i + 1, j, 1.0), (i - 1, j + 1, 2.0), (i, j - 1, 1 / 0.6)):
                if 0 <= a < cut and 0 <= b < cut:
                    matrix[here, a * cut + b] += rate
    matrix -= np.diag(matrix.sum(axis=1))
    matrix[:, 0] = 1.0
    shares = np.linalg.solve(matrix.T, np.eye(cut * cut)[0]).reshape(cut, cut)
    numbers = np.arange(cut)
    assert shares.sum(axis=1) @ numbers == pytest.approx(net.mean_times[0], rel=1e-4)
    assert shares.sum(axis=0) @ numbers == pytest.approx(net.mean_times[1], rel=1e-4)


def test_idle_networks_and_stations_without_servers() -> None:
    """No work means no waits; a station that gets no work needs nobody; unlimited servers are a mere delay."""
    idle = tandem(0.0, [0.5], [1.0, 2.0], [1, 1])
    assert (idle.time_inside, idle.visits) == (0.0, (0.0, 0.0))
    closed = tandem(1.0, [0.0], [0.5, 2.0], [1, 0])
    assert closed.time_inside == pytest.approx(1.0)
    assert open_network([3.0], [[0.0]], [2.0], [None]).time_inside == 2.0


def test_impossible_networks_are_refused() -> None:
    """Overload names the station; work must be able to leave; rows are shares; lengths match."""
    with pytest.raises(ValueError, match="station 1 is overloaded"):
        tandem(2.0, [0.9], [0.1, 1.0], [1, 1])
    with pytest.raises(ValueError, match="leave"):
        feedback(1.0, 0.1, 1, 1.0)
    with pytest.raises(ValueError, match="shares"):
        open_network([1.0], [[1.2]], [1.0], [1])
    with pytest.raises(ValueError, match="one fresh rate"):
        open_network([1.0, 1.0], [[0.0]], [1.0], [1])
    with pytest.raises(ValueError, match="need 1 shares"):
        tandem(1.0, [], [1.0, 1.0], [1, 1])

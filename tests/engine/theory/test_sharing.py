"""Chats: people with several in hand, against the queues they become at the edges and against a chain of states."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.theory.birth_death import birth_death
from sim.engine.theory.erlang import mmn
from sim.engine.theory.impatience import erlang_a
from sim.engine.theory.sharing import shared


def test_one_at_a_time_is_erlangs_queue() -> None:
    """With one in hand each, patient or not."""
    found, exact = shared(108, 1 / 12, 10, 1, 0.25), mmn(108, 1 / 12, 10)
    assert (found.mean_wait, found.p_wait) == pytest.approx((exact.mean_wait, exact.p_wait), rel=1e-10)
    hurried, known = shared(108, 1 / 12, 10, 1, 0.0, patience=0.05), erlang_a(108, 1 / 12, 10, 0.05)
    assert hurried.p_abandon == pytest.approx(known.p_abandon, rel=1e-10)
    assert hurried.mean_wait_served == pytest.approx(known.mean_wait_served, rel=1e-10)
    assert hurried.occupancy == pytest.approx(known.occupancy, rel=1e-10)


def test_one_person_is_a_chain_of_births_and_deaths() -> None:
    """Three chats at once, each stretched by a quarter for each further one."""
    rate, handle, most = 20.0, 1 / 12, 3000
    paces = [min(k, 3) / (1 + 0.25 * (min(k, 3) - 1)) / handle for k in range(1, most + 1)]
    shares = birth_death([rate] * most, paces)
    states = np.arange(most + 1)
    queue = float(shares @ np.maximum(states - 3, 0))
    found = shared(rate, handle, 1, 3, 0.25)
    assert found.queue == pytest.approx(queue, rel=1e-9)
    assert found.mean_wait == pytest.approx(queue / rate, rel=1e-9)
    assert found.occupancy == pytest.approx(1 - shares[0], rel=1e-9)
    assert found.in_hand == pytest.approx(float(shares @ np.minimum(states, 3)), rel=1e-9)


def test_without_stretch_one_person_is_several() -> None:
    """Who loses nothing by doing three at once is as good as three, except that nobody else is there to be busy."""
    found, three = shared(30, 1 / 12, 1, 3, 0.0), mmn(30, 1 / 12, 3)
    assert found.mean_wait == pytest.approx(three.mean_wait, rel=1e-9)
    assert found.mean_contact == pytest.approx(1 / 12, rel=1e-9)


def test_a_stretch_of_one_wins_nothing_but_company() -> None:
    """When two at once take twice as long each, a person is a single server that two share."""
    found, one = shared(10, 1 / 12, 1, 2, 1.0), mmn(10, 1 / 12, 1)
    assert found.occupancy == pytest.approx(one.occupancy, rel=1e-9)
    assert found.queue + found.in_hand == pytest.approx(one.in_system, rel=1e-9)


def test_customers_are_conserved() -> None:
    """What comes is served or leaves, and Little's law holds for the time in hand."""
    found = shared(108, 1 / 12, 5, 3, 0.25, patience=0.05)
    served = 108 * (1 - found.p_abandon)
    assert found.in_hand == pytest.approx(served * found.mean_contact, rel=1e-9)
    assert found.queue == pytest.approx(108 * found.p_abandon * 0.05, rel=1e-9)
    assert 1 / 12 < found.mean_contact < 1.5 / 12


def test_impossible_desks_are_refused() -> None:
    """Overload without end, no servers, too many states."""
    with pytest.raises(ValueError, match="too much for"):
        shared(200, 1 / 12, 5, 3, 0.25)
    with pytest.raises(ValueError, match="above 0"):
        shared(10, 1 / 12, 0, 3, 0.25)
    with pytest.raises(ValueError, match="states"):
        shared(10, 1 / 12, 40, 5, 0.25)

"""What waiting leaves of a chance, against direct integration over the law of waits."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.freshest import FreshestFirst
from sim.engine.theory.response import left_after_power, left_after_steps

QUEUE = mmn(6.0, 0.5, 4)


def test_speed_to_lead() -> None:
    """20 % that fade with a mean of an hour, 6 leads an hour, 4 reps or 7 of half an hour each."""
    assert 0.2 * QUEUE.transform(1.0) == pytest.approx(0.16603774, rel=1e-7)
    assert 6 * 0.2 * mmn(6.0, 0.5, 7).transform(1.0) == pytest.approx(1.1949806, rel=1e-7)


@pytest.mark.parametrize("floor", [0.0, 0.1, 0.5, 0.999])
@pytest.mark.parametrize(("scale", "exponent"), [(0.2, 0.7), (1e-4, 0.3), (30.0, 5.0)])
def test_power_of_an_exponential_wait(scale: float, exponent: float, floor: float) -> None:
    """The mean of the factor over those who wait, by adaptive quadrature in time."""
    from scipy.integrate import quad

    pace = 1 / QUEUE.mean_wait_if_waiting
    bend = scale * math.expm1(-math.log(floor) / exponent) if floor else math.inf

    def worth(x: float) -> float:
        return math.exp(-x) * max(floor, math.exp(-exponent * math.log1p(x / pace / scale)))

    knots = sorted(point for point in (scale * pace, 30 * scale * pace, bend * pace, 1.0) if point < 40)
    ends = [0.0, *knots, 45.0]
    waited = sum(quad(worth, a, b, epsabs=1e-13, limit=200)[0] for a, b in pairwise(ends))
    exact = 1 - QUEUE.p_wait + QUEUE.p_wait * waited
    assert left_after_power(QUEUE, scale, exponent, floor) == pytest.approx(exact, abs=1e-9)


def test_steps() -> None:
    """Each factor weighs by the share of waits in its step; a step at 0 is for everybody."""
    pace = 1 / QUEUE.mean_wait_if_waiting
    early, late = math.exp(-0.1 * pace), math.exp(-0.5 * pace)
    exact = 1 - QUEUE.p_wait + QUEUE.p_wait * ((1 - early) + 0.6 * (early - late) + 0.2 * late)
    assert left_after_steps(QUEUE, [0.1, 0.5], [0.6, 0.2]) == pytest.approx(exact, rel=1e-12)
    assert left_after_steps(QUEUE, [0.0], [0.3]) == pytest.approx(0.3)
    # Chances may recover: nothing in the definition says they fall.
    assert left_after_steps(QUEUE, [0.1, 0.5], [0.0, 1.0]) == pytest.approx(1 - QUEUE.p_wait * (early - late))


def test_many_steps_come_near_the_power() -> None:
    """And for newest first, whose law has no such simple form, too."""
    for queue in (QUEUE, FreshestFirst(12.0, 0.5, 4)):
        edges = [0.002 * i for i in range(1, 4000)]
        upper = [(1 + t / 0.5) ** -1.5 for t in edges]
        low = left_after_steps(queue, [0.0, *edges], [*upper, 0.0])
        high = left_after_steps(queue, edges, upper)
        assert low < left_after_power(queue, 0.5, 1.5) < high < low + 0.01


def test_a_queue_without_end_leaves_nothing() -> None:
    """First in first out at load above 1; newest first leaves what it serves."""
    assert left_after_power(mmn(12.0, 0.5, 4), 1.0, 1.0, 0.2) == 0
    assert left_after_steps(mmn(12.0, 0.5, 4), [1.0], [0.2]) == 0
    fresh = FreshestFirst(12.0, 0.5, 4)
    assert left_after_power(fresh, 1.0, 1.0, 1.0) == pytest.approx(fresh.p_served)
    assert left_after_steps(fresh, [1e9], [0.2]) == pytest.approx(fresh.p_served)


def test_impossible_figures_are_refused() -> None:
    """Steps that do not match, factors that are no shares, a power that does not fade."""
    for after, factors in (([1.0], []), ([2.0, 1.0], [0.5, 0.1]), ([1.0], [1.5]), ([-1.0], [0.5])):
        with pytest.raises(ValueError, match=r"steps|factors"):
            left_after_steps(QUEUE, after, factors)
    for scale, exponent, floor in ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 1.1)):
        with pytest.raises(ValueError, match=r"scale|exponent|floor"):
            left_after_power(QUEUE, scale, exponent, floor)

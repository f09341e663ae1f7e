"""The ratchet of shortcuts: published trajectory, and the exact solution against its own differential equation."""

from __future__ import annotations

import math

import pytest

from sim.engine.theory.erosion import EROSION, EXPONENT, standard_after, standards, time_per_order

WEEK = 168.0


def at(week: float) -> float:
    """The standard under 1000 orders a week of 1.08 h for 1080 hours, and 1200 in weeks 10 to 30."""
    stretches = [(1.0, min(week, 10) * WEEK), (1.2, min(max(week - 10, 0), 20) * WEEK), (1.0, max(week - 30, 0) * WEEK)]
    return standards(stretches)[-1]


@pytest.mark.parametrize(
    ("week", "time", "standard"),
    [
        (0, 1.08, 1.08),
        (12, 0.95713071, 1.0677978),
        (20, 0.94376086, 1.0268778),
        (29, 0.93237279, 0.99282634),
        (40, 1.0465681, 0.98966826),
        (104, 1.0465682, 0.98966871),
    ],
)
def test_the_published_pulse(week: float, time: float, standard: float) -> None:
    """Twenty weeks with a fifth more orders, reckoned in steps of a sixteenth of a week: to 2 parts in 10^4."""
    load = 1.2 if 10 <= week < 30 else 1.0
    assert 1.08 * at(week) == pytest.approx(standard, rel=2e-4)
    assert 1.08 * time_per_order(at(week), load) == pytest.approx(time, rel=2e-4)


def test_what_is_lost_is_lost() -> None:
    """8.36 % of the standard, and nothing of it comes back without recovery."""
    assert 100 * (1 - at(104)) == pytest.approx(8.3640084, rel=2e-3)
    assert at(1000) == at(30)


def test_each_step_obeys_the_equation() -> None:
    """The slope is (time per order - standard) / tau, with the tau of the direction."""
    for standard, load, tau in ((1.0, 1.3, EROSION), (0.9, 0.9, 5 * EROSION)):
        step = 0.01
        after = standard_after(standard, load, step, recovery=5 * EROSION)
        slope = (time_per_order(standard, load) - standard) / tau
        assert (after - standard) / step == pytest.approx(slope, rel=1e-4)


def test_a_stretch_may_be_cut_anywhere() -> None:
    """Two halves make the whole, and in the end pressure is 1."""
    whole = standards([(1.2, 20 * WEEK)])[-1]
    assert standards([(1.2, 7 * WEEK), (1.2, 13 * WEEK)])[-1] == pytest.approx(whole, rel=1e-12)
    assert standard_after(1.0, 1.25, 1e9) * 1.25 == pytest.approx(1.0)
    assert standard_after(0.8, 1.0, 1e9, recovery=EROSION) == pytest.approx(1.0)


def test_without_elasticity_nothing_happens() -> None:
    """Nor without pressure."""
    assert standard_after(1.0, 1.5, 1000, exponent=0) == 1.0
    assert time_per_order(0.9, 1 / 0.9) == pytest.approx(0.9)
    assert standard_after(1.0, 1.0, 1000) == 1.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: standard_after(0.0, 1.0, 1.0),
        lambda: standard_after(1.0, -1.0, 1.0),
        lambda: standard_after(1.0, 1.0, -1.0),
        lambda: standard_after(1.0, 1.0, 1.0, exponent=0.5),
        lambda: standard_after(1.0, 1.0, 1.0, recovery=0.0),
        lambda: time_per_order(math.nan, 1.0, EXPONENT),
    ],
)
def test_impossible_figures_are_refused(call) -> None:
    """With a ValueError."""
    with pytest.raises(ValueError, match="must be"):
        call()

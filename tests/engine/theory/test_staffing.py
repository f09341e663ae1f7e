"""Staffing rules find the published numbers of servers, and exactly the smallest that meet a target."""

import math

import numpy as np
import pytest

from sim.engine.theory.erlang import erlang_b, erlang_c, mmn
from sim.engine.theory.impatience import erlang_a
from sim.engine.theory.staffing import (
    DailyWave,
    Target,
    agents_needed,
    gross_of_shrinkage,
    lines_needed,
    p_wait_of_quality,
    quality_of_p_wait,
    square_root_staffing,
)

# Calls per hour of a bank, Wednesdays of February 1999 (Miller 2014, chapter 6), and his agents for P(wait) <= 0.5.
CALLS = [6.75, 1.75, 1.25, 0, 0.5, 0.25, 4.75, 39.5, 97.25, 107.5, 124, 110.25]
CALLS += [95.5, 203.5, 115.75, 115.5, 67.75, 75, 88.75, 85.5, 68, 61.5, 57.5, 44.25]
AGENTS = [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4]


def test_service_level_with_occupancy_cap_and_shrinkage() -> None:
    """200 calls/h of 3 min, 80 % within 20 s, at most 85 % busy, 30 % shrinkage: 14 on the floor, 20 scheduled."""
    target = Target(service_level=0.8, within=20 / 3600, occupancy=0.85)
    plan = agents_needed(200.0, 3 / 60, target, shrinkage=0.3)
    assert (plan.on_floor, plan.scheduled) == (14, 20)
    assert plan.queue == mmn(200.0, 3 / 60, 14)


def test_hourly_staffing_of_a_bank() -> None:
    """Every hour of the published list is met, the hour without a call with nobody."""
    assert [agents_needed(calls, 1 / 15, Target(p_wait=0.5)).on_floor for calls in CALLS] == AGENTS


@pytest.mark.parametrize("patience", [None, 0.05, 10.0])
@pytest.mark.parametrize(
    "target",
    [
        Target(p_wait=0.2),
        Target(service_level=0.9, within=0.01),
        Target(mean_wait=0.02),
        Target(occupancy=0.7),
        Target(p_wait=0.5, mean_wait=0.001, occupancy=0.9),
    ],
)
@pytest.mark.parametrize("rate", [0.01, 3.0, 60.0])
def test_the_answer_is_the_smallest(rate: float, target: Target, patience: float | None) -> None:
    """Counting up from one server finds the same number."""
    servers = 1
    while True:
        queue = mmn(rate, 1.0, servers) if patience is None else erlang_a(rate, 1.0, servers, patience)
        if (patience is not None or servers > rate) and target.met_by(queue):
            break
        servers += 1
    assert agents_needed(rate, 1.0, target, patience=patience).on_floor == servers


def test_a_tie_is_met() -> None:
    """A single server half busy makes exactly half the customers wait: rounding does not ask for a second."""
    assert agents_needed(7.5, 1 / 15, Target(p_wait=0.5)).on_floor == 1
    assert agents_needed(8.5, 0.1, Target(occupancy=0.85)).on_floor == 1
    assert gross_of_shrinkage(14, 0.3) == 20
    assert [gross_of_shrinkage(n * 7, 0.3) for n in range(100)] == [n * 10 for n in range(100)]


def test_no_target_asks_for_a_stable_queue() -> None:
    """Patient customers need more servers than load, even when the load is whole."""
    assert agents_needed(10.0, 1.0, Target()).on_floor == 11
    assert agents_needed(9.5, 1.0, Target()).on_floor == 10
    assert agents_needed(10.0, 1.0, Target(), patience=1.0).on_floor == 1
    assert agents_needed(0.0, 1.0, Target(p_wait=0.0)).on_floor == 0


def test_abandonment_target_and_large_desks() -> None:
    """5 % lost at 10,000 erlang: fewer servers than load, and one fewer loses more."""
    needed = agents_needed(10_000.0, 1.0, Target(p_abandon=0.05), patience=0.5).on_floor
    assert erlang_a(10_000.0, 1.0, needed, 0.5).p_abandon <= 0.05 < erlang_a(10_000.0, 1.0, needed - 1, 0.5).p_abandon
    assert needed < 10_000


def test_square_root_rule() -> None:
    """The rule's waiting share tends to that of Erlang C, and its inverse gives it back."""
    for p_wait in (0.05, 0.2, 0.5, 0.9):
        quality = quality_of_p_wait(p_wait)
        assert p_wait_of_quality(quality) == pytest.approx(p_wait)
        load = 10_000.0
        assert erlang_c(square_root_staffing(load, quality), load) == pytest.approx(p_wait, abs=0.01)
    assert square_root_staffing(100.0, 1.0) == 110
    assert square_root_staffing(0.0, 2.0) == 0
    assert p_wait_of_quality(-1.0) == 1.0
    assert quality_of_p_wait(1.0) == pytest.approx(0.0, abs=1e-9)


def test_lines_for_a_blocking_target() -> None:
    """The fewest lines, as counted up; no load needs none."""
    for load in (0.3, 12.0, 300.0):
        lines = lines_needed(load, 0.01)
        assert erlang_b(lines, load) <= 0.01 < erlang_b(lines - 1, load)
    assert lines_needed(0.0, 0.01) == 1
    assert lines_needed(5.0, 1.0) == 0


def test_daily_wave_published() -> None:
    """100 + 60 sin(2 pi t / 24) arrivals/h of 10 min (Eick, Massey & Whitt 1993)."""
    wave = DailyWave(100.0, 60.0, 1 / 6)
    busy = [wave.mean_busy(t) for t in (0, 6, 12, 18)]
    assert busy == pytest.approx([16.231163, 26.647664, 17.10217, 6.6856691], rel=1e-7)
    assert wave.peak_busy == pytest.approx(26.657161, rel=1e-7)
    assert wave.lag == pytest.approx(0.16656102, rel=1e-6)


def test_daily_wave_by_integration() -> None:
    """Mean busy is the integral of past arrivals still in service; its peak lags behind that of the rate."""
    wave = DailyWave(10.0, 7.0, 3.0, period=24.0, shift=5.0)
    age = np.linspace(0.0, 150.0, 300_001)
    for t in (0.0, 7.3, 20.0):
        rate = 10.0 + 7.0 * np.sin(2 * np.pi * (t - age - 5.0) / 24.0)
        assert wave.mean_busy(t) == pytest.approx(np.trapezoid(rate * np.exp(-age / 3.0), age), rel=1e-6)
    assert wave.mean_busy(5.0 + 6.0 + wave.lag) == pytest.approx(wave.peak_busy)


def test_impossible_targets_are_refused() -> None:
    """Shares outside 0 to 1, half a service level, targets out of reach, abandonment of the patient, full shrinkage."""
    with pytest.raises(ValueError, match="p_wait"):
        Target(p_wait=1.5)
    with pytest.raises(ValueError, match="within"):
        Target(service_level=0.8)
    with pytest.raises(ValueError, match="not even 100"):
        agents_needed(10.0, 1.0, Target(occupancy=0.0), most=100)
    with pytest.raises(ValueError, match="patience"):
        agents_needed(10.0, 1.0, Target(p_abandon=0.1))
    with pytest.raises(ValueError, match="shrinkage"):
        gross_of_shrinkage(1, 1.0)
    with pytest.raises(ValueError, match="swing"):
        DailyWave(1.0, 2.0, 1.0)
    with pytest.raises(ValueError, match="quality"):
        square_root_staffing(1.0, math.inf)

"""Occupancy, queues and headcount from readings of the teams' time."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.readings import at, so_far

COLUMNS = ("team", "time", "headcount", "employed", "on_duty", "busy", "queued", "hires")
READINGS = [
    dict(zip(COLUMNS, values, strict=True))
    for values in (
        ("agents", 100, 3, 300, 60, 30, 20, 0),
        ("agents", 300, 2, 800, 160, 110, 80, 1),
        ("reps", 100, 2, 200, 40, 0, 0, 0),
        ("reps", 300, 2, 600, 40, 0, 0, 0),
    )
]


def test_occupancy_and_queue_over_the_whole_run(make_run):
    """Agents worked 110 of 160 h; 80 job-hours of waiting in 300 h."""
    figures = evaluate(make_run(horizon=300.0, team_time=READINGS))
    assert figures["occupancy.agents"] == pytest.approx(110 / 160)
    assert figures["queue_length.agents"] == pytest.approx(80 / 300)
    assert figures["occupancy.reps"] == 0.0


def test_the_warm_up_is_taken_off_both_totals(make_run, scenario):
    """After 100 h of warm-up: 80 of 100 h worked, 60 job-hours in 200 h; nobody of the reps was on duty."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "100 h"})
    figures = evaluate(make_run(plan, horizon=300.0, team_time=READINGS))
    assert figures["occupancy.agents"] == pytest.approx(80 / 100)
    assert figures["queue_length.agents"] == pytest.approx(60 / 200)
    assert math.isnan(figures["occupancy.reps"])


def test_headcount_and_hires_are_as_last_read(make_run):
    """At the end two of three positions are filled and one successor was hired; at 100 h nobody was yet."""
    run = make_run(horizon=300.0, team_time=READINGS)
    assert evaluate(run)["headcount.agents"] == 2
    assert evaluate(run)["hires.agents"] == 1
    early = evaluate(run.until(100.0))
    assert (early["headcount.agents"], early["hires.agents"]) == (3, 0)
    assert early["occupancy.agents"] == pytest.approx(0.5)


def test_totals_run_straight_between_readings_and_start_at_nothing(make_view):
    """Half way to the first reading half of it is reached; beyond the last the total stays."""
    view = make_view(horizon=300.0, team_time=READINGS)
    assert so_far(view, "agents", "employed", 50.0) == pytest.approx(150)
    assert so_far(view, "agents", "employed", 200.0) == pytest.approx(550)
    assert so_far(view, "agents", "employed", 300.0) == 800
    assert so_far(view, "nobody", "employed", 300.0) == 0.0
    assert so_far(make_view(), "agents", "employed", 300.0) == 0.0


def test_a_reading_at_the_start_is_nothing(make_view):
    """A first reading at 0 is taken as it is."""
    view = make_view(horizon=300.0, team_time=[{"team": "agents", "time": 0, "busy": 0, "headcount": 3}, READINGS[0]])
    assert so_far(view, "agents", "busy", 0.0) == 0.0
    assert so_far(view, "agents", "busy", 50.0) == pytest.approx(15)
    assert at(view, "agents", "headcount", 0.0) == 3


def test_levels_are_not_known_before_the_first_reading(make_view):
    """Nobody looked: no number."""
    assert math.isnan(at(make_view(team_time=READINGS), "agents", "headcount", 99.0))

"""Occupancy, queues and headcount from readings of the teams' time."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.people import contract_hours
from sim.metrics.readings import at, so_far
from sim.scenario.clock import Clock
from sim.scenario.teams import TeamPlan

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


def test_utilization_is_of_paid_time(make_run, scenario):
    """Three agents of 40 h a week for two weeks, one position vacant throughout: 160 paid hours, 80 worked."""
    readings = {"team": "agents", "time": 336, "headcount": 2, "employed": 2 * 336, "rostered": 130, "on_duty": 133}
    figures = evaluate(make_run(horizon=336.0, team_time=[readings | {"busy": 80, "queued": 0, "hires": 0}]))
    assert figures["utilization.agents"] == pytest.approx(80 / 160)
    assert figures["overtime.agents"] == pytest.approx(3)


@pytest.mark.parametrize(
    ("team", "hours"),
    [
        ({"headcount": 3}, 120),
        ({"headcount": 3, "shrinkage": "30 %", "breaks": {"lunch": {"at": "12:00", "length": "30 min"}}}, 120),
        ({"headcount": 2, "hours": {"sat": "10:00-12:30"}}, 5),
        ({"headcount": 4, "shifts": {"a": {"hours": {"mon": "08:00-12:00"}, "share": "75 %"},
                                     "b": {"hours": {"tue": "08:00-10:00"}, "share": "25 %"}}}, 14),
        ({"groups": {"old": {"headcount": 1, "hours": {"mon": "08:00-12:00"}}, "new": {"headcount": 1}}}, 44),
        ({"steps": {"mon-tue": {"08:00": 4, "10:00": 6, "12:00": 0}}}, 40),
        ({"headcount": 2, "hours": "always"}, 336),
    ],
)  # fmt: skip
def test_contract_hours_of_a_week(team, hours):
    """However a team's hours are given; from Wednesday to Wednesday is a week, and what is off the floor is paid."""
    plan = TeamPlan.model_validate(team)
    clock = Clock.model_validate(
        {"start": "2026-01-07", "horizon": "12 mo", "hours": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-01-08"]}
    )
    assert contract_hours(plan, clock, 0.0, 168.0) == pytest.approx(hours)
    assert contract_hours(plan, clock, 30.0, 30.0 + 3 * 168.0) == pytest.approx(3 * hours)


def test_pressure_is_told_with_its_loop_alone(make_run, scenario):
    """As last read, of teams that serve; without the loop there is no such figure."""
    reading = {"team": "agents", "time": 100, "standard": 0.94, "pressure": 1.2}
    loops = {"shortcuts": {"on": True}}
    figures = evaluate(make_run(scenario(loops=loops), horizon=300.0, team_time=[reading]))
    assert (figures["standard.agents"], figures["pressure.agents"]) == (0.94, 1.2)
    assert "standard.reps" not in figures
    assert not any(name.startswith("standard") for name in evaluate(make_run(team_time=[reading])))

"""Positions over time: quits, vacancies, newcomers who learn, and the meters that count their hours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.model.company import Company, simulate


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 20, **plan}}}


def readings(run: Any) -> np.ndarray:
    return run.tables["team_time"]


def test_without_turnover_everybody_stays(scenario: Any) -> None:
    """Hours employed are positions times time, hours on duty 40 a week."""
    run = simulate(scenario(**team()), 0, 1)
    for _, time, headcount, employed, rostered, on_duty, busy, queued, hires, *_ in readings(run):
        assert (headcount, employed, busy, queued, hires) == (20, pytest.approx(20 * time), 0, 0, 0)
        assert rostered == on_duty <= employed
    assert readings(run)[-1][4] == pytest.approx(20 * 80)


def test_shrinkage_is_paid_and_not_on_duty(scenario: Any) -> None:
    """30 % away: 28 hours a week on duty, all positions employed."""
    last = readings(simulate(scenario(**team(shrinkage=0.3)), 0, 1))[-1]
    assert last[4] == pytest.approx(20 * 56)
    assert last[3] == pytest.approx(20 * 336)


def test_a_position_is_empty_for_the_vacancy_after_every_quit(scenario: Any) -> None:
    """A renewal of exponential tenures and constant vacancies: quits within 4 standard errors, hours to the minute."""
    clock = {"horizon": "60 mo", "hours": "always"}
    plan = team(headcount=100, turnover="100 %/yr", vacancy="3 mo")
    run = simulate(scenario(clock=clock, **plan), 0, 1)
    last = readings(run)[-1]
    employed, hires, missing = last[3], last[8], 100 - last[2]
    # Employed time is made of complete tenures at rate 1/8766: quits are Poisson given the time at risk.
    quits = hires + missing
    assert abs(quits - employed / 8766) < 4 * math.sqrt(employed / 8766)
    empty = 100 * run.horizon - employed
    assert hires * 3 * 730.5 <= empty <= quits * 3 * 730.5
    assert abs(employed / (100 * run.horizon) - 0.8) < 0.05
    assert last[4] == pytest.approx(employed)


def test_a_successor_learns_in_a_straight_line(scenario: Any) -> None:
    """From 40 % over 4 weeks: each week works at its middle, 47.5 %, 62.5 %, 77.5 %, 92.5 %, then 100 %."""
    company = Company(scenario(clock={"horizon": "6 wk"}, **team(headcount=1)), Streams(1, 0))
    server = company.teams["agents"].servers[0]
    company.env.process(company.people._learn(server, 0.4, 672.0))
    speeds = []
    for week in range(5):
        company.env.run(until=168 * week + 1)
        speeds.append(server.speed)
    assert speeds == pytest.approx([0.475, 0.625, 0.775, 0.925, 1.0])


@pytest.mark.parametrize("ramp", [{"start": "0 %", "time": "1 mo"}, {"start": "40 %", "time": "0 d"}])
def test_ramps_from_nothing_and_in_no_time(scenario: Any, ramp: dict[str, str]) -> None:
    """Whoever starts at 0 % is slow but there; a ramp of no time leaves nobody at his start."""
    plan = team(headcount=5, turnover="2000 %/yr", ramp=ramp)
    company = Company(scenario(clock={"horizon": "6 mo"}, **plan), Streams(1, 0))
    run = company.run(0)
    assert readings(run)[-1][8] > 10
    speeds = [server.speed for server in company.teams["agents"].servers]
    assert all(0 < speed <= 1 for speed in speeds)
    if ramp["time"] == "0 d":
        assert speeds == [1.0] * len(speeds)


def test_careers_are_the_same_under_every_plan(scenario: Any) -> None:
    """One more head leaves the other positions' quits where they were."""
    clock = {"horizon": "36 mo"}
    few, more = (
        simulate(scenario(clock=clock, **team(headcount=n, turnover="50 %/yr", vacancy="1 mo")), 0, 1) for n in (5, 6)
    )
    gap = readings(more)[:, 3] - readings(few)[:, 3]
    assert (np.diff(gap) >= -1e-6).all()
    assert (np.diff(gap) <= np.diff(readings(few)[:, 1]) + 1e-6).all()
    assert (np.diff(readings(more)[:, 8] - readings(few)[:, 8]) >= 0).all()


def test_meters_are_read_at_months_horizons_and_after_the_warm_up(scenario: Any) -> None:
    """A horizon of 70 days with results at day 10 and a warm-up of 5 days: six readings, each once."""
    clock = {"horizon": "70 d", "report_at": ["10 d"], "warm_up": "5 d"}
    run = simulate(scenario(clock=clock, **team()), 0, 1)
    assert readings(run)[:, 1].tolist() == [0.0, 120.0, 240.0, 730.5, 1461.0, 1680.0]

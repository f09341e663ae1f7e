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


def test_without_a_spread_nobody_is_looked_at_twice(scenario: Any) -> None:
    """Nobody has a talent, a profile or paces of his own: standard people cost nothing."""
    company = Company(scenario(**team(turnover="100 %/yr", ramp={"time": "1 mo"})), Streams(1, 0))
    assert company.people.talents == company.people.profiles == {}
    assert {server.paces for server in company.teams["agents"].servers} == {None}


SELLING = {
    "deal": "100 EUR/mo",
    "stages": {"present": {"team": "agents", "work": "1 h", "pass_rate": 0.5}},
    "skills": {"drive": {"activity": 0.5, "odds": 2.0}},
}


def test_pressure_on_the_desk_leaves_selling_alone(scenario: Any) -> None:
    """At two thirds of the usual time per contact, service goes 1.5 times as fast; selling goes by drive alone."""
    parts = team(headcount=1, skills={"drive": 1.44})
    parts |= {"sales": SELLING, "marketing": {"sources": {"web": {"rate": "1 /d"}}}}
    company = Company(scenario(loops={"shortcuts": {"on": True}}, **parts), Streams(1, 0))
    (server,) = company.teams["agents"].servers
    staff = company.people.staff["agents"]
    assert staff.pressure is not None
    assert server.paces == pytest.approx([1.0, 1.0, 1.2])
    staff.pressure.factor = 2 / 3
    staff.set_paces(0.0)
    assert server.paces == pytest.approx([1.0, 1.5, 1.2])


def test_training_raises_a_skill_of_selling(scenario: Any) -> None:
    """Week by week drive nears 2, and with it pace and odds; whoever is at standard by then has none of his own."""
    training = {"skill": "drive", "hours": "2 h", "ceiling": 2, "takes": "4 h"}
    parts = team(headcount=1, skills={"drive": 1.0}, training=training)
    parts |= {"sales": SELLING, "marketing": {"sources": {"web": {"rate": "1 /d"}}}, "service": None}
    company = Company(scenario(clock={"horizon": "6 wk"}, **parts), Streams(1, 0))
    (server,) = company.teams["agents"].servers
    profiles = company.people.profiles
    assert server not in profiles
    assert server.paces is None
    for week in range(1, 5):
        company.env.run(until=168.0 * week + 1)
        drive = 2 - math.exp(-week / 2)
        assert server.paces == pytest.approx([1.0, math.sqrt(drive)])
        assert profiles[server].odds == pytest.approx((0.0, 2 * (drive - 1)))


def test_a_skill_back_at_standard_leaves_nothing_behind(scenario: Any) -> None:
    """Trained from half to standard: in the end nobody has a profile or paces any more."""
    training = {"skill": "drive", "hours": "8 h", "ceiling": 1, "takes": "0.2 h"}
    parts = team(headcount=1, skills={"drive": 0.5}, training=training)
    parts |= {"sales": SELLING, "marketing": {"sources": {"web": {"rate": "1 /d"}}}, "service": None}
    company = Company(scenario(**parts), Streams(1, 0))
    (server,) = company.teams["agents"].servers
    assert company.people.profiles[server].paces == pytest.approx((1.0, math.sqrt(0.5)))
    company.env.run(until=169.0)
    assert company.people.profiles == {}
    assert server.paces is None

"""Strain: how it builds up and fades, and what it does to quits, speed and odds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import simpy

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.engine.units import DAY, YEAR
from sim.model.company import Company, simulate
from sim.model.endurance import Endurance
from sim.model.facts import TABLES, index

SWAMPED = {"request": {"channels": {"email": 1}, "handle_time": "100 h", "arrivals": {"rate": "100 /d"}}}
"""More mail than anybody could answer: all are busy whenever they are there."""
SOON = {"request": {"channels": {"email": 1}, "handle_time": "1000 h", "arrivals": {"rate": "20 /d"}}}
"""The same after some days, for long runs."""


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 20, **plan}}}


def strained(**plan: Any) -> dict[str, Any]:
    return {"loops": {"burnout": {"on": True, **plan}}}


def felt(env: simpy.Environment, pace: Any) -> Endurance:
    """A clock that each day runs as fast as `pace` says of the day."""
    clock = Endurance(env)

    def look(day: int) -> None:
        clock.run(pace(day))
        call_after(env, DAY, look, day + 1)

    call_after(env, 0.0, look, 0)
    return clock


def test_calls_come_when_the_clock_shows_it() -> None:
    """Whatever its speed from day to day, and whenever the call was asked for: the integral of speed is the span."""
    env = simpy.Environment()
    paces = [1.0, 3.0, 1.0, 0.5, 8.0, 1.0, 1.0, 2.0] * 5

    def shows(time: float) -> float:
        day, rest = divmod(time, DAY)
        return DAY * sum(paces[: int(day)]) + rest * paces[int(day)]

    clock, draw, rung = felt(env, paces.__getitem__), np.random.default_rng(4), []

    def ask(span: float) -> None:
        begun = env.now
        clock.after(span, lambda _: rung.append((span, shows(env.now) - shows(begun))), None)

    for at, span in zip(draw.uniform(0, 400, 300), draw.exponential(150, 300), strict=True):
        call_after(env, at, ask, span)
    env.run(900.0)
    assert len(rung) > 250
    spans, passed = np.array(rung).T
    assert passed == pytest.approx(spans, abs=1e-6)


def test_without_strain_the_clock_goes_right() -> None:
    """Calls come after their span, to the rounding of a day."""
    env, rung = simpy.Environment(), []
    clock = felt(env, lambda day: 1.0)
    for span in (0.0, 5.5, 24.0, 30.0, 500.0):
        clock.after(span, lambda _: rung.append(env.now), None)
    env.run(600.0)
    assert rung == pytest.approx([0.0, 5.5, 24.0, 30.0, 500.0])


def test_strain_builds_up_with_working_time_and_fades_with_it(scenario: Any) -> None:
    """Always busy 40 h a week: after h hours at work e^-(h/memory) of the gap from the threshold is left; nights and
    weekends count for nothing. Who never has anything to do does not begin near the threshold."""
    loop = strained(above=0.8, memory="60 h")
    company = Company(scenario(clock={"horizon": "8 wk"}, kinds=SWAMPED, **loop, **team()), Streams(1, 0))
    seen = []

    def look(hours: float) -> None:
        seen.append((hours, company.people._burnouts["agents"].occupancy))

    for week in range(8):
        for day in range(7):
            call_after(company.env, 168.0 * week + 24.0 * day + 25.0, look, 40.0 * week + 8.0 * min(5, day + 1))
    run = company.run(0)
    for hours, occupancy in seen:
        assert occupancy == pytest.approx(1 - 0.2 * math.exp(-hours / 60), abs=1e-9)
    assert run.column("team_time", "occupancy")[-1] == seen[-1][1] > 0.99
    idle = simulate(scenario(clock={"horizon": "2 mo"}, **loop, **team()), 0, 1).column("team_time", "occupancy")
    assert math.isnan(idle[0])
    assert idle[1:].tolist() == [0.0] * (len(idle) - 1)


def test_strained_people_quit_at_the_raised_rate(scenario: Any) -> None:
    """All busy all the time, strain is 20 points within days: tenures from then on are exponential at
    turnover x exp(quits x 0.2); quits within 4 standard errors of Poisson, their spread as it should be."""
    loop = strained(above=0.8, memory="8 h", quits=5, slower=0, errors=0)
    plan = team(headcount=100, turnover="50 %/yr")
    clock = {"horizon": "60 mo", "hours": "always", "warm_up": "10 d"}
    run = simulate(scenario(clock=clock, kinds=SOON, **loop, **plan), 0, 1)
    rate = 0.5 / YEAR * math.exp(5 * 0.2)
    rows = run.tables["team_time"][run.column("team_time", "team") == 0]
    times, employed, hires = (rows[:, index("team_time", name)] for name in ("time", "employed", "hires"))
    start = int(np.flatnonzero(times == 240.0)[0])
    expected = rate * (employed[-1] - employed[start])
    assert abs(hires[-1] - hires[start] - expected) < 4 * math.sqrt(expected)
    assert expected > 500
    joined, left = run.column("tenures", "joined"), run.column("tenures", "left")
    early = (joined > 240.0) & (joined < run.horizon / 2)
    stays = np.fmin(left, run.horizon)[early] - joined[early]
    # Of those who came in the first half, each was at risk for at least the second: few are cut off, and the share who
    # stayed beyond the median is that of an exponential law.
    assert abs((stays > math.log(2) / rate).mean() - 0.5) < 4 * 0.5 / math.sqrt(early.sum())


def test_the_same_people_endure_the_same(scenario: Any) -> None:
    """Strain brings everybody's last day forward and changes nothing else of who comes: with the loop off, or nobody
    strained, each stays as long as he would; at twice the rate half as long."""
    clock = {"horizon": "60 mo", "hours": "always"}
    plan = team(turnover="50 %/yr", spread={"pace": 0.3, "odds": 0.5})

    def stays(**loop: Any) -> dict[tuple[float, int], tuple[float, float, float]]:
        run = simulate(scenario(clock=clock, kinds=SOON, **strained(**loop), **plan), 0, 1)
        found: dict[float, int] = {}
        people = {}
        rows = run.tables["tenures"]
        names = ("position", "joined", "left", "pace", "odds")
        columns = [rows[:, index("tenures", name)] for name in names]
        order = np.argsort(columns[1], kind="stable")
        for place, joined, left, pace, odds in zip(*(column[order] for column in columns), strict=True):
            number = found[place] = found.get(place, -1) + 1
            people[place, number] = (left - joined, pace, odds)
        return people

    off, rested = stays(on=False), stays(above=0.999, quits=0)
    hard = stays(above=0.5, memory="8 h", quits=2 * math.log(2))
    assert set(hard) > set(off)
    assert set(rested) == set(off)
    for who, (stay, pace, odds) in off.items():
        assert rested[who] == pytest.approx((stay, pace, odds), nan_ok=True)
        assert hard[who][1:] == (pace, odds)
        if who[1] > 2:
            assert hard[who][0] == pytest.approx(stay / 2, nan_ok=True) or math.isnan(stay)
    assert sum(number > 2 and not math.isnan(stay) for (_, number), (stay, *_) in off.items()) > 5


def test_strain_slows_work_and_takes_off_odds(scenario: Any) -> None:
    """At occupancy 1 and a threshold of 80 %: speed is that of the plan over 1 + slower x 0.2, log-odds fall by
    errors x 0.2, those of newcomers as well; where nobody differs everybody gets an entry."""
    loop = strained(above=0.8, memory="8 h", slower=1.5, errors=3)
    for spread in ({}, {"spread": {"pace": 0.3, "odds": 0.5}}):
        plan = team(headcount=5, turnover="300 %/yr", ramp={"table": [
            {"from": "0 d", "productivity": 0.5}, {"from": "60 d", "productivity": 1}], "mentoring": 0.2}, **spread)
        clock = {"horizon": "12 mo", "hours": "always"}
        company = Company(scenario(clock=clock, kinds=SWAMPED, **loop, **plan), Streams(1, 0))
        company.env.run(until=7000.0)
        staff = company.people.staff["agents"]
        new = sum(math.isnan(tenure.ramped) for tenure in staff.tenures)
        drag = 1 - 0.2 * new / (5 - new)
        for tenure in staff.tenures:
            knows = not math.isnan(tenure.ramped)
            assert tenure.server.speed == pytest.approx(tenure.pace * (drag if knows else 0.5) / 1.3, rel=1e-6)
            assert company.people.talents[tenure.server] == pytest.approx(tenure.odds - 0.6, rel=1e-6)
        assert staff.hires > 5


def test_whoever_has_rested_is_as_before(scenario: Any) -> None:
    """After a rush of work all at once: strained first, then at standard again, without an entry left behind."""
    rush = {"request": {"channels": {"email": 1}, "handle_time": "10 h"}}
    loop = strained(above=0.5, memory="20 h", slower=1, errors=1)
    company = Company(scenario(clock={"horizon": "6 mo"}, kinds=rush, **loop, **team(headcount=3)), Streams(1, 0))

    def come(number: int) -> None:
        company.service.accept(company.needs["request"], (0, 10.0, math.inf, 0.0, number), None, None)

    for number in range(12):
        call_after(company.env, 9.0, come, number)
    company.env.run(until=5 * 24.0)
    servers = company.teams["agents"].servers
    assert len(company.people.talents) == 3
    assert all(server.speed < 0.9 for server in servers)
    company.run(0)
    assert company.people.talents == {}
    assert [server.speed for server in servers] == [1.0] * 3


def test_a_loop_that_is_off_leaves_no_trace(scenario: Any) -> None:
    """The facts of a scenario without it, byte for byte, whatever its numbers."""
    plan = team(headcount=3, turnover="100 %/yr", vacancy="1 mo", ramp={"time": "2 mo"})
    one, other = (
        simulate(scenario(clock={"horizon": "4 mo"}, kinds=SWAMPED, **loop, **plan), 0, 1)
        for loop in ({}, strained(on=False, above=0.1, memory="8 h"))
    )
    for name in TABLES:
        assert one.tables[name].tobytes() == other.tables[name].tobytes()
    assert np.isnan(one.column("team_time", "occupancy")).all()

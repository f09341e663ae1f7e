"""Newcomers take the time of those who know the job: how much, from when to when, and of whom."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.model.company import Company, simulate
from sim.model.facts import TABLES

RAMP = {"table": [{"from": "0 d", "productivity": "25 %"}, {"from": "50 d", "productivity": "90 %"}]}


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 20, **plan}}}


def expected(staff: Any, mentoring: float) -> dict[Any, float]:
    """How fast everybody should work now, worked out from who is there."""
    new = [tenure for tenure in staff.tenures if math.isnan(tenure.ramped)]
    knowing = len(staff.tenures) - len(new)
    drag = max(0.1, 1 - mentoring * len(new) / knowing) if knowing else 1.0
    return {
        tenure: tenure.pace * (tenure.productivity if tenure in new else tenure.productivity * drag)
        for tenure in staff.tenures
    }


@pytest.mark.parametrize(("heads", "mentoring"), [(12, 0.3), (2, 1.0), (1, 0.5), (12, 0.0)])
def test_those_who_know_the_job_bear_it_evenly(scenario: Any, heads: int, mentoring: float) -> None:
    """At any time; never less than a tenth of their speed is left; where nobody knows the job nobody is slowed."""
    ramp = RAMP | {"mentoring": mentoring}
    plan = team(headcount=heads, turnover="300 %/yr", vacancy="2 wk", ramp=ramp, spread={"pace": 0.3})
    company = Company(scenario(clock={"horizon": "36 mo"}, **plan), Streams(1, 0))
    staff, drags = company.people.staff["agents"], set()

    def look(_: None) -> None:
        speeds = {tenure: tenure.server.speed for tenure in staff.tenures}
        assert speeds == pytest.approx(expected(staff, mentoring))
        drags.update(round(speeds[t] / t.pace / t.productivity, 6) for t in staff.tenures if not math.isnan(t.ramped))

    for hour in range(1, 26000, 50):
        call_after(company.env, hour, look, None)
    company.run(0)
    assert len(staff.tenures) <= heads
    assert (min(drags) < 1.0) == (heads > 1 and mentoring > 0)
    if mentoring == 1.0:
        assert min(drags) == 0.1


def test_a_newcomer_slows_work_down_until_he_knows_the_job(stage: Any, rows: Any) -> None:
    """Two know the job and one comes who takes half of a person's time: half an hour takes 40 minutes meanwhile."""
    rule = {"rule": "plan", "delay": "10 h", "steps": [{"from": "0 d", "headcount": 3}]}
    ramp = {"table": [{"from": "0 d", "productivity": 0.5}, {"from": "5 d", "productivity": 1.0}], "mentoring": 0.5}
    loops = {"hiring": {"teams": {"agents": rule}}}
    world = stage(teams={"agents": {"headcount": 2, "ramp": ramp}}, clock={"hours": "always"}, loops=loops)
    for day in range(10):
        for at in (9.0, 9.1, 9.2):
            world.contact(24.0 * day + at)
    found: dict[int, set[float]] = {}
    for row in rows(world.run(), "contacts"):
        found.setdefault(int(row["arrived"] // 24), set()).add(round(60 * row["handled"], 6))
    assert found[0] == {30.0}
    assert {day: found[day] for day in range(1, 6)} == {day: {40.0, 60.0} for day in range(1, 6)}
    assert {day: found[day] for day in range(6, 10)} == {day: {30.0} for day in range(6, 10)}


def test_mentoring_that_takes_nothing_changes_nothing(scenario: Any) -> None:
    """0 % leaves the facts of a ramp without it, byte for byte; so does any share where nobody ever comes."""
    kinds = {"request": {"arrivals": {"rate": "20 /d"}}}
    for turnover, mentoring in (("100 %/yr", 0.0), ("0 %/yr", 0.5)):
        plan = {"headcount": 3, "turnover": turnover, "vacancy": "1 mo"}
        one, other = (
            simulate(scenario(clock={"horizon": "4 mo"}, kinds=kinds, **team(**plan, ramp=ramp)), 0, 1)
            for ramp in (RAMP, RAMP | {"mentoring": mentoring})
        )
        for name in TABLES:
            assert one.tables[name].tobytes() == other.tables[name].tobytes()

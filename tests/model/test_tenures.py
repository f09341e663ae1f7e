"""Everybody's time in a job: how newcomers grow into it, how people differ by themselves, the row each leaves."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.model.company import Company, simulate
from sim.model.tenures import growth
from sim.scenario.careers import Ramp


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 20, **plan}}}


def readings(run: Any) -> np.ndarray:
    return run.tables["team_time"]


def rows_of(run: Any, *columns: str) -> list[tuple[float, ...]]:
    """Some columns of everybody's tenures, by position and first day."""
    table = np.column_stack([run.column("tenures", name) for name in ("position", "joined", *columns)])
    return [tuple(row) for row in table[np.lexsort(table.T[1::-1])].tolist()]


def test_who_learns_in_a_straight_line_works_each_week_at_its_middle() -> None:
    """From 40 % over 4 weeks: 47.5 %, 62.5 %, 77.5 %, 92.5 %, then 100 %; a last week that is short has its own."""
    steps = growth(Ramp.model_validate({"start": "40 %", "time": "4 wk"}))
    assert np.array(steps) == pytest.approx(np.array([(0, 0.475), (168, 0.625), (336, 0.775), (504, 0.925), (672, 1)]))
    steps = growth(Ramp.model_validate({"start": 0, "time": "10 d"}))
    assert np.array(steps) == pytest.approx(np.array([(0, 0.35), (168, 0.85), (240, 1)]))
    assert growth(None) == growth(Ramp.model_validate({"time": "0 d"})) == [(0, 1.0)]


def table_of(**steps: str) -> dict[str, Any]:
    """A ramp by its steps, such as d0='20 %'."""
    return {"table": [{"from": f"{at[1:]} d", "productivity": share} for at, share in steps.items()]}


@pytest.mark.parametrize(
    ("ramp", "steps"),
    [
        ({"start": "40 %", "time": "4 wk"}, [(0, 0.475), (168, 0.625), (336, 0.775), (504, 0.925), (672, 1.0)]),
        (table_of(d0="20 %", d7="50 %", d21="80 %", d28="95 %"), [(0, 0.2), (168, 0.5), (504, 0.8), (672, 0.95)]),
        (table_of(d0="0 %", d10="100 %"), [(0, 0.01), (240, 1.0)]),
        (table_of(d0="90 %"), [(0, 0.9)]),
        (None, [(0, 1.0)]),
    ],
)
def test_a_successor_grows_step_by_step_at_his_own_pace(scenario: Any, ramp: Any, steps: Any) -> None:
    """From each step on, to the second, productivity is the step's times what he does by himself; on the last one he is
    a newcomer no more. Who was there at the start never was one."""
    plan = team(headcount=2, turnover="300 %/yr", spread={"pace": 0.5}, **({"ramp": ramp} if ramp else {}))
    company = Company(scenario(clock={"horizon": "60 mo"}, **plan), Streams(1, 0))
    staff, env = company.people.staff["agents"], company.env
    for tenure in staff.tenures:
        assert (tenure.joined, tenure.ramped, tenure.server.speed) == (0.0, 0.0, tenure.pace)
    seen: list[tuple[Any, float, float]] = []
    hire, second = staff.hire, 1 / 3600

    def watch(*about: Any) -> Any:
        tenure = hire(*about)
        for since, until in pairwise([*(since for since, _ in steps), steps[-1][0] + 999]):
            for after in (since + second, until - second):
                call_after(env, after, look, (tenure, after))
        return tenure

    def look(what: tuple[Any, float]) -> None:
        tenure, after = what
        if tenure.server.employed:
            seen.append((tenure, after, tenure.server.speed))

    staff.hire = watch  # type: ignore[method-assign]
    run = company.run(0)
    assert len(seen) > 50
    for tenure, after, speed in seen:
        assert speed == pytest.approx(tenure.pace * [level for since, level in steps if since <= after][-1])
    for _, joined, left, ramped in rows_of(run, "left", "ramped"):
        learnt = joined + (steps[-1][0] if joined else 0.0)
        if learnt < min(left if left == left else math.inf, run.horizon):
            assert ramped == pytest.approx(learnt)
        else:
            assert math.isnan(ramped)


def test_everybody_leaves_a_row(scenario: Any) -> None:
    """Positions are filled one after the other, with the vacancy between; rows add up to hours employed and hires."""
    plan = team(headcount=5, turnover="200 %/yr", vacancy="1 mo")
    run = simulate(scenario(clock={"horizon": "36 mo"}, **plan), 0, 1)
    people = rows_of(run, "left", "team", "pace", "odds", "server")
    last = readings(run)[-1]
    assert len(people) == 5 + last[8] > 25
    assert len({row[-1] for row in people}) == len(people)
    assert {row[3:6] for row in people} == {(0.0, 1.0, 0.0)}
    stays = [(joined, left if left == left else run.horizon) for _, joined, left, *_ in people]
    assert sum(left - joined for joined, left in stays) == pytest.approx(last[3])
    for (place, _, left, *_), (other, joined, *_) in pairwise(people):
        if place == other:
            assert joined == pytest.approx(left + 730.5)
        else:
            assert (other, joined) == (place + 1, 0.0)
    early = run.until(18 * 730.5)
    known = {row[-1] for row in rows_of(early, "server")}
    assert known == {row[-1] for row in people if row[1] <= early.horizon}
    gone = np.isfinite(early.column("tenures", "left"))
    assert 0 < gone.sum() < np.isfinite(run.column("tenures", "left")).sum()


def test_the_same_people_come_under_every_plan(scenario: Any) -> None:
    """Who fills a position first, second, third does not depend on how many others there are, on when he comes, on
    what else is planned; twice the spread spreads the same people twice as far."""
    clock = {"horizon": "36 mo"}
    spread = {"pace": 0.3, "odds": 0.5}
    usual = {"headcount": 4, "turnover": "80 %/yr", "spread": spread}
    plans = [
        usual,
        {**usual, "headcount": 6, "turnover": "150 %/yr", "vacancy": "2 mo", "ramp": {"time": "3 mo"}},
        {**usual, "spread": {"pace": 0.3}},
        {**usual, "spread": {"odds": 1.0}},
    ]
    found = []
    for plan in plans:
        places: dict[float, list[tuple[float, float]]] = {}
        for place, _, pace, odds in rows_of(simulate(scenario(clock=clock, **team(**plan)), 0, 1), "pace", "odds"):
            places.setdefault(place, []).append((pace, odds))
        found.append(places)
    first, other, paces, odds = found
    assert sum(map(len, first.values())) > 8
    for place, people in first.items():
        for one, same in zip(people, other[place], strict=False):
            assert one == same
        assert [pace for pace, _ in people] == [pace for pace, _ in paces[place]]
        assert [2 * odd for _, odd in people] == [odd for _, odd in odds[place]]
        assert {odd for _, odd in paces[place]} == {0.0}
        assert {pace for pace, _ in odds[place]} == {1.0}
    everybody = [talent for people in first.values() for talent in people]
    assert len(set(everybody)) == len(everybody)


def test_a_spread_leaves_careers_where_they_were(scenario: Any) -> None:
    """Everybody comes and goes at the same instants, whether people differ or not."""
    plan = team(headcount=4, turnover="80 %/yr", vacancy="1 mo")
    alike, unlike = (
        simulate(scenario(clock={"horizon": "36 mo"}, teams={"agents": plan["teams"]["agents"] | more}), 0, 1)
        for more in ({}, {"spread": {"pace": 0.3, "odds": 0.5}})
    )
    assert [row[:2] for row in rows_of(alike)] == [row[:2] for row in rows_of(unlike)]
    assert np.array_equal(readings(alike), readings(unlike), equal_nan=True)


def test_whoever_is_quicker_by_himself_needs_less_time(stage: Any, rows: Any) -> None:
    """Half an hour of work takes half an hour over his pace; skills come on top."""
    skills = {"headcount": 1, "skills": {"tact": 1.25}, "spread": {"pace": 0.4}}
    world = stage(teams={"agents": skills}, kinds={"request": {}, "delicate": {"uses": {"tact": 1}}})
    pace = world.company.people.staff["agents"].tenures[0].pace
    world.contact(9.0)
    world.contact(11.0, "delicate")
    handled = [row["handled"] for row in sorted(rows(world.run(), "contacts"), key=lambda row: row["arrived"])]
    assert handled == pytest.approx([0.5 / pace, 0.5 / pace / 1.25])
    assert abs(pace - 1) > 0.01


def test_talent_adds_to_the_odds_of_resolving(stage: Any, rows: Any) -> None:
    """With 60 % by plan, whoever has talent o resolves logistic(logit(.6) + o): just below it yes, just above it no."""
    able = {"headcount": 1, "spread": {"odds": 0.8}}
    talent = stage(teams={"agents": able}).company.people.staff["agents"].tenures[0].odds
    assert abs(talent) > 0.05
    share = 1 / (1 + 0.4 / 0.6 * math.exp(-talent))
    for chance, resolved in [(share - 1e-9, 1.0), (share + 1e-9, 0.0)]:
        world = stage(teams={"agents": able}, kinds={"request": {"resolution": 0.6}})
        people = world.company.people
        assert people.talents == {people.staff["agents"].tenures[0].server: talent}
        world.contact(9.0, chance=chance)
        assert rows(world.run(), "contacts")[0]["resolved"] == resolved

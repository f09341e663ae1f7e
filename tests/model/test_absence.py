"""Spells of absence: how much of people's time they take, when they come, and that they are nobody else's."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.model.absence import spells
from sim.model.company import Company, simulate
from sim.model.facts import TABLES
from sim.scenario.careers import Absence

ILL = {"rate": "12 /yr", "length": {"dist": "exponential", "mean": "10 d"}}
ALWAYS = {"horizon": "24 mo", "hours": "always"}


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 20, **plan}}}


def test_time_away_is_what_rate_and_length_make_of_it(scenario: Any) -> None:
    """A rate r and a mean m take r m / (1 + r m) of the time; from the start on, when all are there, it nears this as
    exp(-(r + 1/m) t) fades. Whoever is away is neither on the roster nor on duty, but employed."""
    rate, mean, horizon = 12 / 8766, 240.0, 24 * 730.5
    long_run, fades = rate * mean / (1 + rate * mean), rate + 1 / mean
    expected = long_run * (1 - -math.expm1(-fades * horizon) / (fades * horizon))
    shares = []
    for replication in range(30):
        last = simulate(scenario(clock=ALWAYS, **team(absence=ILL)), replication, 1)
        employed, rostered, on_duty, absent = (
            last.column("team_time", name)[-1] for name in ("employed", "rostered", "on_duty", "absent")
        )
        assert employed == pytest.approx(20 * horizon)
        assert rostered == on_duty == pytest.approx(employed - absent)
        shares.append(absent / employed)
    error = float(np.std(shares, ddof=1)) / math.sqrt(len(shares))
    assert error < 0.005
    assert abs(float(np.mean(shares)) - expected) < 4 * error


def test_spells_follow_each_other_at_the_rate_of_time_at_work() -> None:
    """Time between the end of one and the beginning of the next is exponential, length is its law's."""
    plan = Absence.model_validate({"rate": "1 /d", "length": "12 h"})
    found = spells(Streams(1, 0), "people.agents.3.absence", plan)
    first = [next(found) for _ in range(4000)]
    assert {round(end - begin, 6) for begin, end in first} == {12.0}
    between = np.array([begin - end for (_, end), (begin, _) in pairwise([(0.0, 0.0), *first])])
    assert abs(between.mean() - 24.0) < 4 * 24.0 / math.sqrt(len(between))
    assert abs((between < 24.0 * math.log(2)).mean() - 0.5) < 4 * 0.5 / math.sqrt(len(between))


def seen(company: Company) -> list[tuple[int, float, float]]:
    """Run a company: whose place was left by somebody for a spell, from when to when (or to his last day)."""
    found, begun = [], {}
    staff = company.people.staff["agents"]
    pause, resume, dismiss = staff.pause, staff.resume, staff.dismiss

    def go(tenure: Any, now: float) -> None:
        begun[tenure] = now
        pause(tenure, now)

    def come(tenure: Any, now: float) -> None:
        found.append((tenure.position.place, begun.pop(tenure), now))
        resume(tenure, now)

    def leave(tenure: Any, now: float) -> None:
        if tenure in begun:
            found.append((tenure.position.place, begun.pop(tenure), now))
        dismiss(tenure, now)

    staff.pause, staff.resume, staff.dismiss = go, come, leave  # type: ignore[method-assign]
    run = company.run(0)
    still = sum(run.horizon - since for since in begun.values())
    assert run.column("team_time", "absent")[-1] == pytest.approx(sum(end - at for _, at, end in found) + still)
    return found


def test_spells_are_the_same_under_every_plan(scenario: Any) -> None:
    """Whatever else is planned, a place is left at the same instants for the same time, as long as it is filled."""
    usual = {"headcount": 4, "absence": ILL}
    others = [{"headcount": 7}, {"turnover": "200 %/yr", "vacancy": "2 mo", "spread": {"pace": 1}}]
    plans = [team(**usual), *(team(**usual | other) for other in others)]
    alone, more, leaving = (seen(Company(scenario(clock=ALWAYS, **plan), Streams(1, 0))) for plan in plans)
    assert len(alone) > 30
    assert [spell for spell in more if spell[0] < 4] == alone
    begun = {(place, begin): end for place, begin, end in alone}
    cut = [spell for spell in leaving if begun[spell[0], spell[1]] > spell[2] + 1e-9]
    assert all(begun[place, begin] >= end - 1e-9 for place, begin, end in leaving)
    assert 0 < len(cut) < len(leaving) < len(alone)


def test_whoever_succeeds_somebody_who_was_away_is_there(scenario: Any) -> None:
    """At any time those away are those who were there when a spell began; nobody else is missed."""
    plan = team(headcount=30, turnover="600 %/yr", vacancy="3 d", absence={"rate": "3 /mo", "length": "10 d"})
    company = Company(scenario(clock={**ALWAYS, "horizon": "6 mo"}, **plan), Streams(1, 0))
    staff, newcomers = company.people.staff["agents"], []

    def look(_: None) -> None:
        away = [tenure for tenure in staff.tenures if tenure.server.away]
        assert staff.absent.count == len(away)
        assert all(tenure.server.rostered is not tenure.server.away for tenure in staff.tenures)
        newcomers.extend(t for t in staff.tenures if t.joined > company.env.now - 12.0)
        assert not any(tenure.server.away and tenure.joined == company.env.now for tenure in staff.tenures)

    for hour in range(1, 4000, 7):
        call_after(company.env, hour, look, None)
    company.run(0)
    assert len(newcomers) > 50


def test_who_is_ill_answers_when_he_is_back(stage: Any, rows: Any) -> None:
    """With one agent a mail that comes in his absence waits for him; with two the other one takes it."""
    ill = {"absence": {"rate": "4 /mo", "length": "100 h"}}
    mail = {"request": {"channels": {"email": 1}}}
    begin, end = next(spells(Streams(1, 0), "people.agents.0.absence", Absence.model_validate(ill["absence"])))
    for heads in (1, 2):
        world = stage(clock={"hours": "always"}, teams={"agents": {"headcount": heads, **ill}}, kinds=mail)
        world.contact(begin + 10.0)
        started = rows(world.run(), "contacts")[0]["started"]
        assert started == pytest.approx(end if heads == 1 else begin + 10.0)


def test_without_spells_nothing_changes(scenario: Any) -> None:
    """A team that could be ill but never is leaves the facts of one that cannot, byte for byte."""
    plan = team(headcount=3, turnover="100 %/yr", vacancy="1 mo", ramp={"time": "2 mo"}, spread={"pace": 0.2})
    parts = {"clock": {"horizon": "3 mo"}, "kinds": {"request": {"arrivals": {"rate": "20 /d"}}}}
    one = simulate(scenario(**parts, **plan), 0, 1)
    plan["teams"]["agents"]["absence"] = {"rate": "0.000001 /yr", "length": "1 d"}
    other = simulate(scenario(**parts, **plan), 0, 1)
    for name in TABLES:
        assert one.tables[name].tobytes() == other.tables[name].tobytes()
    assert len(one.tables["contacts"]) > 500

"""Headcount that follows plans, ratios and budgets: who comes when, who goes, and that the books add up."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.engine.units import DAY, MONTH
from sim.model.company import Company, simulate
from sim.model.facts import TABLES, index
from sim.model.journal import Run

MONTHS = {"horizon": "24 mo", "hours": "always"}


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 10, **plan}}}


def plan_of(*steps: tuple[float, int], **rule: Any) -> dict[str, Any]:
    """A loop that follows a plan: from so many days on so many positions."""
    planned = [{"from": f"{at} d", "headcount": heads} for at, heads in steps]
    return {"loops": {"hiring": {"teams": {"agents": {"rule": "plan", "steps": planned, **rule}}}}}


def rule_of(**rule: Any) -> dict[str, Any]:
    return {"loops": {"hiring": {"teams": {"agents": rule}}}}


def watched(company: Company, *days: float) -> tuple[Run, list[int], list[int]]:
    """Run a company: who was there and who was wanted on these days."""
    staff, careers = company.people.staff["agents"], company.people._careers["agents"]
    there, wanted = [], []

    def look(_: None) -> None:
        there.append(staff.filled)
        wanted.append(careers.wanted)

    for day in days:
        call_after(company.env, day * DAY, look, None)
    return company.run(0), there, wanted


def column(run: Run, name: str) -> np.ndarray:
    return run.tables["team_time"][:, index("team_time", name)]


def check_books(run: Run) -> None:
    """Hires less quits less layoffs are the change of those there; everybody's days add up to the hours employed; no
    place is filled twice at a time."""
    joined, left, place, end = (run.column("tenures", name) for name in ("joined", "left", "position", "end"))
    last = np.fmin(left, run.horizon)
    assert column(run, "employed")[-1] == pytest.approx(float((last - joined).sum()))
    gone, sent = run.is_word("tenures", "end", "quit").sum(), run.is_word("tenures", "end", "laid_off").sum()
    begun = int(column(run, "headcount")[0])
    assert column(run, "hires")[-1] == (joined > 0).sum()
    assert column(run, "layoffs")[-1] == sent
    assert column(run, "headcount")[-1] == begun + (joined > 0).sum() - gone - sent
    assert (np.isnan(end) == np.isnan(left)).all()
    stays = sorted(zip(place, joined, last, strict=True))
    assert all(other[1] >= one[2] for one, other in pairwise(stays) if one[0] == other[0])


def test_a_plan_is_carried_out(scenario: Any) -> None:
    """Newcomers are there after the delay, those too many gone after the notice, the last to join first; before the
    first step it is the team's headcount."""
    loop = plan_of((30, 14), (90, 6), (200, 8), delay="20 d", notice="10 d")
    run, there, wanted = watched(
        Company(scenario(clock=MONTHS, **loop, **team()), Streams(1, 0)), 29, 31, 49, 51, 91, 99, 101, 201, 219, 221
    )
    assert wanted == [10, 14, 14, 14, 6, 6, 6, 8, 8, 8]
    assert there == [10, 10, 10, 14, 14, 14, 6, 6, 6, 8]
    assert column(run, "hires")[-1] == 6
    assert column(run, "layoffs")[-1] == 8
    assert column(run, "wanted")[[0, 1, 2, 3, -1]].tolist() == [10, 14, 14, 6, 8]
    laid_off = run.is_word("tenures", "end", "laid_off")
    assert sorted(run.column("tenures", "position")[laid_off]) == list(range(6, 14))
    assert set(run.column("tenures", "left")[laid_off]) == {100 * DAY}
    assert sorted(run.column("tenures", "position")[run.column("tenures", "joined") == 220 * DAY]) == [6, 7]
    check_books(run)


def test_searches_are_given_up_before_anybody_is_sent_away(scenario: Any) -> None:
    """Those begun last first: of four sought three are not wanted any more, and the one who comes is the first."""
    loop = plan_of((10, 14), (20, 11), (35, 9), delay="30 d")
    run, there, _ = watched(Company(scenario(clock=MONTHS, **loop, **team()), Streams(1, 0)), 34, 36, 60)
    assert there == [10, 9, 9]
    assert column(run, "layoffs")[-1] == 1
    assert run.column("tenures", "position")[run.column("tenures", "joined") > 0].tolist() == []
    loop = plan_of((10, 14), (20, 11), delay="30 d")
    run, there, _ = watched(Company(scenario(clock=MONTHS, **loop, **team()), Streams(1, 0)), 39, 41, 60)
    assert there == [10, 11, 11]
    assert run.column("tenures", "position")[run.column("tenures", "joined") > 0].tolist() == [10]
    check_books(run)


def test_successors_who_are_not_wanted_any_more_do_not_come(scenario: Any) -> None:
    """Who quits is succeeded as long as there are not enough; a search for a successor is given up like any other."""
    plan = team(headcount=40, turnover="100 %/yr", vacancy="3 mo")
    run, there, _ = watched(
        Company(scenario(clock=MONTHS, **plan_of((300, 20), notice="0 d"), **plan), Streams(1, 0)), 299, 301, 700
    )
    assert 25 < there[0] < 38
    assert there[1] == 20
    assert there[2] <= 20
    check_books(run)


def test_without_layoffs_those_who_quit_are_not_replaced_until_the_number_fits(scenario: Any) -> None:
    """From 40 people to the 10 that 100 customers need: nobody is sent away, nobody comes before 10 are left."""
    rule = rule_of(rule="ratio", of="customers", per_head=10, every="1 d")
    parts = team(headcount=40, turnover="100 %/yr", vacancy="5 d") | rule
    base = {"initial": {"count": 100, "mrr": "100 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    run = simulate(scenario(clock={**MONTHS, "horizon": "60 mo"}, customers=base, **parts), 0, 1)
    assert column(run, "layoffs")[-1] == 0
    assert column(run, "wanted")[1:].tolist() == [10.0] * 60
    joined, left = run.column("tenures", "joined"), run.column("tenures", "left")
    fits = float(np.sort(left)[29])
    first = joined[joined > 0].min()
    assert first > fits
    heads = column(run, "headcount")
    assert (np.diff(heads[column(run, "time") < fits]) <= 0).all()
    late = column(run, "time") > fits + MONTH
    assert 9.0 < heads[late].mean() <= 10.0
    check_books(run)


def test_under_notice_people_work_and_may_quit(scenario: Any) -> None:
    """Who quits while under notice is no layoff, and nobody succeeds him."""
    plan = team(headcount=60, turnover="200 %/yr", vacancy="1 d")
    run = simulate(scenario(clock=MONTHS, **plan_of((100, 10), notice="4 mo"), **plan), 0, 1)
    after = 100 * DAY + 4 * MONTH
    layoffs = column(run, "layoffs")
    assert layoffs[-1] == run.is_word("tenures", "end", "laid_off").sum()
    assert 10 < layoffs[-1] < 50
    left = run.column("tenures", "left")[run.is_word("tenures", "end", "laid_off")]
    assert left == pytest.approx(after)
    assert column(run, "headcount")[column(run, "time") > after + DAY].max() <= 10
    check_books(run)


def test_the_books_add_up_whatever_is_decided(scenario: Any) -> None:
    """Quits, searches given up, layoffs and hires in a mess: the sum of it is who is there."""
    plan = team(headcount=12, turnover="150 %/yr", vacancy="1 mo", ramp={"time": "2 mo", "mentoring": 0.3},
                absence={"rate": "10 /yr", "length": "5 d"}, spread={"pace": 0.2})  # fmt: skip
    rng = np.random.default_rng(8)
    for replication in range(6):
        steps = [(20 * step, int(rng.integers(0, 25))) for step in range(1, 30)]
        loop = plan_of(*steps, delay={"dist": "exponential", "mean": "25 d"}, notice="15 d")
        run = simulate(scenario(clock=MONTHS, **loop, **plan), replication, 1)
        assert column(run, "layoffs")[-1] > 10
        assert run.is_word("tenures", "end", "quit").sum() > 10
        check_books(run)


def test_the_same_people_come_under_every_plan(scenario: Any) -> None:
    """Who fills a place first, second, third has the same talent, and stays as long if nobody sends him away, however
    many others are hired and whenever he comes."""
    plan = team(headcount=4, turnover="80 %/yr", spread={"pace": 0.3, "odds": 0.5})
    loops = [
        {},
        plan_of((50, 9), delay="20 d"),
        plan_of((10, 2), (200, 12), delay={"dist": "exponential", "mean": "1 mo"}),
        plan_of((100, 20), (300, 3), (400, 9), notice="1 mo", delay="0 d"),
    ]
    found = []
    for loop in loops:
        run = simulate(scenario(clock=MONTHS, **loop, **plan), 0, 1)
        names = ("position", "joined", "left", "pace", "odds")
        rows = np.column_stack([run.column("tenures", name) for name in names])
        numbers: Counter[float] = Counter()
        people = {}
        sent = run.is_word("tenures", "end", "laid_off")
        for chosen in np.lexsort((rows[:, 1], rows[:, 0])):
            place, joined, left, pace, odds = rows[chosen].tolist()
            stay = left - joined if left == left and not sent[chosen] else None
            people[place, numbers[place]] = (pace, odds, stay)
            numbers[place] += 1
        found.append(people)
    for one in found:
        for other in found:
            both = set(one) & set(other)
            assert len(both) >= 4
            for who in both:
                assert one[who][:2] == other[who][:2]
                if one[who][2] is not None and other[who][2] is not None:
                    assert one[who][2] == pytest.approx(other[who][2])
    assert len(set(found[1]) & set(found[3])) > 12
    assert len({talent[:2] for talent in found[3].values()}) == len(found[3])


def test_new_positions_have_hours_and_skills_of_the_first_ones_in_turn(scenario: Any) -> None:
    """Two shifts of 2 and 1: the fourth to come works like the first, the sixth like the third."""
    shifts = {"early": {"hours": {"mon-fri": "06:00-14:00"}, "headcount": 2},
              "late": {"hours": {"mon-fri": "14:00-22:00"}, "headcount": 1}}  # fmt: skip
    parts = {"teams": {"agents": {"shifts": shifts}}} | plan_of((1, 7), delay="0 d")
    company = Company(scenario(clock={"horizon": "4 wk"}, **parts), Streams(1, 0))
    company.run(0)
    calendars = [server.calendar for server in company.teams["agents"].servers]
    assert calendars[3:] == [calendars[0], calendars[1], calendars[2], calendars[0]]
    assert calendars[0] != calendars[2]


def test_a_team_can_begin_with_nobody(scenario: Any) -> None:
    """Who comes works the team's hours, less shrinkage."""
    parts = team(headcount=0, shrinkage=0.25, hours={"mon-fri": "08:00-16:00"}) | plan_of((0, 2), delay="7 d")
    company = Company(scenario(clock={"horizon": "4 wk"}, **parts), Streams(1, 0))
    run = company.run(0)
    assert column(run, "headcount").tolist() == [0, 2, 2]
    assert column(run, "on_duty")[-1] == pytest.approx(2 * 3 * 30)


def test_new_sellers_sell(scenario: Any) -> None:
    """They take leads up, keep them and carry quota like everybody."""
    sales = {
        "stages": {
            "talk": {"team": "reps", "work": "4 h", "pass_rate": 0.8},
            "close": {"team": "reps", "work": "4 h", "pass_rate": 0.8},
        },
        "deal": "100 EUR/mo",
        "owned": True,
        "quota": {"amount": "400 EUR/mo"},
    }
    rule = {"rule": "plan", "delay": "0 d", "steps": [{"from": "1 mo", "headcount": 6}]}
    parts = {
        "teams": {"reps": {"headcount": 2}},
        "sales": sales,
        "marketing": {"sources": {"web": {"rate": "8 /d"}}},
        "loops": {"hiring": {"teams": {"reps": rule}}},
        "service": None,
    }
    company = Company(scenario(clock={"horizon": "6 mo"}, **parts), Streams(1, 0))
    run = company.run(0)
    server, lead = run.column("visits", "server"), run.column("visits", "lead")
    done = run.is_word("visits", "outcome", "passed") & np.isfinite(server)
    assert {*server[done].astype(int)} == set(range(6))
    keepers: dict[float, set[float]] = {}
    for which, who in zip(lead[done], server[done], strict=True):
        keepers.setdefault(which, set()).add(who)
    alone = sum(len(who) == 1 for who in keepers.values())
    assert alone > 0.95 * len(keepers)
    target = company.sales._target
    assert target is not None
    assert target._filled() == 6


def test_a_rule_that_wants_what_is_there_changes_nothing(scenario: Any) -> None:
    """Off, or content with the headcount: the facts are those of a scenario without it, byte for byte."""
    kinds = {"request": {"arrivals": {"rate": "20 /d"}}}
    plan = team(headcount=3, turnover="100 %/yr", vacancy="1 mo", ramp={"time": "2 mo"}, spread={"pace": 0.2})
    off = {"loops": {"hiring": {"on": False, **plan_of((10, 9))["loops"]["hiring"]}}}
    loops = [{}, off, plan_of((0, 3), (50, 3), delay="9 d")]
    one, *others = (simulate(scenario(clock={"horizon": "6 mo"}, kinds=kinds, **plan, **loop), 0, 1) for loop in loops)
    for other in others:
        for name in TABLES:
            assert one.tables[name].tobytes() == other.tables[name].tobytes()
    assert len(one.tables["contacts"]) > 1000


def test_notice_is_taken_back_before_anybody_new_is_sought(scenario: Any) -> None:
    """Ten, four from day 10 on with three months' notice, nine from day 20 on: five of the six under notice stay, one
    goes, and nobody is hired."""
    plan = plan_of((10, 4), (20, 9), notice="3 mo", delay="2 d")
    run, there, _ = watched(Company(scenario(clock=MONTHS, **team(), **plan), Streams(1, 0)), 15, 30, 90, 120)
    assert there == [10, 10, 10, 9]
    assert column(run, "hires")[-1] == 0
    assert column(run, "layoffs")[-1] == 1
    check_books(run)


def test_ups_and_downs_within_the_notice_never_exceed_the_most(scenario: Any) -> None:
    """A plan that changes its mind every week for half a year, between four and eight."""
    steps = [(7 * week, 4 if week % 2 else 8) for week in range(26)]
    plan = plan_of(*steps, notice="3 mo", delay="2 d")
    made = Company(scenario(clock=MONTHS, **team(headcount=8), **plan), Streams(1, 0))
    run, there, _ = watched(made, *range(1, 365, 3))
    assert max(there) == 8
    check_books(run)

"""What sales does after the win: whose turn comes when, who does it, what is felt and found, what lapses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS, PASS, selling

from sim.model.company import simulate

BASE = {"initial": {"count": 1, "mrr": "100 EUR/mo"}, "leaving": {"base": "0 %/yr"}, "memory": {"start": 0.5}}
CALL = {"team": "reps", "work": "1 h", "after": "2 d"}


def following(build: Any, *, customers: Any = None, clock: Any = None, teams: Any = None, **call: Any) -> Any:
    """A company with one kind of follow-up, `check`."""
    plan = {"team": "reps", "work": "1 h"} | call
    return build(
        **selling(follow_up={"check": plan}),
        customers={**BASE, **(customers or {})},
        clock=ALWAYS if clock is None else clock,
        teams=teams or {"reps": {"headcount": 1}, "agents": {"headcount": 1}},
    )


def acts(run: Any, rows: Any, *names: str) -> list[list[Any]]:
    return [[row[name] for name in names] for row in rows(run, "activities")]


def test_once_after_the_win_is_for_those_who_are_won(stage: Any, rows: Any) -> None:
    """Live at ten, called two days later for an hour; whoever has long been a customer has had his call."""
    desk = following(stage, after="2 d")
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    names = ("kind", "team", "customer", "entered", "started", "ended", "handled", "outcome", "calls", "conversations")
    assert acts(run, rows, *names) == [["check", "reps", 1.0, 58.0, 58.0, 59.0, 1.0, "done", 1.0, 1.0]]


def test_a_turn_in_the_night_or_on_a_closed_day_is_due_at_the_next_opening(stage: Any, rows: Any) -> None:
    """Live on Thursday at 16:30, two days later is Saturday: Monday at nine."""
    desk = following(stage, after="2 d", clock={})
    desk.lead(3 * 24 + 15.5, (PASS, 1.0, 0.0))
    assert acts(desk.run(), rows, "entered", "started") == [[7 * 24 + 9.0] * 2]


def test_turns_come_at_even_intervals_each_customer_in_his_own(scenario: Any) -> None:
    """100 customers every five days for twenty: four turns each, five days apart, first turns spread evenly."""
    plan = {"check": {"team": "reps", "work": "1 min", "every": "5 d"}}
    customers = {**BASE, "initial": {"count": 100, "mrr": "1 EUR/mo"}}
    teams = {"reps": {"headcount": 100}, "agents": {"headcount": 1}}
    parts = selling(follow_up=plan)
    run = simulate(scenario(**parts, customers=customers, teams=teams, clock={**ALWAYS, "horizon": "20 d"}), 0, 1)
    who, entered = run.column("activities", "customer"), run.column("activities", "entered")
    first = []
    for customer in range(100):
        turns = np.sort(entered[who == customer])
        assert len(turns) == 4
        assert np.diff(turns) == pytest.approx(120.0)
        first.append(turns[0])
    assert abs(np.mean(first) - 60) < 4 * 120 / math.sqrt(12 * 100)


def test_closed_days_delay_no_turn_but_their_own(scenario: Any) -> None:
    """Every four days in an office open from Monday to Friday: seven turns in four weeks, each when it should be or on
    the Monday after."""
    plan = {"check": {"team": "reps", "work": "1 min", "every": "4 d"}}
    customers = {**BASE, "initial": {"count": 30, "mrr": "1 EUR/mo"}}
    teams = {"reps": {"headcount": 30}, "agents": {"headcount": 1}}
    parts = selling(follow_up=plan)
    run = simulate(scenario(**parts, customers=customers, teams=teams, clock={"horizon": "28 d"}), 0, 1)
    who, entered = run.column("activities", "customer"), run.column("activities", "entered")
    for customer in range(30):
        days = np.sort(entered[who == customer])
        late = days % 24 == 9
        assert len(days) >= 6
        assert late.any()
        phases = {round(float(day % 96), 6) for day in days[~late]}
        assert len(phases) <= 1


def test_turns_that_the_team_sleeps_through_are_one(stage: Any, rows: Any) -> None:
    """Every two hours in an office of eight: at nine, and then in the customer's own rhythm."""
    desk = following(stage, every="2 h", clock={"horizon": "3 d"})
    entered = [row[0] for row in acts(desk.run(), rows, "entered")]
    assert all(9.0 <= time % 24 < 17.0 for time in entered)
    assert len(set(entered)) == len(entered)
    assert [time for time in entered if time % 24 == 9.0] == [9.0, 33.0, 57.0]
    rhythm = {round(time % 2, 6) for time in entered if time % 24 != 9.0}
    assert len(rhythm) == 1
    assert 12 <= len(entered) <= 15


def test_a_review_comes_before_each_renewal(scenario: Any) -> None:
    """Terms of ten days, reviews three days before their ends, as long as the term has not begun later."""
    plan = {"check": {"team": "reps", "work": "1 min", "before_renewal": "3 d"}}
    contract = {"length": "10 d"}
    customers = {**BASE, "initial": {"count": 50, "mrr": "1 EUR/mo"}, "contract": contract}
    teams = {"reps": {"headcount": 50}, "agents": {"headcount": 1}}
    parts = selling(follow_up=plan)
    run = simulate(scenario(**parts, customers=customers, teams=teams, clock={**ALWAYS, "horizon": "40 d"}), 0, 1)
    for customer in range(50):
        ends = np.sort(run.column("changes", "time")[run.column("changes", "customer") == customer])
        reviews = np.sort(run.column("activities", "entered")[run.column("activities", "customer") == customer])
        due = [end - 72.0 for end in (*ends, ends[-1] + 240.0) if 0 <= end - 72.0 < run.horizon]
        assert reviews == pytest.approx(np.array(due))


def test_only_the_discontented_are_called(stage: Any, rows: Any) -> None:
    """Satisfaction 0.5: below 0.6 a call, below 0.5 none; it is looked at when the turn comes."""
    for below, calls in ((0.6, 1), (0.5, 0)):
        desk = following(stage, after="2 d", below=below)
        desk.lead(9.0, (PASS, 1.0, 0.0))
        assert len(acts(desk.run(), rows, "entered")) == calls


def test_who_is_not_reached_is_let_be(stage: Any, rows: Any) -> None:
    """Hardly anybody: an hour spent, a call without a conversation, nothing felt."""
    desk = following(stage, after="2 d", reach=1e-9)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    assert acts(run, rows, "outcome", "handled", "calls", "conversations") == [["missed", 1.0, 1.0, 0.0]]
    assert rows(run, "subscriptions")[1]["satisfaction"] == 0.5


def test_what_nobody_finds_time_for_lapses(stage: Any, rows: Any) -> None:
    """The only rep is busy for 200 h: the turn is dropped after two days, without any work."""
    desk = following(stage, after="2 d", lapses="2 d")
    desk.lead(9.0, (PASS, 1.0, 0.0))
    desk.lead(20.0, (PASS, 200.0, 0.0))
    run = desk.run()
    first = acts(run, rows, "customer", "entered", "started", "ended", "handled", "outcome", "calls")[0]
    assert first[:2] == [1.0, 58.0]
    assert math.isnan(first[2])
    assert first[3] == 106.0
    assert math.isnan(first[4])
    assert first[5:] == ["lapsed", 0.0]


def test_a_turn_that_finds_no_room_lapses_at_once(stage: Any, rows: Any) -> None:
    """A team without a waiting room, busy when it comes."""
    teams = {"reps": {"headcount": 1, "waiting_room": 0}, "agents": {"headcount": 1}}
    desk = following(stage, after="2 d", teams=teams)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    desk.lead(20.0, (PASS, 100.0, 0.0))
    assert acts(desk.run(), rows, "entered", "ended", "outcome")[0] == [58.0, 58.0, "lapsed"]


def test_while_one_turn_waits_the_next_is_skipped(stage: Any, rows: Any) -> None:
    """Daily turns and a rep who is busy from noon to the end: one turn is open, the others were never asked for."""
    desk = following(stage, every="1 d", lapses="60 d", clock={**ALWAYS, "horizon": "8 d"})
    desk.lead(0.0, (PASS, 10000.0, 0.0))
    assert [row[0] for row in acts(desk.run(), rows, "outcome")] == ["open"]


@pytest.mark.parametrize("time", [30.0, 58.5])
def test_who_left_before_his_turn_is_not_called_and_who_leaves_meanwhile_not_reached(
    stage: Any, rows: Any, time: float
) -> None:
    """Gone before it comes: nothing is asked for; gone while it waits or is done: missed, and nothing is felt."""
    desk = following(stage, after="2 d", expansion=0.999999, grows=0.5)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    customers = desk.company.customers
    desk.at(time, lambda: customers.leave(customers.everybody[1]))
    run = desk.run()
    assert [row[0] for row in acts(run, rows, "outcome")] == ([] if time == 30.0 else ["missed"])
    assert not rows(run, "changes")
    assert rows(run, "subscriptions")[1]["satisfaction"] == 0.5


def test_it_is_felt_by_its_weight_and_by_skill(stage: Any, rows: Any) -> None:
    """0.9 felt by somebody at 0.5, weight 2, up 0.15; and with half a point of warmth, no more than 1."""
    for skill, weight, after in ((1.0, 2, 0.5 + 0.3 * 0.4), (1.1, 1, 0.5 + 0.15 * 0.45), (2.0, 1, 0.5 + 0.15 * 0.5)):
        desk = stage(
            **selling(
                follow_up={"check": CALL | {"felt": 0.9, "weight": weight}},
                skills={"warmth": {"follow_up": 0.5}},
            ),
            customers=BASE,
            clock=ALWAYS,
            teams={"reps": {"headcount": 1, "skills": {"warmth": skill}}, "agents": {"headcount": 1}},
        )
        desk.lead(9.0, (PASS, 1.0, 0.0))
        assert rows(desk.run(), "subscriptions")[1]["satisfaction"] == pytest.approx(after)


@pytest.mark.parametrize(("quits", "caller"), [(None, 1.0), (30.0, 0.0)])
def test_whoever_won_the_customer_calls_him(stage: Any, rows: Any, quits: float | None, caller: float) -> None:
    """The second rep won him: he calls though the first is free; when he has left, the first does."""
    teams = {"reps": {"headcount": 2}, "agents": {"headcount": 1}}
    nobody = {"initial": {"count": 0, "mrr": "1 EUR/mo"}}
    desk = following(stage, after="2 d", teams=teams, customers=nobody)
    desk.lead(1.0, (0.9, 2.0, 0.0), key=1)
    desk.lead(1.0, (PASS, 1.0, 0.0), key=2)
    team = desk.company.teams["reps"]
    winner = team.servers[1]
    if quits is not None:
        desk.at(quits, lambda: team.leave(winner))
    run = desk.run()
    assert rows(run, "visits")[1]["server"] == 1.0
    assert acts(run, rows, "server", "outcome") == [[caller, "done"]]


def test_another_team_keeps_the_account_from_its_first_call_on(stage: Any, rows: Any) -> None:
    """Account managers: whoever makes the first call makes them all."""
    teams = {"reps": {"headcount": 1}, "managers": {"headcount": 3}, "agents": {"headcount": 1}}
    base = {"initial": {"count": 7, "mrr": "1 EUR/mo"}}
    desk = following(stage, team="managers", every="2 d", teams=teams, customers=base)
    by_customer: dict[float, set[float]] = {}
    for customer, server, outcome in acts(desk.run(), rows, "customer", "server", "outcome"):
        if outcome == "done":
            by_customer.setdefault(customer, set()).add(server)
    assert len(by_customer) == 7
    assert all(len(servers) == 1 for servers in by_customer.values())
    assert len(set.union(*by_customer.values())) == 3


@pytest.mark.parametrize(("mood", "share"), [(0.75, 0.4), (0.9, 0.4), (0.375, 0.2), (0.0, 0.0)])
def test_expansion_is_found_in_proportion_to_satisfaction(scenario: Any, mood: float, share: float) -> None:
    """Reference 0.75 and better: 40 %; half as satisfied: half of it. Whoever expands pays a quarter more."""
    plan = {"check": {"team": "reps", "work": "1 min", "every": "30 d", "expansion": 0.4, "grows": 0.25, "weight": 0}}
    customers = {
        "initial": {"count": 500, "mrr": "100 EUR/mo"}, "leaving": {"base": "0 %/yr"}, "memory": {"start": mood}
    }  # fmt: skip
    teams = {"reps": {"headcount": 10}, "agents": {"headcount": 1}}
    parts = selling(follow_up=plan)
    run = simulate(scenario(**parts, customers=customers, teams=teams, clock={**ALWAYS, "horizon": "30 d"}), 0, 1)
    found, done = (run.is_word("activities", "outcome", word).sum() for word in ("expansion", "done"))
    assert found + done == pytest.approx(500, abs=3)
    assert abs(found / (found + done) - share) <= 4 * math.sqrt(share * (1 - share) / (found + done))
    change = run.column("changes", "change")
    assert len(change) == found
    assert change == pytest.approx(25.0)
    assert run.is_word("changes", "kind", "expansion").all()
    assert run.is_word("changes", "cause", "check").all()
    assert run.tables["pulse"][-1][2] == pytest.approx(500 * 100 + 25 * found)


def test_growth_is_of_what_he_pays_now(stage: Any, rows: Any) -> None:
    """A tenth more, twice: 100, 110, 121."""
    desk = following(stage, every="4 d", expansion=0.9999999, grows=0.1, clock={**ALWAYS, "horizon": "8 d"},
                     customers={"memory": {"start": 0.9}})  # fmt: skip
    run = desk.run()
    assert [row["change"] for row in rows(run, "changes")] == [pytest.approx(10.0), pytest.approx(11.0)]
    assert rows(run, "subscriptions")[0]["value"] == 100.0
    assert run.tables["pulse"][-1][2] == pytest.approx(121.0)


def test_follow_up_needs_no_stages_and_may_share_a_name_with_one(stage: Any, rows: Any) -> None:
    """Customers who sign up by themselves are called; a stage `first` and a follow-up `first` draw apart."""
    desk = stage(sales={"deal": "1 EUR/mo", "follow_up": {"check": CALL}}, marketing={}, customers=BASE, clock=ALWAYS)
    desk.lead(9.0)
    assert acts(desk.run(), rows, "entered", "outcome") == [[57.0, "done"]]
    named = selling({"meetings": 2}, follow_up={"first": CALL})
    desk = stage(**named, customers=BASE, clock=ALWAYS)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    assert acts(desk.run(), rows, "kind", "outcome") == [["first", "done"]]


def test_what_is_still_to_be_done_at_the_horizon_is_open(stage: Any, rows: Any) -> None:
    """One in hand, one waiting for the same rep."""
    desk = following(stage, after="2 d", work="5 h", clock={**ALWAYS, "horizon": "60 h"})
    desk.lead(9.0, (PASS, 1.0, 0.0), key=1)
    desk.lead(10.0, (PASS, 1.0, 0.0), key=2)
    found = acts(desk.run(), rows, "customer", "started", "outcome", "calls")
    assert found[0] == [1.0, 58.0, "open", 0.0]
    assert found[1][0] == 2.0
    assert math.isnan(found[1][1])


def test_when_they_come_is_the_same_under_every_plan(scenario: Any) -> None:
    """More reps change when turns are done, not when they are due."""
    plan = {"check": {"team": "reps", "work": "2 h", "every": "3 d", "lapses": "1 d"}}
    customers = {**BASE, "initial": {"count": 60, "mrr": "1 EUR/mo"}}
    due = []
    for reps in (1, 20):
        parts = selling(follow_up=plan)
        teams = {"reps": {"headcount": reps}, "agents": {"headcount": 1}}
        run = simulate(scenario(**parts, customers=customers, teams=teams, clock=ALWAYS), 0, 1)
        pairs = zip(run.column("activities", "customer"), run.column("activities", "entered"), strict=True)
        due.append({(int(customer), round(time, 6)) for customer, time in pairs})
    assert due[0] == due[1]

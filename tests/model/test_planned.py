"""Work that no customer calls for: complaints bred, visits planned, calls made; and groups that ask one at a time."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from small import BASE, ONE, desk_of

COMPLAINTS = {"complaints": {"share": 1, "below": "30 %", "after": "1 h"}, "weight": 2}


def test_a_bad_experience_becomes_one_complaint(stage: Any, rows: Any) -> None:
    """Given up after six minutes: felt as 0, so the customer complains; the complaint itself breeds none."""
    desk = stage(**desk_of({"request": {}, "complaint": COMPLAINTS}, customers=BASE))
    desk.contact(10.0)
    desk.contact(10.25, patience=0.1, customer=0)
    run = desk.run()
    kinds = [row["type"] for row in rows(run, "tickets")]
    assert sorted(kinds) == ["complaint", "request", "request"]
    complaint = next(row for row in rows(run, "contacts") if row["type"] == "complaint")
    assert (complaint["customer"], complaint["arrived"]) == (0, pytest.approx(10.35 + 40 / 168))


def test_without_failure_demand_nobody_complains(stage: Any, rows: Any) -> None:
    """The loop is off: the same day without the complaint."""
    loops = {"failure_demand": {"on": False}}
    desk = stage(**desk_of({"request": {}, "complaint": COMPLAINTS}, customers=BASE, loops=loops))
    desk.contact(10.0)
    desk.contact(10.25, patience=0.1, customer=0)
    assert len(rows(desk.run(), "tickets")) == 2


def _always(stage: Any, kinds: dict[str, Any]) -> Any:
    return stage(**desk_of(kinds, customers=BASE, clock={"hours": "always"}))


def test_planned_work_comes_in_each_customers_own_turn(stage: Any, rows: Any) -> None:
    """Every two days, from a turn that his key decides: seven in a fortnight, at night put off until nine."""
    kinds = {"care": {"schedule": {"every": "2 d"}, "channels": {"email": 1}}}
    always = [row["opened"] for row in rows(_always(stage, kinds).run(), "tickets")]
    assert len(always) == 7
    assert always == pytest.approx([always[0] + 48 * n for n in range(7)])
    desk = stage(**desk_of(kinds, customers=BASE))
    opened = [row["opened"] for row in rows(desk.run(), "tickets")]
    calendar = desk.company.needs["care"].posts[0].calendar
    assert set(opened) <= {calendar.next_open(time) for time in always}


def test_planned_work_that_still_waits_is_not_asked_for_again(stage: Any, rows: Any) -> None:
    """Nobody works here: the first ticket waits, and the turns after it are skipped."""
    kinds = {"care": {"schedule": {"every": "2 d"}, "channels": {"email": 1}}}
    desk = stage(**desk_of(kinds, customers=BASE, teams={"agents": {"headcount": 0}}))
    assert len(rows(desk.run(), "tickets")) == 1


def test_check_ins_reach_only_the_silent_or_unhappy(stage: Any, rows: Any) -> None:
    """A content customer who was heard of less than a week ago is left alone."""
    care = {"schedule": {"every": "1 d", "silent": "7 d", "below": "50 %"}, "outbound": True}
    desk = stage(**desk_of({"request": {}, "care": care}, customers=BASE))
    desk.contact(33.0, customer=0)
    opened = [row["opened"] for row in rows(desk.run(), "tickets") if row["type"] == "care"]
    assert opened
    assert min(opened) >= 33.5 + 168


def test_an_outbound_call_nobody_makes_is_dropped_and_hurts_nobody(stage: Any, rows: Any) -> None:
    """Nobody is there: the call of each of ten days lapses when the next is due; the customer never knows."""
    kinds = {"care": {"schedule": {"every": "1 d"}, "outbound": True}}
    desk = stage(**desk_of(kinds, customers=BASE, teams={"agents": {"headcount": 0}}))
    run = desk.run()
    outcomes = [row["outcome"] for row in rows(run, "contacts")]
    assert outcomes == ["dropped"] * 10
    assert rows(run, "subscriptions")[0]["satisfaction"] == 0.75


def test_neglected_upkeep_shows(stage: Any, rows: Any) -> None:
    """With nobody to do the yearly visit, problems come twice as often once it is missed."""
    kinds = {
        "care": {"schedule": {"every": "60 d"}, "channels": {"email": 1}, "team": "field"},
        "problem": {"per_customer": "2 /d", "neglect": {"of": "care", "after": "60 d", "extra": 1}},
    }
    heads = []
    for headcount in (0, 1):
        teams = ONE | {"field": {"headcount": headcount}}
        clock = {"horizon": "240 d"}
        base = BASE | {"initial": {"count": 5, "mrr": "100 EUR/mo"}}
        run = stage(**desk_of(kinds, customers=base, teams=teams, clock=clock)).run()
        heads.append(sum(row["type"] == "problem" for row in rows(run, "tickets") if row["opened"] > 120 * 24))
    expected = 5 * 120 * 2
    assert abs(heads[1] - expected) < 4 * math.sqrt(expected)
    assert abs(heads[0] - 2 * expected) < 4 * math.sqrt(2 * expected)


def test_a_closed_group_asks_one_at_a_time(stage: Any, rows: Any) -> None:
    """Who waits does not ask again: at most one ticket of each customer is open at any time."""
    kinds = {"request": {"per_customer": "4 /d", "one_at_a_time": True, "handle_time": "5 h"}}
    base = BASE | {"initial": {"count": 3, "mrr": "100 EUR/mo"}}
    tickets = rows(stage(**desk_of(kinds, customers=base)).run(), "tickets")
    for number in range(3):
        mine = sorted((row["opened"], row["closed"]) for row in tickets if row["customer"] == number)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(mine))
    assert len(tickets) > 10


def test_an_outbound_call_that_finds_no_room_hurts_nobody(stage: Any, rows: Any) -> None:
    """Nobody is there and nobody may wait: every call is dropped at once, and the customer never knows."""
    kinds = {"care": {"schedule": {"every": "1 d"}, "outbound": True}}
    teams = {"agents": {"headcount": 0, "waiting_room": 0}}
    run = stage(**desk_of(kinds, customers=BASE, teams=teams)).run()
    assert {row["outcome"] for row in rows(run, "contacts")} == {"dropped"}
    assert rows(run, "subscriptions")[0]["satisfaction"] == 0.75

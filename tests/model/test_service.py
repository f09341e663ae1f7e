"""The service desk by hand: one agent, contacts at chosen instants, every answer worked out on paper."""

from __future__ import annotations

import math
from typing import Any

import pytest
from small import BASE

from sim.engine.streams import keyed_uniform

DEFERRED = {"channels": {"email": 1}}


def test_a_phone_call_waits_its_turn_and_is_felt_by_resolution_and_wait(stage: Any, rows: Any) -> None:
    """Two calls, half an hour of work each, the second a quarter of an hour after the first: it waits 15 minutes."""
    desk = stage()
    desk.contact(10.0)
    desk.contact(10.25)
    first, second = rows(desk.run(), "contacts")
    assert (first["started"], first["ended"], first["experience"]) == (10.0, 10.5, 0.95)
    assert (second["started"], second["ended"], second["due"]) == (10.5, 11.0, 10.25 + 1 / 60)
    assert second["experience"] == pytest.approx(0.95 - 0.2 * 0.25 / (0.25 + 0.05))
    assert [row["outcome"] for row in (first, second)] == ["served", "served"]


def test_a_caller_gives_up_when_patience_ends(stage: Any, rows: Any) -> None:
    """Six minutes of patience against a wait of fifteen: abandoned at 10:21, felt as nothing, the need stays unmet."""
    desk = stage(customers=BASE)
    desk.contact(10.0)
    desk.contact(10.25, patience=0.1, customer=0)
    run = desk.run()
    contact = rows(run, "contacts")[1]
    assert (contact["outcome"], contact["ended"], contact["experience"]) == ("abandoned", pytest.approx(10.35), 0.0)
    assert math.isnan(contact["started"])
    assert rows(run, "tickets")[1]["outcome"] == "abandoned"
    assert rows(run, "subscriptions")[0]["satisfaction"] == pytest.approx(0.75 - 0.3 * 0.75)


def test_a_full_waiting_room_turns_callers_away(stage: Any, rows: Any) -> None:
    """No place to wait: the second caller is blocked at once and feels nothing but that."""
    desk = stage(teams={"agents": {"headcount": 1, "waiting_room": 0}}, customers=BASE)
    desk.contact(10.0)
    desk.contact(10.25, customer=0)
    run = desk.run()
    contact = rows(run, "contacts")[1]
    assert (contact["outcome"], contact["ended"], contact["experience"]) == ("blocked", 10.25, 0.0)
    assert rows(run, "tickets")[1]["outcome"] == "blocked"
    assert rows(run, "subscriptions")[0]["satisfaction"] == pytest.approx(0.525)


def test_a_letter_is_put_down_at_closing_and_resumed_in_the_morning(stage: Any, rows: Any) -> None:
    """Half an hour from 16:45: a quarter on Monday, a quarter from Tuesday 09:00; the promise of 4 h ends at 12:45."""
    desk = stage(kinds={"request": DEFERRED})
    desk.contact(16.75)
    contact = rows(desk.run(), "contacts")[0]
    assert (contact["started"], contact["ended"]) == (16.75, 33.25)
    assert contact["handled"] == pytest.approx(0.5)
    assert contact["due"] == pytest.approx(36.75)


def test_a_letter_of_the_night_has_waited_no_opening_hours_at_nine(stage: Any, rows: Any) -> None:
    """It comes at 18:00 and is taken up at 09:00: felt as answered at once; promised by 13:00."""
    desk = stage(kinds={"request": DEFERRED})
    desk.contact(18.0)
    contact = rows(desk.run(), "contacts")[0]
    assert (contact["started"], contact["due"], contact["experience"]) == (33.0, pytest.approx(37.0), 0.95)


def test_a_call_in_progress_at_closing_is_finished(stage: Any, rows: Any) -> None:
    """Nobody hangs up at five: half an hour from 16:45 ends at 17:15."""
    desk = stage()
    desk.contact(16.75)
    run = desk.run()
    assert rows(run, "contacts")[0]["ended"] == 17.25
    last = [row for row in rows(run, "team_time") if row["team"] == "agents"][-1]
    assert (last["busy"], last["on_duty"]) == (0.5, 80.25)


def test_a_missed_deadline_is_remembered_as_nothing_and_the_answer_is_felt_as_well(stage: Any, rows: Any) -> None:
    """A call of 30 h keeps the agent busy; the letter of Monday 10:00 fails on Tuesday 10:00 and is answered at 15:00.

    Its wait is 13 opening hours: 0.95 - 0.2 x 13/21. Memory: 0.75, down to 0.525, then up.
    """
    desk = stage(kinds={"call": {}, "request": DEFERRED}, customers=BASE)
    desk.contact(9.0, "call", work=30.0)
    desk.contact(10.0, "request", customer=0)
    company = desk.company
    seen = []
    for time in (33.9, 34.1):
        desk.at(time, lambda: seen.append(company.customers.everybody[0].satisfaction))
    run = desk.run()
    letter = rows(run, "contacts")[1]
    felt = 0.95 - 0.2 * 13 / 21
    assert (letter["started"], letter["experience"]) == (39.0, pytest.approx(felt))
    assert seen == [0.75, pytest.approx(0.525)]
    assert rows(run, "subscriptions")[0]["satisfaction"] == pytest.approx(0.525 + 0.15 * (felt - 0.525))
    assert rows(run, "tickets")[1]["outcome"] == "resolved"


def test_an_unresolved_need_comes_back_in_opening_hours(stage: Any, rows: Any) -> None:
    """Two days of the week are 48 x 40/168 = 11.43 opening hours: 6.5 on Monday from 10:30, the rest on Tuesday."""
    desk = stage(kinds={"request": {"resolution": 0.5, "returns_after": "2 d"}})
    desk.contact(10.0, chance=0.9, key=5)
    run = desk.run()
    first, second = rows(run, "contacts")[:2]
    assert (first["resolved"], first["experience"], first["outcome"]) == (0.0, 0.35, "served")
    assert second["arrived"] == pytest.approx(33.0 + 48 * 40 / 168 - 6.5)
    assert second["handled"] == pytest.approx(0.5)
    assert second["resolved"] == (keyed_uniform(5, 16 * 2 + 4) < 0.5)
    assert rows(run, "tickets")[0]["contacts"] == len(rows(run, "contacts"))


@pytest.mark.parametrize(("delay", "back"), [("0 d", 33.0), ("7 d", 24 * 8 + 9.0)])
def test_nobody_comes_back_to_a_closed_desk(stage: Any, rows: Any, delay: str, back: float) -> None:
    """The call ends at 17:15, after hours: back at once means at 09:00, and 40 opening hours end with a night, too."""
    desk = stage(kinds={"request": {"resolution": 0.5, "returns_after": delay}})
    desk.contact(16.75, chance=0.9, key=5)
    assert rows(desk.run(), "contacts")[1]["arrived"] == pytest.approx(back)


def test_without_failure_demand_nobody_comes_back(stage: Any, rows: Any) -> None:
    """Switched off, an unresolved need ends unresolved with its first contact."""
    desk = stage(kinds={"request": {"resolution": 0.5}}, loops={"failure_demand": {"on": False}})
    desk.contact(10.0, chance=0.9)
    run = desk.run()
    assert len(rows(run, "contacts")) == 1
    ticket = rows(run, "tickets")[0]
    assert (ticket["outcome"], ticket["closed"]) == ("unresolved", 10.5)


def test_who_has_left_does_not_come_back(stage: Any, rows: Any) -> None:
    """The need of a customer who leaves before its return is closed as unresolved when the return would be due."""
    plan = {**BASE, "leaving": {"base": "100 %/yr"}}
    desk = stage(kinds={"request": {"resolution": 0.5, "returns_after": "2 d"}}, customers=plan)
    desk.contact(10.0, chance=0.9, customer=0)
    who = desk.company.customers.everybody[0]
    who.threshold, who.due = 20.0 / 8766.0, None
    desk.company.base.segments.kinds[0].ending.begin(who, False)
    run = desk.run()
    assert rows(run, "subscriptions")[0]["left"] == pytest.approx(20.0)
    assert len(rows(run, "contacts")) == 1
    ticket = rows(run, "tickets")[0]
    assert (ticket["outcome"], ticket["contacts"]) == ("unresolved", 1.0)


def test_what_is_open_at_the_horizon_is_written_as_open(stage: Any, rows: Any) -> None:
    """One call in hand, one waiting, one need between two contacts: three open tickets, two open contacts."""
    desk = stage(
        clock={"horizon": "12 h"}, kinds={"request": {}, "later": {"resolution": 0.5, "returns_after": "1 wk"}}
    )
    desk.contact(9.0, "later", chance=0.9)
    desk.contact(10.0, work=10.0)
    desk.contact(10.5)
    run = desk.run()
    assert [row["outcome"] for row in rows(run, "tickets")] == ["open"] * 3
    done, in_hand, waiting = rows(run, "contacts")
    assert (done["outcome"], done["resolved"]) == ("served", 0.0)
    assert (in_hand["outcome"], in_hand["started"], in_hand["server"]) == ("open", 10.0, 0.0)
    assert waiting["outcome"] == "open"
    unknown = ("started", "ended", "handled", "resolved", "experience", "server")
    assert all(math.isnan(waiting[name]) for name in unknown)
    assert math.isnan(in_hand["ended"])


def test_a_desk_without_people_answers_nobody(stage: Any, rows: Any) -> None:
    """Headcount 0: callers give up, letters stay."""
    desk = stage(teams={"agents": {"headcount": 0}}, kinds={"request": {}, "letter": DEFERRED})
    desk.contact(10.0, patience=0.1)
    desk.contact(10.0, "letter")
    run = desk.run()
    assert [row["outcome"] for row in rows(run, "contacts")] == ["abandoned", "open"]


def test_urgent_needs_go_first_where_the_team_says_so(stage: Any, rows: Any) -> None:
    """Under the rule 'priority' the complaint overtakes the request that came before it."""
    team = {"agents": {"headcount": 1, "discipline": {"rule": "priority"}}}
    desk = stage(teams=team, kinds={"request": {}, "complaint": {"priority": 1}})
    desk.contact(10.0)
    desk.contact(10.1)
    desk.contact(10.2, "complaint")
    _, request, complaint = rows(desk.run(), "contacts")
    assert (complaint["started"], request["started"]) == (10.5, 11.0)


def test_outside_contacts_come_at_their_rate_and_every_one_is_accounted_for(scenario: Any, rows: Any) -> None:
    """60 contacts a day for 20 weeks: within 4 standard errors; each ends or is open."""
    from sim.model.company import simulate

    hotline = {"request": {"arrivals": {"rate": "60 /d"}, "handle_time": "5 min"}}
    run = simulate(scenario(clock={"horizon": "20 wk", "hours": "always"}, kinds=hotline), 0, 5)
    expected = 60 * 140
    assert abs(len(run.tables["tickets"]) - expected) < 4 * math.sqrt(expected)
    assert len(run.tables["tickets"]) == len(run.tables["contacts"]) == run.counts["contacts"]

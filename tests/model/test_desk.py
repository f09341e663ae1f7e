"""The desk by hand: lines, redial, wrap-up, tiers, overflow, appointments, chats, skills, promises, overtime."""

from __future__ import annotations

import math
import warnings
from typing import Any

import pytest
from small import ONE, PHONE, desk_of

from sim.engine.streams import keyed_uniform


def test_wrap_up_keeps_the_agent_and_not_the_customer(stage: Any, rows: Any) -> None:
    """Half an hour of talk and ten minutes after it: the next is answered at 10:40, the first was over at 10:30."""
    desk = stage(**desk_of({"request": {}}, {"wrap_up": "10 min"}))
    desk.contact(10.0)
    desk.contact(10.25)
    first, second = rows(desk.run(), "contacts")
    assert (first["ended"], second["started"]) == (10.5, pytest.approx(10 + 40 / 60))
    assert first["handled"] == pytest.approx(40 / 60)


def test_who_finds_all_lines_taken_is_turned_away(stage: Any, rows: Any) -> None:
    """Two lines: one talks, one waits, the third is blocked; when the first hangs up there is room again."""
    desk = stage(**desk_of({"request": {}}, {"lines": 2}))
    for time in (10.0, 10.1, 10.2, 10.55):
        desk.contact(time)
    outcomes = [row["outcome"] for row in rows(desk.run(), "contacts")]
    assert outcomes == ["served", "served", "blocked", "served"]


def test_a_caller_who_gave_up_tries_again_as_patient_as_before(stage: Any, rows: Any) -> None:
    """Six minutes of patience, twenty minutes until the next try: the second finds the agent free."""
    desk = stage(**desk_of({"request": {}}, {"redial": {"share": 1, "after": "20 min"}}))
    desk.contact(10.0)
    desk.contact(10.25, patience=0.1)
    _, tried, again = rows(desk.run(), "contacts")
    assert (tried["outcome"], tried["ended"], tried["cause"]) == ("abandoned", pytest.approx(10.35), "need")
    assert (again["outcome"], again["cause"], again["attempt"]) == ("served", "redial", 2)
    assert again["arrived"] == pytest.approx(10.35 + 1 / 3)
    assert [row["outcome"] for row in rows(desk.run_, "tickets")] == ["resolved", "resolved"]


def test_what_the_front_line_cannot_resolve_goes_to_the_next_tier(stage: Any, rows: Any) -> None:
    """Handled by an agent until 10:30, put through for lack of knowledge, resolved by the expert an hour later."""
    tier = {"team": "experts", "reasons": {"knowledge": 1}, "handle_time": "1 h"}
    kinds = {"request": {"resolution": 0.5, "escalation": [tier]}}
    desk = stage(**desk_of(kinds, teams=ONE | {"experts": {"headcount": 1}}))
    desk.contact(10.0, chance=0.7)
    first, second = rows(desk.run(), "contacts")
    assert (first["outcome"], first["resolved"], first["reason"], first["tier"]) == ("served", 0, "knowledge", 0)
    assert (second["cause"], second["tier"], second["team"], second["by"]) == ("escalation", 1, "experts", "experts")
    assert (second["arrived"], second["ended"], second["resolved"]) == (10.5, 11.5, 1)
    assert rows(desk.run_, "tickets")[0]["closed"] == 11.5


def test_a_call_can_go_on_as_a_letter(stage: Any, rows: Any) -> None:
    """Put through at 16:45 by mail: the expert begins at once, rests over night and ends on Tuesday at 09:45."""
    tier = {"team": "experts", "reasons": {"rights": 1}, "handle_time": "1 h", "channel": "email"}
    kinds = {"request": {"resolution": 0, "returns": 0, "escalation": [tier]}}
    desk = stage(**desk_of(kinds, teams=ONE | {"experts": {"headcount": 1}}))
    desk.contact(16.25)
    second = rows(desk.run(), "contacts")[1]
    assert (second["channel"], second["started"], second["ended"]) == ("email", 16.75, 33.75)
    assert second["due"] == pytest.approx(16.75 + 16 + 4)


def test_after_a_wait_another_team_helps(stage: Any, rows: Any) -> None:
    """The agent is busy until 10:30; after five minutes the others are asked, and take it at once."""
    kinds = {"request": {"overflow": {"after": "5 min", "to": "others"}}, "other": {"team": "others"}}
    desk = stage(**desk_of(kinds, teams=ONE | {"others": {"headcount": 1}}))
    desk.contact(10.0)
    desk.contact(10.1)
    second = rows(desk.run(), "contacts")[1]
    assert (second["team"], second["by"], second["started"]) == ("agents", "others", pytest.approx(10.1 + 5 / 60))


VISIT = {
    "mode": "appointment",
    "slot": "2 h",
    "notice": "1 h",
    "travel": "30 min",
    "target": {"within": "8 h", "share": 0.9},
    "tolerance": "8 h",
}


def test_a_visit_waits_for_its_slot_and_takes_the_journey(stage: Any, rows: Any) -> None:
    """Asked for at 10:00 and 10:10 with an hour's notice: one slot at eleven, one at one; half an hour on the road."""
    desk = stage(**desk_of({"request": {"channels": {"visit": 1}}}, channels={"visit": VISIT}))
    desk.contact(10.0)
    desk.contact(10 + 1 / 6)
    first, second = rows(desk.run(), "contacts")
    assert (first["arrived"], first["started"], first["ended"]) == (10.0, 11.0, 12.0)
    assert second["started"] == 13.0
    assert first["handled"] == 1.0
    assert first["due"] == pytest.approx(34.0)


def test_nobody_at_home_costs_the_journey_and_a_new_slot(stage: Any, rows: Any) -> None:
    """Whoever is never at home is visited again and again; each visit costs the journey alone."""
    visit = VISIT | {"no_show": 1.0}
    desk = stage(**desk_of({"request": {"channels": {"visit": 1}}}, channels={"visit": visit}))
    desk.contact(10.0)
    first, second = rows(desk.run(), "contacts")[:2]
    assert (first["outcome"], first["handled"], second["cause"]) == ("no_show", 0.5, "rebooking")
    assert math.isnan(first["resolved"])
    assert math.isnan(first["experience"])
    assert (second["arrived"], second["started"]) == (11.5, 13.0)
    assert rows(desk.run_, "tickets")[0]["outcome"] == "open"


def test_a_visit_that_is_booked_and_not_yet_made_is_open(stage: Any, rows: Any) -> None:
    """Asked for an hour before the end: in the books, accounted for, not begun."""
    parts = desk_of({"request": {"channels": {"visit": 1}}}, channels={"visit": VISIT}, clock={"horizon": "11 h"})
    desk = stage(**parts)
    desk.contact(10.5)
    contact = rows(desk.run(), "contacts")[0]
    assert (contact["outcome"], contact["arrived"]) == ("open", 10.5)
    assert math.isnan(contact["started"])


def test_a_survey_asks_when_the_ticket_is_over(stage: Any, rows: Any) -> None:
    """Everybody answers, without noise: .95 of experience is a 5 on a scale to 5; what comes back is asked once."""
    survey = {"response": 1, "noise": 0}
    kinds = {"request": {"resolution": 0.5, "returns": 1}}
    desk = stage(**desk_of(kinds, desk={"survey": survey}))
    desk.contact(10.0, chance=0.9, key=1)
    first, *later = rows(desk.run(), "contacts")
    assert math.isnan(first["answer"])
    assert later[-1]["answer"] == 5


def test_skill_acts_on_time_and_on_resolution(stage: Any, rows: Any) -> None:
    """At 4/3 of the standard half an hour takes 22.5 minutes, and an even chance becomes 1 / (1 + e^-1)."""
    teams = {"agents": {"headcount": 1, "skills": {"tact": 4 / 3}}}
    desk = {"skills": {"tact": {"handle_time": 1, "resolution": 3}}}
    kinds = {"request": {"skill": "tact", "resolution": 0.5, "returns": 0}}
    likely = 1 / (1 + math.exp(-1))
    company = stage(**desk_of(kinds, desk=desk, teams=teams))
    company.contact(10.0, chance=likely - 0.001)
    company.contact(12.0, chance=likely + 0.001)
    first, second = rows(company.run(), "contacts")
    assert first["ended"] == pytest.approx(10.375)
    assert (first["resolved"], second["resolved"]) == (1, 0)


def test_a_promise_to_resolve_is_kept_in_opening_hours(stage: Any, rows: Any) -> None:
    """Four hours from 15:00 are over on Tuesday at eleven."""
    desk = stage(**desk_of({"request": {"resolve_within": "4 h"}}))
    desk.contact(15.0)
    assert rows(desk.run(), "tickets")[0]["due"] == pytest.approx(35.0)


def test_promises_of_a_desk_that_never_closes_are_plain_time(stage: Any, rows: Any) -> None:
    """A letter of 15:00 is to be answered and resolved within four hours: by 19:00, without a word of complaint."""
    clock = {"hours": "always"}
    desk = stage(**desk_of({"request": {"channels": {"email": 1}, "resolve_within": "4 h"}}, clock=clock))
    desk.contact(15.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = desk.run()
    assert (rows(run, "contacts")[0]["due"], rows(run, "tickets")[0]["due"]) == (19.0, 19.0)


def test_people_stay_for_those_on_the_line_as_long_as_they_may(stage: Any, rows: Any) -> None:
    """At 17:00 one talks and two wait; with twenty minutes of overtime one more is answered, the last is cut off."""
    teams = {"agents": {"headcount": 1, "overtime": "20 min"}}
    desk = stage(**desk_of({"request": {}}, teams=teams))
    for time in (16.75, 16.8, 16.9):
        desk.contact(time)
    first, second, third = rows(desk.run(), "contacts")
    assert (first["ended"], second["started"], second["ended"]) == (17.25, 17.25, 17.75)
    assert (third["outcome"], third["ended"]) == ("disconnected", pytest.approx(17 + 1 / 3))
    assert rows(desk.run_, "tickets")[2]["outcome"] == "disconnected"


def test_chats_share_an_agent_and_slow_each_other_down(stage: Any, rows: Any) -> None:
    """Two half hours at once with a stretch of .5 each take 1.5 times as long while both are there."""
    chat = {"mode": "live", "concurrency": 2, "stretch": 0.5, "target": PHONE["target"], "tolerance": "3 min"}
    desk = stage(**desk_of({"request": {"channels": {"chat": 1}}}, channels={"chat": chat}))
    desk.contact(10.0)
    desk.contact(10.0)
    first, second = rows(desk.run(), "contacts")
    assert (first["started"], second["started"]) == (10.0, 10.0)
    assert first["ended"] == pytest.approx(10.75)
    assert second["ended"] == pytest.approx(10.75)


def test_a_hard_ticket_stays_hard(stage: Any, rows: Any) -> None:
    """Difficulty belongs to the ticket: at an even chance, resolution follows the ticket's own number."""
    kinds = {"request": {"resolution": 0.5, "difficulty": 5, "returns": 0}}
    desk = stage(**desk_of(kinds, clock={"horizon": "20 wk"}))
    keys = range(1, 200)
    for number, key in enumerate(keys):
        desk.contact(9.0 + 24 * (number // 12) + (number // 60) * 48 + 0.6 * (number % 12), chance=0.5, key=key)
    resolved = {row["ticket"]: row["resolved"] for row in rows(desk.run(), "contacts")}
    for number, key in enumerate(keys, start=1):
        hard = keyed_uniform(key, 3) > 0.5
        assert resolved[number] == (not hard)


def test_one_team_sells_and_serves_and_keeps_somebody_free(stage: Any, rows: Any) -> None:
    """Two people, leads reserved to two free: with one on the phone the lead waits, and the next caller does not."""
    sales = {"stages": {"first": {"team": "agents", "work": "1 h", "pass_rate": 1, "reserve": 1}}, "deal": "100 EUR/mo"}
    desk = stage(**desk_of({"request": {}}, teams={"agents": {"headcount": 2}}, sales=sales, marketing={}))
    desk.contact(10.0)
    desk.lead(10.1, (0.0, 1.0, 0.0))
    desk.contact(10.2)
    run = desk.run()
    assert [row["started"] for row in rows(run, "contacts")] == [10.0, 10.2]
    visit = rows(run, "visits")[0]
    assert visit["started"] == pytest.approx(10.7)


def test_a_caller_goes_before_a_lead_of_the_same_priority(stage: Any, rows: Any) -> None:
    """One person, busy until 10:30: the caller who came after the lead is answered first."""
    sales = {"stages": {"first": {"team": "agents", "work": "1 h", "pass_rate": 1}}, "deal": "100 EUR/mo"}
    desk = stage(**desk_of({"request": {}}, teams=ONE, sales=sales, marketing={}))
    desk.contact(10.0)
    desk.lead(10.1, (0.0, 1.0, 0.0))
    desk.contact(10.2)
    run = desk.run()
    assert [row["started"] for row in rows(run, "contacts")] == [10.0, 10.5]
    assert rows(run, "visits")[0]["started"] == 11.0

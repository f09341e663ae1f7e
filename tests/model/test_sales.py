"""The pipeline by hand: leads with known decisions, work and thinking times, every instant worked out on paper."""

from __future__ import annotations

import math
from typing import Any

import pytest

ONE = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0.5}}, "deal": "100 EUR/mo"}
TWO = {
    "stages": {
        "first": {"team": "reps", "work": "1 h", "thinking": "2 h", "pass_rate": 0.5},
        "second": {"team": "reps", "work": "1 h", "pass_rate": 0.5},
    },
    "deal": "100 EUR/mo",
}
ASKING = {**ONE, "questions": {"stage": "closing", "share": 1, "ticket": "request", "answered": 3, "unanswered": -3}}
LEADS = {"sources": {}}
PASS, FAIL = 0.4, 0.6


def test_a_lead_walks_through_its_stages(stage: Any, rows: Any) -> None:
    """One hour of work from 10:00, two of thinking, one more of work: won at 14:00."""
    desk = stage(sales=TWO, marketing=LEADS)
    desk.lead(10.0, (PASS, 1.0, 2.0), (PASS, 1.0, 0.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["closed"], lead["first_touch"], lead["stage"]) == ("won", 14.0, 10.0, "second")
    first, second = rows(run, "visits")
    assert [first[n] for n in ("entered", "started", "ended", "decided", "outcome")] == [10, 10, 11, 13, "passed"]
    assert [second[n] for n in ("entered", "started", "ended", "decided", "outcome")] == [13, 13, 14, 14, "passed"]
    assert run.counts["visits"] == 2


def test_a_lead_that_does_not_pass_is_lost_where_it_stands(stage: Any, rows: Any) -> None:
    """A decision above the pass rate ends it in the first stage."""
    desk = stage(sales=TWO, marketing=LEADS)
    desk.lead(10.0, (FAIL, 1.0, 2.0), (PASS, 1.0, 0.0))
    lead = rows(desk.run(), "leads")[0]
    assert (lead["outcome"], lead["closed"], lead["stage"]) == ("lost", 13.0, "first")


def test_fit_moves_the_odds_of_every_stage(stage: Any, rows: Any) -> None:
    """A fit of ln 3 makes 75 % of 50 %."""
    desk = stage(sales=TWO, marketing=LEADS)
    desk.lead(9.0, (0.74, 1.0, 0.0), (0.76, 1.0, 0.0), fit=math.log(3))
    first, second = rows(desk.run(), "visits")
    assert (first["outcome"], second["outcome"]) == ("passed", "failed")


def test_waiting_for_the_first_answer_cools_the_first_stage_alone(stage: Any, rows: Any) -> None:
    """Half the chances after one hour's wait: 25 % in the first stage, still 50 % in the second."""
    response = {"decay": "steps", "after": ["1 h"], "factors": [0.5]}
    desk = stage(sales={**TWO, "response": response}, marketing=LEADS)
    desk.lead(9.0, (0.99, 1.0, 0.0), (PASS, 1.0, 0.0))
    desk.lead(9.0, (0.24, 1.0, 0.0), (0.49, 1.0, 0.0))
    desk.lead(9.0, (0.26, 1.0, 0.0), (PASS, 1.0, 0.0))
    assert [row["outcome"] for row in rows(desk.run(), "leads")] == ["lost", "won", "lost"]


def test_a_lead_nobody_answers_expires_and_one_in_hand_does_not(stage: Any, rows: Any) -> None:
    """The only rep is busy until 14:00: who waits with one hour of expiry is gone at 11:00; who is worked is not."""
    desk = stage(sales={**ONE, "expiry": "1 h"}, marketing=LEADS)
    desk.lead(9.0, (PASS, 5.0, 0.0), expiry=1.0)
    desk.lead(10.0, (PASS, 1.0, 0.0), expiry=1.0)
    run = desk.run()
    first, second = rows(run, "leads")
    assert (first["outcome"], first["closed"]) == ("won", 14.0)
    assert (second["outcome"], second["closed"]) == ("expired", 11.0)
    assert math.isnan(second["first_touch"])
    assert rows(run, "visits")[1]["outcome"] == "expired"


def test_no_room_for_a_lead_means_it_is_lost(stage: Any, rows: Any) -> None:
    """A waiting room of 0 turns the second lead away at once."""
    teams = {"reps": {"headcount": 1, "waiting_room": 0}, "agents": {"headcount": 1}}
    desk = stage(sales=ONE, marketing=LEADS, teams=teams)
    desk.lead(9.0, (PASS, 5.0, 0.0))
    desk.lead(10.0, (PASS, 1.0, 0.0))
    run = desk.run()
    second = rows(run, "leads")[1]
    assert (second["outcome"], second["closed"]) == ("lost", 10.0)
    visit = rows(run, "visits")[1]
    assert visit["outcome"] == "failed"
    assert math.isnan(visit["ended"])


def test_work_is_put_down_at_night_and_resumed(stage: Any, rows: Any) -> None:
    """Two hours from 16:00: one on Monday, one on Tuesday; a decision at 10:00."""
    desk = stage(sales=ONE, marketing=LEADS)
    desk.lead(16.0, (PASS, 2.0, 0.0))
    run = desk.run()
    assert rows(run, "leads")[0]["closed"] == 34.0
    assert rows(run, "visits")[0]["handled"] == pytest.approx(2.0)


def two_reps(stage: Any, **sales: Any) -> Any:
    return stage(sales={**TWO, **sales}, marketing=LEADS, teams={"reps": {"headcount": 2}, "agents": {"headcount": 1}})


def test_the_owner_keeps_his_opportunity_though_others_are_free(stage: Any, rows: Any) -> None:
    """The rep who took it is busy when the second stage begins: it waits for him until 16:00."""
    desk = two_reps(stage)
    desk.lead(10.0, (PASS, 1.0, 2.0), (PASS, 1.0, 0.0))
    desk.lead(10.0, (FAIL, 1.5, 0.0), (PASS, 1.0, 0.0))
    desk.lead(11.0, (FAIL, 5.0, 0.0), (PASS, 1.0, 0.0))
    run = desk.run()
    visits = [row for row in rows(run, "visits") if row["lead"] == 0]
    assert visits[1]["entered"] == 13.0
    assert visits[1]["started"] == 16.0
    assert visits[0]["server"] == visits[1]["server"]


def test_without_ownership_whoever_is_free_goes_on(stage: Any, rows: Any) -> None:
    """The same day with owned: false: the second stage starts at once, with the other rep."""
    desk = two_reps(stage, owned=False)
    desk.lead(10.0, (PASS, 1.0, 2.0), (PASS, 1.0, 0.0))
    desk.lead(10.0, (FAIL, 1.5, 0.0), (PASS, 1.0, 0.0))
    desk.lead(11.0, (FAIL, 5.0, 0.0), (PASS, 1.0, 0.0))
    visits = [row for row in rows(desk.run(), "visits") if row["lead"] == 0]
    assert visits[1]["started"] == 13.0
    assert visits[0]["server"] != visits[1]["server"]


@pytest.mark.parametrize("quits_at", [12.0, 14.0])
def test_opportunities_of_a_rep_who_quits_are_open_to_all(stage: Any, rows: Any, quits_at: float) -> None:
    """He quits before the second stage begins, or while it waits for him: a colleague takes it at once."""
    desk = two_reps(stage)
    desk.lead(10.0, (PASS, 1.0, 2.0), (PASS, 1.0, 0.0))
    desk.lead(10.0, (FAIL, 1.5, 0.0), (PASS, 1.0, 0.0))
    desk.lead(11.0, (FAIL, 6.0, 0.0), (PASS, 1.0, 0.0))
    team = desk.company.teams["reps"]
    owner = team.servers[0]
    desk.at(quits_at, lambda: team.leave(owner))
    visits = [row for row in rows(desk.run(), "visits") if row["lead"] == 0]
    assert visits[0]["server"] == owner.index
    assert visits[1]["server"] != owner.index
    # When he quits at noon, what he had in hand goes to his colleague first and is done there before.
    assert visits[1]["started"] >= max(13.0, quits_at)
    assert visits[1]["outcome"] == "passed"


def test_an_answer_delays_the_decision_and_moves_the_odds(stage: Any, rows: Any) -> None:
    """Agent busy until 13:00: the answer comes at 13:30, the decision with it; 50 % and +3 make 95 %."""
    desk = stage(sales=ASKING, marketing=LEADS)
    desk.contact(10.0, work=3.0)
    desk.lead(10.0, (0.94, 1.0, 2.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    question = rows(run, "contacts")[1]
    assert (question["arrived"], question["started"], question["ended"]) == (11.0, 13.0, 13.5)
    assert (lead["outcome"], lead["closed"]) == ("won", 13.5)
    assert rows(run, "tickets")[1]["lead"] == 0


def test_thinking_goes_on_while_the_answer_is_on_its_way(stage: Any, rows: Any) -> None:
    """Answered at 11:30, thought over at 13:00: decided at 13:00."""
    desk = stage(sales=ASKING, marketing=LEADS)
    desk.lead(10.0, (0.94, 1.0, 2.0))
    assert rows(desk.run(), "leads")[0]["closed"] == 13.0


def test_a_question_that_is_not_answered_in_time_counts_as_unanswered(stage: Any, rows: Any) -> None:
    """A letter with 1 h of deadline waits for a call of 3 h: decided at 12:00 with the odds of no answer, once."""
    email = {"mode": "deferred", "deadline": "1 h", "target": {"within": "1 h", "share": 0.8}, "tolerance": "1 h"}
    phone = {"mode": "live", "target": {"within": "60 s", "share": 0.8}, "tolerance": "3 min"}
    kinds = {
        "call": {"team": "agents", "channels": {"phone": 1}, "handle_time": "3 h"},
        "request": {"team": "agents", "channels": {"email": 1}, "handle_time": "30 min"},
    }
    desk = stage(
        sales=ASKING, marketing=LEADS, service={"channels": {"phone": phone, "email": email}, "types": kinds}
    )
    desk.contact(10.0, "call", work=3.0)
    desk.lead(10.0, (0.3, 1.0, 0.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["closed"]) == ("lost", 12.0)
    assert rows(run, "tickets")[1]["outcome"] == "resolved"


def test_a_question_that_finds_no_line_is_unanswered_at_once(stage: Any, rows: Any) -> None:
    """Blocked: 50 % and -3 make 5 %, decided when the work is done."""
    teams = {"reps": {"headcount": 1}, "agents": {"headcount": 0, "waiting_room": 0}}
    desk = stage(sales=ASKING, marketing=LEADS, teams=teams)
    desk.lead(10.0, (0.04, 1.0, 0.0), key=3)
    desk.lead(12.0, (0.06, 1.0, 0.0), key=4)
    first, second = rows(desk.run(), "leads")
    assert (first["outcome"], first["closed"]) == ("won", 11.0)
    assert (second["outcome"], second["closed"]) == ("lost", 13.0)


def test_presale_off_questions_are_asked_and_change_nothing(stage: Any, rows: Any) -> None:
    """The desk has the work, the decision neither waits nor moves."""
    desk = stage(sales=ASKING, marketing=LEADS, loops={"presale": {"on": False}})
    desk.contact(10.0, work=3.0)
    desk.lead(10.0, (0.49, 1.0, 2.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["closed"]) == ("won", 13.0)
    assert len(rows(run, "contacts")) == 2


def test_without_stages_every_lead_is_won_at_once(stage: Any, rows: Any) -> None:
    """Customers sign up by themselves: no visit, no stage."""
    desk = stage(sales={"deal": "100 EUR/mo"}, marketing=LEADS)
    desk.lead(10.0)
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["closed"], lead["first_touch"]) == ("won", 10.0, 10.0)
    assert math.isnan(lead["stage"])
    assert not len(run.tables["visits"])


def test_open_leads_are_written_as_open(stage: Any, rows: Any) -> None:
    """At noon: one in hand, one thought about, one waiting."""
    desk = stage(sales=TWO, marketing=LEADS, clock={"horizon": "12 h"})
    desk.lead(9.0, (PASS, 1.0, 9.0), (PASS, 1.0, 0.0))
    desk.lead(9.5, (PASS, 5.0, 9.0), (PASS, 1.0, 0.0))
    desk.lead(9.6, (PASS, 5.0, 9.0), (PASS, 1.0, 0.0))
    run = desk.run()
    assert [row["outcome"] for row in rows(run, "leads")] == ["open"] * 3
    thinking, in_hand, waiting = rows(run, "visits")
    assert (thinking["ended"], thinking["handled"]) == (10.0, 1.0)
    assert math.isnan(thinking["decided"])
    assert in_hand["started"] == 10.0
    assert math.isnan(in_hand["ended"])
    assert math.isnan(in_hand["handled"])
    assert math.isnan(waiting["started"])

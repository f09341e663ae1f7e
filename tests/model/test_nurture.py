"""Leads that come back: who does, when, where they come in again, with what chances, and how often."""

from __future__ import annotations

import math
from typing import Any

import pytest
from small import ALWAYS, FAIL, PASS, pipeline, selling

BACK = {"lost": 1, "after": "5 d"}
ASKING = {"stage": "first", "share": 1, "ticket": "request", "answered": -5, "unanswered": -5}
MANY = {"reps": {"headcount": 100}, "agents": {"headcount": 1}}


def test_who_said_no_comes_back_after_a_while_as_often_as_he_may(stage: Any, rows: Any) -> None:
    """Lost at ten on Monday, back on Saturday at ten and again ten days later; then for good, as one lead."""
    desk = stage(**selling({"pass_rate": 0}, nurture=BACK | {"times": 2}), clock={"horizon": "3 wk"})
    desk.lead(9.0, (0.5, 1.0, 0.0))
    run = desk.run()
    visits = [[row[n] for n in ("round", "entered", "started", "outcome")] for row in rows(run, "visits")]
    monday = 7 * 24 + 9.0
    assert visits == [
        [0.0, 9.0, 9.0, "failed"],
        [1.0, 10.0 + 120.0, monday, "failed"],
        [2.0, monday + 1.0 + 120.0, 14 * 24 + 9.0, "failed"],
    ]
    lead = rows(run, "leads")[0]
    assert [lead[n] for n in ("outcome", "reason", "closed", "rounds")] == ["lost", "declined", 346.0, 2.0]
    assert [lead[n] for n in ("created", "first_touch")] == [9.0, 9.0]


def test_a_lead_in_nurture_is_open_and_asks_for_no_work(stage: Any, rows: Any) -> None:
    """At the end of the first week it has one row of work, decided."""
    desk = stage(**selling({"pass_rate": 0}, nurture=BACK), clock={"horizon": "3 d"})
    desk.lead(9.0, (0.5, 1.0, 0.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["rounds"], lead["stage"]) == ("open", 0.0, "first")
    assert [row["outcome"] for row in rows(run, "visits")] == ["failed"]


def test_he_comes_in_again_where_he_came_in(stage: Any, rows: Any) -> None:
    """Lost in the third stage, he goes through the second and third again: he had come into the second."""
    sources = {"web": {"rate": "0 /d", "enters": "second"}}
    sales = pipeline({}, {"pass_rate": 1}, {"pass_rate": 0}, nurture=BACK)
    desk = stage(sales=sales, marketing={"sources": sources})
    desk.lead(9.0, (0, 0, 0), (PASS, 1.0, 0.0), (PASS, 1.0, 0.0))
    stages = [(row["round"], row["stage"]) for row in rows(desk.run(), "visits")]
    assert stages == [(0.0, "second"), (0.0, "third"), (1.0, "second"), (1.0, "third")]


def test_each_round_has_chances_of_its_own_and_fits_better(stage: Any, rows: Any) -> None:
    """400 leads lost the first time: of those who come back a quarter passes, or with a fit of ln 3 one half."""
    for fit, share in ((0.0, 0.25), (math.log(3.0), 0.5)):
        nurture = BACK | {"fit": fit}
        desk = stage(**selling({"pass_rate": 0.25}, nurture=nurture), clock=ALWAYS, teams=MANY)
        for number in range(400):
            desk.lead(1.0, (0.9, 1.0, 0.0), key=31 * number)
        won = [lead["outcome"] for lead in rows(desk.run(), "leads")].count("won") / 400
        assert abs(won - share) < 4 * math.sqrt(share * (1 - share) / 400)


@pytest.mark.parametrize(("lost", "expired"), [(0.3, 0.0), (0.0, 0.3)])
def test_only_a_share_of_the_lost_and_of_the_expired_come_back(
    stage: Any, rows: Any, lost: float, expired: float
) -> None:
    """200 who say no and 200 whom nobody answers: three in ten of the one kind, nobody of the other."""
    nurture = {"lost": lost, "expired": expired, "after": "1 d"}
    team = {"reps": {"headcount": 1}, "agents": {"headcount": 1}}
    desk = stage(**selling(nurture=nurture, expiry="1 h"), clock=ALWAYS, teams=team)
    for number in range(200):
        desk.lead(1.0, (FAIL, 0.0, 0.0), key=17 * number)
    desk.lead(10.0, (FAIL, 300.0, 0.0), key=1)
    for number in range(200):
        desk.lead(11.0, (FAIL, 0.0, 0.0), key=17 * number, expiry=1.0)
    leads = rows(desk.run(), "leads")
    for part, share in ((leads[:200], lost), (leads[201:], expired)):
        count = sum(lead["rounds"] > 0 or lead["outcome"] == "open" for lead in part)
        assert abs(count - 200 * share) <= 4 * math.sqrt(200 * share * (1 - share))


def test_who_comes_back_is_answered_anew(stage: Any, rows: Any) -> None:
    """An hour's wait costs all chances, the first time; back an hour after his loss he is answered at once, and won."""
    nothing = {"decay": "steps", "after": ["30 min"], "factors": [0]}
    desk = stage(**selling({"pass_rate": 1}, response=nothing, nurture={"lost": 1, "after": "1 h"}))
    desk.lead(9.0, (0.5, 1.0, 0.0), key=1)
    desk.lead(9.0, (0.5, 1.0, 0.0), key=2)
    second = rows(desk.run(), "leads")[1]
    assert [second[n] for n in ("outcome", "first_touch", "closed", "rounds")] == ["won", 10.0, 13.0, 1.0]


def test_the_expired_come_back_with_a_first_touch_that_is_theirs(stage: Any, rows: Any) -> None:
    """Never answered the first time, he is touched when he comes back; nobody had him before."""
    desk = stage(**selling({"pass_rate": 1}, expiry="1 h", nurture={"expired": 1, "after": "10 h"}), clock=ALWAYS)
    desk.lead(9.0, (0.5, 5.0, 0.0), key=1)
    desk.lead(9.0, (0.5, 1.0, 0.0), key=2, expiry=1.0)
    second = rows(desk.run(), "leads")[1]
    assert [second[n] for n in ("outcome", "first_touch", "closed", "rounds")] == ["won", 20.0, 21.0, 1.0]


def test_a_question_is_asked_anew_in_each_round(stage: Any, rows: Any) -> None:
    """Answered both times, and decided with the answer both times: half an hour after the work."""
    nurture = {"lost": 1, "after": "1 h"}
    desk = stage(**selling(questions=ASKING, nurture=nurture), clock=ALWAYS)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    assert [ticket["lead"] for ticket in rows(run, "tickets")] == [0.0, 0.0]
    decided = [row["decided"] for row in rows(run, "visits")]
    assert decided == [pytest.approx(10.5), pytest.approx(13.0)]
    assert [row["round"] for row in rows(run, "visits")] == [0.0, 1.0]


def test_who_comes_back_negotiates_anew(stage: Any, rows: Any) -> None:
    """A loss before the price is on the table leaves no discount, though he had one in the round before."""
    discount = {"stage": "second", "usual": 0.2}
    stages = [{"pass_rate": 0.5}, {"pass_rate": 0}]
    desk = stage(**selling(*stages, discount=discount, nurture={"lost": 1, "after": "1 h"}), clock=ALWAYS, teams=MANY)
    for number in range(20):
        desk.lead(9.0, (PASS, 1.0, 0.0), (PASS, 1.0, 0.0), key=number)
    given = {(lead["stage"], lead["discount"]) for lead in rows(desk.run(), "leads")}
    assert given == {("first", 0.0), ("second", 0.2)}

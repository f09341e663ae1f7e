"""Work of the pipeline as it is done with buyers: meetings, dates, nobody there, the road, and who is sent away."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from small import ALWAYS, FAIL, LEADS, PASS, pipeline, selling

DAY = 24.0
LATER = ("entered", "started", "ended", "decided", "meeting", "outcome")


def shown(visits: list[dict[str, Any]], *names: str) -> list[list[Any]]:
    return [[visit[name] for name in names] for visit in visits]


def test_meetings_follow_each_other_with_time_between_them(stage: Any, rows: Any) -> None:
    """Three meetings of an hour, a day and an hour apart; the work of the later ones is drawn anew (here: 2 h)."""
    desk = stage(**selling({"meetings": 3, "between": "25 h", "work": "2 h"}))
    desk.lead(9.0, (PASS, 1.0, 5.0))
    run = desk.run()
    assert shown(rows(run, "visits"), *LATER) == [
        [9.0, 9.0, 10.0, 10.0, 1.0, "held"],
        [35.0, 35.0, 37.0, 37.0, 2.0, "held"],
        [62.0, 62.0, 64.0, 69.0, 3.0, "passed"],
    ]
    assert rows(run, "leads")[0]["closed"] == 69.0


def test_without_time_between_them_meetings_follow_at_once(stage: Any, rows: Any) -> None:
    """Two hours in a row, decided once."""
    desk = stage(**selling({"meetings": 2}))
    desk.lead(9.0, (FAIL, 1.0, 0.0))
    assert shown(rows(desk.run(), "visits"), *LATER) == [
        [9.0, 9.0, 10.0, 10.0, 1.0, "held"],
        [10.0, 10.0, 11.0, 11.0, 2.0, "failed"],
    ]


@pytest.mark.parametrize(
    ("asked", "due", "until"),
    [(16.0, 40.0, 40.0), (4 * DAY + 10, 7 * DAY + 9, 7 * DAY + 17), (18.0, 42.0 + 15.0, 42.0 + 23.0)],
)
def test_a_meeting_is_due_on_the_date_the_buyer_has_free(
    stage: Any, rows: Any, asked: float, due: float, until: float
) -> None:
    """A day's notice: the next day at this hour, or sometime in the next opening hours (Friday: Monday; at night: the
    day that follows)."""
    way = {"visit": {"notice": "1 d"}}
    desk = stage(**selling({"interaction": "visit"}, interactions=way))
    desk.lead(asked, (PASS, 1.0, 0.0))
    visit = rows(desk.run(), "visits")[0]
    assert due <= visit["entered"] == visit["started"] <= until
    assert (visit["entered"] == due) == (due == until)


def test_a_date_goes_before_what_has_none(stage: Any, rows: Any) -> None:
    """Two stages of one priority, the rep busy until 11: the lead who is due at 10:30 goes before the one of 9:30."""
    way = {"visit": {"notice": "90 min"}}
    sales = pipeline({}, {"interaction": "visit"}, interactions=way)
    sources = {"old": {"rate": "0 /d"}, "known": {"rate": "0 /d", "enters": "second"}}
    desk = stage(sales=sales, marketing={"sources": sources})
    desk.lead(9.0, (FAIL, 2.0, 0.0), (PASS, 1.0, 0.0))
    desk.lead(9.5, (FAIL, 1.0, 0.0), (PASS, 1.0, 0.0))
    desk.lead(9.0, (FAIL, 1.0, 0.0), (PASS, 1.0, 0.0), source=1)
    visits = rows(desk.run(), "visits")
    assert shown(visits, "lead", "stage", "entered", "started") == [
        [0.0, "first", 9.0, 9.0],
        [1.0, "first", 9.5, 12.0],
        [2.0, "second", 10.5, 11.0],
    ]


def test_at_a_meeting_that_nobody_comes_to_time_is_wasted_and_it_is_tried_again(stage: Any, rows: Any) -> None:
    """200 leads, half of the tries in vain: each costs a quarter of an hour, the next is due two hours later.

    Of so many tries (400 on average) the share in vain is half within 4 standard errors.
    """
    way = {"call": {"no_show": 0.5, "wasted": "15 min", "again": "2 h"}}
    parts = selling({"interaction": "call"}, interactions=way)
    desk = stage(**parts, clock=ALWAYS, teams={"reps": {"headcount": 200}, "agents": {"headcount": 1}})
    for number in range(200):
        desk.lead(1.0, (PASS, 1.0, 0.0), key=1000 + number)
    run = desk.run()
    visits = rows(run, "visits")
    for one in visits:
        length = 0.25 if one["outcome"] == "missed" else 1.0
        assert one["ended"] - one["started"] == pytest.approx(length)
        assert (one["decided"], one["meeting"]) == (one["ended"], 1.0)
    for one, other in pairwise(visits):
        if one["lead"] == other["lead"]:
            assert one["outcome"] == "missed"
            assert other["entered"] == pytest.approx(one["ended"] + 2.0)
        else:
            assert one["outcome"] == "passed"
    vain = sum(one["outcome"] == "missed" for one in visits)
    assert abs(vain / len(visits) - 0.5) < 4 * math.sqrt(0.25 / len(visits))
    assert {lead["outcome"] for lead in rows(run, "leads")} == {"won"}
    assert {lead["first_touch"] for lead in rows(run, "leads")} == {1.0}


def test_without_a_word_on_it_the_next_try_takes_as_long_as_the_notice(stage: Any, rows: Any) -> None:
    """A day's notice each time; nobody ever comes: after three tries the lead is given up as unreached."""
    way = {"visit": {"notice": "1 d", "no_show": 0.999999, "wasted": "1 h", "attempts": 3}}
    parts = selling({"interaction": "visit"}, interactions=way, nurture={"lost": 1, "after": "1 d"})
    desk = stage(**parts)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    assert shown(rows(run, "visits"), "entered", "ended", "outcome") == [
        [33.0, 34.0, "missed"],
        [58.0, 59.0, "missed"],
        [83.0, 84.0, "missed"],
    ]
    lead = rows(run, "leads")[0]
    assert [lead[n] for n in ("outcome", "reason", "closed", "rounds")] == ["lost", "unreached", 84.0, 0.0]


def test_tries_are_counted_in_a_row(stage: Any, rows: Any) -> None:
    """Three meetings, two tries each: given up is who missed one twice in a row, and nobody else.

    Each meeting comes about with 3/4: of 200 leads 42 % are met three times, within 4 standard errors.
    """
    way = {"call": {"no_show": 0.5, "attempts": 2}}
    parts = selling({"interaction": "call", "meetings": 3}, interactions=way)
    desk = stage(**parts, clock=ALWAYS, teams={"reps": {"headcount": 200}, "agents": {"headcount": 1}})
    for number in range(200):
        desk.lead(1.0, (PASS, 1.0, 0.0), key=5000 + number)
    run = desk.run()
    by_lead: dict[float, list[tuple[str, float]]] = {}
    for one in rows(run, "visits"):
        by_lead.setdefault(one["lead"], []).append((one["outcome"], one["meeting"]))
    for lead in rows(run, "leads"):
        tries = by_lead[lead["lead"]]
        twice = [a == b and a[0] == "missed" for a, b in pairwise(tries)]
        assert any(twice) == (lead["outcome"] == "lost")
        assert not any(twice[:-1])
    met = sum(lead["outcome"] == "won" for lead in rows(run, "leads")) / 200
    share = 0.75**3
    assert abs(met - share) < 4 * math.sqrt(share * (1 - share) / 200)


def test_preparation_and_travel_are_work_and_skill_shortens_no_road(stage: Any, rows: Any) -> None:
    """Half an hour of preparation, one of meeting, one on the road: 2.5 h; twice as quick at it: 1.75 h."""
    way = {"visit": {"preparation": "30 min", "travel": "1 h"}}
    parts = selling({"interaction": "visit"}, interactions=way, skills={"drive": {"activity": 1}})
    for skill, hours in ((1.0, 2.5), (2.0, 1.75)):
        teams = {"reps": {"headcount": 1, "skills": {"drive": skill}}, "agents": {"headcount": 1}}
        desk = stage(**parts, teams=teams)
        desk.lead(9.0, (PASS, 1.0, 0.0))
        visit = rows(desk.run(), "visits")[0]
        assert visit["handled"] == pytest.approx(hours)
        assert visit["ended"] == pytest.approx(9.0 + hours)


def test_the_road_is_driven_in_vain_too(stage: Any, rows: Any) -> None:
    """Nobody there: ten minutes of waiting, half an hour of preparation, an hour on the road."""
    way = {"visit": {"preparation": "30 min", "travel": "1 h", "no_show": 0.999999, "wasted": "10 min", "attempts": 1}}
    desk = stage(**selling({"interaction": "visit"}, interactions=way))
    desk.lead(9.0, (PASS, 1.0, 0.0))
    visit = rows(desk.run(), "visits")[0]
    assert (visit["outcome"], visit["handled"]) == ("missed", pytest.approx(100 / 60))


def test_a_journey_that_night_interrupts_is_resumed(stage: Any, rows: Any) -> None:
    """Two and a half hours from 16:00: one on Monday, the rest on Tuesday."""
    way = {"visit": {"preparation": "30 min", "travel": "1 h"}}
    desk = stage(**selling({"interaction": "visit"}, interactions=way))
    desk.lead(16.0, (PASS, 1.0, 0.0))
    visit = rows(desk.run(), "visits")[0]
    assert (visit["ended"], visit["handled"]) == (pytest.approx(34.5), pytest.approx(2.5))


def test_work_that_comes_to_a_team_is_told_with_the_road(stage: Any) -> None:
    """Whoever watches the load of a team hears of preparation, meeting and road."""
    way = {"visit": {"preparation": "30 min", "travel": "1 h"}}
    desk = stage(**selling({"interaction": "visit"}, interactions=way))
    heard: list[tuple[str, float]] = []
    desk.company.sales.on_work = lambda team, kind, work, road: heard.append((team, work + road))
    desk.lead(9.0, (PASS, 1.0, 0.0))
    desk.run()
    assert heard == [("reps", pytest.approx(2.5))]


def test_who_is_none_is_sent_away_before_he_thinks_about_it(stage: Any, rows: Any) -> None:
    """Closed when the work is done, without a reason of loss and without coming back."""
    parts = selling({"disqualified": 1, "thinking": "1 d"}, {}, nurture={"lost": 1, "expired": 1, "after": "1 d"})
    desk = stage(**parts)
    desk.lead(9.0, (PASS, 1.0, 24.0), (PASS, 1.0, 0.0))
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert [lead[n] for n in ("outcome", "closed", "stage", "rounds")] == ["disqualified", 10.0, "first", 0.0]
    assert math.isnan(lead["reason"])
    assert shown(rows(run, "visits"), "outcome", "decided") == [["disqualified", 10.0]]


def test_the_better_he_fits_the_rarer_a_lead_is_sent_away(stage: Any, rows: Any) -> None:
    """At 30 % and a fit of ln 3 one in eight is: 1,000 leads, within 4 standard errors; without a fit, three in ten."""
    for fit, share in ((math.log(3.0), 0.125), (0.0, 0.3)):
        desk = stage(
            **selling({"disqualified": 0.3, "pass_rate": 1, "work": "1 min"}),
            clock=ALWAYS,
            teams={"reps": {"headcount": 100}, "agents": {"headcount": 1}},
        )
        for number in range(1000):
            desk.lead(1.0, (PASS, 0.1, 0.0), key=77 * number, fit=fit)
        outcomes = [lead["outcome"] for lead in rows(desk.run(), "leads")]
        assert set(outcomes) == {"won", "disqualified"}
        gone = outcomes.count("disqualified") / 1000
        assert abs(gone - share) < 4 * math.sqrt(share * (1 - share) / 1000)


def test_leads_come_in_where_their_origin_enters(stage: Any, rows: Any) -> None:
    """Into the second stage: no visit of the first; those of another source begin with the first."""
    sources = {"web": {"rate": "0 /d"}, "partner": {"rate": "0 /d", "enters": "second"}}
    desk = stage(sales=pipeline({}, {}), marketing={"sources": sources})
    desk.lead(9.0, (PASS, 1.0, 0.0), (PASS, 1.0, 0.0))
    desk.lead(12.0, (FAIL, 1.0, 0.0), (PASS, 1.0, 0.0), source=1)
    run = desk.run()
    assert shown(rows(run, "visits"), "lead", "stage") == [[0.0, "first"], [0.0, "second"], [1.0, "second"]]
    assert [lead["outcome"] for lead in rows(run, "leads")] == ["won", "won"]


def test_a_team_without_people_keeps_everybody_waiting(stage: Any, rows: Any) -> None:
    """The meeting is due and nobody comes: open at the end."""
    way = {"visit": {"notice": "1 d"}}
    teams = {"reps": {"headcount": 0}, "agents": {"headcount": 1}}
    desk = stage(sales=pipeline({"interaction": "visit"}, interactions=way), marketing=LEADS, teams=teams)
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    assert rows(run, "leads")[0]["outcome"] == "open"
    assert shown(rows(run, "visits"), "outcome", "entered") == [["open", 33.0]]


@pytest.mark.parametrize(("closed", "due"), [(1, 57.0), (11, math.inf)])
def test_nobody_is_met_on_a_holiday(stage: Any, rows: Any, closed: int, due: float) -> None:
    """A day's notice on Monday: Wednesday if Tuesday is one, and not within the horizon if all that follow are."""
    way = {"visit": {"notice": "1 d"}}
    holidays = [f"2026-01-{6 + day:02}" for day in range(closed)]
    desk = stage(**selling({"interaction": "visit"}, interactions=way), clock={"holidays": holidays})
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    visits = rows(run, "visits")
    assert [due <= visit["entered"] < due + 8.0 for visit in visits] == ([True] if due < math.inf else [])
    assert rows(run, "leads")[0]["outcome"] == ("won" if due < math.inf else "open")


def test_a_date_beyond_the_horizon_leaves_an_open_lead_without_a_visit(stage: Any, rows: Any) -> None:
    """Nothing has been due: no row of work."""
    way = {"visit": {"notice": "1 mo"}}
    desk = stage(**selling({"interaction": "visit"}, interactions=way))
    desk.lead(9.0, (PASS, 1.0, 0.0))
    run = desk.run()
    assert rows(run, "leads")[0]["outcome"] == "open"
    assert not rows(run, "visits")

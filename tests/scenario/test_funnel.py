"""What one lead comes to on paper, by arithmetic that can be done by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from sim.scenario.funnel import Funnel, Passage, discount, interest, moved
from sim.scenario.passages import passages
from sim.scenario.scenario import Scenario

PIPELINE = """
name: pipeline
clock: {horizon: 1 yr, hours: {mon-fri: "09:00-17:00"}}
teams: {callers: {headcount: 2}, closers: {headcount: 3}}
marketing: {sources: {web: {rate: 1 /d}}}
sales:
  interactions: {meeting: {}}
  stages:
    first: {team: callers, work: 1 h, pass_rate: 50 %}
    last: {team: closers, work: 2 h, thinking: 10 d, pass_rate: 40 %}
  deal: 300 EUR/mo
"""

Make = Callable[..., Scenario]


def passage(scenario: Scenario, origin: str = "web") -> Passage:
    """What one lead of this origin comes to."""
    return passages(scenario)[origin]


def odds(chance: float, effect: float) -> float:
    """A chance moved by log-odds."""
    return 1 / (1 + (1 - chance) / chance * math.exp(-effect))


def test_stages_are_reached_by_those_who_passed_the_ones_before(make: Make) -> None:
    """Half pass the first stage, 40 % of these the second; work and time add up."""
    found = passage(make(PIPELINE))
    assert found.entries == found.tries == found.worked == {"first": 1.0, "last": 0.5}
    assert found.hours == {"first": 1.0, "last": 1.0}
    assert found.won == pytest.approx(0.2)
    assert found.since == {"first": 0.0, "last": 1.0}
    assert found.won_after == pytest.approx(243)
    assert found.lost_after == pytest.approx((0.5 * 1 + 0.3 * 243) / 0.8)


def test_fit_moves_the_odds_of_passing_and_of_being_let_go(make: Make) -> None:
    """A better fit passes more often and is disqualified more rarely; certainties stay certain."""
    scenario = make(PIPELINE, "marketing.sources.web.fit=1", "sales.stages.first.disqualified=20 %")
    found = passage(scenario)
    stays = 1 - odds(0.2, -1)
    assert found.worked["first"] == pytest.approx(stays)
    assert found.entries["last"] == pytest.approx(stays * odds(0.5, 1))
    assert moved(0.0, 3.0) == 0.0
    assert moved(1.0, -3.0) == 1.0
    assert 0 < moved(0.5, -1000) < moved(0.5, 1000) <= 1


def test_who_enters_later_skips_the_stages_before(make: Make) -> None:
    """Neither work nor loss in the first stage."""
    found = passage(make(PIPELINE, "marketing.sources.web.enters=last"))
    assert found.entries == {"last": 1.0}
    assert found.won == pytest.approx(0.4)


def test_meetings_and_tries_take_their_work_and_time(make: Make) -> None:
    """Three meetings; each is held with chance 1 - 0.5 ^ 2, at 1.5 tries; a vain try costs what is wasted, every try
    the road and the preparation."""
    way = "{no_show: 50 %, attempts: 2, wasted: 6 min, preparation: 12 min, travel: 30 min, notice: 2 d, again: 1 d}"
    scenario = make(
        PIPELINE,
        f"sales.interactions.meeting={way}",
        "sales.stages.last={interaction: meeting, meetings: 3, between: 5 d}",
        "marketing.sources.web.enters=last",
    )
    found = passage(scenario)
    begun = 1 + 0.75 + 0.75**2
    tries, held = 1.5 * begun, 0.75 * begun
    assert found.tries["last"] == pytest.approx(tries)
    assert found.worked["last"] == pytest.approx(0.75**3)
    assert found.won == pytest.approx(0.75**3 * 0.4)
    assert found.hours["last"] == pytest.approx(held * 2 + (tries - held) * 0.1 + tries * (0.2 + 0.5))
    days = 10 + (begun - 1) * 5 + begun * 2 + (tries - begun) * 1
    assert found.won_after == found.lost_after == pytest.approx(held * 2 + days * 24)


def test_the_declined_come_back_and_the_disqualified_do_not(make: Make) -> None:
    """Half of those who say no come back, once, with other odds; it takes a month."""
    nurture = "sales.nurture={lost: 50 %, after: 1 mo, fit: -1}"
    once = passage(make(PIPELINE, "sales.stages.first.disqualified=20 %"))
    found = passage(make(PIPELINE, "sales.stages.first.disqualified=20 %", nurture))
    declined = 0.8 * (1 - 0.5 * 0.4)
    stays = 1 - odds(0.2, 1)
    again = declined / 2
    assert found.entries["first"] == pytest.approx(1 + again)
    assert found.won == pytest.approx(once.won + again * stays * odds(0.5, -1) * odds(0.4, -1))
    assert found.since["first"] > again / (1 + again) * 730.5
    assert found.won_after > once.won_after
    assert found.lost_after > once.lost_after
    twice = passage(make(PIPELINE, nurture.replace("fit: -1", "times: 2")))
    assert twice.entries["first"] == pytest.approx(1 + 0.4 + 0.4**2)


def test_handing_over_between_teams_costs_work_and_odds(make: Make) -> None:
    """The second team takes the case over; who comes in there is handed over by nobody."""
    handover = "sales.handover={work: 30 min, between_teams: -0.5}"
    found = passage(make(PIPELINE, handover))
    assert found.hours["last"] == pytest.approx(0.5 * 2.5)
    assert found.won == pytest.approx(0.5 * odds(0.4, -0.5))
    assert passage(make(PIPELINE, handover, "sales.stages.last.team=callers")).won == pytest.approx(0.2)
    assert passage(make(PIPELINE, handover, "marketing.sources.web.enters=last")).won == pytest.approx(0.4)


def test_skills_move_pace_odds_thinking_and_discount(make: Make) -> None:
    """A mean over the people of the team; where a skill is tied to stages it tells in these alone."""
    groups = "groups: {a: {headcount: 2, skills: {tact: 1.5}}, b: {headcount: 1, skills: {other: 2}}}"
    tact = "sales.skills={tact: {activity: 1, odds: 0.6, cycle: 1, discount: 2, stages: [last]}}"
    cheap = "sales.discount={stage: last, usual: 9 %}"
    scenario = make(PIPELINE.replace("headcount: 3", groups), "marketing.sources.web.enters=last", tact, cheap)
    found = passage(scenario)
    assert found.hours["last"] == pytest.approx(2 / ((1.5 * 2 + 1) / 3))
    assert found.won == pytest.approx(odds(0.4, 0.6 * 0.5 * 2 / 3))
    assert found.won_after == pytest.approx(2 + 240 * (2 / 1.5 + 1) / 3)
    assert discount(scenario) == pytest.approx(0.09 * (2 / 1.5**2 + 1) / 3)
    assert discount(make(PIPELINE, cheap, "sales.discount.most=5 %")) == pytest.approx(0.05)
    elsewhere = make(PIPELINE, tact.replace("last", "first"), "marketing.sources.web.enters=last")
    assert passage(elsewhere).won == pytest.approx(0.4)


def test_only_those_who_ask_cool_off_while_they_wait(make: Make) -> None:
    """A lead that a call has found waits for no answer; a night costs the others half of their chances."""
    text = PIPELINE + "  response: {decay: steps, after: [1 s], factors: [50 %]}\n"
    called = "{team: callers, call: 6 min, reach: 10 %, interest: 20 %}"
    scenario = make(text.replace("sources:", f"prospecting: {{calls: {called}}}, sources:"))
    assert passage(scenario, "calls").won == pytest.approx(0.2)
    assert passage(scenario).won == pytest.approx(0.2 * (40 + 0.5 * 128) / 168)
    assert interest(scenario, "calls") == pytest.approx(0.2)
    dated = make(text, "sales.interactions.meeting.notice=1 d", "sales.stages.first.interaction=meeting")
    assert passage(dated).won == pytest.approx(0.2)  # whoever has a date does not wait


def test_a_pipeline_without_stages_wins_everybody(make: Make) -> None:
    """Customers who sign up by themselves."""
    scenario = make(PIPELINE, "sales.stages={first: null, last: null}")
    assert passage(scenario).won == 1.0
    assert Funnel(scenario).win_rate(-3.0) == 1.0

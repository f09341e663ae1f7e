"""What was signed, at what price, and what is still on the table."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

DAY = 24.0
MONTH = 730.5
STAGES = {
    "qualification": {"team": "reps", "work": "30 min", "pass_rate": "50 %", "disqualified": "20 %"},
    "demo": {"team": "reps", "work": "2 h", "pass_rate": "60 %"},
    "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
}
SALES = {
    "stages": STAGES,
    "deal": "300 EUR/mo",
    "fee": "500 EUR",
    "discount": {"stage": "closing", "usual": "10 %"},
    "nurture": {"lost": "50 %", "after": "1 mo"},
}


def _lead(number, value, created=0.0, outcome="open", closed=math.nan, **more):
    facts = {"lead": number, "source": "website", "value": value, "created": created, "outcome": outcome}
    return facts | {"closed": closed} | more


def _visit(lead, stage, entered, outcome="open", over=math.nan, **more):
    facts = {"lead": lead, "stage": stage, "team": "reps", "entered": entered, "outcome": outcome}
    return facts | {"decided": over} | more


LEADS = [
    _lead(0, 100, outcome="won", closed=30 * DAY, discount=0.2, fee=400),
    _lead(1, 300, outcome="won", closed=50 * DAY, discount=0.0, fee=600, source="fair"),
    _lead(2, 1000, created=10 * DAY),
    _lead(3, 2000, created=20 * DAY),
    _lead(4, 4000),
    _lead(5, 8000, created=35 * DAY),
    _lead(6, 500, outcome="lost", closed=45 * DAY),
]
VISITS = [
    _visit(0, "qualification", 0, "passed", 10 * DAY),
    _visit(0, "demo", 10 * DAY, "passed", 20 * DAY),
    _visit(0, "closing", 20 * DAY, "passed", 30 * DAY),
    _visit(1, "qualification", 0, "passed", 10 * DAY),
    _visit(1, "demo", 10 * DAY, "passed", 40 * DAY),
    _visit(1, "closing", 40 * DAY, "passed", 50 * DAY),
    _visit(2, "qualification", 10 * DAY, "passed", 20 * DAY),
    _visit(3, "qualification", 20 * DAY),
    _visit(4, "qualification", 0, "passed", 1 * DAY),
    _visit(4, "demo", 1 * DAY, "failed", 2 * DAY),
    _visit(6, "qualification", 0, "passed", 20 * DAY),
    _visit(6, "demo", 20 * DAY, "passed", 30 * DAY),
    _visit(6, "closing", 31 * DAY, "failed", 45 * DAY),
]


@pytest.fixture(scope="module")
def run(make_run, scenario):
    return make_run(scenario(sales=SALES), horizon=60 * DAY, leads=LEADS, visits=VISITS)


def test_bookings_are_net_and_fees_apart(run):
    """80 + 300 EUR/mo after a discount of 20 of 400; fees of 400 and 600 EUR."""
    told = evaluate(run)
    assert told["bookings"] == pytest.approx(380)
    assert (told["bookings_of.website"], told["bookings_of.fair"]) == (pytest.approx(80), pytest.approx(300))
    assert told["deal_size"] == pytest.approx(190)
    assert told["discount"] == pytest.approx(20 / 400)
    assert told["fees"] == pytest.approx(1000)


def test_what_is_not_given_is_not_told(make_run):
    """A company that grants no discount and charges no fee has neither figure."""
    told = evaluate(make_run(leads=LEADS, visits=[]))
    assert math.isnan(told["discount"])
    assert math.isnan(told["fees"])


def test_the_pipeline_holds_open_opportunities(run):
    """Lead 2 waits for its demo; 3 has not passed the first stage, 4 is being nurtured, 5 has not been worked."""
    told = evaluate(run)
    assert told["pipeline"] == 1
    assert told["pipeline_value"] == 1000
    assert told["pipeline_age"] == pytest.approx(50)
    early = evaluate(run.until(25 * DAY))
    assert early["pipeline"] == 4
    assert early["pipeline_value"] == 100 + 300 + 1000 + 500


def test_in_one_stage_every_open_lead_is_an_opportunity(make_run, scenario):
    """There is nothing to pass before."""
    sales = {"stages": {"only": {"team": "reps", "work": "1 h", "pass_rate": "50 %"}}, "deal": "300 EUR/mo"}
    told = evaluate(make_run(scenario(sales=sales), leads=[_lead(0, 100), _lead(1, 50, outcome="won", closed=9)]))
    assert (told["pipeline"], told["pipeline_value"], told["win_rate_opportunity"]) == (1, 100, 1)


def test_velocity_is_the_usual_formula(run):
    """One opportunity x 2 of 3 won x 190 EUR/mo, by a cycle of 40 days."""
    assert evaluate(run)["velocity"] == pytest.approx(1 * (2 / 3) * 190 / (40 * DAY / MONTH))


def test_the_forecast_is_of_half_time(run):
    """At day 30: leads 1 and 2 before or in their demo, 3 in qualification, 6 before closing; 4 is out, 5 not there."""
    told = evaluate(run)
    ahead = {"closing": 0.3, "demo": 0.6 * 0.3, "qualification": 0.5 * 0.8 * 0.6 * 0.3}
    expected = 300 * ahead["demo"] + 1000 * ahead["demo"] + 2000 * ahead["qualification"] + 500 * ahead["closing"]
    assert told["forecast"] == pytest.approx(0.9 * expected)
    assert told["forecast_ratio"] == pytest.approx(300 / (0.9 * expected))


def test_the_forecast_looks_at_the_stage_in_which_a_source_comes_in(make_run, scenario):
    """A lead not yet worked has before it the stages from where its source enters."""
    sources = {"website": {"rate": "1 /d"}, "fair": {"rate": "1 /d", "enters": "closing"}}
    plan = scenario(sales=SALES, marketing={"sources": sources})
    told = evaluate(make_run(plan, horizon=10.0, leads=[_lead(0, 1000, source="fair")]))
    assert told["forecast"] == pytest.approx(1000 * 0.9 * 0.3)
    assert told["forecast_ratio"] == 0.0


def test_a_lead_that_came_back_is_where_its_last_round_is(make_run, scenario):
    """It failed in closing, and is in qualification again."""
    visits = [
        _visit(0, "qualification", 0, "passed", 1),
        _visit(0, "demo", 1, "passed", 2),
        _visit(0, "closing", 2, "failed", 3),
        _visit(0, "qualification", 4, round=1),
    ]
    told = evaluate(make_run(scenario(sales=SALES), horizon=10.0, leads=[_lead(0, 1000)], visits=visits))
    assert told["forecast"] == pytest.approx(1000 * 0.9 * 0.5 * 0.8 * 0.6 * 0.3)
    nurtured = evaluate(make_run(scenario(sales=SALES), horizon=7.0, leads=[_lead(0, 1000)], visits=visits[:3]))
    assert (nurtured["forecast"], nurtured["pipeline"], nurtured["leads_open"]) == (0, 0, 1)

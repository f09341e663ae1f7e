"""Stays of leads in stages: where they die, how long it takes, whom nobody reached."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

DAY = 24.0
FIRST = {"team": "reps", "work": "30 min", "pass_rate": "50 %", "disqualified": "5 %", "interaction": "call"}
STAGES = {
    "qualification": FIRST,
    "demo": {"team": "reps", "work": "2 h", "pass_rate": "60 %", "interaction": "meeting", "meetings": 2},
    "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
}
INTERACTIONS = {"call": {"no_show": "50 %"}, "meeting": {"notice": "2 d"}, "lunch": {}}
NURTURE = {"lost": "50 %", "after": "1 mo"}
SALES = {"stages": STAGES, "interactions": INTERACTIONS, "nurture": NURTURE, "expiry": "9 d", "deal": "300 EUR/mo"}


def _lead(number, created, outcome="open", closed=math.nan, **more):
    return {"lead": number, "source": "website", "created": created, "outcome": outcome, "closed": closed} | more


def _work(lead, stage, entered, outcome="open", over=math.nan, done=None, **more):
    """A piece of work of one hour, done when it was asked for unless it says otherwise; decided at `over`."""
    facts = {"lead": lead, "stage": stage, "team": "reps", "entered": entered, "outcome": outcome, "decided": over}
    if done or (done is None and outcome not in ("open", "expired")):
        facts |= {"started": entered, "ended": entered + 1, "handled": 1, "server": 0}
    return facts | more


LEADS = [
    _lead(0, 0, "won", 20 * DAY, value=100),
    _lead(1, 0, "lost", 60, value=100, reason="unreached"),
    _lead(2, 0, "disqualified", 5, value=200),
    _lead(3, 0, "expired", 9 * DAY, value=100),
    _lead(4, 0, "lost", 50 * DAY, value=400, reason="declined", rounds=1),
    _lead(5, 0, value=100, rounds=0),
    _lead(6, 40 * DAY, value=700),
]
VISITS = [
    _work(0, "qualification", 2, "missed", 3),
    _work(0, "qualification", 5, "passed", 2 * DAY),
    _work(0, "demo", 4 * DAY, "held", 4 * DAY + 1),
    _work(0, "demo", 6 * DAY, "missed", 6 * DAY + 1, meeting=2),
    _work(0, "demo", 7 * DAY, "passed", 10 * DAY, meeting=2),
    _work(0, "closing", 10 * DAY, "passed", 20 * DAY),
    _work(1, "qualification", 10, "missed", 11),
    _work(1, "qualification", 59, "missed", 60),
    _work(2, "qualification", 4, "disqualified", 5),
    _work(3, "qualification", 0, "expired", 9 * DAY),
    _work(4, "qualification", 0, "failed", 5 * DAY),
    _work(4, "qualification", 35 * DAY, "passed", 36 * DAY, round=1),
    _work(4, "demo", 38 * DAY, "failed", 50 * DAY, round=1),
    _work(5, "qualification", 0, "failed", 10 * DAY),
    _work(6, "qualification", 41 * DAY, "missed", 41 * DAY + 1),
]


@pytest.fixture(scope="module")
def run(make_run, scenario):
    return make_run(scenario(sales=SALES), horizon=60 * DAY, leads=LEADS, visits=VISITS)


def test_where_leads_die(run):
    """Qualification is reached by seven leads, one of them twice; the one never reached is lost, without a row."""
    told = evaluate(run)
    names = ("reached", "stage_lost", "stage_disqualified", "stage_expired", "stage_open")
    assert [told[f"{name}.qualification"] for name in names] == [8, 3, 1, 1, 1]
    assert [told[f"{name}.demo"] for name in names] == [2, 1, 0, 0, 0]
    assert [told[f"{name}.closing"] for name in names] == [1, 0, 0, 0, 0]
    assert told["conversion.qualification"] == pytest.approx(2 / 7)
    assert told["conversion.demo"] == pytest.approx(1 / 2)


def test_time_in_a_stage_is_from_coming_to_it_to_the_decision(run):
    """Demo: from day 2, two days before the first of three meetings, to 10, and from day 36 to 50; nobody reached ends
    with the last try."""
    told = evaluate(run)
    assert told["stage_time.demo"] == pytest.approx((8 + 14) / 2)
    hours = 2 * DAY + 60 + 5 + 9 * DAY + 5 * DAY + DAY + 10 * DAY
    assert told["stage_time.qualification"] == pytest.approx(hours / 7 / DAY)


def test_tries_and_meetings(run):
    """Qualification: 4 of 9 calls reached nobody; of four dates for demos one was in vain; nobody has lunch."""
    told = evaluate(run)
    assert told["no_show_rate.qualification"] == pytest.approx(4 / 9)
    assert told["no_show_rate.demo"] == pytest.approx(1 / 4)
    assert "no_show_rate.closing" not in told
    assert [told[f"meetings.{name}"] for name in ("call", "meeting", "lunch")] == [5, 3, 0]


def test_contact_rate_is_of_leads_tried(run):
    """Leads 0, 2, 4 and 5 were reached, 1 and 6 tried in vain; 3 was never tried."""
    assert evaluate(run)["contact_rate"] == pytest.approx(4 / 6)


def test_who_comes_back_counts_once_more_in_stages_but_is_one_lead(run):
    """Lead 4 came back once; lead 5 is being nurtured and so is open, though in no stage."""
    told = evaluate(run)
    assert told["leads_recycled"] == 1
    assert told["leads_open"] == 2
    assert (told["leads_lost"], told["leads_disqualified"], told["leads_expired"]) == (2, 1, 1)


def test_losses_by_reason(run, make_run, scenario):
    """One said no, one was never reached; reasons that cannot occur in the scenario are not told."""
    told = evaluate(run)
    assert {name: told[name] for name in told if name.startswith("lost_because")} == {
        "lost_because.declined": 1,
        "lost_because.unreached": 1,
    }
    more = SALES | {"response": {"decay": "exponential", "mean": "5 d"}, "workload": {"best": 20, "loss": 1}}
    told = evaluate(make_run(scenario(sales=more | {"handover": {"owner_left": -1}}), leads=LEADS))
    reasons = [name.partition(".")[2] for name in told if name.startswith("lost_because")]
    assert reasons == ["declined", "too_late", "handover", "workload", "unreached"]


def test_win_rates_by_lead_opportunity_and_value(run):
    """Of 5 closed leads 2 had passed the first stage; one was won, of 100 of 900 EUR/mo."""
    told = evaluate(run)
    assert told["win_rate"] == pytest.approx(1 / 5)
    assert told["win_rate_opportunity"] == pytest.approx(1 / 2)
    assert told["win_rate_value"] == pytest.approx(100 / 900)
    assert (told["wins_of.website"], told["win_rate_of.website"]) == (1, pytest.approx(1 / 5))
    assert (told["wins_of.fair"], math.isnan(told["win_rate_of.fair"])) == (0, True)


def test_a_cut_puts_leads_back_into_their_stages(run):
    """Seen from day 8: lead 0 is in its demo, lead 3 has not expired, lead 4 has failed and is being nurtured."""
    told = evaluate(run.until(8 * DAY))
    names = ("reached", "stage_lost", "stage_disqualified", "stage_expired", "stage_open")
    assert [told[f"{name}.qualification"] for name in names] == [6, 2, 1, 0, 2]
    assert [told[f"{name}.demo"] for name in names] == [1, 0, 0, 0, 1]
    assert told["no_show_rate.demo"] == pytest.approx(1 / 3)
    assert told["leads_recycled"] == 0


def test_a_try_in_vain_does_not_end_a_stay(run):
    """Seen between the two calls in vain, lead 1 is open in qualification."""
    told = evaluate(run.until(30.0))
    assert told["stage_open.qualification"] == told["reached.qualification"] - 1 == 5
    assert told["stage_lost.qualification"] == 0


def test_a_pipeline_without_dealings_has_no_contact_rate(make_run):
    """Where nobody need be there, nobody is missed."""
    told = evaluate(make_run(leads=LEADS[:1], visits=[_work(0, "closing", 2, "passed", 3)]))
    assert math.isnan(told["contact_rate"])
    assert not any(name.startswith(("no_show_rate.", "meetings.", "stage_disq", "stage_exp")) for name in told)
    assert math.isnan(told["leads_recycled"])
    assert math.isnan(told["leads_disqualified"])

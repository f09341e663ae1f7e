"""Contacts of every fate, by channel and type; passing on, trying again; the company's own calls."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

TARGET = {"within": "60 s", "share": "80 %"}
PHONE = {"mode": "live", "target": TARGET, "tolerance": "3 min"}
EMAIL = {"mode": "deferred", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"}
VISIT = {"mode": "appointment", "target": {"within": "16 h", "share": "80 %"}, "tolerance": "8 h", "slot": "2 h"}
WORK = {"team": "agents", "handle_time": "25 min", "per_customer": "0.8 /mo"}
TIER = {"team": "reps", "reasons": {"too_hard": "40 %", "no_rights": "20 %"}, "handle_time": "30 min"}
TYPES = {
    "request": WORK | {"channels": {"phone": "40 %", "email": "60 %"}, "escalation": [TIER]},
    "upkeep": WORK | {"channels": {"visit": "100 %"}},
    "checkin": WORK | {"channels": {"phone": "100 %"}, "outbound": True},
}


@pytest.fixture(scope="module")
def plan(scenario):
    """A desk with three channels, a second tier, and calls of its own."""
    service = {"channels": {"phone": PHONE, "email": EMAIL, "visit": VISIT}, "types": TYPES, "survey": {"scale": 5}}
    return scenario(service=service)


def test_every_contact_has_one_fate(make_run, plan, call):
    """Cut off, nobody at home and dropped are fates of their own; all fates add up."""
    fates = ("served", "abandoned", "blocked", "disconnected", "no_show", "dropped", "open")
    contacts = [call(n, 1, 5, fate, ticket=n) for n, fate in enumerate(fates)]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert [figures[f"contacts_{fate}"] for fate in fates] == [1] * 7
    assert figures["contacts"] == figures["contacts.phone"] == figures["contacts_of.request"] == 7


def test_who_is_cut_off_was_not_served_in_time_and_has_no_wait(make_run, plan, call):
    """Cut off at closing or turned away when closed: in the denominators of abandonment and service level."""
    contacts = [call(1, 0, 5, "served"), call(2, 3, outcome="disconnected", ticket=1)]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["wait"] == 0.0
    assert figures["service_level"] == figures["service_level_of.request"] == 1 / 2
    assert figures["abandonment"] == 0.0
    both = evaluate(make_run(plan, contacts=[*contacts, call(3, 3, outcome="abandoned", ticket=2)]))
    assert both["abandonment"] == both["abandonment.phone"] == both["abandonment_of.request"] == pytest.approx(1 / 3)


def test_an_empty_house_is_no_wait_and_no_broken_promise(make_run, plan, mail):
    """The visit that found nobody counts in nothing but its rate; the next one counts."""
    visits = [
        mail(0, 30, "no_show", channel="visit", type="upkeep", started=30.0),
        mail(31, 2, "served", channel="visit", type="upkeep", attempt=2, cause="rebooking", resolved=1),
    ]
    figures = evaluate(make_run(plan, contacts=visits))
    assert figures["no_show_rate"] == 1 / 2
    assert figures["wait_of.upkeep"] == pytest.approx(120)
    assert figures["service_level.visit"] == 1.0
    assert figures["first_contact_resolution_of.upkeep"] == 1.0


def test_the_company_s_own_calls_wait_for_nobody(make_run, plan, call):
    """Outbound work counts in contacts and handle time alone."""
    contacts = [call(1, 0, 10, "served"), call(2, 50, 30, "served", ticket=1, type="checkin", experience=0.9)]
    contacts.append(call(3, 900, outcome="dropped", ticket=2, type="checkin", experience=math.nan))
    contacts.append(call(4, ticket=3, type="checkin"))
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["contacts"] == 4
    assert figures["handle_time"] == pytest.approx(20)
    assert figures["handle_time_of.checkin"] == pytest.approx(30)
    assert figures["wait"] == figures["abandonment"] == 0.0
    assert figures["service_level"] == figures["service_level_offered"] == 1.0
    assert figures["csat"] == 1 / 2
    for name in ("wait_of", "service_level_of", "abandonment_of", "first_contact_resolution_of"):
        assert f"{name}.checkin" not in figures


def test_types_without_a_line_have_no_abandonment(make_run, plan):
    """Nobody hangs up on a visit, so the figure is not there."""
    figures = evaluate(make_run(plan))
    assert "abandonment_of.request" in figures
    assert not {"abandonment_of.upkeep", "abandonment.email", "redial_rate.visit"} & set(figures)


def test_contacts_passed_on(make_run, plan, call):
    """Of four served one was taken up by another team, and two were passed on to the next tier, for two reasons."""
    contacts = [
        call(1, 0, 5, "served", by="agents"),
        call(2, 0, 5, "served", ticket=1, by="reps"),
        call(3, 0, 5, "served", ticket=2, by="agents", reason="too_hard"),
        call(4, 0, 5, "served", ticket=3, by="agents", reason="no_rights"),
    ]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["transfer_rate"] == 3 / 4
    assert figures["escalation_rate"] == 2 / 4
    assert figures["escalation_rate.too_hard"] == figures["escalation_rate.no_rights"] == 1 / 4


def test_redials_are_of_those_who_got_nothing(make_run, plan, call):
    """Three gave up or found no line, one of them tried again and gave up again."""
    contacts = [
        call(1, 1, outcome="abandoned"),
        call(2, 1, outcome="abandoned", attempt=2, cause="redial"),
        call(3, outcome="blocked", ticket=1),
        call(4, 0, 5, "served", ticket=2),
    ]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["redial_rate"] == figures["redial_rate.phone"] == pytest.approx(1 / 3)
    assert figures["blocked.phone"] == 1 / 4


def test_the_lenient_service_level_counts_those_who_gave_up_soon(make_run, calls):
    """Two answered and one given up in time, of six; the figure by the usual denominator is two of five."""
    figures = evaluate(make_run(contacts=calls))
    assert figures["service_level_lenient"] == pytest.approx(3 / 6)
    assert figures["speed_of_answer.phone"] == pytest.approx(3.5 / 3)
    assert figures["handle_time.phone"] == figures["handle_time_of.request"] == pytest.approx(20)


def test_figures_by_channel_and_type_add_up(random_run):
    """Counts of channels and of types are those of the desk."""
    run = random_run(4)
    figures = evaluate(run)
    assert sum(figures[f"contacts.{name}"] for name in run.words["channels"]) == figures["contacts"]
    assert figures["wait_of.request"] == pytest.approx(figures["wait"])
    assert figures["csat_of.request"] == pytest.approx(figures["csat"])


def test_the_survey_beside_the_truth(make_run, plan, scenario, call):
    """Two answers of three say 4 or 5; without a survey there is no figure."""
    answers = (5, 4, 2, math.nan)
    contacts = [call(n, 0, 5, "served", ticket=n, answer=answer) for n, answer in enumerate(answers)]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["csat_survey"] == figures["csat_survey_of.request"] == pytest.approx(2 / 3)
    assert figures["survey_answers"] == 3
    assert math.isnan(evaluate(make_run(contacts=contacts[3:]))["csat_survey"])

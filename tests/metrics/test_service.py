"""How help was given: waits, promises, contacts lost, needs resolved."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

MIN = 1 / 60


def _call(at, wait=None, handled=None, outcome="open", ticket=0, attempt=1, resolved=None, experience=None, **more):
    """One phone call that came at an hour; wait and handling in minutes; the promise is one minute."""
    facts = {"ticket": ticket, "attempt": attempt, "type": "request", "channel": "phone", "team": "agents"}
    facts |= {"arrived": at, "due": at + MIN, "outcome": outcome}
    if outcome == "served" or (outcome == "open" and wait is not None):
        facts["started"] = at + wait * MIN
    if outcome != "open":
        facts["ended"] = at + ((wait or 0) + (handled or 0)) * MIN
        facts |= {"resolved": resolved or 0.0, "experience": experience or 0.0}
    if outcome == "served":
        facts["handled"] = handled * MIN
    return facts | more


def _mail(at, wait=None, outcome="open", **more):
    """One mail; wait in hours; the promise is four hours."""
    facts = _call(at, None if wait is None else wait * 60, 30, outcome, **more)
    return facts | {"channel": "email", "due": at + 4}


CALLS = [
    _call(1, 0, 10, "served", ticket=0, resolved=1, experience=0.9),
    _call(2, 0.5, 20, "served", ticket=1, resolved=0, experience=0.4),
    _call(3, 3, 30, "served", ticket=2, resolved=1, experience=0.7),
    _call(4, 0.5, outcome="abandoned", ticket=3),
    _call(5, 2, outcome="abandoned", ticket=4),
    _call(6, outcome="blocked", ticket=5),
]


def test_contacts_by_fate(make_run):
    """Three served, two given up, one turned away, one still in hand."""
    figures = evaluate(make_run(contacts=[*CALLS, _call(7, 0.2, ticket=6)]))
    assert figures["contacts"] == 7
    names = ("contacts_served", "contacts_abandoned", "contacts_blocked", "contacts_open")
    assert [figures[name] for name in names] == [3, 2, 1, 1]
    assert (figures["contacts.phone"], figures["contacts.email"]) == (7, 0)


def test_waits_of_all_served_and_abandoned(make_run):
    """Waits 0, 0.5 and 3 min of served, 0.5 and 2 of abandoned; the blocked call did not wait."""
    figures = evaluate(make_run(contacts=CALLS))
    assert figures["wait"] == pytest.approx(6 / 5)
    assert figures["wait.phone"] == pytest.approx(6 / 5)
    assert math.isnan(figures["wait.email"])
    assert figures["wait_served"] == pytest.approx(3.5 / 3)
    assert figures["wait_abandoned"] == pytest.approx(2.5 / 2)
    assert figures["wait_p50"] == pytest.approx(0.5)
    assert figures["wait_p90"] == pytest.approx(2 + 0.6 * 1)
    assert figures["delayed"] == pytest.approx(4 / 5)


def test_a_contact_in_hand_has_waited_and_one_in_the_queue_not_yet(make_run):
    """A call being served at the end counts with its wait; one still waiting counts nowhere but in the backlog."""
    figures = evaluate(make_run(contacts=[_call(1, 2), _call(2)], tickets=[{"ticket": 0, "opened": 1}]))
    assert figures["wait"] == pytest.approx(2)
    assert figures["contacts_open"] == 2
    assert figures["backlog"] == 1


def test_service_level_of_calls_by_each_denominator(make_run):
    """Two calls in time; of 3 answered; of these, one given up late and one blocked; of all six."""
    figures = evaluate(make_run(contacts=CALLS))
    assert figures["service_level"] == pytest.approx(2 / 5)
    assert figures["service_level.phone"] == pytest.approx(2 / 5)
    assert figures["service_level_served"] == pytest.approx(2 / 3)
    assert figures["service_level_offered"] == pytest.approx(2 / 6)


def test_a_promise_kept_to_the_instant_is_kept(make_run):
    """An answer at the promised instant is in time; giving up at that instant is not after it."""
    in_time = _call(1, 1, 5, "served")
    in_time["started"] = in_time["due"]
    gone = _call(2, 1, outcome="abandoned")
    gone["ended"] = gone["due"]
    figures = evaluate(make_run(contacts=[in_time, gone]))
    assert figures["service_level"] == 1.0
    assert figures["service_level_offered"] == pytest.approx(1 / 2)


def test_unanswered_mail_breaks_the_promise_once_it_is_due(make_run):
    """Mail: one in time, one late, one overdue and unanswered, one fresh at the end (not yet counted)."""
    mails = [_mail(0, 1, "served"), _mail(1, 6, "served"), _mail(2), _mail(98)]
    figures = evaluate(make_run(horizon=100.0, contacts=mails))
    assert figures["service_level.email"] == pytest.approx(1 / 3)
    assert figures["wait.email"] == pytest.approx(60 * (1 + 6) / 2)


def test_abandonment_is_of_live_channels(make_run):
    """Two of six calls were given up; mails, which nobody hangs up on, do not dilute the figure."""
    figures = evaluate(make_run(contacts=[*CALLS, _mail(8, 1, "served"), _mail(9, 1, "served")]))
    assert figures["abandonment"] == pytest.approx(2 / 6)
    assert figures["blocked"] == pytest.approx(1 / 8)
    assert math.isnan(evaluate(make_run(contacts=[_mail(8, 1, "served")]))["abandonment"])


def test_handle_time_is_of_served_contacts(make_run):
    """10, 20 and 30 minutes of work; nobody works on a call that was given up."""
    assert evaluate(make_run(contacts=CALLS))["handle_time"] == pytest.approx(20)


def test_resolution_at_first_contact_and_in_the_end(make_run):
    """Ticket 1 took a return to resolve: 2 of 3 at first contact, one of six came back, and 3 of 5 closed resolved."""
    contacts = [*CALLS, _call(30, 0, 10, "served", ticket=1, attempt=2, resolved=1, experience=0.8)]
    closed = [(0, 1, 2, "resolved"), (1, 2, 31, "resolved"), (2, 3, 4, "resolved"), (3, 4, 5, "abandoned")]
    closed.append((4, 5, 6, "abandoned"))
    tickets = [{"ticket": t, "opened": at, "closed": end, "outcome": word} for t, at, end, word in closed]
    tickets.append({"ticket": 5, "opened": 6})
    figures = evaluate(make_run(contacts=contacts, tickets=tickets))
    assert figures["first_contact_resolution"] == pytest.approx(2 / 3)
    assert figures["reopen_rate"] == pytest.approx(1 / 6)
    assert figures["resolution_rate"] == pytest.approx(3 / 5)
    assert figures["resolution_time"] == pytest.approx((1 + 29 + 1) / 3)
    assert figures["backlog"] == 1


def test_satisfaction_of_all_contacts_and_the_one_a_help_desk_sees(make_run):
    """Two of six contacts pleased; the survey asks the three served and shows two of three."""
    tickets = [{"ticket": t, "opened": t + 1, "closed": 50, "outcome": "resolved"} for t in range(6)]
    figures = evaluate(make_run(contacts=CALLS, tickets=tickets))
    assert figures["csat"] == pytest.approx(2 / 6)
    assert figures["csat_closed"] == pytest.approx(2 / 3)


def test_the_survey_of_a_help_desk_does_not_ask_about_open_tickets(make_run):
    """Ticket 1 is open, so its bad contact is missing: two of two."""
    tickets = [{"ticket": t, "opened": t + 1, "closed": 50, "outcome": "resolved"} for t in range(6) if t != 1]
    tickets.append({"ticket": 1, "opened": 2})
    assert evaluate(make_run(contacts=CALLS, tickets=tickets))["csat_closed"] == 1.0


def test_starving_the_desk_does_not_look_good(make_run):
    """Mail left waiting beyond its promise counts as not satisfied; fresh mail does not count yet."""
    pleased = _mail(0, 1, "served", experience=0.9)
    assert evaluate(make_run(horizon=100.0, contacts=[pleased, _mail(98)]))["csat"] == 1.0
    starved = [pleased, *(_mail(at) for at in (2, 3, 4))]
    assert evaluate(make_run(horizon=100.0, contacts=starved))["csat"] == pytest.approx(1 / 4)


def test_the_threshold_of_satisfaction_is_the_scenario_s(make_run, scenario):
    """With a threshold of 0.8 only the contact felt as 0.9 satisfies."""
    customers = {"leaving": {"base": "20 %/yr"}, "experience": {"satisfied": "80 %"}}
    assert evaluate(make_run(scenario(customers=customers), contacts=CALLS))["csat"] == pytest.approx(1 / 6)


def test_contacts_of_the_warm_up_do_not_count(make_run, scenario):
    """With 3.5 h of warm-up the three calls answered before are gone, and so is the ticket opened then."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "3.5 h"})
    tickets = [{"ticket": 0, "opened": 1, "closed": 2, "outcome": "resolved"}, {"ticket": 9, "opened": 2}]
    figures = evaluate(make_run(plan, contacts=CALLS, tickets=tickets))
    assert figures["contacts"] == 3
    assert figures["wait"] == pytest.approx(2.5 / 2)
    assert figures["abandonment"] == pytest.approx(2 / 3)
    assert math.isnan(figures["handle_time"])
    assert math.isnan(figures["resolution_time"])
    assert figures["backlog"] == 1


def test_a_return_after_the_warm_up_counts_as_a_contact_but_not_as_a_first_one(make_run, scenario):
    """A ticket raised in the warm-up that returns later is work for the desk; its reopening was the warm-up's."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "10 h"})
    contacts = [_call(1, 0, 5, "served"), _call(20, 0, 5, "served", attempt=2, resolved=1)]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["contacts"] == 1
    assert math.isnan(figures["first_contact_resolution"])
    assert math.isnan(figures["reopen_rate"])


def test_everything_open(make_run):
    """Calls that nobody has answered by the end: no waits, nobody satisfied, everything in the backlog."""
    tickets = [{"ticket": t, "opened": float(t)} for t in range(4)]
    figures = evaluate(make_run(horizon=100.0, contacts=[_call(t, ticket=t) for t in range(4)], tickets=tickets))
    assert figures["backlog"] == 4
    assert figures["contacts_open"] == 4
    assert math.isnan(figures["wait"])
    assert figures["service_level"] == 0.0
    assert figures["csat"] == 0.0
    assert math.isnan(figures["csat_closed"])


def test_a_cut_puts_contacts_back_into_the_queue(make_run):
    """Seen one minute after it came, a call answered after three minutes was waiting and overdue."""
    run = make_run(contacts=[_call(3, 3, 30, "served", experience=0.9)])
    figures = evaluate(run.until(3 + 2 * MIN))
    assert (figures["contacts_served"], figures["contacts_open"]) == (0, 1)
    assert figures["service_level"] == 0.0
    in_hand = evaluate(run.until(3 + 5 * MIN))
    assert in_hand["wait"] == pytest.approx(3)
    assert math.isnan(in_hand["handle_time"])

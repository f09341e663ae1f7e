"""How help was given: contacts by fate, work, needs resolved, satisfaction."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate


def test_contacts_by_fate(make_run, call, calls):
    """Three served, two given up, one turned away, one still in hand."""
    figures = evaluate(make_run(contacts=[*calls, call(7, 0.2, ticket=6)]))
    assert figures["contacts"] == 7
    names = ("contacts_served", "contacts_abandoned", "contacts_blocked", "contacts_open")
    assert [figures[name] for name in names] == [3, 2, 1, 1]
    assert (figures["contacts.phone"], figures["contacts.email"]) == (7, 0)


def test_abandonment_is_of_live_channels(make_run, mail, calls):
    """Two of six calls were given up; mails, which nobody hangs up on, do not dilute the figure."""
    figures = evaluate(make_run(contacts=[*calls, mail(8, 1, "served"), mail(9, 1, "served")]))
    assert figures["abandonment"] == pytest.approx(2 / 6)
    assert figures["blocked"] == pytest.approx(1 / 8)
    assert math.isnan(evaluate(make_run(contacts=[mail(8, 1, "served")]))["abandonment"])


def test_handle_time_is_of_served_contacts(make_run, calls):
    """10, 20 and 30 minutes of work; nobody works on a call that was given up."""
    assert evaluate(make_run(contacts=calls))["handle_time"] == pytest.approx(20)


def test_resolution_at_first_contact_and_in_the_end(make_run, call, calls):
    """Ticket 1 took a return to resolve: 2 of 3 at first contact, one of six came back, and 3 of 5 closed resolved."""
    contacts = [*calls, call(30, 0, 10, "served", ticket=1, attempt=2, resolved=1, experience=0.8)]
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


def test_satisfaction_of_all_contacts_and_the_one_a_help_desk_sees(make_run, calls):
    """Two of six contacts pleased; the survey asks the three served and shows two of three."""
    tickets = [{"ticket": t, "opened": t + 1, "closed": 50, "outcome": "resolved"} for t in range(6)]
    figures = evaluate(make_run(contacts=calls, tickets=tickets))
    assert figures["csat"] == pytest.approx(2 / 6)
    assert figures["csat_closed"] == pytest.approx(2 / 3)


def test_the_survey_of_a_help_desk_does_not_ask_about_open_tickets(make_run, calls):
    """Ticket 1 is open, so its bad contact is missing: two of two."""
    tickets = [{"ticket": t, "opened": t + 1, "closed": 50, "outcome": "resolved"} for t in range(6) if t != 1]
    tickets.append({"ticket": 1, "opened": 2})
    assert evaluate(make_run(contacts=calls, tickets=tickets))["csat_closed"] == 1.0


def test_starving_the_desk_does_not_look_good(make_run, mail):
    """Mail left waiting beyond its promise counts as not satisfied; fresh mail does not count yet."""
    pleased = mail(0, 1, "served", experience=0.9)
    assert evaluate(make_run(horizon=100.0, contacts=[pleased, mail(98)]))["csat"] == 1.0
    starved = [pleased, *(mail(at) for at in (2, 3, 4))]
    assert evaluate(make_run(horizon=100.0, contacts=starved))["csat"] == pytest.approx(1 / 4)


def test_the_threshold_of_satisfaction_is_the_scenario_s(make_run, scenario, calls):
    """With a threshold of 0.8 only the contact felt as 0.9 satisfies."""
    customers = {"leaving": {"base": "20 %/yr"}, "experience": {"satisfied": "80 %"}}
    assert evaluate(make_run(scenario(customers=customers), contacts=calls))["csat"] == pytest.approx(1 / 6)


def test_contacts_of_the_warm_up_do_not_count(make_run, scenario, calls):
    """With 3.5 h of warm-up the three calls answered before are gone, and so is the ticket opened then."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "3.5 h"})
    tickets = [{"ticket": 0, "opened": 1, "closed": 2, "outcome": "resolved"}, {"ticket": 9, "opened": 2}]
    figures = evaluate(make_run(plan, contacts=calls, tickets=tickets))
    assert figures["contacts"] == 3
    assert figures["wait"] == pytest.approx(2.5 / 2)
    assert figures["abandonment"] == pytest.approx(2 / 3)
    assert math.isnan(figures["handle_time"])
    assert math.isnan(figures["resolution_time"])
    assert figures["backlog"] == 1


def test_a_return_after_the_warm_up_counts_as_a_contact_but_not_as_a_first_one(make_run, scenario, call):
    """A ticket raised in the warm-up that returns later is work for the desk; its reopening was the warm-up's."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "10 h"})
    contacts = [call(1, 0, 5, "served"), call(20, 0, 5, "served", attempt=2, resolved=1)]
    figures = evaluate(make_run(plan, contacts=contacts))
    assert figures["contacts"] == 1
    assert math.isnan(figures["first_contact_resolution"])
    assert math.isnan(figures["reopen_rate"])


def test_everything_open(make_run, call):
    """Calls that nobody has answered by the end: no waits, nobody satisfied, everything in the backlog."""
    tickets = [{"ticket": t, "opened": float(t)} for t in range(4)]
    figures = evaluate(make_run(horizon=100.0, contacts=[call(t, ticket=t) for t in range(4)], tickets=tickets))
    assert figures["backlog"] == 4
    assert figures["contacts_open"] == 4
    assert math.isnan(figures["wait"])
    assert figures["service_level"] == 0.0
    assert figures["csat"] == 0.0
    assert math.isnan(figures["csat_closed"])


def test_a_cut_puts_contacts_back_into_the_queue(make_run, call):
    """Seen two minutes after it came, a call answered after three minutes was waiting and overdue."""
    run = make_run(contacts=[call(3, 3, 30, "served", experience=0.9)])
    figures = evaluate(run.until(3 + 2 / 60))
    assert (figures["contacts_served"], figures["contacts_open"]) == (0, 1)
    assert figures["service_level"] == 0.0
    in_hand = evaluate(run.until(3 + 5 / 60))
    assert in_hand["wait"] == pytest.approx(3)
    assert math.isnan(in_hand["handle_time"])


def test_a_first_contact_still_in_the_queue_has_not_come_back_nor_stayed_away(make_run, call):
    """One ticket came back, one first contact is open: the rate is of the one that is over."""
    contacts = [call(1, 0, 5, "served"), call(9, 0, 5, "served", attempt=2), call(99, ticket=1)]
    assert evaluate(make_run(horizon=100.0, contacts=contacts))["reopen_rate"] == 1.0

"""Waits and promises, each by the denominator it states."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate


def test_waits_of_all_served_and_abandoned(make_run, calls):
    """Waits 0, 0.5 and 3 min of served, 0.5 and 2 of abandoned; the blocked call did not wait."""
    figures = evaluate(make_run(contacts=calls))
    assert figures["wait"] == pytest.approx(6 / 5)
    assert figures["wait.phone"] == pytest.approx(6 / 5)
    assert math.isnan(figures["wait.email"])
    assert figures["speed_of_answer"] == pytest.approx(3.5 / 3)
    assert figures["wait_abandoned"] == pytest.approx(2.5 / 2)
    assert figures["wait_p50"] == pytest.approx(0.5)
    assert figures["wait_p90"] == pytest.approx(2 + 0.6 * 1)
    assert figures["delayed"] == pytest.approx(4 / 5)


def test_a_contact_in_hand_has_waited_and_one_in_the_queue_not_yet(make_run, call):
    """A call being served at the end counts with its wait; one still waiting counts nowhere but in the backlog."""
    figures = evaluate(make_run(contacts=[call(1, 2), call(2)], tickets=[{"ticket": 0, "opened": 1}]))
    assert figures["wait"] == pytest.approx(2)
    assert figures["contacts_open"] == 2
    assert figures["backlog"] == 1


def test_service_level_of_calls_by_each_denominator(make_run, calls):
    """Two calls in time; of 3 answered; of these, one given up late and one blocked; of all six."""
    figures = evaluate(make_run(contacts=calls))
    assert figures["service_level"] == pytest.approx(2 / 5)
    assert figures["service_level.phone"] == pytest.approx(2 / 5)
    assert figures["service_level_served"] == pytest.approx(2 / 3)
    assert figures["service_level_offered"] == pytest.approx(2 / 6)


def test_a_promise_kept_to_the_instant_is_kept(make_run, call):
    """An answer at the promised instant is in time; giving up at that instant is not after it."""
    in_time = call(1, 1, 5, "served")
    in_time["started"] = in_time["due"]
    gone = call(2, 1, outcome="abandoned")
    gone["ended"] = gone["due"]
    figures = evaluate(make_run(contacts=[in_time, gone]))
    assert figures["service_level"] == 1.0
    assert figures["service_level_offered"] == pytest.approx(1 / 2)


def test_unanswered_mail_breaks_the_promise_once_it_is_due(make_run, mail):
    """Mail: one in time, one late, one overdue and unanswered, one fresh at the end (not yet counted)."""
    mails = [mail(0, 1, "served"), mail(1, 6, "served"), mail(2), mail(98)]
    figures = evaluate(make_run(horizon=100.0, contacts=mails))
    assert figures["service_level.email"] == pytest.approx(1 / 3)
    assert figures["wait.email"] == pytest.approx(60 * (1 + 6) / 2)

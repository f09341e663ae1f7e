"""What became of tickets: at which contact, how soon, by the promised time; what is left."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

TARGET = {"within": "60 s", "share": "80 %"}
CHANNELS = {
    "phone": {"mode": "live", "target": TARGET, "tolerance": "3 min"},
    "email": {"mode": "deferred", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"},
}
REQUEST = {"team": "agents", "channels": {"phone": "40 %", "email": "60 %"}, "handle_time": "25 min"}
TYPES = {
    "request": REQUEST | {"per_customer": "0.8 /mo", "resolve_within": "16 h"},
    "checkin": REQUEST | {"schedule": {"every": "3 mo"}, "outbound": True},
}


@pytest.fixture(scope="module")
def plan(scenario):
    """Requests with a promise to resolve, and check-ins that the company makes."""
    return scenario(service={"channels": CHANNELS, "types": TYPES})


def test_first_contact_is_the_first_that_was_served(make_run, call):
    """Redials before it do not count; a return is no first contact; who was never served is not counted."""
    contacts = [
        call(1, 1, outcome="abandoned", ticket=0),
        call(2, 0, 5, "served", ticket=0, attempt=2, cause="redial", resolved=1),
        call(3, 0, 5, "served", ticket=1),
        call(9, 0, 5, "served", ticket=1, attempt=2, resolved=1),
        call(4, 1, outcome="abandoned", ticket=2),
    ]
    figures = evaluate(make_run(contacts=contacts))
    assert figures["first_contact_resolution"] == 1 / 2
    assert figures["first_contact_resolution_of.request"] == 1 / 2
    assert figures["first_contact_resolution.phone"] == 1 / 2
    assert math.isnan(figures["first_contact_resolution.email"])
    assert figures["reopen_rate"] == pytest.approx(1 / 3)


def test_a_tier_does_not_resolve_at_first_contact(make_run, call):
    """What the second tier resolved was not resolved at the first contact; the tier's own contact is no first one."""
    contacts = [
        call(1, 0, 5, "served", ticket=0),
        call(1.1, 0, 5, "served", ticket=0, attempt=2, tier=1, cause="escalation", resolved=1),
    ]
    assert evaluate(make_run(contacts=contacts))["first_contact_resolution"] == 0.0


def test_tickets_by_fate_add_up(make_run, plan):
    """Every ticket has one fate; a dropped call of the company's own is no broken promise to anybody."""
    words = ("resolved", "unresolved", "abandoned", "blocked", "disconnected", "open")
    tickets = [{"ticket": n, "type": "request", "opened": n, "outcome": word} for n, word in enumerate(words)]
    tickets.append({"ticket": 9, "type": "checkin", "opened": 9, "outcome": "dropped"})
    figures = evaluate(make_run(plan, tickets=tickets))
    assert [figures[f"tickets_{word}"] for word in (*words, "dropped")] == [1] * 7
    assert figures["tickets"] == 7
    assert figures["resolution_rate"] == pytest.approx(1 / 5)
    assert (figures["backlog_of.request"], figures["backlog_of.checkin"]) == (1, 0)


def test_resolution_in_clock_time_and_in_opening_hours(make_run, plan):
    """From Wednesday 16:00 to Thursday 10:00 are 18 hours, of which two are worked; a weekend has none."""
    spans = ((16, 34), (3 * 24 + 1, 4 * 24))
    tickets = [
        {"ticket": n, "type": "request", "opened": start, "closed": end, "outcome": "resolved"}
        for n, (start, end) in enumerate(spans)
    ]
    own = {"ticket": 9, "type": "checkin", "opened": 0, "closed": 700, "outcome": "resolved"}
    figures = evaluate(make_run(plan, tickets=[*tickets, own]))
    assert figures["resolution_time"] == pytest.approx((18 + 23) / 2)
    assert figures["resolution_time_business"] == pytest.approx((2 + 0) / 2)


def test_sla_counts_what_is_settled(make_run, plan):
    """Kept, late, open beyond it, left unresolved; what is open within it does not count yet, nor a type without."""
    rows = [(10, "resolved"), (30, "resolved"), (None, "open"), (10, "unresolved")]
    tickets = [
        {"ticket": n, "type": "request", "opened": 0, "closed": end or math.nan, "outcome": word, "due": 20}
        for n, (end, word) in enumerate(rows)
    ]
    tickets += [
        {"ticket": 8, "type": "request", "opened": 95, "due": 120},
        {"ticket": 9, "type": "checkin", "opened": 0, "closed": 1, "outcome": "resolved"},
    ]
    figures = evaluate(make_run(plan, horizon=100.0, tickets=tickets))
    assert figures["sla_attainment"] == figures["sla_attainment_of.request"] == pytest.approx(1 / 4)
    assert "sla_attainment_of.checkin" not in figures
    assert figures["backlog"] == 2
    assert figures["backlog_overdue"] == 1
    assert figures["backlog_age"] == pytest.approx((100 + 5) / 2)


def test_nothing_open_has_no_age(make_run):
    """An empty backlog is 0 tickets and no age."""
    figures = evaluate(make_run())
    assert figures["backlog"] == figures["backlog_overdue"] == 0.0
    assert math.isnan(figures["backlog_age"])

"""Leads and the speed of their first answer."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

LEADS = [
    {"lead": 0, "source": "website", "created": 10, "first_touch": 11, "outcome": "lost", "closed": 20},
    {"lead": 1, "source": "website", "created": 20, "first_touch": 23, "outcome": "won", "closed": 60, "value": 300},
    {"lead": 2, "source": "fair", "created": 30, "first_touch": 38},
    {"lead": 3, "source": "fair", "created": 40, "outcome": "expired", "closed": 376},
    {"lead": 4, "source": "referred", "created": 50, "referrer": 7},
]


def test_leads_are_counted_by_source(make_run):
    """Five leads: two from the website, two from the fair, one sent by a customer."""
    figures = evaluate(make_run(leads=LEADS))
    assert figures["leads"] == 5
    assert [figures[f"leads.{name}"] for name in ("website", "fair", "referred")] == [2, 2, 1]
    assert figures["referral_leads"] == 1


def test_speed_to_lead_is_of_touched_leads(make_run):
    """Waits 1, 3 and 8 h: mean 4, median 3, and 90 % of them lie within 3 + 0.8 x 5 = 7 h."""
    figures = evaluate(make_run(leads=LEADS))
    assert figures["speed_to_lead"] == pytest.approx(4)
    assert figures["speed_to_lead_p50"] == pytest.approx(3)
    assert figures["speed_to_lead_p90"] == pytest.approx(7)


def test_touched_counts_the_expired_and_leaves_out_the_waiting(make_run):
    """Three touched, one expired untouched, one still waiting: 3 of 4."""
    assert evaluate(make_run(leads=LEADS))["touched"] == pytest.approx(3 / 4)


def test_the_warm_up_cuts_the_speed_but_not_the_count(make_run, scenario):
    """With a warm-up of 15 h the lead of hour 10 is no longer in the mean of waits, but it is still a lead."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "15 h"})
    figures = evaluate(make_run(plan, leads=LEADS))
    assert figures["speed_to_lead"] == pytest.approx((3 + 8) / 2)
    assert figures["leads"] == 5


def test_a_cut_takes_back_touches_that_had_not_happened(make_run):
    """Seen from hour 25, three leads had not come and the second was just touched."""
    figures = evaluate(make_run(leads=LEADS).until(22.0))
    assert figures["leads"] == 2
    assert figures["speed_to_lead"] == pytest.approx(1)
    assert figures["touched"] == 1.0
    early = evaluate(make_run(leads=LEADS).until(10.5))
    assert math.isnan(early["speed_to_lead_p90"])

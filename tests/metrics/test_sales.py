"""What became of leads."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

LEADS = [
    {"lead": 0, "source": "website", "created": 0, "outcome": "won", "closed": 48, "value": 300},
    {"lead": 1, "source": "referred", "created": 24, "outcome": "won", "closed": 120, "value": 500, "referrer": 2},
    {"lead": 2, "source": "website", "created": 30, "outcome": "lost", "closed": 40, "value": 900},
    {"lead": 3, "source": "fair", "created": 40, "outcome": "expired", "closed": 376, "value": 100},
    {"lead": 4, "source": "fair", "created": 50, "value": 100},
]


def test_wins_and_win_rate(make_run):
    """Two of the four closed leads were won; one of the wins came by word of mouth."""
    figures = evaluate(make_run(leads=LEADS))
    assert figures["wins"] == 2
    assert figures["win_rate"] == pytest.approx(2 / 4)
    assert figures["referral_share"] == pytest.approx(1 / 2)
    assert (figures["leads_lost"], figures["leads_expired"], figures["leads_open"]) == (1, 1, 1)


def test_cycle_and_bookings_are_of_wins(make_run):
    """Cycles of 2 d and 4 d; 300 + 500 EUR/mo signed."""
    figures = evaluate(make_run(leads=LEADS))
    assert figures["sales_cycle"] == pytest.approx(3.0)
    assert figures["bookings"] == pytest.approx(800)


def test_conversion_is_of_decided_visits(make_run):
    """First stage: passed, passed, failed, expired, undecided: 2 of 4. Second: one passed of one decided."""
    first = [
        {"lead": lead, "stage": "qualification", "team": "reps", "entered": 0, "outcome": word}
        for lead, word in enumerate(("passed", "passed", "failed", "expired", "open"))
    ]
    second = [
        {"lead": lead, "stage": "closing", "team": "reps", "entered": 1, "outcome": word}
        for lead, word in enumerate(("passed", "open"))
    ]
    figures = evaluate(make_run(visits=first + second))
    assert figures["conversion.qualification"] == pytest.approx(2 / 4)
    assert figures["conversion.closing"] == 1.0


def test_a_stage_nobody_reached_is_not_applicable(make_run):
    """No visit decided: the conversion is no number rather than 0."""
    figures = evaluate(make_run(visits=[{"lead": 0, "stage": "qualification", "team": "reps", "entered": 0}]))
    assert math.isnan(figures["conversion.qualification"])
    assert math.isnan(figures["conversion.closing"])


def test_quota_attainment_counts_filled_positions(make_run):
    """Two reps for a month at 250 EUR of new MRR each: 800 signed of 500 expected."""
    readings = [{"team": "reps", "time": 730.5, "employed": 2 * 730.5}]
    figures = evaluate(make_run(horizon=730.5, leads=LEADS, team_time=readings))
    assert figures["quota_attainment"] == pytest.approx(800 / 500)


def test_quota_attainment_needs_a_quota(make_run, scenario):
    """Without a quota it is not applicable; without stages, the team that carries it must be named."""
    sales = {"stages": {}, "deal": "300 EUR/mo"}
    assert math.isnan(evaluate(make_run(scenario(sales=sales), leads=LEADS))["quota_attainment"])
    carried = sales | {"quota": {"amount": "500 EUR/mo", "team": "reps"}}
    readings = [{"team": "reps", "time": 730.5, "employed": 2 * 730.5}]
    figures = evaluate(make_run(scenario(sales=carried), horizon=730.5, leads=LEADS, team_time=readings))
    assert figures["quota_attainment"] == pytest.approx(800 / 1000)


def test_a_cut_reopens_what_closed_later(make_run):
    """Seen from hour 100, the win of hour 120 and the expiry of hour 376 are still open."""
    figures = evaluate(make_run(leads=LEADS).until(100.0))
    assert (figures["wins"], figures["leads_open"], figures["bookings"]) == (1, 3, 300)
    assert figures["referral_share"] == 0.0

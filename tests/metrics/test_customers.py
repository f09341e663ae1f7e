"""Who pays, who came, who left."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.customers import live_at
from sim.metrics.view import View

MONTH = 730.5
YEAR = 8766.0


def _customer(number, origin, value, won, live=None, left=None):
    facts = {"customer": number, "origin": origin, "value": value, "won": won, "satisfaction": 0.7, "told": 0}
    return facts | ({"live": live} if live is not None else {}) | ({"left": left} if left is not None else {})


BASE = [
    _customer(0, "initial", 100, 0, 0),
    _customer(1, "initial", 200, 0, 0, 6 * MONTH),
    _customer(2, "organic", 300, 1 * MONTH, 2 * MONTH),
    _customer(3, "referral", 400, 2 * MONTH, 3 * MONTH, 9 * MONTH),
    _customer(4, "organic", 500, 11 * MONTH),
]


def test_a_customer_counts_from_going_live(make_run):
    """At the end of the year two of five are live: two left, and one has signed but does not pay yet."""
    figures = evaluate(make_run(subscriptions=BASE))
    assert figures["customers"] == 2
    assert figures["new_customers"] == 2
    assert figures["lost_customers"] == 2
    assert figures["pending_customers"] == 1
    assert figures["mrr"] == 100 + 300
    assert figures["new_mrr"] == 300 + 400
    assert figures["churned_mrr"] == 200 + 400


def test_live_means_begun_and_not_left(make_view):
    """Live from the instant of going live, no longer at the instant of leaving."""
    view: View = make_view(subscriptions=BASE)
    assert live_at(view, 2 * MONTH).tolist() == [True, True, True, False, False]
    assert live_at(view, 6 * MONTH).tolist() == [True, False, True, True, False]


def test_churn_is_per_customer_month(make_run):
    """Two left in 12 + 6 + 10 + 6 customer-months."""
    assert evaluate(make_run(subscriptions=BASE))["churn"] == pytest.approx(2 / 34)


def test_retention_since_the_start_in_the_first_year(make_run):
    """Of 300 EUR/mo at the start 100 are kept, whether seen at 12 or at 7 months."""
    run = make_run(subscriptions=BASE)
    for seen in (run, run.until(7 * MONTH)):
        assert evaluate(seen)["grr"] == pytest.approx(1 / 3)
        assert evaluate(seen)["nrr"] == pytest.approx(1 / 3)
    assert evaluate(run.until(5 * MONTH))["nrr"] == 1.0


def test_retention_looks_back_twelve_months(make_run, scenario):
    """After 17 months the cohort is of month 5: 100 + 200 + 300 + 400, of which 100 + 300 stayed."""
    plan = scenario(clock={"horizon": "17 mo"})
    figures = evaluate(make_run(plan, subscriptions=BASE))
    assert figures["grr"] == pytest.approx(400 / 1000)
    assert figures["nrr"] == pytest.approx(400 / 1000)


def test_nobody_to_retain(make_run):
    """A company that started without customers has no retention in its first year, but churn."""
    figures = evaluate(make_run(subscriptions=BASE[2:]))
    assert math.isnan(figures["nrr"])
    assert figures["churn"] == pytest.approx(1 / 16)


def test_no_customers_at_all(make_run):
    """Nobody lived, nobody left: churn is not applicable."""
    figures = evaluate(make_run())
    assert figures["customers"] == 0
    assert math.isnan(figures["churn"])
    assert math.isnan(figures["satisfaction"])


def test_a_customer_who_leaves_the_moment_he_goes_live_is_lost(make_run):
    """New and lost at once, live for no time: the balance of customers still holds."""
    figures = evaluate(make_run(subscriptions=[_customer(0, "organic", 100, 5, 10, 10)]))
    assert (figures["new_customers"], figures["lost_customers"], figures["customers"]) == (1, 1, 0)


def test_one_who_never_went_live_is_not_lost(make_run):
    """A customer gone before paying was no live customer: neither new, nor lost, nor pending."""
    figures = evaluate(make_run(subscriptions=[_customer(0, "organic", 100, 5, None, 10)]))
    names = ("new_customers", "lost_customers", "customers", "pending_customers")
    assert [figures[name] for name in names] == [0, 0, 0, 0]


def test_a_cut_brings_back_who_left_later(make_run):
    """Seen from month 4: nobody left, the two new ones are live, nobody has signed since."""
    figures = evaluate(make_run(subscriptions=BASE).until(4 * MONTH))
    assert (figures["customers"], figures["lost_customers"], figures["pending_customers"]) == (4, 0, 0)
    assert figures["churn"] == 0.0


def test_mood_is_as_last_read(make_run):
    """The last pulse counts, also of a run cut earlier; where there is no customer there is no mood."""
    pulse = [
        {"time": MONTH, "customers": 10, "mrr": 1, "satisfaction": 0.6, "promoters": 0.1},
        {"time": 2 * MONTH, "customers": 12, "mrr": 1, "satisfaction": 0.7, "promoters": 0.2},
        {"time": 3 * MONTH, "customers": 0, "mrr": 0, "satisfaction": 0.0, "promoters": 0.0},
    ]
    run = make_run(pulse=pulse)
    assert math.isnan(evaluate(run)["satisfaction"])
    cut = evaluate(run.until(2.5 * MONTH))
    assert (cut["satisfaction"], cut["promoters"]) == (0.7, 0.2)

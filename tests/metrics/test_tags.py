"""Every euro by where it came from and why: who brought the revenue, sales or service."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.monthly import monthly
from sim.model.company import simulate
from sim.scenario.scenario import Scenario

MONTH = 730.5


def _customer(number, origin, value, live, left=math.nan, neutral=math.nan, **more):
    """Times in months."""
    facts = {"customer": number, "origin": origin, "value": value, "won": live * MONTH, "live": live * MONTH}
    return facts | {"left": left * MONTH, "neutral": neutral * MONTH} | more


def _change(customer, month, kind, change, **more):
    return {"customer": customer, "time": month * MONTH, "kind": kind, "change": change} | more


BASE = [
    _customer(0, "initial", 100, 0, neutral=6),
    _customer(1, "initial", 200, 0, left=3, neutral=9),
    _customer(2, "organic", 300, 2),
    _customer(3, "referral", 400, 3, left=9, neutral=9 + 1e-10),
]
CHANGES = [
    _change(2, 4, "expansion", 50),
    _change(3, 5, "expansion", 30, cause="review"),
]
WON = {"created": 0, "outcome": "won", "closed": MONTH}
LEADS = [
    WON | {"lead": 0, "source": "website", "fee": 500, "value": 300},
    WON | {"lead": 1, "source": "referred", "fee": 700, "value": 400},
]
REVIEW = {"team": "reps", "work": "1 h", "after": "1 mo", "expansion": "30 %", "grows": "20 %"}
SALES = {"stages": {"closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"}}, "deal": "300 EUR/mo"}


@pytest.fixture(scope="module")
def plan(scenario):
    return scenario(sales=SALES | {"fee": "500 EUR", "follow_up": {"review": REVIEW}})


@pytest.fixture(scope="module")
def run(make_run, plan):
    return make_run(plan, subscriptions=BASE, changes=CHANGES, leads=LEADS)


def _tags(told, name="revenue_tag"):
    return {flat.removeprefix(f"{name}."): value for flat, value in told.items() if flat.startswith(f"{name}.")}


def test_each_customer_pays_as_told_apart(run):
    """Half a year as expected and half beyond it; 3 of 9 months; 10 months, 8 of them for more; just as expected."""
    told = evaluate(run)
    found = {tag: value for tag, value in _tags(told).items() if value}
    assert found == pytest.approx(
        {
            "initial.new": 600 + 600,
            "initial.retained": 600,
            "organic.new": 3000 + 500,
            "organic.expansion": 400,
            "referral.new": 2400 + 700,
            "referral.follow_up": 120,
        }
    )
    assert told["revenue_forgone"] == told["revenue_forgone.initial"] == pytest.approx(1200)
    assert told["service_effect"] == pytest.approx(-600)
    assert (told["fees.organic"], told["fees.referral"], told["fees"]) == (500, 700, 1200)
    assert "fees.initial" not in told


def test_sales_brings_directly_and_service_indirectly(run):
    """3500 of the organic customer and 120 found with a referred one; the base was good for 2400; the rest is
    service's."""
    told = evaluate(run)
    assert told["revenue_direct"] == pytest.approx(3500 + 120)
    assert told["revenue_base"] == pytest.approx(600 + 600 + 1200)
    assert told["revenue_indirect"] == pytest.approx(600 - 1200 + 400 + 2400 + 700)
    assert told["revenue"] == pytest.approx(8920)
    assert _tags(told, "revenue_direct") == pytest.approx({"initial": 0, "organic": 3500, "referral": 120})
    assert _tags(told, "revenue_indirect") == pytest.approx({"initial": -600, "organic": 400, "referral": 3100})


def test_an_earlier_horizon_knows_no_more_than_it_can(run):
    """After five months nothing is retained yet, and of the forgone months two have passed."""
    told = evaluate(run.until(5 * MONTH))
    assert told["revenue_kind.retained"] == 0.0
    assert told["revenue_forgone"] == pytest.approx(400)
    assert told["revenue_tag.initial.new"] == pytest.approx(500 + 600)
    assert told["revenue_tag.organic.expansion"] == pytest.approx(50)
    assert told["revenue_direct"] + told["revenue_base"] + told["revenue_indirect"] == pytest.approx(told["revenue"])


def test_what_is_retained_grows_with_the_horizon(run):
    """Seen month by month: nothing until the neutral customer would have left, then his fee each month."""
    kept = [evaluate(run.until(month * MONTH))["revenue_tag.initial.retained"] for month in (6, 7, 8)]
    assert kept == pytest.approx([0, 100, 200])


def test_months_tell_direct_and_indirect_revenue(run):
    """Each month's flows add up to the year's; in month 4 the base forgoes 200 and the referred customer pays 400."""
    told, figures = monthly(run), evaluate(run)
    for name in ("revenue", "revenue_direct", "revenue_indirect"):
        assert sum(told[name]) == pytest.approx(figures[name], rel=1e-9)
    assert told["revenue_indirect"][3] == pytest.approx(400 - 200)
    assert told["revenue_direct"][:3] == pytest.approx([500, 0, 300])


def test_a_change_before_going_live_is_paid_from_then_on(make_run, plan):
    """What he came to pay more while he was being set up he pays with the rest; who never goes live pays nothing."""
    base = [_customer(0, "organic", 100, 2), {"customer": 1, "origin": "organic", "value": 100, "won": 0}]
    changes = [_change(0, 1, "expansion", 10, cause="review"), _change(1, 1, "expansion", 10, cause="review")]
    told = evaluate(make_run(plan, subscriptions=base, changes=changes))
    assert told["revenue_tag.organic.follow_up"] == pytest.approx(100)
    assert told["revenue"] == pytest.approx(1100)


def test_who_leaves_as_he_goes_live_forgoes_all(make_run, plan):
    """He lived for no time, and would have for six months."""
    told = evaluate(make_run(plan, subscriptions=[_customer(0, "organic", 100, 1, left=1, neutral=7)]))
    assert told["revenue"] == 0.0
    assert told["revenue_forgone"] == told["revenue_direct"] == pytest.approx(600)
    assert told["revenue_indirect"] == pytest.approx(-600)


def test_purchases_are_tagged_one_by_one(make_run, scenario):
    """Of two customers, one buys on after the purchase at which he would have stopped, in between for a fifth more;
    nobody knows what somebody would have bought."""
    plan = scenario(
        sales=SALES | {"follow_up": {"review": REVIEW}},
        customers={
            "initial": {"count": 2},
            "purchases": {"rate": "1 /mo", "dropout": "20 %", "beta": 2},
            "contraction": {"rate": "5 %/yr", "size": "10 %"},
        },
    )
    base = [_customer(0, "initial", 100, 0, neutral=3), _customer(1, "initial", 50, 0, left=4)]
    bought = [(0, 1, 80), (0, 3, 80), (1, 3, 40), (0, 5, 96), (0, 7, 88)]
    purchases = [{"customer": who, "time": month * MONTH, "amount": amount} for who, month, amount in bought]
    changes = [_change(0, 4, "expansion", 20, cause="review"), _change(0, 6, "contraction", -10)]
    told = evaluate(make_run(plan, subscriptions=base, purchases=purchases, changes=changes))
    assert told["revenue_tag.initial.new"] == pytest.approx(80 + 80 + 40)
    assert told["revenue_tag.initial.retained"] == pytest.approx(80 + 80)
    assert told["revenue_tag.initial.follow_up"] == pytest.approx(16 + 16)
    assert told["revenue_tag.initial.expansion"] == pytest.approx(-8)
    assert told["revenue_indirect"] == pytest.approx(160 - 8)
    assert (told["revenue_base"], told["revenue_direct"]) == pytest.approx((200, 32))
    assert told["revenue"] == pytest.approx(384)
    assert math.isnan(told["revenue_forgone"])
    assert math.isnan(told["service_effect"])
    assert "revenue_forgone.initial" not in told


def test_only_tags_that_can_be_are_told(make_run, scenario):
    """No origin and no reason that the scenario lacks; a loop that is off takes none away."""
    bare = scenario(customers={"leaving": {"base": "20 %/yr"}})
    assert set(_tags(evaluate(make_run(bare)))) == {"organic.new"}
    off = scenario(loops={"retention": {"on": False}, "referral": {"on": False}})
    words = {
        f"{origin}.{kind}" for origin in ("initial", "organic", "referral") for kind in ("new", "retained", "expansion")
    }
    assert set(_tags(evaluate(make_run(off)))) == words
    base = {"initial": {"count": 9, "mrr": "100 EUR/mo"}, "leaving": {"base": "20 %/yr"}}
    alone = scenario(without=("marketing", "sales", "service"), customers=base)
    assert {tag.partition(".")[0] for tag in _tags(evaluate(make_run(alone)))} == {"initial"}


def test_a_pipeline_without_customers_brings_its_fees_directly(make_run, scenario):
    """Fees are all that it is paid."""
    plan = scenario(without=("customers", "service"), sales=SALES | {"fee": "500 EUR"})
    told = evaluate(make_run(plan, leads=LEADS[:1]))
    assert told["revenue"] == told["revenue_direct"] == told["revenue_tag.organic.new"] == 500
    assert told["revenue_base"] == told["revenue_indirect"] == 0
    assert math.isnan(told["service_effect"])


def _company(**changes):
    """A small company that answers late, simulated."""
    customers = {
        "initial": {"count": 300},
        "leaving": {"base": "60 %/yr", "floor": "20 %/yr", "beta": 5},
        "telling": {"rate": "0.1 /mo"},
        "expansion": {"rate": "20 %/yr", "size": "20 %", "beta": 1},
        "contraction": {"rate": "5 %/yr", "size": "10 %"},
    }
    tree = {
        "name": "small",
        "clock": {"horizon": "12 mo", "report_at": ["5 mo"]},
        "teams": {"reps": {"headcount": 2}, "agents": {"headcount": 2}},
        "marketing": {"sources": {"website": {"rate": "2 /d"}}, "win_back": {"share": "30 %", "after": "1 mo"}},
        "sales": SALES | {"follow_up": {"review": REVIEW}, "fee": "300 EUR"},
        "service": {
            "channels": {
                "email": {"mode": "deferred", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"}
            },
            "types": {
                "request": {
                    "team": "agents",
                    "channels": {"email": "100 %"},
                    "handle_time": "40 min",
                    "resolution": "70 %",
                    "per_customer": "0.7 /mo",
                }
            },
        },
        "customers": customers,
    }
    return Scenario.model_validate(tree | changes)


@pytest.fixture(scope="module")
def small():
    """A year of it."""
    return simulate(_company(), 0)


def test_a_simulated_company_is_told_apart_exactly(small):
    """At every horizon every euro has one tag, and every origin and reason occurs."""
    for at in (40.0, 5 * MONTH, 12 * MONTH):
        told = evaluate(small.until(at))
        assert math.fsum(_tags(told).values()) == pytest.approx(told["revenue"], rel=1e-9)
        parts = told["revenue_direct"] + told["revenue_base"] + told["revenue_indirect"]
        assert parts == pytest.approx(told["revenue"], rel=1e-9)
    assert len(_tags(told)) == 4 * 4
    assert [tag for tag, value in _tags(told).items() if not value] == ["initial.follow_up"], "only newcomers are seen"
    assert told["revenue_forgone"] > 0
    assert told["revenue_kind.retained"] > 0


def test_without_the_loop_nobody_is_kept_and_nobody_is_driven_away():
    """Off, all leave when they would have anyway: to the instant, under contract or not."""
    for customers in ({}, {"contract": {"length": "4 mo"}}):
        base = {"initial": {"count": 300}, "leaving": {"base": "90 %/yr", "beta": 5}} | customers
        told = evaluate(simulate(_company(customers=base, loops={"retention": {"on": False}}), 0))
        assert told["lost_customers"] > 20
        assert told["revenue_kind.retained"] == told["revenue_forgone"] == told["service_effect"] == 0.0
        assert told["lost.price"] == 1.0

"""What customers come to pay more or less, and what that does to everything in money; purchases and fees beside it."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.monthly import monthly

MONTH = 730.5


def _customer(number, origin, value, live, left=math.nan, **more):
    return {"customer": number, "origin": origin, "value": value, "won": live, "live": live, "left": left} | more


def _change(customer, month, kind, change, **more):
    return {"customer": customer, "time": month * MONTH, "kind": kind, "change": change} | more


BASE = [
    _customer(2, "organic", 300, 2 * MONTH, misfit=1, term=4 * MONTH),
    _customer(0, "initial", 100, 0, term=3 * MONTH),
    _customer(1, "initial", 200, 0, 6 * MONTH, term=2 * MONTH),
]
CHANGES = [
    _change(0, 3, "expansion", 50, cause="review"),
    _change(1, 4, "contraction", -80),
    _change(2, 6, "renewal", 0),
    _change(0, 9, "contraction", -10),
    _change(2, 10, "expansion", 30, cause="review"),
]
FOLLOW_UP = {"review": {"team": "reps", "work": "1 h", "before_renewal": "2 wk", "expansion": "30 %", "grows": "20 %"}}


@pytest.fixture(scope="module")
def plan(scenario):
    contract = {"length": "4 mo", "downgrade": "10 %", "cut": "20 %"}
    stages = {"closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"}}
    return scenario(
        sales={"stages": stages, "deal": "300 EUR/mo", "fee": "500 EUR", "follow_up": FOLLOW_UP},
        customers={"leaving": {"base": "20 %/yr"}, "contract": contract},
        loops={"overselling": {"on": True}},
    )


@pytest.fixture(scope="module")
def run(make_run, plan):
    return make_run(plan, subscriptions=BASE, changes=CHANGES)


def test_recurring_revenue_moves_by_what_is_said(run):
    """300 at the start, 300 new, 80 more, 90 less, 120 left: 470 in the end."""
    told = evaluate(run)
    names = ("new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr", "mrr")
    assert [told[name] for name in names] == [300, 80, 90, 120, 470]


def test_a_change_counts_from_its_instant(run):
    """Seen a moment before and at the instant of the first expansion."""
    assert evaluate(run.until(3 * MONTH - 1))["mrr"] == 600
    assert evaluate(run.until(3 * MONTH))["mrr"] == 650


def test_revenue_counts_changes_in_proportion(run):
    """100 x 12 + 50 x 9 - 10 x 3, and 200 x 6 - 80 x 2 from the base; 300 x 10 + 30 x 2 from the organic customer."""
    told = evaluate(run)
    assert told["revenue.initial"] == pytest.approx(1200 + 450 - 30 + 1200 - 160)
    assert told["revenue.organic"] == pytest.approx(3060)
    assert told["revenue"] == pytest.approx(told["revenue.initial"] + told["revenue.organic"])


def test_retention_counts_contraction_but_not_expansion(run):
    """Of 100 and 200 at the start 140 and nothing are left; gross retention counts no more than 100."""
    told = evaluate(run)
    assert told["nrr"] == pytest.approx(140 / 300)
    assert told["grr"] == pytest.approx(100 / 300)


def test_renewals_are_terms_that_ended_well(run, make_run, scenario):
    """Two contractions and a plain renewal against one customer lost; what a review brought is no renewal."""
    told = evaluate(run)
    assert told["renewals"] == 3
    assert told["renewal_rate"] == pytest.approx(3 / 4)
    free = evaluate(make_run(scenario(), subscriptions=BASE))
    assert math.isnan(free["renewals"])
    assert math.isnan(free["renewal_rate"])


def test_renewals_are_of_those_with_a_contract(run, make_run, scenario):
    """Where only some customers are bound, what the others pay less is no renewal, nor their leaving the end of a
    term."""
    free = [{**row, "term": math.nan} if row["customer"] in (0, 1) else row for row in BASE]
    firms = {"share": "30 %", "contract": {"length": "4 mo", "downgrade": "10 %", "cut": "20 %"}}
    customers = {"leaving": {"base": "20 %/yr"}, "segments": {"firms": firms, "others": {"share": "70 %"}}}
    told = evaluate(make_run(scenario(customers=customers), subscriptions=free, changes=CHANGES[1:4]))
    assert told["renewals"] == 1
    assert told["renewal_rate"] == 1.0


def test_expansion_is_told_by_what_brought_it(run, make_run):
    """Both expansions were found by reviews; one more came by itself, whose customer shrank again."""
    told = evaluate(run)
    assert (told["expansion_own_mrr"], told["expansion_follow_up_mrr"]) == (0, 80)
    changes = [*CHANGES, _change(0, 11, "expansion", 40), _change(0, 11.5, "contraction", -40)]
    told = evaluate(make_run(run.scenario, subscriptions=BASE, changes=changes))
    assert (told["expansion_own_mrr"], told["expansion_follow_up_mrr"], told["expansion_mrr"]) == (40, 80, 120)


def test_months_follow_the_changes(run):
    """Month 3 holds the change at its end, month 4 the revenue of it."""
    told = monthly(run)
    assert told["expansion_mrr"][2] == 50
    assert told["contraction_mrr"][3] == 80
    assert told["churned_mrr"][5] == 120
    assert told["mrr"][2:6] == [650, 570, 570, 450]
    assert told["revenue"][2:6] == pytest.approx([600, 650, 570, 570])


def test_poor_fits_are_a_share_of_those_who_signed(run, make_run, scenario):
    """The one new customer is a poor fit; without the loop nobody asks."""
    assert evaluate(run)["misfits"] == 1.0
    assert math.isnan(evaluate(make_run(scenario(), subscriptions=BASE))["misfits"])


def test_fees_are_revenue_of_the_origin_of_the_lead(make_run, plan):
    """A fee is due at the win, whenever the customer goes live; gross margin applies to it, commission does not."""
    won = {"created": 0, "outcome": "won"}
    leads = [
        won | {"lead": 0, "source": "website", "closed": 2.5 * MONTH, "fee": 400, "value": 300},
        won | {"lead": 1, "source": "referred", "closed": 1 * MONTH, "fee": 600, "value": 100},
    ]
    run = make_run(plan, horizon=3 * MONTH, leads=leads, subscriptions=BASE[1:2])
    told = evaluate(run)
    assert told["revenue.initial"] == pytest.approx(300)
    assert (told["revenue.organic"], told["revenue.referral"]) == (400, 600)
    assert told["gross_profit"] == pytest.approx(0.8 * 1300)
    assert told["commission"] == pytest.approx(0.1 * 12 * 400)
    assert monthly(run)["revenue"] == pytest.approx([700, 100, 500])
    assert evaluate(run.until(2 * MONTH))["revenue"] == pytest.approx(800)


def test_lifetime_value_leaves_fees_out(make_run, plan):
    """One of two initial customers leaves after a month; fees of wins do not lengthen a life."""
    base = [_customer(0, "initial", 50, 0, MONTH), _customer(1, "initial", 50, 0)]
    won = {"lead": 0, "source": "website", "created": 0, "outcome": "won", "closed": 5, "fee": 999, "value": 1}
    told = [evaluate(make_run(plan, horizon=MONTH, leads=leads, subscriptions=base))["ltv"] for leads in ([], [won])]
    assert told == [pytest.approx(0.8 * 50 / 0.5)] * 2


def test_repeat_purchases_are_the_revenue(make_run, scenario):
    """Three purchases of two customers, one of them after two months; what was planned per month is the mrr."""
    plan = scenario(customers={"purchases": {"rate": "1 /mo", "dropout": "20 %"}})
    bought = [
        {"customer": 2, "time": 2 * MONTH, "amount": 90},
        {"customer": 0, "time": 1 * MONTH, "amount": 40},
        {"customer": 2, "time": 3 * MONTH, "amount": 90},
    ]
    run = make_run(plan, subscriptions=BASE, purchases=bought)
    told = evaluate(run)
    assert (told["revenue.initial"], told["revenue.organic"], told["revenue"]) == (40, 180, 220)
    assert told["purchases"] == 3
    assert told["purchases_per_customer"] == pytest.approx(3 / 3)
    assert told["mrr"] == 400
    assert monthly(run)["revenue"][:4] == pytest.approx([40, 90, 90, 0])
    assert evaluate(run.until(2.5 * MONTH))["purchases"] == 2
    assert math.isnan(evaluate(make_run(subscriptions=BASE))["purchases"])

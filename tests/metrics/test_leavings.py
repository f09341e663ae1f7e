"""Why customers leave and after how long; of each segment; what they feel."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics import evaluate

MONTH = 730.5
YEAR = 8766.0


def _customer(number, live, left=math.nan, **more):
    """Times in months."""
    facts = {"customer": number, "origin": "organic", "value": 100, "won": live * MONTH, "live": live * MONTH}
    return facts | {"left": left * MONTH, "satisfaction": 0.7} | more


@pytest.fixture(scope="module")
def plan(scenario):
    """Two years."""
    return scenario(clock={"horizon": "24 mo", "report_at": ["12 mo"]})


def test_reasons_are_shares_of_those_who_left(make_run, scenario):
    """Three of four left; who never went live, or has not left yet, has no reason that counts."""
    base = [
        _customer(0, 0, 3, reason="price"),
        _customer(1, 0, 4, reason="service"),
        _customer(2, 1, 5, reason="service"),
        _customer(3, 1),
        _customer(4, 1, 11, reason="fit"),
    ]
    run = make_run(subscriptions=base)
    told = evaluate(run.until(10 * MONTH))
    assert (told["lost.price"], told["lost.service"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert "lost.fit" not in told, "poor fits are only there with overselling"
    pushed = evaluate(make_run(scenario(loops={"overselling": {"on": True}}), subscriptions=base))
    assert pushed["lost.fit"] == pytest.approx(1 / 4)
    assert math.isnan(evaluate(run.until(2 * MONTH))["lost.price"])


def test_service_is_no_reason_where_feelings_move_nobody(make_run, scenario):
    """Without a slope and without issues everybody leaves for price."""
    told = evaluate(make_run(scenario(customers={"leaving": {"base": "20 %/yr"}}), subscriptions=[_customer(0, 0, 1)]))
    assert [name for name in told if name.startswith("lost.")] == ["lost.price"]


def test_the_first_year_is_told_from_later_ones(make_run, plan):
    """12 + 12 + 3 months of first years and 12 of later ones; a base of 18 months' age has its first year behind it."""
    base = [
        _customer(0, 0),
        _customer(1, 0, 12.0 + 1e-10),
        _customer(2, 1, 4),
        _customer(3, 0, 6, origin="initial", age=18 * MONTH),
    ]
    told = evaluate(make_run(plan, subscriptions=base))
    assert told["churn_first_year"] == pytest.approx(2 / 27)
    assert told["churn_later"] == pytest.approx(1 / 18)
    assert math.isnan(evaluate(make_run(plan, subscriptions=base[:1]).until(YEAR))["churn_later"])


def test_staying_is_the_share_of_a_cohort(make_run, plan):
    """Of four who began, one left after 2 months, one after 8; the rest were there to the end, watched 23 months."""
    base = [_customer(0, 1, 3), _customer(1, 1, 9), _customer(2, 1), _customer(3, 1)]
    told = evaluate(make_run(plan, subscriptions=base))
    found = {name: value for name, value in told.items() if name.startswith("staying.")}
    assert list(found) == [f"staying.{n}" for n in ("1_month", *(f"{m}_months" for m in (3, 6, 9, 12, 18, 24)))]
    assert list(found.values())[:-1] == pytest.approx([1, 0.75, 0.75, 0.5, 0.5, 0.5])
    assert math.isnan(told["staying.24_months"]), "nobody was watched that long"


def test_who_has_not_stayed_long_is_watched_as_long_as_he_can_be(make_run, plan):
    """Two leave after 6 months, of ten and of the five who came in time: 1/10 is lost, then 1/5 of the rest."""
    base = [_customer(n, 0) for n in range(4)] + [_customer(4, 0, 9)]
    base += [_customer(n, 20) for n in range(5, 9)] + [_customer(9, 20, 23)]
    told = evaluate(make_run(plan, subscriptions=base))
    assert told["staying.6_months"] == pytest.approx(0.9)
    assert told["staying.12_months"] == pytest.approx(0.9 * 0.8)


def test_a_base_with_an_age_is_watched_from_that_age(make_run, scenario):
    """Who is three years old says nothing of the first year, and everything of the fourth."""
    leaving = {"base": "20 %/yr", "beta": 2}
    plan = scenario(customers={"initial": {"count": 4, "age": "3 yr"}, "leaving": leaving})
    old = [_customer(n, 0, 6 if n == 0 else math.nan, origin="initial", age=3 * YEAR) for n in range(4)]
    told = evaluate(make_run(plan, subscriptions=[*old, _customer(4, 0, 1), _customer(5, 0)]))
    assert told["staying.1_month"] == told["staying.12_months"] == pytest.approx(1 / 2)
    assert told["staying.48_months"] == pytest.approx(1 / 2 * 3 / 4)
    assert math.isnan(evaluate(make_run(plan, subscriptions=old))["staying.12_months"]), "nobody began in sight"


def test_who_leaves_as_he_begins_is_one_of_those_who_began(make_run, plan):
    """One of two stays for no time at all."""
    told = evaluate(make_run(plan, subscriptions=[_customer(0, 1, 1), _customer(1, 1)]))
    assert told["staying.1_month"] == pytest.approx(0.5)


def test_staying_follows_the_law_of_leaving(make_run, scenario):
    """5000 lives of a constant rate, cut off at random ends: within 4 standard errors of the exponential law."""
    rng, rate = np.random.default_rng(7), 0.05
    begun, lasted = rng.uniform(0, 30, 5000), rng.exponential(1 / rate, 5000)
    base = [_customer(n, begun[n], begun[n] + lasted[n]) for n in range(5000)]
    told = evaluate(make_run(scenario(clock={"horizon": "36 mo"}), subscriptions=base).until(36 * MONTH))
    for months in (6, 12, 24):
        share = math.exp(-rate * months)
        watched = float(np.mean(36 - begun >= months)) * 5000
        assert abs(told[f"staying.{months}_months"] - share) < 4 * math.sqrt(share * (1 - share) / watched)


SEGMENTS = {"firms": {"share": "20 %", "value": 3.0}, "homes": {"share": "80 %"}}


def test_segments_are_told_apart(make_run, scenario):
    """Two firms, one of which left after half of the year; a home; of the homes one has not begun to pay."""
    plan = scenario(customers={"leaving": {"base": "20 %/yr"}, "segments": SEGMENTS})
    base = [
        _customer(0, 0, segment="firms", satisfaction=0.9),
        _customer(1, 0, 6, segment="firms", satisfaction=0.2),
        _customer(2, 6, segment="homes", satisfaction=0.6),
        {"customer": 3, "origin": "organic", "value": 50, "won": 9 * MONTH, "segment": "homes"},
    ]
    run = make_run(plan, subscriptions=base)
    told = evaluate(run)
    assert (told["customers.firms"], told["customers.homes"]) == (1, 1)
    assert (told["mrr.firms"], told["mrr.homes"]) == (100, 100)
    assert (told["churn.firms"], told["churn.homes"]) == (pytest.approx(1 / 18), 0.0)
    assert (told["satisfaction.firms"], told["satisfaction.homes"]) == pytest.approx((0.9, 0.6))
    early = evaluate(run.until(5 * MONTH))
    assert (early["customers.firms"], early["customers.homes"]) == (2, 0)
    assert math.isnan(early["satisfaction.firms"]), "what somebody felt then is not written down"
    assert math.isnan(early["churn.homes"])


def test_without_segments_none_is_told(make_run):
    """Everybody is alike."""
    told = evaluate(make_run(subscriptions=[_customer(0, 0)]))
    assert not [name for name in told if name.startswith(("churn.", "customers.", "mrr.", "satisfaction."))]


def test_promoters_less_detractors(make_run):
    """30 of 100 tell, 50 recommend to nobody: 20 between them, a score of -20 points."""
    pulse = [{"time": MONTH, "customers": 100, "mrr": 1, "satisfaction": 0.5, "promoters": 0.3, "detractors": 0.5}]
    told = evaluate(make_run(pulse=pulse))
    assert (told["promoters"], told["passives"], told["detractors"]) == (0.3, pytest.approx(0.2), 0.5)
    assert told["nps"] == pytest.approx(-20)
    split = [pulse[0] | {"promoters": 0.1, "detractors": 0.9}]
    assert evaluate(make_run(pulse=split))["passives"] == 0.0
    nobody = evaluate(make_run())
    assert all(math.isnan(nobody[name]) for name in ("passives", "detractors", "nps"))


WON = {"created": 5, "outcome": "won", "closed": 10, "value": 100}


def test_reproduction_is_referral_wins_over_losses(make_run):
    """Three won by a customer's word while two left: each is followed by one and a half; who came back is none."""
    leads = [WON | {"lead": n, "source": "referred", "referrer": 0} for n in range(3)]
    leads += [WON | {"lead": 3, "source": "website"}, {"lead": 4, "source": "referred", "created": 6}]
    told = evaluate(make_run(leads=leads, subscriptions=[_customer(0, 0, 3), _customer(1, 0, 4), _customer(2, 0)]))
    assert told["reproduction"] == pytest.approx(1.5)
    assert math.isnan(evaluate(make_run(leads=leads, subscriptions=[_customer(2, 0)]))["reproduction"])


def test_leads_in_flight_are_told_but_not_come(make_run, scenario):
    """Five were sent, two have come; half way nobody knows, and in a finite market some never come."""
    leads = [{"lead": n, "source": "referred", "referrer": 0, "created": n * MONTH} for n in range(2)]
    base = [_customer(0, 0, told=4), _customer(1, 0, 3, told=1)]
    run = make_run(leads=leads, subscriptions=base)
    assert evaluate(run)["referrals_in_flight"] == 3
    assert math.isnan(evaluate(run.until(5 * MONTH))["referrals_in_flight"])
    market = scenario(marketing={"sources": {"website": {"rate": "1 /d"}}, "market": {"size": 500}})
    assert math.isnan(evaluate(make_run(market, subscriptions=base))["referrals_in_flight"])


def test_leads_kept_away_are_those_that_were_warned(make_run, scenario):
    """Only where somebody warns."""
    base = [_customer(0, 0, warned=2), _customer(1, 0, 3, warned=1)]
    against = {"rate": "0.1 /mo", "against": {"rate": "0.1 /mo"}}
    plan = scenario(customers={"leaving": {"base": "20 %/yr"}, "telling": against})
    assert evaluate(make_run(plan, subscriptions=base))["leads_kept_away"] == 3
    assert math.isnan(evaluate(make_run(subscriptions=base))["leads_kept_away"])

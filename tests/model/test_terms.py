"""Contracts: customers leave at the ends of terms alone, by what they feel then, or renew, perhaps for less."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.units import MONTH
from sim.model.company import simulate
from sim.model.journal import Run
from sim.model.loyalty import odds

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}}
LEAVING = {"base": "876.6 %/yr", "floor": "87.66 %/yr", "beta": 5}
"""Base 0.001/h, floor 0.0001/h."""
TERM = {"contract": {"length": "100 h"}}


def based(build: Any, count: int = 1000, *, horizon: str = "24 mo", **customers: Any) -> Run:
    """An initial base and nothing else."""
    plan = {"initial": {"count": count, "mrr": "100 EUR/mo"}, **customers}
    return simulate(build(customers=plan, service=None, clock={"horizon": horizon}), 0, 1)


@pytest.mark.parametrize(("threshold", "left"), [(0.09, 109.0), (0.1, 109.0), (0.11, 209.0), (0.25, 309.0)])
def test_endurance_is_used_up_term_by_term(stage: Any, rows: Any, threshold: float, left: float) -> None:
    """0.001/h and terms of 100 h use up 0.1 at the end of each; live from 9:00 on."""
    desk = stage(**STEP, customers={"leaving": LEAVING, **TERM})
    desk.lead(9.0, threshold=threshold)
    customer = rows(desk.run(), "subscriptions")[0]
    assert (customer["left"], customer["term"]) == (left, 100.0)


def test_what_counts_is_what_he_feels_when_the_term_ends(stage: Any, rows: Any) -> None:
    """A bad call in the first term: at its end he has a higher rate for all of it, and leaves; a good one keeps him."""
    fast = 0.0001 + 0.0009 * math.exp(5 * 0.225)
    for patience, work, threshold, left in ((1.0, 20.0, 100 * fast - 1e-6, 109.0), (math.inf, 0.1, 0.1, 209.0)):
        desk = stage(**STEP, customers={"leaving": LEAVING, **TERM})
        desk.lead(9.0, threshold=threshold)
        desk.contact(33.0, work=work)
        desk.contact(34.0, patience=patience, customer=0)
        assert rows(desk.run(), "subscriptions")[0]["left"] == left


def test_nobody_leaves_amid_a_term_and_survival_is_exponential_in_terms(scenario: Any) -> None:
    """2,000 customers, terms of three months: exp(-h x term x n) after n decisions, within 4 standard errors.

    The initial base is anywhere in its terms, so first ends are spread evenly over three months.
    """
    term = 3 * MONTH
    run = based(scenario, 2000, leaving={"base": "60 %/yr"}, contract={"length": "3 mo"})
    left = run.column("subscriptions", "left")
    renewals: dict[int, list[float]] = {}
    for customer, time in zip(run.column("changes", "customer"), run.column("changes", "time"), strict=True):
        renewals.setdefault(int(customer), []).append(time)
    first = []
    for number in range(2000):
        ends = [*renewals.get(number, []), *([] if math.isnan(left[number]) else [left[number]])]
        assert np.diff(ends) == pytest.approx(term)
        first.append(ends[0])
    assert abs(np.mean(first) - term / 2) < 4 * term / math.sqrt(12 * 2000)
    assert 0 < min(first) < max(first) <= term
    for decisions in (1, 4, 7):
        stays = np.mean([not (left[n] <= first[n] + term * (decisions - 0.5)) for n in range(2000)])
        mean = math.exp(-0.6 * 0.25 * decisions)
        assert abs(stays - mean) < 4 * math.sqrt(mean * (1 - mean) / 2000)


def test_terms_differ_between_customers_and_not_over_time(scenario: Any) -> None:
    """A law of lengths: each keeps his own, and over 500 customers the mean is the law's."""
    length = {"dist": "uniform", "low": "1 mo", "high": "3 mo"}
    run = based(scenario, 500, leaving={"base": "0 %/yr"}, contract={"length": length})
    terms = run.column("subscriptions", "term") / MONTH
    assert abs(terms.mean() - 2) < 4 * math.sqrt(4 / 12 / 500)
    customers, times = run.column("changes", "customer"), run.column("changes", "time")
    for number in range(20):
        assert np.diff(np.sort(times[customers == number])) == pytest.approx(terms[number] * MONTH)


def test_renewals_are_told_and_change_nothing(scenario: Any) -> None:
    """Without a downgrade: rows of 0, and the same monthly revenue to the end."""
    run = based(scenario, 100, leaving={"base": "0 %/yr"}, contract={"length": "1 mo"})
    assert run.is_word("changes", "kind", "renewal").all()
    assert len(run.tables["changes"]) == pytest.approx(100 * 24, abs=100)
    assert (np.signbit(run.column("changes", "change")) == 0).all()
    assert (run.column("changes", "change") == 0).all()
    assert run.tables["pulse"][-1][2] == pytest.approx(100 * 100)


@pytest.mark.parametrize(("mood", "beta", "on", "share"), [
    (0.75, 4, True, 0.2), (0.5, 4, True, odds(0.2, 1.0)), (0.5, 4, False, 0.2), (0.5, 0, True, 0.2),
])  # fmt: skip
def test_the_dissatisfied_renew_for_less(scenario: Any, mood: float, beta: float, on: bool, share: float) -> None:
    """At the reference one in five, by a quarter of what they pay; with beta 4 and 0.25 below it, odds go up by 1."""
    plan = {"leaving": {"base": "0 %/yr", "beta": beta}, "contract": {"length": "6 mo", "downgrade": 0.2, "cut": 0.25}}
    plan |= {"initial": {"count": 2000, "mrr": "100 EUR/mo"}, "memory": {"start": mood}}
    loops = {"retention": {"on": on}}
    run = simulate(scenario(customers=plan, service=None, clock={"horizon": "6 mo"}, loops=loops), 0, 1)
    cut = run.is_word("changes", "kind", "contraction")
    assert len(cut) == pytest.approx(2000, abs=5)
    assert abs(cut.mean() - share) < 4 * math.sqrt(share * (1 - share) / len(cut))
    assert run.column("changes", "change")[cut] == pytest.approx(-25.0)
    assert np.isnan(run.column("changes", "cause")).all()
    assert run.tables["pulse"][-1][2] == pytest.approx(200_000 - 25 * cut.sum())


def test_a_cut_is_of_what_he_pays_now(scenario: Any) -> None:
    """Half, and half again: 50, 25, 12.50 less; monthly revenue is the start and all changes of those who stay."""
    contract = {"length": "1 mo", "downgrade": 1, "cut": 0.5}
    run = based(scenario, 20, leaving={"base": "50 %/yr"}, contract=contract, horizon="6 mo")
    change, who = run.column("changes", "change"), run.column("changes", "customer")
    for number in range(20):
        found = change[who == number]
        assert found == pytest.approx([-50 / 2**n for n in range(len(found))])
    stays = np.isnan(run.column("subscriptions", "left"))
    mrr = 100.0 * stays.sum() + sum(change[who == number].sum() for number in np.flatnonzero(stays))
    assert run.tables["pulse"][-1][2] == pytest.approx(mrr)
    assert run.column("subscriptions", "value") == pytest.approx(100.0)


def test_a_term_of_no_length_does_not_stop_the_clock(scenario: Any) -> None:
    """Where a law allows nothing at all, a term lasts an hour."""
    length = {"dist": "empirical", "values": ["0 h", "10 h"]}
    run = based(scenario, 4, leaving={"base": "0 %/yr"}, contract={"length": length}, horizon="2 d")
    assert set(run.column("subscriptions", "term")) == {1.0, 10.0}


def test_two_futures_of_one_customer_differ_by_nothing_but_the_plan(scenario: Any) -> None:
    """Lengths, places in the term and endurance belong to the customer: more colleagues around change none of them."""
    contract = {"length": {"dist": "uniform", "low": "1 mo", "high": "9 mo"}, "downgrade": 0.3, "cut": 0.1}
    one = based(scenario, 100, leaving={"base": "60 %/yr"}, contract=contract)
    kinds = {"request": {"per_customer": "1 /mo"}}
    plan = {"initial": {"count": 100, "mrr": "100 EUR/mo"}, "leaving": {"base": "60 %/yr"}, "contract": contract}
    other = simulate(scenario(customers=plan, kinds=kinds, clock={"horizon": "24 mo"}), 0, 1)
    assert len(other.tables["tickets"]) > 100
    assert np.array_equal(one.tables["changes"], other.tables["changes"], equal_nan=True)
    names = ("left", "term", "value")
    for name in names:
        assert np.array_equal(one.column("subscriptions", name), other.column("subscriptions", name), equal_nan=True)

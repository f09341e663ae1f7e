"""Leaving at any time, with everything that moves it at once; how old customers are and what tenure steadies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS, BASE

from sim.engine.streams import Streams
from sim.engine.units import MONTH, YEAR
from sim.model.company import Company, simulate
from sim.model.journal import Run
from sim.model.loyalty import hazard, remember

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}}
PHONE = {
    "mode": "live",
    "target": {"within": "60 s", "share": 0.8},
    "tolerance": "3 min",
    "patience": {"dist": "exponential", "mean": "10 min"},
    "redial": {"share": 0.5, "after": "1 h"},
}
LASTS = 60.0


def hurts(run: Run) -> dict[int, list[tuple[float, float]]]:
    """By customer, from when until when each issue was open, as the facts have it: since a contact that did not resolve
    the need, until the ticket is resolved or 60 h since the last such contact are over."""
    closed = {}
    for ticket, end, outcome in zip(
        run.column("tickets", "ticket"),
        run.column("tickets", "closed"),
        run.is_word("tickets", "outcome", "resolved"),
        strict=True,
    ):
        closed[ticket] = end if outcome else math.inf
    failed: dict[tuple[int, float], list[float]] = {}
    names = ("customer", "ticket", "ended", "resolved")
    for customer, ticket, ended, resolved in zip(*(run.column("contacts", name) for name in names), strict=True):
        if resolved == 0:
            failed.setdefault((int(customer), ticket), []).append(ended)
    spans: dict[int, list[tuple[float, float]]] = {}
    for (customer, ticket), times in failed.items():
        for time in times:
            spans.setdefault(customer, []).append((time, min(time + LASTS, closed[ticket])))
    return spans


def felt(run: Run) -> dict[int, list[tuple[float, float]]]:
    """By customer, when and how he felt his contacts, in order of time; being left unanswered once for each silence."""
    found: dict[int, list[tuple[float, float]]] = {}
    silent = set()
    names = ("ended", "customer", "ticket", "outcome", "experience")
    for when, who, ticket, outcome, how in sorted(zip(*(run.column("contacts", name) for name in names), strict=True)):
        unanswered = outcome != run.words_of("contacts", "outcome").index("served")
        if not math.isnan(when) and not (unanswered and ticket in silent):
            found.setdefault(int(who), []).append((when, how))
        (silent.add if unanswered else silent.discard)(ticket)
    return found


def test_everybody_leaves_when_all_that_hurt_him_has_used_up_his_endurance(scenario: Any) -> None:
    """400 customers of two kinds on a busy line for half a year, with own factors, open issues and tenure that
    steadies: what each had used up when he left, or at the end, is summed up anew from the facts."""
    leaving = {"base": "100 %/yr", "floor": "10 %/yr", "beta": 4, "issues": {"factor": 3, "lasts": "60 h"}}
    touchy = {**leaving, "beta": 2, "varies": {"law": "gamma", "cv": 1}}
    plan = {
        "initial": {"count": 400, "mrr": "10 EUR/mo", "age": {"dist": "exponential", "mean": "1 yr"}},
        "leaving": leaving,
        "memory": {"steadies": "1 yr"},
        "segments": {"calm": {"share": 0.5}, "touchy": {"share": 0.5, "leaving": touchy, "needs": 2}},
    }
    kind = {"team": "agents", "channels": {"phone": 1}, "handle_time": "20 min", "per_customer": "1.5 /mo"}
    request = {**kind, "resolution": 0.6, "returns": 0.7, "returns_after": "1 d"}
    service = {"channels": {"phone": PHONE}, "types": {"request": request}}
    company = Company(scenario(clock={"horizon": "6 mo"}, customers=plan, service=service), Streams(3, 0))
    run = company.run(0)
    contacts, spans, memory = felt(run), hurts(run), company.scenario.customers.memory
    laws = [company.scenario.customers.leaving_of(one) for one in company.scenario.customers.segments.values()]
    gone = sore = 0
    for customer in company.customers.everybody:
        law, end = laws[customer.segment], run.horizon if customer.left is None else customer.left
        mood, since, used = memory.start, 0.0, 0.0
        pains = spans.get(customer.number, [])
        heard = {when: how for when, how in contacts.get(customer.number, []) if when < end}
        moments = sorted({*heard, end, *(t for span in pains for t in span if t < end)})
        for now in moments:
            rate = hazard(law, mood)
            if any(begin < (since + now) / 2 < until for begin, until in pains):
                rate = law.floor + 3 * (rate - law.floor)
                sore += 1
            used += rate * (now - since)
            since = now
            if now in heard:
                mood = remember(memory, mood, heard[now], 1 / (1 + (now + customer.age) / YEAR))
        assert mood == pytest.approx(customer.satisfaction)
        if customer.left is None:
            assert used < customer.threshold
        else:
            gone += 1
            assert used == pytest.approx(customer.threshold, rel=1e-9)
    assert gone > 100
    assert sore > 200
    assert run.is_word("contacts", "outcome", "abandoned").sum() > 50
    assert (run.column("contacts", "attempt") > 2).sum() > 50


@pytest.mark.parametrize(("steadies", "age", "weight"), [(None, 0.0, 1.0), ("24 h", 0.0, 24 / 34), ("24 h", 14.0, 0.5)])
def test_a_contact_weighs_less_the_longer_he_has_been_a_customer(
    stage: Any, rows: Any, steadies: str | None, age: float, weight: float
) -> None:
    """Felt at 10:00, after 10 hours since the start, or 24 since he came: half as much after the time given."""
    customers = {**BASE, "memory": {"start": 0.75} | ({"steadies": steadies} if steadies else {})}
    customers["initial"] = {**BASE["initial"]} | ({"age": f"{age} h"} if age else {})
    desk = stage(customers=customers)
    desk.contact(9.5, customer=0)
    one = rows(desk.run(), "subscriptions")[0]
    assert one["satisfaction"] == pytest.approx(0.75 + 0.15 * weight * 0.2)
    assert (one["age"], one["won"]) == (age, 0.0)


def test_who_is_new_counts_from_his_signature(stage: Any, rows: Any) -> None:
    """Won at 10:00 on Monday, called on Tuesday at 10:00: a day as a customer, and half of the weight."""
    desk = stage(**STEP, customers={"leaving": {"base": "0 %/yr"}, "memory": {"steadies": "24 h"}})
    desk.lead(10.0)
    desk.contact(33.5, customer=0)
    one = rows(desk.run(), "subscriptions")[0]
    assert one["satisfaction"] == pytest.approx(0.75 + 0.15 / 2 * 0.2)
    assert one["age"] == 0.0


def based(build: Any, age: Any, horizon: str = "12 mo", count: int = 2000, **leaving: Any) -> Run:
    initial = {"count": count, "mrr": "1 EUR/mo"} | ({"age": age} if age else {})
    customers = {"initial": initial, "leaving": {"base": "60 %/yr", **leaving}}
    return simulate(build(clock={**ALWAYS, "horizon": horizon}, customers=customers, service=None), 0, 1)


def test_age_is_drawn_and_changes_nobody_who_is_like_all_others(scenario: Any) -> None:
    """An exponential hazard has no memory: with ages and without, the same leave at the same moments."""
    plain, aged = (based(scenario, age) for age in (None, {"dist": "exponential", "mean": "2 yr"}))
    ages = aged.column("subscriptions", "age")
    assert abs(ages.mean() / (2 * YEAR) - 1) < 4 / math.sqrt(2000)
    assert not plain.column("subscriptions", "age").any()
    for name in ("left", "neutral", "value", "reason"):
        assert np.array_equal(plain.column("subscriptions", name), aged.column("subscriptions", name), equal_nan=True)


def test_the_older_stay_longer_where_customers_differ(scenario: Any) -> None:
    """Gamma factors with a cv of 1.5: of those with an age of 0, 2 and 10 years ever more are left after a year, as
    ((1 + cv^2 x base x age) / (1 + cv^2 x base x (age + 1 yr)))^(1 / cv^2) says; within 4 standard errors."""
    stays = []
    for years in (0, 2, 10):
        run = based(scenario, f"{years} yr" if years else None, "1 yr", varies={"law": "gamma", "cv": 1.5})
        share = ((1 + 2.25 * 0.6 * years) / (1 + 2.25 * 0.6 * (years + 1))) ** (1 / 2.25)
        stays.append(float(np.isnan(run.column("subscriptions", "left")).mean()))
        assert abs(stays[-1] - share) < 4 * math.sqrt(share * (1 - share) / 2000)
    assert stays == sorted(stays)


def test_a_higher_rate_from_nobody_knows_when_is_looked_at_in_time(stage: Any, rows: Any) -> None:
    """Due beyond the horizon of two weeks at 0.0001/h; a bad call brings the departure back within it."""
    leaving = {"base": "87.66 %/yr", "beta": 20}
    desk = stage(**STEP, customers={"leaving": leaving})
    desk.lead(0.0, threshold=0.1)
    desk.contact(9.0, work=20.0)
    desk.contact(19.0, patience=1.0, customer=0)
    fast = 0.0001 * math.exp(20 * 0.225)
    left = rows(desk.run(), "subscriptions")[0]["left"]
    assert left == pytest.approx(20.0 + (0.1 - 0.002) / fast)
    assert left < 14 * 24


def test_terms_of_the_base_go_on_whatever_its_age(scenario: Any) -> None:
    """Contracts of a quarter: first terms end evenly over three months, whether customers are old or new."""
    contract = {"length": "3 mo"}
    for age in (None, "5 yr"):
        initial = {"count": 400, "mrr": "1 EUR/mo"} | ({"age": age} if age else {})
        customers = {"initial": initial, "leaving": {"base": "0 %/yr"}, "contract": contract}
        run = simulate(scenario(clock={"horizon": "3 mo"}, customers=customers, service=None), 0, 1)
        ends = run.column("changes", "time")
        assert len(ends) == 400
        assert abs(ends.mean() / MONTH - 1.5) < 4 * 3 / math.sqrt(12 * 400)

"""Those who bought: going live, remembering, leaving exactly when endurance is used up, telling others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.model.company import Company, simulate
from sim.model.loyalty import hazard, remember

YEAR = 8766.0
STEP = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}}
LEAVING = {"base": "876.6 %/yr", "floor": "87.66 %/yr", "beta": 5}
"""Base 0.001/h, floor 0.0001/h."""


def staying(**parts: Any) -> dict[str, Any]:
    return {"leaving": {"base": "0 %/yr"}, **parts}


def test_a_win_is_a_customer_who_pays_at_once_where_nothing_is_to_be_installed(stage: Any, rows: Any) -> None:
    """No onboarding: live when won, with the lead's value and origin."""
    desk = stage(**STEP, customers=staying())
    desk.lead(10.0, value=250.0)
    customer = rows(desk.run(), "subscriptions")[0]
    assert [customer[n] for n in ("lead", "origin", "value", "won", "live", "satisfaction")] == [
        0.0, "organic", 250.0, 10.0, 10.0, 0.75,
    ]  # fmt: skip
    assert math.isnan(customer["left"])


def test_a_customer_goes_live_when_the_last_onboarding_is_over(stage: Any, rows: Any) -> None:
    """Two kinds of onboarding of half an hour each for one agent: won at 10:00, live at 11:00; counted from then on."""
    desk = stage(**STEP, customers=staying(), kinds={"setup": {"per_win": 1}, "training": {"per_win": 1}})
    desk.lead(10.0)
    base = desk.company.customers
    live = []
    for time in (10.75, 11.25):
        desk.at(time, lambda: live.append((base.live, base.mrr)))
    run = desk.run()
    assert rows(run, "subscriptions")[0]["live"] == 11.0
    assert live == [(0, 0.0), (1, 100.0)]
    first, second = 0.75 + 0.15 * 0.2, 0.95 - 0.2 * 0.5 / (0.5 + 0.05)
    assert rows(run, "subscriptions")[0]["satisfaction"] == pytest.approx(first + 0.3 * (second - first))
    assert rows(run, "pulse")[0]["customers"] == 0


def test_an_onboarding_nobody_has_room_for_leaves_a_disappointed_live_customer(stage: Any, rows: Any) -> None:
    """Blocked at once: live at once, and the failure is remembered."""
    teams = {"reps": {"headcount": 1}, "agents": {"headcount": 0, "waiting_room": 0}}
    desk = stage(**STEP, customers=staying(), kinds={"setup": {"per_win": 1}}, teams=teams)
    desk.lead(10.0)
    customer = rows(desk.run(), "subscriptions")[0]
    assert (customer["live"], customer["satisfaction"]) == (10.0, pytest.approx(0.525))


def test_a_customer_still_in_onboarding_pays_nothing(stage: Any, rows: Any) -> None:
    """Nobody to do it: never live, never left, no pulse."""
    teams = {"reps": {"headcount": 1}, "agents": {"headcount": 0}}
    plan = {"leaving": {"base": "100000 %/yr"}}
    desk = stage(**STEP, customers=plan, kinds={"setup": {"per_win": 1}}, teams=teams)
    desk.lead(10.0, threshold=0.001)
    run = desk.run()
    customer = rows(run, "subscriptions")[0]
    assert math.isnan(customer["live"])
    assert math.isnan(customer["left"])
    assert rows(run, "pulse")[-1]["customers"] == 0


def test_endurance_is_used_up_at_the_rate_of_the_moment(stage: Any, rows: Any) -> None:
    """Worked by hand: 0.001/h until a bad call at 20 h, then 0.0001 + 0.0009 exp(5 x 0.225) until 0.1 is used up."""
    desk = stage(**STEP, customers={"leaving": LEAVING})
    desk.lead(0.0, threshold=0.1)
    desk.contact(9.0, work=20.0)
    desk.contact(19.0, patience=1.0, customer=0)
    left = rows(desk.run(), "subscriptions")[0]["left"]
    fast = 0.0001 + 0.0009 * math.exp(5 * 0.225)
    assert left == pytest.approx(20.0 + (0.1 - 0.02) / fast)


def test_contentment_postpones_a_departure(stage: Any, rows: Any) -> None:
    """A good call at 9:30 to 10:00 lowers the rate: due at 100 h, gone later by exactly what the lower rate gives."""
    desk = stage(**STEP, customers={"leaving": LEAVING})
    desk.lead(0.0, threshold=0.1)
    desk.contact(9.5, customer=0)
    left = rows(desk.run(), "subscriptions")[0]["left"]
    slow = 0.0001 + 0.0009 * math.exp(-5 * 0.15 * 0.2)
    assert left == pytest.approx(10.0 + (0.1 - 0.01) / slow)


def test_up_and_down_again_before_the_old_appointment(stage: Any, rows: Any) -> None:
    """Better at 10:00, worse at 12:00: the earlier of two appointments does not stand in the way of the right one."""
    desk = stage(**STEP, customers={"leaving": LEAVING})
    desk.lead(0.0, threshold=0.1)
    desk.contact(9.5, customer=0)
    desk.contact(10.5, work=5.0)
    desk.contact(11.0, patience=1.0, customer=0)
    left = rows(desk.run(), "subscriptions")[0]["left"]
    content = 0.75 + 0.15 * 0.2
    slow = 0.0001 + 0.0009 * math.exp(-5 * 0.03)
    fast = 0.0001 + 0.0009 * math.exp(5 * (0.75 - 0.7 * content))
    assert left == pytest.approx(12.0 + (0.1 - 0.01 - 2 * slow) / fast)


def judged(run: Any) -> dict[int, list[tuple[float, float]]]:
    """By customer, when and how he felt his contacts, in order of time."""
    felt: dict[int, list[tuple[float, float]]] = {}
    columns = [run.column("contacts", name) for name in ("customer", "ended", "experience")]
    for who, when, how in zip(*columns, strict=True):
        if not math.isnan(when):
            felt.setdefault(int(who), []).append((when, how))
    return {who: sorted(contacts) for who, contacts in felt.items()}


def test_everybody_leaves_when_the_integral_over_his_judged_contacts_reaches_his_endurance(scenario: Any) -> None:
    """300 customers on a busy line for half a year: each departure against a sum over what he felt, from the facts."""
    leaving = {"base": "100 %/yr", "floor": "10 %/yr", "beta": 4}
    plan = {"initial": {"count": 300, "mrr": "10 EUR/mo"}, "leaving": leaving}
    kinds = {"request": {"per_customer": "2 /mo", "resolution": 0.7, "handle_time": "20 min"}}
    phone = {"mode": "live", "target": {"within": "60 s", "share": 0.8}, "tolerance": "3 min", "patience": "10 min"}
    service = {
        "channels": {"phone": phone},
        "types": {"request": {"team": "agents", "channels": {"phone": 1}, **kinds["request"]}},
    }
    company = Company(scenario(clock={"horizon": "6 mo"}, customers=plan, service=service), Streams(3, 0))
    run = company.run(0)
    contacts = judged(run)
    memory, law = company.scenario.customers.memory, company.scenario.customers.leaving
    gone = 0
    for customer in company.customers.everybody:
        mood, since, used = memory.start, 0.0, 0.0
        end = run.horizon if customer.left is None else customer.left
        for when, felt in contacts.get(customer.number, []):
            if when >= end:
                break
            used += hazard(law, mood) * (when - since)
            since, mood = when, remember(memory, mood, felt, 1.0)
        used += hazard(law, mood) * (end - since)
        assert mood == pytest.approx(customer.satisfaction)
        if customer.left is None:
            assert used < customer.threshold
        else:
            gone += 1
            assert used == pytest.approx(customer.threshold, rel=1e-9)
    assert gone > 60


def test_with_retention_off_everybody_leaves_at_the_base_rate(scenario: Any) -> None:
    """Then 2,000 departures are exponential: mean 1/base, within 4 standard errors; just like beta 0, fact by fact."""
    plan = {"initial": {"count": 2000, "mrr": "10 EUR/mo"}, "leaving": {"base": "1200 %/yr", "beta": 4}}
    kinds = {"request": {"per_customer": "0.2 /mo"}}
    clock = {"horizon": "24 mo"}
    off = simulate(scenario(clock=clock, customers=plan, kinds=kinds, loops={"retention": {"on": False}}), 0, 1)
    left = off.column("subscriptions", "left")
    assert not np.isnan(left).any()
    assert abs(left.mean() / YEAR * 12 - 1) < 4 / math.sqrt(2000)
    flat = {**plan, "leaving": {**plan["leaving"], "beta": 0}}
    other = simulate(scenario(clock=clock, customers=flat, kinds=kinds), 0, 1)
    for name, table in off.tables.items():
        assert np.array_equal(table, other.tables[name], equal_nan=True), name


def test_the_pulse_is_the_sum_over_everybody(scenario: Any) -> None:
    """At the end: live customers, their payments, mean satisfaction and promoters, counted anew from the facts."""
    plan = {
        "initial": {"count": 200, "mrr": {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1}},
        "leaving": {"base": "100 %/yr", "beta": 3},
        "telling": {"rate": "0.2 /mo"},
    }
    kinds = {"request": {"per_customer": "1 /mo", "resolution": 0.8}, "setup": {"per_win": 0.5}}
    sales = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0.5}}, "deal": "100 EUR/mo"}
    parts = {"sales": sales, "marketing": {"sources": {"web": {"rate": "1 /d"}}}}
    run = simulate(scenario(clock={"horizon": "6 mo"}, customers=plan, kinds=kinds, **parts), 0, 1)
    live, left = run.column("subscriptions", "live"), run.column("subscriptions", "left")
    here = ~np.isnan(live) & np.isnan(left)
    mood = run.column("subscriptions", "satisfaction")[here]
    time, count, mrr, mean, promoters, *_ = run.tables["pulse"][-1]
    assert (time, count) == (run.horizon, here.sum())
    assert mrr == pytest.approx(run.column("subscriptions", "value")[here].sum())
    assert mean == pytest.approx(mood.mean())
    assert promoters == pytest.approx((mood >= 0.8).mean())
    assert (run.column("subscriptions", "origin") == 2).sum() > 5


def test_promoters_tell_at_their_rate_and_the_told_arrive_after_their_lag(scenario: Any) -> None:
    """1,000 contented customers at 0.1 /mo for 6 months: 600 tellings within 4 standard errors, each 10 days late."""
    plan = {
        "initial": {"count": 1000, "mrr": "10 EUR/mo"},
        "leaving": {"base": "0 %/yr"},
        "memory": {"start": 0.9},
        "telling": {"rate": "0.1 /mo", "lag": "10 d"},
    }
    sales = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0}}, "deal": "100 EUR/mo"}
    run = simulate(scenario(clock={"horizon": "6 mo"}, customers=plan, sales=sales, service=None), 0, 1)
    told = run.column("subscriptions", "told").sum()
    assert abs(told - 600) < 4 * math.sqrt(600)
    created = run.column("leads", "created")
    assert created.min() >= 240.0
    waiting = told - len(created)
    assert abs(waiting - 1000 * 0.1 / 730.5 * 240) < 4 * math.sqrt(1000 * 0.1 / 730.5 * 240)
    assert {run.words["sources"][int(code)] for code in run.column("leads", "source")} == {"referred"}


def test_half_contented_customers_tell_half_as_often(scenario: Any) -> None:
    """Satisfaction 0.65 between 0.5 and 0.8: half the rate; a detractor tells nobody, nor anybody with the loop off."""
    sales = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0}}, "deal": "100 EUR/mo"}

    def leads(start: float, **parts: Any) -> int:
        plan = {
            "initial": {"count": 1000, "mrr": "10 EUR/mo"},
            "leaving": {"base": "0 %/yr"},
            "memory": {"start": start},
            "telling": {"rate": "0.2 /mo"},
        }
        built = scenario(clock={"horizon": "6 mo"}, customers=plan, sales=sales, service=None, **parts)
        return len(simulate(built, 0, 1).tables["leads"])

    assert abs(leads(0.65) - 600) < 4 * math.sqrt(600)
    assert leads(0.45) == 0
    assert leads(0.9, loops={"referral": {"on": False}}) == 0

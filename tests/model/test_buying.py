"""Customers who buy again and again until they silently stop: when, for how much, and who stops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS, FAIL, PASS, selling

from sim.engine.units import MONTH
from sim.model.company import simulate
from sim.model.journal import Run
from sim.model.loyalty import odds
from sim.model.traits import habits
from sim.scenario.customers import Purchases

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}}
PLAN = {"rate": "2 /mo", "dropout": 0.1}


def buying(build: Any, count: int = 2000, *, mood: float = 0.75, loops: Any = None, **plan: Any) -> Run:
    """An initial base for a year and nothing else."""
    customers = {
        "initial": {"count": count, "mrr": "100 EUR/mo"}, "purchases": PLAN | plan, "memory": {"start": mood}
    }  # fmt: skip
    return simulate(build(customers=customers, service=None, clock={"horizon": "12 mo"}, loops=loops or {}), 0, 1)


def test_the_first_purchase_is_made_when_he_goes_live(stage: Any, rows: Any) -> None:
    """60 a month at two purchases a month: 30 at 10:00; at a rate of nothing that is all, and he stays."""
    desk = stage(**STEP, customers={"purchases": PLAN})
    desk.lead(10.0, (0.0, 0.5), value=60.0)
    run = desk.run()
    assert [[row[n] for n in ("customer", "time", "amount")] for row in rows(run, "purchases")] == [
        [0.0, 10.0, pytest.approx(30.0)]
    ]
    assert math.isnan(rows(run, "subscriptions")[0]["left"])
    assert math.isnan(rows(run, "subscriptions")[0]["term"])


def test_who_surely_stops_leaves_with_his_second_purchase(stage: Any, rows: Any) -> None:
    """The first is excepted: two purchases, gone at the second."""
    desk = stage(**STEP, customers={"purchases": PLAN})
    desk.lead(10.0, (0.1, 1.0))
    run = desk.run()
    first, second = rows(run, "purchases")
    assert rows(run, "subscriptions")[0]["left"] == second["time"] > first["time"] == 10.0
    assert rows(run, "pulse")[-1]["customers"] == 0


def test_purchases_and_survival_of_equal_customers(scenario: Any) -> None:
    """Rate 2 a month, one in ten stops: (1 - exp(-rate x p x t)) / p purchases and exp(-rate x p x t) left after a
    year; within 4 standard errors. The initial base makes no first purchase: it did long since."""
    run = buying(scenario)
    stays = math.exp(-2 * 0.1 * 12)
    alive = np.isnan(run.column("subscriptions", "left"))
    assert abs(alive.mean() - stays) < 4 * math.sqrt(stays * (1 - stays) / 2000)
    counts = np.bincount(run.column("purchases", "customer").astype(int), minlength=2000)
    mean = (1 - stays) / 0.1
    assert abs(counts.mean() - mean) < 4 * counts.std() / math.sqrt(2000)
    assert run.column("purchases", "amount") == pytest.approx(50.0)
    assert run.column("purchases", "time").min() > 0.0


def test_whoever_has_stopped_buys_no_more(scenario: Any) -> None:
    """Each departure is the instant of his last purchase."""
    run = buying(scenario, 300)
    left = run.column("subscriptions", "left")
    who, time = run.column("purchases", "customer"), run.column("purchases", "time")
    for number in np.flatnonzero(~np.isnan(left)):
        assert time[who == number].max() == left[number]


def test_customers_differ_in_rates_and_chances_as_the_laws_say() -> None:
    """Gamma and beta: mean and cv of both over 200,000, and nothing drawn for equal customers."""
    plan = Purchases.model_validate({"rate": "2 /mo", "rate_cv": 0.8, "dropout": 0.2, "dropout_cv": 0.9})
    rate, dropout = habits(plan, np.random.default_rng(1), 200_000)
    assert rate.mean() * MONTH == pytest.approx(2.0, rel=0.01)
    assert rate.std() / rate.mean() == pytest.approx(0.8, rel=0.02)
    assert dropout.mean() == pytest.approx(0.2, rel=0.01)
    assert dropout.std() / dropout.mean() == pytest.approx(0.9, rel=0.02)
    assert ((dropout >= 0) & (dropout <= 1)).all()
    assert abs(np.corrcoef(rate, dropout)[0, 1]) < 4 / math.sqrt(200_000)
    equal = habits(Purchases.model_validate(PLAN), np.random.default_rng(1), 3)
    assert equal[0] * MONTH == pytest.approx(np.full(3, 2.0))
    assert equal[1].tolist() == [0.1] * 3


@pytest.mark.parametrize(("mood", "beta", "on", "share"), [
    (0.5, 4, True, odds(0.1, 1.0)), (1.0, 4, True, odds(0.1, -1.0)), (0.5, 4, False, 0.1), (0.5, 0, True, 0.1),
])  # fmt: skip
def test_dissatisfaction_moves_who_stops(scenario: Any, mood: float, beta: float, on: bool, share: float) -> None:
    """0.25 below the reference with beta 4: log-odds up by 1, unless retention is off."""
    run = buying(scenario, mood=mood, beta=beta, loops={"retention": {"on": on}})
    stopped = (~np.isnan(run.column("subscriptions", "left"))).sum()
    bought = len(run.tables["purchases"])
    assert abs(stopped / bought - share) < 4 * math.sqrt(share * (1 - share) / bought)


def test_the_loyal_stop_less_often_and_the_disloyal_never_more_than_surely(stage: Any, rows: Any) -> None:
    """Loyalty divides the chance to stop: at 0.05 what is 10 % becomes certain."""
    plan = {"purchases": {"rate": "200 /mo", "dropout": 0.1}}
    for loyalty, mean in ((0.05, 1.0), (2.0, 20.0)):
        sources = {"web": {"rate": "20 /d", "loyalty": loyalty, "end": "5 d"}}
        desk = stage(sales={"deal": "1 EUR/mo"}, marketing={"sources": sources}, customers=plan,
                     clock={"horizon": "6 mo"}, service=None)  # fmt: skip
        run = desk.run()
        counts = np.bincount(run.column("purchases", "customer").astype(int)) - 1
        assert len(counts) > 60
        assert abs(counts.mean() - mean) <= 4 * counts.std() / math.sqrt(len(counts))


def test_what_grows_is_bought_for_more(stage: Any, rows: Any) -> None:
    """A follow-up finds 50 %: purchases of 50 become purchases of 75."""
    call = {"team": "reps", "work": "1 min", "after": "7 d", "expansion": 0.9999999, "grows": 0.5}
    desk = stage(
        **selling({"pass_rate": 1}, follow_up={"call": call}), clock=ALWAYS,
        customers={"purchases": {**PLAN, "reference": 0.5}},
    )  # fmt: skip
    desk.lead(9.0, (PASS, 1.0, 0.0), (0.2, 0.0), value=100.0)
    run = desk.run()
    over = rows(run, "changes")[0]["time"]
    assert over == pytest.approx(10 + 168 + 1 / 60)
    for row in rows(run, "purchases"):
        assert row["amount"] == pytest.approx(50.0 if row["time"] < over else 75.0)
    assert len({round(row["amount"]) for row in rows(run, "purchases")}) == 2


def test_poor_fits_stop_sooner(stage: Any) -> None:
    """Pushed through half a month behind: the chance to stop is multiplied."""
    desk = stage(
        **selling(quota={"amount": "1000 EUR/mo"}), clock={**ALWAYS, "horizon": "2 mo"},
        customers={"purchases": PLAN}, loops={"overselling": {"on": True, "leaving": 3}},
    )  # fmt: skip
    desk.lead(MONTH / 2, (FAIL, 1.0, 0.0), (0.0, 0.2))
    desk.lead(MONTH / 2, (PASS, 1.0, 0.0), (0.0, 0.2))
    desk.run()
    assert [customer.habits[1] for customer in desk.company.customers.everybody] == [pytest.approx(0.6), 0.2]


def test_purchases_are_the_same_whatever_else_happens(scenario: Any) -> None:
    """A service desk that nobody's mood depends on changes no purchase."""
    plan = {"initial": {"count": 100, "mrr": "100 EUR/mo"}, "purchases": PLAN | {"rate_cv": 1, "dropout_cv": 1}}
    runs = [
        simulate(scenario(customers=plan, clock={"horizon": "12 mo"}, **parts), 0, 1)
        for parts in ({"service": None}, {"kinds": {"request": {"per_customer": "1 /mo"}}})
    ]
    tables = [run.tables["purchases"] for run in runs]
    assert len(runs[1].tables["tickets"]) > 100
    assert np.array_equal(*tables)


def test_what_customers_spend_is_at_their_own_rate(scenario: Any) -> None:
    """Frequent buyers stop soonest, so that those who stay spend less than was signed; the pulse tells what they do."""
    run = buying(scenario, 4000, rate_cv=1.0, dropout=0.2)
    times, amounts = run.column("purchases", "time"), run.column("purchases", "amount")
    pulse, mrr = run.column("pulse", "time"), run.column("pulse", "mrr")
    last = times > 11 * MONTH
    spent, told = float(amounts[last].sum()), float(mrr[pulse >= 11 * MONTH - 1].mean())
    live = run.column("pulse", "customers")[-1]
    assert told < 0.8 * live * 100.0
    # Purchases of 50 each, a Poisson number of them.
    assert abs(spent - told) < 4 * 50.0 * math.sqrt(last.sum()) + 0.02 * told


def test_everybody_may_stop_after_his_first_further_purchase(scenario: Any) -> None:
    """A chance to stop of 1 leaves one purchase for each, however often he would have bought."""
    run = buying(scenario, 50, rate="20 /mo", dropout=1)
    assert len(run.column("purchases", "time")) == 50

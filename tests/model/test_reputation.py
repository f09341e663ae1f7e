"""What is said of the company: it follows what customers feel day by day, and moves demand and odds as it says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from simpy import Environment
from small import ALWAYS, selling

from sim.model.company import simulate
from sim.model.loyalty import odds
from sim.model.reputation import Reputation
from sim.scenario.loops import Reputation as Plan

NEAR = 1e-9


def after(days: float, feelings: list[float | None], **plan: Any) -> Reputation:
    """Reputation after so many days; feelings of the days in turn, the last one for ever."""
    env = Environment()
    seen = iter(feelings)
    last = [feelings[0]]

    def feeling() -> float | None:
        last[0] = next(seen, last[0])
        return last[0]

    made = Reputation(env, Plan.model_validate({"on": True, "time": "100 d", **plan}), feeling)
    if days:
        env.run(until=24.0 * days + 1e-6)
    return made


def test_it_begins_at_the_reference_and_moves_nothing_there() -> None:
    """Whatever customers feel: on the first day nobody has heard of it."""
    one = after(0, [0.1])
    assert (one.value, one.factor, one.odds) == (0.7, 1.0, 0.0)


def test_it_closes_a_constant_share_of_its_gap_every_day() -> None:
    """After 100 days 1/e of the gap is left, whichever way it goes."""
    assert after(100, [0.2]).value == pytest.approx(0.2 + 0.5 / math.e)
    assert after(100, [0.9]).value == pytest.approx(0.9 - 0.2 / math.e)
    share = 1 - math.exp(-1 / 100)
    first = 0.7 + (0.5 - 0.7) * share
    assert after(2, [0.5, 0.9]).value == pytest.approx(first + (0.9 - first) * share)


def test_without_customers_it_stays_what_it_is() -> None:
    """Nobody to tell: three such days in between change nothing."""
    assert after(5, [0.5, None, None, None, 0.5]).value == pytest.approx(after(2, [0.5]).value)


def test_demand_and_odds_follow_it_up_to_the_most() -> None:
    """exp(strength x (R - reference)), at most `most`; odds in proportion, either way."""
    good = after(100, [0.95], strength=3, odds=4)
    beyond = 0.25 * (1 - 1 / math.e)
    assert good.factor == pytest.approx(math.exp(3 * beyond))
    assert good.odds == pytest.approx(4 * beyond)
    assert after(500, [1.0], strength=20, most=1.5).factor == 1.5
    bad = after(100, [0.0], strength=3, odds=4)
    beyond = -0.7 * (1 - 1 / math.e)
    assert (bad.factor, bad.odds) == (pytest.approx(math.exp(3 * beyond)), pytest.approx(4 * beyond))


def test_it_moves_the_odds_of_a_decision(stage: Any, rows: Any) -> None:
    """Customers at 0.9 and two days of a time of one: 0.2 (1 - exp(-2)) above the reference, ten times that."""
    customers = {"initial": {"count": 3, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}, "memory": {"start": 0.9}}
    effect = 10 * 0.2 * (1 - math.exp(-2))
    for shift, outcome in ((-NEAR, "won"), (NEAR, "lost")):
        desk = stage(
            **selling(), customers=customers, clock=ALWAYS,
            loops={"reputation": {"on": True, "time": "1 d", "odds": 10}},
        )  # fmt: skip
        desk.lead(50.0, (odds(0.5, effect) + shift, 1.0, 0.0))
        run = desk.run()
        assert rows(run, "leads")[0]["outcome"] == outcome
    assert rows(run, "pulse")[-1]["reputation"] == pytest.approx(0.9, abs=1e-3)


def told(scenario: Any, mood: float, source: dict[str, Any] | None = None, **loop: Any) -> Any:
    """Customers of one mood for ever, whose mood becomes the reputation within a day."""
    parts = selling({"work": "0 min"})
    parts["marketing"] = {"sources": {"web": {"rate": "20 /d"} | (source or {})}}
    base = {"initial": {"count": 5, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}, "memory": {"start": mood}}
    loops = {"reputation": {"on": True, "time": "1 h", **loop}}
    built = scenario(**parts, customers=base, clock={**ALWAYS, "horizon": "101 d"}, loops=loops, service=None)
    return simulate(built, 0, 1)


@pytest.mark.parametrize(("mood", "strength", "factor"), [
    (0.9, 2, math.exp(0.4)), (0.4, 2, math.exp(-0.6)), (0.9, 20, 3.0), (0.7, 5, 1.0),
])  # fmt: skip
def test_sources_bring_so_many_times_their_rate(scenario: Any, mood: float, strength: float, factor: float) -> None:
    """100 days after it has settled, at 20 a day: within 4 standard errors."""
    run = told(scenario, mood, strength=strength, most=3)
    # New customers feel like the old ones; the first day is the reference's.
    count = (run.column("leads", "created") >= 24.0).sum()
    assert abs(count - 2000 * factor) < 4 * math.sqrt(2000 * factor)


def test_the_better_it_is_the_more_of_the_same_leads_come(scenario: Any) -> None:
    """Whoever comes under a bad reputation comes under a good one, with the same traits."""
    leads = []
    for mood in (0.4, 0.7, 0.9):
        run = told(scenario, mood, {"fit": {"dist": "uniform", "low": -1, "high": 1}}, strength=2)
        leads.append({tuple(row) for row in run.tables["leads"][:, 2:5].tolist()})
    assert leads[0] < leads[1] < leads[2]


def test_off_it_leaves_no_trace(scenario: Any) -> None:
    """Off, every fact is what it is without the block; on, it is not, and the reputation is told."""
    parts = selling()
    parts["marketing"] = {"sources": {"web": {"rate": "3 /d"}}}
    base = {"initial": {"count": 30, "mrr": "1 EUR/mo"}, "leaving": {"base": "20 %/yr"}}
    kinds = {"request": {"per_customer": "1 /mo", "resolution": 0.5}}
    runs = [
        simulate(scenario(**parts, customers=base, kinds=kinds, clock={"horizon": "3 mo"}, loops=loops), 0, 1)
        for loops in ({}, {"reputation": {"on": False, "strength": 9, "odds": 9}}, {"reputation": {"on": True}})
    ]
    plain, off, on = runs
    assert all(np.array_equal(plain.tables[n], off.tables[n], equal_nan=True) for n in plain.tables)
    assert np.isnan(plain.column("pulse", "reputation")).all()
    assert not np.isnan(on.column("pulse", "reputation")).any()
    assert not np.array_equal(plain.tables["leads"], on.tables["leads"], equal_nan=True)

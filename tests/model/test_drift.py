"""Customers who come to pay more or less by themselves: as often as they feel like it, a share of what they pay."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS

from sim.model.company import simulate
from sim.model.drift import MOST, Drift
from sim.model.entities import Customer
from sim.model.journal import Run
from sim.scenario.customers import Drift as Plan

SIZE = {"dist": "uniform", "low": 0.1, "high": 0.3}
STAYING = {"base": "0 %/yr"}
NEAR = 1e-9


def ran(build: Any, horizon: str = "12 mo", loops: dict[str, Any] | None = None, **customers: Any) -> Run:
    """1,000 customers who pay 100 each and whose mood nothing moves."""
    memory = {"start": customers.pop("mood", 0.75)}
    base = {"initial": {"count": 1000, "mrr": "100 EUR/mo"}, "leaving": STAYING, "memory": memory, **customers}
    return simulate(build(clock={"horizon": horizon}, customers=base, service=None, loops=loops or {}), 0, 1)


def drifting(sign: int, beta: float, *references: float, retains: bool = True) -> tuple[Drift, list[float]]:
    """Expansion or contraction of 2 a year at neutral, and what it is heard to do."""
    plan = Plan.model_validate({"rate": "200 %/yr", "size": 0.5, "beta": beta})
    made, heard = Drift(plan, sign, list(references), retains), []
    made.on_change = lambda customer, share: heard.append(share)
    return made, heard


def feeling(mood: float, segment: int = 0) -> Customer:
    customer = Customer(0, 0, 100.0, 0.0, 1.0, 7)
    customer.satisfaction, customer.segment = mood, segment
    return customer


@pytest.mark.parametrize(
    ("sign", "beta", "mood", "factor"),
    [
        (1, 2.0, 0.75, 1.0),
        (1, 2.0, 1.0, math.exp(0.5)),
        (1, 2.0, 0.25, math.exp(-1.0)),
        (-1, 2.0, 0.75, 1.0),
        (-1, 2.0, 0.25, math.exp(1.0)),
        (-1, 2.0, 1.0, math.exp(-0.5)),
        # exp(20 x 0.25) would be 148 times the rate: it is ten times at most, for whoever would have more.
        (1, 20.0, 1.0, MOST),
        (1, 20.0, 0.9, MOST),
        (1, 20.0, 0.8, math.exp(1.0)),
        (-1, 20.0, 0.0, MOST),
    ],
)
def test_moments_count_as_often_as_he_feels_like_it(sign: int, beta: float, mood: float, factor: float) -> None:
    """They come at the highest rate there can be, and count with chance exp(beta x distance) over that."""
    drift, heard = drifting(sign, beta, 0.75)
    assert drift.rate == pytest.approx(2 / 8766 * MOST)
    customer = feeling(mood)
    drift.take((customer, min(factor / MOST, 1.0) - NEAR, 0.2))
    assert heard == [0.2]
    if factor < MOST:
        drift.take((customer, factor / MOST + NEAR, 0.2))
        assert heard == [0.2]


@pytest.mark.parametrize(("beta", "retains"), [(0.0, True), (5.0, False)])
def test_who_feels_nothing_comes_to_it_at_the_plain_rate(beta: float, retains: bool) -> None:
    """Without beta, or with the loop of retention off: one moment in ten counts, whatever the mood."""
    drift, heard = drifting(1, beta, 0.75, retains=retains)
    assert drift.rate == pytest.approx(2 / 8766 * MOST)
    drift.take((feeling(0.0), 1.0 / MOST - NEAR, 0.3))
    drift.take((feeling(1.0), 1.0 / MOST + NEAR, 0.4))
    assert heard == [0.3]


def test_every_kind_has_its_own_neutral_satisfaction() -> None:
    """References of 0.5 and 0.9: the same mood counts more where less is usual."""
    drift, heard = drifting(1, 2.0, 0.5, 0.9)
    for segment, reference in ((0, 0.5), (1, 0.9)):
        share = math.exp(2 * (0.7 - reference)) / MOST
        drift.take((feeling(0.7, segment), share + NEAR, 0.1))
        drift.take((feeling(0.7, segment), share - NEAR, 0.2 + segment))
    assert heard == [0.2, 1.2]


def test_who_has_left_comes_to_nothing() -> None:
    """Nor does the nobody of an empty stretch of time."""
    drift, heard = drifting(1, 0.0, 0.75)
    gone = feeling(0.75)
    gone.left = 3.0
    drift.take((gone, 0.0, 0.2))
    drift.take((gone,))
    assert not heard


@pytest.mark.parametrize(
    ("name", "mood", "beta", "on", "factor"),
    [
        ("expansion", 0.75, 3, True, 1.0),
        ("expansion", 0.95, 3, True, math.exp(0.6)),
        ("expansion", 0.55, 3, True, math.exp(-0.6)),
        ("expansion", 0.95, 3, False, 1.0),
        ("contraction", 0.95, 3, True, math.exp(-0.6)),
        ("contraction", 0.55, 3, True, math.exp(0.6)),
    ],
)
def test_changes_come_at_their_rate(
    scenario: Any, name: str, mood: float, beta: float, on: bool, factor: float
) -> None:
    """60 % a year over 1,000 customers: within 4 standard errors; nobody's doing, each a tenth of what he then pays."""
    plan = {name: {"rate": "60 %/yr", "size": 0.1, "beta": beta}}
    run = ran(scenario, mood=mood, loops={"retention": {"on": on}}, **plan)
    mean = 600 * factor
    assert abs(len(run.tables["changes"]) - mean) < 4 * math.sqrt(mean)
    assert run.is_word("changes", "kind", name).all()
    assert np.isnan(run.column("changes", "cause")).all()
    order = np.argsort(run.column("changes", "time"), kind="stable")
    pays = dict.fromkeys(range(1000), 100.0)
    sign = 1 if name == "expansion" else -1
    for customer, change in zip(
        run.column("changes", "customer")[order], run.column("changes", "change")[order], strict=True
    ):
        assert change == pytest.approx(sign * 0.1 * pays[int(customer)])
        pays[int(customer)] += change
    assert run.tables["pulse"][-1][2] == pytest.approx(sum(pays.values()))
    assert run.column("subscriptions", "value") == pytest.approx(100.0)


def test_a_base_that_begins_with_nobody_drifts_when_there_is_somebody(scenario: Any) -> None:
    """Nobody at the start, a lead a day: expansions come, of customers who are there."""
    customers = {"leaving": STAYING, "expansion": {"rate": "100 %/mo", "size": SIZE}}
    parts = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {"web": {"rate": "1 /d"}}}}
    run = simulate(scenario(clock={"horizon": "6 mo"}, customers=customers, service=None, **parts), 0, 1)
    live = run.column("subscriptions", "live")
    lived = float((run.horizon - live).sum()) / 730.5
    assert abs(len(run.tables["changes"]) - lived) < 4 * math.sqrt(lived)
    assert (run.column("changes", "time") > live[run.column("changes", "customer").astype(int)]).all()


LIFE: dict[str, Any] = {
    "leaving": {"base": "60 %/yr", "beta": 3},
    "telling": {"rate": "0.1 /mo"},
    "memory": {"start": 0.7},
}
KINDS = {"request": {"per_customer": "0.5 /mo", "resolution": 0.7}}
BOTH = {
    "expansion": {"rate": "50 %/yr", "size": SIZE, "beta": 4},
    "contraction": {"rate": "20 %/yr", "size": 0.2, "beta": 4},
}


def lived(build: Any, loops: dict[str, Any] | None = None, **more: Any) -> Run:
    parts = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {"web": {"rate": "1 /d"}}}}
    customers = {"initial": {"count": 150, "mrr": "100 EUR/mo"}, **LIFE, **more}
    built = build(clock={**ALWAYS, "horizon": "9 mo"}, customers=customers, kinds=KINDS, loops=loops or {}, **parts)
    return simulate(built, 0, 1)


def test_drift_moves_money_and_nothing_else(scenario: Any) -> None:
    """With it and without: the same leads, calls, departures; what is paid alone differs."""
    plain, drifts = lived(scenario), lived(scenario, **BOTH)
    for table in plain.tables:
        if table not in ("changes", "pulse"):
            assert plain.tables[table].tobytes() == drifts.tables[table].tobytes(), table
    assert not len(plain.tables["changes"])
    assert len(drifts.tables["changes"]) > 100


def test_expansion_does_not_reshuffle_contraction(scenario: Any) -> None:
    """Whether customers also come to pay more, contraction comes to the same customers at the same moments."""
    moments = []
    for more in (BOTH, {"contraction": BOTH["contraction"]}):
        run = lived(scenario, **more)
        chosen = run.is_word("changes", "kind", "contraction")
        moments.append(np.column_stack([run.column("changes", name)[chosen] for name in ("customer", "time")]))
    assert len(moments[0]) > 20
    assert np.array_equal(*moments)


def test_with_retention_off_drift_does_not_feel(scenario: Any) -> None:
    """Beta of what drives customers away and of what they come to pay: all facts are those with a beta of 0."""
    flat = {name: {**plan, "beta": 0} for name, plan in BOTH.items()} | {"leaving": {"base": "60 %/yr"}}
    off, other = lived(scenario, {"retention": {"on": False}}, **BOTH), lived(scenario, **flat)
    assert all(off.tables[name].tobytes() == other.tables[name].tobytes() for name in off.tables)
    assert off.tables["changes"].tobytes() != lived(scenario, **BOTH).tables["changes"].tobytes()

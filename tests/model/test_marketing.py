"""Where leads come from: at their rate, with the traits of their source, the same under every plan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.company import simulate
from sim.model.entities import Lead

SALES = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0.5}}, "deal": "100 EUR/mo"}
BORN = ("source", "created", "value", "fit")


def test_sources_send_leads_at_their_rates_with_their_fits(scenario: Any) -> None:
    """Two sources and one that is shut: counts within 4 standard errors, fit and value as declared."""
    sources = {"web": {"rate": "10 /d"}, "shut": {"rate": "0 /d"}, "fair": {"rate": "2 /d", "fit": -0.5}}
    built = scenario(clock={"horizon": "200 d"}, sales=SALES, marketing={"sources": sources}, service=None)
    run = simulate(built, 0, 1)
    source = run.column("leads", "source")
    assert run.words["sources"] == ("web", "shut", "fair", "referred")
    for code, mean in ((0, 2000), (2, 400)):
        assert abs((source == code).sum() - mean) < 4 * math.sqrt(mean)
    assert not (source == 1).any()
    assert set(run.column("leads", "fit")[source == 2]) == {-0.5}
    assert run.column("leads", "value") == pytest.approx(100.0)
    created = run.column("leads", "created")[np.argsort(run.column("leads", "lead"))]
    assert (np.diff(created) >= 0).all()


def test_organic_leads_are_the_same_under_every_plan(scenario: Any) -> None:
    """More reps, a service desk and customers who tell change no organic lead, only what becomes of it."""
    sources = {"web": {"rate": "3 /d", "busyness": 0.4, "fit": {"dist": "uniform", "low": -1, "high": 1}}}
    deal = {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1}
    parts = {"clock": {"horizon": "6 mo"}, "sales": {**SALES, "deal": deal}}
    alone = simulate(scenario(**parts, marketing={"sources": sources}, service=None), 0, 1)
    customers = {"initial": {"count": 200}, "leaving": {"base": "50 %/yr"}, "telling": {"rate": "0.3 /mo"}}
    teams = {"reps": {"headcount": 9}, "agents": {"headcount": 3}}
    looped = simulate(
        scenario(
            **parts,
            teams=teams,
            marketing={"sources": sources},
            customers=customers,
            kinds={"request": {"per_customer": "1 /mo"}},
        ),
        0,
        1,
    )
    tables = []
    for run in (alone, looped):
        organic = ~run.is_word("leads", "source", "referred")
        columns = np.array([run.column("leads", name)[organic] for name in BORN])
        tables.append(columns[:, np.argsort(columns[1])])
    assert looped.is_word("leads", "source", "referred").sum() > 50
    assert np.array_equal(*tables)


def test_a_busy_source_has_busier_days_and_the_same_mean(scenario: Any) -> None:
    """Day factor with a cv of 0.5: the mean within 4 standard errors, the variance of days well above Poisson's."""
    days, mean = 364, 20.0
    source = {"web": {"rate": "20 /d", "busyness": 0.5}}
    parts = {"sales": {"deal": "1 EUR/mo"}, "marketing": {"sources": source}, "service": None}
    built = scenario(clock={"horizon": "52 wk"}, **parts)
    run = simulate(built, 0, 1)
    count = np.bincount((run.column("leads", "created") // 24).astype(int), minlength=days)
    variance = mean + (0.5 * mean) ** 2
    assert abs(count.mean() - mean) < 4 * math.sqrt(variance / days)
    assert abs(count.var() / variance - 1) < 4 * math.sqrt(6 / days)


def test_a_referred_lead_brings_its_own_fit_and_value(stage: Any, rows: Any) -> None:
    """Taken up under 'referred', with the customer who sent it; the deal is a multiple of an organic one."""
    plan = {
        "initial": {"count": 400, "mrr": "10 EUR/mo"},
        "leaving": {"base": "0 %/yr"},
        "memory": {"start": 0.9},
        "telling": {"rate": "1 /mo"},
    }
    desk = stage(customers=plan, sales=SALES, marketing={"referred": {"fit": 0.7, "value": 1.5}})
    leads = rows(desk.run(), "leads")
    assert len(leads) > 50
    assert {lead["source"] for lead in leads} == {"referred"}
    assert {(lead["fit"], round(lead["value"], 9)) for lead in leads} == {(0.7, 150.0)}
    told = {row["customer"]: row["told"] for row in rows(desk.run_, "subscriptions")}
    assert all(told[lead["referrer"]] >= 1 for lead in leads)
    assert sum(told.values()) == len(leads)


def test_a_lead_knows_what_was_drawn_at_its_birth() -> None:
    """Five traits of its own, then three for every stage."""
    lead = Lead(3, 1, 1, 5.0, (100.0, 0.5, 24.0, 0.1, 1.2, 0.3, 1.0, 2.0), 99)
    assert (lead.value, lead.fit, lead.expiry, lead.asks, lead.threshold) == (100.0, 0.5, 24.0, 0.1, 1.2)
    assert lead.steps == (0.3, 1.0, 2.0)


def test_no_source_is_called_referred(scenario: Any) -> None:
    """That name is taken by the leads that customers send."""
    with pytest.raises(ValidationError, match="leads that customers send"):
        scenario(sales=SALES, marketing={"sources": {"referred": {"rate": "1 /d"}}})

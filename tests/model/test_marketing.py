"""Where leads come from: at their rate, with the traits of their source, the same under every plan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.model.company import simulate
from sim.model.entities import Lead
from sim.model.journal import Run

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


def sold(scenario: Any, sources: dict[str, Any], **parts: Any) -> Run:
    deal = {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1}
    parts = {"clock": {"horizon": "4 mo"}, **({} if "kinds" in parts else {"service": None}), **parts}
    return simulate(scenario(sales={**SALES, "deal": deal}, marketing={"sources": sources}, **parts), 0, 1)


def test_a_campaign_brings_leads_from_its_first_day_to_its_last(scenario: Any) -> None:
    """From a date, until a time: 10 a day in February alone, within 4 standard errors; one that is over brings none."""
    fair = {"rate": "10 /d", "begin": "2026-02-01", "end": "2026-03-01"}
    late = {"rate": "10 /d", "begin": "3 mo"}
    past = {"rate": "10 /d", "begin": "2025-01-01", "end": "2025-02-01"}
    run = sold(scenario, {"fair": fair, "late": late, "past": past})
    created, source = run.column("leads", "created"), run.column("leads", "source")
    first, last = created[source == 0].min() / 24, created[source == 0].max() / 24
    assert 27.0 <= first < 28.0
    assert 54.0 < last < 55.0
    assert abs((source == 0).sum() - 280) < 4 * math.sqrt(280)
    assert created[source == 1].min() >= 3 * 730.5
    assert abs((source == 1).sum() - 304.4) < 4 * math.sqrt(304.4)
    assert not (source == 2).any()


def test_a_longer_campaign_changes_no_other_lead(scenario: Any) -> None:
    """Ended three weeks later: everybody else is the same, trait by trait, and asks for help at the same moments."""
    plan = {"leaving": {"base": "0 %/yr"}}
    runs = []
    for end in ("20 d", "41 d"):
        sources = {"fair": {"rate": "5 /d", "fit": {"dist": "uniform", "low": -1, "high": 1}, "end": end}}
        sources["web"] = {"rate": "2 /d"}
        teams = {"reps": {"headcount": 50}, "agents": {"headcount": 50}}
        clock = {"hours": "always", "horizon": "4 mo"}
        kinds = {"request": {"per_customer": "1 /mo"}}
        runs.append(sold(scenario, sources, teams=teams, customers=plan, clock=clock, kinds=kinds))
    short, long = ({tuple(row) for row in run.tables["leads"][:, [1, 2, 3, 4]].tolist()} for run in runs)
    assert short < long
    needs = []
    for run in runs:
        created = run.column("leads", "created")[np.argsort(run.column("leads", "lead"))]
        who = run.column("subscriptions", "lead")[run.column("tickets", "customer").astype(int)].astype(int)
        needs.append({(created[lead], time) for lead, time in zip(who, run.column("tickets", "opened"), strict=True)})
    assert len(needs[0]) > 50
    assert needs[0] < needs[1]


def test_the_loyal_leave_more_slowly(scenario: Any) -> None:
    """Loyalty 2: half the hazard; exp(-1) and exp(-0.5) are left after a year at 100 %/yr, within 4 standard errors."""
    sources = {name: {"rate": "1000 /mo", "loyalty": loyalty, "end": "1 mo"} for name, loyalty in (("a", 1), ("b", 2))}
    parts = {"customers": {"leaving": {"base": "100 %/yr"}}, "clock": {"horizon": "13 mo"}, "service": None}
    run = simulate(scenario(sales={"deal": "1 EUR/mo"}, marketing={"sources": sources}, **parts), 0, 1)
    lasted = run.column("subscriptions", "left") - run.column("subscriptions", "live")
    for code, stays in ((0, math.exp(-1.0)), (1, math.exp(-0.5))):
        mine = run.column("subscriptions", "source") == code
        share = (~(lasted[mine] <= 8766.0)).mean()
        assert abs(share - stays) < 4 * math.sqrt(stays * (1 - stays) / mine.sum())


def test_origins_are_told_in_order(scenario: Any) -> None:
    """Sources, prospecting, the referred, the won back: the words of the codes."""
    calls = {"team": "reps", "call": "5 min", "reach": 0.1, "interest": 0.1}
    back = {"share": 0.1, "after": "1 mo"}
    marketing = {"sources": {"web": {"rate": "1 /d"}}, "prospecting": {"cold": calls}, "win_back": back}
    built = scenario(sales=SALES, marketing=marketing, customers={"leaving": {"base": "0 %/yr"}}, service=None)
    assert simulate(built, 0, 1).words["sources"] == ("web", "cold", "referred", "won_back")


def test_a_lead_knows_what_was_drawn_at_its_birth() -> None:
    """Five traits of its own, then three for every stage."""
    lead = Lead(3, 1, 1, 5.0, (100.0, 0.5, 24.0, 0.1, 1.2, 0.3, 1.0, 2.0), 99)
    assert (lead.value, lead.fit, lead.expiry, lead.asks, lead.threshold) == (100.0, 0.5, 24.0, 0.1, 1.2)
    assert lead.steps == (0.3, 1.0, 2.0)


def test_no_source_is_called_referred(scenario: Any) -> None:
    """That name is taken by the leads that customers send."""
    with pytest.raises(ValidationError, match="leads that customers send"):
        scenario(sales=SALES, marketing={"sources": {"referred": {"rate": "1 /d"}}})

"""What customers tell others: leads they send, ever fewer as their circle is told, and leads they keep away."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from simpy import Environment
from small import ALWAYS

from sim.engine.streams import Streams
from sim.engine.units import MONTH
from sim.model.company import simulate
from sim.model.entities import Customer
from sim.model.journal import Run
from sim.model.segments import Segments
from sim.model.word import Word
from sim.scenario.customers import CustomersPlan

NEAR = 1e-9
STAYING = {"base": "0 %/yr"}
AGAINST = {"against": {"rate": "2 /mo", "impact": 0.4}}


class Heard:
    """Word of mouth on a clock of its own, with what it is heard to say."""

    def __init__(self, segments: dict[str, Any] | None = None, **telling: Any) -> None:
        self.env = Environment()
        raw = {"leaving": STAYING, "segments": segments or {}, "telling": {"rate": "1 /mo", **telling}}
        plan = CustomersPlan.model_validate(raw)
        assert plan.telling is not None
        self.word = Word(self.env, plan.telling, Segments(Streams(1, 0), plan, True))
        self.leads: list[tuple[float, tuple[float, ...], int]] = []
        self.warnings: list[float] = []
        self.word.on_referral = lambda _, traits, key: self.leads.append((self.env.now, traits, key))
        self.word.on_warning = lambda _: self.warnings.append(self.env.now)

    def tells(self, customer: Customer, chance: float, lag: float = 0.0) -> bool:
        before = customer.told
        self.word.tell((customer, chance, lag, 99, 1.0, 2.0))
        return customer.told > before

    def warns(self, customer: Customer, chance: float) -> bool:
        before = len(self.warnings)
        self.word.warn((customer, chance, 0.0))
        self.env.run(until=self.env.now + 1e-6)
        return len(self.warnings) > before


def feeling(mood: float, segment: int = 0) -> Customer:
    customer = Customer(0, 0, 100.0, 0.0, 1.0, 7)
    customer.satisfaction, customer.segment = mood, segment
    return customer


@pytest.mark.parametrize(("mood", "share"), [(0.9, 1.0), (0.8, 1.0), (0.65, 0.5), (0.56, 0.2)])
def test_each_lead_sent_makes_the_next_less_likely(mood: float, share: float) -> None:
    """With fades of 0.3: 0.7 of the share after one, 0.49 after two; what does not count makes nothing less likely."""
    heard, customer = Heard(fades=0.3), feeling(mood)
    for told in range(4):
        now = share * 0.7**told
        assert not heard.tells(customer, min(now + NEAR, 1.0))
        assert heard.tells(customer, now - NEAR)
    assert customer.told == 4


def test_without_fading_he_tells_for_ever_and_with_all_of_it_once() -> None:
    """Fades of 0 and of 1."""
    heard, customer = Heard(), feeling(0.9)
    assert all(heard.tells(customer, 1.0 - NEAR) for _ in range(20))
    heard, customer = Heard(fades=1), feeling(0.9)
    assert [heard.tells(customer, 0.0) for _ in range(3)] == [True, False, False]


def test_the_lead_comes_after_its_lag_with_its_key_and_traits() -> None:
    """Told at 0, it comes at 5 h, whether or not he has left by then; who has left tells nobody more."""
    heard, customer = Heard(), feeling(0.9)
    assert heard.tells(customer, 0.5, lag=5.0)
    customer.left = 1.0
    assert not heard.tells(customer, 0.0)
    heard.env.run(until=6.0)
    assert heard.leads == [(5.0, (1.0, 2.0), 99)]


@pytest.mark.parametrize(("mood", "anger"), [(0.0, 1.0), (0.25, 0.5), (0.4, 0.2), (0.5, 0.0), (0.6, 0.0), (1.0, 0.0)])
def test_the_angrier_the_more_warnings_work(mood: float, anger: float) -> None:
    """Moments come at the full rate; each keeps a lead away with chance impact x anger: linear below 0.5."""
    heard, customer = Heard(**AGAINST), feeling(mood)
    assert heard.word.against == pytest.approx(2 / MONTH)
    if anger:
        assert heard.warns(customer, 0.4 * anger - NEAR)
    assert not heard.warns(customer, 0.4 * anger + NEAR)
    assert customer.told == 0


def test_kinds_tell_and_warn_as_often_as_they_say() -> None:
    """Twice and half as often: moments come for the first, and count a quarter as often for the other."""
    heard = Heard({"a": {"share": 0.5, "tells": 2}, "b": {"share": 0.5, "tells": 0.5}}, **AGAINST)
    assert (heard.word.rate, heard.word.against) == (pytest.approx(2 / MONTH), pytest.approx(4 / MONTH))
    for segment, share in ((0, 1.0), (1, 0.25)):
        assert heard.tells(feeling(0.9, segment), share - NEAR)
        assert not heard.tells(feeling(0.9, segment), min(share + NEAR, 1.0))
        assert heard.warns(feeling(0.0, segment), 0.4 * share - NEAR)
        assert not heard.warns(feeling(0.0, segment), 0.4 * share + NEAR)


def test_who_has_left_warns_nobody() -> None:
    """Nor does the nobody of an empty stretch of time."""
    heard, gone = Heard(**AGAINST), feeling(0.0)
    gone.left = 1.0
    assert not heard.warns(gone, 0.0)
    heard.word.warn((gone,))
    assert not heard.warnings


# Warnings in a company.

SALES = {"deal": "100 EUR/mo"}
WEB = {"sources": {"web": {"rate": "4 /d"}, "fair": {"rate": "2 /d", "value": 2}}}


def warned(build: Any, mood: float = 0.2, count: int = 50, horizon: str = "6 mo", **parts: Any) -> Run:
    """50 customers of one mood, live for ever, who send nobody; `against` is what they do."""
    telling = {"rate": "0 /mo", **parts.pop("telling", AGAINST)}
    customers = {
        "initial": {"count": count, "mrr": "1 EUR/mo"},
        "leaving": STAYING,
        "memory": {"start": mood},
        "telling": telling,
        **parts.pop("customers", {}),
    }
    parts = {"sales": SALES, "marketing": WEB, **({} if "kinds" in parts else {"service": None}), **parts}
    return simulate(build(clock={**ALWAYS, "horizon": horizon}, customers=customers, **parts), 0, 1)


HARDLY = {"stages": {"closing": {"team": "reps", "work": "0 min", "pass_rate": 0}}, **SALES}
"""Nobody is won, so that the base stays as it is."""
BORN = ("source", "created", "value")


def born(run: Run) -> set[tuple[float, ...]]:
    return set(zip(*(run.column("leads", name).tolist() for name in BORN), strict=True))


def test_a_warning_keeps_the_next_lead_away_and_no_other(scenario: Any) -> None:
    """Of the leads that come without warnings some are missing, as many as were kept away, by whom is told; all others
    come at the same moments with the same traits. Anger 0.6: 50 customers bring 24 a month, 4 standard errors."""
    calm, angry = (warned(scenario, sales=HARDLY, telling=telling) for telling in ({}, AGAINST))
    kept = angry.column("subscriptions", "warned")
    assert born(angry) < born(calm)
    assert len(born(calm)) - len(born(angry)) == kept.sum()
    mean = 6 * 50 * 2 * 0.4 * 0.6
    assert abs(kept.sum() - mean) < 4 * math.sqrt(mean)
    assert not calm.column("subscriptions", "warned").any()


def test_who_is_content_warns_nobody(scenario: Any) -> None:
    """At 0.5 and above nobody does; with the loop of referral off nobody at all, and no fact differs."""
    calm = warned(scenario, 0.5, telling={})
    assert warned(scenario, 0.5).tables["leads"].tobytes() == calm.tables["leads"].tobytes()
    off, silent = (
        warned(scenario, sales=HARDLY, telling=telling, loops={"referral": {"on": on}})
        for telling, on in (({"rate": "3 /mo", **AGAINST}, False), ({}, True))
    )
    assert all(off.tables[name].tobytes() == silent.tables[name].tobytes() for name in off.tables)


def test_warnings_take_their_time(scenario: Any) -> None:
    """After a lag of 60 days the first lead is missing no sooner, and those under way at the end keep nobody away."""
    calm, late = (warned(scenario, sales=HARDLY, telling={**telling, "lag": "60 d"}) for telling in ({}, AGAINST))
    missing = {lead[1] for lead in born(calm) - born(late)}
    assert min(missing) > 60 * 24
    mean = (6 * MONTH - 60 * 24) / MONTH * 50 * 2 * 0.4 * 0.6
    assert abs(len(missing) - mean) < 4 * math.sqrt(mean)


def test_leads_that_were_not_to_come_use_up_no_warning(scenario: Any) -> None:
    """Reputation and a finite market keep away one in two first: what comes without warnings comes with them as well,
    but for as many as were kept away. Reputation and market are the same: nobody is won, and the lost are free at once.
    """
    loops = {"reputation": {"on": True, "time": "1 h", "strength": 1, "most": 1}}
    market = {**WEB, "market": {"size": 300, "cooling": "0 h"}}
    calm, angry = (
        warned(scenario, sales=HARDLY, marketing=market, loops=loops, telling=telling) for telling in ({}, AGAINST)
    )
    mean = 6 * 6 * MONTH / 24 * 250 / 300 * math.exp(-0.5)
    assert abs(len(born(calm)) - mean) < 4 * math.sqrt(mean)
    assert born(angry) < born(calm)
    kept = angry.column("subscriptions", "warned").sum()
    assert len(born(calm)) - len(born(angry)) == kept > 50


def test_a_base_that_begins_with_nobody_warns_when_there_is_somebody(scenario: Any) -> None:
    """Nobody at the start: who is won warns, and some of the leads to come are kept away."""
    run = warned(scenario, count=0)
    assert run.column("subscriptions", "warned").sum() > 50


def test_who_is_sent_comes_whatever_is_said(stage: Any, rows: Any) -> None:
    """Somebody is warned, then a customer sends a lead: it comes, and the warning waits for who would come alone."""
    customers = {
        "initial": {"count": 1, "mrr": "1 EUR/mo"},
        "leaving": STAYING,
        "telling": {"rate": "0 /mo", **AGAINST},
    }
    desk = stage(sales=HARDLY, marketing={"sources": {"web": {"rate": "1 /d", "begin": "1 d"}}}, customers=customers)
    company = desk.company
    who = company.customers.everybody[0]
    desk.at(5.0, lambda: company.word.on_warning(who))
    desk.at(10.0, lambda: company.word.on_referral(who, (100.0, 0.0, math.inf, 0.0, 1.0, 0.5, 0.0, 0.0), 5))
    seen: list[int] = []
    desk.at(20.0, lambda: seen.append(who.warned))
    first, *later = rows(desk.run(), "leads")
    assert (first["created"], first["source"]) == (10.0, "referred")
    assert {lead["source"] for lead in later} == {"web"}
    assert (seen, who.warned) == ([0], 1)


def test_who_is_called_comes_whatever_is_said(scenario: Any) -> None:
    """Detractors keep away who would come by himself; leads that calls bring are the same."""
    calls = {"calls": {"team": "reps", "call": "3 min", "reach": 0.3, "interest": 0.3}}
    sales = {"stages": {"closing": {"team": "agents", "work": "0 min", "pass_rate": 0}}, **SALES}
    runs = [
        warned(scenario, horizon="1 mo", sales=sales, marketing={"sources": {}, "prospecting": calls}, telling=telling)
        for telling in (AGAINST, {})
    ]
    assert len(runs[0].tables["leads"]) > 100
    assert runs[0].tables["leads"].tobytes() == runs[1].tables["leads"].tobytes()
    assert not runs[0].column("subscriptions", "warned").any()


def test_warnings_reshuffle_nobody(scenario: Any) -> None:
    """Customers call, leave and tell as they do without warnings, for as long as nobody new comes."""
    life = {"leaving": {"base": "60 %/yr", "beta": 3}}
    kinds = {"request": {"per_customer": "2 /mo", "resolution": 0.4}}
    runs = [
        warned(scenario, sales=HARDLY, kinds=kinds, customers=life, telling={"rate": "0.5 /mo", **telling})
        for telling in ({}, AGAINST)
    ]
    assert runs[1].column("subscriptions", "warned").sum() > 20
    for table in ("tickets", "contacts", "pulse"):
        assert runs[0].tables[table].tobytes() == runs[1].tables[table].tobytes(), table
    for name in ("left", "told", "satisfaction", "neutral"):
        assert np.array_equal(*(run.column("subscriptions", name) for run in runs), equal_nan=True)

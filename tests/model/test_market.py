"""A finite market: everybody is somewhere at every instant, leads meet the free, the lost cool off or come back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS, pipeline

from sim.model.company import simulate
from sim.model.journal import Run

TEAMS = {"reps": {"headcount": 5}, "agents": {"headcount": 1}}
LOSING = {"initial": {"count": 60, "mrr": "10 EUR/mo"}, "leaving": {"base": "200 %/yr"}}


def selling(build: Any, *, size: int = 400, cooling: str | None = "10 d", horizon: str = "6 mo", **parts: Any) -> Any:
    market = {"size": size, **({"cooling": cooling} if cooling else {})}
    marketing = {"sources": {"web": {"rate": "10 /d"}}, "market": market} | parts.pop("marketing", {})
    return build(
        **{
            "sales": pipeline({"work": "10 min", "thinking": "3 d"}),
            "customers": LOSING,
            "teams": TEAMS,
            "service": None,
            "clock": {**ALWAYS, "horizon": horizon},
            **parts,
            "marketing": marketing,
        }
    )


def everybody(run: Run, time: float, cooling: float, pending: float) -> dict[str, int]:
    """Where everybody but the free is at an instant, counted from the facts; times [h] without spread."""
    created, closed = run.column("leads", "created"), run.column("leads", "closed")
    won = run.is_word("leads", "outcome", "won")
    signed, left = run.column("subscriptions", "won"), run.column("subscriptions", "left")
    begun = created <= time
    return {
        "pipeline": int((begun & ~(closed <= time)).sum()),
        "customers": int(((signed <= time) & ~(left <= time)).sum()),
        "lost": int((begun & ~won & (closed <= time) & (closed > time - cooling)).sum()),
        "gone": int(((left <= time) & (left > time - pending)).sum()),
    }


@pytest.mark.parametrize(("cooling", "back"), [("10 d", None), (None, None), ("10 d", 1.0)])
def test_everybody_is_somewhere_at_every_instant(scenario: Any, cooling: str | None, back: float | None) -> None:
    """Free, in the pipeline, customer, cooling off, or about to come back: the sum is the market, month by month."""
    win_back = {"win_back": {"share": back, "after": "20 d"}} if back else {}
    sales = pipeline(
        {"work": "10 min", "thinking": "3 d", "disqualified": 0.1}, nurture={"lost": 0.3, "after": "9 d"}
    )
    run = simulate(selling(scenario, cooling=cooling, marketing=win_back, sales=sales), 0, 1)
    hours = math.inf if cooling is None else 240.0
    free, times = run.column("pulse", "prospects"), run.column("pulse", "time")
    assert len(times) > 5
    for time, prospects in zip(times, free, strict=True):
        where = everybody(run, time, hours, 480.0 if back else hours)
        assert prospects + sum(where.values()) == 400
        assert time != 730.5 or min(where["pipeline"], where["customers"], where["lost"]) > 0
    assert free.min() >= 0


def test_leads_meet_the_share_that_is_free(scenario: Any) -> None:
    """Half of the market are customers who stay, and nobody ever buys: half of the candidates become leads."""
    customers = {"initial": {"count": 20_000, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    sales = pipeline({"work": "0 min", "pass_rate": 0})
    built = selling(scenario, size=40_000, cooling="0 h", customers=customers, sales=sales)
    count, mean = len(simulate(built, 0, 1).tables["leads"]), 10 * 182.625
    assert abs(count - mean / 2) < 4 * math.sqrt(mean / 2)


def test_without_cooling_off_the_lost_are_lost_for_good(scenario: Any) -> None:
    """300 possible customers and 10 leads a day for six months: nobody is asked twice, in the end nearly all were."""
    plan = {"initial": {"count": 0, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    run = simulate(selling(scenario, size=300, cooling=None, customers=plan), 0, 1)
    assert 290 <= len(run.tables["leads"]) <= 300
    again = simulate(selling(scenario, size=300, cooling="1 d", customers=plan), 0, 1)
    assert len(again.tables["leads"]) > 400


def test_the_market_thins_what_would_have_come(scenario: Any) -> None:
    """Leads of a smaller market are among those of an endless one, trait by trait; a larger one keeps more of them."""
    sizes: tuple[int | None, ...] = (None, 2000, 300)
    leads = []
    for size in sizes:
        built = selling(scenario, size=size or 1000, cooling=None)
        if size is None:
            endless = {"sources": {"web": {"rate": "10 /d"}}}
            built = scenario(
                sales=pipeline({"work": "10 min", "thinking": "3 d"}), customers=LOSING, teams=TEAMS, service=None,
                clock={**ALWAYS, "horizon": "6 mo"}, marketing=endless,
            )  # fmt: skip
        run = simulate(built, 0, 1)
        leads.append({tuple(row) for row in run.tables["leads"][:, 2:5].tolist()})
    everyone, many, few = leads
    assert few < many < everyone
    assert len(few) < 300


def test_calls_meet_nobody_in_a_market_that_is_taken(scenario: Any) -> None:
    """All are customers: conversations, interest, and not one lead; nor does anybody recommend somebody who is free."""
    base = {"initial": {"count": 50, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}, "memory": {"start": 0.9}}
    base["telling"] = {"rate": "5 /mo"}
    calls = {"cold": {"team": "reps", "call": "6 min", "reach": 0.5, "interest": 1}}
    built = selling(scenario, size=50, customers=base, marketing={"prospecting": calls}, horizon="10 d")
    run = simulate(built, 0, 1)
    assert run.column("activities", "conversations")[run.is_word("activities", "outcome", "done")].sum() > 1000
    assert np.nansum(run.column("activities", "leads")) == 0
    assert not len(run.tables["leads"])
    assert run.column("subscriptions", "told").sum() > 20
    assert set(run.column("pulse", "prospects")) == {0.0}


def test_lost_customers_come_back_as_leads(scenario: Any) -> None:
    """Four in ten, 20 days after they left, as leads of their own kind, who name whom they once were."""
    plan = {"initial": {"count": 500, "mrr": "10 EUR/mo"}, "leaving": {"base": "300 %/yr"}}
    win_back = {"share": 0.4, "after": "20 d", "value": 3, "fit": -40}
    marketing = {"win_back": win_back, "sources": {}}
    built = selling(scenario, size=1000, customers=plan, marketing=marketing, horizon="12 mo")
    run = simulate(built, 0, 1)
    left, referrer = run.column("subscriptions", "left"), run.column("leads", "referrer").astype(int)
    early = (left < run.horizon - 480.0).sum()
    assert run.is_word("leads", "source", "won_back").all()
    assert abs(len(referrer) / early - 0.4) < 4 * math.sqrt(0.24 / early)
    assert run.column("leads", "created") == pytest.approx(left[referrer] + 480.0)
    assert run.column("leads", "value") == pytest.approx(300.0)
    assert run.is_word("leads", "outcome", "lost").sum() > 100
    assert not run.is_word("leads", "outcome", "won").any()


def test_who_was_won_back_is_a_new_customer_who_can_leave_again(scenario: Any) -> None:
    """With origin won_back; some come back twice, each time as somebody new."""
    plan = {"initial": {"count": 300, "mrr": "10 EUR/mo"}, "leaving": {"base": "600 %/yr"}}
    marketing = {"win_back": {"share": 1, "after": "5 d", "fit": 40}, "sources": {}}
    run = simulate(selling(scenario, size=300, customers=plan, marketing=marketing, horizon="12 mo"), 0, 1)
    back = run.is_word("subscriptions", "origin", "won_back")
    assert back.sum() > 1000
    assert (run.column("subscriptions", "customer")[back] >= 300).all()
    referrer = run.column("leads", "referrer")
    assert (referrer >= 300).sum() > 500
    assert len(set(referrer)) == len(referrer)
    assert run.column("pulse", "prospects").tolist() == [0.0] * len(run.tables["pulse"])


def test_without_win_back_nobody_comes_back(scenario: Any) -> None:
    """No such source is told of."""
    run = simulate(selling(scenario), 0, 1)
    assert run.words["sources"] == ("web", "referred")
    assert not run.is_word("subscriptions", "origin", "won_back").any()


def test_prospects_are_told_only_where_there_is_a_limit(scenario: Any) -> None:
    """An endless market has no number."""
    run = simulate(scenario(customers=LOSING, service=None), 0, 1)
    assert np.isnan(run.column("pulse", "prospects")).all()

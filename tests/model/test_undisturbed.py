"""What is added to customers draws from streams of its own: it moves whom it concerns, and reshuffles nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small import ALWAYS

from sim.model.company import simulate
from sim.model.facts import TABLES
from sim.model.journal import Run

GAMMA = {"law": "gamma", "cv": 1.3}
BETA = {"law": "beta", "period": "1 mo", "polarization": 0.3}
ISSUES = {"factor": 5, "lasts": "1 wk"}
AGE = {"age": {"dist": "exponential", "mean": "2 yr"}}
KINDS = {
    "request": {
        "per_customer": "1 /mo",
        "resolution": 0.6,
        "returns": 0.5,
        "returns_after": "1 d",
        "handle_time": "5 min",
    },
    "setup": {"per_win": 0.5},
}


def lived(
    build: Any, initial: dict[str, Any] | None = None, leaving: dict[str, Any] | None = None, **customers: Any
) -> Run:
    """Half a year of a company with customers who call, tell and come to pay more."""
    plan = {
        "initial": {"count": 120, "mrr": "100 EUR/mo", **(initial or {})},
        "leaving": {"base": "60 %/yr", "floor": "20 %/yr", **(leaving or {})},
        "telling": {"rate": "0.2 /mo", "promoter": 0, "detractor": 0},
        "expansion": {"rate": "60 %/yr", "size": {"dist": "uniform", "low": 0.1, "high": 0.3}},
        **customers,
    }
    sales = {
        "deal": {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1},
        "stages": {"call": {"team": "reps", "work": "5 min", "pass_rate": 0.5}},
    }
    parts = {"sales": sales, "marketing": {"sources": {"web": {"rate": "2 /d"}}}}
    built = build(clock={**ALWAYS, "horizon": "6 mo"}, customers=plan, kinds=KINDS, **parts)
    return simulate(built, 0, 1)


STAY = {"base": "0 %/yr", "floor": "0 %/yr"}


@pytest.mark.parametrize(
    "added",
    [
        {"leaving": {"varies": GAMMA}},
        {"leaving": {"issues": ISSUES, "beta": 4}},
        {"initial": AGE},
        {"initial": AGE, "leaving": {"varies": GAMMA, "issues": ISSUES}},
        {"segments": {"a": {"share": 0.4, "leaving": {**STAY, "varies": GAMMA}}, "b": {"share": 0.6}}},
    ],
)
def test_where_nobody_leaves_nothing_that_moves_leaving_moves_anything(scenario: Any, added: dict[str, Any]) -> None:
    """Own factors, open issues, ages and segments: every other fact is the same to the bit."""
    plain = lived(scenario, leaving=STAY)
    changed = lived(scenario, **{**added, "leaving": {**STAY, **added.get("leaving", {})}})
    told = {"leads": ["segment"], "subscriptions": ["segment", "age"]}
    for name, table in plain.tables.items():
        kept = [c for c, column in enumerate(TABLES[name]) if column.name not in told.get(name, [])]
        assert np.array_equal(table[:, kept], changed.tables[name][:, kept], equal_nan=True), name
    assert len(plain.tables["tickets"]) > 500
    assert plain.column("subscriptions", "told").sum() > 100


def acts(run: Run) -> dict[tuple[float, float], tuple[float, list[float], list[float]]]:
    """What each of the base and each customer from an organic lead did: when he left, and when he called and came to
    pay more. He is known by his number, or by the value of his lead."""
    worth = dict(zip(run.column("leads", "lead"), run.column("leads", "value"), strict=True))
    calls, grown = run.column("tickets", "customer"), run.column("changes", "customer")
    asked, kind = run.column("tickets", "opened"), run.is_word("tickets", "type", "request")
    times, found = run.column("changes", "time"), {}
    names = ("customer", "lead", "origin", "left")
    for customer, lead, origin, left in zip(*(run.column("subscriptions", name) for name in names), strict=True):
        if origin <= 1:
            known = (-1.0, customer) if origin == 0 else (worth[lead], 0.0)
            called = sorted(asked[(calls == customer) & kind].tolist())
            found[known] = (left, called, sorted(times[grown == customer].tolist()))
    return found


@pytest.mark.parametrize(
    "added",
    [{"varies": GAMMA}, {"varies": BETA}, {"issues": ISSUES}, {"base": "90 %/yr"}, {"varies": GAMMA, "beta": 4}],
)
def test_others_live_on_as_they_did_though_some_leave_sooner(scenario: Any, added: dict[str, Any]) -> None:
    """Whoever is there under both calls and comes to pay more at the same moments, as long as he is."""
    first, second = acts(lived(scenario)), acts(lived(scenario, leaving=added))
    both = first.keys() & second.keys()
    assert len(both) > 250
    moved = 0
    for one in both:
        (left, *before), (goes, *after) = first[one], second[one]
        end = np.nanmin([left, goes, np.inf])
        moved += left != goes and not (np.isnan(left) and np.isnan(goes))
        for old, new in zip(before, after, strict=True):
            assert [time for time in old if time < end] == [time for time in new if time < end]
    assert moved > 20

"""The whole company: a pure function, nothing lost, loops off without a trace, any combination of parts."""

from __future__ import annotations

import gc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from small import EMAIL, PHONE, SALES

from sim.model.company import simulate
from sim.model.journal import Run

CALLS = PHONE | {"patience": "6 min"}
KINDS = {
    "request": {
        "per_customer": "1 /mo",
        "resolution": 0.7,
        "returns": 0.8,
        "returns_after": "2 d",
        "channels": {"phone": 0.5, "email": 0.5},
    },
    "setup": {"per_win": 0.8, "channels": {"email": 1}},
    "question": {"channels": {"email": 1}, "resolution": 0.8},
    "walk_in": {"arrivals": {"rate": "2 /d"}},
}
CUSTOMERS = {
    "initial": {"count": 150},
    "leaving": {"base": "80 %/yr", "floor": "10 %/yr", "beta": 3},
    "telling": {"rate": "0.1 /mo"},
}
TEAMS = {
    "reps": {"headcount": 2, "turnover": "100 %/yr", "vacancy": "1 mo"},
    "agents": {"headcount": 2, "shrinkage": 0.2, "waiting_room": 10},
}


@pytest.fixture
def whole(scenario: Any) -> Any:
    """Everything at once for three months; parts can be replaced or left out."""

    def build(**parts: Any) -> Any:
        base = {
            "clock": {"horizon": "3 mo"},
            "sales": SALES,
            "marketing": {"sources": {"web": {"rate": "3 /d"}}},
            "customers": CUSTOMERS,
            "teams": TEAMS,
            "service": {
                "channels": {"phone": CALLS, "email": EMAIL},
                "types": {
                    n: {"team": "agents", "channels": {"phone": 1}, "handle_time": "30 min", **kind}
                    for n, kind in KINDS.items()
                },
            },
        }
        return scenario(**{**base, **parts})

    return build


def equal(one: Run, other: Run, skip: tuple[str, ...] = ()) -> bool:
    return all(np.array_equal(one.tables[n], other.tables[n], equal_nan=True) for n in one.tables if n not in skip)


def test_a_run_is_a_pure_function_of_scenario_replication_and_seed(whole: Any) -> None:
    """Again the same, another replication or seed something else; the scenario's seed is the default."""
    built = whole()
    run = simulate(built, 0, 7)
    assert equal(run, simulate(built, 0, 7))
    assert not equal(run, simulate(built, 1, 7))
    assert not equal(run, simulate(built, 0, 8))
    assert equal(simulate(built, 0), simulate(built, 0, built.run.seed))


def test_the_collector_is_left_as_it_was_found(whole: Any) -> None:
    """A run switches it off for itself alone."""
    gc.disable()
    try:
        simulate(whole(clock={"horizon": "1 d"}), 0, 1)
        assert not gc.isenabled()
    finally:
        gc.enable()
    simulate(whole(clock={"horizon": "1 d"}), 0, 1)
    assert gc.isenabled()


def test_everything_that_came_in_is_accounted_for(whole: Any) -> None:
    """Numbers without a gap, wins and signatures one to one, times in order and before the horizon."""
    run = simulate(whole(), 0, 1)
    for table, name, first in (("leads", "lead", 0), ("tickets", "ticket", 1), ("subscriptions", "customer", 0)):
        numbers = run.column(table, name)
        assert np.array_equal(np.sort(numbers), np.arange(first, first + len(numbers)))
    assert run.counts == {name: len(run.tables[name]) for name in ("contacts", "visits", "activities")}
    won = run.is_word("leads", "outcome", "won")
    signed = run.column("subscriptions", "lead")
    assert np.array_equal(np.sort(signed[~np.isnan(signed)]), np.sort(run.column("leads", "lead")[won]))
    for table, names in {
        "leads": ("created", "first_touch", "closed"),
        "visits": ("entered", "started", "ended", "decided"),
        "tickets": ("opened", "closed"),
        "contacts": ("arrived", "started", "ended"),
        "subscriptions": ("won", "live", "left"),
    }.items():
        for name in names:
            column = run.column(table, name)
            assert not (column >= run.horizon).any(), (table, name)
        for before, after in pairwise(names):
            gap = run.column(table, after) - run.column(table, before)
            assert not (gap < -1e-9).any(), (table, before, after)


def test_contacts_of_a_ticket_are_numbered_and_end_with_its_resolution(whole: Any) -> None:
    """Every ticket's contacts are numbered 1, 2, ... and only the last one can resolve it."""
    run = simulate(whole(), 0, 1)
    assert run.column("tickets", "contacts").sum() == run.counts["contacts"]
    ticket, attempt = run.column("contacts", "ticket"), run.column("contacts", "attempt")
    resolved = run.column("contacts", "resolved")
    order = np.lexsort([attempt, ticket])
    ticket, attempt, resolved = ticket[order], attempt[order], resolved[order]
    new = np.r_[True, np.diff(ticket) > 0]
    assert (attempt[new] == 1).all()
    assert (np.diff(attempt)[~new[1:]] == 1).all()
    assert not (resolved[:-1][~new[1:]] == 1).any()
    closed_well = run.is_word("tickets", "outcome", "resolved")
    assert closed_well.sum() == (resolved == 1).sum()


@pytest.mark.parametrize(
    ("loop", "without"),
    [
        ("referral", {"customers": {k: v for k, v in CUSTOMERS.items() if k != "telling"}}),
        ("retention", {"customers": {**CUSTOMERS, "leaving": {**CUSTOMERS["leaving"], "beta": 0}}}),
        ("failure_demand", {"returns": 0}),
        ("presale", {"sales": {**SALES, "questions": {**SALES["questions"], "answered": 5, "unanswered": -5}}}),
    ],
)
def test_a_loop_that_is_off_leaves_no_trace(whole: Any, loop: str, without: dict[str, Any]) -> None:
    """Off is, fact by fact, the company in which the loop could not act, whatever its parameters."""
    off = {"loops": {loop: {"on": False}}}
    if loop == "failure_demand":
        kinds = {
            n: {"team": "agents", "channels": {"phone": 1}, "handle_time": "30 min", **kind, **without}
            for n, kind in KINDS.items()
        }
        without = {"service": {"channels": {"phone": CALLS, "email": EMAIL}, "types": kinds}}
    if loop == "presale":
        without = {**without, **off}
    one, other, on = (simulate(whole(**parts), 0, 1) for parts in (off, without, {}))
    assert equal(one, other)
    assert not equal(one, on)


@pytest.mark.parametrize("horizon", ["1 min", "1 h", "20 d", "1 mo", "31 d"])
def test_short_horizons_are_read_at_both_ends(whole: Any, horizon: str) -> None:
    """First reading at 0, last at the horizon, whatever the month."""
    run = simulate(whole(clock={"horizon": horizon}), 0, 1)
    assert run.column("pulse", "time")[0] == 0.0
    assert run.column("pulse", "time")[-1] == run.horizon
    assert (np.diff(run.column("pulse", "time")) > 0).all()


@pytest.mark.parametrize(
    "parts",
    [
        {"sales": None, "marketing": None, "customers": None},
        {"service": None, "customers": None},
        {"service": None},
        {"marketing": None},
        {"marketing": None, "sales": None, "customers": {**CUSTOMERS, "telling": None}},
        {"customers": {"leaving": {"base": "0 %/yr"}}},
        {"teams": {"reps": {"headcount": 0}, "agents": {"headcount": 0}}},
        {"teams": {"reps": {"headcount": 0}, "agents": {"headcount": 0, "waiting_room": 0}}},
        {"clock": {"horizon": "2 wk", "holidays": [f"2026-01-{day:02}" for day in range(5, 26)]}},
        {"clock": {"horizon": "2 wk", "hours": "always"}},
    ],
)
def test_any_part_can_be_missing(scenario: Any, whole: Any, parts: dict[str, Any]) -> None:
    """A hotline, a pipeline, a base without a desk, a desk without people: each runs to its horizon."""
    no_questions = {k: v for k, v in SALES.items() if k != "questions"}
    if "service" in parts:
        parts = {"sales": no_questions, **parts}
    if parts.get("customers", 1) is None and "service" not in parts:
        kinds = {"walk_in": {"team": "agents", "channels": {"phone": 1}, "handle_time": "5 min", **KINDS["walk_in"]}}
        parts = {**parts, "service": {"channels": {"phone": CALLS}, "types": kinds}}
    if parts.get("customers") and parts["customers"].get("telling", 1) is None:
        initial = {"count": 50, "mrr": "10 EUR/mo"}
        parts = {**parts, "customers": {"initial": initial, "leaving": CUSTOMERS["leaving"]}}
    run = simulate(whole(**parts), 0, 1)
    assert run.column("team_time", "time")[-1] == run.horizon


def test_what_would_never_end_is_refused(scenario: Any) -> None:
    """Never resolved, back at once, without any work: time would stand still."""
    kinds = {"request": {"resolution": 0, "handle_time": "0 min", "arrivals": {"rate": "1 /d"}}}
    with pytest.raises(ValidationError, match="would never end"):
        scenario(kinds=kinds)


def test_needs_that_are_never_resolved_fill_the_desk_and_no_more(scenario: Any) -> None:
    """With work to do, endless returns are bounded by the hours of the desk."""
    kinds = {"request": {"resolution": 0, "arrivals": {"rate": "10 /d"}}}
    run = simulate(scenario(clock={"horizon": "4 wk"}, kinds=kinds), 0, 1)
    assert not run.is_word("tickets", "outcome", "resolved").any()
    assert run.column("contacts", "handled")[~np.isnan(run.column("contacts", "handled"))].sum() <= 161.0

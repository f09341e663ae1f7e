"""A loop that is off has exactly no effect: the facts are those of a scenario where it could not act, bit for bit."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from yardstick import RICH

from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.load import load

SHORT = ("clock.horizon=3 mo", "clock.report_at=[2 mo]")
SHORTER = ("clock.horizon=2 mo", "clock.report_at=[1 mo]")


@cache
def facts(*sets: str) -> Run:
    """One short future of the baseline with these settings."""
    return simulate(load("baseline", sets=[*SHORT, *sets]), 1, 7)


@cache
def rich(*sets: str) -> Run:
    """The same with segments, own factors, open issues, warnings, fading word, drift and ages."""
    return simulate(load("baseline", overlays=RICH, sets=[*SHORTER, *sets]), 1, 7)


def same(first: Run, second: Run, *tables: str) -> bool:
    """Whether these tables (all, if none is named) are equal to the bit."""
    return all(first.tables[name].tobytes() == second.tables[name].tobytes() for name in tables or first.tables)


NEUTRAL = {
    "retention": "customers.leaving.beta=0",
    "referral": "customers.telling.rate=0 /mo",
    "failure_demand": None,
}


def without_returns() -> tuple[str, ...]:
    """Settings under which no need comes back, and nobody complains."""
    kinds = load("baseline").service.types
    back = [f"service.types.{name}.returns=0" for name in kinds]
    return (*back, *(f"service.types.{name}.complaints.share=0" for name, kind in kinds.items() if kind.complaints))


@pytest.mark.parametrize("loop", NEUTRAL)
def test_off_equals_neutral(loop):
    """Retention off is a hazard that does not feel, referral off nobody who tells, failure demand off no returns."""
    settings = (NEUTRAL[loop],) if NEUTRAL[loop] else without_returns()
    off = facts(f"loops.{loop}.on=false")
    assert same(off, facts(*settings))
    assert not same(off, facts())


UNFELT = (
    *(f"customers.leaving.{setting}" for setting in ("beta=0", "issues=null")),
    "customers.segments.large.leaving.beta=0",
    "customers.expansion.beta=0",
)
"""Settings under which nothing that customers feel moves what they do."""
RICHLY = {
    "retention": UNFELT,
    "referral": ("customers.telling.rate=0 /mo", "customers.telling.against=null"),
    "failure_demand": None,
}


@pytest.mark.parametrize("loop", RICHLY)
def test_off_equals_neutral_whatever_customers_can_do(loop):
    """The same with all that customers can do: retention off moves no drift and no issue either, referral off silences
    detractors as well."""
    off = rich(f"loops.{loop}.on=false")
    assert same(off, rich(*(RICHLY[loop] or without_returns())))
    assert not same(off, rich(), "subscriptions")


def test_with_retention_off_everybody_leaves_as_the_neutral_one():
    """Neutral times are times of leaving, for those who do and those who do not."""
    off = rich("loops.retention.on=false")
    left, neutral = off.column("subscriptions", "left"), off.column("subscriptions", "neutral")
    assert np.isfinite(left).sum() > 20
    assert np.array_equal(left, neutral, equal_nan=True)


def test_neutral_times_are_the_same_whatever_customers_feel():
    """They depend on endurance, contract and own factor alone: of the initial base they are those of the loop off."""
    on, off = (run.column("subscriptions", "neutral")[:900] for run in (rich(), rich("loops.retention.on=false")))
    assert np.allclose(on, off, rtol=0.0, atol=1e-6, equal_nan=True)


def test_presale_off_leaves_sales_alone():
    """With presale off questions are asked and answered, and sales goes on as if nobody had asked."""
    off = facts("loops.presale.on=false", "loops.referral.on=false")
    mute = facts("sales.questions.share=0", "loops.referral.on=false")
    assert same(off, mute, "leads", "visits")
    assert len(off.tables["tickets"]) > len(mute.tables["tickets"])
    assert not same(facts("loops.referral.on=false"), mute, "leads")


def test_a_loop_that_is_off_has_no_parameters():
    """With everything off, what the loops' plans say does not matter."""
    loops = tuple(f"loops.{name}.on=false" for name in ("retention", "referral", "presale", "failure_demand"))
    other = (
        "customers.leaving.beta=9",
        "customers.telling.rate=0.5 /mo",
        "sales.questions.answered=3",
        "sales.questions.unanswered=-3",
        *without_returns(),
    )
    assert same(facts(*loops), facts(*loops, *other))
    other += ("customers.leaving.issues.factor=20", "customers.expansion.beta=9", "customers.telling.fades=90 %")
    other += ("customers.telling.against.rate=3 /mo", "customers.segments.large.leaving.beta=9")
    assert same(rich(*loops), rich(*loops, *other))


WILD = {
    "overselling": ("bar=20", "promise=20", "tickets=20", "leaving=50", "stage=presentation"),
    "reputation": ("time=1 d", "reference=0.1", "strength=20", "most=10", "odds=20"),
    "shortcuts": ("exponent=-3", "erosion=1 d", "longest=10", "window=1 d", "resolution=10"),
    "burnout": ("above=5 %", "memory=8 h", "quits=100", "slower=20", "errors=100"),
    "hiring": (
        "teams={agents: {rule: ratio, of: customers, per_head: 5, every: 1 d, layoffs: true, delay: 1 d},"
        " reps: {rule: budget, share: 1 %, every: 1 d, layoffs: true},"
        " field: {rule: plan, steps: [{from: 1 d, headcount: 9}]}}",
    ),
}
"""Settings of each loop that would change a great deal."""


@pytest.mark.parametrize("loop", WILD)
def test_a_new_loop_that_is_off_is_as_if_it_were_not_there(loop):
    """Whatever its parameters; and when it is on, it changes what happens."""
    given = tuple(f"loops.{loop}.{setting}" for setting in WILD[loop])
    off = rich(f"loops.{loop}.on=false")
    assert same(rich(f"loops.{loop}.on=false", *given), off)
    assert not same(rich(f"loops.{loop}.on=true", *given), off, "contacts")


def test_overselling_without_pressure_is_no_overselling():
    """Pushes of no strength change nothing: the facts are equal to the bit.

    Poor fits that would need more help are left out: whoever may is drawn for more needs, of which others are kept.
    """
    weak = facts(*(f"loops.overselling.{setting}" for setting in ("on=true", "tickets=1", "bar=0", "promise=0")))
    assert same(weak, facts())


def test_reputation_that_moves_nothing_is_only_told():
    """With no strength and nothing to thin, sources bring what they say, and the pulse has one figure more."""
    told = facts(*(f"loops.reputation.{setting}" for setting in ("on=true", "strength=0", "most=1")))
    assert same(told, facts(), *(name for name in told.tables if name != "pulse"))
    assert (told.column("pulse", "reputation") > 0).all()

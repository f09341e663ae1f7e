"""A loop that is off has exactly no effect: the facts are those of a scenario where it could not act, bit for bit."""

from __future__ import annotations

from functools import cache

import pytest

from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.load import load

SHORT = ("clock.horizon=3 mo", "clock.report_at=[2 mo]")


@cache
def facts(*sets: str) -> Run:
    """One short future of the baseline with these settings."""
    return simulate(load("baseline", sets=[*SHORT, *sets]), 1, 7)


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


@pytest.mark.parametrize("loop", ["overselling", "reputation"])
def test_a_new_loop_that_is_off_is_as_if_it_were_not_there(loop):
    """Whatever its parameters; and when it is on, it changes what happens."""
    wild = {
        "overselling": ("bar=20", "promise=20", "tickets=20", "leaving=50", "stage=presentation"),
        "reputation": ("time=1 d", "reference=0.1", "strength=20", "most=10", "odds=20"),
    }
    off = facts(*(f"loops.{loop}.{setting}" for setting in wild[loop]))
    assert same(off, facts())
    assert not same(facts(f"loops.{loop}.on=true"), facts(), "leads")


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

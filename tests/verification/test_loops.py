"""A loop that is off has exactly no effect: the facts are those of a scenario where it could not act, bit for bit."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from yardstick import RICH, leavings

from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.load import load

SHORT = ("clock.horizon=3 mo", "clock.report_at=[2 mo]")
BASELINE = "baseline"
EITHER = pytest.mark.parametrize("name", [BASELINE, RICH], ids=["baseline", "rich"])
"""A company as it stands, and a small one with everything that customers can do."""


@cache
def facts(name: str, *sets: str) -> Run:
    """One short future of a scenario with these settings."""
    return simulate(load(name, sets=[*SHORT, *sets]), 1, 7)


def same(first: Run, second: Run, *tables: str) -> bool:
    """Whether these tables (all, if none is named) are equal to the bit."""
    return all(first.tables[name].tobytes() == second.tables[name].tobytes() for name in tables or first.tables)


def unable(name: str, loop: str) -> tuple[str, ...]:
    """Settings of a scenario under which a loop cannot act: a hazard that does not feel, and payments that do not
    either; nobody who tells or warns; no need that comes back, and nobody who complains."""
    scenario = load(name)
    if loop == "retention":
        return (*leavings(name, "beta=0", "issues.factor=1"), "customers.expansion.beta=0")
    if loop == "referral":
        return ("customers.telling.rate=0 /mo", "customers.telling.against=null")
    kinds = scenario.service.types
    back = [f"service.types.{name}.returns=0" for name in kinds]
    return (*back, *(f"service.types.{name}.complaints.share=0" for name, kind in kinds.items() if kind.complaints))


@EITHER
@pytest.mark.parametrize("loop", ["retention", "referral", "failure_demand"])
def test_off_equals_neutral(loop, name):
    """Off, and unable to act: the same. On, something else."""
    # What a talk finds depends on contentment by itself: no setting but the loop's could take that away.
    follow_up = load(name).sales.follow_up
    quiet = tuple(f"sales.follow_up.{each}=null" for each in follow_up) if loop == "retention" else ()
    off = facts(name, f"loops.{loop}.on=false", *quiet)
    assert same(off, facts(name, *unable(name, loop), *quiet))
    assert not same(off, facts(name, *quiet))


@EITHER
def test_with_retention_off_everybody_leaves_as_the_neutral_one(name):
    """Neutral times are times of leaving, for those who do and those who do not."""
    off = facts(name, "loops.retention.on=false")
    left, neutral = off.column("subscriptions", "left"), off.column("subscriptions", "neutral")
    assert np.isfinite(left).sum() > 20
    assert np.array_equal(left, neutral, equal_nan=True)


@EITHER
def test_neutral_times_are_the_same_whatever_customers_feel(name):
    """They depend on endurance, contract and own factor alone: of the initial base they are those of the loop off."""
    count = load(name).customers.initial.count
    runs = facts(name), facts(name, "loops.retention.on=false")
    on, off = (run.column("subscriptions", "neutral")[:count] for run in runs)
    assert np.allclose(on, off, rtol=0.0, atol=1e-6, equal_nan=True)


def test_presale_off_leaves_sales_alone():
    """With presale off questions are asked and answered, and sales goes on as if nobody had asked."""
    off = facts(BASELINE, "loops.presale.on=false", "loops.referral.on=false")
    mute = facts(BASELINE, "sales.questions.share=0", "loops.referral.on=false")
    assert same(off, mute, "leads", "visits")
    assert len(off.tables["tickets"]) > len(mute.tables["tickets"])
    assert not same(facts(BASELINE, "loops.referral.on=false"), mute, "leads")


@EITHER
def test_a_loop_that_is_off_has_no_parameters(name):
    """With everything off, what the loops' plans say does not matter."""
    loops = tuple(f"loops.{name}.on=false" for name in ("retention", "referral", "presale", "failure_demand"))
    other = (
        *leavings(name, "beta=9"),
        "customers.leaving.issues.factor=20",
        "customers.expansion.beta=9",
        "customers.telling.rate=0.5 /mo",
        "customers.telling.fades=90 %",
        "customers.telling.against.rate=3 /mo",
        "sales.questions.answered=3",
        "sales.questions.unanswered=-3",
        *unable(name, "failure_demand"),
    )
    assert same(facts(name, *loops), facts(name, *loops, *other))


WILD = {
    "overselling": ("bar=20", "promise=20", "tickets=20", "leaving=50", "stage=second"),
    "reputation": ("time=1 d", "reference=0.1", "strength=20", "most=10", "odds=20"),
    "shortcuts": ("exponent=-3", "erosion=1 d", "longest=10", "window=1 d", "resolution=10"),
    "burnout": ("above=5 %", "memory=8 h", "quits=100", "slower=20", "errors=100"),
    "hiring": (
        "teams={agents: {rule: ratio, of: customers, per_head: 20, every: 1 d, layoffs: true, delay: 1 d},"
        " reps: {rule: budget, share: 10 %, every: 1 d, layoffs: true},"
        " field: {rule: plan, steps: [{from: 1 d, headcount: 4}]}}",
    ),
}
"""Settings of each loop that would change a great deal."""


@pytest.mark.parametrize("loop", WILD)
def test_a_new_loop_that_is_off_is_as_if_it_were_not_there(loop):
    """Whatever its parameters; and when it is on, it changes what happens."""
    given = tuple(f"loops.{loop}.{setting}" for setting in WILD[loop])
    assert same(facts(RICH, f"loops.{loop}.on=false", *given), facts(RICH))
    assert not same(facts(RICH, f"loops.{loop}.on=true", *given), facts(RICH), "contacts")


def test_a_loop_of_the_baseline_that_is_off_is_as_if_it_were_not_there():
    """The baseline's people tire; switched off it does not matter how readily."""
    given = tuple(f"loops.burnout.{setting}" for setting in ("on=false", *WILD["burnout"]))
    off = facts(BASELINE, "loops.burnout.on=false")
    assert same(facts(BASELINE, *given), off)
    assert np.isnan(off.column("team_time", "occupancy")).all()


def test_overselling_without_pressure_is_no_overselling():
    """Pushes of no strength change nothing: the facts are equal to the bit.

    Poor fits that would need more help are left out: whoever may is drawn for more needs, of which others are kept.
    """
    mild = tuple(f"loops.overselling.{setting}" for setting in ("on=true", "tickets=1", "bar=0", "promise=0"))
    assert same(facts(BASELINE, *mild), facts(BASELINE))


def test_reputation_that_moves_nothing_is_only_told():
    """With no strength and nothing to thin, sources bring what they say, and the pulse has one figure more."""
    told = facts(BASELINE, *(f"loops.reputation.{setting}" for setting in ("on=true", "strength=0", "most=1")))
    assert same(told, facts(BASELINE), *(name for name in told.tables if name != "pulse"))
    assert (told.column("pulse", "reputation") > 0).all()

"""The equations of experience, memory, leaving and telling."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.loyalty import experience, hazard, odds, remember, telling
from sim.scenario.customers import Experience, Memory
from sim.scenario.leaving import Leaving
from sim.scenario.telling import Telling

FEELINGS = Experience()
MEMORY = Memory()
LEAVING = Leaving.model_validate({"base": "20 %/yr", "floor": "8 %/yr", "beta": 4})
TELLING = Telling.model_validate({"rate": "0.03 /mo"})

shares = st.floats(0, 1)
waits = st.floats(0, 1e6)


def test_experience_loses_half_the_cost_of_waiting_at_the_tolerance() -> None:
    """Resolved at once 0.95, unresolved 0.35; a wait as long as the tolerance takes half of 0.2."""
    assert experience(FEELINGS, True, 0.0, 0.05) == 0.95
    assert experience(FEELINGS, False, 0.0, 0.05) == 0.35
    assert experience(FEELINGS, True, 0.05, 0.05) == pytest.approx(0.85)
    assert experience(FEELINGS, True, 1e12, 0.05) == pytest.approx(0.75)


@given(waits, waits, st.booleans(), st.floats(1e-6, 1e3))
def test_a_longer_wait_never_feels_better(one: float, other: float, resolved: bool, tolerance: float) -> None:
    """Experience falls with the wait and stays between 0 and 1."""
    short, long = sorted((one, other))
    assert 1 >= experience(FEELINGS, resolved, short, tolerance) >= experience(FEELINGS, resolved, long, tolerance) >= 0


def test_experience_is_not_below_nothing() -> None:
    """Where waiting costs more than there is to lose, the experience is 0."""
    plan = Experience.model_validate({"unresolved": 0.1, "waiting": 0.9})
    assert experience(plan, False, 100.0, 0.1) == 0.0


def test_memory_goes_faster_down_than_up() -> None:
    """Worked by hand: 0.5 and an experience of 1 or 0."""
    assert remember(MEMORY, 0.5, 1.0, 1.0) == pytest.approx(0.575)
    assert remember(MEMORY, 0.5, 0.0, 1.0) == pytest.approx(0.35)
    assert remember(MEMORY, 0.5, 0.0, 2.0) == pytest.approx(0.2)


def test_a_contact_without_weight_leaves_no_trace_and_a_heavy_one_is_all_that_is_remembered() -> None:
    """Weight 0 changes nothing; rate times weight beyond 1 counts as 1."""
    assert remember(MEMORY, 0.5, 0.9, 0.0) == 0.5
    assert remember(MEMORY, 0.5, 0.9, 1000.0) == pytest.approx(0.9)


@given(shares, shares, st.floats(0, 100))
def test_memory_stays_between_what_was_and_what_is_felt(before: float, felt: float, weight: float) -> None:
    """A mean of the two never leaves their range."""
    after = remember(MEMORY, before, felt, weight)
    assert min(before, felt) - 1e-12 <= after <= max(before, felt) + 1e-12


def test_hazard_at_the_reference_is_the_base() -> None:
    """At the reference the base; one step of 1/beta below it, e times as much above the floor."""
    year = 8766.0
    assert hazard(LEAVING, 0.75) == pytest.approx(0.20 / year)
    assert hazard(LEAVING, 0.5) == pytest.approx((0.08 + 0.12 * math.e) / year)
    assert hazard(LEAVING, 1.0) == pytest.approx((0.08 + 0.12 / math.e) / year)


@given(shares, shares)
def test_less_content_customers_leave_sooner(one: float, other: float) -> None:
    """The hazard falls with satisfaction and never below its floor."""
    low, high = sorted((one, other))
    assert hazard(LEAVING, low) >= hazard(LEAVING, high) > LEAVING.floor


def test_telling_is_linear_between_detractor_and_promoter() -> None:
    """Nothing at 0.5, everything at 0.8, half of it in the middle."""
    assert [telling(TELLING, s) for s in (0.0, 0.5, 0.8, 1.0)] == [0.0, 0.0, 1.0, 1.0]
    assert telling(TELLING, 0.65) == pytest.approx(0.5)


def test_telling_with_one_threshold_is_a_step() -> None:
    """Promoter and detractor may coincide."""
    plan = Telling.model_validate({"rate": "1 /mo", "promoter": 0.6, "detractor": 0.6})
    assert [telling(plan, s) for s in (0.59, 0.6)] == [0.0, 1.0]


def test_odds_add_to_log_odds() -> None:
    """Even odds and an effect of ln 3 are three to one; certainties stay."""
    assert odds(0.5, math.log(3)) == pytest.approx(0.75)
    assert odds(0.3, 0.0) == 0.3
    assert (odds(0.0, 5.0), odds(1.0, -5.0)) == (0.0, 1.0)


@given(st.floats(1e-12, 1 - 1e-12), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_odds_rise_with_the_effect_however_strong(chance: float, one: float, other: float) -> None:
    """No effect is too strong to be worked out."""
    low, high = sorted((one, other))
    assert 0.0 <= odds(chance, low) <= odds(chance, high) + 1e-15 <= 1.0 + 1e-15

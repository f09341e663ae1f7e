"""Shifts and shrinkage as one calendar per position."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.rota import half_days, opening, rota
from sim.scenario.clock import Clock
from sim.scenario.hours import merged
from sim.scenario.teams import TeamPlan

CLOCK = Clock.model_validate({"horizon": "4 wk", "hours": {"mon-fri": "09:00-17:00"}})


def plan(**parts: object) -> TeamPlan:
    return TeamPlan.model_validate(parts)


def test_half_days_cut_long_duty_in_the_middle_and_at_midnight() -> None:
    """Eight hours make two halves, five hours stay whole, a window over midnight falls in two."""
    assert half_days(((9.0, 17.0), (33.0, 38.0))) == [(9.0, 13.0), (13.0, 17.0), (33.0, 38.0)]
    assert half_days(((20.0, 28.0),)) == [(20.0, 24.0), (24.0, 28.0)]
    assert len(half_days(((0.0, 168.0),))) == 14


def test_merged_joins_what_touches_or_overlaps() -> None:
    """Order of the input does not matter."""
    assert merged([(13, 17), (9, 13), (30, 35), (32, 33)]) == ((9, 17), (30, 35))


def test_without_shrinkage_everybody_shares_one_calendar() -> None:
    """One object for all keeps one bell per boundary."""
    calendars = rota(plan(headcount=5), CLOCK)
    assert len(calendars) == 5
    assert all(calendar is calendars[0] for calendar in calendars)
    assert rota(plan(headcount=0, shrinkage=0.3), CLOCK) == []


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 70), st.floats(0.0, 0.95))
def test_the_share_present_is_what_shrinkage_leaves(count: int, shrinkage: float) -> None:
    """Over the week up to one piece of duty for the team; at every hour up to one person; nobody is always away."""
    calendars = rota(plan(headcount=count, shrinkage=shrinkage), CLOCK)
    hours = [calendar.week_hours for calendar in calendars]
    assert -1e-6 <= sum(hours) - 40 * count * (1 - shrinkage) <= 4.0 + 1e-6
    assert min(hours) > 0
    assert max(hours) - min(hours) <= 4.0 + 1e-9
    for day in range(5):
        for hour in (9.0, 10.5, 12.9, 13.0, 16.9):
            there = sum(calendar.is_open(24 * day + hour) for calendar in calendars)
            assert abs(there - count * (1 - shrinkage)) < 1 + 1e-6


def test_thirty_percent_of_ten_people_is_exactly_three_away_at_any_time() -> None:
    """Round numbers leave no rounding at all: seven of ten all week, each of them 28 hours."""
    calendars = rota(plan(headcount=10, shrinkage=0.3), CLOCK)
    assert [calendar.week_hours for calendar in calendars] == [28.0] * 10
    assert all(sum(c.is_open(24 * d + h) for c in calendars) == 7 for d in range(5) for h in (9.0, 12.0, 13.0, 16.0))


@pytest.mark.parametrize(("count", "shrinkage"), [(2, 0.95), (40, 0.9), (1, 0.95), (7, 0.5)])
def test_a_week_of_one_short_window_still_sees_everybody(count: int, shrinkage: float) -> None:
    """Where half-days are too few to go round, they are cut finer."""
    calendars = rota(plan(headcount=count, shrinkage=shrinkage, hours={"mon": "09:00-12:00"}), CLOCK)
    hours = [calendar.week_hours for calendar in calendars]
    assert min(hours) > 0
    assert -1e-6 <= sum(hours) - 3 * count * (1 - shrinkage) <= 3.0


def test_shifts_keep_their_own_hours_and_the_desk_is_open_for_all_of_them() -> None:
    """Two shifts of 3 and 1: promises run on the hours of both together."""
    shifts = {
        "early": {"hours": {"mon-fri": "06:00-14:00"}, "share": 0.7},
        "late": {"hours": {"mon-fri": "13:00-21:00"}, "share": 0.3},
    }
    team = plan(headcount=4, shifts=shifts)
    calendars = rota(team, CLOCK)
    assert [calendar.is_open(7.0) for calendar in calendars] == [True, True, True, False]
    assert [calendar.is_open(20.0) for calendar in calendars] == [False, False, False, True]
    assert opening(team, CLOCK).week_hours == 75.0
    assert opening(plan(headcount=4), CLOCK).week_hours == 40.0


def test_holidays_close_every_rota() -> None:
    """Nobody works on a holiday, whatever his turn."""
    clock = Clock.model_validate({"horizon": "4 wk", "hours": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-01-06"]})
    calendars = rota(plan(headcount=5, shrinkage=0.25), clock)
    assert not any(calendar.is_open(24 + hour) for calendar in calendars for hour in range(24))

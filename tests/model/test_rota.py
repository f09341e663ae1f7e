"""Shifts, groups, steps, absences, training and breaks as one calendar per position."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.calendar import Calendar
from sim.model.rota import beyond, opening, rota
from sim.scenario.clock import Clock
from sim.scenario.duty import half_days
from sim.scenario.hours import merged
from sim.scenario.teams import TeamPlan

CLOCK = Clock.model_validate({"horizon": "4 wk", "hours": {"mon-fri": "09:00-17:00"}})


def plan(**parts: object) -> TeamPlan:
    return TeamPlan.model_validate(parts)


def calendars_of(team: TeamPlan, clock: Clock = CLOCK) -> list[Calendar]:
    """Calendars of the positions in order."""
    return [position.calendar for position in rota(team, clock)]


def there(calendars: list[Calendar], instant: float) -> int:
    """People on the floor at an instant."""
    return sum(calendar.is_open(instant) for calendar in calendars)


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
    calendars = calendars_of(plan(headcount=5))
    assert len(calendars) == 5
    assert all(calendar is calendars[0] for calendar in calendars)
    assert rota(plan(headcount=0, shrinkage=0.3), CLOCK) == []


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 70), st.floats(0.0, 0.95))
def test_the_share_present_is_what_shrinkage_leaves(count: int, shrinkage: float) -> None:
    """Over the week exactly for the team; at every hour up to one person; nobody is always away."""
    calendars = calendars_of(plan(headcount=count, shrinkage=shrinkage))
    hours = [calendar.week_hours for calendar in calendars]
    assert sum(hours) == pytest.approx(40 * count * (1 - shrinkage))
    assert min(hours) > 0
    assert max(hours) - min(hours) <= 4.0 + 1e-9
    for day in range(5):
        for hour in (9.0, 10.5, 12.9, 13.0, 16.9):
            assert abs(there(calendars, 24 * day + hour) - count * (1 - shrinkage)) < 1 + 1e-6


def test_thirty_percent_of_ten_people_is_exactly_three_away_at_any_time() -> None:
    """Round numbers leave no rounding at all: seven of ten all week, each of them 28 hours."""
    calendars = calendars_of(plan(headcount=10, shrinkage=0.3))
    assert [calendar.week_hours for calendar in calendars] == [28.0] * 10
    assert all(there(calendars, 24 * d + h) == 7 for d in range(5) for h in (9.0, 12.0, 13.0, 16.0))


@pytest.mark.parametrize(("count", "shrinkage"), [(2, 0.95), (40, 0.9), (1, 0.95), (7, 0.5)])
def test_a_week_of_one_short_window_still_sees_everybody(count: int, shrinkage: float) -> None:
    """Where half-days are too few to go round, they are cut finer."""
    calendars = calendars_of(plan(headcount=count, shrinkage=shrinkage, hours={"mon": "09:00-12:00"}))
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
    calendars = calendars_of(team)
    assert [calendar.is_open(7.0) for calendar in calendars] == [True, True, True, False]
    assert [calendar.is_open(20.0) for calendar in calendars] == [False, False, False, True]
    assert opening(team, CLOCK).week_hours == 75.0
    assert opening(plan(headcount=4), CLOCK).week_hours == 40.0


def test_holidays_close_every_rota() -> None:
    """Nobody works on a holiday, whatever his turn."""
    clock = Clock.model_validate({"horizon": "4 wk", "hours": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-01-06"]})
    calendars = calendars_of(plan(headcount=5, shrinkage=0.25), clock)
    assert not any(calendar.is_open(24 + hour) for calendar in calendars for hour in range(24))


def test_groups_have_their_own_skills_and_may_have_their_own_hours() -> None:
    """Positions come group by group; whoever has no hours of his own has the team's."""
    groups = {
        "english": {"headcount": 2, "skills": {"english": 1.0}},
        "both": {"headcount": 1, "skills": {"english": 0.9, "french": 1.1}, "hours": {"mon": "10:00-14:00"}},
    }
    team = plan(groups=groups)
    positions = rota(team, CLOCK)
    assert [position.place for position in positions] == [0, 1, 2]
    assert [position.part for position in positions] == ["english", "english", "both"]
    assert [position.skills for position in positions] == [{"english": 1.0}] * 2 + [{"english": 0.9, "french": 1.1}]
    assert [position.calendar.week_hours for position in positions] == [40.0, 40.0, 4.0]
    assert opening(team, CLOCK).week_hours == 40.0
    assert [position.skills for position in rota(plan(headcount=1), CLOCK)] == [None]


def test_small_groups_take_turns_at_being_short_of_somebody() -> None:
    """Ten specialists, each a group of his own, three tenths away: seven are there in every half-day."""
    groups = {f"s{i}": {"headcount": 1, "skills": {f"s{i}": 1.0}} for i in range(10)}
    calendars = calendars_of(plan(groups=groups, shrinkage=0.3))
    assert {there(calendars, 24 * day + hour) for day in range(5) for hour in (9, 16)} == {7}


STEPS = {"mon-fri": {"08:00": 4, "09:00": 6, "12:30": 5, "20:00": 0}, "sat": {"10:00": 2}}


def test_steps_are_filled_from_the_first_position_on() -> None:
    """At every hour as many are there as the step says, position i whenever more than i are; the last step lasts until
    midnight."""
    team = plan(steps=STEPS)
    calendars = calendars_of(team)
    expected = {7.9: 0, 8.0: 4, 9.0: 6, 12.4: 6, 12.5: 5, 19.9: 5, 20.0: 0}
    assert {hour: there(calendars, hour) for hour in expected} == expected
    assert [there(calendars, 5 * 24 + hour) for hour in (9.9, 10.0, 23.9)] == [0, 2, 2]
    assert there(calendars, 6 * 24) == 0
    assert [calendar.week_hours for calendar in calendars] == [74, 74, 60, 60, 55, 17.5]
    assert opening(team, CLOCK).week_hours == 5 * 12 + 14


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=13), st.floats(0.01, 0.9))
def test_absences_follow_the_steps(people: list[int], shrinkage: float) -> None:
    """In every step the share present is what shrinkage leaves, up to one person."""
    if not any(people):
        return
    steps = {"mon-fri": {f"{8 + i:02d}:00": many for i, many in enumerate(people)}}
    calendars = calendars_of(plan(steps=steps, shrinkage=shrinkage))
    for day in range(5):
        for i, many in enumerate(people):
            here = there(calendars, day * 24 + 8 + i + 0.01)
            assert abs(here - many * (1 - shrinkage)) < 1 + 1e-6
            assert here <= many


def test_a_break_for_all_empties_the_floor_and_a_staggered_one_does_not() -> None:
    """Six people in three places of half an hour are two at a time; the first and the fourth go together."""
    lunch = {"at": "12:00", "length": "30 min"}
    calendars = calendars_of(plan(headcount=6, breaks={"lunch": lunch}))
    assert [there(calendars, hour) for hour in (11.9, 12.0, 12.4, 12.5)] == [6, 0, 0, 6]
    calendars = calendars_of(plan(headcount=6, breaks={"lunch": {**lunch, "until": "13:40"}}))
    assert [there(calendars, hour) for hour in (11.9, 12.0, 12.5, 13.0, 13.5)] == [6, 4, 4, 4, 6]
    assert [calendar.is_open(12.0) for calendar in calendars] == [False, True, True, False, True, True]
    assert {calendar.week_hours for calendar in calendars} == {37.5}


def test_nobody_takes_a_break_on_a_day_on_which_he_is_not_there_then() -> None:
    """Who comes later or is away that half of the day has had no break to take; one that outlasts the shift ends it."""
    shifts = {
        "early": {"hours": {"mon": "06:00-12:15"}, "headcount": 1},
        "late": {"hours": {"mon": "12:15-20:00", "tue": "09:00-11:00"}, "headcount": 1},
    }
    calendars = calendars_of(plan(shifts=shifts, breaks={"lunch": {"at": "12:00", "length": "30 min"}}))
    assert [calendar.week for calendar in calendars] == [((6.0, 12.0),), ((12.25, 20.0), (33.0, 35.0))]


def test_training_takes_its_hours_off_the_floor() -> None:
    """Two of forty hours each and a tenth of absences: 85 % are there, at every hour up to one person."""
    training = {"skill": "french", "hours": "2 h", "ceiling": 1.2, "takes": "100 h"}
    calendars = calendars_of(plan(headcount=20, shrinkage=0.1, training=training))
    assert sum(calendar.week_hours for calendar in calendars) == 20 * 40 * 0.85
    assert {there(calendars, 24 * day + hour) for day in range(5) for hour in (10, 15)} == {17}


def test_positions_beyond_the_first_take_their_hours_and_skills_in_turn() -> None:
    """Numbers go on; a team that begins with nobody has those that its first would have had."""
    groups = {
        "english": {"headcount": 2, "skills": {"english": 1.0}},
        "both": {"headcount": 1, "skills": {"french": 1.1}, "hours": {"mon": "10:00-14:00"}},
    }
    team = plan(groups=groups)
    first = rota(team, CLOCK)
    for place in range(3, 9):
        position = beyond(team, CLOCK, place)
        like = first[place % 3]
        assert position.place == place
        assert (position.calendar, position.part, position.skills) == (like.calendar, like.part, like.skills)
    nobody, one = (plan(headcount=heads, shrinkage=0.5) for heads in (0, 1))
    assert beyond(nobody, CLOCK, 4).calendar == rota(one, CLOCK)[0].calendar

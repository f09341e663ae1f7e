"""Opening hours against a counter that looks at every minute."""

from __future__ import annotations

import itertools
import math
import pickle
import random

import numpy as np
import pytest

from sim.engine.calendar import Calendar, week_from
from sim.engine.opening import DAYS, days_from, time_of_day

WEEKS = {
    "office": {"mon-fri": "09:00-17:00", "sat": ["09:00-12:00", "13:00-15:30"]},
    "odd minutes": {"mon": "08:20-11:10", "wed": ["00:00-00:01", "23:59-24:00"], "sun": "07:07-19:19"},
    "across midnight": {"fri": "22:00-24:00", "sat": ["00:00-06:00", "22:00-24:00"], "sun": "00:00-24:00"},
    "around the clock": {"mon-sun": "00:00-24:00"},
    "all but Monday": {"tue-sun": "00:00-24:00"},
}
HOLIDAYS = frozenset({1, 5, 6, 7, 20, 33})
SPAN = 50 * 24 * 60


class Counter:
    """Knows for each minute whether it is open; everything else is counting."""

    def __init__(self, week: list[tuple[float, float]], start_weekday: int, holidays: frozenset[int]) -> None:
        by_minute = [False] * (7 * 24 * 60)
        for opening, close in week:
            for minute in range(round(opening * 60), round(close * 60)):
                by_minute[minute] = True
        offset = start_weekday * 24 * 60
        self.open = [by_minute[(m + offset) % 10080] and m // 1440 not in holidays for m in range(SPAN)]
        self.done = [0]
        for is_open in self.open:
            self.done.append(self.done[-1] + is_open)

    def after(self, minute: int, work: int) -> int:
        """The minute at which `work` minutes after `minute` are done."""
        if work == 0:
            return self.next_open(minute)
        # The first minute mark by which so many open minutes have passed.
        aim = self.done[minute] + work
        low = minute
        while self.done[low] < aim:
            low += 1
        return low

    def next_open(self, minute: int) -> int:
        """The first open minute from `minute` on."""
        while not self.open[minute]:
            minute += 1
        return minute

    def next_close(self, minute: int) -> int | None:
        """The first minute after `minute` at which an open spell ends."""
        minute += 1
        while minute < SPAN and not (self.open[minute - 1] and not self.open[minute]):
            minute += 1
        return minute if minute < SPAN else None


@pytest.mark.parametrize("name", WEEKS)
@pytest.mark.parametrize("start_weekday", [0, 3])
@pytest.mark.parametrize("holidays", [frozenset(), HOLIDAYS])
def test_every_answer_agrees_with_counting_minutes(name: str, start_weekday: int, holidays: frozenset[int]) -> None:
    """Working time, the instant after work, openings and closings are those of a minute counter."""
    week = week_from(WEEKS[name])
    counter = Counter(week, start_weekday, holidays)
    chance = random.Random(f"{name} {start_weekday} {len(holidays)}")
    for trial in range(200):
        # A fresh calendar half of the time, so that answers do not depend on what was asked before.
        if chance.random() < 0.5 or trial == 0:
            calendar = Calendar(week, start_weekday=start_weekday, holidays=holidays)
        first, last = sorted(chance.sample(range(SPAN // 2), 2))
        assert calendar.is_open(first / 60 + 1e-6) == counter.open[first]
        worked = counter.done[last] - counter.done[first]
        assert calendar.open_hours(first / 60, last / 60) == pytest.approx(worked / 60, abs=1e-8)
        work = chance.choice([0, 1, 30, 180, 480, 485, 1440, chance.randrange(3000)])
        if counter.done[-1] - counter.done[first] > work:
            assert calendar.after(first / 60, work / 60) == pytest.approx(counter.after(first, work) / 60, abs=1e-8)
        assert calendar.next_open(first / 60) == pytest.approx(counter.next_open(first) / 60, abs=1e-8)
        close = counter.next_close(first)
        if close is not None:
            assert calendar.next_close(first / 60) == pytest.approx(close / 60, abs=1e-8)
        spells = list(calendar.windows(first / 60, last / 60))
        assert sum(end - start for start, end in spells) == pytest.approx(worked / 60, abs=1e-8)
        assert all(a[1] < b[0] for a, b in itertools.pairwise(spells))
        assert all(first / 60 <= start < end <= last / 60 for start, end in spells)


def office(**more: object) -> Calendar:
    """Monday to Friday, nine to five."""
    return Calendar(week_from({"mon-fri": "09:00-17:00"}), **more)  # type: ignore[arg-type]


def test_windows_are_half_open() -> None:
    """At its opening instant a calendar is open, at its closing instant it is closed."""
    calendar = office()
    assert (calendar.is_open(9.0), calendar.is_open(17.0)) == (True, False)
    assert calendar.next_open(17.0) == 33.0
    assert calendar.next_close(17.0) == 41.0
    assert calendar.next_close(9.0) == 17.0


def test_work_that_fills_a_window_is_done_at_its_closing() -> None:
    """A day's work is done at five, not at nine the next day; no work is done at the next opening."""
    calendar = office()
    assert calendar.after(9.0, 8.0) == 17.0
    assert calendar.after(10.0, 7.0 + 8.0) == 41.0
    assert calendar.after(0.0, 40.0) == 4 * 24 + 17.0
    assert calendar.after(17.0, 0.0) == 33.0
    assert calendar.after(12.0, 0.0) == 12.0
    assert calendar.after(9.0, math.inf) == math.inf


def test_rounding_does_not_carry_work_over_a_night() -> None:
    """Forty sums of a tenth of a shift end at a closing time, not at an opening."""
    calendar = Calendar(week_from({"mon-sun": "08:20-17:05"}))
    shift = (17 + 5 / 60) - (8 + 20 / 60)
    for days in range(1, 400):
        done = calendar.after(0.0, sum([shift / 10] * 10) * days)
        assert done == pytest.approx((days - 1) * 24 + 17 + 5 / 60, abs=1e-8)


def test_a_calendar_that_never_closes() -> None:
    """Working time is then time, and there is no closing."""
    calendar = Calendar.always()
    assert calendar.week_hours == 168.0
    assert calendar.open_hours(10.0, 5000.0) == 4990.0
    assert calendar.after(10.0, 4990.0) == 5000.0
    assert calendar.next_close(3.0) == math.inf
    assert list(calendar.windows(1.0, 2.0)) == [(1.0, 2.0)]


def test_touching_windows_are_one() -> None:
    """A shift into the next day, or from Sunday into Monday, has no closing at midnight."""
    calendar = Calendar([(0.0, 6.0), (6.0, 8.0), (160.0, 168.0)])
    assert calendar.week == ((0.0, 8.0), (160.0, 168.0))
    assert calendar.next_close(161.0) == 176.0
    assert list(calendar.windows(150.0, 200.0)) == [(160.0, 176.0)]
    fresh = Calendar(calendar.week)
    assert fresh.after(161.0, 15.0) == 176.0
    assert fresh.after(161.0, 16.0) == 329.0


def test_the_first_day_and_holidays_are_counted_from_the_start() -> None:
    """Day 0 is a Friday here; the Monday after is a holiday."""
    calendar = office(start_weekday=4, holidays=frozenset({3}))
    assert calendar.after(9.0, 8.0 + 1.0) == 4 * 24 + 10.0
    assert calendar.open_hours(0.0, 7 * 24.0) == 32.0


def test_sums_stay_exact_over_decades() -> None:
    """Twenty years of odd windows are summed without a drift."""
    calendar = Calendar(week_from({"mon-fri": ["08:07-11:41", "12:13-16:59"]}))
    assert calendar.open_hours(0.0, 1043 * 168.0) == pytest.approx(1043 * calendar.week_hours, rel=1e-14)


def test_equal_calendars_are_one_key_and_travel_light() -> None:
    """Teams share events by calendar; a calendar in use is pickled as what was declared."""
    used, fresh = office(holidays=frozenset({3})), office(holidays=frozenset({3}))
    empty = len(pickle.dumps(fresh))
    used.open_hours(0.0, 100_000.0)
    assert used == fresh
    assert len({used, fresh, office()}) == 2
    assert len(pickle.dumps(used)) == empty
    assert pickle.loads(pickle.dumps(used)) == fresh


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ([(9.0, 9.0)], "within hours 0 to 168"),
        ([(160.0, 169.0)], "within hours 0 to 168"),
        ([(9.0, 12.0), (11.0, 13.0)], "overlap or are out of order at mon 11:00"),
    ],
)
def test_an_impossible_week_is_refused(week: list[tuple[float, float]], sentence: str) -> None:
    """Windows must lie in the week, in order, and there must be one."""
    with pytest.raises(ValueError, match=sentence):
        Calendar(week)


def test_an_impossible_weekday_is_refused() -> None:
    """There is no eighth day."""
    with pytest.raises(ValueError, match="start_weekday must be between 0 and 6"):
        Calendar([(0.0, 1.0)], start_weekday=7)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (
            {"teu": "09:00-17:00"},
            "'teu' is not one of: mon, tue, wed, thu, fri, sat, sun; did you mean 'tue'?",
        ),
        (
            {"Monday": "09:00-17:00"},
            "'Monday' is not one of: mon, tue, wed, thu, fri, sat, sun; did you mean 'mon'?",
        ),
        ({"mon-fri": "09:00-17:00", "wed": "09:00-12:00"}, "'wed' is given twice, by 'mon-fri' and by 'wed'"),
        ({"mon": "17:00-09:00"}, "'17:00-09:00': close must be later than open; a window may not cross midnight"),
        ({"mon": ["09:00-12:00", "11:00-15:00"]}, "windows overlap or are out of order at mon 11:00"),
        ({"mon": 540}, "write the opening hours in quotes, such as '09:00-17:00'"),
        ({"mon": None}, "expected opening hours such as '09:00-17:00', found nothing"),
        ({"mon": []}, "opening hours need at least one day with a window"),
        ({}, "opening hours need at least one day with a window"),
        ("09:00-17:00", "expected days with their hours, such as mon-fri: '09:00-17:00', found text '09:00-17:00'"),
        ({1: "09:00-17:00"}, "expected a day such as mon or mon-fri, found the number 1"),
        ({"mon," * 9999: "09:00-17:00"}, "is not a list of days"),
    ],
)
def test_bad_opening_hours_are_refused_in_one_sentence(mapping: object, sentence: str) -> None:
    """Each sentence names what was found and what would do."""
    with pytest.raises(ValueError) as caught:
        week_from(mapping)
    assert sentence in str(caught.value)


def test_days_are_named_singly_in_ranges_and_in_lists() -> None:
    """A range may run over the end of the week."""
    assert [DAYS[d] for d in days_from("mon-wed")] == ["mon", "tue", "wed"]
    assert [DAYS[d] for d in days_from("sat-mon")] == ["sat", "sun", "mon"]
    assert [DAYS[d] for d in days_from("mon, thu-fri")] == ["mon", "thu", "fri"]


def test_a_time_of_day_is_hours_and_minutes() -> None:
    """The leading zero may be left out, the minutes may not."""
    assert (time_of_day("09:30"), time_of_day("9:30"), time_of_day("0:00")) == (9.5, 9.5, 0.0)
    for text in ("9", "9:5", "09:60", "009:00", "9.30", "-1:00", "٠٩:٠٠"):
        with pytest.raises(ValueError, match=r"is not a time of day \(HH:MM\)"):
            time_of_day(text)


def test_a_closing_time_may_be_midnight() -> None:
    """24:00 closes a day; 24:01 is nothing."""
    assert time_of_day("24:00", closing=True) == 24.0
    with pytest.raises(ValueError, match="is not a time of day"):
        time_of_day("24:01", closing=True)


def test_turns_tell_every_closing_and_opening_in_order() -> None:
    """From any instant on, turns alternate and are those that next_close and next_open tell one after the other."""
    calendar = Calendar([(9.0, 13.0), (13.0, 17.0), (33.0, 41.0)], start_weekday=3, holidays=frozenset({4, 12}))
    for t in (0.0, 5.0, 96.0, 105.5, 106.0, 113.0, 400.0):
        expected, at, is_open = [], t, calendar.is_open(t)
        for _ in range(12):
            at = calendar.next_close(at) if is_open else calendar.next_open(at)
            is_open = not is_open
            expected.append(at)
        turns = calendar.turns(t)
        assert [next(turns) for _ in range(12)] == expected


def test_a_calendar_that_never_closes_has_no_turns_and_one_without_hours_never_opens() -> None:
    """Nothing waits for an instant that does not come."""
    assert list(Calendar.always().turns(3.0)) == []
    empty = Calendar([])
    assert list(empty.turns(0.0)) == []
    assert not empty.is_open(12.0)
    assert empty.next_open(0.0) == empty.next_close(0.0) == empty.after(0.0, 1.0) == float("inf")


@pytest.mark.parametrize("week", WEEKS.values(), ids=list(WEEKS))
def test_open_hours_of_many_spans_are_those_of_each(week: dict[str, str | list[str]]) -> None:
    """The array gives what the single question gives, spans that run backward included."""
    draw = np.random.default_rng(3)
    calendar = Calendar(week_from(week), start_weekday=2, holidays=HOLIDAYS)
    begins, ends = draw.uniform(0, 900, 300), draw.uniform(0, 900, 300)
    ends[:50] = begins[:50]
    told = calendar.open_hours_each(begins, ends)
    other = Calendar(week_from(week), start_weekday=2, holidays=HOLIDAYS)
    alone = [other.open_hours(a, b) for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
    assert told == pytest.approx(alone, abs=1e-9)
    assert len(calendar.open_hours_each(np.empty(0), np.empty(0))) == 0
    assert Calendar([]).open_hours_each(begins, ends).sum() == 0.0


def test_open_hours_of_many_spans_when_always_open() -> None:
    """Clock time."""
    assert Calendar.always().open_hours_each(np.array([0.0, 5.0]), np.array([10.0, 7.5])).tolist() == [10.0, 2.5]

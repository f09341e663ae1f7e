"""Opening hours: which hours of the week are worked, working time between instants, the instant after so much work.

It does not know who works then, nor dates: a day is a number, counted from the day on which the clock starts.

A window is half open: at its opening instant the calendar is open, at its closing instant it is closed.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.opening import checked_week, week_from
from sim.engine.units import DAY, WEEK

__all__ = ["Calendar", "week_from"]

_ROUNDING = 1e-9  # h; sums of working time that differ by less end at the same closing time


class Calendar:
    """A weekly rhythm of open windows less whole closed days, on the clock of the simulation (hours, t = 0 at 00:00).

    Windows are worked out a week at a time as far as anyone has asked; each question is then a bisection.
    Two calendars with the same week, start and holidays are equal.
    """

    def __init__(
        self,
        week: Sequence[tuple[float, float]],
        *,
        start_weekday: int = 0,
        holidays: frozenset[int] = frozenset(),
    ) -> None:
        """Take the open intervals in hours of the week (Monday 00:00 is 0), disjoint and in order; touching ones join.

        `start_weekday` is the weekday of the day that begins at t = 0 (Monday is 0); `holidays` are the numbers of
        days without opening, day 0 beginning at t = 0. Without any interval it never opens.
        Raises ValueError for intervals that overlap or leave the week.
        """
        if not 0 <= start_weekday <= 6:
            raise ValueError(f"start_weekday must be between 0 and 6, found {start_weekday}")
        self.week = checked_week(week) if week else ()
        self.start_weekday = start_weekday
        self.holidays = frozenset(holidays)
        self.week_hours: float = math.fsum(close - opening for opening, close in self.week)
        """Open hours of a week without holidays."""
        self._opens: list[float] = []
        self._closes: list[float] = []
        self._worked: list[float] = []  # open hours since t = 0 up to the closing of each window
        self._slip = 0.0  # what rounding has taken from the running sum so far
        self._weeks = 0
        self._known = 0.0  # no window that closes before this instant will change any more
        self._endless = self.week == ((0.0, WEEK),)
        if self._endless:
            self._fill_endless()

    @classmethod
    def always(cls) -> Calendar:
        """Return the calendar that never closes."""
        return cls([(0.0, WEEK)])

    def __eq__(self, other: object) -> bool:
        """Equal when every instant is open in both."""
        return isinstance(other, Calendar) and self._identity() == other._identity()

    def __hash__(self) -> int:
        """Equal calendars share their hash, so that they can share events."""
        return hash(self._identity())

    def __reduce__(self) -> tuple[object, ...]:
        """Travel as what was declared; the windows are worked out again on arrival."""
        return (_calendar, self._identity())

    def __repr__(self) -> str:
        """Show what was declared."""
        return f"Calendar({list(self.week)}, start_weekday={self.start_weekday}, holidays={sorted(self.holidays)})"

    def _identity(self) -> tuple[tuple[tuple[float, float], ...], int, frozenset[int]]:
        return (self.week, self.start_weekday, self.holidays)

    def is_open(self, t: float) -> bool:
        """Tell whether work is done at instant `t` (h)."""
        self._know(t)
        i = bisect_right(self._opens, t) - 1
        return i >= 0 and t < self._closes[i]

    def open_hours(self, t0: float, t1: float) -> float:
        """Return the working time (h) from `t0` to `t1`; 0 when `t1` is not later."""
        if t1 <= t0:
            return 0.0
        self._know(t1)
        i = bisect_right(self._opens, t0) - 1
        if i >= 0 and t1 <= self._closes[i]:
            return t1 - t0
        return self._until(t1) - self._until(t0)

    def after(self, t: float, work: float) -> float:
        """Return the instant at which `work` hours of working time after `t` are done.

        Work that exactly fills a window is done at its closing. Without work it is `t` itself if open, else the next
        opening.
        """
        if work == math.inf or not self.week:
            return math.inf
        self._know(t)
        i = bisect_right(self._opens, t) - 1
        if i >= 0 and t < self._closes[i]:
            self._seal(i)
            if t + work <= self._closes[i] + _ROUNDING:
                return min(t + work, self._closes[i])
            work -= self._closes[i] - t
        elif work <= 0:
            return self.next_open(t)
        due = (self._worked[i] if i >= 0 else 0.0) + work
        while not self._worked or self._worked[-1] < due + _ROUNDING:
            self._extend()
        j = max(bisect_left(self._worked, due - _ROUNDING), i + 1)
        start = self._worked[j - 1] if j > 0 else 0.0
        return min(self._opens[j] + max(due - start, 0.0), self._closes[j])

    def after_each(self, times: NDArray[np.float64], work: float) -> NDArray[np.float64]:
        """Return `after(t, work)` [h] for every instant of an array [h], of the same shape."""
        if not len(times) or not self.week:
            return np.full(len(times), math.inf)
        self.after(float(times.max()), work)
        opens, closes, worked = np.array(self._opens), np.array(self._closes), np.array(self._worked)
        window = np.minimum(np.searchsorted(closes, times, side="right"), len(closes) - 1)
        begun = np.maximum(times, opens[window])
        with np.errstate(invalid="ignore"):  # a window without end is handled by `begun + work`
            needed = worked[window] - (closes[window] - begun) + work
            ending = np.searchsorted(worked, needed - 1e-12, side="left")
            ending = np.minimum(np.maximum(ending, window), len(closes) - 1)
            later = closes[ending] - (worked[ending] - needed)
        ends: NDArray[np.float64] = np.where(ending == window, begun + work, later)
        return ends

    def open_hours_each(self, t0: NDArray[np.float64], t1: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `open_hours(t0, t1)` [h] for every pair of two arrays of instants [h] of one shape."""
        if not len(t1) or not self.week:
            return np.zeros(len(t1))
        self._know(float(t1.max()))
        knots = np.array([each for window in zip(self._opens, self._closes, strict=True) for each in window])
        knots = np.minimum(knots, max(float(t1.max()), self._opens[0] + 1.0))
        worked = np.repeat(np.concatenate([[0.0], np.cumsum(knots[1::2] - knots[::2])]), 2)[1:-1]
        hours: NDArray[np.float64] = np.interp(t1, knots, worked) - np.interp(t0, knots, worked)
        return np.where(hours > 0.0, hours, 0.0)

    def next_open(self, t: float) -> float:
        """Return `t` itself if open, else the next opening instant (h); infinity for a calendar without hours."""
        if not self.week:
            return math.inf
        self._know(t)
        i = bisect_right(self._opens, t) - 1
        if i >= 0 and t < self._closes[i]:
            return t
        while len(self._opens) <= i + 1:
            self._extend()
        return self._opens[i + 1]

    def next_close(self, t: float) -> float:
        """Return the first closing instant (h) later than `t`; infinity when it never closes again."""
        if not self.week:
            return math.inf
        self._know(t)
        i = bisect_right(self._closes, t)
        while len(self._closes) <= i:
            self._extend()
        self._seal(i)
        return self._closes[i]

    def turns(self, t: float) -> Iterator[float]:
        """Yield the instants (h) later than `t` at which the calendar closes or opens, in turn, while there are any.

        The first is a closing if it is open at `t`, else an opening.
        """
        i = bisect_right(self._closes, t) if self.is_open(t) else bisect_right(self._opens, t)
        closing = self.is_open(t)
        while self.week:
            while len(self._opens) <= i:
                self._extend()
            if closing:
                self._seal(i)
                if self._closes[i] == math.inf:
                    return
                yield self._closes[i]
                i += 1
            else:
                yield self._opens[i]
            closing = not closing

    def windows(self, t0: float, t1: float) -> Iterator[tuple[float, float]]:
        """Yield the open intervals (h) between `t0` and `t1`, the first and last cut to fit."""
        if t1 <= t0:
            return
        self._know(t1)
        for i in range(bisect_right(self._closes, t0), bisect_left(self._opens, t1)):
            yield max(self._opens[i], t0), min(self._closes[i], t1)

    def _until(self, t: float) -> float:
        """Working time from 0 to `t`, which must be known."""
        i = bisect_right(self._opens, t) - 1
        if i < 0:
            return 0.0
        before = self._worked[i - 1] if i > 0 else 0.0
        return before + (t - self._opens[i]) if t < self._closes[i] else self._worked[i]

    def _know(self, t: float) -> None:
        while self._known <= t:
            self._extend()

    def _seal(self, i: int) -> None:
        """Work out weeks until window `i` cannot grow any more."""
        while self._known <= self._closes[i] < math.inf:
            self._extend()

    def _extend(self) -> None:
        """Work out one more week; its last window may yet grow into the week after."""
        base = self._weeks * WEEK - self.start_weekday * DAY
        for opening, close in self.week:
            for start, end in self._without_holidays(base, opening, close):
                self._append(base + start, base + end, end - start)
        self._weeks += 1
        self._known = base + WEEK

    def _without_holidays(self, base: float, opening: float, close: float) -> Iterator[tuple[float, float]]:
        """Yield what holidays and the beginning of time leave of a window, in hours of its week."""
        first = round(base / DAY)
        start = max(opening, -base)
        while start < close:
            day = int(start // DAY)
            midnight = (day + 1) * DAY
            if first + day not in self.holidays:
                yield start, min(close, midnight)
            start = midnight

    def _append(self, opening: float, close: float, length: float) -> None:
        """Add a window, or lengthen the last one that it touches; lengths are summed with their rounding errors."""
        total = self._worked[-1] if self._worked else 0.0
        step = length - self._slip
        worked = total + step
        self._slip = (worked - total) - step
        if self._closes and self._closes[-1] == opening:
            self._closes[-1], self._worked[-1] = close, worked
        else:
            self._opens.append(opening)
            self._closes.append(close)
            self._worked.append(worked)

    def _fill_endless(self) -> None:
        """A week without a closed hour closes on holidays alone, so all its windows are known at once."""
        start = 0.0
        for day in sorted(d for d in self.holidays if d >= 0):
            if day * DAY > start:
                self._append(start, day * DAY, day * DAY - start)
            start = (day + 1) * DAY
        self._append(start, math.inf, math.inf)
        self._known = math.inf


def _calendar(week: tuple[tuple[float, float], ...], start_weekday: int, holidays: frozenset[int]) -> Calendar:
    return Calendar(week, start_weekday=start_weekday, holidays=holidays)

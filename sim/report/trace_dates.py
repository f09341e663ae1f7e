"""The axis of one story: from its first event to its last, marked at round dates; it draws nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sim.engine.units import DAY
from sim.report.trace import Story

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST = 10
"""Marks on the axis."""


class Dates:
    """Places of instants on a sheet [inches]."""

    def __init__(self, story: Story, left: float, right: float) -> None:
        self.left, self.right = left, right
        self.speech = speech = story.speech
        subscription, events = story.life.subscription, story.events
        self.first = min(event.time for event in events)
        self.neutral: float | None = None
        """When a neutral customer would have left, if he did not leave at that instant himself [h]."""
        last = speech.end
        if subscription is not None and subscription.has("left"):
            # What he did not pay is shown as well, up to when he would have left, or to the end.
            last = speech.end if story.money.forgone > 0 else subscription["left"]
        elif subscription is None and story.life.lead is not None and story.life.lead.has("closed"):
            last = story.life.lead["closed"]
        if subscription is not None and subscription.has("neutral"):
            if subscription["neutral"] != subscription["left"]:
                self.neutral = subscription["neutral"]
            last = subscription["neutral"] if story.money.forgone > 0 else max(last, subscription["neutral"])
        self.last = max(last, self.first + 1.0)
        """The instant at which the picture ends [h]."""

    def x(self, time: float) -> float:
        """Place of an instant; what lies beyond the end is at the end."""
        part = (min(max(time, self.first), self.last) - self.first) / (self.last - self.first)
        return self.left + part * (self.right - self.left)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Round dates with their names: days where the story is short, else first days of months."""
        days = (self.last - self.first) / DAY
        if days <= 100:
            step = next(each for each in (1, 2, 7, 14) if days / each <= _MOST)
            return self._days(step)
        return self._months(next(each for each in (1, 2, 3, 6, 12, 24, 60) if days / 30.4 / each <= _MOST))

    def _days(self, step: int) -> Iterator[tuple[float, str]]:
        day = self.speech.date(self.first).date()
        start, named = self.speech.scenario.clock.start, 0
        while (time := (day - start).days * DAY) <= self.last:
            # Weeks begin on Mondays, whatever day the story begins on.
            if time >= self.first and (step < 7 or day.weekday() == 0) and (step < 14 or day.isocalendar().week % 2):
                name = f"{day.day} {_MONTHS[day.month - 1]}"
                yield time, f"{name} {day.year}" if day.year != named else name
                named = day.year
                day += datetime.timedelta(days=min(step, 7))
            else:
                day += datetime.timedelta(days=1)

    def _months(self, step: int) -> Iterator[tuple[float, str]]:
        start = self.speech.scenario.clock.start
        first = self.speech.date(self.first).date()
        count, named = first.year * 12 + first.month - 1, 0
        while True:
            year, month = divmod(count, 12)
            time = (datetime.date(year, month + 1, 1) - start).days * DAY
            if time > self.last:
                return
            if time >= self.first and count % step == 0:
                yield time, f"{_MONTHS[month]} {year}" if year != named else _MONTHS[month]
                named = year
            count += 1

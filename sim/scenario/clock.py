"""When things happen: start, horizon, the instants at which results are told, opening hours and holidays."""

from __future__ import annotations

import datetime
import functools
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.engine.calendar import Calendar
from sim.engine.quantities import Duration
from sim.scenario.hours import ALWAYS, WeekHours
from sim.scenario.plan import Plan


def _read_date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str):
        raise ValueError("expected a date, such as 2026-01-05")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value[:30]}' is not a date (YYYY-MM-DD)") from None


Date = Annotated[
    datetime.date,
    BeforeValidator(_read_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-01-05"]}),
]
"""A day of the calendar, written YYYY-MM-DD."""


class Clock(Plan):
    """The time frame; inside the program time is hours since 00:00 of the start date."""

    start: Date = datetime.date(2026, 1, 5)
    """First day; it fixes weekdays and seasons."""
    horizon: Annotated[Duration, Field(gt=0)]
    """How long the simulation runs."""
    report_at: Annotated[list[Duration], Field(max_length=12)] = []
    """Instants before the horizon at which results are told as well; left out, half of the horizon."""
    warm_up: Duration = 0.0
    """Time cut from queueing figures only (waits, service level, occupancy); business figures count from the start."""
    hours: WeekHours = ALWAYS
    """Opening hours of teams that do not give their own, such as {mon-fri: '09:00-17:00'}, or 'always'."""
    holidays: Annotated[list[Date], Field(max_length=1000)] = []
    """Days on which nobody works; demand does not know them."""

    @model_validator(mode="after")
    def _times_fit(self) -> Clock:
        if self.warm_up >= self.horizon:
            raise ValueError("'warm_up' must be shorter than 'horizon'")
        if any(not self.warm_up < at <= self.horizon for at in self.report_at):
            raise ValueError("times in 'report_at' must lie after 'warm_up' and not after 'horizon'")
        if len(set(self.holidays)) < len(self.holidays):
            raise ValueError("a day is listed twice in 'holidays'")
        return self

    def horizons(self) -> tuple[float, ...]:
        """Instants [h] at which results are told, rising, the horizon last; always at least two if time allows."""
        earlier = self.report_at or ([self.horizon / 2] if self.horizon / 2 > self.warm_up else [])
        return tuple(sorted({float(at) for at in earlier} | {float(self.horizon)}))

    def calendar(self, hours: tuple[tuple[float, float], ...] | None = None) -> Calendar:
        """Working calendar of these weekly hours (or the clock's own), with the holidays closed."""
        off = frozenset((day - self.start).days for day in self.holidays)
        return _calendar(self.hours if hours is None else hours, self.start.weekday(), off)


@functools.lru_cache(maxsize=1024)
def _calendar(week: tuple[tuple[float, float], ...], weekday: int, off: frozenset[int]) -> Calendar:
    """One calendar for equal hours: what it has worked out serves everybody, and the next replication."""
    return Calendar(week, start_weekday=weekday, holidays=off)

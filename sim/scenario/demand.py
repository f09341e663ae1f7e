"""When something comes in from outside: at what rate, in what rhythm, from when until when; it says not what comes."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from sim.engine.arrivals import Profile
from sim.engine.quantities import PATTERNS, Measure, Rate, told
from sim.engine.units import DAY
from sim.scenario.clock import Clock, Date
from sim.scenario.plan import Plan

_DATE = r"^\d{4}-\d{2}-\d{2}$"


def _read_moment(value: Any) -> Any:
    """A date as it stands, anything else as a time since the start of the clock."""
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{value[:30]}' is not a date (YYYY-MM-DD)") from None
    return told(Measure("duration").read, value)


Moment = Annotated[
    Date | float,
    BeforeValidator(_read_moment),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _DATE},
                {"type": "string", "pattern": PATTERNS["duration"]},
            ],
            "description": "a date, or a time since the start of the clock",
            "examples": ["2026-03-01", "2 mo"],
        }
    ),
]
"""An instant: a date (its beginning), or a time since the start of the clock."""


def instant(moment: datetime.date | float, clock: Clock) -> float:
    """Hours since the start of the clock; negative for a date before it."""
    return (moment - clock.start).days * DAY if isinstance(moment, datetime.date) else float(moment)


class Demand(Plan):
    """A stream of arrivals from outside the model."""

    rate: Rate
    """How many come per time, averaged over the whole week, nights included."""
    profile: Profile | None = None
    """Rhythm of the week (and year); left out, they come evenly around the clock."""
    busyness: Annotated[float, Measure("number", low=0, high=3)] = 0.0
    """Coefficient of variation of the day factor: calm days and wild days with the same mean."""
    begin: Moment = 0.0
    """When they begin to come: a date, or a time since the start of the clock."""
    end: Moment | None = None
    """When they cease (a date: at its beginning); left out, never."""

    @model_validator(mode="after")
    def _in_order(self) -> Demand:
        begin, end = self.begin, self.end
        dates = isinstance(begin, datetime.date), isinstance(end, datetime.date)
        if end is not None and dates[0] == dates[1] and end <= begin:  # type: ignore[operator]
            raise ValueError("'end' must be later than 'begin'")
        return self

    def span(self, clock: Clock) -> tuple[float, float]:
        """Begin and end [h since clock start]; infinite for what never ceases."""
        ends = float("inf") if self.end is None else instant(self.end, clock)
        return instant(self.begin, clock), ends

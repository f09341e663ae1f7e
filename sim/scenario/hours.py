"""Hours of the week as a scenario writes them: opening windows by weekday, or people on duty from time to time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from sim.engine.opening import checked_week, steps_from, week_from
from sim.engine.quantities import Whole

ALWAYS: tuple[tuple[float, float], ...] = ((0.0, 168.0),)

_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_WINDOW = {"type": "string", "pattern": f"^{_TIME}-({_TIME}|24:00)$", "examples": ["09:00-17:00"]}
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_DAYS = rf"^{_DAY}(-{_DAY})?(\s*,\s*{_DAY}(-{_DAY})?)*$"
_PEOPLE = Whole(0, 20_000)


def _read(value: Any) -> tuple[tuple[float, float], ...]:
    if value == "always":
        return ALWAYS
    if isinstance(value, tuple):
        return checked_week(value)
    if not isinstance(value, dict):
        raise ValueError("expected weekdays with windows, such as {mon-fri: '09:00-17:00'}, or 'always'")
    return tuple(week_from(value))


WeekHours = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_read),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "always"},
                {
                    "type": "object",
                    "patternProperties": {_DAYS: {"anyOf": [_WINDOW, {"type": "array", "items": _WINDOW}]}},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
"""Open intervals in hours of the week, Monday 00:00 = 0: ((9.0, 17.0), ...)."""


def _read_steps(value: Any) -> tuple[tuple[float, float, int], ...]:
    # A user's lists are lists: a tuple has been read before.
    if isinstance(value, tuple):
        return value
    return tuple(steps_from(value, _PEOPLE.read))


WeekSteps = Annotated[
    tuple[tuple[float, float, int], ...],
    BeforeValidator(_read_steps),
    WithJsonSchema(
        {
            "type": "object",
            "patternProperties": {
                _DAYS: {
                    "type": "object",
                    "patternProperties": {
                        f"^{_TIME}$": {"type": "integer", "minimum": _PEOPLE.low, "maximum": _PEOPLE.high}
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                }
            },
            "additionalProperties": False,
            "minProperties": 1,
            "examples": [{"mon-fri": {"08:00": 4, "09:00": 6, "20:00": 0}}],
        }
    ),
]
"""Windows with somebody on duty in hours of the week, and how many people: ((8.0, 9.0, 4), (9.0, 20.0, 6), ...)."""


def merged(windows: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Windows of a week [h of the week] in order, those that touch or overlap made one."""
    whole: list[tuple[float, float]] = []
    for start, end in sorted(windows):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)

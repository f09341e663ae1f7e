"""Times of day and hours of the week as text: reads `09:00`, `{mon-fri: 09:00-17:00}`, `{sat: {'09:00': 4}}`; prints.

It does not know holidays or dates, nor what the hours are for.

A window may not cross midnight: write `22:00-24:00` on one day and `00:00-06:00` on the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from sim.engine.units import DAY, WEEK
from sim.errors import found, short, suggestion

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = "([01]?[0-9]|2[0-3]):[0-5][0-9]"
"""Pattern of a time of day."""
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


def time_of_day(value: object, *, closing: bool = False) -> float:
    """Return hours since midnight of `09:00`; `24:00` only as a closing time. Raises ValueError."""
    if not isinstance(value, str):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError("write the time of day in quotes, such as '09:00'")
        raise ValueError(f"expected a time of day such as '09:00', found {found(value)}")
    parts = _TIME.fullmatch(value.strip()) if len(value) <= 64 else None
    if parts is None or int(parts[1]) * 60 + int(parts[2]) > 24 * 60 or int(parts[2]) > 59:
        raise ValueError(f"'{short(value)}' is not a time of day (HH:MM)")
    minutes = int(parts[1]) * 60 + int(parts[2])
    if minutes == 24 * 60 and not closing:
        raise ValueError("'24:00' is only allowed as a closing time; write '00:00'")
    return minutes / 60


def window(value: object) -> tuple[float, float]:
    """Return opening and closing time (h since midnight) of `09:00-17:00`. Raises ValueError."""
    if not isinstance(value, str):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError("write the opening hours in quotes, such as '09:00-17:00'")
        raise ValueError(f"expected opening hours such as '09:00-17:00', found {found(value)}")
    opening, dash, close = value.replace("\u2013", "-").partition("-") if len(value) <= 64 else ("", "", "")
    if not dash:
        raise ValueError(f"'{short(value)}' is not a window of the day (HH:MM-HH:MM)")
    start, end = time_of_day(opening), time_of_day(close, closing=True)
    if end <= start:
        advice = "; a window may not cross midnight, write two" if end < start else ""
        raise ValueError(f"'{short(value)}': close must be later than open{advice}")
    return start, end


def week_from(mapping: object) -> list[tuple[float, float]]:
    """Return the open intervals (hours of the week, Monday 00:00 is 0) of a mapping of days to windows.

    A key is a day, a range such as `mon-fri`, or several with commas; a value is a window or a list of windows.
    Raises ValueError for an unknown day, a day given twice, windows that overlap or close before they open.
    """
    if not isinstance(mapping, Mapping):
        raise ValueError(f"expected days with their hours, such as mon-fri: '09:00-17:00', found {found(mapping)}")
    given: dict[int, str] = {}
    week: list[tuple[float, float]] = []
    for key, value in mapping.items():
        hours = _windows(value)
        for day in days_from(key):
            if day in given:
                raise ValueError(f"'{DAYS[day]}' is given twice, by '{given[day]}' and by '{short(str(key))}'")
            given[day] = short(str(key))
            week.extend((day * DAY + start, day * DAY + end) for start, end in hours)
    if not week:
        raise ValueError("opening hours need at least one day with a window")
    return list(checked_week(sorted(week)))


def steps_from(mapping: object, people: Callable[[object], int]) -> list[tuple[float, float, int]]:
    """Return the windows (hours of the week) in which somebody is on duty, and how many, in order.

    Read from a mapping of days to times to people, such as `{mon-fri: {'08:00': 4, '20:00': 0}}`: that many are there
    from each time of day until the next one or midnight, and nobody before the first. `people` reads a number.
    Raises ValueError with one sentence.
    """
    if not isinstance(mapping, Mapping):
        shape = "days with people from each time on, such as mon-fri: {'08:00': 4, '20:00': 0}"
        raise ValueError(f"expected {shape}, found {found(mapping)}")
    given: dict[int, str] = {}
    week: list[tuple[float, float, int]] = []
    for key, value in mapping.items():
        steps = _steps_of_day(value)
        for day in days_from(key):
            if day in given:
                raise ValueError(f"'{DAYS[day]}' is given twice, by '{given[day]}' and by '{short(str(key))}'")
            given[day] = short(str(key))
        heads = [_people_from(time, many, people) for time, many in steps.values()]
        ends = [*list(steps)[1:], DAY]
        week += [
            (day * DAY + start, day * DAY + end, many)
            for day in days_from(key)
            for start, end, many in zip(steps, ends, heads, strict=True)
        ]
    joined: list[tuple[float, float, int]] = []
    for start, end, many in sorted(week):
        if joined and joined[-1][1:] == (start, many):
            joined[-1] = (joined[-1][0], end, many)
        elif many:
            joined.append((start, end, many))
    if not joined:
        raise ValueError("somebody must be on duty at some time of the week")
    return joined


def _steps_of_day(value: object) -> dict[float, tuple[str, object]]:
    """Times of a day (h) in order, each as written and with the number written beside it."""
    if not isinstance(value, Mapping):
        raise ValueError(f"expected people from each time of day on, such as {{'08:00': 4}}, found {found(value)}")
    steps: dict[float, tuple[str, object]] = {}
    for key, many in value.items():
        time = time_of_day(key)
        if time in steps:
            raise ValueError(f"'{short(str(key))}' and '{steps[time][0]}' are the same time of day")
        steps[time] = (short(str(key)), many)
    if not steps:
        raise ValueError("a day needs at least one time of day with a number of people, such as {'08:00': 4}")
    return dict(sorted(steps.items()))


def _people_from(time: str, many: object, people: Callable[[object], int]) -> int:
    try:
        return people(many)
    except ValueError as error:
        raise ValueError(f"'{time}': {error}") from None


def days_from(key: object) -> list[int]:
    """Return the weekdays (Monday is 0) named by `sat`, `mon-fri` or `mon, wed`. Raises ValueError."""
    if not isinstance(key, str):
        raise ValueError(f"expected a day such as mon or mon-fri, found {found(key)}")
    if len(key) > 64:
        raise ValueError(f"'{short(key)}' is not a list of days")
    days: list[int] = []
    for part in key.split(","):
        first, dash, last = part.partition("-")
        start = DAYS.index(day_from(first))
        end = DAYS.index(day_from(last)) if dash else start
        days.extend((start + i) % 7 for i in range((end - start) % 7 + 1))
    return days


def day_from(name: object) -> Day:
    """Return the day of the week that `name` names. Raises ValueError with the nearest name."""
    if not isinstance(name, str):
        raise ValueError(f"expected a day such as mon, found {found(name)}")
    word = name.strip()
    for day in DAYS:
        if word == day:
            return day
    raise ValueError(f"'{short(word)}' is not one of: {', '.join(DAYS)}{suggestion(word[:3], DAYS)}")


def checked_week(week: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return open intervals of a week, touching ones joined; raises ValueError when they overlap or leave the week."""
    joined: list[tuple[float, float]] = []
    for opening, close in week:
        if not 0 <= opening < close <= WEEK:
            raise ValueError(f"a window must lie within hours 0 to 168 of the week, found {opening:g} to {close:g}")
        if joined and opening < joined[-1][1]:
            raise ValueError(f"windows overlap or are out of order at {_named(opening)}")
        if joined and opening == joined[-1][1]:
            joined[-1] = (joined[-1][0], float(close))
        else:
            joined.append((float(opening), float(close)))
    if not joined:
        raise ValueError("opening hours need at least one window")
    return tuple(joined)


def _windows(value: object) -> list[tuple[float, float]]:
    if isinstance(value, (list, tuple)):
        return [window(item) for item in value]
    return [window(value)]


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _named(hour_of_week: float) -> str:
    return f"{DAYS[int(hour_of_week // DAY)]} {_clock(hour_of_week % DAY)}"

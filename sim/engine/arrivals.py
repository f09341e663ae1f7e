"""When things arrive: steady, by the hour of the week, by the month, on calm and wild days; and a feed that plays them.

It does not know what arrives.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from simpy.core import Environment
from simpy.events import NORMAL, Event

from sim.engine.opening import DAYS, Day, day_from
from sim.engine.quantities import NonNegative, told
from sim.engine.units import DAY, WEEK

BLOCK = 672.0
"""Hours of the longest block: four weeks."""
_EXPECTED = 65536

T = TypeVar("T")
Weight = NonNegative
_Weekday = Annotated[Day, BeforeValidator(lambda name: told(day_from, name))]


def _counted(length: int) -> BeforeValidator:
    """Refuse a list of weights of another length, in a sentence of our own."""

    def check(value: object) -> object:
        if isinstance(value, (list, tuple)) and len(value) != length:
            facts = {"length": length, "given": len(value)}
            raise PydanticCustomError("length", "expected {length} weights, found {given}", facts)
        return value

    return BeforeValidator(check)


_HoursOfDay = Annotated[tuple[Weight, ...], _counted(24), Field(min_length=24, max_length=24)]
_HoursOfWeek = Annotated[tuple[Weight, ...], _counted(168), Field(min_length=168, max_length=168)]
_MonthsOfYear = Annotated[tuple[Weight, ...], _counted(12), Field(min_length=12, max_length=12)]


class Profile(BaseModel):
    """How arrivals spread over the hours of the week and the months of the year; only proportions matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: dict[_Weekday, Weight] | None = Field(
        default=None, description="weight of each weekday; days not named get none", min_length=1
    )
    hours: _HoursOfDay | None = Field(default=None, description="weight of each hour of the day, from 00:00")
    week: _HoursOfWeek | None = Field(
        default=None, description="weight of each hour of the week, from Monday 00:00; instead of days and hours"
    )
    months: _MonthsOfYear | None = Field(default=None, description="weight of each month, from January")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.week is not None and (self.days is not None or self.hours is not None):
            raise PydanticCustomError("profile", "give either 'week' or 'days' and 'hours', not both")
        days = None if self.days is None else tuple(self.days.values())
        parts = {"days": days, "hours": self.hours, "week": self.week, "months": self.months}
        for name, weights in parts.items():
            if weights is not None and not 0 < sum(weights) < math.inf:
                raise PydanticCustomError("profile", "at least one weight in '{name}' must be above 0", {"name": name})
        return self

    def weights(self) -> NDArray[np.float64]:
        """Return the weight of each hour of the week, shape (168,), from Monday 00:00, with mean 1."""
        if self.week is not None:
            raw = np.array(self.week, dtype=np.float64)
        else:
            days = [1.0] * 7 if self.days is None else [float(self.days.get(day, 0.0)) for day in DAYS]
            raw = np.outer(days, np.ones(24) if self.hours is None else np.array(self.hours)).ravel()
        weights: NDArray[np.float64] = raw / raw.mean()
        return weights

    def month_weights(self) -> NDArray[np.float64]:
        """Return the weight of each month, shape (12,), with mean 1."""
        raw = np.ones(12) if self.months is None else np.array(self.months, dtype=np.float64)
        weights: NDArray[np.float64] = raw / raw.mean()
        return weights


def block_hours(rate: float) -> float:
    """Return the hours that are drawn at a time: four weeks, a week, a day or an hour.

    The longest in which at most 65,536 arrivals are expected at `rate` (1/h); it depends on nothing else, so that the
    plans of a comparison share their blocks.
    """
    return next((hours for hours in (BLOCK, WEEK, DAY) if rate * hours <= _EXPECTED), 1.0)


@dataclass(frozen=True)
class Arrivals:
    """A Poisson process whose rate follows a profile, and a factor of the day where days differ at random.

    With a factor the counts of days are overdispersed: variance = mean + (busyness_cv * mean)² (Avramidis,
    Deslauriers and L'Ecuyer, 2004).
    """

    rate_per_hour: float
    """Mean arrivals per hour of the calendar (nights and closed days included), over a week and over a year."""
    profile: Profile | None = None
    """None for a steady rate."""
    busyness_cv: float = 0.0
    """Coefficient of variation of the factor of a day, which is gamma distributed with mean 1; 0 for equal days."""
    start_weekday: int = 0
    """Weekday of the day that begins at t = 0 (Monday is 0); a `start` goes before it."""
    start: date | None = None
    """Date of the day that begins at t = 0; needed for a profile with months."""
    begin: float = 0.0
    """Instant (h) before which nothing arrives."""
    end: float = math.inf
    """Instant (h) from which on nothing arrives."""

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        if not 0 <= self.rate_per_hour < math.inf:
            raise ValueError(f"the rate must be finite and not negative, found {self.rate_per_hour:g} per hour")
        if not 0 <= self.busyness_cv < math.inf:
            raise ValueError(f"the busyness cv must be finite and not negative, found {self.busyness_cv:g}")
        if self.start is None and self.profile is not None and self.profile.months is not None:
            raise ValueError("a profile with months needs the date of the first day")

    @property
    def block_hours(self) -> float:
        """Hours of a block of this process; at least a day where days differ, since a day has one factor."""
        hours = block_hours(self.rate_per_hour)
        return max(hours, DAY) if self.busyness_cv else hours

    def times(
        self,
        generator: np.random.Generator,
        block: int,
        hours: float | None = None,
        factors: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Return the instants (h) in [block * hours, (block + 1) * hours), in order.

        `generator` must be the block's own. `hours` is the process's own `block_hours` unless several processes are
        to be played in common blocks; it must be whole hours, and whole days where days differ (else ValueError).
        `factors` are the factors of the block's days where processes share them; else the process draws its own.
        The limits `begin` and `end` are cut out of what was drawn, so that moving them moves no other arrival.
        """
        hours = self.block_hours if hours is None else hours
        whole = "days" if self.busyness_cv else "hours"
        if hours <= 0 or hours % (DAY if self.busyness_cv else 1.0):
            raise ValueError(f"a block of {hours:g} h is not a number of whole {whole}")
        start = block * hours
        if self.profile is None and not self.busyness_cv and factors is None:
            count = generator.poisson(self.rate_per_hour * hours)
            drawn = np.sort(generator.random(count)) * hours
        else:
            if factors is None:
                factors = self.day_factors(generator, hours)
            intensity = self.intensity(start, hours) * np.repeat(factors, 24)[: round(hours)]
            total = np.concatenate(([0.0], np.cumsum(intensity)))
            placed = np.sort(generator.random(generator.poisson(total[-1]))) * total[-1]
            drawn = np.interp(placed, total, np.arange(len(total), dtype=np.float64))
        # Rounding must not carry an arrival into the next block.
        instants: NDArray[np.float64] = np.minimum(start + drawn, np.nextafter(start + hours, 0.0))
        if self.begin <= start and start + hours <= self.end:
            return instants
        return instants[(instants >= self.begin) & (instants < self.end)]

    def day_factors(self, generator: np.random.Generator, hours: float) -> NDArray[np.float64]:
        """Draw the factors of the days of a block, one for each begun day; all 1 where days do not differ."""
        days = math.ceil(hours / DAY)
        if not self.busyness_cv:
            return np.ones(days)
        return generator.gamma(self.busyness_cv**-2, self.busyness_cv**2, days)

    def expected(self, t0: float, t1: float) -> float:
        """Return the mean number of arrivals from `t0` to `t1` (h)."""
        t0, t1 = max(t0, self.begin, 0.0), min(t1, self.end)
        if t1 <= t0:
            return 0.0
        if self.profile is None:
            return self.rate_per_hour * (t1 - t0)
        first, last = math.floor(t0), math.ceil(t1)
        intensity = self.intensity(first, last - first)
        intensity[0] *= min(first + 1, t1) - t0
        if last - first > 1:
            intensity[-1] *= t1 - (last - 1)
        return float(intensity.sum())

    def intensity(self, start: float, hours: float) -> NDArray[np.float64]:
        """Return the mean arrivals in each of the `hours` whole hours from `start` (a whole hour), days alike."""
        clock = np.arange(round(start), round(start + hours))
        if self.profile is None:
            return np.full(len(clock), self.rate_per_hour)
        weekday = self.start_weekday if self.start is None else self.start.weekday()
        intensity: NDArray[np.float64] = self.rate_per_hour * self.profile.weights()[(clock + 24 * weekday) % 168]
        if self.profile.months is not None and self.start is not None:
            days = range(int(clock[0]) // 24, int(clock[-1]) // 24 + 1)
            by_day = [self.profile.month_weights()[(self.start + timedelta(days=d)).month - 1] for d in days]
            intensity *= np.array(by_day)[clock // 24 - days[0]]
        return intensity


class Feed(Event, Generic[T]):
    """Plays items at their times on the SimPy clock; it is one event, armed anew for each item."""

    _ok = True
    _value = None

    def __init__(
        self,
        env: Environment,
        draw: Callable[[int], tuple[list[float], list[T]]],
        take: Callable[[T], None],
        block_hours: float,
        until: float,
        skip: Callable[[T], bool] | None = None,
    ) -> None:
        """Draw blocks 0, 1, … of times (h, in order) and items when they are due; call `take(item)` at each time.

        Items at or after `until` are never played. An item for which `skip` is true when its turn is being prepared
        (right after the item before it) is passed over without an event, so what is skipped must stay so.
        Raises ValueError unless `until` is finite.
        """
        if not math.isfinite(until):
            raise ValueError("a feed needs a finite end")
        self.env = env
        self.callbacks: Any = None
        self._armed = (self._play,)
        self._draw, self._take, self._skip = draw, take, skip
        self._block_hours, self._until = block_hours, until
        self._block = 0
        self._next = 0
        self._times: list[float] = []
        self._items: list[T] = []
        self._prepare()

    def _play(self, _: Event) -> None:
        """Hand over the item that is due and arm the event for the one after it."""
        i = self._next
        self._next = following = i + 1
        self._take(self._items[i])
        times = self._times
        if self._skip is None and following < len(times) and (due := times[following]) < self._until:
            # The usual case, without a call: this is on the path of every arrival.
            env = self.env
            self.callbacks = self._armed
            env.schedule(self, NORMAL, max(0.0, due - env.now))
            return
        self._prepare()

    def _prepare(self) -> None:
        """Find the next item to be played and schedule the event at its time; the end leaves the event unarmed."""
        now = self.env.now
        while True:
            times, items, i = self._times, self._items, self._next
            if self._skip is not None:
                while i < len(items) and self._skip(items[i]):
                    i += 1
            self._next = i
            if i < len(times):
                break
            if self._block * self._block_hours >= self._until:
                return
            self._times, self._items = self._draw(self._block)
            self._block += 1
            self._next = 0
        due = times[i]
        if due >= self._until:
            return
        delay = due - now
        self.callbacks = self._armed
        self.env.schedule(self, NORMAL, delay if delay > 0 else 0.0)

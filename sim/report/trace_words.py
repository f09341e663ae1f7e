"""How a story says when, how long, how much and who: dates of the scenario's clock, spans, money, people.

It tells no event.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.units import DAY, MONTH, YEAR
from sim.model.rota import opening
from sim.report.labels import worded
from sim.report.numerals import sign_of
from sim.scenario.customers import Experience

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.scenario.scenario import Scenario

AT_ONCE = 1 / 120
"""A wait shorter than this is none [h]: half a minute."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SPANS = (
    (YEAR, 2 * YEAR, "yr"), (MONTH, 2.5 * MONTH, "mo"), (DAY, 2 * DAY, "d"), (1.0, 1.0, "h"), (1 / 60, 1 / 60, "min"),
)  # fmt: skip
"""Units of spans: size [h], from which span on [h] it is used, name."""
_UNIT_WORDS = {"yr": "year", "mo": "month", "d": "day", "h": "hour", "min": "minute", "s": "second"}


def span(hours: float) -> str:
    """A span of time in two figures: 40 s, 17 min, 3.2 h, 4.1 d, 14 mo."""
    for size, least, name in _SPANS:
        if hours >= least * 0.9995:
            number = hours / size
            figures = f"{number:.0f}" if number >= 9.95 else f"{number:.1f}".removesuffix(".0")
            return f"{figures} {name}"
    return f"{hours * 3600:.0f} s"


def spelled(hours: float) -> str:
    """The same in whole words, for a title: 14 months."""
    figures, unit = span(hours).split(" ")
    figures = f"{float(figures):.0f}" if float(figures) >= 5 else figures
    return f"{figures} {_UNIT_WORDS[unit]}{'' if figures == '1' else 's'}"


def share(value: float) -> str:
    """A share as a whole percentage: 71%."""
    return f"{value * 100:.0f}%"


def counted(number: int, noun: str, several: str | None = None) -> str:
    """1 lead, 2 leads."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"


def capital(text: str) -> str:
    """The same text with its first letter as a capital, as user's words stand at the head of a sentence."""
    return text[:1].upper() + text[1:]


def person(team: str, server: float) -> str:
    """Somebody of a team, by the number that the facts have: agents #7; nobody in particular without one."""
    return worded(team) if math.isnan(server) else f"{worded(team)} #{int(server)}"


@dataclass(frozen=True)
class Speech:
    """The words for one scenario's facts."""

    scenario: Scenario
    end: float
    """Instant from which the facts are seen [h]."""

    @property
    def content(self) -> float:
        """How a contact must be felt at least not to be a bad one: so that he would call himself satisfied."""
        customers = self.scenario.customers
        return (customers.experience if customers is not None else Experience()).satisfied

    def date(self, time: float) -> datetime.datetime:
        """Calendar date and time of day of an instant [h], to the minute that has begun."""
        start = datetime.datetime.combine(self.scenario.clock.start, datetime.time())
        # Sums of hours may miss a full minute by a rounding.
        return start + datetime.timedelta(minutes=math.floor(time * 60 + 1e-6))

    def stamp(self, time: float) -> str:
        """An instant as a line of the story has it: Mon 2026-03-02 10:14."""
        date = self.date(time)
        return f"{_WEEKDAYS[date.weekday()]} {date:%Y-%m-%d %H:%M}"

    def moment(self, time: float, since: float) -> str:
        """An instant as seen from an earlier one: nothing on its day, the weekday within a week, then the date."""
        days = (self.date(time).date() - self.date(since).date()).days
        if days == 0:
            return ""
        stamp = self.stamp(time)
        return f" on {stamp[:3]} {stamp[-5:]}" if days < 7 else f" on {stamp}"

    def day(self, time: float) -> str:
        """The day of an instant: Mon 2026-03-02."""
        return self.stamp(time)[:-6]

    def money(self, amount: float) -> str:
        """An amount in full: €1,234; in cents where it is small."""
        figures = f"{abs(amount):,.0f}" if abs(amount) >= 9.995 or round(abs(amount), 2) == 0 else f"{abs(amount):,.2f}"
        minus = "−" if amount < 0 and figures.strip("0.,") else ""
        return f"{minus}{sign_of(self.scenario.economics.currency)}{figures}"

    def monthly(self, amount: float) -> str:
        """An amount a month."""
        return f"{self.money(amount)} a month"

    def hours(self, team: str) -> Calendar | None:
        """Opening hours of a team."""
        plan = self.scenario.teams.get(team)
        return None if plan is None else opening(plan, self.scenario.clock)

    def opened(self, team: str, since: float, until: float) -> float:
        """Opening hours of a team between two instants [h]."""
        hours = self.hours(team)
        return max(0.0, until - since) if hours is None else hours.open_hours(since, until)

    def wait(self, team: str, since: float, until: float) -> str:
        """How long something waited for a team: at once, after 17 min, after 18 h (2.1 h of opening hours)."""
        waited = until - since
        if waited < AT_ONCE:
            return "at once"
        working = self.opened(team, since, until)
        if waited - working < 0.5:
            return f"after {span(waited)}"
        if working < AT_ONCE:
            return f"after {span(waited)} (as soon as they open)"
        shown = f"{working:.0f} h" if working >= 9.95 else span(working)
        return f"after {span(waited)} ({shown} of opening hours)"

    def taken(self, team: str, since: float, until: float) -> str:
        """The same with the day, where it is another one."""
        return f"{self.wait(team, since, until)}{self.moment(until, since)}"

"""How many there are, and for how long there were so many: exact time integrals; knows neither jobs nor servers."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Tally", "TeamTime"]


class Tally:
    """A count that remembers its integral over time.

    While `count` does not change, the integral is `count * now + area`: so the area takes the time off at every entry
    and adds it at every exit, and nothing need be done in between.
    """

    __slots__ = ("area", "count")

    def __init__(self) -> None:
        self.count = 0
        self.area = 0.0
        """[h]"""

    def enter(self, now: float) -> None:
        """One more from now [h] on."""
        self.count += 1
        self.area -= now

    def exit(self, now: float) -> None:
        """One less from now [h] on."""
        self.count -= 1
        self.area += now

    def integral(self, now: float) -> float:
        """The count times how long it held, up to now [h]."""
        return self.count * now + self.area


class TeamTime(NamedTuple):
    """What a team's time amounted to since it was set up: exact integrals, no samples."""

    on_duty_hours: float
    """Server time at work: rostered, or finishing a job after the shift [h]."""
    busy_hours: float
    """Server time with at least one job in hand [h]; never more than on duty."""
    queue_hours: float
    """Time spent waiting by all jobs together [h]; over the time elapsed this is the mean queue length."""
    paid_hours: float
    """Server time rostered [h]; on-duty time beyond it is overtime."""
    headcount: int
    """Servers employed now."""

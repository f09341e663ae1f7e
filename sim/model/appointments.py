"""The appointment book of a team: slots, how many can be had in each, and the next one free; it visits nobody."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.engine.team import Team


class Book:
    """Slots of one length, one after the other from the beginning of each of the team's opening windows.

    In each as many appointments are given as people of the team are on the roster throughout it, as the roster looks
    when the slot is first asked for.
    """

    def __init__(self, team: Team, calendar: Calendar, slot: float, until: float) -> None:
        self._team = team
        self._slot = slot
        self._until = until
        self._windows = calendar.windows(0.0, until)
        self._starts: list[float] = []
        self._free: list[int] = []
        self._beyond: list[int] = []
        """By slot: where to look on if it is full (slots never become free again)."""

    def take(self, earliest: float) -> float | None:
        """Take the next free slot from `earliest` [h] on and return its start; None if there is none in time."""
        self._open_up_to(earliest)
        place = self._first_free(bisect_left(self._starts, earliest))
        if place is None:
            return None
        self._free[place] -= 1
        return self._starts[place]

    def _first_free(self, place: int) -> int | None:
        passed = []
        while True:
            if place >= len(self._starts) and not self._open_window():
                return None
            if place < len(self._starts):
                if self._free[place]:
                    break
                passed.append(place)
                place = self._beyond[place]
        for full in passed:
            self._beyond[full] = place
        return place

    def _open_up_to(self, instant: float) -> None:
        while (not self._starts or self._starts[-1] < instant) and self._open_window():
            pass

    def _open_window(self) -> bool:
        """Cut the next opening window into slots; whether there was one."""
        for start, end in self._windows:
            count = int((end - start) / self._slot + 1e-9)
            for number in range(count):
                begin = start + number * self._slot
                self._starts.append(begin)
                self._free.append(self._people(begin, begin + self._slot))
                self._beyond.append(len(self._starts))
            return True
        return False

    def _people(self, begin: float, end: float) -> int:
        """People of the team who are on the roster all the time from `begin` to `end` [h]."""
        length = (end - begin) * (1 - 1e-9)
        return sum(server.calendar.open_hours(begin, end) >= length for server in self._team.servers)

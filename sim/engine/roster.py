"""Rings at every start and end of a shift, once for all servers it concerns; knows nothing of their work."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Any

from simpy import Environment
from simpy.events import URGENT, Event

from sim.engine.calendar import Calendar
from sim.engine.server import Server

__all__ = ["ROUNDING", "Roster", "Shift"]

ROUNDING = 1e-9
"""Two instants nearer than this are the same [h]: a clock that adds up delays may miss a boundary by one rounding."""


class Shift:
    """The servers that share a calendar."""

    __slots__ = ("boundary", "calendar", "on", "servers", "turns")

    def __init__(self, calendar: Calendar, now: float) -> None:
        self.calendar = calendar
        self.servers: list[Server] = []
        self.on = calendar.is_open(now)
        """Whether the shift is on, up to the next boundary."""
        self.turns = calendar.turns(now)
        self.boundary = next(self.turns, inf)
        """Next start or end [h]."""


class _Bell(Event):
    """One ringing."""

    _ok = True
    _value: Any = None
    at: float
    """When it rings [h]."""


class Roster:
    """Which servers are on shift, and when that changes.

    All boundaries of one instant are told in one call, the servers that go first, before anything else that happens
    at that instant: a job that comes at closing time is too late, one that comes at opening time is not too early.
    """

    def __init__(self, env: Environment, change: Callable[[list[Server], list[Server]], None]) -> None:
        self._env = env
        self._change = change
        """Called with the servers whose shift ends now and those whose shift starts now."""
        self._shifts: dict[Calendar, Shift] = {}
        self._agenda: dict[float, list[Shift]] = {}
        """What changes when; for every instant an entry in `_times`, a heap."""
        self._times: list[float] = []
        self._bell: _Bell | None = None

    def add(self, server: Server) -> bool:
        """Watch a server's calendar from now on; tell whether the shift is on."""
        calendar = server.calendar
        shift = self._shifts.get(calendar)
        if shift is None:
            shift = self._shifts[calendar] = Shift(calendar, self._env.now)
            self._note(shift)
            self._arm()
        server.shift = shift
        shift.servers.append(server)
        # Not what the calendar says: if the bell has rung a rounding too early, only the shift knows.
        return shift.on

    def remove(self, server: Server) -> None:
        """Watch a server's calendar no longer."""
        server.shift.servers.remove(server)

    def _note(self, shift: Shift) -> None:
        due = self._agenda.get(shift.boundary)
        if due is not None:
            due.append(shift)
        elif shift.boundary < inf:
            self._agenda[shift.boundary] = [shift]
            heappush(self._times, shift.boundary)

    def _arm(self) -> None:
        """Have a bell ring at the next boundary; one that would ring later is left to ring unheard."""
        if self._times and (self._bell is None or self._times[0] < self._bell.at):
            self._bell = bell = _Bell(self._env)
            bell.at = self._times[0]
            bell.callbacks.append(self._ring)
            self._env.schedule(bell, URGENT, max(0.0, bell.at - self._env.now))

    def _ring(self, bell: Event) -> None:
        if bell is not self._bell:
            return
        self._bell = None
        closing: list[Server] = []
        opening: list[Server] = []
        soon = self._env.now + ROUNDING
        while self._times and self._times[0] <= soon:
            for shift in self._agenda.pop(heappop(self._times)):
                self._turn(shift, closing, opening)
        self._arm()
        if closing or opening:
            self._change(closing, opening)

    def _turn(self, shift: Shift, closing: list[Server], opening: list[Server]) -> None:
        """A shift starts or ends: note whom it concerns, and when it ends or starts again."""
        if not shift.servers:
            del self._shifts[shift.calendar]
            return
        on = shift.on = not shift.on
        shift.boundary = next(shift.turns, inf)
        self._note(shift)
        concerned = opening if on else closing
        for server in shift.servers:
            if server.rostered is not on:
                concerned.append(server)

"""One team's careers: who comes, learns, quits and is succeeded, and how many there are to be; it does no work."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any

from sim.engine.timer import call_after
from sim.model.facts import ENDS
from sim.model.seats import Opening

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.endurance import Endurance
    from sim.model.seats import Seat
    from sim.model.staff import Staff
    from sim.model.tenures import Tenure

QUIT, LAID_OFF = range(len(ENDS))


class Careers:
    """The seats of one team. Inlet: want (so many positions are to be filled from now on). Outlets: on_end (a tenure
    is over, and how it ended), on_seat (there is one more)."""

    def __init__(
        self,
        env: Environment,
        staff: Staff,
        seats: list[Seat],
        more: Callable[[int], Seat],
        endurance: Endurance | None = None,
    ) -> None:
        """Those whom the staff employs already fill the seats. `more` makes the seat of this number; `endurance` is the
        clock by which people quit, None for that on the wall."""
        self.on_end: Callable[[Tenure, int], None]
        self.on_seat: Callable[[Seat], None] | None = None
        self._env = env
        self._staff = staff
        self._seats = seats
        self._more = more
        self._after = partial(call_after, env) if endurance is None else endurance.after
        self._coming: dict[Opening, None] = {}
        """Searches that go on, the last one last."""
        self._noticed: dict[Tenure, object] = {}
        """Those who have been given notice."""
        self.wanted = len(seats)
        """Positions to be filled."""
        self.layoffs = 0
        """People laid off so far."""
        for seat, tenure in zip(seats, staff.tenures, strict=True):
            self._begin(seat, tenure)

    def want(self, heads: int, layoffs: bool = False, notice: float = 0.0) -> None:
        """So many positions are to be filled from now on.

        Seats are opened for those missing. If there are too many, the search that was begun last is given up first;
        then, with layoffs, the last to join are given notice [h]. Without, nobody is sought for those who quit until
        the number fits. Whoever was given notice last stays when people are missing again.
        """
        self.wanted = heads
        while self._heads() < heads and self._noticed:
            self._noticed.popitem()
        while self._heads() < heads:
            seat = self._free_seat()
            self._seek(seat, next(seat.delays))
        while self._heads() > heads and self._coming:
            opening, _ = self._coming.popitem()
            opening.seat.coming = None
        if layoffs and self._heads() > heads:
            staying = [tenure for tenure in self._staff.tenures if tenure not in self._noticed]
            for tenure in staying[heads:]:
                told = self._noticed[tenure] = object()
                call_after(self._env, notice, self._lay_off, (tenure, told))

    def _heads(self) -> int:
        """People there and sought, less those under notice."""
        return self._staff.filled - len(self._noticed) + len(self._coming)

    def _free_seat(self) -> Seat:
        """The first seat that is free; a new one if there is none."""
        found = next((seat for seat in self._seats if seat.free), None)
        if found is None:
            found = self._more(len(self._seats))
            self._seats.append(found)
            if self.on_seat is not None:
                self.on_seat(found)
        return found

    def _seek(self, seat: Seat, delay: float) -> None:
        seat.coming = opening = Opening(seat)
        self._coming[opening] = None
        call_after(self._env, delay, self._arrive, opening)

    def _arrive(self, opening: Opening) -> None:
        """Somebody's first day, unless the search was given up."""
        seat = opening.seat
        if seat.coming is not opening:
            return
        seat.coming = None
        del self._coming[opening]
        tenure = self._staff.hire(seat.position, next(seat.people), self._env.now)
        self._begin(seat, tenure)
        if tenure.newcomer:
            self._env.process(self._learn(tenure))

    def _begin(self, seat: Seat, tenure: Tenure) -> None:
        """Somebody fills a seat from now on: how long he will endure is settled."""
        seat.tenure = tenure
        stay, seat.vacancy = next(seat.stays)
        if stay < inf:
            self._after(stay, self._quit, tenure)

    def _learn(self, tenure: Tenure) -> Generator[Any, Any, None]:
        """A newcomer grows into the job step by step, as long as he is there."""
        for (since, _), (until, productivity) in pairwise(self._staff.steps):
            yield self._env.timeout(until - since)
            if not tenure.server.employed:
                return
            self._staff.grow(tenure, productivity)
        self._staff.settle(tenure, self._env.now)

    def _quit(self, tenure: Tenure) -> None:
        """Somebody has had enough, if he is still there; he is succeeded unless there are enough without him."""
        if tenure.server.employed:
            seat = self._part(tenure, QUIT)
            if self._heads() < self.wanted:
                self._seek(seat, seat.vacancy)

    def _lay_off(self, call: tuple[Tenure, object]) -> None:
        """Somebody's last day under notice, if it still stands and he has not quit meanwhile."""
        tenure, told = call
        if self._noticed.get(tenure) is told:
            self.layoffs += 1
            self._part(tenure, LAID_OFF)

    def _part(self, tenure: Tenure, how: int) -> Seat:
        seat = self._seats[tenure.position.place]
        seat.tenure = None
        self._noticed.pop(tenure, None)
        self._staff.dismiss(tenure, self._env.now)
        self.on_end(tenure, how)
        return seat

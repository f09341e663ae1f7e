"""Seats of customers in superposed streams of candidates, the same under every plan; it knows no candidate's meaning.

Candidate events of many customers come from one stream over numbered seats: times, seats and every attribute are drawn
in blocks that depend on replication, purpose and block only. A candidate counts if somebody sits in its seat at that
time. This is exact (a Poisson stream thinned), cheap, and leaves a customer's candidates untouched by any plan.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.arrivals import Feed
from sim.engine.timer import call_after
from sim.model.entities import Customer

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.streams import Streams

FIRST_LEVEL = 1024
"""Seats of the first level for new customers; each further level has twice as many."""


class Seats:
    """Which live customer sits where. The initial base fills level 0; a new customer's key finds his seat on a level
    with room."""

    def __init__(self, initial: int) -> None:
        self.offsets = [0, initial]
        """Seat numbers at which the levels begin, and the end of the last."""
        self.taken = [0]
        """Customers seated on each level."""
        self.occupants: list[Customer | None] = [None] * initial
        self.live = np.zeros(initial, dtype=bool)
        """Whether the customer in each seat is live."""

    def seat_initial(self, customer: Customer) -> None:
        """Give a customer of the initial base the seat of his number."""
        self._place(customer, 0, customer.number)

    def seat(self, customer: Customer) -> int:
        """Seat a new customer and return his level: the first that is less than half full."""
        level = 1
        while level < len(self.taken) and 2 * self.taken[level] >= self.offsets[level + 1] - self.offsets[level]:
            level += 1
        if level == len(self.taken):
            size = FIRST_LEVEL << (level - 1)
            self.taken.append(0)
            self.offsets.append(self.offsets[-1] + size)
            self.occupants.extend([None] * size)
            self.live = np.concatenate([self.live, np.zeros(size, dtype=bool)])
        start, size = self.offsets[level], self.offsets[level + 1] - self.offsets[level]
        place = customer.key % size
        while self.occupants[start + place] is not None:
            place = (place + 1) % size
        self._place(customer, level, start + place)
        return level

    def level_of(self, customer: Customer) -> int:
        """Level of the seat a customer sits in."""
        return bisect_right(self.offsets, customer.seat) - 1

    def free(self, customer: Customer) -> None:
        """Give up a customer's seat."""
        self.taken[self.level_of(customer)] -= 1
        self.occupants[customer.seat] = None
        self.live[customer.seat] = False

    def _place(self, customer: Customer, level: int, seat: int) -> None:
        customer.seat = seat
        self.occupants[seat] = customer
        self.live[seat] = True
        self.taken[level] += 1


class Candidates:
    """One purpose's stream of candidates over the seats; plays those of live customers on the clock."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        purpose: str,
        seats: Seats,
        rate: float,
        arrivals: Callable[[float], Arrivals],
        columns: Callable[[np.random.Generator, int], list[np.ndarray]],
        take: Callable[[tuple[Any, ...]], None],
        until: float,
        sift: Callable[[list[np.ndarray]], np.ndarray] | None = None,
    ) -> None:
        """Stream of candidates at `rate` [1/h] a seat.

        `columns` draws the attributes of n candidates; `take` gets a row, first the customer, who may have left by
        then. `sift` may tell early which candidates can count for the initial base at all.
        """
        self._env = env
        self._streams = streams
        self._purpose = purpose
        self._seats = seats
        self._rate = rate
        self._arrivals = arrivals
        self._columns = columns
        self._take = take
        self._sift = sift
        self._drawn: dict[tuple[int, int], tuple[np.ndarray, np.ndarray, list[np.ndarray]]] = {}
        self._factors: dict[int, np.ndarray] = {}
        self._blocks: list[int] = []
        self.block_hours = arrivals(rate * max(seats.offsets[1], FIRST_LEVEL)).block_hours
        self._until = until
        self._nobody = Customer(-1, 0, 0.0, 0.0, 0.0, 0)
        self._nobody.left = 0.0

    def start(self) -> None:
        """Begin to play; to be called when the initial base is seated."""
        Feed(self._env, self._draw, self._take, self.block_hours, self._until)

    def admit(self, customer: Customer) -> None:
        """A customer has gone live: schedule his candidates in the blocks already drawn."""
        level, now = self._seats.level_of(customer), self._env.now
        for block in self._blocks:
            times, seats, columns = self._level_block(level, block)
            for place in (seats == customer.seat).nonzero()[0].tolist():
                if times[place] >= now:
                    row = (customer, *(column[place].item() for column in columns))
                    call_after(self._env, float(times[place]) - now, self._take, row)

    def _draw(self, block: int) -> tuple[list[float], list[tuple[Any, ...]]]:
        """Candidates of everybody live now, in order of time, for one block."""
        self._blocks = [b for b in self._blocks if (b + 1) * self.block_hours > self._env.now] + [block]
        self._drawn = {key: value for key, value in self._drawn.items() if key[1] in self._blocks}
        parts = [self._live_rows(level, block) for level, taken in enumerate(self._seats.taken) if taken]
        rows = [row for part in parts for row in part]
        if not rows:
            # Something must be due in an empty block, or the feed would draw all the blocks to come at once, and every
            # newcomer would have to be admitted to each of them.
            return [block * self.block_hours], [(self._nobody,)]
        if len(parts) > 1:
            rows.sort(key=lambda row: row[0])
        return [row[0] for row in rows], [row[1:] for row in rows]

    def _live_rows(self, level: int, block: int) -> list[tuple[Any, ...]]:
        times, seats, columns = self._level_block(level, block)
        counts = self._seats.live[seats]
        if level == 0 and self._sift:
            counts &= self._sift(columns)
        chosen = np.flatnonzero(counts)
        sitting = map(self._seats.occupants.__getitem__, seats[chosen].tolist())
        return list(zip(times[chosen].tolist(), sitting, *(column[chosen].tolist() for column in columns), strict=True))

    def _level_block(self, level: int, block: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        drawn = self._drawn.get((level, block))
        if drawn is None:
            start, end = self._seats.offsets[level : level + 2]
            arrivals = self._arrivals(self._rate * (end - start))
            generator = self._streams.generator(f"{self._purpose}.{level}", block)
            times = arrivals.times(generator, block, self.block_hours, self._days(arrivals, block))
            seats = start + generator.integers(0, max(1, end - start), len(times))
            drawn = self._drawn[level, block] = (times, seats, self._columns(generator, len(times)))
        return drawn

    def _days(self, arrivals: Arrivals, block: int) -> np.ndarray | None:
        """Factors of the days of a block, one for all levels: a wild day is wild for every customer."""
        if not arrivals.busyness_cv:
            return None
        if block not in self._factors:
            generator = self._streams.generator(f"{self._purpose}.days", block)
            self._factors = {known: each for known, each in self._factors.items() if known in self._blocks}
            self._factors[block] = arrivals.day_factors(generator, self.block_hours)
        return self._factors[block]

"""Moments at which a customer may act, drawn so that no plan can touch them; it does not know what is done then.

Candidates of many customers come from one superposed stream over seats: times, seats and every attribute are drawn in
blocks that depend on replication, purpose and block only, and a candidate counts if the customer of its seat is live
then (a Poisson stream thinned: exact and cheap). The initial base sits by number on level 0, whoever comes from an
organic lead by the lead's rank among all organic leads on the levels above. Who was referred has no such rank: he has
a stream of his own, which begins when his lead came. So everybody acts at the same moments under every plan, however
early he is won and whoever else is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.arrivals import Feed
from sim.engine.timer import call_after
from sim.model.entities import Customer

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.streams import Streams

FIRST = 512
"""Seats of level 1; each further level has twice as many as the one before."""
CHUNK = 32
"""Candidates drawn at a time for somebody with a stream of his own."""

Columns = Callable[[np.random.Generator, int], list[np.ndarray]]
Drawn = tuple[np.ndarray, np.ndarray, list[np.ndarray]]
_TIME = itemgetter(0)


class _Level:
    """A range of seats whose candidates are drawn together."""

    def __init__(self, number: int, size: int, arrivals: Arrivals) -> None:
        self.number = number
        self.size = size
        self.arrivals = arrivals
        self.live = np.zeros(size, dtype=bool)
        """Whether the customer of a seat has gone live; he may have left since the last block was drawn."""
        self.customers: dict[int, Customer] = {}
        """Who sits where, once live."""
        self.drawn: dict[int, Drawn] = {}
        """By block: times, seats, attributes."""

    def forget(self, blocks: list[int]) -> None:
        """Let go of all other blocks, and of customers who have left."""
        self.drawn = {block: drawn for block, drawn in self.drawn.items() if block in blocks}
        for seat in [seat for seat, customer in self.customers.items() if customer.left is not None]:
            self.live[seat] = False
            del self.customers[seat]


class _Agenda:
    """The candidates of one customer with a stream of his own: those drawn last, and how far they have been played."""

    __slots__ = ("columns", "customer", "generator", "place", "reached", "times")

    def __init__(self, customer: Customer, generator: np.random.Generator, reached: float) -> None:
        self.customer = customer
        self.generator = generator
        self.reached = reached
        """Candidates expected since t = 0 by the rate of one customer, up to the last one drawn."""
        self.times = np.empty(0)
        self.columns: list[np.ndarray] = []
        self.place = 0


class Candidates:
    """One purpose's candidates of all customers; plays those of the live ones on the clock."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        purpose: str,
        base: Sequence[Customer],
        rate: float,
        arrivals: Callable[[float], Arrivals],
        columns: Columns,
        take: Callable[[tuple[Any, ...]], None],
        until: float,
        sift: Callable[[list[np.ndarray]], np.ndarray] | None = None,
    ) -> None:
        """Candidates at `rate` [1/h] for each customer.

        `base` is the initial base, live from the start. `columns` draws the attributes of n candidates; `take` gets a
        row, first the customer, who may have left by then. `sift` may tell early which can count for the base at all.
        """
        self._env = env
        self._streams = streams
        self._purpose = purpose
        self._rate = rate
        self._arrivals = arrivals
        self._columns = columns
        self._take = take
        self._sift = sift
        self._until = until
        self.block_hours = arrivals(rate * max(len(base), FIRST)).block_hours
        self._blocks: list[int] = []
        self._factors: dict[int, np.ndarray | None] = {}
        self._expected = np.empty(0)
        self._hours = np.empty(0)
        ground = _Level(0, len(base), arrivals(rate * len(base)))
        ground.live[:] = True
        ground.customers = dict(enumerate(base))
        self._levels = [ground]
        self._nobody = Customer(-1, 0, 0.0, 0.0, 0.0, 0)
        self._nobody.left = 0.0
        Feed(env, self._draw, take, self.block_hours, until)

    def admit(self, customer: Customer) -> None:
        """A newcomer goes live: play his candidates from now on."""
        if customer.rank is None:
            self._arm(self._agenda(customer))
            return
        level, seat = self._seat(customer.rank)
        level.live[seat] = True
        level.customers[seat] = customer
        now = self._env.now
        for block in self._blocks:
            times, seats, columns = self._drawn(level, block)
            for place in (seats == seat).nonzero()[0].tolist():
                if times[place] >= now:
                    row = (customer, *(column[place].item() for column in columns))
                    call_after(self._env, float(times[place]) - now, self._take, row)

    # seats

    def _seat(self, rank: int) -> tuple[_Level, int]:
        """Level and seat of an organic rank: level n begins at rank FIRST * (2 ** (n - 1) - 1)."""
        number = (rank // FIRST + 1).bit_length()
        while len(self._levels) <= number:
            size = FIRST << (len(self._levels) - 1)
            self._levels.append(_Level(len(self._levels), size, self._arrivals(self._rate * size)))
        return self._levels[number], rank - FIRST * ((1 << (number - 1)) - 1)

    def _draw(self, block: int) -> tuple[list[float], list[tuple[Any, ...]]]:
        """Candidates of everybody live now, in order of time, for one block."""
        self._blocks = [known for known in self._blocks if (known + 1) * self.block_hours > self._env.now] + [block]
        for level in self._levels:
            level.forget(self._blocks)
        rows = [row for level in self._levels if level.customers for row in self._live_rows(level, block)]
        if not rows:
            # Something must be due in an empty block, or the feed would draw all the blocks to come at once, and every
            # newcomer would have to be admitted to each of them.
            return [block * self.block_hours], [(self._nobody,)]
        rows.sort(key=_TIME)
        return [time for time, _ in rows], [row for _, row in rows]

    def _live_rows(self, level: _Level, block: int) -> list[tuple[float, tuple[Any, ...]]]:
        times, seats, columns = self._drawn(level, block)
        counts = level.live[seats]
        if level.number == 0 and self._sift:
            counts &= self._sift(columns)
        chosen = np.flatnonzero(counts)
        customers = map(level.customers.__getitem__, seats[chosen].tolist())
        rows = zip(customers, *(column[chosen].tolist() for column in columns), strict=True)
        return list(zip(times[chosen].tolist(), rows, strict=True))

    def _drawn(self, level: _Level, block: int) -> Drawn:
        drawn = level.drawn.get(block)
        if drawn is None:
            generator = self._streams.generator(f"{self._purpose}.{level.number}", block)
            times = level.arrivals.times(generator, block, self.block_hours, self._days(block))
            seats = generator.integers(0, max(1, level.size), len(times))
            drawn = level.drawn[block] = (times, seats, self._columns(generator, len(times)))
        return drawn

    def _days(self, block: int) -> np.ndarray | None:
        """Factors of the days of a block: a wild day is wild for every customer."""
        if block not in self._factors:
            arrivals = self._levels[0].arrivals
            factors = None
            if arrivals.busyness_cv:
                generator = self._streams.generator(f"{self._purpose}.days", block)
                factors = arrivals.day_factors(generator, self.block_hours)
            self._factors[block] = factors
        return self._factors[block]

    # streams of their own

    def _agenda(self, customer: Customer) -> _Agenda:
        if not len(self._hours):
            self._expect()
        reached = float(np.interp(customer.born, self._hours, self._expected))
        return _Agenda(customer, self._streams.generator(f"{self._purpose}.own.{customer.key}"), reached)

    def _expect(self) -> None:
        """Work out how many candidates one customer can expect from t = 0 up to each hour of the horizon."""
        blocks = math.ceil(self._until / self.block_hours)
        hours = round(blocks * self.block_hours)
        intensity = self._arrivals(self._rate).intensity(0.0, float(hours))
        for block in range(blocks):
            factors = self._days(block)
            if factors is not None:
                start = round(block * self.block_hours)
                intensity[start : start + round(self.block_hours)] *= np.repeat(factors, 24)
        self._hours = np.arange(hours + 1, dtype=float)
        self._expected = np.concatenate(([0.0], np.cumsum(intensity)))

    def _arm(self, agenda: _Agenda) -> None:
        """Schedule the next candidate that is not in the past; beyond the horizon there is none."""
        now = self._env.now
        while True:
            while agenda.place < len(agenda.times):
                time = float(agenda.times[agenda.place])
                if time >= self._until:
                    return
                if time >= now:
                    call_after(self._env, time - now, self._play, agenda)
                    return
                agenda.place += 1
            self._draw_more(agenda)

    def _draw_more(self, agenda: _Agenda) -> None:
        """Draw the next candidates: a Poisson stream of rate 1, its time stretched to the expected counts."""
        steps = agenda.reached + np.cumsum(agenda.generator.standard_exponential(CHUNK))
        agenda.reached = float(steps[-1])
        agenda.times = np.interp(steps, self._expected, self._hours, right=math.inf)
        agenda.columns = self._columns(agenda.generator, CHUNK)
        agenda.place = 0

    def _play(self, agenda: _Agenda) -> None:
        if agenda.customer.left is not None:
            return
        place = agenda.place
        agenda.place = place + 1
        self._take((agenda.customer, *(column[place].item() for column in agenda.columns)))
        self._arm(agenda)
